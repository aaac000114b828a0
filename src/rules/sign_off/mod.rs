//! Rules on sign-offs: somebody else confirmed the facts, and the records can be relied on.

pub mod answers;
pub mod changes;
pub mod identity;

use identity::{is_same_person, may_be_same_address};
use jiff::civil::Date;

use super::Findings;
use super::findings::At;
use crate::coverage::Standing;
use crate::finding::{Rule, Severity};
use crate::portfolio::artefact::Period;
use crate::portfolio::details::Validation;
use crate::portfolio::sign_off::answer::Answer;
use crate::portfolio::sign_off::check::is_about;
use crate::portfolio::sign_off::reading::Message;
use crate::portfolio::sign_off::{RECORD, REQUEST, SignOff, WITHDRAWAL};
use crate::portfolio::{FILE, Portfolio};
use crate::review::confirmation::{Confirmation, Counted};
use crate::review::{Attached, Evidence, Review, Selection};

pub static UNREADABLE: Rule = Rule {
    id: "sign-off-unreadable",
    severity: Severity::Error,
    summary: "a sign-off's record cannot be relied on",
    why: "a sign-off counts because it shows exactly what was confirmed, by whom and how. Where a file of it is \
        missing, was edited, or was not written by akam, nobody can know that any more.",
    remedy: "put the file back as it was, from a copy or from what was sent. If it is lost, move the whole folder to \
        `private/` and ask for a new sign-off with `akam sign-off request`.",
};

pub static MISSING: Rule = Rule {
    id: "sign-off-missing",
    severity: Severity::Error,
    summary: "nobody has confirmed that a competency's document is true",
    why: "AKAM asks that somebody who knows the work confirms each document: in an older text the line manager or \
        another senior manager, as factually true; in a later one anyone who knows the work, as substantially true. It \
        is no judgement of whether the document is good enough.",
    remedy: "when the competencies are ready, `akam sign-off request` writes a page for your manager to sign, and \
        `akam sign-off record` records the answer. Where nobody can sign, for example because the work was done for an \
        earlier employer, ask AKAM, and write its answer as a `[[validation]]` into `portfolio.toml`.",
};

pub static BY_CANDIDATE: Rule = Rule {
    id: "sign-off-by-candidate",
    severity: Severity::Error,
    summary: "the person who signs off is the candidate",
    why: "a sign-off is worth something because somebody else saw the work.",
    remedy: "ask your line manager or somebody else who knows the work, with `akam sign-off request`. Withdraw this \
        record with `akam sign-off withdraw`; it stays in the history.",
};

pub static IN_FUTURE: Rule = Rule {
    id: "sign-off-in-future",
    severity: Severity::Error,
    summary: "a sign-off has a date that is in the future",
    why: "nobody can have signed on that day, so something in the record is wrong.",
    remedy: "see that this computer's date is right. If it is, withdraw the record with `akam sign-off withdraw` and \
        record the answer again with its true date.",
};

pub static OUTSIDE_OBSERVATION: Rule = Rule {
    id: "sign-off-outside-observation",
    severity: Severity::Warning,
    summary: "an artefact was made when nobody who signed saw the work (guide)",
    why: "people confirm what they observed. What was made before they knew the work, or after, they can hardly \
        confirm. This is akam's advice; AKAM's public pages have no such rule.",
    remedy: "ask somebody who saw that work, with `akam sign-off request CODE`. If the date is wrong, correct `made`. \
        Leave it if you have a good reason.",
};

pub fn unreadable(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    let broken = counted(evidence).filter(|sign_off| sign_off.answer.is_some()).flat_map(|it| &it.problems);
    for problem in portfolio.sign_off_problems.iter().chain(broken) {
        findings.report(&UNREADABLE, &problem.place, || (&problem.message, &problem.help));
    }
    for validation in portfolio.details.validations.iter().filter(|_| evidence.selection == Selection::Whole) {
        for code in validation.codes().iter().filter(|code| portfolio.framework.competency(code).is_none()) {
            findings.report(&UNREADABLE, place_of(portfolio, validation), || {
                let message = format!("`{code}` is in a `[[validation]]`, but there is no such competency");
                (message, "`akam show` lists the codes")
            });
        }
        if !validation.is_complete() {
            findings.report(&UNREADABLE, place_of(portfolio, validation), || {
                let help = "give `competency`, `reference` and `date` of AKAM's letter, and `agreed` in a sentence";
                ("this `[[validation]]` is not complete", help)
            });
        }
    }
}

/// Reports all unconfirmed competencies in one finding, because there may be a dozen. Only those that are ready need a
/// sign-off.
pub fn missing(evidence: &Evidence<'_>, standings: &[Standing<'_>], findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    // Without readable settings it is not known what AKAM agreed to.
    if !portfolio.has_details {
        return;
    }
    let mut codes = [const { Vec::new() }; 4];
    for review in evidence.selected() {
        let code = review.competency.code.as_str();
        let is_drafted =
            standings.iter().any(|standing| standing.review.competency.code == code && standing.errors > 0);
        let is_broken = counted(evidence).any(|it| it.covers(code) && it.answer.is_some() && !it.problems.is_empty());
        if is_drafted || is_broken || review.agreed.is_some() {
            continue;
        }
        match &review.confirmation {
            Confirmation::Nothing => codes[0].push(code),
            Confirmation::Asked(_) => codes[1].push(code),
            Confirmation::NotSeen(_) => codes[2].push(code),
            Confirmation::Withdrawn(_) => codes[3].push(code),
            Confirmation::Declined(_) | Confirmation::Changed(_) | Confirmation::Valid(_) => {}
        }
    }
    let why =
        ["nobody has confirmed", "asked and not answered yet:", "not seen by the person who was asked:", "withdrawn:"];
    let said = why.iter().zip(&codes).filter(|(_, codes)| !codes.is_empty());
    let said: Vec<String> = said.map(|(why, codes)| format!("{why} {}", codes.join(", "))).collect();
    let [fresh, _, not_seen, withdrawn] = &codes;
    if said.is_empty() {
        return;
    }
    findings.report(&MISSING, At::Portfolio, || {
        if let Some(code) = evidence.selection.trial() {
            let alone = format!("`akam sign-off request {code}` asks about this one alone");
            let help = format!("{alone}; a sign-off that is also about others is not part of a trial");
            return (format!("this trial holds no confirmation of {code}"), help);
        }
        let help = if fresh.is_empty() && withdrawn.is_empty() && not_seen.is_empty() {
            "`akam sign-off record` records the answer"
        } else if fresh.is_empty() && withdrawn.is_empty() {
            "ask somebody who saw the work: `akam sign-off request CODE`"
        } else {
            "`akam sign-off request` writes the page for your manager to sign"
        };
        (said.join("; "), help.to_owned())
    });
}

