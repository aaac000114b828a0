//! Words and numbers as people write them.

use jiff::civil::Date;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

/// `1 file`, `2 files`: a number with its noun.
pub fn count(number: usize, noun: &str) -> String {
    let plural = match (number, noun) {
        (1, noun) => noun.to_owned(),
        (_, noun) if noun.ends_with('y') => format!("{}ies", &noun[..noun.len() - 1]),
        (_, noun) => format!("{noun}s"),
    };
    format!("{number} {plural}")
}

/// A number with commas: `11,528`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `14 February 2024`.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// The text on one line: runs of white space and control characters as one space.
pub fn one_line(text: &str) -> String {
    let words = text.split(|ch: char| ch.is_whitespace() || ch.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A text as names and words are compared: small letters without accents, and without what nobody sees in a word, such as
/// soft hyphens.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for ch in text.chars() {
        if ch.is_ascii() {
            folded.push(ch.to_ascii_lowercase());
        } else {
            let plain = std::iter::once(ch).nfkd().filter(|ch| !is_unseen(*ch));
            folded.extend(plain.flat_map(char::to_lowercase));
        }
    }
    folded
}

/// Whether a character of a decomposed text makes no difference to a word: accents, and what nobody sees, such as soft
/// hyphens.
pub fn is_unseen(ch: char) -> bool {
    is_combining_mark(ch) || matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The letters and digits of a text, in small letters: whatever a person or a program puts between them.
pub fn letters(text: &str) -> String {
    text.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Small letters and digits of a text, each run of anything else a hyphen: fit for a file name. Accents stay, since these
/// names are on disks already.
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// A text in NFC, as paths are compared and written, and as the text is that fingerprints are bound to.
pub fn nfc(text: &str) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    text.nfc().collect()
}

/// Two paths with the same key are one file on some system: in NFC, without case. Unlike in `fold`, accents count.
/// Capitals are made small both before and behind, so that `ẞ`, `ß` and `SS` are one; `ı` is no system's small `I`.
pub fn collision_key(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    let mut key = String::with_capacity(path.len());
    for ch in nfc(path).chars().flat_map(char::to_lowercase) {
        match ch {
            'ı' => key.push(ch),
            _ => key.extend(ch.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
    nfc(&key)
}

/// How many words a text has (Unicode Standard Annex 29).
pub fn count_words(text: &str) -> usize {
    text.unicode_words().count()
}

/// The sentences of a text; a line ends one too.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        for (at, ch) in line.char_indices() {
            if !".!?。".contains(ch) {
                continue;
            }
            let closing = |ch: char| "\"'”’»)]".contains(ch);
            let end = line.len() - line[at + ch.len_utf8()..].trim_start_matches(closing).len();
            if line[end..].starts_with(char::is_whitespace) {
                sentences.push(line[start..end].trim());
                start = end;
            }
        }
        sentences.push(line[start..].trim());
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_their_noun() {
        assert_eq!(count(1, "competency"), "1 competency");
        assert_eq!(count(0, "competency"), "0 competencies");
        assert_eq!(count(2, "file"), "2 files");
    }

    #[test]
    fn long_numbers_are_grouped() {
        let written = ["0", "999", "1,000", "11,528", "1,234,567"];
        assert_eq!([0, 999, 1_000, 11_528, 1_234_567].map(grouped), written.map(str::to_owned));
    }

    #[test]
    fn a_name_is_one_whatever_its_case_accents_and_unseen_characters() {
        for same in ["Íngrid", "I\u{301}NGRID", "In\u{ad}grid", "\u{200e}Ingrid\u{200b}", "\u{ff29}ngrid"] {
            assert_eq!(fold(same), "ingrid", "{same}");
        }
        assert_ne!(fold("Ingrid"), fold("Ingerid"));
    }

    #[test]
    fn paths_that_some_system_takes_for_one_have_one_key() {
        assert_eq!(collision_key("Plan.MD"), collision_key("plan.md"));
        assert_eq!(collision_key("re\u{301}sum\u{e9}"), collision_key("r\u{e9}sume\u{301}"));
        assert_eq!(collision_key("STRASSE"), collision_key("straße"));
        assert_ne!(collision_key("plan1"), collision_key("plan2"));
    }

    #[test]
    fn a_value_cannot_start_a_line_of_its_own() {
        assert_eq!(one_line("Nordvik\nAkam-Status: final\u{85} x"), "Nordvik Akam-Status: final x");
    }
}
