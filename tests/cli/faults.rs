//! Runs that are killed, or whose calls to the system fail, at every place where they write: nothing is ever half.
//!
//! A few of the places are tried in each test run; `AKAM_TEST_FAULTS=all` tries every one.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, reason = "tests look at what is left")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::attach::with_file;
use crate::sandbox::{Said, Sandbox};
use crate::sign_off_record::waiting;
use crate::tools;

/// Calls by which a run changes the disk.
const WRITING: [&str; 17] = [
    "write",
    "pwrite64",
    "writev",
    "copy_file_range",
    "sendfile",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fchmod",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
];

/// How many places are tried of each call, in a test run that is not to try all.
const FEW: usize = 4;

type Files = Vec<(PathBuf, Vec<u8>)>;

/// A call to the system, as the number of its name in its thread.
pub type Place = (String, usize);

/// A command whose faults are told.
struct Story {
    before: fn() -> Sandbox,
    arguments: &'static [&'static str],
    /// Fails where what is left after a fault is neither the old state nor the new one.
    whole: fn(&Sandbox, &Files, &Files),
}

const PACK: Story =
    Story { before: Sandbox::complete, arguments: &["pack", "--only", "1.D.3"], whole: is_packed_or_not };
const REPACK: Story =
    Story { before: packed, arguments: &["pack", "--only", "1.D.3", "--force"], whole: is_packed_or_not };
const ATTACH: Story = Story {
    before: with_minutes,
    arguments: &["attach", "../minutes.txt", "--to", "1.D.3"],
    whole: is_attached_or_not,
};
const INIT: Story =
    Story { before: Sandbox::empty, arguments: &["init", "mine", "--name", "Ann Berg"], whole: is_begun_and_whole };

const REQUEST: Story = Story {
    before: unsigned,
    arguments: &[
        "sign-off",
        "request",
        "1.D.3",
        "--name=Maria Lind",
        "--role=Sales director",
        "--organisation=Nordvik AS",
        "--relation=line-manager",
        "--observed=2022-04 to 2026-10",
    ],
    whole: is_asked_or_not,
};
const RECORD: Story = Story { before: answered, arguments: RECORD_AGAIN, whole: is_recorded_or_not };

const TRIAL: &str = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";

fn packed() -> Sandbox {
    let sandbox = Sandbox::complete();
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    sandbox.append("1.D.3-customer-plan/evidence.md", "\nOne sentence more.\n")
}

fn with_minutes() -> Sandbox {
    with_file("minutes.txt")
}

fn unsigned() -> Sandbox {
    Sandbox::complete().remove("sign-offs")
}

/// A portfolio in which somebody was asked, and their answer by e-mail.
fn answered() -> Sandbox {
    let (sandbox, fingerprint) = waiting();
    let form = format!("1.D.3: true as far as I saw it\nFingerprint: {fingerprint}\n");
    let mail = format!("From: Maria Lind <m@nordvik.example>\nDate: Sun, 22 Nov 2026 08:00:00 +0100\n\n{form}");
    sandbox.write("../answer.eml", mail)
}

#[test]
#[ignore = "needs other people's tools"]
fn a_request_killed_at_any_place_leaves_whole_folders_only() {
    kill(&REQUEST);
}

#[test]
#[ignore = "needs other people's tools"]
fn a_request_says_what_the_disk_refuses_and_leaves_whole_folders_only() {
    fail(&REQUEST);
}

#[test]
#[ignore = "needs other people's tools"]
fn an_answer_is_recorded_whole_or_not_at_all_wherever_it_is_killed() {
    kill(&RECORD);
}

#[test]
#[ignore = "needs other people's tools"]
fn recording_an_answer_says_what_the_disk_refuses() {
    fail(&RECORD);
}

#[test]
#[ignore = "needs other people's tools"]
fn pack_killed_at_any_place_leaves_no_half_archive() {
    kill(&PACK);
}

#[test]
#[ignore = "needs other people's tools"]
fn pack_killed_at_any_place_leaves_the_old_archive_or_the_new_one() {
    kill(&REPACK);
}

#[test]
#[ignore = "needs other people's tools"]
fn attach_killed_at_any_place_leaves_every_file_whole() {
    kill(&ATTACH);
}

#[test]
#[ignore = "needs other people's tools"]
fn init_killed_at_any_place_leaves_every_file_whole_and_goes_on_when_run_again() {
    kill(&INIT);
}

#[test]
#[ignore = "needs other people's tools"]
fn pack_says_what_the_disk_refuses_and_leaves_nothing_behind() {
    fail(&PACK);
}

#[test]
#[ignore = "needs other people's tools"]
fn attach_says_what_the_disk_refuses_and_leaves_everything_as_it_was() {
    fail(&ATTACH);
}

#[test]
#[ignore = "needs other people's tools"]
fn init_says_what_the_disk_refuses() {
    fail(&INIT);
}

