//! TOML as users write it: values with their place, and keys that nobody reads.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use crate::limits::{MAX_SETTINGS_VALUES, MAX_VALUE_BYTES};
pub use crate::source::Problem;
use crate::source::{Place, Source, Span};

/// Longest words that are compared with others, and most others.
const MAX_COMPARED_BYTES: usize = 200;
const MAX_COMPARED_WORDS: usize = 2000;

/// Files from this size on are read one after the other.
const PARSED_ALONE_FROM_BYTES: usize = 50_000;

/// Unknown keys that are reported of one file.
const MAX_UNKNOWN_KEYS: usize = 20;

/// The keys of a table that are read, each with the keys of the table (or tables) it holds.
pub struct Keys(pub &'static [(&'static str, Keys)]);

/// A key whose values are no table.
pub const LEAF: Keys = Keys(&[]);

/// A key that is not read, and the nearest one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    pub place: Place,
    pub key: String,
    pub nearest: Option<&'static str>,
    pub known: Vec<&'static str>,
}

/// How many values, tables and lists a text holds at most.
pub fn values(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b'=' | b',' | b'[' | b'{')).count()
}

fn refuse_crowded(source: &Source) -> Result<(), Problem> {
    if values(&source.text) <= MAX_SETTINGS_VALUES {
        return Ok(());
    }
    let message = format!("it holds more than {MAX_SETTINGS_VALUES} values, which is not read");
    Err(Problem::file(&source.path, message, "take out what akam did not ask for"))
}

/// Keeps large files from being read at the same time: what is made of them would fill the memory.
fn one_at_a_time(source: &Source) -> Option<MutexGuard<'static, ()>> {
    static ONE: Mutex<()> = Mutex::new(());
    (source.text.len() >= PARSED_ALONE_FROM_BYTES).then(|| ONE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Parses a file into `T`, or says where it is wrong.
pub fn parse<T: DeserializeOwned>(source: &Source) -> Result<T, Problem> {
    let _one = one_at_a_time(source);
    of_table(source, table(source)?)
}

/// Parses a file into `T`, and says which of its keys `keys` does not list; or says where it is wrong.
pub fn parse_all<T: DeserializeOwned>(source: &Source, keys: &Keys) -> Result<(T, Vec<UnknownKey>), Problem> {
    let _one = one_at_a_time(source);
    let table = table(source)?;
    let unknown = unknown_in(source, table.get_ref(), keys);
    Ok((of_table(source, table)?, unknown))
}

fn table(source: &Source) -> Result<Spanned<DeTable<'_>>, Problem> {
    refuse_crowded(source)?;
    let table = DeTable::parse(&source.text).map_err(|error| problem(source, &error))?;
    match long_in(table.get_ref()) {
        None => Ok(table),
        Some(span) => Err(Problem {
            place: source.place(&span),
            message: format!("this text has more than {MAX_VALUE_BYTES} bytes, about 600 words, and is not read"),
            help: "shorten it: what is long belongs in the document".to_owned(),
        }),
    }
}

fn of_table<T: DeserializeOwned>(source: &Source, table: Spanned<DeTable<'_>>) -> Result<T, Problem> {
    T::deserialize(Deserializer::from(table)).map_err(|error| problem(source, &error))
}

/// Where the first text is that is too long.
fn long_in(table: &DeTable<'_>) -> Option<Span> {
    table.iter().find_map(|(key, value)| {
        let is_long = key.get_ref().len() > MAX_VALUE_BYTES;
        is_long.then(|| key.span()).or_else(|| long_value(value))
    })
}

fn long_value(value: &Spanned<DeValue<'_>>) -> Option<Span> {
    match value.get_ref() {
        DeValue::String(text) => (text.len() > MAX_VALUE_BYTES).then(|| value.span()),
        DeValue::Array(items) => items.iter().find_map(long_value),
        DeValue::Table(table) => long_in(table),
        _ => None,
    }
}

fn problem(source: &Source, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or_default();
    let help = help_for(&source.text, error.message(), span.clone());
    Problem { place: source.place(&span), message: plain(error.message()), help }
}

/// The keys of a file that `keys` does not list. A file that is not TOML has none.
pub fn unknown_keys(source: &Source, keys: &Keys) -> Vec<UnknownKey> {
    let _one = one_at_a_time(source);
    table(source).map_or_else(|_| Vec::new(), |table| unknown_in(source, table.get_ref(), keys))
}

fn unknown_in(source: &Source, table: &DeTable<'_>, keys: &Keys) -> Vec<UnknownKey> {
    let mut unknown = Vec::new();
    compare(source, table, keys, &mut unknown);
    unknown.sort_by_key(|key| key.place.order());
    unknown
}

/// The word of `known` that is most like `word`, if one is like it at all.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > MAX_COMPARED_BYTES {
        return None;
    }
    let word = word.to_lowercase();
    let known = known.into_iter().filter(|other| other.len() <= MAX_COMPARED_BYTES).take(MAX_COMPARED_WORDS);
    let scored = known.map(|other| (strsim::jaro_winkler(&word, &other.to_lowercase()), other));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

