//! Works that a text cites, such as `Porter (1985)`, and those that a list of sources names.

use crate::source::Span;
use crate::text::fold;

/// Most bytes before a year in which the authors are looked for.
const MAX_AUTHORS_BYTES: usize = 200;

/// What joins the names of authors, folded, in several languages.
const JOINS: &[&str] = &["and", "&", "und", "u.", "og", "och", "et", "en", "y", "e", "i", "ja", "a", "with", "mit"];

/// What may be before a surname as part of it.
const PARTICLES: &[&str] = &[
    "van", "von", "vom", "zu", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ten", "ter",
    "af", "av",
];

/// A place where a work is cited with its year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Surnames as they are written, the first author first.
    pub names: Vec<String>,
    pub year: String,
    /// From the first name to the year.
    pub span: Span,
    /// Whether its form is that of a citation and of nothing else: `et al.`, or a page behind the year.
    pub is_certain: bool,
}

/// A work in a list of sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Up to the year, or to the title where that comes first.
    pub authors: String,
    /// All that are in its line: an edition has one, and so has the first edition.
    pub years: Vec<String>,
}

impl Citation {
    /// As it is written, but always alike: `Porter and Kramer (2011)`.
    pub fn written(&self) -> String {
        match self.names.as_slice() {
            [first, second] => format!("{first} and {second} ({})", self.year),
            [first, _, ..] => format!("{first} et al. ({})", self.year),
            _ => format!("{} ({})", self.names.concat(), self.year),
        }
    }

    /// Whether its first author is one of a work's.
    pub fn is_by_an_author_of(&self, work: &Work) -> bool {
        self.names.first().is_some_and(|name| has_word(&work.authors, name))
    }

    /// Whether all its authors are a work's.
    pub fn is_by_the_authors_of(&self, work: &Work) -> bool {
        self.names.iter().all(|name| has_word(&work.authors, name))
    }
}

impl Work {
    /// A line of a list of sources: authors, a year, and a title.
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.trim_start_matches(|ch: char| !ch.is_alphabetic());
        let all = years(line);
        let (first, _) = all.first()?;
        // Where the year comes last, the authors end with the first colon, bracket or full stop behind a word.
        let head = &line[..*first];
        let ends = head.char_indices().filter(|(at, ch)| match ch {
            ':' | '(' | '*' | '“' | '"' => true,
            '.' => head[..*at]
                .split(|ch: char| !ch.is_alphanumeric())
                .next_back()
                .is_some_and(|word| word.chars().count() > 2),
            _ => false,
        });
        let authors = ends.map(|(at, _)| &head[..at]).next().unwrap_or(head).trim_end_matches([' ', '(', ',']);
        let is_named = authors.chars().next().is_some_and(|ch| ch.is_uppercase() || is_particle(authors));
        let years = all.iter().map(|(at, length)| line[*at..*at + length].to_owned()).collect();
        (is_named && (3..=MAX_AUTHORS_BYTES).contains(&authors.len()))
            .then(|| Work { authors: authors.to_owned(), years })
    }

    /// Whether it begins with a surname, a comma and a name, as sentences rarely do.
    pub fn has_person(&self) -> bool {
        self.given_name().is_some()
    }

    /// Whether it begins with a surname, a comma and an initial, as only lines of a list of sources do.
    pub fn has_initial(&self) -> bool {
        self.given_name().is_some_and(|name| name.chars().nth(1).is_none_or(|ch| !ch.is_alphabetic()))
    }

    fn given_name(&self) -> Option<&str> {
        let (surname, rest) = self.authors.split_once(", ")?;
        let is_surname =
            surname.split(' ').count() <= 3 && surname.chars().all(|ch| ch.is_alphabetic() || " '’-".contains(ch));
        (is_surname && rest.starts_with(char::is_uppercase)).then_some(rest)
    }

    /// The words of its authors that may be surnames or the name of an organisation.
    pub fn surnames(&self) -> impl Iterator<Item = &str> {
        let words = self.authors.split(|ch: char| !ch.is_alphanumeric());
        words.filter(|word| word.chars().count() > 2 && word.starts_with(char::is_uppercase))
    }
}

/// All citations in a text, such as `Porter (1985)`, `(Porter, 1985, p. 12)`, `(see Porter & Kramer 2011; Day 1994)` or
/// `Porter's (1985)`.
pub fn find(text: &str) -> Vec<Citation> {
    years(text).into_iter().filter_map(|(at, length)| citation(text, at, length)).collect()
}

