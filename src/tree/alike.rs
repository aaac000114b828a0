//! Reads the first bytes of files once, and finds files with the same bytes.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Entry, Known, Tree};
use crate::digest::{Digest, fill};
use crate::threads::share_in_order;

/// Number of first bytes of a file that are remembered.
pub const HEAD: usize = 64;

/// Most different files differ within this many bytes.
const BEGINNING: usize = 4096;

/// The first bytes of files, by path.
#[derive(Default)]
pub struct Heads(Mutex<HashMap<String, Head>>);

#[derive(Clone)]
struct Head {
    /// [`HEAD`] bytes, or the whole file.
    bytes: Vec<u8>,
    /// CRC-32 of the first [`BEGINNING`] bytes: files with another checksum differ.
    sum: u32,
}

impl Heads {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Head>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The first bytes of a file, if they were read before.
    pub fn head(&self, entry: &Entry) -> Option<Vec<u8>> {
        let cached = || self.heads.lock().get(&entry.path).map(|head| head.bytes.clone());
        self.contents.head(entry).or_else(cached)
    }
}

impl Tree {
    /// Reads the first bytes of files on all processors, so that [`Tree::head`] need not read them again. Files that
    /// cannot be read are skipped.
    pub fn prefetch_heads(&self, files: &[&Entry]) {
        let heads_read = share_in_order(files, |entry| match self.known.head(entry) {
            Some(_) => None,
            None => self.read_head(entry).ok().map(|head| (entry.path.clone(), head)),
        });
        let mut heads = self.known.heads.lock();
        heads.reserve(heads_read.len());
        heads.extend(heads_read.into_iter().flatten());
    }

    fn read_head(&self, entry: &Entry) -> io::Result<Head> {
        let mut block = [0; BEGINNING];
        let count = fill(&mut self.open(entry)?, &mut block)?;
        Ok(Head { bytes: block[..count.min(HEAD)].to_vec(), sum: crc32fast::hash(&block[..count]) })
    }

    fn cached_head(&self, entry: &Entry) -> io::Result<Head> {
        if let Some(head) = self.known.heads.lock().get(&entry.path) {
            return Ok(head.clone());
        }
        let head = self.read_head(entry)?;
        self.known.heads.lock().insert(entry.path.clone(), head.clone());
        Ok(head)
    }

    /// The first [`HEAD`] bytes of a file, or the whole file.
    pub fn head(&self, entry: &Entry) -> io::Result<Vec<u8>> {
        match self.known.head(entry) {
            Some(head) => Ok(head),
            None => Ok(self.cached_head(entry)?.bytes),
        }
    }

    /// Of files of the same size, pairs each duplicate with the first file that has the same bytes. Files that cannot
    /// be read are not duplicates.
    pub fn duplicates<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        if files.len() < 2 {
            return Vec::new();
        }
        if files.iter().all(|file| self.known.digest(file).is_some()) {
            return self.duplicates_by_digest(files);
        }
        let mut by_sum: BTreeMap<u32, Vec<&Entry>> = BTreeMap::new();
        for file in files {
            if let Ok(head) = self.cached_head(file) {
                by_sum.entry(head.sum).or_default().push(file);
            }
        }
        by_sum.retain(|_, files| files.len() > 1);
        let mut duplicates: Vec<_> = by_sum.values().flat_map(|files| self.duplicates_by_digest(files)).collect();
        duplicates.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        duplicates
    }

    fn duplicates_by_digest<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        let mut duplicates = Vec::new();
        let mut seen: BTreeMap<Digest, &Entry> = BTreeMap::new();
        for file in files {
            let Ok(digest) = self.digest(file) else { continue };
            match seen.get(&digest) {
                Some(first) => duplicates.push((*file, *first)),
                None => drop(seen.insert(digest, file)),
            }
        }
        duplicates
    }
}
