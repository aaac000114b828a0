//! The container of a Word or `OpenDocument` file: its parts by name, each read whole and within limits, or not at all.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::Read;

use crate::digest::Digest;
use crate::settings::Problem;
use crate::zip::entry::ZipFile;
use crate::zip::walk::walk;
use crate::zip::{DefectKind, Limits, Policy, Ratio, WalkError, ZipEntry};

/// A part that is read as text.
const MAX_PART_BYTES: u64 = 16 << 20;
/// All parts of one document that are read as text.
const MAX_READ_BYTES: u64 = 48 << 20;
/// All parts of which digests are made, such as pictures.
const MAX_DIGESTED_BYTES: u64 = 512 << 20;
const MAX_PARTS: u64 = 2_000;

const LIMITS: Limits = Limits {
    policy: Policy::Document,
    entries: MAX_PARTS,
    directory_bytes: 1 << 20,
    total_bytes: 1 << 30,
    // A text that repeats itself deflates to a hundredth; what may be read has limits of its own.
    ratio: Ratio { from_bytes: MAX_PART_BYTES, times: 200 },
    total_ratio: Ratio { from_bytes: 64 << 20, times: 200 },
};

const DAMAGED: &str = "open it in the program it was written with and save it again, or take it from a backup";

pub struct Package {
    path: String,
    file: ZipFile,
    /// By their names in small letters: case makes no difference.
    parts: HashMap<String, ZipEntry>,
    read: Cell<u64>,
    digested: Cell<u64>,
}

impl Package {
    pub fn open(path: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let file = ZipFile::in_memory(bytes);
        let walked = walk(&file, bytes.len() as u64, &LIMITS).map_err(|error| match error {
            WalkError::Defect(defect) => {
                let part = defect.entry.map(|name| format!(" (`{name}` in it)")).unwrap_or_default();
                let message = match defect.kind {
                    DefectKind::Bomb => format!("it is far larger inside than a document is{part}"),
                    DefectKind::Ambiguous => format!("programs may read it in two ways: {}{part}", defect.message),
                    _ => format!("its file is damaged: {}{part}", defect.message),
                };
                Problem::file(path, message, DAMAGED)
            }
            WalkError::Disk(error) => Problem::file(path, format!("its file is damaged: {error}"), DAMAGED),
        })?;
        let parts = walked.files().into_iter().map(|entry| (entry.name.to_lowercase(), entry)).collect();
        Ok(Package { path: path.to_owned(), file, parts, read: Cell::new(0), digested: Cell::new(0) })
    }

    /// Relative to the portfolio.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&name.to_lowercase())
    }

    /// The names of all parts as they are written, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.parts.values().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The bytes of a part; nothing where there is no such part.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let Some(entry) = self.parts.get(&name.to_lowercase()) else { return Ok(None) };
        if entry.size > MAX_PART_BYTES {
            return Err(self.too_large(entry));
        }
        self.count(entry, &self.read, MAX_READ_BYTES)?;
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size).unwrap_or(0));
        match self.file.read(entry).read_to_end(&mut bytes) {
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(self.damaged(entry, &error.to_string())),
        }
    }

    /// The digest of a part, such as a picture.
    pub fn digest(&self, name: &str) -> Result<Option<Digest>, Problem> {
        let Some(entry) = self.parts.get(&name.to_lowercase()) else { return Ok(None) };
        self.count(entry, &self.digested, MAX_DIGESTED_BYTES)?;
        match Digest::of_stream(self.file.read(entry)) {
            Ok(digest) => Ok(Some(digest)),
            Err(error) => Err(self.damaged(entry, &error.to_string())),
        }
    }

    fn count(&self, entry: &ZipEntry, so_far: &Cell<u64>, most: u64) -> Result<(), Problem> {
        so_far.set(so_far.get().saturating_add(entry.size));
        if so_far.get() > most { Err(self.too_large(entry)) } else { Ok(()) }
    }

    fn too_large(&self, entry: &ZipEntry) -> Problem {
        let message = format!("`{}` in it, or all that is read of it, is far larger than a document is", entry.name);
        Problem::file(&self.path, message, "keep the text that is to be read, in a file of its own")
    }

    fn damaged(&self, entry: &ZipEntry, why: &str) -> Problem {
        Problem::file(&self.path, format!("its file is damaged: {why} (`{}` in it)", entry.name), DAMAGED)
    }
}
