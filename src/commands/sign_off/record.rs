//! `akam sign-off record`: takes up an answer, with its proof as it came.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::{choose, free_name, is_asked, refuse_unreadable, text, text_that};
use crate::cli::SignOffRecord;
use crate::commands::{Outcome, open_to_write, refuse, refuse_misplaced, refuse_private, root, say, today};
use crate::digest::Digest;
use crate::disk;
use crate::portfolio::sign_off::changes::changes;
use crate::portfolio::sign_off::fingerprint::Fingerprint;
use crate::portfolio::sign_off::mail::{Held, Mail};
use crate::portfolio::sign_off::proof::{self, Assurance, Examined, Kind, NoProof};
use crate::portfolio::sign_off::standing::{Change, State};
use crate::portfolio::sign_off::{
    ALLOWED_SIGNERS, Answer, Exception, FORMAT, MOST, Proof, RECORD, REQUEST, STATEMENT, SignOff, TEXTS, is_about,
};
use crate::portfolio::{Portfolio, SIGN_OFFS};
use crate::report::sign_off::{Recorded, not_recorded, recorded};
use crate::tree::{Kind as EntryKind, open_file};

/// A proof as it came.
struct Given {
    bytes: Vec<u8>,
    examined: Examined,
}

impl Given {
    fn mail(&self) -> Option<&Mail> {
        self.examined.mail.as_ref()
    }
}

pub fn run(place: Option<&Path>, wish: SignOffRecord) -> Result<Outcome> {
    disk::heed_signals();
    let root = root(place)?;
    let day = today()?;
    let portfolio = open_to_write(&root)?;
    refuse_misplaced(&portfolio, SIGN_OFFS, &EntryKind::Folder)?;
    let given = wish.proof.as_deref().map(|path| take(&root, path)).transpose()?;
    let sign_off = which(&portfolio, wish.fingerprint, given.as_ref())?;
    let statement = statement(&portfolio, sign_off)?;
    let changed = changed(&portfolio, sign_off);
    if changed.iter().any(|(_, change)| change.state == State::Changed) {
        say(&not_recorded(sign_off, &changed))?;
        return Ok(Outcome::ErrorsFound);
    }
    let folder =
        if sign_off.answer.is_none() { sign_off.folder.clone() } else { free_name(&portfolio.tree, &sign_off.folder) };
    let mut answer = Answer {
        format: FORMAT,
        signatory: sign_off.request.signatory.name.clone(),
        role: sign_off.request.signatory.role.clone(),
        signed: day,
        recorded: day,
        fingerprint: sign_off.fingerprint().to_string(),
        request: sign_off.digest,
        statement: Digest::of(&statement),
        proof: proof(&portfolio, sign_off, &folder, given.as_ref(), &statement)?,
        exceptions: Vec::new(),
    };
    answer.signed = signed(wish.signed, given.as_ref().and_then(Given::mail), sign_off.request.asked, day)?;
    answer.exceptions = exceptions(sign_off, wish.except)?;
    if folder != sign_off.folder {
        copy(&portfolio, &root, sign_off, &folder)?;
    }
    write(&root, &folder, &answer, given.as_ref())?;
    let mail = given.as_ref().and_then(Given::mail);
    say(&recorded(&Recorded {
        request: &sign_off.request,
        folder: &folder,
        answer: &answer,
        mail,
        changes: &changed,
    }))?;
    Ok(Outcome::Done)
}

