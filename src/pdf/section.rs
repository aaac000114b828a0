//! Finds where a PDF's objects are: cross-reference sections, ISO 32000-1, 7.5.4 to 7.5.8, or a search for the objects.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use super::file::{ObjectPlace, Outcome, PdfFile, TOO_MUCH, UNREADABLE, offset_in};
use super::object::{Parser, is_space};

impl PdfFile<'_> {
    /// Reads a cross-reference section of either form; entries of newer sections win. Returns its trailer.
    pub(super) fn section(&mut self, offset: usize) -> Outcome<Dictionary> {
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
        self.spend(parser.left);
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
                if self.entries.len() > self.limits.entries {
                    return Err(TOO_MUCH);
                }
                self.keep([(u32::try_from(number).map_err(|_| UNREADABLE)?, place)]);
            }
        }
        Ok(stream.dict.clone())
    }

    /// Finds the objects of a file whose cross-reference sections are damaged: of two with one number the later one.
    pub(super) fn search(&mut self) -> Outcome<()> {
        let (mut places, mut trailer, mut streams) = (BTreeMap::new(), None, Vec::new());
        for at in memchr::memmem::find_iter(self.bytes, b"obj") {
            let Some((number, generation, offset)) = object_before(&self.bytes[..at]) else { continue };
            places.insert(number, ObjectPlace::At { offset, generation });
            let mut parser = self.parser(at + b"obj".len());
            let value = parser.value();
            self.spend(parser.left);
            if parser.left == 0 || places.len() > self.limits.entries {
                return Err(TOO_MUCH);
            }
            let Some(Object::Dictionary(dictionary)) = value else { continue };
            match dictionary.get(b"Type").and_then(Object::as_name) {
                Ok(b"ObjStm") => streams.push(number),
                Ok(b"XRef") if dictionary.has(b"Root") => trailer = Some(dictionary),
                _ => {}
            }
        }
        for at in memchr::memmem::find_iter(self.bytes, b"trailer") {
            let mut parser = self.parser(at + b"trailer".len());
            let value = parser.value();
            self.spend(parser.left);
            if let Some(Object::Dictionary(dictionary)) = value
                && dictionary.has(b"Root")
            {
                trailer = Some(dictionary);
            }
        }
        self.document.trailer = trailer.ok_or(UNREADABLE)?;
        self.entries = places;
        self.unlock()?;
        for stream in streams {
            // One that is damaged may not be needed.
            for (index, number) in self.numbers_in(stream).unwrap_or_default().into_iter().enumerate() {
                self.keep([(number, ObjectPlace::In { stream, index })]);
            }
        }
        Ok(())
    }

    fn keep(&mut self, places: impl IntoIterator<Item = (u32, ObjectPlace)>) {
        for (number, place) in places {
            self.entries.entry(number).or_insert(place);
        }
    }
}

fn big_endian(bytes: &[u8]) -> Outcome<usize> {
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    usize::try_from(number).map_err(|_| UNREADABLE)
}

/// The number, generation and offset of `12 0 ` at the end of some bytes.
fn object_before(bytes: &[u8]) -> Option<(u32, u16, usize)> {
    let (generation, before) = number_before(bytes)?;
    let (number, before) = number_before(&bytes[..before]).filter(|_| is_space(bytes[before - 1]))?;
    let is_start = before == 0 || !bytes[before - 1].is_ascii_alphanumeric();
    is_start.then_some((u32::try_from(number).ok()?, u16::try_from(generation).ok()?, before))
}

/// The number at the end of some bytes, and where it begins.
fn number_before(bytes: &[u8]) -> Option<(usize, usize)> {
    let spaces = bytes.iter().rev().take_while(|byte| is_space(**byte)).count();
    let end = bytes.len() - spaces;
    let digits = bytes[..end].iter().rev().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let start = end - digits;
    Some((Parser::new(bytes, start, 1).number().filter(|_| digits > 0 && start > 0)?, start))
}
