//! `akam sign-off record`: takes up an answer, with its proof as it came.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use inquire::Text;
use jiff::civil::Date;

use super::{choose, is_asked, text};
use crate::cli::SignOffRecord;
use crate::commands::{Outcome, answered, open, refuse, root, say, today};
use crate::digest::Digest;
use crate::disk;
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::fingerprint::Fingerprint;
use crate::portfolio::sign_off::proof::{self, Examined, Held, Kind, NAMESPACE, NoProof};
use crate::portfolio::sign_off::standing::{Change, State, changes};
use crate::portfolio::sign_off::{
    ALLOWED_SIGNERS, Answer, Exception, FORMAT, PRINCIPAL, Proof, RECORD, STATEMENT, SignOff,
};
use crate::report::sign_off::{Recorded, not_recorded, recorded};
use crate::tree::open_file;

/// Largest statement that is read, in bytes.
const MOST_STATEMENT: u64 = 20_000_000;

/// A proof as it came.
struct Given {
    bytes: Vec<u8>,
    examined: Examined,
}

pub fn run(place: Option<&Path>, wish: SignOffRecord) -> Result<Outcome> {
    let root = root(place)?;
    let day = today()?;
    let portfolio = open(&root);
    let given = wish.proof.as_deref().map(take).transpose()?;
    let sign_off = which(&portfolio, wish.fingerprint, given.as_ref())?;
    let statement = statement(&portfolio, sign_off)?;
    let proof = proof(&portfolio, sign_off, given.as_ref(), &statement)?;
    let changed = changed(&portfolio, sign_off);
    if changed.iter().any(|(_, change)| change.state == State::Changed) {
        say(&not_recorded(sign_off, &changed))?;
        return Ok(Outcome::ErrorsFound);
    }
    let mail = given.as_ref().and_then(|given| given.examined.mail.as_ref());
    let answer = Answer {
        format: FORMAT,
        signatory: sign_off.request.signatory.name.clone(),
        role: sign_off.request.signatory.role.clone(),
        signed: signed(wish.signed, mail.and_then(|mail| mail.sent), sign_off.request.asked, day)?,
        recorded: day,
        fingerprint: sign_off.fingerprint().to_string(),
        request: sign_off.digest,
        statement: Digest::of(&statement),
        proof,
        exceptions: exceptions(sign_off, wish.except)?,
    };
    write(&root, sign_off, &answer, given.as_ref())?;
    say(&recorded(&Recorded { sign_off, answer: &answer, words: mail.map(|mail| mail.own.clone()) }))?;
    Ok(Outcome::Done)
}

/// Reads a proof and tells what it is.
fn take(path: &Path) -> Result<Given> {
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
    Ok(Given { bytes, examined })
}

fn no_proof(name: &str, wrong: NoProof) -> anyhow::Error {
    refuse(format!("`{name}` cannot be a proof: {}", wrong.message), wrong.help)
}

/// The request that is answered: the one whose fingerprint is given, or stands in the e-mail, or was signed.
fn which<'a>(portfolio: &'a Portfolio, fingerprint: Option<String>, given: Option<&Given>) -> Result<&'a SignOff> {
    let none =
        || refuse("no answer is awaited", "`akam sign-off request` asks for one; `akam sign-off list` shows all");
    let open = || portfolio.sign_offs.iter().filter(|sign_off| sign_off.is_open());
    if open().next().is_none() && fingerprint.is_none() {
        return Err(none());
    }
    if let Some(words) = fingerprint {
        return choose(portfolio, Some(&words), SignOff::is_open, none());
    }
    if let Some(mail) = given.and_then(|given| given.examined.mail.as_ref()) {
        let found = Fingerprint::find(&mail.text);
        if let Some(sign_off) = open().find(|sign_off| found.contains(&sign_off.fingerprint())) {
            return Ok(sign_off);
        }
        let known = portfolio.sign_offs.iter().find(|sign_off| found.contains(&sign_off.fingerprint()));
        return Err(match (known, found.first()) {
            (Some(known), _) => refuse(
                format!("the e-mail answers `{}`, which awaits no answer any more", known.name()),
                "`akam sign-off list` shows what is recorded",
            ),
            (None, Some(other)) => refuse(
                format!("the e-mail confirms {other}, which is the fingerprint of no request here"),
                "the answer belongs to other documents: ask anew with `akam sign-off request`",
            ),
            (None, None) => refuse(
                "the e-mail holds no fingerprint, so nobody can tell what it confirms",
                "ask for an answer that quotes the fingerprint of the statement",
            ),
        });
    }
    if let Some(given) = given.filter(|given| given.examined.kind == Kind::Ssh) {
        let signed = |sign_off: &&SignOff| {
            statement(portfolio, sign_off).is_ok_and(|page| proof::check_signature(&given.bytes, &page).is_ok())
        };
        // Where none fits, what is wrong is told of the one that is meant.
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
    choose(portfolio, Some(&words), SignOff::is_open, none())
}

/// The page that was to be signed, as it is kept.
fn statement(portfolio: &Portfolio, sign_off: &SignOff) -> Result<Vec<u8>> {
    let path = sign_off.path(STATEMENT);
    let help = "put it back as it was, or withdraw the request and ask anew";
    let entry = portfolio.tree.find(&path).ok_or_else(|| refuse(format!("`{path}` is gone"), help))?;
    let bytes = portfolio.tree.read(entry, MOST_STATEMENT).with_context(|| format!("cannot read `{path}`"))?;
    if !String::from_utf8_lossy(&bytes).contains(&sign_off.digest.to_string()) {
        return Err(refuse(format!("`{path}` is not the page that belongs to `{}`", sign_off.name()), help));
    }
    Ok(bytes)
}

