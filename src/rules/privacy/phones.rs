//! Numbers of phones, as the countries write them.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;

use crate::source::Span;

/// Digits in groups, as phone numbers are written, but also amounts, dates and numbers of orders.
pub const PATTERN: &str = r"\(?(?:\+ ?)?\(?[0-9](?:[0-9]|[ \x{a0}\x{2009}\x{202f}.]| ?[/\x{2010}-\x{2013}-] ?|[ \x{a0}]?\(|\)[ \x{a0}/-]?)*[0-9]";

/// Bytes before a number in which a word may say what it is.
const WORDS_BEFORE: usize = 40;

/// Ways in which numbers are written within a country, where no word says that it is one.
const NATIONAL: &[&str] = &[
    // `089 1234567`, `0113 496 0123`, `01 23 45 67 89`, `070-123 45 67`, `06-12345678`, `(020) 7946 0958`
    r"\(?0[1-9][0-9]{0,3}\)?[ ./-]?[0-9]{2,8}(?:[ .-][0-9]{2,5}){0,4}",
    // `(089) 12345`, `089/1234-56`
    r"(?:\(0[1-9][0-9]{0,3}\)[ -]?|0[1-9][0-9]{1,3} ?/ ?)[0-9]{2,9}(?:[ -][0-9]{1,5}){0,3}",
    // `(212) 555-0143`, `1-212-555-0143`, `212.555.0143`
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}",
    // `612 34 56 78`
    r"[6-9][0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}",
    // `91 234 56 78`, `(22) 123 45 67`
    r"(?:[1-9][0-9]|\([1-9][0-9]\)) [0-9]{3}[ -][0-9]{2}[ -][0-9]{2}",
    // `(11) 91234-5678`
    r"\([1-9][0-9]\) ?9?[0-9]{4}-[0-9]{4}",
    // `912 34 567`
    r"[489][0-9]{2} [0-9]{2} [0-9]{3}",
    // `55 12 34 56`
    r"[2-9][0-9](?: [0-9]{2}){3}",
];

/// Calling codes of two digits (ITU-T E.164); 1 and 7 have one, all others three.
const TWO_DIGITS: &str = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 \
    82 84 86 90 91 92 93 94 95 98";
/// How those of three begin.
const THREE_DIGITS: &str = "21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99";

/// How many digits follow a calling code in countries whose numbers all have one length, or nearly.
const LENGTHS: &[(&str, RangeInclusive<usize>)] = &[
    ("1", 10..=10),
    ("7", 10..=10),
    ("31", 9..=9),
    ("32", 8..=9),
    ("33", 9..=9),
    ("34", 9..=9),
    ("41", 9..=9),
    ("44", 9..=10),
    ("45", 8..=8),
    ("46", 7..=9),
    ("47", 8..=8),
    ("48", 9..=9),
    ("351", 9..=9),
    ("353", 7..=9),
    ("354", 7..=9),
];

struct Patterns {
    national: Regex,
    /// A word that says that a phone number follows, with at most two other words between.
    phone: Regex,
    /// A word that says that the number is another one.
    other: Regex,
    money_before: Regex,
    money_after: Regex,
    date: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed");
    Patterns {
        national: compile(&format!("^(?:{})$", NATIONAL.join("|"))),
        phone: compile(
            r"(?:^|[^a-z])(?:tel|tel[eé]f|t[eé]l[eé]ph|phone|mobil|móvil|mob|cell|fax|tlf|tfn|handy|gsm|komórk|puh|port[aá]ble|ring|call)[a-z]*[.:]?(?: [a-z]+){0,2}[.:]* *\(?$",
        ),
        other: compile(
            r"(?:^|[^a-z])(?:order|ordre|orden|bestell|auftrag|commande|zamówieni|invoice|faktur|rechnung|factur|articl|artikel|artículo|item|part|serial|ref|po|isbn|issn|doi|contract|vat|org|id|no|nr|n°|number|ticket|case|account|version|batch|lot|tender)[a-z]*[.:#]*(?: ?(?:no|nr|number|nummer))?[.:#]* *\(?$",
        ),
        money_before: compile(r"(?:[€$£]|(?:^|[^a-z])(?:eur|nok|sek|dkk|usd|gbp|chf|pln|kr|isk))\.? ?$"),
        money_after: compile(
            r"^ ?(?:[€$£%]|(?:eur|nok|sek|dkk|usd|gbp|chf|pln|isk|kr|euros?|million|mill|mio|bn|tonnes|tons|units|hours|pieces|kg|kwh|litres)(?:[^a-z]|$))",
        ),
        date: compile(
            r"(?:^|[^0-9])(?:[0-3]?[0-9][./-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[./-][0-3]?[0-9])(?:[^0-9]|$)",
        ),
    }
});

