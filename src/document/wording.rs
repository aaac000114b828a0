//! What a document says, without the mark-up: the text that a signatory confirms, and how one text differs from another.

use memchr::memmem;
use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_normalization::UnicodeNormalization;

use super::markdown::OPTIONS;
use crate::digest::Digest;
use crate::source::Span;

/// Sentences on either side beyond which texts are not compared one by one.
const MOST_COMPARED: usize = 5_000;

/// Of so many only the first are shown.
const FEW: usize = 20;

/// Bytes of passages that are shown.
const MOST_SHOWN: usize = 100_000;

/// The words of a Markdown document, a block on each line. What only dresses the words is left out; what changes their
/// meaning stays: where links and pictures lead, what is struck out, what is ticked, and the cells of tables.
pub fn wording(markdown: &str) -> String {
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, OPTIONS) {
        writer.take(event);
    }
    writer.end_line();
    writer.text.nfc().collect()
}

/// A digest that does not change when the words are laid out in other lines.
pub fn digest(wording: &str) -> Digest {
    Digest::of(wording.split_whitespace().collect::<Vec<_>>().join(" ").as_bytes())
}

/// A place where two texts differ: what was there, and what is there now. Either may be empty.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Passage {
    pub before: String,
    pub after: String,
}

impl Passage {
    /// The words that differ, with a few around them.
    pub fn short(&self) -> Self {
        const AROUND: usize = 6;
        const MOST: usize = 60;
        let (before, after) = (words(&self.before), words(&self.after));
        let (start, end) = same_ends(&before, &after);
        let (cut_start, cut_end) = (start.saturating_sub(AROUND), end.saturating_sub(AROUND));
        let cut = |words: &[&str]| {
            let kept = &words[cut_start..words.len() - cut_end];
            let cut_off = cut_end > 0 || kept.len() > MOST;
            let kept = kept[..kept.len().min(MOST)].join(" ");
            format!("{}{kept}{}", if cut_start > 0 { "… " } else { "" }, if cut_off { " …" } else { "" })
        };
        Passage { before: cut(&before), after: cut(&after) }
    }

