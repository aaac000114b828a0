//! `artefacts.toml`: what each attached file shows, and whose work it is.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use toml::{Spanned, Value};

use crate::limits::{MAX_ALL_ARTEFACTS, MAX_ALL_SUPPORTED_CODES, MAX_ARTEFACTS, MAX_SUPPORTED_CODES};
use crate::settings::{self, Keys, LEAF, Problem, UnknownKey};
use crate::source::{Place, Source};
use crate::text::day;
use crate::text::nfc;

/// The list's file name in a competency's folder.
pub const FILE: &str = "artefacts.toml";

/// The folder for the files in a competency's folder.
pub const FOLDER: &str = "artefacts";

const KEYS: Keys = Keys(&[
    ("document_only", LEAF),
    (
        "artefact",
        Keys(&[("file", LEAF), ("title", LEAF), ("shows", LEAF), ("share", LEAF), ("made", LEAF), ("supports", LEAF)]),
    ),
]);

/// The list of artefacts of a competency.
#[derive(Debug, Clone)]
pub struct Register {
    pub source: Source,
    /// Why no artefact is attached.
    pub document_only: Option<Spanned<String>>,
    /// In the order of the list.
    pub artefacts: Vec<Artefact>,
    pub unknown_keys: Vec<UnknownKey>,
}

/// An attached file, as the list describes it.
#[derive(Debug, Clone)]
pub struct Artefact {
    /// Its number in the list, for example `1.D.3-A2`.
    pub number: String,
    /// As written, relative to the competency's folder.
    pub file: Spanned<String>,
    /// The same in NFC; `None` if it leads out of that folder.
    pub inside: Option<String>,
    pub title: Option<String>,
    pub shows: Option<String>,
    /// How much of it is the candidate's own work.
    pub share: Option<Spanned<Share>>,
    pub made: Option<Period>,
    /// Codes of competencies and parts; empty for the folder's own competency.
    pub supports: Vec<Spanned<String>>,
}

/// Per cent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(pub u8);

/// When an artefact was made: a day, a month, a year, or from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// As written.
    pub text: String,
    pub first: Date,
    pub last: Date,
}

#[derive(Deserialize)]
struct RegisterText {
    document_only: Option<Spanned<String>>,
    #[serde(rename = "artefact", default)]
    artefacts: Vec<ArtefactTable>,
}

#[derive(Deserialize)]
struct ArtefactTable {
    file: Spanned<String>,
    title: Option<String>,
    shows: Option<String>,
    share: Option<Spanned<Share>>,
    made: Option<Period>,
    #[serde(default)]
    supports: Vec<Spanned<String>>,
}

/// What to write about a file in the list.
pub struct NewEntry {
    pub title: Option<String>,
    pub shows: Option<String>,
    /// In per cent.
    pub share: Option<u8>,
    pub made: Option<String>,
    pub supports: Vec<String>,
}

impl NewEntry {
    /// The entry for a file, as lines of TOML.
    pub fn lines(&self, file: &str) -> Vec<String> {
        let quoted = |text: &String| Value::String(text.trim().to_owned());
        let codes = (!self.supports.is_empty()).then(|| Value::Array(self.supports.iter().map(quoted).collect()));
        let values = [
            ("file", Some(Value::String(file.to_owned()))),
            ("title", self.title.as_ref().map(quoted)),
            ("shows", self.shows.as_ref().map(quoted)),
            ("share", self.share.map(|share| Value::Integer(share.into()))),
            ("made", self.made.as_ref().map(quoted)),
            ("supports", codes),
        ];
        let lines = values.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}", value?)));
        std::iter::once("[[artefact]]".to_owned()).chain(lines).collect()
    }
}

/// The problem of a list with which all artefacts together would be too many.
pub fn too_many_in_all(source: &Source) -> Problem {
    let message = format!(
        "it is not read: with it, all registers list more than {MAX_ALL_ARTEFACTS} artefacts or {MAX_ALL_SUPPORTED_CODES} codes"
    );
    too_many(source, message)
}

fn too_many(source: &Source, message: String) -> Problem {
    let help = "attach what belongs together as one file, as an archive or a PDF".to_owned();
    Problem { place: Place::file(&source.path), message, help }
}

impl Register {
    /// Parses a list; artefact numbers begin with `code`.
    pub fn parse(source: Source, code: &str) -> Result<Self, Problem> {
        let (file, unknown_keys): (RegisterText, _) = settings::parse_all(&source, &KEYS)?;
        if file.artefacts.len() > MAX_ARTEFACTS {
            return Err(too_many(
                &source,
                format!("it lists {} artefacts; at most {MAX_ARTEFACTS} are read", file.artefacts.len()),
            ));
        }
        if let Some(artefact) = file.artefacts.iter().find(|artefact| artefact.supports.len() > MAX_SUPPORTED_CODES) {
            return Err(Problem {
                place: source.place(&artefact.file.span()),
                message: format!(
                    "it supports {} codes; at most {MAX_SUPPORTED_CODES} of one artefact are read",
                    artefact.supports.len()
                ),
                help: "name the few that it proves most".to_owned(),
            });
        }
        let artefacts = file.artefacts.into_iter().enumerate().map(|(index, table)| Artefact {
            number: format!("{code}-A{}", index + 1),
            inside: inside(table.file.get_ref()),
            file: table.file,
            title: filled(table.title),
            shows: filled(table.shows),
            share: table.share,
            made: table.made,
            supports: table.supports,
        });
        Ok(Register { document_only: file.document_only, artefacts: artefacts.collect(), unknown_keys, source })
    }
}

