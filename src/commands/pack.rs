//! `akam pack`: makes the archive to submit, or a trial or draft of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::{Outcome, choose, refuse, root, say, today};
use crate::archive::Status;
use crate::archive::read::Archive;
use crate::archive::write::{self, Piece, Written};
use crate::cli::Pack;
use crate::coverage::standings;
use crate::disk::{self, Place};
use crate::finding::Finding;
use crate::portfolio::{FILE, PRIVATE, Portfolio, SIGN_OFFS};
use crate::report::pack::{Packed, listed, refused, told};
use crate::rules::{self, Facts};
use crate::site::{Front, Submission};
use crate::submission::{name, pieces};
use crate::tree::{Entry, Kind, Stamp, Tree};

pub fn run(place: Option<&Path>, pack: &Pack) -> Result<Outcome> {
    let root = root(place)?;
    let day = today()?;
    let tree = Tree::folder(&root, &[PRIVATE]);
    let stamps = stamps(&root, &tree);
    let mut portfolio = Portfolio::open(tree, None);
    if let Some(words) = &pack.only {
        portfolio.trial = Some(choose(&portfolio.framework, words)?.code.clone());
    }
    let findings = rules::check(&Facts::of(&portfolio, day));
    let mut standings = standings(&portfolio, &findings);
    standings.retain(|standing| portfolio.trial.as_ref().is_none_or(|code| *code == standing.competency.code));
    let codes = submitted(&portfolio)?;
    let hindering: Vec<&Finding> = findings
        .iter()
        .filter(|found| found.is_error() && (!pack.draft || rules::keeps_from_drafting(found)))
        .collect();
    if !hindering.is_empty() {
        say(&refused(&hindering, pack.draft, portfolio.trial.as_deref()))?;
        return Ok(Outcome::ErrorsFound);
    }
    let inside = rules::about_packed(&portfolio, &findings);
    let status = status(&portfolio, &findings);
    let top = name(&portfolio, &status, day);
    let submission = Submission {
        portfolio: &portfolio,
        standings: &standings,
        findings: &inside,
        codes: &codes,
        status: &status,
        day,
        front: Front::Cover,
    };
    let pieces = pieces(&submission);
    if pack.dry_run {
        say(&listed(&top, &pieces))?;
        return Ok(Outcome::Done);
    }
    let target = target(&root, pack.output.as_deref())?.join(format!("{top}.zip"));
    let unchanged = || match portfolio_changed(&root, &portfolio, &stamps) {
        Some(path) => Err(refuse(format!("`{path}` changed while it was being packed"), "pack again when it is saved")),
        None => Ok(()),
    };
    let written = write_archive(&target, &top, day, &portfolio.tree, pieces, pack.force, unchanged)?;
    let bytes = target.metadata().with_context(|| format!("cannot find `{}` again", target.display()))?.len();
    let path = target.display().to_string();
    let (competencies, standings, findings) = (codes.len(), &standings, &findings);
    say(&told(&Packed { path, bytes, written, status: &status, competencies, standings, findings }))?;
    Ok(Outcome::Done)
}

/// Codes of the competencies to pack.
fn submitted(portfolio: &Portfolio) -> Result<Vec<String>> {
    let codes: Vec<String> = portfolio.submitted().map(|(competency, _)| competency.code.clone()).collect();
    match &portfolio.trial {
        _ if !codes.is_empty() => Ok(codes),
        Some(code) if portfolio.is_omitted(code) => {
            Err(refuse(format!("{code} is left out in `{FILE}`"), "take it out of `omit`, or choose another"))
        }
        Some(code) => Err(refuse(
            format!("{code} is not started: there is nothing to pack"),
            format!("`akam show {code}` tells what it asks"),
        )),
        None => Err(refuse("nothing is written yet: there is nothing to pack", "`akam check` shows where to begin")),
    }
}

fn status(portfolio: &Portfolio, findings: &[Finding]) -> Status {
    let draft = findings.iter().any(Finding::is_error);
    match &portfolio.trial {
        Some(code) => Status::Trial { code: code.clone(), draft },
        None if draft => Status::Draft,
        None => Status::Final,
    }
}

/// Where archives go: the folder named, else this folder, but not in among the evidence.
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
                format!("`{}` lies in among the evidence", output.display()),
                "name the portfolio's own folder, or one outside it",
            ));
        }
        return Ok(output.to_owned());
    }
    let here = std::env::current_dir().context("cannot tell which folder this is")?;
    Ok(if is_inside(root, &here) { root.to_owned() } else { PathBuf::new() })
}

/// Whether a folder lies in the portfolio's folder and is not that folder itself.
fn is_inside(root: &Path, folder: &Path) -> bool {
    match (root.canonicalize(), folder.canonicalize()) {
        (Ok(root), Ok(folder)) => folder != root && folder.starts_with(root),
        _ => false,
    }
}

/// What tells of each file whether it was written to, by its path.
fn stamps(root: &Path, tree: &Tree) -> Vec<(String, Option<Stamp>)> {
    tree.entries().iter().filter(|entry| entry.kind == Kind::File).map(|entry| stamp(root, entry)).collect()
}

fn stamp(root: &Path, entry: &Entry) -> (String, Option<Stamp>) {
    (entry.path.clone(), root.join(&entry.path).symlink_metadata().ok().as_ref().map(Stamp::of))
}

/// A file that was written to since the stamps were taken.
fn portfolio_changed(root: &Path, portfolio: &Portfolio, stamps: &[(String, Option<Stamp>)]) -> Option<String> {
    let relevant = |path: &str| path == FILE || path.starts_with(SIGN_OFFS) || portfolio.owner_of(path).is_some();
    let now = stamps.iter().filter(|(path, _)| relevant(path));
    now.filter(|(path, before)| root.join(path).symlink_metadata().ok().as_ref().map(Stamp::of) != *before)
        .map(|(path, _)| path.clone())
        .next()
}

/// Writes the archive beside its final name, reads it back, and only then gives it its name.
fn write_archive(
    target: &Path,
    top: &str,
    day: Date,
    tree: &Tree,
    pieces: Vec<Piece<'_>>,
    force: bool,
    unchanged: impl Fn() -> Result<()>,
) -> Result<Written> {
    if target.exists() && !force {
        return Err(refuse(
            format!("`{}` is there already", target.display()),
            "`--force` replaces it; `--output DIR` writes to another folder",
        ));
    }
    let place = if force { Place::Any } else { Place::New };
    disk::write_checked(
        target,
        place,
        |file| {
            let written = write::write(&mut *file, top, day, tree, pieces);
            // An error of reading names its file already.
            written.map_err(
                |error| if error.chain().len() > 1 { error } else { error.context(disk::cannot_write(target)) },
            )
        },
        |path, written| {
            unchanged()?;
            let archive = Archive::open(path)?.map_err(|defect| {
                let entry = defect.entry.as_deref().unwrap_or("the archive");
                refuse(format!("`{entry}` cannot be packed: {}", defect.message), "`akam check` shows what to mend")
            })?;
            let stock = archive.take_stock();
            let first = rules::archive::judge(&stock).into_iter().find(Finding::is_error);
            match first {
                None if stock.submission_id() == Some(written.submission_id) => Ok(()),
                _ => Err(refuse("what the disk gives back is not what was written", "check the disk, then pack again")),
            }
        },
    )
}
