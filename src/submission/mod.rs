//! What an archive holds, file by file: the portfolio's own files, the page to read, and all that describes them.

mod crate_metadata;
mod endorsement;
mod identifier;
pub mod index;

use std::collections::HashMap;

use jiff::civil::Date;

use crate::archive::bag::{self, Info};
use crate::archive::read::{Archive, BagContents};
use crate::archive::write::{ArchiveFile, Content, oxum};
use crate::archive::{
    CHECK, COVER, FRAMEWORK, HOW_TO_CHECK, INDEX, LAST_FORMAT_WITH_PAGES, METADATA, PAGES, PAYLOAD, PROGRAM, Status,
};
use crate::digest::Digest;
use crate::portfolio::{FILE, Portfolio};
use crate::report::json;
use crate::review::{Evidence, Selection};
use crate::rules::Judged;
use crate::rules::archive::expected::Expected;
use crate::site::{self, Preview, Submission};
use crate::text::count;
use crate::text::{nfc, slug};
use crate::tree::{Entry, EntryKind, PartContent};
use crate_metadata::Described;

/// The text of `HOW-TO-CHECK.txt`: the same in every archive, of every version, and nothing that a candidate chooses. Its
/// commands run on fixed names only.
const HOW_TO_CHECK_TEXT: &str = include_str!("how_to_check.txt");

/// The archive's name, without `.zip`: `akam-<candidate>-<date>` and what it is meant as.
pub fn name(portfolio: &Portfolio, status: &Status, day: Date) -> String {
    let candidate: String = nfc(&slug(portfolio.details.name().unwrap_or("candidate"))).chars().take(60).collect();
    format!("akam-{candidate}-{day}{}", status.suffix())
}

/// The candidate's own files that go into an archive.
fn own_files<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = &'a Entry> {
    let portfolio = evidence.portfolio;
    let of_competencies = evidence.submitted().flat_map(|review| review.packed(portfolio));
    let files = of_competencies.chain(portfolio.tree.find(FILE)).chain(evidence.packed_sign_offs());
    files.filter(|entry| entry.kind == EntryKind::File)
}

/// The portfolio that an archive holds: what is packed, and nothing else. So whoever reads the archive comes to the same
/// verdict and can make the same pages of it.
pub fn packed(evidence: &Evidence<'_>) -> Portfolio {
    let own = own_files(evidence);
    let mut files: HashMap<String, PartContent> =
        own.map(|entry| (nfc(&entry.path), PartContent::File(entry.clone()))).collect();
    let portfolio = evidence.portfolio;
    files.insert(FRAMEWORK.to_owned(), PartContent::Text(portfolio.framework.source.text.clone()));
    Portfolio::open(portfolio.tree.part(files), Some(FRAMEWORK))
}

/// The portfolio that an archive holds, as whoever reads it finds it.
pub fn inside(archive: &Archive, contents: &BagContents<'_>) -> Portfolio {
    Portfolio::open(archive.portfolio(contents), Some(FRAMEWORK))
}

/// Which competencies an archive is meant to submit.
pub fn selection(status: &Status) -> Selection {
    match status {
        Status::Trial { code, .. } => Selection::Trial(code.clone()),
        Status::Final | Status::Draft => Selection::Whole,
    }
}

/// All files of the archive but its manifests, of a portfolio as [`packed`] makes it and as it is judged on the day of
/// packing. `program` is the one that packs, with its version, as `archive::PROGRAM`.
pub fn files<'a>(evidence: &Evidence<'a>, judged: &Judged<'_>, status: &Status, program: &str) -> Vec<ArchiveFile<'a>> {
    let framework = &evidence.portfolio.framework;
    let submission = &Submission { evidence, judged, status, program, preview: None };
    let payload =
        |path: &str, text: String| ArchiveFile { path: format!("{PAYLOAD}{path}"), content: Content::Text(text) };
    let mut files: Vec<ArchiveFile<'a>> = own_archive_files(evidence).collect();
    files.push(payload(FRAMEWORK, framework.source.text.clone()));
    files.push(payload(INDEX, index::render(evidence)));
    files.push(payload(CHECK, json::check(framework, judged, program)));
    files.push(ArchiveFile { path: COVER.to_owned(), content: Content::Text(site::render(submission)) });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    files.push(payload(METADATA, metadata(submission, &files)));
    let info = info(submission, oxum(&files));
    let tag = |path: &str, text: String| ArchiveFile { path: path.to_owned(), content: Content::Text(text) };
    files.push(tag(HOW_TO_CHECK, HOW_TO_CHECK_TEXT.to_owned()));
    files.push(tag(bag::DECLARATION, bag::DECLARATION_TEXT.to_owned()));
    files.push(tag(bag::INFO, info.render()));
    files
}

