//! The `archive-` rules: damaged, dangerous and dishonest archives.
#![allow(clippy::disallowed_methods, reason = "tests break archives")]

use std::fs;

use crate::builder::{Zip, bag};
use crate::sandbox::{Said, Sandbox};
use crate::zips::{ARCHIVE, changed, packed, patched};

/// What is said of the archive after a function changed its files.
fn after(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Said {
    let sandbox = packed();
    changed(&sandbox.path(ARCHIVE), change);
    sandbox.akam(&["verify", "changed.zip"])
}

/// What is said of the archive after its bytes were changed.
fn after_bytes(change: impl FnOnce(&mut Vec<u8>)) -> Said {
    let sandbox = packed();
    let mut bytes = fs::read(sandbox.path(ARCHIVE)).expect("the archive is there");
    change(&mut bytes);
    fs::write(sandbox.path("changed.zip"), bytes).expect("the archive can be written");
    sandbox.akam(&["verify", "changed.zip"])
}

/// What is said of the archive after a name in it was written over.
fn after_renaming(from: &str, to: &str) -> Said {
    let sandbox = packed();
    patched(&sandbox.path(ARCHIVE), from.as_bytes(), to.as_bytes());
    sandbox.akam(&["verify", "changed.zip"])
}

#[test]
fn what_stands_before_behind_or_between_makes_an_archive_malformed() {
    after_bytes(|bytes| bytes.push(0)).expect(1, &["error[archive-malformed]", "something follows its end"]);
    after_bytes(|bytes| bytes.insert(0, 0)).expect(1, &["error[archive-malformed]"]);
    after_bytes(|bytes| bytes.truncate(bytes.len() - 1)).expect(1, &["error[archive-malformed]"]);
    after_bytes(|bytes| bytes.truncate(bytes.len() / 2)).expect(1, &["error[archive-malformed]"]);
    after_bytes(Vec::clear).expect(1, &["not a ZIP archive"]);
}

#[test]
fn an_entry_that_says_one_thing_here_and_another_there_makes_an_archive_malformed() {
    let said = after_bytes(|bytes| {
        let end = &bytes[bytes.len() - 22..];
        let directory = u32::from_le_bytes([end[16], end[17], end[18], end[19]]);
        // The checksum; `hostile` changes every field.
        bytes[directory as usize + 16] ^= 1;
    });
    said.expect(1, &["error[archive-malformed]", "its two records contradict each other", "00-START-HERE.html"]);
}

#[test]
fn a_name_that_leads_elsewhere_is_unsafe() {
    let name = "akam-ingrid-solberg-2026-11-22/HOW-TO-CHECK.txt";
    // `hostile_names` has them all.
    for other in
        ["akam-ingrid-solberg-2026-11-22/../../CHECK.txt.", "akam-ingrid-solberg-2026-11-22/HOW-TO-CHECK\x1btxt"]
    {
        let said = after_renaming(name, other).expect(1, &["error[archive-unsafe-name]", "do not rely"]);
        assert!(!said.out.contains('\u{1b}'), "a control character was printed");
    }
}

#[test]
fn two_names_that_are_one_on_some_system_are_ambiguous() {
    after(|files| {
        let (name, bytes) = files[1].clone();
        files.push((name.to_lowercase(), bytes));
    })
    .expect(1, &["error[archive-ambiguous]", "one and the same on some system"]);
}

#[test]
fn a_file_that_grows_out_of_all_proportion_is_a_bomb() {
    after(|files| {
        let name = files[0].0.replace("00-START-HERE.html", "data/zeros.bin");
        files.push((name, vec![0; 40 << 20]));
    })
    .expect(1, &["error[archive-bomb]", "zeros.bin", "do not rely"]);
}

#[test]
fn a_rewritten_list_does_not_hide_a_change() {
    let said = after(|files| {
        let list = files.iter().position(|(name, _)| name.ends_with("/manifest-sha256.txt")).expect("there is one");
        files[list].1.reverse();
    });
    said.expect(1, &["error[archive-changed]", "manifest-sha256.txt", "cannot be read"]);
}

#[test]
fn a_list_that_is_gone_is_missing_and_what_it_listed_is_still_told_from_what_was_added() {
    after(|files| files.retain(|(name, _)| !name.ends_with("/tagmanifest-sha256.txt")))
        .expect(1, &["error[archive-missing]", "tagmanifest-sha256.txt"]);
    after(|files| files.push((format!("{}x", files[0].0), Vec::new())))
        .expect(1, &["error[archive-unlisted]", "00-START-HERE.htmlx"]);
}

#[test]
fn the_files_in_an_archive_of_another_program_are_told_from_the_original() {
    let sandbox = packed();
    let path = changed(&sandbox.path(ARCHIVE), |files| files.reverse());
    let said = sandbox.akam(&["verify", &path.to_string_lossy()]);
    said.expect(
        0,
        &["warning[archive-repacked]", "another order", "another program has packed them again", "1 warning"],
    );
    let said = sandbox.akam(&["verify", ARCHIVE, "changed.zip"]);
    said.expect(0, &["packed again by another program"]);
}

#[test]
fn a_name_that_a_program_may_take_for_something_else_is_told() {
    let zip = Zip::of(&bag(&[("data/=1+1.csv", b"1".to_vec()), ("data/a\u{ff0f}b.md", b"2".to_vec())]));
    let sandbox = Sandbox::empty().write("odd.zip", zip.build().bytes);
    let said = sandbox.akam(&["verify", "odd.zip"]);
    let found = said.found("archive-odd-name");
    assert!(found.contains("=1+1.csv") && found.contains("looks like part of a path"), "{found}");
}

#[test]
fn a_draft_is_a_warning() {
    let sandbox = Sandbox::complete().edit("portfolio.toml", "Ingrid Solberg", "");
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed akam-candidate-2026-11-22-DRAFT.zip"]);
    sandbox.akam(&["verify", "akam-candidate-2026-11-22-DRAFT.zip"]).expect(1, &["warning[archive-draft]"]);
}

#[cfg(unix)]
#[test]
fn a_file_as_large_as_a_disk_takes_no_memory_for_its_size() {
    let sandbox = Sandbox::empty();
    let file = fs::File::create(sandbox.path("huge.zip")).expect("the file can be made");
    file.set_len(200 << 30).expect("a file of nothing takes no room");
    let mut limited = std::process::Command::new("sh");
    let akam = env!("CARGO_BIN_EXE_akam");
    limited.args(["-c", &format!("ulimit -v 2000000; '{akam}' verify huge.zip")]).current_dir(sandbox.root());
    sandbox.run(&mut limited).expect(1, &["error[archive-malformed]", "not a ZIP archive"]);
}
