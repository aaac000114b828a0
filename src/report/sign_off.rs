//! What the commands about sign-offs say: what was asked, answered, withdrawn, and what still stands.

use super::confirmed::{Confirmed, Status, changes};
use super::count;
use super::terminal::{BOLD, FAINT, GOOD, note, paragraph, safe, styled};
use crate::digest::Digest;
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::fingerprint::Fingerprint;
use crate::portfolio::sign_off::mail::Mail;
use crate::portfolio::sign_off::standing::{Change, Signed, State};
use crate::portfolio::sign_off::{Answer, Exception, Request, SignOff};
use crate::rules::sign_off::is_same_person;

/// A request that was written.
pub struct Asked<'a> {
    pub request: &'a Request,
    pub digest: Digest,
    /// The folder in the portfolio.
    pub record: &'a str,
    /// The folder or file to be mailed.
    pub mailed: &'a str,
    pub is_zip: bool,
}

/// What to send, and what to do with the answer.
pub fn asked(asked: &Asked<'_>) -> String {
    let signatory = &asked.request.signatory;
    let codes: Vec<&str> = asked.request.competencies.iter().map(|seen| seen.code.as_str()).collect();
    let mut text = format!("{} {}\n", styled(BOLD, "written"), safe(asked.mailed));
    text += &paragraph(
        &format!(
            "for {}, {}: {} ({})",
            signatory.name,
            signatory.role,
            count(codes.len(), "competency"),
            codes.join(", ")
        ),
        "  ",
    );
    text += &format!("  fingerprint {}\n", Fingerprint::of(&asked.digest));
    text += &format!("  kept in {}\n\n", safe(asked.record));
    let send = if asked.is_zip { "the file" } else { "the folder, or a ZIP file of it," };
    text += &paragraph(
        &format!(
            "Look at `statement.html` in it first: it is what {} will see. Then send {send} to {}; akam sends nothing. Change \
             nothing that is listed there until the answer is recorded.",
            signatory.name, signatory.name,
        ),
        "",
    );
    text + "\n" + &paragraph("next: when the answer is here, `akam sign-off record --proof FILE`", "")
}

/// What was recorded.
pub struct Recorded<'a> {
    pub request: &'a Request,
    pub folder: &'a str,
    pub answer: &'a Answer,
    pub mail: Option<&'a Mail>,
    /// What differs from what was shown and leaves the sign-off standing, by the code of the competency.
    pub changes: &'a [(&'a str, Change)],
}

pub fn recorded(recorded: &Recorded<'_>) -> String {
    let (request, answer) = (recorded.request, recorded.answer);
    let codes: Vec<&str> = request.competencies.iter().map(|seen| seen.code.as_str()).collect();
    let mut text = format!("{} {}\n", styled(BOLD, "recorded"), safe(recorded.folder));
    text += &paragraph(&format!("{} confirmed {} on {}", who(request), codes.join(", "), answer.signed), "  ");
    text += &paragraph(&how(answer), "  ");
    if let Some(mail) = recorded.mail {
        text += &paragraph(&format!("what the e-mail says: “{}”", excerpt(&mail.own)), "  ");
    }
    text += &answer.exceptions.iter().map(exception).collect::<String>();
    for (code, change) in recorded.changes {
        text += &paragraph(&format!("{code}: {} {} since it was shown; it stands", change.what, change.how), "  ");
    }
    text += "\n";
    if answer.proof.quoted {
        let warning = "The fingerprint stands only in what the e-mail quotes. Read what they wrote beside it: the assessors \
            will, too.";
        text += &(paragraph(warning, "") + "\n");
    }
    let sender = recorded.mail.and_then(|mail| mail.name.as_deref());
    if let Some(sender) = sender.filter(|sender| !is_same_person(sender, &request.signatory.name)) {
        let warning = format!(
            "The e-mail was sent by `{sender}`, and {} was asked. The assessors see both names.",
            request.signatory.name
        );
        text += &(paragraph(&warning, "") + "\n");
    }
    text + &paragraph("next: `akam check` shows what is still to be confirmed", "")
}

