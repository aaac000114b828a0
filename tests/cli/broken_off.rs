//! Stories about runs that are broken off, disturbed or repeated: nothing half, nothing lost, nothing left behind.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests disturb what is being packed")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crate::attach::with_file;
use crate::sandbox::{Said, Sandbox};
use crate::tools;
use crate::zips::ARCHIVE;

const RECORDING: &str = "2.D.2-selling/artefacts/recording.mp4";

/// Puts an artefact into the register.
fn registered(sandbox: Sandbox, name: &str) -> Sandbox {
    let entry = format!("\n[[artefact]]\nfile = \"artefacts/{name}\"\nshows = \"x\"\nshare = 100\n");
    sandbox.append("2.D.2-selling/artefacts.toml", &entry)
}

/// A portfolio with a recording that takes a while to pack.
fn with_recording(megabytes: u64) -> Sandbox {
    let sandbox = registered(Sandbox::agreed(), "recording.mp4");
    let file = File::create(sandbox.path(RECORDING)).expect("the file can be made");
    file.set_len(megabytes << 20).expect("the file can have holes");
    sandbox
}

/// Every file with its size and time: to see that nothing changed.
fn state(folder: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let mut files = Vec::new();
    for found in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let about = found.metadata().expect("what was found is there");
        if about.is_dir() {
            files.extend(state(&found.path()));
        } else {
            files.push((found.path(), about.len(), about.modified().ok()));
        }
    }
    files.sort();
    files
}

