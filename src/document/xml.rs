//! XML as a flat list of elements and texts: read whole or refused, in little memory, with each namespace under one prefix.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

/// Elements in one another.
const MAX_DEPTH: usize = 256;
/// Elements and texts of one part.
const MAX_NODES: usize = 3_000_000;
/// Names of elements, and prefixes that are declared.
const MAX_NAMES: usize = 1000;

/// The name of a text between elements, and that of a character that is written by its name.
const TEXT: u16 = u16::MAX;
const REFERENCE: u16 = u16::MAX - 1;

/// Namespaces that are read, with the prefixes that they get; one that ends with `*` stands for all that begin so.
pub type Namespaces = [(&'static str, &'static str)];

/// The text of a part, in UTF-8 or UTF-16.
pub fn decode(bytes: Vec<u8>) -> Result<String, Defect> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2) {
        Some([0xff, 0xfe] | [b'<', 0]) => u16::from_le_bytes,
        Some([0xfe, 0xff] | [0, b'<']) => u16::from_be_bytes,
        _ => {
            let start = if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
            let mut text = String::from_utf8(bytes).map_err(|_| Defect::Encoding)?;
            text.drain(..start);
            return Ok(text);
        }
    };
    if !bytes.len().is_multiple_of(2) {
        return Err(Defect::Encoding);
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    let units = units.strip_prefix(&[0xfeff]).unwrap_or(&units);
    String::from_utf16(units).map_err(|_| Defect::Encoding)
}

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

/// The elements and texts of a part, in their order.
pub struct Xml<'a> {
    source: &'a str,
    namespaces: &'static Namespaces,
    nodes: Vec<Node>,
    /// With the prefix of their namespace, as `text:p`.
    names: Vec<String>,
    /// As they are written, and those of the specification.
    prefixes: Vec<(&'a str, &'static str)>,
}

struct Node {
    /// What is written between `<` and `>`, or the text.
    start: u32,
    length: u32,
    /// The node behind it and all in it.
    end: u32,
    name: u16,
}

#[derive(Clone, Copy)]
pub struct Element<'x> {
    xml: &'x Xml<'x>,
    at: usize,
}

pub enum Child<'x> {
    Element(Element<'x>),
    Text(Cow<'x, str>),
}

impl<'a> Xml<'a> {
    pub fn parse(source: &'a str, namespaces: &'static Namespaces) -> Result<Self, Defect> {
        if u32::try_from(source.len()).is_err() {
            return Err(Defect::TooMany);
        }
        let mut parser = Parser {
            xml: Xml { source, namespaces, nodes: Vec::new(), names: Vec::new(), prefixes: vec![("xml", "xml")] },
            known: HashMap::new(),
            open: Vec::new(),
            defaults: Vec::new(),
        };
        parser.run()?;
        Ok(parser.xml)
    }

    pub fn root(&self) -> Element<'_> {
        Element { xml: self, at: 0 }
    }

    fn namespace(&self, uri: &str) -> &'static str {
        let is = |known: &str| known.strip_suffix('*').map_or(known == uri, |start| uri.starts_with(start));
        self.namespaces.iter().find(|(known, _)| is(known)).map_or("", |(_, prefix)| prefix)
    }

    /// Whether an element of this name is anywhere in it.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The prefix of the specification for one as it is written.
    pub fn prefix(&self, written: &str) -> &'static str {
        self.prefixes.iter().find(|(known, _)| *known == written).map_or("", |(_, prefix)| prefix)
    }
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
                    if !["utf-8", "utf8", "us-ascii", "ascii", "utf-16"]
                        .contains(&encoding.to_ascii_lowercase().as_str())
                    {
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
            let namespace = self.xml.namespace(value);
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

impl<'x> Child<'x> {
    pub fn element(self) -> Option<Element<'x>> {
        if let Child::Element(element) = self { Some(element) } else { None }
    }
}

impl<'x> Element<'x> {
    fn node(&self) -> &'x Node {
        &self.xml.nodes[self.at]
    }

    pub fn name(&self) -> &'x str {
        &self.xml.names[usize::from(self.node().name)]
    }

    pub fn xml(&self) -> &'x Xml<'x> {
        self.xml
    }

    /// Whether nothing is in it, not even white space.
    pub fn is_empty(&self) -> bool {
        self.node().end as usize == self.at + 1
    }

    /// The value of an attribute that is named with the prefix of the specification.
    pub fn attribute(&self, name: &str) -> Option<Cow<'x, str>> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let node = self.node();
        let content = &self.xml.source[node.start as usize..(node.start + node.length) as usize];
        let raw = written(content).map_while(|it| it).find_map(|(key, value)| {
            let (key_prefix, key_local) = key.split_once(':').unwrap_or(("", key));
            (key_local == local
                && (key_prefix.is_empty() && prefix.is_empty() || self.xml.prefix(key_prefix) == prefix))
                .then_some(value)
        })?;
        Some(quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw)))
    }

    /// A whole number; nothing where there is none that is positive.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.attribute(name)?.trim().parse().ok()
    }

    pub fn is(&self, name: &str, value: &str) -> bool {
        self.attribute(name).is_some_and(|it| it == value)
    }

    pub fn children(&self) -> impl Iterator<Item = Child<'x>> + use<'x> {
        let (xml, end) = (self.xml, self.node().end as usize);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let node = xml.nodes.get(at).filter(|_| at < end)?;
            let child = Element { xml, at };
            at = node.end as usize;
            Some(child.as_child())
        })
    }

    pub fn elements(&self) -> impl Iterator<Item = Element<'x>> + use<'x> {
        self.children().filter_map(Child::element)
    }

    /// Its first child of a name.
    pub fn child(&self, name: &str) -> Option<Element<'x>> {
        self.elements().find(|child| child.name() == name)
    }

    /// Itself and all in it, in their order.
    pub fn all(&self) -> impl Iterator<Item = Child<'x>> + use<'x> {
        let xml = self.xml;
        (self.at..self.node().end as usize).map(move |at| Element { xml, at }.as_child())
    }

    pub fn find(&self, name: &str) -> Option<Element<'x>> {
        self.all().find_map(|child| match child {
            Child::Element(element) if element.name() == name => Some(element),
            _ => None,
        })
    }

    fn as_child(self) -> Child<'x> {
        let node = self.node();
        let written = &self.xml.source[node.start as usize..(node.start + node.length) as usize];
        match node.name {
            TEXT => Child::Text(Cow::Borrowed(written)),
            REFERENCE => Child::Text(Cow::Owned(character(written).map(String::from).unwrap_or_default())),
            _ => Child::Element(self),
        }
    }
}

/// The attributes of what is between `<` and `>`; nothing where one is not well-formed.
fn written(content: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    let mut rest = content[name_length(content)..].trim_start();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let cut = || {
            let (key, value) = rest.split_once('=')?;
            let value = value.trim_start();
            let quote = value.chars().next().filter(|ch| "\"'".contains(*ch))?;
            let (value, behind) = value[1..].split_once(quote)?;
            Some(((key.trim_end(), value), behind))
        };
        let Some((attribute, behind)) = cut() else {
            rest = "";
            return Some(None);
        };
        rest = behind.trim_start();
        Some(Some(attribute))
    })
}

fn name_length(content: &str) -> usize {
    content.find(|ch: char| ch.is_ascii_whitespace()).unwrap_or(content.len())
}

/// The character of a reference, as `amp` or `#233`.
fn character(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let number = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    number.ok().and_then(char::from_u32).filter(|ch| *ch >= ' ' || "\t\n\r".contains(*ch))
}
