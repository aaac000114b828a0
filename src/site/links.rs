//! Links on the assessor's page: to its own places, and to the files of the archive.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::pictures::Pictures;
use crate::archive::PAYLOAD;
use crate::document::{Document, Link, Target, target};
use crate::framework::Competency;
use crate::html::{Lead, MAX_ADDRESS_BYTES, Picture, Targets, web};
use crate::portfolio::artefact::Artefact;
use crate::review::{Evidence, Review};
use crate::text::{letters, nfc};

/// Characters that are not escaped in a link to a file; browsers could misread all others.
pub const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Characters allowed after `#` in a link to a file, for example `page=2`.
const IN_A_FRAGMENT: &AsciiSet = &IN_A_PATH.remove(b'=').remove(b'&').remove(b',');

/// The packed files and the places of the page that links can lead to.
pub struct Links<'a> {
    pub evidence: &'a Evidence<'a>,
    /// Relative to the portfolio, in NFC.
    files: BTreeSet<String>,
    /// Whether the files lie where the page can lead to them.
    has_files: bool,
    pictures: Pictures<'a>,
    /// By code of a competency, its document's sections by normalised heading.
    sections: BTreeMap<&'a str, BTreeMap<String, usize>>,
}

impl<'a> Links<'a> {
    /// The links into an archive with this evidence; without its files, to the page's own places alone.
    pub fn new(evidence: &'a Evidence<'a>, has_files: bool) -> Self {
        let packed = evidence.submitted().flat_map(|review| review.packed(evidence.portfolio));
        let written = evidence.submitted().filter_map(|it| Some((it.competency.code.as_str(), it.document?)));
        let files = packed.chain(evidence.packed_sign_offs()).map(|entry| nfc(&entry.path)).collect();
        Links {
            evidence,
            pictures: Pictures::new(evidence, &files),
            files,
            has_files,
            sections: written.map(|(code, document)| (code, headings(document))).collect(),
        }
    }

    /// Link to a competency or part, by its code, if it is packed.
    pub fn code(&self, code: &str) -> Option<String> {
        let owner = self.evidence.portfolio.framework.owner(code)?;
        self.evidence.packs(&owner.code).then(|| format!("#{code}"))
    }

    /// Link to a file of the portfolio, if it is packed.
    pub fn file(&self, path: &str) -> Option<String> {
        let path = nfc(path);
        let is_there = self.has_files && self.files.contains(&path);
        is_there.then(|| format!("{PAYLOAD}{}", utf8_percent_encode(&path, IN_A_PATH)))
    }

    /// The target of a link in the document of `folder`; `None` if the page must not or cannot link there.
    pub fn lead(&self, folder: &str, destination: &str) -> Option<Lead> {
        if destination.len() > MAX_ADDRESS_BYTES {
            return None;
        }
        let fragment = destination.split_once('#').map(|(_, fragment)| fragment.trim());
        match target(folder, destination) {
            Target::Elsewhere(_) => web(destination).map(Lead::Web),
            Target::Outside => None,
            Target::Here => self.section(folder, fragment?).map(Lead::Inside),
            Target::File(path) => self.place_of(&path, fragment).or_else(|| self.file_at(&path, fragment)),
        }
    }

    /// A packed picture in a document.
    pub fn picture(&self, folder: &str, link: &Link) -> Option<Picture> {
        if link.embedded.is_some() {
            let why = "a picture, in the original file".to_owned();
            return Some(Picture::Left { why, href: None });
        }
        let Target::File(path) = link.target(folder) else { return None };
        self.pictures.picture(&path, self.file(&path))
    }

    /// The artefact that a link or picture in a document refers to.
    pub fn artefact(&self, folder: &str, destination: &str) -> Option<&'a Artefact> {
        let Target::File(path) = target(folder, destination) else { return None };
        let found = self.evidence.artefacts().find(|(_, attached)| attached.path.as_ref() == Some(&path));
        found.map(|(_, attached)| attached.artefact)
    }

    /// The place that shows a competency's document or folder.
    fn place_of(&self, path: &str, fragment: Option<&str>) -> Option<Lead> {
        let Review { competency, folder, .. } = self.owner_of(path)?;
        let document = folder.documents.iter().any(|file| nfc(&file.path) == path);
        if !document && folder.path != path {
            return None;
        }
        let section = fragment.and_then(|fragment| self.section(path, fragment));
        section.or_else(|| self.code(&competency.code)).map(Lead::Inside)
    }

    fn file_at(&self, path: &str, fragment: Option<&str>) -> Option<Lead> {
        let file = self.file(path)?;
        let decoded = fragment.map(|fragment| percent_decode_str(fragment).decode_utf8_lossy());
        let fragment = decoded.map(|text| format!("#{}", utf8_percent_encode(&text, IN_A_FRAGMENT)));
        Some(Lead::Inside(file + &fragment.unwrap_or_default()))
    }

    /// Anchor of the heading that a fragment names, in the document of the competency that owns `path`.
    fn section(&self, path: &str, fragment: &str) -> Option<String> {
        let Review { competency, document, .. } = self.owner_of(path)?;
        let wanted = letters(&percent_decode_str(fragment).decode_utf8_lossy());
        let found = self.sections.get(competency.code.as_str())?.get(&wanted)?;
        Some(format!("#{}", anchor(competency, (*document)?, *found)))
    }

    /// The competency whose folder contains a path.
    fn owner_of(&self, path: &str) -> Option<&Review<'a>> {
        self.evidence.review(&self.evidence.portfolio.owner_of(path)?.code)
    }
}

