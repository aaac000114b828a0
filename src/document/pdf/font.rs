//! The characters and widths of a font: ISO 32000-1, 9.6 to 9.10.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use super::encoding::{self, Table};
use super::geometry::number;
use super::objects::{Objects, Outcome};
use super::widths;
use crate::pdf::characters::CharacterMap;

/// Flag of a font whose codes are its own (9.8.2).
const SYMBOLIC: i64 = 4;

/// What opening a font costs, counted as values of a map.
const FONT_COST: usize = 300;

const TOO_COMPLEX: &str = "its fonts are too complex";

pub struct Font {
    map: Option<CharacterMap>,
    meaning: Meaning,
    /// Of codes or character identifiers, in text space for a font of size 1.
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    pub is_vertical: bool,
    /// Whether nothing in the file says what its codes mean.
    pub is_guessed: bool,
}

enum Meaning {
    /// Codes of one byte.
    Simple(Table),
    /// Codes of two bytes, which are UTF-16 themselves.
    Utf16,
    /// Codes of which only the map to Unicode says what they mean; another map says how long they are, if it is here.
    Unknown(Option<CharacterMap>),
}

impl Font {
    pub fn open(font: &Dictionary, objects: &mut Objects<'_>) -> Outcome<Self> {
        let map = match objects.entry(font, b"ToUnicode")? {
            Object::Stream(stream) => {
                let content = objects.file.decode(&stream)?;
                Some(CharacterMap::parse(&content, &mut objects.mapped))
            }
            _ => None,
        };
        if objects.mapped == 0 {
            return Err(TOO_COMPLEX);
        }
        let subtype = objects.entry(font, b"Subtype")?;
        if subtype.as_name().is_ok_and(|it| it == b"Type0") {
            Font::composite(font, map, objects)
        } else {
            Font::simple(font, map, subtype.as_name().unwrap_or_default(), objects)
        }
    }

