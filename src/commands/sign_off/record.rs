//! `akam sign-off record`: records an answer, with its proof unchanged.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::verdicts::{read_as, verdicts};
use super::{choose, free_name, refuse_unreadable};
use crate::cli::RecordArgs;
use crate::commands::questions::{can_ask, text, text_that};
use crate::commands::{Outcome, open_to_write, refuse, refuse_misplaced, refuse_private, root, say, today};
use crate::digest::Digest;
use crate::disk::{self, Transaction};
use crate::fingerprint::Fingerprint;
use crate::limits::MAX_PROOF_BYTES;
use crate::portfolio::sign_off::answer::{Answer, Basis, FORMAT, Proof};
use crate::portfolio::sign_off::check::{is_about, proofs};
use crate::portfolio::sign_off::proof::{self, Detected, ProofKind, STEM};
use crate::portfolio::sign_off::reading::{self, Reading};
use crate::portfolio::sign_off::{RECORD, REQUEST, STATEMENT, SignOff, text_names};
use crate::portfolio::snapshot::changes::{Change, Validity};
use crate::portfolio::{Portfolio, SIGN_OFFS};
use crate::report::sign_off::{Recorded, not_recorded, recorded};
use crate::review::confirmation::changes;
use crate::rules::sign_off::identity::may_be_same_address;
use crate::source::Refused;
use crate::tree::{Entry, EntryKind, open_file};

/// A proof file, unchanged.
struct GivenProof {
    name: String,
    bytes: Vec<u8>,
    detected: Detected,
}

pub fn run(place: Option<&Path>, args: &RecordArgs) -> Result<Outcome> {
    disk::install_signal_handler();
    let root = root(place)?;
    let day = today()?;
    let portfolio = open_to_write(&root)?;
    refuse_misplaced(&portfolio, SIGN_OFFS, &EntryKind::Folder)?;
    let given = args.proof.as_deref().map(|path| read_proof(&root, path)).transpose()?;
    let sign_off = find_request(&portfolio, args.fingerprint.as_deref(), given.as_ref())?;
    if let Some(problem) = sign_off.problems.first() {
        return Err(refuse(format!("`{}`: {}", problem.place.path, problem.message), &problem.help));
    }
    let reading = given.as_ref().map(|given| read(&portfolio, sign_off, given)).transpose()?;
    let changed = changed(&portfolio, sign_off);
    if changed.iter().all(|(_, changes)| changes.iter().any(|change| change.validity == Validity::Changed)) {
        say(&not_recorded(sign_off, &changed))?;
        return Ok(Outcome::ErrorsFound);
    }
    let basis = reading.as_ref().map_or(Basis::Candidate, Reading::basis);
    // The answer is printed before any question about it.
    let read_as = read_as(reading.as_ref(), args)?;
    let signed = signed(args.signed.as_deref(), reading.as_ref(), sign_off.request.asked, day)?;
    let answer = Answer {
        format: FORMAT,
        signed,
        recorded: day,
        request: sign_off.digest,
        basis,
        proof: Proof {
            kind: reading.as_ref().map_or(ProofKind::Typed, |reading| reading.kind),
            digest: given.as_ref().map(|given| Digest::of(&given.bytes)),
            from: reading.as_ref().and_then(|reading| reading.from.clone()),
            issuer: reading.as_ref().and_then(|reading| reading.issuer.clone()),
        },
        verdicts: verdicts(sign_off, reading.as_ref(), read_as, args)?,
    };
    let folder = folder(&portfolio, sign_off, given.as_ref());
    write(&root, &portfolio, &folder, sign_off, &answer, given.as_ref())?;
    let message = reading.as_ref().and_then(|reading| reading.message.as_ref());
    say(&recorded(&Recorded {
        request: &sign_off.request,
        folder: &folder,
        answer: &answer,
        message,
        changes: &changed,
    }))?;
    Ok(Outcome::Done)
}

