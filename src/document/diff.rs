//! How one text differs from another, and where the words of one are in a document.

use memchr::memmem;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::block::Spot;
use super::{Document, Format};
use crate::source::Span;
use crate::text::{letters, sentences};

/// Sentences on either side beyond which texts are not compared one by one.
const MAX_COMPARED: usize = 5_000;

/// Of so many only the first are shown.
const MAX_UNCOMPARED: usize = 20;

/// Bytes of hunks that are shown.
const MAX_SHOWN_BYTES: usize = 100_000;

/// A place where two texts differ: what was there, and what is there now. Either may be empty.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Passage")]
pub struct Hunk {
    pub before: String,
    pub after: String,
}

impl Hunk {
    /// The words that differ, with a few around them.
    pub fn short(&self) -> Self {
        const AROUND: usize = 6;
        const MAX_WORDS: usize = 60;
        let (before, after) = (words(&self.before), words(&self.after));
        let (start, end) = same_ends(&before, &after);
        let (cut_start, cut_end) = (start.saturating_sub(AROUND), end.saturating_sub(AROUND));
        let cut = |words: &[&str]| {
            let kept = &words[cut_start..words.len() - cut_end];
            let cut_off = cut_end > 0 || kept.len() > MAX_WORDS;
            let kept = kept[..kept.len().min(MAX_WORDS)].join(" ");
            format!("{}{kept}{}", if cut_start > 0 { "… " } else { "" }, if cut_off { " …" } else { "" })
        };
        Hunk { before: cut(&before), after: cut(&after) }
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

/// The hunks in which two texts differ, sentence by sentence, in the order of the text.
pub fn diff(before: &str, after: &str) -> Vec<Hunk> {
    let (before, after) = (sentences(before), sentences(after));
    let (start, end) = same_ends(&before, &after);
    let (before, after) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let hunk = |before: &[&str], after: &[&str]| Hunk { before: before.join(" "), after: after.join(" ") };
    if before.len().max(after.len()) > MAX_COMPARED {
        let first = |sentences: &'_ [&str]| {
            sentences.iter().take(MAX_UNCOMPARED).map(|it| (*it).to_owned()).collect::<Vec<_>>()
        };
        return vec![Hunk { before: first(before).join(" "), after: first(after).join(" ") }];
    }
    let operations = capture_diff_slices(Algorithm::Myers, before, after);
    let differing = operations.into_iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    let hunks = differing.map(|operation| hunk(&before[operation.old_range()], &after[operation.new_range()]));
    let mut shown = 0;
    let fits = |hunk: &Hunk| {
        shown += hunk.before.len() + hunk.after.len();
        shown <= MAX_SHOWN_BYTES
    };
    hunks.take_while(fits).collect()
}

impl Document {
    /// Where the new words of a hunk are; where they are not found, its sentences.
    pub fn find(&self, hunk: &Hunk) -> Option<Spot> {
        let is_file = self.format == Format::Markdown;
        // In a text file also the addresses of links are words of a hunk.
        let text: &str = if is_file { &self.source.text } else { &self.text };
        let sentence = Letters::of(text).find(&hunk.after)?;
        let words = Letters::of(&text[sentence.start..]).find(&hunk.new_words());
        let words = words.map(|it| it.start + sentence.start..it.end + sentence.start);
        let span = words.unwrap_or(sentence);
        Some(if is_file { Spot::Bytes(span) } else { self.text.spot(&span) })
    }
}

/// The letters and digits of a text, in small letters, to search for passages in it.
pub struct Letters {
    text: String,
    /// Where each letter of the text begins, and the bytes that it comes from.
    places: Vec<(usize, Span)>,
}

impl Letters {
    pub fn of(text: &str) -> Self {
        let mut letters = Letters { text: String::new(), places: Vec::new() };
        for (at, ch) in text.char_indices().filter(|(_, ch)| ch.is_alphanumeric()) {
            letters.places.push((letters.text.len(), at..at + ch.len_utf8()));
            letters.text.extend(ch.to_lowercase());
        }
        letters
    }

    /// Where a passage is first, in linear time.
    pub fn find(&self, passage: &str) -> Option<Span> {
        let wanted = Some(letters(passage)).filter(|wanted| !wanted.is_empty())?;
        let start = memmem::find(self.text.as_bytes(), wanted.as_bytes())?;
        let of = |at: usize| &self.places[self.places.partition_point(|(start, _)| *start <= at) - 1].1;
        Some(of(start).start..of(start + wanted.len() - 1).end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sentences_that_differ_are_shown() {
        let (before, after) = ("One. Two is 12.\nThree.", "One. Two is 21.\nThree. Four.");
        let hunk = |before: &str, after: &str| Hunk { before: before.to_owned(), after: after.to_owned() };
        assert_eq!(diff(before, after), [hunk("Two is 12.", "Two is 21."), hunk("", "Four.")]);
        assert_eq!(diff(before, before), []);
    }

    #[test]
    fn a_passage_is_found_whatever_is_between_its_letters() {
        let text = "The *margin* was 14 %.\nİstanbul: Größe, the MARGIN.";
        let find = |text: &str, passage: &str| Letters::of(text).find(passage);
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
        let [hunk] = &diff(&text("12"), &text("21"))[..] else { panic!("one sentence differs") };
        assert_eq!(hunk.short().before, "We planned with a forecast of 12 per cent for the whole of …");
        let gap = Hunk { before: "a a".to_owned(), after: "a a a".to_owned() };
        assert_eq!(gap.short(), gap);
    }
}
