//! The cover: who submits what, how far it has come, the index of artefacts, and how to check the archive.

use askama::Template;

use super::Submission;
use super::chart::Chart;
use super::confirmation::ShownConfirmation;
use super::links::{Base, Links};
use super::page::{self, PageFrame, ShownArtefact, candidate, filled};
use crate::archive::{CHECK, HOW_TO_CHECK, INDEX, PAYLOAD, Status, bag};
use crate::coverage::{self, Standing, State};
use crate::finding::Finding;
use crate::framework::{self, Framework};
use crate::html::page::write;
use crate::portfolio::artefact::period;
use crate::portfolio::sign_off::answer::Basis;
use crate::report::coverage::tally;
use crate::text::{count, day, grouped};

#[derive(Template)]
#[template(config = ".askama.toml", path = "cover.html")]
struct Cover<'a> {
    frame: PageFrame,
    is_preview: bool,
    scheme: &'a str,
    facts: Vec<Fact>,
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
    check: String,
    how_to_check: &'static str,
    tag_manifest: &'static str,
}

struct Fact {
    label: &'static str,
    lines: Vec<String>,
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
    let scheme = &portfolio.framework.title;
    let trial = matches!(submission.status, Status::Trial { .. });
    let shown: Vec<&Standing<'_>> =
        submission.judged.standings.iter().filter(|it| !trial || evidence.packs(&it.review.competency.code)).collect();
    let left_out = shown.iter().filter(|standing| standing.state == State::LeftOut);
    write(&Cover {
        frame: PageFrame::new(
            submission,
            Base::Cover,
            format!("{}: evidence for the {scheme}", candidate(submission)),
            scheme,
        ),
        is_preview: submission.preview.is_some(),
        scheme,
        facts: facts(submission),
        totals: totals(submission, &shown),
        chart: Chart::new(evidence),
        areas: areas(submission, links, &shown),
        own_words: own_words(submission),
        confirmed: confirmed(submission, links),
        left_out: left_out.map(|standing| standing.review.competency.name()).collect(),
        reason: filled(portfolio.details.submission.reason.as_ref()),
        artefacts: evidence
            .artefacts()
            .map(|(own, it)| ShownArtefact::new(links, Base::Cover, own.competency, it))
            .collect(),
        tally: tally(&submission.judged.findings),
        findings: submission.judged.findings.iter().map(open).collect(),
        index: format!("{PAYLOAD}{INDEX}"),
        check: format!("{PAYLOAD}{CHECK}"),
        how_to_check: HOW_TO_CHECK,
        tag_manifest: bag::TAG_MANIFEST,
    })
}

fn facts(submission: &Submission<'_>) -> Vec<Fact> {
    let (details, framework) = (&submission.evidence.portfolio.details, &submission.evidence.portfolio.framework);
    let accounts = details.named_accounts().map(|account| {
        let industry = filled(account.industry.as_ref()).map(|industry| format!(": {industry}")).unwrap_or_default();
        let since = filled(account.since.as_ref()).map(|since| format!(", since {}", period(&since)));
        format!("{}{industry}{}", account.name.trim(), since.unwrap_or_default())
    });
    let accounts: Vec<String> = accounts.collect();
    let is_preview = submission.preview.is_some();
    let status = match submission.status {
        _ if is_preview => "Preview".to_owned(),
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
        (if is_preview { "Shown" } else { "Packed" }, vec![day(submission.evidence.day)]),
        ("Replaces", filled(details.submission.previous.as_ref()).into_iter().collect()),
    ];
    let facts = facts.into_iter().map(|(label, lines): (_, Vec<String>)| Fact { label, lines });
    facts.filter(|fact| !fact.lines.is_empty()).collect()
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
        href: links.page(Base::Cover, &review.competency.code),
        confirmation: ShownConfirmation::of(submission.evidence, review, links, Base::Cover),
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
        href: links.page(Base::Cover, &standing.review.competency.code),
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
        place: page::place(finding),
    }
}

/// The framework's edition, and whether it is one of the candidate's own.
fn edition(framework: &Framework) -> Vec<String> {
    let own =
        (!framework.is_built_in()).then(|| "As in the candidate’s own competency file, competencies.toml".to_owned());
    std::iter::once(framework.edition.clone()).chain(own).collect()
}
