//! Takes up the sign-offs of a portfolio, and looks whether each record is whole.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::fingerprint::Fingerprint;
use super::mail::{Held, Mail};
use super::proof::{self, Kind};
use super::{
    ALLOWED_SIGNERS, Answer, FORMAT, MOST, MOST_REQUEST, MOST_TEXT, RECORD, REQUEST, Request, STATEMENT, SignOff,
    TEXTS, WITHDRAWAL, Withdrawal,
};
use crate::digest::Digest;
use crate::document::wording;
use crate::portfolio::open::unreadable;
use crate::portfolio::{SIGN_OFFS, is_junk};
use crate::settings::{self, Problem};
use crate::source::{Place, Source};
use crate::tree::{Entry, Kind as EntryKind, Tree};

/// Most sign-offs that are taken up: ten times as many as anybody needs.
const MOST_SIGN_OFFS: usize = 100;

/// Bytes of an e-mail's own words that are kept.
const MOST_WORDS: usize = 10_000;

/// Bytes that their records and texts may have together, and all that lies in them.
const MOST_RECORDS: u64 = 10_000_000;
const MOST_IN_ALL: u64 = 250_000_000;

/// How much is read.
#[derive(Default)]
struct Size {
    sign_offs: usize,
    records: u64,
    all: u64,
}

impl Size {
    /// Adds a sign-off, and tells whether it still fits.
    fn with(&mut self, tree: &Tree, folder: &str) -> bool {
        self.sign_offs += 1;
        for file in tree.below(folder) {
            self.all += file.size;
            let is_record = [REQUEST, RECORD, WITHDRAWAL].iter().any(|name| file.path.ends_with(name));
            if is_record || file.path[folder.len() + 1..].starts_with(TEXTS) {
                self.records += file.size;
            }
        }
        self.sign_offs <= MOST_SIGN_OFFS && self.records <= MOST_RECORDS && self.all <= MOST_IN_ALL
    }
}

/// All sign-offs, in the order of their folders' names, and what lies among them and is none. They must be about the
/// candidate, where a name is known.
pub fn open(tree: &Tree, candidate: Option<&str>) -> (Vec<SignOff>, Vec<Problem>) {
    let (mut sign_offs, mut problems) = (Vec::new(), Vec::new());
    let inside = tree.below(SIGN_OFFS).filter(|entry| entry.path[SIGN_OFFS.len() + 1..].split('/').count() == 1);
    let inside: Vec<&Entry> = inside.filter(|entry| !is_junk(&entry.path)).collect();
    // The newest come last, and are the ones that count.
    let read = inside.iter().rev().scan(Size::default(), |size, entry| size.with(tree, &entry.path).then_some(()));
    let too_many = inside.len() - read.count();
    if let Some(last) = inside[..too_many].last() {
        let (records, all) = (MOST_RECORDS / 1_000_000, MOST_IN_ALL / 1_000_000);
        let message = format!(
            "up to `{}` they are not read: all together are more than {MOST_SIGN_OFFS}, or hold more than {records} MB of \
             records and texts or {all} MB in all",
            last.path
        );
        problems.push(problem(SIGN_OFFS, message, "move sign-offs that do not count any more to `private/`"));
    }
    for entry in &inside[too_many..] {
        let taken = match entry.kind {
            EntryKind::Folder => sign_off(tree, &entry.path),
            EntryKind::File => Err(problem(
                &entry.path,
                "this file belongs to no sign-off, so it proves nothing and is not packed",
                "`akam sign-off record --proof FILE` takes it up; then move the file to `private/`",
            )),
            // The rules on names tell of links and devices.
            _ => continue,
        };
        match taken {
            Ok(mut taken) => {
                taken.flaws.extend(candidate.and_then(|name| other_candidate(&taken, name)));
                sign_offs.push(taken);
            }
            Err(problem) => problems.push(problem),
        }
    }
    for at in 0..sign_offs.len() {
        let counts = |it: &&SignOff| it.answer.is_some() && it.withdrawal.is_none() && it.flaws.is_empty();
        let later = sign_offs[at + 1..].iter().filter(counts).any(|later| later.digest == sign_offs[at].digest);
        sign_offs[at].superseded = later;
    }
    (sign_offs, problems)
}

fn problem(path: &str, message: impl Into<String>, help: &str) -> Problem {
    Problem { place: Place::file(path), message: message.into(), help: help.to_owned() }
}

