//! Reads an archive strictly and in place: every byte belongs to one record, and nothing is unpacked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::bag::{self, Manifest};
use super::{CHECK, INDEX, PAGES, PAYLOAD, Status, walk};
use crate::digest::Digest;
use crate::tree::{Contents, Entry, Kind, Tree, open_file};

/// Largest text of the archive that is read into memory: manifests and `bag-info.txt`.
const MOST_TEXT: u64 = 64 << 20;

/// An archive whose records are in order; what they hold is not read yet.
pub struct Archive {
    file: Shared,
    members: BTreeMap<String, Member>,
}

/// A file in an archive: where its bytes lie, and what they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// With the archive's top folder.
    pub name: String,
    pub deflated: bool,
    pub compressed: u64,
    pub size: u64,
    pub crc: u32,
    /// Where its bytes begin in the archive.
    pub start: u64,
}

/// Why an archive cannot be relied on, before anything in it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    pub kind: DefectKind,
    /// The name of the entry, where it is one.
    pub entry: Option<String>,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefectKind {
    Malformed,
    UnsafeName,
    Ambiguous,
    Bomb,
}

/// All that an archive holds, each byte read once. Paths lie below the top folder.
pub struct Stock {
    /// Digest and size of each file, or why it cannot be read.
    pub held: BTreeMap<String, Result<(Digest, u64), String>>,
    /// What the payload's manifest lists, or why it cannot be read.
    pub manifest: Result<Manifest, String>,
    pub tag_manifest: Result<Manifest, String>,
    /// The text of `bag-info.txt`.
    pub info: String,
}

impl Archive {
    /// Walks over the records of an archive. The outer error is one of the disk.
    pub fn open(path: &Path) -> io::Result<Result<Self, Defect>> {
        let file = open_file(path)?;
        let length = file.metadata()?.len();
        let shared = Shared(Arc::new(Mutex::new(file)));
        let members = match walk::members(&mut shared.range(0, length), length)? {
            Ok(members) => members,
            Err(defect) => return Ok(Err(defect)),
        };
        let top = members[0].name.split('/').next().unwrap_or_default().to_owned();
        let mut below = BTreeMap::new();
        for member in members {
            let Some(path) = member.name.strip_prefix(&top).and_then(|rest| rest.strip_prefix('/')) else {
                let message = "lies outside the archive's one folder".to_owned();
                return Ok(Err(Defect { kind: DefectKind::Malformed, entry: Some(member.name), message }));
            };
            below.insert(path.to_owned(), member);
        }
        Ok(Ok(Archive { file: shared, members: below }))
    }

    /// Reads every byte once.
    pub fn take_stock(&self) -> Stock {
        let held = self.members.iter().map(|(path, member)| {
            let read = Digest::of_stream(self.file.read(member), |_| Ok(()));
            (path.clone(), read.map_err(|error| error.to_string()))
        });
        let held = held.collect();
        let manifest = |path: &str| self.text(path).and_then(|text| bag::parse_manifest(&text));
        Stock {
            held,
            manifest: manifest(bag::MANIFEST),
            tag_manifest: manifest(bag::TAG_MANIFEST),
            info: self.text(bag::INFO).unwrap_or_default(),
        }
    }

    /// The portfolio in the archive, without what packing added to it.
    pub fn portfolio(&self) -> Tree {
        let added = |path: &str| {
            [INDEX, CHECK, super::crate_metadata::FILE].contains(&path) || path.split('/').next() == Some(PAGES)
        };
        let files = self.members.iter().filter_map(|(path, member)| {
            let path = path.strip_prefix(PAYLOAD).filter(|path| !added(path))?;
            Some((path.to_owned(), member.clone()))
        });
        let files: BTreeMap<String, Member> = files.collect();
        let mut entries = BTreeMap::new();
        for (path, member) in &files {
            for (at, _) in path.match_indices('/') {
                let folder = path[..at].to_owned();
                entries.insert(folder.clone(), Entry { path: folder, kind: Kind::Folder, size: 0, utf8: true });
            }
            entries.insert(path.clone(), Entry { path: path.clone(), kind: Kind::File, size: member.size, utf8: true });
        }
        let contents = Payload { file: self.file.clone(), files };
        Tree::of(entries.into_values().collect(), Box::new(contents))
    }

