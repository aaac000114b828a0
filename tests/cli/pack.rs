//! `akam pack`: what is in the archive, what is not, and what others' tools say of it.
#![allow(clippy::disallowed_methods, reason = "tests break what they unpacked")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Sandbox, copy, examples};
use crate::tools;
use crate::zips::{ARCHIVE, files, packed};

/// The archive's one folder, unpacked by Info-ZIP below the sandbox.
fn unpacked(sandbox: &Sandbox, archive: &str) -> PathBuf {
    let target = sandbox.top().join("unpacked");
    fs::create_dir_all(&target).expect("the folder can be made");
    tools::unzip_into(&sandbox.path(archive), &target).assert_accepted();
    target.join(archive.trim_end_matches(".zip"))
}

/// Changes one byte of a file.
fn change(path: &Path) {
    let mut bytes = fs::read(path).expect("the file can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("the file can be written");
}

#[test]
fn a_finished_portfolio_is_packed_and_the_next_step_is_told() {
    let said = Sandbox::complete().akam(&["pack"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_data_eq!(
        said.out,
        str![[r#"
packed akam-ingrid-solberg-2026-11-22.zip
  12 competencies, 81 files, 1.4 MB
  left out: 3.D.1 IT/system and process literacy
  submission id [..]

Check it with `akam verify akam-ingrid-solberg-2026-11-22.zip`; the archive's
HOW-TO-CHECK.txt tells how to do so without akam. Keep the submission id: it
identifies exactly this archive.

next: open the archive and look at 00-START-HERE.html; ask AKAM where and in
which form to send it

"#]]
    );
}

#[test]
#[ignore = "needs other people's tools"]
fn other_peoples_tools_accept_the_archive() {
    let sandbox = packed();
    tools::unzip_test(&sandbox.path(ARCHIVE)).assert_accepted();
    let bag = unpacked(&sandbox, ARCHIVE);
    tools::bagit(&bag).assert_accepted();
    tools::sha256sum_check(&bag, &bag.join("manifest-sha256.txt")).assert_accepted();
    tools::sha256sum_check(&bag, &bag.join("tagmanifest-sha256.txt")).assert_accepted();
    tools::ro_crate(&bag.join("data")).assert_accepted();
    tools::html(&[bag.join("00-START-HERE.html")]).assert_accepted();
}

#[test]
#[ignore = "needs other people's tools"]
fn other_peoples_tools_refuse_the_archive_when_something_is_wrong_with_it() {
    let sandbox = packed();
    let bag = unpacked(&sandbox, ARCHIVE);
    change(&bag.join("data/1.D.3-customer-plan/evidence.md"));
    tools::bagit(&bag).assert_refused("evidence.md");
    tools::sha256sum_check(&bag, &bag.join("manifest-sha256.txt")).assert_refused("evidence.md");
    fs::remove_file(bag.join("data/1.D.3-customer-plan/evidence.md")).expect("the document is there");
    tools::ro_crate(&bag.join("data")).assert_refused("1.D.3-customer-plan/evidence.md");
    let page = bag.join("00-START-HERE.html");
    let html = fs::read_to_string(&page).expect("the page can be read");
    let (before, rest) = html.split_once(" alt=\"").expect("the page shows a picture");
    let after = rest.split_once('"').expect("the text ends").1;
    fs::write(&page, format!("{before}{after}")).expect("the page can be written");
    tools::html(&[page]).assert_refused("alt");
}

#[test]
fn the_same_portfolio_gives_the_same_bytes_on_another_day_in_another_folder() {
    let one = packed();
    let other = Sandbox::empty();
    let elsewhere = other.path("a folder/ålesund");
    copy(&examples().join("complete"), &elsewhere);
    other.akam(&["pack", "--portfolio", "a folder/ålesund", "--output", "."]).expect(0, &["packed"]);
    let bytes = |sandbox: &Sandbox| fs::read(sandbox.path(ARCHIVE)).expect("the archive is there");
    assert!(bytes(&one) == bytes(&other), "the bytes differ");
    let later = one.run(one.command().env("SOURCE_DATE_EPOCH", "1795435200").arg("pack"));
    later.expect(0, &["akam-ingrid-solberg-2026-11-23.zip"]);
    assert!(bytes(&one) != fs::read(one.path("akam-ingrid-solberg-2026-11-23.zip")).expect("it is there"));
}

#[test]
fn what_is_private_and_what_programs_left_behind_is_not_packed() {
    let canary = "CANARY-7d1f";
    let sandbox = Sandbox::complete()
        .write("private/notes.md", canary)
        .write("private/1.D.3-customer-plan/evidence.md", canary)
        .write("1.D.3-customer-plan/.DS_Store", canary)
        .write("1.D.3-customer-plan/artefacts/Thumbs.db", canary)
        .write("1.D.3-customer-plan/.git/config", canary)
        .write("3.D.1-it-system-and-process-literacy/evidence.md", canary)
        .write("notes.txt", canary)
        .write("drafts/old.md", canary);
    sandbox.akam(&["pack"]).expect(0, &["warnings remain"]);
    for (name, bytes) in files(&sandbox.path(ARCHIVE)) {
        let holds = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!holds, "{name} holds what is private");
        let parts: Vec<&str> = name.split('/').collect();
        assert!(
            !["private", "drafts", ".git", ".DS_Store", "Thumbs.db"].iter().any(|part| parts.contains(part)),
            "{name}"
        );
        assert!(!name.contains("3.D.1"), "{name} was left out");
    }
}

#[test]
fn the_archive_names_no_folder_user_or_host() {
    let sandbox = packed();
    let top = sandbox.top().to_string_lossy().into_owned();
    for (name, bytes) in files(&sandbox.path(ARCHIVE)) {
        assert!(!String::from_utf8_lossy(&bytes).contains(&top), "{name} names the folder");
    }
}

#[test]
fn errors_keep_the_archive_from_being_made() {
    let sandbox = Sandbox::agreed().append("1.D.3-customer-plan/evidence.md", "\nTODO: the forecast for 2027.\n");
    let before = sandbox.snapshot();
    let said = sandbox.akam(&["pack"]);
    assert_eq!(said.code, 1);
    assert_data_eq!(
        said.out,
        str![[r#"
error[document-prompt-left]: `TODO` is still in the text
  --> 1.D.3-customer-plan/evidence.md:[..]:1
   |
[..] | TODO: the forecast for 2027.
   | ^^^^
help: write what is missing, or delete the note

error[coverage-short]: 11 of 12 required competencies are ready
help: nearest: 1.D.3 Customer plan (1 error left)

nothing was packed: 2 errors
next: `akam check` shows all; `akam pack --draft` packs a draft for your mentor

"#]]
    );
    assert!(sandbox.snapshot() == before, "something was written");
}

#[test]
fn a_draft_says_so_in_its_name_in_its_info_and_on_every_page() {
    let sandbox = Sandbox::agreed().append("1.D.3-customer-plan/evidence.md", "\nTODO: the forecast for 2027.\n");
    sandbox.akam(&["pack", "--draft"]).expect(0, &["-DRAFT.zip", "a draft: there are errors"]);
    for (name, bytes) in files(&sandbox.path("akam-ingrid-solberg-2026-11-22-DRAFT.zip")) {
        let text = String::from_utf8_lossy(&bytes);
        if Path::new(&name).extension().is_some_and(|ending| ending == "html") {
            assert!(text.contains("Draft"), "{name} does not say so");
        } else if name.ends_with("bag-info.txt") {
            assert!(text.contains("Akam-Status: draft\n"), "{text}");
        }
    }
}

#[test]
fn a_draft_of_what_is_finished_is_no_draft() {
    let sandbox = Sandbox::complete();
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed akam-ingrid-solberg-2026-11-22.zip"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn a_trial_holds_one_competency_and_is_judged_by_itself() {
    let sandbox = Sandbox::complete().append("2.D.2-selling/evidence.md", "\nTODO\n").edit(
        "portfolio.toml",
        "[submission]",
        "[submission]\nprevious = \"0f5c\"",
    );
    sandbox
        .akam(&["pack", "--only", "1.d.3"])
        .expect(0, &["akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip", "1 competency"]);
    let archive = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";
    let files = files(&sandbox.path(archive));
    assert!(files.iter().all(|(name, _)| !name.contains("2.D.2")), "another competency is in it");
    let info = files.iter().find(|(name, _)| name.ends_with("bag-info.txt")).expect("there is one");
    let info = String::from_utf8_lossy(&info.1);
    assert!(info.contains("Akam-Status: trial\nAkam-Competency: 1.D.3\nAkam-Previous-Submission: 0f5c\n"), "{info}");
    let bag = unpacked(&sandbox, archive);
    tools::bagit(&bag).assert_accepted();
    tools::ro_crate(&bag.join("data")).assert_accepted();
    tools::html(&[bag.join("00-START-HERE.html")]).assert_accepted();
    sandbox.akam(&["verify", archive]).expect(0, &["as a trial of 1.D.3"]);
}

#[test]
fn a_trial_of_what_is_not_started_or_left_out_is_refused() {
    let sandbox = Sandbox::in_progress();
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(2, &["1.D.3 is not started", "akam show 1.D.3"]);
    Sandbox::complete().akam(&["pack", "--only", "3.D.1"]).expect(2, &["3.D.1 is left out in `portfolio.toml`"]);
}

#[test]
fn an_archive_that_is_there_is_replaced_only_by_force() {
    let sandbox = packed();
    let first = sandbox.snapshot();
    sandbox.akam(&["pack"]).expect(2, &["is there already", "--force"]);
    assert!(sandbox.snapshot() == first, "something changed");
    let sandbox = sandbox.edit("portfolio.toml", "Ingrid Solberg", "Ingrid  Solberg");
    sandbox.akam(&["pack", "--force"]).expect(0, &["packed"]);
    assert!(sandbox.snapshot() != first);
}

#[test]
fn an_archive_packed_earlier_is_neither_packed_nor_complained_of() {
    let sandbox = packed();
    sandbox.akam(&["check"]).expect(0, &["no findings"]);
    sandbox.akam(&["pack", "--force"]).expect(0, &["packed"]);
    assert!(
        files(&sandbox.path(ARCHIVE)).iter().all(|(name, _)| Path::new(name).extension().is_none_or(|it| it != "zip"))
    );
}

#[test]
fn from_among_the_evidence_the_archive_goes_to_the_portfolios_own_folder() {
    let sandbox = Sandbox::complete();
    sandbox
        .run(sandbox.command().current_dir(sandbox.path("1.D.3-customer-plan/artefacts")).arg("pack"))
        .expect(0, &["packed"]);
    assert!(sandbox.path(ARCHIVE).exists());
}

#[test]
fn a_dry_run_lists_every_file_and_writes_nothing() {
    let sandbox = Sandbox::complete();
    let before = sandbox.snapshot();
    let said = sandbox.akam(&["pack", "--dry-run"]).expect(0, &["nothing was written"]);
    assert!(sandbox.snapshot() == before, "something was written");
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let packed: BTreeSet<String> = files(&sandbox.path(ARCHIVE))
        .into_iter()
        .filter_map(|(name, _)| Some(name.split_once('/')?.1.to_owned()))
        .collect();
    let listed: BTreeSet<String> = said.out.lines().take_while(|line| !line.is_empty()).map(str::to_owned).collect();
    assert_eq!(listed, packed);
}

#[test]
fn the_crate_describes_every_file_of_the_payload_and_no_other() {
    let sandbox = packed();
    let files = files(&sandbox.path(ARCHIVE));
    let payload: BTreeSet<String> =
        files.iter().filter_map(|(name, _)| Some(name.split_once("/data/")?.1.to_owned())).collect();
    let (_, json) = files.iter().find(|(name, _)| name.ends_with("ro-crate-metadata.json")).expect("there is one");
    let metadata: serde_json::Value = serde_json::from_slice(json).expect("it is JSON");
    let entities = metadata["@graph"].as_array().expect("there is a graph");
    let mut described: BTreeSet<String> = entities
        .iter()
        .filter(|entity| entity["@type"] == "File")
        .map(|entity| entity["@id"].as_str().expect("an id is a text").replace("%20", " "))
        .collect();
    described.insert("ro-crate-metadata.json".to_owned());
    assert_eq!(described, payload);
}

#[test]
fn a_title_that_is_a_formula_does_not_run_in_a_spreadsheet() {
    let sandbox = Sandbox::agreed().append(
        "2.D.2-selling/artefacts.toml",
        "\n[[artefact]]\nfile = \"artefacts/x.txt\"\ntitle = \"=HYPERLINK(\\\"http://x\\\")\"\nshows = \"+1\"\nshare = 100\n",
    );
    let sandbox = sandbox.write("2.D.2-selling/artefacts/x.txt", "x");
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let files = files(&sandbox.path(ARCHIVE));
    let (_, index) = files.iter().find(|(name, _)| name.ends_with("evidence-index.csv")).expect("there is one");
    let index = String::from_utf8_lossy(index);
    assert!(index.contains("\"'=HYPERLINK(\"\"http://x\"\")\",\"2.D.2-selling/artefacts/x.txt\",\"'+1\""), "{index}");
}

#[cfg(unix)]
#[test]
fn a_name_in_another_normal_form_is_packed_composed() {
    let sandbox = Sandbox::agreed();
    let sandbox = sandbox.write("2.D.2-selling/artefacts/re\u{301}sume\u{301}.txt", "x").append(
        "2.D.2-selling/artefacts.toml",
        "\n[[artefact]]\nfile = \"artefacts/r\u{e9}sum\u{e9}.txt\"\nshows = \"x\"\nshare = 100\n",
    );
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let names: Vec<String> = files(&sandbox.path(ARCHIVE)).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name.ends_with("2.D.2-selling/artefacts/r\u{e9}sum\u{e9}.txt")), "{names:?}");
    sandbox.akam(&["verify", ARCHIVE]).expect(0, &["all as listed"]);
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_leaves_nothing_behind() {
    let sandbox = Sandbox::complete();
    let before = sandbox.snapshot();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -f 8; exec \"$0\" pack", env!("CARGO_BIN_EXE_akam")]);
    limited.current_dir(sandbox.root()).env("SOURCE_DATE_EPOCH", crate::sandbox::DAY);
    let said = sandbox.run(&mut limited).expect(2, &["cannot write", ARCHIVE]);
    assert!(!said.err.contains("Zip"), "a library speaks to the user: {}", said.err);
    assert!(sandbox.snapshot() == before, "something was left behind");
}

#[test]
fn a_real_name_in_the_name_of_what_is_not_packed_does_not_reach_the_archive() {
    let sandbox = Sandbox::complete().write("Fjellmeieriet drafts/notes.md", "x");
    sandbox.akam(&["check"]).expect(0, &["Fjellmeieriet drafts", "coverage-unknown-folder"]);
    sandbox.akam(&["pack"]).expect(0, &["1 warning remains"]);
    for (name, bytes) in files(&sandbox.path(ARCHIVE)) {
        assert!(!String::from_utf8_lossy(&bytes).contains("Fjellmeieriet"), "{name} holds a real name");
    }
}

#[test]
fn the_evidence_is_no_place_for_the_archive() {
    let sandbox = Sandbox::complete();
    let before = sandbox.snapshot();
    sandbox.akam(&["pack", "--output", "1.D.3-customer-plan/artefacts"]).expect(2, &["is inside the evidence"]);
    sandbox.akam(&["pack", "--output", "nowhere"]).expect(2, &["there is no folder `nowhere`"]);
    assert!(sandbox.snapshot() == before, "something was written");
}

#[test]
fn names_that_no_archive_can_hold_keep_even_a_draft_from_being_packed() {
    let sandbox = Sandbox::complete().write("2.D.2-selling/artefacts/a:b.txt", "x");
    sandbox.akam(&["pack", "--draft"]).expect(1, &["error[name-not-portable]", "not even a draft"]);
    let sandbox = Sandbox::complete().edit("portfolio.toml", "omit = \"3.D.1\"", "omit = 3.D.1");
    sandbox.akam(&["pack", "--draft"]).expect(1, &["error[portfolio-unreadable]", "not even a draft"]);
}

#[test]
fn a_trial_says_nothing_of_the_other_competencies() {
    let sandbox = Sandbox::in_progress();
    sandbox.akam(&["pack", "--only", "1.D.1"]).expect(0, &["packed"]);
    let files = files(&sandbox.path("akam-daniel-osei-2026-11-22-trial-1.D.1.zip"));
    let (_, check) = files.iter().find(|(name, _)| name.ends_with("check.json")).expect("there is one");
    let check: serde_json::Value = serde_json::from_slice(check).expect("it is JSON");
    let codes: Vec<&str> =
        check["coverage"].as_array().into_iter().flatten().filter_map(|it| it["code"].as_str()).collect();
    assert_eq!(codes, ["1.D.1"]);
    assert_eq!(check["ready"], 1);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_named_and_nothing_is_packed() {
    for (path, code, says) in [
        ("2.D.2-selling/artefacts/proposal-deck.pptx", 1, "error[artefact-unreadable]"),
        ("2.D.2-selling/evidence.md", 2, "error: cannot read"),
    ] {
        let sandbox = Sandbox::complete().mode(path, 0o000).write("../out/empty", "").mode("../out", 0o777);
        let said = sandbox.run(sandbox.command_of_a_plain_user().args(["pack", "--draft", "--output", "../out"]));
        said.expect(code, &[says, path]);
        assert_eq!(fs::read_dir(sandbox.path("../out")).expect("it is there").count(), 1, "something was left behind");
    }
}
