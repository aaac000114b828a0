//! Real names, found in a text however people write them.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::source::Span;
use crate::text::is_unseen;

/// Fewest letters of a name that may be the beginning of a longer word: `Nordvikvertrag` is about Nordvik, and
/// `Announcement` is not about Ann.
const MIN_COMPOUND_LETTERS: usize = 7;

/// Names by their characters, so that a text is gone through once for all of them. Their words are joined by a space.
pub struct Names(Vec<Node>);

#[derive(Default)]
struct Node {
    next: BTreeMap<char, usize>,
    name: Option<Name>,
}

#[derive(Clone, Copy)]
struct Name {
    letters: usize,
    /// One word with a capital, which in small letters may be another word, such as `May`.
    may_be_a_word: bool,
}

/// Where a name is in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub span: Span,
    /// False where it may be another word, or a part of one.
    pub is_certain: bool,
}

/// How letters are folded that other alphabets do not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// `ü` as `u`.
    Plain,
    /// `ü` as `ue`.
    Long,
}

/// A text as names are compared.
struct Folded<'a> {
    text: &'a str,
    /// Small letters without accents, and without what nobody sees in a word, such as soft hyphens.
    chars: Vec<char>,
    /// The byte of the text that each comes from, and the text's length.
    offsets: Vec<usize>,
}

impl Names {
    pub fn of(names: &[String]) -> Self {
        let mut all = Names(vec![Node::default()]);
        for name in names {
            for spelling in [Spelling::Plain, Spelling::Long] {
                all.add(name, &Folded::of(name, spelling).chars);
            }
        }
        all
    }

    fn add(&mut self, name: &str, chars: &[char]) {
        let words = chars.split(|ch| !ch.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let joined = words.join(&' ');
        let mut at = 0;
        for ch in &joined {
            let new = self.0.len();
            at = *self.0[at].next.entry(*ch).or_insert(new);
            if at == new {
                self.0.push(Node::default());
            }
        }
        let may_be_a_word =
            words.len() == 1 && name.chars().find(|ch| ch.is_alphanumeric()).is_some_and(char::is_uppercase);
        let other = self.0[at].name.is_none_or(|other| other.may_be_a_word);
        if at > 0 {
            self.0[at].name = Some(Name { letters: joined.len(), may_be_a_word: may_be_a_word && other });
        }
    }

    /// Whether a text certainly contains a name.
    pub fn are_in(&self, text: &str) -> bool {
        self.find(text).iter().any(|hit| hit.is_certain)
    }

    /// Where names appear in a text by themselves, with a genitive `s`, or as the beginning of a longer word; any run of
    /// separators joins their words.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let plain = Folded::of(text, Spelling::Plain);
        let mut found = self.find_in(&plain);
        if !text.is_ascii() {
            let long = Folded::of(text, Spelling::Long);
            found.extend(self.find_in(&long));
            found.sort_by_key(|hit| (hit.span.start, !hit.is_certain, usize::MAX - hit.span.end));
            let mut end = 0;
            found.retain(|hit| {
                let is_new = hit.span.start >= end;
                end = end.max(hit.span.end);
                is_new
            });
        }
        found
    }

