//! The words of one paragraph or cell, collected before they are written, so that an empty one is no paragraph.

use crate::document::Link;
use crate::document::block::{Inline, Spot};
use crate::document::builder::Builder;

/// How words are distinguished, and the link that they are in, by its number in the passage.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    pub strong: bool,
    pub emphasis: bool,
    pub struck: bool,
    /// Whether they are the result of a field that changes by itself.
    pub changing: bool,
    pub link: Option<usize>,
}

#[derive(Default)]
pub struct Passage {
    pieces: Vec<(Piece, Look)>,
    links: Vec<Link>,
    /// The link that words are in from now on.
    link: Option<usize>,
}

enum Piece {
    Text(String),
    Note(String),
    /// The words of a picture, whose link is its look's.
    Picture(String),
    Break,
}

impl Passage {
    /// Whether a reader sees nothing of it.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|(piece, _)| match piece {
            Piece::Text(text) => text.trim().is_empty(),
            Piece::Break => true,
            Piece::Note(_) | Piece::Picture(_) => false,
        })
    }

    pub fn text(&mut self, text: &str, look: Look) {
        let look = Look { link: self.link, ..look };
        match self.pieces.last_mut() {
            Some((Piece::Text(last), last_look)) if *last_look == look => last.push_str(text),
            _ => self.pieces.push((Piece::Text(text.to_owned()), look)),
        }
    }

    pub fn line_break(&mut self) {
        self.pieces.push((Piece::Break, Look { link: self.link, ..Look::default() }));
    }

    pub fn note(&mut self, name: String) {
        self.pieces.push((Piece::Note(name), Look { link: self.link, ..Look::default() }));
    }

    pub fn picture(&mut self, link: Link, words: &str) {
        self.links.push(link);
        let look = Look { link: Some(self.links.len() - 1), ..Look::default() };
        self.pieces.push((Piece::Picture(words.trim().to_owned()), look));
    }

    /// Puts what follows into a link or, without one, out of it; tells the link that it was in.
    pub fn set_link(&mut self, link: Option<Link>) -> Option<Link> {
        let before = self.link.map(|at| self.links[at].clone());
        self.link = link.map(|link| {
            self.links.push(link);
            self.links.len() - 1
        });
        before
    }

    /// Adds another paragraph of a cell in a line of its own.
    pub fn append(&mut self, other: Passage) {
        if !self.pieces.is_empty() {
            self.pieces.push((Piece::Break, Look::default()));
        }
        self.join(other);
    }

    /// Adds what follows in the same line.
    pub fn join(&mut self, other: Passage) {
        let by = self.links.len();
        self.links.extend(other.links);
        let moved = |look: Look| Look { link: look.link.map(|at| at + by), ..look };
        self.pieces.extend(other.pieces.into_iter().map(|(piece, look)| (piece, moved(look))));
    }

    /// Bytes of its text.
    pub fn bytes(&self) -> usize {
        let bytes = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Picture(text) | Piece::Note(text) => text.len(),
            Piece::Break => 1,
        };
        self.pieces.iter().map(|(piece, _)| bytes(piece)).sum()
    }

    /// Without white space and line breaks at its two ends.
    fn trimmed(mut self) -> Vec<(Piece, Look)> {
        let is_blank = |piece: &Piece| match piece {
            Piece::Text(text) => text.trim().is_empty(),
            Piece::Break => true,
            Piece::Note(_) | Piece::Picture(_) => false,
        };
        while self.pieces.last().is_some_and(|(piece, _)| is_blank(piece)) {
            self.pieces.pop();
        }
        let start = self.pieces.iter().take_while(|(piece, _)| is_blank(piece)).count();
        self.pieces.drain(..start);
        if let Some((Piece::Text(text), _)) = self.pieces.first_mut() {
            *text = text.trim_start().to_owned();
        }
        if let Some((Piece::Text(text), _)) = self.pieces.last_mut() {
            text.truncate(text.trim_end().len());
        }
        self.pieces
    }

    /// Writes it into the block that is begun.
    pub fn write(mut self, builder: &mut Builder, spot: &Spot) {
        let links = std::mem::take(&mut self.links);
        let mut open: Vec<Wanted> = Vec::new();
        for (piece, look) in self.trimmed() {
            let wanted = wanted(look);
            let shared = open.iter().zip(&wanted).take_while(|(one, other)| one == other).count();
            open.drain(shared..).for_each(|_| builder.stop());
            for is in &wanted[shared..] {
                match is {
                    Wanted::Link(at) => {
                        builder.start_link(links[*at].clone());
                        // Where it leads is in the file, and nowhere on the page.
                        builder.outside(&links[*at].destination, spot.clone());
                    }
                    Wanted::Changing => builder.start(Inline::Changing),
                    Wanted::Struck => builder.start(Inline::Struck),
                    Wanted::Strong => builder.start(Inline::Strong),
                    Wanted::Emphasis => builder.start(Inline::Emphasis),
                }
            }
            open = wanted;
            match piece {
                Piece::Text(text) | Piece::Picture(text) => builder.text(&text, spot.clone()),
                Piece::Note(name) => builder.mark(Inline::NoteReference(name)),
                Piece::Break => {
                    builder.start(Inline::Break(true));
                    builder.text("\n", spot.clone());
                    builder.stop();
                }
            }
        }
        open.drain(..).for_each(|_| builder.stop());
    }
}

#[derive(PartialEq, Eq)]
enum Wanted {
    Link(usize),
    Changing,
    Struck,
    Strong,
    Emphasis,
}

/// The marks of a look, the outermost first.
fn wanted(look: Look) -> Vec<Wanted> {
    let link = look.link.map(Wanted::Link);
    let marks = [
        (look.changing, Wanted::Changing),
        (look.struck, Wanted::Struck),
        (look.strong, Wanted::Strong),
        (look.emphasis, Wanted::Emphasis),
    ];
    link.into_iter().chain(marks.into_iter().filter_map(|(is, mark)| is.then_some(mark))).collect()
}
