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
mod xml;
mod xml_parser;

use parts::Parts;
use reader::Reader;
use xml::{Element, Xml};
use xml_parser::Defect;

use super::package::Package;
use super::{Document, Format};
use crate::source::{Problem, Refused};

/// The media type of a text.
const TEXT: &str = "application/vnd.oasis.opendocument.text";
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
    let text = std::str::from_utf8(text).map_err(|_| problem(path, refusals::xml(Defect::Encoding)))?;
    let xml = xml_parser::parse(text).map_err(|defect| problem(path, refusals::xml(defect)))?;
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
    let manifest = xml_parser::parse(&manifest).ok();
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
        parsed.push(xml_parser::parse(text).map_err(|defect| {
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