/// The path in NFC, if it stays inside its folder.
fn inside(file: &str) -> Option<String> {
    let mut parts = file.split('/');
    let inside = !file.contains('\\') && parts.all(|part| !part.is_empty() && part != "." && part != "..");
    inside.then(|| nfc(file))
}

impl Artefact {
    /// The file's name without its folder.
    pub fn file_name(&self) -> &str {
        let file = self.file.get_ref();
        file.rsplit('/').next().unwrap_or(file)
    }

    /// The title, or else the file's name.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.file_name())
    }

    /// The codes it supports, or else its own competency's.
    pub fn supported<'a>(&'a self, own: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.supports.is_empty().then_some(own);
        own.into_iter().chain(self.supports.iter().map(|code| code.get_ref().as_str()))
    }
}

impl Share {
    pub fn new(percent: i64) -> Option<Self> {
        u8::try_from(percent).ok().filter(|percent| *percent <= 100).map(Share)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = i64::deserialize(deserializer)?;
        Share::new(percent).ok_or_else(|| D::Error::custom("a share is a number from 0 to 100, in per cent"))
    }
}

impl Period {
    /// Parses `2026-03-14`, `2026-03`, `2026` and `2025-01 to 2025-06`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(" to ").unwrap_or((text, text));
        let (first, last) = (first_and_last(from.trim())?.0, first_and_last(to.trim())?.1);
        (first <= last).then(|| Period { text: text.trim().to_owned(), first, last })
    }

    /// In words: `2024-02` as `February 2024`.
    pub fn in_words(&self) -> String {
        let (from, to) = self.text.split_once(" to ").unwrap_or((&self.text, &self.text));
        let words = |text: &str, date: Date| match text.trim().matches('-').count() {
            0 => date.strftime("%Y").to_string(),
            1 => date.strftime("%B %Y").to_string(),
            _ => day(date),
        };
        let (from, to) = (words(from, self.first), words(to, self.last));
        if from == to { from } else { format!("{from} to {to}") }
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Period::parse(&text).ok_or_else(|| {
            D::Error::custom("a date is written \"2026-03-14\", \"2026-03\", \"2026\" or \"2025-01 to 2025-06\"")
        })
    }
}

/// A day, month or year in words: `2024-02` as `February 2024`. Other text stays as it is.
pub fn period(text: &str) -> String {
    Period::parse(text).map_or_else(|| text.to_owned(), |made| made.in_words())
}

/// First and last day of a day, month or year.
fn first_and_last(text: &str) -> Option<(Date, Date)> {
    let numbers: Vec<i16> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let small = |number: i16| i8::try_from(number).ok();
    match numbers[..] {
        [year] if year > 1000 => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        [year, month] if year > 1000 => {
            let first = Date::new(year, small(month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        [year, month, day] if year > 1000 => {
            let date = Date::new(year, small(month)?, small(day)?).ok()?;
            Some((date, date))
        }
        _ => None,
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_words() {
        assert_eq!(period("2024-02-14"), "14 February 2024");
        assert_eq!(period("2023-12 to 2024-02"), "December 2023 to February 2024");
        assert_eq!(period("2025"), "2025");
        assert_eq!(period("last spring"), "last spring");
    }

    #[test]
    fn dates_are_days_months_years_and_ranges() {
        let days = |text: &str| Period::parse(text).map(|made| (made.first.to_string(), made.last.to_string()));
        let pair = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        assert_eq!(days("2026-03-14"), pair("2026-03-14", "2026-03-14"));
        assert_eq!(days("2024-02"), pair("2024-02-01", "2024-02-29"));
        assert_eq!(days("2025"), pair("2025-01-01", "2025-12-31"));
        assert_eq!(days("2025-01 to 2025-06"), pair("2025-01-01", "2025-06-30"));
        for wrong in ["", "March 2026", "2026-13", "2026-02-30", "2025 to 2024", "26-03", "2026-1-2-3"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_register_without_end_is_not_read() {
        let register = |count: usize| {
            let text = "[[artefact]]\nfile = \"a\"\n".repeat(count);
            Register::parse(Source { path: FILE.to_owned(), text }, "1.D.3")
        };
        assert_eq!(register(MAX_ARTEFACTS).expect("it is read").artefacts.len(), MAX_ARTEFACTS);
        assert_eq!(
            register(MAX_ARTEFACTS + 1).expect_err("it is not read").message,
            "it lists 2001 artefacts; at most 2000 are read"
        );
    }

    #[test]
    fn a_share_is_a_percentage() {
        assert_eq!(Share::new(100), Some(Share(100)));
        assert_eq!(Share::new(101), None);
        assert_eq!(Share::new(-1), None);
    }
}
