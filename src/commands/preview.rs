//! `akam preview`: the assessor's page, of the portfolio as it is now or again from an archive.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use jiff::civil::Date;
use percent_encoding::{AsciiSet, utf8_percent_encode};

use super::pack::{is_inside, is_source, stamp, status};
use super::{Outcome, choose, latest_day, refuse, root, say, today, tree};
use crate::archive::read::Archive;
use crate::archive::write::{ArchiveFile, Content};
use crate::archive::{COVER, Status};
use crate::assessment::judge_all;
use crate::cli;
use crate::digest::Digest;
use crate::disk;
use crate::finding::Finding;
use crate::portfolio::Portfolio;
use crate::report::preview::{WATCHING, not_opened, not_shown, where_to_look};
use crate::report::verify::{self, Assessment};
use crate::review::{Evidence, Selection};
use crate::rules;
use crate::rules::archive::judge_defect;
use crate::site::{IN_A_PATH, Preview};
use crate::submission;
use crate::tree::{EntryKind, Stamp, Tree};

/// Interval at which changes are looked for.
const EVERY: Duration = Duration::from_secs(1);

pub fn run(place: Option<&Path>, preview: &cli::PreviewArgs) -> Result<Outcome> {
    disk::install_signal_handler();
    match preview.what.as_deref().map(Path::new) {
        Some(path) if path.is_file() => of_archive(path, preview),
        Some(path) if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) => Err(refuse(
            format!("there is no archive `{}`", path.display()),
            "check its name and folder, or name a competency",
        )),
        _ => of_portfolio(place, preview),
    }
}

/// Shows an archive unless `akam verify` calls it unsound.
fn of_archive(path: &Path, preview: &cli::PreviewArgs) -> Result<Outcome> {
    if preview.watch {
        return Err(refuse("an archive does not change", "leave `--watch` out"));
    }
    let cannot = || format!("cannot read `{}`", path.display());
    let archive = match Archive::open(path).with_context(cannot)? {
        Ok(archive) => archive,
        Err(defect) => return unsound(path, &Assessment::malformed(judge_defect(&defect))),
    };
    let assessment = judge_all(&archive, latest_day()?);
    archive.failure().with_context(cannot)?;
    let Some(bag) = assessment.sound_bag() else { return unsound(path, &assessment) };
    let status = bag.status.clone().unwrap_or(Status::Final);
    let portfolio = submission::inside(&archive, &archive.read_all());
    let mut shown = PreviewFolder::begin(preview.output.as_deref())?;
    let (day, how) = (today()?, Preview { of_archive: true, reloads: false });
    let evidence = Evidence::of(&portfolio, submission::selection(&status), day);
    let judged = rules::check(&evidence);
    shown.update(&portfolio.tree, Path::new(""), &submission::preview(&evidence, &judged, &status, how))?;
    archive.failure().with_context(cannot)?;
    let page = shown.folder.join(COVER);
    say(&where_to_look(&page, None, evidence.submitted().count(), &judged.findings, true))?;
    open(&page, None, preview)?;
    Ok(Outcome::Done)
}

/// Reports why an archive is not shown.
fn unsound(path: &Path, assessment: &Assessment) -> Result<Outcome> {
    say(&verify::summary(&path.display().to_string(), assessment))?;
    Ok(Outcome::ErrorsFound)
}

fn of_portfolio(place: Option<&Path>, preview: &cli::PreviewArgs) -> Result<Outcome> {
    let (root, day) = (root(place)?, today()?);
    if let Some(output) = &preview.output {
        refuse_inside(&root, output)?;
    }
    let (before, portfolio) = look(&root)?;
    let code = match &preview.what {
        Some(words) => Some(packed_code(&Evidence::of(&portfolio, Selection::Whole, day), words)?),
        None => None,
    };
    let code = code.as_deref();
    let mut shown = PreviewFolder::begin(preview.output.as_deref())?;
    let page = shown.folder.join(COVER);
    let (competencies, findings) = shown.render(&root, &portfolio, day, preview.watch)?;
    say(&where_to_look(&page, code, competencies, &findings, false))?;
    open(&page, code, preview)?;
    if preview.watch {
        watch(&root, shown, before, day)?;
    }
    Ok(Outcome::Done)
}

/// Stamps by path, by which writes are noticed.
type Stamps = HashMap<String, Option<Stamp>>;

/// Opens the portfolio, with the stamps of its files from before it was read.
fn look(root: &Path) -> Result<(Stamps, Portfolio)> {
    let tree = tree(root)?;
    let files = tree.entries().iter().filter(|entry| entry.kind == EntryKind::File);
    let stamps = files.map(|entry| (entry.path.clone(), stamp(root, &entry.path))).collect();
    Ok((stamps, Portfolio::open(tree, None)))
}

