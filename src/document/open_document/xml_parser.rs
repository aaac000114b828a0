//! Reads XML whole or not at all: within limits, without recursion, and without anything that would mean other text.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

use super::xml::{Node, REFERENCE, TEXT, Xml, character, name_length, written};

/// Elements in one another.
const MAX_DEPTH: usize = 256;
/// Elements and texts of one part.
const MAX_NODES: usize = 3_000_000;
/// Names of elements, and prefixes that are declared.
const MAX_NAMES: usize = 1000;

/// Namespaces that are read, under the prefixes of the `OpenDocument` specification.
const NAMESPACES: &[(&str, &str)] = &[
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

/// Why a text is not read as XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// In this line, from 1.
    Malformed(usize),
    Doctype,
    Encoding,
    TooDeep,
    TooMany,
    /// A prefix that has two meanings.
    Prefix,
}

pub fn parse(source: &str) -> Result<Xml<'_>, Defect> {
    if u32::try_from(source.len()).is_err() {
        return Err(Defect::TooMany);
    }
    let mut parser = Parser {
        xml: Xml { source, nodes: Vec::new(), names: Vec::new(), prefixes: vec![("xml", "xml")] },
        known: HashMap::new(),
        open: Vec::new(),
        defaults: Vec::new(),
    };
    parser.run()?;
    Ok(parser.xml)
}

struct Parser<'a> {
    xml: Xml<'a>,
    /// Numbers of the names as they are written, within the default namespace.
    known: HashMap<(&'static str, &'a str), u16>,
    /// The elements that are not ended.
    open: Vec<u32>,
    /// Default namespaces, and the depths from which they are in force.
    defaults: Vec<(usize, &'static str)>,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), Defect> {
        let source = self.xml.source;
        let mut reader = Reader::from_str(source);
        let line = |at: usize| Defect::Malformed(1 + memchr::memchr_iter(b'\n', &source.as_bytes()[..at]).count());
        if let Some(at) = source.bytes().position(|byte| byte < b' ' && !b"\t\n\r".contains(&byte)) {
            return Err(line(at));
        }
        loop {
            let event = reader.read_event().map_err(|error| match error {
                Error::Encoding(_) => Defect::Encoding,
                _ => line(usize::try_from(reader.error_position()).unwrap_or(0).min(source.len())),
            })?;
            let at = usize::try_from(reader.buffer_position()).unwrap_or(source.len()).min(source.len());
            let wrong = || line(at);
            match event {
                Event::Start(tag) => {
                    self.element(&tag, at - 1 - tag.len()).ok_or_else(wrong)??;
                    self.open.push(self.last());
                    if self.open.len() > MAX_DEPTH {
                        return Err(Defect::TooDeep);
                    }
                }
                Event::Empty(tag) => {
                    let before = self.defaults.len();
                    self.element(&tag, at - 2 - tag.len()).ok_or_else(wrong)??;
                    self.defaults.truncate(before);
                }
                Event::End(_) => {
                    let begun = self.open.pop().ok_or_else(wrong)?;
                    self.xml.nodes[begun as usize].end = self.last() + 1;
                    while self.defaults.last().is_some_and(|(depth, _)| *depth > self.open.len()) {
                        self.defaults.pop();
                    }
                }
                Event::Text(text) => self.text(at - text.len(), text.len(), TEXT).ok_or_else(wrong)?,
                Event::CData(text) => self.text(at - 3 - text.len(), text.len(), TEXT).ok_or_else(wrong)?,
                Event::GeneralRef(name) => {
                    character(&name).ok_or_else(wrong)?;
                    self.text(at - 1 - name.len(), name.len(), REFERENCE).ok_or_else(wrong)?;
                }
                Event::Decl(declared) => {
                    let encoding = declared.encoding().and_then(Result::ok).unwrap_or(Cow::Borrowed("utf-8"));
                    if !["utf-8", "utf8", "us-ascii", "ascii"].contains(&encoding.to_ascii_lowercase().as_str()) {
                        return Err(Defect::Encoding);
                    }
                }
                Event::DocType(_) => return Err(Defect::Doctype),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof if self.open.is_empty() && !self.xml.nodes.is_empty() => return Ok(()),
                Event::Eof => return Err(wrong()),
            }
            if self.xml.nodes.len() > MAX_NODES || self.xml.names.len() > MAX_NAMES {
                return Err(Defect::TooMany);
            }
        }
    }

    /// Nothing where it is not well-formed.
    fn element(&mut self, tag: &BytesStart<'a>, start: usize) -> Option<Result<(), Defect>> {
        if self.open.is_empty() && !self.xml.nodes.is_empty() {
            return None;
        }
        let content = &self.xml.source[start..start + tag.len()];
        for attribute in written(content) {
            let (key, value) = attribute?;
            let prefix = match key.split_once(':') {
                Some(("xmlns", prefix)) => prefix,
                None if key == "xmlns" => "",
                _ => continue,
            };
            let namespace = NAMESPACES.iter().find(|(uri, _)| *uri == value).map_or("", |(_, prefix)| prefix);
            if prefix.is_empty() {
                self.defaults.push((self.open.len() + 1, namespace));
            } else if !self.xml.prefixes.iter().any(|(known, _)| *known == prefix) {
                self.xml.prefixes.push((prefix, namespace));
                self.known.clear();
            } else if self.xml.prefix(prefix) != namespace {
                return Some(Err(Defect::Prefix));
            }
            if self.xml.prefixes.len() > MAX_NAMES {
                return Some(Err(Defect::TooMany));
            }
        }
        let name = self.name(&content[..name_length(content)]);
        self.push(start, content.len(), name);
        Some(Ok(()))
    }

    fn name(&mut self, written: &'a str) -> u16 {
        let default = self.defaults.last().map_or("", |(_, namespace)| namespace);
        if let Some(known) = self.known.get(&(default, written)) {
            return *known;
        }
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let name = format!("{}:{local}", if prefix.is_empty() { default } else { self.xml.prefix(prefix) });
        let number = self.xml.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.xml.names.push(name);
            self.xml.names.len() - 1
        });
        let number = u16::try_from(number).unwrap_or(REFERENCE - 1);
        self.known.insert((default, written), number);
        number
    }

    /// Nothing where a text is outside all elements.
    fn text(&mut self, start: usize, length: usize, name: u16) -> Option<()> {
        if !self.open.is_empty() {
            self.push(start, length, name);
            return Some(());
        }
        let text = &self.xml.source[start..start + length];
        (name == TEXT && text.trim_start_matches('\u{feff}').trim().is_empty()).then_some(())
    }

    fn push(&mut self, start: usize, length: usize, name: u16) {
        let number = |length| u32::try_from(length).unwrap_or(u32::MAX);
        let end = number(self.xml.nodes.len() + 1);
        self.xml.nodes.push(Node { start: number(start), length: number(length), end, name });
    }

    fn last(&self) -> u32 {
        u32::try_from(self.xml.nodes.len()).unwrap_or(u32::MAX).saturating_sub(1)
    }
}
