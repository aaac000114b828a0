//! Rules on how much of the scheme is covered.

use super::{Facts, Findings, Scope};
use crate::coverage::{self, Standing, State};
use crate::finding::{Finding, Rule, Severity};
use crate::framework::{Competency, slug};
use crate::portfolio::{self, Portfolio};
use crate::source::Place;

pub static SHORT: Rule = Rule {
    id: "coverage-short",
    severity: Severity::Error,
    summary: "fewer competencies are ready than the scheme requires",
    explanation: "Why it matters: the diploma asks for evidence for a number of competencies. Whether some of it may be sent \
        in before the rest, apart from a trial, ask AKAM.\n\
        What to do: go on with the competency that `akam check` names as the next one. It is ready when no error \
        stands against it. A single competency can be sent in as a trial before the rest: `akam pack --only CODE`.",
};

pub static OMISSION_UNRECORDED: Rule = Rule {
    id: "coverage-omission-unrecorded",
    severity: Severity::Warning,
    summary: "which competency is left out, and why, is not recorded",
    explanation: "Why it matters: the scheme lets you leave out a competency. Recorded with a reason, the gap is a \
        decision; unrecorded, it looks like an oversight.\n\
        What to do: in `portfolio.toml`, under `[submission]`, write `omit = \"CODE\"` and `reason = \"…\"`.",
};

pub static UNKNOWN_FOLDER: Rule = Rule {
    id: "coverage-unknown-folder",
    severity: Severity::Warning,
    summary: "something lies beside the competencies and belongs to none",
    explanation: "Why it matters: only the folders of competencies are packed. What lies elsewhere does not reach the \
        assessors, even if you believe that it does.\n\
        What to do: if the folder holds evidence, give it the name of its competency's folder (its beginning, the code, \
        is enough). Notes and drafts have their place in `private/`.",
};

pub fn short(facts: &Facts<'_>, standings: &[Standing<'_>], findings: &mut Findings<'_>) {
    if facts.scope != Scope::Whole {
        return;
    }
    let portfolio = facts.portfolio;
    let required = portfolio.framework.required;
    let ready = coverage::ready(standings);
    if ready >= required {
        return;
    }
    let found = Finding::new(&SHORT, format!("{ready} of {required} required competencies are ready"));
    let left_out = standings.iter().filter(|standing| standing.state == State::LeftOut).count();
    let help = match standings.len() - left_out {
        possible if possible < required => "too many are left out: shorten `omit` in `portfolio.toml`".to_owned(),
        _ => remedy(standings, required - ready),
    };
    findings.push(found.help(help));
}

pub fn omission_unrecorded(facts: &Facts<'_>, standings: &[Standing<'_>], findings: &mut Findings<'_>) {
    if facts.scope != Scope::Whole || !facts.portfolio.has_details {
        return;
    }
    let portfolio = facts.portfolio;
    let omit = portfolio.details.submission.omit.as_ref();
    let place = omit.map_or_else(|| Place::file(portfolio::FILE), |omit| portfolio.source.place(&omit.span()));
    let unrecorded =
        |message: String, help: String| Finding::new(&OMISSION_UNRECORDED, message).at(place.clone()).help(help);
    for code in portfolio.details.omitted() {
        if portfolio.framework.competency(code).is_none() && !findings.only_count(&OMISSION_UNRECORDED, portfolio::FILE)
        {
            let codes = portfolio.framework.competencies.iter().map(|competency| competency.code.as_str());
            let nearest = crate::settings::nearest(code, codes);
            let help =
                nearest.map_or("`akam show` lists the codes".to_owned(), |near| format!("did you mean `{near}`?"));
            findings.push(unrecorded(format!("`{code}` is left out, but there is no such competency"), help));
        }
    }
    let has_reason = portfolio.details.submission.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    if !portfolio.details.omitted().is_empty() {
        if !has_reason {
            let message = "no reason is given for what is left out".to_owned();
            findings.push(unrecorded(message, "add `reason = \"…\"` below `omit`".to_owned()));
        }
        return;
    }
    let required = portfolio.framework.required;
    let ready = coverage::ready(standings);
    let spare = standings.len() - required;
    let open: Vec<&str> = standings
        .iter()
        .filter(|standing| !standing.state.is_ready())
        .map(|standing| standing.competency.code.as_str())
        .collect();
    if ready < required || spare == 0 {
        return;
    }
    let write = "in `portfolio.toml`, under `[submission]`, write `omit = \"CODE\"` and `reason = \"…\"`";
    let message = match &open[..] {
        [] => format!("{ready} competencies are ready and {required} are asked for: which one is left out?"),
        [one] if standings.iter().any(|it| it.competency.code == *one && it.state == State::Drafting) => {
            format!("{one} is begun and not ready: finish it, or leave it out")
        }
        [one] => format!("{one} is left out, but that is not recorded"),
        several => format!("{} are left out, but that is not recorded", several.join(", ")),
    };
    let help = open.first().map_or(write.to_owned(), |code| write.replace("CODE", code));
    findings.push(Finding::new(&OMISSION_UNRECORDED, message).at(place).help(help));
}

