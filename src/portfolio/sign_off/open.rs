//! Reads the sign-offs of a portfolio, and checks that each is as akam wrote it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::answer::{self, Answer, Basis, Says};
use super::proof::{self, Detected, Kind, STEM};
use super::reading::{self, Reading};
use super::request::{self, Request};
use super::{RECORD, REQUEST, STATEMENT, SignOff, TEXTS, WITHDRAWAL, statement, text_names};
use crate::digest::Digest;
use crate::document;
use crate::fingerprint::Fingerprint;
use crate::framework::Framework;
use crate::portfolio::artefact::Made;
use crate::portfolio::open::unreadable;
use crate::portfolio::snapshot::{Snapshot, criteria};
use crate::portfolio::{SIGN_OFFS, is_junk};
use crate::settings::{self, Problem};
use crate::source::{Place, Source};
use crate::threads::share_in_order;
use crate::tree::{Entry, Kind as EntryKind, Tree};

/// Most sign-offs that are read: ten times as many as anybody needs.
const MAX_SIGN_OFFS: usize = 100;

/// Bytes that their records, pages and texts may have together, and all their files.
const MAX_RECORD_BYTES: u64 = 10_000_000;
const MAX_TOTAL_BYTES: u64 = 250_000_000;

/// Largest request that is read, in bytes: that of ten thousand artefacts.
pub const MAX_REQUEST_BYTES: u64 = 3_000_000;

/// Largest page that is read, in bytes.
pub const MAX_STATEMENT_BYTES: u64 = 5_000_000;

const RESTORE: &str = "put back the file as akam wrote it, from a copy; git and editors may change line ends. If it is lost, \
    move the folder to `private/` and ask for a new sign-off";

/// All sign-offs, in the order of their folders' names, and what is among them and is none.
pub fn open(tree: &Tree, framework: &Framework) -> (Vec<SignOff>, Vec<Problem>) {
    let inside = tree.below(SIGN_OFFS).filter(|entry| entry.path[SIGN_OFFS.len() + 1..].split('/').count() == 1);
    let inside: Vec<&Entry> = inside.filter(|entry| !is_junk(&entry.path)).collect();
    // The newest come last, and are the ones that count.
    let mut size = Size::default();
    let read = inside.iter().rev().take_while(|entry| size.fits(tree, &entry.path)).count();
    let (unread, read) = inside.split_at(inside.len() - read);
    let too_many = unread.last().map(|last| {
        let (records, all) = (MAX_RECORD_BYTES / 1_000_000, MAX_TOTAL_BYTES / 1_000_000);
        let message = format!(
            "up to `{}` they are not read: all together are more than {MAX_SIGN_OFFS}, or hold more than {records} MB of \
             records and texts or {all} MB in all",
            last.path
        );
        problem(SIGN_OFFS, message, "move sign-offs that do not count any more to `private/`")
    });
    let opened = share_in_order(read, |entry| match entry.kind {
        EntryKind::Folder => Some(sign_off(tree, framework, &entry.path)),
        EntryKind::File => Some(Err(problem(
            &entry.path,
            "this file belongs to no sign-off, so it proves nothing and is not packed",
            "`akam sign-off record --proof FILE` records it; then move the file to `private/`",
        ))),
        // The rules on names report links and devices.
        _ => None,
    });
    let (mut sign_offs, mut problems) = (Vec::new(), Vec::from_iter(too_many));
    for opened in opened.into_iter().flatten() {
        match opened {
            Ok(sign_off) => sign_offs.push(sign_off),
            Err(problem) => problems.push(problem),
        }
    }
    for at in 0..sign_offs.len() {
        // Of several records of one request, the last one counts.
        let counts = |it: &SignOff| it.answer.is_some() && it.withdrawal.is_none() && it.problems.is_empty();
        let same = (0..sign_offs.len()).filter(|other| sign_offs[*other].digest == sign_offs[at].digest);
        let last =
            same.filter(|other| counts(&sign_offs[*other])).max_by_key(|other| (sign_offs[*other].rank(), *other));
        sign_offs[at].superseded = counts(&sign_offs[at]) && last != Some(at);
    }
    let given = given(&sign_offs);
    let made_up: Vec<Vec<Problem>> = sign_offs.iter().map(|sign_off| made_up_earlier(&given, sign_off)).collect();
    for (sign_off, made_up) in sign_offs.iter_mut().zip(made_up) {
        sign_off.problems.extend(made_up);
    }
    (sign_offs, problems)
}

/// How much is read.
#[derive(Default)]
struct Size {
    sign_offs: usize,
    records: u64,
    total: u64,
}

