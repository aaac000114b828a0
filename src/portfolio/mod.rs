//! A portfolio as it lies on disk or in an archive: parsed, not judged.

pub mod artefact;
pub mod details;

use std::io;

use unicode_normalization::UnicodeNormalization;

use crate::document::{self, Document, Format};
use crate::framework::{Competency, Framework, Part};
use crate::settings::{self, Problem, UnknownKey};
use crate::source::{Place, Source};
use crate::tree::{Entry, Kind, Tree};
use artefact::{Artefact, Register};
use details::Details;

/// The file that makes a folder a portfolio.
pub const FILE: &str = "portfolio.toml";

/// What lies in here is never packed, and read only for the names in [`NAMES`].
pub const PRIVATE: &str = "private";

/// Real names and what they are called in the documents.
pub const NAMES: &str = "private/names.toml";

/// Sign-offs, one folder each.
pub const SIGN_OFFS: &str = "sign-offs";

/// All that a candidate has written and filed.
pub struct Portfolio {
    pub tree: Tree,
    /// `portfolio.toml`; empty where it cannot be read.
    pub source: Source,
    pub details: Details,
    /// False where `portfolio.toml` is there and cannot be read, so that nothing is known of the details.
    pub has_details: bool,
    pub framework: Framework,
    /// One per competency of the framework, in its order.
    pub folders: Vec<CompetencyFolder>,
    /// What lies beside the competencies and belongs to none.
    pub strangers: Vec<Stranger>,
    /// Real names that must not leave the candidate's disk.
    pub names: Vec<String>,
    /// Settings that could not be read.
    pub problems: Vec<Problem>,
    pub unknown_keys: Vec<UnknownKey>,
    /// The code of the one competency that is submitted, where only one is.
    pub trial: Option<String>,
}

/// What lies in a competency's folder.
pub struct CompetencyFolder {
    /// Relative to the portfolio; where there is none yet, the name it would have.
    pub path: String,
    pub exists: bool,
    pub documents: Vec<DocumentFile>,
    /// `None` where there is no register or it cannot be read.
    pub register: Option<Register>,
    /// Whether a register file is there, readable or not.
    pub has_register: bool,
    /// Paths of all other files, sorted; junk is left out.
    pub files: Vec<String>,
}

/// A file that is or wants to be the competency's document.
pub struct DocumentFile {
    pub path: String,
    pub document: Result<Document, Problem>,
}

/// A file or folder at the top that is no part of a portfolio.
pub struct Stranger {
    pub path: String,
    pub folder: bool,
    /// Whether it is a portfolio of its own.
    pub portfolio: bool,
}

#[derive(serde::Deserialize, Default)]
struct NamesFile {
    #[serde(default)]
    names: std::collections::BTreeMap<String, String>,
}

/// What answers a part: its section of the document, artefacts that name it, or both.
pub struct Answer<'a> {
    pub part: &'a Part,
    pub section: bool,
    pub artefacts: Vec<&'a Artefact>,
}

impl Portfolio {
    /// Takes up a portfolio. Never fails on what a user wrote: that is kept as a problem. `framework_file` names the file
    /// that holds the framework; without it `portfolio.toml` decides, and without that the built-in one is taken.
    pub fn open(tree: Tree, framework_file: Option<&str>) -> Self {
        let mut problems = Vec::new();
        let source = read_text(&tree, FILE, &mut problems);
        let details: Details = keep(settings::parse(&source), &mut problems);
        let has_details = problems.is_empty();
        let mut unknown_keys = settings::unknown_keys(&source, &details::KEYS);
        let framework = open_framework(&tree, &source, &details, framework_file, &mut problems);
        let folders: Vec<_> =
            framework.competencies.iter().map(|competency| open_folder(&tree, competency, &mut problems)).collect();
        for register in folders.iter().filter_map(|folder| folder.register.as_ref()) {
            unknown_keys.extend(register.unknown_keys.iter().cloned());
        }
        let strangers = strangers(&tree, &folders, &details, framework_file);
        let names = open_names(&tree, &mut problems);
        Portfolio {
            tree,
            source,
            details,
            has_details,
            framework,
            folders,
            strangers,
            names,
            problems,
            unknown_keys,
            trial: None,
        }
    }

