//! Rules on what akam itself puts into an archive: exactly what it makes of the evidence there, and nothing else.
//!
//! Lists of digests show what was changed after packing, unless the lists were changed with it. What akam makes can
//! be made again: so a page that says something else than the document behind it does not pass.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Differences, MALFORMED, MISSING, UNLISTED, malformed};
use crate::archive::Status;
use crate::archive::bag::{INFO, MANIFEST, TAG_MANIFEST, info_value};
use crate::archive::read::BagContents;
use crate::digest::Digest;
use crate::finding::{Finding, Rule, Severity};
use crate::review::Evidence;

pub static REWRITTEN: Rule = Rule {
    id: "archive-rewritten",
    severity: Severity::Error,
    summary: "a page or list is not what akam makes of the evidence",
    why: "somebody changed what akam wrote, and the lists of checksums with it. A page could say something that the \
        confirmed document does not.",
    remedy: "do not rely on the archive. Ask the candidate for the original, and compare the submission id.",
};

/// Of each file that akam packs for the evidence in an archive, by path, the digest if akam writes it itself.
pub type Expected = BTreeMap<String, Option<Digest>>;

/// The day on which an archive says it was packed, not in the future; `latest` is the last day that it can be today.
pub fn packed_on(contents: &BagContents<'_>, latest: Date) -> Result<Date, Finding> {
    let wrong = |why: String| Err(malformed(INFO, why));
    let text = info_value(&contents.info, "Bagging-Date").unwrap_or_default();
    match text.parse::<Date>() {
        Ok(day) if day.to_string() != text => wrong(format!("`{text}` is not a date as akam writes it")),
        Ok(day) if day > latest => wrong(format!("it says that it was packed on {day}, which is in the future")),
        Ok(day) => Ok(day),
        Err(_) => wrong(format!("`{text}` is not a date")),
    }
}

/// Why what an archive is meant as cannot be so, if so.
pub fn status_rejection(evidence: &Evidence<'_>, status: &Status) -> Option<Finding> {
    let Status::Trial { code, .. } = status else { return None };
    let message = format!("it says that it is a trial of `{code}`, which is not one of the competencies in it");
    (!evidence.packs(code)).then(|| malformed(INFO, message))
}

/// In what an archive differs from what akam makes of the evidence in it.
pub fn differences<'a>(contents: &'a BagContents<'_>, expected: &'a Expected) -> Differences<'a> {
    let mut found = Differences::new();
    for path in
        contents.files.keys().filter(|path| !expected.contains_key(**path) && ![MANIFEST, TAG_MANIFEST].contains(path))
    {
        found.push((&UNLISTED, path, "akam packs no such file".to_owned()));
    }
    for path in expected.keys().filter(|path| !contents.files.contains_key(path.as_str())) {
        found.push((&MISSING, path, "akam packs this file with such evidence".to_owned()));
    }
    if !found.is_empty() {
        return found;
    }
    for (path, digest) in expected {
        let held = contents.files.get(path.as_str()).and_then(|held| held.as_ref().ok());
        if digest.is_some() && held.map(|held| held.digest) != *digest {
            found.push((&REWRITTEN, path, "it is not what akam makes of the evidence in the archive".to_owned()));
        }
    }
    found
}

/// Why an archive's one folder cannot be called so, if so; `expected` is what akam calls it. Where another program packed
/// it again, a number may follow: file managers add one to keep an older folder.
pub fn top_rejection(contents: &BagContents<'_>, expected: &str) -> Option<Finding> {
    let is_number = |rest: &str| rest.len() <= 6 && rest.chars().all(|it| it.is_ascii_digit() || " ()-_".contains(it));
    let is_kept = contents.top == expected
        || !contents.repack_evidence.is_empty() && contents.top.strip_prefix(expected).is_some_and(is_number);
    let message = format!("its one folder is called `{}`, and akam calls it `{expected}`", contents.top);
    (!is_kept).then(|| Finding::new(&MALFORMED, message).help("ask the candidate for the archive that akam made"))
}
