//! The index of artefacts, as a table for spreadsheets.

use crate::portfolio::Portfolio;

/// `evidence-index.csv`: number, title, file, shows, share, made, supports; every cell quoted (RFC 4180), none of them a
/// formula.
pub fn render(portfolio: &Portfolio, codes: &[String]) -> String {
    let mut csv = row(["number", "title", "file", "shows", "share", "made", "supports"].map(str::to_owned));
    for (competency, folder, artefact) in portfolio.artefacts().filter(|(own, ..)| codes.contains(&own.code)) {
        csv += &row([
            artefact.number.clone(),
            artefact.name().to_owned(),
            folder.path_of(artefact).unwrap_or_default(),
            artefact.shows.clone().unwrap_or_default(),
            artefact.share.as_ref().map(|share| share.get_ref().0.to_string()).unwrap_or_default(),
            artefact.made.as_ref().map(|made| made.text.clone()).unwrap_or_default(),
            artefact.supported(&competency.code).collect::<Vec<_>>().join(" "),
        ]);
    }
    csv
}

/// Whether no cell of such a table, whoever wrote it, is a formula.
pub fn is_inert(csv: &str) -> bool {
    let rows = csv.split("\r\n").map(|row| row.strip_prefix('"').and_then(|row| row.strip_suffix('"')).unwrap_or(row));
    rows.flat_map(|row| row.split("\",\"")).all(|cell| inert(cell) == cell)
}

fn row(cells: [String; 7]) -> String {
    let cells = cells.map(|cell| inert(&cell).replace('"', "\"\""));
    format!("\"{}\"\r\n", cells.join("\",\""))
}

/// A text that no spreadsheet takes for a formula: an apostrophe before what begins like one.
fn inert(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    if text.starts_with(['=', '+', '-', '@', ' ', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out_of_its_quotes() {
        assert_eq!(inert("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(inert("\t=1+1"), "' =1+1");
        assert_eq!(inert("a-b"), "a-b");
        let cells = ["a\"b", "+1", "c\nd", "", "", "", ""].map(str::to_owned);
        assert_eq!(row(cells), "\"a\"\"b\",\"'+1\",\"c d\",\"\",\"\",\"\",\"\"\r\n");
    }
}
