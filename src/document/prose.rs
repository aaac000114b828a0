//! What a document's prose is like: notes such as TODO left in it, works it names, and whether it gives reasons.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::block::Inline;
use super::{Comment, Document, Spot};
use crate::source::Span;
use crate::text::sentences;

/// What the comments of the scaffold begin with.
pub const PROMPT: &str = "akam:";

/// What follows TODO where it is a word and no note: it is one in Spanish, and people speak of a TODO list. In capitals
/// nothing that follows is a note.
const NO_NOTE: &[&str] = &[
    "list", "lists", "app", "item", "items", "board", "el", "la", "lo", "los", "las", "un", "una", "su", "sus", "mi",
    "mis", "nuestro", "nuestra", "este", "esta", "esto", "ese", "eso", "ello", "tipo", "es", "se", "y", "o", "a", "en",
    "para", "por", "que", "con", "sobre", "cliente",
];

/// Sentences of a text: all, those that tell an action, and those that give a reason (English only).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentences {
    pub all: usize,
    pub actions: usize,
    pub reasons: usize,
}

impl Comment {
    /// Whether it is a prompt of the scaffold.
    pub fn is_prompt(&self) -> bool {
        self.text.starts_with(PROMPT)
    }
}

impl Document {
    /// Words such as TODO that a writer leaves for later; not those inside the scaffold's prompts, nor those in code, which
    /// speak of the word.
    pub fn todo_markers(&self) -> impl Iterator<Item = (&str, Spot)> {
        static WORDS: LazyLock<Regex> = LazyLock::new(|| {
            let pattern = r"(?m)(?-u:\b)(TODO)(?:[ \t]*[:\-–—\])]|[ \t]*\r?$|[ \t]+(?P<next>[a-z]+))|(?-u:\b)(TBC|TBD)(?-u:\b)|(\[(?:insert|add|your) [^\]\n]*\])(?:[^(\[]|$)";
            Regex::new(pattern).expect("the pattern is fixed")
        });
        let prompts = self.comments.iter().filter(|comment| comment.is_prompt());
        let prompts: Vec<&Span> = prompts.filter_map(|prompt| bytes(&prompt.spot)).collect();
        let in_prompt = move |spot: &Spot| {
            let Some(word) = bytes(spot) else { return false };
            let before = prompts.partition_point(|prompt| prompt.start <= word.start);
            before > 0 && prompts[before - 1].contains(&word.start)
        };
        let is_note = |found: &Captures<'_>| found.name("next").is_none_or(|next| !NO_NOTE.contains(&next.as_str()));
        let words = move |text| {
            let notes = WORDS.captures_iter(text).filter(is_note);
            notes.filter_map(|found| [1, 3, 4].into_iter().find_map(|group| found.get(group)))
        };
        let marks = self.blocks.iter().flat_map(|block| &block.marks);
        let code: Vec<_> = marks.filter(|mark| matches!(mark.is, Inline::Code)).map(|mark| &mark.range).collect();
        let in_code = move |at: usize| {
            let before = code.partition_point(|range| range.start <= at);
            before > 0 && code[before - 1].contains(&at)
        };
        let seen = words(&self.text).filter(move |word| !in_code(word.start()));
        let found = seen.map(|word| (word.as_str(), self.text.spot(&word.range())));
        let unseen = words(&self.outside).map(|word| (word.as_str(), self.outside.spot(&word.range())));
        found.chain(unseen).filter(move |(_, spot)| !in_prompt(spot))
    }

    pub fn sentences(&self) -> Sentences {
        const ACTIONS: [&str; 6] = ["I ", "Then I ", "Next I ", "After that I ", "We ", "Then we "];
        const REASONS: [&str; 8] =
            ["because", "so that", "in order to", "therefore", "as a result", "which meant", "the reason", "since "];
        let mut count = Sentences { all: 0, actions: 0, reasons: 0 };
        for text in sentences(&self.text).into_iter().filter(|text| text.split_whitespace().count() > 2) {
            let lower = text.to_lowercase();
            count.all += 1;
            count.actions += usize::from(ACTIONS.iter().any(|start| text.starts_with(start)));
            count.reasons += usize::from(REASONS.iter().any(|word| lower.contains(word)));
        }
        count
    }
}

fn bytes(spot: &Spot) -> Option<&Span> {
    if let Spot::Bytes(bytes) = spot { Some(bytes) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::markdown::parse;
    use crate::source::Source;

    fn read(text: &str) -> Document {
        parse(Source { path: "evidence.md".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn a_todo_marker_is_distinguished_from_a_word_that_looks_like_one() {
        let found = |text: &str| read(text).todo_markers().count();
        for left in ["TODO: figures", "- TODO\n", "TODO add figures", "(TODO)", "margin TBC", "see [insert name] there"]
        {
            assert_eq!(found(left), 1, "{left}");
        }
        for fine in [
            "TODO EL EQUIPO",
            "TODO el equipo",
            "Todo el equipo: mi parte",
            "We kept a TODO list",
            "a list of things to do: call them",
            "To do this, I called",
            "Did it work???",
            "[your plan](artefacts/plan.xlsx)",
            "todo el equipo",
            "TODOS",
        ] {
            assert_eq!(found(fine), 0, "{fine}");
        }
    }
}
