//! Compares two snapshots of a competency: what was confirmed, and what there is now.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde::Serialize;

use super::{AboutArtefact, ArtefactSnapshot, Snapshot};
use crate::digest::Digest;
use crate::document::diff::{Hunk, diff};
use crate::document::visible_text::{digest, of_markdown};
use crate::portfolio::artefact;

/// Changes that are kept of one competency and sign-off.
const MAX_CHANGES: usize = 50;

/// Times by which new names may lengthen a text; a name that is everywhere is none.
const MAX_GROWTH: usize = 2;

/// How much of what was confirmed is still so, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Validity {
    /// Every byte that was confirmed.
    Valid,
    /// The same bytes under another name or number.
    Renamed,
    /// Other bytes that say the same.
    Cosmetic,
    /// The framework asks for something else than what was confirmed against.
    CriteriaChanged,
    /// Something says something else.
    Changed,
}

/// One difference between what was confirmed and what there is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Change {
    #[serde(rename = "state")]
    #[schemars(rename = "state")]
    pub validity: Validity,
    /// What it is about, relative to the portfolio, by its present name.
    pub path: String,
    /// For example `the document`, `plan.xlsx (1.D.3-A1)`.
    pub what: String,
    /// What happened to it, for example `changed`, `was renamed from …`.
    pub how: String,
    /// Where the words of a document changed.
    pub passages: Vec<Hunk>,
}

/// A snapshot with the text of its document.
#[derive(Clone, Copy)]
pub struct SnapshotVersion<'a> {
    pub snapshot: &'a Snapshot,
    pub text: &'a str,
}

impl Validity {
    pub fn name(self) -> &'static str {
        match self {
            Validity::Valid => "valid",
            Validity::Renamed => "renamed",
            Validity::Cosmetic => "cosmetic",
            Validity::CriteriaChanged => "criteria changed",
            Validity::Changed => "changed",
        }
    }
}

impl Change {
    /// The change if the framework no longer has the competency.
    pub fn gone(code: &str) -> Self {
        let what = format!("the competency {code}");
        Change::new(Validity::Changed, crate::portfolio::FILE, what, "is not in the competency file any more")
    }

    /// What happened, without the backticks that a terminal shows.
    pub fn on_a_page(&self) -> String {
        format!("{} {}", self.what, self.how).replace('`', "")
    }

    fn new(validity: Validity, path: &str, what: impl Into<String>, how: impl Into<String>) -> Self {
        Change { validity, path: path.to_owned(), what: what.into(), how: how.into(), passages: Vec::new() }
    }
}

/// All differences.
pub fn changes(before: SnapshotVersion<'_>, now: SnapshotVersion<'_>) -> Vec<Change> {
    let folder = now.snapshot.document.rsplit_once('/').or(before.snapshot.document.rsplit_once('/'));
    let folder = folder.map_or("", |(folder, _)| folder);
    let list = format!("{folder}/{}", artefact::FILE);
    let mut changes = Vec::new();
    if before.snapshot.criteria != now.snapshot.criteria {
        let what = format!("the criteria of {}", now.snapshot.code);
        changes.push(Change::new(Validity::CriteriaChanged, folder, what, "changed"));
    }
    changes.extend(document(before, now, folder));
    if before.snapshot.document_only != now.snapshot.document_only {
        let what = "the reason why no artefact is attached";
        changes.push(Change::new(Validity::Changed, &list, what, "was changed"));
    }
    artefacts(before, now, &list, &mut changes);
    if changes.len() > MAX_CHANGES {
        // The worst are kept, and of the others only their number.
        changes.sort_by_key(|change| Reverse(change.validity));
        let others = changes.split_off(MAX_CHANGES - 1);
        let what = format!("{} more of what was confirmed", others.len());
        changes.push(Change::new(others[0].validity, folder, what, "differ"));
    }
    changes
}

