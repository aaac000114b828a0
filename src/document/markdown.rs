//! Markdown documents, by pulldown-cmark.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Inline, Kind, Mark, PlacedText, Spot, without_comments};
use super::{Comment, Document, Link, sections};
use crate::source::{Source, Span};

/// The Markdown that is read: `CommonMark` with tables, footnotes, task lists and struck-out text. Never metadata
/// blocks: pulldown-cmark takes quadratic time for them.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH);

/// Reads a document. Every text is Markdown, so this does not fail.
pub fn parse(source: Source) -> Document {
    let mut reader = Reader { source: &source.text, ..Reader::default() };
    for (event, span) in Parser::new_ext(&source.text, OPTIONS).into_offset_iter() {
        reader.take(event, span);
    }
    let Reader { text, blocks, links, comments, .. } = reader;
    let (words, sections) = sections(&text, &blocks);
    Document { outside: text.gaps(&source.text), words, sections, links, comments, blocks, text, source }
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    text: PlacedText,
    blocks: Vec<Block>,
    /// Whether the last block takes the text that follows.
    is_open: bool,
    /// The marks of the last block that are open, by their places.
    open_marks: Vec<usize>,
    /// The number of the next item of each open list, where it has numbers.
    lists: Vec<Option<u64>>,
    /// Cells of the table's row so far.
    cells: usize,
    links: Vec<Link>,
    comments: Vec<Comment>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, span),
            Event::Code(text) => self.marked(Inline::Code, &text, span),
            Event::SoftBreak | Event::HardBreak => self.marked(Inline::Break, "\n", span),
            Event::FootnoteReference(name) => self.marked(Inline::NoteReference(name.into_string()), "", span),
            Event::TaskListMarker(done) => self.marked(Inline::Task(done), "", span),
            Event::InlineHtml(html) => {
                self.find_comments(&span);
                self.marked(Inline::Html(without_comments(&html)), "", span);
            }
            Event::Html(more) => {
                if let Some(Block { kind: Kind::Html(html), .. }) = self.blocks.last_mut() {
                    html.push_str(&more);
                }
            }
            Event::Rule => self.end_block(),
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        match tag {
            // The first paragraph of an item, quotation or note is in the block that begins it.
            Tag::Paragraph if self.is_begun() => {}
            Tag::Paragraph => self.begin(Kind::Paragraph, span),
            Tag::Heading { level, .. } => self.begin(Kind::Heading(level as u8), span),
            Tag::BlockQuote(_) => self.begin(Kind::Quote, span),
            Tag::CodeBlock(_) => self.begin(Kind::Code, span),
            Tag::FootnoteDefinition(name) => self.begin(Kind::Note(name.into_string()), span),
            Tag::List(first) => self.lists.push(first),
            Tag::Item => {
                let next = self.lists.last_mut().and_then(Option::as_mut);
                let number = next.map(|next| std::mem::replace(next, *next + 1));
                self.begin(Kind::Item(number), span);
            }
            Tag::HtmlBlock => {
                self.find_comments(&span);
                self.push(Kind::Html(String::new()), span);
            }
            Tag::TableHead | Tag::TableRow => {
                self.cells = 0;
                self.push(Kind::Row, span);
            }
            Tag::TableCell => {
                self.text.separate(if self.cells == 0 { "" } else { " | " });
                self.cells += 1;
                self.extend();
            }
            Tag::Emphasis => self.open(Inline::Emphasis, &span),
            Tag::Strong => self.open(Inline::Strong, &span),
            Tag::Strikethrough => self.open(Inline::Struck, &span),
            Tag::Link { dest_url, title, .. } => self.link(&dest_url, &title, false, &span),
            Tag::Image { dest_url, title, .. } => self.link(&dest_url, &title, true, &span),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image => self.close(),
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::Item
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow => self.end_block(),
            TagEnd::List(_) => {
                self.lists.pop();
                self.is_open = false;
            }
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => self.is_open = false,
            _ => {}
        }
    }

    /// Begins a block in a line of its own.
    fn begin(&mut self, kind: Kind, span: Span) {
        self.end_line();
        self.push(kind, span);
    }

    fn push(&mut self, kind: Kind, span: Span) {
        if !self.blocks.is_empty() {
            self.text.separate("\n");
        }
        let at = self.text.len();
        self.blocks.push(Block { kind, range: at..at, marks: Vec::new(), spot: Spot::Bytes(span), ends_line: false });
        self.is_open = true;
    }

    fn end_line(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            block.ends_line = true;
        }
    }

    fn end_block(&mut self) {
        self.end_line();
        self.is_open = false;
    }

    /// Whether an item, quotation or note has just begun.
    fn is_begun(&self) -> bool {
        let is_begun = |block: &&Block| {
            matches!(block.kind, Kind::Item(_) | Kind::Quote | Kind::Note(_))
                && block.range.is_empty()
                && block.marks.is_empty()
        };
        self.is_open && self.blocks.last().is_some_and(|block| is_begun(&block))
    }

    /// The block that takes what is in a line; where none is open, a new one.
    fn block(&mut self, span: &Span) -> &mut Block {
        if !self.is_open {
            self.push(Kind::Paragraph, span.clone());
        }
        self.blocks.last_mut().expect("a block is open")
    }

    fn text(&mut self, text: &str, span: Span) {
        self.block(&span);
        // Code is between its marks; a character reference is not in the file as the text has it.
        let inside = self.source[span.clone()].find(text).map(|at| span.start + at..span.start + at + text.len());
        self.text.push(text, Spot::Bytes(inside.unwrap_or(span.clone())));
        self.extend();
    }

    /// Takes all text into the last block.
    fn extend(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            block.range.end = self.text.len();
        }
    }

    fn marked(&mut self, is: Inline, text: &str, span: Span) {
        self.open(is, &span);
        if !text.is_empty() {
            self.text(text, span);
        }
        self.close();
    }

    fn link(&mut self, destination: &str, title: &str, image: bool, span: &Span) {
        self.open(Inline::Link(self.links.len()), span);
        let (destination, title) = (destination.to_owned(), title.to_owned());
        self.links.push(Link { destination, title, image, spot: Spot::Bytes(span.clone()) });
    }

    fn open(&mut self, is: Inline, span: &Span) {
        let depth = self.open_marks.len();
        self.block(span);
        let at = self.text.len();
        let marks = &mut self.block(span).marks;
        marks.push(Mark { is, range: at..at, depth });
        let place = marks.len() - 1;
        self.open_marks.push(place);
    }

    fn close(&mut self) {
        let end = self.text.len();
        if let (Some(at), Some(block)) = (self.open_marks.pop(), self.blocks.last_mut()) {
            block.marks[at].range.end = end;
        }
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
            self.comments.push(Comment { text, spot: Spot::Bytes(start..end), closed });
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        parse(Source { path: "evidence.md".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn words_are_counted_in_text_lists_and_tables_but_not_in_headings_and_comments() {
        let document = read(
            "# A title\n\n<!-- four words not counted -->\n\nOne *two*three.\n\n- four\n- five\n\n| a | b |\n|---|---|\n| c | d |\n",
        );
        assert_eq!(document.words, 2 + 2 + 4);
        assert_eq!(read("不要停 it's 1,500").words, 5);
    }

    #[test]
    fn a_section_counts_what_stands_under_its_sub_headings() {
        let document = read("# T\n\n## One\n\na b\n\n### Deeper\n\nc\n\n## Two\n\nd\n");
        assert_eq!(document.words_under(1), 3);
        assert_eq!(document.words_under(3), 1);
        assert_eq!(document.words_under(0), 4);
    }

    #[test]
    fn comments_are_found_over_lines_in_a_line_and_without_an_end() {
        let document = read("<!-- akam: one\ntwo -->\n\nText <!-- note --> goes on.\n\n<!-- open\n\nHidden.\n");
        let seen: Vec<_> = document.comments.iter().map(|comment| (comment.text.as_str(), comment.closed)).collect();
        assert_eq!(seen, [("akam: one\ntwo", true), ("note", true), ("open\n\nHidden.", false)]);
        assert_eq!(document.words, 3);
    }

    #[test]
    fn windows_line_ends_change_nothing() {
        let text = "# T\n\n## One\n\na b c\n\n<!-- x\ny -->\n";
        let (plain, windows) = (read(text), read(&text.replace('\n', "\r\n")));
        assert_eq!((plain.words, plain.sections.len()), (windows.words, windows.sections.len()));
        assert_eq!(windows.comments.len(), 1);
    }

    #[test]
    fn links_and_images_are_told_apart() {
        let document = read("[a](x.pdf) ![b](y.png) [c][r]\n\n[r]: <z w.csv>\n");
        let seen: Vec<_> = document.links.iter().map(|link| (link.destination.as_str(), link.image)).collect();
        assert_eq!(seen, [("x.pdf", false), ("y.png", true), ("z w.csv", false)]);
    }
}
