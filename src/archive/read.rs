//! Reads an archive strictly and in place: every byte belongs to one record, and nothing is unpacked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::bag::{self, Listing, Manifest};
use super::junk;
use super::member::{Member, Shared, Weighed};
use super::record::malformed;
use super::version::FORMAT;
use super::walk::{Stopped, Walked, walk};
use super::write::MOST_WHOLE;
use super::{CHECK, INDEX, PAGES, PAYLOAD, Status};
use crate::digest::Digest;
use crate::text::nfc;
use crate::threads::share_in_order;
use crate::tree::{Contents, Entry, Tree, open_file};

/// Largest text of the archive that is read into memory: manifests and `bag-info.txt`.
const MOST_TEXT: u64 = 32 << 20;

/// Bytes of deflated files, all together, up to which they are compressed again to see whether akam compressed them.
const MOST_REPEATED: u64 = 2 << 20;

/// What is said of a file that does not end as a ZIP archive does.
pub const NO_ARCHIVE: &str = "this is not a ZIP archive, or part of it is missing";

/// An archive whose records are in order; what they hold is not read yet.
pub struct Archive {
    file: Shared,
    /// The name of the one folder in which all lies.
    top: String,
    /// Sorted by their names, which lie below the top folder.
    members: Arc<Vec<Member>>,
    foreign: Vec<&'static str>,
    /// Names of what systems and programs left beside the files that somebody packed again; it is none of the members.
    junk: Vec<String>,
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

/// What each file holds, by path, or why it cannot be read.
pub type Inventory<'a> = BTreeMap<&'a str, Result<Weighed, String>>;

/// All that an archive holds, every byte of it read. Paths lie below the top folder.
pub struct Stock<'a> {
    /// Names of what systems and programs left beside the files, in the whole archive.
    pub junk: &'a [String],
    /// The name of the top folder.
    pub top: &'a str,
    pub held: Inventory<'a>,
    /// What the payload's manifest lists, or why it cannot be read.
    pub manifest: Result<Manifest, String>,
    pub tag_manifest: Result<Manifest, String>,
    /// What `bagit.txt` says.
    pub declaration: String,
    /// The text of `bag-info.txt`.
    pub info: String,
    /// What tells that another program than akam packed the archive; empty where akam wrote each byte.
    pub foreign: Vec<&'static str>,
}

impl Archive {
    /// Walks over the records of an archive. The outer error is one of the disk.
    pub fn open(path: &Path) -> io::Result<Result<Self, Defect>> {
        Self::of(open_file(path)?)
    }

    /// As [`Archive::open`], of a file that is open already.
    pub fn of(file: File) -> io::Result<Result<Self, Defect>> {
        let length = file.metadata()?.len();
        let shared = Shared::new(file);
        let Walked { mut members, foreign } = match walk(&shared, length) {
            Ok(walked) => walked,
            Err(Stopped::Defect(defect)) => return Ok(Err(defect)),
            Err(Stopped::Disk(error)) => return Err(error),
        };
        let mut junk = Vec::new();
        if !foreign.is_empty() {
            (junk, members) = without_junk(&shared, members)?;
        }
        let Some(first) = members.first() else {
            return Ok(Err(malformed(None, "it holds nothing but what programs leave behind")));
        };
        let top = first.name.split('/').next().unwrap_or_default().to_owned() + "/";
        for member in &mut members {
            if !member.name.starts_with(&top) {
                let message = "this file is not inside the archive's folder".to_owned();
                return Ok(Err(Defect { kind: DefectKind::Malformed, entry: Some(member.name.clone()), message }));
            }
            member.name.drain(..top.len());
        }
        members.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let top = top.trim_end_matches('/').to_owned();
        let mut archive = Archive { file: shared, top, members: Arc::new(members), foreign, junk };
        archive.spell_as_listed();
        Ok(Ok(archive))
    }

    /// Where another program packed, puts names as the manifest spells them: macOS writes `é` as `e` and an accent.
    fn spell_as_listed(&mut self) {
        if self.foreign.is_empty() || self.members.iter().all(|member| member.name.is_ascii()) && self.top.is_ascii() {
            return;
        }
        self.top = nfc(&self.top);
        let manifest = self.text(bag::MANIFEST).and_then(|text| bag::parse_manifest(&text, Listing::Payload));
        let listed: BTreeMap<String, String> =
            manifest.unwrap_or_default().into_keys().map(|path| (nfc(&path), path)).collect();
        let members = Arc::make_mut(&mut self.members);
        for member in members.iter_mut() {
            // No two names are one when they are composed.
            if let Some(path) = listed.get(&nfc(&member.name)) {
                member.name.clone_from(path);
            }
        }
        members.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    }

    /// What the disk failed to give so far: where it did, what was made of the archive is no verdict.
    pub fn failure(&self) -> io::Result<()> {
        self.file.failure()
    }

