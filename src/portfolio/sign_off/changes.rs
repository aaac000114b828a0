//! What differs between what a sign-off covers and what lies there now.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::seen::{Said, Seen, SeenArtefact, criteria, document_only, text_digest};
use super::standing::{Change, State};
use super::{MOST_TEXT, SignOff};
use crate::digest::Digest;
use crate::document::wording;
use crate::framework::Competency;
use crate::portfolio::artefact::Artefact;
use crate::portfolio::{CompetencyFolder, Portfolio};
use crate::tree::Entry;

/// What was found already.
#[derive(Default)]
pub struct Found {
    /// Changes, by the sign-off's folder and the competency's code.
    changes: Mutex<BTreeMap<(String, String), Vec<Change>>>,
    /// The digests of what artefacts say, by path.
    texts: Mutex<BTreeMap<String, Option<Digest>>>,
}

/// Changes that are kept of one competency and sign-off.
const MOST_CHANGES: usize = 50;

/// All that differs between what a sign-off covers of a competency and what lies there now; looked for once.
pub fn changes(
    portfolio: &Portfolio,
    competency: &Competency,
    folder: &CompetencyFolder,
    sign_off: &SignOff,
) -> Vec<Change> {
    let key = (sign_off.folder.clone(), competency.code.clone());
    let known = || portfolio.known_changes.changes.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(changes) = known().get(&key) {
        return changes.clone();
    }
    let mut changes = find_changes(portfolio, competency, folder, sign_off);
    if changes.len() > MOST_CHANGES {
        // The worst count, and of all others how many there are.
        changes.sort_by_key(|change| Reverse(change.state));
        let others = changes.split_off(MOST_CHANGES - 1);
        let what = format!("{} more of what was confirmed", others.len());
        changes.push(Change::new(others[0].state, &folder.path, what, "differ".to_owned()));
    }
    known().insert(key, changes.clone());
    changes
}

fn find_changes(
    portfolio: &Portfolio,
    competency: &Competency,
    folder: &CompetencyFolder,
    sign_off: &SignOff,
) -> Vec<Change> {
    let Some(seen) = sign_off.seen(&competency.code) else { return Vec::new() };
    let now = Now { portfolio, folder, seen };
    let mut changes = Vec::new();
    if criteria(competency) != seen.criteria {
        let how = "changed".to_owned();
        let what = format!("the framework's text of {}", competency.code);
        changes.push(Change::new(State::CriteriaChanged, &folder.path, what, how));
    }
    changes.extend(now.document(sign_off));
    if document_only(folder) != seen.document_only {
        let how = "was changed".to_owned();
        changes.push(Change::new(State::Changed, &now.register(), "the reason why no artefact is attached", how));
    }
    now.artefacts(&mut changes);
    changes
}

/// What lies there now, beside what was shown.
struct Now<'a> {
    portfolio: &'a Portfolio,
    folder: &'a CompetencyFolder,
    seen: &'a Seen,
}

/// A registered artefact and its file, if that is there.
type Filed<'a> = (&'a Artefact, String, Option<&'a Entry>);

