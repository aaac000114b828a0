//! Reads a PDF's objects on demand: ISO 32000-1, 7.5, within limits and without repairs.
//!
//! `lopdf` holds the objects and undoes the filters; its own loader is not used, because it reads all objects at once,
//! repairs what is broken by guessing, and has no limit for a file as a whole.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, EncryptionState, Object, ObjectId, Stream};

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

/// Of the checksum after the data of zlib.
const CHECKSUM_BYTES: usize = 4;

/// Most bytes of object streams that are kept for the next object.
const MAX_KEPT_BYTES: usize = 32 << 20;

pub const LOCKED: &str = "it is protected with a password";
pub const NO_END: &str = "its end is missing";
pub const UNREADABLE: &str = "it is damaged, or written in a way that akam cannot read";
pub const TOO_MUCH: &str = "it holds more than akam reads of a PDF";

/// What is read of one file.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Objects that are known by their places.
    pub entries: usize,
    pub values: usize,
    /// Bytes out of the filters of all its streams.
    pub decoded: usize,
    /// Bytes out of the filters of one stream.
    pub stream: usize,
    /// Whether a file is read that most programs read, though it is not written as it should be.
    pub lenient: bool,
}

const STRICT: Limits = Limits {
    entries: MAX_VALUES,
    values: MAX_VALUES,
    decoded: MAX_DECODED_BYTES,
    stream: MAX_STREAM_BYTES,
    lenient: false,
};

pub struct PdfFile<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) entries: BTreeMap<u32, ObjectPlace>,
    pub(super) limits: Limits,
    is_searched: bool,
    /// Set once an encrypted file can be read.
    encryption: Option<EncryptionState>,
    /// The trailer, and the objects that were read so far.
    pub document: Document,
    streams: BTreeMap<u32, ObjectStream>,
    pub(super) values: usize,
    decoded: usize,
    lengths: usize,
}

