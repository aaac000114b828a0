//! Rules on sign-offs: that somebody else confirmed the facts, and that the records can be relied on.

pub mod answers;
pub mod changes;
pub mod identity;

use identity::{is_same_person, may_be_same_address};
use jiff::civil::Date;

use super::{Case, Facts, Findings, Scope};
use crate::coverage::Standing;
use crate::finding::{Finding, Rule, Severity};
use crate::portfolio::FILE;
use crate::portfolio::artefact::Made;
use crate::portfolio::details::Codes;
use crate::portfolio::details::Validation;
use crate::portfolio::sign_off::answer::Answer;
use crate::portfolio::sign_off::check::is_about;
use crate::portfolio::sign_off::reading::Message;
use crate::portfolio::sign_off::request::Request;
use crate::portfolio::sign_off::validity::Confirmation;
use crate::portfolio::sign_off::{RECORD, REQUEST, SignOff, WITHDRAWAL};
use crate::source::{Place, Source};
use crate::text::one_line;

pub static UNREADABLE: Rule = Rule {
    id: "sign-off-unreadable",
    severity: Severity::Error,
    summary: "a sign-off's record cannot be relied on",
    explanation: "Why it matters: a sign-off counts because it shows exactly what was confirmed, by whom and how. Where a \
        file of it is missing, was edited, or was not written by akam, nobody can tell any more.\n\
        What to do: put the file back as it was, from a copy or from what was sent. If it is lost, move the whole folder \
        to `private/` and ask for a new sign-off with `akam sign-off request`.",
};

pub static MISSING: Rule = Rule {
    id: "sign-off-missing",
    severity: Severity::Error,
    summary: "nobody has confirmed that a competency's document is factually true",
    explanation: "Why it matters: the scheme asks that somebody who knows the work, the line manager or another, confirms \
        each document as factually true. It is no judgement of whether the document is good enough.\n\
        What to do: when the competencies are ready, `akam sign-off request` writes a page for your manager to sign, and \
        `akam sign-off record` records the answer. Where nobody can sign, for example because the work was done for an \
        earlier employer, ask AKAM, and write what was agreed as a `[[validation]]` into `portfolio.toml`.",
};

pub static BY_CANDIDATE: Rule = Rule {
    id: "sign-off-by-candidate",
    severity: Severity::Error,
    summary: "the one who confirms is the candidate",
    explanation: "Why it matters: a sign-off is worth something because somebody else saw the work.\n\
        What to do: ask your line manager or somebody else who knows the work, with `akam sign-off request`. This record \
        stays in the history once you withdraw it: `akam sign-off withdraw`.",
};

pub static IN_FUTURE: Rule = Rule {
    id: "sign-off-in-future",
    severity: Severity::Error,
    summary: "a sign-off has a date that is in the future",
    explanation: "Why it matters: nobody can have signed on that day, so the record is wrong somewhere.\n\
        What to do: see that this computer's date is right. If it is, withdraw the record with `akam sign-off withdraw` \
        and record the answer again with its true date.",
};

pub static OUTSIDE_OBSERVATION: Rule = Rule {
    id: "sign-off-outside-observation",
    severity: Severity::Warning,
    summary: "an artefact was made when nobody who signed saw the work (guide)",
    explanation: "Why it matters: people confirm what they observed. What was made before they knew the work, or after, \
        they can hardly confirm. This is akam's advice; AKAM's public pages have no such rule.\n\
        What to do: ask somebody who saw that work, with `akam sign-off request CODE`. If the date is wrong, correct \
        `made`. Leave it if you have a good reason.",
};