/// Resolves the links of the document in a folder.
pub struct InFolder<'a> {
    pub links: &'a Links<'a>,
    /// Relative to the portfolio.
    pub folder: &'a str,
}

impl Targets for InFolder<'_> {
    fn link(&self, destination: &str) -> Option<Lead> {
        self.links.lead(self.folder, destination)
    }

    fn picture(&self, link: &Link) -> Option<Picture> {
        self.links.picture(self.folder, link)
    }

    fn title(&self, destination: &str) -> Option<&str> {
        self.links.artefact(self.folder, destination).map(Artefact::name)
    }
}

/// The first section of each heading, by normalised heading.
fn headings(document: &Document) -> BTreeMap<String, usize> {
    document.sections.iter().enumerate().rev().map(|(at, section)| (letters(&section.heading), at)).collect()
}

/// What the ids of all that belongs to a competency begin with. No code has a colon, so no id is there twice.
pub fn prefix(code: &str) -> String {
    format!("{code}:")
}

/// The id of a section's heading.
pub fn anchor(competency: &Competency, document: &Document, section: usize) -> String {
    let prefix = prefix(&competency.code);
    if section == 0 && document.begins_with_name(&competency.code, &competency.title) {
        return format!("{prefix}document");
    }
    format!("{prefix}section-{}", section + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portfolio::Portfolio;
    use crate::review::Selection;
    use crate::site::tests::{self, evidence};

    const FOLDER: &str = "1.D.3-customer-plan";

    fn portfolio() -> Portfolio {
        tests::portfolio(&[
            ("1.D.3-customer-plan/artefacts.toml", "[[artefact]]\nfile = \"artefacts/Mote #1 50% \u{e5}?.pdf\"\n"),
            ("1.D.3-customer-plan/artefacts/Mote #1 50% \u{e5}?.pdf", "x"),
            ("1.D.3-customer-plan/artefacts/unlisted.pdf", "x"),
            ("1.D.3-customer-plan/evidence.md", "# 1.D.3 Customer plan\n\n## Was wir taten & warum\n\nText.\n"),
            ("4.D.3-customer-plan-implementation/evidence.md", "## Outcome\n\nText.\n"),
            ("private/secret.pdf", "x"),
        ])
    }

    #[test]
    fn signs_that_mean_something_in_an_address_are_encoded() {
        let portfolio = portfolio();
        let evidence = evidence(&portfolio, Selection::Whole);
        let links = Links::new(&evidence, true);
        let path = format!("{FOLDER}/artefacts/Mote #1 50% a\u{30a}?.pdf");
        let encoded = "1.D.3-customer-plan/artefacts/Mote%20%231%2050%25%20%C3%A5%3F.pdf";
        assert_eq!(links.file(&path), Some(format!("data/{encoded}")));
        assert_eq!(Links::new(&evidence, false).file(&path), None);
    }

    #[test]
    fn only_what_is_packed_is_linked() {
        let portfolio = portfolio();
        let evidence = evidence(&portfolio, Selection::Trial("1.D.3".to_owned()));
        let links = Links::new(&evidence, true);
        for lost in [
            "artefacts/unlisted.pdf",
            "../private/secret.pdf",
            "../../etc/passwd",
            "/etc/passwd",
            "../4.D.3-customer-plan-implementation/evidence.md",
            "..\\private\\secret.pdf",
            "%2e%2e/private/secret.pdf",
            "#nowhere",
        ] {
            assert_eq!(links.lead(FOLDER, lost), None, "{lost}");
        }
    }

    #[test]
    fn another_document_leads_to_its_place_and_heading() {
        let portfolio = portfolio();
        let evidence = evidence(&portfolio, Selection::Whole);
        let links = Links::new(&evidence, true);
        let inside = |path: &str| Some(Lead::Inside(path.to_owned()));
        let other = "../4.D.3-customer-plan-implementation/evidence.md";
        assert_eq!(links.lead(FOLDER, other), inside("#4.D.3"));
        assert_eq!(links.lead(FOLDER, &format!("{other}#outcome")), inside("#4.D.3:section-1"));
        assert_eq!(links.lead(FOLDER, "#was-wir-taten--warum"), inside("#1.D.3:section-2"));
        assert_eq!(links.lead(FOLDER, "#1d3-customer-plan"), inside("#1.D.3:document"));
        assert_eq!(links.lead(FOLDER, "evidence.md"), inside("#1.D.3"));
    }
}
