//! Markdown documents, by pulldown-cmark.

mod lost;
mod pasted;

use std::collections::HashSet;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::block::{Alignment, Container, Inline, Kind, Spot};
use super::builder::Builder;
use super::{Comment, Document, Fact, Link};
use crate::source::{Source, Span};

/// The Markdown that is read: `CommonMark` with tables, footnotes, task lists and struck-out text. Never metadata
/// blocks: pulldown-cmark takes quadratic time for them.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH);

/// Reads a document. Every text is Markdown, so this does not fail.
pub fn parse(source: Source) -> Document {
    let markdown = pasted::as_markdown(&source.text);
    let mut reader = Reader { source: &source.text, ..Reader::default() };
    let mut parser = Parser::new_ext(&markdown, OPTIONS).into_offset_iter();
    for (event, span) in parser.by_ref() {
        reader.take(event, span);
    }
    for (label, definition) in parser.reference_definitions().iter() {
        reader.definition(label, definition.span.clone());
    }
    reader.finish().finish_text(source)
}

#[derive(Default)]

struct Reader<'a> {
    source: &'a str,
    builder: Builder,
    /// The number of the next item of each open list, where it has numbers.
    numbers: Vec<Option<u64>>,
    /// Cells of the table's row so far.
    cells: usize,
    /// Where the paragraph ends that is read as a table.
    table_end: usize,
    /// The open marks made of `~`, and whether each is just that character.
    tildes: Vec<bool>,
    /// What is on the page, or has another finding.
    read: Vec<Span>,
    /// Labels of the definitions that links use.
    used: HashSet<String>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) {
        if span.start < self.table_end {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, &span),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, span),
            Event::Code(text) => self.marked(Inline::Code, &text, span),
            Event::SoftBreak => {
                let line = self.source[..span.start].rsplit('\n').next().unwrap_or_default();
                self.marked(Inline::Break(pasted::ends_paragraph(line)), "\n", span);
            }
            Event::HardBreak => self.marked(Inline::Break(true), "\n", span),
            Event::FootnoteReference(name) => self.marked(Inline::NoteReference(name.into_string()), "", span),
            Event::TaskListMarker(done) => self.marked(Inline::Task(done), "", span),
            Event::InlineHtml(html) => {
                self.find_comments(&span);
                self.marked(Inline::Html(html.into_string()), "", span);
            }
            Event::Html(more) => {
                self.read.push(span);
                if let Some(Kind::Html(html)) = self.builder.last().map(|block| &mut block.kind) {
                    html.push_str(&more);
                }
            }
            Event::Rule => self.builder.push(Kind::Rule, Spot::Bytes(span)),
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        if matches!(tag, Tag::HtmlBlock) {
            self.find_comments(&span);
        }
        let spot = Spot::Bytes(span.clone());
        match tag {
            Tag::Paragraph => match pasted::rows(self.source[span.clone()].trim_end()) {
                Some(rows) => self.table(&rows, span),
                None => self.builder.begin(Kind::Paragraph, spot),
            },
            Tag::Heading { level, .. } => {
                // Where a space was missing, one of its marks was taken for it.
                let marks = self.source[span].bytes().take_while(|byte| *byte == b'#').count();
                self.builder.begin(Kind::Heading(u8::try_from(marks).unwrap_or_default().clamp(level as u8, 6)), spot);
            }
            Tag::CodeBlock(kind) => {
                if let CodeBlockKind::Fenced(_) = kind {
                    let first = self.source[span.clone()].find('\n').unwrap_or(span.len());
                    self.read.push(span.start..span.start + first);
                }
                self.builder.begin(Kind::Code, spot);
            }
            Tag::HtmlBlock => self.builder.begin(Kind::Html(String::new()), spot),
            Tag::BlockQuote(_) => self.builder.open(Container::Quote, spot),
            Tag::FootnoteDefinition(name) => self.builder.open(Container::Note(name.into_string()), spot),
            Tag::List(first) => {
                self.numbers.push(first);
                self.builder.open(Container::List(first), spot);
            }
            Tag::Item => {
                let next = self.numbers.last_mut().and_then(Option::as_mut);
                let number = next.map(|next| std::mem::replace(next, *next + 1));
                self.builder.open(Container::Item(number.map(|number| format!("{number}."))), spot);
            }
            Tag::Table(columns) => {
                let columns = columns.into_iter().map(|column| match column {
                    pulldown_cmark::Alignment::Right => Alignment::Right,
                    pulldown_cmark::Alignment::Center => Alignment::Centre,
                    pulldown_cmark::Alignment::Left | pulldown_cmark::Alignment::None => Alignment::Left,
                });
                self.builder.open(Container::Table(columns.collect()), spot);
            }
            Tag::TableHead | Tag::TableRow => {
                self.cells = 0;
                self.builder.begin(Kind::Row { is_head: matches!(tag, Tag::TableHead) }, spot);
            }
            Tag::TableCell => {
                self.builder.separate(if self.cells == 0 { "" } else { " | " });
                self.cells += 1;
                self.builder.start(Inline::Cell { columns: 1, rows: 1 });
            }
            _ => self.start_inline(tag, span),
        }
    }

    fn start_inline(&mut self, tag: Tag<'_>, span: Span) {
        let spot = Spot::Bytes(span.clone());
        match tag {
            Tag::Emphasis => self.start_mark(Inline::Emphasis, spot),
            Tag::Strong => self.start_mark(Inline::Strong, spot),
            Tag::Strikethrough => {
                let is_character = !self.source[span.clone()].starts_with("~~");
                self.tildes.push(is_character);
                if is_character {
                    self.text("~", span.start..span.start + 1);
                } else {
                    self.start_mark(Inline::Struck, spot);
                }
            }
            Tag::Link { link_type, dest_url, title, id } => {
                self.uses(link_type, &id);
                self.start_link(&dest_url, &title, false, spot);
            }
            Tag::Image { link_type, dest_url, title, id } => {
                self.uses(link_type, &id);
                self.start_link(&dest_url, &title, true, spot);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, span: &Span) {
        match tag {
            TagEnd::Strikethrough if self.tildes.pop() == Some(true) => self.text("~", span.end - 1..span.end),
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell => self.builder.stop(),
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow => {
                self.builder.end();
            }
            TagEnd::List(_) => {
                self.numbers.pop();
                self.builder.close();
            }
            TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition | TagEnd::Table => self.builder.close(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, span: Span) {
        // Code is between its marks; a character reference is not in the file as the text has it.
        let inside = self.source[span.clone()].find(text).map(|at| span.start + at..span.start + at + text.len());
        self.read.push(span.clone());
        let spot = Spot::Bytes(inside.unwrap_or(span));
        self.builder.ensure(Kind::Line, spot.clone());
        self.builder.text(text, spot);
    }

    /// A paragraph that is a table: its cells as they are written.
    fn table(&mut self, rows: &[Vec<&str>], span: Span) {
        self.table_end = span.end;
        let spot = Spot::Bytes(span.clone());
        self.builder.open(Container::Table(vec![Alignment::Left; rows[0].len()]), spot.clone());
        for (at, row) in rows.iter().enumerate() {
            self.builder.begin(Kind::Row { is_head: at == 0 }, spot.clone());
            for (column, cell) in row.iter().enumerate() {
                self.builder.separate(if column == 0 { "" } else { " | " });
                self.builder.start(Inline::Cell { columns: 1, rows: 1 });
                let start = cell.as_ptr().addr() - self.source.as_ptr().addr();
                self.builder.text(cell.trim(), Spot::Bytes(start..start + cell.len()));
                self.builder.stop();
            }
            self.builder.end();
        }
        self.builder.close();
        self.read.push(span);
    }

    fn uses(&mut self, link_type: LinkType, label: &str) {
        let is_defined = matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
        if is_defined {
            self.used.insert(label.to_lowercase());
        }
    }

    /// A definition of a link's address: one that no link uses is a comment if it looks like one, or else lost.
    fn definition(&mut self, label: &str, span: Span) {
        let is_comment = ["//", "comment"].contains(&label);
        if is_comment {
            let text = self.source[span.clone()].to_owned();
            self.builder.comment(Comment { text, spot: Spot::Bytes(span.clone()), closed: true });
        }
        if is_comment || self.used.contains(&label.to_lowercase()) {
            self.read.push(span);
        }
    }

    fn finish(mut self) -> Builder {
        for lost in lost::lost(self.source, self.read) {
            self.builder.fact(Fact::Lost, Spot::Bytes(lost));
        }
        self.builder
    }

    fn marked(&mut self, is: Inline, text: &str, span: Span) {
        self.read.push(span.clone());
        self.start_mark(is, Spot::Bytes(span.clone()));
        if !text.is_empty() {
            self.text(text, span);
        }
        self.builder.stop();
    }

    fn start_mark(&mut self, is: Inline, spot: Spot) {
        self.builder.ensure(Kind::Line, spot);
        self.builder.start(is);
    }

    fn start_link(&mut self, destination: &str, title: &str, image: bool, spot: Spot) {
        if let Spot::Bytes(span) = &spot {
            self.read.push(span.clone());
        }
        self.builder.ensure(Kind::Line, spot.clone());
        let (destination, title) = (destination.to_owned(), title.to_owned());
        self.builder.start_link(Link { destination, title, image, spot, embedded: None });
    }

    fn find_comments(&mut self, span: &Span) {
        let mut at = span.start;
        while let Some(found) = self.source[at..span.end].find("<!--") {
            let start = at + found;
            let inside = start + "<!--".len();
            let (text_end, end, closed) = match self.source[inside..span.end].find("-->") {
                Some(length) => (inside + length, inside + length + "-->".len(), true),
                None => (span.end, span.end, false),
            };
            let text = self.source[inside..text_end].trim().to_owned();
            if !closed && text.contains(char::is_alphanumeric) {
                self.builder.fact(Fact::Lost, Spot::Bytes(start..end));
            }
            self.builder.comment(Comment { text, spot: Spot::Bytes(start..end), closed });
            at = end;
        }
    }
}

#[cfg(test)]
mod tests;
