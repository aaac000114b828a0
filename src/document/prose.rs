//! What a document's prose is like: notes such as TODO left in it, works it names, and whether it gives reasons.

use std::sync::LazyLock;

use regex::Regex;

use super::block::Inline;
use super::prompt::MARK;
use super::{Comment, Document, Spot};
use crate::source::Span;
use crate::text::sentences;

/// Sentences of a text: all, those that tell an action, and those that give a reason (English only).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentences {
    pub all: usize,
    pub actions: usize,
    pub reasons: usize,
}

impl Comment {
    /// Whether it is a prompt of akam's.
    pub fn is_prompt(&self) -> bool {
        self.text.starts_with(MARK)
    }
}

impl Document {
    /// Words such as TODO that a writer leaves for later; not those inside the scaffold's prompts, nor those in code, which
    /// speak of the word.
    pub fn todo_markers(&self) -> impl Iterator<Item = (&str, Spot)> {
        // TODO is a word in Spanish: it counts where a note follows it, not where capitals do.
        static WORDS: LazyLock<Regex> = LazyLock::new(|| {
            let pattern = r"(?m)(?-u:\b)(TODO)(?:[ \t]*[:\-–—\])]|[ \t]*\r?$|[ \t]+[a-z])|(?-u:\b)(TBC|TBD)(?-u:\b)|(\[(?:insert|add|your) [^\]\n]*\])(?:[^(\[]|$)";
            Regex::new(pattern).expect("the pattern is fixed")
        });
        let prompts = self.comments.iter().filter(|comment| comment.is_prompt());
        let prompts: Vec<&Span> = prompts.filter_map(|prompt| bytes(&prompt.spot)).collect();
        let in_prompt = move |spot: &Spot| {
            let Some(word) = bytes(spot) else { return false };
            let before = prompts.partition_point(|prompt| prompt.start <= word.start);
            before > 0 && prompts[before - 1].contains(&word.start)
        };
        let words = |text| WORDS.captures_iter(text).filter_map(|found| (1..=3).find_map(|group| found.get(group)));
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

    /// Whether the text cites the first author of a work, as `Porter (1985)` or `(Porter, 1985)`.
    pub fn cites(&self, author: &str) -> bool {
        let surname = author.split(',').next().unwrap_or(author);
        let has_work = |text: &str| {
            memchr::memmem::find_iter(text.as_bytes(), surname).any(|at| {
                let after = at + surname.len();
                let end = text.floor_char_boundary((after + 60).min(text.len()));
                is_whole_word(text, at, surname.len()) && has_citation_year(&text[after..end])
            })
        };
        surname.len() > 2 && (has_work(&self.text) || has_work(&self.outside))
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

/// Whether a word is in a text by itself.
fn is_whole_word(text: &str, at: usize, length: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + length..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Whether a year is in a text behind a bracket or a comma.
fn has_citation_year(text: &str) -> bool {
    let mut places = text.match_indices(['(', ',']);
    places.any(|(at, _)| {
        let digits: String = text[at + 1..].trim_start().chars().take_while(char::is_ascii_digit).collect();
        digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20") || digits.starts_with("18"))
    })
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
        for fine in ["TODO EL EQUIPO", "Did it work???", "[your plan](artefacts/plan.xlsx)", "todo el equipo", "TODOS"]
        {
            assert_eq!(found(fine), 0, "{fine}");
        }
    }

    #[test]
    fn an_author_is_cited_with_a_year_and_not_by_a_word_of_the_same_name() {
        let cites = |text: &str, author: &str| read(text).cites(author);
        assert!(cites("as Porter (1985) says", "Porter, M."));
        assert!(cites("a chain (Porter, 1985)", "Porter, M."));
        assert!(cites("- Homburg, C., Workman, J. and Jensen, O. (2002) A view", "Homburg, C."));
        assert!(cites("see van Weele (2018)", "van Weele, A.") && !cites("a van (2018)", "van Weele, A."));
        assert!(!cites("The French market is big", "French, J."));
        assert!(!cites("A Ford was sold in 2024", "Ford, D."));
    }
}