/// What the record says of the proof; refuses one that proves something else.
fn proof(portfolio: &Portfolio, sign_off: &SignOff, given: Option<&Given>, statement: &[u8]) -> Result<Proof> {
    let mut proof = Proof { kind: Kind::Typed, file: None, digest: None, from: None, quoted: false, key: None };
    let Some(Given { bytes, examined }) = given else { return Ok(proof) };
    proof.kind = examined.kind;
    proof.digest = Some(Digest::of(bytes));
    let free = |name: &String| portfolio.tree.find(&sign_off.path(name)).is_none();
    let names = (2..).map(|number| format!("proof-{number}.{}", examined.ending));
    proof.file = std::iter::once(format!("proof.{}", examined.ending)).chain(names).find(free);
    if let Some(mail) = &examined.mail {
        let own = portfolio.details.candidate.email.as_deref().map(str::trim).unwrap_or_default();
        if !own.is_empty() && mail.address.eq_ignore_ascii_case(own) {
            let help = "save the answer that you received, not the request that you sent";
            return Err(refuse(format!("the e-mail comes from your own address, `{}`", mail.address), help));
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
    let seen = sign_off.request.competencies.iter();
    let known = seen.filter_map(|seen| {
        let competency = portfolio.framework.competency(&seen.code)?;
        Some((seen.code.as_str(), changes(portfolio, competency, portfolio.folder(&seen.code)?, sign_off)))
    });
    known.flat_map(|(code, changes)| changes.into_iter().map(move |change| (code, change))).collect()
}

/// The day of signing: as given, else that of the e-mail, else as answered, else today.
fn signed(given: Option<String>, sent: Option<Date>, asked: Date, day: Date) -> Result<Date> {
    let given = match given {
        None if sent.is_none() && is_asked() => {
            let question = Text::new("When was it signed?").with_help_message("as 2026-11-20; Enter takes today");
            answered(question.prompt_skippable())?.filter(|text| !text.trim().is_empty())
        }
        given => given,
    };
    let date = match given {
        Some(text) => {
            text.trim().parse().ok().ok_or_else(|| refuse(format!("`{text}` is no day"), "write it as 2026-11-20"))?
        }
        None => sent.unwrap_or(day),
    };
    if date > day {
        return Err(refuse(format!("{date} has not come yet"), "give the day on which it was signed"));
    }
    // Somebody in another time zone may sign on what is the day before.
    if asked.yesterday().is_ok_and(|before| date < before) {
        let help = format!("it was asked on {asked}; give the day on which it was signed");
        return Err(refuse(format!("on {date} nothing was asked yet"), help));
    }
    Ok(date)
}

/// What is not confirmed: as given, else as answered.
fn exceptions(sign_off: &SignOff, given: Vec<String>) -> Result<Vec<Exception>> {
    let covered = |code: &str| {
        let code = code.trim();
        let found = sign_off.request.competencies.iter().find(|seen| seen.code.eq_ignore_ascii_case(code));
        found.map(|seen| seen.code.clone()).ok_or_else(|| {
            let codes: Vec<&str> = sign_off.request.competencies.iter().map(|seen| seen.code.as_str()).collect();
            refuse(format!("`{code}` is not among what was asked"), format!("it was asked about {}", codes.join(", ")))
        })
    };
    let mut exceptions = Vec::new();
    let mut texts = given.into_iter();
    while let (Some(code), Some(passage), Some(reason)) = (texts.next(), texts.next(), texts.next()) {
        if passage.trim().is_empty() || reason.trim().is_empty() {
            return Err(refuse(
                "an exception names a passage and a reason",
                "give both: `--except CODE PASSAGE REASON`",
            ));
        }
        exceptions.push(Exception { competency: covered(&code)?, passage, reason });
    }
    while exceptions.is_empty() && is_asked() {
        let help = "the code of the competency; Enter where all is confirmed";
        let Some(code) = text(None, "Is anything excepted?", help)? else { break };
        let code = covered(&code)?;
        let passage = text(None, "Which passage or artefact?", "as the signatory wrote it")?;
        let reason = text(None, "Why?", "as the signatory wrote it")?;
        match (passage, reason) {
            (Some(passage), Some(reason)) => exceptions.push(Exception { competency: code, passage, reason }),
            _ => return Err(refuse("an exception names a passage and a reason", "ask the signatory for both")),
        }
    }
    Ok(exceptions)
}

/// Writes the proof beside the statement, and last the record, by which it counts. Where that fails, the proof is taken
/// back.
fn write(root: &Path, sign_off: &SignOff, answer: &Answer, given: Option<&Given>) -> Result<()> {
    let path = |name: &str| root.join(sign_off.path(name));
    let mut made: Vec<PathBuf> = Vec::new();
    let mut all = || -> Result<()> {
        if let (Some(given), Some(name)) = (given, &answer.proof.file) {
            disk::create(&path(name), &given.bytes)?;
            made.push(path(name));
            if let Some(key) = &given.examined.key {
                let line = format!("{PRINCIPAL} namespaces=\"{NAMESPACE}\" {}\n", key.public);
                disk::create(&path(ALLOWED_SIGNERS), line.as_bytes())?;
                made.push(path(ALLOWED_SIGNERS));
            }
        }
        disk::create(&path(RECORD), answer.render().as_bytes())
    };
    let written = all();
    if written.is_err() {
        for path in &made {
            disk::take_back(path);
        }
    }
    written
}
