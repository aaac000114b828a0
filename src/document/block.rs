//! The text of a document as blocks, whatever its format, and where each of its words is in the file.

use std::ops::Deref;

use crate::source::Span;

/// Where something is in the file of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Bytes of a text file.
    Bytes(Span),
    /// Of a Word or `OpenDocument` text: from 1 in reading order, empty paragraphs not counted.
    Paragraph(usize),
    /// Of a PDF, both from 1.
    Page { number: usize, line: usize },
    /// Besides the text, in words: `header`, `comment by Ann Berg`.
    Part(String),
}

/// A paragraph or what is in its place, or where a list, quotation, note or table begins or ends.
#[derive(Debug, Clone)]
pub struct Block {
    pub kind: Kind,
    /// Its bytes of the document's text.
    pub range: Span,
    /// In the order in which they begin.
    pub marks: Vec<Mark>,
    pub spot: Spot,
}

#[derive(Debug, Clone)]
pub enum Kind {
    /// 1 to 6.
    Heading(u8),
    Paragraph,
    /// Text of a list's item that is not set off as a paragraph.
    Line,
    Code,
    /// Of a table; ` | ` is between two cells.
    Row {
        is_head: bool,
    },
    /// Raw HTML, which is no text; its lines may be indented by some.
    Html(String),
    Rule,
    Open(Container),
    Close(Container),
}

/// What holds blocks, and other containers.
#[derive(Debug, Clone)]
pub enum Container {
    Quote,
    /// With the number of its first item, where it has numbers.
    List(Option<u64>),
    /// With what is before it, such as `3.`; nothing where that is a dot.
    Item(Option<String>),
    /// The text of a note, with its name.
    Note(String),
    Table(Vec<Alignment>),
}

/// Of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    Left,
    Centre,
    Right,
}

/// What distinguishes some of a block's words.
#[derive(Debug, Clone)]
pub struct Mark {
    pub is: Inline,
    /// Bytes of the document's text; none for what has no words.
    pub range: Span,
    /// How many marks it is in.
    pub depth: usize,
}

#[derive(Debug, Clone)]
pub enum Inline {
    Strong,
    Emphasis,
    Struck,
    Code,
    /// A link or picture, by its number among the document's links.
    Link(usize),
    NoteReference(String),
    /// A checkbox, and whether it is ticked.
    Task(bool),
    Html(String),
    /// A line break in the file, and whether the page has one too.
    Break(bool),
    /// The result of a field that is another one at each opening, such as a date: no sign-off is bound to it.
    Changing,
    /// Of a table's row, and how many columns and rows it takes.
    Cell {
        columns: usize,
        rows: usize,
    },
}

/// What comes next in a block.
pub enum BlockStep<'a> {
    Start(&'a Inline),
    Text(&'a str, Span),
    End(&'a Inline),
}

impl Block {
    /// Gives the marks of a block and the text between them, in their order. Of a line break no text is given.
    pub fn walk<'a>(&'a self, document_text: &'a str, mut take: impl FnMut(BlockStep<'a>)) {
        let (mut at, mut open) = (self.range.start, Vec::<&Mark>::new());
        for mark in self.marks.iter().map(Some).chain([None]) {
            for ended in open.drain(mark.map_or(0, |mark| mark.depth)..).rev() {
                if !matches!(ended.is, Inline::Break(_)) {
                    give(document_text, at..ended.range.end, &mut take);
                }
                at = ended.range.end;
                take(BlockStep::End(&ended.is));
            }
            if let Some(mark) = mark {
                give(document_text, at..mark.range.start, &mut take);
                at = mark.range.start;
                take(BlockStep::Start(&mark.is));
                open.push(mark);
            }
        }
        give(document_text, at..self.range.end, &mut take);
    }
}

fn give<'a>(text: &'a str, span: Span, take: &mut impl FnMut(BlockStep<'a>)) {
    if !span.is_empty() {
        take(BlockStep::Text(&text[span.clone()], span));
    }
}

/// A text, and where its parts are in the file.
#[derive(Debug, Clone, Default)]
pub struct PlacedText {
    text: String,
    /// In the order of the text.
    runs: Vec<Run>,
}

#[derive(Debug, Clone)]
struct Run {
    range: Span,
    spot: Spot,
}

impl PlacedText {
    pub fn push(&mut self, text: &str, spot: Spot) {
        let start = self.text.len();
        self.text.push_str(text);
        self.runs.push(Run { range: start..self.text.len(), spot });
    }

    /// Adds what is not in the file, between two parts.
    pub fn separate(&mut self, separator: &str) {
        self.text.push_str(separator);
    }

    /// Where some of its bytes are in the file.
    pub fn spot(&self, range: &Span) -> Spot {
        match (self.spot_of_byte(range.start), self.spot_of_byte(range.end.saturating_sub(1))) {
            (Spot::Bytes(first), Spot::Bytes(last)) => Spot::Bytes(first.start..last.end),
            (first, _) => first,
        }
    }

    fn spot_of_byte(&self, at: usize) -> Spot {
        let before = self.runs.partition_point(|run| run.range.start <= at);
        match self.runs[..before].last() {
            Some(Run { range, spot: Spot::Bytes(bytes) }) if range.len() == bytes.len() && range.contains(&at) => {
                let at = bytes.start + at - range.start;
                Spot::Bytes(at..at + 1)
            }
            Some(run) => run.spot.clone(),
            None => Spot::Bytes(0..0),
        }
    }

    /// What is in a text file between the parts of this text: marks, addresses, comments. Of a gap without letters and digits
    /// nothing is kept.
    pub fn gaps(&self, file: &str) -> PlacedText {
        let (mut gaps, mut end) = (PlacedText::default(), 0);
        let covered = self.runs.iter().filter_map(|run| match &run.spot {
            Spot::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        });
        for bytes in covered.chain(std::iter::once(file.len()..file.len())) {
            if let Some(gap) = file.get(end..bytes.start).filter(|gap| gap.contains(char::is_alphanumeric)) {
                gaps.push(gap, Spot::Bytes(end..bytes.start));
                gaps.separate("\n");
            }
            end = end.max(bytes.end);
        }
        gaps
    }
}

impl Deref for PlacedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// A block of HTML less its comments, which no reader of a page sees; one without an end hides all that follows.
pub fn without_comments(html: &str) -> String {
    let mut rest = html;
    let mut text = String::new();
    while let Some((before, comment)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    text + rest
}
