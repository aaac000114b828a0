//! The framework as a table, and one competency as a page to read before writing.

use comfy_table::{Attribute, Cell};

use super::coverage::{lines, plain_table};
use super::terminal::{BOLD, FAINT, list, paragraph, safe, styled};
use crate::framework::{Competency, Framework, Provenance};
use crate::text::{count, grouped};

/// What the mark means.
const MARKED: &str = "\
(guide) marks advice written for this program where AKAM's own text could not be seen, the number of parts included. \
What is not marked retells AKAM's public pages. Your AKAM workbook has the criteria, and the assessor goes by those.";

/// What a candidate should ask before writing.
pub const EDITIONS: &str = "\
AKAM has published two editions of its competencies, one with 13 and one with 14, and its site now speaks of a \
Professional Diploma. Ask AKAM which one you are registered for before you write: this is the one with 13.";

/// All competencies by area, and what holds for each of them.
pub fn overview(framework: &Framework) -> String {
    let mut table = plain_table();
    for area in &framework.areas {
        let title = format!("{} {}{}", safe(&area.code), safe(&area.title), mark(area.origin));
        table.add_row([Cell::new(""), Cell::new(title).add_attribute(Attribute::Bold), Cell::new("")]);
        for competency in framework.competencies.iter().filter(|competency| competency.area == area.code) {
            let (code, title) = (safe(&competency.code), safe(&competency.title));
            table.add_row([Cell::new(code), Cell::new(title), Cell::new(parts(competency))]);
        }
    }
    let title = paragraph(&framework.title, "");
    let mut text =
        format!("{}\n{}\n{}\n", styled(BOLD, title.trim_end()), paragraph(&framework.edition, ""), lines(table));
    if framework.is_built_in() {
        text += &format!("{}\n", paragraph(EDITIONS, ""));
    }
    let (accounts, words) = (&framework.key_accounts, framework.words.per_part);
    let rules = [
        format!("Evidence is asked for {} of {} competencies.", framework.required, framework.competencies.len()),
        "AKAM's advice: begin with one that you feel sure of, and send it in as a trial before you write the others."
            .to_owned(),
        format!(
            "AKAM's guide is about {words} words for each part, {} to {} for a competency, without a limit. You may be able to \
             write less where artefacts are attached, if you say how they support the competency.",
            grouped(3 * words),
            grouped(4 * words)
        ),
        "If your practice was not right at the time, AKAM may accept, up to a point, an account of what should have been \
         done and why, with your reflection on why it was different."
            .to_owned(),
        format!(
            "AKAM's picture of a key account manager has one or two key accounts, at most {}; it is no condition.{}",
            accounts.fewer_than,
            mark(accounts.origin)
        ),
        format!("What a manager who knows the work will be asked to confirm{}:", mark(framework.sign_off.origin)),
    ];
    text.extend(rules.iter().map(|rule| paragraph(rule, "")));
    text += &paragraph(&framework.sign_off.statement, "    ");
    let first = &framework.competencies[0].code;
    let next = format!("next: `akam show {first}` shows one competency");
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
            Some(Provenance::Guide) => heading(&mut page, &format!("{title} (title: guide)"), part.origin),
            _ => heading(&mut page, &title, part.origin),
        }
        page += "Show how you:\n";
        page += &list(part.asks.iter().map(String::as_str));
    }
    heading(&mut page, "Ideas for evidence", competency.evidence.origin);
    page += &list(competency.evidence.ideas.iter().map(String::as_str));
    heading(&mut page, "Theory that may help", competency.theory.origin);
    page += &list(competency.theory.models.iter().map(String::as_str));
    heading(&mut page, "Sources", Provenance::Guide);
    let references = competency.sources.iter().map(|work| match work.origin {
        Provenance::Akam => format!("{} (named by AKAM)", work.reference()),
        Provenance::Guide => work.reference(),
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

fn heading(page: &mut String, title: &str, origin: Provenance) {
    let text = paragraph(&format!("{title}{}", mark(origin)), "");
    let title = text.trim_end().trim_end_matches(mark(origin).trim_start()).trim_end();
    // A space, or the end of the line.
    *page += &format!("\n{}{}\n", styled(BOLD, title), styled(FAINT, text[title.len()..].trim_end()));
}

/// The number of a competency's parts, and of those that this program made up.
fn parts(competency: &Competency) -> String {
    let all = count(competency.parts.len(), "part");
    let ours = || competency.parts.iter().filter(|part| part.is_ours());
    let whole = ours().filter(|part| part.origin == Provenance::Guide).count();
    match (ours().count(), whole) {
        (0, _) => all,
        (titles, 0) => format!("{all} ({} guide)", count(titles, "title")),
        (_, whole) if whole == competency.parts.len() => format!("{all} (guide)"),
        (_, whole) => format!("{all} ({whole} of them guide)"),
    }
}

/// The mark of a text that AKAM did not write.
fn mark(origin: Provenance) -> &'static str {
    match origin {
        Provenance::Akam => "",
        Provenance::Guide => " (guide)",
    }
}
