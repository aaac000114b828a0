//! Reads OpenDocument texts (ODF 1.3, OASIS 2021): packages (`.odt`) and flat files (`.fodt`), whole or not at all.

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
use xml::Element;
use xml_parser::Defect;

use super::{Document, Format};
use crate::source::{Problem, Refused};

/// All text of a document, with what is not shown.
const MAX_TEXT_BYTES: usize = 2_000_000;

pub fn parse(path: &str, bytes: &[u8]) -> Result<Document, Problem> {
    read(path, bytes).map_err(|Refused { message, help }| Problem::file(path, message, help))
}

fn read(path: &str, bytes: &[u8]) -> Result<Document, Refused> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes[start..]);
    if !text.starts_with(b"<") {
        return Err(refusals::bytes(bytes));
    }
    let Ok(text) = std::str::from_utf8(text) else { return Err(refusals::xml(Defect::Encoding)) };
    flat(path, text).map_err(|refused| {
        if text[..text.floor_char_boundary(1000)].to_ascii_lowercase().contains("<html") {
            return refusals::bytes(bytes);
        }
        refused
    })
}

/// One file that holds all parts.
fn flat(path: &str, text: &str) -> Result<Document, Refused> {
    let xml = xml_parser::parse(text).map_err(refusals::xml)?;
    let root = xml.root();
    if root.name() != "office:document" {
        return Err(refusals::root(root.name()));
    }
    let media = root.attribute("office:mimetype").unwrap_or_default();
    if media != "application/vnd.oasis.opendocument.text" {
        return Err(refusals::media_type(&media));
    }
    let parts = Parts::default();
    document(path, &parts, &[root])
}

/// A document of the outermost elements of its parts: content, styles, properties, as far as they are there.
fn document<'x>(path: &str, parts: &'x Parts, roots: &[Element<'x>]) -> Result<Document, Refused> {
    let mut reader = Reader::new(parts);
    let child = |name: &'static str| roots.iter().filter_map(move |root| root.child(name));
    child("office:styles").for_each(|styles| reader.styles.add(styles));
    roots[0].child("office:automatic-styles").into_iter().for_each(|styles| reader.styles.add(styles));
    let body = roots[0].child("office:body").ok_or_else(refusals::no_content)?;
    let Some(text) = body.child("office:text") else {
        let kind = body.elements().next().map_or("", |it| it.name());
        let kind = kind.trim_start_matches("office:").replace("drawing", "graphics");
        return Err(refusals::media_type(&format!("application/vnd.oasis.opendocument.{kind}")));
    };
    reader.body(text);
    child("office:master-styles").for_each(|pages| reader.master_pages(pages));
    child("office:meta").for_each(|meta| reader.properties(meta));
    if reader.bytes > MAX_TEXT_BYTES {
        return Err(refusals::too_long());
    }
    if reader.repeated > table::MAX_REPEATED {
        return Err(refusals::too_repeated());
    }
    Ok(reader.builder.finish(path, Format::OpenDocument))
}
