//! The files of a portfolio, whether they lie in a folder or in an archive.

use std::collections::BTreeMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use crate::digest::{Digest, fill};

/// Something that lies in a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the portfolio, parts joined by `/`; what is not UTF-8 in it is replaced by U+FFFD.
    pub path: String,
    pub kind: Kind,
    /// Bytes; 0 for all but files.
    pub size: u64,
    /// False where the name on disk is not UTF-8.
    pub utf8: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A symbolic link; never followed.
    Link,
    /// A pipe, socket or device; never opened.
    Special,
    /// A folder that cannot be listed, or a thing that cannot be looked at, with the system's reason.
    Unreadable(String),
}

/// Why a file is unreadable of which only a placeholder lies on this disk.
pub const IN_THE_CLOUD: &str = "it lies in the cloud only, not on this disk";

/// Where the bytes of entries come from.
pub trait Contents: Sync {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>>;

    /// The digest of an entry, where its bytes were read already.
    fn digest(&self, _entry: &Entry) -> Option<Digest> {
        None
    }
}

/// All entries, sorted by path, and their contents.
pub struct Tree {
    entries: Vec<Entry>,
    /// Places of the entries whose paths are not ASCII, by their path in NFC.
    composed: BTreeMap<String, usize>,
    contents: Box<dyn Contents>,
    /// Digests that were taken already, by path: no file is read twice for one.
    digests: Mutex<BTreeMap<String, Digest>>,
    /// The first bytes of files that were looked at, by path.
    heads: Mutex<BTreeMap<String, Vec<u8>>>,
}

/// Files of one size that are compared with each other; of more than these the digests are compared.
const FEW: usize = 4;

/// Bytes by which most files differ already.
const HEAD: usize = 4096;

/// Bytes of each file that are read once only.
const KEPT: usize = 64;

/// What tells that a file was written to: the same stamp before and after means that it was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    identity: [i64; 4],
}

impl Tree {
    /// Takes what lies in a folder, itself possibly reached by a link. Folders named in `left_out` (at the top) and
    /// hidden folders (at any depth) are listed but not entered.
    pub fn folder(root: &Path, left_out: &[&str]) -> Self {
        let entered = |entry: &walkdir::DirEntry| {
            entry.depth() < 2 || {
                let parent = entry.path().parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
                !parent.starts_with('.') && parent != "__MACOSX" && (entry.depth() > 2 || !left_out.contains(&&*parent))
            }
        };
        let walk = WalkDir::new(root).min_depth(1).follow_root_links(true).into_iter();
        let entries = walk.filter_entry(entered).map(|step| entry_of(root, step)).collect();
        Tree::of(entries, Box::new(Folder(root.to_owned())))
    }

