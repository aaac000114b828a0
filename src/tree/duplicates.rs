//! Which files hold the same bytes.

use std::collections::BTreeMap;

use super::{Entry, Tree};
use crate::digest::Digest;

impl Tree {
    /// Of files of one size, those that hold the same bytes as an earlier one, each with the first of these. What cannot
    /// be read is like no other.
    pub fn duplicates<'a>(&self, files: &[&'a Entry]) -> Vec<(&'a Entry, &'a Entry)> {
        // Most files differ within their first bytes: then neither is read to its end.
        let mut by_head: BTreeMap<Vec<u8>, Vec<&Entry>> = BTreeMap::new();
        for file in files.iter().filter(|_| files.len() > 1) {
            if let Ok(head) = self.head(file) {
                by_head.entry(head).or_default().push(file);
            }
        }
        let mut duplicates = Vec::new();
        for files in by_head.values().filter(|files| files.len() > 1) {
            let mut seen: BTreeMap<Digest, &Entry> = BTreeMap::new();
            for file in files {
                let Ok(digest) = self.digest(file) else { continue };
                match seen.get(&digest) {
                    Some(first) => duplicates.push((*file, *first)),
                    None => drop(seen.insert(digest, file)),
                }
            }
        }
        duplicates.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        duplicates
    }
}
