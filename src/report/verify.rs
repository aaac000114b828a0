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

/// An archive, and what was found in it.
pub struct Checked {
    /// As given on the command line.
    pub archive: String,
    /// Or why it could not be read at all.
    pub result: Result<Assessment, String>,
}

/// What was found in an archive.
pub struct Assessment {
    pub findings: Vec<Finding>,
    /// Numbers of changed, missing, added and rewritten files.
    pub differences: [usize; 4],
    /// What it says of itself; `None` if its records are not in order.
    pub bag: Option<BagSummary>,
    /// `None` unless every file is as it was packed.
    pub evidence: Option<SoundEvidence>,
}

pub struct BagSummary {
    pub files: usize,
    pub submission_id: Option<Digest>,
    pub status: Option<Status>,
    pub candidate: Option<String>,
    /// `2026-11-22`.
    pub packed_on: Option<String>,
    /// Whether another program repacked the files.
    pub repacked: bool,
}

pub struct SoundEvidence {
    /// How far the portfolio inside has got.
    pub summary: Summary,
    /// Whether pages and lists, rendered again from the evidence, are the same.
    pub pages_compared: bool,
}

impl Checked {
    pub fn passed(&self) -> bool {
        self.result.as_ref().is_ok_and(Assessment::passed)
    }

    /// The first reason why it does not pass.
    pub fn reason(&self) -> Option<String> {
        match &self.result {
            Ok(assessment) => assessment.reason(),
            Err(unread) => Some(format!("cannot be read: {unread}")),
        }
    }
}

