//! What a document's prose is like: reminders left in it, works it names, and whether it gives reasons.

use std::sync::LazyLock;

use regex::Regex;

use super::{Comment, Document};
use crate::source::Span;

/// What the comments of the scaffold begin with.
pub const PROMPT: &str = "akam:";

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
    /// Words such as TODO that a writer leaves for later; not those inside the scaffold's prompts.
    pub fn reminders(&self) -> impl Iterator<Item = Span> {
        static WORDS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?-u:\b)(TODO|TBC|TBD)(?-u:\b)|\?\?\?|\[(insert|add|your) [^\]\n]*\]")
                .expect("the pattern is fixed")
        });
        let prompts: Vec<&Span> =
            self.comments.iter().filter(|comment| comment.is_prompt()).map(|comment| &comment.span).collect();
        let in_prompt = move |at: usize| {
            let before = prompts.partition_point(|prompt| prompt.start <= at);
            before > 0 && prompts[before - 1].contains(&at)
        };
        WORDS.find_iter(&self.source.text).map(|found| found.range()).filter(move |span| !in_prompt(span.start))
    }

    /// Whether the text names the first author of a work, as `Porter, M.`.
    pub fn names(&self, author: &str) -> bool {
        let surname = author.split([',', ' ']).next().unwrap_or(author);
        surname.len() > 2 && has_word(&self.source.text, surname)
    }

    /// Whether the document lists sources under a heading of its own, in one of several languages.
    pub fn lists_sources(&self) -> bool {
        const NAMES: &str = "source|reference|bibliograph|literature|further reading|quellen|literatur|kilder|källor|\
            referanser|bronnen|fuentes|referencias|fonti|źródła|lähteet|références";
        self.sections.iter().enumerate().any(|(at, section)| {
            let heading = format!(" {}", section.heading.to_lowercase());
            // At the beginning of a word: "Resources" lists none.
            NAMES.split('|').any(|name| heading.contains(&format!(" {name}"))) && self.words_under(at) > 2
        })
    }

    pub fn sentences(&self) -> Sentences {
        const ACTIONS: [&str; 6] = ["I ", "Then I ", "Next I ", "After that I ", "We ", "Then we "];
        const REASONS: [&str; 8] =
            ["because", "so that", "in order to", "therefore", "as a result", "which meant", "the reason", "since "];
        let mut sentences = Sentences { all: 0, actions: 0, reasons: 0 };
        let texts = self.source.text.split(['.', '!', '?', '\n']).map(str::trim);
        for text in texts.filter(|text| text.split_whitespace().count() > 2) {
            let lower = text.to_lowercase();
            sentences.all += 1;
            sentences.actions += usize::from(ACTIONS.iter().any(|start| text.starts_with(start)));
            sentences.reasons += usize::from(REASONS.iter().any(|word| lower.contains(word)));
        }
        sentences
    }
}

/// Whether a word stands in a text by itself.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
