//! What the codes of simple fonts mean: ISO 32000-1, 9.6.6 and annex D.

use lopdf::{Dictionary, Document, Object};

use super::objects::Objects;

/// The text of each code of one byte, where it is known.
pub type Table = Vec<Option<Box<str>>>;

/// Greek letters of the font Symbol, from `A` and from `a`.
const SYMBOL_CAPITALS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL_SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";

/// What it costs to look up a name, counted as values of a map: `lopdf` goes through a list of 4,000.
const NAME_COST: usize = 20;

/// Most bytes of a font program in which its encoding is looked for.
const MAX_PROGRAM_BYTES: usize = 40_000;

/// The codes of one of the encodings that have a name.
pub fn named(name: &[u8]) -> Table {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", Object::Name(name.to_vec()));
    let document = Document::new();
    let encoding = font.get_font_encoding_with_limit(&document, 0).ok();
    let text = |code: u8| {
        let text = encoding.as_ref()?.bytes_to_string(&[code]).ok()?;
        (!text.is_empty()).then(|| text.into_boxed_str())
    };
    (0..=255).map(text).collect()
}

/// The codes of the fonts Symbol and Zapf Dingbats, as far as they stand for letters and bullets.
pub fn of_symbols(font: &str) -> Option<Table> {
    let mut table = named(b"StandardEncoding");
    if font.contains("Symbol") {
        for (first, letters) in [(b'A', SYMBOL_CAPITALS), (b'a', SYMBOL_SMALL)] {
            for (code, letter) in (first..).zip(letters.chars()) {
                table[usize::from(code)] = Some(letter.to_string().into());
            }
        }
        return Some(table);
    }
    if !font.contains("Dingbats") {
        return None;
    }
    for code in 0x21..=0xfe_u32 {
        let sign = match code {
            0x6c => '●',
            0x6e => '■',
            _ => char::from_u32(0x2700 + code - 0x20).unwrap_or('•'),
        };
        table[code as usize] = Some(sign.to_string().into());
    }
    Some(table)
}

/// Changes a table as `/Differences` say.
pub fn apply(differences: &[Object], table: &mut Table, objects: &mut Objects<'_>) {
    let mut code = 0;
    for value in differences {
        match value {
            Object::Integer(number) => code = usize::try_from(*number).unwrap_or(256),
            Object::Name(name) if code < 256 => {
                table[code] =
                    Some(known(name, objects).or_else(|| of_code(name, code)).unwrap_or_else(|| "\u{fffd}".into()));
                code += 1;
            }
            _ => {}
        }
    }
}

/// The text of a glyph by its name, which is looked up once.
fn known(name: &[u8], objects: &mut Objects<'_>) -> Option<Box<str>> {
    if let Some(known) = objects.glyphs.get(name) {
        return known.clone();
    }
    objects.mapped = objects.mapped.saturating_sub(NAME_COST);
    let text = if objects.mapped > 0 { of_name(name) } else { None };
    objects.glyphs.insert(name.to_vec(), text.clone());
    text
}

/// Changes a table as the program of a Type 1 font says, in its lines `dup 65 /A put`.
pub fn apply_program(program: &[u8], table: &mut Table) {
    let head = &program[..program.len().min(MAX_PROGRAM_BYTES)];
    let end = memchr::memmem::find(head, b"eexec").unwrap_or(head.len());
    let head = String::from_utf8_lossy(&head[..end]);
    let Some((_, encoding)) = head.split_once("/Encoding") else { return };
    let words: Vec<&str> = encoding.split_ascii_whitespace().collect();
    for line in words.windows(4) {
        if let ["dup", code, name, "put"] = line
            && let (Ok(code), Some(name)) = (code.parse::<u8>(), name.strip_prefix('/'))
        {
            table[usize::from(code)] = of_name(name.as_bytes());
        }
    }
}

/// The character of a code whose name is a letter and the code: `a65`.
fn of_code(name: &[u8], code: usize) -> Option<Box<str>> {
    let number = std::str::from_utf8(name.get(1..)?).ok()?.parse().ok().filter(|number: &usize| *number == code)?;
    let ch = u8::try_from(number).ok().filter(|byte| (b' '..=b'~').contains(byte))?;
    Some(char::from(ch).to_string().into())
}

/// The text of a glyph by its name: of the Adobe Glyph List, `uni20AC`, `u1F600`, `f_i`, `a.alt`.
fn of_name(name: &[u8]) -> Option<Box<str>> {
    let name = std::str::from_utf8(name).ok()?;
    if name.starts_with('.') {
        return (name == ".notdef").then(|| "".into());
    }
    let (stem, _) = name.split_once('.').unwrap_or((name, ""));
    let text: Option<String> = stem.split('_').map(of_component).collect();
    text.filter(|text| !text.is_empty()).map(String::into_boxed_str)
}

fn of_component(name: &str) -> Option<String> {
    if let Some(digits) = name.strip_prefix("uni")
        && digits.len() >= 4
        && digits.len() % 4 == 0
        && digits.is_ascii()
    {
        let units =
            digits.as_bytes().chunks(4).map(|four| u16::from_str_radix(std::str::from_utf8(four).ok()?, 16).ok());
        return String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok();
    }
    if let Some(digits) = name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len()))
        && let Ok(code) = u32::from_str_radix(digits, 16)
    {
        return char::from_u32(code).map(String::from);
    }
    match name {
        "ff" => return Some("ff".into()),
        "fi" => return Some("fi".into()),
        "fl" => return Some("fl".into()),
        "ffi" => return Some("ffi".into()),
        "ffl" => return Some("ffl".into()),
        "nbspace" | "nonbreakingspace" => return Some("\u{a0}".into()),
        "sfthyphen" | "softhyphen" => return Some("\u{ad}".into()),
        "Euro" | "euro" => return Some("€".into()),
        "dotlessj" => return Some("\u{237}".into()),
        _ => {}
    }
    // In `StandardEncoding`, code 0 means nothing else.
    let mut encoding = Dictionary::new();
    encoding.set("Differences", vec![Object::Integer(0), Object::Name(name.as_bytes().to_vec())]);
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    let document = Document::new();
    let known = font.get_font_encoding_with_limit(&document, 0).ok()?;
    known.bytes_to_string(&[0]).ok().filter(|text| !text.is_empty())
}
