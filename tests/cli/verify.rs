//! `akam verify`: what an assessor is told about an archive.
#![allow(clippy::disallowed_methods, reason = "tests break archives")]

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::tools;
use crate::zips::{ARCHIVE, assemble, changed, files, packed};

#[test]
fn an_untouched_archive_is_what_was_packed() {
    let said = packed().akam(&["verify", ARCHIVE]);
    assert_eq!(said.code, 0);
    assert_data_eq!(
        said.out,
        str![[r#"
akam-ingrid-solberg-2026-11-22.zip
this is what was packed on 2026-11-22: [..] files, all as listed
candidate: Ingrid Solberg
evidence: 12 of 12 ready, 11 signed (e-mail, signed PDF), 1 exception
submission id [..]

no findings
next: compare the submission id with the candidate's, then open
00-START-HERE.html

"#]]
    );
}

#[test]
fn one_changed_byte_of_any_file_is_found_and_the_file_named() {
    let sandbox = packed();
    let all = files(&sandbox.path(ARCHIVE));
    assert!(all.len() > 50);
    for (index, (name, bytes)) in all.iter().enumerate() {
        let mut twisted = all.clone();
        twisted[index].1[bytes.len() / 2] ^= 1;
        let path = assemble(&sandbox.path(ARCHIVE), &twisted);
        let short = name.split_once('/').expect("all lies in one folder").1;
        let said = sandbox.akam(&["verify", &path.to_string_lossy()]);
        said.expect(1, &["do not rely on this archive", short]);
    }
}

#[test]
fn a_byte_changed_in_the_archive_itself_is_found_and_the_file_named() {
    let sandbox = packed();
    let original = fs::read(sandbox.path(ARCHIVE)).expect("the archive is there");
    for name in ["data/1.D.3-customer-plan/evidence.md", "data/1.D.1-knowledge-of-own-company/artefacts/organogram.png"]
    {
        let full = format!("akam-ingrid-solberg-2026-11-22/{name}");
        let at = original.windows(full.len()).position(|window| window == full.as_bytes()).expect("the name is there");
        let mut bytes = original.clone();
        bytes[at + full.len() + 500] ^= 1;
        fs::write(sandbox.path("changed.zip"), bytes).expect("the archive can be written");
        sandbox
            .akam(&["verify", "changed.zip"])
            .expect(1, &["1 file was changed after packing", &format!("--> {name}\n")]);
    }
}

#[test]
fn changed_missing_and_added_files_are_each_named() {
    let sandbox = packed();
    let path = changed(&sandbox.path(ARCHIVE), |files| {
        files.retain(|(name, _)| !name.ends_with("trial-report.pdf"));
        for (_, bytes) in files.iter_mut().filter(|(name, _)| name.ends_with("2.D.2-selling/evidence.md")) {
            *bytes = String::from_utf8_lossy(bytes).replacen("2024", "2025", 1).into_bytes();
        }
        let top = files[0].0.split('/').next().expect("there is a folder").to_owned();
        files.push((format!("{top}/data/2.D.2-selling/artefacts/praise.txt"), b"Very good.".to_vec()));
        files.push((format!("{top}/READ-ME-FIRST.txt"), b"Trust me.".to_vec()));
    });
    let said = sandbox.akam(&["verify", &path.to_string_lossy()]);
    assert_eq!(said.code, 1);
    assert_data_eq!(
        said.out,
        str![[r#"
[TOP]/complete/changed.zip
do not rely on this archive: 1 file was changed after packing, 1 file is
missing, 2 files were added after packing
submission id [..]

error[archive-missing]: packed, but no longer in the archive
--> data/2.D.1-product-service-and-application-knowledge/artefacts/trial-report.pdf

error[archive-changed]: changed after packing: it does not match its line in
  `manifest-sha256.txt`
--> data/2.D.2-selling/evidence.md

error[archive-unlisted]: not there when the archive was packed
--> data/2.D.2-selling/artefacts/praise.txt

error[archive-unlisted]: not there when the archive was packed
--> READ-ME-FIRST.txt

4 errors
next: ask the candidate for the original, and compare the submission id

"#]]
    );
}

#[test]
fn several_archives_get_a_line_each_and_one_bad_one_fails_all() {
    let sandbox = packed();
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    let trial = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";
    sandbox.akam(&["verify", ARCHIVE, trial]).expect(0, &["all 2 archives hold what their own lists say"]);
    let sandbox = sandbox.write("broken.zip", "PK and nothing else, but long enough to look at");
    let said = sandbox.akam(&["verify", ARCHIVE, "broken.zip", "nowhere.zip", trial]);
    assert_eq!(said.code, 1);
    assert_data_eq!(
        said.out,
        str![[r#"
ok      akam-ingrid-solberg-2026-11-22.zip: Ingrid Solberg, final, 12 of 12 ready, 11 signed (e-mail, signed PDF), 1 exception, id [..]
FAILED  broken.zip: this is not a ZIP archive, or part of it is missing
FAILED  nowhere.zip: cannot be read: No such file or directory (os error 2)
ok      akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip: Ingrid Solberg, trial, 1 of 1 ready, 0 signed, id [..]

2 of 4 archives failed
next: `akam verify FILE` shows what is wrong with one

"#]]
    );
}

#[test]
fn what_is_no_archive_or_not_there_is_told_from_a_bad_one() {
    let sandbox = packed().write("empty.zip", "");
    sandbox.akam(&["verify", "nothing.zip"]).expect(2, &["cannot read `nothing.zip`"]);
    for name in ["portfolio.toml", "empty.zip"] {
        let said = sandbox.akam(&["verify", name]).expect(1, &["archive-malformed", "or part of it is missing"]);
        assert!(!said.out.contains("do not rely"), "{}", said.out);
    }
    sandbox.akam(&["verify", "1.D.3-customer-plan"]).expect(2, &["there is no archive in `1.D.3-customer-plan`"]);
    sandbox.akam(&["verify"]).expect(2, &["no archive is named"]);
}

#[test]
fn the_rules_are_looked_at_inside_a_draft() {
    let sandbox = Sandbox::complete().append("1.D.3-customer-plan/evidence.md", "\nTODO: the forecast for 2027.\n");
    sandbox.akam(&["check"]).expect(1, &["help: undo the change, or ask again with `akam sign-off request 1.D.3`"]);
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    let said = sandbox.akam(&["verify", "akam-ingrid-solberg-2026-11-22-DRAFT.zip"]).expect(
        1,
        &["all as listed", "warning[archive-draft]", "error[document-prompt-left]", "evidence is not complete"],
    );
    assert!(said.out.contains("[sign-off-") && !said.out.contains("`akam "), "{}", said.out);
}

#[test]
#[ignore = "needs other people's tools"]
fn programs_read_the_verdict_in_the_described_shape() {
    let sandbox = packed();
    let path = changed(&sandbox.path(ARCHIVE), |files| {
        let info = files.iter_mut().find(|(name, _)| name.ends_with("/bag-info.txt")).expect("there is one");
        info.1 = String::from_utf8_lossy(&info.1).replace("Akam-Status", "Akam-Statut").into_bytes();
    });
    let path = path.to_string_lossy();
    let said = sandbox.akam(&["verify", "--format", "json", ARCHIVE, &path]);
    assert_eq!(said.code, 1);
    let sandbox = sandbox.write("../verify.json", &said.out);
    let schema = sandbox.akam(&["verify", "--format", "json-schema"]).expect(0, &["akam verify"]);
    let sandbox = sandbox.write("../schema.json", &schema.out);
    tools::json_schema(&sandbox.path("../schema.json"), &sandbox.path("../verify.json")).assert_accepted();
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
    assert_eq!(json["archives"][0]["passed"], true);
    assert_eq!(json["archives"][0]["status"], "final");
    assert_eq!(json["archives"][1]["passed"], false);
    assert_eq!(json["archives"][1]["findings"][0]["rule"], "archive-changed");
}

#[test]
fn verifying_writes_nothing() {
    let sandbox = packed();
    let before = sandbox.snapshot();
    sandbox.akam(&["verify", ARCHIVE]).expect(0, &["all as listed"]);
    assert!(sandbox.snapshot() == before, "something was written");
}
