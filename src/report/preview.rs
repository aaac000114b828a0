//! The output of `akam preview`: where the pages are, and what to know about them.

use std::path::Path;

use super::terminal::{BOLD, paragraph, safe, styled};
use super::{count, coverage};
use crate::finding::Finding;

/// Where the pages are, how many competencies they show, and the findings.
pub fn where_to_look(page: &Path, competencies: usize, findings: &[Finding], of_archive: bool) -> String {
    let mut text = format!("{} {}\n", styled(BOLD, "preview"), safe(&page.display().to_string()));
    let all = format!("{}; {}", count(competencies, "competency"), coverage::tally(findings));
    text += &paragraph(&all, "  ");
    if of_archive {
        let made = "made again from the evidence in the archive; the files that the pages name are in there";
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
