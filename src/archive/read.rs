//! Reads an archive strictly and in place: every byte belongs to one record, and nothing is unpacked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::bag::{self, Listing, Manifest};
use super::junk;
use super::provenance::repack_evidence;
use super::{CHECK, FORMAT, INDEX, LIMITS, METADATA, PAGES, PAYLOAD, Status};
use crate::digest::Digest;
use crate::text::nfc;
use crate::threads::share_in_order;
use crate::tree::{Contents, Entry, Tree, open_file};
use crate::zip::entry::{EntryDigest, ZipFile};
use crate::zip::walk::walk;
use crate::zip::{Defect, WalkError, ZipEntry};

/// Largest text of the archive that is read into memory: manifests and `bag-info.txt`.
const MAX_TEXT_BYTES: u64 = 32 << 20;

/// Bytes of deflated files, all together, up to which they are compressed again to see whether akam compressed them.
const MAX_RECOMPRESSED_BYTES: u64 = 2 << 20;

/// An archive whose records are in order; what they hold is not read yet.
pub struct Archive {
    file: ZipFile,
    /// The name of the one folder that holds everything.
    top: String,
    /// Sorted by their names, which are below the top folder.
    entries: Arc<Vec<ZipEntry>>,
    repack_evidence: Vec<&'static str>,
    /// Names of what systems and programs left beside the files that somebody packed again; not among the entries.
    junk: Vec<String>,
}

/// All that an archive holds, every byte of it read. Paths are below the top folder.
pub struct BagContents<'a> {
    /// Names of what systems and programs left beside the files, in the whole archive.
    pub junk: &'a [String],
    /// The name of the top folder.
    pub top: &'a str,
    /// What each file holds, by path, or why it cannot be read.
    pub files: Files<'a>,
    /// What the payload's manifest lists, or why it cannot be read.
    pub manifest: Result<Manifest, String>,
    pub tag_manifest: Result<Manifest, String>,
    /// What `bagit.txt` says.
    pub declaration: String,
    /// The text of `bag-info.txt`.
    pub info: String,
    /// What shows that another program than akam packed the archive; empty where each byte is canonical.
    pub repack_evidence: Vec<&'static str>,
}

pub type Files<'a> = BTreeMap<&'a str, Result<EntryDigest, String>>;

impl Archive {
    /// Walks over the records of an archive. The outer error is one of the disk.
    pub fn open(path: &Path) -> io::Result<Result<Self, Defect>> {
        Self::of(open_file(path)?)
    }

    /// Like [`Archive::open`], for a file that is open already.
    pub fn of(file: File) -> io::Result<Result<Self, Defect>> {
        let length = file.metadata()?.len();
        match Self::read_records(ZipFile::new(file), length) {
            Ok(archive) => Ok(Ok(archive)),
            Err(WalkError::Defect(defect)) => Ok(Err(defect)),
            Err(WalkError::Disk(error)) => Err(error),
        }
    }

