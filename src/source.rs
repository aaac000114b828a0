//! A user's text with the path it came from, and places in it.

use std::ops::Range;

/// Bytes of a text, from start to end.
pub type Span = Range<usize>;

/// Bytes of a line that a place keeps before and behind where it begins. More than a terminal shows, and so few that a
/// thousand places in one line of a megabyte do not need a gigabyte.
const MAX_CONTEXT_BYTES: usize = 500;

/// A text file as it was read: UTF-8, a leading byte order mark taken off.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Relative to the portfolio, parts joined by `/`.
    pub path: String,
    pub text: String,
}

/// Where a finding points: a file or folder, and where it is known a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub position: Option<Position>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Of a text file.
    Line(LinePart),
    /// Of a document with pages or paragraphs: in words, such as `page 3, line 14`, with what places are sorted by.
    Passage { order: (usize, usize), words: String },
}

/// A stretch of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePart {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The line itself, without its end; of a very long one the part around the marked words.
    pub text: String,
    /// The bytes of `text` that are meant; never beyond its end.
    pub marked: Span,
}

/// What is wrong in a file, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    pub message: String,
    pub help: String,
}

/// Why a file is not accepted for what it is given as, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub message: String,
    pub help: String,
}

impl Place {
    /// A file or folder as a whole.
    pub fn file(path: &str) -> Self {
        Place { path: path.to_owned(), position: None }
    }

    /// The line, in a text file.
    pub fn line(&self) -> Option<&LinePart> {
        match &self.position {
            Some(Position::Line(line)) => Some(line),
            _ => None,
        }
    }

    /// The place in the file in words: `line 12`, `page 3, line 14`.
    pub fn in_words(&self) -> Option<String> {
        self.position.as_ref().map(|position| match position {
            Position::Line(part) => format!("line {}", part.line),
            Position::Passage { words, .. } => words.clone(),
        })
    }

    /// What the places of a file are sorted by.
    pub fn order(&self) -> Option<(usize, usize)> {
        self.position.as_ref().map(|position| match position {
            Position::Line(part) => (part.line, part.column),
            Position::Passage { order, .. } => *order,
        })
    }
}

impl Problem {
    /// A problem of a file as a whole.
    pub fn file(path: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Problem { place: Place::file(path), message: message.into(), help: help.into() }
    }
}

impl Refused {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Refused { message: message.into(), help: help.into() }
    }
}

impl Source {
    /// Takes bytes as UTF-8. The error says which other encoding it seems to be, and how to save it again.
    pub fn decode(path: &str, bytes: Vec<u8>) -> Result<Self, Problem> {
        let save = "save it as UTF-8: in an editor choose `Save as` and the encoding `UTF-8`";
        let not_text = |message: &str| Problem::file(path, message, save);
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(not_text("the file is written in UTF-16, not in UTF-8"));
        }
        if bytes.contains(&0) {
            return Err(not_text("the file is not a text: it contains zero bytes"));
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
                Ok(Source { path: path.to_owned(), text })
            }
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let line = 1 + lines(&error.as_bytes()[..good]);
                Err(not_text(&format!("line {line} is not UTF-8, perhaps Latin-1 or Windows-1252")))
            }
        }
    }

    /// The place of a span; of one over several lines, its first line.
    pub fn place(&self, span: &Span) -> Place {
        let start = self.floor(span.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let line_end = line_start + self.text[line_start..line_end].trim_end_matches('\r').len();
        let start = start.min(line_end);
        let from = self.floor(line_start.max(start.saturating_sub(MAX_CONTEXT_BYTES)));
        let to = self.floor(line_end.min(start + MAX_CONTEXT_BYTES));
        let end = self.floor(span.end).clamp(start, to);
        Place {
            path: self.path.clone(),
            position: Some(Position::Line(LinePart {
                line: self.line(start),
                column: 1 + self.text[line_start..start].chars().count(),
                text: self.text[from..to].to_owned(),
                marked: start - from..end - from,
            })),
        }
    }

    /// The line of a byte, from 1.
    pub fn line(&self, offset: usize) -> usize {
        1 + lines(&self.text.as_bytes()[..offset.min(self.text.len())])
    }

    /// The last character boundary at or before `offset`.
    fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }
}

/// Line ends in some bytes.
fn lines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// Whether a character would not be seen as itself: controls, format characters, separators of lines, and what is no
/// character at all (Unicode 16, general categories Cc, Cf, Zl and Zp, and noncharacters).
pub fn is_hidden(ch: char) -> bool {
    if ch.is_ascii() {
        return ch.is_ascii_control();
    }
    ch.is_control()
        || u32::from(ch) & 0xfffe == 0xfffe
        || matches!(ch,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { path: "a.md".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let place = source("åå\r\n  née here\r\n").place(&(8..12));
        let position = place.line().expect("a span has a line");
        assert_eq!((position.line, position.column), (2, 3));
        assert_eq!(position.text, "  née here");
        assert_eq!(&position.text[position.marked.clone()], "née");
    }

    #[test]
    fn a_span_over_two_lines_is_marked_on_its_first() {
        let place = source("one\ntwo\n").place(&(1..6));
        let position = place.line().expect("a span has a line");
        assert_eq!(&position.text[position.marked.clone()], "ne");
    }

    #[test]
    fn a_span_at_the_very_end_is_no_panic() {
        let place = source("one\n").place(&(4..4));
        let position = place.line().expect("a span has a line");
        assert_eq!((position.line, position.column, position.marked.clone()), (2, 1, 0..0));
    }

    #[test]
    fn of_a_very_long_line_only_the_part_around_the_place_is_kept() {
        let long = "é".repeat(100_000);
        let place = source(&format!("{long}here{long}")).place(&(200_000..200_004));
        let position = place.line().expect("a line");
        assert_eq!((position.line, position.column), (1, 100_001));
        assert_eq!(&position.text[position.marked.clone()], "here");
        assert!(
            position.text.len() <= 2 * MAX_CONTEXT_BYTES + 1 && position.marked.start >= MAX_CONTEXT_BYTES,
            "{}",
            position.text.len()
        );
        let place = source(&long).place(&(0..200_000));
        let all = place.line().expect("a line");
        assert_eq!((all.text.len(), all.marked.clone()), (MAX_CONTEXT_BYTES, 0..MAX_CONTEXT_BYTES));
    }

    #[test]
    fn other_encodings_are_named() {
        let latin = Source::decode("a.md", b"fine\ncaf\xe9\n".to_vec()).expect_err("Latin-1 is refused");
        assert!(latin.message.starts_with("line 2 is not UTF-8"), "{latin:?}");
        let wide = Source::decode("a.md", b"\xff\xfeh\0i\0".to_vec()).expect_err("UTF-16 is refused");
        assert!(wide.message.contains("UTF-16"), "{wide:?}");
    }
}
