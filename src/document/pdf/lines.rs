//! Lines and words out of glyphs: a new line where the baseline moves, a space where there is a gap.

use std::collections::HashMap;

use super::geometry::Point;

/// How far the baseline moves to a new line, and how wide a gap is a space, in the size of the font.
const LINE_GAP: f64 = 0.35;
const SPACE_GAP: f64 = 0.17;

/// How far text may go back in its line: kerning, and accents over their letters.
const MAX_BACK: f64 = 1.0;

/// A smaller glyph beside the line is an exponent or an index, up to this distance.
const SCRIPT_SIZE: f64 = 0.85;
const SCRIPT_GAP: f64 = 0.7;

/// How near the same glyph is drawn again to look bold, in the size of the font.
const OVERPRINT: f64 = 0.12;

/// Side of the squares in which glyphs are looked up again, in points.
const SQUARE: f64 = 8.0;

/// Most squares of a page, and most glyphs in one, that are kept; a page of small print has fewer.
const MAX_SQUARES: usize = 50_000;
const MAX_IN_SQUARE: usize = 200;

/// One glyph, or several that have one text.
pub struct Glyph<'t> {
    pub text: &'t str,
    pub start: Point,
    pub end: Point,
    /// Of the baseline, with length 1.
    pub direction: Point,
    pub size: f64,
    /// The tag that holds it.
    pub owner: Option<u32>,
}

#[derive(Debug)]
pub struct Line {
    pub text: String,
    pub words: Vec<Word>,
    pub start: Point,
    pub end: Point,
    pub direction: Point,
    pub size: f64,
    pub owner: Option<u32>,
    /// On its page, from 1.
    pub number: usize,
}

/// Bytes of a line's text, and where they are on the page.
#[derive(Debug)]
pub struct Word {
    pub bytes: std::ops::Range<usize>,
    pub start: Point,
    pub end: Point,
}

/// Collects the glyphs of one page in the order in which they are drawn.
#[derive(Default)]
pub struct Lines {
    done: Vec<Line>,
    open: Option<Line>,
    /// Where the last glyph of the open line begins.
    last: Point,
    needs_space: bool,
    drawn: HashMap<(i64, i64), Vec<(u64, Point)>>,
}

impl Lines {
    pub fn add(&mut self, glyph: &Glyph<'_>) {
        let is_blank = glyph.text.chars().all(char::is_whitespace);
        if !is_blank && self.is_overprinted(glyph) {
            return;
        }
        let continues =
            self.open.as_ref().is_some_and(|line| line.owner == glyph.owner && continues(line, self.last, glyph));
        if !continues {
            if is_blank {
                // Spaces at the beginning of a line say nothing.
                self.needs_space |= self.open.is_some();
                return;
            }
            self.end_line();
            self.open = Some(Line {
                text: String::new(),
                words: Vec::new(),
                start: glyph.start,
                end: glyph.start,
                direction: glyph.direction,
                size: glyph.size,
                owner: glyph.owner,
                number: self.done.len() + 1,
            });
            self.needs_space = false;
        }
        let Some(line) = &mut self.open else { return };
        let gap = glyph.start.minus(line.end).along(line.direction);
        let is_backward = is_right_to_left(glyph.text) && gap < 0.0;
        let gap = if is_backward { self.last.minus(glyph.end).along(line.direction) } else { gap };
        if !glyph.text.is_empty() {
            self.needs_space |= gap > SPACE_GAP * glyph.size || !is_backward && gap < -MAX_BACK * glyph.size;
        }
        if is_blank {
            self.needs_space |= !glyph.text.is_empty();
        } else {
            push(line, glyph, self.needs_space);
            self.needs_space = false;
            if glyph.size > line.size {
                line.size = glyph.size;
            }
        }
        self.last = glyph.start;
        // The baseline stays that of the line, whatever is raised in it.
        let along = glyph.end.minus(line.start).along(line.direction);
        line.end = line.start.plus(line.direction.times(along));
    }