pub fn by_candidate(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let details = &evidence.portfolio.details;
    // Even if something else is wrong with a record.
    for sign_off in counted(evidence).filter(|it| it.answer.is_some() && it.withdrawal.is_none()) {
        let asker = &sign_off.request.candidate;
        let names: Vec<&str> = details.name().into_iter().chain([asker.name.as_str()]).collect();
        let emails: Vec<&str> = details.candidate.email.iter().chain(&asker.email).map(String::as_str).collect();
        let is_candidate = |name: &str| names.iter().any(|candidate| is_same_person(candidate, name));
        let is_own = |address: &str| emails.iter().any(|email| may_be_same_address(address, email));
        let mut names_sent = sign_off.message.iter().flat_map(|it| &it.senders).filter_map(|it| it.name.as_deref());
        let message = if is_candidate(&sign_off.request.signatory.name) {
            "the candidate cannot confirm their own work"
        } else if names_sent.any(is_candidate) || sign_off.message.iter().flat_map(Message::addresses).any(is_own) {
            "the candidate's own e-mail is the proof"
        } else {
            continue;
        };
        findings.report(&BY_CANDIDATE, &sign_off.path(RECORD), || {
            (message, format!("`akam sign-off withdraw {}`, then ask somebody who saw the work", sign_off.name()))
        });
    }
}

pub fn in_future(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let mut report = |day: Option<Date>, at: At<'_>, what: &str| {
        // It may be tomorrow somewhere on earth.
        let Some(day) = day.filter(|day| *day > evidence.day && !is_about(*day, evidence.day)) else { return };
        findings.report(&IN_FUTURE, at, || {
            let help = "see that this computer's date is right; if it is, correct the record";
            (format!("{what} {day}, and today is {}", evidence.day), help)
        });
    };
    for sign_off in counted(evidence) {
        let [request, record, withdrawal] = [REQUEST, RECORD, WITHDRAWAL].map(|name| sign_off.path(name));
        let answer = sign_off.valid_answer();
        report(answer.map(|_| sign_off.request.asked), At::File(&request), "it was asked for on");
        report(answer.map(|answer| answer.signed), At::File(&record), "it was signed on");
        report(answer.map(|answer| answer.recorded), At::File(&record), "it was recorded on");
        report(sign_off.withdrawal.as_ref().map(|it| it.on), At::File(&withdrawal), "it was withdrawn on");
    }
    for validation in evidence.portfolio.validations() {
        let day = validation.date.as_ref().map(|date| date.first);
        report(day, place_of(evidence.portfolio, validation), "AKAM's answer is dated");
    }
}

pub fn outside_observation(evidence: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let confirmed = review.confirmation.confirmed();
    let Some(Counted { sign_off, .. }) = confirmed.first() else { return };
    let (code, asked) = (review.competency.code.as_str(), &sign_off.request);
    let periods: Vec<Period> = confirmed.iter().filter_map(|it| it.sign_off.request.observed()).collect();
    for Attached { register, artefact, .. } in &review.artefacts {
        let Some(made) = &artefact.made else { continue };
        if periods.iter().any(|period| made.last >= period.first && made.first <= period.last) {
            continue;
        }
        findings.report(&OUTSIDE_OBSERVATION, (&register.source, &artefact.file), || {
            let (who, observed) = (&asked.signatory.name, &asked.observed);
            let mut message =
                format!("`{}` was made {}, and {who} saw the work {observed}", artefact.file_name(), made.text);
            if let Some(agreed) = evidence.portfolio.validations().find(|it| it.covers(code)) {
                message += &format!("; the candidate states that {}", agreed.described());
            }
            (message, format!("ask somebody who saw it, `akam sign-off request {code}`, or correct `made`"))
        });
    }
}

/// The sign-offs that count and cover a selected competency.
fn counted<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = &'a SignOff> {
    let covers = |it: &&SignOff| evidence.selected().any(|review| it.covers(&review.competency.code));
    evidence.sign_offs.iter().copied().filter(covers)
}

/// The answered ones among them, with their answers.
fn answered<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = (&'a SignOff, &'a Answer)> {
    counted(evidence).filter_map(|sign_off| Some((sign_off, sign_off.valid_answer()?)))
}

/// The place in `portfolio.toml` that says what AKAM agreed to.
fn place_of<'a>(portfolio: &'a Portfolio, validation: &Validation) -> At<'a> {
    validation.competency.as_ref().map_or(At::File(FILE), |codes| At::from((&portfolio.source, codes)))
}
