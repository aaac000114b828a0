//! Follows the operators that draw a page, and gives its glyphs to the lines: ISO 32000-1, 9.3 and 9.4.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::counts::Counts;
use super::font::Font;
use super::geometry::{IDENTITY, Matrix, Rectangle, number};
use super::lines::{Glyph, Lines};
use super::marked::{Marked, Marks};
use super::objects::{Objects, Outcome, UNREADABLE};
use super::tags::Tags;
use crate::pdf::object::{Parser, is_space};

/// Most operators of a file, and most bytes of text.
const MAX_OPERATORS: usize = 3_000_000;
const MAX_TEXT_BYTES: usize = 2 << 20;

/// Most bytes of codes, which may be longer than their text.
const MAX_CODES: usize = 8 << 20;

/// Most values before one operator; the longest usual list is a line of text.
const MAX_OPERANDS: usize = 65_536;

/// Most states that are kept at a time, and forms within forms.
const MAX_STATES: usize = 512;

pub const TOO_COMPLEX: &str = "its pages are too complex";

/// What is drawn of one page.
#[derive(Default)]
pub struct Drawn {
    pub lines: Lines,
    /// Headers, footers and what else is marked as no part of the text.
    pub artifacts: Lines,
    /// Outside of the page.
    pub hidden: Lines,
    pub has_picture: bool,
}

pub struct Reader<'o, 'b> {
    pub(super) objects: &'o mut Objects<'b>,
    pub(super) tags: &'o Tags,
    pub(super) fonts: HashMap<ObjectId, Rc<Font>>,
    operators: usize,
    text_bytes: usize,
    codes: usize,
    pub counts: Counts,
    pub drawn: Drawn,
    shown: Option<Rectangle>,
    /// Those that are being drawn, each within the one before.
    pub(super) forms: Vec<ObjectId>,
    pub(super) forms_drawn: usize,
}

#[derive(Clone)]
pub struct State {
    pub(super) matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

pub struct Frame<'d> {
    pub(super) resources: &'d Dictionary,
    pub(super) fonts: BTreeMap<Vec<u8>, Option<Rc<Font>>>,
    pub(super) state: State,
    states: Vec<State>,
    text: Matrix,
    line: Matrix,
    pub(super) marks: Marks,
}

impl<'o, 'b> Reader<'o, 'b> {
    pub fn new(objects: &'o mut Objects<'b>, tags: &'o Tags) -> Self {
        Reader {
            objects,
            tags,
            fonts: HashMap::new(),
            operators: 0,
            text_bytes: 0,
            codes: 0,
            counts: Counts::default(),
            drawn: Drawn::default(),
            shown: None,
            forms: Vec::new(),
            forms_drawn: 0,
        }
    }

    /// Draws a page; what was drawn is then in `drawn`.
    pub fn page(&mut self, content: &[u8], resources: &Dictionary, shown: Rectangle, id: ObjectId) -> Outcome<()> {
        self.shown = Some(shown);
        self.draw(content, resources, IDENTITY, Marks::new(id.0))
    }

    /// Draws a form on the page, such as the appearance of a field (8.10).
    pub fn form(&mut self, form: &Stream, id: ObjectId, matrix: Matrix, resources: &Dictionary) -> Outcome<()> {
        self.draw_form(form, id, matrix, resources, &Marks::new(id.0))
    }

    pub(super) fn draw(&mut self, content: &[u8], resources: &Dictionary, matrix: Matrix, marks: Marks) -> Outcome<()> {
        let state = State {
            matrix,
            font: None,
            size: 1.0,
            character_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let (fonts, states) = (BTreeMap::new(), Vec::new());
        let mut frame = Frame { resources, fonts, state, states, text: IDENTITY, line: IDENTITY, marks };
        let (mut parser, mut operands) = (Parser::new(content, 0, MAX_OPERANDS), Vec::new());
        parser.lenient = true;
        loop {
            if let Some(operand) = parser.value() {
                operands.push(operand);
                continue;
            }
            if parser.left == 0 {
                return Err(TOO_COMPLEX);
            }
            match parser.word() {
                b"" if parser.at >= content.len() => return Ok(()),
                // An unclosed value.
                b"" if b"(<[/".contains(&content[parser.at]) => return Err(UNREADABLE),
                b"" => parser.at += 1,
                b"BI" => {
                    self.drawn.has_picture = true;
                    skip_image(&mut parser);
                }
                operator => self.operator(operator, &operands, &mut frame)?,
            }
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                return Err(TOO_COMPLEX);
            }
            operands.clear();
            parser.left = MAX_OPERANDS;
        }
    }

