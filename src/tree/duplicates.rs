//! What files begin with, and which of them hold the same bytes.

use std::collections::BTreeMap;
use std::io;

use super::{Entry, HEAD, Tree};
use crate::digest::Digest;

/// Bytes by which most files differ: documents of one program begin alike for some hundred.
const COMPARED_BYTES: usize = 4096;

/// What a file begins with.
pub struct Head {
    /// [`HEAD`] bytes, or all.
    pub bytes: Vec<u8>,
    /// Of [`COMPARED_BYTES`] bytes: files that differ in it differ.
    pub checksum: u32,
}

impl Tree {
    pub fn head(&self, entry: &Entry) -> io::Result<Head> {
        let beginning = match self.known.contents.head(entry) {
            Some(head) => head,
            None => self.beginning(entry, COMPARED_BYTES)?,
        };
        let bytes = beginning[..beginning.len().min(HEAD)].to_vec();
        Ok(Head { bytes, checksum: crc32fast::hash(&beginning) })
    }

    /// Of files that may be equal, those that hold the same bytes as an earlier one, each with the first of these. What
    /// cannot be read is like no other.
    pub fn duplicates<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        let mut duplicates = Vec::new();
        let mut seen: BTreeMap<Digest, &Entry> = BTreeMap::new();
        for file in files.iter().filter(|_| files.len() > 1) {
            let Ok(digest) = self.digest(file) else { continue };
            match seen.get(&digest) {
                Some(first) => duplicates.push((*file, *first)),
                None => drop(seen.insert(digest, file)),
            }
        }
        duplicates
    }
}
