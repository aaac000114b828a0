//! Rules on how much of the diploma is covered.

use super::Findings;
use super::findings::At;
use crate::coverage::{self, Standing, State};
use crate::finding::{Rule, Severity};
use crate::framework::Competency;
use crate::portfolio::{FILE, Portfolio};
use crate::review::{Evidence, Selection};
use crate::settings::nearest;
use crate::text::count;
use crate::text::slug;

pub static SHORT: Rule = Rule {
    id: "coverage-short",
    severity: Severity::Error,
    summary: "fewer competencies are ready than the diploma requires",
    why: "the diploma asks for evidence for a number of competencies. Ask AKAM before you send in some of it without \
        the others, unless it is a trial.",
    remedy: "go on with the competency that `akam check` names next. It is ready when it has no errors. A single \
        competency can be sent in before the others, as a trial: `akam pack --only CODE`.",
};

pub static OMISSION_UNRECORDED: Rule = Rule {
    id: "coverage-omission-unrecorded",
    severity: Severity::Warning,
    summary: "which competency is left out, and why, is not recorded (guide)",
    why: "the diploma lets you leave out a competency. With a reason, assessors see that you decided so; without one, \
        it looks like an oversight. That you give a reason is akam's advice, not AKAM's rule.",
    remedy: "in `portfolio.toml`, under `[submission]`, write `omit = \"CODE\"` and `reason = \"…\"`.",
};

pub static UNKNOWN_FOLDER: Rule = Rule {
    id: "coverage-unknown-folder",
    severity: Severity::Warning,
    summary: "a file or folder belongs to no competency",
    why: "only the folders of competencies are packed. Nothing else reaches the assessors.",
    remedy: "if the folder holds evidence, give it the name of its competency's folder (the code at its beginning is \
        enough). Notes and drafts belong in `private/`.",
};

pub fn short(evidence: &Evidence<'_>, standings: &[Standing<'_>], findings: &mut Findings<'_>) {
    let (required, ready) = (evidence.portfolio.framework.required, coverage::ready(standings));
    // What is begun and thin may be packed: how much is enough, AKAM's assessors decide.
    if evidence.selection != Selection::Whole || coverage::without_errors(standings) >= required {
        return;
    }
    findings.report(&SHORT, At::Portfolio, || {
        let left_out = standings.iter().filter(|standing| standing.state == State::LeftOut).count();
        let help = match standings.len() - left_out {
            possible if possible < required => "too many are left out: shorten `omit` in `portfolio.toml`".to_owned(),
            _ => remedy(standings, required - ready),
        };
        (format!("{ready} of {required} required competencies are ready"), help)
    });
}

pub fn omission_unrecorded(evidence: &Evidence<'_>, standings: &[Standing<'_>], findings: &mut Findings<'_>) {
    let (details, framework) = (&evidence.portfolio.details, &evidence.portfolio.framework);
    if evidence.selection != Selection::Whole || !evidence.portfolio.has_details {
        return;
    }
    let omit = details.submission.omit.as_ref();
    let at = || omit.map_or(At::File(FILE), |omit| At::from((&evidence.portfolio.source, omit)));
    for code in details.omitted().iter().filter(|code| framework.competency(code).is_none()) {
        findings.report(&OMISSION_UNRECORDED, at(), || {
            let nearest = nearest(code, framework.competencies.iter().map(|competency| competency.code.as_str()));
            let help = nearest.map_or("`akam show` lists the codes".to_owned(), |it| format!("did you mean `{it}`?"));
            (format!("`{code}` is left out, but there is no such competency"), help)
        });
    }
    let has_reason = details.submission.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    if !details.omitted().is_empty() {
        if !has_reason {
            findings.report(&OMISSION_UNRECORDED, at(), || {
                ("no reason is given for what is left out", "add `reason = \"…\"` below `omit`")
            });
        }
        return;
    }
    let (required, ready) = (framework.required, coverage::ready(standings));
    if ready < required || standings.len() == required {
        return;
    }
    findings.report(&OMISSION_UNRECORDED, at(), || {
        let open = standings.iter().filter(|standing| !standing.state.is_ready());
        let open: Vec<(&str, State)> = open.map(|it| (it.review.competency.code.as_str(), it.state)).collect();
        let message = match &open[..] {
            [] => format!("{ready} competencies are ready and {required} are asked for: which one do you leave out?"),
            [(one, State::Drafting)] => format!("{one} is begun and not ready: finish it, or leave it out"),
            [(one, _)] => format!("{one} is left out, but that is not recorded"),
            several => {
                let codes: Vec<&str> = several.iter().map(|(code, _)| *code).collect();
                format!("{} are left out, but that is not recorded", codes.join(", "))
            }
        };
        let code = open.first().map_or("CODE", |(code, _)| code);
        let help = format!("in `portfolio.toml`, under `[submission]`, write `omit = \"{code}\"` and `reason = \"…\"`");
        (message, help)
    });
}

