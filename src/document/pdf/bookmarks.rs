//! The bookmarks of a PDF, whose titles are headings on their pages: ISO 32000-1, 12.3.

use std::collections::{BTreeSet, HashMap};

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::{Objects, Outcome, text};

const MAX_BOOKMARKS: usize = 5_000;
const MAX_DEPTH: usize = 32;

/// Most nodes of the tree of names for places.
const MAX_NAME_NODES: usize = 5_000;

#[derive(Debug)]
pub struct Bookmark {
    pub title: String,
    /// 1 for the outermost.
    pub level: u8,
    /// The object of its page, where it says one.
    pub page: Option<ObjectId>,
}

/// The bookmarks in their order.
pub fn all(objects: &mut Objects<'_>) -> Outcome<Vec<Bookmark>> {
    let catalog = objects.catalog()?;
    let root = objects.dictionary(&catalog, b"Outlines")?;
    let (mut bookmarks, mut seen) = (Vec::new(), BTreeSet::new());
    let mut waiting: Vec<(Object, usize)> = root.get(b"First").map(|first| (first.clone(), 1)).into_iter().collect();
    let mut names = None;
    while let Some((item, level)) = waiting.pop() {
        let Object::Reference(id) = item else { continue };
        if !seen.insert(id) || seen.len() > MAX_BOOKMARKS {
            continue;
        }
        let Object::Dictionary(item) = objects.file.load(id)? else { continue };
        if let Ok(next) = item.get(b"Next") {
            waiting.push((next.clone(), level));
        }
        if let Ok(first) = item.get(b"First")
            && level < MAX_DEPTH
        {
            waiting.push((first.clone(), level + 1));
        }
        let title = objects.text(&item, b"Title")?;
        if !title.trim().is_empty() {
            let page = page(&item, &catalog, &mut names, objects)?;
            bookmarks.push(Bookmark { title, level: u8::try_from(level).unwrap_or(6).min(6), page });
        }
    }
    Ok(bookmarks)
}

/// The page that a bookmark leads to.
fn page(
    item: &Dictionary,
    catalog: &Dictionary,
    names: &mut Option<HashMap<Vec<u8>, Object>>,
    objects: &mut Objects<'_>,
) -> Outcome<Option<ObjectId>> {
    let mut place = objects.entry(item, b"Dest")?;
    if place == Object::Null {
        let action = objects.dictionary(item, b"A")?;
        place = objects.entry(&action, b"D")?;
    }
    if let Object::String(name, _) | Object::Name(name) = &place {
        if names.is_none() {
            *names = Some(named_places(catalog, objects)?);
        }
        let found = names.as_ref().and_then(|names| names.get(name)).cloned();
        place = objects.resolve(&found.unwrap_or(Object::Null))?;
        if let Object::Dictionary(dictionary) = &place {
            place = objects.entry(dictionary, b"D")?;
        }
    }
    let first = place.as_array().ok().and_then(|place| place.first());
    Ok(first.and_then(|page| page.as_reference().ok()))
}

/// The names of places: in `/Dests`, and in the tree of names (7.9.6).
fn named_places(catalog: &Dictionary, objects: &mut Objects<'_>) -> Outcome<HashMap<Vec<u8>, Object>> {
    let mut places = HashMap::new();
    for (name, place) in objects.dictionary(catalog, b"Dests")? {
        places.insert(name, place);
    }
    let names = objects.dictionary(catalog, b"Names")?;
    let tree = objects.entry(&names, b"Dests")?;
    for (name, place) in name_tree(tree, objects)? {
        places.insert(name, place);
    }
    Ok(places)
}

/// The names of a tree and what they stand for.
pub fn name_tree(root: Object, objects: &mut Objects<'_>) -> Outcome<Vec<(Vec<u8>, Object)>> {
    let (mut waiting, mut names, mut left) = (vec![root], Vec::new(), MAX_NAME_NODES);
    while let Some(node) = waiting.pop() {
        let Some(rest) = left.checked_sub(1) else { break };
        left = rest;
        let Object::Dictionary(node) = objects.resolve(&node)? else { continue };
        let kids = objects.array(&node, b"Kids")?;
        waiting.extend(kids.into_iter().rev().take(MAX_NAME_NODES));
        for pair in objects.array(&node, b"Names")?.chunks_exact(2) {
            if let Object::String(name, _) = &pair[0]
                && names.len() < 100_000
            {
                names.push((name.clone(), pair[1].clone()));
            }
        }
    }
    Ok(names)
}

/// Whether a line says the title, perhaps with its number before it; of both only the letters are given.
pub fn is_title(line: &str, title: &str) -> bool {
    !title.is_empty() && line.strip_suffix(title).is_some_and(|number| number.chars().all(|ch| ch.is_ascii_digit()))
}

/// The letters and digits of a text, in small letters.
pub fn letters(line: &str) -> String {
    line.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The name of a place or file, as people read it.
pub fn shown(name: &[u8]) -> String {
    text(&Object::String(name.to_vec(), lopdf::StringFormat::Literal))
}