    fn read_records(file: ZipFile, length: u64) -> Result<Self, WalkError> {
        let walked = walk(&file, length, &LIMITS)?;
        let repack_evidence = repack_evidence(&walked)?;
        let (mut entries, mut junk) = (walked.files(), Vec::new());
        if !repack_evidence.is_empty() {
            (junk, entries) = without_junk(&file, entries)?;
        }
        let Some(first) = entries.first() else {
            return Err(Defect::malformed(None, "it holds nothing but what programs leave behind").into());
        };
        let top = first.name.split('/').next().unwrap_or_default().to_owned() + "/";
        for entry in &mut entries {
            if !entry.name.starts_with(&top) {
                let message = "this file is not inside the archive's folder";
                return Err(Defect::malformed(Some(&entry.name), message).into());
            }
            entry.name.drain(..top.len());
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let top = top.trim_end_matches('/').to_owned();
        let mut archive = Archive { file, top, entries: Arc::new(entries), repack_evidence, junk };
        archive.spell_as_listed();
        Ok(archive)
    }

    /// If another program packed, spells names as the manifest does: macOS writes `é` as `e` and an accent.
    fn spell_as_listed(&mut self) {
        if self.repack_evidence.is_empty()
            || self.entries.iter().all(|entry| entry.name.is_ascii()) && self.top.is_ascii()
        {
            return;
        }
        self.top = nfc(&self.top);
        let manifest = self.text(bag::MANIFEST).and_then(|text| bag::parse_manifest(&text, Listing::Payload));
        let listed: BTreeMap<String, String> =
            manifest.unwrap_or_default().into_keys().map(|path| (nfc(&path), path)).collect();
        let entries = Arc::make_mut(&mut self.entries);
        for entry in entries.iter_mut() {
            // The walk has refused names that are the same when composed.
            if let Some(path) = listed.get(&nfc(&entry.name)) {
                entry.name.clone_from(path);
            }
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    }

    /// The first error of the disk so far: after one, there is no verdict about the archive.
    pub fn failure(&self) -> io::Result<()> {
        self.file.failure()
    }

    /// Reads every byte.
    pub fn read_all(&self) -> BagContents<'_> {
        let manifest =
            |path: &str, listing: Listing| self.text(path).and_then(|text| bag::parse_manifest(&text, listing));
        let info = self.text(bag::INFO).unwrap_or_default();
        let mut evidence = self.repack_evidence.clone();
        // In another format, another library may have compressed: then nothing follows from what this version would write.
        let is_known = bag::info_value(&info, "Akam-Format") == Some(&FORMAT.to_string());
        let (mut files, recompressed) = self.digest_files(is_known);
        let others: Vec<&str> = recompressed.iter().filter(|(_, same)| !same).map(|(path, _)| *path).collect();
        if others.len() * 2 < recompressed.len() {
            let why = "its compressed data is not as akam writes it, although that of the other files is";
            files.extend(others.into_iter().map(|path| (path, Err(why.to_owned()))));
        } else if !others.is_empty() {
            evidence.push("its files are compressed in another way");
        }
        BagContents {
            junk: &self.junk,
            top: &self.top,
            files,
            manifest: manifest(bag::MANIFEST, Listing::Payload),
            tag_manifest: manifest(bag::TAG_MANIFEST, Listing::Tags),
            declaration: self.text(bag::DECLARATION).unwrap_or_default(),
            info,
            repack_evidence: evidence,
        }
    }

    /// What each file holds, or why it cannot be read; and of some files whether they are compressed as akam does it. Bits
    /// of compressed data can be changed so that the same bytes come out: where all headers are canonical, and it takes no
    /// time, what akam would have written is compared.
    fn digest_files<'a>(&'a self, is_known: bool) -> (Files<'a>, Vec<(&'a str, bool)>) {
        let deflated: u64 = self.entries.iter().filter(|entry| entry.deflated).map(|entry| entry.size).sum();
        let is_compared = is_known && self.repack_evidence.is_empty() && deflated <= MAX_RECOMPRESSED_BYTES;
        let digest = |entry: &'a ZipEntry| {
            let path = entry.name.as_str();
            let read = if is_compared && entry.deflated {
                self.file.digest_and_recompress(entry).map(|(digest, is_same)| (digest, Some((path, is_same))))
            } else {
                self.file.digest(entry).map(|digest| (digest, None))
            };
            match read {
                Ok((digest, same)) => ((path, Ok(digest)), same),
                Err(error) => ((path, Err(error.to_string())), None),
            }
        };
        let (files, recompressed): (Files<'_>, Vec<_>) = share_in_order(&self.entries, digest).into_iter().unzip();
        (files, recompressed.into_iter().flatten().collect())
    }

    /// The portfolio in the archive, without what packing added to it.
    pub fn portfolio(&self, contents: &BagContents<'_>) -> Tree {
        let added = |path: &str| [INDEX, CHECK, METADATA].contains(&path) || path.split('/').next() == Some(PAGES);
        let digest = |entry: &ZipEntry| {
            entry.name.strip_prefix(PAYLOAD).filter(|path| !added(path))?;
            contents.files.get(entry.name.as_str())?.as_ref().ok().cloned()
        };
        let digests: Vec<Option<EntryDigest>> = self.entries.iter().map(digest).collect();
        let shown = self.entries.iter().zip(&digests).filter(|(_, digest)| digest.is_some());
        let sizes: Vec<(&str, u64)> = shown.map(|(entry, _)| (&entry.name[PAYLOAD.len()..], entry.size)).collect();
        Tree::of_files(sizes, Payload { file: self.file.clone(), entries: Arc::clone(&self.entries), digests })
    }

    /// A file of the archive that is a text.
    pub fn text(&self, path: &str) -> Result<String, String> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(path));
        let entry = &self.entries[at.map_err(|_| "it is not in the archive")?];
        if entry.size > MAX_TEXT_BYTES {
            return Err("it is too large to be what it should be".to_owned());
        }
        let mut bytes = Vec::new();
        self.file.read(entry).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }
}

