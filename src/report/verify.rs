//! The output of `akam verify`: plain words first, then the findings.

use std::path::Path;

use super::coverage::tally as tally_findings;
use super::terminal::{self, BOLD, GOOD, paragraph, safe, styled};
use crate::archive::Status;
use crate::coverage::Summary;
use crate::digest::Digest;
use crate::finding::{self, Finding, Rule};
use crate::rules::archive::{framework, version};
use crate::text::count;
use crate::zip::end::NOT_AN_ARCHIVE;

/// The result for one archive.
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
    /// Whether every file is as it was packed.
    pub sound: bool,
    /// Whether another program repacked the files.
    pub repacked: bool,
    /// Whether pages and lists, rendered again from the evidence, are the same.
    pub pages_compared: bool,
    /// Numbers of changed, missing, added and rewritten files.
    pub differences: [usize; 4],
    pub findings: Vec<Finding>,
    /// How far the portfolio inside has got; `None` if the archive cannot be relied on.
    pub summary: Option<Summary>,
    /// Why the archive could not be read at all.
    pub unread: Option<String>,
}

impl Checked {
    /// An archive that could not be read at all.
    pub fn unread(path: &Path, error: &anyhow::Error) -> Self {
        Checked { archive: path.display().to_string(), unread: Some(format!("{error:#}")), ..Checked::default() }
    }

    /// Whether it was judged by a framework that is not the built-in one.
    pub fn own_framework(&self) -> bool {
        self.has(&framework::OWN_FRAMEWORK)
    }

    /// Whether an older version of akam packed it.
    pub fn other_version(&self) -> bool {
        self.has(&version::OTHER_VERSION)
    }

    /// Whether a newer version of akam packed it, which this one cannot judge.
    fn newer_version(&self) -> bool {
        self.has(&version::NEWER_VERSION)
    }

    fn has(&self, rule: &Rule) -> bool {
        self.findings.iter().any(|found| found.rule.id == rule.id)
    }

    /// The first reason why it does not pass.
    pub fn reason(&self) -> Option<String> {
        if let Some(reason) = &self.unread {
            return Some(format!("cannot be read: {reason}"));
        }
        let mut errors = self.findings.iter().filter(|found| found.is_error());
        let first = errors.next()?;
        let place = first.place.as_ref().map(|place| format!("{}: ", place.path)).unwrap_or_default();
        let more = match finding::tally(errors).0 {
            0 => String::new(),
            more => format!(", and {}", count(more, "more error")),
        };
        Some(format!("{place}{}{more}", first.message))
    }

    pub fn passed(&self) -> bool {
        self.unread.is_none() && !self.findings.iter().any(Finding::is_error)
    }
}

/// The whole report about an archive.
pub fn summary(checked: &Checked) -> String {
    let findings: String = checked.findings.iter().map(terminal::finding).collect();
    let mut text = format!("{}\n", styled(BOLD, &safe(&checked.archive)));
    text += &paragraph(&verdict(checked), "");
    if let Some(candidate) = checked.candidate.as_ref().filter(|_| checked.sound) {
        text += &paragraph(&format!("candidate: {candidate}"), "");
    }
    if let Some(summary) = &checked.summary {
        text += &paragraph(&format!("evidence: {}", brief(summary)), "");
    }
    if let Some(id) = &checked.submission_id {
        text += &format!("submission id {id}\n");
    }
    let next = paragraph(next(checked), "");
    format!("{text}\n{findings}{}\n{next}", tally_findings(&checked.findings))
}

/// One line for an archive among others.
pub fn line(checked: &Checked) -> String {
    let archive = safe(&checked.archive);
    let candidate = checked.candidate.as_deref().filter(|_| checked.sound).map(safe).unwrap_or_default();
    let status = checked.status.as_ref().map_or("", Status::name);
    let summary = checked.summary.as_ref().map(|it| format!(", {}", brief(it))).unwrap_or_default();
    if let Some(reason) = checked.reason() {
        let who = if checked.sound { format!("{candidate}, {status}{summary}; ") } else { String::new() };
        return format!("{}  {archive}: {who}{}\n", styled(BOLD, "FAILED"), safe(&reason));
    }
    let id = checked.submission_id.map(|id| id.to_string()).unwrap_or_default();
    let framework = if checked.own_framework() { ", own competency file" } else { "" };
    let version = match (checked.other_version(), checked.pages_compared) {
        (false, _) => "",
        (true, true) => ", older version",
        (true, false) => ", older version: pages not compared",
    };
    let repacked = if checked.repacked { ", packed again by another program" } else { "" };
    let id = &id[..16.min(id.len())];
    let all = format!("{candidate}, {status}{summary}{framework}{version}{repacked}, id {id}");
    format!("{}      {archive}: {all}\n", styled(GOOD, "ok"))
}