    fn text(&self, path: &str) -> Result<String, String> {
        let member = self.members.get(path).ok_or("it is not in the archive")?;
        if member.size > MOST_TEXT {
            return Err("it is too large to be what it should be".to_owned());
        }
        let mut text = String::new();
        self.file.read(member).read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }
}

impl Stock {
    /// The submission id: the digest of the tag manifest.
    pub fn submission_id(&self) -> Option<Digest> {
        self.held.get(bag::TAG_MANIFEST)?.as_ref().ok().map(|(digest, _)| *digest)
    }

    /// The digests of the portfolio's files, by their paths in it.
    pub fn digests(&self) -> impl Iterator<Item = (String, Digest)> {
        let payload = self.held.iter().filter_map(|(path, held)| Some((path.strip_prefix(PAYLOAD)?, held)));
        payload.filter_map(|(path, held)| Some((path.to_owned(), held.as_ref().ok()?.0)))
    }

    /// What the archive says that it is meant as.
    pub fn status(&self) -> Option<Status> {
        Status::parse(bag::info_value(&self.info, "Akam-Status")?, bag::info_value(&self.info, "Akam-Competency"))
    }
}

/// One open file, read at several places in turn.
#[derive(Clone)]
struct Shared(Arc<Mutex<File>>);

impl Shared {
    fn range(&self, start: u64, length: u64) -> Range {
        Range { file: self.clone(), at: start, end: start + length }
    }

    /// The bytes of a member as they were before packing; reading fails where they are not what the records say.
    fn read(&self, member: &Member) -> Checked {
        let raw = BufReader::with_capacity(1 << 16, self.range(member.start, member.compressed));
        let bytes = if member.deflated { Bytes::Deflated(DeflateDecoder::new(raw)) } else { Bytes::Stored(raw) };
        Checked { bytes, member: member.clone(), count: 0, crc: Crc::new() }
    }
}

/// Some bytes of a file.
pub(super) struct Range {
    file: Shared,
    at: u64,
    end: u64,
}

impl Read for Range {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(block.len());
        let mut file = self.file.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut block[..left])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Range {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Start(at) => self.at = at.min(self.end),
            _ => return Err(io::ErrorKind::Unsupported.into()),
        }
        Ok(self.at)
    }
}

enum Bytes {
    Stored(BufReader<Range>),
    Deflated(DeflateDecoder<BufReader<Range>>),
}

/// A member's bytes, with size, checksum and end of the compressed stream checked at the end.
struct Checked {
    bytes: Bytes,
    member: Member,
    count: u64,
    crc: Crc,
}

impl Checked {
    fn at_end(&self) -> Result<(), &'static str> {
        if let Bytes::Deflated(decoder) = &self.bytes
            && decoder.total_in() != self.member.compressed
        {
            return Err("bytes lie hidden behind its compressed data");
        }
        if self.count != self.member.size {
            return Err("it is shorter than its record says");
        }
        if self.crc.sum() != self.member.crc {
            return Err("its bytes do not match its checksum");
        }
        Ok(())
    }
}

impl Read for Checked {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.bytes {
            Bytes::Stored(bytes) => bytes.read(block),
            Bytes::Deflated(bytes) => bytes.read(block),
        };
        let count = read.map_err(|_| damaged("its compressed data is damaged"))?;
        self.crc.update(&block[..count]);
        self.count += count as u64;
        if self.count > self.member.size {
            return Err(damaged("it is longer than its record says"));
        }
        if count == 0 && !block.is_empty() {
            self.at_end().map_err(damaged)?;
        }
        Ok(count)
    }
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The files of a portfolio inside an archive.
struct Payload {
    file: Shared,
    files: BTreeMap<String, Member>,
}

impl Contents for Payload {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        match self.files.get(&entry.path) {
            Some(member) => Ok(Box::new(self.file.read(member))),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
