//! Rules on what a document cites and what it lists as its sources.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::document::citations::{Citation, Work, has_word};
use crate::finding::{Rule, Severity};
use crate::review::{Evidence, Review};
use crate::rules::findings::Findings;
use crate::text::fold;

/// Most works of a list, and most citations, that are compared: each is compared with each.
const MAX_WORKS: usize = 300;
const MAX_CITATIONS: usize = 1_000;

pub static CITATION: Rule = Rule {
    id: "document-citation",
    severity: Severity::Warning,
    summary: "a work is cited that the list of sources does not have, or has with another year",
    why: "assessors look up what you cite. A work that they cannot find, or a wrong year, makes them doubt that you read \
        it.",
    remedy: "add the work to the list of sources with its author, year and title; or correct the year, in the text or \
        in the list. akam compares surnames and years only, and only where it is certain that a work is meant.",
};

pub static SOURCE_UNCITED: Rule = Rule {
    id: "document-source-uncited",
    severity: Severity::Warning,
    summary: "a work is in the list of sources, but the text never names its author",
    why: "the diploma asks how theory shaped what you did. A work that is only listed does not show that.",
    remedy: "say in the text what you took from the work, for example `Porter (1985)`, or take it off the list. Leave \
        the warning where you name the work in another way, such as by its title.",
};

pub fn citation(evidence: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let sources = document.sources();
    if !sources.works.iter().any(|it| it.work.has_person()) || sources.works.len() > MAX_WORKS {
        return;
    }
    let works = || evidence.portfolio.framework.competencies.iter().flat_map(|competency| &competency.sources);
    let is_known = |cited: &Citation| works().any(|work| has_word(&work.author, &cited.names[0]));
    let mut said = BTreeSet::new();
    for (cited, spot) in document.citations(&sources).take(MAX_CITATIONS) {
        let by_author: Vec<&Work> =
            sources.works.iter().map(|it| &it.work).filter(|work| cited.is_by_an_author_of(work)).collect();
        let year = |year: &str| year.trim_end_matches(char::is_alphabetic).to_owned();
        let years: BTreeSet<String> = by_author.iter().flat_map(|work| &work.years).map(|it| year(it)).collect();
        let is_listed = years.contains(&year(&cited.year));
        if is_listed || !said.insert(cited.written()) || by_author.is_empty() && !cited.is_certain && !is_known(&cited)
        {
            continue;
        }
        findings.report(&CITATION, (document, &spot), || {
            let name = cited.written();
            if by_author.iter().any(|work| cited.is_by_the_authors_of(work)) {
                let years = years.into_iter().collect::<Vec<_>>().join(" and ");
                let message = format!("`{name}` is cited, but the list of sources has {years}");
                (message, "correct the year, or add this work to the list")
            } else {
                let message = format!("`{name}` is cited, but not in the list of sources");
                (message, "add it to the list, with author, year and title")
            }
        });
    }
}

pub fn source_uncited(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let sources = document.sources();
    if sources.works.is_empty() || document.cites_by_number() {
        return;
    }
    let words = document.words_beside(&sources);
    for listed in sources.works.iter().filter(|listed| listed.work.has_person()) {
        let mut surnames = listed.work.surnames().peekable();
        if surnames.peek().is_none() || surnames.any(|surname| words.contains(&fold(surname))) {
            continue;
        }
        findings.report(&SOURCE_UNCITED, (document, &listed.spot), || {
            let message = format!("`{}` is listed, but the text never names it", listed.work.authors);
            (message, "say what you took from this work, or take it off the list")
        });
    }
}
