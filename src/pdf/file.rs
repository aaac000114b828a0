//! Reads a PDF's objects on demand: ISO 32000-1, 7.5, within limits and without repairs.
//!
//! `lopdf` holds the objects and undoes the filters; its own loader is not used, because it reads all objects at once,
//! repairs what is broken by guessing, and has no limit for a file as a whole.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::object::Parser;

/// Why something cannot be read, as one clause.
pub type Outcome<T> = Result<T, &'static str>;

/// Limit for the values read from one file, each of which takes about 150 bytes of memory. A page has about 50.
const MAX_VALUES: usize = 250_000;

/// Limit for the bytes that the filters of one file produce; a page of text has about 10,000.
const MAX_DECODED_BYTES: usize = 32 << 20;

/// Limit for the bytes that the filters of one stream produce.
const MAX_STREAM_BYTES: usize = 8 << 20;

/// Cost of decoding a stream in addition to its bytes, in bytes.
const STREAM_OVERHEAD_BYTES: usize = 1_000;

/// Limit for the filters of one stream. Two are usual.
const MAX_FILTERS: usize = 4;

/// Limit for the objects that are read to know the length of another.
const MAX_LENGTH_DEPTH: usize = 4;

pub const UNREADABLE: &str = "it is damaged, or written in a way that akam cannot read";
pub const TOO_MUCH: &str = "it holds more than akam reads of a PDF";

pub struct PdfFile<'a> {
    bytes: &'a [u8],
    entries: BTreeMap<u32, ObjectPlace>,
    /// The trailer, and the objects that were read so far.
    pub document: Document,
    streams: BTreeMap<u32, ObjectStream>,
    values: usize,
    decoded: usize,
    lengths: usize,
}

#[derive(Clone, Copy)]
enum ObjectPlace {
    Free,
    At { offset: usize, generation: u16 },
    In { stream: u32, index: usize },
}

struct ObjectStream {
    /// Number of each object, and where it begins.
    starts: Vec<(usize, usize)>,
    content: Vec<u8>,
}

impl<'a> PdfFile<'a> {
    /// A file of which no object is known yet.
    pub fn new(bytes: &'a [u8]) -> Self {
        let document = Document::new();
        let (entries, streams) = (BTreeMap::new(), BTreeMap::new());
        let (values, decoded, lengths) = (MAX_VALUES, MAX_DECODED_BYTES, MAX_LENGTH_DEPTH);
        PdfFile { bytes, entries, document, streams, values, decoded, lengths }
    }

    /// Reads the cross-reference sections, the newest first.
    pub fn open(bytes: &'a [u8]) -> Outcome<Self> {
        let mut file = PdfFile::new(bytes);
        if !bytes.starts_with(b"%PDF-") {
            return Err("it does not begin as a PDF does");
        }
        let tail = bytes.len().saturating_sub(1024);
        let start = memchr::memmem::rfind(&bytes[tail..], b"startxref").ok_or("its end is missing")?;
        let mut next = file.parser(tail + start + b"startxref".len()).number();
        let (mut seen, mut trailer) = (BTreeSet::new(), None);
        while let Some(offset) = next {
            if !seen.insert(offset) {
                return Err(UNREADABLE);
            }
            let dictionary = file.section(offset)?;
            next = offset_in(&dictionary, b"Prev")?;
            trailer.get_or_insert(dictionary);
        }
        file.document.trailer = trailer.ok_or(UNREADABLE)?;
        Ok(file)
    }

    pub fn is_encrypted(&self) -> bool {
        self.document.trailer.has(b"Encrypt")
    }

    /// Whether it is encrypted with a password that is asked for when it is opened (7.6.3.1).
    pub fn needs_password(&mut self) -> bool {
        let Ok(encryption) = self.document.trailer.get(b"Encrypt").cloned() else { return false };
        self.read_from(&encryption, &[], &[]).is_err() || self.document.authenticate_user_password("").is_err()
    }