impl Size {
    /// Adds a sign-off; whether all of them still fit.
    fn fits(&mut self, tree: &Tree, folder: &str) -> bool {
        self.sign_offs += 1;
        for file in tree.below(folder) {
            self.total += file.size;
            let is_proof = file.path[folder.len() + 1..].starts_with(STEM);
            self.records += if is_proof { 0 } else { file.size };
        }
        self.sign_offs <= MAX_SIGN_OFFS && self.records <= MAX_RECORD_BYTES && self.total <= MAX_TOTAL_BYTES
    }
}

fn problem(path: &str, message: impl Into<String>, help: &str) -> Problem {
    Problem { place: Place::file(path), message: message.into(), help: help.to_owned() }
}

fn sign_off(tree: &Tree, framework: &Framework, folder: &str) -> Result<SignOff, Problem> {
    let name = &folder[SIGN_OFFS.len() + 1..];
    if !name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-')) {
        let help = "name the folder as akam did, in small letters, digits and hyphens; or move it to `private/`";
        return Err(problem(folder, "akam makes no sign-off with such a name", help));
    }
    let path = |name: &str| format!("{folder}/{name}");
    let Some(bytes) = read(tree, &path(REQUEST), MAX_REQUEST_BYTES)? else {
        let message = format!("it holds no `{REQUEST}`, so nobody can tell what was confirmed");
        return Err(problem(folder, message, RESTORE));
    };
    let digest = Digest::of(&bytes);
    let request: Request = parse(&path(REQUEST), bytes)?;
    if let Some(why) = request_refused(&request, framework) {
        return Err(problem(&path(REQUEST), why, RESTORE));
    }
    let record = |name: &str| read(tree, &path(name), settings::MOST);
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
        superseded: false,
        problems: Vec::new(),
    };
    let problems = check(tree, &mut sign_off);
    sign_off.problems = problems;
    Ok(sign_off)
}