/// Why an answer was not taken up: what was shown is not what lies there now.
pub fn not_recorded(sign_off: &SignOff, changes: &[(&str, Change)]) -> String {
    let mut text = format!("{}\n", styled(BOLD, "nothing was recorded"));
    let fingerprint = sign_off.fingerprint();
    text += &paragraph(
        &format!("content changed after it was shown to {} under {fingerprint}:", sign_off.request.signatory.name),
        "",
    );
    for (code, it) in changes {
        text += &format!("\n  {}\n{}", styled(BOLD, &safe(code)), change(it));
    }
    let next = "next: put it back as it was, then record the answer; or withdraw the request and ask anew";
    text + "\n" + &paragraph(next, "")
}

pub fn withdrawn(sign_off: &SignOff) -> String {
    let what = if sign_off.answer.is_some() { "the sign-off" } else { "the request" };
    let mut text = format!("{} {}\n", styled(BOLD, "withdrawn"), safe(&sign_off.folder));
    text += &paragraph(&format!("{what} counts no more; its record stays in the history"), "  ");
    text + "\n" + &paragraph("next: `akam check` shows what is to be confirmed now", "")
}

/// One sign-off, with all that still stands of it.
pub struct Listed<'a> {
    pub sign_off: &'a SignOff,
    /// By the codes of its competencies, those that the framework knows and that are submitted.
    pub signed: Vec<(&'a str, Signed<'a>)>,
}

/// All sign-offs, the oldest first.
pub fn list(portfolio: &Portfolio, listed: &[Listed<'_>], diff: bool) -> String {
    let problems = &portfolio.sign_off_problems;
    if listed.is_empty() && problems.is_empty() && portfolio.validations().next().is_none() {
        return "no sign-off has been asked for yet\n\nnext: `akam sign-off request`, when a competency is ready\n"
            .to_owned();
    }
    let mut text: String = listed.iter().map(|listed| entry(listed, diff) + "\n").collect();
    for problem in problems {
        text += &paragraph(&format!("cannot be relied on: `{}`: {}", problem.place.path, problem.message), "");
        text += &(super::terminal::help(&problem.help) + "\n");
    }
    for validation in portfolio.validations() {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let date = validation.date.as_ref().map(|date| date.text.clone()).unwrap_or_default();
        let codes = validation.codes().join(", ");
        text += &paragraph(&format!("agreed with AKAM: {codes}, {} of {date}", said(&validation.reference)), "");
        text += &(paragraph(&said(&validation.agreed), "  ") + "\n");
    }
    let stale = listed.iter().flat_map(|it| &it.signed).any(|(_, signed)| signed.state() == State::Changed);
    let next = if stale && !diff {
        "next: `akam sign-off list --diff` shows what changed"
    } else if stale {
        "next: put it back as it was, or ask again with `akam sign-off request`"
    } else if listed.iter().any(|it| it.sign_off.is_open()) {
        "next: when an answer is here, `akam sign-off record`"
    } else {
        "next: `akam check` shows where the whole stands"
    };
    text + &paragraph(next, "")
}

/// The same for programs.
pub fn list_json<'a>(portfolio: &'a Portfolio, listed: &'a [Listed<'_>]) -> super::json::SignOffs<'a> {
    let records = listed.iter().map(|listed| {
        let sign_off = listed.sign_off;
        let status = if !sign_off.flaws.is_empty() {
            Status::Unreadable
        } else if sign_off.withdrawal.is_some() {
            Status::Withdrawn
        } else if sign_off.answer.is_some() {
            Status::Signed
        } else {
            Status::Asked
        };
        let competencies = sign_off.request.competencies.iter().map(|seen| {
            let signed = listed.signed.iter().find(|(code, _)| *code == seen.code).map(|(_, signed)| signed);
            super::json::Covered {
                code: &seen.code,
                state: signed.map(Signed::state),
                changes: signed.map(changes).unwrap_or_default(),
            }
        });
        super::json::SignOffRecord {
            confirmed: Confirmed::record(status, sign_off, sign_off.answer.as_ref()),
            competencies: competencies.collect(),
        }
    });
    let problems = portfolio.sign_off_problems.iter().map(|problem| super::json::Broken {
        path: &problem.place.path,
        message: &problem.message,
        help: &problem.help,
    });
    let agreed = portfolio.validations().map(|validation| super::json::Agreed {
        competencies: validation.codes().iter().map(String::as_str).collect(),
        reference: validation.reference.as_deref(),
        date: validation.date.as_ref().map(|date| date.text.as_str()),
        what: validation.agreed.as_deref(),
    });
    super::json::SignOffs::of(records.collect(), problems.collect(), agreed.collect())
}