/// Reads a proof and tells what it is.
fn take(root: &Path, path: &Path) -> Result<Given> {
    refuse_private(root, path)?;
    let cannot = || format!("cannot read `{}`", path.display());
    let file = open_file(path.canonicalize().as_deref().unwrap_or(path)).with_context(cannot)?;
    let mut bytes = Vec::new();
    file.take(proof::MOST + 1).read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() as u64 > proof::MOST {
        let help = "scan the page at a lower resolution, or save the e-mail without what is attached to it";
        return Err(refuse(format!("`{}` is larger than {} MB", path.display(), proof::MOST / 1_000_000), help));
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let examined = proof::examine(&name, &bytes).map_err(|wrong| no_proof(&name, wrong))?;
    Ok(Given { bytes: proof::kept(&examined, bytes), examined })
}

fn no_proof(name: &str, wrong: NoProof) -> anyhow::Error {
    refuse(format!("`{name}` cannot be a proof: {}", wrong.message), wrong.help)
}

/// The request that is answered: the one whose fingerprint is given, or stands in the e-mail, or was signed. One that is
/// answered already is taken where the new proof is worth more, or the older record was withdrawn.
fn which<'a>(portfolio: &'a Portfolio, fingerprint: Option<String>, given: Option<&Given>) -> Result<&'a SignOff> {
    let none =
        || refuse("no answer is awaited", "`akam sign-off request` asks for one; `akam sign-off list` shows all");
    let worth = given.map_or(Assurance::Typed, |given| given.examined.kind.assurance());
    let is_better = |sign_off: &SignOff| match &sign_off.answer {
        None => sign_off.is_open(),
        Some(answer) => sign_off.withdrawal.is_some() || answer.proof.kind.assurance() < worth,
    };
    // Where a request has several records, the last of them counts.
    let is_last = |sign_off: &SignOff| {
        let last = portfolio.sign_offs.iter().rfind(|other| other.digest == sign_off.digest);
        last.is_some_and(|last| last.folder == sign_off.folder)
    };
    let qualifies = |sign_off: &SignOff| is_better(sign_off) && is_last(sign_off);
    let open = || portfolio.sign_offs.iter().filter(|sign_off| qualifies(sign_off));
    if let Some(words) = fingerprint {
        let is_long_enough = words.chars().filter(char::is_ascii_alphanumeric).count() == 17;
        if portfolio.sign_offs.iter().any(|sign_off| sign_off.name() == words) || !is_long_enough {
            let help = "give it as it stands on the signed page, like 7F3A-91C2-K4QX-0M8T-V";
            return Err(refuse(format!("`{words}` is no fingerprint"), help));
        }
        return choose(portfolio, Some(&words), qualifies, none());
    }
    if open().next().is_none() {
        return Err(none());
    }
    if let Some(mail) = given.and_then(Given::mail) {
        return match open().find(|sign_off| mail.holds(sign_off.fingerprint()).is_some()) {
            Some(sign_off) => Ok(sign_off),
            None => Err(unknown(portfolio, mail)),
        };
    }
    if let Some(given) = given.filter(|given| given.examined.kind == Kind::Ssh) {
        let signed = |sign_off: &&SignOff| {
            statement(portfolio, sign_off).is_ok_and(|page| proof::check_signature(&given.bytes, &page).is_ok())
        };
        // Where none fits, what is wrong is told of the one that is awaited.
        return open().find(signed).map_or_else(|| choose(portfolio, None, SignOff::is_open, none()), Ok);
    }
    let help = "as it stands on the page that was signed, like 7F3A-91C2-K4QX-0M8T-V";
    let words = text(None, "The fingerprint:", help)?;
    let words = words.ok_or_else(|| {
        refuse(
            "it is not said which fingerprint was confirmed",
            "give it as it stands on the signed page: `akam sign-off record FINGERPRINT`",
        )
    })?;
    choose(portfolio, Some(&words), qualifies, none())
}

/// Why an e-mail answers nothing that is awaited.
fn unknown(portfolio: &Portfolio, mail: &Mail) -> anyhow::Error {
    if let Some(known) = portfolio.sign_offs.iter().find(|sign_off| mail.holds(sign_off.fingerprint()).is_some()) {
        let message = format!("the e-mail answers `{}`, which awaits no answer any more", known.name());
        return refuse(message, "`akam sign-off list` shows what is recorded");
    }
    match Fingerprint::find(&mail.text).first() {
        Some(other) => refuse(
            format!("the e-mail confirms {other}, which is the fingerprint of no request here"),
            "the answer belongs to other documents: ask anew with `akam sign-off request`",
        ),
        None => refuse(
            "the e-mail holds no fingerprint, so nobody can tell what it confirms",
            "ask for an answer that quotes the fingerprint of the statement",
        ),
    }
}

/// The page that was to be signed, as it is kept.
fn statement(portfolio: &Portfolio, sign_off: &SignOff) -> Result<Vec<u8>> {
    let path = sign_off.path(STATEMENT);
    let help = "put it back as it was, or withdraw the request and ask anew";
    let entry = portfolio.tree.find(&path).ok_or_else(|| refuse(format!("`{path}` is gone"), help))?;
    let bytes = portfolio.tree.read(entry, MOST).with_context(|| format!("cannot read `{path}`"))?;
    if !String::from_utf8_lossy(&bytes).contains(&sign_off.digest.to_string()) {
        return Err(refuse(format!("`{path}` is not the page that belongs to `{}`", sign_off.name()), help));
    }
    Ok(bytes)
}

