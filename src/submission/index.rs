//! The list of all artefacts, as a table for spreadsheets.

use crate::review::{Attached, Evidence};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a spreadsheet takes for the beginning of a formula, in letters of two widths.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// `evidence-index.csv`: number, title, file, shows, share, made, supports; every cell quoted (RFC 4180), none of them a
/// formula, also where a spreadsheet splits cells at `;`. By the mark at its beginning spreadsheets know that it is UTF-8.
pub fn render(evidence: &Evidence<'_>) -> String {
    let mut csv = BYTE_ORDER_MARK.to_string();
    csv += &row(["number", "title", "file", "shows", "share", "made", "supports"].map(str::to_owned));
    for (review, Attached { artefact, path, .. }) in evidence.artefacts() {
        csv += &row([
            artefact.number.clone(),
            artefact.name().to_owned(),
            path.clone().unwrap_or_default(),
            artefact.shows.clone().unwrap_or_default(),
            artefact.share.as_ref().map(|share| share.get_ref().0.to_string()).unwrap_or_default(),
            artefact.made.as_ref().map(|made| made.text.clone()).unwrap_or_default(),
            artefact.supported(&review.competency.code).collect::<Vec<_>>().join(" "),
        ]);
    }
    csv
}

/// Whether no cell of such a table is a formula, whoever wrote it.
pub fn is_inert(csv: &str) -> bool {
    let csv = csv.strip_prefix(BYTE_ORDER_MARK).unwrap_or(csv);
    let rows = csv.split("\r\n").map(|row| row.strip_prefix('"').and_then(|row| row.strip_suffix('"')).unwrap_or(row));
    rows.flat_map(|row| row.split("\",\"")).all(|cell| inert(cell) == cell)
}

fn row(cells: [String; 7]) -> String {
    let cells = cells.map(|cell| inert(&cell).replace('"', "\"\""));
    format!("\"{}\"\r\n", cells.join("\",\""))
}

/// A text that no spreadsheet takes for a formula, and no part of it behind a `;`, at which some split it: an apostrophe
/// before what begins like one.
fn inert(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    let acts = |part: &str| part.trim_start_matches([' ', '"', '\u{a0}']).starts_with(FORMULA);
    let mut parts = text.split(';');
    let first = parts.next().unwrap_or_default();
    // What begins with a blank begins with another character once a program drops it.
    let mut inert = if first.starts_with(' ') || acts(first) { format!("'{first}") } else { first.to_owned() };
    for part in parts {
        inert += if acts(part) { ";'" } else { ";" };
        inert += part;
    }
    inert
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out_of_its_quotes() {
        assert_eq!(inert("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(inert("\t=1+1"), "' =1+1");
        assert_eq!(inert("a-b; c, -d"), "a-b; c, -d");
        assert_eq!(inert("a;=HYPERLINK(\"x\"); +1;\"@b;c"), "a;'=HYPERLINK(\"x\");' +1;'\"@b;c");
        let cells = ["a\"b", "+1", "c\nd", "", "", "", ""].map(str::to_owned);
        assert_eq!(row(cells), "\"a\"\"b\",\"'+1\",\"c d\",\"\",\"\",\"\",\"\"\r\n");
    }
}