/// The part of what is written like a phone number that is one.
pub fn genuine(line: &str, mut span: Span) -> Option<Span> {
    let written = &line[span.clone()];
    // A bracket around the number is no part of it.
    if written.starts_with('(') && !written.contains(')') {
        span.start += 1;
    }
    let number = plain(&line[span.clone()]);
    let count = number.bytes().filter(u8::is_ascii_digit).count();
    if !(6..=17).contains(&count) || !is_apart(line, &span) || is_amount(line, &span, &number) {
        return None;
    }
    let before = words_before(line, span.start);
    let (has_word, is_other) = (PATTERNS.phone.is_match(&before), PATTERNS.other.is_match(&before));
    let is_phone = if let Some(rest) = number.trim_start_matches('(').strip_prefix('+') {
        is_international(rest)
    } else if is_other && !has_word || PATTERNS.date.is_match(&number) {
        false
    } else if let Some(rest) = number.strip_prefix("00") {
        is_international(rest)
    } else {
        has_word && (6..=13).contains(&count) || is_national(&number, count)
    };
    is_phone.then_some(span)
}

/// With the same separators, whatever a program made of them.
fn plain(written: &str) -> String {
    let same = |ch| match ch {
        '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2010}'..='\u{2013}' => '-',
        other => other,
    };
    written.chars().map(same).collect()
}

fn words_before(line: &str, end: usize) -> String {
    let start = line.floor_char_boundary(end.saturating_sub(WORDS_BEFORE));
    line[start..end].to_lowercase().replace('\u{a0}', " ")
}

/// Whether it is written as money or a count: beside a currency or a unit, or as round thousands.
fn is_amount(line: &str, span: &Span, number: &str) -> bool {
    let behind = line.ceil_char_boundary((span.end + WORDS_BEFORE).min(line.len()));
    let groups: Vec<&str> = number.trim_start_matches(['+', '(']).split([' ', '.']).collect();
    let are_thousands = groups.len() > 1 && groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    are_thousands && groups.last() == Some(&"000")
        || PATTERNS.money_before.is_match(&words_before(line, span.start))
        || PATTERNS.money_after.is_match(&plain(&line[span.end..behind]).to_lowercase())
}

/// Whether the digits after `+` or `00` begin with a calling code, and as many follow as that country's numbers have.
fn is_international(rest: &str) -> bool {
    let digits: String = rest.replacen("(0)", "", 1).chars().filter(char::is_ascii_digit).collect();
    let is_one_of = |codes: &str| codes.split(' ').any(|code| digits.starts_with(code));
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if is_one_of(TWO_DIGITS) => 2,
        _ if is_one_of(THREE_DIGITS) => 3,
        _ => return false,
    };
    let Some((code, number)) = digits.split_at_checked(length) else { return false };
    // The zero of a call within the country is often left in; in Italy it stays.
    let number = if code == "39" { number } else { number.strip_prefix('0').unwrap_or(number) };
    let known = LENGTHS.iter().find(|(known, _)| *known == code);
    let wanted = known.map_or(6..=12, |(_, wanted)| wanted.clone());
    // In North America neither the area nor the exchange begins with 0 or 1.
    let is_possible =
        code != "1" || [0, 3].iter().all(|at| number.as_bytes().get(*at).is_some_and(|digit| *digit > b'1'));
    wanted.contains(&number.len()) && is_possible
}

