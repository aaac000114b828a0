//! `akam verify`: checks archives, every byte of them, then the rules on what is inside.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::{Outcome, latest_day, refuse, say};
use crate::archive::Status;
use crate::assessment::assess;
use crate::cli::{OutputFormat, VerifyArgs};
use crate::digest::Digest;
use crate::report::json::{self, Verified, found};
use crate::report::verify::{self as report, Assessment, Checked};
use crate::threads;

/// Archives that may be in work or wait to be reported at the same time.
const MAX_WAITING_ARCHIVES: u64 = 8;

pub fn run(verify: &VerifyArgs) -> Result<Outcome> {
    if verify.format == OutputFormat::JsonSchema {
        say(&json::verify_schema())?;
        return Ok(Outcome::Done);
    }
    if verify.archives.is_empty() {
        return Err(refuse("no archive is named", "`akam verify FILE.zip`, or several, or a folder that holds them"));
    }
    let day = latest_day()?;
    if let ([path], OutputFormat::Text) = (&verify.archives[..], verify.format)
        && !path.is_dir()
    {
        let cannot = || format!("cannot read `{}`", path.display());
        let assessment = check(path, day).with_context(cannot)?;
        say(&report::summary(&path.display().to_string(), &assessment))?;
        return Ok(if assessment.passed() { Outcome::Done } else { Outcome::ErrorsFound });
    }
    let (archives, empty) = listed(&verify.archives)?;
    if archives.is_empty() {
        let folders: Vec<String> = empty.iter().map(|folder| format!("`{}`", folder.display())).collect();
        let message = format!("there is no archive in {}: no file there ends in `.zip`", folders.join(", "));
        return Err(refuse(message, "name the folder that holds the archives; those further down are not looked at"));
    }
    let failed = if verify.format == OutputFormat::Json {
        print_json(&archives, day)?
    } else {
        for folder in &empty {
            say(&report::empty(folder))?;
        }
        print_lines(&archives, day)?
    };
    Ok(if failed == 0 { Outcome::Done } else { Outcome::ErrorsFound })
}

/// The named archives, those directly in named folders, and the folders without any.
fn listed(named: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<&Path>)> {
    let (mut archives, mut empty) = (Vec::new(), Vec::new());
    for path in named {
        if !path.is_dir() {
            archives.push(path.clone());
            continue;
        }
        let cannot = || format!("cannot list the files in `{}`", path.display());
        let mut inside = Vec::new();
        for found in path.read_dir().with_context(cannot)? {
            let found = found.with_context(cannot)?.path();
            let is_zip = found.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
            // macOS's companion files and akam's unfinished ones are hidden.
            let is_hidden = found.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if is_zip && !is_hidden && !found.is_dir() {
                inside.push(found);
            }
        }
        inside.sort_unstable();
        if inside.is_empty() {
            empty.push(path.as_path());
        }
        archives.extend(inside);
    }
    Ok((archives, empty))
}

/// Prints a line for each archive; returns the number of failures.
fn print_lines(archives: &[PathBuf], day: Date) -> Result<usize> {
    let mut failed = 0;
    in_order(
        archives,
        day,
        |line: String, passed| {
            failed += usize::from(!passed);
            say(&line)
        },
        |checked| report::line(&checked),
    )?;
    say(&report::tally(archives.len(), failed))?;
    Ok(failed)
}

/// Prints one JSON object with all archives; returns the number of failures.
fn print_json(archives: &[PathBuf], day: Date) -> Result<usize> {
    let (before, each, behind) = json::verify_parts();
    if let [path] = archives {
        // A single unreadable archive is an error, not a result.
        let checked = check(path, day).with_context(|| format!("cannot read `{}`", path.display()))?;
        let checked = self::checked(path, Ok(checked));
        say(&format!("{before}{}{behind}", each(true, &verified(&checked))))?;
        return Ok(usize::from(!checked.passed()));
    }
    say(&before)?;
    let (mut failed, mut first) = (0, true);
    in_order(
        archives,
        day,
        |text: String, passed| {
            failed += usize::from(!passed);
            let text = if first { text.trim_start_matches(',') } else { &text };
            first = false;
            say(text)
        },
        |checked| each(false, &verified(&checked)),
    )?;
    say(&behind)?;
    Ok(failed)
}

/// Checks archives in parallel and prints each result, with whether it passed, in the order of the paths.
fn in_order<T: Send>(
    paths: &[PathBuf],
    day: Date,
    mut print: impl FnMut(T, bool) -> Result<()>,
    render: impl Fn(Checked) -> T + Sync,
) -> Result<()> {
    let one = |path: &PathBuf| {
        let checked = checked(path, check(path, day).map_err(|error| format!("{error:#}")));
        let passed = checked.passed();
        (render(checked), passed)
    };
    threads::in_order(
        paths,
        MAX_WAITING_ARCHIVES,
        |_| Some(1),
        one,
        |_, result| {
            let (text, passed) = result.expect("each has a weight");
            print(text, passed)
        },
    )
}

/// Assesses an archive. The user says which file it is, so a link is followed.
fn check(path: &Path, day: Date) -> Result<Assessment> {
    Ok(if path.is_symlink() { assess(&path.canonicalize()?, day)? } else { assess(path, day)? })
}

fn checked(path: &Path, result: Result<Assessment, String>) -> Checked {
    Checked { archive: path.display().to_string(), result }
}

fn verified(checked: &Checked) -> Verified<'_> {
    let assessment = checked.result.as_ref().ok();
    let (bag, sound) = (assessment.and_then(|it| it.bag.as_ref()), assessment.and_then(Assessment::sound_bag));
    Verified {
        archive: checked.archive.clone(),
        passed: checked.passed(),
        error: checked.result.as_ref().err().map(String::as_str),
        submission_id: bag.and_then(|bag| bag.submission_id).as_ref().map(Digest::to_string),
        status: bag.and_then(|bag| bag.status.as_ref()).map(Status::name),
        files: bag.map_or(0, |bag| bag.files),
        candidate: sound.and_then(|bag| bag.candidate.as_deref()),
        packed_on: sound.and_then(|bag| bag.packed_on.as_deref()),
        coverage: assessment.and_then(|it| it.evidence.as_ref()).map(|evidence| &evidence.summary),
        reason: checked.reason(),
        repacked: assessment.is_some_and(Assessment::repacked),
        own_framework: assessment.is_some_and(Assessment::own_framework),
        other_version: assessment.is_some_and(Assessment::other_version),
        pages_compared: assessment.is_some_and(Assessment::pages_compared),
        findings: assessment.iter().flat_map(|it| &it.findings).map(found).collect(),
    }
}