/// Reads a proof and detects its kind.
fn read_proof(root: &Path, path: &Path) -> Result<GivenProof> {
    refuse_private(root, path)?;
    let cannot = || format!("cannot read `{}`", path.display());
    let file = open_file(path.canonicalize().as_deref().unwrap_or(path)).with_context(cannot)?;
    let mut bytes = Vec::new();
    file.take(MAX_PROOF_BYTES + 1).read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() as u64 > MAX_PROOF_BYTES {
        let help = "scan the page at a lower resolution, or save the e-mail without what is attached to it";
        return Err(refuse(format!("`{}` is larger than {} MB", path.display(), MAX_PROOF_BYTES / 1_000_000), help));
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let detected = proof::detect(&bytes).map_err(|wrong| no_proof(&name, wrong))?;
    Ok(GivenProof { name, bytes, detected })
}

fn no_proof(name: &str, wrong: Refused) -> anyhow::Error {
    refuse(format!("`{name}` cannot be a proof: {}", wrong.message), wrong.help)
}

/// Reads the proof; refuses one that answers another request or comes from the candidate.
fn read(portfolio: &Portfolio, sign_off: &SignOff, given: &GivenProof) -> Result<Reading> {
    let reading = reading::read(&given.detected, &sign_off.request, sign_off.fingerprint());
    let reading = reading.map_err(|wrong| no_proof(&given.name, wrong))?;
    let own = portfolio.details.candidate.email.iter().chain(&sign_off.request.candidate.email);
    let is_own = |address: &&str| own.clone().any(|own| may_be_same_address(address, own));
    if let Some(address) = reading.message.as_ref().and_then(|message| message.addresses().find(is_own)) {
        let help = "save the answer that you received, not the request that you sent";
        return Err(refuse(format!("the e-mail comes from your own address, `{address}`"), help));
    }
    Ok(reading)
}

/// The request that is answered: by the given fingerprint, or the one in the e-mail or PDF. An answered request may be
/// answered again with another proof, or if the older record was withdrawn.
fn find_request<'a>(
    portfolio: &'a Portfolio,
    fingerprint: Option<&str>,
    given: Option<&GivenProof>,
) -> Result<&'a SignOff> {
    let none =
        || refuse("no answer is awaited", "`akam sign-off request` asks for one; `akam sign-off list` shows all");
    let digest = given.map(|given| Digest::of(&given.bytes));
    let is_news = |sign_off: &SignOff| match &sign_off.answer {
        None => sign_off.withdrawal.is_none(),
        Some(_) => sign_off.withdrawal.is_some() || digest.is_some(),
    };
    // Of several records of a request, the last one is answered again.
    let is_last = |sign_off: &SignOff| {
        let last = portfolio.sign_offs.iter().rfind(|other| other.digest == sign_off.digest);
        last.is_some_and(|last| last.folder == sign_off.folder)
    };
    let is_recorded = |sign_off: &SignOff| {
        let same = portfolio.sign_offs.iter().filter(|it| it.digest == sign_off.digest && it.withdrawal.is_none());
        let mut proofs = same.filter_map(|it| it.answer.as_ref()?.proof.digest);
        proofs.any(|proof| Some(proof) == digest)
    };
    let qualifies = |sign_off: &SignOff| is_news(sign_off) && is_last(sign_off) && !is_recorded(sign_off);
    if let Some(words) = fingerprint {
        let is_long_enough = words.chars().filter(char::is_ascii_alphanumeric).count() == 17;
        if portfolio.sign_offs.iter().any(|sign_off| sign_off.name() == words) || !is_long_enough {
            let help = "give it as it is on the signed page, for example 7F3A-91C2-K4QX-0M8T-V";
            return Err(refuse(format!("`{words}` is not a fingerprint"), help));
        }
        return choose(portfolio, Some(words), qualifies, none());
    }
    let open: Vec<&SignOff> = portfolio.sign_offs.iter().filter(|sign_off| qualifies(sign_off)).collect();
    if open.is_empty() {
        return Err(none());
    }
    let is_telling = |given: &&GivenProof| !given.detected.content.text().unwrap_or_default().is_empty();
    if let Some(given) = given.filter(is_telling) {
        return answered_by(portfolio, &open, given);
    }
    let help = "as it is on the page that was signed, for example 7F3A-91C2-K4QX-0M8T-V";
    let words = text(None, "The fingerprint:", help)?;
    let words = words.ok_or_else(|| {
        refuse(
            "missing: the fingerprint that was confirmed",
            "give it as it is on the signed page: `akam sign-off record FINGERPRINT --proof FILE`",
        )
    })?;
    choose(portfolio, Some(&words), qualifies, none())
}