/// The bytes of a file, if it is there.
fn read(tree: &Tree, path: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, Problem> {
    let Some(entry) = tree.find(path) else { return Ok(None) };
    tree.read(entry, max_bytes).map(Some).map_err(|error| unreadable(entry, &error))
}

fn parse<T: DeserializeOwned>(path: &str, bytes: Vec<u8>) -> Result<T, Problem> {
    let source = Source::decode(path, bytes).map_err(|wrong| problem(path, wrong.message, RESTORE))?;
    settings::parse(&source).map_err(|wrong| Problem { help: RESTORE.to_owned(), ..wrong })
}

/// Why a request is none that akam writes, if so.
fn request_refused(request: &Request, framework: &Framework) -> Option<String> {
    let is_empty = |text: &str| text.trim().is_empty();
    let codes: BTreeSet<&str> = request.codes().into_iter().collect();
    let signatory = &request.signatory;
    if request.format != request::FORMAT {
        return Some("another version of akam wrote it".to_owned());
    }
    if is_empty(&signatory.name) || is_empty(&signatory.role) || is_empty(&signatory.organisation) {
        return Some("it does not say who is asked".to_owned());
    }
    if is_empty(&request.candidate.name) {
        return Some("it does not say who asks".to_owned());
    }
    if codes.is_empty() || codes.len() < request.competencies.len() {
        return Some("it asks about no competency, or about one twice".to_owned());
    }
    if request.scheme != framework.title || request.statement != framework.sign_off.statement {
        return Some("it asks to confirm another statement than the one of the competency file".to_owned());
    }
    let other_name = request.competencies.iter().find_map(|shown| {
        let competency = framework.competency(&shown.now.code)?;
        // Where the criteria changed since, the title may have changed with them.
        let is_other = shown.now.criteria == criteria(competency) && shown.now.title != competency.title;
        is_other.then_some(&shown.now.code)
    });
    if let Some(code) = other_name {
        return Some(format!("it calls {code} by another title than the competency file"));
    }
    if request.competencies.iter().any(|shown| !shown.now.is_complete()) {
        return Some("it does not give the SHA-256 of each file that was shown".to_owned());
    }
    match request.observed() {
        None => Some(format!("`{}` is not a period", request.observed)),
        Some(period) if begins_after(&period, request.asked) => {
            Some("the period in which the work was seen begins after it was asked".to_owned())
        }
        Some(_) => None,
    }
}

/// Whether the end of a period is in the future of a day; the month or year of that day may be named whole.
fn begins_after(period: &Made, day: Date) -> bool {
    let last = period.text.rsplit(" to ").next().and_then(Made::parse).map_or(period.first, |last| last.first);
    last > day && !is_about(last, day)
}

/// Whether two days are one, seen from different time zones.
pub fn is_about(one: Date, other: Date) -> bool {
    one == other || one.tomorrow().is_ok_and(|next| next == other) || one.yesterday().is_ok_and(|last| last == other)
}

/// Whether a day is before another in every time zone.
fn is_before(one: Date, other: Date) -> bool {
    one < other && !is_about(one, other)
}

/// Reads the texts and the proof, and finds why a sign-off cannot be relied on.
fn check(tree: &Tree, sign_off: &mut SignOff) -> Vec<Problem> {
    let mut problems = unknown_files(tree, sign_off);
    problems.extend(read_texts(tree, sign_off));
    if problems.is_empty() {
        problems.extend(check_statement(tree, sign_off));
    }
    let Some(answer) = &sign_off.answer else { return problems };
    let wrong = |why: &str| problem(&sign_off.path(RECORD), why, RESTORE);
    if answer.format != answer::FORMAT {
        problems.push(wrong("another version of akam wrote it"));
    }
    if answer.request != sign_off.digest {
        problems.push(problem(&sign_off.path(REQUEST), "it is not the request that was answered", RESTORE));
    }
    if let Some(why) = impossible_days(sign_off, answer).or_else(|| impossible_verdicts(&sign_off.request, answer)) {
        problems.push(wrong(why));
    }
    match check_proof(tree, sign_off, answer) {
        Ok((name, reading)) => {
            sign_off.proof = name;
            sign_off.message = reading.and_then(|reading| reading.message);
        }
        Err(problem) => problems.push(problem),
    }
    problems
}

/// Files that akam does not write.
fn unknown_files(tree: &Tree, sign_off: &SignOff) -> Vec<Problem> {
    let own: BTreeSet<&str> = own_files(tree, sign_off).map(|entry| entry.path.as_str()).collect();
    let others =
        tree.below(&sign_off.folder).filter(|entry| !own.contains(entry.path.as_str()) && !is_junk(&entry.path));
    let unknown = others.filter(|entry| entry.path != sign_off.path(TEXTS));
    let help = "move it to `private/`, or attach it as an artefact: only what akam writes belongs in this folder";
    unknown.map(|entry| problem(&entry.path, "akam writes no such file in a sign-off", help)).collect()
}

/// The files that akam writes in a sign-off's folder.
pub fn own_files<'a>(tree: &'a Tree, sign_off: &'a SignOff) -> impl Iterator<Item = &'a Entry> {
    let texts: BTreeSet<String> = text_names(&sign_off.request).collect();
    tree.below(&sign_off.folder).filter(move |entry| {
        let name = &entry.path[sign_off.folder.len() + 1..];
        [REQUEST, RECORD, STATEMENT, WITHDRAWAL].contains(&name) || texts.contains(name) || is_proof(name)
    })
}

fn is_proof(name: &str) -> bool {
    name.split_once('.').is_some_and(|(stem, ending)| stem == STEM && !ending.contains(['/', '.']))
}

/// Reads the texts that were shown; each must be the one that the request names.
fn read_texts(tree: &Tree, sign_off: &mut SignOff) -> Vec<Problem> {
    let mut problems = Vec::new();
    for shown in &sign_off.request.competencies {
        let now = Some((super::text_name(&shown.now.code), shown.now.text_digest));
        let earlier = shown.earlier.as_ref();
        let earlier = earlier.map(|it| (super::earlier_text_name(&shown.now.code), it.snapshot.text_digest));
        for (name, digest) in now.into_iter().chain(earlier) {
            let path = sign_off.path(&name);
            match read(tree, &path, document::MOST) {
                Ok(None) => problems.push(problem(&path, "the text that was shown is gone", RESTORE)),
                Ok(Some(bytes)) if Digest::of(&bytes) != digest => {
                    problems.push(problem(&path, "it is not the text that was shown", RESTORE));
                }
                Ok(Some(bytes)) => match String::from_utf8(bytes) {
                    Ok(text) => drop(sign_off.texts.insert(name, text)),
                    Err(_) => problems.push(problem(&path, "it is not UTF-8", RESTORE)),
                },
                Err(problem) => problems.push(problem),
            }
        }
    }
    problems
}

fn check_statement(tree: &Tree, sign_off: &SignOff) -> Option<Problem> {
    let path = sign_off.path(STATEMENT);
    match read(tree, &path, MAX_STATEMENT_BYTES) {
        Err(problem) => Some(problem),
        Ok(None) => Some(problem(&path, "the page that was shown is gone", RESTORE)),
        Ok(Some(bytes)) => {
            let page = statement::render(&sign_off.request, sign_off.digest, &sign_off.texts);
            let is_same = page.is_some_and(|page| page.html.into_bytes() == bytes);
            (!is_same).then(|| problem(&path, "it is not the page that akam makes of this request", RESTORE))
        }
    }
}

/// Why the days of an answer cannot be, if so: asked, signed, recorded, in this order.
fn impossible_days(sign_off: &SignOff, answer: &Answer) -> Option<&'static str> {
    let request = &sign_off.request;
    if is_before(answer.signed, request.asked) {
        return Some("it was signed before it was asked");
    }
    if is_before(answer.recorded, answer.signed) {
        return Some("it was recorded before it was signed");
    }
    sign_off
        .withdrawal
        .as_ref()
        .is_some_and(|withdrawal| is_before(withdrawal.on, answer.recorded))
        .then_some("it was withdrawn before it was recorded")
}

