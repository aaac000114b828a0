//! A portfolio as it is on disk or in an archive: parsed, not judged.

pub mod artefact;
pub mod details;
pub mod near_miss;
mod open;
pub mod sign_off;
pub mod snapshot;

use crate::document::Document;
use crate::framework::{Competency, Framework};
use crate::limits::{MAX_ALL_ARTEFACTS, MAX_ALL_TEXTS_BYTES};
use crate::media::{self, Trait};
use crate::settings::{self, Problem, UnknownKey};
use crate::source::Source;
use crate::tree::{EntryKind, Tree};
use artefact::{Artefact, Register};
use details::{Details, Validation};
use near_miss::Correction;
use sign_off::SignOff;

/// The file that makes a folder a portfolio.
pub const FILE: &str = "portfolio.toml";

/// Never packed, and read only for the names in [`NAMES`].
pub const PRIVATE: &str = "private";

/// Real names and the names used for them in the documents.
pub const NAMES: &str = "private/names.toml";

/// Sign-offs, one folder each.
pub const SIGN_OFFS: &str = "sign-offs";

/// Everything a candidate has written and filed.
pub struct Portfolio {
    pub tree: Tree,
    /// `portfolio.toml`; empty if it cannot be read.
    pub source: Source,
    pub details: Details,
    /// False if `portfolio.toml` exists but cannot be read, so that the details are not known.
    pub has_details: bool,
    pub framework: Framework,
    /// One per competency of the framework, in its order.
    pub folders: Vec<CompetencyFolder>,
    /// By folder name, so the oldest first.
    pub sign_offs: Vec<SignOff>,
    /// Whatever is among the sign-offs but is not one.
    pub sign_off_problems: Vec<Problem>,
    /// Files and folders at the top that belong to no competency.
    pub strangers: Vec<UnknownEntry>,
    /// Real names that must not leave the candidate's disk.
    pub names: Vec<String>,
    /// Problems of settings that could not be read.
    pub problems: Vec<Problem>,
    pub unknown_keys: Vec<UnknownKey>,
}

/// The content of a competency's folder.
pub struct CompetencyFolder {
    /// Relative to the portfolio; the future name if the folder does not exist.
    pub path: String,
    pub exists: bool,
    pub documents: Vec<DocumentFile>,
    /// `None` if there is no list of artefacts or it cannot be read.
    pub register: Option<Register>,
    /// Whether there is a list, readable or not.
    pub has_register: bool,
    /// Sorted paths of all other files, without junk.
    pub files: Vec<String>,
}

/// A file that is meant to be the competency's document.
pub struct DocumentFile {
    pub path: String,
    pub document: Result<Document, Problem>,
}

/// A file or folder at the top that does not belong to a portfolio.
pub struct UnknownEntry {
    pub path: String,
    pub folder: bool,
    /// Whether it is itself a portfolio.
    pub portfolio: bool,
}

impl Portfolio {
    /// Opens a portfolio. It never fails on what a user wrote: slips are recorded as problems. `framework_file` names
    /// the framework's file; without it `portfolio.toml` decides, and else the built-in one is used.
    pub fn open(tree: Tree, framework_file: Option<&str>) -> Self {
        let mut problems = Vec::new();
        let source = open::read_text(&tree, FILE, &mut problems);
        let details: Details = open::keep(settings::parse(&source), &mut problems);
        let has_details = problems.is_empty();
        let mut unknown_keys = settings::unknown_keys(&source, &details::KEYS);
        let framework = open::open_framework(&tree, &source, &details, framework_file, &mut problems);
        let (folders, wrong) = open::open_folders(&tree, &framework);
        problems.extend(wrong);
        for register in folders.iter().filter_map(|folder| folder.register.as_ref()) {
            unknown_keys.extend(register.unknown_keys.iter().cloned());
        }
        let strangers = open::strangers(&tree, &folders, &details, framework_file);
        problems.extend(open::misplaced(&tree, SIGN_OFFS, &EntryKind::Folder));
        let names = open::open_names(&tree, &mut problems);
        let (sign_offs, sign_off_problems) = sign_off::open(&tree, &framework);
        Portfolio {
            tree,
            source,
            details,
            has_details,
            framework,
            folders,
            sign_offs,
            sign_off_problems,
            strangers,
            names,
            problems,
            unknown_keys,
        }
    }

    /// Why the settings or the framework that they name cannot be used; then nothing is known about the competencies.
    pub fn settings_problem(&self) -> Option<&Problem> {
        let named = self.details.framework.as_ref().and_then(|path| self.tree.find(path.get_ref()));
        let is_settings = |path: &str| path == FILE || named.is_some_and(|entry| entry.path == path);
        self.problems.iter().find(|problem| is_settings(&problem.place.path))
    }

