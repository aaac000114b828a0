//! `akam pack`: makes the archive to submit, or a trial or draft of it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::{Outcome, choose, refuse, root, say, today, tree};
use crate::archive::write::{self, ArchiveFile, Changed, Step, Written};
use crate::archive::{PROGRAM, Status};
use crate::assessment::assess;
use crate::cli::Pack;
use crate::disk;
use crate::finding::Finding;
use crate::portfolio::{FILE, PRIVATE, Portfolio, SIGN_OFFS};
use crate::report::pack::{Packed, listed, refused, summary};
use crate::report::progress::Progress;
use crate::report::verify::Assessment;
use crate::review::{Evidence, Selection};
use crate::rules;
use crate::rules::archive::{CHANGED, MISSING, UNLISTED};
use crate::submission::{self, name};
use crate::tree::{EntryKind, Stamp, Tree};

pub fn run(place: Option<&Path>, pack: &Pack) -> Result<Outcome> {
    disk::install_signal_handler();
    let root = root(place)?;
    let day = today()?;
    let done = match attempt(&root, day, pack) {
        // A file was saved while packing; read everything again, once.
        Err(error) if error.is::<Changed>() => attempt(&root, day, pack),
        done => done,
    };
    done.map_err(|error| match error.downcast::<Changed>() {
        Ok(changed) => refuse(changed.to_string(), "pack again when it is saved"),
        Err(error) => error,
    })
}

fn attempt(root: &Path, day: Date, pack: &Pack) -> Result<Outcome> {
    let tree = tree(root)?;
    let stamps = stable_stamps(root, &tree);
    let portfolio = Portfolio::open(tree, None);
    let selection = match &pack.only {
        Some(words) => Selection::Trial(choose(&portfolio.framework, words)?.code.clone()),
        None => Selection::Whole,
    };
    let evidence = Evidence::of(&portfolio, selection.clone(), day);
    let judged = rules::check(&evidence);
    // Unread files must not be judged as missing.
    refuse_unread(&portfolio.tree)?;
    let nothing = refuse_nothing(&evidence);
    let hindering: Vec<&Finding> = judged
        .findings
        .iter()
        .filter(|found| found.is_error() && (!pack.draft || rules::keeps_from_drafting(found)))
        .collect();
    // If something cannot be read, nobody knows whether anything is written.
    let is_read = portfolio.tree.entries().iter().all(|entry| !matches!(entry.kind, EntryKind::Unreadable(_)));
    if !hindering.is_empty() && (nothing.is_ok() || !is_read) {
        say(&refused(&hindering, selection.trial()))?;
        return Ok(Outcome::ErrorsFound);
    }
    nothing?;
    let status = status(&selection, &judged.findings);
    let top = name(&portfolio, &status, day);
    let packed = submission::packed(&evidence);
    let inside = Evidence::of(&packed, selection, day);
    let files = submission::files(&inside, &rules::check(&inside), &status, PROGRAM);
    refuse_unread(&portfolio.tree)?;
    if let Some(exceeded) = write::limit_exceeded(&top, &files) {
        return Err(refuse(exceeded, "leave out what no competency needs, the largest files first"));
    }
    if pack.dry_run {
        say(&listed(&top, &files))?;
        return Ok(Outcome::Done);
    }
    let folder = target(root, pack.output.as_deref())?;
    let swept = remove_stale(root, &folder, &portfolio);
    let target = folder.join(format!("{top}.zip"));
    let unchanged = || {
        refuse_unread(&portfolio.tree)?;
        let now = changed(root, &stamps, |path| is_source(&portfolio, path));
        now.map_or(Ok(()), |path| Err(Changed(path).into()))
    };
    let packing = Packing { top: &top, status: &status, day, tree: &packed.tree, files: &files };
    let written = write_archive(&target, &packing, pack.force, unchanged)?;
    let bytes = target.metadata().with_context(|| format!("cannot find `{}` again", target.display()))?.len();
    let path = target.display().to_string();
    let competencies = evidence.submitted().count();
    say(&summary(&Packed { path, bytes, written, status: &status, competencies, judged: &judged, swept }))?;
    Ok(Outcome::Done)
}

