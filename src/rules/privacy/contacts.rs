//! Addresses and numbers by which somebody could be reached or paid.

use std::sync::LazyLock;

use regex::Regex;

use super::phones::{self, is_apart};
use crate::media;
use crate::rules::findings::MAX_PER_RULE;
use crate::source::Span;

/// A kind of address or number.
struct Kind {
    name: &'static str,
    /// How it is written.
    pattern: Regex,
    /// Which part of what is written so is one.
    genuine: fn(&str, Span) -> Option<Span>,
}

const EMAIL: &str = r"[A-Za-z0-9À-ʯͰ-ӿ._%+-]+(?:@| ?[(\[]at[)\]] ?)[A-Za-z0-9À-ʯͰ-ӿ-]+(?:\.[A-Za-z0-9À-ʯͰ-ӿ-]+)+";
const IBAN: &str = r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{1,4}){2,30}";
const CARD: &str = r"[2-6][0-9]{3}(?:[ -]?[0-9]{2,6}){2,3}[ -]?[0-9]{1,7}";

/// In the order in which they look: what is one already is not another too.
static KINDS: LazyLock<[Kind; 4]> = LazyLock::new(|| {
    let kind =
        |name, pattern, genuine| Kind { name, pattern: Regex::new(pattern).expect("the pattern is fixed"), genuine };
    [
        kind("an e-mail address", EMAIL, email),
        kind("a bank account number (IBAN)", IBAN, iban),
        kind("a card number", CARD, card),
        kind("a phone number", phones::PATTERN, phones::genuine),
    ]
});

/// Fewest digits on a line that can hold a number of any kind.
const MIN_DIGITS: usize = 7;

/// The first addresses and numbers in a text, and what each is.
pub fn find(text: &str) -> Vec<(Span, &'static str)> {
    let mut found: Vec<(Span, &'static str)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let has_number = line.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS;
        if has_number || line.contains('@') || line.contains("at)") || line.contains("at]") {
            for kind in KINDS.iter() {
                let wanted = MAX_PER_RULE.saturating_sub(found.len());
                let genuine = kind.pattern.find_iter(line).filter_map(|hit| (kind.genuine)(line, hit.range()));
                for hit in genuine.take(wanted) {
                    let span = start + hit.start..start + hit.end;
                    if !found.iter().any(|(other, _)| other.start < span.end && span.start < other.end) {
                        found.push((span, kind.name));
                    }
                }
            }
        }
        start += line.len();
    }
    found.sort_by_key(|(span, _)| span.start);
    found
}

/// An address ends in letters and is no picture: `pack@1.2.3` and `logo@2x.png` are none.
fn email(line: &str, span: Span) -> Option<Span> {
    let written = &line[span.clone()];
    let (_, last) = written.rsplit_once('.')?;
    let is_domain = last.chars().count() > 1 && last.chars().all(char::is_alphabetic);
    let is_picture = media::media_type(written).is_some_and(|kind| kind.starts_with("image/"));
    // `git@host.org:path` is a place for programs.
    (is_domain && !is_picture && !written.starts_with("git@")).then_some(span)
}

/// ISO 13616: the first four characters moved to the end, letters as 10 to 35, the whole modulo 97 is 1. Other words may
/// follow that look like more of it.
fn iban(line: &str, span: Span) -> Option<Span> {
    let written = &line[span.clone()];
    let ends: Vec<usize> = written.match_indices(' ').map(|(at, _)| at).chain([written.len()]).collect();
    let is_genuine = |span: &Span| {
        let digits: Vec<u32> = line[span.clone()].chars().filter_map(|ch| ch.to_digit(36)).collect();
        let turned = digits[4..].iter().chain(&digits[..4]);
        let rest = turned.fold(0, |rest, ch| (rest * if *ch > 9 { 100 } else { 10 } + ch) % 97);
        (15..=34).contains(&digits.len()) && rest == 1 && is_apart(line, span)
    };
    ends.into_iter().rev().map(|end| span.start..span.start + end).filter(|span| span.len() >= 15).find(is_genuine)
}

/// ISO/IEC 7812-1: every second digit from the right doubled, the sum of all digits ends in 0. The first digits are those
/// of issuers of cards: years and book numbers have others.
fn card(line: &str, span: Span) -> Option<Span> {
    let digits: Vec<u32> = line[span.clone()].chars().filter_map(|ch| ch.to_digit(10)).collect();
    let doubled = digits.iter().rev().enumerate().map(|(at, digit)| if at % 2 == 1 { digit * 2 } else { *digit });
    let is_genuine = doubled.map(|sum| sum / 10 + sum % 10).sum::<u32>() % 10 == 0;
    let issuer = digits.iter().take(4).fold(0, |number, digit| number * 10 + digit);
    let is_issued = matches!(issuer, 2221..=2720 | 3000..=3059 | 3400..=3499 | 3528..=3589 | 3600..=6999);
    ((13..=19).contains(&digits.len()) && is_genuine && is_issued && is_apart(line, &span)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_found() {
        for (text, kind) in [
            ("write to a.b@example.org.", "an e-mail address"),
            ("jürgen@müller.example", "an e-mail address"),
            ("<mailto:a@163.com>", "an e-mail address"),
            ("anna (at) customer.example", "an e-mail address"),
            ("anna[at]customer.example", "an e-mail address"),
            ("pay to GB82 WEST 1234 5698 7654 32", "a bank account number (IBAN)"),
            ("NO9386011117947 EUR 500", "a bank account number (IBAN)"),
            ("BE68 5390 0754 7034 BANK", "a bank account number (IBAN)"),
            ("IBAN: DE89 3704 0044 0532 0130 00.", "a bank account number (IBAN)"),
            ("pay with 4111 1111 1111 1111", "a card number"),
            ("5555-5555-5555-4444", "a card number"),
            ("378282246310005", "a card number"),
            ("3782 822463 10005", "a card number"),
            ("call +47 55 12 34 56", "a phone number"),
        ] {
            let kinds: Vec<_> = find(text).into_iter().map(|(_, kind)| kind).collect();
            assert_eq!(kinds, [kind], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_address_or_a_number_is_none() {
        for text in [
            "logo@2x.png",
            "the handle me@ and @anna",
            "akam@1.2.3 and akam@v1.2.3",
            "git@github.com:akam/akam.git",
            "a@b",
            "GB82 WEST 1234 5698 7654 33",
            "4111 1111 1111 1112",
            "1234 5678 9012 3456",
            "2019 2020 2021 2022",
            "2018 2019 2020 2021 2022",
            "ISBN 978-0-306-40615-7 and 9780306406157",
            "ISBN 0-306-40615-2",
            "https://doi.org/10.1016/4111111111111111",
            "doi:10.1177/0022242920934256",
            "0.4111111111111111",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
