//! The assessor's pages: a cover and a page per competency, self-contained HTML.

mod allowed;
mod chart;
mod competency;
mod cover;
mod html;
mod links;
mod page;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::archive::{COVER, Status};
use crate::coverage::Standing;
use crate::finding::Finding;
use crate::portfolio::Portfolio;
use links::Links;

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
    let links = Links::new(submission.portfolio, submission.codes);
    let cover = Page { path: COVER.to_owned(), html: cover::render(submission, &links) };
    let packed = submission.portfolio.competencies().filter(|(own, _)| submission.codes.contains(&own.code));
    let pages = packed.map(|(competency, folder)| Page {
        path: links::page_path(&competency.code),
        html: competency::render(submission, &links, competency, folder),
    });
    std::iter::once(cover).chain(pages).collect()
}
