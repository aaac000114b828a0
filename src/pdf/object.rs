//! Parses PDF values: ISO 32000-1, 7.2 and 7.3, within limits and without guessing.

use std::ops::Range;

use lopdf::{Dictionary, Object, StringFormat};

/// Deepest nesting of arrays and dictionaries.
const MAX_DEPTH: usize = 32;

/// How many values a dictionary counts as, besides those in it: its table takes as much memory.
const DICTIONARY: usize = 3;

/// Reads values one after another.
pub struct Parser<'a> {
    pub bytes: &'a [u8],
    /// Offset of the next value.
    pub at: usize,
    /// How many values may still be read.
    pub left: usize,
    /// Whether what programs read differently is read as most of them do: of two equal keys the last, `--5` as -5.
    pub lenient: bool,
}

/// A key of a dictionary, its value, and where the value is written.
pub type Entry = (Vec<u8>, Object, Range<usize>);

impl<'a> Parser<'a> {
    pub fn new(bytes: &'a [u8], at: usize, left: usize) -> Self {
        Parser { bytes, at, left, lenient: false }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Skips white space and comments.
    pub fn space(&mut self) {
        while let Some(&byte) = self.rest().first() {
            if byte == b'%' {
                self.at += self.rest().iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next run of regular characters: a number or a keyword; empty at a delimiter.
    pub fn word(&mut self) -> &'a [u8] {
        self.space();
        let rest = self.rest();
        let length = rest.iter().take_while(|&&byte| is_regular(byte)).count();
        self.at += length;
        &rest[..length]
    }

    /// Skips the keyword, if it comes next.
    pub fn keyword(&mut self, keyword: &[u8]) -> bool {
        let before = self.at;
        let is_next = self.word() == keyword;
        if !is_next {
            self.at = before;
        }
        is_next
    }

    /// A whole number that is not negative.
    pub fn number(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let word = self.word();
        let is_number = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
        std::str::from_utf8(word).ok().filter(|_| is_number)?.parse().ok()
    }

    /// The next value, if there is one.
    pub fn value(&mut self) -> Option<Object> {
        self.nested(MAX_DEPTH)
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.rest() {
            [b'/', ..] => self.name().map(Object::Name),
            [b'(', ..] => self.literal(),
            [b'<', b'<', ..] => self.dictionary(depth),
            [b'<', ..] => self.hexadecimal(),
            [b'[', ..] => self.array(depth),
            _ => self.scalar(),
        }
    }

    /// A number, a reference or a constant; nothing else is consumed.
    fn scalar(&mut self) -> Option<Object> {
        let before = self.at;
        let value = match self.word() {
            b"true" => Some(Object::Boolean(true)),
            b"false" => Some(Object::Boolean(false)),
            b"null" => Some(Object::Null),
            word if word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.')) => {
                let text = std::str::from_utf8(word).ok()?;
                let whole = text.parse().ok().map(|whole| self.reference(whole).unwrap_or(Object::Integer(whole)));
                whole.or_else(|| text.parse().ok().map(Object::Real)).or_else(|| self.repaired(text))
            }
            _ => None,
        };
        if value.is_none() {
            self.at = before;
        }
        value
    }

    /// A number that some programs write wrongly: `--5`, `1.-3`, `-`.
    fn repaired(&self, text: &str) -> Option<Object> {
        let unsigned = text.trim_start_matches(['+', '-']);
        let digits = unsigned.split(['+', '-']).next().filter(|_| self.lenient && !text.is_empty())?;
        let number: f32 = if digits.is_empty() || digits == "." { 0.0 } else { digits.parse().ok()? };
        Some(Object::Real(if text.starts_with('-') { -number } else { number }))
    }

    /// A word that means nothing, such as a name without its slash.
    fn unknown(&mut self) -> Option<Object> {
        let is_word = self.lenient && self.left > 0 && self.rest().first().is_some_and(|byte| is_regular(*byte));
        is_word.then(|| self.word()).filter(|word| !word.ends_with(b"obj")).map(|_| Object::Null)
    }

    /// The rest of `12 0 R`, after its first number.
    fn reference(&mut self, number: i64) -> Option<Object> {
        let number = u32::try_from(number).ok()?;
        let before = self.at;
        let word = self.word();
        let generation = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
        let reference = generation.filter(|_| word[0].is_ascii_digit() && self.keyword(b"R"));
        if reference.is_none() {
            self.at = before;
        }
        Some(Object::Reference((number, reference?)))
    }

    /// A name; `#2F` means `/`.
    fn name(&mut self) -> Option<Vec<u8>> {
        if self.rest().first() != Some(&b'/') {
            return None;
        }
        self.at += 1;
        let written = self.rest();
        let length = written.iter().take_while(|&&byte| is_regular(byte)).count();
        self.at += length;
        let (mut name, mut rest) = (Vec::with_capacity(length), &written[..length]);
        while let Some((&byte, after)) = rest.split_first() {
            let escaped = match rest {
                [b'#', high, low, ..] => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
                _ => None,
            };
            name.push(escaped.unwrap_or(byte));
            rest = if escaped.is_some() { &rest[3..] } else { after };
        }
        Some(name)
    }

    fn array(&mut self, depth: usize) -> Option<Object> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.space();
            if self.rest().first() == Some(&b']') {
                self.at += 1;
                return Some(Object::Array(values));
            }
            let value = self.nested(depth).or_else(|| self.unknown());
            values.push(value?);
        }
    }