#[test]
fn a_full_disk_is_said_and_keeps_what_was_there() {
    let sandbox = Sandbox::complete().write("../small/older.txt", "older");
    // A disk of its own where a mount is allowed, else a limit on the size of files.
    let inside = "mount -t tmpfs -o size=64k tmpfs ../small || exit 9; \"$0\" pack --output ../small; code=$?; \
                  test -z \"$(ls -A ../small)\" || echo half >&2; exit $code";
    let line = &format!("unshare --mount sh -c '{inside}' \"$0\"");
    let mut said = sandbox.run(sandbox.command_by_shell(line));
    if said.err.contains("unshare") || said.err.contains("mount") {
        said = sandbox.run(sandbox.command_by_shell("ulimit -f 60; exec \"$0\" pack --output ../small"));
        said.expect(2, &["cannot write `../small/akam-", "choose another disk"]);
    } else {
        assert!(!said.err.contains("half"), "something was left behind");
        said.expect(2, &["cannot write `../small/akam-", "os error 28", "free some space"]);
    }
    let left = std::fs::read_dir(sandbox.path("../small")).expect("it is there").count();
    assert_eq!(left, 1, "something was left behind");
}

/// Kills a command at its writing calls.
fn kill(story: &Story) {
    let (places, new) = places(story);
    for (call, number) in chosen(&places) {
        let sandbox = (story.before)();
        let old = files(&sandbox);
        let fault = format!("{call}:signal=KILL:when={number}");
        let said = traced(&sandbox, story, &["-e", &format!("inject={fault}")]);
        assert_ne!(said.code, 0, "it went on after {fault}");
        (story.whole)(&sandbox, &old, &new);
    }
}

/// Makes a command's writing calls fail.
fn fail(story: &Story) {
    let (places, new) = places(story);
    for (call, number) in chosen(&places) {
        for error in ["EIO", "ENOSPC"] {
            let sandbox = (story.before)();
            let old = files(&sandbox);
            let fault = format!("{call}:error={error}:when={number}");
            let said = traced(&sandbox, story, &["-e", &format!("inject={fault}")]);
            assert_ne!(said.code, 0, "{fault} was overlooked\n{}{}", said.out, said.err);
            let told = said.err.contains('`') || said.err.contains("standard output");
            let cause = if error == "EIO" { "os error 5" } else { "os error 28" };
            assert!(told && said.err.contains(cause), "{fault} was not told with place and cause: {}", said.err);
            (story.whole)(&sandbox, &old, &new);
            let left = sandbox.snapshot().into_iter().filter(|(path, _)| is_unfinished(path)).count();
            assert_eq!(left, usize::from(call.starts_with("unlink")), "{fault} left something behind");
        }
    }
}

/// The places where a command writes, seen in a run without faults, and what that run left.
fn places(story: &Story) -> (BTreeSet<Place>, Files) {
    let sandbox = (story.before)();
    let log = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    traced(&sandbox, story, &["-o", log.path().to_str().expect("temporary files have plain names")]).expect(0, &[]);
    let text = std::fs::read_to_string(&log).expect("strace writes what it saw");
    let (mut places, mut seen) = (BTreeSet::new(), BTreeMap::new());
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, arguments)) = rest.trim_start().split_once('(') else { continue };
        let number: &mut usize = seen.entry((thread.to_owned(), call.to_owned())).or_default();
        *number += 1;
        // What is told at the end comes after all files are whole; a closed error stream is nobody's fault.
        if !arguments.starts_with("2,") {
            places.insert((call.to_owned(), *number));
        }
    }
    assert!(places.len() > 3, "strace saw no writing calls:\n{text}");
    (places, files(&sandbox))
}

/// All places, or some of each call: the first, the last and what lies between in even steps.
pub fn chosen(places: &BTreeSet<Place>) -> Vec<Place> {
    let calls: BTreeSet<&String> = places.iter().map(|(call, _)| call).collect();
    let all = std::env::var("AKAM_TEST_FAULTS").is_ok_and(|value| value == "all");
    let some = calls.into_iter().flat_map(|call| {
        let numbers: Vec<&Place> = places.iter().filter(|(other, _)| other == call).collect();
        let count = if all { numbers.len() } else { numbers.len().min(FEW) };
        let step = move |at: usize| if count < 2 { 0 } else { at * (numbers.len() - 1) / (count - 1) };
        let numbers: Vec<&Place> = places.iter().filter(|(other, _)| other == call).collect();
        (0..count).map(|at| numbers[step(at)].clone()).collect::<Vec<_>>()
    });
    some.collect()
}

/// Runs the story's command under strace.
fn traced(sandbox: &Sandbox, story: &Story, options: &[&str]) -> Said {
    run_traced(sandbox, story.arguments, &WRITING, options)
}

/// Runs a command under strace, which looks at these calls.
pub fn run_traced(sandbox: &Sandbox, arguments: &[&str], calls: &[&str], options: &[&str]) -> Said {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", &format!("trace={}", calls.join(","))]);
    if !options.contains(&"-o") {
        command.args(["-o", "/dev/null"]);
    }
    command.args(options).arg(env!("CARGO_BIN_EXE_akam")).args(arguments);
    command.current_dir(sandbox.root()).env("SOURCE_DATE_EPOCH", crate::sandbox::DAY);
    let output = command.output().expect("strace is installed: `.ci/run` does so");
    let said = sandbox.said(&output);
    assert!(!said.err.contains("strace:"), "strace must be allowed to trace its own child: {}", said.err);
    said
}

