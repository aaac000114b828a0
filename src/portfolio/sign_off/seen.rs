//! What a signatory is shown of a competency, each file by its digest.

use std::io;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::document::wording;
use crate::framework::Competency;
use crate::portfolio::artefact::Artefact;
use crate::portfolio::{CompetencyFolder, Portfolio};
use crate::tree::{Entry, Tree};

/// Endings of plain text: such files are told apart by their words too.
const TEXT: [&str; 4] = ["txt", "md", "csv", "tsv"];

/// Largest text of an artefact that is compared by its words, in bytes.
const MOST_TEXT: u64 = 1_000_000;

/// What was shown of a competency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    pub code: String,
    pub title: String,
    /// SHA-256 of what the framework asks.
    pub criteria: Digest,
    /// Path of the document, relative to the portfolio.
    pub document: String,
    pub document_digest: Digest,
    /// SHA-256 of the document's words, joined by single blanks.
    pub text_digest: Digest,
    pub words: usize,
    /// Why no artefact is attached.
    pub document_only: Option<String>,
    #[serde(rename = "artefact", default, skip_serializing_if = "Vec::is_empty")]
    pub artefacts: Vec<SeenArtefact>,
}

/// An attached file and what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenArtefact {
    /// As `1.D.3-A2`.
    pub number: String,
    /// Relative to the portfolio.
    pub file: String,
    pub digest: Digest,
    /// SHA-256 of a plain text's words, where it is one.
    pub text_digest: Option<Digest>,
    #[serde(flatten)]
    pub said: Said,
}

/// What the register says of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub title: Option<String>,
    pub shows: Option<String>,
    /// In percent.
    pub share: Option<u8>,
    pub made: Option<String>,
    /// Empty means the folder's own competency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<String>,
}

impl Said {
    pub fn of(artefact: &Artefact) -> Self {
        Said {
            title: artefact.title.clone(),
            shows: artefact.shows.clone(),
            share: artefact.share.as_ref().map(|share| share.get_ref().0),
            made: artefact.made.as_ref().map(|made| made.text.clone()),
            supports: artefact.supports.iter().map(|code| code.get_ref().clone()).collect(),
        }
    }
}

/// What there is to show of a competency now, and the words of its document. `None` where there is no document that can
/// be read, or an artefact's file is missing; an error is one of the disk.
pub fn see(
    portfolio: &Portfolio,
    competency: &Competency,
    folder: &CompetencyFolder,
) -> io::Result<Option<(Seen, String)>> {
    let tree = &portfolio.tree;
    let Some((document, entry)) = folder.document().and_then(|it| Some((it, tree.find(&it.source.path)?))) else {
        return Ok(None);
    };
    let mut artefacts = Vec::new();
    for artefact in folder.artefacts() {
        let Some(file) = folder.path_of(artefact).and_then(|path| tree.find(&path)) else { return Ok(None) };
        artefacts.push(SeenArtefact {
            number: artefact.number.clone(),
            file: folder.path_of(artefact).unwrap_or_default(),
            digest: tree.digest(file)?,
            text_digest: text_digest(tree, file),
            said: Said::of(artefact),
        });
    }
    let text = wording::wording(&document.source.text);
    let seen = Seen {
        code: competency.code.clone(),
        title: competency.title.clone(),
        criteria: criteria(competency),
        document: document.source.path.clone(),
        document_digest: tree.digest(entry)?,
        text_digest: wording::digest(&text),
        words: document.words,
        document_only: document_only(folder),
        artefacts,
    };
    Ok(Some((seen, text)))
}

/// A digest of what the framework asks in a competency.
pub fn criteria(competency: &Competency) -> Digest {
    let parts = competency.parts.iter().flat_map(|part| {
        std::iter::once(format!("{} {}", part.code, part.title)).chain(part.asks.iter().map(|ask| format!("- {ask}")))
    });
    let lines: Vec<String> = std::iter::once(competency.name()).chain(parts).collect();
    Digest::of(lines.join("\n").as_bytes())
}

pub fn document_only(folder: &CompetencyFolder) -> Option<String> {
    folder.register.as_ref()?.document_only.as_ref().map(|reason| reason.get_ref().clone())
}

/// A digest of a plain text's words; `None` for all other files.
pub fn text_digest(tree: &Tree, entry: &Entry) -> Option<Digest> {
    let ending = entry.path.rsplit_once('.')?.1.to_ascii_lowercase();
    if !TEXT.contains(&ending.as_str()) || entry.size > MOST_TEXT {
        return None;
    }
    let text = String::from_utf8(tree.read(entry, MOST_TEXT).ok()?).ok()?;
    Some(Digest::of(wording::plain(text.trim_start_matches('\u{feff}')).as_bytes()))
}