    /// The lines in the order in which they were drawn.
    pub fn finish(mut self) -> Vec<Line> {
        self.end_line();
        self.done
    }

    pub fn end_line(&mut self) {
        if let Some(line) = self.open.take()
            && !line.text.is_empty()
        {
            self.done.push(line);
        }
        self.needs_space = false;
    }

    /// Whether the same glyph was drawn here before, as some programs do to make it bold or give it a shadow.
    fn is_overprinted(&mut self, glyph: &Glyph<'_>) -> bool {
        let near = OVERPRINT * glyph.size;
        #[expect(clippy::cast_possible_truncation, reason = "far away is all the same")]
        let square = |at: f64| (at / SQUARE).floor() as i64;
        // FNV-1a.
        let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let text = glyph.text.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        let Point { x, y } = glyph.start;
        for column in square(x - near)..=square(x + near) {
            for row in square(y - near)..=square(y + near).min(square(y - near).saturating_add(4)) {
                let found = self.drawn.get(&(column, row)).into_iter().flatten();
                if found.into_iter().any(|(other, at)| *other == text && at.minus(glyph.start).length() <= near) {
                    return true;
                }
            }
            if column > square(x - near).saturating_add(4) {
                break;
            }
        }
        if self.drawn.len() > MAX_SQUARES {
            self.drawn.clear();
        }
        let here = self.drawn.entry((square(x), square(y))).or_default();
        if here.len() == MAX_IN_SQUARE {
            here.clear();
        }
        here.push((text, glyph.start));
        false
    }
}

/// Whether a glyph is in the same line of text as those before it.
fn continues(line: &Line, last: Point, glyph: &Glyph<'_>) -> bool {
    if line.direction.along(glyph.direction) < 0.98 {
        return false;
    }
    let distance = glyph.start.minus(line.end);
    let (along, across) = (distance.along(line.direction), distance.across(line.direction).abs());
    let larger = line.size.max(glyph.size);
    let is_script = (glyph.size < SCRIPT_SIZE * line.size
        || line.size < SCRIPT_SIZE * glyph.size && line.text.len() < 4)
        && across < SCRIPT_GAP * larger
        && along < larger;
    let is_near = across <= LINE_GAP * larger || is_script;
    let back = glyph.end.minus(last).along(line.direction);
    is_near && (along > -MAX_BACK * larger || is_right_to_left(glyph.text) && back.abs() < 20.0 * larger)
}

fn push(line: &mut Line, glyph: &Glyph<'_>, after_space: bool) {
    if after_space && !line.text.is_empty() && !line.text.ends_with(' ') {
        line.text.push(' ');
    }
    let start = line.text.len();
    for ch in glyph.text.chars() {
        push_letters(ch, &mut line.text);
    }
    match line.words.last_mut().filter(|word| word.bytes.end == start) {
        Some(word) => {
            word.bytes.end = line.text.len();
            word.end = glyph.end;
        }
        None => {
            line.words.push(Word { bytes: start..line.text.len(), start: glyph.start, end: glyph.end });
        }
    }
}

/// Writes ligatures as letters, and the bullets of symbol fonts as what they look like.
fn push_letters(ch: char, text: &mut String) {
    match ch {
        '\u{fb00}' => text.push_str("ff"),
        '\u{fb01}' => text.push_str("fi"),
        '\u{fb02}' => text.push_str("fl"),
        '\u{fb03}' => text.push_str("ffi"),
        '\u{fb04}' => text.push_str("ffl"),
        '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
        '\u{f0b7}' | '\u{f06c}' | '\u{f09f}' => text.push('•'),
        '\u{f0a7}' | '\u{f06e}' => text.push('▪'),
        '\u{f0d8}' => text.push('➢'),
        '\u{f0fc}' => text.push('✓'),
        '\u{f0e0}' => text.push('→'),
        '\u{f020}' | '\t' | '\n' | '\r' => text.push(' '),
        other => text.push(other),
    }
}

fn is_right_to_left(text: &str) -> bool {
    text.chars().any(|ch| matches!(ch, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'))
}
