//! The rules as a list, and one rule explained.

use comfy_table::Cell;

use super::coverage::{lines, plain_table};
use super::terminal::{BOLD, paragraph, styled};
use crate::finding::{Rule, Severity};

/// All rules with their severity and summary.
pub fn list(rules: impl Iterator<Item = &'static Rule>) -> String {
    let mut table = plain_table();
    table.set_header(["RULE", "", "WHAT IS WRONG"]);
    for rule in rules {
        table.add_row([Cell::new(rule.id), Cell::new(severity(rule)), Cell::new(rule.summary)]);
    }
    let weight = paragraph("An error keeps `akam pack` from packing. Leave a warning if you have a good reason.", "");
    format!("{}\n{weight}\nnext: `akam explain RULE` says more\n", lines(table))
}

/// What a rule means, why it matters and what to do.
pub fn page(rule: &Rule) -> String {
    let [summary, why, remedy] =
        [rule.summary.to_owned(), format!("Why it matters: {}", rule.why), format!("What to do: {}", rule.remedy)]
            .map(|text| paragraph(&text, ""));
    format!("{} ({})\n{summary}\n{why}\n{remedy}", styled(BOLD, rule.id), severity(rule))
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