fn document(before: SnapshotVersion<'_>, now: SnapshotVersion<'_>, folder: &str) -> Option<Change> {
    let what = "the document";
    let path = now.snapshot.document.as_str();
    if now.snapshot.document_digest.is_none() {
        let how = if path.is_empty() { "was removed, or cannot be read any more" } else { "cannot be read any more" };
        return Some(Change::new(Validity::Changed, if path.is_empty() { folder } else { path }, what, how));
    }
    // The text that was shown counts, whatever the request says about the file.
    if now.snapshot.document_digest == before.snapshot.document_digest && now.text == before.text {
        return renamed(&before.snapshot.document, path, what);
    }
    let (old, new) = (of_markdown(before.text), of_markdown(now.text));
    if digest(&old) == digest(&new) {
        let how = "was saved again with the same words";
        return Some(Change::new(Validity::Cosmetic, path, what, how));
    }
    let old = with_new_names(old, before.snapshot, now.snapshot);
    if digest(&old) == digest(&new) {
        return Some(Change::new(Validity::Renamed, path, what, "leads to files by their new names"));
    }
    let passages = diff(&old, &new);
    Some(Change { passages, ..Change::new(Validity::Changed, path, what, "changed") })
}

/// Replaces the old names of renamed files in a text.
fn with_new_names(mut text: String, before: &Snapshot, now: &Snapshot) -> String {
    // Links name files relative to the folder, under its present or former name.
    let below = |path: &str| path.split_once('/').map_or(path, |(_, below)| below).to_owned();
    let is_there = |path: &str| now.artefacts.iter().any(|artefact| artefact.file == path);
    let by_digest: BTreeMap<Digest, &str> =
        now.artefacts.iter().rev().filter_map(|artefact| Some((artefact.digest?, artefact.file.as_str()))).collect();
    let longest = MAX_GROWTH * text.len().max(1000);
    for gone in before.artefacts.iter().filter(|artefact| !is_there(&artefact.file)) {
        let Some(now) = gone.digest.and_then(|digest| by_digest.get(&digest)) else { continue };
        let (before, now) = (below(&gone.file), below(now));
        if text.len() + text.matches(&before).count() * now.len() > longest {
            break;
        }
        text = text.replace(&before, &now);
    }
    text
}

fn artefacts(before: SnapshotVersion<'_>, now: SnapshotVersion<'_>, list: &str, changes: &mut Vec<Change>) {
    let files = &now.snapshot.artefacts;
    let mut left: BTreeSet<usize> = (0..files.len()).collect();
    // Unmoved files are matched first, because two files may hold the same bytes.
    let mut moved = Vec::new();
    let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (at, artefact) in files.iter().enumerate() {
        places.entry(&artefact.file).or_default().push_back(at);
    }
    let mut pairs = Vec::new();
    for old in &before.snapshot.artefacts {
        match places.get_mut(old.file.as_str()).and_then(VecDeque::pop_front) {
            Some(at) => {
                left.remove(&at);
                pairs.push((old, &files[at]));
            }
            None => moved.push(old),
        }
    }
    let mut digests: BTreeMap<Digest, VecDeque<usize>> = BTreeMap::new();
    for (at, digest) in left.iter().filter_map(|at| Some((*at, files[*at].digest?))) {
        digests.entry(digest).or_default().push_back(at);
    }
    for old in moved {
        if let Some(at) = old.digest.and_then(|digest| digests.get_mut(&digest)).and_then(VecDeque::pop_front) {
            left.remove(&at);
            pairs.push((old, &files[at]));
        } else {
            changes.push(Change::new(Validity::Changed, list, called(old), "was taken out"));
        }
    }
    for (old, new) in pairs {
        artefact_changes(old, new, now.text, list, changes);
    }
    for at in left {
        changes.push(Change::new(Validity::Changed, &files[at].file, called(&files[at]), "was added"));
    }
}

