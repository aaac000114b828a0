//! `akam sign-off`: asks somebody to confirm the facts, records the answer, and shows what is still valid.

pub mod list;
pub mod record;
pub mod request;
mod signatory;
mod verdicts;
pub mod withdraw;

use anyhow::Result;

use crate::commands::questions::{can_ask, choice};
use crate::commands::refuse;
use crate::fingerprint::Fingerprint;
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::SignOff;
use crate::report::terminal::safe;
use crate::settings;
use crate::source::Source;
use crate::tree::Tree;

/// Path separators of any system.
const SEPARATORS: [char; 2] = ['/', '\\'];

/// A path that does not exist yet: the given one, or with a number appended.
fn free_name(tree: &Tree, plain: &str) -> String {
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let mut names = std::iter::once(plain.to_owned()).chain(numbered);
    names.find(|name| tree.find(name).is_none()).expect("numbers do not end")
}

/// The sign-off that a person means: by folder name or fingerprint, else the only candidate, else chosen on a terminal.
fn choose<'a>(
    portfolio: &'a Portfolio,
    words: Option<&str>,
    qualifies: impl Fn(&SignOff) -> bool,
    none: anyhow::Error,
) -> Result<&'a SignOff> {
    let mut candidates: Vec<&SignOff> = portfolio.sign_offs.iter().filter(|sign_off| qualifies(sign_off)).collect();
    if let Some(words) = words {
        let name = words.trim_end_matches(SEPARATORS).rsplit(SEPARATORS).next().unwrap_or(words);
        let fingerprint = Fingerprint::parse(words);
        let meant = |sign_off: &SignOff| sign_off.name() == name || Some(sign_off.fingerprint()) == fingerprint;
        if let Some(found) = candidates.iter().find(|sign_off| meant(sign_off)) {
            return Ok(found);
        }
        let other = portfolio.sign_offs.iter().rfind(|sign_off| meant(sign_off));
        return Err(match other {
            Some(other) if other.withdrawal.is_some() => {
                refuse(format!("`{}` is withdrawn already", other.name()), "`akam sign-off list` shows all")
            }
            Some(other) => {
                refuse(format!("`{}` is answered already", other.name()), "`akam sign-off list` shows what is valid")
            }
            None if fingerprint.is_none() && words.chars().filter(char::is_ascii_alphanumeric).count() == 17 => refuse(
                format!("`{words}` is not a fingerprint: a character of it is wrong, or two are swapped"),
                "compare it with the statement, character by character",
            ),
            None => refuse(format!("there is no request `{words}`"), "`akam sign-off list` shows all"),
        });
    }
    match candidates.len() {
        0 => Err(none),
        1 => Ok(candidates.remove(0)),
        _ if can_ask() => {
            let shown = candidates.iter().map(|it| {
                safe(&format!("{}: {}, {}", it.name(), it.request.signatory.name, it.request.codes().join(" ")))
            });
            Ok(candidates[choice("Which one?", shown.collect())?])
        }
        _ => {
            let names: Vec<String> = candidates.iter().map(|it| format!("`{}`", it.name())).collect();
            Err(refuse("there are several: please say which one", format!("name one: {}", names.join(", "))))
        }
    }
}

/// Refuses to write a record that akam could not read again.
fn refuse_unreadable(text: &str) -> Result<()> {
    let source = Source { path: String::new(), text: text.to_owned() };
    let read = settings::parse::<toml::Table>(&source);
    read.map(drop).map_err(|problem| refuse(format!("this cannot be kept: {}", problem.message), problem.help))
}
