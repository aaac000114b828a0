//! The framework as a table, and one competency as a page to read before writing.

use comfy_table::{Attribute, Cell};

use super::coverage::{lines, plain_table};
use super::terminal::{BOLD, FAINT, list, paragraph, safe, styled};
use crate::framework::{Competency, Framework, Origin};

/// All competencies by area.
pub fn overview(framework: &Framework) -> String {
    let mut table = plain_table();
    for area in &framework.areas {
        let title = format!("{} {}", safe(&area.code), safe(&area.title));
        table.add_row([Cell::new(""), Cell::new(title).add_attribute(Attribute::Bold), Cell::new("")]);
        for competency in framework.competencies.iter().filter(|competency| competency.area == area.code) {
            let parts = super::count(competency.parts.len(), "part");
            table.add_row([Cell::new(safe(&competency.code)), Cell::new(safe(&competency.title)), Cell::new(parts)]);
        }
    }
    let all = framework.competencies.len();
    let asked = format!("{all} competencies; evidence is asked for {} of them.", framework.required);
    format!(
        "{}\n{}\n\n{}\n{}\nnext: `akam show {}` tells what one competency asks\n",
        styled(BOLD, &safe(&framework.title)),
        safe(&framework.edition),
        lines(&table),
        paragraph(&asked, ""),
        framework.competencies[0].code,
    )
}

/// Why, parts, evidence, theory and sources of one competency.
pub fn page(framework: &Framework, competency: &Competency) -> String {
    let area = framework.areas.iter().find(|area| area.code == competency.area);
    let area = area.map(|area| format!("Area {}: {}\n", safe(&area.code), safe(&area.title))).unwrap_or_default();
    let mut page = format!("{}\n{area}", styled(BOLD, &safe(&competency.name())));
    heading(&mut page, "Why it matters", competency.why.origin);
    page += &paragraph(&competency.why.text, "");
    for part in &competency.parts {
        let origin = part.title_origin.unwrap_or(part.origin);
        heading(&mut page, &format!("{} {}", part.code, part.title), origin);
        page += "Show how you:\n";
        page += &list(part.asks.iter().map(String::as_str));
    }
    heading(&mut page, "Ideas for evidence", competency.evidence.origin);
    page += &list(competency.evidence.ideas.iter().map(String::as_str));
    heading(&mut page, "Theory that may help", competency.theory.origin);
    page += &list(competency.theory.models.iter().map(String::as_str));
    page += &format!("\n{}\n", styled(BOLD, "Sources"));
    let references: Vec<String> = competency.sources.iter().map(crate::framework::Work::reference).collect();
    page += &list(references.iter().map(String::as_str));
    if !competency.see_also.is_empty() {
        page += &format!("\n{}\n", styled(BOLD, "See also"));
        let notes = competency.see_also.iter().map(|note| format!("{}: {}", note.competency, note.text));
        let notes: Vec<String> = notes.collect();
        page += &list(notes.iter().map(String::as_str));
    }
    page += "\n";
    page += &paragraph(
        "(guide) marks advice written for this program; all else retells what AKAM publishes. Your AKAM workbook decides.",
        "",
    );
    page += &format!("\nnext: write in `{}/evidence.md`, then `akam check {}`\n", competency.folder(), competency.code);
    page
}

fn heading(page: &mut String, title: &str, origin: Origin) {
    let mark = match origin {
        Origin::Akam => String::new(),
        Origin::Guide => format!(" {}", styled(FAINT, "(guide)")),
    };
    *page += &format!("\n{}{mark}\n", styled(BOLD, &safe(title)));
}