/// The only request whose fingerprint is in an e-mail or PDF: in the sender's own text or the subject, else anywhere.
fn answered_by<'a>(portfolio: &Portfolio, open: &[&'a SignOff], given: &GivenProof) -> Result<&'a SignOff> {
    let all = given.detected.content.text().unwrap_or_default();
    for text in [given.detected.content.own_text().as_str(), all] {
        let held: Vec<&SignOff> = open.iter().copied().filter(|it| it.fingerprint().is_in(text)).collect();
        match held[..] {
            [] => {}
            [only] => return Ok(only),
            _ => {
                let names: Vec<String> = held.iter().map(|it| it.fingerprint().to_string()).collect();
                let message =
                    format!("`{}` holds the fingerprints of several requests: {}", given.name, names.join(", "));
                return Err(refuse(
                    message,
                    "say which one it answers: `akam sign-off record FINGERPRINT --proof FILE`",
                ));
            }
        }
    }
    Err(unknown(portfolio, &given.name, all))
}

/// Why a proof answers no open request.
fn unknown(portfolio: &Portfolio, name: &str, text: &str) -> anyhow::Error {
    if let Some(known) = portfolio.sign_offs.iter().find(|sign_off| sign_off.fingerprint().is_in(text)) {
        let withdrawn = known.withdrawal.is_some() && known.answer.is_none();
        let why = if withdrawn { "is withdrawn" } else { "is recorded already" };
        let message = format!("the request that `{name}` answers, `{}`, {why}", known.name());
        return refuse(message, "`akam sign-off list` shows all");
    }
    match &Fingerprint::find(text)[..] {
        [other, ..] => refuse(
            format!("`{name}` confirms {other}, and no request in this portfolio has that fingerprint"),
            "see whether it answers a request of another portfolio; `akam sign-off list` shows all of this one",
        ),
        [] => refuse(
            format!("`{name}` holds no fingerprint, so nobody can tell what it confirms"),
            "ask for an answer that quotes the fingerprint; if it is on a page that cannot be read, give it: \
             `akam sign-off record FINGERPRINT --proof FILE`",
        ),
    }
}

/// The changes of each competency since it was shown.
fn changed<'a>(portfolio: &Portfolio, sign_off: &'a SignOff) -> Vec<(&'a str, Vec<Change>)> {
    let codes = sign_off.request.codes().into_iter();
    let changed = codes.map(|code| {
        let known = portfolio.framework.competency(code).zip(portfolio.folder(code));
        let changes = known.map_or_else(
            || vec![Change::gone(code)],
            |(competency, folder)| changes(portfolio, competency, folder, sign_off),
        );
        (code, changes)
    });
    changed.collect()
}

