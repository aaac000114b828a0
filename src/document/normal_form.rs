//! A document's text as Markdown, for formats whose files change each time a program saves them: what signatories are
//! shown, and what their sign-offs are bound to.
//!
//! Version 1: blocks in their order, an empty line between them; white space as one space, in NFC, without soft hyphens and
//! zero-width spaces; struck-out words said to be so, links with their targets, pictures with the digest of their bytes,
//! tables cell by cell. Left out: results of fields that change by themselves, emphasis, and labels of lists other than 1, 2, 3.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::block::{Block, BlockStep, Container, Inline, Kind};
use super::{Document, Link};
use crate::text::nfc;

/// The version that records of sign-offs name; what a version gives must never change.
pub const VERSION: u32 = 1;

pub fn write(document: &Document) -> String {
    let mut writer = Writer { document, text: String::new(), prefixes: Vec::new(), rows: 0, follows: Follows::Other };
    for block in &document.blocks {
        writer.block(block);
    }
    nfc(writer.text.trim_end()) + "\n"
}

struct Writer<'a> {
    document: &'a Document,
    text: String,
    /// What the open containers put before lines.
    prefixes: Vec<Prefix>,
    /// Rows of the table so far.
    rows: usize,
    follows: Follows,
}

/// What a container puts before its first line, and before each further one.
struct Prefix {
    first: Option<String>,
    further: String,
}

/// What was written last.
#[derive(PartialEq)]
enum Follows {
    Line,
    Row,
    List,
    Other,
}

impl Writer<'_> {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Open(container) => self.open(container),
            Kind::Close(container) => self.close(container),
            Kind::Heading(level) => {
                let words = self.words(block).concat().replace('\n', " ");
                self.write(&format!("{} {words}", "#".repeat(usize::from(*level))), Follows::Other);
            }
            Kind::Row { .. } => self.row(block),
            Kind::Rule => self.write("***", Follows::Other),
            Kind::Paragraph | Kind::Line | Kind::Code | Kind::Html(_) => {
                let words = self.words(block).concat();
                let lines: Vec<String> = words.lines().map(escape_start).filter(|line| !line.is_empty()).collect();
                if !lines.is_empty() {
                    let is_line = matches!(block.kind, Kind::Line);
                    self.write(&lines.join("\\\n"), if is_line { Follows::Line } else { Follows::Other });
                }
            }
        }
    }

    fn open(&mut self, container: &Container) {
        let (first, further) = match container {
            Container::Quote => ("> ".to_owned(), "> ".to_owned()),
            Container::Note(name) => (format!("[^{name}]: "), "    ".to_owned()),
            Container::Item(label) => {
                let is_number = |label: &&String| label.strip_suffix('.').is_some_and(|it| it.parse::<u32>().is_ok());
                let label = label.as_ref().filter(is_number).map_or("-", String::as_str);
                (format!("{label} "), " ".repeat(label.len() + 1))
            }
            Container::Table(_) => return self.rows = 0,
            // Else it would go on with the list before.
            Container::List(_) if self.follows == Follows::List => return self.write("<!-- -->", Follows::Other),
            Container::List(_) => return,
        };
        self.prefixes.push(Prefix { first: Some(first), further });
    }

    fn close(&mut self, container: &Container) {
        match container {
            Container::Table(_) => self.follows = Follows::Other,
            Container::List(_) => self.follows = Follows::List,
            Container::Quote | Container::Note(_) | Container::Item(_) => {
                if self.prefixes.last().is_some_and(|prefix| prefix.first.is_some()) {
                    self.write("", Follows::Line);
                }
                self.prefixes.pop();
            }
        }
    }

    fn row(&mut self, block: &Block) {
        let cells: Vec<String> = self.words(block).iter().map(|cell| cell.trim().replace('\n', "<br>")).collect();
        let mut row = format!("| {} |", cells.join(" | "));
        if self.rows == 0 {
            row += &format!("\n|{}", " --- |".repeat(cells.len().max(1)));
        }
        self.rows += 1;
        self.write(&row, Follows::Row);
    }

    /// Writes lines, with what the containers put before them.
    fn write(&mut self, lines: &str, follows: Follows) {
        let goes_on =
            follows != Follows::Other && follows == self.follows && (follows != Follows::Row || self.rows > 1);
        if !self.text.is_empty() && !goes_on {
            let begun = self.prefixes.iter().filter(|prefix| prefix.first.is_none());
            self.text += begun.map(|prefix| prefix.further.as_str()).collect::<String>().trim_end();
            self.text.push('\n');
        }
        for line in lines.split('\n') {
            let mut prefix = String::new();
            for Prefix { first, further } in &mut self.prefixes {
                prefix += first.take().as_ref().unwrap_or(further);
            }
            self.text += (prefix + line).trim_end();
            self.text.push('\n');
        }
        self.follows = follows;
    }

    /// The words of a block, with line breaks where the page has them; of a row those of each column.
    fn words(&self, block: &Block) -> Vec<String> {
        let is_row = matches!(block.kind, Kind::Row { .. });
        let mut parts = vec![String::new(); usize::from(!is_row)];
        let (mut at, mut is_in_cell, mut is_changing) = (0, false, false);
        block.walk(&self.document.text, |step| match step {
            BlockStep::Start(Inline::Changing) => is_changing = true,
            BlockStep::End(Inline::Changing) => is_changing = false,
            BlockStep::Text(..) if is_changing => {}
            BlockStep::Start(Inline::Cell { columns, .. }) => {
                at = parts.len();
                parts.resize(at + columns, String::new());
                is_in_cell = true;
            }
            BlockStep::End(Inline::Cell { .. }) => is_in_cell = false,
            step if is_in_cell || !is_row => self.step(&step, &mut parts[at]),
            _ => {}
        });
        parts
    }

    fn step(&self, step: &BlockStep<'_>, words: &mut String) {
        let link = |number: &usize| &self.document.links[*number];
        match step {
            BlockStep::Text(text, _) => push_text(words, text),
            BlockStep::Start(Inline::Struck) => words.push_str("⟦struck out: "),
            BlockStep::End(Inline::Struck) => words.push('⟧'),
            BlockStep::Start(Inline::Link(number)) => words.push_str(match link(number) {
                Link { embedded: Some(_), .. } => "⟦picture: ",
                Link { image: true, .. } => "![",
                _ => "[",
            }),
            BlockStep::End(Inline::Link(number)) => match link(number) {
                Link { embedded: Some(digest), .. } => *words += &format!(" {digest}⟧"),
                Link { destination, .. } => {
                    *words += &format!("](<{}>)", utf8_percent_encode(destination, IN_BRACKETS));
                }
            },
            BlockStep::Start(Inline::NoteReference(name)) => *words += &format!("[^{name}]"),
            BlockStep::Start(Inline::Task(done)) => words.push_str(if *done { "[x] " } else { "[ ] " }),
            BlockStep::Start(Inline::Break(true)) => words.push('\n'),
            BlockStep::Start(Inline::Break(false)) => push_text(words, " "),
            BlockStep::Start(_) | BlockStep::End(_) => {}
        }
    }
}