fn impossible_verdicts(request: &Request, answer: &Answer) -> Option<&'static str> {
    let asked: BTreeSet<&str> = request.codes().into_iter().collect();
    if answer.verdicts.iter().any(|verdict| !asked.contains(verdict.competency.as_str())) {
        return Some("it speaks of a competency that was not asked about");
    }
    let is_bare = |verdict: &answer::Verdict| verdict.says == Says::Except && verdict.reason().trim().is_empty();
    answer.verdicts.iter().any(is_bare).then_some("an exception does not say what is excepted")
}

/// The name of the proof's file and what it says; it must say what the record says.
fn check_proof(tree: &Tree, sign_off: &SignOff, answer: &Answer) -> Result<(Option<String>, Option<Reading>), Problem> {
    let names = tree.below(&sign_off.folder).map(|entry| entry.path[sign_off.folder.len() + 1..].to_owned());
    let names: Vec<String> = names.filter(|name| is_proof(name)).collect();
    let wrong = |name: &str, why: &str| Err(problem(&sign_off.path(name), why, RESTORE));
    let (name, digest) = match (&names[..], answer.proof.digest, answer.proof.kind) {
        ([], None, Kind::Typed) if answer.basis == Basis::Candidate => return Ok((None, None)),
        ([name], Some(digest), _) => (name, digest),
        ([], Some(_), _) => return wrong(RECORD, "the proof is gone"),
        ([_, second, ..], ..) => return wrong(second, "there are several proofs of one answer"),
        ([name], None, _) => return wrong(name, "the record names no proof"),
        _ => return wrong(RECORD, "the record contradicts itself"),
    };
    let bytes = read(tree, &sign_off.path(name), proof::MAX_BYTES)?.unwrap_or_default();
    if Digest::of(&bytes) != digest {
        return wrong(name, "it is not the proof that was recorded");
    }
    let refused = |wrong: proof::ProofError| problem(&sign_off.path(name), wrong.message, &wrong.help);
    let detected: Detected = proof::detect(&bytes).map_err(refused)?;
    if *name != format!("{STEM}.{}", detected.ending) {
        return wrong(name, &format!("its content is that of a `.{}` file", detected.ending));
    }
    let reading = reading::read(&detected, &sign_off.request, sign_off.fingerprint()).map_err(refused)?;
    let is_same = reading.kind == answer.proof.kind
        && reading.from == answer.proof.from
        && reading.basis() == answer.basis
        && reading.verdicts.as_ref().is_none_or(|verdicts| *verdicts == answer.verdicts)
        && reading.sent.is_none_or(|sent| sent == answer.signed);
    if !is_same {
        return wrong(RECORD, "the record does not say what the proof says");
    }
    Ok((Some(name.clone()), Some(reading)))
}

/// By fingerprint, code and name of the signatory, what was shown and on which day it was answered.
type Given<'a> = BTreeMap<(Fingerprint, &'a str, &'a str), (&'a Snapshot, Date)>;

fn given(sign_offs: &[SignOff]) -> Given<'_> {
    let answered = sign_offs.iter().filter_map(|it| Some((it, it.answer.as_ref()?.signed)));
    let given = answered.flat_map(|(it, signed)| {
        let (fingerprint, name) = (it.fingerprint(), it.request.signatory.name.as_str());
        it.request
            .competencies
            .iter()
            .map(move |shown| ((fingerprint, shown.now.code.as_str(), name), (&shown.now, signed)))
    });
    given.collect()
}

/// Why what a request says was confirmed before is not what was, if so.
fn made_up_earlier(given: &Given<'_>, sign_off: &SignOff) -> Vec<Problem> {
    let name = sign_off.request.signatory.name.as_str();
    let made_up = sign_off.request.competencies.iter().filter(|shown| {
        shown.earlier.as_ref().is_some_and(|earlier| {
            let found = earlier.fingerprint().and_then(|it| given.get(&(it, shown.now.code.as_str(), name)));
            found != Some(&(&earlier.snapshot, earlier.signed))
        })
    });
    let message =
        |code: &str| format!("the answer about {code} that it calls an earlier one is not among the sign-offs");
    let help = "put back the folder of the earlier sign-off; if it is lost, ask for a new one";
    made_up.map(|it| problem(&sign_off.path(REQUEST), message(&it.now.code), help)).collect()
}
