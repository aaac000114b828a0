//! Checks that a sign-off is as akam wrote it: its request, texts, page, record and proof, and nothing else.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::answer::{self, Answer, Basis, Says};
use super::proof::{self, Detected, ProofKind, STEM};
use super::reading::{self, Reading};
use super::request::{self, Request};
use super::{RECORD, REQUEST, STATEMENT, SignOff, TEXTS, WITHDRAWAL, statement, text_names};
use crate::digest::Digest;
use crate::framework::Framework;
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_PROOF_BYTES, MAX_STATEMENT_BYTES};
use crate::portfolio::artefact::Period;
use crate::portfolio::is_junk;
use crate::portfolio::open::unreadable;
use crate::portfolio::snapshot::criteria;
use crate::settings::Problem;
use crate::source::Refused;
use crate::tree::{Entry, Tree};

pub const RESTORE: &str = "put back the file as akam wrote it, from a copy; git and editors may change line ends. If it is lost, \
    move the folder to `private/` and ask for a new sign-off";

/// The bytes of a file, or `None` if it does not exist.
pub fn read(tree: &Tree, path: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, Problem> {
    let Some(entry) = tree.find(path) else { return Ok(None) };
    tree.read(entry, max_bytes).map(Some).map_err(|error| unreadable(entry, &error))
}

/// Why akam cannot have written a request.
pub fn request_refused(request: &Request, framework: &Framework) -> Option<String> {
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
        // If the criteria changed since, the title may have changed too.
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

/// Whether the last day, month or year of a period begins after `day`.
fn begins_after(period: &Period, day: Date) -> bool {
    let last = period.text.rsplit(" to ").next().and_then(Period::parse).map_or(period.first, |last| last.first);
    last > day && !is_about(last, day)
}

/// Whether two days may be the same, seen from different time zones.
pub fn is_about(one: Date, other: Date) -> bool {
    one == other || one.tomorrow().is_ok_and(|next| next == other) || one.yesterday().is_ok_and(|last| last == other)
}

/// Whether a day is before another one in every time zone.
fn is_before(one: Date, other: Date) -> bool {
    one < other && !is_about(one, other)
}

/// Reads the texts and the proof, and returns why a sign-off cannot be relied on.
pub fn check(tree: &Tree, sign_off: &mut SignOff) -> Vec<Problem> {
    let mut problems = unknown_files(tree, sign_off);
    problems.extend(read_texts(tree, sign_off));
    if problems.is_empty() {
        problems.extend(check_statement(tree, sign_off));
    }
    let Some(answer) = &sign_off.answer else { return problems };
    let wrong = |why: &str| Problem::file(&sign_off.path(RECORD), why, RESTORE);
    if answer.format != answer::FORMAT {
        problems.push(wrong("another version of akam wrote it"));
    }
    if answer.request != sign_off.digest {
        problems.push(Problem::file(&sign_off.path(REQUEST), "it is not the request that was answered", RESTORE));
    }
    if let Some(why) = impossible_days(sign_off, answer).or_else(|| impossible_verdicts(&sign_off.request, answer)) {
        problems.push(wrong(why));
    }
    match check_proof(tree, sign_off, answer) {
        Ok((name, reading)) => {
            sign_off.proof = name;
            sign_off.is_bare = reading.as_ref().is_some_and(|reading| reading.is_bare);
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
    unknown.map(|entry| Problem::file(&entry.path, "akam writes no such file in a sign-off", help)).collect()
}

/// The proofs in a sign-off's folder; akam writes at most one.
pub fn proofs<'a>(tree: &'a Tree, sign_off: &'a SignOff) -> impl Iterator<Item = &'a Entry> {
    tree.below(&sign_off.folder).filter(|entry| is_proof(&entry.path[sign_off.folder.len() + 1..]))
}

/// A proof without a record: the record was removed, or recording was stopped.
pub fn unrecorded(tree: &Tree, sign_off: &SignOff) -> Option<Problem> {
    let proof = proofs(tree, sign_off).next().filter(|_| sign_off.answer.is_none())?;
    let help = "put the record back, or record the answer again: `akam sign-off record --proof FILE`";
    Some(Problem::file(&proof.path, "there is an answer, and its record is gone", help))
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

/// Reads the texts that were shown; each must match its digest in the request.
fn read_texts(tree: &Tree, sign_off: &mut SignOff) -> Vec<Problem> {
    let mut problems = Vec::new();
    for shown in &sign_off.request.competencies {
        let now = Some((super::text_name(&shown.now.code), shown.now.text_digest));
        let earlier = shown.earlier.as_ref();
        let earlier = earlier.map(|it| (super::earlier_text_name(&shown.now.code), it.snapshot.text_digest));
        for (name, digest) in now.into_iter().chain(earlier) {
            let path = sign_off.path(&name);
            match read(tree, &path, MAX_DOCUMENT_BYTES) {
                Ok(None) => problems.push(Problem::file(&path, "the text that was shown is gone", RESTORE)),
                Ok(Some(bytes)) if Digest::of(&bytes) != digest => {
                    problems.push(Problem::file(&path, "it is not the text that was shown", RESTORE));
                }
                Ok(Some(bytes)) => match String::from_utf8(bytes) {
                    Ok(text) => drop(sign_off.texts.insert(name, text)),
                    Err(_) => problems.push(Problem::file(&path, "it is not UTF-8", RESTORE)),
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
        Ok(None) => Some(Problem::file(&path, "the page that was shown is gone", RESTORE)),
        Ok(Some(bytes)) => {
            let page = statement::render(&sign_off.request, sign_off.digest, &sign_off.texts);
            let is_same = page.is_some_and(|page| page.html.into_bytes() == bytes);
            (!is_same).then(|| Problem::file(&path, "it is not the page that akam makes of this request", RESTORE))
        }
    }
}

/// Why the days of an answer are impossible; the order is asked, signed, recorded.
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
    let is_twice = |code: &&str| answer.about(code).count() > 1 && answer.about(code).any(|it| it.says != Says::Except);
    if asked.iter().any(is_twice) {
        return Some("it says two things about one competency");
    }
    let is_bare = |verdict: &answer::Verdict| verdict.says == Says::Except && verdict.reason().trim().is_empty();
    answer.verdicts.iter().any(is_bare).then_some("an exception does not say what is excepted")
}

/// The name of the proof's file and what it says, which must match the record.
fn check_proof(tree: &Tree, sign_off: &SignOff, answer: &Answer) -> Result<(Option<String>, Option<Reading>), Problem> {
    let names = proofs(tree, sign_off).map(|entry| entry.path[sign_off.folder.len() + 1..].to_owned());
    let names: Vec<String> = names.collect();
    let wrong = |name: &str, why: &str| Err(Problem::file(&sign_off.path(name), why, RESTORE));
    let (name, digest) = match (&names[..], answer.proof.digest, answer.proof.kind) {
        ([], None, ProofKind::Typed) if answer.basis == Basis::Candidate => return Ok((None, None)),
        ([name], Some(digest), _) => (name, digest),
        ([], Some(_), _) => return wrong(RECORD, "the proof is gone"),
        ([_, second, ..], ..) => return wrong(second, "there are several proofs of one answer"),
        ([name], None, _) => return wrong(name, "the record names no proof"),
        _ => return wrong(RECORD, "the record contradicts itself"),
    };
    let bytes = read(tree, &sign_off.path(name), MAX_PROOF_BYTES)?.unwrap_or_default();
    if Digest::of(&bytes) != digest {
        return wrong(name, "it is not the proof that was recorded");
    }
    let refused = |wrong: Refused| Problem::file(&sign_off.path(name), wrong.message, wrong.help);
    let detected: Detected = proof::detect(&bytes).map_err(refused)?;
    if *name != format!("{STEM}.{}", detected.ending) {
        return wrong(name, &format!("its content is that of a `.{}` file", detected.ending));
    }
    let reading = reading::read(&detected, &sign_off.request, sign_off.fingerprint()).map_err(refused)?;
    let is_same = reading.kind == answer.proof.kind
        && reading.from == answer.proof.from
        && reading.issuer == answer.proof.issuer
        && reading.basis() == answer.basis
        && reading.verdicts.as_ref().is_none_or(|verdicts| *verdicts == answer.verdicts)
        && reading.floor.iter().all(|(code, least)| answer.says(code) >= Some(*least))
        && reading.sent.is_none_or(|sent| sent == answer.signed);
    if !is_same {
        return wrong(RECORD, "the record does not say what the proof says");
    }
    Ok((Some(name.clone()), Some(reading)))
}