    /// Why the real names cannot be read; then they are not searched for.
    pub fn names_problem(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.place.path == NAMES)
    }

    /// Each competency with its folder, in the framework's order.
    pub fn competencies(&self) -> impl Iterator<Item = (&Competency, &CompetencyFolder)> {
        self.framework.competencies.iter().zip(&self.folders)
    }

    pub fn folder(&self, code: &str) -> Option<&CompetencyFolder> {
        self.competencies().find(|(competency, _)| competency.code == code).map(|(_, folder)| folder)
    }

    /// The competency whose folder this path is, or is in.
    pub fn owner_of(&self, path: &str) -> Option<&Competency> {
        let top = path.split('/').next().unwrap_or(path);
        self.competencies().find(|(_, folder)| folder.path == top).map(|(competency, _)| competency)
    }

    pub fn is_omitted(&self, code: &str) -> bool {
        self.details.omitted().iter().any(|omitted| omitted == code)
    }

    /// Agreements with AKAM that are complete enough to replace a sign-off.
    pub fn validations(&self) -> impl DoubleEndedIterator<Item = &Validation> {
        self.details.validations.iter().filter(|validation| validation.is_complete())
    }

    /// Whether an entry of `bytes` more would take the lists over their limits.
    pub fn is_full(&self, bytes: usize) -> bool {
        let documents = self.folders.iter().flat_map(|folder| &folder.documents);
        let documents = documents.filter_map(|file| file.document.as_ref().ok()).map(Document::as_markdown);
        let registers = self.folders.iter().filter_map(|folder| folder.register.as_ref());
        let texts = documents.chain(registers.map(|register| register.source.text.as_str())).map(str::len);
        let artefacts: usize = self.folders.iter().map(|folder| folder.artefacts().len()).sum();
        artefacts >= MAX_ALL_ARTEFACTS || (texts.sum::<usize>() + bytes) as u64 > MAX_ALL_TEXTS_BYTES
    }
}

impl CompetencyFolder {
    /// The document, if there is exactly one and it is readable.
    pub fn document(&self) -> Option<&Document> {
        match &self.documents[..] {
            [only] => only.document.as_ref().ok(),
            _ => None,
        }
    }

    /// Whether the list exists but cannot be read: then the artefacts are not known.
    pub fn is_register_broken(&self) -> bool {
        self.has_register && self.register.is_none()
    }

    /// The listed artefacts, each with its list.
    pub fn registered(&self) -> impl Iterator<Item = (&Register, &Artefact)> {
        self.register.iter().flat_map(|register| register.artefacts.iter().map(move |artefact| (register, artefact)))
    }

    pub fn artefacts(&self) -> &[Artefact] {
        self.register.as_ref().map_or(&[], |register| &register.artefacts)
    }

    /// The path of an artefact's file relative to the portfolio; `None` if it leads out of the competency's folder.
    pub fn path_of(&self, artefact: &Artefact) -> Option<String> {
        artefact.inside.as_ref().map(|file| format!("{}/{file}", self.path))
    }

    /// Files that are probably meant as the document, each with what makes it one.
    pub fn near_misses<'a>(
        &'a self,
        competency: &'a Competency,
    ) -> impl Iterator<Item = (&'a str, &'static Correction)> {
        let names = self.files.iter().map(|path| &path[self.path.len() + 1..]).filter(|name| !name.contains('/'));
        let is_listed = |name: &str| self.artefacts().iter().any(|artefact| artefact.inside.as_deref() == Some(name));
        names
            .filter(move |name| !is_listed(name))
            .filter_map(|name| Some((name, near_miss::correction(name, competency)?)))
    }

    /// Whether the candidate has added anything to akam's files.
    pub fn started(&self) -> bool {
        let written = |file: &DocumentFile| file.document.as_ref().map_or(true, |document| document.words > 0);
        self.documents.iter().any(written)
            || !self.files.is_empty()
            || self.is_register_broken()
            || self
                .register
                .as_ref()
                .is_some_and(|register| !register.artefacts.is_empty() || register.document_only.is_some())
    }
}

/// Whether a file is a leftover of a system or program; such files are skipped.
pub fn is_junk(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_one_of = |names: &[&str], word: &str| names.iter().any(|name| name.eq_ignore_ascii_case(word));
    folders.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
        || name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || is_one_of(&["thumbs.db", "desktop.ini", "__macosx"], name)
        || media::is(name, Trait::Leftover)
}
