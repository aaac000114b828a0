//! Rules on sign-offs: that somebody else confirmed the facts, and that they still are what was confirmed.

pub mod changes;

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Case, Facts, Findings, Scope};
use crate::coverage::Standing;
use crate::finding::{Finding, Rule, Severity};
use crate::portfolio::FILE;
use crate::portfolio::artefact::Made;
use crate::portfolio::details::Codes;
use crate::portfolio::sign_off::proof::Kind;
use crate::portfolio::sign_off::standing::Backing;
use crate::portfolio::sign_off::{Answer, RECORD, SignOff, WITHDRAWAL, is_about};
use crate::source::{Place, Source};

pub static UNREADABLE: Rule = Rule {
    id: "sign-off-unreadable",
    severity: Severity::Error,
    summary: "a sign-off's record cannot be relied on",
    explanation: "Why it matters: a sign-off counts because it shows exactly what was confirmed, by whom and how. Where a \
        file of it is missing or was edited, nobody can tell any more.\n\
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
        `akam sign-off record` takes up the answer. Where nobody can sign, for instance because the work was done for an \
        earlier employer, ask AKAM, and record what was agreed as a `[[validation]]` in `portfolio.toml`.",
};

pub static BY_CANDIDATE: Rule = Rule {
    id: "sign-off-by-candidate",
    severity: Severity::Error,
    summary: "the signatory is the candidate",
    explanation: "Why it matters: a sign-off is worth something because somebody else saw the work.\n\
        What to do: ask your line manager or somebody else who knows the work, with `akam sign-off request`. This record \
        stays in the history once you withdraw it: `akam sign-off withdraw`.",
};

pub static IN_FUTURE: Rule = Rule {
    id: "sign-off-in-future",
    severity: Severity::Error,
    summary: "a sign-off bears a date that has not come yet",
    explanation: "Why it matters: nobody can have signed on that day, so the record is wrong somewhere.\n\
        What to do: see that this computer's date is right. If it is, withdraw the record with `akam sign-off withdraw` \
        and record the answer again with its true date.",
};

pub static OUTSIDE_OBSERVATION: Rule = Rule {
    id: "sign-off-outside-observation",
    severity: Severity::Error,
    summary: "an artefact was made when no signatory saw the work",
    explanation: "Why it matters: signatories confirm what they observed. What was made before they knew the work, or after, \
        they cannot confirm.\n\
        What to do: ask somebody who saw that work, with `akam sign-off request CODE`. Where nobody can sign, ask AKAM, and \
        record what was agreed as a `[[validation]]` in `portfolio.toml`. If the date is wrong, correct `made`.",
};

pub static PROOF_MISSING: Rule = Rule {
    id: "sign-off-proof-missing",
    severity: Severity::Warning,
    summary: "nothing but the candidate's word shows that somebody signed",
    explanation: "Why it matters: the record was typed in. An assessor can only believe it, or ask the signatory.\n\
        What to do: ask for an answer by e-mail, a scan of the signed page or a digital signature, withdraw the typed \
        record with `akam sign-off withdraw`, and record the answer with `--proof FILE`.",
};

pub fn unreadable(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let portfolio = facts.portfolio;
    let flawed = portfolio.counted_sign_offs().filter(|sign_off| is_judged(facts, sign_off)).flat_map(|it| &it.flaws);
    for problem in portfolio.sign_off_problems.iter().chain(flawed) {
        findings.push(Finding::new(&UNREADABLE, &problem.message).at(problem.place.clone()).help(&problem.help));
    }
    for (sign_off, _) in answered(facts) {
        for (competency, _) in facts.judged().filter(|(competency, _)| sign_off.covers(&competency.code)) {
            let path = sign_off.text_path(&competency.code);
            if portfolio.tree.find(&path).is_none() {
                let found =
                    Finding::new(&UNREADABLE, "the text that was confirmed is gone, so no change could be shown");
                findings.push(found.at(Place::file(&path)).help("put back the file as it was"));
            }
        }
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
    // What was agreed with AKAM would stand in settings that cannot be read.
    if !portfolio.has_details {
        return;
    }
    let (mut fresh, mut asked, mut withdrawn) = (Vec::new(), Vec::new(), Vec::new());
    for (competency, folder) in facts.judged() {
        let code = competency.code.as_str();
        let is_drafted = standings.iter().any(|standing| standing.competency.code == code && standing.errors > 0);
        let is_flawed = portfolio.counted_sign_offs().any(|it| it.covers(code) && !it.flaws.is_empty());
        if is_drafted || is_flawed {
            continue;
        }
        match portfolio.backing(competency, folder) {
            Backing::Nothing => fresh.push(code),
            Backing::Asked(_) => asked.push(code),
            Backing::Withdrawn(_) => withdrawn.push(code),
            Backing::Agreed(_) | Backing::Signed(_) => {}
        }
    }
    let said = [("nobody has confirmed", &fresh), ("asked and not answered yet:", &asked), ("withdrawn:", &withdrawn)];
    let said: Vec<String> = said
        .iter()
        .filter(|(_, codes)| !codes.is_empty())
        .map(|(what, codes)| format!("{what} {}", codes.join(", ")))
        .collect();
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
        None if fresh.is_empty() && withdrawn.is_empty() => "`akam sign-off record` takes up the answer".to_owned(),
        None => "`akam sign-off request` writes the page for your manager to sign".to_owned(),
    });
    findings.push(mild_in_trial(facts, found));
}