pub fn unreadable(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let portfolio = facts.portfolio;
    let broken = counted(facts).filter(|sign_off| sign_off.answer.is_some()).flat_map(|it| &it.problems);
    for problem in portfolio.sign_off_problems.iter().chain(broken) {
        if findings.only_count(&UNREADABLE, &problem.place.path) {
            continue;
        }
        findings.push(Finding::new(&UNREADABLE, &problem.message).at(problem.place.clone()).help(&problem.help));
    }
    for validation in portfolio.details.validations.iter().filter(|_| facts.scope == Scope::Whole) {
        let place = || codes_place(&portfolio.source, validation.competency.as_ref());
        for code in validation.codes().iter().filter(|code| portfolio.framework.competency(code).is_none()) {
            if findings.only_count(&UNREADABLE, FILE) {
                continue;
            }
            let found =
                Finding::new(&UNREADABLE, format!("`{code}` was agreed with AKAM, but there is no such competency"));
            findings.push(found.at(place()).help("`akam show` lists the codes"));
        }
        if !validation.is_complete() && !findings.only_count(&UNREADABLE, FILE) {
            let found = Finding::new(&UNREADABLE, "this validation does not say what was agreed with AKAM");
            let help = "give `competency`, `reference` and `date` of AKAM's letter, and `agreed` in a sentence";
            findings.push(found.at(place()).help(help));
        }
    }
}

/// What nobody confirmed, in one finding: there may be a dozen. What is not ready yet need not be confirmed yet.
pub fn missing(facts: &Facts<'_>, standings: &[Standing<'_>], findings: &mut Findings<'_>) {
    let portfolio = facts.portfolio;
    // What was agreed with AKAM would be in settings that cannot be read.
    if !portfolio.has_details {
        return;
    }
    let (mut fresh, mut asked, mut withdrawn, mut not_seen) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (competency, _) in facts.judged() {
        let code = competency.code.as_str();
        let is_drafted = standings.iter().any(|standing| standing.competency.code == code && standing.errors > 0);
        let is_broken = counted(facts).any(|it| it.covers(code) && it.answer.is_some() && !it.problems.is_empty());
        if is_drafted || is_broken || portfolio.agreed(code).is_some() {
            continue;
        }
        match portfolio.confirmation(code) {
            Confirmation::Nothing => fresh.push(code),
            Confirmation::Asked(_) => asked.push(code),
            Confirmation::Withdrawn(_) => withdrawn.push(code),
            Confirmation::NotSeen(_) => not_seen.push(code),
            Confirmation::Declined(_) | Confirmation::Changed(_) | Confirmation::Valid(_) => {}
        }
    }
    let said = [
        ("nobody has confirmed", &fresh),
        ("asked and not answered yet:", &asked),
        ("not seen by the one who was asked:", &not_seen),
        ("withdrawn:", &withdrawn),
    ];
    let said = said.iter().filter(|(_, codes)| !codes.is_empty());
    let said: Vec<String> = said.map(|(what, codes)| format!("{what} {}", codes.join(", "))).collect();
    if said.is_empty() {
        return;
    }
    let said = match &portfolio.trial {
        Some(code) => format!("this trial holds no confirmation of {code}"),
        None => said.join("; "),
    };
    let found = Finding::new(&MISSING, said).help(match &portfolio.trial {
        Some(code) => format!(
            "`akam sign-off request {code}` asks about this one alone; a statement about others too is left out of a trial"
        ),
        None if asked.len() == fresh.len() + asked.len() + withdrawn.len() + not_seen.len() => {
            "`akam sign-off record` records the answer".to_owned()
        }
        None if fresh.is_empty() && withdrawn.is_empty() => {
            "ask somebody who saw the work: `akam sign-off request CODE`".to_owned()
        }
        None => "`akam sign-off request` writes the page for your manager to sign".to_owned(),
    });
    findings.push(warning_in_trial(facts, found));
}

pub fn by_candidate(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let details = &facts.portfolio.details;
    // Also where something else is wrong with a record.
    let judged = counted(facts).filter(|it| it.answer.is_some() && it.withdrawal.is_none());
    for sign_off in judged {
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
        let found = Finding::new(&BY_CANDIDATE, message).at(Place::file(&sign_off.path(RECORD)));
        let help = format!("`akam sign-off withdraw {}`, then ask somebody who saw the work", sign_off.name());
        findings.push(found.help(help));
    }
}

