//! Decodes the codes of a font to characters: ISO 32000-1, 9.6.6 and 9.10.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::object::Parser;

/// Most ranges of codes that tell how long a code is; ten are many.
const MAX_LENGTHS: usize = 100;

/// Most UTF-16 units in the meaning of one code; three are usual for a ligature.
const MAX_UNITS: usize = 32;

/// What it costs to look up one name of a character, counted as values: `lopdf` goes through a list of 4,000.
const NAME_COST: usize = 10;

/// The characters of a font.
pub struct Characters<'a> {
    map: Option<CharacterMap>,
    encoding: Option<Encoding<'a>>,
}

impl<'a> Characters<'a> {
    /// For a font and its `/ToUnicode` map. Reads at most `left` values, and sets `left` to 0 if that was too few.
    pub fn new(font: &'a Dictionary, document: &'a Document, to_unicode: Option<&[u8]>, left: &mut usize) -> Self {
        let map = to_unicode.map(|bytes| CharacterMap::parse(bytes, left));
        let differences = font.get_deref(b"Encoding", document).and_then(Object::as_dict);
        *left = left.saturating_sub(differences.map_or(0, cost));
        // A limit of 0 keeps `lopdf` from decoding `/ToUnicode` itself, for which it has no other limit.
        let encoding = font.get_font_encoding_with_limit(document, 0).ok().filter(|_| *left > 0);
        Characters { map, encoding }
    }

    /// Appends the characters of a string.
    pub fn write(&self, string: &[u8], text: &mut String) {
        let Some(map) = &self.map else {
            self.write_simple(string, text);
            return;
        };
        let mut rest = string;
        while !rest.is_empty() {
            let (code, after) = rest.split_at(map.length(rest));
            match map.characters(code) {
                Some(units) => {
                    text.extend(char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)));
                }
                None => self.write_simple(code, text),
            }
            rest = after;
        }
    }

    fn write_simple(&self, codes: &[u8], text: &mut String) {
        if let Some(encoding) = &self.encoding {
            // Codes that the encoding does not have are left out.
            let _ = encoding.write_to_string(codes, text);
        }
    }
}

/// Cost of looking up an encoding's character names, in values.
fn cost(encoding: &Dictionary) -> usize {
    let names = encoding.get(b"Differences").and_then(Object::as_array).into_iter().flatten();
    names.map(|name| NAME_COST + name.as_name().map_or(0, <[u8]>::len) / 8).sum()
}

/// A `/ToUnicode` map (9.10.3).
#[derive(Default)]
pub struct CharacterMap {
    /// The first and the last code of each range of codes of one length.
    lengths: Vec<(Vec<u8>, Vec<u8>)>,
    /// Length and first code of a range; its last code, and the meaning of the first one.
    ranges: BTreeMap<(usize, u32), (u32, Vec<u16>)>,
}

impl CharacterMap {
    /// Reads at most `left` values, and sets `left` to what is left of them.
    pub fn parse(bytes: &[u8], left: &mut usize) -> Self {
        let (mut map, mut parser) = (CharacterMap::default(), Parser::new(bytes, 0, *left));
        let mut operands = Vec::new();
        loop {
            if let Some(operand) = parser.value() {
                operands.push(operand);
                continue;
            }
            *left = parser.left;
            match parser.word() {
                b"" => return map,
                b"endcodespacerange" => map.add_lengths(&operands),
                b"endbfchar" => operands.chunks_exact(2).for_each(|pair| map.add(&pair[0], &pair[0], &pair[1])),
                b"endbfrange" => operands.chunks_exact(3).for_each(|it| map.add(&it[0], &it[1], &it[2])),
                _ => {}
            }
            operands.clear();
        }
    }

    fn add_lengths(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            if let (Ok(first), Ok(last)) = (pair[0].as_str(), pair[1].as_str())
                && first.len() == last.len()
                && matches!(first.len(), 1..=4)
                && self.lengths.len() < MAX_LENGTHS
            {
                self.lengths.push((first.to_vec(), last.to_vec()));
            }
        }
    }

    /// Maps a range of codes to the characters from `target` on, or to each element of it.
    fn add(&mut self, first: &Object, last: &Object, target: &Object) {
        let (Ok(first), Ok(last)) = (first.as_str(), last.as_str()) else { return };
        let (length, first, last) = (first.len(), value(first), value(last));
        if !(1..=4).contains(&length) {
            return;
        }
        match target {
            Object::Array(targets) => {
                for (code, target) in (first..=last).zip(targets) {
                    self.ranges.insert((length, code), (code, units(target)));
                }
            }
            target => {
                self.ranges.insert((length, first), (last, units(target)));
            }
        }
    }

    /// How many bytes the next code has (9.7.6.2).
    pub fn length(&self, string: &[u8]) -> usize {
        let holds = |(first, last): &&(Vec<u8>, Vec<u8>)| {
            string.len() >= first.len()
                && string.iter().zip(first).zip(last).all(|((byte, first), last)| (first..=last).contains(&byte))
        };
        let found = self.lengths.iter().find(holds).or(self.lengths.first());
        found.map_or(1, |(first, _)| first.len()).min(string.len())
    }

    /// The UTF-16 units of a code.
    pub fn characters(&self, code: &[u8]) -> Option<Vec<u16>> {
        let number = value(code);
        let (&(length, first), (last, units)) = self.ranges.range(..=(code.len(), number)).next_back()?;
        if length != code.len() || number > *last {
            return None;
        }
        let mut units = units.clone();
        if let Some(unit) = units.last_mut() {
            *unit = unit.wrapping_add(u16::try_from(number - first).ok()?);
        }
        Some(units)
    }
}

fn value(code: &[u8]) -> u32 {
    code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

/// The UTF-16 units of a map's entry.
fn units(target: &Object) -> Vec<u16> {
    let bytes = target.as_str().unwrap_or_default();
    bytes.chunks_exact(2).take(MAX_UNITS).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}