    fn find_in(&self, text: &Folded<'_>) -> Vec<Hit> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < text.chars.len() {
            let hit = if text.is_edge(at) { self.longest(text, at) } else { None };
            match hit {
                Some((end, is_certain)) => {
                    found.push(Hit { span: text.offsets[at]..text.offsets[end], is_certain });
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The end of the longest name that begins at `start`, rather a certain one, and whether it is certain.
    fn longest(&self, text: &Folded<'_>, start: usize) -> Option<(usize, bool)> {
        let (mut node, mut at) = (&self.0[0], start);
        let mut best: Option<(bool, usize)> = None;
        let is_capital = text.original(start).is_uppercase();
        let is_host = text.is_host(start);
        loop {
            if let Some(name) = node.name {
                let is_name = !name.may_be_a_word || is_capital || is_host;
                let has_genitive = text.chars.get(at) == Some(&'s') && text.is_edge(at + 1);
                let is_compound = text.is_capital_after_small(at) || name.letters >= MIN_COMPOUND_LETTERS;
                if text.is_edge(at) {
                    best = best.max(Some((is_name, at)));
                } else if has_genitive {
                    best = best.max(Some((is_name, at + 1)));
                } else if is_capital && is_compound {
                    best = best.max(Some((false, at)));
                }
            }
            let Some(ch) = text.chars.get(at) else { break };
            let step = if ch.is_alphanumeric() { *ch } else { ' ' };
            let Some(next) = node.next.get(&step) else { break };
            node = &self.0[*next];
            at += 1;
            while step == ' ' && text.chars.get(at).is_some_and(|ch| !ch.is_alphanumeric()) {
                at += 1;
            }
        }
        best.map(|(is_certain, end)| (end, is_certain))
    }
}

impl<'a> Folded<'a> {
    fn of(text: &'a str, spelling: Spelling) -> Self {
        let (mut chars, mut offsets) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (offset, ch) in text.char_indices() {
            if ch.is_ascii() {
                chars.push(ch.to_ascii_lowercase());
            } else {
                for part in std::iter::once(ch).nfkd().flat_map(char::to_lowercase) {
                    fold(part, spelling, &mut chars);
                }
            }
            offsets.resize(chars.len(), offset);
        }
        offsets.push(text.len());
        Folded { text, chars, offsets }
    }

    /// The character of the text that one of its folded characters comes from.
    fn original(&self, at: usize) -> char {
        self.text[self.offsets[at]..].chars().next().unwrap_or_default()
    }

    /// Whether a word ends before this character, or begins with it.
    fn is_edge(&self, at: usize) -> bool {
        let Some((before, after)) = at.checked_sub(1).and_then(|last| self.chars.get(last)).zip(self.chars.get(at))
        else {
            return true;
        };
        let is_one_word =
            before.is_alphanumeric() && after.is_alphanumeric() && before.is_numeric() == after.is_numeric();
        let has_no_spaces =
            |ch: &char| matches!(ch, '\u{e00}'..='\u{eff}' | '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}');
        self.offsets[at - 1] != self.offsets[at] && (!is_one_word || has_no_spaces(before) || has_no_spaces(after))
    }

    /// Whether a word begins with a capital within a longer one, as in `NordvikPlan`.
    fn is_capital_after_small(&self, at: usize) -> bool {
        at > 0 && self.original(at - 1).is_lowercase() && self.original(at).is_uppercase()
    }

    /// Whether what begins here is the host of an address, where all letters are small.
    fn is_host(&self, at: usize) -> bool {
        ["@", "//", "www."].iter().any(|mark| self.text[..self.offsets[at]].ends_with(mark))
    }
}

/// Adds one character of a decomposed text in small letters.
fn fold(ch: char, spelling: Spelling, chars: &mut Vec<char>) {
    let plain: &[char] = match (ch, chars.last()) {
        ('\u{308}', Some('a' | 'o' | 'u')) if spelling == Spelling::Long => &['e'],
        ('\u{30a}', Some('a')) if spelling == Spelling::Long => &['a'],
        ('ø', _) if spelling == Spelling::Long => &['o', 'e'],
        ('ø', _) => &['o'],
        ('æ', _) => &['a', 'e'],
        ('œ', _) => &['o', 'e'],
        ('ß', _) => &['s', 's'],
        ('þ', _) => &['t', 'h'],
        ('đ' | 'ð', _) => &['d'],
        ('ħ', _) => &['h'],
        ('ı', _) => &['i'],
        ('ł', _) => &['l'],
        _ if is_unseen(ch) => &[],
        _ => &[ch],
    };
    chars.extend(plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found of a name in a text: certain hits as they are, others with a question mark.
    fn seen(name: &str, text: &str) -> Vec<String> {
        let hits = Names::of(&[name.to_owned()]).find(text);
        let mark = |hit: &Hit| if hit.is_certain { "" } else { "?" };
        hits.iter().map(|hit| format!("{}{}", &text[hit.span.clone()], mark(hit))).collect()
    }

    #[test]
    fn a_name_is_found_however_it_is_spelt_and_joined() {
        for (name, text) in [
            ("Fjellmeieriet AS", "FJELLMEIERIET as"),
            ("Fjellmeieriet AS", "Fjellmeieriet-AS"),
            ("Fjellmeieriet AS", "fjellmeieriet_as"),
            ("Fjell A.S.", "Fjell A/S"),
            ("Jose", "José"),
            ("Jose", "Jose\u{301}"),
            ("Müller", "Mueller"),
            ("Mueller", "Müller"),
            ("Muller", "Mu\u{308}ller"),
            ("Mueller", "Mu\u{308}ller"),
            ("Weiß", "Weiss"),
            ("Weiss", "WEIẞ"),
            ("Sørensen", "Soerensen"),
            ("Sorensen", "Sørensen"),
            ("Kirsten Aaboe", "Kirsten Åbø"),
            ("Ærø Rederi", "Aeroe Rederi"),
            ("Wiśniowski Łódź", "Wisniowski Lodz"),
            ("Işık", "Isik"),
            ("Đorđe", "Dorde"),
            ("Gu\u{ad}drún", "Gudrun"),
            ("eBay", "ebay"),
            ("3M", "3M"),
            ("(Fjell)", "Fjell"),
        ] {
            assert_eq!(seen(name, text), [text], "{name} in {text}");
        }
    }

    #[test]
    fn a_name_is_found_with_an_ending_and_at_the_beginning_of_a_longer_word_but_not_inside_one() {
        for (name, text, wanted) in [
            ("Nordvik", "Nordviks plan", &["Nordviks"][..]),
            ("Nordvik", "Nordvik's and Nordvik’s", &["Nordvik", "Nordvik"]),
            ("Nordvik", "der Nordvik-Vertrag", &["Nordvik"]),
            ("Nordvik", "der Nordvikvertrag", &["Nordvik?"]),
            ("Ann", "AnnPlan.xlsx, Ann2024.xlsx and 2024Ann", &["Ann?", "Ann", "Ann"]),
            ("Ann", "The Announcement, Annals, an annex and Susann", &[]),
            ("Anna", "Annabel", &[]),
            ("Anna B", "Anna", &[]),
            ("Vries", "DeVries", &[]),
            ("A1", "A12", &[]),
            ("Ann Berg", "Ann\n> Berg, Ann   Bergs", &["Ann\n> Berg", "Ann   Bergs"]),
            ("田中", "田中さん", &["田中"]),
            ("김철수", "김철수는", &["김철수"]),
            ("- ", "a - b", &[]),
        ] {
            assert_eq!(seen(name, text), wanted, "{name} in {text}");
        }
    }

    #[test]
    fn one_word_in_small_letters_may_be_another_word() {
        for (name, text, wanted) in [
            ("May", "we may, and may not", &["may?", "may?"][..]),
            ("May", "ask May, and MAY", &["May", "MAY"]),
            ("Grant", "three grants", &["grants?"]),
            ("may", "as we may", &["may"]),
            ("Will May", "will may", &["will may"]),
            ("Harrow & Tansy", "harrow and tansy, harrow + tansy", &["harrow + tansy"]),
            ("Target", "https://target.example, x@target.example, www.target.example", &["target", "target", "target"]),
        ] {
            assert_eq!(seen(name, text), wanted, "{name} in {text}");
        }
    }

    #[test]
    fn of_two_names_the_longer_is_found_and_the_certain_one() {
        let names = Names::of(&["Ann".to_owned(), "Ann Berg".to_owned(), "May".to_owned(), "may".to_owned()]);
        let found: Vec<_> = names.find("Ann Berg may").into_iter().map(|hit| (hit.span, hit.is_certain)).collect();
        assert_eq!(found, [(0..8, true), (9..12, true)]);
        assert_eq!(names.find("ü Ann Bergs").len(), 1, "once, not in each spelling");
    }
}
