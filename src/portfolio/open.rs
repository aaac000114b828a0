//! Reads a portfolio's settings, folders, documents, lists and names.

use std::collections::BTreeMap;
use std::io;

use super::artefact::{self, Register};
use super::details::Details;
use super::{CompetencyFolder, DocumentFile, FILE, NAMES, PRIVATE, SIGN_OFFS, UnknownEntry, is_junk};
use crate::document::{Document, Format};
use crate::framework::{Competency, Framework, Part};
use crate::limits::{
    MAX_ALL_ARTEFACTS, MAX_ALL_SUPPORTED_CODES, MAX_ALL_TEXTS_BYTES, MAX_DOCUMENT_BYTES, MAX_OFFICE_BYTES,
    MAX_SETTINGS_BYTES,
};
use crate::settings::{self, Keys, LEAF, Problem};
use crate::source::{Place, Source};
use crate::threads::share_in_order;
use crate::tree::{DOWNLOAD, Entry, EntryKind, Tree};

#[derive(serde::Deserialize, Default)]
struct NamesFile {
    #[serde(default)]
    names: BTreeMap<String, String>,
}

/// Reads a text file of the portfolio; a missing file is empty, an unreadable one adds a problem.
pub fn read_text(tree: &Tree, path: &str, problems: &mut Vec<Problem>) -> Source {
    let empty = || Source { path: path.to_owned(), text: String::new() };
    let Some(entry) = tree.find(path) else { return empty() };
    keep(read_entry(tree, entry, MAX_SETTINGS_BYTES).map(Some), problems).unwrap_or_else(empty)
}

/// Reads an existing file as text.
fn read_entry(tree: &Tree, entry: &Entry, most: u64) -> Result<Source, Problem> {
    let bytes = tree.read(entry, most).map_err(|error| unreadable(entry, &error))?;
    Source::decode(&entry.path, bytes)
}

pub fn unreadable(entry: &Entry, error: &io::Error) -> Problem {
    let help = match (&entry.kind, error.kind()) {
        _ if entry.is_in_the_cloud() => DOWNLOAD,
        (EntryKind::Link, _) => "put the file itself here instead of a link to it",
        (EntryKind::Folder, _) => "rename the folder: a file of this name is expected",
        (_, io::ErrorKind::PermissionDenied) => "give yourself the right to read it",
        (_, io::ErrorKind::FileTooLarge) => "move what is not text out of it, for instance into `artefacts/`",
        _ => "see that it is an ordinary file, present on this disk and not locked by another program",
    };
    Problem::file(&entry.path, format!("it cannot be read: {error}"), help)
}

/// The value, or the default after recording the problem.
pub fn keep<T: Default>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> T {
    result.unwrap_or_else(|problem| {
        problems.push(problem);
        T::default()
    })
}

pub fn open_framework(
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
            message: format!("the competency file `{path}` is not in the portfolio"),
            help: "put the file there, or take `framework` out to use the built-in one".to_owned(),
        });
        return Framework::built_in();
    };
    let read = read_entry(tree, entry, MAX_SETTINGS_BYTES).and_then(|text| Framework::parse(&text));
    read.unwrap_or_else(|problem| {
        problems.push(problem);
        Framework::built_in()
    })
}

