//! Packing from a disk that fails to give something: whatever it is, the file is named, or the archive is whole.
//!
//! A few of the places are tried in each test run; `AKAM_TEST_FAULTS=all` tries every one.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, reason = "tests read what strace wrote")]

use std::collections::{BTreeMap, BTreeSet};

use crate::faults::{Place, chosen, run_traced};
use crate::sandbox::Sandbox;

/// Calls by which a run reads.
const READING: [&str; 6] = ["read", "pread64", "openat", "openat2", "getdents64", "readv"];

const TRIAL: &str = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";
const DRAFT: &str = "akam-ingrid-solberg-2026-11-22-DRAFT.zip";

/// Makes each reading call of a run that packs fail once.
fn fail(before: fn() -> Sandbox, arguments: &[&str], archive: &str) {
    for (call, number) in chosen(&places(&before(), arguments)) {
        let sandbox = before();
        let fault = format!("inject={call}:error=EIO:when={number}");
        let said = run_traced(&sandbox, arguments, &READING, &["-e", &fault]);
        if said.code == 0 {
            let verified = sandbox.akam(&["verify", archive]);
            assert!(verified.out.contains("this is what was packed"), "{fault}\n{}", verified.out);
            assert!(!verified.out.contains("error[archive-"), "{fault}\n{}", verified.out);
            continue;
        }
        assert_eq!(said.code, 2, "{fault}\n{}{}", said.out, said.err);
        assert!(said.err.contains("os error 5"), "{fault} was not reported with its cause: {}", said.err);
        assert!(said.err.contains('`') || said.err.contains("this folder"), "{fault} names nothing: {}", said.err);
        let is_there = sandbox.path(archive).exists();
        assert!(!is_there || said.err.contains("is written, but"), "{fault} left an archive: {}", said.err);
    }
}

/// The places where a command reads once its program runs, seen in a run without faults.
fn places(sandbox: &Sandbox, arguments: &[&str]) -> BTreeSet<Place> {
    let log = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    let path = log.path().to_str().expect("temporary files have plain names");
    run_traced(sandbox, arguments, &READING, &["-o", path]).expect(0, &["packed"]);
    let text = std::fs::read_to_string(&log).expect("strace writes what it saw");
    let (mut places, mut seen, mut of_start) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
    // Before the program itself runs, the loader opens and reads what it is linked with.
    let is_of_loader =
        |line: &str| ["\"/etc/ld.so", "\"/lib", "\"/usr/lib", "\\177ELF"].iter().any(|it| line.contains(it));
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|line| is_of_loader(line)).map_or(0, |last| last + 1);
    let begun = last + lines[last..].iter().take_while(|line| line.contains(" pread64(")).count();
    for (at, line) in lines.iter().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let call = rest.trim_start().split_once('(').map(|it| it.0);
        // What was begun in one line is finished in another.
        let Some(call) = call.filter(|call| !call.starts_with('<')) else { continue };
        let number: &mut usize = seen.entry((thread, call)).or_default();
        *number += 1;
        if at < begun {
            of_start.insert(call, *number);
        }
        places.insert((call.to_owned(), *number));
    }
    // Calls are counted in each thread: the first ones of any would fail in the loader.
    places.retain(|(call, number)| of_start.get(call.as_str()).is_none_or(|of_start| number > of_start));
    assert!(places.len() > 10, "strace saw no reading calls:\n{text}");
    places
}

#[test]
#[ignore = "needs other people's tools"]
fn packing_from_a_disk_that_fails_once_names_the_file_or_packs_all() {
    fail(Sandbox::complete, &["pack", "--only", "1.D.3"], TRIAL);
}

#[test]
#[ignore = "needs other people's tools"]
fn packing_a_draft_from_a_disk_that_fails_once_leaves_nothing_out() {
    let drafted = || {
        let sandbox = Sandbox::complete().write("private/names.toml", "[names]\n\"Fjellmeieriet\" = \"Customer A\"\n");
        sandbox.append("1.D.3-customer-plan/evidence.md", "\nTODO: the forecast for 2027.\n")
    };
    fail(drafted, &["pack", "--draft"], DRAFT);
}
