//! An artefact as the page shows it, and texts that lead somewhere.

use super::links::Links;
use crate::framework::Competency;
use crate::portfolio::artefact::Period;
use crate::report::size;
use crate::review::Attached;
use crate::tree::{Entry, EntryKind};

/// A text with a link, if there is one.
pub struct PageLink {
    pub text: String,
    pub href: Option<String>,
}

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

impl ShownArtefact {
    pub fn new(links: &Links<'_>, competency: &Competency, attached: &Attached<'_>) -> Self {
        let Attached { artefact, path, entry, .. } = attached;
        let supports = artefact.supported(&competency.code);
        ShownArtefact {
            number: artefact.number.clone(),
            title: artefact.name().to_owned(),
            href: path.as_deref().and_then(|path| links.file(path)),
            file: file(artefact.file_name(), *entry),
            shows: artefact.shows.clone(),
            share: artefact.share.as_ref().map(|share| share.get_ref().0),
            made: artefact.made.as_ref().map(Period::in_words),
            supports: supports.map(|code| PageLink { text: code.to_owned(), href: links.code(code) }).collect(),
        }
    }
}

fn file(name: &str, entry: Option<&Entry>) -> String {
    let entry = entry.filter(|entry| entry.kind == EntryKind::File);
    let Some(entry) = entry else { return format!("{name}, missing") };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_uppercase());
    let kind = ending.filter(|ending| ending.chars().count() <= 8).unwrap_or_else(|| "file".to_owned());
    format!("{kind}, {}", size(entry.size)).replace(' ', "\u{a0}")
}
