//! A snapshot of a competency: the digest of each file, and the text of the document.

pub mod changes;

use std::io;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::document::Document;
use crate::framework::Competency;
use crate::portfolio::artefact::Artefact;
use crate::portfolio::{CompetencyFolder, Portfolio};
use crate::tree::Tree;

/// A competency at one moment. A file that is missing or unreadable has no digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    pub code: String,
    pub title: String,
    /// SHA-256 of what the framework asks.
    pub criteria: Digest,
    /// Path of the document, relative to the portfolio.
    pub document: String,
    /// SHA-256 of the document's file.
    pub document_digest: Option<Digest>,
    /// SHA-256 of the document's text as it is shown: UTF-8, without a byte order mark.
    pub text_digest: Digest,
    /// Of a document that is no text file: the version of the normal form that its text is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_form: Option<u32>,
    /// Why no artefact is attached.
    pub document_only: Option<String>,
    #[serde(rename = "artefact", default, skip_serializing_if = "Vec::is_empty")]
    pub artefacts: Vec<ArtefactSnapshot>,
}

/// An attached file and its entry in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtefactSnapshot {
    /// For example `1.D.3-A2`.
    pub number: String,
    /// Relative to the portfolio.
    pub file: String,
    pub digest: Option<Digest>,
    #[serde(flatten)]
    pub about: AboutArtefact,
}

/// An artefact's entry in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutArtefact {
    pub title: Option<String>,
    pub shows: Option<String>,
    /// In per cent.
    pub share: Option<u8>,
    pub made: Option<String>,
    /// Empty for the folder's own competency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<String>,
}

impl Snapshot {
    /// Takes a snapshot of a competency, with the text of its document, which is empty if unreadable.
    pub fn take(portfolio: &Portfolio, competency: &Competency, folder: &CompetencyFolder) -> (Self, String) {
        let tree = &portfolio.tree;
        let document = folder.document();
        let path = document.map_or_else(String::new, |document| document.path().to_owned());
        let text = document.map_or_else(String::new, |document| document.as_markdown().to_owned());
        let snapshot = Snapshot {
            code: competency.code.clone(),
            title: competency.title.clone(),
            criteria: criteria(competency),
            document_digest: tree.find(&path).and_then(|entry| tree.digest(entry).ok()),
            document: path,
            text_digest: Digest::of(text.as_bytes()),
            text_form: document.and_then(Document::normal_form),
            document_only: document_only(folder),
            artefacts: folder.artefacts().iter().map(|artefact| artefact_snapshot(tree, folder, artefact)).collect(),
        };
        (snapshot, text)
    }

    /// The read error, if a file exists and cannot be read.
    pub fn read_error(&self, tree: &Tree) -> Option<(String, io::Error)> {
        let unread = self.artefacts.iter().filter(|artefact| artefact.digest.is_none()).map(|artefact| &artefact.file);
        let unread = unread.chain(Some(&self.document).filter(|_| self.document_digest.is_none()));
        let mut entries = unread.filter_map(|path| tree.find(path));
        entries.find_map(|entry| Some((entry.path.clone(), tree.digest(entry).err()?)))
    }

    /// Whether every file exists.
    pub fn is_complete(&self) -> bool {
        self.document_digest.is_some() && self.artefacts.iter().all(|artefact| artefact.digest.is_some())
    }
}

fn artefact_snapshot(tree: &Tree, folder: &CompetencyFolder, artefact: &Artefact) -> ArtefactSnapshot {
    let file = folder.path_of(artefact).unwrap_or_else(|| artefact.file.get_ref().clone());
    let entry = tree.find(&file);
    ArtefactSnapshot {
        number: artefact.number.clone(),
        digest: entry.and_then(|entry| tree.digest(entry).ok()),
        file,
        about: AboutArtefact {
            title: artefact.title.clone(),
            shows: artefact.shows.clone(),
            share: artefact.share.as_ref().map(|share| share.get_ref().0),
            made: artefact.made.as_ref().map(|made| made.text.clone()),
            supports: artefact.supports.iter().map(|code| code.get_ref().clone()).collect(),
        },
    }
}

/// The digest of what the framework asks in a competency.
pub fn criteria(competency: &Competency) -> Digest {
    let parts = competency.parts.iter().flat_map(|part| {
        std::iter::once(format!("{} {}", part.code, part.title)).chain(part.asks.iter().map(|ask| format!("- {ask}")))
    });
    let lines: Vec<String> = std::iter::once(competency.name()).chain(parts).collect();
    Digest::of(lines.join("\n").as_bytes())
}

fn document_only(folder: &CompetencyFolder) -> Option<String> {
    folder.register.as_ref()?.document_only.as_ref().map(|reason| reason.get_ref().clone())
}
