//! What is known of the people: it decides which lines around the form are courtesies and which may change the answer.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::request::{Asker, Request, Signatory};
use crate::text::{self, one_line};

/// Lines that say nothing about the documents, folded: greetings, then closings and what phones add. If a line is not
/// in the list, the reply counts as an answer in own words, which claims less.
static COURTESIES: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| {
    let (greetings, closings) = include_str!("courtesies.txt").split_once("\n\n").unwrap_or_default();
    [greetings, closings].map(|list| list.lines().map(fold).collect())
});

/// Names and contact data, against which the lines around the form are compared.
pub struct People {
    /// The candidate's full, first and last name, folded: a greeting contains one of them.
    candidate: Vec<String>,
    /// Known facts about the signatory, folded, the longest first: name, role, organisation, address.
    known: Vec<String>,
}

impl People {
    pub fn of(request: &Request) -> Self {
        let is_long = |text: &String| text.chars().count() >= 3;
        let own = &request.candidate.name;
        let first_and_last = own.split_whitespace().next().into_iter().chain(own.split_whitespace().last());
        let candidate = std::iter::once(own.as_str()).chain(first_and_last).map(fold).filter(is_long).collect();
        let Signatory { name, role, organisation, email, .. } = &request.signatory;
        let mut people = People { candidate, known: Vec::new() };
        people.know(name, [role, organisation].into_iter(), email.as_deref());
        people
    }

    /// The facts about both people, for quoted text.
    pub fn of_both(request: &Request) -> Self {
        let Asker { name, email, role, employer } = &request.candidate;
        let mut people = Self::of(request);
        people.know(name, role.iter().chain(employer), email.as_deref());
        people
    }

    fn know<'a>(&mut self, name: &'a String, about: impl Iterator<Item = &'a String>, email: Option<&str>) {
        self.known.extend(std::iter::once(name).chain(about).map(|text| fold(text)));
        self.known.extend(name.split_whitespace().map(fold));
        self.known.extend(email.map(fold));
        if let Some((_, host)) = email.and_then(|email| email.split_once('@')) {
            let starts = ["https://www.", "http://www.", "https://", "www.", ""];
            self.known.extend(starts.map(|start| fold(&format!("{start}{host}"))));
        }
        self.known.retain(|text| text.chars().count() >= 3);
        self.known.sort_by_key(|text| Reverse(text.len()));
    }

    /// Whether a line is only the candidate's name, as a short greeting.
    pub fn is_candidate(&self, folded: &str) -> bool {
        let plain = folded.trim_matches(|ch: char| ",.!-–: ".contains(ch));
        self.candidate.iter().any(|name| name == plain)
    }

    /// Whether a line greets the candidate, closes, or states a known fact about the signatory.
    pub fn is_courtesy(&self, folded: &str) -> bool {
        let [greetings, closings] = &*COURTESIES;
        // After a name, phones add their maker's address.
        let plain =
            folded.strip_suffix('>').and_then(|line| line.rsplit_once("<http")).map_or(folded, |(name, _)| name);
        let plain = plain.trim_matches(|ch: char| ",.!-–: ".contains(ch));
        let is_one_of = |list: &[String], text: &str| list.iter().any(|line| line == text.trim_matches([',', ' ']));
        let mut before = self.candidate.iter().filter_map(|name| plain.strip_suffix(name.as_str()));
        let mut behind = closings.iter().filter_map(|line| plain.strip_prefix(line.as_str())?.strip_prefix([' ', ',']));
        let is_courtesy = |text: &str| is_one_of(greetings, text) || is_one_of(closings, text);
        is_courtesy(plain) || before.any(is_courtesy) || self.is_known(plain) || behind.any(|name| self.is_known(name))
    }

    /// Whether a signature's line adds a known fact or a number to at most a few capitalised names: `Nordvik AS,
    /// Bergen`.
    pub fn is_contact(&self, line: &str) -> bool {
        const MAX_NAMES: usize = 4;
        let (mut has_known, mut names) = (line.chars().filter(char::is_ascii_digit).count() >= 4, 0);
        for word in
            line.split([' ', ',', ';', '|', '/', '·', '(', ')']).map(|word| word.trim_matches(['.', ':', '–', '-']))
        {
            let folded = fold(word);
            if self.known.iter().any(|known| known.split(' ').any(|known| known == folded)) {
                has_known |= folded.chars().count() >= 3;
            } else if word.chars().any(char::is_alphabetic) {
                names += 1;
                let mut letters = word.chars();
                let is_name = letters.next().is_some_and(char::is_uppercase) && letters.clone().any(char::is_lowercase);
                if !is_name || !letters.all(|ch| ch.is_lowercase() || ch == '-') {
                    return false;
                }
            }
        }
        has_known && names <= MAX_NAMES
    }

    /// Whether a line is only the signatory's name, role, organisation, address or number.
    pub fn is_known(&self, folded: &str) -> bool {
        /// Labels before a number or an address.
        const LABELS: [&str; 16] = [
            "telephone",
            "phone",
            "tel",
            "mobile",
            "mobil",
            "mob",
            "direct",
            "fax",
            "e-mail",
            "email",
            "mailto",
            "t",
            "m",
            "p",
            "e",
            "w",
        ];
        let known = self.known.iter().map(String::as_str).chain(LABELS);
        let left = known.fold(folded.to_owned(), |left, text| without_word(&left, text));
        let digits = left.chars().filter(char::is_ascii_digit).count();
        let is_number = |ch: char| ch.is_ascii_digit() || " +()/.,:|·–-&<>".contains(ch);
        left.chars().all(is_number) && (left.len() < folded.len() || digits >= 5) && (digits == 0 || digits >= 5)
    }
}

/// Removes whole words from a text.
fn without_word(text: &str, word: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let is_apart = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        left += before;
        left += if is_apart { "" } else { word };
        rest = after;
    }
    left + rest
}

/// Whether a text holds only courtesies.
pub fn says_nothing(text: &str, request: &Request) -> bool {
    let people = People::of(request);
    text.lines().map(fold).all(|line| line.is_empty() || people.is_candidate(&line) || people.is_courtesy(&line))
}

/// A line as it is compared: small letters without accents, plain quotation marks, single spaces.
pub fn fold(line: &str) -> String {
    let plain = line.chars().map(|ch| match ch {
        '“' | '”' | '„' | '«' | '»' => '"',
        '‘' | '’' => '\'',
        ch => ch,
    });
    text::fold(&one_line(&plain.collect::<String>()))
}
