//! Rules on changes since a competency was confirmed.

use crate::document::diff::Hunk;
use crate::finding::{Rule, Severity};
use crate::portfolio::snapshot::changes::{Change, Validity};
use crate::review::confirmation::{Confirmation, Counted};
use crate::review::{Evidence, Review};
use crate::rules::findings::{At, Findings};
use crate::text::day;

pub static STALE: Rule = Rule {
    id: "sign-off-stale",
    severity: Severity::Error,
    summary: "content changed after it was confirmed",
    why: "somebody confirmed other words or files. They may still agree, but nobody has asked them.",
    remedy: "`akam sign-off list --diff` shows what changed. Undo the change, and the sign-off is valid again; or ask \
        for a new one with `akam sign-off request CODE`, which shows them only what changed.",
};

pub static COSMETIC: Rule = Rule {
    id: "sign-off-cosmetic",
    severity: Severity::Warning,
    summary: "a file was saved again after it was confirmed, with the same words",
    why: "the file is not identical, but the words are the same: only spaces, line ends or formatting differ. The \
        sign-off is valid, and the assessors see this.",
    remedy: "nothing. To clear this warning, restore the earlier file.",
};

pub static RENAMED: Rule = Rule {
    id: "sign-off-renamed",
    severity: Severity::Warning,
    summary: "a file has another name or number than when it was confirmed",
    why: "the content is the same, so the sign-off is valid; only the page that was signed gives the former name.",
    remedy: "nothing, or give it its former name and place in the list of artefacts.",
};

pub static CRITERIA_CHANGED: Rule = Rule {
    id: "sign-off-criteria-changed",
    severity: Severity::Warning,
    summary: "the criteria have changed since it was confirmed",
    why: "the facts were confirmed with other headings and questions beside them. The facts are the same, so the \
        sign-off is valid, and the assessors see this.",
    remedy: "see whether the documents still answer what is asked now. If you change them, ask for a new sign-off.",
};

pub fn stale(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let code = &review.competency.code;
    let Confirmation::Changed(signed) = &review.confirmation else { return };
    for change in signed.changes.iter().filter(|change| change.validity == Validity::Changed) {
        let found = findings.report(&STALE, place(review, change), || {
            let message = format!("content changed after {}: {} {}", confirmed(signed), change.what, change.how);
            let ask_again = format!("undo the change, or ask again with `akam sign-off request {code}`");
            (message, format!("{ask_again}; `akam sign-off list --diff` shows all"))
        });
        if let Some(found) = found {
            found.notes = notes(change);
        }
    }
}

pub fn cosmetic(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    report_valid_change(review, Validity::Cosmetic, &COSMETIC, findings);
}

pub fn renamed(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    report_valid_change(review, Validity::Renamed, &RENAMED, findings);
}

pub fn criteria_changed(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    report_valid_change(review, Validity::CriteriaChanged, &CRITERIA_CHANGED, findings);
}

/// Reports changes that leave a sign-off valid.
fn report_valid_change(review: &Review<'_>, validity: Validity, rule: &'static Rule, findings: &mut Findings<'_>) {
    let Some(signed) = review.confirmation.confirmed().first() else { return };
    let same_kind: Vec<&Change> = signed.changes.iter().filter(|change| change.validity == validity).collect();
    // A file is more specific than the document that links to it.
    let file = same_kind.iter().find(|change| !change.what.starts_with("the document"));
    let Some(first) = file.or(same_kind.first()) else { return };
    findings.report(rule, place(review, first), || {
        let more = match same_kind.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more like it in {},", review.competency.code),
        };
        let message = format!("{} {}{more} after {}", first.what, first.how, confirmed(signed));
        (message, "the sign-off is valid; you need do nothing")
    });
}

/// `Maria Lind confirmed it on 20 November 2026`.
fn confirmed(Counted { sign_off, answer, .. }: &Counted<'_>) -> String {
    format!("{} confirmed it on {}", sign_off.request.signatory.name, day(answer.signed))
}

/// The place of a change: in a document, the first words that are new.
fn place<'a>(review: &Review<'a>, change: &'a Change) -> At<'a> {
    let new = change.passages.iter().find(|passage| !passage.after.is_empty());
    let at = new.zip(review.document).and_then(|(passage, document)| Some(At::Spot(document, document.find(passage)?)));
    at.unwrap_or(At::File(&change.path))
}

/// The old and the new words, one line each.
fn notes(change: &Change) -> Vec<String> {
    const MAX_SHOWN: usize = 3;
    let line = |mark: &str, text: &str| (!text.is_empty()).then(|| format!("{mark} {text}"));
    let shown = change.passages.iter().take(MAX_SHOWN).map(Hunk::short);
    let mut notes: Vec<String> =
        shown.flat_map(|passage| [line("-", &passage.before), line("+", &passage.after)]).flatten().collect();
    if change.passages.len() > MAX_SHOWN {
        notes.push(format!("… and {} more passages", change.passages.len() - MAX_SHOWN));
    }
    notes
}