/// What the record says of the proof; refuses one that proves something else.
fn proof(
    portfolio: &Portfolio,
    sign_off: &SignOff,
    folder: &str,
    given: Option<&Given>,
    statement: &[u8],
) -> Result<Proof> {
    let mut proof = Proof { kind: Kind::Typed, file: None, digest: None, from: None, quoted: false, key: None };
    let Some(Given { bytes, examined }) = given else { return Ok(proof) };
    proof.kind = examined.kind;
    proof.digest = Some(Digest::of(bytes));
    let free = |name: &String| portfolio.tree.find(&format!("{folder}/{name}")).is_none();
    let names = (2..).map(|number| format!("proof-{number}.{}", examined.ending));
    proof.file = std::iter::once(format!("proof.{}", examined.ending)).chain(names).find(free);
    if let Some(mail) = &examined.mail {
        let own = portfolio.details.candidate.email.as_deref().map(str::trim).unwrap_or_default();
        if !own.is_empty() && mail.is_from(own) {
            let help = "save the answer that you received, not the request that you sent";
            return Err(refuse(format!("the e-mail comes from your own address, `{own}`"), help));
        }
        let held = mail.holds(sign_off.fingerprint()).ok_or_else(|| {
            refuse(
                format!("the e-mail does not hold the fingerprint {}", sign_off.fingerprint()),
                "ask for an answer that quotes the fingerprint of the statement",
            )
        })?;
        proof.from = Some(mail.from.clone());
        proof.quoted = held == Held::Quoted;
    }
    if examined.kind == Kind::Ssh {
        let key = proof::check_signature(bytes, statement).map_err(|wrong| refuse(wrong.message, wrong.help))?;
        proof.key = Some(key.fingerprint);
    }
    Ok(proof)
}

/// What changed since it was shown, by the code of the competency.
fn changed<'a>(portfolio: &Portfolio, sign_off: &'a SignOff) -> Vec<(&'a str, Change)> {
    let changed = sign_off.request.competencies.iter().flat_map(|seen| {
        let code = seen.code.as_str();
        let known = portfolio.framework.competency(code).zip(portfolio.folder(code));
        let found = match known {
            Some((competency, folder)) => changes(portfolio, competency, folder, sign_off),
            None => vec![Change::gone(code)],
        };
        found.into_iter().map(move |change| (code, change))
    });
    changed.collect()
}

/// The day of signing: that of the e-mail, else as given or answered, else today.
fn signed(given: Option<String>, mail: Option<&Mail>, asked: Date, day: Date) -> Result<Date> {
    let check = |date: Date| {
        if date > day {
            return Err((format!("{date} has not come yet"), "give the day on which it was signed".to_owned()));
        }
        // Somebody in another time zone may sign on what is the day before.
        if date < asked && !is_about(date, asked) {
            return Err((format!("on {date} nothing was asked yet"), format!("it was asked on {asked}")));
        }
        Ok(date)
    };
    let read = |text: &str| match text.trim().parse() {
        Ok(date) => check(date),
        Err(_) => Err((format!("`{text}` is no day"), "write it as 2026-11-20".to_owned())),
    };
    let refused = |(message, help): (String, String)| refuse(message, help);
    let given = given.map(|text| read(&text)).transpose().map_err(refused)?;
    match (mail.map(|mail| mail.sent), given) {
        (Some(Some(sent)), Some(given)) if !is_about(sent, given) => {
            Err(refuse(format!("the e-mail was sent on {sent}, not on {given}"), "leave `--signed` out"))
        }
        (_, Some(given)) => Ok(given),
        (Some(Some(sent)), None) if is_about(sent, day) => Ok(sent.min(day)),
        (Some(Some(sent)), None) => check(sent).map_err(refused),
        (Some(None), None) if !is_asked() => {
            Err(refuse("the e-mail does not say when it was sent", "give the day with `--signed 2026-11-20`"))
        }
        (_, None) => {
            let validate = |text: &str| read(text).err().map(|(message, help)| format!("{message}: {help}"));
            let answer = text_that("When was it signed?", "as 2026-11-20; Enter takes today", validate)?;
            answer.map_or(Ok(day), |text| read(&text).map_err(refused))
        }
    }
}

