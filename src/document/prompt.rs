//! What akam asks a candidate in a new document, whatever its format.

use super::Format;
use crate::framework::{Competency, Framework, Part, Provenance};

/// What prompts in Markdown begin with.
pub const MARK: &str = "akam:";

/// Sections that every document has beside its parts, each with its prompt.
const CLOSING: [(&str, &str); 4] = [
    (
        "Theory and how I applied it",
        "Which idea or model stood behind what you did? Name the work, such as Porter (1985), say what it made you see \
         or decide, and where it did not fit. `akam show {code}` lists theory and sources.",
    ),
    ("Outcome", "What came of it, for the customer and for your company? Figures, dates, what people said."),
    (
        "Reflection",
        "What would you do differently, and why? If your practice was not right at the time, write what should have \
         been done, why, and why it was different. Up to a point, AKAM may accept that.",
    ),
    (
        "Sources",
        "The works you cited: author, year, title. AKAM's lists are not complete; it asks to be told of other good \
         sources, above all of those that are not in English.",
    ),
];

/// A question or advice from akam, where the answer goes.
pub struct Prompt {
    pub paragraphs: Vec<String>,
    /// A list after the paragraphs.
    pub asks: Vec<String>,
}

/// The prompts under a heading.
pub struct Topic {
    pub heading: String,
    pub prompts: Vec<Prompt>,
}

/// What a new document of a competency is made of: its title with the prompts under it, then its sections.
pub fn topics(framework: &Framework, competency: &Competency, format: Format) -> Vec<Topic> {
    let text = |paragraphs: Vec<String>| Prompt { paragraphs, asks: Vec::new() };
    let why: Vec<&str> = competency.why.text.split_whitespace().collect();
    let how = match format {
        Format::Markdown => {
            "When you have answered a prompt like this one, delete its lines: those that begin with `>`."
        }
        _ => "Click on a prompt like this one and write: the prompt goes.",
    };
    let guide = format!(
        "AKAM's guide is about {} words for each part, without a limit. You may be able to write less where artefacts \
         are attached, if you say how they support the competency. For each part say what the situation was, what you \
         did, why, and what came of it. Write `I`, not `we`. {how}",
        framework.words.per_part,
    );
    let mut title = vec![text(vec![why.join(" "), guide])];
    title.extend(advice(competency).map(|advice| text(vec![advice])));
    let mut topics = vec![Topic { heading: competency.name(), prompts: title }];
    topics.extend(competency.parts.iter().map(|part| {
        let prompt = Prompt { paragraphs: vec!["Show how you:".to_owned()], asks: part.asks.clone() };
        Topic { heading: part.title.clone(), prompts: vec![prompt] }
    }));
    topics.extend(CLOSING.map(|(title, ask)| Topic {
        heading: title.to_owned(),
        prompts: vec![text(vec![ask.replace("{code}", &competency.code)])],
    }));
    topics
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
    Some(format!(
        "{unseen} Your AKAM workbook has the criteria, and the assessor goes by those: where it differs, use its headings."
    ))
}