    /// Takes entries whose bytes come from elsewhere than a folder.
    pub fn of(mut entries: Vec<Entry>, contents: Box<dyn Contents>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let foreign = entries.iter().enumerate().rev().filter(|(_, entry)| !entry.path.is_ascii());
        let composed = foreign.map(|(at, entry)| (entry.path.nfc().collect(), at)).collect();
        Tree { entries, composed, contents, digests: Mutex::default(), heads: Mutex::default() }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a path, spelt as on disk or in another Unicode normal form.
    pub fn find(&self, path: &str) -> Option<&Entry> {
        match self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)) {
            Ok(at) => Some(&self.entries[at]),
            Err(_) if path.is_ascii() => None,
            Err(_) => self.composed.get(&path.nfc().collect::<String>()).map(|at| &self.entries[*at]),
        }
    }

    /// The entries below a folder, at any depth.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let prefix = format!("{folder}/");
        let start = self.entries.partition_point(|entry| entry.path < prefix);
        self.entries[start..].iter().take_while(move |entry| entry.path.starts_with(&prefix))
    }

    pub fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        self.contents.open(entry)
    }

    /// All bytes of a file, if it has at most `most` of them.
    pub fn read(&self, entry: &Entry, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(entry)?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it is larger than {} MB", most / 1_000_000),
            ));
        }
        Ok(bytes)
    }

    /// The digest of a file, which is read for it once.
    pub fn digest(&self, entry: &Entry) -> io::Result<Digest> {
        if let Some(digest) = self.known_digest(entry) {
            return Ok(digest);
        }
        let (digest, _) = Digest::of_stream(self.open(entry)?, |_| Ok(()))?;
        self.digests().insert(entry.path.clone(), digest);
        Ok(digest)
    }

    /// The digest of a file that was read for it before.
    fn known_digest(&self, entry: &Entry) -> Option<Digest> {
        self.contents.digest(entry).or_else(|| self.digests().get(&entry.path).copied())
    }

    fn digests(&self) -> MutexGuard<'_, BTreeMap<String, Digest>> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first bytes of a file, up to `count`; a few are remembered.
    pub fn head(&self, entry: &Entry, count: usize) -> io::Result<Vec<u8>> {
        let kept = || self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        if count <= KEPT
            && let Some(head) = kept().get(&entry.path)
        {
            return Ok(head[..count.min(head.len())].to_vec());
        }
        let mut bytes = vec![0; count.max(KEPT)];
        let read = fill(&mut self.open(entry)?, &mut bytes)?;
        bytes.truncate(read);
        kept().insert(entry.path.clone(), bytes[..read.min(KEPT)].to_vec());
        bytes.truncate(count);
        Ok(bytes)
    }

    /// Of files of one size, those that hold the same bytes as an earlier one, each with the first of these. What cannot
    /// be read is like no other.
    pub fn repeated<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        if files.len() < 2 {
            return Vec::new();
        }
        let mut alike: BTreeMap<Vec<u8>, Vec<&Entry>> = BTreeMap::new();
        for file in files {
            if let Ok(head) = self.head(file, HEAD) {
                alike.entry(head).or_default().push(file);
            }
        }
        let mut repeated: Vec<_> = alike.values().flat_map(|files| self.repeated_among(files)).collect();
        repeated.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        repeated
    }

    /// What [`Tree::repeated`] does, all bytes being read.
    fn repeated_among<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        let mut repeated = Vec::new();
        let known = files.iter().all(|file| self.known_digest(file).is_some());
        if known || files.len() > FEW {
            let mut seen: BTreeMap<Digest, &Entry> = BTreeMap::new();
            for file in files {
                let Ok(digest) = self.digest(file) else { continue };
                match seen.get(&digest) {
                    Some(first) => repeated.push((*file, *first)),
                    None => drop(seen.insert(digest, file)),
                }
            }
            return repeated;
        }
        for (at, file) in files.iter().enumerate() {
            let first = files[..at].iter().find(|first| self.same(first, file).unwrap_or(false));
            repeated.extend(first.map(|first| (*file, *first)));
        }
        repeated
    }

    /// Whether two files hold the same bytes.
    fn same(&self, one: &Entry, other: &Entry) -> io::Result<bool> {
        if one.size != other.size {
            return Ok(false);
        }
        let (mut one, mut other) = (self.open(one)?, self.open(other)?);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        loop {
            left.clear();
            right.clear();
            one.by_ref().take(1 << 16).read_to_end(&mut left)?;
            other.by_ref().take(1 << 16).read_to_end(&mut right)?;
            if left != right || left.is_empty() {
                return Ok(left == right);
            }
        }
    }
}

struct Folder(PathBuf);

impl Contents for Folder {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(open_file(&self.0.join(&entry.path))?))
    }
}

