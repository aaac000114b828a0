//! What `akam verify` says of an archive: plain words first, then the findings.

use std::path::Path;

use super::count;
use super::coverage::tally as tally_findings;
use super::terminal::{BOLD, GOOD, finding, paragraph, safe, styled};
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
    /// Why the archive could not be read at all.
    pub unread: Option<String>,
}

impl Checked {
    /// An archive that could not be read at all.
    pub fn unread(path: &Path, error: &anyhow::Error) -> Self {
        Checked { archive: path.display().to_string(), unread: Some(format!("{error:#}")), ..Checked::default() }
    }

    pub fn passed(&self) -> bool {
        self.unread.is_none() && !self.findings.iter().any(Finding::is_error)
    }
}

/// All of an archive.
pub fn told(checked: &Checked) -> String {
    let findings: String = checked.findings.iter().map(finding).collect();
    let mut text = format!("{}\n", styled(BOLD, &safe(&checked.archive)));
    text += &paragraph(&verdict(checked), "");
    if let Some(candidate) = checked.candidate.as_ref().filter(|_| checked.sound) {
        text += &format!("candidate: {}\n", safe(candidate));
    }
    if let Some(id) = &checked.submission_id {
        text += &format!("submission id {id}\n");
    }
    if checked.own_framework {
        text += "judged by the archive's own framework file, which is not the built-in one\n";
    }
    let next = paragraph(next(checked), "");
    format!("{text}\n{findings}{}\n{next}", tally_findings(&checked.findings))
}

/// An archive among others, on one line.
pub fn line(checked: &Checked) -> String {
    let archive = safe(&checked.archive);
    if let Some(reason) = &checked.unread {
        return format!("{}  {archive}: cannot be read: {}\n", styled(BOLD, "FAILED"), safe(reason));
    }
    if !checked.passed() {
        let why = if checked.sound { tally_findings(&checked.findings) } else { verdict(checked) };
        return format!("{}  {archive}: {why}\n", styled(BOLD, "FAILED"));
    }
    let candidate = checked.candidate.as_deref().map(safe).unwrap_or_default();
    let status = checked.status.as_ref().map_or("", Status::name);
    let id = checked.submission_id.map(|id| id.to_string()).unwrap_or_default();
    let framework = if checked.own_framework { ", own framework" } else { "" };
    format!("{}      {archive}: {candidate}, {status}{framework}, id {}\n", styled(GOOD, "ok"), &id[..16.min(id.len())])
}

/// How many of several archives passed.
pub fn tally(all: &[Checked]) -> String {
    match all.iter().filter(|checked| !checked.passed()).count() {
        0 => format!("\nall {} are as they were packed, and keep the rules\n", count(all.len(), "archive")),
        failed => format!(
            "\n{failed} of {} failed\nnext: `akam verify FILE` shows what is wrong with one\n",
            count(all.len(), "archive")
        ),
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

fn next(checked: &Checked) -> &'static str {
    match (checked.sound, !checked.passed()) {
        (false, _) => "next: ask the candidate for the original, and compare the submission id",
        (true, true) => {
            "next: nothing was changed, but the evidence is not complete: the candidate can mend it and pack again"
        }
        (true, false) => "next: compare the submission id with the candidate's, then open 00-START-HERE.html",
    }
}
