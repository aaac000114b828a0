//! Rules on what changed since somebody confirmed it.

use super::mild_in_trial;
use crate::document::wording::Passage;
use crate::finding::{Finding, Rule, Severity};
use crate::portfolio::sign_off::standing::{Backing, Change, Signed, State};
use crate::rules::Case;
use crate::rules::findings::Findings;
use crate::source::{Place, Span};

pub static STALE: Rule = Rule {
    id: "sign-off-stale",
    severity: Severity::Error,
    summary: "content changed after it was confirmed",
    explanation: "Why it matters: the signatory confirmed other words or files than the ones that lie here now. They may \
        still agree; nobody has asked them.\n\
        What to do: `akam sign-off list --diff` shows what changed. Put it back as it was, and the sign-off stands again; \
        or ask for a new one with `akam sign-off request CODE`.",
};

pub static COSMETIC: Rule = Rule {
    id: "sign-off-cosmetic",
    severity: Severity::Warning,
    summary: "a file was saved anew after it was confirmed, with the same words",
    explanation: "Why it matters: the bytes are others, the words are the same: only line ends, blanks or mark-up differ. The \
        sign-off stands, and the assessors are told.\n\
        What to do: nothing. To be rid of it, put back the file as it was.",
};

pub static RENAMED: Rule = Rule {
    id: "sign-off-renamed",
    severity: Severity::Warning,
    summary: "a file has another name or number than when it was confirmed",
    explanation: "Why it matters: the content is the same to the byte, so the sign-off stands; but the page that was signed \
        names the file otherwise.\n\
        What to do: nothing, or give it its former name and place in the register.",
};

pub static CRITERIA_CHANGED: Rule = Rule {
    id: "sign-off-criteria-changed",
    severity: Severity::Warning,
    summary: "the framework asks for something else than when it was confirmed",
    explanation: "Why it matters: the signatory confirmed facts with other headings and questions beside them. The facts are \
        the same, so the sign-off stands, and the assessors are told.\n\
        What to do: see whether the documents still answer what is asked now. If you change them, ask for a new sign-off.",
};

pub fn stale(case: &Case<'_>, findings: &mut Findings<'_>) {
    let Backing::Signed(signed) = case.facts.portfolio.backing(case.competency, case.folder) else { return };
    let changed = signed.changes.iter().filter(|change| change.state == State::Changed);
    for change in changed {
        if findings.only_count(&STALE, &change.path) {
            continue;
        }
        let message = format!("content changed after {}: {} {}", confirmed(&signed), change.what, change.how);
        let mut found = Finding::new(&STALE, message).at(place(case, change));
        found.notes = notes(change);
        let code = &case.competency.code;
        let help = format!(
            "put it back as it was, or ask again with `akam sign-off request {code}`; `akam sign-off list --diff` shows all"
        );
        findings.push(mild_in_trial(case.facts, found.help(help)));
    }
}

pub fn cosmetic(case: &Case<'_>, findings: &mut Findings<'_>) {
    weaker(case, State::Cosmetic, &COSMETIC, findings);
}

pub fn renamed(case: &Case<'_>, findings: &mut Findings<'_>) {
    weaker(case, State::Renamed, &RENAMED, findings);
}

pub fn criteria_changed(case: &Case<'_>, findings: &mut Findings<'_>) {
    weaker(case, State::CriteriaChanged, &CRITERIA_CHANGED, findings);
}

/// What differs and leaves a sign-off standing.
fn weaker(case: &Case<'_>, state: State, rule: &'static Rule, findings: &mut Findings<'_>) {
    let Backing::Signed(signed) = case.facts.portfolio.backing(case.competency, case.folder) else { return };
    let alike: Vec<&Change> = signed.changes.iter().filter(|change| change.state == state).collect();
    // A file says more than the document that links to it.
    let Some(first) = alike.iter().find(|change| !change.what.starts_with("the document")).or(alike.first()) else {
        return;
    };
    let more = match alike.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more like it in {},", case.competency.code),
    };
    let message = format!("{} {}{more} after {}", first.what, first.how, confirmed(&signed));
    findings.push(Finding::new(rule, message).at(place(case, first)).help("the sign-off stands; nothing need be done"));
}

/// `Maria Lind confirmed it on 20 November 2026`.
fn confirmed(signed: &Signed<'_>) -> String {
    format!("{} confirmed it on {}", signed.answer.signatory, signed.answer.signed.strftime("%-d %B %Y"))
}

/// Where a change is to be seen: in a document, at the first words that are new.
fn place(case: &Case<'_>, change: &Change) -> Place {
    let new = change.passages.iter().find(|passage| !passage.after.is_empty());
    let at = new.zip(case.document).and_then(|(passage, document)| {
        let source = &document.source;
        let sentence = found(&source.text, &passage.after)?;
        let from = sentence.start;
        let words = found(&source.text[from..], &passage.new_words()).map(|it| it.start + from..it.end + from);
        Some(source.place(&words.unwrap_or(sentence)))
    });
    at.unwrap_or_else(|| Place::file(&change.path))
}

/// Where words stand in a text. Mark-up may stand between them: the more of them are found together, the better.
fn found(text: &str, words: &str) -> Option<Span> {
    let words: Vec<&str> = words.split_whitespace().collect();
    (1..=words.len().min(8)).rev().find_map(|count| {
        let start = words[..count].join(" ");
        text.find(&start).map(|at| at..at + start.len())
    })
}

/// What stood there and what stands there now, a line each.
fn notes(change: &Change) -> Vec<String> {
    const MOST: usize = 3;
    let line = |sign: &str, text: &str| (!text.is_empty()).then(|| format!("{sign} {text}"));
    let shown = change.passages.iter().take(MOST).map(Passage::short);
    let mut notes: Vec<String> =
        shown.flat_map(|passage| [line("-", &passage.before), line("+", &passage.after)]).flatten().collect();
    if change.passages.len() > MOST {
        notes.push(format!("… and {} passages more", change.passages.len() - MOST));
    }
    notes
}
