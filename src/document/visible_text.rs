//! What a document says, without the mark-up: the text that a signatory confirms.

use percent_encoding::percent_decode_str;

use super::block::{Block, BlockStep, Container, Inline, Kind, without_comments};
use super::{Document, Link, markdown};
use crate::digest::Digest;
use crate::source::Source;
use crate::text::nfc;

/// The words of a Markdown text, a block on each line.
pub fn of_markdown(text: &str) -> String {
    visible_text(&markdown::parse(Source { path: String::new(), text: text.to_owned() }))
}

/// The words of a document, a block on each line. What only dresses the words is left out; what changes their meaning
/// stays: where links and pictures lead, what is struck out, what is ticked, and the cells of tables. Sign-offs
/// are compared by it.
fn visible_text(document: &Document) -> String {
    let mut writer = TextWriter { document, text: String::new() };
    for block in &document.blocks {
        writer.write(block);
    }
    writer.end_line();
    // What the page does not show must not change unnoticed either.
    for lost in document.lost() {
        writer.text += &format!("⟦not shown: {lost}⟧\n");
    }
    nfc(&writer.text)
}

/// A digest that does not change when the words are laid out in other lines.
pub fn digest(visible_text: &str) -> Digest {
    Digest::of(visible_text.split_whitespace().collect::<Vec<_>>().join(" ").as_bytes())
}

struct TextWriter<'a> {
    document: &'a Document,
    text: String,
}

impl TextWriter<'_> {
    fn write(&mut self, block: &Block) {
        // A row or HTML behind the text of an item goes on in its line.
        if !matches!(block.kind, Kind::Line | Kind::Row { .. } | Kind::Html(_)) {
            self.end_line();
        }
        match &block.kind {
            Kind::Open(Container::Item(Some(label))) => self.text += &format!("{label} "),
            Kind::Open(Container::Quote) => self.text.push_str("> "),
            Kind::Open(Container::Note(name)) => self.text += &format!("[^{name}] "),
            _ => {}
        }
        block.walk(&self.document.text, |step| self.step(&step));
        if let Kind::Html(html) = &block.kind {
            self.text.push_str(without_comments(html).trim());
        }
        if !matches!(block.kind, Kind::Line) {
            self.end_line();
        }
    }

    fn step(&mut self, step: &BlockStep<'_>) {
        match step {
            BlockStep::Text(text, _) => self.text.push_str(text),
            BlockStep::Start(Inline::Struck) => self.text.push_str("⟦struck out: "),
            BlockStep::End(Inline::Struck) => self.text.push('⟧'),
            BlockStep::Start(Inline::NoteReference(name)) => self.text += &format!("[^{name}]"),
            BlockStep::Start(Inline::Task(done)) => self.text.push_str(if *done { "[x] " } else { "[ ] " }),
            BlockStep::Start(Inline::Break(_)) => self.text.push(' '),
            BlockStep::Start(Inline::Html(html)) => self.text.push_str(&without_comments(html)),
            BlockStep::End(Inline::Link(number)) => {
                let target = target_text(&self.document.links[*number]);
                // An address that is its own text is said once.
                if !self.text.ends_with(&target) {
                    self.text += &format!(" ({target})");
                }
            }
            BlockStep::Start(_) | BlockStep::End(_) => {}
        }
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(['\n', ' ']) {
            self.text.push('\n');
        }
    }
}

/// Where a link leads, in one spelling, with its title: `./a%20b.pdf` and `<a b.pdf>` are the same.
fn target_text(Link { destination, title, .. }: &Link) -> String {
    let decoded = percent_decode_str(destination).decode_utf8();
    let decoded = decoded.as_deref().unwrap_or(destination);
    let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
    format!("{}{title}", decoded.strip_prefix("./").unwrap_or(decoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        digest(&of_markdown(one)) == digest(&of_markdown(other))
    }

    #[test]
    fn what_only_dresses_the_words_is_no_change() {
        let text = "# Plan\n\nWe won *two* accounts.\nThen a third.\n\n- one\n- two\n";
        assert!(same(text, &text.replace('\n', "\r\n")));
        assert!(same(text, "Plan\n====\n\nWe won **two** accounts. Then a third.  \n\n* one\n* two\n\n\n"));
        assert!(same("a <!-- b --> c", "a  c"));
        assert!(same("a\n\n<!--\nb\n-->\n", "a"));
        assert!(same("[a](a%20b.pdf)", "[a](<./a b.pdf>)"));
        assert!(same("1. one\n2. two\n", "1. one\n1. two\n"));
        assert!(same("re\u{301}sume\u{301}", "r\u{e9}sum\u{e9}"));
    }

    #[test]
    fn what_changes_the_meaning_is_a_change() {
        for (one, other) in [
            ("We met the target.", "We met no target."),
            ("We did not meet it.", "We did ~~not~~ meet it."),
            ("[plan](a.pdf)", "[plan](b.pdf)"),
            ("- [x] signed", "- [ ] signed"),
            ("| a | b |\n|---|---|\n| 5 | |\n", "| a | b |\n|---|---|\n| | 5 |\n"),
            ("`a`", "`b`"),
            ("a", "a\n\n<!-- x --> and more"),
            ("3. of eleven", "1. of eleven"),
            ("~~not~~", "\\~\\~not\\~\\~"),
            ("> He said so.", "He said so."),
            ("[a](b.pdf \"mine\")", "[a](b.pdf \"theirs\")"),
        ] {
            assert!(!same(one, other), "{one:?} and {other:?}");
        }
    }
}
