//! The page as a whole: who submits what, its contents, and what is at the foot of each printed sheet.

use askama::Template;

use super::{Submission, filled};
use crate::archive::{CHECK, HOW_TO_CHECK, PAYLOAD, Status, bag};
use crate::finding;
use crate::framework::Framework;
use crate::html::page::{css_string, shortened, write};
use crate::portfolio::artefact::period;
use crate::text::{count, day};

#[derive(Template)]
#[template(config = ".askama.toml", path = "page.html")]
struct Page<'a> {
    title: String,
    style: &'static str,
    /// The foot of each printed sheet, as a CSS string; first that of the cover, then that of each competency.
    foot: String,
    feet: Vec<String>,
    candidate: &'a str,
    scheme: &'a str,
    facts: Vec<Fact>,
    banner: Option<Banner>,
    is_packed: bool,
    has_findings: bool,
    /// Codes and titles of the competencies.
    contents: Vec<(&'a str, &'a str)>,
    /// Safe to show, as the competencies are.
    cover: &'a str,
    competencies: &'a [String],
    program: &'a str,
    /// Whether the browser reloads the page.
    reloads: bool,
    /// `packed 22 November 2026`.
    made: String,
    check: String,
    how_to_check: &'static str,
    tag_manifest: &'static str,
}

struct Fact {
    label: &'static str,
    lines: Vec<String>,
}

/// The most important notice: this is not a submission.
struct Banner {
    title: &'static str,
    text: String,
    /// Whether errors are open.
    has_errors: bool,
}

pub fn render(submission: &Submission<'_>, cover: &str, competencies: &[String]) -> String {
    let (candidate, scheme) = (submission.candidate(), &submission.evidence.portfolio.framework.title);
    let shown = || submission.evidence.submitted().map(|review| review.competency);
    let banner = Banner::of(submission);
    let warning = banner.as_ref().map(|banner| format!("{} · ", banner.title)).unwrap_or_default();
    let foot = |what: &str| css_string(&format!("{warning}{} · {}", shortened(candidate), shortened(what)));
    let when = day(submission.evidence.day);
    write(&Page {
        title: format!("{candidate}: evidence for the {scheme}"),
        style: include_str!("style.css"),
        foot: foot(scheme),
        feet: shown().map(|competency| foot(&competency.name())).collect(),
        candidate,
        scheme,
        facts: facts(submission),
        is_packed: submission.is_packed(),
        has_findings: !submission.judged.findings.is_empty(),
        contents: shown().map(|competency| (competency.code.as_str(), competency.title.as_str())).collect(),
        cover,
        competencies,
        program: submission.program,
        reloads: submission.preview.is_some_and(|preview| preview.reloads),
        made: if submission.is_packed() { format!("packed {when}") } else { format!("shown {when}") },
        banner,
        check: format!("{PAYLOAD}{CHECK}"),
        how_to_check: HOW_TO_CHECK,
        tag_manifest: bag::TAG_MANIFEST,
    })
}

impl Banner {
    fn of(submission: &Submission<'_>) -> Option<Self> {
        let (errors, _) = finding::tally(&submission.judged.findings);
        let stand = if errors == 1 { "remains" } else { "remain" };
        let draft = format!("It is packed for comments; {} {stand}.", count(errors, "error"));
        if let Some(preview) = submission.preview {
            let made = if preview.of_archive {
                "akam made this page again from the evidence in an archive. The files that it names are in the archive."
            } else {
                "This is the assessor’s page of the portfolio as it is now."
            };
            let is_open = match errors {
                0 => String::new(),
                1 => " 1 error is open.".to_owned(),
                many => format!(" {many} errors are open."),
            };
            let text = format!("{made}{is_open}");
            return Some(Banner { title: "Preview, not a submission", text, has_errors: errors > 0 });
        }
        let trial = "It is sent in before the rest.";
        let (title, text) = match submission.status {
            Status::Final => return None,
            Status::Draft => ("Draft, not a submission", draft),
            Status::Trial { draft: false, .. } => ("Trial of one competency", trial.to_owned()),
            Status::Trial { draft: true, .. } => ("Draft of a trial", format!("{trial} {draft}")),
        };
        Some(Banner { title, text, has_errors: errors > 0 })
    }
}

fn facts(submission: &Submission<'_>) -> Vec<Fact> {
    let (details, framework) = (&submission.evidence.portfolio.details, &submission.evidence.portfolio.framework);
    let accounts = details.named_accounts().map(|account| {
        let industry = filled(account.industry.as_ref()).map(|industry| format!(": {industry}")).unwrap_or_default();
        let since = filled(account.since.as_ref()).map(|since| format!(", since {}", period(&since)));
        format!("{}{industry}{}", account.name.trim(), since.unwrap_or_default())
    });
    let accounts: Vec<String> = accounts.collect();
    let is_packed = submission.is_packed();
    let status = match submission.status {
        _ if !is_packed => "Preview".to_owned(),
        Status::Final => "Final".to_owned(),
        Status::Draft => "Draft".to_owned(),
        Status::Trial { code, draft: false } => format!("Trial of {code}"),
        Status::Trial { code, draft: true } => format!("Draft of a trial of {code}"),
    };
    let facts = [
        ("Role", filled(details.candidate.role.as_ref()).into_iter().collect()),
        ("Employer", filled(details.candidate.employer.as_ref()).into_iter().collect()),
        (if accounts.len() == 1 { "Key account" } else { "Key accounts" }, accounts),
        ("Edition", edition(framework)),
        ("Status", vec![status]),
        (if is_packed { "Packed" } else { "Shown" }, vec![day(submission.evidence.day)]),
        ("Replaces", filled(details.submission.previous.as_ref()).into_iter().collect()),
    ];
    let facts = facts.into_iter().map(|(label, lines): (_, Vec<String>)| Fact { label, lines });
    facts.filter(|fact| !fact.lines.is_empty()).collect()
}

/// The framework's edition, and whether it is one of the candidate's own.
fn edition(framework: &Framework) -> Vec<String> {
    let own =
        (!framework.is_built_in()).then(|| "As in the candidate’s own competency file, competencies.toml".to_owned());
    std::iter::once(framework.edition.clone()).chain(own).collect()
}