impl Assessment {
    /// An archive in which only this was found, because its records are not in order.
    pub fn malformed(finding: Finding) -> Self {
        Assessment { findings: vec![finding], differences: [0; 4], bag: None, evidence: None }
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

    pub fn repacked(&self) -> bool {
        self.bag.as_ref().is_some_and(|bag| bag.repacked)
    }

    pub fn pages_compared(&self) -> bool {
        self.evidence.as_ref().is_some_and(|evidence| evidence.pages_compared)
    }

    /// What it says of itself, if that can be relied on.
    pub fn sound_bag(&self) -> Option<&BagSummary> {
        self.bag.as_ref().filter(|_| self.evidence.is_some())
    }

    pub fn passed(&self) -> bool {
        !self.findings.iter().any(Finding::is_error)
    }

    fn reason(&self) -> Option<String> {
        let mut errors = self.findings.iter().filter(|found| found.is_error());
        let first = errors.next()?;
        let place = first.place.as_ref().map(|place| format!("{}: ", place.path)).unwrap_or_default();
        let more = match finding::tally(errors).0 {
            0 => String::new(),
            more => format!(", and {}", count(more, "more error")),
        };
        Some(format!("{place}{}{more}", first.message))
    }
}

/// The whole report about an archive.
pub fn summary(archive: &str, assessment: &Assessment) -> String {
    let findings: String = assessment.findings.iter().map(terminal::finding).collect();
    let mut text = format!("{}\n", styled(BOLD, &safe(archive)));
    text += &paragraph(&verdict(assessment), "");
    if let Some(candidate) = assessment.sound_bag().and_then(|bag| bag.candidate.as_ref()) {
        text += &paragraph(&format!("candidate: {candidate}"), "");
    }
    if let Some(evidence) = &assessment.evidence {
        text += &paragraph(&format!("evidence: {}", brief(&evidence.summary)), "");
    }
    if let Some(id) = assessment.bag.as_ref().and_then(|bag| bag.submission_id) {
        text += &format!("submission id {id}\n");
    }
    let next = paragraph(next(assessment), "");
    format!("{text}\n{findings}{}\n{next}", tally_findings(&assessment.findings))
}

/// One line for an archive among others.
pub fn line(checked: &Checked) -> String {
    let archive = safe(&checked.archive);
    let sound = checked.result.as_ref().ok().and_then(|it| Some((it, it.sound_bag()?, it.evidence.as_ref()?)));
    let who = sound.map(|(_, bag, evidence)| {
        let candidate = bag.candidate.as_deref().map(safe).unwrap_or_default();
        let status = bag.status.as_ref().map_or("", Status::name);
        format!("{candidate}, {status}, {}", brief(&evidence.summary))
    });
    if let Some(reason) = checked.reason() {
        let who = who.map(|who| who + "; ").unwrap_or_default();
        return format!("{}  {archive}: {who}{}\n", styled(BOLD, "FAILED"), safe(&reason));
    }
    let mut all = who.unwrap_or_default();
    if let Some((assessment, bag, evidence)) = sound {
        all += if assessment.own_framework() { ", own competency file" } else { "" };
        all += match (assessment.other_version(), evidence.pages_compared) {
            (false, _) => "",
            (true, true) => ", older version",
            (true, false) => ", older version: pages not compared",
        };
        all += if bag.repacked { ", packed again by another program" } else { "" };
        let id = bag.submission_id.map(|id| id.to_string()).unwrap_or_default();
        all += &format!(", id {}", &id[..16.min(id.len())]);
    }
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

fn verdict(assessment: &Assessment) -> String {
    if assessment.newer_version() {
        return "this version of akam cannot check this archive: a newer one packed it".to_owned();
    }
    if assessment.findings.iter().any(|found| found.message == NOT_AN_ARCHIVE) {
        return NOT_AN_ARCHIVE.to_owned();
    }
    let Some(bag) = assessment.sound_bag() else {
        return format!("do not rely on this archive: {}", unsound_because(assessment));
    };
    let date = bag.packed_on.as_deref().map(|date| format!(" on {}", safe(date))).unwrap_or_default();
    let kind = match &bag.status {
        Some(Status::Trial { code, draft }) => {
            format!(", as a trial of {}{}", safe(code), if *draft { ", in draft" } else { "" })
        }
        Some(Status::Draft) => ", as a draft".to_owned(),
        _ => String::new(),
    };
    let files = count(bag.files, "file");
    if bag.repacked {
        format!(
            "the files are those that the archive itself lists{kind}: {files}, said to be packed{date}; but this is not \
             the archive that akam made: another program has packed them again"
        )
    } else if !assessment.pages_compared() {
        format!(
            "the files are those that the archive itself lists{kind}: {files}, said to be packed{date}; an older version \
             of akam packed them, so its pages were not compared with the evidence"
        )
    } else {
        format!("this is what was packed{date}{kind}: {files}, all as listed")
    }
}

/// `1 file was changed after packing, 2 files are missing`.
fn unsound_because(assessment: &Assessment) -> String {
    let verbs = [
        ("was changed after packing", "were changed after packing"),
        ("is missing", "are missing"),
        ("was added after packing", "were added after packing"),
        ("is not what akam makes of the evidence", "are not what akam makes of the evidence"),
    ];
    let counted = assessment.differences.iter().zip(verbs).filter(|(number, _)| **number > 0);
    let parts: Vec<String> = counted
        .map(|(number, (one, many))| format!("{} {}", count(*number, "file"), if *number == 1 { one } else { many }))
        .collect();
    if parts.is_empty() { "its records are not in order".to_owned() } else { parts.join(", ") }
}

fn next(assessment: &Assessment) -> &'static str {
    match (assessment.evidence.is_some(), assessment.passed()) {
        _ if assessment.newer_version() => "next: check it with a newer akam",
        (false, _) => "next: ask the candidate for the original, and compare the submission id",
        (true, false) => {
            "next: nothing was changed, but the evidence is not complete: the candidate can fix it and pack again"
        }
        (true, true) if assessment.repacked() => {
            "next: ask the candidate for the original archive, and compare the submission id: it must be this one"
        }
        (true, true) if !assessment.pages_compared() => {
            "next: compare the submission id with the candidate's, then read pages that akam makes again: `akam preview \
             ARCHIVE`"
        }
        (true, true) => "next: compare the submission id with the candidate's, then open 00-START-HERE.html",
    }
}
