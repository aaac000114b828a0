//! Rich text in Outlook's messages: compressed (MS-OXRTFCP), with HTML or plain text inside (MS-OXRTFEX).

use super::mime::{Body, MAX_OWN_TEXT_BYTES, text_of};

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 500;

/// Initial content of the decompressor's window (MS-OXRTFCP, 2.1.2.1).
const BEGINNING: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Groups that are not shown.
const UNSEEN: [&str; 9] =
    ["fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "footnote", "pntext"];

/// Reads the text of compressed rich text.
pub fn read(bytes: &[u8]) -> Option<Body> {
    let rich = decompressed(bytes)?;
    let is_html = memchr::memmem::find(&rich, b"\\fromhtml").is_some();
    let text = RtfReader::new(&rich, is_html).read()?;
    Some(if is_html { Body::Html(text) } else { Body::Plain(text) })
}

/// Decompresses rich text (MS-OXRTFCP, 3.1.3).
fn decompressed(bytes: &[u8]) -> Option<Vec<u8>> {
    const WINDOW: usize = 4096;
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (size, kind, content) = (number(4)? as usize, number(8)?, bytes.get(16..)?);
    if size > MAX_OWN_TEXT_BYTES {
        return None;
    }
    if kind == 0x414c_454d {
        return Some(content[..size.min(content.len())].to_vec());
    }
    let (mut window, mut write, mut rich) = ([0; WINDOW], BEGINNING.len(), Vec::new());
    window[..write].copy_from_slice(BEGINNING);
    let mut content = content.iter().copied();
    let mut put = |byte: u8, write: &mut usize, window: &mut [u8; WINDOW]| {
        rich.push(byte);
        window[*write] = byte;
        *write = (*write + 1) % WINDOW;
    };
    let mut left = size;
    'all: while let Some(control) = content.next() {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = content.next().filter(|_| left > 0) else { break 'all };
                put(byte, &mut write, &mut window);
                left -= 1;
                continue;
            }
            let (Some(high), Some(low)) = (content.next(), content.next()) else { break 'all };
            let reference = usize::from(high) << 8 | usize::from(low);
            let (offset, length) = (reference >> 4, (reference & 15) + 2);
            // A reference to the write position ends the text.
            if offset == write || left < length {
                break 'all;
            }
            for at in offset..offset + length {
                put(window[at % WINDOW], &mut write, &mut window);
            }
            left -= length;
        }
    }
    Some(rich)
}

/// State of a group in the rich text.
#[derive(Clone, Copy, Default)]
struct Group {
    is_unseen: bool,
    /// Holds the original HTML.
    is_tag: bool,
    /// Only for readers of rich text.
    is_rich: bool,
    /// Number of fallback characters after a Unicode character.
    skips: usize,
}

struct RtfReader<'a> {
    rest: &'a [u8],
    is_html: bool,
    groups: Vec<Group>,
    group: Group,
    charset: String,
    /// Bytes of the code page, and UTF-16 units, that are not decoded yet.
    bytes: Vec<u8>,
    units: Vec<u16>,
    text: String,
    to_skip: usize,
    is_optional: bool,
}

impl<'a> RtfReader<'a> {
    fn new(rest: &'a [u8], is_html: bool) -> Self {
        let group = Group { skips: 1, ..Group::default() };
        RtfReader {
            rest,
            is_html,
            groups: Vec::new(),
            group,
            charset: "windows-1252".to_owned(),
            bytes: Vec::new(),
            units: Vec::new(),
            text: String::new(),
            to_skip: 0,
            is_optional: false,
        }
    }

    fn read(mut self) -> Option<String> {
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            match byte {
                b'{' => {
                    self.groups.push(self.group);
                    self.is_optional = false;
                    if self.groups.len() > MAX_DEPTH {
                        return None;
                    }
                }
                b'}' => self.group = self.groups.pop().unwrap_or_default(),
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                _ => self.byte(byte),
            }
        }
        self.flush();
        Some(self.text)
    }

    fn control(&mut self) {
        let Some((&first, rest)) = self.rest.split_first() else { return };
        if !first.is_ascii_alphabetic() {
            self.rest = rest;
            match first {
                b'*' => self.is_optional = true,
                b'\'' => {
                    let digits = std::str::from_utf8(rest.get(..2).unwrap_or_default()).unwrap_or_default();
                    if let Ok(byte) = u8::from_str_radix(digits, 16) {
                        self.byte(byte);
                        self.rest = &rest[2..];
                    }
                }
                b'~' => self.character('\u{a0}'),
                b'\r' | b'\n' => self.character('\n'),
                b'\\' | b'{' | b'}' => self.byte(first),
                _ => {}
            }
            return;
        }
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = self.rest[letters..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        let (word, rest) = self.rest.split_at(letters);
        let (number, rest) = rest.split_at(digits);
        self.rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).unwrap_or_default();
        self.word(text(word), text(number).parse().ok());
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "htmlrtf" => self.group.is_rich = number != Some(0),
            "htmltag" if self.is_optional => self.group.is_tag = true,
            "par" | "line" | "row" => self.character('\n'),
            "tab" | "cell" => self.character('\t'),
            "lquote" => self.character('‘'),
            "rquote" => self.character('’'),
            "ldblquote" => self.character('“'),
            "rdblquote" => self.character('”'),
            "bullet" => self.character('•'),
            "endash" => self.character('–'),
            "emdash" => self.character('—'),
            "ansicpg" => self.charset = format!("windows-{}", number.unwrap_or(1252)),
            "uc" => self.group.skips = number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1).min(8),
            "u" => {
                // Values above 32,767 are written as negative numbers.
                let unit = u16::try_from(number.unwrap_or_default().rem_euclid(0x1_0000)).unwrap_or(0xfffd);
                if self.is_shown() {
                    self.flush_bytes();
                    self.units.push(unit);
                }
                self.to_skip = self.group.skips;
            }
            _ if self.is_optional || UNSEEN.contains(&word) => self.group.is_unseen = true,
            _ => {}
        }
        self.is_optional = false;
    }

    fn is_shown(&self) -> bool {
        !(self.group.is_unseen || self.is_html && self.group.is_rich)
    }

    fn byte(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if self.is_shown() {
            self.flush_units();
            self.bytes.push(byte);
        }
    }

    fn character(&mut self, character: char) {
        if self.is_shown() {
            self.flush();
            self.text.push(character);
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if !self.bytes.is_empty() {
            self.text += &text_of(&std::mem::take(&mut self.bytes), Some(&self.charset));
        }
    }

    fn flush_units(&mut self) {
        self.text += &String::from_utf16_lossy(&std::mem::take(&mut self.units));
    }
}