pub fn unknown_folder(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let portfolio = facts.portfolio;
    for stranger in &portfolio.strangers {
        if findings.only_count(&UNKNOWN_FOLDER, &stranger.path) {
            continue;
        }
        let code = portfolio
            .framework
            .competencies
            .iter()
            .find(|competency| stranger.path.to_lowercase().starts_with(&competency.code.to_lowercase()));
        let nearest = missing_folder(portfolio, &stranger.path);
        let (message, help) = match (stranger.portfolio, stranger.folder, code) {
            (true, ..) => (
                "another portfolio lies inside this one; it is not packed".to_owned(),
                "move it out, beside this portfolio".to_owned(),
            ),
            (_, true, Some(code)) => (
                format!("this is a second folder for {}; it is not packed", code.code),
                "move what you need into the other folder, the rest into `private/`".to_owned(),
            ),
            (_, true, None) => (
                "this folder belongs to no competency; it is not packed".to_owned(),
                match nearest {
                    Some(folder) => format!("if it is one, rename it to `{folder}`; else move it into `private/`"),
                    None => "if it holds evidence, begin its name with the competency's code; else move it into \
                             `private/`"
                        .to_owned(),
                },
            ),
            (_, false, _) => (
                "this file belongs to no competency; it is not packed".to_owned(),
                "attach it with `akam attach FILE --to CODE`, or move it into `private/`".to_owned(),
            ),
        };
        findings.push(Finding::new(&UNKNOWN_FOLDER, message).at(Place::file(&stranger.path)).help(help));
    }
}

/// The folder that is missing and that a stranger's name is like, with or without its code.
fn missing_folder(portfolio: &Portfolio, name: &str) -> Option<String> {
    let missing = portfolio.competencies().filter(|(_, folder)| !folder.exists).map(|(competency, _)| competency);
    let names: Vec<(String, &Competency)> =
        missing.flat_map(|it| [(slug(&it.title), it), (it.folder().to_lowercase(), it)]).collect();
    let near = crate::settings::nearest(&slug(name), names.iter().map(|(name, _)| name.as_str()))?;
    names.iter().find(|(name, _)| name == near).map(|(_, competency)| competency.folder())
}

/// Names the competencies that are nearest to being ready.
fn remedy(standings: &[Standing<'_>], wanted: usize) -> String {
    let mut open: Vec<&Standing<'_>> = standings.iter().filter(|standing| standing.state == State::Drafting).collect();
    open.sort_by_key(|standing| standing.errors);
    let nearest: Vec<String> = open
        .iter()
        .take(wanted.min(3))
        .map(|standing| {
            let errors = if standing.errors == 1 {
                "1 error left".to_owned()
            } else {
                format!("{} errors left", standing.errors)
            };
            format!("{} ({errors})", standing.competency.name())
        })
        .collect();
    let fresh = standings.iter().find(|standing| standing.state == State::NotStarted);
    match fresh {
        Some(standing) if nearest.is_empty() => format!("begin with {}", standing.competency.name()),
        _ => format!("nearest: {}", nearest.join(", ")),
    }
}