    fn simple(
        font: &Dictionary,
        map: Option<CharacterMap>,
        subtype: &[u8],
        objects: &mut Objects<'_>,
    ) -> Outcome<Self> {
        objects.mapped = objects.mapped.checked_sub(FONT_COST).ok_or(TOO_COMPLEX)?;
        let name = objects.entry(font, b"BaseFont")?;
        let name = String::from_utf8_lossy(name.as_name().unwrap_or_default()).into_owned();
        let descriptor = objects.dictionary(font, b"FontDescriptor")?;
        let encoding = objects.entry(font, b"Encoding")?;
        let flags = objects.entry(&descriptor, b"Flags")?.as_i64().unwrap_or_default();
        let is_embedded = [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key));
        let mut table = match &encoding {
            Object::Name(name) => encoding::named(name),
            Object::Dictionary(own) if own.has(b"BaseEncoding") => {
                encoding::named(objects.entry(own, b"BaseEncoding")?.as_name().unwrap_or_default())
            }
            _ => match encoding::of_symbols(&name) {
                Some(table) => table,
                None if subtype == b"TrueType" => encoding::named(b"WinAnsiEncoding"),
                None => encoding::named(b"StandardEncoding"),
            },
        };
        if !matches!(encoding, Object::Name(_))
            && let Object::Stream(program) = objects.entry(&descriptor, b"FontFile")?
            && let Ok(program) = objects.file.decode(&program)
        {
            encoding::apply_program(&program, &mut table);
        }
        if let Object::Dictionary(own) = &encoding
            && let Object::Array(differences) = objects.entry(own, b"Differences")?
        {
            encoding::apply(&differences, &mut table, objects);
            if objects.mapped == 0 {
                return Err(TOO_COMPLEX);
            }
        }
        let is_guessed = map.is_none() && encoding == Object::Null && is_embedded && flags & SYMBOLIC != 0;
        let (widths, default_width) = simple_widths(font, &descriptor, &name, &table, subtype, objects)?;
        let meaning = Meaning::Simple(table);
        Ok(Font { map, meaning, widths, default_width, is_vertical: false, is_guessed })
    }

    fn composite(font: &Dictionary, map: Option<CharacterMap>, objects: &mut Objects<'_>) -> Outcome<Self> {
        let descendants = objects.entry(font, b"DescendantFonts")?;
        let descendant = match descendants.as_array().ok().and_then(|fonts| fonts.first()) {
            Some(first) => objects.resolve(first)?,
            None => Object::Null,
        };
        let descendant = descendant.as_dict().cloned().unwrap_or_default();
        let encoding = objects.entry(font, b"Encoding")?;
        let lengths = match &encoding {
            Object::Stream(own) => {
                let content = objects.file.decode(own)?;
                Some(CharacterMap::parse(&content, &mut objects.mapped))
            }
            _ => None,
        };
        let encoding = encoding.as_name().unwrap_or_default();
        let is_utf16 = [&b"UCS2"[..], b"UTF16"].iter().any(|part| memchr::memmem::find(encoding, part).is_some());
        let meaning = if is_utf16 { Meaning::Utf16 } else { Meaning::Unknown(lengths) };
        let default_width = objects.entry(&descendant, b"DW")?;
        let default_width = number(&default_width).unwrap_or(1000.0) / 1000.0;
        let widths = composite_widths(&descendant, objects)?;
        let is_vertical = encoding.ends_with(b"-V");
        Ok(Font { map, meaning, widths, default_width, is_vertical, is_guessed: false })
    }

    /// Gives each code's text, its width in text space, and whether it is a space of one byte.
    pub fn decode(&self, string: &[u8], mut take: impl FnMut(&str, f64, bool)) {
        let (mut rest, mut text) = (string, String::new());
        while !rest.is_empty() {
            let length = match &self.meaning {
                Meaning::Simple(_) => 1,
                Meaning::Unknown(Some(lengths)) => lengths.length(rest).max(1),
                _ => 2,
            };
            let (code, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            text.clear();
            self.text(code, &mut text);
            let value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            let width = self.widths.get(&value).copied().unwrap_or(self.default_width);
            take(&text, width, code == b" ");
        }
    }

    fn text(&self, code: &[u8], text: &mut String) {
        let mapped = self.map.as_ref().and_then(|map| map.characters(code)).filter(|units| !units.is_empty());
        if let Some(units) = mapped {
            text.extend(char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)));
            return;
        }
        match &self.meaning {
            Meaning::Simple(table) => {
                let known = code.first().and_then(|code| table[usize::from(*code)].as_deref());
                text.push_str(known.unwrap_or(if code[0] < b' ' { "\u{fffd}" } else { "" }));
            }
            Meaning::Utf16 => {
                let units = code.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                text.extend(char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            Meaning::Unknown(_) => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

fn simple_widths(
    font: &Dictionary,
    descriptor: &Dictionary,
    name: &str,
    table: &Table,
    subtype: &[u8],
    objects: &mut Objects<'_>,
) -> Outcome<(BTreeMap<u32, f64>, f64)> {
    let scale = match objects.entry(font, b"FontMatrix")? {
        Object::Array(matrix) if subtype == b"Type3" => matrix.first().and_then(number).unwrap_or(0.001),
        _ => 0.001,
    };
    let missing = number(&objects.entry(descriptor, b"MissingWidth")?).unwrap_or_default();
    let mut widths = BTreeMap::new();
    if let Object::Array(values) = objects.entry(font, b"Widths")? {
        let first = objects.entry(font, b"FirstChar")?.as_i64().unwrap_or_default();
        let first = u32::try_from(first).unwrap_or_default();
        for (code, value) in (first..256).zip(&values) {
            widths.insert(code, number(&objects.resolve(value)?).unwrap_or(missing) * scale);
        }
        return Ok((widths, missing * scale));
    }
    for (code, text) in (0..).zip(table) {
        widths.insert(code, text.as_deref().map_or(0.0, |text| widths::of(name, text)) * scale);
    }
    Ok((widths, 0.5))
}

/// `/W` of a font with character identifiers (9.7.4.3): `1 [500 600]` or `7 9 300`.
fn composite_widths(font: &Dictionary, objects: &mut Objects<'_>) -> Outcome<BTreeMap<u32, f64>> {
    let (mut widths, mut at) = (BTreeMap::new(), 0);
    let Object::Array(values) = objects.entry(font, b"W")? else { return Ok(widths) };
    let code = |at: usize| values.get(at).and_then(number).filter(|code| (0.0..=65_535.0).contains(code));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 65535")]
    while let Some(first) = code(at) {
        let Some(second) = values.get(at + 1) else { break };
        match objects.resolve(second)? {
            Object::Array(each) => {
                objects.mapped = objects.mapped.checked_sub(each.len()).ok_or(TOO_COMPLEX)?;
                for (code, width) in (first as u32..=65_535).zip(&each) {
                    widths.insert(code, number(width).unwrap_or_default() / 1000.0);
                }
                at += 2;
            }
            last => {
                let (last, width) = (number(&last).unwrap_or(first), values.get(at + 2).and_then(number));
                for code in first as u32..=last.clamp(0.0, 65_535.0) as u32 {
                    objects.mapped = objects.mapped.checked_sub(1).ok_or(TOO_COMPLEX)?;
                    widths.insert(code, width.unwrap_or_default() / 1000.0);
                }
                at += 3;
            }
        }
    }
    Ok(widths)
}
