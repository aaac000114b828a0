//! Reads `OpenDocument` texts (ODF 1.3, OASIS 2021): packages (`.odt`) and flat files (`.fodt`), whole or not at all.

mod body;
mod inline;
mod lists;
mod numbering;
mod outside;
mod parts;
mod passage;
mod reader;
mod refusals;
mod shapes;
mod styles;
mod table;
#[cfg(test)]
mod tests;

use parts::Parts;
use reader::Reader;

use super::package::Package;
use super::xml::{Element, Namespaces, Xml, decode};
use super::{Document, Format};
use crate::source::{Problem, Refused};

/// The media type of a text.
const TEXT: &str = "application/vnd.oasis.opendocument.text";
/// Namespaces that are read, under the prefixes of the `OpenDocument` specification.
const NAMESPACES: &Namespaces = &[
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style"),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table"),
    ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw"),
    ("urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", "fo"),
    ("urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "svg"),
    ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "meta"),
    ("urn:oasis:names:tc:opendocument:xmlns:form:1.0", "form"),
    ("urn:oasis:names:tc:opendocument:xmlns:script:1.0", "script"),
    ("urn:oasis:names:tc:opendocument:xmlns:chart:1.0", "chart"),
    ("urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest"),
    ("urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0", "loext"),
    ("http://www.w3.org/1998/Math/MathML", "math"),
    ("http://www.w3.org/1999/xlink", "xlink"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://www.w3.org/XML/1998/namespace", "xml"),
];

/// All text of a document, with what is not shown.
const MAX_TEXT_BYTES: usize = 2_000_000;

pub fn parse(path: &str, bytes: &[u8]) -> Result<Document, Problem> {
    if bytes.starts_with(b"PK\x03\x04") {
        return package(path, &Parts(Some(Package::open(path, bytes)?)));
    }
    flat(path, bytes)
}

fn problem(path: &str, Refused { message, help }: Refused) -> Problem {
    Problem::file(path, message, help)
}

/// One file that holds all parts.
fn flat(path: &str, bytes: &[u8]) -> Result<Document, Problem> {
    let refuse = |refused| Err(problem(path, refused));
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let is_html = text[..text.len().min(1000)].to_ascii_lowercase().windows(5).any(|word| word == b"<html");
    if !text.starts_with(b"<") || is_html {
        return refuse(refusals::bytes(bytes));
    }
    let text = decode(text.to_vec()).map_err(|defect| problem(path, refusals::xml(defect)))?;
    let xml = Xml::parse(&text, NAMESPACES).map_err(|defect| problem(path, refusals::xml(defect)))?;
    let root = xml.root();
    if root.name() != "office:document" {
        return refuse(refusals::root(root.name()));
    }
    let media = root.attribute("office:mimetype").unwrap_or_default();
    if media != TEXT {
        return refuse(refusals::media_type(&media));
    }
    document(path, &Parts(None), &[root])
}

/// A ZIP file with the parts in files of their own.
fn package(path: &str, parts: &Parts) -> Result<Document, Problem> {
    let refuse = |refused| Err(problem(path, refused));
    let manifest = parts.text("META-INF/manifest.xml")?.unwrap_or_default();
    let manifest = Xml::parse(&manifest, NAMESPACES).ok();
    let manifest_has = |name: &str| manifest.as_ref().is_some_and(|manifest| manifest.has(name));
    if manifest_has("manifest:encryption-data") || parts.has("encrypted-package") {
        return refuse(refusals::encrypted());
    }
    if parts.has("[Content_Types].xml") {
        return refuse(refusals::office(parts.has("word/document.xml")));
    }
    let media = parts.text("mimetype")?.unwrap_or_default();
    if !media.trim().is_empty() && media.trim() != TEXT {
        return refuse(refusals::media_type(media.trim()));
    }
    let mut texts = Vec::new();
    for name in ["content.xml", "styles.xml", "meta.xml"] {
        match parts.text(name)? {
            Some(text) => texts.push((name, text)),
            None if name == "content.xml" && (manifest.is_some() || !media.is_empty()) => {
                return refuse(refusals::no_content());
            }
            None if name == "content.xml" => return refuse(refusals::other_zip()),
            None => {}
        }
    }
    let mut parsed = Vec::new();
    for (name, text) in &texts {
        parsed.push(Xml::parse(text, NAMESPACES).map_err(|defect| {
            let Refused { message, help } = refusals::xml(defect);
            Problem::file(path, format!("{message} (`{name}` in it)"), help)
        })?);
    }
    let roots: Vec<Element<'_>> = parsed.iter().map(Xml::root).collect();
    if roots[0].name() != "office:document-content" {
        return refuse(refusals::root(roots[0].name()));
    }
    document(path, parts, &roots)
}

/// A document of the outermost elements of its parts: content, styles, properties, as far as they are there.
fn document<'x>(path: &str, parts: &'x Parts, roots: &[Element<'x>]) -> Result<Document, Problem> {
    let mut reader = Reader::new(parts);
    let child = |name: &'static str| roots.iter().filter_map(move |root| root.child(name));
    child("office:styles").for_each(|styles| reader.styles.add(styles));
    roots[0].child("office:automatic-styles").into_iter().for_each(|styles| reader.styles.add(styles));
    let Some(body) = roots[0].child("office:body") else { return Err(problem(path, refusals::no_content())) };
    let Some(text) = body.child("office:text") else {
        let kind = body.elements().next().map_or("", |it| it.name());
        let kind = kind.trim_start_matches("office:").replace("drawing", "graphics");
        return Err(problem(path, refusals::media_type(&format!("application/vnd.oasis.opendocument.{kind}"))));
    };
    reader.body(text);
    child("office:master-styles").for_each(|pages| reader.master_pages(pages));
    child("office:meta").for_each(|meta| reader.properties(meta));
    if let Some(problem) = reader.problem {
        return Err(problem);
    }
    if reader.bytes > MAX_TEXT_BYTES {
        return Err(problem(path, refusals::too_long()));
    }
    if reader.repeated > table::MAX_REPEATED {
        return Err(problem(path, refusals::too_repeated()));
    }
    Ok(reader.builder.finish(path, Format::OpenDocument))
}
