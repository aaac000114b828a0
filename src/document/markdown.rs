//! Markdown documents, by pulldown-cmark.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::block::{Alignment, Container, Inline, Kind, Spot};
use super::builder::Builder;
use super::{Comment, Document, Link};
use crate::source::{Source, Span};

/// The Markdown that is read: `CommonMark` with tables, footnotes, task lists and struck-out text. Never metadata
/// blocks: pulldown-cmark takes quadratic time for them.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH);

/// Reads a document. Every text is Markdown, so this does not fail.
pub fn parse(source: Source) -> Document {
    let mut reader = Reader { source: &source.text, builder: Builder::default(), numbers: Vec::new(), cells: 0 };
    for (event, span) in Parser::new_ext(&source.text, OPTIONS).into_offset_iter() {
        reader.take(event, span);
    }
    reader.builder.finish_text(source)
}

struct Reader<'a> {
    source: &'a str,
    builder: Builder,
    /// The number of the next item of each open list, where it has numbers.
    numbers: Vec<Option<u64>>,
    /// Cells of the table's row so far.
    cells: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, span),
            Event::Code(text) => self.marked(Inline::Code, &text, span),
            Event::SoftBreak => self.marked(Inline::Break(false), "\n", span),
            Event::HardBreak => self.marked(Inline::Break(true), "\n", span),
            Event::FootnoteReference(name) => self.marked(Inline::NoteReference(name.into_string()), "", span),
            Event::TaskListMarker(done) => self.marked(Inline::Task(done), "", span),
            Event::InlineHtml(html) => {
                self.find_comments(&span);
                self.marked(Inline::Html(html.into_string()), "", span);
            }
            Event::Html(more) => {
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
            Tag::Paragraph => self.builder.begin(Kind::Paragraph, spot),
            Tag::Heading { level, .. } => self.builder.begin(Kind::Heading(level as u8), spot),
            Tag::CodeBlock(_) => self.builder.begin(Kind::Code, spot),
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
            Tag::Emphasis => self.start_mark(Inline::Emphasis, spot),
            Tag::Strong => self.start_mark(Inline::Strong, spot),
            Tag::Strikethrough => self.start_mark(Inline::Struck, spot),
            Tag::Link { dest_url, title, .. } => self.start_link(&dest_url, &title, false, spot),
            Tag::Image { dest_url, title, .. } => self.start_link(&dest_url, &title, true, spot),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
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
        let spot = Spot::Bytes(inside.unwrap_or(span));
        self.builder.ensure(Kind::Line, spot.clone());
        self.builder.text(text, spot);
    }

    fn marked(&mut self, is: Inline, text: &str, span: Span) {
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
            self.builder.comment(Comment { text, spot: Spot::Bytes(start..end), closed });
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