/// Begins a run, and waits until it has begun to write.
fn begun(sandbox: &Sandbox, arguments: &[&str], folder: &Path) -> Child {
    let mut command = sandbox.command();
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command can be started");
    while unfinished(folder).is_empty() {
        assert!(child.try_wait().expect("it is our child").is_none(), "it ended before it wrote");
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

/// Names of the unfinished files in a folder.
fn unfinished(folder: &Path) -> Vec<String> {
    let found = fs::read_dir(folder).expect("the folder can be read").flatten();
    found
        .map(|found| found.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".akam-"))
        .collect()
}

fn ended(child: Child) -> Said {
    let output = child.wait_with_output().expect("it is our child");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal could not be sent");
}

fn is_broken_off(sandbox: &Sandbox, name: &str, code: i32, why: &str) {
    let before = state(sandbox.root());
    let child = begun(sandbox, &["pack"], sandbox.root());
    signal(&child, name);
    ended(child).expect(code, &["error:", why]);
    assert!(state(sandbox.root()) == before, "something was left behind");
}

#[test]
fn whoever_breaks_off_packing_finds_everything_as_it_was() {
    let sandbox = with_recording(600);
    is_broken_off(&sandbox, "-INT", 130, "stopped with Ctrl-C");
    is_broken_off(&sandbox, "-TERM", 143, "stopped by a request to end");
}

#[test]
fn whoever_breaks_off_packing_again_keeps_the_archive_of_before() {
    let sandbox = with_recording(600);
    fs::write(sandbox.path(ARCHIVE), "an older one").expect("the file can be written");
    let child = begun(&sandbox, &["pack", "--force"], sandbox.root());
    signal(&child, "-INT");
    ended(child).expect(130, &["stopped with Ctrl-C"]);
    assert_eq!(sandbox.read(ARCHIVE), "an older one");
}

#[test]
fn whoever_breaks_off_copying_has_attached_nothing() {
    let sandbox = with_file("minutes.txt");
    let file = File::create(sandbox.path("../recording.mp4")).expect("the file can be made");
    file.set_len(1 << 30).expect("the file can have holes");
    let before = state(sandbox.root());
    let folder = sandbox.path("1.D.3-customer-plan/artefacts");
    let child = begun(&sandbox, &["attach", "../recording.mp4", "--to", "1.D.3"], &folder);
    signal(&child, "-TERM");
    ended(child).expect(143, &["stopped by a request to end"]);
    assert!(state(sandbox.root()) == before, "something was left behind");
}

const REQUEST: [&str; 7] = [
    "sign-off",
    "request",
    "--name=Maria Lind",
    "--role=Sales director",
    "--organisation=Nordvik AS",
    "--relation=line-manager",
    "--observed=since 2022-04",
];

/// Breaks off a request with Ctrl-C at a call to the system, and says what then lies in the portfolio that did not before.
#[cfg(target_os = "linux")]
fn left_of_request(faults: &[&str], more: &[&str]) -> Vec<PathBuf> {
    let sandbox = Sandbox::complete().remove("sign-offs");
    let before = everything(sandbox.root());
    let said = sandbox.run(sandbox.command_with_faults(faults).args(REQUEST).args(more));
    said.expect(130, &["stopped with Ctrl-C; nothing unfinished is left"]);
    let now = everything(sandbox.root());
    now.into_iter().filter(|path| !before.contains(path)).filter_map(|path| named(&path, &sandbox)).collect()
}

/// The path below the portfolio; nothing where it is a folder that is there in any case.
fn named(path: &Path, sandbox: &Sandbox) -> Option<PathBuf> {
    let path = path.strip_prefix(sandbox.root()).expect("it was found there");
    (path != Path::new("sign-offs")).then(|| path.to_owned())
}

/// Every file and folder below a folder.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for found in fs::read_dir(folder).expect("the folder can be read").flatten() {
        if found.path().is_dir() {
            all.extend(everything(&found.path()));
        }
        all.push(found.path());
    }
    all
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn whoever_breaks_off_a_request_has_no_file_to_mail_that_is_recorded_nowhere() {
    // What is to be mailed is complete when the folder of the records is made. What comes after takes its time, so that the
    // signal is heard before.
    let faults = ["mkdir:signal=INT:when=1", "renameat2:delay_enter=500000"];
    assert_eq!(left_of_request(&faults, &["1.D.3", "--zip"]), Vec::<PathBuf>::new());
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn a_request_makes_no_folder_any_more_once_it_is_broken_off() {
    for folder in 1..7 {
        // More folders would be made after all was removed and before the run has ended.
        let signal = format!("mkdir:signal=INT:delay_exit=30000:when={folder}+");
        let faults = [signal.as_str(), "ioctl:delay_enter=300000"];
        assert_eq!(left_of_request(&faults, &[]), Vec::<PathBuf>::new(), "broken off at the folder {folder}");
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn a_request_that_is_kept_is_kept_whole_when_it_is_broken_off() {
    for call in 1..60 {
        let sandbox = Sandbox::complete().remove("sign-offs");
        let fault = format!("fsync:signal=INT:when={call}");
        let said = sandbox.run(sandbox.command_with_faults(&[&fault]).args(REQUEST).arg("1.D.3"));
        let mailed = sandbox.path("akam-sign-off-ingrid-solberg-2026-11-22-line-manager").exists();
        let kept = sandbox.path("sign-offs/2026-11-22-line-manager").exists();
        assert_eq!(mailed, kept, "one was taken back and not the other, after {call} files: {}", said.err);
        if said.code == 0 {
            return;
        }
    }
    panic!("a request syncs more than that");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn whoever_breaks_off_too_late_is_told_what_is_written() {
    for _ in 0..30 {
        let sandbox = Sandbox::complete();
        // While the archive gets its name, no signal is heard.
        let fault = "renameat2:signal=INT:when=1";
        let said = sandbox.run(sandbox.command_with_faults(&[fault]).args(["pack", "--only", "1.D.3"]));
        sandbox.akam(&["verify", "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip"]).expect(0, &["all as listed"]);
        // It may have been done before the signal was heard: then nothing was broken off.
        if said.code != 0 {
            said.expect(130, &["stopped with Ctrl-C", "trial-1.D.3.zip` was written before"]);
            return;
        }
    }
    panic!("no signal was heard in time");
}

#[test]
fn what_a_killed_run_left_behind_is_removed_by_the_next_one_after_a_day() {
    let sandbox = with_recording(600);
    let child = begun(&sandbox, &["pack"], sandbox.root());
    signal(&child, "-KILL");
    ended(child);
    let left = unfinished(sandbox.root());
    assert_eq!(left.len(), 1, "{left:?}");
    let sandbox = sandbox.write(RECORDING, "x").write(".akam-notes.tmp", "mine");
    let said = sandbox.akam(&["pack", "--force"]).expect(0, &["packed"]);
    assert!(!said.out.contains("left behind"), "it may belong to a run that goes on: {}", said.out);
    for name in [left[0].as_str(), ".akam-notes.tmp"] {
        let aged = Command::new("touch").args(["-d", "2 days ago"]).arg(sandbox.path(name)).status();
        assert!(aged.is_ok_and(|status| status.success()));
    }
    sandbox.akam(&["pack", "--force"]).expect(0, &["removed 1 unfinished file that an earlier run had left behind"]);
    assert_eq!(unfinished(sandbox.root()), [".akam-notes.tmp"], "a file of the user's own is not akam's to remove");
}

#[test]
fn more_than_any_reader_would_take_is_refused_before_anything_is_written() {
    let sandbox = with_recording(9 << 10);
    let most = "9.6 GB are more than an archive may hold: at most 8.5 GB";
    sandbox.akam(&["pack"]).expect(2, &[most, "the largest files first"]);
    assert!(!sandbox.path(ARCHIVE).exists() && unfinished(sandbox.root()).is_empty());
}

#[test]
#[ignore = "needs other people's tools"]
fn of_two_packs_at_once_one_wins_and_the_other_says_so() {
    let sandbox = with_recording(64);
    let runs = [(); 2].map(|()| begun(&sandbox, &["pack"], sandbox.root()));
    let said = runs.map(ended);
    let mut codes = [said[0].code, said[1].code];
    codes.sort_unstable();
    assert_eq!(codes, [0, 2], "{}{}", said[0].err, said[1].err);
    assert!(said.iter().any(|said| said.err.contains("is there already")), "{}{}", said[0].err, said[1].err);
    sandbox.akam(&["verify", ARCHIVE]).expect(0, &["all as listed"]);
    tools::unzip_test(&sandbox.path(ARCHIVE)).assert_accepted();
    assert!(unfinished(sandbox.root()).is_empty());
}

#[test]
fn what_is_saved_once_while_it_is_packed_is_packed_as_it_was_saved() {
    let sandbox = with_recording(200);
    let child = begun(&sandbox, &["pack"], sandbox.root());
    let sandbox = sandbox.append("2.D.2-selling/evidence.md", "\nSaved meanwhile.\n");
    ended(child).expect(0, &["packed"]);
    let files = crate::zips::files(&sandbox.path(ARCHIVE));
    let (_, document) =
        files.iter().find(|(name, _)| name.ends_with("2.D.2-selling/evidence.md")).expect("it is in it");
    assert!(document.ends_with(b"\nSaved meanwhile.\n"), "an older state was packed");
}

#[test]
fn what_is_written_to_all_the_time_is_named_and_not_packed() {
    let sandbox = registered(with_recording(200), "log.txt").write("2.D.2-selling/artefacts/log.txt", "begin\n");
    let (log, packed) = (sandbox.path("2.D.2-selling/artefacts/log.txt"), AtomicBool::new(false));
    let said = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !packed.load(Ordering::SeqCst) {
                let mut file = File::options().append(true).open(&log).expect("the file is there");
                file.write_all(b"one more line\n").expect("the file can be written");
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let said = sandbox.akam(&["pack"]);
        packed.store(true, Ordering::SeqCst);
        said
    });
    said.expect(
        2,
        &["`2.D.2-selling/artefacts/log.txt` changed while it was being packed", "pack again when it is saved"],
    );
    assert!(!sandbox.path(ARCHIVE).exists() && unfinished(sandbox.root()).is_empty(), "something was left behind");
}

#[test]
#[ignore = "needs other people's tools"]
fn what_takes_longer_than_a_second_shows_how_far_it_is_on_a_terminal_and_nowhere_else() {
    let sandbox = with_recording(1500);
    let said = sandbox.akam_asking(&[], &["pack"]).expect(0, &["packing", "of 61 files", "of 1.57 GB", "left"]);
    assert!(said.out.contains(ARCHIVE), "{}", said.out);
    let said = sandbox.akam(&["pack", "--force"]).expect(0, &["packed"]);
    assert_eq!(said.err, "", "a pipe is told how far it is");
}

#[test]
fn a_file_that_lies_in_the_cloud_only_is_named_with_what_to_do() {
    let sandbox = Sandbox::agreed().rename(
        "1.D.3-customer-plan/artefacts/account-plan.docx",
        "1.D.3-customer-plan/artefacts/.account-plan.docx.icloud",
    );
    let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &["it is only in the cloud", "download it first"]);
    assert!(said.out.contains("1.D.3-customer-plan/artefacts/account-plan.docx"), "{}", said.out);
    sandbox.akam(&["pack", "--draft"]).expect(1, &["it is only in the cloud", "not even a draft"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn one_core_gives_the_same_bytes_as_all() {
    let text: String = (0..60_000).map(|line| format!("{line}, {}\n", line * 7919 % 1013)).collect();
    let large = text.repeat(20);
    let portfolio = || {
        ["small.csv", "large.csv", "noise.bin"]
            .into_iter()
            .fold(Sandbox::agreed(), registered)
            .write("2.D.2-selling/artefacts/small.csv", &text)
            .write("2.D.2-selling/artefacts/large.csv", &large)
            .write("2.D.2-selling/artefacts/noise.bin", noise(300_000))
    };
    let (one, all) = (portfolio(), portfolio());
    all.akam(&["pack"]).expect(0, &["packed"]);
    let mut pinned = Command::new("taskset");
    pinned.args(["-c", "0", env!("CARGO_BIN_EXE_akam"), "pack", "--draft"]).current_dir(one.root());
    one.run(pinned.env("SOURCE_DATE_EPOCH", crate::sandbox::DAY)).expect(0, &["packed"]);
    let bytes = |sandbox: &Sandbox| fs::read(sandbox.path(ARCHIVE)).expect("it is there");
    assert!(bytes(&one) == bytes(&all), "the bytes differ");
    tools::unzip_test(&all.path(ARCHIVE)).assert_accepted();
    assert!(bytes(&all).len() < large.len() * 2 / 3, "text was stored as it is");
}

#[test]
#[ignore = "needs other people's tools"]
fn a_dump_of_nothing_but_zeros_is_stored_so_that_its_archive_is_no_bomb() {
    let sandbox = registered(Sandbox::agreed(), "dump.csv");
    let sandbox = sandbox.write("2.D.2-selling/artefacts/dump.csv", vec![b'0'; 40 << 20]);
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let said = sandbox.akam(&["verify", ARCHIVE]).expect(0, &["all as listed"]);
    assert!(!said.out.contains("archive-bomb"), "{}", said.out);
    tools::unzip_test(&sandbox.path(ARCHIVE)).assert_accepted();
}

/// Bytes that nothing makes smaller.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| next()).collect()
}
