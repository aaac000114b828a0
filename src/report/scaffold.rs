//! The files of a new portfolio: headings to write under, prompts, and examples in comments.

use std::fmt::Write;

use super::framework::EDITIONS;
use crate::document::prose::PROMPT;
use crate::framework::{Competency, Framework, Part, Provenance};

/// Sections that every document has beside its parts, each with its prompt.
const CLOSING: [(&str, &str); 4] = [
    (
        "Theory and how I applied it",
        "Which idea or model stood behind what you did? Name the work, such as Porter (1985), say what it made you see or\n\
         decide, and where it did not fit. `akam show {code}` lists theory and sources.",
    ),
    ("Outcome", "What came of it, for the customer and for your company? Figures, dates, what people said."),
    (
        "Reflection",
        "What would you do differently, and why? If your practice was not right at the time, write what should have been\n\
         done, why, and why it was different. Up to a point, AKAM may accept that.",
    ),
    (
        "Sources",
        "The works you cited: author, year, title. AKAM's lists are not complete; it asks to be told of other good\n\
         sources, above all of those that are not in English.",
    ),
];

/// What people answered about themselves; each may be missing.
#[derive(Debug, Default)]
pub struct Answers {
    pub name: Option<String>,
    pub email: Option<String>,
    pub employer: Option<String>,
    pub role: Option<String>,
    pub key_account: Option<String>,
}

/// `portfolio.toml`.
pub fn portfolio(framework: &Framework, answers: &Answers) -> String {
    let field = |key: &str, value: &Option<String>| match value {
        Some(value) => format!("{key} = {}\n", quoted(value)),
        None => format!("# {key} = \"\"\n"),
    };
    let account = match &answers.key_account {
        Some(name) => format!("[[key_account]]\nname = {}\n# industry = \"\"\n# since = \"2021-03\"\n", quoted(name)),
        None => "# [[key_account]]\n# name = \"Customer A\"\n# industry = \"\"\n# since = \"2021-03\"\n".to_owned(),
    };
    let name = match &answers.name {
        Some(name) => format!("name = {}\n", quoted(name)),
        None => "name = \"\"                # needed to pack\n".to_owned(),
    };
    format!(
        "# Your portfolio for the {}.\n\
         # A line that begins with # is a note; remove the # to use it. Put text in straight quotation marks.\n\
         #\n{editions}\n\n\
         [candidate]\n{name}{}{}{}\n\
         # Each key account you write about, by the name used in your documents: a pseudonym if it is confidential.\n\
         # Its real name belongs in private/names.toml, which never leaves this disk.\n\
         {account}\n\
         [submission]\n\
         # AKAM asks for evidence of {} of {} competencies. Which one do you leave out? Say why, so that nobody takes\n\
         # it for an oversight.\n\
         # omit = \"{}\"\n\
         # reason = \"\"\n",
        framework.title,
        field("email", &answers.email),
        field("employer", &answers.employer),
        field("role", &answers.role),
        framework.required,
        framework.competencies.len(),
        framework.competencies.last().map_or("", |competency| &competency.code),
        editions = textwrap::fill(EDITIONS, textwrap::Options::new(116).initial_indent("# ").subsequent_indent("# ")),
    )
}

/// `evidence.md`: a heading for each part, with its prompts in comments that readers do not see.
pub fn evidence(framework: &Framework, competency: &Competency) -> String {
    let why: Vec<&str> = competency.why.text.split_whitespace().collect();
    let mut text = format!("# {}\n\n", competency.name());
    prompt(
        &mut text,
        &format!(
            "{}\n\nAKAM's guide is about {} words for each part, without a limit. You may be able to write less where artefacts\n\
             are attached, if you say how they support the competency. For each part say what the situation was, what you\n\
             did, why, and what came of it. Write `I`, not `we`. When you have answered a prompt like this one, delete it,\n\
             from its first line to its last.",
            textwrap::fill(&why.join(" "), 100),
            framework.words.per_part,
        ),
    );
    if let Some(advice) = advice(competency) {
        prompt(&mut text, &advice);
    }
    for part in &competency.parts {
        let asks: Vec<String> = part.asks.iter().map(|ask| wrapped(ask)).collect();
        section(&mut text, &part.title, &format!("Show how you:\n{}", asks.join("\n")));
    }
    for (title, ask) in CLOSING {
        section(&mut text, title, &ask.replace("{code}", &competency.code));
    }
    text
}

/// Says which headings and questions are this program's, if any.
fn advice(competency: &Competency) -> Option<String> {
    let (whole, titles): (Vec<&Part>, Vec<&Part>) =
        competency.parts.iter().filter(|part| part.is_ours()).partition(|part| part.origin == Provenance::Guide);
    let codes = |parts: &[&Part]| parts.iter().map(|part| part.code.as_str()).collect::<Vec<_>>().join(" and ");
    let unseen = match (whole.len(), titles.len()) {
        (0, 0) => return None,
        (0, _) => format!("AKAM's heading of {} could not be seen, so this one is advice from akam.", codes(&titles)),
        (all, _) if all == competency.parts.len() => {
            "AKAM's text for this competency could not be seen. All headings and questions below are advice from akam."
                .to_owned()
        }
        _ => format!(
            "AKAM's text for {} could not be seen: its heading and questions are advice from akam.",
            codes(&whole)
        ),
    };
    let text = format!(
        "{unseen} Your AKAM workbook has the criteria, and the assessor goes by those: where it differs, use its headings."
    );
    Some(textwrap::fill(&text, 110))
}

/// `artefacts.toml`, with an example in comments.
pub fn register(competency: &Competency) -> String {
    let (code, part) = (&competency.code, &competency.parts[0].code);
    format!(
        "# The files you attach to {name}. `akam attach FILE --to {code}` adds them here; or write them yourself:\n\
         #\n\
         # [[artefact]]\n\
         # file = \"artefacts/my-file.xlsx\"\n\
         # title = \"What it is called in the index\"\n\
         # shows = \"How it demonstrates the competency: what to look at, and what it proves.\"\n\
         # share = 80                 # how much of it is your own work, in per cent\n\
         # made = \"2026-03\"           # a day, a month, a year, or \"2025-01 to 2025-06\"\n\
         # supports = [\"{part}\"]     # parts or competencies; without it, {code} as a whole\n\
         #\n\
         # If there is nothing you can attach, say why instead, in the first line that is not a note:\n\
         # document_only = \"\"\n",
        name = competency.name(),
    )
}

/// `private/names.toml`.
pub fn names() -> String {
    "# Real names and what they are called in your documents. `akam check` finds each one that is left in a document, a\n\
     # register or a file name; look through the artefacts yourself. This folder is never packed and never shown.\n\n\
     [names]\n\
     # \"Real Customer plc\" = \"Customer A\"\n\
     # \"Jane Real\" = \"the purchasing director\"\n"
        .to_owned()
}

fn section(text: &mut String, title: &str, ask: &str) {
    // Writing to a `String` cannot fail.
    let _ = write!(text, "\n## {title}\n\n");
    prompt(text, ask);
}

fn prompt(text: &mut String, ask: &str) {
    let _ = writeln!(text, "<!-- {PROMPT}\n{}\n-->", ask.replace("--", "-"));
}

fn wrapped(ask: &str) -> String {
    textwrap::fill(ask, textwrap::Options::new(110).initial_indent("- ").subsequent_indent("  "))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.trim().to_owned()).to_string()
}