    /// The offset of an object, if it is in the file itself and not in an object stream.
    pub fn offset(&self, id: ObjectId) -> Option<usize> {
        match self.entries.get(&id.0) {
            Some(&ObjectPlace::At { offset, generation }) if generation == id.1 => Some(offset),
            _ => None,
        }
    }

    /// Reads the objects that a value refers to through the given keys; below the keys in `all`, through any key of the
    /// dictionary there.
    pub fn read_from(&mut self, start: &Object, keys: &[&[u8]], all: &[&[u8]]) -> Outcome<()> {
        let (mut waiting, mut seen) = (Vec::new(), BTreeSet::new());
        follow(start, keys, all, false, &mut waiting);
        while let Some((id, any_key)) = waiting.pop() {
            if seen.insert((id, any_key)) {
                follow(self.object(id)?, keys, all, any_key, &mut waiting);
            }
        }
        Ok(())
    }

    /// Decodes a stream through its filters.
    pub fn decode(&mut self, stream: &Stream) -> Outcome<Vec<u8>> {
        if stream.filters().is_ok_and(|filters| filters.len() > MAX_FILTERS) {
            return Err(UNREADABLE);
        }
        let most = MAX_STREAM_BYTES.min(self.decoded);
        let content = stream.decompressed_content_with_limit(most).map_err(|error| match error {
            lopdf::Error::Decompress(_) => TOO_MUCH,
            _ => UNREADABLE,
        });
        // A stream that fails counts as the whole limit: it may have cost that much.
        let cost = content.as_ref().map_or(most, |content| content.len() + STREAM_OVERHEAD_BYTES);
        self.decoded = self.decoded.saturating_sub(cost);
        content
    }

    /// Reads and caches an object. A missing object is null (7.3.10).
    fn object(&mut self, id: ObjectId) -> Outcome<&Object> {
        if !self.document.objects.contains_key(&id) {
            let object = match self.entries.get(&id.0) {
                Some(&ObjectPlace::At { offset, generation }) if generation == id.1 => {
                    self.object_at(offset, Some(id))?
                }
                Some(&ObjectPlace::In { stream, index }) if id.1 == 0 => self.object_in(stream, index, id)?,
                _ => Object::Null,
            };
            self.document.objects.insert(id, object);
        }
        Ok(&self.document.objects[&id])
    }