/// Whether two texts have a word in common, whatever its case and accents.
pub fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (fold(text), fold(word));
    let is_part = |ch: Option<char>| ch.is_some_and(char::is_alphanumeric);
    text.match_indices(&word)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next()))
}

fn citation(text: &str, at: usize, length: usize) -> Option<Citation> {
    let start = text.ceil_char_boundary(at.saturating_sub(MAX_AUTHORS_BYTES));
    let before = text[start..at].trim_end();
    let narrative = before.strip_suffix(['(', '[']).map(str::trim_end);
    let (names, first, has_more) = authors(narrative.unwrap_or_else(|| before.trim_end_matches(',')))?;
    // In brackets, only few other words are before the names, as in `(see also Porter, 1985)`.
    let lead = &before[..first];
    let opened = lead.rfind(['(', '[', ';']).map(|at| &lead[at + 1..]);
    let is_in_brackets = opened.is_some_and(|lead| !lead.contains([')', ']']) && lead.split_whitespace().count() < 4);
    if narrative.is_none() && !is_in_brackets {
        return None;
    }
    let after = text[at + length..].trim_start_matches([',', ':', ' ']);
    let has_page = ["p. ", "pp. ", "p.", "pp.", "S. ", "s. ", "ch. ", "chapter "]
        .iter()
        .any(|mark| after.strip_prefix(mark).is_some_and(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit())));
    let year = text[at..at + length].to_owned();
    Some(Citation { names, year, span: start + first..at + length, is_certain: has_more || has_page })
}

/// The surnames at the end of a text, where the first begins, and whether `et al.` follows them.
fn authors(text: &str) -> Option<(Vec<String>, usize, bool)> {
    let (mut names, mut first, mut has_more, mut wants_name) = (Vec::<String>::new(), text.len(), false, true);
    for (at, word) in
        text.split_ascii_whitespace().rev().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
    {
        let inner = word.trim_start_matches(['(', '[']);
        let (is_opened, at) = (inner.len() < word.len(), at + word.len() - inner.len());
        let bare = inner.trim_end_matches(',');
        let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
        let is_listed = inner.ends_with(',') && !names.is_empty();
        if wants_name && matches!(bare, "al." | "al") && names.is_empty() {
            has_more = true;
        } else if wants_name && has_more && names.is_empty() && bare == "et" {
        } else if is_name(bare) && (wants_name || is_listed) {
            names.push(bare.to_owned());
            (first, wants_name) = (at, false);
        } else if is_particle(bare) && !names.is_empty() && !wants_name {
            first = at;
        } else if JOINS.contains(&fold(bare).as_str()) && !wants_name && !names.is_empty() {
            wants_name = true;
        } else {
            break;
        }
        if is_opened {
            break;
        }
    }
    names.reverse();
    (!names.is_empty()).then_some((names, first, has_more))
}

/// Whether a word may be a surname: a capital, and letters.
fn is_name(word: &str) -> bool {
    let is_short = word.chars().count() < 2;
    word.starts_with(char::is_uppercase) && !is_short && word.chars().all(|ch| ch.is_alphabetic() || "-'’".contains(ch))
}

fn is_particle(text: &str) -> bool {
    PARTICLES.contains(&text.split(' ').next().unwrap_or_default().to_lowercase().as_str())
}