/// `12 of 12 ready, 12 signed (e-mail, signature), 1 exception`.
fn brief(summary: &Summary) -> String {
    let Summary { required, ready, signed, exceptions, proofs } = summary;
    let mut text = format!("{ready} of {required} ready, {signed} signed");
    if !proofs.is_empty() {
        text += &format!(" ({})", proofs.join(", "));
    }
    if *exceptions > 0 {
        text += &format!(", {}", count(*exceptions, "exception"));
    }
    text
}

/// One line for a folder without archives.
pub fn empty(folder: &Path) -> String {
    format!("empty   {}: no file in this folder ends in `.zip`\n", safe(&folder.display().to_string()))
}

/// The number of archives, and how many of them failed.
pub fn tally(all: usize, failed: usize) -> String {
    let all = count(all, "archive");
    match failed {
        0 => format!("\nall {all} hold what their own lists say, and keep the rules\n"),
        failed => {
            format!("\n{failed} of {all} failed\nnext: `akam verify FILE` shows what is wrong with one\n")
        }
    }
}

fn verdict(checked: &Checked) -> String {
    if checked.newer_version() {
        return "this version of akam cannot check this archive: a newer one packed it".to_owned();
    }
    if checked.findings.iter().any(|found| found.message == NOT_AN_ARCHIVE) {
        return NOT_AN_ARCHIVE.to_owned();
    }
    if !checked.sound {
        return format!("do not rely on this archive: {}", unsound_because(checked));
    }
    let date = checked.packed_on.as_deref().map(|date| format!(" on {}", safe(date))).unwrap_or_default();
    let kind = match &checked.status {
        Some(Status::Trial { code, draft }) => {
            format!(", as a trial of {}{}", safe(code), if *draft { ", in draft" } else { "" })
        }
        Some(Status::Draft) => ", as a draft".to_owned(),
        _ => String::new(),
    };
    let files = count(checked.files, "file");
    if checked.repacked {
        format!(
            "the files are those that the archive itself lists{kind}: {files}, said to be packed{date}; but this is not \
             the archive that akam made: another program has packed them again"
        )
    } else if !checked.pages_compared {
        format!(
            "the files are those that the archive itself lists{kind}: {files}, said to be packed{date}; an older version \
             of akam packed them, so its pages were not compared with the evidence"
        )
    } else {
        format!("this is what was packed{date}{kind}: {files}, all as listed")
    }
}

/// `1 file was changed after packing, 2 files are missing`.
fn unsound_because(checked: &Checked) -> String {
    let verbs = [
        ("was changed after packing", "were changed after packing"),
        ("is missing", "are missing"),
        ("was added after packing", "were added after packing"),
        ("is not what akam makes of the evidence", "are not what akam makes of the evidence"),
    ];
    let counted = checked.differences.iter().zip(verbs).filter(|(number, _)| **number > 0);
    let parts: Vec<String> = counted
        .map(|(number, (one, many))| format!("{} {}", count(*number, "file"), if *number == 1 { one } else { many }))
        .collect();
    if parts.is_empty() { "its records are not in order".to_owned() } else { parts.join(", ") }
}

fn next(checked: &Checked) -> &'static str {
    match (checked.sound, checked.passed()) {
        _ if checked.newer_version() => "next: check it with a newer akam",
        (false, _) => "next: ask the candidate for the original, and compare the submission id",
        (true, false) => {
            "next: nothing was changed, but the evidence is not complete: the candidate can fix it and pack again"
        }
        (true, true) if checked.repacked => {
            "next: ask the candidate for the original archive, and compare the submission id: it must be this one"
        }
        (true, true) if !checked.pages_compared => {
            "next: compare the submission id with the candidate's, then read pages that akam makes again: `akam preview \
             ARCHIVE`"
        }
        (true, true) => "next: compare the submission id with the candidate's, then open 00-START-HERE.html",
    }
}