/// What lies there under a final name.
fn files(sandbox: &Sandbox) -> Files {
    sandbox
        .snapshot()
        .into_iter()
        .filter(|(path, _)| !is_unfinished(path))
        .map(|(path, bytes)| (below(sandbox, &path), bytes))
        .collect()
}

fn below(sandbox: &Sandbox, path: &Path) -> PathBuf {
    path.strip_prefix(sandbox.root()).expect("it lies in the sandbox").to_owned()
}

fn is_unfinished(path: &Path) -> bool {
    path.iter().any(|name| name.to_string_lossy().starts_with(".akam-"))
}

/// A file by its path.
fn at<'a>(files: &'a Files, path: &str) -> Option<&'a Vec<u8>> {
    files.iter().find(|(other, _)| other == Path::new(path)).map(|(_, bytes)| bytes)
}

fn is_packed_or_not(sandbox: &Sandbox, old: &Files, new: &Files) {
    let now = files(sandbox);
    let archive = at(&now, TRIAL);
    assert!(archive == at(old, TRIAL) || archive == at(new, TRIAL), "the archive is neither the old nor the new one");
    if archive.is_some() {
        sandbox.akam(&["verify", TRIAL]).expect(0, &["all as listed"]);
        tools::unzip_test(&sandbox.path(TRIAL)).assert_accepted();
    }
    let others = |files: &Files| files.iter().filter(|(path, _)| path != Path::new(TRIAL)).cloned().collect::<Files>();
    assert!(others(&now) == others(old), "a source was touched");
}

fn is_attached_or_not(sandbox: &Sandbox, old: &Files, new: &Files) {
    const COPY: &str = "1.D.3-customer-plan/artefacts/minutes.txt";
    const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
    let now = files(sandbox);
    let (copy, register) = (at(&now, COPY), at(&now, REGISTER));
    assert!(copy.is_none() || copy == at(new, COPY), "the copy is half");
    assert!(register == at(old, REGISTER) || register == at(new, REGISTER), "the register is half");
    assert!(register == at(old, REGISTER) || copy.is_some(), "what is registered is not there");
    let others = |files: &Files| {
        files
            .iter()
            .filter(|(path, _)| ![COPY, REGISTER].map(Path::new).contains(&path.as_path()))
            .cloned()
            .collect::<Files>()
    };
    assert!(others(&now) == others(old), "another file was touched");
}

/// What lies below some folders is all that belongs there, or nothing of it; all else is as it was.
fn is_whole_or_not_there(folders: &[&str], now: &Files, old: &Files, new: &Files) {
    for folder in folders {
        let below =
            |files: &Files| files.iter().filter(|(path, _)| path.starts_with(folder)).cloned().collect::<Files>();
        assert!(below(now) == below(new) || below(now) == below(old), "{folder} is half");
    }
    let others = |files: &Files| {
        let is_other = |path: &Path| folders.iter().all(|folder| !path.starts_with(folder));
        files.iter().filter(|(path, _)| is_other(path)).cloned().collect::<Files>()
    };
    assert!(others(now) == others(old), "another file was touched");
}

fn is_asked_or_not(sandbox: &Sandbox, old: &Files, new: &Files) {
    const MAILED: &str = "akam-sign-off-ingrid-solberg-2026-11-22-line-manager";
    let beside = ["html", "eml"].map(|ending| format!("{MAILED}.{ending}"));
    is_whole_or_not_there(&[MAILED, &beside[0], &beside[1], "sign-offs"], &files(sandbox), old, new);
}

fn is_recorded_or_not(sandbox: &Sandbox, old: &Files, new: &Files) {
    const RECORD: &str = "sign-offs/2026-11-22-line-manager/sign-off.toml";
    const PROOF: &str = "sign-offs/2026-11-22-line-manager/proof.eml";
    let now = files(sandbox);
    is_whole_or_not_there(&[RECORD, PROOF], &now, old, new);
    assert!(at(&now, RECORD).is_none() || at(&now, PROOF).is_some(), "the proof of what is recorded is not there");
    // Whatever was left behind, the answer can still be recorded.
    if at(&now, RECORD).is_none() {
        sandbox.akam(RECORD_AGAIN).expect(0, &["recorded"]);
    }
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed"]);
}

const RECORD_AGAIN: &[&str] = &["sign-off", "record", "--proof", "../answer.eml"];

fn is_begun_and_whole(sandbox: &Sandbox, _: &Files, new: &Files) {
    for (path, bytes) in files(sandbox) {
        assert!(new.contains(&(path.clone(), bytes)), "{} is half", path.display());
    }
    sandbox.akam(&["init", "mine", "--name", "Ann Berg"]).expect(0, &[]);
    for (path, bytes) in files(sandbox).iter().filter(|(path, _)| path != Path::new("mine/portfolio.toml")) {
        assert!(at(new, &path.to_string_lossy()) == Some(bytes), "{} is not as it should be", path.display());
    }
    assert_eq!(files(sandbox).len(), new.len(), "something is missing");
}
