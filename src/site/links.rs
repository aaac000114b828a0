//! Links from an archive's pages to its files and pages.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::archive::{PAGES, PAYLOAD};
use crate::document::{Document, Target, target};
use crate::framework::Competency;
use crate::html::{Lead, MAX_ADDRESS_BYTES, Targets, web};
use crate::media::{self, Trait};
use crate::portfolio::artefact::Artefact;
use crate::review::{Evidence, Review};
use crate::text::{letters, nfc};

/// Characters that are not escaped in a link to a file; browsers could misread all others.
pub const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Characters allowed after `#` in a link to a file, for example `page=2`.
const IN_A_FRAGMENT: &AsciiSet = &IN_A_PATH.remove(b'=').remove(b'&').remove(b',');

/// The page that a link is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    Cover,
    /// A competency's page.
    Page,
}

/// The packed files and pages that links can lead to.
pub struct Links<'a> {
    pub evidence: &'a Evidence<'a>,
    /// Relative to the portfolio, in NFC.
    files: BTreeSet<String>,
    /// By code of a competency, its document's sections by normalised heading.
    sections: BTreeMap<&'a str, BTreeMap<String, usize>>,
}

impl<'a> Links<'a> {
    /// The links into an archive with this evidence.
    pub fn new(evidence: &'a Evidence<'a>) -> Self {
        let packed = evidence.submitted().flat_map(|review| review.packed(evidence.portfolio));
        let written = evidence.submitted().filter_map(|it| Some((it.competency.code.as_str(), it.document?)));
        Links {
            evidence,
            files: packed.chain(evidence.packed_sign_offs()).map(|entry| nfc(&entry.path)).collect(),
            sections: written.map(|(code, document)| (code, headings(document))).collect(),
        }
    }

    /// Links to pages alone.
    pub fn without_files(self) -> Self {
        Links { files: BTreeSet::new(), ..self }
    }

    /// Link to a competency's page, if it is packed.
    pub fn page(&self, base: Base, code: &str) -> Option<String> {
        let path = page_path(code);
        let name = path.rsplit('/').next().expect("a split text has a last part");
        let page = utf8_percent_encode(name, IN_A_PATH);
        self.evidence.packs(code).then(|| match base {
            Base::Cover => format!("{PAYLOAD}{PAGES}/{page}"),
            Base::Page => page.to_string(),
        })
    }

    /// Link to the page of the competency with this code or with a part of this code.
    pub fn page_of(&self, base: Base, code: &str) -> Option<String> {
        self.page(base, &self.evidence.portfolio.framework.owner(code)?.code)
    }

    /// Link to a file of the portfolio, if it is packed.
    pub fn file(&self, base: Base, path: &str) -> Option<String> {
        let path = nfc(path);
        self.files.contains(&path).then(|| {
            let up = if base == Base::Cover { PAYLOAD } else { "../" };
            format!("{up}{}", utf8_percent_encode(&path, IN_A_PATH))
        })
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
            Target::File(path) => self.page_at(&path, fragment).or_else(|| self.file_at(&path, fragment)),
        }
    }

    /// Link and name of a packed picture in a document.
    pub fn picture(&self, folder: &str, destination: &str) -> Option<String> {
        let Target::File(path) = target(folder, destination) else { return None };
        media::is(&path, Trait::Shown).then(|| self.file(Base::Page, &path))?
    }

    /// The artefact that a link or picture in a document refers to.
    pub fn artefact(&self, folder: &str, destination: &str) -> Option<&'a Artefact> {
        let Target::File(path) = target(folder, destination) else { return None };
        let found = self.evidence.artefacts().find(|(_, attached)| attached.path.as_ref() == Some(&path));
        found.map(|(_, attached)| attached.artefact)
    }

    /// The page that represents a competency's document or folder.
    fn page_at(&self, path: &str, fragment: Option<&str>) -> Option<Lead> {
        let Review { competency, folder, .. } = self.owner_of(path)?;
        let document = folder.documents.iter().any(|file| nfc(&file.path) == path);
        if !document && folder.path != path {
            return None;
        }
        let section = fragment.and_then(|fragment| self.section(path, fragment)).unwrap_or_default();
        Some(Lead::Inside(self.page(Base::Page, &competency.code)? + &section))
    }

    fn file_at(&self, path: &str, fragment: Option<&str>) -> Option<Lead> {
        let file = self.file(Base::Page, path)?;
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

    fn picture(&self, destination: &str) -> Option<String> {
        self.links.picture(self.folder, destination)
    }

    fn title(&self, destination: &str) -> Option<&str> {
        self.links.artefact(self.folder, destination).map(Artefact::name)
    }
}

/// The first section of each heading, by normalised heading.
fn headings(document: &Document) -> BTreeMap<String, usize> {
    document.sections.iter().enumerate().rev().map(|(at, section)| (letters(&section.heading), at)).collect()
}

/// The path of a competency's page below the archive's top folder.
pub fn page_path(code: &str) -> String {
    format!("{PAYLOAD}{PAGES}/{}.html", nfc(code))
}

/// The id of a section's heading on the competency's page.
pub fn anchor(competency: &Competency, document: &Document, section: usize) -> String {
    if section == 0 && document.begins_with_name(&competency.code, &competency.title) {
        return "document".to_owned();
    }
    format!("section-{}", section + 1)
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
        let links = Links::new(&evidence);
        let path = format!("{FOLDER}/artefacts/Mote #1 50% a\u{30a}?.pdf");
        let encoded = "1.D.3-customer-plan/artefacts/Mote%20%231%2050%25%20%C3%A5%3F.pdf";
        assert_eq!(links.file(Base::Cover, &path), Some(format!("data/{encoded}")));
        assert_eq!(links.file(Base::Page, &path), Some(format!("../{encoded}")));
    }

    #[test]
    fn only_what_is_packed_is_linked() {
        let portfolio = portfolio();
        let evidence = evidence(&portfolio, Selection::Trial("1.D.3".to_owned()));
        let links = Links::new(&evidence);
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
    fn another_document_leads_to_its_page_and_heading() {
        let portfolio = portfolio();
        let evidence = evidence(&portfolio, Selection::Whole);
        let links = Links::new(&evidence);
        let inside = |path: &str| Some(Lead::Inside(path.to_owned()));
        let other = "../4.D.3-customer-plan-implementation/evidence.md";
        assert_eq!(links.lead(FOLDER, other), inside("4.D.3.html"));
        assert_eq!(links.lead(FOLDER, &format!("{other}#outcome")), inside("4.D.3.html#section-1"));
        assert_eq!(links.lead(FOLDER, "#was-wir-taten--warum"), inside("#section-2"));
        assert_eq!(links.lead(FOLDER, "#1d3-customer-plan"), inside("#document"));
        assert_eq!(links.lead(FOLDER, "evidence.md"), inside("1.D.3.html"));
    }
}
