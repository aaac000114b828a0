//! `akam pack`: makes the archive to submit, or a trial or draft of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::{Outcome, choose, refuse, root, say, today};
use crate::archive::bag::{self, Info};
use crate::archive::crate_metadata::{self, Described};
use crate::archive::read::Archive;
use crate::archive::write::{self, Content, Piece, Written, oxum};
use crate::archive::{CHECK, FRAMEWORK, HOW_TO_CHECK, INDEX, PAYLOAD, Status};
use crate::cli::Pack;
use crate::coverage::{Standing, State, standings};
use crate::digest::Digest;
use crate::disk::{self, Place};
use crate::finding::Finding;
use crate::framework::slug;
use crate::portfolio::{FILE, PRIVATE, Portfolio};
use crate::report::coverage::tally;
use crate::report::terminal::{BOLD, safe, styled};
use crate::report::{archive, count, json, size, terminal};
use crate::rules::{self, Facts, Scope};
use crate::site::{self, Submission};
use crate::tree::{Entry, Kind, Stamp, Tree};

pub fn run(place: Option<&Path>, pack: &Pack) -> Result<Outcome> {
    let root = root(place)?;
    let day = today()?;
    let tree = Tree::folder(&root, &[PRIVATE]);
    let stamps = stamps(&root, &tree);
    let portfolio = Portfolio::open(tree, None);
    let scope = match &pack.only {
        Some(words) => Scope::Trial(choose(&portfolio.framework, words)?.code.clone()),
        None => Scope::Whole,
    };
    let facts = Facts { portfolio: &portfolio, scope };
    let findings = rules::check(&facts);
    let standings = standings(&portfolio, &findings);
    let codes = submitted(&facts)?;
    if !pack.draft && findings.iter().any(Finding::is_error) {
        say(&refused(&findings, pack))?;
        return Ok(Outcome::ErrorsFound);
    }
    let status = status(&facts.scope, &findings);
    let top = name(&portfolio, &status, day);
    let submission = Submission {
        portfolio: &portfolio,
        standings: &standings,
        findings: &findings,
        codes: &codes,
        status: &status,
        day,
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
    say(&told(&target, &submission, written)?)?;
    Ok(Outcome::Done)
}

/// Codes of the competencies to pack.
fn submitted(facts: &Facts<'_>) -> Result<Vec<String>> {
    let portfolio = facts.portfolio;
    let own = portfolio
        .competencies()
        .filter(|(competency, folder)| facts.judges(&competency.code) && portfolio.is_submitted(competency, folder));
    let codes: Vec<String> = own.map(|(competency, _)| competency.code.clone()).collect();
    match (&facts.scope, codes.is_empty()) {
        (_, false) => Ok(codes),
        (Scope::Trial(code), true) if portfolio.is_omitted(code) => {
            Err(refuse(format!("{code} is left out in `{FILE}`"), "take it out of `omit`, or choose another"))
        }
        (Scope::Trial(code), true) => Err(refuse(
            format!("{code} is not started: there is nothing to pack"),
            format!("`akam show {code}` tells what it asks"),
        )),
        (_, true) => {
            Err(refuse("nothing is written yet: there is nothing to pack", "`akam check` shows where to begin"))
        }
    }
}

fn status(scope: &Scope, findings: &[Finding]) -> Status {
    let draft = findings.iter().any(Finding::is_error);
    match scope {
        Scope::Trial(code) => Status::Trial { code: code.clone(), draft },
        _ if draft => Status::Draft,
        _ => Status::Final,
    }
}

/// The archive's name, without `.zip`: `akam-<candidate>-<date>` and what it is meant as.
fn name(portfolio: &Portfolio, status: &Status, day: Date) -> String {
    let candidate: String = slug(portfolio.details.name().unwrap_or("candidate")).nfc().take(60).collect();
    format!("akam-{candidate}-{day}{}", status.suffix())
}

/// Where archives go: the folder named, else this folder, but not in among the evidence.
fn target(root: &Path, output: Option<&Path>) -> Result<PathBuf> {
    if let Some(output) = output {
        if !output.is_dir() {
            return Err(refuse(
                format!("there is no folder `{}`", output.display()),
                "make it first, or leave `--output` out",
            ));
        }
        return Ok(output.to_owned());
    }
    let here = std::env::current_dir().context("cannot tell which folder this is")?.canonicalize()?;
    let inside = root.canonicalize().is_ok_and(|root| here != root && here.starts_with(root));
    Ok(if inside { root.to_owned() } else { PathBuf::from(".") })
}

/// All files of the archive but its manifests.
fn pieces<'a>(submission: &Submission<'a>) -> Vec<Piece<'a>> {
    let portfolio = submission.portfolio;
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let payload = |path: &str, text: String| Piece { path: format!("{PAYLOAD}{path}"), content: Content::Text(text) };
    for (_, folder) in portfolio.competencies().filter(|(own, _)| submission.codes.contains(&own.code)) {
        let documents = folder.documents.iter().map(|file| file.path.clone());
        let register = folder.has_register.then(|| format!("{}/{}", folder.path, crate::portfolio::artefact::FILE));
        let artefacts = folder.artefacts().iter().filter_map(|artefact| folder.path_of(artefact));
        pieces.extend(
            documents.chain(register).chain(artefacts).filter_map(|path| portfolio_file(&portfolio.tree, &path)),
        );
    }
    pieces.extend(portfolio_file(&portfolio.tree, FILE));
    pieces.push(payload(FRAMEWORK, portfolio.framework.text.clone()));
    pieces.push(payload(INDEX, archive::index(portfolio, submission.codes)));
    pieces.push(payload(CHECK, json::check(portfolio, submission.standings, submission.findings)));
    pieces.extend(
        site::render(submission).into_iter().map(|page| Piece { path: page.path, content: Content::Text(page.html) }),
    );
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    pieces.dedup_by(|a, b| a.path == b.path);
    pieces.push(payload(crate_metadata::FILE, metadata(submission, &pieces)));
    let info = info(submission, oxum(&pieces));
    let tag = |path: &str, text: String| Piece { path: path.to_owned(), content: Content::Text(text) };
    pieces.push(tag(HOW_TO_CHECK, archive::how_to_check()));
    pieces.push(tag(bag::DECLARATION, bag::DECLARATION_TEXT.to_owned()));
    pieces.push(tag(bag::INFO, info.render()));
    pieces
}