fn compare(source: &Source, table: &DeTable<'_>, keys: &Keys, unknown: &mut Vec<UnknownKey>) {
    for (key, value) in table {
        if unknown.len() == MAX_UNKNOWN_KEYS {
            return;
        }
        let Some((_, inner)) = keys.0.iter().find(|(known, _)| known == key.get_ref()) else {
            unknown.push(UnknownKey {
                place: source.place(&key.span()),
                key: key.get_ref().to_string(),
                nearest: nearest(key.get_ref(), keys.0.iter().map(|(known, _)| *known)),
                known: keys.0.iter().map(|(known, _)| *known).collect(),
            });
            continue;
        };
        if inner.0.is_empty() {
            continue;
        }
        match value.get_ref() {
            DeValue::Table(table) => compare(source, table, inner, unknown),
            DeValue::Array(items) => {
                for item in items {
                    if let DeValue::Table(table) = item.get_ref() {
                        compare(source, table, inner, unknown);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What the parser says, in words for people who have never heard of TOML's types.
fn plain(message: &str) -> String {
    const SAID: [(&str, &str); 6] = [
        ("string values must be quoted", "this is neither a text in quotation marks nor a number"),
        ("invalid basic string", "this text is not closed"),
        ("missing escaped value", "a single `\\` cannot be used in a text"),
        ("duplicate key", "this is given twice"),
        ("unclosed table", "this line is not closed"),
        ("invalid date", "a month needs quotation marks"),
    ];
    let message = message.trim().replace('\n', ", ");
    if let Some((_, said)) = SAID.iter().find(|(start, _)| message.starts_with(start)) {
        return (*said).to_owned();
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("{name} is missing here");
    }
    match message.strip_prefix("invalid type: ").and_then(|types| types.split_once(", expected ")) {
        Some((found, wanted)) => format!("this is {}, where {} is expected", type_name(found), type_name(wanted)),
        None => message,
    }
}

/// What people call a type of TOML's; the value that follows its name is left out.
fn type_name(name: &str) -> &str {
    const NAMES: [(&str, &str); 9] = [
        ("string", "a text"),
        ("a string", "a text in quotation marks"),
        ("integer", "a number"),
        ("i64", "a number"),
        ("floating point", "a number with a decimal point"),
        ("boolean", "true or false"),
        ("map", "a single table"),
        ("sequence", "a list"),
        ("a sequence", "a list"),
    ];
    NAMES.iter().find(|(start, _)| name.starts_with(start)).map_or(name, |(_, said)| said)
}

/// A remedy for the slips that people make who have never written TOML.
fn help_for(text: &str, message: &str, span: Span) -> String {
    let start = text.floor_char_boundary(span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default().trim();
    let value = line.split_once('=').map_or("", |(_, value)| value.trim());
    let table = line.trim_matches(['[', ']']);
    let wants = |kind: &str| message.contains(&format!("expected {kind}"));
    if message.starts_with("duplicate key") && line.starts_with("[[") {
        format!("write two brackets on each side, in each place: `[[{table}]]`")
    } else if message.starts_with("duplicate key") {
        "keep one of the two".to_owned()
    } else if let Some(name) = message.strip_prefix("missing field `") {
        format!("add a line `{} = …`", name.trim_end_matches('`'))
    } else if line.starts_with('[') && wants("a sequence") {
        format!("write two brackets on each side: `[[{table}]]`")
    } else if line.starts_with('[') && !line.contains(']') {
        format!("close it with {}", if line.starts_with("[[") { "`]]`" } else { "`]`" })
    } else if message.starts_with("a date") {
        "write it in one of these ways".to_owned()
    } else if wants("a sequence") {
        "write a list: `[\"…\"]`".to_owned()
    } else if wants("i64") || value.ends_with('%') || message.starts_with("a share") {
        "write the number alone, for example `80`".to_owned()
    } else if value.contains(['“', '”', '„', '‘', '’', '«']) && !value.starts_with('"') {
        "write straight quotation marks around the text: `\"…\"`".to_owned()
    } else if value.starts_with('"') && value.contains('\\') {
        "write `/` instead of `\\` between folder and file".to_owned()
    } else if value.starts_with('"') && !value[1..].contains('"') {
        "close the text with a quotation mark: `\"…\"`".to_owned()
    } else if wants("a string") || value.starts_with(char::is_alphabetic) || message.starts_with("invalid date") {
        "put it into straight quotation marks: `\"…\"`".to_owned()
    } else {
        "correct this line; everything after `=` is a text in \"…\", a number, or a list in […]".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys =
        Keys(&[("candidate", Keys(&[("name", LEAF), ("employer", LEAF)])), ("artefact", Keys(&[("file", LEAF)]))]);

    fn source(text: &str) -> Source {
        Source { path: "portfolio.toml".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_misspelt_key_is_found_at_its_place_with_the_nearest_known_one() {
        let unknown =
            unknown_keys(&source("[candidate]\nname = 'A'\nemployr = 'B'\n[[artefact]]\nfiel = 'x'\n"), &KEYS);
        let seen: Vec<_> = unknown.iter().map(|key| (key.key.as_str(), key.nearest)).collect();
        assert_eq!(seen, [("employr", Some("employer")), ("fiel", Some("file"))]);
        assert_eq!(unknown[0].place.line().map(|at| at.line), Some(3));
    }

    #[test]
    fn each_common_slip_has_its_own_remedy() {
        let help = |text: &str| parse::<toml::Table>(&source(text)).expect_err("this is not TOML").help;
        assert!(help("name = “Ann”").contains("straight quotation marks"));
        assert!(help("name = \"Ann").contains("close the text"));
        assert!(help("name = Ann").contains("put it into straight"));
        assert!(help("file = \"artefacts\\plan.xlsx\"").contains("write `/`"));
        assert!(help("share = 80%").contains("the number alone"));
    }
}