    fn parser(&self, at: usize) -> Parser<'a> {
        Parser::new(self.bytes, at, self.values)
    }

    /// Reads the object that is written at an offset: `12 0 obj … endobj` (7.3.10).
    fn object_at(&mut self, offset: usize, expected: Option<ObjectId>) -> Outcome<Object> {
        let mut parser = self.parser(offset);
        let id = parser.number().zip(parser.number()).filter(|_| parser.keyword(b"obj")).ok_or(UNREADABLE)?;
        if expected.is_some_and(|expected| (expected.0 as usize, usize::from(expected.1)) != id) {
            return Err(UNREADABLE);
        }
        let value = parser.value();
        self.values = parser.left;
        let value = value.ok_or(if parser.left == 0 { TOO_MUCH } else { UNREADABLE })?;
        match value {
            Object::Dictionary(dictionary) if parser.keyword(b"stream") => self.stream(dictionary, parser.at),
            _ if !parser.keyword(b"endobj") => Err(UNREADABLE),
            value => Ok(value),
        }
    }

    /// The stream whose keyword ends at an offset (7.3.8). Images are left out.
    fn stream(&mut self, dictionary: Dictionary, keyword_end: usize) -> Outcome<Object> {
        let start = match self.bytes.get(keyword_end..).unwrap_or_default() {
            [b'\r', b'\n', ..] => keyword_end + 2,
            [b'\n', ..] => keyword_end + 1,
            _ => return Err(UNREADABLE),
        };
        let length = match dictionary.get(b"Length") {
            Ok(Object::Reference(id)) => {
                self.lengths = self.lengths.checked_sub(1).ok_or(UNREADABLE)?;
                let length = self.object(*id)?.as_i64();
                self.lengths += 1;
                length
            }
            length => length.and_then(Object::as_i64),
        };
        let length = length.ok().and_then(|length| usize::try_from(length).ok()).ok_or(UNREADABLE)?;
        let end = start.checked_add(length).filter(|&end| end <= self.bytes.len()).ok_or(UNREADABLE)?;
        if !self.parser(end).keyword(b"endstream") {
            return Err(UNREADABLE);
        }
        let is_image = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|it| it == b"Image");
        let content = if is_image { Vec::new() } else { self.bytes[start..end].to_vec() };
        // Streams that overlap would cost more than the file is long.
        self.decoded = self.decoded.checked_sub(content.len()).ok_or(TOO_MUCH)?;
        Ok(Object::Stream(Stream::new(dictionary, content)))
    }

    /// Reads an object out of an object stream (7.5.7).
    fn object_in(&mut self, stream: u32, index: usize, id: ObjectId) -> Outcome<Object> {
        if !self.streams.contains_key(&stream) {
            let opened = self.object_stream(stream)?;
            self.streams.insert(stream, opened);
        }
        let stream = &self.streams[&stream];
        let place = stream.starts.get(index).filter(|(number, _)| *number == id.0 as usize);
        let &(_, start) = place.ok_or(UNREADABLE)?;
        let mut parser = Parser::new(&stream.content, start, self.values);
        let value = parser.value();
        self.values = parser.left;
        value.ok_or(if parser.left == 0 { TOO_MUCH } else { UNREADABLE })
    }

    fn object_stream(&mut self, number: u32) -> Outcome<ObjectStream> {
        if self.is_encrypted() {
            return Err("it is encrypted");
        }
        let offset = self.offset((number, 0)).ok_or(UNREADABLE)?;
        let object = self.object_at(offset, Some((number, 0)))?;
        let stream = object.as_stream().ok().filter(|stream| stream.dict.has_type(b"ObjStm")).ok_or(UNREADABLE)?;
        let count = offset_in(&stream.dict, b"N")?.ok_or(UNREADABLE)?;
        let first = offset_in(&stream.dict, b"First")?.ok_or(UNREADABLE)?;
        let content = self.decode(stream)?;
        let mut parser = Parser::new(&content, 0, self.values);
        let mut starts = Vec::new();
        for _ in 0..count {
            let (number, start) = parser.number().zip(parser.number()).ok_or(UNREADABLE)?;
            starts.push((number, first.checked_add(start).ok_or(UNREADABLE)?));
        }
        self.values = parser.left;
        Ok(ObjectStream { starts, content })
    }

    /// Reads a cross-reference section of either form; entries of newer sections win. Returns its trailer.
    fn section(&mut self, offset: usize) -> Outcome<Dictionary> {
        let mut parser = self.parser(offset);
        if !parser.keyword(b"xref") {
            return self.section_stream(offset);
        }
        let (mut used, mut free) = (Vec::new(), Vec::new());
        while !parser.keyword(b"trailer") {
            let (start, count) = parser.number().zip(parser.number()).ok_or(UNREADABLE)?;
            for number in start..start.saturating_add(count) {
                let (offset, generation) = parser.number().zip(parser.number()).ok_or(UNREADABLE)?;
                let number = u32::try_from(number).map_err(|_| UNREADABLE)?;
                if parser.keyword(b"n") {
                    let generation = u16::try_from(generation).map_err(|_| UNREADABLE)?;
                    used.push((number, ObjectPlace::At { offset, generation }));
                } else if parser.keyword(b"f") {
                    free.push((number, ObjectPlace::Free));
                } else {
                    return Err(UNREADABLE);
                }
            }
        }
        let trailer = parser.value();
        self.values = parser.left;
        let trailer = trailer.and_then(|trailer| trailer.as_dict().ok().cloned()).ok_or(UNREADABLE)?;
        self.keep(used);
        // In a hybrid file the table marks objects as free that only the stream knows (7.5.8.4).
        if let Some(offset) = offset_in(&trailer, b"XRefStm")? {
            self.section_stream(offset)?;
        }
        self.keep(free);
        Ok(trailer)
    }

    /// A cross-reference stream (7.5.8).
    fn section_stream(&mut self, offset: usize) -> Outcome<Dictionary> {
        let object = self.object_at(offset, None)?;
        let stream = object.as_stream().ok().filter(|stream| stream.dict.has_type(b"XRef")).ok_or(UNREADABLE)?;
        let numbers = |key: &[u8]| -> Option<Vec<usize>> {
            let values = stream.dict.get(key).and_then(Object::as_array).ok()?.iter();
            values.map(|value| usize::try_from(value.as_i64().ok()?).ok()).collect()
        };
        let widths = numbers(b"W").filter(|it| it.len() == 3 && it.iter().all(|width| *width <= 8));
        let widths = widths.filter(|widths| widths[1] > 0).ok_or(UNREADABLE)?;
        let whole = || Some(vec![0, offset_in(&stream.dict, b"Size").ok()??]);
        let sections = numbers(b"Index").or_else(whole).ok_or(UNREADABLE)?;
        let content = self.decode(stream)?;
        let mut rows = content.chunks_exact(widths.iter().sum());
        for section in sections.chunks_exact(2) {
            for number in section[0]..section[0].saturating_add(section[1]) {
                let row = rows.next().ok_or(UNREADABLE)?;
                self.values = self.values.checked_sub(1).ok_or(TOO_MUCH)?;
                let (kind, rest) = row.split_at(widths[0]);
                let (second, third) = rest.split_at(widths[1]);
                let (second, third) = (big_endian(second)?, big_endian(third)?);
                let place = match if kind.is_empty() { 1 } else { big_endian(kind)? } {
                    0 => ObjectPlace::Free,
                    1 => ObjectPlace::At { offset: second, generation: u16::try_from(third).map_err(|_| UNREADABLE)? },
                    2 => ObjectPlace::In { stream: u32::try_from(second).map_err(|_| UNREADABLE)?, index: third },
                    // Unknown kinds are null (7.5.8.3).
                    _ => continue,
                };
                self.keep([(u32::try_from(number).map_err(|_| UNREADABLE)?, place)]);
            }
        }
        Ok(stream.dict.clone())
    }

    fn keep(&mut self, places: impl IntoIterator<Item = (u32, ObjectPlace)>) {
        for (number, place) in places {
            self.entries.entry(number).or_insert(place);
        }
    }
}

