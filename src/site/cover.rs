//! The first sections of the page: how far it has come, who confirmed it, all artefacts, and what is open.

use askama::Template;

use super::artefact::ShownArtefact;
use super::chart::Chart;
use super::confirmation::ShownConfirmation;
use super::links::Links;
use super::{Submission, filled};
use crate::archive::{INDEX, PAYLOAD, Status};
use crate::coverage::{self, Standing, State};
use crate::finding::Finding;
use crate::framework;
use crate::portfolio::sign_off::answer::Basis;
use crate::report::coverage::tally;
use crate::source::Position;
use crate::text::{count, day, grouped};

#[derive(Template)]
#[template(config = ".askama.toml", path = "cover.html")]
struct Cover<'a> {
    is_packed: bool,
    totals: Vec<Total>,
    chart: Option<Chart>,
    areas: Vec<AreaRows<'a>>,
    confirmed: Vec<ConfirmationRow<'a>>,
    /// Answers in own words, without duplicates.
    own_words: Vec<OwnWords>,
    left_out: Vec<String>,
    reason: Option<String>,
    artefacts: Vec<ShownArtefact>,
    tally: String,
    findings: Vec<OpenFinding<'a>>,
    index: String,
}

struct Total {
    number: String,
    what: String,
}

struct AreaRows<'a> {
    title: &'a str,
    rows: Vec<CoverageRow<'a>>,
}

/// A competency's line in the coverage table.
struct CoverageRow<'a> {
    code: &'a str,
    title: &'a str,
    href: Option<String>,
    /// Whether there is anything to count.
    begun: bool,
    words: String,
    answered: usize,
    parts: usize,
    artefacts: usize,
    state: &'static str,
    class: &'static str,
    errors: String,
}

/// A competency's line in the table of sign-offs.
struct ConfirmationRow<'a> {
    code: &'a str,
    title: &'a str,
    href: Option<String>,
    confirmation: ShownConfirmation,
}

/// The whole text of an answer in own words.
struct OwnWords {
    by: String,
    how: String,
    words: String,
}

struct OpenFinding<'a> {
    error: bool,
    rule: &'static str,
    /// Every second piece was in backticks: it is the user's own text.
    message: Vec<&'a str>,
    place: Option<String>,
}

pub fn render(submission: &Submission<'_>, links: &Links<'_>) -> String {
    let (evidence, portfolio) = (submission.evidence, submission.evidence.portfolio);
    let trial = matches!(submission.status, Status::Trial { .. });
    let shown: Vec<&Standing<'_>> =
        submission.judged.standings.iter().filter(|it| !trial || evidence.packs(&it.review.competency.code)).collect();
    let left_out = shown.iter().filter(|standing| standing.state == State::LeftOut);
    let cover = Cover {
        is_packed: submission.is_packed(),
        totals: totals(submission, &shown),
        chart: Chart::new(evidence),
        areas: areas(submission, links, &shown),
        own_words: own_words(submission),
        confirmed: confirmed(submission, links),
        left_out: left_out.map(|standing| standing.review.competency.name()).collect(),
        reason: filled(portfolio.details.submission.reason.as_ref()),
        artefacts: evidence.artefacts().map(|(own, it)| ShownArtefact::new(links, own.competency, it)).collect(),
        tally: tally(&submission.judged.findings),
        findings: submission.judged.findings.iter().map(open).collect(),
        index: format!("{PAYLOAD}{INDEX}"),
    };
    cover.render().expect("a template that is written to a string does not fail")
}

