//! The parts of a message (RFC 2045 and 2046), each read once, at any nesting.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use memchr::memmem;

use super::header::{HeaderField, PartKind};
use super::own_text::{self, Line};
use super::{automatic, flowed, html, sealed, too_much};
use crate::limits::{MAX_MAIL_LINES, MAX_MAIL_PARTS, MAX_MAIL_TEXT_BYTES};
use crate::source::Refused;

/// Deepest nesting of parts and messages.
const MAX_DEPTH: usize = 20;

/// Bytes that are decoded, at most; a message in a message is decoded twice.
const MAX_DECODED_BYTES: usize = 45_000_000;

/// Bytes of the text of the message itself, at most, in all its forms.
pub const MAX_OWN_TEXT_BYTES: usize = 4_000_000;

/// A text of the message itself.
pub enum Body {
    Plain(String),
    Html(String),
}

/// What is in the parts of a message.
#[derive(Default)]
pub struct MailParts {
    pub bodies: Vec<Body>,
    /// Indices of the bodies shown by a program that prefers plain text, and by one that prefers HTML.
    pub as_plain: Vec<usize>,
    pub as_html: Vec<usize>,
    /// File names of the attachments; empty for one without a name.
    pub attachments: Vec<String>,
    /// Text of attachments and text outside of all parts.
    pub text: String,
    /// Set if the answer is encrypted: why it cannot be read.
    pub sealed: Option<Refused>,
    /// Set if a part wraps the message: the reason to report if there is no other text.
    pub wrapped: Option<Refused>,
    pub has_message: bool,
    /// Whether mail programs may disagree about what is shown.
    pub is_unclear: bool,
    count: usize,
    decoded: usize,
    text_bytes: usize,
    shown_bytes: usize,
}

/// Where a part is.
#[derive(Clone, Copy, Default)]
pub struct PartPath {
    depth: usize,
    in_alternative: bool,
    /// Inside an attached message.
    is_attached: bool,
    /// Shown only where another part refers to it (RFC 2387).
    is_resource: bool,
}

impl PartPath {
    /// A part inside an attached message.
    pub fn attached() -> Self {
        PartPath { is_attached: true, ..PartPath::default() }
    }
}

impl MailParts {
    /// Reads a part and everything in it.
    pub fn read(&mut self, bytes: &[u8], place: PartPath) -> Result<(), Refused> {
        let (header, body) = HeaderField::split(bytes)?;
        if !place.is_attached {
            header.check()?;
        }
        self.part(&header, body, place)
    }

    pub fn part(&mut self, header: &HeaderField, body: &[u8], place: PartPath) -> Result<(), Refused> {
        self.count += 1;
        if self.count > MAX_MAIL_PARTS {
            return Err(too_much(&format!("has more than {MAX_MAIL_PARTS} parts")));
        }
        if place.depth > MAX_DEPTH {
            return Err(too_much(&format!("nests parts or messages more than {MAX_DEPTH} deep")));
        }
        let kind = header.kind();
        let inner = PartPath { depth: place.depth + 1, is_resource: false, ..place };
        if !place.is_attached {
            automatic::refuse_kind(&kind.media, kind.report.as_deref(), kind.method.as_deref())?;
            self.sealed = self.sealed.take().or_else(|| sealed::kind(&kind));
            self.wrapped = self.wrapped.take().or_else(|| sealed::wrapped(&kind));
        }
        if let (true, Some(boundary)) = (kind.media.starts_with("multipart/"), &kind.boundary) {
            return self.children(&split_parts(body, boundary), &kind, inner);
        }
        let content = self.decode(&header.text("content-transfer-encoding"), body)?;
        match kind.media.as_str() {
            media
                if ["message/rfc822", "message/global"].contains(&media)
                    || kind.has_ending(".eml") && !media.starts_with("text/") =>
            {
                self.has_message |= !place.is_attached;
                self.message(kind, &content, place, PartPath { is_attached: true, in_alternative: false, ..inner })
            }
            "text/calendar" | "text/x-vcalendar" if !place.is_attached => {
                automatic::refuse_calendar(&content)?;
                self.attach(&kind, place);
                self.attached_text(&kind, &content)
            }
            _ if sealed::is_smime(&kind) => self.smime(&kind, &content, place),
            "text/plain" | "text/html"
                if !(place.is_resource || kind.is_attachment || place.depth > 0 && kind.name.is_some()) =>
            {
                self.body(&kind, &content, place)
            }
            // A detached signature (RFC 1847); no person attached it.
            "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature" => Ok(()),
            _ => {
                self.attach(&kind, place);
                if !kind.media.starts_with("text/") {
                    return Ok(());
                }
                // Mail programs show a text that is not marked as an attachment, and some show it in place of the body.
                self.is_unclear |= !kind.is_attachment && !place.is_attached;
                self.attached_text(&kind, &content)
            }
        }
    }