fn sign_off(tree: &Tree, folder: &str) -> Result<SignOff, Problem> {
    let path = format!("{folder}/{REQUEST}");
    let restore = "put back the file that akam wrote, to the byte (git and editors may change line ends), or move the folder to \
        `private/` and ask for a new sign-off";
    let Some(entry) = tree.find(&path) else {
        return Err(problem(
            folder,
            format!("it holds no `{REQUEST}`, so nobody can tell what was confirmed"),
            restore,
        ));
    };
    let bytes = tree
        .read(entry, MOST_REQUEST)
        .map_err(|error| problem(&path, format!("it cannot be read: {error}"), restore))?;
    let digest = Digest::of(&bytes);
    let request: Request = parse(&path, bytes, restore)?;
    if request.format != FORMAT {
        return Err(problem(&path, "another version of akam wrote it", "use the latest version of akam"));
    }
    let codes: BTreeSet<&str> = request.competencies.iter().map(|seen| seen.code.as_str()).collect();
    if codes.len() < request.competencies.len() {
        return Err(problem(&path, "it asks about a competency twice", restore));
    }
    if request.observed().is_none() {
        return Err(problem(&path, "its period of observation is none", restore));
    }
    let optional = |name: &str| tree.find(&format!("{folder}/{name}"));
    let answer: Option<Answer> = optional(RECORD).map(|entry| record(tree, entry, restore)).transpose()?;
    let withdrawal: Option<Withdrawal> = optional(WITHDRAWAL).map(|entry| record(tree, entry, restore)).transpose()?;
    let mut sign_off = SignOff {
        folder: folder.to_owned(),
        request,
        digest,
        answer,
        withdrawal,
        words: None,
        superseded: false,
        flaws: Vec::new(),
    };
    (sign_off.flaws, sign_off.words) = flaws(tree, &sign_off);
    Ok(sign_off)
}

/// Somebody else's sign-off confirms nothing of this candidate's.
fn other_candidate(sign_off: &SignOff, candidate: &str) -> Option<Problem> {
    let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let asker = &sign_off.request.candidate.name;
    (words(asker) != words(candidate)).then(|| {
        let message = format!("it is about the work of `{asker}`, and the candidate here is `{candidate}`");
        problem(&sign_off.path(REQUEST), message, "correct the name in `portfolio.toml`, or ask for a new sign-off")
    })
}

fn record<T: DeserializeOwned>(tree: &Tree, entry: &Entry, restore: &str) -> Result<T, Problem> {
    let bytes = tree.read(entry, settings::MOST);
    let bytes = bytes.map_err(|error| problem(&entry.path, format!("it cannot be read: {error}"), restore))?;
    parse(&entry.path, bytes, restore)
}

fn parse<T: DeserializeOwned>(path: &str, bytes: Vec<u8>, restore: &str) -> Result<T, Problem> {
    let source = Source::decode(path, bytes).map_err(|wrong| problem(path, wrong.message, restore))?;
    settings::parse(&source).map_err(|wrong| Problem { help: restore.to_owned(), ..wrong })
}

const RESTORE: &str = "put back the file as it was, to the byte: git and editors may change line ends";

/// Reads a file of a sign-off, which is called so where it is gone.
fn read(tree: &Tree, sign_off: &SignOff, name: &str, most: u64, called: &str) -> Result<Vec<u8>, Problem> {
    let path = sign_off.path(name);
    let entry = tree.find(&path).ok_or_else(|| problem(&path, format!("{called} is gone"), RESTORE))?;
    tree.read(entry, most).map_err(|error| unreadable(entry, &error))
}

/// Why a record cannot be relied on: each of its files must be the one that was confirmed.
fn flaws(tree: &Tree, sign_off: &SignOff) -> (Vec<Problem>, Option<String>) {
    let mut flaws = Vec::new();
    let mut flaw = |name: &str, message: &str, help: &str| flaws.push(problem(&sign_off.path(name), message, help));
    let Some(answer) = &sign_off.answer else { return (flaws, None) };
    if answer.format != FORMAT {
        flaw(RECORD, "another version of akam wrote it", "use the latest version of akam");
    }
    let restore = RESTORE;
    let fingerprint = sign_off.fingerprint();
    if answer.request != sign_off.digest || Fingerprint::parse(&answer.fingerprint) != Some(fingerprint) {
        flaw(REQUEST, "it is not what was confirmed: the record holds another fingerprint", restore);
    }
    if answer.signatory.trim() != sign_off.request.signatory.name.trim() {
        flaw(RECORD, "it names another signatory than the one who was asked", restore);
    }
    if answer.role.trim() != sign_off.request.signatory.role.trim() {
        flaw(RECORD, "it names another role than the one that was asked", restore);
    }
    let statement = read(tree, sign_off, STATEMENT, MOST, "the page that was signed");
    match &statement {
        Ok(bytes) if Digest::of(bytes) != answer.statement => {
            flaw(STATEMENT, "it is not the page that was signed", restore);
        }
        Ok(bytes) if !shows_all(&String::from_utf8_lossy(bytes), sign_off) => {
            flaw(STATEMENT, "it is not the page of this request", restore);
        }
        Ok(_) => {}
        Err(problem) => flaws.push(problem.clone()),
    }
    let mail = proven(tree, sign_off, answer, statement.ok().as_deref()).unwrap_or_else(|problem| {
        flaws.push(problem);
        None
    });
    for seen in &sign_off.request.competencies {
        let path = sign_off.text_path(&seen.code);
        // A trial holds only the text of its own competency.
        let Some(entry) = tree.find(&path) else { continue };
        let text = tree.read(entry, MOST_TEXT).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if text.is_none_or(|text| wording::digest(&text) != seen.text_digest) {
            flaws.push(problem(&path, "it is not the text that was confirmed", restore));
        }
    }
    (flaws, mail.map(|mail| mail.own[..mail.own.floor_char_boundary(MOST_WORDS)].to_owned()))
}

