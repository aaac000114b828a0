//! The output of `akam preview`: where the page is, and what to know about it.

use std::path::Path;

use super::terminal::{BOLD, paragraph, safe, styled};
use super::{count, coverage};
use crate::finding::Finding;

/// Where the page is and which competency on it was asked for, how many competencies it shows, and the findings.
pub fn where_to_look(
    page: &Path,
    code: Option<&str>,
    competencies: usize,
    findings: &[Finding],
    of_archive: bool,
) -> String {
    let mut text = format!("{} {}\n", styled(BOLD, "preview"), safe(&page.display().to_string()));
    if let Some(code) = code {
        text += &paragraph(&format!("{code} is at `#{code}`"), "  ");
    }
    let all = format!("{}; {}", count(competencies, "competency"), coverage::tally(findings));
    text += &paragraph(&all, "  ");
    if of_archive {
        let made = "made again from the evidence in the archive; the files that the page names are in there";
        text += &paragraph(made, "  ");
    }
    text
}

/// Reports that no browser could be started, with the reason.
pub fn not_opened(reason: &str) -> String {
    paragraph(&format!("no browser could be opened ({reason}): open this page yourself"), "  ")
}

/// Says that changes are shown from now on.
pub const WATCHING: &str = "  each change is shown within a few seconds; Ctrl-C ends this\n";

/// Reports that a change could not be shown, with the reason.
pub fn not_shown(reason: &str) -> String {
    paragraph(&format!("this change could not be shown: {reason}"), "  ")
}
