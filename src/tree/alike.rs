//! What files begin with, looked at once, and which of them hold the same bytes.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Entry, Known, Tree};
use crate::digest::{Digest, fill};
use crate::threads::share_in_order;

/// Bytes that a file begins with, and that are remembered.
pub const HEAD: usize = 64;

/// Bytes by which most files differ already.
const BEGINNING: usize = 4096;

/// What files begin with, by path.
#[derive(Default)]
pub struct Heads(Mutex<HashMap<String, Head>>);

#[derive(Clone)]
struct Head {
    /// [`HEAD`] bytes, or all.
    bytes: Vec<u8>,
    /// A checksum of [`BEGINNING`] bytes: files that differ in it differ.
    sum: u32,
}

impl Heads {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Head>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The first bytes of a file that was looked at before.
    pub fn head(&self, entry: &Entry) -> Option<Vec<u8>> {
        let looked = || self.heads.lock().get(&entry.path).map(|head| head.bytes.clone());
        self.contents.head(entry).or_else(looked)
    }
}

impl Tree {
    /// Looks at what files begin with on all processors, so that [`Tree::head`] needs no disk for it. What cannot be read is
    /// passed over.
    pub fn look_ahead(&self, files: &[&Entry]) {
        let looked = share_in_order(files, |entry| match self.known.head(entry) {
            Some(_) => None,
            None => self.look(entry).ok().map(|head| (entry.path.clone(), head)),
        });
        let mut heads = self.known.heads.lock();
        heads.reserve(looked.len());
        heads.extend(looked.into_iter().flatten());
    }

    fn look(&self, entry: &Entry) -> io::Result<Head> {
        let mut block = [0; BEGINNING];
        let count = fill(&mut self.open(entry)?, &mut block)?;
        Ok(Head { bytes: block[..count.min(HEAD)].to_vec(), sum: crc32fast::hash(&block[..count]) })
    }

    fn looked(&self, entry: &Entry) -> io::Result<Head> {
        if let Some(head) = self.known.heads.lock().get(&entry.path) {
            return Ok(head.clone());
        }
        let head = self.look(entry)?;
        self.known.heads.lock().insert(entry.path.clone(), head.clone());
        Ok(head)
    }

    /// The first bytes of a file: [`HEAD`] of them, or all.
    pub fn head(&self, entry: &Entry) -> io::Result<Vec<u8>> {
        match self.known.head(entry) {
            Some(head) => Ok(head),
            None => Ok(self.looked(entry)?.bytes),
        }
    }

    /// Of files of one size, those that hold the same bytes as an earlier one, each with the first of these. What cannot
    /// be read is like no other.
    pub fn repeated<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        if files.len() < 2 {
            return Vec::new();
        }
        if files.iter().all(|file| self.known.digest(file).is_some()) {
            return self.repeated_by_digest(files);
        }
        let mut alike: BTreeMap<u32, Vec<&Entry>> = BTreeMap::new();
        for file in files {
            if let Ok(head) = self.looked(file) {
                alike.entry(head.sum).or_default().push(file);
            }
        }
        alike.retain(|_, files| files.len() > 1);
        let mut repeated: Vec<_> = alike.values().flat_map(|files| self.repeated_by_digest(files)).collect();
        repeated.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        repeated
    }

    fn repeated_by_digest<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        let mut repeated = Vec::new();
        let mut seen: BTreeMap<Digest, &Entry> = BTreeMap::new();
        for file in files {
            let Ok(digest) = self.digest(file) else { continue };
            match seen.get(&digest) {
                Some(first) => repeated.push((*file, *first)),
                None => drop(seen.insert(digest, file)),
            }
        }
        repeated
    }
}
