//! The assessor's pages: a cover and a page per competency, self-contained HTML.

mod allowed;
mod chart;
mod competency;
mod cover;
mod html;
mod links;
mod page;

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

#[cfg(test)]
pub mod memory {
    //! A portfolio without a disk, for the tests of the pages.

    use std::io::{self, Read};

    use crate::portfolio::Portfolio;
    use crate::tree::{Contents, Entry, Kind, Tree};

    struct Memory(Vec<(String, String)>);

    impl Contents for Memory {
        fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
            let found = self.0.iter().find(|(path, _)| *path == entry.path);
            let (_, text) = found.ok_or(io::ErrorKind::NotFound)?;
            Ok(Box::new(text.as_bytes()))
        }
    }

    /// The portfolio that these files make.
    pub fn portfolio(files: &[(&str, &str)]) -> Portfolio {
        let files: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let mut folders: Vec<&str> = files.iter().filter_map(|(path, _)| path.split_once('/')).map(|it| it.0).collect();
        folders.dedup();
        let entry = |path: &str, kind: Kind| Entry { path: path.to_owned(), kind, size: 1, utf8: true };
        let entries = folders.iter().map(|path| entry(path, Kind::Folder));
        let entries = entries.chain(files.iter().map(|(path, _)| entry(path, Kind::File))).collect();
        Portfolio::open(Tree::of(entries, Box::new(Memory(files))), None)
    }
}
