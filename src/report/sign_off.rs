//! The output of the sign-off commands: what was asked, answered and withdrawn, and what is still valid.

use super::confirmed::Confirmed;
use super::json::{Agreed, Broken, Covered, SignOffRecord, SignOffs};
use super::terminal::{BOLD, FAINT, GOOD, help, note, paragraph, safe, styled};
use crate::digest::Digest;
use crate::fingerprint::Fingerprint;
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::{Answer, Basis, Says};
use crate::portfolio::sign_off::reading::{Message, Reading};
use crate::portfolio::sign_off::request::Request;
use crate::portfolio::snapshot::changes::{Change, Validity};
use crate::rules::sign_off::answers::who_answered;
use crate::text::count;

/// A written request.
pub struct Asked<'a> {
    pub request: &'a Request,
    pub digest: Digest,
    /// The folder in the portfolio.
    pub record: &'a str,
    /// What to send: a folder or ZIP file, the page, and the draft of an e-mail.
    pub folder: &'a str,
    pub page: &'a str,
    pub draft: &'a str,
    /// `about 20 minutes for 4,500 words`.
    pub reading_time: &'a str,
    /// Artefacts made outside the period, with their dates.
    pub outside: &'a [(String, String)],
}

/// What to send, and what to do with the answer.
pub fn asked(asked: &Asked<'_>) -> String {
    let signatory = &asked.request.signatory;
    let codes = asked.request.codes();
    let mut text = format!("{} {}\n", styled(BOLD, "written"), safe(asked.page));
    let about = format!("{} ({})", count(codes.len(), "competency"), codes.join(", "));
    text += &paragraph(&format!("for {}, {}: {about}", signatory.name, signatory.role), "  ");
    text += &paragraph(&format!("reading takes {}, not counting the artefacts", asked.reading_time), "  ");
    text += &format!("  fingerprint {}\n", Fingerprint::of(&asked.digest));
    text += &format!("  e-mail to send it with: {}\n", safe(asked.draft));
    text += &format!("  with the artefacts: {}\n", safe(asked.folder));
    text += &format!("  kept in {}\n\n", safe(asked.record));
    for (file, made) in asked.outside {
        let note = format!(
            "`{file}` was made {made}, and {} saw the work {}: is the period right? If not, withdraw the request and ask again.",
            signatory.name, asked.request.observed
        );
        text += &(paragraph(&note, "") + "\n");
    }
    let send = format!(
        "Look at the page first: it is what {} will see. Then open the e-mail and send it as it is (what you add, akam cannot \
         tell from the answer), with the artefacts attached or put where {} can open them. akam sends nothing. Change nothing \
         that is listed there until the answer is recorded.",
        signatory.name, signatory.name
    );
    text + &paragraph(&send, "")
        + "\n"
        + &paragraph("next: when you have the answer, `akam sign-off record --proof FILE`", "")
}

/// The whole text of an e-mail, to be read before any question about it.
pub fn whole_answer(reading: &Reading) -> String {
    let from = reading.from.as_deref().unwrap_or_default();
    let own = reading.message.as_ref().map_or("", |message| &message.own);
    format!("{}\n{}\n", paragraph(&format!("The e-mail from {from} says:"), ""), lines(own))
}

/// Lines from a file, made safe and indented.
fn lines(text: &str) -> String {
    let lines =
        text.lines().map(|line| if line.trim().is_empty() { "  |\n".to_owned() } else { paragraph(line, "  | ") });
    lines.collect()
}

/// What was recorded.
pub struct Recorded<'a> {
    pub request: &'a Request,
    pub folder: &'a str,
    pub answer: &'a Answer,
    pub message: Option<&'a Message>,
    /// For each competency, the changes since it was shown.
    pub changes: &'a [(&'a str, Vec<Change>)],
}