/// The folders of all competencies, in the framework's order, and what cannot be read in them.
pub fn open_folders(tree: &Tree, framework: &Framework) -> (Vec<CompetencyFolder>, Vec<Problem>) {
    let mut left = MAX_ALL_TEXTS_BYTES;
    let mut fits = |path: &str| {
        let read = |entry: &Entry| entry.size <= max_text(&entry.path[path.len() + 1..]);
        let rest = left.checked_sub(tree.below(path).filter(|entry| read(entry)).map(|entry| entry.size).sum());
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let wanted: Vec<(&Competency, String, bool)> = framework
        .competencies
        .iter()
        .map(|competency| (competency, folder_path(tree, competency)))
        .map(|(competency, path)| (competency, path.clone(), fits(&path)))
        .collect();
    let opened = share_in_order(&wanted, |(competency, path, fits)| {
        let mut problems = Vec::new();
        (open_folder(tree, competency, path, *fits, &mut problems), problems)
    });
    let (mut folders, problems): (Vec<_>, Vec<_>) = opened.into_iter().unzip();
    let mut problems: Vec<Problem> = problems.into_iter().flatten().collect();
    for file in folders.iter_mut().flat_map(|folder| &mut folder.documents) {
        let size = match &file.document {
            Ok(document) if document.format != Format::Markdown => document.as_markdown().len() as u64,
            _ => 0,
        };
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => file.document = Err(too_much(&file.path)),
        }
    }
    let (mut artefacts, mut codes) = (MAX_ALL_ARTEFACTS, MAX_ALL_SUPPORTED_CODES);
    for folder in &mut folders {
        let supported = folder.artefacts().iter().map(|artefact| artefact.supports.len()).sum();
        match artefacts.checked_sub(folder.artefacts().len()).zip(codes.checked_sub(supported)) {
            Some(rest) => (artefacts, codes) = rest,
            None => problems.extend(folder.register.take().map(|register| artefact::too_many_in_all(&register.source))),
        }
    }
    (folders, problems)
}

/// Size limit for a file directly in a competency's folder that is a text; 0 for other files.
fn max_text(name: &str) -> u64 {
    match Format::of(name) {
        Some(Format::Markdown) => MAX_DOCUMENT_BYTES,
        _ if name == artefact::FILE => MAX_SETTINGS_BYTES,
        _ => 0,
    }
}

fn too_much(path: &str) -> Problem {
    let most = MAX_ALL_TEXTS_BYTES / 1_000_000;
    let message = format!("it is not read: with it, all documents and registers have more than {most} MB together");
    Problem::file(path, message, "keep what is to be read, and attach long lists as artefacts")
}

/// The folder of a competency, or its future name.
fn folder_path(tree: &Tree, competency: &Competency) -> String {
    let usual = competency.folder();
    match tree.find(&usual) {
        Some(entry) if entry.kind == EntryKind::Folder => usual,
        _ => find_renamed(tree, competency).unwrap_or(usual),
    }
}

/// Reads a competency's folder; texts are read only while all of them together stay within the limit.
fn open_folder(
    tree: &Tree,
    competency: &Competency,
    path: &str,
    fits: bool,
    problems: &mut Vec<Problem>,
) -> CompetencyFolder {
    let mut folder = CompetencyFolder {
        exists: tree.find(path).is_some_and(|entry| entry.kind == EntryKind::Folder),
        path: path.to_owned(),
        documents: Vec::new(),
        register: None,
        has_register: false,
        files: Vec::new(),
    };
    problems.extend(misplaced(tree, &folder.path, &EntryKind::Folder));
    problems.extend(misplaced(tree, &format!("{}/{}", folder.path, artefact::FILE), &EntryKind::File));
    for entry in tree.below(&folder.path).filter(|entry| entry.kind == EntryKind::File) {
        let name = &entry.path[folder.path.len() + 1..];
        if let Some(format) = Format::of(name) {
            let document =
                if fits { open_document(tree, entry, format, &competency.parts) } else { Err(too_much(&entry.path)) };
            folder.documents.push(DocumentFile { path: entry.path.clone(), document });
        } else if name == artefact::FILE {
            folder.has_register = true;
            let source = if fits { read_entry(tree, entry, MAX_SETTINGS_BYTES) } else { Err(too_much(&entry.path)) };
            let register = source.and_then(|source| Register::parse(source, &competency.code));
            folder.register = keep(register.map(Some), problems);
        } else if !is_junk(name) {
            folder.files.push(entry.path.clone());
        }
    }
    folder
}

