//! The pictures of the documents that the page holds itself, up to a size.

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64, Encoding};

use crate::document::Target;
use crate::html::Picture;
use crate::limits::{MAX_ALL_PICTURES_BYTES, MAX_PICTURE_BYTES};
use crate::media::{self, Trait, media_type};
use crate::report::size;
use crate::review::Evidence;
use crate::text::nfc;
use crate::tree::{Entry, EntryKind, Tree};

/// The pictures in documents, by path relative to the portfolio.
pub struct Pictures<'a> {
    tree: &'a Tree,
    found: BTreeMap<String, Found<'a>>,
}

struct Found<'a> {
    entry: &'a Entry,
    /// Why it is not shown, if so.
    left: Option<String>,
}

impl<'a> Pictures<'a> {
    /// Those of all documents that are packed; those that come first are shown first, each as often as it is in a document.
    pub fn new(evidence: &Evidence<'a>, packed: &BTreeSet<String>) -> Self {
        let tree = &evidence.portfolio.tree;
        let mut shown: Vec<(String, u64)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for review in evidence.submitted() {
            for link in review.document.iter().flat_map(|document| &document.links).filter(|link| link.image) {
                let Target::File(path) = link.target(&review.folder.path) else { continue };
                let path = nfc(&path);
                if !media::is(&path, Trait::Shown) || !packed.contains(&path) {
                    continue;
                }
                let at = *places.entry(path.clone()).or_insert_with(|| {
                    shown.push((path, 0));
                    shown.len() - 1
                });
                shown[at].1 += 1;
            }
        }
        let (mut found, mut used) = (BTreeMap::new(), 0_u64);
        for (path, times) in shown {
            let Some(entry) = tree.find(&path).filter(|entry| entry.kind == EntryKind::File) else { continue };
            let taken = entry.size.saturating_mul(times);
            let left = if entry.size > MAX_PICTURE_BYTES {
                Some(format!("a picture of {}, too large for this page", size(entry.size)))
            } else if used.saturating_add(taken) > MAX_ALL_PICTURES_BYTES {
                let all = size(MAX_ALL_PICTURES_BYTES);
                Some(format!("a picture of {}; this page holds pictures up to {all} in all", size(entry.size)))
            } else {
                used += taken;
                None
            };
            found.insert(path, Found { entry, left });
        }
        Pictures { tree, found }
    }

    /// A picture by its path; `href` leads to its file.
    pub fn picture(&self, path: &str, href: Option<String>) -> Option<Picture> {
        let Found { entry, left } = self.found.get(path)?;
        if let Some(why) = left {
            return Some(Picture::Left { why: why.clone(), href });
        }
        match self.tree.read(entry, MAX_PICTURE_BYTES) {
            Ok(bytes) => {
                let data = Base64::encode_string(&bytes);
                Some(Picture::Embedded(format!("data:{};base64,{data}", media_type(path)?)))
            }
            Err(_) => Some(Picture::Left { why: "a picture that cannot be read".to_owned(), href }),
        }
    }
}
