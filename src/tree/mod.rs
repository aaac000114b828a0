//! The files of a portfolio, in a folder or in an archive.

mod duplicates;
mod failures;
mod folder;
mod part;
mod walk;

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use crate::digest::{Digest, fill};
use crate::text::nfc;
pub use duplicates::Head;
pub use failures::Failures;
use folder::Folder;
pub use folder::open_file;
pub use part::PartContent;
use walk::walk;
pub use walk::{downloaded, entry_at};

/// A file, folder or anything else in a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the portfolio, with `/`; parts that are not UTF-8 contain U+FFFD.
    pub path: String,
    pub kind: EntryKind,
    /// In bytes; 0 for everything but files.
    pub size: u64,
    /// False where the name on disk is not UTF-8.
    pub utf8: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Folder,
    /// A symbolic link; never followed.
    Link,
    /// A pipe, socket or device; never opened.
    Special,
    /// A folder that cannot be listed, or an entry without readable metadata, with the system's reason.
    Unreadable(String),
}

/// The reason for files of which only a placeholder is on this disk.
pub const IN_THE_CLOUD: &str = "it is only in the cloud, not on this disk";

/// The remedy for these files.
pub const DOWNLOAD: &str = "download it first: open it once, or have its folder kept on this device";

/// Where the bytes of entries come from.
pub trait Contents: Send + Sync {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>>;

    /// The entry at a path, even if it is not in the list of entries.
    fn entry_at(&self, _path: &str) -> Option<Entry> {
        None
    }

    /// The digest of an entry, if its bytes were read already.
    fn digest(&self, _entry: &Entry) -> Option<Digest> {
        None
    }

    /// The first read error of the disk so far.
    fn failure(&self) -> Option<(String, io::Error)> {
        None
    }

    /// The first [`HEAD`] bytes of an entry, or all of them, if they were read already.
    fn head(&self, _entry: &Entry) -> Option<Vec<u8>> {
        None
    }
}

/// All entries, sorted by path, and their contents.
pub struct Tree {
    entries: Vec<Entry>,
    /// Indices of entries with a non-ASCII path, by path in NFC; built at the first use.
    composed: OnceLock<BTreeMap<String, usize>>,
    known: Arc<Cache>,
}

/// Bytes at the beginning of a file that are looked at to tell what it is.
pub const HEAD: usize = 64;

/// Where the bytes of a tree come from, and what is known of them.
struct Cache {
    contents: Box<dyn Contents>,
    /// Whether this is a folder on disk, not an archive.
    folder: bool,
    /// Digests by path, so that no file is hashed twice.
    digests: Mutex<BTreeMap<String, Digest>>,
}

impl Entry {
    fn is_readable(&self) -> bool {
        !matches!(self.kind, EntryKind::Unreadable(_))
    }

    /// Whether only a placeholder of it is on this disk.
    pub fn is_in_the_cloud(&self) -> bool {
        matches!(&self.kind, EntryKind::Unreadable(reason) if reason == IN_THE_CLOUD)
    }
}

impl Cache {
    /// The digest of a file, if it is known already.
    fn digest(&self, entry: &Entry) -> Option<Digest> {
        self.contents.digest(entry).or_else(|| self.digests().get(&entry.path).copied())
    }

    fn digests(&self) -> MutexGuard<'_, BTreeMap<String, Digest>> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Detects writes to a file: if the stamps before and after are equal, nobody wrote to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    identity: [i64; 4],
}

impl Tree {
    /// The tree of a folder, which may itself be reached by a link. Folders named in `left_out` (at the top) and hidden
    /// folders (at any depth) are listed but not entered.
    pub fn folder(root: &Path, left_out: &[&str]) -> Self {
        let folder = Folder::of(root);
        Tree::new(walk(root, left_out, &folder.failures), Box::new(folder), true)
    }

    /// A tree of entries that are not in a folder.
    pub fn of(mut entries: Vec<Entry>, contents: Box<dyn Contents>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Tree::new(entries, contents, false)
    }

    /// `entries` must be sorted by path.
    fn new(entries: Vec<Entry>, contents: Box<dyn Contents>, folder: bool) -> Self {
        let known = Cache { contents, folder, digests: Mutex::default() };
        Tree { entries, composed: OnceLock::new(), known: Arc::new(known) }
    }

