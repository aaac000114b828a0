//! The assessor's pages: a cover and a page per competency, self-contained HTML.

mod allowed;
mod chart;
mod competency;
mod confirmation;
mod cover;
mod html;
mod links;
pub mod older;
mod page;
pub mod statement;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::archive::{COVER, Status};
use crate::coverage::Standing;
use crate::finding::Finding;
use crate::framework::Competency;
use crate::portfolio::sign_off::STATEMENT;
use crate::portfolio::{CompetencyFolder, Portfolio};
use crate::threads::share_in_order;
use links::Links;
pub use links::page_path;

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
    /// The program that makes the pages and its version, as they name it.
    pub program: &'a str,
    pub front: Front,
}

/// The page that the pages of competencies lead back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// An archive's, for the assessors.
    Cover,
    /// The same, shown before there is an archive, or made again from one.
    Preview(Preview),
    /// A request's, for a signatory.
    Statement,
}

/// What is shown of pages that are no submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// Whether they are made from an archive: then the files that they name are in there, and not beside them.
    pub of_archive: bool,
    /// Whether the browser looks again for newer pages.
    pub reloads: bool,
}

/// A page, with its path below the archive's top folder.
pub struct Page {
    pub path: String,
    pub html: String,
}

/// The cover, where there is one, and a page per packed competency.
pub fn render(submission: &Submission<'_>) -> Vec<Page> {
    let mut links = Links::new(submission.portfolio, submission.codes);
    if let Front::Preview(Preview { of_archive: true, .. }) = submission.front {
        links = links.without_files();
    }
    let cover = submission.front.has_cover().then_some(None);
    let packed = submission.portfolio.competencies().filter(|(own, _)| submission.codes.contains(&own.code));
    let wanted: Vec<Option<(&Competency, &CompetencyFolder)>> = cover.into_iter().chain(packed.map(Some)).collect();
    share_in_order(&wanted, |wanted| match wanted {
        None => Page { path: COVER.to_owned(), html: cover::render(submission, &links) },
        Some((competency, folder)) => Page {
            path: links::page_path(&competency.code),
            html: competency::render(submission, &links, competency, folder),
        },
    })
}

impl Front {
    /// Whether it is for the assessors, not for a signatory.
    fn has_cover(self) -> bool {
        self != Front::Statement
    }

    /// Its path, seen from a page.
    fn href(self) -> String {
        let name = match self {
            Front::Cover | Front::Preview(_) => COVER,
            Front::Statement => STATEMENT,
        };
        format!("../../{name}")
    }

    /// What readers call it.
    fn name(self) -> &'static str {
        match self {
            Front::Cover | Front::Preview(_) => "Cover",
            Front::Statement => "Statement",
        }
    }
}
