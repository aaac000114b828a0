//! The works that a document names: which it cites, and which it lists as its sources.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::block::{Inline, Kind};
use super::citations::{self, Citation, Work};
use super::{Document, Spot};
use crate::source::Span;
use crate::text::fold;

/// Fewest lines at the end of a document that are a list of sources without a heading that says so.
const MIN_LIST: usize = 3;

/// How headings of lists of sources begin, or a word in them, folded, in many languages.
const HEADINGS: &str = "source|reference|bibliogra|literat|litterat|further reading|works cited|quelle|kilde|kallor|kallfor|referans|\
    referens|referent|referenc|referint|bronnen|fuentes|fonti|fontes|ouvrages|źródła|zdroj|pouzita|lahteet|lahde|kirjallisuus|\
    allikad|kirjandus|avoti|saltiniai|irodalom|forras|felhasznalt|hivatkozas|surse|izvori|viri|heimild|kaynak|daftar pustaka|\
    sumber|tai lieu|литерат|источник|джерел|източни|списъ|список|πηγ|βιβλιογρ|αναφορ|المراجع|المصادر|מקורות|ביבליוגר|参考|參考|\
    出典|文献|文獻|资料来源|引用|참고|출처|संदर्भ";

/// A work that a document lists, and where.
pub struct Listed {
    pub work: Work,
    pub spot: Spot,
}

/// A document's list of sources.
#[derive(Default)]
pub struct Sources {
    pub works: Vec<Listed>,
    /// Bytes of the document's text that list works, in their order.
    lines: Vec<Span>,
}

impl Document {
    /// Whether the text cites the first author of a work, as `Porter (1985)`, `(Porter, 1985)` or `Porter 1985`.
    pub fn cites(&self, author: &str) -> bool {
        let surname = author.split(',').next().unwrap_or(author);
        let has_work = |text: &str| {
            memchr::memmem::find_iter(text.as_bytes(), surname).any(|at| {
                let after = at + surname.len();
                let end = text.floor_char_boundary((after + 60).min(text.len()));
                let is_year = citations::years(&text[after..end]).first().is_some_and(|(at, _)| *at == 1);
                is_whole_word(text, at, surname.len()) && (is_year || has_citation_year(&text[after..end]))
            })
        };
        surname.len() > 2 && (has_work(&self.text) || has_work(&self.outside))
    }

    /// Whether the document lists sources: under a heading of their own, or at its end.
    pub fn lists_sources(&self) -> bool {
        let has_heading = |(at, _)| self.is_list_of_sources(at) && self.words_under(at) > 2;
        self.sections.iter().enumerate().any(has_heading) || !self.sources().works.is_empty()
    }

    fn is_list_of_sources(&self, section: usize) -> bool {
        // At the beginning of a word: "Resources" lists none.
        static WORDS: LazyLock<Vec<String>> =
            LazyLock::new(|| HEADINGS.split('|').map(|name| format!(" {}", fold(name))).collect());
        let heading = format!(" {}", fold(&self.sections[section].heading));
        WORDS.iter().any(|word| heading.contains(word))
    }

    /// The works that the document lists under headings of their own, or else at its end.
    pub fn sources(&self) -> Sources {
        let (mut sources, mut section, mut level) = (Sources::default(), 0, None);
        for block in &self.blocks {
            if let Kind::Heading(own) = block.kind {
                if level.is_none_or(|level| own <= level) {
                    level = self.is_list_of_sources(section).then_some(own);
                }
                section += 1;
            } else if level.is_some() {
                for line in lines(&self.text, &block.range) {
                    self.add_source(&mut sources, line);
                }
            }
        }
        if sources.works.is_empty() {
            let blocks = self.blocks.iter().filter(|block| !matches!(block.kind, Kind::Heading(_)));
            let lines: Vec<Span> = blocks.flat_map(|block| lines(&self.text, &block.range)).collect();
            let is_work =
                |line: &&Span| Work::parse(&self.text[(*line).clone()]).is_some_and(|work| work.has_initial());
            let count = lines.iter().rev().take_while(is_work).count();
            if count >= MIN_LIST {
                lines[lines.len() - count..].iter().for_each(|line| self.add_source(&mut sources, line.clone()));
            }
        }
        sources
    }

    fn add_source(&self, sources: &mut Sources, line: Span) {
        if let Some(work) = Work::parse(&self.text[line.clone()]) {
            sources.works.push(Listed { work, spot: self.text.spot(&line) });
        }
        sources.lines.push(line);
    }

