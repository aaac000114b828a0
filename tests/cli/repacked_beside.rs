//! Archives that people packed again with what was beside the files: what their systems left beside the files is named and
//! left aside, and nothing else is taken for it.
#![allow(clippy::disallowed_methods, reason = "tests pack archives again")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::builder::{Entry, Zip};
use crate::sandbox::{Said, Sandbox};
use crate::zips::{ARCHIVE, files, packed};

/// Word's owner file: the length of a name, the name, the same in two bytes a letter, and nothing.
fn owner_file() -> Vec<u8> {
    let mut bytes = [&[8][..], b"Ann Berg"].concat();
    bytes.resize(162, 0);
    bytes
}

/// A sandbox with an archive, unpacked beside it with these files among its own, below its one folder.
fn unpacked_with(beside: &[(&str, &[u8])]) -> (Sandbox, PathBuf) {
    let sandbox = packed();
    let unzip = Command::new("unzip").arg("-q").arg(sandbox.path(ARCHIVE)).current_dir(sandbox.top()).status();
    assert!(unzip.is_ok_and(|status| status.success()), "unzip unpacks what akam packed");
    let folder = sandbox.top().join(ARCHIVE.trim_end_matches(".zip"));
    for (path, bytes) in beside {
        fs::write(folder.join(path), bytes).expect("the folder is ours");
    }
    (sandbox, folder)
}

/// What is said of the folder after a program has packed it again.
fn packed_by(how: &str, beside: &[(&str, &[u8])]) -> Said {
    let (sandbox, folder) = unpacked_with(beside);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/tools/pack_again.py");
    let name = folder.file_name().expect("the folder has a name");
    let mut python = Command::new("python3");
    let packed = sandbox.run(python.arg(script).arg(how).arg(name).arg("again.zip").current_dir(sandbox.top()));
    packed.expect(0, &[]);
    sandbox.akam(&["verify", "../again.zip"])
}

const STORE: &[u8] = b"\0\0\0\x01Bud1\0\0\x10\0\0\0\x08\0";
const THUMBS: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0";

#[test]
#[ignore = "needs other people's tools"]
fn what_windows_leaves_beside_the_files_is_packed_again_and_no_tampering() {
    let said = packed_by("explorer", &[]).expect(0, &["another program has packed them again"]);
    assert_eq!(said.rules(), ["archive-repacked"]);
    let owner = owner_file();
    let beside = [
        ("data/1.D.3-customer-plan/artefacts/~$count-plan.docx", &owner[..]),
        ("data/1.D.1-knowledge-of-own-company/artefacts/Thumbs.db", THUMBS),
        ("desktop.ini", b"[ViewState]\r\nMode=\r\nVid=\r\n"),
    ];
    let said = packed_by("explorer", &beside).expect(0, &["not counted are files", "Thumbs.db"]);
    assert_eq!(said.rules(), ["archive-repacked"]);
    assert!(said.out.contains("~$count-plan.docx") && said.out.contains("desktop.ini"), "{}", said.out);
}

#[test]
#[ignore = "needs other people's tools"]
fn what_macos_leaves_beside_the_files_is_packed_again_and_no_tampering() {
    let beside = [(".DS_Store", STORE), ("data/.DS_Store", STORE)];
    let said = packed_by("archive_utility", &beside);
    let said = said.expect(0, &["not counted are files", ".DS_Store", "and 80 more"]);
    assert_eq!(said.rules(), ["archive-repacked"]);
    let lock = b",ann,laptop,22.11.2026 12:00,file:///home/ann/.config/libreoffice/4;";
    packed_by("archive_utility", &[("data/.~lock.evidence.odt#", lock)]).expect(0, &[".~lock.evidence.odt#"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn what_is_only_called_so_is_a_file_that_was_added() {
    let owner = owner_file();
    for (path, bytes) in [
        ("data/Thumbs.db", &b"MZ\x90\0\x03\0\0\0"[..]),
        ("data/.DS_Store", b"#!/bin/sh\ntouch x\n"),
        ("data/desktop.ini", b"[.ShellClassInfo]\r\nIconFile=\\\\x.example\\a.ico\r\n"),
        ("data/~$setup.exe", &owner[..]),
        ("data/~$plan.docx", &owner[..100]),
        ("data/._plan.docx", b"<script>alert(1)</script>"),
        ("data/notes.txt", b"x"),
    ] {
        let said = packed_by("explorer", &[(path, bytes)]);
        said.expect(1, &["error[archive-unlisted]", path, "do not rely on this archive"]);
    }
}

#[test]
fn nothing_is_left_aside_in_an_archive_of_akams_own() {
    let sandbox = packed();
    let all = files(&sandbox.path(ARCHIVE));
    let top = ARCHIVE.trim_end_matches(".zip");
    let zip = Zip::of(&all);
    let own = zip.with(|zip| {
        let name = format!("{top}/data/.DS_Store");
        let at = zip.entries.partition_point(|entry| entry.name < name.clone().into_bytes());
        zip.entries.insert(at.min(zip.entries.len() - 2), Entry::file(&name, STORE));
    });
    let sandbox = sandbox.write("own.zip", own);
    sandbox.akam(&["verify", "own.zip"]).expect(1, &["error[archive-unlisted]", "data/.DS_Store"]);
    let other = zip.with(|zip| {
        let entry = Entry { made_by: 20, attributes: 0x20, ..Entry::file(&format!("{top}/data/.DS_Store"), STORE) };
        zip.entries.push(entry);
    });
    let sandbox = sandbox.write("other.zip", other);
    sandbox.akam(&["verify", "other.zip"]).expect(1, &["error[archive-malformed]", "added or changed after packing"]);
}

#[test]
fn what_is_left_aside_is_in_no_list_of_files() {
    let sandbox = packed();
    let path = crate::zips::relisted(&sandbox.path(ARCHIVE), |top, files| {
        files.push((format!("{top}data/.DS_Store"), STORE.to_vec()));
    });
    let listed = files(&path);
    let again = Zip::of(&listed).with_each(|entry| (entry.made_by, entry.attributes) = (20, 0x20));
    let sandbox = sandbox.write("again.zip", again);
    sandbox.akam(&["verify", "again.zip"]).expect(1, &["error[archive-missing]", "data/.DS_Store"]);
}

#[test]
fn a_folder_that_got_a_number_is_the_same_folder_and_any_other_name_is_not() {
    let renamed = |top: &str| {
        let sandbox = packed();
        let mut all = files(&sandbox.path(ARCHIVE));
        for (name, _) in &mut all {
            *name = name.replacen(ARCHIVE.trim_end_matches(".zip"), top, 1);
        }
        let again = Zip::of(&all).with_each(|entry| (entry.made_by, entry.attributes) = (20, 0x20));
        sandbox.write("again.zip", again).akam(&["verify", "again.zip"])
    };
    let top = ARCHIVE.trim_end_matches(".zip");
    assert_eq!(renamed(&format!("{top} (1)")).expect(0, &[]).rules(), ["archive-repacked"]);
    for other in ["evidence".to_owned(), format!("{top}-APPROVED"), top.replace("ingrid", "astrid")] {
        renamed(&other).expect(1, &["error[archive-malformed]", "its one folder is called"]);
    }
}