    /// Reads an S/MIME part if it is only signed, not encrypted.
    fn smime(&mut self, kind: &PartKind, content: &[u8], place: PartPath) -> Result<(), Refused> {
        if let Some(signed) = sealed::signed_content(content) {
            self.decoded += signed.len();
            return self.read(&signed, PartPath { depth: place.depth + 1, ..place });
        }
        self.attach(kind, place);
        if !place.is_attached {
            self.sealed = self.sealed.take().or_else(|| Some(sealed::smime()));
        }
        Ok(())
    }

    /// Reads an attached message for its text; its subject serves as a missing file name.
    fn message(&mut self, kind: PartKind, bytes: &[u8], place: PartPath, inner: PartPath) -> Result<(), Refused> {
        let (header, body) = HeaderField::split(bytes)?;
        let name = kind.name.or_else(|| Some(header.text("subject")));
        self.attach(&PartKind { name, ..kind }, place);
        for (_, value) in header.fields() {
            self.add_text(&value);
        }
        self.part(&header, body, inner)
    }

    fn children(&mut self, parts: &[&[u8]], kind: &PartKind, place: PartPath) -> Result<(), Refused> {
        let (plain, html) = (self.as_plain.len(), self.as_html.len());
        let is_alternative = kind.media == "multipart/alternative";
        for (at, part) in parts.iter().enumerate() {
            // The text before the first and after the last part is not shown (RFC 2046, 5.1.1).
            if at == 0 || at == parts.len() - 1 {
                self.add_text(&String::from_utf8_lossy(part));
                continue;
            }
            let is_resource = kind.media == "multipart/related" && at > 1 || place.is_resource;
            // The `start` parameter makes another part than the first one the shown part.
            let lacks = |start: &String| memmem::find(part, start.as_bytes()).is_none();
            self.is_unclear |= at == 1 && kind.start.as_ref().is_some_and(lacks);
            self.read(part, PartPath { in_alternative: place.in_alternative || is_alternative, is_resource, ..place })?;
        }
        // If there is only one form, every program shows it.
        if is_alternative && self.as_plain.len() == plain {
            self.as_plain.extend_from_slice(&self.as_html[html..]);
        } else if is_alternative && self.as_html.len() == html {
            self.as_html.extend_from_slice(&self.as_plain[plain..]);
        }
        Ok(())
    }

    fn body(&mut self, kind: &PartKind, content: &[u8], place: PartPath) -> Result<(), Refused> {
        if place.is_attached {
            return self.attached_text(kind, content);
        }
        self.shown_bytes += content.len();
        if self.shown_bytes > MAX_OWN_TEXT_BYTES {
            return Err(too_much(&format!("has a text of more than {MAX_OWN_TEXT_BYTES} bytes")));
        }
        let text = self.decode_text(kind, content)?;
        let is_html = kind.media == "text/html";
        let at = self.bodies.len();
        if is_html || !place.in_alternative {
            self.as_html.push(at);
        }
        if !is_html || !place.in_alternative {
            self.as_plain.push(at);
        }
        self.bodies.push(match (is_html, kind.is_flowed) {
            (true, _) => Body::Html(text),
            (false, true) => Body::Plain(sealed::without_armour(&flowed::unwrapped(&text, kind.deletes_space))),
            (false, false) => Body::Plain(sealed::without_armour(&text)),
        });
        Ok(())
    }

    fn attach(&mut self, kind: &PartKind, place: PartPath) {
        let name = kind.name.clone().unwrap_or_default();
        self.add_text(&name);
        self.has_message |= !place.is_attached && (kind.has_ending(".eml") || kind.has_ending(".msg"));
        if !place.is_attached {
            self.attachments.push(name);
        }
    }

