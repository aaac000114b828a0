//! The coverage table, the verdict, and the next step.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table};

use super::count;
use super::terminal::{BOLD, columns, safe, styled};
use crate::coverage::{self, Standing, State};
use crate::finding::Finding;
use crate::framework::Framework;
use crate::portfolio::Portfolio;

/// One line per competency.
pub fn table(standings: &[Standing<'_>]) -> String {
    let mut table = plain_table();
    let header = ["CODE", "COMPETENCY", "WORDS", "PARTS", "ARTEFACTS", "SIGN-OFF", "STATE"];
    table.set_header(header.map(|title| Cell::new(title).add_attribute(Attribute::Dim)));
    for standing in standings {
        let blank = matches!(standing.state, State::NotStarted | State::LeftOut);
        let number = |value: String| Cell::new(if blank { "-".to_owned() } else { value });
        table.add_row([
            Cell::new(safe(&standing.competency.code)),
            Cell::new(safe(&standing.competency.title)),
            number(standing.words.to_string()),
            number(format!("{}/{}", standing.answered, standing.competency.parts.len())),
            number(standing.artefacts.to_string()),
            Cell::new("-"),
            state(standing.state),
        ]);
    }
    for column in 2..=4 {
        table.column_mut(column).expect("the header made seven columns").set_cell_alignment(CellAlignment::Right);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    lines(&table)
}

/// `9 of 12 ready`.
pub fn verdict(framework: &Framework, standings: &[Standing<'_>]) -> String {
    let line = format!("{} of {} ready", coverage::ready(standings), framework.required);
    styled(BOLD, &line)
}

/// `2 errors, 1 warning`, or that there is nothing to report.
pub fn tally(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = findings.len() - errors;
    match (errors, warnings) {
        (0, 0) => "no findings".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// What to do next, as one line.
pub fn next_step(portfolio: &Portfolio, standings: &[Standing<'_>], findings: &[Finding]) -> String {
    let general =
        findings.iter().find(|finding| finding.is_error() && finding.competency.is_none() && finding.place.is_some());
    let complete = coverage::ready(standings) >= portfolio.framework.required;
    let step = match coverage::next(standings) {
        _ if general.is_some_and(|_| complete) => {
            let place = general.and_then(|finding| finding.place.as_ref()).map_or("", |place| &place.path);
            format!("mend `{}`, then `akam check`", safe(place))
        }
        Some(standing) if !complete || standing.state == State::Drafting => {
            let command = match standing.state {
                State::NotStarted => "akam show",
                _ => "akam check",
            };
            format!("{}, `{command} {}`", safe(&standing.competency.name()), standing.competency.code)
        }
        _ if findings.iter().any(Finding::is_error) => "mend the errors above, then `akam check`".to_owned(),
        _ => "`akam pack` makes the archive to submit".to_owned(),
    };
    format!("next: {step}")
}

/// A table without lines, as wide as the terminal at most.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).enforce_styling();
    table.style_text_only();
    table.set_width(u16::try_from(columns()).unwrap_or(80));
    table
}

/// The table's lines without trailing blanks.
pub fn lines(table: &Table) -> String {
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn state(state: State) -> Cell {
    let cell = Cell::new(state.name());
    match state {
        State::Ready => cell.fg(Color::Green),
        State::Drafting => cell.fg(Color::Yellow),
        State::NotStarted | State::LeftOut => cell.add_attribute(Attribute::Dim),
    }
}
