//! Parts shared by the cover and the pages of competencies.

use super::links::{Base, Links};
use super::{FRONT_HREF, Submission};
use crate::archive::Status;
use crate::finding::{self, Finding};
use crate::framework::Competency;
use crate::html::page::{css_string, shortened};
use crate::portfolio::artefact::Period;
use crate::report::size;
use crate::review::Attached;
use crate::source::Position;
use crate::text::{count, day};
use crate::tree::{Entry, EntryKind};

const STYLE: &str = include_str!("style.css");

/// The frame around every page.
pub struct PageFrame {
    pub title: String,
    pub style: &'static str,
    /// The foot of each printed sheet, as a CSS string.
    pub foot: String,
    pub candidate: String,
    pub banner: Option<Banner>,
    pub program: String,
    /// Whether the browser reloads the page.
    pub reloads: bool,
    /// `packed 22 November 2026`.
    pub made: String,
}

/// The most important notice: this is not a submission.
pub struct Banner {
    pub title: &'static str,
    pub text: String,
    /// Link to the list of errors, if there are any.
    pub findings: Option<String>,
}

/// A text with a link, if there is one.
pub struct PageLink {
    pub text: String,
    pub href: Option<String>,
}

/// An artefact as it is shown.
pub struct ShownArtefact {
    pub number: String,
    pub title: String,
    pub href: Option<String>,
    /// Kind and size: `PDF, 1.2 MB`.
    pub file: String,
    pub shows: Option<String>,
    pub share: Option<u8>,
    pub made: Option<String>,
    pub supports: Vec<PageLink>,
}

impl PageFrame {
    pub fn new(submission: &Submission<'_>, base: Base, title: String, foot: &str) -> Self {
        let candidate = candidate(submission);
        let banner = Banner::of(submission, base);
        let warning = banner.as_ref().map(|banner| format!("{} · ", banner.title)).unwrap_or_default();
        PageFrame {
            title,
            style: STYLE,
            foot: css_string(&format!("{warning}{} · {}", shortened(&candidate), shortened(foot))),
            candidate,
            banner,
            program: submission.program.to_owned(),
            reloads: submission.preview.is_some_and(|preview| preview.reloads),
            made: match submission.preview {
                None => format!("packed {}", day(submission.evidence.day)),
                Some(_) => format!("shown {}", day(submission.evidence.day)),
            },
        }
    }
}

impl Banner {
    fn of(submission: &Submission<'_>, base: Base) -> Option<Self> {
        let (errors, _) = finding::tally(&submission.judged.findings);
        let stand = if errors == 1 { "remains" } else { "remain" };
        let draft = format!("It is packed for comments; {} {stand}.", count(errors, "error"));
        let findings = format!("{}#findings", if base == Base::Cover { String::new() } else { FRONT_HREF.to_owned() });
        if let Some(preview) = submission.preview {
            let made = if preview.of_archive {
                "akam made these pages again from the evidence in an archive. The files that they name are in the archive."
            } else {
                "These are the assessor’s pages of the portfolio as it is now."
            };
            let (is_open, findings) = match errors {
                0 => (String::new(), None),
                1 => (" 1 error is open.".to_owned(), Some(findings)),
                many => (format!(" {many} errors are open."), Some(findings)),
            };
            return Some(Banner { title: "Preview, not a submission", text: format!("{made}{is_open}"), findings });
        }
        let trial = "It is sent in before the rest.";
        let (title, text) = match submission.status {
            Status::Final => return None,
            Status::Draft => ("Draft, not a submission", draft),
            Status::Trial { draft: false, .. } => ("Trial of one competency", trial.to_owned()),
            Status::Trial { draft: true, .. } => ("Draft of a trial", format!("{trial} {draft}")),
        };
        Some(Banner { title, text, findings: (errors > 0).then_some(findings) })
    }
}

impl ShownArtefact {
    pub fn new(links: &Links<'_>, base: Base, competency: &Competency, attached: &Attached<'_>) -> Self {
        let Attached { artefact, path, entry, .. } = attached;
        let supports = artefact.supported(&competency.code);
        ShownArtefact {
            number: artefact.number.clone(),
            title: artefact.name().to_owned(),
            href: path.as_deref().and_then(|path| links.file(base, path)),
            file: file(artefact.file_name(), *entry),
            shows: artefact.shows.clone(),
            share: artefact.share.as_ref().map(|share| share.get_ref().0),
            made: artefact.made.as_ref().map(Period::in_words),
            supports: supports
                .map(|code| PageLink { text: code.to_owned(), href: links.page_of(base, code) })
                .collect(),
        }
    }
}

pub fn candidate(submission: &Submission<'_>) -> String {
    submission.evidence.portfolio.details.name().unwrap_or("Candidate not named").to_owned()
}

/// A user's text, unless it is blank.
pub fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Path and place: `evidence.md:12`, `evidence.pdf, page 3, line 14`.
pub fn place(finding: &Finding) -> Option<String> {
    let place = finding.place.as_ref()?;
    Some(match &place.position {
        None => place.path.clone(),
        Some(Position::Line(part)) => format!("{}:{}", place.path, part.line),
        Some(Position::Passage { words, .. }) => format!("{}, {words}", place.path),
    })
}

fn file(name: &str, entry: Option<&Entry>) -> String {
    let entry = entry.filter(|entry| entry.kind == EntryKind::File);
    let Some(entry) = entry else { return format!("{name}, missing") };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_uppercase());
    let kind = ending.filter(|ending| ending.chars().count() <= 8).unwrap_or_else(|| "file".to_owned());
    format!("{kind}, {}", size(entry.size)).replace(' ', "\u{a0}")
}
