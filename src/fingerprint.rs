//! The short form of a request's digest, which people can read aloud and type.

use std::sync::LazyLock;

use regex::Regex;

use crate::digest::Digest;

/// Crockford's base 32, without letters that look alike.
const CHARACTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters for the digest's first 80 bits; a check character follows.
const HELD: usize = 16;

/// The first 80 bits of a digest and a check character, written `7F3A-91C2-K4QX-0M8T-V`. It is long because somebody
/// who writes both texts can search for two with the same fingerprint. The check character detects one wrong character
/// and any two swapped ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; HELD]);

impl Fingerprint {
    pub fn of(digest: &Digest) -> Self {
        let bytes = digest.bytes();
        let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
        Fingerprint(std::array::from_fn(|character| (0..5).fold(0, |value, at| value << 1 | bit(5 * character + at))))
    }

    /// Parses what people type: lower case, other dashes or none, `O` for `0`, `I` and `L` for `1`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut characters = text.chars().filter(|character| character.is_alphanumeric()).map(|character| {
            match character.to_ascii_uppercase() {
                'O' => Some(0),
                'I' | 'L' => Some(1),
                character => CHARACTERS
                    .iter()
                    .position(|known| char::from(*known) == character)
                    .and_then(|at| u8::try_from(at).ok()),
            }
        });
        let mut values = [0; HELD];
        for character in &mut values {
            *character = characters.next()??;
        }
        let check = characters.next()??;
        (characters.next().is_none() && check == Fingerprint(values).check()).then_some(Fingerprint(values))
    }

    /// Whether a text contains it, wherever lines break and whatever is between its characters.
    pub fn is_in(self, text: &str) -> bool {
        let plain = |text: &str| -> String {
            let characters = text.chars().filter(char::is_ascii_alphanumeric).map(|character| {
                match character.to_ascii_uppercase() {
                    'O' => '0',
                    'I' | 'L' => '1',
                    character => character,
                }
            });
            characters.collect()
        };
        plain(text).contains(&plain(&self.to_string()))
    }

    /// All fingerprints in a text, also across lines and with quotation marks in front.
    pub fn find(text: &str) -> Vec<Self> {
        static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
            let gap = "[ \t\r\n\u{a0}>.‐‑‒–—−-]{0,12}";
            let pattern = format!(r"(?-u:\b)[0-9A-Za-z]{{4}}(?:{gap}[0-9A-Za-z]{{4}}){{3}}{gap}[0-9A-Za-z](?-u:\b)");
            Regex::new(&pattern).expect("the pattern is fixed")
        });
        // A word of four letters in front is part of a match, so matches may overlap.
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(hit) = PATTERN.find_at(text, from) {
            match Fingerprint::parse(hit.as_str()) {
                Some(fingerprint) => {
                    found.push(fingerprint);
                    from = hit.end();
                }
                None => from = hit.start() + 4,
            }
        }
        found
    }

    /// The sum of all characters, each times another power of a generator, in the field of 32 elements. Any wrong
    /// character and any swap of two changes it.
    fn check(self) -> u8 {
        self.0.iter().fold(0, |sum, character| double(sum ^ character))
    }
}

/// Multiplies by x, modulo x^5 + x^2 + 1, which is primitive.
fn double(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, character) in self.0.iter().chain([&self.check()]).enumerate() {
            let dash = if at > 0 && at % 4 == 0 { "-" } else { "" };
            write!(formatter, "{dash}{}", char::from(CHARACTERS[usize::from(*character)]))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Fingerprint {
        Fingerprint::of(&Digest::of(b"abc"))
    }

    #[test]
    fn it_is_the_beginning_of_the_digest() {
        // SHA-256 of "abc" begins with ba7816bf8f01cfea4141: 10111 01001 11100 00001 01101 …
        assert!(one().to_string().starts_with("Q9W1-D"), "{}", one());
        assert_eq!(one().to_string().len(), 16 + 1 + 4);
    }

    #[test]
    fn it_is_read_as_people_write_it() {
        let text = one().to_string();
        for written in [text.to_lowercase(), text.replace('-', " "), text.replace('-', ""), text.replace('1', "l")] {
            assert_eq!(Fingerprint::parse(&written), Some(one()), "{written}");
        }
        assert_eq!(Fingerprint::parse(&text[1..]), None);
        assert_eq!(Fingerprint::parse(&format!("{text}0")), None);
    }

    #[test]
    fn a_wrong_character_and_two_that_are_swapped_are_noticed() {
        let text = one().to_string();
        let characters: Vec<char> = text.chars().collect();
        for at in (0..characters.len()).filter(|at| characters[*at] != '-') {
            for other in
                CHARACTERS.iter().map(|character| char::from(*character)).filter(|other| *other != characters[at])
            {
                let mut wrong = characters.clone();
                wrong[at] = other;
                assert_eq!(Fingerprint::parse(&String::from_iter(wrong)), None);
            }
            for with in (0..at).filter(|with| characters[*with] != '-' && characters[*with] != characters[at]) {
                let mut wrong = characters.clone();
                wrong.swap(at, with);
                assert_eq!(Fingerprint::parse(&String::from_iter(wrong)), None);
            }
        }
    }

    #[test]
    fn it_is_found_in_a_letter_that_was_wrapped_and_quoted() {
        let (first, second) = (one().to_string()[..10].to_owned(), one().to_string()[10..].to_owned());
        let text = format!("Dear Ann, that is 1234 5678 all true.\n> I confirm this. Code {first}\n> {second}.\nMaria");
        assert_eq!(Fingerprint::find(&text), [one()]);
        let broken = format!("_{}\n> {}_", &one().to_string()[..7], &one().to_string()[7..]);
        assert!(one().is_in(&text) && one().is_in(&broken) && !one().is_in("I confirm all of that."));
        assert_eq!(Fingerprint::find("I confirm all of that, every word of it is so."), []);
    }
}
