//! Words and numbers as people write them.

use jiff::civil::Date;

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
    fn a_value_cannot_start_a_line_of_its_own() {
        assert_eq!(one_line("Nordvik\nAkam-Status: final\u{85} x"), "Nordvik Akam-Status: final x");
    }
}
