//! The assessor's page: one HTML file with the cover, every competency and its document, complete in itself.

mod artefact;
mod chart;
mod competency;
mod confirmation;
mod cover;
#[cfg(test)]
mod document_tests;
mod links;
pub mod older;
mod page;
mod pictures;
#[cfg(test)]
mod tests;

use crate::archive::Status;
use crate::review::{Evidence, Review};
use crate::rules::Judged;
use crate::threads::share_in_order;
pub use links::IN_A_PATH;
use links::Links;

/// The content of the page.
pub struct Submission<'a> {
    pub evidence: &'a Evidence<'a>,
    pub judged: &'a Judged<'a>,
    pub status: &'a Status,
    /// Name and version of the program, as the page shows it.
    pub program: &'a str,
    /// Set if the page is not a submission.
    pub preview: Option<Preview>,
}

/// How a page that is not a submission is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// Whether it comes from an archive: then the files it names are in the archive, not next to it.
    pub of_archive: bool,
    /// Whether the browser reloads it to show a newer one.
    pub reloads: bool,
}

impl Submission<'_> {
    fn candidate(&self) -> &str {
        self.evidence.portfolio.details.name().unwrap_or("Candidate not named")
    }

    /// Whether the files that the page names lie in an archive that has to be unpacked.
    fn is_packed(&self) -> bool {
        self.preview.is_none()
    }
}

/// The page.
pub fn render(submission: &Submission<'_>) -> String {
    let links = Links::new(submission.evidence, !submission.preview.is_some_and(|preview| preview.of_archive));
    let packed: Vec<&Review<'_>> = submission.evidence.submitted().collect();
    let competencies = share_in_order(&packed, |review| competency::render(submission, &links, review));
    page::render(submission, &cover::render(submission, &links), &competencies)
}

/// A user's text, unless it is blank.
fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
