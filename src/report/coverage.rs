//! Renders the coverage table, the verdict and the next step.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table};

use super::terminal::{BOLD, columns, safe, styled};
use crate::coverage::{self, Standing, State};
use crate::finding::{self, Finding};
use crate::framework::Framework;
use crate::portfolio::sign_off::answer::SignOffOutcome;
use crate::portfolio::snapshot::changes::Validity;
use crate::review::Review;
use crate::rules::Judged;
use crate::text::count;

/// One line per competency.
pub fn table(standings: &[Standing<'_>]) -> String {
    let mut table = plain_table();
    let header = ["CODE", "COMPETENCY", "WORDS", "PARTS", "ARTEFACTS", "SIGN-OFF", "STATE"];
    table.set_header(header.map(|title| Cell::new(title).add_attribute(Attribute::Dim)));
    for standing in standings {
        let blank = matches!(standing.state, State::NotStarted | State::LeftOut);
        let number = |value: String| Cell::new(if blank { "-".to_owned() } else { value });
        table.add_row([
            Cell::new(safe(&standing.review.competency.code)),
            Cell::new(safe(&standing.review.competency.title)),
            number(standing.review.words().to_string()),
            number(format!("{}/{}", standing.review.answered(), standing.review.competency.parts.len())),
            number(standing.review.artefacts.len().to_string()),
            sign_off(standing.review),
            state(standing.state),
        ]);
    }
    for column in 2..=4 {
        table.column_mut(column).expect("the header made seven columns").set_cell_alignment(CellAlignment::Right);
    }
    lines(table)
}

/// `9 of 12 ready, 3 signed`.
pub fn verdict(framework: &Framework, standings: &[Standing<'_>]) -> String {
    let line = format!("{} of {} ready", coverage::ready(standings), framework.required);
    let signed = coverage::signed(standings);
    styled(BOLD, &if signed == 0 { line } else { format!("{line}, {signed} signed") })
}

/// `2 errors, 1 warning`, or that there is nothing to report.
pub fn tally(findings: &[Finding]) -> String {
    match finding::tally(findings) {
        (0, 0) => "no findings".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// What to do next in the whole portfolio, as one line.
pub fn next_step(framework: &Framework, judged: &Judged<'_>) -> String {
    let Judged { findings, standings } = judged;
    let complete = coverage::ready(standings) >= framework.required;
    let step = match coverage::next(standings) {
        Some(standing) if standing.state == State::Drafting => {
            format!("{}, `akam check {}`", safe(&standing.review.competency.name()), standing.review.competency.code)
        }
        Some(standing) if !complete => {
            format!("{}, `akam show {}`", safe(&standing.review.competency.name()), standing.review.competency.code)
        }
        _ if findings.iter().any(|found| found.is_error() && !found.rule.is_of("sign-off")) => {
            "fix what `akam check` shows as errors".to_owned()
        }
        _ if standings.iter().any(|it| it.is_due() && it.review.outcome == Some(SignOffOutcome::Asked)) => {
            "when you have the answer, `akam sign-off record`".to_owned()
        }
        _ if standings.iter().any(Standing::is_due) => {
            "`akam sign-off request` writes the page for your manager to sign".to_owned()
        }
        _ if findings.iter().any(Finding::is_error) => "fix what `akam check` shows as errors".to_owned(),
        _ => "`akam pack` makes the archive to submit".to_owned(),
    };
    format!("next: {step}")
}

/// What to do next for the competencies just checked, as one line.
pub fn next_step_here(judged: &Judged<'_>) -> String {
    let Judged { findings, standings } = judged;
    let fresh = standings.iter().find(|standing| standing.state == State::NotStarted);
    match fresh {
        _ if findings.iter().any(|found| found.is_error() && !found.rule.is_of("sign-off")) => {
            "next: fix the errors above, then check again".to_owned()
        }
        _ if standings.iter().any(|it| it.is_due() && it.review.outcome == Some(SignOffOutcome::Asked)) => {
            "next: when you have the answer, `akam sign-off record`".to_owned()
        }
        _ if findings.iter().any(Finding::is_error) => {
            "next: `akam sign-off request` writes the page for your manager to sign".to_owned()
        }
        Some(standing) => format!("next: `akam show {}` tells what it asks", standing.review.competency.code),
        None => "next: `akam check` shows the state of the whole portfolio".to_owned(),
    }
}

/// A table without lines, at most as wide as the terminal.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).enforce_styling();
    table.style_text_only();
    table.set_width(u16::try_from(columns()).unwrap_or(80));
    table
}

/// The table's lines without trailing spaces, two spaces between columns.
pub fn lines(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// How a competency was confirmed if there is nothing else to report; else the outcome.
fn sign_off(review: &Review<'_>) -> Cell {
    match (review.outcome, review.validity(), review.confirmation.confirmed().first()) {
        (None, ..) => Cell::new("-"),
        (Some(SignOffOutcome::Declined), ..) => Cell::new(SignOffOutcome::Declined.name()).fg(Color::Yellow),
        (_, Some(Validity::Changed), _) => Cell::new(Validity::Changed.name()).fg(Color::Yellow),
        (Some(SignOffOutcome::Signed), Some(Validity::Valid), Some(it)) => Cell::new(it.answer.proof.kind.short()),
        (Some(SignOffOutcome::Signed), Some(validity), _) => Cell::new(validity.name()),
        (Some(outcome), ..) => Cell::new(outcome.name()),
    }
}

fn state(state: State) -> Cell {
    let cell = Cell::new(state.name());
    match state {
        State::Signed => cell.fg(Color::Green).add_attribute(Attribute::Bold),
        State::Ready => cell.fg(Color::Green),
        State::Drafting => cell.fg(Color::Yellow),
        State::NotStarted | State::LeftOut => cell.add_attribute(Attribute::Dim),
    }
}
