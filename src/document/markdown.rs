//! Markdown documents, by pulldown-cmark.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use super::{Comment, Document, Link, Section};
use crate::source::{Source, Span};

/// The Markdown that is read: `CommonMark` with tables, footnotes, task lists and struck-out text. Never metadata
/// blocks: pulldown-cmark takes quadratic time for them.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_STRIKETHROUGH);

/// Reads a document. Every text is Markdown, so this does not fail.
pub fn parse(source: Source) -> Document {
    let mut reader = Reader::default();
    for (event, span) in Parser::new_ext(&source.text, OPTIONS).into_offset_iter() {
        reader.take(event, span, &source.text);
    }
    reader.end_section();
    Document {
        words: reader.before_headings + reader.sections.iter().map(|section| section.words).sum::<usize>(),
        sections: reader.sections,
        links: reader.links,
        comments: reader.comments,
        source,
    }
}

#[derive(Default)]
struct Reader {
    text: String,
    before_headings: usize,
    sections: Vec<Section>,
    links: Vec<Link>,
    comments: Vec<Comment>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Span, source: &str) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.end_section();
                self.sections.push(Section { heading: String::new(), level: number(level), span, words: 0 });
            }
            Event::End(TagEnd::Heading(_)) => {
                let heading = std::mem::take(&mut self.text);
                let section = self.sections.last_mut().expect("a heading ends after it began");
                heading.trim().clone_into(&mut section.heading);
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link(dest_url.into_string(), false, span),
            Event::Start(Tag::Image { dest_url, .. }) => self.link(dest_url.into_string(), true, span),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => self.find_comments(span, source),
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell | Tag::CodeBlock(_)) => self.text.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::CodeBlock) => {
                self.text.push('\n');
            }
            _ => {}
        }
    }

    fn link(&mut self, destination: String, image: bool, span: Span) {
        self.links.push(Link { destination, image, span });
    }

    fn find_comments(&mut self, span: Span, source: &str) {
        let mut at = span.start;
        while let Some(found) = source[at..span.end].find("<!--") {
            let start = at + found;
            let inside = start + "<!--".len();
            let (text_end, end, closed) = match source[inside..span.end].find("-->") {
                Some(length) => (inside + length, inside + length + "-->".len(), true),
                None => (span.end, span.end, false),
            };
            let text = source[inside..text_end].trim().to_owned();
            self.comments.push(Comment { text, span: start..end, closed });
            at = end;
        }
    }

    fn end_section(&mut self) {
        let words = self.text.unicode_words().count();
        self.text.clear();
        match self.sections.last_mut() {
            Some(section) => section.words = words,
            None => self.before_headings = words,
        }
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
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