fn entry(listed: &Listed<'_>, diff: bool) -> String {
    let sign_off = listed.sign_off;
    let request = &sign_off.request;
    let codes: Vec<&str> = request.competencies.iter().map(|seen| seen.code.as_str()).collect();
    let mut text = format!("{}  {}\n", styled(BOLD, &safe(sign_off.name())), sign_off.fingerprint());
    text += &paragraph(&format!("{}; saw the work {}", who(request), request.observed), "  ");
    if let Some(withdrawal) = &sign_off.withdrawal {
        text += &paragraph(&format!("withdrawn on {}: {}", withdrawal.on, withdrawal.reason), "  ");
    }
    if sign_off.superseded {
        text += &paragraph("a later record of the same request counts instead", "  ");
    }
    for flaw in &sign_off.flaws {
        text += &paragraph(&format!("cannot be relied on: `{}`: {}", flaw.place.path, flaw.message), "  ");
    }
    let Some(answer) = &sign_off.answer else {
        return text + &paragraph(&format!("asked on {}, not answered: {}", request.asked, codes.join(", ")), "  ");
    };
    text += &paragraph(&format!("signed on {}: {}", answer.signed, how(answer)), "  ");
    text += &answer.exceptions.iter().map(exception).collect::<String>();
    for state in [State::Valid, State::Renamed, State::Cosmetic, State::CriteriaChanged, State::Changed] {
        let in_state = listed.signed.iter().filter(|(_, signed)| signed.state() == state).map(|(code, _)| *code);
        let in_state: Vec<&str> = in_state.collect();
        if !in_state.is_empty() {
            let what = if state == State::Changed { "content changed after it was confirmed" } else { state.name() };
            let line = paragraph(&format!("{what}: {}", in_state.join(", ")), "  ");
            text += &(if state == State::Valid { styled(GOOD, line.trim_end()) + "\n" } else { line });
        }
    }
    let is_left = |code: &&&str| !listed.signed.iter().any(|(known, _)| known == *code);
    let left: Vec<&str> = codes.iter().filter(is_left).copied().collect();
    if !left.is_empty() && sign_off.standing_answer().is_some() {
        text += &paragraph(&format!("not submitted: {}", left.join(", ")), "  ");
    }
    for (code, signed) in listed.signed.iter().filter(|(_, signed)| diff && !signed.changes.is_empty()) {
        text += &format!("\n  {}\n", styled(BOLD, code));
        text += &signed.changes.iter().map(change).collect::<String>();
    }
    text
}

/// A change with every passage of it.
fn change(change: &Change) -> String {
    let mut text = paragraph(&format!("{} {}", change.what, change.how), "  ");
    for passage in &change.passages {
        let lines = [("-", &passage.before), ("+", &passage.after)];
        text.extend(
            lines.iter().filter(|(_, words)| !words.is_empty()).map(|(sign, words)| note(&format!("{sign} {words}"))),
        );
    }
    text
}

/// `Maria Lind, Sales director, Nordvik AS (line manager)`.
fn who(request: &Request) -> String {
    let signatory = &request.signatory;
    format!("{}, {}, {} ({})", signatory.name, signatory.role, signatory.organisation, signatory.relation.name())
}

/// How somebody answered, as exactly as it is known.
pub fn how(answer: &Answer) -> String {
    let proof = &answer.proof;
    let mut text = proof.kind.name().to_owned();
    if let Some(from) = &proof.from {
        text += &format!(" from {from}");
    }
    if let Some(key) = &proof.key {
        text += &format!(", key {key}");
    }
    if proof.quoted {
        text += ", the fingerprint only in what it quotes";
    }
    text
}

fn exception(exception: &Exception) -> String {
    let Exception { competency, passage, reason } = exception;
    styled(FAINT, paragraph(&format!("except {competency}: “{passage}”, because: {reason}"), "  ").trim_end()) + "\n"
}

/// The beginning of a text, in one line.
pub fn excerpt(text: &str) -> String {
    const MOST: usize = 600;
    let plain: Vec<&str> = text.split_whitespace().collect();
    let plain = plain.join(" ");
    if plain.chars().count() <= MOST { plain } else { plain.chars().take(MOST).chain([' ', '…']).collect() }
}