/// Refuses to continue after a read error of the disk.
fn refuse_unread(tree: &Tree) -> Result<()> {
    let Some((path, error)) = tree.failure() else { return Ok(()) };
    let path = if path.is_empty() { "the portfolio's folder" } else { &path };
    Err(refuse(format!("cannot read `{path}`: {error}"), "check the disk, then pack again"))
}

/// Refuses if no competency would be packed.
fn refuse_nothing(evidence: &Evidence<'_>) -> Result<()> {
    match evidence.selection.trial() {
        _ if evidence.submitted().next().is_some() => Ok(()),
        Some(code) if evidence.portfolio.is_omitted(code) => {
            Err(refuse(format!("{code} is left out in `{FILE}`"), "take it out of `omit`, or choose another"))
        }
        Some(code) => Err(refuse(
            format!("{code} is not started: there is nothing to pack"),
            format!("`akam show {code}` tells what it asks"),
        )),
        None => Err(refuse("nothing is written yet: there is nothing to pack", "`akam check` shows where to begin")),
    }
}

pub fn status(selection: &Selection, findings: &[Finding]) -> Status {
    let draft = findings.iter().any(Finding::is_error);
    match selection.trial() {
        Some(code) => Status::Trial { code: code.to_owned(), draft },
        None if draft => Status::Draft,
        None => Status::Final,
    }
}

/// The folder for archives: the named one, else this folder, but not inside the evidence.
pub fn target(root: &Path, output: Option<&Path>) -> Result<PathBuf> {
    if let Some(output) = output {
        if !output.is_dir() {
            return Err(refuse(
                format!("there is no folder `{}`", output.display()),
                "make it first, or leave `--output` out",
            ));
        }
        if is_inside(root, output) {
            return Err(refuse(
                format!("`{}` is inside the evidence", output.display()),
                "name the portfolio's own folder, or one outside it",
            ));
        }
        return Ok(output.to_owned());
    }
    let here = std::env::current_dir().context("cannot tell which folder this is")?;
    Ok(if is_inside(root, &here) { root.to_owned() } else { PathBuf::new() })
}

/// Whether a folder is inside the portfolio's folder, and not that folder itself.
pub fn is_inside(root: &Path, folder: &Path) -> bool {
    match (root.canonicalize(), folder.canonicalize()) {
        (Ok(root), Ok(folder)) => folder != root && folder.starts_with(root),
        _ => false,
    }
}

/// Removes what killed runs left behind where archives go and where akam writes in the portfolio.
fn remove_stale(root: &Path, target: &Path, portfolio: &Portfolio) -> usize {
    let mut folders = BTreeSet::from([target.canonicalize().unwrap_or_else(|_| PathBuf::from("."))]);
    let own = portfolio.tree.entries().iter().filter(|entry| entry.kind == EntryKind::Folder);
    let own = own.map(|entry| root.join(&entry.path)).chain([root.to_owned(), root.join(PRIVATE)]);
    folders.extend(own.filter_map(|folder| folder.canonicalize().ok()));
    disk::remove_stale_temp_files(folders.iter().map(PathBuf::as_path))
}

/// The stamps of all files, by path, taken so that any later write changes them.
fn stable_stamps(root: &Path, tree: &Tree) -> Vec<(String, Option<Stamp>)> {
    let files = tree.entries().iter().filter(|entry| entry.kind == EntryKind::File);
    let stamps: Vec<_> = files.map(|entry| (entry.path.clone(), stamp(root, &entry.path))).collect();
    #[expect(clippy::disallowed_methods, reason = "only how long to wait depends on it")]
    let now = SystemTime::now();
    let wait = stamps.iter().filter_map(|(_, stamp)| stamp.as_ref()?.settle_time(now)).max();
    wait.into_iter().for_each(std::thread::sleep);
    stamps
}