/// The day of signing: of the e-mail or the signature, else as given or answered, else today.
fn signed(given: Option<&str>, reading: Option<&Reading>, asked: Date, day: Date) -> Result<Date> {
    let check = |date: Date| {
        if date > day && !is_about(date, day) {
            return Err((format!("{date} is in the future"), "give the day on which it was signed".to_owned()));
        }
        // In another time zone it may still be the day before.
        if date < asked && !is_about(date, asked) {
            return Err((format!("{date} is before you asked"), format!("you asked on {asked}")));
        }
        Ok(date)
    };
    let read = |text: &str| match text.trim().parse() {
        Ok(date) if date > day => {
            Err((format!("{date} is in the future"), "give the day on which it was signed".to_owned()))
        }
        Ok(date) => check(date),
        Err(_) => Err((format!("`{text}` is not a date"), "write it like 2026-11-20".to_owned())),
    };
    let refused = |(message, help): (String, String)| refuse(message, help);
    let given = given.map(|text| read(text).map_err(refused)).transpose()?;
    let sent = reading.and_then(|reading| reading.sent);
    let is_mail = reading.is_some_and(|reading| reading.kind == ProofKind::EMail);
    match (sent, given) {
        (Some(sent), Some(given)) if sent != given => {
            let did = if is_mail { "the e-mail was sent" } else { "it was signed" };
            Err(refuse(format!("{did} on {sent}, not on {given}"), "leave `--signed` out"))
        }
        (Some(sent), _) => check(sent).map_err(refused),
        (None, Some(given)) => Ok(given),
        (None, None) if is_mail && !can_ask() => {
            Err(refuse("the e-mail does not say when it was sent", "give the day with `--signed 2026-11-20`"))
        }
        (None, None) => {
            let validate = |text: &str| read(text).err().map(|(message, help)| format!("{message}: {help}"));
            let answer = text_that("When was it signed?", "for example 2026-11-20; press Enter for today", validate)?;
            answer.map_or(Ok(day), |text| read(&text).map_err(refused))
        }
    }
}

/// The folder for the answer: the request's, unless that has an answer or another proof already.
fn folder(portfolio: &Portfolio, sign_off: &SignOff, given: Option<&GivenProof>) -> String {
    let is_free =
        sign_off.answer.is_none() && proofs(&portfolio.tree, sign_off).all(|entry| is_given(portfolio, entry, given));
    if is_free { sign_off.folder.clone() } else { free_name(&portfolio.tree, &sign_off.folder) }
}

/// Whether a file equals the given proof.
fn is_given(portfolio: &Portfolio, entry: &Entry, given: Option<&GivenProof>) -> bool {
    let digest = given.map(|given| Digest::of(&given.bytes));
    digest.is_some() && portfolio.tree.digest(entry).ok() == digest
}

/// Writes the proof, and last the record, by which it counts: beside the request, or with a copy of what was asked and
/// shown in another folder.
fn write(
    root: &Path,
    portfolio: &Portfolio,
    folder: &str,
    sign_off: &SignOff,
    answer: &Answer,
    given: Option<&GivenProof>,
) -> Result<()> {
    let record = answer.render(&sign_off.request);
    refuse_unreadable(&record)?;
    let proof = given.map(|given| (format!("{STEM}.{}", given.detected.ending), given.bytes.as_slice()));
    let record = (RECORD.to_owned(), record.as_bytes());
    let mut transaction = Transaction::default();
    if folder == sign_off.folder {
        // Recording may have been stopped behind the proof.
        let is_there = proofs(&portfolio.tree, sign_off).next().is_some();
        for (name, bytes) in proof.filter(|_| !is_there).into_iter().chain([record]) {
            transaction.file(&root.join(folder).join(name), bytes)?;
        }
    } else {
        let names = [REQUEST.to_owned(), STATEMENT.to_owned()].into_iter().chain(text_names(&sign_off.request));
        let copied = names.filter_map(|name| Some((portfolio.tree.find(&sign_off.path(&name))?, name)));
        let copied = copied.map(|(entry, name)| {
            Ok((name, portfolio.tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?))
        });
        let new = proof.into_iter().chain([record]).map(|(name, bytes)| Ok((name, Box::new(bytes) as Box<dyn Read>)));
        transaction.folder(&root.join(folder), copied.chain(new))?;
    }
    transaction.commit()
}