/// A file of the portfolio, under its name in NFC.
fn portfolio_file<'a>(tree: &'a Tree, path: &str) -> Option<Piece<'a>> {
    let entry = tree.find(path).filter(|entry| entry.kind == Kind::File)?;
    let composed: String = entry.path.nfc().collect();
    Some(Piece { path: format!("{PAYLOAD}{composed}"), content: Content::File(entry) })
}

fn metadata(submission: &Submission<'_>, pieces: &[Piece<'_>]) -> String {
    let payload = pieces.iter().filter_map(|piece| Some((piece.path.strip_prefix(PAYLOAD)?.to_owned(), piece.size())));
    crate_metadata::render(&Described {
        portfolio: submission.portfolio,
        codes: submission.codes,
        files: &payload.collect::<Vec<_>>(),
        title: &title(submission),
        description: &description(submission),
        date: &submission.day.to_string(),
    })
}

fn info(submission: &Submission<'_>, oxum: (u64, usize)) -> Info {
    let portfolio = submission.portfolio;
    let details = &portfolio.details;
    Info {
        organization: details.candidate.employer.clone(),
        contact: details.name().unwrap_or("not given").to_owned(),
        description: description(submission),
        date: submission.day.to_string(),
        oxum,
        agent: json::program(),
        framework: portfolio.framework.id.clone(),
        framework_digest: portfolio.framework.digest(),
        status: submission.status.clone(),
        previous: details.submission.previous.clone(),
    }
}

fn title(submission: &Submission<'_>) -> String {
    let name = submission.portfolio.details.name().unwrap_or("a candidate");
    format!("Evidence of {name} for the {}", submission.portfolio.framework.title)
}