/// What is not confirmed: as given, else as answered.
fn exceptions(sign_off: &SignOff, given: Vec<String>) -> Result<Vec<Exception>> {
    let codes: Vec<&str> = sign_off.request.competencies.iter().map(|seen| seen.code.as_str()).collect();
    let asked_about = format!("it was asked about {}", codes.join(", "));
    let covered = |code: &str| codes.iter().find(|known| known.eq_ignore_ascii_case(code.trim())).copied();
    let mut exceptions = Vec::new();
    let mut texts = given.into_iter();
    while let (Some(code), Some(passage), Some(reason)) = (texts.next(), texts.next(), texts.next()) {
        if passage.trim().is_empty() || reason.trim().is_empty() {
            let help = "give both: `--except CODE PASSAGE REASON`";
            return Err(refuse("an exception names a passage and a reason", help));
        }
        let competency = covered(&code).map(str::to_owned);
        let competency =
            competency.ok_or_else(|| refuse(format!("`{code}` is not among what was asked"), &asked_about))?;
        exceptions.push(Exception { competency, passage, reason });
    }
    if exceptions.is_empty() {
        exceptions = exceptions_told(&asked_about, covered)?;
    }
    Ok(exceptions)
}

/// What a person says is not confirmed, until they have said all.
fn exceptions_told<'a>(asked_about: &str, covered: impl Fn(&str) -> Option<&'a str> + Clone) -> Result<Vec<Exception>> {
    let mut exceptions = Vec::new();
    loop {
        let (question, help) = match exceptions.len() {
            0 => ("Is anything excepted?", "the code of the competency; Enter where all is confirmed"),
            _ => ("Is anything else excepted?", "the code of the competency; Enter where that was all"),
        };
        let unknown = |code: &str| covered(code).is_none().then(|| asked_about.to_owned());
        let Some(code) = text_that(question, help, unknown)? else { break };
        let any = |_: &str| None;
        let passage = text_that("Which passage or artefact?", "as the signatory wrote it", any)?;
        let reason = text_that("Why?", "as the signatory wrote it", any)?;
        let (Some(passage), Some(reason)) = (passage, reason) else {
            return Err(refuse("an exception names a passage and a reason", "ask the signatory for both"));
        };
        exceptions.push(Exception { competency: covered(&code).unwrap_or(&code).to_owned(), passage, reason });
    }
    Ok(exceptions)
}

/// Copies what was asked and shown to another folder, for another record of the same request.
fn copy(portfolio: &Portfolio, root: &Path, sign_off: &SignOff, folder: &str) -> Result<()> {
    let texts = sign_off.request.competencies.iter().map(|seen| format!("{TEXTS}/{}.txt", seen.code));
    let names = [REQUEST.to_owned(), STATEMENT.to_owned()].into_iter().chain(texts);
    let files =
        names.filter_map(|name| Some((portfolio.tree.find(&sign_off.path(&name))?, name))).map(|(entry, name)| {
            Ok((name, portfolio.tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?))
        });
    disk::create_filled(&root.join(folder), files, Vec::new())
}

/// Writes the proof beside the statement, and last the record, by which it counts. Where that fails, the proof is taken
/// back.
fn write(root: &Path, folder: &str, answer: &Answer, given: Option<&Given>) -> Result<()> {
    let record = answer.render();
    refuse_unreadable(&record)?;
    let path = |name: &str| root.join(folder).join(name);
    let mut made = Vec::new();
    if let (Some(given), Some(name)) = (given, &answer.proof.file) {
        made.push(disk::create_waiting(&path(name), &given.bytes)?);
        if let Some(key) = &given.examined.key {
            let (path, text) = (path(ALLOWED_SIGNERS), key.allowed_signers());
            // A run that was killed may have left one, which counts for nothing without a record.
            let mut left = Vec::new();
            match open_file(&path).and_then(|mut file| file.read_to_end(&mut left)) {
                Ok(_) => disk::replace(&path, &left, &text)?,
                Err(_) => made.push(disk::create_waiting(&path, text.as_bytes())?),
            }
        }
    }
    disk::create_with(&path(RECORD), record.as_bytes(), made)
}
