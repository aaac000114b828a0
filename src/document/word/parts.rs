//! The parts of a Word document by their relationships (ISO/IEC 29500-2), and the text of each.

use std::collections::HashMap;

use crate::document::package::Package;
use crate::document::xml::{Defect, Namespaces, Xml, decode};
use crate::settings::Problem;

/// Those of both editions of the standard, transitional and strict, and of later extensions.
pub const NAMESPACES: &Namespaces = &[
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", "w"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "r"),
    ("http://purl.oclc.org/ooxml/officeDocument/relationships", "r"),
    ("http://schemas.openxmlformats.org/package/2006/relationships", "rel"),
    ("http://schemas.openxmlformats.org/package/2006/content-types", "ct"),
    ("http://schemas.openxmlformats.org/package/2006/metadata/core-properties", "cp"),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006", "mc"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/math", "m"),
    ("http://purl.oclc.org/ooxml/officeDocument/math", "m"),
    ("http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", "wp"),
    ("http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", "wp"),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", "a"),
    ("http://purl.oclc.org/ooxml/drawingml/main", "a"),
    ("http://schemas.openxmlformats.org/drawingml/2006/chart", "c"),
    ("http://purl.oclc.org/ooxml/drawingml/chart", "c"),
    ("http://schemas.microsoft.com/office/drawing/2014/chartex", "c"),
    ("http://schemas.openxmlformats.org/drawingml/2006/diagram", "dgm"),
    ("http://purl.oclc.org/ooxml/drawingml/diagram", "dgm"),
    ("urn:schemas-microsoft-com:vml", "v"),
    ("urn:schemas-microsoft-com:office:office", "o"),
    ("http://schemas.openxmlformats.org/*", "other"),
    ("http://purl.oclc.org/ooxml/*", "other"),
    ("http://schemas.microsoft.com/office/*", "other"),
];

const SAVE_AGAIN: &str = "open it in Word and save it again: File, Save As, Word document (.docx)";

/// A relationship of a part to another, or to something outside the file.
pub struct Relation {
    /// The last word of its type, such as `styles`.
    pub kind: String,
    /// The name of a part, or an address.
    pub target: String,
    pub is_external: bool,
}

/// A part as text, with its relationships by their ids.
#[derive(Default)]
pub struct Part {
    pub name: String,
    pub text: String,
    pub relations: HashMap<String, Relation>,
}

impl Part {
    /// Reads a part; where there is none, it is empty.
    pub fn read(package: &Package, name: &str) -> Result<Part, Problem> {
        let Some(bytes) = package.read(name)? else { return Ok(Part::default()) };
        let text = decode(bytes).map_err(|defect| problem(package, name, defect))?;
        Ok(Part { name: name.to_owned(), text, relations: relations(package, name)? })
    }

    /// Its elements; nothing where there is no such part.
    pub fn xml(&self, package: &Package) -> Result<Option<Xml<'_>>, Problem> {
        if self.name.is_empty() {
            return Ok(None);
        }
        Xml::parse(&self.text, NAMESPACES).map(Some).map_err(|defect| problem(package, &self.name, defect))
    }

    /// The parts inside the file that it is related to in some way, in the order of their names.
    pub fn related(&self, kind: &str) -> Vec<&str> {
        let related = self.relations.values().filter(|it| it.kind == kind && !it.is_external);
        let mut related: Vec<&str> = related.map(|it| it.target.as_str()).collect();
        related.sort_unstable();
        related.dedup();
        related
    }
}

/// The relationships of a part by their ids; of the whole package for an empty name.
pub fn relations(package: &Package, name: &str) -> Result<HashMap<String, Relation>, Problem> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let path = format!("{folder}/_rels/{file}.rels");
    let path = path.trim_start_matches('/');
    let Some(bytes) = package.read(path)? else { return Ok(HashMap::new()) };
    let wrong = |defect| problem(package, path, defect);
    let text = decode(bytes).map_err(wrong)?;
    let xml = Xml::parse(&text, NAMESPACES).map_err(wrong)?;
    let relation = |element: crate::document::xml::Element<'_>| {
        let kind = element.attribute("Type")?;
        let target = element.attribute("Target")?;
        let is_external = element.is("TargetMode", "External");
        let kind = kind.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let target = if is_external { target.into_owned() } else { resolve(folder, &target) };
        Some((element.attribute("Id")?.into_owned(), Relation { kind, target, is_external }))
    };
    Ok(xml.root().elements().filter_map(relation).collect())
}

/// The name of the part that a target means, seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default().replace('\\', "/");
    let target = percent_encoding::percent_decode_str(&target).decode_utf8_lossy();
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

fn problem(package: &Package, name: &str, defect: Defect) -> Problem {
    let message = match defect {
        Defect::Malformed(line) => format!("it is damaged or cut off inside (`{name}`, line {line})"),
        Defect::Doctype => {
            format!("it declares names of its own (`<!DOCTYPE`), as no Word document does (`{name}` in it)")
        }
        Defect::Encoding => format!("its text is in an unknown encoding (`{name}` in it)"),
        Defect::TooDeep => format!("its parts are nested deeper than in any document (`{name}` in it)"),
        Defect::TooMany => format!("it holds more elements than any document (`{name}` in it)"),
        Defect::Prefix => format!("it gives one prefix two meanings (`{name}` in it)"),
    };
    Problem::file(package.path(), message, SAVE_AGAIN)
}
