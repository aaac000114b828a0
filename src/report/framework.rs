//! The framework as a table, and one competency as a page to read before writing.

use comfy_table::{Attribute, Cell};

use super::coverage::{lines, plain_table};
use super::terminal::{BOLD, FAINT, list, paragraph, safe, styled};
use crate::framework::{Competency, Framework, Origin};

/// What the mark means.
const MARKED: &str = "\
(guide) marks advice written for this program. All else retells what AKAM publishes; where your AKAM workbook says \
otherwise, the workbook decides.";

/// All competencies by area, and what holds for each of them.
pub fn overview(framework: &Framework) -> String {
    let mut table = plain_table();
    for area in &framework.areas {
        let title = format!("{} {}{}", safe(&area.code), safe(&area.title), mark(area.origin));
        table.add_row([Cell::new(""), Cell::new(title).add_attribute(Attribute::Bold), Cell::new("")]);
        for competency in framework.competencies.iter().filter(|competency| competency.area == area.code) {
            let ours = competency.parts.iter().any(crate::framework::Part::is_ours);
            let mark = mark(if ours { Origin::Guide } else { Origin::Akam });
            let parts = format!("{}{mark}", crate::text::count(competency.parts.len(), "part"));
            table.add_row([Cell::new(safe(&competency.code)), Cell::new(safe(&competency.title)), Cell::new(parts)]);
        }
    }
    let title = paragraph(&framework.title, "");
    let mut text =
        format!("{}\n{}\n{}\n", styled(BOLD, title.trim_end()), paragraph(&framework.edition, ""), lines(table));
    let accounts = &framework.key_accounts;
    let rules = [
        format!("Evidence is asked for {} of {} competencies.", framework.required, framework.competencies.len()),
        format!(
            "Guidance: about {} words for each part, fewer where artefacts are attached.",
            framework.words.per_part
        ),
        format!(
            "A key account manager looks after at least one and fewer than {} key accounts.{}",
            accounts.fewer_than,
            mark(accounts.origin)
        ),
        format!("What a manager who knows the work will be asked to confirm{}:", mark(framework.sign_off.origin)),
    ];
    text.extend(rules.iter().map(|rule| paragraph(rule, "")));
    text += &paragraph(&framework.sign_off.statement, "    ");
    let first = &framework.competencies[0].code;
    let next = format!("next: `akam show {first}` tells what one competency asks");
    text + &format!("\n{}\n{}", paragraph(MARKED, ""), paragraph(&next, ""))
}

/// Why, parts, evidence, theory and sources of one competency.
pub fn page(framework: &Framework, competency: &Competency) -> String {
    let area = framework.areas.iter().find(|area| area.code == competency.area);
    let area = area.map(|area| paragraph(&format!("Area {}: {}", area.code, area.title), "")).unwrap_or_default();
    let mut page = format!("{}\n{area}", styled(BOLD, paragraph(&competency.name(), "").trim_end()));
    heading(&mut page, "Why it matters", competency.why.origin);
    page += &paragraph(&competency.why.text, "");
    for part in &competency.parts {
        let title = format!("{} {}", part.code, part.title);
        match part.title_origin.filter(|origin| *origin != part.origin) {
            Some(Origin::Guide) => heading(&mut page, &format!("{title} (title: guide)"), part.origin),
            _ => heading(&mut page, &title, part.origin),
        }
        page += "Show how you:\n";
        page += &list(part.asks.iter().map(String::as_str));
    }
    heading(&mut page, "Ideas for evidence", competency.evidence.origin);
    page += &list(competency.evidence.ideas.iter().map(String::as_str));
    heading(&mut page, "Theory that may help", competency.theory.origin);
    page += &list(competency.theory.models.iter().map(String::as_str));
    heading(&mut page, "Sources", Origin::Guide);
    let references = competency.sources.iter().map(|work| match work.origin {
        Origin::Akam => format!("{} (named by AKAM)", work.reference()),
        Origin::Guide => work.reference(),
    });
    let references: Vec<String> = references.collect();
    page += &list(references.iter().map(String::as_str));
    if !competency.see_also.is_empty() {
        page += &format!("\n{}\n", styled(BOLD, "See also"));
        let notes =
            competency.see_also.iter().map(|note| format!("{}: {}{}", note.competency, note.text, mark(note.origin)));
        let notes: Vec<String> = notes.collect();
        page += &list(notes.iter().map(String::as_str));
    }
    let next = format!("next: write in `{}/evidence.md`, then `akam check {}`", competency.folder(), competency.code);
    page += &format!("\n{}\n{}", paragraph(MARKED, ""), paragraph(&next, ""));
    page
}

fn heading(page: &mut String, title: &str, origin: Origin) {
    let text = paragraph(&format!("{title}{}", mark(origin)), "");
    let title = text.trim_end().trim_end_matches(mark(origin).trim_start()).trim_end();
    // A blank, or the end of the line.
    *page += &format!("\n{}{}\n", styled(BOLD, title), styled(FAINT, text[title.len()..].trim_end()));
}

/// What stands behind a text that AKAM did not write.
fn mark(origin: Origin) -> &'static str {
    match origin {
        Origin::Akam => "",
        Origin::Guide => " (guide)",
    }
}