/// Whether two days are one, seen from different time zones.
pub fn is_about(one: Date, other: Date) -> bool {
    one == other || one.tomorrow().is_ok_and(|next| next == other) || one.yesterday().is_ok_and(|last| last == other)
}

/// Whether a page shows the fingerprint, and the digest of each file that is confirmed.
fn shows_all(page: &str, sign_off: &SignOff) -> bool {
    let files = sign_off.request.competencies.iter().flat_map(|seen| {
        std::iter::once(seen.document_digest).chain(seen.artefacts.iter().map(|artefact| artefact.digest))
    });
    // In one pass: a page may be long, and the files many.
    let shown = page.split(|sign: char| !sign.is_ascii_hexdigit());
    let shown: BTreeSet<Digest> = shown.filter_map(Digest::parse).collect();
    let mut digests = files.chain([sign_off.digest]);
    page.contains(&sign_off.fingerprint().to_string()) && digests.all(|digest| shown.contains(&digest))
}

/// What an e-mail says that proves it, or what is wrong with the proof.
fn proven(tree: &Tree, sign_off: &SignOff, answer: &Answer, statement: Option<&[u8]>) -> Result<Option<Mail>, Problem> {
    let fingerprint = sign_off.fingerprint();
    let wrong = |name: &str, message: &str| Err(problem(&sign_off.path(name), message, RESTORE));
    let of = |message: &str| wrong(answer.proof.file.as_deref().unwrap_or(RECORD), message);
    let (name, digest) = match (&answer.proof.file, answer.proof.digest) {
        (None, None) if answer.proof.kind == Kind::Typed => return Ok(None),
        (Some(name), Some(digest)) if !name.contains(['/', '\\']) && answer.proof.kind != Kind::Typed => (name, digest),
        _ => return of("the record does not say which file the proof is"),
    };
    let bytes = read(tree, sign_off, name, proof::MOST, "the proof")?;
    if Digest::of(&bytes) != digest {
        return of("it is not the proof that was recorded");
    }
    let examined = match proof::examine(name, &bytes) {
        Ok(examined) if examined.kind == answer.proof.kind => examined,
        Ok(_) => return of("it is not the kind of proof that the record names"),
        Err(no_proof) => return Err(problem(&sign_off.path(name), no_proof.message, &no_proof.help)),
    };
    if let Some(mail) = &examined.mail {
        let held = mail.holds(fingerprint);
        if held.is_none() {
            return of("the e-mail confirms another fingerprint");
        }
        if mail.sent.is_some_and(|sent| !is_about(sent, answer.signed)) {
            return of("the e-mail was sent on another day than the record names");
        }
        if answer.proof.from.as_ref() != Some(&mail.from) || answer.proof.quoted != (held == Some(Held::Quoted)) {
            return of("the record does not say what the e-mail says");
        }
    }
    if let Some(key) = &examined.key {
        if statement.is_none_or(|statement| proof::check_signature(&bytes, statement).is_err()) {
            return of("the signature is not one over this statement");
        }
        let listed = read(tree, sign_off, ALLOWED_SIGNERS, settings::MOST, "the list of keys")?;
        if listed != key.allowed_signers().as_bytes() {
            return wrong(ALLOWED_SIGNERS, "it does not name the signature's key");
        }
        if answer.proof.key.as_ref() != Some(&key.fingerprint) {
            return of("the record names another key than the signature's");
        }
    }
    Ok(examined.mail)
}
