//! Rules on what akam itself puts into an archive: it is what akam makes of the evidence in it, and nothing lies beside it.
//!
//! Lists of digests show what was changed after packing, unless whoever changed it wrote the lists anew. What akam makes can
//! be made again: so a page that says something else than the document behind it does not pass.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Differences, MALFORMED};
use crate::archive::bag::{INFO, MANIFEST, TAG_MANIFEST, info_value};
use crate::archive::read::Stock;
use crate::archive::{PAYLOAD, PROGRAM, Status};
use crate::digest::Digest;
use crate::finding::{Finding, Rule, Severity};
use crate::portfolio::{PRIVATE, Portfolio};
use crate::rules::artefact::is_program;
use crate::source::Place;

pub static REWRITTEN: Rule = Rule {
    id: "archive-rewritten",
    severity: Severity::Error,
    summary: "a page or list is not what akam makes of the evidence",
    explanation: "Why it matters: somebody changed what akam wrote, and the lists of digests with it. A reading page could say \
        something else than the document that was confirmed.\n\
        What to do: do not rely on the archive. Ask the candidate for the original, and compare the submission id.",
};

pub static OTHER_VERSION: Rule = Rule {
    id: "archive-other-version",
    severity: Severity::Warning,
    summary: "another version of akam packed the archive",
    explanation: "Why it matters: every file is as the lists say. But what akam writes itself, the pages and lists, is compared \
        with the evidence only by the same version.\n\
        What to do: check the archive with the version that it names, or read the documents beside the pages.",
};

pub static OWN_FRAMEWORK: Rule = Rule {
    id: "archive-own-framework",
    severity: Severity::Warning,
    summary: "the archive is judged by a framework of its own",
    explanation: "Why it matters: how many competencies are needed, and what each asks, the archive's own \
        `competencies.toml` says here, and not the framework that akam brings along.\n\
        What to do: see that it is the framework that you assess by.",
};

/// Of each file that akam packs for the evidence in an archive, by path, the digest if akam writes it itself.
pub type Made = BTreeMap<String, Option<Digest>>;

/// The day on which an archive says it was packed, which must have come; `latest` is the last day that it can be today.
pub fn packed_on(stock: &Stock<'_>, latest: Date) -> Result<Date, Finding> {
    let wrong = |why: String| Err(Finding::new(&MALFORMED, why).at(Place::file(INFO)));
    let text = info_value(&stock.info, "Bagging-Date").unwrap_or_default();
    match text.parse::<Date>() {
        Ok(day) if day.to_string() != text => wrong(format!("`{text}` is no day as akam writes it")),
        Ok(day) if day > latest => wrong(format!("it says that it was packed on {day}, which has not come yet")),
        Ok(day) => Ok(day),
        Err(_) => wrong(format!("`{text}` is no day")),
    }
}

/// Why what an archive is meant as cannot be so, if so.
pub fn status_refused(portfolio: &Portfolio, status: &Status) -> Option<Finding> {
    let Status::Trial { code, .. } = status else { return None };
    let is_there = portfolio.submitted().any(|(competency, _)| competency.code == *code);
    let message = format!("it says that it is a trial of `{code}`, which is none of the competencies in it");
    (!is_there).then(|| Finding::new(&MALFORMED, message).at(Place::file(INFO)))
}

/// In what an archive differs from what akam makes of the evidence in it.
pub fn differences<'a>(stock: &'a Stock<'_>, made: &'a Made) -> Differences<'a> {
    let mut found = Differences::default();
    for path in stock.held.keys().filter(|path| !made.contains_key(**path) && ![MANIFEST, TAG_MANIFEST].contains(path))
    {
        found.added.push((path, "akam packs no such file".to_owned()));
    }
    for path in made.keys().filter(|path| !stock.held.contains_key(path.as_str())) {
        found.missing.push((path, "akam packs this file with such evidence".to_owned()));
    }
    if !found.is_empty() {
        return found;
    }
    for (path, digest) in made {
        let held = stock.held.get(path.as_str()).and_then(|held| held.as_ref().ok());
        if digest.is_some() && held.map(|held| held.digest) != *digest {
            found.rewritten.push((path, "it is not what akam makes of the evidence in the archive".to_owned()));
        }
    }
    found
}

/// The same for an archive of another version, which may pack other files: only what no version packs is a difference.
pub fn differences_whatever_version<'a>(stock: &'a Stock<'_>, made: &'a Made) -> Differences<'a> {
    let is_private = |path: &str| path.strip_prefix(PAYLOAD).and_then(|path| path.split('/').next()) == Some(PRIVATE);
    let head = |path: &str| stock.held.get(path).and_then(|held| Some(held.as_ref().ok()?.head.as_slice()));
    let is_page = |path: &str| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "html");
    let is_program = |path: &str| !is_page(path) && is_program(path, head(path).unwrap_or_default());
    let mut found = differences(stock, made);
    found.added.retain(|(path, _)| is_private(path) || is_program(path));
    found.added.iter_mut().for_each(|(_, why)| "no version of akam packs such a file".clone_into(why));
    Differences { added: found.added, ..Differences::default() }
}

/// Whether this version of akam packed the archive.
pub fn is_of_this_version(stock: &Stock<'_>) -> bool {
    info_value(&stock.info, "Bag-Software-Agent") == Some(PROGRAM)
}

/// What cannot be said of an archive of another version.
pub fn other_version(stock: &Stock<'_>, made: &Made) -> Finding {
    let unknown = differences(stock, made).added;
    let agent = info_value(&stock.info, "Bag-Software-Agent").unwrap_or("another program");
    let mut message =
        format!("packed by {agent}, and this is {PROGRAM}: the pages were not compared with the evidence");
    if let [(first, _), rest @ ..] = &unknown[..] {
        message += &match rest.len() {
            0 => format!("; this version packs no `{first}`"),
            more => format!("; this version packs no `{first}`, and {more} more files are unknown to it"),
        };
    }
    Finding::new(&OTHER_VERSION, message).at(Place::file(INFO)).help("check it with the version that packed it")
}

/// That a framework of the archive's own decides, if so.
pub fn own_framework(portfolio: &Portfolio) -> Option<Finding> {
    let framework = &portfolio.framework;
    let required = framework.required;
    let message = format!(
        "the archive brings its own framework, `{}`, by which {required} of {} competencies are needed",
        framework.id,
        framework.competencies.len()
    );
    let found = Finding::new(&OWN_FRAMEWORK, message).help("see that it is the framework that you assess by");
    (!framework.is_built_in()).then(|| found.at(Place::file(&framework.source.path)))
}
