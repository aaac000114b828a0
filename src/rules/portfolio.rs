//! Rules on `portfolio.toml` and on what could not be read at all.

use super::Findings;
use super::findings::At;
use crate::finding::{Rule, Severity};
use crate::portfolio::{FILE, PRIVATE, is_junk};
use crate::review::Evidence;
use crate::tree::{DOWNLOAD, EntryKind, IN_THE_CLOUD};

pub static UNREADABLE: Rule = Rule {
    id: "portfolio-unreadable",
    severity: Severity::Error,
    summary: "a file or folder of the portfolio cannot be read",
    why: "what cannot be read can be neither checked nor packed, so it would be missing from your submission without \
        anyone noticing.",
    remedy: "go to the line that is shown and correct it. In the settings, put text in straight quotation marks, write \
        numbers without them, and put each entry on a line of its own. If the file itself cannot be opened, see that \
        it is an ordinary file on this disk and that you may read it. Files far larger than a portfolio needs are \
        refused: a value may have 4,000 bytes, a list 2,000 artefacts and all lists 10,000, all documents and lists \
        together 4 MB.",
};

pub static CANDIDATE_UNNAMED: Rule = Rule {
    id: "portfolio-candidate-unnamed",
    severity: Severity::Error,
    summary: "the candidate's name is not given",
    why: "your name is on the page and in the archive's name; without it the assessors cannot tell \
        whose work this is.",
    remedy: "write your name into `portfolio.toml`: under `[candidate]`, the line `name = \"…\"`.",
};

pub static KEY_ACCOUNT_COUNT: Rule = Rule {
    id: "portfolio-key-account-count",
    severity: Severity::Warning,
    summary: "the number of key accounts is unusual (guide)",
    why: "AKAM says that a key account manager looks after one or two key accounts, five at most. That describes the \
        work and is no condition of the diploma. With none named, the assessor cannot place your evidence; with many, \
        it may read like account management in general.",
    remedy: "in `portfolio.toml`, give each key account that you write about a `[[key_account]]` with the name used in \
        your documents, a pseudonym where the customer is confidential.",
};

pub static UNKNOWN_KEY: Rule = Rule {
    id: "portfolio-unknown-key",
    severity: Severity::Warning,
    summary: "akam does not know a setting",
    why: "a misspelt setting has no effect, and what you meant to say is missing from the submission.",
    remedy: "correct the spelling as suggested, or delete the line.",
};

pub fn unreadable(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    for problem in &portfolio.problems {
        findings.report(&UNREADABLE, &problem.place, || (&problem.message, &problem.help));
    }
    for entry in portfolio.tree.entries() {
        let EntryKind::Unreadable(reason) = &entry.kind else { continue };
        let top = entry.path.split('/').next().unwrap_or_default();
        let stranger = portfolio.strangers.iter().any(|stranger| stranger.path == top);
        let is_known = portfolio.problems.iter().any(|problem| problem.place.path == entry.path);
        if top != PRIVATE && !stranger && !is_known && !is_junk(&entry.path) {
            findings.report(&UNREADABLE, &entry.path, || {
                let help = match reason.as_str() {
                    IN_THE_CLOUD => DOWNLOAD,
                    _ => "give yourself the right to read it, or remove it from the portfolio",
                };
                (format!("it cannot be read: {reason}"), help)
            });
        }
    }
}

pub fn candidate_unnamed(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    if portfolio.details.name().is_none() && portfolio.has_details {
        let name = portfolio.details.candidate.name.as_ref();
        let at = name.map_or(At::File(FILE), |name| At::from((&portfolio.source, name)));
        findings.report(&CANDIDATE_UNNAMED, at, || {
            ("the candidate's name is not given", "under `[candidate]` write `name = \"…\"`")
        });
    }
}

pub fn key_account_count(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    let count = portfolio.details.named_accounts().count();
    let limit = portfolio.framework.key_accounts.fewer_than;
    if !portfolio.has_details || (1..limit).contains(&count) {
        return;
    }
    findings.report(&KEY_ACCOUNT_COUNT, At::File(FILE), || {
        if count == 0 {
            let help = "add `[[key_account]]` with `name = \"Customer A\"`, the name used in the documents";
            return ("no key account is named".to_owned(), help);
        }
        let usual = "AKAM's description of the work speaks of one or two";
        (format!("{count} key accounts are named; {usual}"), "keep those that your evidence is about")
    });
}

pub fn unknown_key(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    for unknown in &evidence.portfolio.unknown_keys {
        findings.report(&UNKNOWN_KEY, &unknown.place, || {
            let help = match unknown.nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("known here: {}", unknown.known.join(", ")),
            };
            (format!("`{}` is not read", unknown.key), help)
        });
    }
}