/// Whether it is written as within one of the countries that are known here.
fn is_national(number: &str, count: usize) -> bool {
    if !PATTERNS.national.is_match(number) || !number.contains(|ch: char| !ch.is_ascii_digit()) {
        return false;
    }
    let groups: Vec<&str> = number.split(|ch: char| !ch.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let are_pairs = groups.iter().all(|group| group.len() == 2);
    match (number.trim_start_matches('(').starts_with('0'), are_pairs) {
        // `01 23 45 67 89`; other counts of pairs are times or dates.
        (true, true) => groups.len() == 5,
        (true, false) => (if number.contains(['(', '/']) { 7 } else { 9 }..=12).contains(&count),
        // `36 37 38 39` is a list of numbers.
        (false, true) => !groups.is_sorted(),
        (false, false) => true,
    }
}

/// Whether a number is by itself, not a part of a longer one, a decimal number, a word or an address.
pub fn is_apart(line: &str, span: &Span) -> bool {
    let (before, after) = (&line[..span.start], &line[span.end..]);
    let goes_on = after.strip_prefix(['.', ',', ':', '-', '/']).unwrap_or(after);
    !before.ends_with(|ch: char| ch.is_alphanumeric() || ".,/-_#=@&".contains(ch))
        && !after.starts_with(|ch: char| ch.is_alphabetic() || "%_=°@".contains(ch))
        && !goes_on.starts_with(|ch: char| ch.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: &[&str] = &[
        "+47 55 12 34 56",
        "+4755123456",
        "+49 (0)30 1234567",
        "+49 30/1234567",
        "+44 20 7946 0958",
        "+44 (0)20 7946 0958",
        "+44 020 7946 0958",
        "(+47) 55 12 34 56",
        "+1 (212) 555-0143",
        "+1-212-555-0143",
        "+33 1 23 45 67 89",
        "+34 612 345 678",
        "+39 06 1234 5678",
        "+46 8 123 456 78",
        "+31 20 123 4567",
        "+48 22 123 45 67",
        "+358 40 123 4567",
        "+354 555 1234",
        "+86 138 1234 5678",
        "+47\u{a0}55\u{a0}12\u{a0}34\u{a0}56",
        "+49 89 1234\u{2011}567",
        "0047 55 12 34 56",
        "00 49 30 1234567",
        // Germany, Austria, Switzerland
        "030 1234567",
        "(030) 123456",
        "(089) 12345",
        "089/1234567",
        "0171 / 2345678",
        "089/1234-56",
        "0664 1234567",
        "044 123 45 67",
        // France
        "01 23 45 67 89",
        "06.12.34.56.78",
        // United Kingdom
        "020 7946 0958",
        "0113 496 0123",
        "01632 960123",
        "07700 900123",
        "(020) 7946 0958",
        // Spain
        "612 34 56 78",
        "91 234 56 78",
        // Italy
        "02 12345678",
        "06 1234 5678",
        // Sweden, Norway, Denmark, Finland
        "08-123 456 78",
        "031-12 34 56",
        "070-123 45 67",
        "55 12 34 56",
        "912 34 567",
        "040 123 4567",
        // Netherlands, Belgium
        "020-1234567",
        "06-12345678",
        "06 12 34 56 78",
        "0182-123456",
        "02 123 45 67",
        // Poland
        "22 123 45 67",
        "(22) 123 45 67",
        // United States, Brazil
        "(212) 555-0143",
        "212-555-0143",
        "212.555.0143",
        "1-800-555-0199",
        "(11) 91234-5678",
    ];

    fn found(text: &str) -> Vec<&str> {
        let pattern = Regex::new(PATTERN).expect("the pattern is fixed");
        pattern.find_iter(text).filter_map(|hit| genuine(text, hit.range())).map(|span| &text[span]).collect()
    }

    #[test]
    fn numbers_are_found_as_each_country_writes_them() {
        for number in NUMBERS {
            assert_eq!(found(&format!("ask {number}, then wait")), [*number], "in a sentence");
        }
    }

    #[test]
    fn a_word_before_it_says_that_a_number_is_a_phones() {
        for text in [
            "Tel.: 612 345 678",
            "phone number is 501 234 567",
            "mobile 55123456",
            "tlf 123 45 678",
            "móvil: 612345678",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
        assert_eq!(found("order 0450 123456, by phone 0450 123456").len(), 1);
    }

    #[test]
    fn amounts_dates_and_other_numbers_are_none() {
        for text in [
            "+12 500 000 NOK",
            "+12 500 000",
            "+47 500 000",
            "+47 500 000 kr",
            "+33 512 345 678 EUR",
            "+620 000 000",
            "+2 620 000",
            "EUR 2 620 000 and 612 345 678",
            "612 34 56 78 NOK",
            "EUR 55 12 34 56",
            "from 2024-02-14 to 2025-01-31",
            "14.02.2024 - 31.01.2025",
            "01/2024 12/2024",
            "01.2024-12.2024",
            "2019 2020 2021 2022",
            "09:00-17:30",
            "07.30-17.30 08.00-16.00",
            "weeks 36 37 38 39",
            "order 4500 1234",
            "order 0045 123456",
            "order no. 0045-123456",
            "Bestellung 0045/123456",
            "invoice 00471234567890",
            "0045001234",
            "4500123456",
            "ISBN 0-306-40615-2",
            "doi:10.1016/0148-2963(90)90123-4",
            "Porter (1985) 12-34",
            "Journal 42(3) 123-145",
            "version 10.20.30.40",
            "0.15 0.25 0.35",
            "1,234,567.00",
            "12 345 678",
            "0113 496 0123.5",
            "A0113 496 0123",
            "57 689 - 58 123",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