impl Now<'_> {
    fn document(&self, sign_off: &SignOff) -> Option<Change> {
        let what = "the document";
        let Some(document) = self.folder.document() else {
            let how = if self.folder.documents.is_empty() { "was taken out" } else { "cannot be read any more" };
            return Some(Change::new(State::Changed, &self.folder.path, what, how.to_owned()));
        };
        let path = &document.source.path;
        let digest = self.portfolio.tree.find(path).map(|entry| self.portfolio.tree.digest(entry));
        match digest {
            Some(Ok(digest)) if digest == self.seen.document_digest => renamed(&self.seen.document, path, what),
            Some(Ok(_)) => {
                let (now, digest) = document.wording();
                if *digest == self.seen.text_digest {
                    let how = "was saved anew with the same words".to_owned();
                    return Some(Change::new(State::Cosmetic, path, what, how));
                }
                let before = snapshot(self.portfolio, sign_off, &self.seen.code).map(|text| self.with_new_names(text));
                if before.as_ref().is_some_and(|before| wording::digest(before) == *digest) {
                    let how = "leads to files by their new names".to_owned();
                    return Some(Change::new(State::Renamed, path, what, how));
                }
                let mut change = Change::new(State::Changed, path, what, "changed".to_owned());
                change.passages = before.map(|before| wording::passages(&before, now)).unwrap_or_default();
                Some(change)
            }
            _ => Some(Change::new(State::Changed, path, what, "cannot be read any more".to_owned())),
        }
    }

    /// A text in which files that were renamed go by their new names.
    fn with_new_names(&self, mut text: String) -> String {
        // As links in a document name files: seen from the folder that they lie in now, or lay in then.
        let below = |path: &str| path.split_once('/').map_or(path, |(_, below)| below).to_owned();
        let gone = self.seen.artefacts.iter().filter(|seen| self.portfolio.tree.find(&seen.file).is_none());
        let gone: Vec<&SeenArtefact> = gone.collect();
        if gone.is_empty() {
            return text;
        }
        let paths = self.folder.artefacts().iter().filter_map(|artefact| self.folder.path_of(artefact)).rev();
        let digest = |path: String| Some((self.digest(self.portfolio.tree.find(&path))?, path));
        let now: BTreeMap<Digest, String> = paths.filter_map(digest).collect();
        for seen in gone {
            let Some(now) = now.get(&seen.digest) else { continue };
            let (before, now) = (below(&seen.file), below(now));
            // A name that stands everywhere is none.
            if text.len() + text.matches(&before).count() * now.len() > 2 * usize::try_from(MOST_TEXT).unwrap_or(0) {
                break;
            }
            text = text.replace(&before, &now);
        }
        text
    }

    fn artefacts(&self, changes: &mut Vec<Change>) {
        let filed: Vec<Filed<'_>> = self
            .folder
            .artefacts()
            .iter()
            .map(|artefact| {
                let path = self.folder.path_of(artefact).unwrap_or_else(|| artefact.file.get_ref().clone());
                let entry = self.portfolio.tree.find(&path);
                (artefact, path, entry)
            })
            .collect();
        let mut left: BTreeSet<usize> = (0..filed.len()).collect();
        // Whatever kept its place first: two files may hold the same bytes.
        let mut moved = Vec::new();
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (at, (_, path, _)) in filed.iter().enumerate() {
            places.entry(path).or_default().push_back(at);
        }
        for seen in &self.seen.artefacts {
            match places.get_mut(seen.file.as_str()).and_then(VecDeque::pop_front) {
                Some(at) => {
                    left.remove(&at);
                    self.compare(seen, &filed[at], changes);
                }
                None => moved.push(seen),
            }
        }
        let mut digests: BTreeMap<Digest, VecDeque<usize>> = BTreeMap::new();
        for at in left.iter().filter(|_| !moved.is_empty()) {
            if let Some(digest) = self.digest(filed[*at].2) {
                digests.entry(digest).or_default().push_back(*at);
            }
        }
        for seen in moved {
            if let Some(at) = digests.get_mut(&seen.digest).and_then(VecDeque::pop_front) {
                left.remove(&at);
                self.compare(seen, &filed[at], changes);
            } else {
                let what = called(&seen.file, &seen.number);
                changes.push(Change::new(State::Changed, &self.register(), what, "was taken out".to_owned()));
            }
        }
        for at in left {
            let (artefact, path, _) = &filed[at];
            let what = called(path, &artefact.number);
            changes.push(Change::new(State::Changed, path, what, "was added".to_owned()));
        }
    }

    /// What differs between an artefact as it was shown and as it is.
    fn compare(&self, seen: &SeenArtefact, (artefact, path, entry): &Filed<'_>, changes: &mut Vec<Change>) {
        let what = called(path, &artefact.number);
        let mut push = |state, how: &str| changes.push(Change::new(state, path, what.clone(), how.to_owned()));
        match entry.map(|entry| self.portfolio.tree.digest(entry)) {
            // The register is there to be shown.
            None => changes.push(Change::new(State::Changed, &self.register(), what.clone(), "is missing".to_owned())),
            Some(Err(error)) => push(State::Changed, &format!("cannot be read any more: {error}")),
            Some(Ok(digest)) if digest != seen.digest => {
                let words = entry.and_then(|entry| self.text_digest(entry));
                if words.is_some() && words == seen.text_digest {
                    push(State::Cosmetic, "was saved anew with the same words");
                } else {
                    push(State::Changed, "changed");
                }
            }
            // Where the document cites a number, it means another file now.
            Some(Ok(_)) if artefact.number != seen.number => {
                let text = self.folder.document().map_or("", |document| &document.source.text);
                let cited = text.contains(&seen.number) || text.contains(&artefact.number);
                let state = if cited { State::Changed } else { State::Renamed };
                push(state, &format!("was {} before", seen.number));
            }
            Some(Ok(_)) => {}
        }
        changes.extend(renamed(&seen.file, path, &what));
        let differences = differences(&seen.said, &Said::of(artefact));
        if !differences.is_empty() {
            let what = format!("what is said of {what}");
            let how = format!("changed: {}", differences.join("; "));
            changes.push(Change::new(State::Changed, &self.register(), what, how));
        }
    }

    /// The digest of what an artefact says; several sign-offs ask for it.
    fn text_digest(&self, entry: &Entry) -> Option<Digest> {
        let known = || self.portfolio.known_changes.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = known().get(&entry.path) {
            return *digest;
        }
        let digest = text_digest(&self.portfolio.tree, entry);
        known().insert(entry.path.clone(), digest);
        digest
    }

    fn digest(&self, entry: Option<&Entry>) -> Option<Digest> {
        self.portfolio.tree.digest(entry?).ok()
    }

    fn register(&self) -> String {
        format!("{}/{}", self.folder.path, crate::portfolio::artefact::FILE)
    }
}

/// The text of a competency as it was confirmed.
pub fn snapshot(portfolio: &Portfolio, sign_off: &SignOff, code: &str) -> Option<String> {
    let entry = portfolio.tree.find(&sign_off.text_path(code))?;
    String::from_utf8(portfolio.tree.read(entry, MOST_TEXT).ok()?).ok()
}

fn renamed(before: &str, now: &str, what: &str) -> Option<Change> {
    let (folder, name) = before.rsplit_once('/').unwrap_or(("", before));
    let known = now.rsplit_once('/').is_some_and(|(here, _)| here == folder);
    let was = if known { format!("renamed from `{name}`") } else { format!("moved from `{before}`") };
    (before != now).then(|| Change::new(State::Renamed, now, what, format!("was {was}")))
}

fn called(path: &str, number: &str) -> String {
    format!("`{}` ({number})", path.rsplit('/').next().unwrap_or(path))
}

/// What the register says otherwise than before.
fn differences(before: &Said, now: &Said) -> Vec<String> {
    let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    let share = |said: &Said| said.share.map(|share| format!("{share} percent"));
    // In whatever order they are listed.
    let supports = |said: &Said| {
        let codes: BTreeSet<&str> = said.supports.iter().map(String::as_str).collect();
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