/// The pages that an archive of an older format has besides; what is in them is not known.
pub fn older_pages<'a>(evidence: &Evidence<'a>, format: u32) -> Vec<ArchiveFile<'a>> {
    let page = |code: &str| ArchiveFile {
        path: format!("{PAYLOAD}{PAGES}/{}.html", nfc(code)),
        content: Content::Text("<!DOCTYPE html>".to_owned()),
    };
    let packed = evidence.submitted().filter(|_| format <= LAST_FORMAT_WITH_PAGES);
    packed.map(|review| page(&review.competency.code)).collect()
}

/// What `akam preview` shows of a portfolio as [`packed`] makes it: the page and the index, and of a portfolio on this
/// disk the files that they lead to.
pub fn preview<'a>(
    evidence: &Evidence<'a>,
    judged: &Judged<'_>,
    status: &Status,
    preview: Preview,
) -> Vec<ArchiveFile<'a>> {
    let page = site::render(&Submission { evidence, judged, status, program: PROGRAM, preview: Some(preview) });
    let text = |path: String, text: String| ArchiveFile { path, content: Content::Text(text) };
    let mut files = vec![text(COVER.to_owned(), page), text(format!("{PAYLOAD}{INDEX}"), index::render(evidence))];
    if !preview.of_archive {
        files.extend(own_archive_files(evidence));
    }
    files
}

fn own_archive_files<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = ArchiveFile<'a>> {
    own_files(evidence)
        .map(|entry| ArchiveFile { path: format!("{PAYLOAD}{}", entry.path), content: Content::File(entry) })
}

/// What an archive with these files must hold: the digests of those that akam writes itself.
pub fn expected(files: &[ArchiveFile<'_>]) -> Expected {
    let digest = |file: &ArchiveFile<'_>| match &file.content {
        Content::Text(text) => Some(Digest::of(text.as_bytes())),
        Content::File(_) => None,
    };
    files.iter().map(|file| (file.path.clone(), digest(file))).collect()
}

fn metadata(submission: &Submission<'_>, files: &[ArchiveFile<'_>]) -> String {
    let payload = files.iter().filter_map(|file| Some((file.path.strip_prefix(PAYLOAD)?.to_owned(), file.size())));
    crate_metadata::render(&Described {
        evidence: submission.evidence,
        files: &payload.collect::<Vec<_>>(),
        title: &title(submission),
        description: &description(submission),
        date: &submission.evidence.day.to_string(),
    })
}

fn info(submission: &Submission<'_>, oxum: (u64, usize)) -> Info {
    let portfolio = submission.evidence.portfolio;
    let details = &portfolio.details;
    Info {
        organization: details.candidate.employer.clone(),
        contact: details.name().unwrap_or("not given").to_owned(),
        description: description(submission),
        date: submission.evidence.day.to_string(),
        oxum,
        agent: submission.program.to_owned(),
        framework: portfolio.framework.id.clone(),
        framework_digest: portfolio.framework.digest(),
        status: submission.status.clone(),
        previous: details.submission.previous.clone(),
    }
}

fn title(submission: &Submission<'_>) -> String {
    let name = submission.evidence.portfolio.details.name().unwrap_or("a candidate");
    format!("Evidence of {name} for the {}", submission.evidence.portfolio.framework.title)
}

fn description(submission: &Submission<'_>) -> String {
    let what = match submission.status {
        Status::Final => "Evidence",
        Status::Draft => "Draft of evidence",
        Status::Trial { draft: false, .. } => "Trial evidence",
        Status::Trial { draft: true, .. } => "Draft of trial evidence",
    };
    let title = &submission.evidence.portfolio.framework.title;
    let codes: Vec<&str> = submission.evidence.submitted().map(|review| review.competency.code.as_str()).collect();
    format!("{what} for {}: {} ({title})", count(codes.len(), "competency"), codes.join(", "))
}
