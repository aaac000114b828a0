//! Splits HTML into tags and texts, in linear time and however malformed (HTML Living Standard, 13.2.5).

use std::borrow::Cow;

use mail_parser::decoders::html::add_html_token;
use memchr::{memchr, memmem};

/// Elements whose content is raw text up to their end tag.
const RAW: [&str; 8] = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

/// Attributes that affect what is shown.
const READ: [&str; 12] =
    ["id", "class", "name", "style", "data-marker", "type", "alt", "title", "href", "cite", "content", "value"];

pub enum Token<'a> {
    Text(Cow<'a, str>),
    Start(HtmlTag),
    /// The name of an end tag.
    End(String),
    /// A comment, a declaration, or the content of an element that is never shown.
    Hidden(&'a str),
}

/// A start tag: name and attributes in lower case, values decoded.
pub struct HtmlTag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl HtmlTag {
    /// An attribute's value, or an empty text.
    pub fn value(&self, name: &str) -> &str {
        self.attributes.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }
}

/// The tokens of a text in HTML.
pub struct Tokens<'a> {
    rest: &'a str,
    /// The element just opened, if raw text follows it.
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    pub fn new(html: &'a str) -> Self {
        Tokens { rest: html, raw: None }
    }

    /// Takes this many bytes, or the rest.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Takes the text up to the first of some characters.
    fn take_until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        self.take(self.rest.find(ends).unwrap_or(self.rest.len()))
    }

    /// Skips `start` bytes, takes the hidden text up to `end`, and skips `end`.
    fn hidden(&mut self, start: usize, end: &str) -> Token<'a> {
        self.take(start);
        let found = memmem::find(self.rest.as_bytes(), end.as_bytes()).unwrap_or(self.rest.len());
        let hidden = self.take(found);
        self.take(end.len());
        Token::Hidden(hidden)
    }

    fn raw_text(&mut self, name: &str) -> Token<'a> {
        let bytes = self.rest.as_bytes();
        let ends = |at: &usize| {
            let after = &bytes[at + 2..];
            after.get(..name.len()).is_some_and(|other| other.eq_ignore_ascii_case(name.as_bytes()))
                && after.get(name.len()).is_none_or(|byte| b" \t\r\n/>".contains(byte))
        };
        let end = memmem::find_iter(bytes, b"</").find(ends).unwrap_or(bytes.len());
        let text = self.take(end);
        if ["textarea", "xmp"].contains(&name) { Token::Text(decode(text)) } else { Token::Hidden(text) }
    }

    fn tag(&mut self) -> Token<'a> {
        self.take(1);
        let is_end = self.rest.starts_with('/');
        self.take(usize::from(is_end));
        let ends_name = |ch: char| ch.is_ascii_whitespace() || ch == '/' || ch == '>';
        let name = self.take_until(ends_name).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            self.take_until(|ch| !ch.is_ascii_whitespace() && ch != '/');
            if self.rest.is_empty() || self.rest.starts_with('>') {
                self.take(1);
                break;
            }
            // An attribute's name has at least one character, even if that is `=`.
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let rest = &self.rest[first..];
            let length = first + rest.find(|ch| ends_name(ch) || ch == '=').unwrap_or(rest.len());
            let attribute = self.take(length).to_ascii_lowercase();
            let value = self.value();
            if READ.contains(&attribute.as_str()) && attributes.len() < READ.len() {
                attributes.push((attribute, decode(value).into_owned()));
            }
        }
        if is_end {
            return Token::End(name);
        }
        self.raw = RAW.contains(&name.as_str()).then(|| name.clone());
        Token::Start(HtmlTag { name, attributes })
    }

    /// An attribute's value, if one follows.
    fn value(&mut self) -> &'a str {
        let spaces = self.rest.len() - self.rest.trim_ascii_start().len();
        if !self.rest[spaces..].starts_with('=') {
            return "";
        }
        self.take(spaces + 1);
        self.take_until(|ch| !ch.is_ascii_whitespace());
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.take(1);
                let value = self.take_until(|ch| ch == quote);
                self.take(1);
                value
            }
            _ => self.take_until(|ch| ch.is_ascii_whitespace() || ch == '>'),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(name) = self.raw.take() {
            return Some(self.raw_text(&name));
        }
        let bytes = self.rest.as_bytes();
        let begins_tag = |at: usize| {
            let name = if bytes.get(at + 1) == Some(&b'/') { at + 2 } else { at + 1 };
            bytes.get(name).is_some_and(u8::is_ascii_alphabetic)
        };
        Some(match memchr(b'<', bytes) {
            Some(0) if self.rest.starts_with("<!-->") => self.hidden(4, ">"),
            Some(0) if self.rest.starts_with("<!--") => self.hidden(4, "-->"),
            Some(0) if ["<!", "<?", "</"].iter().any(|start| self.rest.starts_with(start)) && !begins_tag(0) => {
                self.hidden(2, ">")
            }
            Some(0) if begins_tag(0) => self.tag(),
            // A lone `<` is an ordinary character.
            Some(0) => {
                let end = memchr(b'<', &bytes[1..]).map_or(bytes.len(), |at| at + 1);
                Token::Text(decode(self.take(end)))
            }
            Some(at) => Token::Text(decode(self.take(at))),
            None => Token::Text(decode(self.take(bytes.len()))),
        })
    }
}

/// Decodes character references.
fn decode(text: &str) -> Cow<'_, str> {
    const MAX_REFERENCE_BYTES: usize = 32;
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let window = &rest.as_bytes()[..rest.len().min(MAX_REFERENCE_BYTES)];
        let end = memchr(b';', window)
            .filter(|end| window[1..*end].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#'));
        let length = end.map_or(1, |end| end + 1);
        add_html_token(&mut decoded, &rest.as_bytes()[..length], false);
        rest = &rest[length..];
    }
    if decoded.is_empty() { Cow::Borrowed(rest) } else { Cow::Owned(decoded + rest) }
}
