//! The assessor's pages: a cover and a page per competency, self-contained HTML.

mod chart;
mod competency;
mod confirmation;
mod cover;
#[cfg(test)]
mod document_tests;
mod links;
pub mod older;
mod page;
#[cfg(test)]
mod tests;

use crate::archive::{COVER, Status};
use crate::review::{Evidence, Review};
use crate::rules::Judged;
use crate::threads::share_in_order;
use links::Links;
pub use links::page_path;

/// The content of the pages.
pub struct Submission<'a> {
    pub evidence: &'a Evidence<'a>,
    pub judged: &'a Judged<'a>,
    pub status: &'a Status,
    /// Name and version of the program, as the pages show it.
    pub program: &'a str,
    /// Set if the pages are not a submission.
    pub preview: Option<Preview>,
}

/// Link from a page to the cover.
const FRONT_HREF: &str = "../../00-START-HERE.html";

/// How pages that are not a submission are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// Whether they come from an archive: then the files they name are in the archive, not next to them.
    pub of_archive: bool,
    /// Whether the browser reloads them to show newer ones.
    pub reloads: bool,
}

/// A page, and its path below the archive's top folder.
pub struct Page {
    pub path: String,
    pub html: String,
}

/// The cover, and a page per packed competency.
pub fn render(submission: &Submission<'_>) -> Vec<Page> {
    let mut links = Links::new(submission.evidence);
    if submission.preview.is_some_and(|preview| preview.of_archive) {
        links = links.without_files();
    }
    let packed = submission.evidence.submitted();
    let wanted: Vec<Option<&Review<'_>>> = std::iter::once(None).chain(packed.map(Some)).collect();
    share_in_order(&wanted, |wanted| match wanted {
        None => Page { path: COVER.to_owned(), html: cover::render(submission, &links) },
        Some(review) => Page {
            path: links::page_path(&review.competency.code),
            html: competency::render(submission, &links, review),
        },
    })
}