    /// Each competency with its folder, in the framework's order.
    pub fn competencies(&self) -> impl Iterator<Item = (&Competency, &CompetencyFolder)> {
        self.framework.competencies.iter().zip(&self.folders)
    }

    pub fn folder(&self, code: &str) -> Option<&CompetencyFolder> {
        self.competencies().find(|(competency, _)| competency.code == code).map(|(_, folder)| folder)
    }

    /// The competency in whose folder a path lies, or whose folder it is.
    pub fn owner_of(&self, path: &str) -> Option<&Competency> {
        let top = path.split('/').next().unwrap_or(path);
        self.competencies().find(|(_, folder)| folder.path == top).map(|(competency, _)| competency)
    }

    pub fn is_omitted(&self, code: &str) -> bool {
        self.details.omitted().iter().any(|omitted| omitted == code)
    }

    /// Whether a competency goes into the archive: worked on, not left out, and in a trial the one that is tried.
    pub fn is_submitted(&self, competency: &Competency, folder: &CompetencyFolder) -> bool {
        let tried = self.trial.as_ref().is_none_or(|code| *code == competency.code);
        tried && folder.started() && !self.is_omitted(&competency.code)
    }

    /// The competencies that go into the archive, each with its folder.
    pub fn submitted(&self) -> impl Iterator<Item = (&Competency, &CompetencyFolder)> {
        self.competencies().filter(|(competency, folder)| self.is_submitted(competency, folder))
    }

    /// The files of a submitted competency that go into the archive: documents, register and registered artefacts.
    pub fn packed(&self, folder: &CompetencyFolder) -> impl Iterator<Item = &Entry> {
        let documents = folder.documents.iter().map(|file| file.path.clone());
        let register = folder.has_register.then(|| format!("{}/{}", folder.path, artefact::FILE));
        let artefacts = folder.artefacts().iter().filter_map(|artefact| folder.path_of(artefact));
        let paths: Vec<String> = documents.chain(register).chain(artefacts).collect();
        paths.into_iter().filter_map(|path| self.tree.find(&path)).filter(|entry| entry.kind == Kind::File)
    }

    /// All registered artefacts of submitted competencies, with their own competency and folder.
    pub fn artefacts(&self) -> impl Iterator<Item = (&Competency, &CompetencyFolder, &Artefact)> {
        self.competencies().filter(|(competency, folder)| self.is_submitted(competency, folder)).flat_map(
            |(competency, folder)| folder.artefacts().iter().map(move |artefact| (competency, folder, artefact)),
        )
    }

    /// What answers each part of a competency.
    pub fn answers<'a>(&'a self, competency: &'a Competency, folder: &CompetencyFolder) -> Vec<Answer<'a>> {
        let document = folder.document();
        competency
            .parts
            .iter()
            .map(|part| Answer {
                part,
                section: document.is_some_and(|document| document.answers(part)),
                artefacts: self
                    .artefacts()
                    .filter(|(own, _, artefact)| artefact.supported(&own.code).contains(&part.code.as_str()))
                    .map(|(_, _, artefact)| artefact)
                    .collect(),
            })
            .collect()
    }
}

impl CompetencyFolder {
    /// The document, if there is exactly one and it can be read.
    pub fn document(&self) -> Option<&Document> {
        match &self.documents[..] {
            [only] => only.document.as_ref().ok(),
            _ => None,
        }
    }

    /// Whether a register is there that cannot be read: then nothing is known of the artefacts.
    pub fn is_register_broken(&self) -> bool {
        self.has_register && self.register.is_none()
    }

