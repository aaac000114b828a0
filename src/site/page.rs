//! What the cover and the pages of competencies have in common.

use askama::Template;
use jiff::civil::Date;

use super::links::{Base, Links};
use super::{Front, Preview, Submission};
use crate::archive::Status;
use crate::finding::{self, Finding};
use crate::framework::Competency;
use crate::portfolio::CompetencyFolder;
use crate::portfolio::artefact::{self, Made};
use crate::report::{count, size};
use crate::tree::Kind;

const STYLE: &str = include_str!("style.css");

/// What stands around every page.
pub struct Frame {
    pub title: String,
    pub style: &'static str,
    /// What each printed sheet says at its foot, as a string of CSS.
    pub foot: String,
    pub candidate: String,
    pub banner: Option<Banner>,
    pub program: String,
    /// Whether the browser looks again for a newer page.
    pub reloads: bool,
    /// `packed 22 November 2026`.
    pub made: String,
}

/// What a reader must know before all else: that this is no submission.
pub struct Banner {
    pub title: &'static str,
    pub text: String,
    /// Where the errors are listed, if there are any.
    pub findings: Option<String>,
}

/// A text that leads somewhere, if it can.
pub struct Link {
    pub text: String,
    pub href: Option<String>,
}

/// An artefact as the reader sees it.
pub struct Artefact {
    pub number: String,
    pub title: String,
    pub href: Option<String>,
    /// Kind and size: `PDF, 1.2 MB`.
    pub file: String,
    pub shows: Option<String>,
    pub share: Option<u8>,
    pub made: Option<String>,
    pub supports: Vec<Link>,
}

impl Frame {
    pub fn new(submission: &Submission<'_>, base: Base, title: String, foot: &str) -> Self {
        let candidate = candidate(submission);
        let banner = Banner::of(submission, base);
        let warning = banner.as_ref().map(|banner| format!("{} · ", banner.title)).unwrap_or_default();
        Frame {
            title,
            style: STYLE,
            foot: css_string(&format!("{warning}{} · {}", shortened(&candidate), shortened(foot))),
            candidate,
            banner,
            program: submission.program.to_owned(),
            reloads: matches!(submission.front, Front::Preview(Preview { reloads: true, .. })),
            made: match submission.front {
                Front::Cover => format!("packed {}", day(submission.day)),
                Front::Preview(_) | Front::Statement => format!("shown {}", day(submission.day)),
            },
        }
    }
}

impl Banner {
    fn of(submission: &Submission<'_>, base: Base) -> Option<Self> {
        let (errors, _) = finding::tally(submission.findings);
        let stand = if errors == 1 { "stands" } else { "stand" };
        let draft = format!("It is packed for comments; {} {stand}.", count(errors, "error"));
        if submission.front == Front::Statement {
            let text = "You are asked whether the facts in it are true, not whether it is good.".to_owned();
            return Some(Banner { title: "Shown for sign-off", text, findings: None });
        }
        let findings =
            format!("{}#findings", if base == Base::Cover { String::new() } else { submission.front.href() });
        if let Front::Preview(preview) = submission.front {
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

impl Artefact {
    pub fn new(
        links: &Links<'_>,
        base: Base,
        competency: &Competency,
        folder: &CompetencyFolder,
        artefact: &artefact::Artefact,
    ) -> Self {
        let path = folder.path_of(artefact);
        let supports = artefact.supported(&competency.code);
        Artefact {
            number: artefact.number.clone(),
            title: artefact.name().to_owned(),
            href: path.as_deref().and_then(|path| links.file(base, path)),
            file: file(links, artefact.file_name(), path.as_deref()),
            shows: artefact.shows.clone(),
            share: artefact.share.as_ref().map(|share| share.get_ref().0),
            made: artefact.made.as_ref().map(made),
            supports: supports.map(|code| Link { text: code.to_owned(), href: links.page_of(base, code) }).collect(),
        }
    }
}

/// A page as text. Signs that are no text, or that would show the text in another order, become visible.
pub fn write(template: &impl Template) -> String {
    let html = template.render().expect("a template that is written to a string does not fail");
    let seen = |sign: char| match sign {
        '\t' | '\n' | '\r' => sign,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        _ if sign.is_control() || u32::from(sign) & 0xfffe == 0xfffe => '\u{fffd}',
        _ => sign,
    };
    html.chars().map(seen).collect()
}

pub fn candidate(submission: &Submission<'_>) -> String {
    submission.portfolio.details.name().unwrap_or("Candidate not named").to_owned()
}

/// A text of the user's, if it says something.
pub fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `line 12 of evidence.md` as `evidence.md:12`.
pub fn place(finding: &Finding) -> Option<String> {
    let place = finding.place.as_ref()?;
    let line = place.position.as_ref().map(|position| format!(":{}", position.line)).unwrap_or_default();
    Some(format!("{}{line}", place.path))
}

/// `14 February 2024`.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A day, month or year in words, where it is one: `2024-02` as `February 2024`.
pub fn period(text: &str) -> String {
    Made::parse(text).map_or_else(|| text.to_owned(), |known| made(&known))
}

/// A number with commas: `11,528`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn made(made: &Made) -> String {
    let (from, to) = made.text.split_once(" to ").unwrap_or((&made.text, &made.text));
    let words = |text: &str, date: Date| match text.trim().matches('-').count() {
        0 => date.strftime("%Y").to_string(),
        1 => date.strftime("%B %Y").to_string(),
        _ => day(date),
    };
    let (from, to) = (words(from, made.first), words(to, made.last));
    if from == to { from } else { format!("{from} to {to}") }
}

fn file(links: &Links<'_>, name: &str, path: Option<&str>) -> String {
    let entry = path.and_then(|path| links.portfolio.tree.find(path)).filter(|entry| entry.kind == Kind::File);
    let Some(entry) = entry else { return format!("{name}, missing") };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_uppercase());
    let kind = ending.filter(|ending| ending.chars().count() <= 8).unwrap_or_else(|| "file".to_owned());
    format!("{kind}, {}", size(entry.size)).replace(' ', "\u{a0}")
}

/// A text that fits the foot of a sheet.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 50;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}

/// A string of CSS in quotes: all but plain letters and digits is written as its number, so nothing ends it.
pub fn css_string(text: &str) -> String {
    let shown = |sign: char| match sign {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | ',' => sign.to_string(),
        sign => format!("\\{:x} ", u32::from(sign)),
    };
    format!("\"{}\"", text.chars().filter(|sign| !sign.is_control()).map(shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_words() {
        assert_eq!(period("2024-02-14"), "14 February 2024");
        assert_eq!(period("2023-12 to 2024-02"), "December 2023 to February 2024");
        assert_eq!(period("2025"), "2025");
        assert_eq!(period("last spring"), "last spring");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(
            ["0", "999", "1,000", "11,528", "1,234,567"],
            [0, 999, 1_000, 11_528, 1_234_567].map(grouped).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn a_name_cannot_leave_its_string_of_css() {
        assert_eq!(css_string("Åsa </style>\"\\\n"), r#""\c5 sa \3c \2f style\3e \22 \5c ""#);
    }
}
