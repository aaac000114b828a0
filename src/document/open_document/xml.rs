//! XML as a flat list of elements and texts, in little memory, with each namespace under one prefix.

use std::borrow::Cow;

/// The name of a text between elements, and that of a character that is written by its name.
pub const TEXT: u16 = u16::MAX;
pub const REFERENCE: u16 = u16::MAX - 1;

/// The elements and texts of a part, in their order.
pub struct Xml<'a> {
    pub source: &'a str,
    pub nodes: Vec<Node>,
    /// With the prefix of their namespace, as `text:p`.
    pub names: Vec<String>,
    /// As they are written, and those of the specification.
    pub prefixes: Vec<(&'a str, &'static str)>,
}

pub struct Node {
    /// What is written between `<` and `>`, or the text.
    pub start: u32,
    pub length: u32,
    /// The node behind it and all in it.
    pub end: u32,
    pub name: u16,
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

impl Xml<'_> {
    pub fn root(&self) -> Element<'_> {
        Element { xml: self, at: 0 }
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
        let (prefix, local) = name.split_once(':')?;
        let node = self.node();
        let content = &self.xml.source[node.start as usize..(node.start + node.length) as usize];
        let raw = written(content).map_while(|it| it).find_map(|(key, value)| {
            let (key_prefix, key_local) = key.split_once(':').unwrap_or(("", key));
            (key_local == local && self.xml.prefix(key_prefix) == prefix).then_some(value)
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
        self.children().filter_map(|child| if let Child::Element(element) = child { Some(element) } else { None })
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
pub fn written(content: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
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

pub fn name_length(content: &str) -> usize {
    content.find(|ch: char| ch.is_ascii_whitespace()).unwrap_or(content.len())
}

/// The character of a reference, as `amp` or `#233`.
pub fn character(name: &str) -> Option<char> {
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