    pub fn artefacts(&self) -> &[Artefact] {
        self.register.as_ref().map_or(&[], |register| &register.artefacts)
    }

    /// The path of an artefact's file relative to the portfolio, as its register means it; `None` where that leads
    /// out of the competency's folder.
    pub fn path_of(&self, artefact: &Artefact) -> Option<String> {
        let file = artefact.file.get_ref();
        let parts: Vec<&str> = file.split('/').collect();
        let inside = !file.contains('\\') && parts.iter().all(|part| !part.is_empty() && *part != "." && *part != "..");
        inside.then(|| format!("{}/{}", self.path, file.nfc().collect::<String>()))
    }

    /// Whether anything but the scaffold is there.
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

/// Whether a file is left behind by a system or a program: such files are skipped.
pub fn is_junk(path: &str) -> bool {
    let hidden_folder = path.rsplit('/').skip(1).any(|part| part.starts_with('.') || part == "__MACOSX");
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    hidden_folder
        || name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || ["thumbs.db", "desktop.ini", "__macosx"].contains(&name.to_lowercase().as_str())
        || ["tmp", "swp", "crdownload", "part", "bak"].contains(&ending.as_str())
}

/// Reads a text file of the portfolio; a missing one is empty, an unreadable one is a problem.
fn read_text(tree: &Tree, path: &str, problems: &mut Vec<Problem>) -> Source {
    let empty = || Source { path: path.to_owned(), text: String::new() };
    let Some(entry) = tree.find(path) else { return empty() };
    keep(read_entry(tree, entry, settings::MOST), problems).unwrap_or_else(empty)
}

/// Reads a file that is there as text.
fn read_entry(tree: &Tree, entry: &Entry, most: u64) -> Result<Option<Source>, Problem> {
    let bytes = tree.read(entry, most).map_err(|error| unreadable(entry, &error))?;
    let place = Place::file(&entry.path);
    let source = Source::decode(&entry.path, bytes);
    source.map(Some).map_err(|wrong| Problem { place, message: wrong.message, help: wrong.help })
}

fn unreadable(entry: &Entry, error: &io::Error) -> Problem {
    let help = match (&entry.kind, error.kind()) {
        (Kind::Link, _) => "put the file itself here instead of a link to it",
        (Kind::Folder, _) => "rename the folder: a file of this name is expected",
        (_, io::ErrorKind::PermissionDenied) => "give yourself the right to read it",
        (_, io::ErrorKind::FileTooLarge) => "move what is not text out of it, for instance into `artefacts/`",
        _ => "see that it is an ordinary file, present on this disk and not locked by another program",
    };
    Problem { place: Place::file(&entry.path), message: format!("it cannot be read: {error}"), help: help.to_owned() }
}

/// The value, or its default with the problem kept.
fn keep<T: Default>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> T {
    result.unwrap_or_else(|problem| {
        problems.push(problem);
        T::default()
    })
}

fn open_framework(
    tree: &Tree,
    source: &Source,
    details: &Details,
    named: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Framework {
    let wish = details.framework.as_ref();
    let Some(path) = named.or(wish.map(|wish| wish.get_ref().as_str())) else { return Framework::built_in() };
    let Some(entry) = tree.find(path) else {
        problems.push(Problem {
            place: wish.map_or_else(|| Place::file(FILE), |wish| source.place(&wish.span())),
            message: format!("the framework file `{path}` is not in the portfolio"),
            help: "put the file there, or take `framework` out to use the built-in one".to_owned(),
        });
        return Framework::built_in();
    };
    let read = read_entry(tree, entry, settings::MOST).and_then(|text| Framework::parse(&text.unwrap_or_default()));
    read.unwrap_or_else(|problem| {
        problems.push(problem);
        Framework::built_in()
    })
}

fn open_folder(tree: &Tree, competency: &Competency, problems: &mut Vec<Problem>) -> CompetencyFolder {
    let usual = competency.folder();
    let path = match tree.find(&usual) {
        Some(entry) if entry.kind == Kind::Folder => usual,
        _ => find_renamed(tree, &competency.code).unwrap_or(usual),
    };
    let mut folder = CompetencyFolder {
        exists: tree.find(&path).is_some_and(|entry| entry.kind == Kind::Folder),
        path,
        documents: Vec::new(),
        register: None,
        has_register: false,
        files: Vec::new(),
    };
    for entry in tree.below(&folder.path).filter(|entry| entry.kind == Kind::File) {
        let name = &entry.path[folder.path.len() + 1..];
        if let Some(format) = Format::of(name) {
            folder.documents.push(open_document(tree, entry, format));
        } else if name == artefact::FILE {
            folder.has_register = true;
            let source = keep(read_entry(tree, entry, settings::MOST), problems);
            let register = source.map(|source| Register::parse(source, &competency.code)).transpose();
            folder.register = keep(register, problems);
        } else if !is_junk(name) {
            folder.files.push(entry.path.clone());
        }
    }
    folder
}

/// A folder whose name begins with the code, whatever follows.
fn find_renamed(tree: &Tree, code: &str) -> Option<String> {
    let code = code.to_lowercase();
    let top = tree.entries().iter().filter(|entry| entry.kind == Kind::Folder && !entry.path.contains('/'));
    top.map(|entry| entry.path.clone()).find(|name| {
        let name = name.to_lowercase();
        name.strip_prefix(&code).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ' ', '_']))
    })
}