    /// Reads every byte.
    pub fn take_stock(&self) -> Stock<'_> {
        let manifest =
            |path: &str, listing: Listing| self.text(path).and_then(|text| bag::parse_manifest(&text, listing));
        let info = self.text(bag::INFO).unwrap_or_default();
        let mut foreign = self.foreign.clone();
        // In another format, another library may have compressed: then nothing follows from what this version would write.
        let is_known = bag::info_value(&info, "Akam-Format") == Some(&FORMAT.to_string());
        let (mut held, repeated) = self.weigh(is_known);
        let others: Vec<&str> = repeated.iter().filter(|(_, same)| !same).map(|(path, _)| *path).collect();
        if others.len() * 2 < repeated.len() {
            let why = "its compressed data is not as akam writes it, although that of the other files is";
            held.extend(others.into_iter().map(|path| (path, Err(why.to_owned()))));
        } else if !others.is_empty() {
            foreign.push("its files are compressed in another way");
        }
        Stock {
            junk: &self.junk,
            top: &self.top,
            held,
            manifest: manifest(bag::MANIFEST, Listing::Payload),
            tag_manifest: manifest(bag::TAG_MANIFEST, Listing::Tags),
            declaration: self.text(bag::DECLARATION).unwrap_or_default(),
            info,
            foreign,
        }
    }

    /// What each file holds, or why it cannot be read; and of some files whether they are compressed as akam does
    /// it. Of compressed data, bits can be changed so that the same bytes come out: where all records are akam's own, and
    /// it takes no time, what akam would have written is compared.
    fn weigh<'a>(&'a self, is_known: bool) -> (Inventory<'a>, Vec<(&'a str, bool)>) {
        let deflated: u64 = self.members.iter().filter(|member| member.deflated).map(|member| member.size).sum();
        let repeats = is_known && self.foreign.is_empty() && deflated <= MOST_REPEATED;
        let weigh = |member: &'a Member| {
            let path = member.name.as_str();
            let read = if repeats && member.deflated && member.size <= MOST_WHOLE {
                self.file.weigh_again(member).map(|(weighed, is_same)| (weighed, Some((path, is_same))))
            } else {
                self.file.weigh(member).map(|weighed| (weighed, None))
            };
            match read {
                Ok((weighed, same)) => ((path, Ok(weighed)), same),
                Err(error) => ((path, Err(error.to_string())), None),
            }
        };
        let (held, repeated): (Inventory<'_>, Vec<_>) = share_in_order(&self.members, weigh).into_iter().unzip();
        (held, repeated.into_iter().flatten().collect())
    }

    /// The portfolio in the archive, without what packing added to it.
    pub fn portfolio(&self, stock: &Stock<'_>) -> Tree {
        let added = |path: &str| {
            [INDEX, CHECK, super::crate_metadata::FILE].contains(&path) || path.split('/').next() == Some(PAGES)
        };
        let weighed = |member: &Member| {
            member.name.strip_prefix(PAYLOAD).filter(|path| !added(path))?;
            stock.held.get(member.name.as_str())?.as_ref().ok().cloned()
        };
        let weighed: Vec<Option<Weighed>> = self.members.iter().map(weighed).collect();
        let shown = self.members.iter().zip(&weighed).filter(|(_, weighed)| weighed.is_some());
        let sizes: Vec<(&str, u64)> = shown.map(|(member, _)| (&member.name[PAYLOAD.len()..], member.size)).collect();
        Tree::of_files(sizes, Payload { file: self.file.clone(), members: Arc::clone(&self.members), weighed })
    }

    /// A file of the archive that is a text.
    pub fn text(&self, path: &str) -> Result<String, String> {
        let at = self.members.binary_search_by(|member| member.name.as_str().cmp(path));
        let member = &self.members[at.map_err(|_| "it is not in the archive")?];
        if member.size > MOST_TEXT {
            return Err("it is too large to be what it should be".to_owned());
        }
        let mut bytes = Vec::new();
        self.file.read(member).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }
}

/// Tells what systems and programs leave behind from what was packed; the names of the former. Only an archive that another
/// program packed holds such things: they are no part of it, if they are what these programs write.
fn without_junk(file: &Shared, members: Vec<Member>) -> io::Result<(Vec<String>, Vec<Member>)> {
    let is_junk = |member: &Member| {
        if !junk::is_named_so(&member.name) || member.size > junk::MOST {
            return Ok(false);
        }
        let mut bytes = Vec::new();
        match file.read(member).read_to_end(&mut bytes) {
            Ok(_) => Ok(junk::is_harmless(&member.name, &bytes)),
            // A damaged one is reported like any other file.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(false),
            Err(error) => Err(error),
        }
    };
    let (mut left, mut kept) = (Vec::new(), Vec::new());
    for member in members {
        if is_junk(&member)? { left.push(member.name) } else { kept.push(member) }
    }
    // macOS leaves one for each file there: the others are named first.
    left.sort_by_key(|name| name.starts_with("__MACOSX/"));
    Ok((left, kept))
}

impl Stock<'_> {
    /// The submission id: the digest of the tag manifest.
    pub fn submission_id(&self) -> Option<Digest> {
        self.held.get(bag::TAG_MANIFEST)?.as_ref().ok().map(|weighed| weighed.digest)
    }

    /// What the archive says that it is meant as.
    pub fn status(&self) -> Option<Status> {
        Status::parse(bag::info_value(&self.info, "Akam-Status")?, bag::info_value(&self.info, "Akam-Competency"))
    }
}

/// The files of a portfolio inside an archive.
struct Payload {
    file: Shared,
    members: Arc<Vec<Member>>,
    /// Of each member what it holds, if it belongs to the portfolio.
    weighed: Vec<Option<Weighed>>,
}

impl Payload {
    fn find(&self, entry: &Entry) -> Option<(&Member, &Weighed)> {
        let name = format!("{PAYLOAD}{}", entry.path);
        let at = self.members.binary_search_by(|member| member.name.cmp(&name)).ok()?;
        Some((&self.members[at], self.weighed[at].as_ref()?))
    }
}

impl Contents for Payload {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        match self.find(entry) {
            Some((member, _)) => Ok(Box::new(self.file.read(member))),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn digest(&self, entry: &Entry) -> Option<Digest> {
        self.find(entry).map(|(_, weighed)| weighed.digest)
    }

    fn head(&self, entry: &Entry) -> Option<Vec<u8>> {
        self.find(entry).map(|(_, weighed)| weighed.head.clone())
    }
}
