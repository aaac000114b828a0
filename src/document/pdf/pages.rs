//! The pages of a PDF, in their order: ISO 32000-1, 7.7.3.

use std::collections::BTreeSet;
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::geometry::Rectangle;
use super::objects::{Objects, Outcome, TOO_MUCH, UNREADABLE, name};

const MAX_PAGES: usize = 2_000;

/// Most nodes of the tree that have no page of their own.
const MAX_NODES: usize = 4_000;

/// The size of a page that does not say its own: A4, with a margin.
const DEFAULT_BOX: Rectangle = Rectangle { left: -200.0, bottom: -200.0, right: 1_200.0, top: 1_200.0 };

/// Corners are compared with the text's baseline, which may be a little outside.
pub struct Page {
    pub id: ObjectId,
    pub dictionary: Dictionary,
    pub resources: Rc<Dictionary>,
    pub shown: Rectangle,
}

struct Node {
    id: ObjectId,
    resources: Rc<Dictionary>,
    shown: Rectangle,
}

/// The pages in their order.
pub fn all(objects: &mut Objects<'_>) -> Outcome<Vec<Page>> {
    let catalog = objects.catalog()?;
    let root = catalog.get(b"Pages").and_then(Object::as_reference).map_err(|_| UNREADABLE)?;
    let mut waiting = vec![Node { id: root, resources: Rc::default(), shown: DEFAULT_BOX }];
    let (mut pages, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some(Node { id, mut resources, mut shown }) = waiting.pop() {
        let Object::Dictionary(dictionary) = objects.file.load(id)? else { return Err(UNREADABLE) };
        if let Object::Dictionary(own) = objects.entry(&dictionary, b"Resources")? {
            resources = Rc::new(own);
        }
        if let Some(own) = Rectangle::of(&objects.array(&dictionary, b"MediaBox")?) {
            shown = own;
        }
        let kids = objects.entry(&dictionary, b"Kids")?;
        let Object::Array(kids) = kids else {
            if name(&dictionary, b"Type") == b"Pages" {
                return Err(UNREADABLE);
            }
            if pages.len() == MAX_PAGES {
                return Err("it has more than 2,000 pages");
            }
            pages.push(Page { id, dictionary, resources, shown });
            continue;
        };
        if !seen.insert(id) {
            return Err("its list of pages leads back to itself");
        }
        if seen.len() > MAX_NODES || waiting.len() + kids.len() > MAX_NODES {
            return Err(TOO_MUCH);
        }
        for kid in kids.iter().rev() {
            let id = kid.as_reference().map_err(|_| UNREADABLE)?;
            waiting.push(Node { id, resources: Rc::clone(&resources), shown });
        }
    }
    Ok(pages)
}

impl Page {
    /// The operators that draw it.
    pub fn content(&self, objects: &mut Objects<'_>) -> Outcome<Vec<u8>> {
        if !self.dictionary.has(b"Contents") {
            return Ok(Vec::new());
        }
        let parts = match objects.entry(&self.dictionary, b"Contents")? {
            Object::Array(parts) => parts,
            one => vec![one],
        };
        let mut content = Vec::new();
        for part in &parts {
            let Object::Stream(stream) = objects.resolve(part)? else { return Err(UNREADABLE) };
            content.extend(objects.file.decode(&stream)?);
            content.push(b'\n');
            if content.len() > 48 << 20 {
                return Err(TOO_MUCH);
            }
        }
        Ok(content)
    }
}