fn open_document(tree: &Tree, entry: &Entry, format: Format) -> DocumentFile {
    let bytes = tree.read(entry, document::MOST).map_err(|error| unreadable(entry, &error));
    let document = bytes.and_then(|bytes| Document::open(&entry.path, format, bytes));
    DocumentFile { path: entry.path.clone(), document }
}

fn strangers(
    tree: &Tree,
    folders: &[CompetencyFolder],
    details: &Details,
    framework_file: Option<&str>,
) -> Vec<Stranger> {
    let own = framework_file.or(details.framework.as_ref().map(|path| path.get_ref().as_str()));
    let known = |path: &str| {
        [FILE, PRIVATE, SIGN_OFFS].contains(&path)
            || Some(path) == own
            || is_junk(path)
            || folders.iter().any(|folder| folder.path == path)
            || is_archive(path)
    };
    let top = tree.entries().iter().filter(|entry| !entry.path.contains('/') && !known(&entry.path));
    top.filter(|entry| matches!(entry.kind, Kind::File | Kind::Folder))
        .map(|entry| Stranger {
            path: entry.path.clone(),
            folder: entry.kind == Kind::Folder,
            portfolio: tree.find(&format!("{}/{FILE}", entry.path)).is_some(),
        })
        .collect()
}

/// Whether a file at the top is an archive that akam packed.
fn is_archive(path: &str) -> bool {
    path.starts_with("akam-") && std::path::Path::new(path).extension().is_some_and(|ending| ending == "zip")
}

fn open_names(tree: &Tree, problems: &mut Vec<Problem>) -> Vec<String> {
    let entry = Entry { path: NAMES.to_owned(), kind: Kind::File, size: 0, utf8: true };
    let bytes = match tree.read(&entry, settings::MOST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            problems.push(unreadable(&entry, &error));
            return Vec::new();
        }
    };
    let source = Source::decode(NAMES, bytes).map_err(|wrong| Problem {
        place: Place::file(NAMES),
        message: wrong.message,
        help: wrong.help,
    });
    // The parser's own message could quote a real name, and findings are packed with a draft.
    let parsed = source.and_then(|source| settings::parse(&source)).map_err(|problem| Problem {
        message: "this line does not pair a name with what it is called".to_owned(),
        help: "write each on a line of its own: \"Real name\" = \"what it is called\"".to_owned(),
        place: problem.place,
    });
    let file: NamesFile = keep(parsed, problems);
    let names = file.names.into_keys().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}
