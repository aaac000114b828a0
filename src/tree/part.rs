//! Some files of a tree under other paths, together with texts.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read};
use std::sync::Arc;

use super::{Cache, Contents, Entry, EntryKind, Tree};
use crate::digest::Digest;

/// Depth down to which folders are looked up: a competency's, and a sign-off's among the sign-offs.
const ASKED_FOR: usize = 2;

/// Source of a file.
pub enum PartContent {
    /// A file of the original tree.
    File(Entry),
    Text(String),
}

struct TreePart {
    whole: Arc<Cache>,
    files: HashMap<String, PartContent>,
}

impl Tree {
    /// A tree of files, by path and size, with their folders down to the second level. There may be a hundred times as
    /// many deeper folders as files; their files imply them.
    pub fn of_files<'a>(files: impl IntoIterator<Item = (&'a str, u64)>, contents: impl Contents + 'static) -> Self {
        let (mut entries, mut folders) = (Vec::new(), BTreeSet::new());
        for (path, size) in files {
            folders.extend(path.match_indices('/').take(ASKED_FOR).map(|(at, _)| &path[..at]));
            entries.push(Entry { path: path.to_owned(), kind: EntryKind::File, size, utf8: true });
        }
        let folder = |path: &str| Entry { path: path.to_owned(), kind: EntryKind::Folder, size: 0, utf8: true };
        entries.extend(folders.into_iter().map(folder));
        Tree::of(entries, Box::new(contents))
    }

    /// A tree of files of this one and of texts, by their paths in the new tree. Known digests stay known.
    pub fn part(&self, files: HashMap<String, PartContent>) -> Self {
        let sizes: Vec<(String, u64)> = files.iter().map(|(path, origin)| (path.clone(), origin.size())).collect();
        let part = TreePart { whole: Arc::clone(&self.known), files };
        Tree::of_files(sizes.iter().map(|(path, size)| (path.as_str(), *size)), part)
    }
}

impl PartContent {
    fn size(&self) -> u64 {
        match self {
            PartContent::File(entry) => entry.size,
            PartContent::Text(text) => text.len() as u64,
        }
    }
}

impl TreePart {
    fn file(&self, entry: &Entry) -> Option<&Entry> {
        match self.files.get(&entry.path)? {
            PartContent::File(entry) => Some(entry),
            PartContent::Text(_) => None,
        }
    }
}

impl Contents for TreePart {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        match self.files.get(&entry.path) {
            Some(PartContent::File(entry)) => self.whole.contents.open(entry),
            Some(PartContent::Text(text)) => Ok(Box::new(text.as_bytes())),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn failure(&self) -> Option<(String, io::Error)> {
        self.whole.contents.failure()
    }

    fn digest(&self, entry: &Entry) -> Option<Digest> {
        self.whole.digest(self.file(entry)?)
    }

    fn head(&self, entry: &Entry) -> Option<Vec<u8>> {
        self.whole.contents.head(self.file(entry)?)
    }
}
