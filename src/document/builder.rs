//! Makes a document of what a reader meets in a file, one thing after the other.

use super::block::{Block, Container, Inline, Kind, Mark, PlacedText, Spot};
use super::{Comment, Document, Fact, Format, Link, normal_form, sections};
use crate::source::Source;

#[derive(Default)]
pub struct Builder {
    text: PlacedText,
    blocks: Vec<Block>,
    /// Whether the last block takes the text that follows.
    is_open: bool,
    /// The marks of the last block that are open, by their places.
    open_marks: Vec<usize>,
    containers: Vec<Container>,
    links: Vec<Link>,
    comments: Vec<Comment>,
    facts: Vec<(Fact, Spot)>,
    outside: PlacedText,
}

impl Builder {
    /// Begins what holds the blocks that follow.
    pub fn open(&mut self, container: Container, spot: Spot) {
        self.containers.push(container.clone());
        self.push(Kind::Open(container), spot);
    }

    /// Ends the innermost container.
    pub fn close(&mut self) {
        self.end();
        if let Some((container, block)) = self.containers.pop().zip(self.blocks.last()) {
            let spot = block.spot.clone();
            self.push(Kind::Close(container), spot);
        }
    }

    /// Begins a block, which takes the text that follows.
    pub fn begin(&mut self, kind: Kind, spot: Spot) {
        self.text.separate(if self.text.is_empty() { "" } else { "\n" });
        self.push(kind, spot);
        self.is_open = true;
    }

    /// As [`Builder::begin`], unless a block takes text already.
    pub fn ensure(&mut self, kind: Kind, spot: Spot) {
        if !self.is_open {
            self.begin(kind, spot);
        }
    }

    /// Ends the block that takes text, and the marks in it.
    pub fn end(&mut self) {
        while !self.open_marks.is_empty() {
            self.stop();
        }
        self.is_open = false;
    }

    /// A block without text.
    pub fn push(&mut self, kind: Kind, spot: Spot) {
        self.end();
        let at = self.text.len();
        self.blocks.push(Block { kind, range: at..at, marks: Vec::new(), spot });
    }

    /// The block that was begun last.
    pub fn last(&mut self) -> Option<&mut Block> {
        self.blocks.last_mut()
    }

    pub fn text(&mut self, text: &str, spot: Spot) {
        self.text.push(text, spot);
        self.extend();
    }

    /// Adds what is not in the file, between two cells.
    pub fn separate(&mut self, separator: &str) {
        self.text.separate(separator);
        self.extend();
    }

    /// Begins to mark the text that follows in the block.
    pub fn start(&mut self, is: Inline) {
        let (depth, at) = (self.open_marks.len(), self.text.len());
        if let Some(block) = self.blocks.last_mut() {
            self.open_marks.push(block.marks.len());
            block.marks.push(Mark { is, range: at..at, depth });
        }
    }

    /// Ends the innermost mark.
    pub fn stop(&mut self) {
        let end = self.text.len();
        if let Some((at, block)) = self.open_marks.pop().zip(self.blocks.last_mut()) {
            block.marks[at].range.end = end;
        }
    }

    /// Begins the words of a link or picture.
    pub fn start_link(&mut self, link: Link) {
        self.start(Inline::Link(self.links.len()));
        self.links.push(link);
    }

    /// A mark without text.
    pub fn mark(&mut self, is: Inline) {
        self.start(is);
        self.stop();
    }

    pub fn comment(&mut self, comment: Comment) {
        self.comments.push(comment);
    }

    pub fn fact(&mut self, fact: Fact, spot: Spot) {
        self.facts.push((fact, spot));
    }

    /// Adds what is in the file besides the text: it is searched for names and addresses, and neither counted nor shown.
    pub fn outside(&mut self, text: &str, spot: Spot) {
        if text.contains(char::is_alphanumeric) {
            self.outside.push(text, spot);
            self.outside.separate("\n");
        }
    }

    /// A document of a text file; what is in the file besides the text is searched as it is written.
    pub fn finish_text(self, source: Source) -> Document {
        let outside = self.text.gaps(&source.text);
        self.document(Format::Markdown, source, outside)
    }

    /// A document of any other file.
    pub fn finish(mut self, path: &str, format: Format) -> Document {
        while !self.containers.is_empty() {
            self.close();
        }
        let outside = std::mem::take(&mut self.outside);
        let mut document = self.document(format, Source { path: path.to_owned(), text: String::new() }, outside);
        document.source.text = normal_form::write(&document);
        document
    }

    fn document(self, format: Format, source: Source, outside: PlacedText) -> Document {
        let Builder { text, blocks, links, comments, facts, .. } = self;
        let (words, sections) = sections(&text, &blocks);
        Document { format, source, blocks, text, outside, words, sections, links, comments, prompts: Vec::new(), facts }
    }

    /// Takes all text into the last block.
    fn extend(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            block.range.end = self.text.len();
        }
    }
}