/// The names of what systems and programs leave behind, and the other entries. Only an archive that another program packed
/// holds such things.
fn without_junk(file: &ZipFile, entries: Vec<ZipEntry>) -> io::Result<(Vec<String>, Vec<ZipEntry>)> {
    let is_junk = |entry: &ZipEntry| {
        let Some(is_known) = junk::recogniser(&entry.name).filter(|_| entry.size <= junk::MAX_BYTES) else {
            return Ok(false);
        };
        let mut bytes = Vec::new();
        match file.read(entry).read_to_end(&mut bytes) {
            Ok(_) => Ok(is_known(&bytes)),
            // A damaged one is reported like any other file.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(false),
            Err(error) => Err(error),
        }
    };
    let (mut left, mut kept) = (Vec::new(), Vec::new());
    for entry in entries {
        if is_junk(&entry)? { left.push(entry.name) } else { kept.push(entry) }
    }
    // macOS leaves one for each file there: the others are named first.
    left.sort_by_key(|name| name.starts_with("__MACOSX/"));
    Ok((left, kept))
}

impl BagContents<'_> {
    /// The submission id: the digest of the tag manifest.
    pub fn submission_id(&self) -> Option<Digest> {
        self.files.get(bag::TAG_MANIFEST)?.as_ref().ok().map(|digest| digest.digest)
    }

    /// What the archive says that it is meant as.
    pub fn status(&self) -> Option<Status> {
        Status::parse(bag::info_value(&self.info, "Akam-Status")?, bag::info_value(&self.info, "Akam-Competency"))
    }
}

/// The files of a portfolio inside an archive.
struct Payload {
    file: ZipFile,
    entries: Arc<Vec<ZipEntry>>,
    /// Of each entry what it holds, if it belongs to the portfolio.
    digests: Vec<Option<EntryDigest>>,
}

impl Payload {
    fn find(&self, entry: &Entry) -> Option<(&ZipEntry, &EntryDigest)> {
        let name = format!("{PAYLOAD}{}", entry.path);
        let at = self.entries.binary_search_by(|entry| entry.name.cmp(&name)).ok()?;
        Some((&self.entries[at], self.digests[at].as_ref()?))
    }
}

impl Contents for Payload {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        match self.find(entry) {
            Some((entry, _)) => Ok(Box::new(self.file.read(entry))),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn digest(&self, entry: &Entry) -> Option<Digest> {
        self.find(entry).map(|(_, digest)| digest.digest)
    }

    fn head(&self, entry: &Entry) -> Option<Vec<u8>> {
        self.find(entry).map(|(_, digest)| digest.head.clone())
    }
}