pub fn unknown_folder(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    for stranger in &portfolio.strangers {
        findings.report(&UNKNOWN_FOLDER, &stranger.path, || {
            let path = stranger.path.to_lowercase();
            let mut competencies = portfolio.framework.competencies.iter();
            let own = competencies.find(|competency| path.starts_with(&competency.code.to_lowercase()));
            match (stranger.portfolio, stranger.folder, own) {
                (true, ..) => (
                    "another portfolio is inside this one; it is not packed".to_owned(),
                    "move it out, next to this portfolio".to_owned(),
                ),
                (_, true, Some(own)) => (
                    format!("this is a second folder for {}; it is not packed", own.code),
                    "move what you need into the other folder, the rest into `private/`".to_owned(),
                ),
                (_, true, None) => (
                    "this folder belongs to no competency; it is not packed".to_owned(),
                    match missing_folder(portfolio, &stranger.path) {
                        Some(folder) => {
                            format!("if it is one, rename it to `{folder}`; if not, move it into `private/`")
                        }
                        None => {
                            "if it holds evidence, begin its name with the competency's code; if not, move it into \
                                 `private/`"
                                .to_owned()
                        }
                    },
                ),
                (_, false, _) => (
                    "this file belongs to no competency; it is not packed".to_owned(),
                    "attach it with `akam attach FILE --to CODE`, or move it into `private/`".to_owned(),
                ),
            }
        });
    }
}

/// The missing competency folder that an unknown name resembles, with or without its code.
fn missing_folder(portfolio: &Portfolio, name: &str) -> Option<String> {
    let missing = portfolio.competencies().filter(|(_, folder)| !folder.exists).map(|(competency, _)| competency);
    let names: Vec<(String, &Competency)> =
        missing.flat_map(|it| [(slug(&it.title), it), (it.folder().to_lowercase(), it)]).collect();
    let near = nearest(&slug(name), names.iter().map(|(name, _)| name.as_str()))?;
    names.iter().find(|(name, _)| name == near).map(|(_, competency)| competency.folder())
}

/// Names the competencies that are closest to being ready.
fn remedy(standings: &[Standing<'_>], wanted: usize) -> String {
    let mut open: Vec<&Standing<'_>> = standings.iter().filter(|standing| standing.state == State::Drafting).collect();
    open.sort_by_key(|standing| standing.errors);
    let fresh = standings.iter().find(|standing| standing.state == State::NotStarted);
    if let Some(fresh) = fresh.filter(|_| open.is_empty()) {
        return format!("begin with {}", fresh.review.competency.name());
    }
    let nearest = open.iter().take(wanted.min(3));
    let nearest = nearest.map(|it| format!("{} ({} left)", it.review.competency.name(), count(it.errors, "error")));
    format!("nearest: {}", nearest.collect::<Vec<_>>().join(", "))
}
