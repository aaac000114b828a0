//! The structure tree of a tagged PDF: which marked content is which paragraph or heading (ISO 32000-1, 14.7 and 14.8).

use std::collections::{BTreeSet, HashMap};

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::{Objects, Outcome, name, reference};

/// Most elements that are read, and how deep they may be in one another.
const MAX_ELEMENTS: usize = 300_000;
const MAX_DEPTH: usize = 128;

/// Most names that stand for one another.
const MAX_ROLES: usize = 8;

/// What holds a paragraph's text.
const BLOCKS: [&[u8]; 17] = [
    b"P",
    b"LI",
    b"TD",
    b"TH",
    b"Caption",
    b"Note",
    b"FENote",
    b"TOCI",
    b"BlockQuote",
    b"Quote",
    b"Code",
    b"Lbl",
    b"LBody",
    b"Formula",
    b"BibEntry",
    b"Index",
    b"Form",
];

/// What is within one paragraph with what is around it.
const IN_ITEMS: [&[u8]; 3] = [b"Lbl", b"LBody", b"P"];

#[derive(Default)]
pub struct Tags {
    /// By the number of the page's object and that of the content.
    owners: HashMap<(u32, i64), u32>,
    /// Of each owner the level of its heading, if it is one.
    levels: Vec<Option<u8>>,
    has_title: bool,
    hidden_layers: BTreeSet<ObjectId>,
}

struct Element {
    value: Object,
    page: Option<u32>,
    /// The block that it is in, and whether that is an item of a list.
    owner: Option<u32>,
    in_item: bool,
    depth: usize,
}

impl Tags {
    pub fn open(objects: &mut Objects<'_>) -> Outcome<Self> {
        let mut tags = Tags::default();
        let catalog = objects.catalog()?;
        let layers = objects.dictionary(&catalog, b"OCProperties")?;
        let shown = objects.dictionary(&layers, b"D")?;
        let off = objects.array(&shown, b"OFF")?;
        tags.hidden_layers = off.iter().filter_map(|layer| layer.as_reference().ok()).collect();
        let root = objects.dictionary(&catalog, b"StructTreeRoot")?;
        let roles = objects.dictionary(&root, b"RoleMap")?;
        let (mut waiting, mut seen) = (Vec::new(), BTreeSet::new());
        if let Ok(kids) = root.get(b"K") {
            waiting.push(Element { value: kids.clone(), page: None, owner: None, in_item: false, depth: 0 });
        }
        let mut left = MAX_ELEMENTS;
        while let Some(element) = waiting.pop() {
            let Some(rest) = left.checked_sub(1).filter(|_| element.depth < MAX_DEPTH) else { break };
            left = rest;
            tags.take(element, &roles, &mut waiting, &mut seen, objects)?;
        }
        Ok(tags)
    }

    fn take(
        &mut self,
        element: Element,
        roles: &Dictionary,
        waiting: &mut Vec<Element>,
        seen: &mut BTreeSet<ObjectId>,
        objects: &mut Objects<'_>,
    ) -> Outcome<()> {
        let Element { value, page, owner, in_item, depth } = element;
        let below = |value: Object| Element { value, page, owner, in_item, depth: depth + 1 };
        match value {
            Object::Integer(number) => {
                if let Some((page, owner)) = page.zip(owner) {
                    self.owners.insert((page, number), owner);
                }
            }
            // What comes first is taken first.
            Object::Array(values) => waiting.extend(values.into_iter().rev().map(below)),
            Object::Reference(id) if seen.insert(id) => waiting.push(below(objects.file.load(id)?)),
            Object::Dictionary(dictionary) => {
                let page = reference(&dictionary, b"Pg").map(|id| id.0).or(page);
                match name(&dictionary, b"Type") {
                    b"MCR" => {
                        let stream = reference(&dictionary, b"Stm").map(|id| id.0).or(page);
                        let number = dictionary.get(b"MCID").and_then(Object::as_i64).ok();
                        if let Some(((stream, number), owner)) = stream.zip(number).zip(owner) {
                            self.owners.insert((stream, number), owner);
                        }
                    }
                    b"OBJR" => {}
                    _ => {
                        let (owner, in_item) = self.block(role(&dictionary, roles), owner, in_item);
                        if let Ok(kids) = dictionary.get(b"K") {
                            waiting.push(Element { value: kids.clone(), page, owner, in_item, depth: depth + 1 });
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The owner of what is in an element of this role.
    fn block(&mut self, role: &[u8], outer: Option<u32>, in_item: bool) -> (Option<u32>, bool) {
        let level = match role {
            b"Title" => Some(0),
            b"H" => Some(1),
            [b'H', digit @ b'1'..=b'6'] => Some(digit - b'0'),
            _ => None,
        };
        if level.is_none() && (!BLOCKS.contains(&role) || in_item && IN_ITEMS.contains(&role)) {
            return (outer, in_item && role != b"L");
        }
        self.has_title |= level == Some(0);
        self.levels.push(level);
        let owner = u32::try_from(self.levels.len() - 1).ok();
        (owner, role == b"LI")
    }

    pub fn owner(&self, stream: u32, number: i64) -> Option<u32> {
        self.owners.get(&(stream, number)).copied()
    }

    pub fn is_off(&self, layer: ObjectId) -> bool {
        self.hidden_layers.contains(&layer)
    }

    /// The level of the heading that an owner is; a title comes above all others.
    pub fn level(&self, owner: u32) -> Option<u8> {
        let level = self.levels.get(owner as usize).copied().flatten()?;
        Some((level + u8::from(self.has_title)).clamp(1, 6))
    }
}

/// The standard name of an element's role.
fn role<'d>(element: &'d Dictionary, roles: &'d Dictionary) -> &'d [u8] {
    let mut role = name(element, b"S");
    for _ in 0..MAX_ROLES {
        match name(roles, role) {
            b"" => break,
            other if other == role => break,
            other => role = other,
        }
    }
    role
}