/// Two paths with the same fold are one file on some system: composed, without case.
pub fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// Opens a regular file for reading: follows no link in the last part and waits for no pipe.
pub fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(i32::try_from(flags.bits()).expect("flags fit the system's own type"));
    }
    let no_file = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
    // Where no flag keeps links from being followed, and a folder is only called forbidden.
    if cfg!(not(unix)) && !path.symlink_metadata()?.is_file() {
        return Err(no_file());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(no_file()) }
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

    /// How long to wait at a time until a later write gives another stamp than this: disks count time in steps.
    pub fn settles_in(&self, now: SystemTime) -> Option<Duration> {
        let [.., seconds, nanos] = self.identity;
        let changed = if cfg!(unix) {
            SystemTime::UNIX_EPOCH + Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?)
        } else {
            self.modified?
        };
        let whole = changed.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since.subsec_nanos() == 0);
        let step = if whole { Duration::from_secs(2) } else { Duration::from_millis(20) };
        // What was changed in the future was changed by another clock, on which waiting has no effect.
        (changed + step).duration_since(now).ok().filter(|wait| *wait <= step + step)
    }
}

fn entry_of(root: &Path, step: walkdir::Result<walkdir::DirEntry>) -> Entry {
    match step {
        Ok(found) => {
            let metadata = found.metadata();
            let kind = match &metadata {
                Ok(about) if about.is_symlink() => Kind::Link,
                Ok(about) if about.is_dir() => Kind::Folder,
                Ok(about) if is_placeholder(about) => Kind::Unreadable(IN_THE_CLOUD.to_owned()),
                Ok(about) if about.is_file() => Kind::File,
                Ok(_) => Kind::Special,
                Err(error) => Kind::Unreadable(error.to_string()),
            };
            let size = if kind == Kind::File { metadata.map_or(0, |about| about.len()) } else { 0 };
            let (path, utf8) = relative(root, found.path());
            match downloaded(&path).filter(|_| kind == Kind::File) {
                Some(path) => Entry { path, kind: Kind::Unreadable(IN_THE_CLOUD.to_owned()), size: 0, utf8 },
                None => Entry { path, kind, size, utf8 },
            }
        }
        Err(error) => {
            let (path, utf8) = relative(root, error.path().unwrap_or(root));
            let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            Entry { path, kind: Kind::Unreadable(reason), size: 0, utf8 }
        }
    }
}

/// The path of the file that an iCloud placeholder `.NAME.icloud` stands for.
fn downloaded(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(_, name)| (&path[..path.len() - name.len()], name));
    let name = name.strip_prefix('.')?.strip_suffix(".icloud")?;
    (!name.is_empty()).then(|| format!("{folder}{name}"))
}

/// Whether the file's bytes would have to be fetched from the cloud first.
#[cfg(windows)]
fn is_placeholder(about: &Metadata) -> bool {
    // FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN and _RECALL_ON_DATA_ACCESS.
    std::os::windows::fs::MetadataExt::file_attributes(about) & (0x1000 | 0x4_0000 | 0x40_0000) != 0
}

/// Whether the file's bytes would have to be fetched from the cloud first.
#[cfg(target_os = "macos")]
fn is_placeholder(about: &Metadata) -> bool {
    // SF_DATALESS of sys/stat.h.
    std::os::macos::fs::MetadataExt::st_flags(about) & 0x4000_0000 != 0
}

#[cfg(not(any(windows, target_os = "macos")))]
fn is_placeholder(_: &Metadata) -> bool {
    false
}

fn relative(root: &Path, path: &Path) -> (String, bool) {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    (parts.join("/"), below.to_str().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_known_by_its_name() {
        assert_eq!(downloaded("a/.plan 1.docx.icloud").as_deref(), Some("a/plan 1.docx"));
        assert_eq!(downloaded(".x.icloud").as_deref(), Some("x"));
        for path in ["a/plan.docx", "a/plan.icloud", "a/.icloud", ".x.icloud/plan"] {
            assert_eq!(downloaded(path), None, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_stamp_settles_one_step_of_the_clock_later() {
        let changed = |seconds, nanos| Stamp { size: 0, modified: None, identity: [0, 0, seconds, nanos] };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        assert_eq!(changed(990, 5).settles_in(now), None);
        assert_eq!(changed(999, 990_000_000).settles_in(now), Some(Duration::from_millis(10)));
        assert_eq!(changed(999, 0).settles_in(now), Some(Duration::from_secs(1)), "a clock of whole seconds");
        assert_eq!(changed(9000, 5).settles_in(now), None, "another clock");
    }
}