    /// The words that are there now and were not before.
    pub fn new_words(&self) -> String {
        let (before, after) = (words(&self.before), words(&self.after));
        let (start, end) = same_ends(&before, &after);
        after[start..after.len() - end].join(" ")
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// How many of two texts' first and of their last parts are the same; no part counts twice.
fn same_ends<T: PartialEq>(one: &[T], other: &[T]) -> (usize, usize) {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let left = one.len().min(other.len()) - start;
    let end = one.iter().rev().zip(other.iter().rev()).take(left).take_while(|(a, b)| a == b).count();
    (start, end)
}

/// The passages in which two texts differ, sentence by sentence, in the order of the text.
pub fn passages(before: &str, after: &str) -> Vec<Passage> {
    let (before, after) = (sentences(before), sentences(after));
    let (start, end) = same_ends(&before, &after);
    let (before, after) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let passage = |before: &[&str], after: &[&str]| Passage { before: before.join(" "), after: after.join(" ") };
    if before.len().max(after.len()) > MOST_COMPARED {
        let first = |sentences: &'_ [&str]| sentences.iter().take(FEW).map(|it| (*it).to_owned()).collect::<Vec<_>>();
        return vec![Passage { before: first(before).join(" "), after: first(after).join(" ") }];
    }
    let operations = capture_diff_slices(Algorithm::Myers, before, after);
    let differing = operations.into_iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    let passages = differing.map(|operation| passage(&before[operation.old_range()], &after[operation.new_range()]));
    let mut shown = 0;
    let fits = |passage: &Passage| {
        shown += passage.before.len() + passage.after.len();
        shown <= MOST_SHOWN
    };
    passages.take_while(fits).collect()
}

/// Where a passage is in a text, whatever marks, blanks and capitals are between and in its words.
pub fn find(text: &str, passage: &str) -> Option<Span> {
    Letters::of(text).find(passage)
}

/// The letters and digits of a text, in lower case, to search for passages in it.
pub struct Letters {
    folded: String,
    /// Where a letter begins in `folded`, and from where to where it is in the text.
    places: Vec<(usize, Span)>,
}

impl Letters {
    pub fn of(text: &str) -> Self {
        let mut letters = Letters { folded: String::new(), places: Vec::new() };
        for (at, ch) in text.char_indices().filter(|(_, ch)| ch.is_alphanumeric()) {
            for lower in ch.to_lowercase() {
                letters.places.push((letters.folded.len(), at..at + ch.len_utf8()));
                letters.folded.push(lower);
            }
        }
        letters
    }

    /// Where a passage is first, in linear time.
    pub fn find(&self, passage: &str) -> Option<Span> {
        let wanted = Letters::of(passage).folded;
        if wanted.is_empty() {
            return None;
        }
        let start = memmem::find(self.folded.as_bytes(), wanted.as_bytes())?;
        let place = |at: usize| &self.places[self.places.partition_point(|(start, _)| *start <= at) - 1].1;
        Some(place(start).start..place(start + wanted.len() - 1).end)
    }
}

/// The sentences of a text; a line ends one too.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        for (at, ch) in line.char_indices() {
            if !".!?。".contains(ch) {
                continue;
            }
            let closing = |ch: char| "\"'”’»)]".contains(ch);
            let end = line.len() - line[at + ch.len_utf8()..].trim_start_matches(closing).len();
            if line[end..].starts_with(char::is_whitespace) {
                sentences.push(line[start..end].trim());
                start = end;
            }
        }
        sentences.push(line[start..].trim());
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
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

/// Where a link leads, in one spelling: `./a%20b.pdf` and `<a b.pdf>` are the same.
fn plain_lead(destination: &str) -> String {
    let decoded = percent_decode_str(destination).decode_utf8().map_or_else(|_| destination.to_owned(), Into::into);
    decoded.strip_prefix("./").unwrap_or(&decoded).to_owned()
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Where the links and pictures lead that are open, with their titles.
    leads: Vec<String>,
    /// The number of the next item of each open list, where it has numbers.
    lists: Vec<Option<u64>>,
    /// Cells of the table's row so far.
    cells: usize,
    /// The block of HTML that is open.
    html: Option<String>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::FootnoteReference(name) => self.text += &format!("[^{name}]"),
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text.push_str(&text);
            }
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.text.push_str(&without_comments(&html)),
            },
            Event::InlineHtml(html) => self.text.push_str(&without_comments(&html)),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Rule => self.end_line(),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. } => {
                let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
                self.leads.push(format!("{}{title}", plain_lead(&dest_url)));
            }
            Tag::Strikethrough => self.text.push_str("⟦struck out: "),
            Tag::TableCell => {
                self.text.push_str(if self.cells == 0 { "" } else { " | " });
                self.cells += 1;
            }
            Tag::FootnoteDefinition(name) => {
                self.end_line();
                self.text += &format!("[^{name}] ");
            }
            Tag::BlockQuote(_) => {
                self.end_line();
                self.text.push_str("> ");
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::List(first) => self.lists.push(first),
            Tag::Item => {
                self.end_line();
                if let Some(Some(number)) = self.lists.last_mut() {
                    self.text += &format!("{number}. ");
                    *number += 1;
                }
            }
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::Heading { .. } => self.end_line(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link | TagEnd::Image => {
                let lead = self.leads.pop().unwrap_or_default();
                // An address that is its own text is said once.
                if !self.text.ends_with(&lead) {
                    self.text += &format!(" ({lead})");
                }
            }
            TagEnd::Strikethrough => self.text.push('⟧'),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.cells = 0;
                self.end_line();
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.text.push_str(without_comments(&html).trim());
                self.end_line();
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::Heading(_) => self.end_line(),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(['\n', ' ']) {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        digest(&wording(one)) == digest(&wording(other))
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

    #[test]
    fn only_the_sentences_that_differ_are_told() {
        let (before, after) = (wording("One. Two is 12.\n\nThree."), wording("One. Two is 21.\n\nThree. Four."));
        let passage = |before: &str, after: &str| Passage { before: before.to_owned(), after: after.to_owned() };
        assert_eq!(passages(&before, &after), [passage("Two is 12.", "Two is 21."), passage("", "Four.")]);
        assert_eq!(passages(&before, &before), []);
    }

    #[test]
    fn a_passage_is_found_whatever_is_between_its_letters() {
        let text = "The *margin* was 14 %.\nİstanbul: Größe, the MARGIN.";
        let found = |passage: &str| find(text, passage).map(|span| &text[span]);
        assert_eq!(found("margin was: 14"), Some("margin* was 14"));
        assert_eq!(found("i\u{307}stanbul"), None, "a combining mark is no letter");
        assert_eq!(found("İSTANBUL, größe"), Some("İstanbul: Größe"));
        assert_eq!(found("the margin"), Some("The *margin"));
        assert_eq!((found("margins"), found("…"), find("", "a")), (None, None, None));
        assert_eq!(find("ab", "b"), Some(1..2));
    }

    #[test]
    fn long_passages_are_searched_for_in_linear_time() {
        let letters = Letters::of(&"a".repeat(440_000));
        let passage = "a".repeat(2_000) + "b";
        // Letter by letter this would take minutes.
        assert!((0..40).all(|_| letters.find(&passage).is_none()));
    }

    #[test]
    fn a_sentence_is_cut_to_the_words_that_differ() {
        let text = |figure: &str| {
            format!(
                "He said: \"It is so.\" We planned with a forecast of {figure} per cent for the whole of next year."
            )
        };
        let [passage] = &passages(&text("12"), &text("21"))[..] else { panic!("one sentence differs") };
        assert_eq!(passage.short().before, "We planned with a forecast of 12 per cent for the whole of …");
        let gap = Passage { before: "a a".to_owned(), after: "a a a".to_owned() };
        assert_eq!(gap.short(), gap);
    }
}