fn totals(submission: &Submission<'_>, shown: &[&Standing<'_>]) -> Vec<Total> {
    let packed: Vec<_> = shown.iter().filter(|it| it.review.is_submitted).collect();
    let sum = |of: fn(&Standing<'_>) -> usize| packed.iter().map(|standing| of(standing)).sum::<usize>();
    let (parts, artefacts) = (sum(|it| it.review.competency.parts.len()), sum(|it| it.review.artefacts.len()));
    let total = |number: usize, what: String| Total { number: grouped(number), what };
    let noun = |number: usize, noun: &str| count(number, noun).trim_start_matches(char::is_numeric).trim().to_owned();
    let mut totals = Vec::new();
    if !matches!(submission.status, Status::Trial { .. }) {
        let (ready, required) =
            (coverage::ready(&submission.judged.standings), submission.evidence.portfolio.framework.required);
        totals.push(total(ready, format!("{} ready, {required} required", noun(ready, "competency"))));
    }
    totals.push(total(
        sum(|it| it.review.answered()),
        format!("{} answered, out of {parts}", noun(sum(|it| it.review.answered()), "part")),
    ));
    totals.push(total(artefacts, noun(artefacts, "artefact")));
    totals.push(total(sum(|it| it.review.words()), noun(sum(|it| it.review.words()), "word")));
    totals
}

fn areas<'a>(submission: &Submission<'a>, links: &Links<'_>, shown: &[&Standing<'a>]) -> Vec<AreaRows<'a>> {
    let area = |area: &'a framework::Area| AreaRows {
        title: &area.title,
        rows: shown.iter().filter(|it| it.review.competency.area == area.code).map(|it| row(links, it)).collect(),
    };
    let areas = submission.evidence.portfolio.framework.areas.iter().map(area);
    areas.filter(|area| !area.rows.is_empty()).collect()
}

fn confirmed<'a>(submission: &Submission<'a>, links: &Links<'_>) -> Vec<ConfirmationRow<'a>> {
    let confirmed = submission.evidence.submitted().map(|review| ConfirmationRow {
        code: &review.competency.code,
        title: &review.competency.title,
        href: links.code(&review.competency.code),
        confirmation: ShownConfirmation::of(submission.evidence, review, links),
    });
    confirmed.collect()
}

fn own_words(submission: &Submission<'_>) -> Vec<OwnWords> {
    let own = submission.evidence.sign_offs.iter().filter_map(|sign_off| {
        let answer = sign_off.valid_answer().filter(|answer| answer.basis == Basis::OwnWords)?;
        let how = format!("{}, {}", day(answer.signed), answer.how());
        Some(OwnWords {
            by: sign_off.request.signatory.described(),
            how,
            words: sign_off.message.as_ref()?.own.clone(),
        })
    });
    own.collect()
}

fn row<'a>(links: &Links<'_>, standing: &Standing<'a>) -> CoverageRow<'a> {
    CoverageRow {
        code: &standing.review.competency.code,
        title: &standing.review.competency.title,
        href: links.code(&standing.review.competency.code),
        begun: standing.state.is_ready() || standing.state == State::Drafting,
        words: grouped(standing.review.words()),
        answered: standing.review.answered(),
        parts: standing.review.competency.parts.len(),
        artefacts: standing.review.artefacts.len(),
        state: standing.state.name(),
        class: match standing.state {
            State::Ready | State::Signed => "ready",
            State::Drafting => "drafting",
            State::NotStarted | State::LeftOut => "none",
        },
        errors: if standing.errors > 0 { count(standing.errors, "error") } else { String::new() },
    }
}

fn open(finding: &Finding) -> OpenFinding<'_> {
    OpenFinding {
        error: finding.is_error(),
        rule: finding.rule.id,
        message: finding.message.split('`').collect(),
        place: place(finding),
    }
}

/// Path and place: `evidence.md:12`, `evidence.pdf, page 3, line 14`.
fn place(finding: &Finding) -> Option<String> {
    let place = finding.place.as_ref()?;
    Some(match &place.position {
        None => place.path.clone(),
        Some(Position::Line(part)) => format!("{}:{}", place.path, part.line),
        Some(Position::Passage { words, .. }) => format!("{}, {words}", place.path),
    })
}