/// Differences between an artefact as it was shown and as it is now.
fn artefact_changes(old: &ArtefactSnapshot, new: &ArtefactSnapshot, text: &str, list: &str, changes: &mut Vec<Change>) {
    let what = called(new);
    let change = |validity, how: &str| Change::new(validity, &new.file, what.clone(), how);
    if new.digest.is_none() {
        // The change is in the list, because the file may not exist.
        changes.push(Change::new(Validity::Changed, list, what.clone(), "is missing or cannot be read any more"));
    } else if new.digest != old.digest {
        changes.push(change(Validity::Changed, "changed"));
    } else if new.number != old.number {
        // If the document cites a number, it now means another file.
        let is_cited = text.contains(&old.number) || text.contains(&new.number);
        let validity = if is_cited { Validity::Changed } else { Validity::Renamed };
        changes.push(change(validity, &format!("was {} before", old.number)));
    }
    changes.extend(renamed(&old.file, &new.file, &what));
    let differences = differences(&old.about, &new.about);
    if !differences.is_empty() {
        let how = format!("changed: {}", differences.join("; "));
        changes.push(Change::new(Validity::Changed, list, format!("what is said of {what}"), how));
    }
}

fn renamed(before: &str, now: &str, what: &str) -> Option<Change> {
    let (folder, name) = before.rsplit_once('/').unwrap_or(("", before));
    let is_here = now.rsplit_once('/').is_some_and(|(here, _)| here == folder);
    let was = if is_here { format!("was renamed from `{name}`") } else { format!("was moved from `{before}`") };
    (before != now).then(|| Change::new(Validity::Renamed, now, what, was))
}

fn called(artefact: &ArtefactSnapshot) -> String {
    let name = artefact.file.rsplit('/').next().unwrap_or(&artefact.file);
    format!("`{name}` ({})", artefact.number)
}

/// What changed in the list's entry for an artefact.
fn differences(before: &AboutArtefact, now: &AboutArtefact) -> Vec<String> {
    let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    let share = |about: &AboutArtefact| about.share.map(|share| format!("{share}%"));
    // In whatever order they are listed.
    let supports = |about: &AboutArtefact| {
        let codes: BTreeSet<&str> = about.supports.iter().map(String::as_str).collect();
        (!codes.is_empty()).then(|| codes.into_iter().collect::<Vec<_>>().join(", "))
    };
    let quoted = |text: &Option<String>| text.as_ref().map(|text| format!("“{text}”"));
    let pairs = [
        ("title", quoted(&before.title), quoted(&now.title)),
        ("shows", quoted(&before.shows), quoted(&now.shows)),
        ("own work", share(before), share(now)),
        ("made", before.made.clone(), now.made.clone()),
        ("supports", supports(before), supports(now)),
    ];
    let differing = pairs.into_iter().filter(|(_, before, now)| before != now);
    differing.map(|(what, before, now)| format!("{what} from {} to {}", shown(before), shown(now))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(document_digest: Digest) -> Snapshot {
        Snapshot {
            code: "1.D.3".to_owned(),
            title: String::new(),
            criteria: Digest::of(b""),
            document: "1.D.3/evidence.md".to_owned(),
            document_digest: Some(document_digest),
            text_digest: Digest::of(b""),
            text_form: None,
            document_only: None,
            artefacts: Vec::new(),
        }
    }

    #[test]
    fn the_text_that_was_shown_counts_whatever_the_request_says_of_the_file() {
        let snapshot = snapshot(Digest::of(b"the file that is there now"));
        let version = |text| SnapshotVersion { snapshot: &snapshot, text };
        assert_eq!(changes(version("We won 2 of 3."), version("We won 2 of 3.")), []);
        let changes = changes(version("We won 2 of 3."), version("We won 3 of 3."));
        assert_eq!(changes.iter().map(|change| change.validity).collect::<Vec<_>>(), [Validity::Changed]);
    }
}
