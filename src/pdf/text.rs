//! Extracts the text of a PDF's pages, in drawing order: ISO 32000-1, 9.4.
//!
//! Spaces and line breaks are guesses, because the widths of characters are not used: compare without them.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::characters::Characters;
use super::file::{Outcome, PdfFile};
use super::object::{Parser, is_space};

/// Most bytes of text of one file: a book.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// Most bytes that one string shows (ISO 32000-1, annex C).
const MAX_STRING_BYTES: usize = 32_767;

/// Most values before one operator; the longest usual list is a line of text.
const MAX_OPERANDS: usize = 65_536;

/// Most values in the maps from codes to characters of all fonts.
const MAX_MAPPED_VALUES: usize = 200_000;

/// Deepest nesting of forms within forms.
const MAX_FORM_DEPTH: usize = 8;

/// Deepest nesting of page trees.
const MAX_TREE_DEPTH: usize = 64;

/// A wider gap is a space, in thousandths of the size of the font.
const SPACE: f32 = -200.0;

/// The text, and whether there is a picture among its operators.
pub fn of(file: &mut PdfFile<'_>) -> Outcome<(String, bool)> {
    if file.is_encrypted() {
        return Err("it is encrypted");
    }
    let root = file.document.trailer.get(b"Root").cloned().unwrap_or(Object::Null);
    let keys: [&[u8]; 6] = [b"Pages", b"Kids", b"Contents", b"Resources", b"Encoding", b"ToUnicode"];
    file.read_from(&root, &keys, &[b"Font", b"XObject"])?;
    let document = std::mem::take(&mut file.document);
    let (fonts, mapped, text) = (BTreeMap::new(), MAX_MAPPED_VALUES, String::new());
    let mut reader = TextReader { file, document: &document, fonts, mapped, text, has_picture: false, line: 0.0 };
    for page in document.page_iter() {
        reader.page(page)?;
        reader.new_line();
    }
    Ok((reader.text.trim().to_owned(), reader.has_picture))
}

struct TextReader<'f, 'b, 'd> {
    file: &'f mut PdfFile<'b>,
    document: &'d Document,
    fonts: BTreeMap<*const Dictionary, Rc<Characters<'d>>>,
    mapped: usize,
    text: String,
    has_picture: bool,
    /// Height of the last text.
    line: f32,
}

impl<'d> TextReader<'_, '_, 'd> {
    fn page(&mut self, id: ObjectId) -> Outcome<()> {
        let document = self.document;
        let Ok(page) = document.get_dictionary(id) else { return Ok(()) };
        let (mut node, mut resources) = (page, None);
        for _ in 0..MAX_TREE_DEPTH {
            resources = node.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
            let parent = node.get_deref(b"Parent", document).and_then(Object::as_dict);
            match parent {
                Ok(parent) if resources.is_none() => node = parent,
                _ => break,
            }
        }
        let contents = match page.get_deref(b"Contents", document) {
            Ok(Object::Array(parts)) => parts.iter().collect(),
            Ok(one) => vec![one],
            Err(_) => Vec::new(),
        };
        let mut content = Vec::new();
        for part in contents {
            if let Ok((_, Object::Stream(stream))) = document.dereference(part) {
                content.extend(self.file.decode(stream)?);
                content.push(b'\n');
            }
        }
        self.draw(&content, resources, MAX_FORM_DEPTH)
    }

    /// Follows the operators of a content stream.
    fn draw(&mut self, content: &[u8], resources: Option<&'d Dictionary>, depth: usize) -> Outcome<()> {
        let (mut operands, mut font) = (Vec::new(), None);
        let mut parser = Parser::new(content, 0, MAX_OPERANDS);
        loop {
            if let Some(operand) = parser.value() {
                operands.push(operand);
                continue;
            }
            if parser.left == 0 {
                return Err("a page is too complex");
            }
            match parser.word() {
                b"" if parser.at >= content.len() => return Ok(()),
                // An unclosed value.
                b"" if b"(<[/".contains(&content[parser.at]) => return Err("a page is damaged"),
                b"" => parser.at += 1,
                b"BI" => {
                    self.has_picture = true;
                    skip_image(&mut parser);
                }
                b"Tf" => font = self.font(operands.first(), resources)?,
                b"Do" => self.form(operands.last(), resources, depth)?,
                operator => self.show(operator, &operands, font.as_deref())?,
            }
            operands.clear();
            parser.left = MAX_OPERANDS;
        }
    }