/// Where years are in a text, with the letter that tells two works of one year apart, and how long each is.
pub fn years(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_word = |ch: Option<char>| ch.is_some_and(char::is_alphanumeric);
    let starts = ["18", "19", "20"].iter().flat_map(|century| text.match_indices(century));
    let mut years: Vec<(usize, usize)> = starts
        .filter_map(|(at, _)| {
            let digits = bytes.get(at..at + 4).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
            let letter = usize::from(bytes.get(at + 4).is_some_and(|byte| matches!(byte, b'a'..=b'd')));
            let length = digits.len() + letter;
            let goes_on = is_word(text[..at].chars().next_back()) || is_word(text[at + length..].chars().next());
            (!goes_on).then_some((at, length))
        })
        .collect();
    years.sort_unstable();
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(text: &str) -> Vec<String> {
        find(text).iter().map(|found| format!("{} {}", found.names.join(" + "), found.year)).collect()
    }

    #[test]
    fn citations_are_found_in_every_form() {
        for (text, wanted) in [
            ("Porter (1985) separates", &["Porter 1985"][..]),
            ("a chain (Porter, 1985)", &["Porter 1985"]),
            ("a chain (Porter 1985)", &["Porter 1985"]),
            ("Porter (1985, p. 12)", &["Porter 1985"]),
            ("(see also Porter, 1985, pp. 3–4; Kotter 1996)", &["Porter 1985", "Kotter 1996"]),
            ("Porter & Kramer (2011)", &["Porter + Kramer 2011"]),
            ("(Porter & Kramer, 2011a)", &["Porter + Kramer 2011a"]),
            ("Porter et al. (1985)", &["Porter 1985"]),
            ("(Terho et al., 2012)", &["Terho 2012"]),
            ("Porter's (1985) chain", &["Porter 1985"]),
            ("McDonald and Woodburn's matrix (Woodburn and McDonald 2011)", &["Woodburn + McDonald 2011"]),
            ("by Anderson, Kumar and Narus (2007)", &["Anderson + Kumar + Narus 2007"]),
            ("Van Raaij, Vernooij and van Triest (2003)", &["Raaij + Vernooij + Triest 2003"]),
            ("nach Müller und Weiß (2001)", &["Müller + Weiß 2001"]),
            ("enligt Håkansson och Snehota (1995)", &["Håkansson + Snehota 1995"]),
            ("Following Michael Porter [1985]", &["Porter 1985"]),
            ("“Porter, 1985” (Porter, 1985–1986)", &["Porter 1985"]),
            ("Porter (1985) and Kotter (1996)", &["Porter 1985", "Kotter 1996"]),
        ] {
            assert_eq!(cited(text), wanted, "{text}");
        }
    }

    #[test]
    fn years_in_a_text_are_no_citations() {
        for text in [
            "In May 2024 we",
            "a Ford was sold in 2024",
            "Porter joined us (in 2024)",
            "the plan (2024)",
            "between 2022 and 2023",
            "41 (2024)",
            "sales (Customer A won two sites, among them Bergen, 2024)",
            "order 19850 (1985)",
            "É1985",
        ] {
            assert_eq!(cited(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_line_of_a_list_of_sources_is_read_in_several_styles() {
        for (line, authors, years) in [
            ("- Porter, M. (1985) *Competitive Advantage*", "Porter, M.", &["1985"][..]),
            ("[1] Porter, M. E. (1985). Competitive Advantage. Free Press.", "Porter, M. E.", &["1985"]),
            ("Porter, Michael E.: Wettbewerbsvorteile. Campus, 1986", "Porter, Michael E.", &["1986"]),
            (
                "Porter, M. Competitive Advantage. Free Press, 1985 (1st edn 1980)",
                "Porter, M. Competitive Advantage",
                &["1985", "1980"],
            ),
            ("van Weele, A. (2018) Purchasing", "van Weele, A.", &["2018"]),
            ("Prahalad, C.K. and Hamel, G. (1990) The core", "Prahalad, C.K. and Hamel, G.", &["1990"]),
        ] {
            let work = Work::parse(line).expect(line);
            assert_eq!(
                (work.authors.as_str(), work.years.as_slice()),
                (authors, &years.iter().map(|year| (*year).to_owned()).collect::<Vec<_>>()[..]),
                "{line}"
            );
        }
        assert_eq!(Work::parse("and more, 1985"), None);
        assert_eq!(Work::parse("Porter, Competitive Advantage"), None);
    }

    #[test]
    fn only_a_line_with_an_initial_is_a_source_without_a_heading() {
        let is_source = |line: &str| Work::parse(line).is_some_and(|work| work.has_initial());
        for line in ["- Porter, M. (1985) Competitive Advantage", "van Weele, A. (2018) Purchasing"] {
            assert!(is_source(line), "{line}");
        }
        for line in ["Pilot, two sites (2024)", "Pilot (2023) of two sites"] {
            assert!(!is_source(line), "{line}");
        }
    }

    #[test]
    fn a_citation_is_compared_with_works() {
        let work = Work::parse("Ryals, L. and McDonald, M. (2008) *Key Account Plans*").expect("a work");
        let one = |text: &str| find(text).swap_remove(0);
        assert!(one("Ryals and McDonald (2008)").is_by_the_authors_of(&work));
        assert!(one("MCDONALD (2007)").is_by_an_author_of(&work));
        assert!(!one("Donald (2008)").is_by_an_author_of(&work));
        assert_eq!(one("(Ryals & McDonald 2008)").written(), "Ryals and McDonald (2008)");
        assert_eq!(work.surnames().collect::<Vec<_>>(), ["Ryals", "McDonald"]);
    }
}