    /// What the text cites, but for the list of sources, with its place.
    pub fn citations(&self, sources: &Sources) -> impl Iterator<Item = (Citation, Spot)> {
        self.prose(sources).flat_map(move |(start, text)| {
            citations::find(text).into_iter().map(move |found| {
                let span = start + found.span.start..start + found.span.end;
                (found, self.text.spot(&span))
            })
        })
    }

    /// The words of the text, folded, but for those of the list of sources.
    pub fn words_beside(&self, sources: &Sources) -> BTreeSet<String> {
        let words = self.prose(sources).flat_map(|(_, text)| text.split(|ch: char| !ch.is_alphanumeric()));
        words.filter(|word| !word.is_empty()).map(fold).collect()
    }

    /// Whether works are cited by numbers, as `[1]` or in notes: then their authors need not be named.
    pub fn cites_by_number(&self) -> bool {
        let mut marks = self.blocks.iter().flat_map(|block| &block.marks);
        let is_numbered = |(at, _): (usize, &str)| self.text[at + 1..].starts_with(|ch: char| ch.is_ascii_digit());
        marks.any(|mark| matches!(mark.is, Inline::NoteReference(_))) || self.text.match_indices('[').any(is_numbered)
    }

    /// The text before, between and behind the lines of the list of sources, and where each begins.
    fn prose(&self, sources: &Sources) -> impl Iterator<Item = (usize, &str)> {
        let starts = [0].into_iter().chain(sources.lines.iter().map(|line| line.end));
        let ends = sources.lines.iter().map(|line| line.start).chain([self.text.len()]);
        starts.zip(ends).map(|(start, end)| (start, &self.text[start..end]))
    }
}

/// The lines of some bytes of a text that are not empty.
fn lines(text: &str, range: &Span) -> Vec<Span> {
    let (mut found, mut start) = (Vec::new(), range.start);
    for line in text[range.clone()].split_inclusive('\n') {
        if !line.trim().is_empty() {
            found.push(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    found
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
    fn an_author_is_cited_with_a_year_and_not_by_a_word_of_the_same_name() {
        let cites = |text: &str, author: &str| read(text).cites(author);
        assert!(cites("as Porter (1985) says", "Porter, M."));
        assert!(cites("a chain (Porter, 1985)", "Porter, M."));
        assert!(cites("- Homburg, C., Workman, J. and Jensen, O. (2002) A view", "Homburg, C."));
        assert!(cites("see van Weele (2018)", "van Weele, A.") && !cites("a van (2018)", "van Weele, A."));
        assert!(cites("a chain (Porter 1985)", "Porter, M.") && cites("as in Porter 1985", "Porter, M."));
        assert!(cites("Porter's (1985) chain", "Porter, M.") && cites("Porter & Kramer (2011)", "Porter, M."));
        assert!(cites("Porter et al. (1985, p. 12)", "Porter, M."));
        assert!(!cites("The French market is big", "French, J."));
        assert!(!cites("A Ford was sold in 2024", "Ford, D."));
    }

    #[test]
    fn a_list_of_sources_is_known_by_its_heading_in_many_languages_or_by_its_lines() {
        let work = "- Hansen, P. (2019) Nøglekunder\n";
        for heading in [
            "Sources",
            "References used",
            "Works cited",
            "Quellenverzeichnis",
            "Literaturverzeichnis",
            "Kilder",
            "Källförteckning",
            "Lähteet",
            "Bronnen",
            "Literatuurlijst",
            "Références",
            "Bibliografía",
            "Fonti",
            "Źródła",
            "Zdroje",
            "Felhasznált irodalom",
            "Heimildir",
            "Kaynakça",
            "Использованная литература",
            "Βιβλιογραφία",
            "参考文献",
            "참고문헌",
            "المراجع",
        ] {
            let document = read(&format!("Text.\n\n## {heading}\n\n{work}"));
            assert!(document.lists_sources() && document.sources().works.len() == 1, "{heading}");
        }
        for heading in ["Resources", "Outcome"] {
            assert!(!read(&format!("Text.\n\n## {heading}\n\n{work}")).lists_sources(), "{heading}");
        }
        assert_eq!(read(&format!("Text.\n\n{}", work.repeat(3))).sources().works.len(), 3);
        assert!(!read(&format!("{}Text.\n", work.repeat(3))).lists_sources(), "it is not at the end");
    }
}