    fn show(&mut self, operator: &[u8], operands: &[Object], font: Option<&Characters<'d>>) -> Outcome<()> {
        let number = |from_end: usize| {
            let at = operands.len().checked_sub(from_end)?;
            operands[at].as_float().ok()
        };
        match operator {
            b"Td" | b"TD" => self.moved(number(1).is_some_and(|down| down != 0.0)),
            b"Tm" => {
                let line = number(1).unwrap_or_default();
                self.moved((line - self.line).abs() > 0.5);
                self.line = line;
            }
            b"T*" | b"'" | b"\"" => self.new_line(),
            b"BT" => self.moved(false),
            _ => {}
        }
        let Some(font) = font else { return Ok(()) };
        match (operator, operands.last()) {
            (b"Tj" | b"'" | b"\"", Some(Object::String(string, _))) => self.string(string, font)?,
            (b"TJ", Some(Object::Array(parts))) => {
                for part in parts {
                    match part {
                        Object::String(string, _) => self.string(string, font)?,
                        gap if gap.as_float().is_ok_and(|gap| gap < SPACE) => self.moved(false),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn string(&mut self, string: &[u8], font: &Characters<'d>) -> Outcome<()> {
        if string.len() > MAX_STRING_BYTES || self.text.len() > MAX_TEXT_BYTES {
            return Err("it holds more text than akam reads");
        }
        font.write(string, &mut self.text);
        Ok(())
    }

    fn moved(&mut self, to_new_line: bool) {
        if to_new_line {
            self.new_line();
        } else if !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    fn new_line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Finds a font by name.
    fn font(
        &mut self,
        name: Option<&Object>,
        resources: Option<&'d Dictionary>,
    ) -> Outcome<Option<Rc<Characters<'d>>>> {
        let document = self.document;
        let find = || {
            let fonts = resources?.get_deref(b"Font", document).and_then(Object::as_dict).ok()?;
            fonts.get_deref(name?.as_name().ok()?, document).and_then(Object::as_dict).ok()
        };
        let Some(font) = find() else { return Ok(None) };
        if let Some(known) = self.fonts.get(&std::ptr::from_ref(font)) {
            return Ok(Some(Rc::clone(known)));
        }
        let to_unicode = match font.get_deref(b"ToUnicode", document).and_then(Object::as_stream) {
            Ok(stream) => Some(self.file.decode(stream)?),
            Err(_) => None,
        };
        let characters = Rc::new(Characters::new(font, document, to_unicode.as_deref(), &mut self.mapped));
        if self.mapped == 0 {
            return Err("its fonts are too complex");
        }
        self.fonts.insert(font, Rc::clone(&characters));
        Ok(Some(characters))
    }

    /// A form that is drawn as part of a page (8.10).
    fn form(&mut self, name: Option<&Object>, resources: Option<&'d Dictionary>, depth: usize) -> Outcome<()> {
        let document = self.document;
        let form = || -> Option<&'d Stream> {
            let objects = resources?.get_deref(b"XObject", document).and_then(Object::as_dict).ok()?;
            let form = objects.get_deref(name?.as_name().ok()?, document).and_then(Object::as_stream).ok()?;
            form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|it| it == b"Form").then_some(form)
        };
        let Some(form) = form() else { return Ok(()) };
        let depth = depth.checked_sub(1).ok_or("a page is too complex")?;
        let content = self.file.decode(form)?;
        let own = form.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        self.draw(&content, own.or(resources), depth)
    }
}

/// Skips the image after `BI`, up to its `EI` (8.9.7).
fn skip_image(parser: &mut Parser<'_>) {
    let rest = &parser.bytes[parser.at..];
    let is_end = |at: &usize| {
        let before = at.checked_sub(1).is_some_and(|before| is_space(rest[before]));
        before && rest.get(at + 2).is_none_or(|&after| is_space(after))
    };
    let end = memchr::memmem::find_iter(rest, b"EI").find(is_end);
    parser.at += end.map_or(rest.len(), |end| end + 2);
}