    /// Whether this is a folder on disk, not an archive.
    pub fn is_folder(&self) -> bool {
        self.known.folder
    }

    /// The first read error since the tree was made: a file or folder, and the cause. Anything read since then may be
    /// incomplete.
    pub fn failure(&self) -> Option<(String, io::Error)> {
        self.known.contents.failure()
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Finds an entry by path, also in another Unicode normal form.
    pub fn find(&self, path: &str) -> Option<&Entry> {
        match self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)) {
            Ok(at) => Some(&self.entries[at]),
            Err(_) if path.is_ascii() => None,
            Err(_) => self.composed().get(&nfc(path)).map(|at| &self.entries[*at]),
        }
    }

    fn composed(&self) -> &BTreeMap<String, usize> {
        self.composed.get_or_init(|| {
            let foreign = self.entries.iter().enumerate().rev().filter(|(_, entry)| !entry.path.is_ascii());
            foreign.map(|(at, entry)| (nfc(&entry.path), at)).collect()
        })
    }

    /// The entries below a folder, at any depth.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let prefix = format!("{folder}/");
        let start = self.entries.partition_point(|entry| entry.path < prefix);
        self.entries[start..].iter().take_while(move |entry| entry.path.starts_with(&prefix))
    }

    /// The entry at a path, even where the walk did not go.
    pub fn entry_at(&self, path: &str) -> Option<Entry> {
        self.find(path).cloned().or_else(|| self.known.contents.entry_at(path))
    }

    pub fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        if entry.is_in_the_cloud() {
            return Err(io::Error::other(IN_THE_CLOUD));
        }
        self.known.contents.open(entry)
    }

    /// All bytes of a file, if they are at most `max_bytes`.
    pub fn read(&self, entry: &Entry, max_bytes: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(entry)?.take(max_bytes + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > max_bytes {
            let limit = if max_bytes < 1_000_000 {
                format!("{} kB", max_bytes / 1000)
            } else {
                format!("{} MB", max_bytes / 1_000_000)
            };
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit}")));
        }
        Ok(bytes)
    }

    /// The digest of a file, computed once.
    pub fn digest(&self, entry: &Entry) -> io::Result<Digest> {
        if let Some(digest) = self.known.digest(entry) {
            return Ok(digest);
        }
        let digest = Digest::of_stream(self.open(entry)?)?;
        self.known.digests().insert(entry.path.clone(), digest);
        Ok(digest)
    }

    /// The first bytes of a file, so many or all.
    pub fn beginning(&self, entry: &Entry, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        let read = fill(&mut self.open(entry)?, &mut bytes)?;
        bytes.truncate(read);
        Ok(bytes)
    }
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            [metadata.dev().cast_signed(), metadata.ino().cast_signed(), metadata.ctime(), metadata.ctime_nsec()]
        };
        #[cfg(not(unix))]
        let identity = [0; 4];
        Stamp { size: metadata.len(), modified: metadata.modified().ok(), identity }
    }

    /// How long to wait so that a later write gets another stamp: file systems store time in steps. `None` if no wait
    /// is needed.
    pub fn settle_time(&self, now: SystemTime) -> Option<Duration> {
        let [.., seconds, nanos] = self.identity;
        let changed = if cfg!(unix) {
            SystemTime::UNIX_EPOCH + Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?)
        } else {
            self.modified?
        };
        let has_whole_seconds =
            changed.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since.subsec_nanos() == 0);
        let step = if has_whole_seconds { Duration::from_secs(2) } else { Duration::from_millis(20) };
        // A change in the future comes from another clock, so waiting does not help.
        (changed + step).duration_since(now).ok().filter(|wait| *wait <= step + step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_stamp_settles_one_step_of_the_clock_later() {
        let changed = |seconds, nanos| Stamp { size: 0, modified: None, identity: [0, 0, seconds, nanos] };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        assert_eq!(changed(990, 5).settle_time(now), None);
        assert_eq!(changed(999, 990_000_000).settle_time(now), Some(Duration::from_millis(10)));
        assert_eq!(changed(999, 0).settle_time(now), Some(Duration::from_secs(1)), "a clock of whole seconds");
        assert_eq!(changed(9000, 5).settle_time(now), None, "another clock");
    }
}