pub fn recorded(recorded: &Recorded<'_>) -> String {
    let (request, answer) = (recorded.request, recorded.answer);
    let mut text = format!("{} {}\n", styled(BOLD, "recorded"), safe(recorded.folder));
    let confirmed: Vec<&str> =
        request.codes().into_iter().filter(|code| answer.says(code) == Some(Says::True)).collect();
    let who = request.signatory.described();
    let sentence = match (&confirmed[..], answer.basis) {
        ([], _) => format!("{who} answered on {}", answer.signed),
        (codes, Basis::OwnWords) => {
            let are = if codes.len() == 1 { "is" } else { "are" };
            format!("{who} answered on {}; as you read it, {} {are} confirmed", answer.signed, codes.join(", "))
        }
        (codes, _) => format!("{who} confirmed {} on {}", codes.join(", "), answer.signed),
    };
    text += &paragraph(&sentence, "  ");
    text += &paragraph(&answer.how(), "  ");
    text += &verdicts(answer);
    text += &unanswered(request, answer);
    if let Some(message) = recorded.message {
        text += &format!("\n  the e-mail says:\n{}", lines(&message.own));
        if !message.attachments.is_empty() {
            text += &paragraph(&format!("attached to it: {}", message.attachments.join(", ")), "  ");
        }
    }
    let changed = || recorded.changes.iter().filter(|(_, changes)| !changes.is_empty());
    text += if recorded.message.is_some() && changed().next().is_some() { "\n" } else { "" };
    for (code, changes) in changed() {
        let worst = changes.iter().map(|change| change.validity).max();
        let first = format!("{} {}", changes[0].what, changes[0].how);
        text += &match worst {
            Some(Validity::Changed) => paragraph(
                &format!("{code}: {first} since it was shown; undo that, or ask again: `akam sign-off request {code}`"),
                "  ",
            ),
            _ => paragraph(&format!("{code}: {first} since it was shown; the answer is valid"), "  "),
        };
    }
    text += "\n";
    if let Some(warning) = who_answered(request, answer, recorded.message) {
        text += &(paragraph(&format!("Note: {warning}. The assessors see both."), "") + "\n");
    }
    text + &paragraph("next: `akam check` shows what is still to be confirmed", "")
}

/// Competencies that the answer does not mention.
fn unanswered(request: &Request, answer: &Answer) -> String {
    let left: Vec<&str> = request.codes().into_iter().filter(|code| answer.says(code).is_none()).collect();
    if left.is_empty() {
        String::new()
    } else {
        paragraph(&format!("the answer does not mention {}", left.join(", ")), "  ")
    }
}

/// Why an answer was not recorded: everything that was shown has changed.
pub fn not_recorded(sign_off: &SignOff, changes: &[(&str, Vec<Change>)]) -> String {
    let mut text = format!("{}\n", styled(BOLD, "nothing was recorded"));
    let fingerprint = sign_off.fingerprint();
    text += &paragraph(
        &format!("content changed after it was shown to {} under {fingerprint}:", sign_off.request.signatory.name),
        "",
    );
    for (code, changes) in changes {
        text += &format!("\n  {}\n{}", styled(BOLD, &safe(code)), changes.iter().map(change).collect::<String>());
    }
    let next = "next: undo the change, then record the answer; or withdraw the request and ask again";
    text + "\n" + &paragraph(next, "")
}

pub fn withdrawn(sign_off: &SignOff) -> String {
    let what = if sign_off.answer.is_some() { "the sign-off" } else { "the request" };
    let mut text = format!("{} {}\n", styled(BOLD, "withdrawn"), safe(&sign_off.folder));
    text += &paragraph(&format!("{what} no longer counts; its record stays in the history"), "  ");
    text + "\n" + &paragraph("next: `akam check` shows what is to be confirmed now", "")
}

/// A sign-off, and what is still valid of it.
pub struct Listed<'a> {
    pub sign_off: &'a SignOff,
    /// Changes by code, for competencies that the framework has and that are submitted.
    pub changes: Vec<(&'a str, Vec<Change>)>,
    /// Codes that no longer count, because somebody later called them not true.
    pub denied: Vec<&'a str>,
}

impl Listed<'_> {
    /// Codes with this validity.
    fn in_validity(&self, validity: Validity) -> Vec<&str> {
        let worst = |changes: &[Change]| changes.iter().map(|it| it.validity).max().unwrap_or(Validity::Valid);
        self.changes.iter().filter(|(_, changes)| worst(changes) == validity).map(|(code, _)| *code).collect()
    }

    /// Whether something changed after it was confirmed.
    pub fn is_stale(&self) -> bool {
        !self.in_validity(Validity::Changed).is_empty()
    }
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
        text += &(help(&problem.help) + "\n");
    }
    for validation in portfolio.validations() {
        let sentence = format!("{}: you state that {}", validation.codes().join(", "), validation.described());
        text += &(paragraph(&sentence, "") + "\n");
    }
    let is_stale = listed.iter().any(Listed::is_stale);
    let next = if is_stale && !diff {
        "next: `akam sign-off list --diff` shows what changed"
    } else if is_stale {
        "next: undo the change, or ask again with `akam sign-off request`"
    } else if listed.iter().any(|it| it.sign_off.is_open()) {
        "next: when you have an answer, `akam sign-off record`"
    } else {
        "next: `akam check` shows the state of the whole portfolio"
    };
    text + &paragraph(next, "")
}