/// The problem of a folder in place of a file or the reverse; rules on names report links and special files.
pub fn misplaced(tree: &Tree, path: &str, wanted: &EntryKind) -> Option<Problem> {
    let (message, help) = match (&tree.find(path)?.kind, wanted) {
        (EntryKind::Folder, EntryKind::File) => {
            ("this is a folder, where a file is expected", "rename it; `akam init` makes the file")
        }
        (EntryKind::File, EntryKind::Folder) => {
            ("this is a file, where a folder is expected", "rename it; `akam init` makes the folder")
        }
        _ => return None,
    };
    Some(Problem::file(path, message, help))
}

/// A renamed folder of a competency.
fn find_renamed(tree: &Tree, competency: &Competency) -> Option<String> {
    let mut top = tree.entries().iter().filter(|entry| entry.kind == EntryKind::Folder && !entry.path.contains('/'));
    top.find(|entry| competency.is_folder(&entry.path)).map(|entry| entry.path.clone())
}

fn open_document(tree: &Tree, entry: &Entry, format: Format, parts: &[Part]) -> Result<Document, Problem> {
    let limit = if format == Format::Markdown { MAX_DOCUMENT_BYTES } else { MAX_OFFICE_BYTES };
    let bytes = tree.read(entry, limit).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => {
            let help = if format == Format::Markdown {
                "it may have 500 kB, about 75,000 words: keep what is to be read, and attach the rest as artefacts"
            } else {
                "it may have 32 MB: make its pictures smaller, or attach them as artefacts"
            };
            Problem { help: help.to_owned(), ..unreadable(entry, &error) }
        }
        _ => unreadable(entry, &error),
    });
    Document::open(&entry.path, format, bytes?, parts)
}

pub fn strangers(
    tree: &Tree,
    folders: &[CompetencyFolder],
    details: &Details,
    framework_file: Option<&str>,
) -> Vec<UnknownEntry> {
    let own = framework_file.or(details.framework.as_ref().map(|path| path.get_ref().as_str()));
    let known = |path: &str| {
        [FILE, PRIVATE, SIGN_OFFS].contains(&path)
            || Some(path) == own
            || is_junk(path)
            || folders.iter().any(|folder| folder.path == path)
            || is_sent(path)
    };
    let top = tree.entries().iter().filter(|entry| !entry.path.contains('/') && !known(&entry.path));
    top.filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Folder))
        .map(|entry| UnknownEntry {
            path: entry.path.clone(),
            folder: entry.kind == EntryKind::Folder,
            portfolio: tree.find(&format!("{}/{FILE}", entry.path)).is_some(),
        })
        .collect()
}

/// Whether an entry at the top was written by akam to be sent: an archive, or the folder of a request.
fn is_sent(path: &str) -> bool {
    let is_zip = std::path::Path::new(path).extension().is_some_and(|ending| ending == "zip");
    path.starts_with("akam-sign-off-") || path.starts_with("akam-") && is_zip
}

/// Reads the real names from the candidate's disk. In an archive a file of this name is not read.
pub fn open_names(tree: &Tree, problems: &mut Vec<Problem>) -> Vec<String> {
    if !tree.is_folder() {
        return Vec::new();
    }
    let Some(entry) = tree.entry_at(NAMES) else { return Vec::new() };
    let names = read_entry(tree, &entry, MAX_SETTINGS_BYTES).and_then(|source| parse_names(&source));
    let file: NamesFile = keep(names, problems);
    let names = file.names.into_keys().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// Parses the names. Every slip is an error, because unread names are not searched for. Messages never quote the file:
/// it could hold a real name, and findings are packed with a draft.
fn parse_names(source: &Source) -> Result<NamesFile, Problem> {
    let problem = |place: Place| Problem {
        place,
        message: "this line does not pair a name with what it is called".to_owned(),
        help: "below a line `[names]`, write each on a line of its own: \"Real name\" = \"what it is called\""
            .to_owned(),
    };
    let parsed = settings::parse(source).map_err(|slip| problem(slip.place))?;
    match settings::unknown_keys(source, &Keys(&[("names", LEAF)])).into_iter().next() {
        Some(unknown) => Err(problem(unknown.place)),
        None => Ok(parsed),
    }
}