    fn operator(&mut self, operator: &[u8], operands: &[Object], frame: &mut Frame<'_>) -> Outcome<()> {
        let at = |index: usize| operands.get(index).and_then(number).unwrap_or_default();
        let state = &mut frame.state;
        match operator {
            b"q" if frame.states.len() < MAX_STATES => frame.states.push(state.clone()),
            b"q" => return Err(TOO_COMPLEX),
            b"Q" => frame.state = frame.states.pop().unwrap_or_else(|| state.clone()),
            b"cm" => state.matrix = Matrix::of(operands).then(state.matrix),
            b"BT" => (frame.text, frame.line) = (IDENTITY, IDENTITY),
            b"Tf" => {
                state.size = at(1);
                frame.state.font = self.font(operands.first(), frame)?;
            }
            b"Tc" => state.character_space = at(0),
            b"Tw" => state.word_space = at(0),
            b"Tz" => state.scale = at(0) / 100.0,
            b"TL" => state.leading = at(0),
            b"Ts" => state.rise = at(0),
            b"Td" => frame.next_line(at(0), at(1)),
            b"TD" => {
                state.leading = -at(1);
                frame.next_line(at(0), at(1));
            }
            b"Tm" => (frame.text, frame.line) = (Matrix::of(operands), Matrix::of(operands)),
            b"T*" => frame.next_line(0.0, -frame.state.leading),
            b"Tj" => self.show(operands.first(), frame)?,
            b"'" => {
                frame.next_line(0.0, -frame.state.leading);
                self.show(operands.first(), frame)?;
            }
            b"\"" => {
                (state.word_space, state.character_space) = (at(0), at(1));
                frame.next_line(0.0, -frame.state.leading);
                self.show(operands.get(2), frame)?;
            }
            b"TJ" => self.show_all(operands.first(), frame)?,
            b"Do" => self.draw_object(operands.first(), frame)?,
            b"BMC" | b"BDC" => frame.marks.begin(operands, frame.resources, self.tags, self.objects)?,
            b"EMC" => frame.marks.end(),
            _ => {}
        }
        Ok(())
    }

    fn show_all(&mut self, parts: Option<&Object>, frame: &mut Frame<'_>) -> Outcome<()> {
        let Some(Object::Array(parts)) = parts else { return Ok(()) };
        for part in parts {
            match number(part) {
                Some(back) => {
                    let State { size, scale, font, .. } = &frame.state;
                    let back = -back / 1000.0 * size;
                    let is_vertical = font.as_ref().is_some_and(|font| font.is_vertical);
                    let (x, y) = if is_vertical { (0.0, back) } else { (back * scale, 0.0) };
                    frame.text = frame.text.moved(x, y);
                }
                None => self.show(Some(part), frame)?,
            }
        }
        Ok(())
    }

    fn show(&mut self, string: Option<&Object>, frame: &mut Frame<'_>) -> Outcome<()> {
        let (Some(Object::String(string, _)), Some(font)) = (string, frame.state.font.clone()) else { return Ok(()) };
        self.codes += string.len();
        font.decode(string, |text, width, is_space| self.glyph(text, width, is_space, &font, frame));
        let is_too_long = self.text_bytes > MAX_TEXT_BYTES || self.codes > MAX_CODES;
        if is_too_long { Err("it holds more than 2 MB of text") } else { Ok(()) }
    }

    /// Takes one code.
    fn glyph(&mut self, text: &str, width: f64, is_space: bool, font: &Font, frame: &mut Frame<'_>) {
        let State { matrix, size, character_space, word_space, scale, .. } = frame.state;
        let to_page = frame.text.then(matrix);
        let space = character_space + if is_space { word_space } else { 0.0 };
        let (x, y) = if font.is_vertical { (0.0, space - size) } else { ((width * size + space) * scale, 0.0) };
        frame.text = frame.text.moved(x, y);
        let (start, moved) = (to_page.point(0.0, 0.0), to_page.distance(x, y));
        let direction = if font.is_vertical { (0.0, -1.0) } else { (size * scale, 0.0) };
        let Marked { owner, is_artifact, is_hidden, text: own } = frame.marks.current();
        let text = own.as_deref().unwrap_or(text);
        self.text_bytes += text.len();
        self.counts.take(text, font.is_guessed);
        let glyph = Glyph {
            text,
            start,
            end: start.plus(moved),
            direction: to_page.distance(direction.0, direction.1).unit(),
            size: to_page.distance(0.0, size).length().max(1e-3),
            owner,
        };
        if !(start.x.is_finite() && start.y.is_finite() && moved.length().is_finite()) {
            return;
        }
        let is_hidden = is_hidden || self.shown.is_some_and(|shown| !shown.holds(start, glyph.size));
        let lines = match (is_artifact, is_hidden) {
            (true, _) => &mut self.drawn.artifacts,
            (_, true) => &mut self.drawn.hidden,
            _ => &mut self.drawn.lines,
        };
        lines.add(&glyph);
    }
}

impl Frame<'_> {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }
}

/// Skips the image after `BI`, up to its `EI` (8.9.7).
fn skip_image(parser: &mut Parser<'_>) {
    let rest = &parser.bytes[parser.at..];
    let is_end = |at: &usize| {
        let before = at.checked_sub(1).is_some_and(|before| is_space(rest[before]));
        let after = &rest[(at + 2).min(rest.len())..];
        let is_text = |byte: &u8| is_space(*byte) && *byte != 0 || (b' '..=b'~').contains(byte);
        before && after.first().is_none_or(|after| is_space(*after)) && after.iter().take(12).all(is_text)
    };
    let end = memchr::memmem::find_iter(rest, b"EI").find(is_end);
    parser.at += end.map_or(rest.len(), |end| end + 2);
}