fn description(submission: &Submission<'_>) -> String {
    let what = match submission.status {
        Status::Final => "Evidence",
        Status::Draft => "Draft of evidence",
        Status::Trial { draft: false, .. } => "Trial evidence",
        Status::Trial { draft: true, .. } => "Draft of trial evidence",
    };
    let title = &submission.portfolio.framework.title;
    format!("{what} for {}: {} ({title})", count(submission.codes.len(), "competency"), submission.codes.join(", "))
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
    let relevant = |path: &str| path == FILE || portfolio.owner_of(path).is_some();
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
            let written = write::write(&mut *file, top, day, tree, pieces)?;
            file.flush()?;
            Ok(written)
        },
        |path, written| {
            unchanged()?;
            let archive = Archive::open(path)?.map_err(|defect| anyhow::anyhow!("{}", defect.message))?;
            let stock = archive.take_stock();
            let first = rules::archive::judge(&stock).into_iter().find(Finding::is_error);
            match first {
                None if stock.submission_id() == Some(written.submission_id) => Ok(()),
                _ => Err(refuse("what the disk gives back is not what was written", "check the disk, then pack again")),
            }
        },
    )
}

fn refused(findings: &[Finding], pack: &Pack) -> String {
    let mut text: String = findings.iter().filter(|finding| finding.is_error()).map(terminal::finding).collect();
    let only = pack.only.as_ref().map(|code| format!(" --only {code}")).unwrap_or_default();
    text += &format!("{}\n", styled(BOLD, &format!("nothing was packed: {}", tally(findings))));
    text + &format!("next: `akam check` shows all; `akam pack{only} --draft` packs a draft for your mentor\n")
}

fn listed(top: &str, pieces: &[Piece<'_>]) -> String {
    let mut paths: Vec<(&str, u64)> = pieces.iter().map(|piece| (piece.path.as_str(), piece.size())).collect();
    paths.extend([(bag::MANIFEST, 0), (bag::TAG_MANIFEST, 0)]);
    paths.sort_unstable();
    let total: u64 = paths.iter().map(|(_, size)| size).sum();
    let mut text: String = paths.iter().map(|(path, _)| format!("{}\n", safe(path))).collect();
    text += &format!(
        "\n{} would be packed into `{}.zip`, {} before packing\n",
        count(paths.len(), "file"),
        safe(top),
        size(total)
    );
    text + "nothing was written\n"
}

fn told(target: &Path, submission: &Submission<'_>, written: Written) -> Result<String> {
    let bytes = target.metadata().with_context(|| format!("cannot find `{}` again", target.display()))?.len();
    let shown = safe(&target.display().to_string());
    let shown = shown.strip_prefix("./").unwrap_or(&shown);
    let id: Digest = written.submission_id;
    let left: Vec<&Standing<'_>> = submission.standings.iter().filter(|it| it.state == State::LeftOut).collect();
    let warnings = submission.findings.iter().filter(|finding| !finding.is_error()).count();
    let mut text = format!("{} {shown}\n", styled(BOLD, "packed"));
    text += &format!(
        "  {}, {}, {}\n",
        count(submission.codes.len(), "competency"),
        count(written.files, "file"),
        size(bytes)
    );
    if submission.status.is_draft() {
        text += "  a draft: errors stand, and every page says so\n";
    }
    if let (Status::Final | Status::Draft, [_, ..]) = (submission.status, &left[..]) {
        let names: Vec<String> = left.iter().map(|standing| safe(&standing.competency.name())).collect();
        text += &format!("  left out: {}\n", names.join(", "));
    }
    if warnings > 0 {
        text += &format!("  {} stand; `akam check` shows them\n", count(warnings, "warning"));
    }
    text += &format!("  submission id {id}\n\n");
    let check = format!(
        "Check it with `akam verify {shown}`; the archive's {HOW_TO_CHECK} tells how to do so without akam. Keep the \
         submission id: it names exactly these bytes."
    );
    text += &terminal::paragraph(&check, "");
    let next = "next: open the archive and look at 00-START-HERE.html; where to send it, ask AKAM";
    Ok(format!("{text}\n{}", terminal::paragraph(next, "")))
}
