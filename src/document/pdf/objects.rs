//! The objects of a PDF as they are needed: nothing is kept, so a file costs no more than its largest object.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId};

pub use crate::pdf::file::{LOCKED, NO_END, Outcome, TOO_MUCH, UNREADABLE};
use crate::pdf::file::{Limits, PdfFile};

const LIMITS: Limits =
    Limits { entries: 500_000, values: 8_000_000, decoded: 160 << 20, stream: 16 << 20, lenient: true };

pub const CUT_OFF: &str = "it is damaged: its end is missing";

/// Most values in the maps of all fonts.
const MAX_MAPPED: usize = 1_000_000;

/// Most references that lead to one another.
const MAX_REFERENCES: usize = 16;

/// Where the end of a file is looked for.
const TAIL_BYTES: usize = 1024;

pub struct Objects<'a> {
    pub file: PdfFile<'a>,
    /// How many values the maps of fonts may still hold.
    pub mapped: usize,
    /// What names of glyphs mean.
    pub glyphs: HashMap<Vec<u8>, Option<Box<str>>>,
}

impl<'a> Objects<'a> {
    /// Opens a file by its cross-reference sections.
    pub fn open(bytes: &'a [u8]) -> Outcome<Self> {
        let mut file = PdfFile::open_within(bytes, LIMITS)?;
        file.unlock()?;
        Ok(Objects { file, mapped: MAX_MAPPED, glyphs: HashMap::new() })
    }

    /// Opens a file whose cross-reference sections are damaged, if its end is there.
    pub fn search(bytes: &'a [u8]) -> Outcome<Self> {
        let tail = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
        let end = memchr::memmem::rfind(tail, b"%%EOF").ok_or(CUT_OFF)?;
        if memchr::memmem::find(&tail[end..], b" obj").is_some() {
            return Err(CUT_OFF);
        }
        let file = PdfFile::search_within(bytes, LIMITS)?;
        Ok(Objects { file, mapped: MAX_MAPPED, glyphs: HashMap::new() })
    }

    /// What a value refers to, if it is a reference.
    pub fn resolve(&mut self, value: &Object) -> Outcome<Object> {
        let mut value = value.clone();
        for _ in 0..MAX_REFERENCES {
            match value {
                Object::Reference(id) => value = self.file.load(id)?,
                value => return Ok(value),
            }
        }
        Err(UNREADABLE)
    }

    /// The value of a key; null, if it is missing.
    pub fn entry(&mut self, dictionary: &Dictionary, key: &[u8]) -> Outcome<Object> {
        match dictionary.get(key) {
            Ok(Object::Reference(id)) => self.resolve(&Object::Reference(*id)),
            Ok(value) => Ok(value.clone()),
            Err(_) => Ok(Object::Null),
        }
    }

    /// The dictionary of a key; empty, if it is missing.
    pub fn dictionary(&mut self, dictionary: &Dictionary, key: &[u8]) -> Outcome<Dictionary> {
        Ok(into_dictionary(self.entry(dictionary, key)?))
    }

    pub fn array(&mut self, dictionary: &Dictionary, key: &[u8]) -> Outcome<Vec<Object>> {
        Ok(match self.entry(dictionary, key)? {
            Object::Array(values) => values,
            _ => Vec::new(),
        })
    }

    /// A text string (7.9.2.2); empty, if it is missing.
    pub fn text(&mut self, dictionary: &Dictionary, key: &[u8]) -> Outcome<String> {
        Ok(text(&self.entry(dictionary, key)?))
    }

    pub fn catalog(&mut self) -> Outcome<Dictionary> {
        let trailer = self.file.document.trailer.clone();
        self.dictionary(&trailer, b"Root")
    }
}

/// The dictionary of an object or of its stream.
pub fn into_dictionary(object: Object) -> Dictionary {
    match object {
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => stream.dict,
        _ => Dictionary::new(),
    }
}

pub fn text(value: &Object) -> String {
    lopdf::decode_text_string(value).unwrap_or_default().replace('\0', "")
}

pub fn name<'d>(dictionary: &'d Dictionary, key: &[u8]) -> &'d [u8] {
    dictionary.get(key).and_then(Object::as_name).unwrap_or_default()
}

/// The number of an object that a key refers to.
pub fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).and_then(Object::as_reference).ok()
}
