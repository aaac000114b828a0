//! What a PDF says besides its pages: properties, XMP metadata, names of attached files (ISO 32000-1, 7.11.4 and 14.3).

use lopdf::Object;

use super::annotations::file_name;
use super::bookmarks::{name_tree, shown};
use super::objects::{Objects, Outcome};

/// Properties that people fill in, or that name them.
const PROPERTIES: [&[u8]; 6] = [b"Title", b"Author", b"Subject", b"Keywords", b"Company", b"Manager"];

/// Elements of XMP metadata that do the same.
const ELEMENTS: [&str; 8] = [
    "dc:title",
    "dc:creator",
    "dc:description",
    "dc:subject",
    "dc:contributor",
    "pdf:Keywords",
    "photoshop:AuthorsPosition",
    "xmp:Nickname",
];

/// Most bytes of metadata that are searched.
const MAX_METADATA_BYTES: usize = 200_000;

/// Texts and where they are, in words.
pub fn all(objects: &mut Objects<'_>) -> Outcome<Vec<(String, &'static str)>> {
    let mut found = Vec::new();
    let trailer = objects.file.document.trailer.clone();
    let properties = objects.dictionary(&trailer, b"Info")?;
    for key in PROPERTIES {
        found.push((objects.text(&properties, key)?, "properties"));
    }
    let catalog = objects.catalog()?;
    if let Object::Stream(metadata) = objects.entry(&catalog, b"Metadata")?
        && let Ok(metadata) = objects.file.decode(&metadata)
    {
        let metadata = String::from_utf8_lossy(&metadata[..metadata.len().min(MAX_METADATA_BYTES)]).into_owned();
        found.extend(ELEMENTS.iter().flat_map(|name| elements(&metadata, name)).map(|text| (text, "properties")));
    }
    let names = objects.dictionary(&catalog, b"Names")?;
    let files = objects.entry(&names, b"EmbeddedFiles")?;
    for (name, file) in name_tree(files, objects)? {
        let file = objects.resolve(&file)?;
        let own = file_name(&file, objects)?;
        found.push((if own.is_empty() { shown(&name) } else { own }, "name of an attached file"));
    }
    Ok(found)
}

/// The texts of the elements and attributes of a name, without the marks in them.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find(name) {
        let (before, after) = rest.split_at(at);
        let after = &after[name.len()..];
        rest = after;
        if let Some(value) = after.strip_prefix("=\"") {
            found.extend(value.split_once('"').map(|(value, _)| unescaped(value)));
        } else if before.ends_with('<')
            && let Some((_, inner)) = after.split_once('>')
            && let Some(end) = inner.find("</").and_then(|_| inner.find(&format!("</{name}>")))
        {
            found.push(unescaped(&without_marks(&inner[..end])));
            rest = &inner[end + 2 + name.len()..];
        }
    }
    found
}

fn without_marks(xml: &str) -> String {
    let parts = xml.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text).trim());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}