pub fn by_candidate(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let Some(candidate) = facts.portfolio.details.name() else { return };
    let email = facts.portfolio.details.candidate.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
    // Also where something else is wrong with a record.
    let judged = facts.portfolio.counted_sign_offs().filter(|it| is_judged(facts, it) && it.withdrawal.is_none());
    for (sign_off, answer) in judged.filter_map(|sign_off| Some((sign_off, sign_off.answer.as_ref()?))) {
        let from = answer.proof.from.as_deref().unwrap_or_default();
        let (sender, address) = from.trim_end_matches('>').rsplit_once('<').unwrap_or(("", from));
        let own_mail =
            email.is_some_and(|email| address.eq_ignore_ascii_case(email)) || is_same_person(candidate, sender);
        let own_name = is_same_person(candidate, &sign_off.request.signatory.name);
        if own_name || own_mail {
            let message = if own_name {
                "the candidate cannot confirm their own work"
            } else {
                "the candidate's own e-mail is the proof"
            };
            let found = Finding::new(&BY_CANDIDATE, message).at(Place::file(&sign_off.path(RECORD)));
            let help = format!("`akam sign-off withdraw {}`, then ask somebody who saw the work", sign_off.name());
            findings.push(found.help(help));
        }
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
    for (sign_off, answer) in answered(facts) {
        let path = sign_off.path(RECORD);
        report(answer.signed, &path, &|| Place::file(&path), "it was signed");
    }
    for sign_off in facts.portfolio.counted_sign_offs().filter(|sign_off| is_judged(facts, sign_off)) {
        if let Some(withdrawal) = &sign_off.withdrawal {
            let path = sign_off.path(WITHDRAWAL);
            report(withdrawal.on, &path, &|| Place::file(&path), "it was withdrawn");
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
    let Backing::Signed(signed) = portfolio.backing(case.competency, case.folder) else { return };
    if portfolio.validations().any(|validation| validation.codes().iter().any(|agreed| agreed == code)) {
        return;
    }
    let periods: Vec<Made> = signed.all().filter_map(|signed| signed.sign_off.request.observed()).collect();
    for (register, artefact) in case.folder.registered() {
        let Some(made) = &artefact.made else { continue };
        let is_observed = periods.iter().any(|period| made.last >= period.first && made.first <= period.last);
        if is_observed || findings.only_count(&OUTSIDE_OBSERVATION, &register.source.path) {
            continue;
        }
        let request = &signed.sign_off.request;
        let message = format!(
            "`{}` was made {}, and {} saw the work {}",
            artefact.file_name(),
            made.text,
            request.signatory.name,
            request.observed
        );
        let found = Finding::new(&OUTSIDE_OBSERVATION, message).at(register.source.place(&artefact.file.span()));
        let help = format!(
            "ask somebody who saw it: `akam sign-off request {code}`; or ask AKAM, and record it as a `[[validation]]`"
        );
        findings.push(found.help(help));
    }
}

pub fn proof_missing(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for (sign_off, answer) in answered(facts).filter(|(_, answer)| answer.proof.kind == Kind::Typed) {
        let message = format!("nothing shows that {} signed on {}", answer.signatory, answer.signed);
        let found = Finding::new(&PROOF_MISSING, message).at(Place::file(&sign_off.path(RECORD)));
        findings.push(found.help("ask for an e-mail, a scan or a signature, and record it with `--proof FILE`"));
    }
}

/// Whether two names are one person's: the same words in any order, accents and capitals apart.
pub fn is_same_person(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let plain: String = name.nfkd().filter(|sign| !is_combining_mark(*sign)).collect::<String>().to_lowercase();
        let mut words: Vec<String> = plain
            .split(|sign: char| !sign.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        words.sort_unstable();
        words
    };
    let one = words(one);
    !one.is_empty() && one == words(other)
}

/// The sign-offs that count, cover something that is judged, and are answered.
fn answered<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = (&'a SignOff, &'a Answer)> {
    let judged = facts.portfolio.counted_sign_offs().filter(|sign_off| is_judged(facts, sign_off));
    judged.filter_map(|sign_off| Some((sign_off, sign_off.standing_answer()?)))
}

fn is_judged(facts: &Facts<'_>, sign_off: &SignOff) -> bool {
    facts.judged().any(|(competency, _)| sign_off.covers(&competency.code))
}

/// In a trial a sign-off may still be missing.
fn mild_in_trial(facts: &Facts<'_>, found: Finding) -> Finding {
    if facts.portfolio.trial.is_some() { found.mild() } else { found }
}

fn codes_place(source: &Source, codes: Option<&toml::Spanned<Codes>>) -> Place {
    codes.map_or_else(|| Place::file(FILE), |codes| source.place(&codes.span()))
}
