//! The words of one paragraph or cell, collected before they are written, so that nothing is written of an empty one.

use super::styles::Style;
use crate::document::Link;
use crate::document::block::{Inline, Spot};
use crate::document::builder::Builder;
use crate::document::xml::Element;

/// How words are distinguished.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    pub strong: bool,
    pub emphasis: bool,
    pub struck: bool,
    /// Whether they are the result of a field that changes by itself.
    pub changing: bool,
}

impl Look {
    pub fn with(self, style: &Style) -> Self {
        Look {
            strong: style.strong.unwrap_or(self.strong),
            emphasis: style.emphasis.unwrap_or(self.emphasis),
            struck: style.struck.unwrap_or(self.struck),
            changing: self.changing,
        }
    }

    fn marks(self) -> impl Iterator<Item = Inline> {
        let marks = [
            (self.changing, Inline::Changing),
            (self.struck, Inline::Struck),
            (self.strong, Inline::Strong),
            (self.emphasis, Inline::Emphasis),
        ];
        marks.into_iter().filter_map(|(is, mark)| is.then_some(mark))
    }
}

#[derive(Default)]
pub struct Passage<'x> {
    pieces: Vec<Piece>,
    /// Whether white space that follows adds nothing.
    is_after_space: bool,
    /// Whether what follows is another paragraph of the cell.
    is_after_line: bool,
    has_content: bool,
    /// Text boxes in it, whose text is behind it.
    pub boxes: Vec<Element<'x>>,
}

enum Piece {
    Text(String, Look),
    StartLink(Link),
    EndLink,
    NoteReference(String),
    Break,
}

impl Passage<'_> {
    pub fn new() -> Self {
        Passage { is_after_space: true, ..Passage::default() }
    }

    /// Adds text, of whose white space one space is left.
    pub fn text(&mut self, text: &str, look: Look) {
        let mut clean = String::with_capacity(text.len());
        for ch in text.chars() {
            let is_space = matches!(ch, ' ' | '\t' | '\n' | '\r');
            if !is_space {
                clean.push(ch);
            } else if !self.is_after_space {
                clean.push(' ');
            }
            self.is_after_space = is_space;
        }
        if !clean.is_empty() {
            self.exact(&clean, look);
            self.is_after_space = clean.ends_with(' ');
        }
    }

    /// Adds text as it is.
    pub fn exact(&mut self, text: &str, look: Look) {
        if !text.trim().is_empty() {
            self.content();
        }
        if let Some(Piece::Text(last, last_look)) = self.pieces.last_mut()
            && *last_look == look
        {
            last.push_str(text);
        } else if !text.is_empty() {
            self.pieces.push(Piece::Text(text.to_owned(), look));
        }
        self.is_after_space = false;
    }

    pub fn line_break(&mut self) {
        self.trim_end();
        self.pieces.push(Piece::Break);
        self.is_after_space = true;
    }

    /// Begins another paragraph of a cell.
    pub fn line(&mut self) {
        self.is_after_line = self.has_content;
        self.is_after_space = true;
    }

    pub fn start_link(&mut self, link: Link) {
        if link.image {
            self.content();
        }
        self.pieces.push(Piece::StartLink(link));
    }

    pub fn end_link(&mut self) {
        self.pieces.push(Piece::EndLink);
        self.is_after_space = false;
    }

    pub fn note_reference(&mut self, name: String) {
        self.content();
        self.pieces.push(Piece::NoteReference(name));
        self.is_after_space = false;
    }

    pub fn has_content(&self) -> bool {
        self.has_content
    }

    /// How many bytes its text has.
    pub fn length(&self) -> usize {
        self.pieces.iter().map(|piece| if let Piece::Text(text, _) = piece { text.len() } else { 1 }).sum()
    }

    fn content(&mut self) {
        if std::mem::take(&mut self.is_after_line) {
            self.line_break();
        }
        self.has_content = true;
    }

    fn trim_end(&mut self) {
        if let Some(Piece::Text(text, _)) = self.pieces.last_mut() {
            text.truncate(text.trim_end_matches([' ', '\t', '\n', '\r']).len());
        }
    }

    /// Writes it into the block that is begun.
    pub fn write(mut self, builder: &mut Builder, spot: &Spot) {
        while let Some(Piece::Break) = self.pieces.last() {
            self.pieces.pop();
        }
        self.trim_end();
        let mut look = Look::default();
        let close = |builder: &mut Builder, look: &mut Look| {
            std::mem::take(look).marks().for_each(|_| builder.stop());
        };
        for piece in self.pieces {
            match piece {
                Piece::Text(text, its) => {
                    if its != look {
                        close(builder, &mut look);
                        its.marks().for_each(|mark| builder.start(mark));
                        look = its;
                    }
                    builder.text(&text, spot.clone());
                }
                Piece::StartLink(link) => {
                    close(builder, &mut look);
                    builder.start_link(link);
                }
                Piece::EndLink => {
                    close(builder, &mut look);
                    builder.stop();
                }
                Piece::NoteReference(name) => {
                    close(builder, &mut look);
                    builder.mark(Inline::NoteReference(name));
                }
                Piece::Break => {
                    close(builder, &mut look);
                    builder.start(Inline::Break(true));
                    builder.separate("\n");
                    builder.stop();
                }
            }
        }
        close(builder, &mut look);
    }
}