/// Collects the references in a value, by the keys of [`File::read_from`].
fn follow(value: &Object, keys: &[&[u8]], all: &[&[u8]], any_key: bool, found: &mut Vec<(ObjectId, bool)>) {
    match value {
        Object::Reference(id) => found.push((*id, any_key)),
        Object::Array(values) => values.iter().for_each(|value| follow(value, keys, all, false, found)),
        Object::Dictionary(dictionary) | Object::Stream(Stream { dict: dictionary, .. }) => {
            for (key, value) in dictionary {
                let is_in = |keys: &[&[u8]]| keys.iter().any(|it| it == key);
                if any_key || is_in(keys) || is_in(all) {
                    follow(value, keys, all, is_in(all), found);
                }
            }
        }
        _ => {}
    }
}

/// A number of a dictionary that is not negative, if it is there.
fn offset_in(dictionary: &Dictionary, key: &[u8]) -> Outcome<Option<usize>> {
    let Ok(value) = dictionary.get(key) else { return Ok(None) };
    let number = value.as_i64().ok().and_then(|number| usize::try_from(number).ok());
    number.map(Some).ok_or(UNREADABLE)
}

fn big_endian(bytes: &[u8]) -> Outcome<usize> {
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    usize::try_from(number).map_err(|_| UNREADABLE)
}
