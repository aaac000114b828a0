//! The settings of a new portfolio, with examples in comments.

use crate::framework::{Competency, Framework};
use crate::report::framework::EDITIONS;

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

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.trim().to_owned()).to_string()
}