/// Shows each change until Ctrl-C.
fn watch(root: &Path, mut shown: PreviewFolder, mut before: Stamps, day: Date) -> Result<()> {
    disk::expect_interrupt();
    say(WATCHING)?;
    loop {
        sleep(EVERY);
        let (now, portfolio) = look(root)?;
        let is_changed =
            |(path, stamp): (&String, &Option<Stamp>)| is_source(&portfolio, path) && before.get(path) != Some(stamp);
        if now.iter().any(is_changed) || before.keys().any(|path| !now.contains_key(path)) {
            // A file may be half saved; the next round reads it complete.
            if let Err(error) = shown.render(root, &portfolio, day, true) {
                say(&not_shown(&format!("{error:#}")))?;
            }
            before = now;
        }
    }
}

/// The code of the competency that a person means, which must be started.
fn packed_code(evidence: &Evidence<'_>, words: &str) -> Result<String> {
    let code = &choose(&evidence.portfolio.framework, words)?.code;
    if evidence.packs(code) {
        return Ok(code.clone());
    }
    let message = format!("{code} is not on the page: it is left out, or nothing is written for it yet");
    Err(refuse(message, format!("`akam show {code}` shows what it asks; `akam preview` shows the others")))
}

/// Refuses to write the page inside the evidence.
fn refuse_inside(root: &Path, output: &Path) -> Result<()> {
    let output = std::path::absolute(output).context("cannot tell which folder this is")?;
    let there = output.ancestors().find(|folder| folder.exists());
    if there.is_some_and(|folder| is_inside(root, folder) || folder != output && is_same(root, folder)) {
        let message = format!("`{}` is in the portfolio", output.display());
        return Err(refuse(message, "name a folder outside of it"));
    }
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Opens the page in the browser, at a competency's section if one is named, unless the user asked for files.
fn open(page: &Path, code: Option<&str>, preview: &cli::PreviewArgs) -> Result<()> {
    const IN_A_URL: &AsciiSet = &IN_A_PATH.remove(b':');
    if preview.output.is_some() {
        return Ok(());
    }
    let opened = match code.zip(page.to_str()) {
        None => opener::open_browser(page),
        Some((code, page)) => {
            let page = page.replace(std::path::MAIN_SEPARATOR, "/");
            let page = utf8_percent_encode(page.trim_start_matches('/'), IN_A_URL);
            opener::open_browser(format!("file:///{page}#{}", utf8_percent_encode(code, IN_A_URL)))
        }
    };
    match opened {
        Ok(()) => Ok(()),
        Err(error) => say(&not_opened(&error.to_string())),
    }
}

/// The folder of the page, and what was written there.
struct PreviewFolder {
    folder: PathBuf,
    written: HashMap<String, WrittenFile>,
}

#[derive(PartialEq, Eq)]
enum WrittenFile {
    Text(Digest),
    File(Option<Stamp>),
}

impl PreviewFolder {
    /// Starts in a folder that is new or empty, or in a temporary one.
    fn begin(output: Option<&Path>) -> Result<Self> {
        let folder = match output {
            None => disk::new_preview_folder().context("cannot make a temporary folder")?,
            Some(output) => {
                disk::create_folder(output)?;
                let mut inside =
                    output.read_dir().with_context(|| format!("cannot look into `{}`", output.display()))?;
                if inside.next().is_some() {
                    let message = format!("`{}` is not empty, and nothing is overwritten", output.display());
                    return Err(refuse(message, "name a new folder"));
                }
                output.to_owned()
            }
        };
        Ok(PreviewFolder { folder, written: HashMap::new() })
    }

    /// Writes the page of a portfolio; returns the number of competencies and the findings.
    fn render(
        &mut self,
        root: &Path,
        portfolio: &Portfolio,
        day: Date,
        reloads: bool,
    ) -> Result<(usize, Vec<Finding>)> {
        let packed = submission::packed(&Evidence::of(portfolio, Selection::Whole, day));
        let evidence = Evidence::of(&packed, Selection::Whole, day);
        let judged = rules::check(&evidence);
        let (status, how) = (status(&evidence.selection, &judged.findings), Preview { of_archive: false, reloads });
        self.update(&packed.tree, root, &submission::preview(&evidence, &judged, &status, how))?;
        Ok((evidence.submitted().count(), judged.findings))
    }

    /// Writes what is new or differs from what was written before; the files are of this tree, in the folder `root`.
    fn update(&mut self, tree: &Tree, root: &Path, files: &[ArchiveFile<'_>]) -> Result<()> {
        for ArchiveFile { path, content } in files {
            let written = match content {
                Content::Text(text) => WrittenFile::Text(Digest::of(text.as_bytes())),
                Content::File(entry) => WrittenFile::File(stamp(root, &entry.path)),
            };
            if self.written.get(path) == Some(&written) {
                continue;
            }
            let file = self.folder.join(path);
            let folder = file.parent().ok_or_else(|| anyhow!("a page has no folder"))?;
            disk::create_folder(folder)?;
            disk::write_unsynced(&file, |out| {
                match content {
                    Content::Text(text) => std::io::copy(&mut text.as_bytes(), out),
                    Content::File(entry) => tree.open(entry).and_then(|mut bytes| std::io::copy(&mut bytes, out)),
                }
                .with_context(|| format!("cannot copy `{path}`"))
                .map(drop)
            })?;
            self.written.insert(path.clone(), written);
        }
        Ok(())
    }
}