/// The same for programs.
pub fn list_json<'a>(portfolio: &'a Portfolio, listed: &'a [Listed<'_>]) -> SignOffs<'a> {
    let records = listed.iter().map(|listed| {
        let competencies = listed.sign_off.request.codes().into_iter().map(|code| {
            let changed = listed.changes.iter().find(|(known, _)| *known == code).map(|(_, changes)| changes);
            Covered {
                code,
                says: listed.sign_off.answer.as_ref().and_then(|answer| answer.says(code)),
                state: changed.map(|it| it.iter().map(|change| change.validity).max().unwrap_or(Validity::Valid)),
                changes: changed.map_or(&[], Vec::as_slice),
            }
        });
        SignOffRecord { confirmed: Confirmed::record(listed.sign_off, None), competencies: competencies.collect() }
    });
    let problems = portfolio.sign_off_problems.iter().map(|problem| Broken {
        path: &problem.place.path,
        message: &problem.message,
        help: &problem.help,
    });
    let agreed = portfolio.validations().map(|validation| Agreed {
        competencies: validation.codes().iter().map(String::as_str).collect(),
        reference: validation.reference.as_deref(),
        date: validation.date.as_ref().map(|date| date.text.as_str()),
        what: validation.agreed.as_deref(),
    });
    SignOffs::of(records.collect(), problems.collect(), agreed.collect())
}

fn entry(listed: &Listed<'_>, diff: bool) -> String {
    let sign_off = listed.sign_off;
    let request = &sign_off.request;
    let codes = request.codes();
    let mut text = format!("{}  {}\n", styled(BOLD, &safe(sign_off.name())), sign_off.fingerprint());
    text += &paragraph(&format!("{}; saw the work {}", request.signatory.described(), request.observed), "  ");
    if let Some(withdrawal) = &sign_off.withdrawal {
        text += &paragraph(&format!("withdrawn on {}: {}", withdrawal.on, withdrawal.reason), "  ");
    }
    if sign_off.is_superseded() {
        text += &paragraph("another record of the same request counts instead", "  ");
    }
    for problem in &sign_off.problems {
        text += &paragraph(&format!("cannot be relied on: `{}`: {}", problem.place.path, problem.message), "  ");
    }
    let Some(answer) = &sign_off.answer else {
        return text + &paragraph(&format!("asked on {}, not answered: {}", request.asked, codes.join(", ")), "  ");
    };
    text += &paragraph(&format!("answered on {}: {}", answer.signed, answer.how()), "  ");
    text += &verdicts(answer);
    text += &unanswered(request, answer);
    for validity in
        [Validity::Valid, Validity::Renamed, Validity::Cosmetic, Validity::CriteriaChanged, Validity::Changed]
    {
        let codes = listed.in_validity(validity).join(", ");
        if !codes.is_empty() {
            let is_changed = validity == Validity::Changed;
            let what = if is_changed { "content changed after it was confirmed" } else { validity.name() };
            let line = paragraph(&format!("{what}: {codes}"), "  ");
            text += &(if validity == Validity::Valid { styled(GOOD, line.trim_end()) + "\n" } else { line });
        }
    }
    if !listed.denied.is_empty() {
        let codes = listed.denied.join(", ");
        text += &paragraph(
            &format!("no longer counts, for an answer called it not true afterwards: {codes}; ask again"),
            "  ",
        );
    }
    let is_left = |code: &&&str| {
        !listed.changes.iter().any(|(known, _)| known == *code)
            && sign_off.says(code).is_some_and(|says| says <= Says::Except)
            && !listed.denied.contains(code)
    };
    let left: Vec<&str> = codes.iter().filter(is_left).copied().collect();
    if !left.is_empty() {
        text += &paragraph(&format!("not submitted: {}", left.join(", ")), "  ");
    }
    for (code, changes) in listed.changes.iter().filter(|(_, changes)| diff && !changes.is_empty()) {
        text += &format!("\n  {}\n", styled(BOLD, code));
        text += &changes.iter().map(change).collect::<String>();
    }
    text
}

/// A change with all its passages.
fn change(change: &Change) -> String {
    let mut text = paragraph(&format!("{} {}", change.what, change.how), "  ");
    for passage in &change.passages {
        let lines = [("-", &passage.before), ("+", &passage.after)];
        let lines = lines.iter().filter(|(_, words)| !words.is_empty());
        text.extend(lines.map(|(mark, words)| note(&format!("{mark} {words}"))));
    }
    text
}

/// One line for each competency that is not confirmed.
fn verdicts(answer: &Answer) -> String {
    let unconfirmed = answer.verdicts.iter().filter(|verdict| verdict.says != Says::True);
    let lines = unconfirmed.map(|it| paragraph(&format!("{} {}", it.competency, answer.verdict(it)), "  "));
    lines.map(|line| styled(FAINT, line.trim_end()) + "\n").collect()
}