#[derive(Clone, Copy)]
pub enum ObjectPlace {
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
        PdfFile::within(bytes, STRICT)
    }

    fn within(bytes: &'a [u8], limits: Limits) -> Self {
        let document = Document::new();
        let (entries, streams, encryption) = (BTreeMap::new(), BTreeMap::new(), None);
        let (values, decoded, lengths) = (limits.values, limits.decoded, MAX_LENGTH_DEPTH);
        let is_searched = false;
        PdfFile { bytes, entries, limits, is_searched, encryption, document, streams, values, decoded, lengths }
    }

    /// Reads the cross-reference sections, the newest first.
    pub fn open(bytes: &'a [u8]) -> Outcome<Self> {
        PdfFile::open_within(bytes, STRICT)
    }

    pub fn open_within(bytes: &'a [u8], limits: Limits) -> Outcome<Self> {
        let mut file = PdfFile::within(bytes, limits);
        if !bytes.starts_with(b"%PDF-") {
            return Err("it does not begin as a PDF does");
        }
        let tail = bytes.len().saturating_sub(1024);
        let start = memchr::memmem::rfind(&bytes[tail..], b"startxref").ok_or(NO_END)?;
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

    /// A file whose objects are found by a search, because its cross-reference sections are damaged.
    pub fn search_within(bytes: &'a [u8], limits: Limits) -> Outcome<Self> {
        let mut file = PdfFile::within(bytes, limits);
        file.search()?;
        file.is_searched = true;
        Ok(file)
    }

    /// Makes a file readable that is encrypted without a password (7.6).
    pub fn unlock(&mut self) -> Outcome<()> {
        if !self.is_encrypted() {
            return Ok(());
        }
        if self.needs_password() {
            return Err(LOCKED);
        }
        self.encryption = Some(EncryptionState::decode(&self.document, "").map_err(|_| LOCKED)?);
        Ok(())
    }

    /// Reads an object without keeping it. A missing object is null (7.3.10).
    pub fn load(&mut self, id: ObjectId) -> Outcome<Object> {
        match self.entries.get(&id.0) {
            Some(&ObjectPlace::At { offset, generation }) if generation == id.1 => self.object_at(offset, Some(id)),
            Some(&ObjectPlace::In { stream, index }) if id.1 == 0 => self.object_in(stream, index, id),
            // Where the places of objects are a guess, one that is missing may be lost.
            None if self.is_searched => Err(UNREADABLE),
            _ => Ok(Object::Null),
        }
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
        let most = self.limits.stream.min(self.decoded);
        if self.limits.lenient && stream.filters().is_ok_and(|filters| filters == [b"FlateDecode"]) {
            // Without the checksum, which some programs leave out or encrypt.
            let rest = inflate(&stream.content, true, most)
                .or_else(|_| inflate(stream.content.get(2..).unwrap_or_default(), false, most))?;
            if rest >= CHECKSUM_BYTES && !self.is_encrypted() {
                return Err(UNREADABLE);
            }
        }
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
            let object = self.load(id)?;
            self.document.objects.insert(id, object);
        }
        Ok(&self.document.objects[&id])
    }

    pub(super) fn parser(&self, at: usize) -> Parser<'a> {
        Parser { lenient: self.limits.lenient, ..Parser::new(self.bytes, at, self.values.min(MAX_VALUES)) }
    }

    /// Counts the values that a parser read.
    pub(super) fn spend(&mut self, left: usize) {
        self.values -= self.values.min(MAX_VALUES) - left;
    }

    /// Reads the object that is written at an offset: `12 0 obj … endobj` (7.3.10).
    pub(super) fn object_at(&mut self, offset: usize, expected: Option<ObjectId>) -> Outcome<Object> {
        let mut parser = self.parser(offset);
        let id = parser.number().zip(parser.number()).filter(|_| parser.keyword(b"obj")).ok_or(UNREADABLE)?;
        if expected.is_some_and(|expected| (expected.0 as usize, usize::from(expected.1)) != id) {
            return Err(UNREADABLE);
        }
        let value = parser.value();
        self.spend(parser.left);
        let value = value.ok_or(if parser.left == 0 { TOO_MUCH } else { UNREADABLE })?;
        let mut object = match value {
            Object::Dictionary(dictionary) if parser.keyword(b"stream") => self.stream(dictionary, parser.at)?,
            _ if !parser.keyword(b"endobj") && !self.limits.lenient => return Err(UNREADABLE),
            value => value,
        };
        if let Some((state, id)) = self.encryption.as_ref().zip(expected) {
            lopdf::encryption::decrypt_object(state, id, &mut object).map_err(|_| UNREADABLE)?;
        }
        Ok(object)
    }

    /// The stream whose keyword ends at an offset (7.3.8). Images are left out.
    fn stream(&mut self, dictionary: Dictionary, keyword_end: usize) -> Outcome<Object> {
        let start = match self.bytes.get(keyword_end..).unwrap_or_default() {
            [b'\r', b'\n', ..] => keyword_end + 2,
            [b'\n', ..] => keyword_end + 1,
            [b'\r', ..] if self.limits.lenient => keyword_end + 1,
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
        let length = length.ok().and_then(|length| usize::try_from(length).ok());
        let end = length.and_then(|length| start.checked_add(length)).filter(|&end| end <= self.bytes.len());
        let end = end.filter(|end| self.parser(*end).keyword(b"endstream"));
        let end = end.or_else(|| self.stream_end(start)).ok_or(UNREADABLE)?;
        let is_image = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|it| it == b"Image");
        let content = if is_image { Vec::new() } else { self.bytes[start..end].to_vec() };
        // Streams that overlap would cost more than the file is long.
        self.decoded = self.decoded.checked_sub(content.len()).ok_or(TOO_MUCH)?;
        Ok(Object::Stream(Stream::new(dictionary, content)))
    }

    /// Where a stream ends whose length is wrong.
    fn stream_end(&self, start: usize) -> Option<usize> {
        let found = memchr::memmem::find(&self.bytes[start..], b"endstream").filter(|_| self.limits.lenient)?;
        let content = &self.bytes[start..start + found];
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        Some(start + content.strip_suffix(b"\r").unwrap_or(content).len())
    }

    /// Reads an object out of an object stream (7.5.7).
    fn object_in(&mut self, stream: u32, index: usize, id: ObjectId) -> Outcome<Object> {
        if !self.streams.contains_key(&stream) {
            let opened = self.object_stream(stream)?;
            if self.streams.values().map(|stream| stream.content.len()).sum::<usize>() > MAX_KEPT_BYTES {
                self.streams.clear();
            }
            self.streams.insert(stream, opened);
        }
        let stream = &self.streams[&stream];
        let place = stream.starts.get(index).filter(|(number, _)| *number == id.0 as usize);
        let &(_, start) = place.ok_or(UNREADABLE)?;
        let (lenient, most) = (self.limits.lenient, self.values.min(MAX_VALUES));
        let mut parser = Parser { lenient, ..Parser::new(&stream.content, start, most) };
        let (value, left) = (parser.value(), parser.left);
        self.spend(left);
        value.ok_or(if left == 0 { TOO_MUCH } else { UNREADABLE })
    }

    /// The numbers of the objects in an object stream.
    pub(super) fn numbers_in(&mut self, stream: u32) -> Outcome<Vec<u32>> {
        let starts = self.object_stream(stream)?.starts;
        Ok(starts.into_iter().filter_map(|(number, _)| u32::try_from(number).ok()).collect())
    }

    fn object_stream(&mut self, number: u32) -> Outcome<ObjectStream> {
        if self.is_encrypted() && self.encryption.is_none() {
            return Err("it is encrypted");
        }
        let offset = self.offset((number, 0)).ok_or(UNREADABLE)?;
        let object = self.object_at(offset, Some((number, 0)))?;
        let stream = object.as_stream().ok().filter(|stream| stream.dict.has_type(b"ObjStm")).ok_or(UNREADABLE)?;
        let count = offset_in(&stream.dict, b"N")?.ok_or(UNREADABLE)?;
        let first = offset_in(&stream.dict, b"First")?.ok_or(UNREADABLE)?;
        let content = self.decode(stream)?;
        let mut parser = Parser::new(&content, 0, self.values.min(MAX_VALUES));
        let mut starts = Vec::new();
        for _ in 0..count {
            let (number, start) = parser.number().zip(parser.number()).ok_or(UNREADABLE)?;
            starts.push((number, first.checked_add(start).ok_or(UNREADABLE)?));
        }
        self.spend(parser.left);
        Ok(ObjectStream { starts, content })
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
pub fn offset_in(dictionary: &Dictionary, key: &[u8]) -> Outcome<Option<usize>> {
    let Ok(value) = dictionary.get(key) else { return Ok(None) };
    let number = value.as_i64().ok().and_then(|number| usize::try_from(number).ok());
    number.map(Some).ok_or(UNREADABLE)
}

/// Makes sure that a stream is whole, because `lopdf` gives what it can of one that is cut off; with a header and a
/// checksum (zlib), or without (deflate). Returns how many bytes are left over.
fn inflate(content: &[u8], is_zlib: bool, most: usize) -> Outcome<usize> {
    let mut inflater = flate2::Decompress::new(is_zlib);
    let (mut rest, mut buffer) = (content, [0; 16_384]);
    loop {
        let (before_in, before_out) = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(rest, &mut buffer, flate2::FlushDecompress::None).map_err(|_| UNREADABLE)?;
        let taken = usize::try_from(inflater.total_in() - before_in).unwrap_or(usize::MAX);
        rest = rest.get(taken..).unwrap_or_default();
        match status {
            flate2::Status::StreamEnd => return Ok(if is_zlib { 0 } else { rest.len() }),
            _ if inflater.total_out() > most as u64 => return Err(TOO_MUCH),
            _ if taken == 0 && inflater.total_out() == before_out => return Err(UNREADABLE),
            _ => {}
        }
    }
}
