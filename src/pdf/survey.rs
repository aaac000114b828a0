//! Surveys what a PDF holds besides text: pages, marks, programs and other files.
//!
//! Looks at every object, wherever and however damaged it is, because viewers repair PDFs.

use lopdf::{Object, Stream};

use super::file::{Outcome, PdfFile, TOO_MUCH, UNREADABLE};
use super::object::Parser;

/// Most bytes of objects and of streams of them that are read, each of them again for every `obj` within it.
const MAX_OBJECT_BYTES: usize = 64 << 20;

/// Most values in the dictionary of a stream.
const MAX_DICTIONARY_VALUES: usize = 10_000;

/// Names that an action which runs something has, or what holds another file (ISO 32000-1, 7.7.4, 7.11.4, 12.5.6, 12.6.4).
const ACTIVE: [&[u8]; 7] =
    [b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment", b"RichMedia"];

/// What a PDF holds besides its text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Survey {
    pub needs_password: bool,
    /// Whether its end is there, and a page.
    pub is_whole: bool,
    /// Whether it holds a program or another file. In an encrypted file some objects cannot be read.
    pub is_active: bool,
    /// Whether it holds a picture, a drawing or a note on a page, or a field that somebody filled in.
    pub has_marks: bool,
    has_page: bool,
}

pub fn of(bytes: &[u8]) -> Outcome<Survey> {
    let (mut survey, mut file, mut left) = (Survey::default(), PdfFile::new(bytes), MAX_OBJECT_BYTES);
    let mut opened = PdfFile::open(bytes);
    let is_encrypted = opened.as_ref().is_ok_and(PdfFile::is_encrypted);
    survey.needs_password = opened.as_mut().is_ok_and(PdfFile::needs_password);
    for at in memchr::memmem::find_iter(bytes, b"obj") {
        let start = at + b"obj".len();
        let mut parser = Parser::new(bytes, start, usize::MAX);
        let holds_objects = survey.look(&mut parser);
        left = left.checked_sub(parser.at - start).ok_or(TOO_MUCH)?;
        if holds_objects && !is_encrypted {
            let content = stream(bytes, start, parser.at).ok_or(UNREADABLE).and_then(|stream| {
                left = left.checked_sub(stream.content.len()).ok_or(TOO_MUCH)?;
                file.decode(&stream)
            });
            match content {
                Ok(content) => {
                    let mut parser = Parser::new(&content, 0, usize::MAX);
                    while parser.at < content.len() {
                        survey.look(&mut parser);
                    }
                }
                Err(TOO_MUCH) => return Err(TOO_MUCH),
                // A damaged file is not complete.
                Err(_) => return Ok(survey),
            }
        }
    }
    // Scanners write PDFs that need repairs: their end must be where Acrobat looks for it (annex H.3, note 18).
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    let has_end = opened.is_ok() || memchr::memmem::find(tail, b"%%EOF").is_some();
    survey.is_whole = has_end && (survey.has_page || is_encrypted);
    Ok(survey)
}

impl Survey {
    /// Looks at the names in an object, up to its end or stream. Returns whether the stream contains objects.
    fn look(&mut self, parser: &mut Parser<'_>) -> bool {
        // The key of the next value.
        let (mut key, mut holds_objects) = (Vec::new(), false);
        loop {
            parser.space();
            match parser.bytes.get(parser.at..).unwrap_or_default() {
                [] => return false,
                [b'<', b'<', ..] => parser.at += 2,
                [b'/' | b'(' | b'<', ..] => {
                    // Damaged values are skipped.
                    let Some(value) = parser.value() else { continue };
                    holds_objects |= self.take(&key, &value);
                    if let Object::Name(name) = value {
                        key = name;
                        continue;
                    }
                }
                [b'[' | b']' | b'{' | b'}' | b')' | b'>', ..] => parser.at += 1,
                _ => match parser.word() {
                    b"stream" => return holds_objects,
                    word if word.ends_with(b"obj") => return false,
                    _ => {}
                },
            }
            key.clear();
        }
    }

    /// Records a name or string, by its key.
    fn take(&mut self, key: &[u8], value: &Object) -> bool {
        match (key, value) {
            (_, Object::Name(name)) if ACTIVE.contains(&name.as_slice()) => self.is_active = true,
            (b"Subtype", Object::Name(name)) => {
                self.has_marks |= matches!(name.as_slice(), b"Image" | b"Ink" | b"Stamp" | b"FreeText");
            }
            (b"V", Object::Name(name)) => self.has_marks |= name != b"Off",
            (b"V", Object::String(string, _)) => self.has_marks |= !string.is_empty(),
            (b"Type", Object::Name(name)) => {
                self.has_page |= name == b"Page";
                return name == b"ObjStm";
            }
            _ => {}
        }
        false
    }
}

/// The stream of the object that begins at `start`, whose keyword `stream` ends at `keyword_end`.
fn stream(bytes: &[u8], start: usize, keyword_end: usize) -> Option<Stream> {
    let dictionary = Parser::new(bytes, start, MAX_DICTIONARY_VALUES).value()?.as_dict().ok()?.clone();
    let rest = &bytes[keyword_end..];
    let content = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
    let length = dictionary.get(b"Length").and_then(Object::as_i64).ok().and_then(|it| usize::try_from(it).ok());
    let length = length.filter(|length| *length <= content.len());
    let length = length.or_else(|| memchr::memmem::find(content, b"endstream"))?;
    Some(Stream::new(dictionary, content[..length].to_vec()))
}
