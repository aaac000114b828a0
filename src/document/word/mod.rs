//! Word documents (ISO/IEC 29500), read whole or refused.

mod body;
mod disguise;
mod drawing;
mod fields;
mod inline;
mod numbering;
mod outside;
mod parts;
mod passage;
mod reader;
mod styles;
mod symbols;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use numbering::Numbering;
use parts::{Part, relations};
use reader::Reader;
use styles::Styles;

use super::package::Package;
use super::xml::{Element, Xml};
use super::{Document, Format};
use crate::settings::Problem;

/// Reads a document from the bytes of its file; what cannot be read is said with the remedy.
pub fn parse(path: &str, bytes: &[u8]) -> Result<Document, Problem> {
    disguise::check_start(path, bytes)?;
    let package = Package::open(path, bytes)?;
    let root = relations(&package, "")?;
    let main = Part::read(&package, &disguise::main_part(&package, &root)?)?;
    let part = |kind: &str| match main.related(kind).first() {
        Some(name) => Part::read(&package, name),
        None => Ok(Part::default()),
    };
    let [styles, numbering, footnotes, endnotes] = ["styles", "numbering", "footnotes", "endnotes"].map(part);
    let (styles, numbering, footnotes, endnotes) = (styles?, numbering?, footnotes?, endnotes?);
    let text = main.xml(&package)?;
    let body = text.as_ref().map(Xml::root).filter(|root| root.name() == "w:document");
    let Some(body) = body.and_then(|root| root.child("w:body")) else {
        let help = "open it in Word and save it again: File, Save As, Word document (.docx)";
        return Err(Problem::file(path, format!("its main part (`{}`) is no text of Word", main.name), help));
    };
    let mut reader = Reader::new(&package, &main.relations);
    if let Some(xml) = styles.xml(&package)? {
        reader.styles = Styles::parse(xml.root());
    }
    if let Some(xml) = numbering.xml(&package)? {
        reader.numbering = Numbering::parse(xml.root());
        reader.numbering.resolve(&reader.styles);
    }
    (reader.footnotes, reader.endnotes) = (&footnotes.relations, &endnotes.relations);
    let (foot, end) = (footnotes.xml(&package)?, endnotes.xml(&package)?);
    for (is_endnote, xml) in [(false, &foot), (true, &end)] {
        reader.notes.texts.extend(xml.iter().flat_map(|xml| notes(xml.root(), is_endnote)));
    }
    reader.body(body);
    if let Some(problem) = reader.problem {
        return Err(problem);
    }
    let mut builder = reader.builder;
    outside::read(&package, &mut builder, &main, root.values())?;
    Ok(builder.finish(path, Format::Word))
}

/// The texts of notes, less the lines that separate them from the page.
fn notes(root: Element<'_>, is_endnote: bool) -> HashMap<(bool, String), Element<'_>> {
    let notes = root.elements().filter(|note| ["w:footnote", "w:endnote"].contains(&note.name()));
    let texts = notes.filter(|note| note.attribute("w:type").is_none_or(|kind| kind == "normal"));
    texts.filter_map(|note| Some(((is_endnote, note.attribute("w:id")?.into_owned()), note))).collect()
}