pub fn in_future(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let mut report = |day: Date, path: &str, place: &dyn Fn() -> Place, what: &str| {
        // Somewhere on earth it may be tomorrow.
        if day > facts.day && !is_about(day, facts.day) && !findings.only_count(&IN_FUTURE, path) {
            let found = Finding::new(&IN_FUTURE, format!("{what} on {day}, and today is {}", facts.day)).at(place());
            findings.push(found.help("see that this computer's date is right; if it is, correct the record"));
        }
    };
    for sign_off in counted(facts) {
        let path = |name: &str| sign_off.path(name);
        let answer = sign_off.valid_answer();
        let days = [
            (answer.map(|_| sign_off.request.asked), path(REQUEST), "it was asked"),
            (answer.map(|answer| answer.signed), path(RECORD), "it was signed"),
            (answer.map(|answer| answer.recorded), path(RECORD), "it was recorded"),
            (sign_off.withdrawal.as_ref().map(|it| it.on), path(WITHDRAWAL), "it was withdrawn"),
        ];
        for (day, path, what) in days {
            if let Some(day) = day {
                report(day, &path, &|| Place::file(&path), what);
            }
        }
    }
    for validation in facts.portfolio.validations() {
        if let Some(date) = &validation.date {
            let place = || codes_place(&facts.portfolio.source, validation.competency.as_ref());
            report(date.first, FILE, &place, "AKAM agreed to it");
        }
    }
}

pub fn outside_observation(case: &Case<'_>, findings: &mut Findings<'_>) {
    let (portfolio, code) = (case.facts.portfolio, case.competency.code.as_str());
    let Some(confirmed) = portfolio.confirmation(code).confirmed() else { return };
    let requests = || confirmed.all().map(|it| &portfolio.sign_offs[it.sign_off].request);
    let periods: Vec<Made> = requests().filter_map(Request::observed).collect();
    for (register, artefact) in case.folder.registered() {
        let Some(made) = &artefact.made else { continue };
        let is_observed = periods.iter().any(|period| made.last >= period.first && made.first <= period.last);
        if is_observed || findings.only_count(&OUTSIDE_OBSERVATION, &register.source.path) {
            continue;
        }
        let request = &portfolio.sign_offs[confirmed.sign_off].request;
        let mut message = format!(
            "`{}` was made {}, and {} saw the work {}",
            artefact.file_name(),
            made.text,
            request.signatory.name,
            request.observed
        );
        let is_about = |it: &&Validation| it.codes().iter().any(|agreed| agreed == code);
        if let Some(agreed) = portfolio.validations().find(is_about).and_then(|it| it.agreed.as_deref()) {
            message += &format!("; the candidate states that AKAM agreed: {}", one_line(agreed));
        }
        let found = Finding::new(&OUTSIDE_OBSERVATION, message).at(register.source.place(&artefact.file.span()));
        findings
            .push(found.help(format!("ask somebody who saw it, `akam sign-off request {code}`, or correct `made`")));
    }
}

/// The sign-offs that count and cover something that is judged.
fn counted<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a SignOff> {
    let portfolio = facts.portfolio;
    let codes: Vec<&str> = facts.judged().map(|(competency, _)| competency.code.as_str()).collect();
    let counted = portfolio.counted_sign_offs().map(|at| &portfolio.sign_offs[at]);
    counted.filter(move |sign_off| codes.iter().any(|code| sign_off.covers(code)))
}

/// Those of them that are answered, each with an answer that counts.
fn answered<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a SignOff, &'a Answer)> {
    counted(facts).filter_map(|sign_off| Some((sign_off, sign_off.valid_answer()?)))
}

/// In a trial a sign-off may still be missing.
fn warning_in_trial(facts: &Facts<'_>, found: Finding) -> Finding {
    if facts.portfolio.trial.is_some() { found.mild() } else { found }
}

fn codes_place(source: &Source, codes: Option<&toml::Spanned<Codes>>) -> Place {
    codes.map_or_else(|| Place::file(FILE), |codes| source.place(&codes.span()))
}
