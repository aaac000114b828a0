//! Reads the sign-offs of a portfolio.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::check::{RESTORE, check, read, request_refused, unrecorded};
use super::proof::STEM;
use super::request::Request;
use super::{RECORD, REQUEST, SignOff, WITHDRAWAL};
use crate::digest::Digest;
use crate::fingerprint::Fingerprint;
use crate::framework::Framework;
use crate::limits::{
    MAX_ALL_RECORDS_BYTES, MAX_ALL_SIGN_OFFS_BYTES, MAX_REQUEST_BYTES, MAX_SETTINGS_BYTES, MAX_SIGN_OFFS,
};
use crate::portfolio::snapshot::Snapshot;
use crate::portfolio::{SIGN_OFFS, is_junk};
use crate::settings::{self, Problem};
use crate::source::Source;
use crate::threads::share_in_order;
use crate::tree::{Entry, EntryKind, Tree};

/// All sign-offs, in the order of their folders' names, and problems with whatever else is among them.
pub fn open(tree: &Tree, framework: &Framework) -> (Vec<SignOff>, Vec<Problem>) {
    let inside = tree.below(SIGN_OFFS).filter(|entry| entry.path[SIGN_OFFS.len() + 1..].split('/').count() == 1);
    let inside: Vec<&Entry> = inside.filter(|entry| !is_junk(&entry.path)).collect();
    // The newest come last and count most, so they are sized first.
    let mut size = Size::default();
    let read = inside.iter().rev().take_while(|entry| size.fits(tree, &entry.path)).count();
    let (unread, read) = inside.split_at(inside.len() - read);
    let too_many = unread.last().map(|last| {
        let (records, all) = (MAX_ALL_RECORDS_BYTES / 1_000_000, MAX_ALL_SIGN_OFFS_BYTES / 1_000_000);
        let message = format!(
            "up to `{}` they are not read: all together are more than {MAX_SIGN_OFFS}, or hold more than {records} MB of \
             records and texts or {all} MB in all",
            last.path
        );
        Problem::file(SIGN_OFFS, message, "move sign-offs that do not count any more to `private/`")
    });
    let opened = share_in_order(read, |entry| match entry.kind {
        EntryKind::Folder => Some(sign_off(tree, framework, &entry.path)),
        EntryKind::File => Some(Err(Problem::file(
            &entry.path,
            "this file belongs to no sign-off, so it proves nothing and is not packed",
            "`akam sign-off record --proof FILE` records it; then move the file to `private/`",
        ))),
        // Rules on names report links and devices.
        _ => None,
    });
    let (mut sign_offs, mut problems) = (Vec::new(), Vec::from_iter(too_many));
    for opened in opened.into_iter().flatten() {
        match opened {
            Ok(sign_off) => {
                problems.extend(unrecorded(tree, &sign_off));
                sign_offs.push(sign_off);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let counts = |it: &SignOff| it.answer.is_some() && it.withdrawal.is_none() && it.problems.is_empty();
    let outdone = |it: &SignOff| {
        let same: Vec<&SignOff> = sign_offs.iter().filter(|other| other.digest == it.digest && counts(other)).collect();
        let codes = it.request.codes().into_iter().filter(|_| counts(it)).map(str::to_owned);
        codes.filter(|code| same.iter().any(|other| it.is_outdone_by(other, code))).collect::<BTreeSet<String>>()
    };
    let outdone: Vec<BTreeSet<String>> = sign_offs.iter().map(outdone).collect();
    for (sign_off, outdone) in sign_offs.iter_mut().zip(outdone) {
        sign_off.outdone = outdone;
    }
    let given = given(&sign_offs);
    let made_up: Vec<Vec<Problem>> = sign_offs.iter().map(|sign_off| false_earlier(&given, sign_off)).collect();
    for (sign_off, made_up) in sign_offs.iter_mut().zip(made_up) {
        sign_off.problems.extend(made_up);
    }
    (sign_offs, problems)
}

/// What has been read so far.
#[derive(Default)]
struct Size {
    sign_offs: usize,
    records: u64,
    total: u64,
}

impl Size {
    /// Adds a sign-off and returns whether all of them are still within the limits.
    fn fits(&mut self, tree: &Tree, folder: &str) -> bool {
        self.sign_offs += 1;
        for file in tree.below(folder) {
            self.total += file.size;
            let is_proof = file.path[folder.len() + 1..].starts_with(STEM);
            self.records += if is_proof { 0 } else { file.size };
        }
        self.sign_offs <= MAX_SIGN_OFFS
            && self.records <= MAX_ALL_RECORDS_BYTES
            && self.total <= MAX_ALL_SIGN_OFFS_BYTES
    }
}

fn sign_off(tree: &Tree, framework: &Framework, folder: &str) -> Result<SignOff, Problem> {
    let name = &folder[SIGN_OFFS.len() + 1..];
    if !name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-')) {
        let help = "name the folder as akam did, in small letters, digits and hyphens; or move it to `private/`";
        return Err(Problem::file(folder, "akam makes no sign-off with such a name", help));
    }
    let path = |name: &str| format!("{folder}/{name}");
    let Some(bytes) = read(tree, &path(REQUEST), MAX_REQUEST_BYTES)? else {
        let message = format!("it holds no `{REQUEST}`, so nobody can tell what was confirmed");
        return Err(Problem::file(folder, message, RESTORE));
    };
    let digest = Digest::of(&bytes);
    let request: Request = parse(&path(REQUEST), bytes)?;
    if let Some(why) = request_refused(&request, framework) {
        return Err(Problem::file(&path(REQUEST), why, RESTORE));
    }
    let record = |name: &str| read(tree, &path(name), MAX_SETTINGS_BYTES);
    let answer = record(RECORD)?.map(|bytes| parse(&path(RECORD), bytes)).transpose()?;
    let withdrawal = record(WITHDRAWAL)?.map(|bytes| parse(&path(WITHDRAWAL), bytes)).transpose()?;
    let mut sign_off = SignOff {
        folder: folder.to_owned(),
        request,
        digest,
        texts: BTreeMap::new(),
        answer,
        withdrawal,
        proof: None,
        message: None,
        is_bare: false,
        outdone: BTreeSet::new(),
        problems: Vec::new(),
    };
    let problems = check(tree, &mut sign_off);
    sign_off.problems = problems;
    Ok(sign_off)
}

fn parse<T: DeserializeOwned>(path: &str, bytes: Vec<u8>) -> Result<T, Problem> {
    let parsed = Source::decode(path, bytes).and_then(|source| settings::parse(&source));
    parsed.map_err(|wrong| Problem { help: RESTORE.to_owned(), ..wrong })
}

/// By fingerprint, code and signatory: the snapshot shown, and the days of confirmation and withdrawal, for each
/// record.
type Given<'a> = BTreeMap<(Fingerprint, &'a str, &'a str), Vec<(&'a Snapshot, Date, Option<Date>)>>;

fn given(sign_offs: &[SignOff]) -> Given<'_> {
    let mut given = Given::new();
    for it in sign_offs.iter().filter(|it| it.problems.is_empty()) {
        let Some(answer) = &it.answer else { continue };
        let withdrawn = it.withdrawal.as_ref().map(|withdrawal| withdrawal.on);
        for shown in it.request.competencies.iter().filter(|shown| answer.confirms(&shown.now.code)) {
            let key = (it.fingerprint(), shown.now.code.as_str(), it.request.signatory.name.as_str());
            given.entry(key).or_default().push((&shown.now, answer.signed, withdrawn));
        }
    }
    given
}

/// Problems of a request that claims a confirmation which never happened.
fn false_earlier(given: &Given<'_>, sign_off: &SignOff) -> Vec<Problem> {
    let name = sign_off.request.signatory.name.as_str();
    let made_up = sign_off.request.competencies.iter().filter(|shown| {
        shown.earlier.as_ref().is_some_and(|earlier| {
            let found = earlier.fingerprint().and_then(|it| given.get(&(it, shown.now.code.as_str(), name)));
            // The confirmation may have been withdrawn after the request.
            let is_recorded = |(snapshot, signed, withdrawn): &(&Snapshot, Date, Option<Date>)| {
                let stood = withdrawn.is_none_or(|day| day >= sign_off.request.asked);
                **snapshot == earlier.snapshot && *signed == earlier.signed && stood
            };
            !found.into_iter().flatten().any(is_recorded)
        })
    });
    let message =
        |code: &str| format!("the answer about {code} that it calls an earlier one is not among the sign-offs");
    let help = "put back the folder of the earlier sign-off; if it is lost, ask for a new one";
    made_up.map(|it| Problem::file(&sign_off.path(REQUEST), message(&it.now.code), help)).collect()
}