    /// A dictionary; unless lenient, without duplicate keys, which programs would read differently.
    fn dictionary(&mut self, depth: usize) -> Option<Object> {
        let mut dictionary = Dictionary::new();
        for (key, value, _) in self.entries(depth)? {
            if dictionary.has(&key) && !self.lenient {
                return None;
            }
            dictionary.set(key, value);
        }
        Some(Object::Dictionary(dictionary))
    }

    /// The entries of a dictionary, as they are written.
    pub fn dictionary_entries(&mut self) -> Option<Vec<Entry>> {
        self.space();
        self.entries(MAX_DEPTH)
    }

    fn entries(&mut self, depth: usize) -> Option<Vec<Entry>> {
        if !self.rest().starts_with(b"<<") {
            return None;
        }
        self.at += 2;
        self.left = self.left.checked_sub(DICTIONARY)?;
        let mut entries = Vec::new();
        loop {
            self.space();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Some(entries);
            }
            let key = self.name()?;
            self.space();
            let start = self.at;
            let value = self.nested(depth).or_else(|| self.unknown())?;
            entries.push((key, value, start..self.at));
        }
    }

    fn hexadecimal(&mut self) -> Option<Object> {
        self.at += 1;
        let (mut bytes, mut half) = (Vec::new(), None);
        loop {
            let &byte = self.rest().first()?;
            self.at += 1;
            match (byte, half) {
                (b'>', half) => {
                    // A missing last digit is 0.
                    bytes.extend(half.map(|half| half << 4));
                    return Some(Object::String(bytes, StringFormat::Hexadecimal));
                }
                (byte, _) if is_space(byte) => {}
                (byte, None) => half = Some(digit(byte)?),
                (byte, Some(high)) => {
                    bytes.push(high << 4 | digit(byte)?);
                    half = None;
                }
            }
        }
    }

    fn literal(&mut self) -> Option<Object> {
        self.at += 1;
        let (mut bytes, mut open) = (Vec::new(), 1);
        loop {
            let &byte = self.rest().first()?;
            self.at += 1;
            match byte {
                b'\\' => {
                    self.escaped(&mut bytes)?;
                    continue;
                }
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                return Some(Object::String(bytes, StringFormat::Literal));
            }
            bytes.push(byte);
        }
    }

    /// Appends the character of a backslash escape; nothing for a line continuation.
    fn escaped(&mut self, bytes: &mut Vec<u8>) -> Option<()> {
        let &byte = self.rest().first()?;
        self.at += 1;
        bytes.push(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let more = self.rest().iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let digits = &self.bytes[self.at - 1..self.at + more];
                self.at += more;
                // Values above 255 wrap around (7.3.4.2).
                digits.iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0'))
            }
            b'\n' => return Some(()),
            b'\r' => {
                self.at += usize::from(self.rest().first() == Some(&b'\n'));
                return Some(());
            }
            other => other,
        });
        Some(())
    }
}

pub fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
