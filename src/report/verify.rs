//! What `akam verify` says of an archive: plain words first, then the findings.

use super::count;
use super::coverage::tally as tally_findings;
use super::terminal::{BOLD, GOOD, finding, safe, styled};
use crate::archive::Status;
use crate::digest::Digest;
use crate::finding::Finding;

/// What was found in an archive.
#[derive(Default)]
pub struct Checked {
    /// As given on the command line.
    pub archive: String,
    pub candidate: Option<String>,
    /// `2026-11-22`.
    pub packed_on: Option<String>,
    pub files: usize,
    pub submission_id: Option<Digest>,
    pub status: Option<Status>,
    /// Whether every byte is as it was packed.
    pub sound: bool,
    /// Whether it was judged by a framework that is not the built-in one.
    pub own_framework: bool,
    pub findings: Vec<Finding>,
}

/// All of an archive, or with others beside it one line and what is wrong.
pub fn told(checked: &Checked, among_others: bool) -> String {
    let failed = checked.findings.iter().any(Finding::is_error);
    let findings: String = checked.findings.iter().map(finding).collect();
    if among_others {
        let mark = if failed { styled(BOLD, "FAILED") } else { styled(GOOD, "ok") };
        let line = format!("{mark}  {}: {}\n", safe(&checked.archive), tally_findings(&checked.findings));
        return if findings.is_empty() { line } else { format!("{line}\n{findings}") };
    }
    let mut text = format!("{}\n", styled(BOLD, &safe(&checked.archive)));
    text += &format!("{}\n", verdict(checked));
    if let Some(candidate) = checked.candidate.as_ref().filter(|_| checked.sound) {
        text += &format!("candidate: {}\n", safe(candidate));
    }
    if let Some(id) = &checked.submission_id {
        text += &format!("submission id {id}\n");
    }
    if checked.own_framework {
        text += "judged by the archive's own framework file, which is not the built-in one\n";
    }
    format!("{text}\n{findings}{}\n{}\n", tally_findings(&checked.findings), next(checked, failed))
}

/// How many of several archives passed.
pub fn tally(all: &[Checked]) -> String {
    let failed = all.iter().filter(|checked| checked.findings.iter().any(Finding::is_error)).count();
    match failed {
        0 => format!("\nall {} are as they were packed\n", count(all.len(), "archive")),
        failed => format!("\n{failed} of {} failed\n", count(all.len(), "archive")),
    }
}

fn verdict(checked: &Checked) -> String {
    if checked.sound {
        let date = checked.packed_on.as_deref().map(|date| format!(" on {}", safe(date))).unwrap_or_default();
        let kind = match &checked.status {
            Some(Status::Trial { code, draft }) => {
                format!(", as a trial of {}{}", safe(code), if *draft { ", in draft" } else { "" })
            }
            Some(Status::Draft) => ", as a draft".to_owned(),
            _ => String::new(),
        };
        return format!("this is what was packed{date}{kind}: {}, all as listed", count(checked.files, "file"));
    }
    let of = |id: &str| checked.findings.iter().filter(|finding| finding.rule.id == id).count();
    let parts =
        [(of("archive-changed"), "changed"), (of("archive-missing"), "missing"), (of("archive-unlisted"), "added")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(n, what)| format!("{} {what}", count(*n, "file")))
        .collect();
    if parts.is_empty() {
        "do not rely on this archive: its records are not in order".to_owned()
    } else {
        format!("do not rely on this archive: {}", parts.join(", "))
    }
}

fn next(checked: &Checked, failed: bool) -> &'static str {
    match (checked.sound, failed) {
        (false, _) => "next: ask the candidate for the original, and compare the submission id",
        (true, true) => {
            "next: nothing was changed, but the evidence is not complete: the candidate can mend it and pack again"
        }
        (true, false) => "next: compare the submission id with the candidate's, then open 00-START-HERE.html",
    }
}