pub fn stamp(root: &Path, path: &str) -> Option<Stamp> {
    root.join(path).symlink_metadata().ok().as_ref().map(Stamp::of)
}

/// Whether a file is packed or decides what is packed.
pub fn is_source(portfolio: &Portfolio, path: &str) -> bool {
    let of_sign_offs = path.starts_with(SIGN_OFFS);
    of_sign_offs || path == FILE || path == portfolio.framework.source.path || portfolio.owner_of(path).is_some()
}

/// A relevant file that was written to since the stamps were taken.
fn changed(root: &Path, stamps: &[(String, Option<Stamp>)], relevant: impl Fn(&str) -> bool) -> Option<String> {
    let mut now = stamps.iter().filter(|(path, _)| relevant(path));
    now.find(|(path, before)| stamp(root, path) != *before).map(|(path, _)| path.clone())
}

/// The input of `write_archive`.
struct Packing<'a> {
    top: &'a str,
    status: &'a Status,
    day: Date,
    tree: &'a Tree,
    files: &'a [ArchiveFile<'a>],
}

/// Writes the archive next to its final name, checks it as `akam verify` does, and only then renames it.
fn write_archive(
    target: &Path,
    packing: &Packing<'_>,
    force: bool,
    unchanged: impl Fn() -> Result<()>,
) -> Result<Written> {
    let Packing { top, status, day, tree, files } = *packing;
    let there = || {
        let help = "`--force` replaces it; `--output DIR` writes to another folder";
        refuse(format!("`{}` is there already", target.display()), help)
    };
    if target.symlink_metadata().is_ok() && !force {
        return Err(there());
    }
    let progress = RefCell::new(Progress::of(files.len() + 2, files.iter().map(ArchiveFile::size).sum()));
    let fill = |file: &mut disk::Output| {
        let watch = |step: Step| progress.borrow_mut().set(step.files, step.bytes);
        write::write(file, top, day, tree, files, watch)
    };
    let check = |path: &Path, written: &Written| {
        unchanged()?;
        progress.borrow_mut().next("checking it");
        let checked = assess(path, day);
        let checked = checked.with_context(|| format!("cannot read `{}` back", target.display()))?;
        refuse_unsound(&checked, written, status, target)
    };
    disk::write_checked(target, force, fill, check, &unchanged).map_err(|error| {
        match error.downcast_ref::<io::Error>() {
            Some(cause) if cause.kind() == io::ErrorKind::AlreadyExists && !force => there(),
            _ => error,
        }
    })
}

/// Refuses an archive that `akam verify` would refuse. A draft must have exactly the errors found before, because the
/// archive holds a list of them.
fn refuse_unsound(assessment: &Assessment, written: &Written, status: &Status, target: &Path) -> Result<()> {
    let mut errors = assessment.findings.iter().filter(|found| found.is_error());
    let first = errors.find(|found| !status.is_draft() || found.rule.is_of("archive"));
    let packed = assessment.bag.as_ref().and_then(|bag| bag.submission_id);
    let is_other = assessment.repacked() || packed != Some(written.submission_id);
    let why = match first {
        Some(found) => {
            let place = found.place.as_ref().map(|place| format!("`{}`: ", place.path)).unwrap_or_default();
            format!("{place}{}", found.message)
        }
        None if is_other || !assessment.pages_compared() => "its records are not those that were written".to_owned(),
        None => return Ok(()),
    };
    let is_of_disk = first.is_none_or(|found| [&CHANGED, &MISSING, &UNLISTED].iter().any(|it| it.id == found.rule.id));
    let help = if is_of_disk {
        "check the disk, then pack again"
    } else {
        "this is a fault in akam, not in your portfolio: please report it"
    };
    Err(refuse(format!("`{}` was not packed, for `akam verify` would refuse it: {why}", target.display()), help))
}