    fn attached_text(&mut self, kind: &PartKind, content: &[u8]) -> Result<(), Refused> {
        let text = self.decode_text(kind, content)?;
        if kind.media == "text/html" {
            let shown = html::read(&text)?;
            shown.lines.iter().for_each(|line| self.add_text(&line.text));
            self.add_text(&shown.hidden);
        } else {
            self.add_text(&text);
        }
        Ok(())
    }

    pub fn add_text(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// The content of a part without its encoding (RFC 2045, 6).
    fn decode<'a>(&mut self, encoding: &str, body: &'a [u8]) -> Result<Cow<'a, [u8]>, Refused> {
        let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
            "base64" => base64_decode(body).or_else(|| base64_decode(&base64_only(body))),
            "quoted-printable" => quoted_printable_decode(body),
            _ => None,
        };
        // A part with a broken encoding is read as it is.
        let content = decoded.map_or(Cow::Borrowed(body), Cow::Owned);
        self.decoded += content.len();
        if self.decoded > MAX_DECODED_BYTES {
            return Err(too_much(&format!(
                "holds more than {MAX_DECODED_BYTES} bytes in parts and messages within each other"
            )));
        }
        Ok(content)
    }

    fn decode_text(&mut self, kind: &PartKind, content: &[u8]) -> Result<String, Refused> {
        self.text_bytes += content.len();
        if self.text_bytes > MAX_MAIL_TEXT_BYTES || memchr::memchr_iter(b'\n', content).nth(MAX_MAIL_LINES).is_some() {
            return Err(too_much(&format!(
                "holds more than {MAX_MAIL_TEXT_BYTES} bytes or {MAX_MAIL_LINES} lines of text"
            )));
        }
        Ok(text_of(content, kind.charset.as_deref()))
    }

    /// The lines of the bodies that one form shows.
    pub fn lines(&mut self, form: &[usize]) -> Result<Vec<Line>, Refused> {
        let mut lines = Vec::new();
        for at in form {
            match &self.bodies[*at] {
                Body::Plain(text) => lines.extend(own_text::lines(text)),
                Body::Html(text) => {
                    let shown = html::read(text)?;
                    self.text += &shown.hidden;
                    self.is_unclear |= shown.strikes_out;
                    lines.extend(shown.lines);
                }
            }
        }
        Ok(lines)
    }
}

/// Decodes text with its charset; without one as UTF-8, or else as Windows-1252.
pub fn text_of(content: &[u8], charset: Option<&str>) -> String {
    match charset.and_then(|name| charset_decoder(name.as_bytes())) {
        Some(decoder) => decoder(content),
        None => match (std::str::from_utf8(content), charset_decoder(b"windows-1252")) {
            (Err(_), Some(decoder)) => decoder(content),
            _ => String::from_utf8_lossy(content).into_owned(),
        },
    }
}

/// Drops every byte that is not base64.
fn base64_only(bytes: &[u8]) -> Vec<u8> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'+' || *byte == b'/';
    let mut kept: Vec<u8> = bytes.iter().copied().filter(is_base64).collect();
    kept.truncate(kept.len() / 4 * 4);
    kept
}

/// Splits a body at its boundary lines: what is before, between and after them (RFC 2046, 5.1.1). A part without an end
/// extends to the end of the body.
fn split_parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let (mut parts, mut start) = (Vec::new(), 0);
    for at in memmem::find_iter(body, delimiter.as_bytes()) {
        if at < start || at > 0 && body[at - 1] != b'\n' {
            continue;
        }
        let line = body[at..].split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let rest = line[delimiter.len()..].trim_ascii_end();
        if rest.is_empty() || rest == b"--" {
            // The line break before the boundary belongs to the boundary.
            let part = &body[start..at];
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(part.strip_suffix(b"\r").unwrap_or(part));
            start = at + line.len();
        }
        if rest == b"--" {
            parts.push(&body[start..]);
            return parts;
        }
        if parts.len() > MAX_MAIL_PARTS + 1 {
            break;
        }
    }
    parts.push(&body[start..]);
    parts.push(&[]);
    parts
}