/// What an address between `<` and `>` cannot hold; the rest is as it is in the file.
const IN_BRACKETS: &AsciiSet = &CONTROLS.add(b'<').add(b'>').add(b'\\');

/// Adds a text as Markdown that means just this text.
fn push_text(words: &mut String, text: &str) {
    for ch in text.chars() {
        match ch {
            '\u{ad}' | '\u{200b}' => {}
            _ if ch.is_whitespace() || ch.is_control() => {
                if !words.ends_with([' ', '\n']) {
                    words.push(' ');
                }
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => words.extend(['\\', ch]),
            _ => words.push(ch),
        }
    }
}

/// A line that is no heading, list or rule, whatever it begins with.
fn escape_start(line: &str) -> String {
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let at = if line.starts_with(['#', '+', '-', '=']) {
        0
    } else if digits > 0 && line[digits..].starts_with(['.', ')']) {
        digits
    } else {
        return line.to_owned();
    };
    format!("{}\\{}", &line[..at], &line[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::markdown;
    use crate::document::visible_text::of_markdown;
    use crate::source::Source;

    fn normal_form(text: &str) -> String {
        write(&markdown::parse(Source { path: String::new(), text: text.to_owned() }))
    }

    #[test]
    fn it_is_markdown_that_says_the_same() {
        for text in [
            "# Plan\n\nWe won *two* accounts\\\nin 2024.\n\n1. one\n2. two\n   - inner\n   - other\n\nafter\n",
            "> He said:\n>\n> - so\n> - it is\n\nand[^1] more\n\n[^1]: A note\n\n    of two paragraphs.\n",
            "| a | b \\| c |\n|---|---|\n| d e | |\n\n1\\. no list\n\n\\# no heading\n",
            "[plan](<artefacts/a plan.pdf>) ![x](b.png) - no list\n\n- a\n\n  b\n- c\n",
            "3. c\n4. d\n\ntext\n\n- [x] done\n- [ ] open\n- - deep\n",
            "a \\*b\\* \\~\\~c\\~\\~ \\<br\\> \\&amp; \\[d\\](e) \\`f\\` _g_ \\_h\\_",
        ] {
            let again = normal_form(text);
            assert_eq!(of_markdown(&again), of_markdown(text), "{text}\n{again}");
            assert_eq!(normal_form(&again), again);
        }
    }

    #[test]
    fn what_programs_change_on_saving_is_not_in_it() {
        assert_eq!(normal_form("We  won\u{a0}two ac\u{ad}counts,\n**really**.\n"), "We won two accounts, really.\n");
        assert_eq!(normal_form("not ~~five~~ six"), "not ⟦struck out: five⟧ six\n");
    }
}
