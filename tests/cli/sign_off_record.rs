//! Stories about recording an answer.

use std::process::Command;

use crate::sandbox::Sandbox;
use crate::sign_off::{asked, fingerprint};
use crate::sign_off_page::{PHOTO, SCANNED_PDF};

const RECORD: &str = "sign-offs/2026-11-22-line-manager";
const PLAN: &str = "1.D.3-customer-plan/evidence.md";

/// A portfolio in which a line manager was asked about one competency, and the fingerprint.
pub fn waiting() -> (Sandbox, String) {
    let sandbox = Sandbox::complete().remove("sign-offs");
    let said = asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["written"]);
    (sandbox, fingerprint(&said))
}

#[test]
fn a_typed_answer_is_recorded_as_no_more_than_that() {
    let (sandbox, fingerprint) = waiting();
    let spelt = fingerprint.to_lowercase().replace('-', " ");
    let said = sandbox.akam(&["sign-off", "record", &spelt, "--signed", "2026-11-22"]);
    said.expect(
        0,
        &["recorded sign-offs/2026-11-22-line-manager", "confirmed 1.D.3", "typed by the candidate, no proof"],
    );
    let record = sandbox.read(&format!("{RECORD}/sign-off.toml"));
    assert!(record.contains("basis = \"candidate\"") && record.contains("kind = \"typed\""), "{record}");
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["typed", "signed", "sign-off-proof-missing"]);
}

#[test]
fn a_scan_and_a_pdf_are_kept_as_they_came() {
    let kinds: [(&str, &[u8], &str, &str); 3] = [
        ("page.jpg", PHOTO, "scanned page, as the candidate reads it", "scanned"),
        ("PAGE.PDF", SCANNED_PDF, "PDF without a digital signature", "scanned"),
        ("odd-name", PHOTO, "scanned page", "scanned"),
    ];
    for (name, bytes, told, assurance) in kinds {
        let (sandbox, fingerprint) = waiting();
        let sandbox = sandbox.write(&format!("../{name}"), bytes);
        let proof = format!("../{name}");
        sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", &proof]).expect(0, &["recorded", told]);
        let kept = std::fs::read_dir(sandbox.path(RECORD)).expect("the record is there");
        let kept = kept.map(|entry| entry.expect("it can be listed").path());
        let kept = kept.filter(|path| path.file_stem().is_some_and(|stem| stem == "proof")).collect::<Vec<_>>();
        assert_eq!(std::fs::read(&kept[0]).expect("the proof is kept"), bytes);
        sandbox.akam(&["check", "1.D.3"]).expect(0, &[assurance, "no findings"]);
    }
}

#[test]
fn what_is_no_proof_is_refused_with_the_remedy() {
    let (sandbox, fingerprint) = waiting();
    let kinds: [(&str, &[u8], &str); 7] = [
        ("empty.pdf", b"", "the file is empty"),
        ("program.exe", b"MZ\0\0%PDF-1.4", "neither a picture, nor a PDF"),
        ("page.html", b"<!DOCTYPE html><script>x()</script>%PDF-1.4", "neither a picture, nor a PDF"),
        ("notes.txt", b"She said yes.", "neither a picture, nor a PDF"),
        ("archive.zip", b"PK\x03\x04 is no evidence of anything", "neither a picture, nor a PDF"),
        ("answer.eml", b"no header\n\nno sender\n", "neither a picture, nor a PDF"),
        ("key.sig", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", "whose key it is"),
    ];
    let mut sandbox = sandbox;
    for (name, bytes, says) in kinds {
        sandbox = sandbox.write(&format!("../{name}"), bytes);
        let proof = format!("../{name}");
        sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", &proof]).expect(2, &[name, says, "help:"]);
    }
    sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", "gone.pdf"]).expect(2, &["cannot read `gone.pdf`"]);
    assert!(!sandbox.path(&format!("{RECORD}/sign-off.toml")).exists());
}

#[test]
fn what_changed_since_it_was_shown_is_not_recorded_but_told() {
    let (sandbox, fingerprint) = waiting();
    let sandbox = sandbox.edit(PLAN, "118 unplanned", "119 unplanned");
    let before = sandbox.snapshot();
    let said = sandbox.akam(&["sign-off", "record", &fingerprint]);
    let told =
        ["nothing was recorded", "content changed after it was shown to Maria Lind", "118 unplanned", "119 unplanned"];
    said.expect(1, &told);
    assert!(sandbox.snapshot() == before, "something was written");
    let sandbox = sandbox.edit(PLAN, "119 unplanned", "118 unplanned");
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(0, &["recorded"]);
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(2, &["is answered already"]);
}

#[test]
fn a_fingerprint_that_was_misread_is_told_from_one_of_another_request() {
    let (sandbox, fingerprint) = waiting();
    let swapped: String = fingerprint.chars().take(2).collect::<String>().chars().rev().collect();
    let wrong = format!("{swapped}{}", &fingerprint[2..]);
    sandbox.akam(&["sign-off", "record", &wrong]).expect(2, &["a character of it is wrong, or two are swapped"]);
    sandbox.akam(&["sign-off", "record", "M4ZT-PQE7-DE82-AY12-Y"]).expect(2, &["there is no request"]);
    sandbox.akam(&["sign-off", "record"]).expect(2, &["missing: the fingerprint that was confirmed", "signed page"]);
    let none = Sandbox::complete();
    none.akam(&["sign-off", "record"]).expect(2, &["no answer is awaited"]);
}

#[test]
fn a_day_that_cannot_be_is_refused() {
    let (sandbox, fingerprint) = waiting();
    let on = |day: &str| sandbox.akam(&["sign-off", "record", &fingerprint, "--signed", day]);
    on("2026-12-24").expect(2, &["2026-12-24 is in the future"]);
    on("2026-11-01").expect(2, &["2026-11-01 is before you asked", "2026-11-22"]);
    on("yesterday").expect(2, &["`yesterday` is not a date", "2026-11-20"]);
    on("2026-11-21").expect(0, &["recorded"]);
}

#[test]
fn exceptions_are_recorded_with_their_reason_and_shown() {
    let (sandbox, fingerprint) = waiting();
    let except = ["--except", "1.d.3", "a margin of 4 percent", "I do not know the figure"];
    let elsewhere = ["--except", "2.D.2", "x", "y"];
    let record = ["sign-off", "record", &fingerprint];
    sandbox.akam(&[&record[..], &elsewhere].concat()).expect(2, &["`2.D.2` is not among what was asked"]);
    sandbox.akam(&[&record[..], &["--except", "1.D.3", "x", " "]].concat()).expect(2, &["a passage and a reason"]);
    let said = sandbox.akam(&[&record[..], &except].concat());
    said.expect(0, &["1.D.3 true except: “a margin of 4 percent”, because: I do not know the figure"]);
    sandbox.akam(&["sign-off", "list"]).expect(0, &["because: I do not know the figure"]);
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["excepted", "ready"]);
}

#[test]
fn what_was_not_seen_or_is_not_true_is_not_confirmed() {
    let (sandbox, fingerprint) = waiting();
    sandbox.akam(&["sign-off", "record", &fingerprint, "--not-seen", "1.D.3"]).expect(0, &["1.D.3 not seen"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["not seen by the person who was asked: 1.D.3", "ready"]);
    let (sandbox, fingerprint) = waiting();
    let declined = ["--not-true", "1.D.3", "we lost the account"];
    let said = sandbox.akam(&[&["sign-off", "record", &fingerprint], &declined[..]].concat());
    said.expect(0, &["1.D.3 not true: “we lost the account”"]);
    let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &["not true", "drafting", "sign-off-declined"]);
    said.expect(1, &["Maria Lind says that it is not true: “we lost the account”", "`akam sign-off request 1.D.3`"]);
    // The candidate's word does not outweigh it, and a newer answer does.
    sandbox.akam(&["pack"]).expect(1, &["nothing was packed"]);
}

#[test]
fn one_document_that_was_edited_does_not_block_the_others() {
    let sandbox = Sandbox::complete().remove("sign-offs");
    let said = asked(&sandbox, &["1.D.3", "2.D.2"], "since 2022-04").expect(0, &["2 competencies"]);
    let sandbox = sandbox.edit(PLAN, "118 unplanned", "119 unplanned");
    let said = sandbox.akam(&["sign-off", "record", &fingerprint(&said)]);
    said.expect(0, &["recorded", "1.D.3: the document changed since it was shown", "`akam sign-off request 1.D.3`"]);
    sandbox.akam(&["check", "2.D.2"]).expect(0, &["signed"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-stale", "118 unplanned", "119 unplanned"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn on_a_terminal_it_asks_for_fingerprint_day_and_exceptions() {
    let (sandbox, fingerprint) = waiting();
    let typed = format!("{fingerprint}\r");
    let answers = [
        ("The fingerprint:", typed.as_str()),
        ("What does this answer confirm?", "some\r"),
        ("When was it signed?", "\r"),
        ("1.D.3:", "except\r"),
        ("Which passage or artefact?", "\rThe margin\r"),
        ("Why?", "Unknown to me\r"),
    ];
    sandbox.akam_asking(&answers, &["sign-off", "record"]).expect(0, &["recorded", "The margin"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn each_file_is_read_once_for_twelve_competencies_and_two_hundred_artefacts() {
    let mut sandbox = Sandbox::complete().remove("sign-offs");
    let folders: Vec<String> = std::fs::read_dir(sandbox.root())
        .expect("the example can be listed")
        .map(|entry| entry.expect("it can be listed").file_name().into_string().expect("it is ASCII"))
        .filter(|name| name.contains(".D."))
        .collect();
    assert_eq!(folders.len(), 12);
    for (at, folder) in folders.iter().enumerate() {
        let mut register = sandbox.read(&format!("{folder}/artefacts.toml"));
        for number in 0..15 {
            let file = format!("artefacts/more-{number}.bin");
            register += &format!("\n[[artefact]]\nfile = \"{file}\"\nshows = \"What.\"\nshare = 50\nmade = \"2025\"\n");
            sandbox = sandbox.write(&format!("{folder}/{file}"), format!("{at} {number}").repeat(500));
        }
        sandbox = sandbox.write(&format!("{folder}/artefacts.toml"), register);
    }
    let said = asked(&sandbox, &[], "since 2022-04").expect(0, &["12 competencies"]);
    let log = sandbox.top().join("log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=openat,openat2", "-o"]).arg(&log).arg(env!("CARGO_BIN_EXE_akam"));
    strace.args(["sign-off", "record", &fingerprint(&said)]).current_dir(sandbox.root());
    strace.env("SOURCE_DATE_EPOCH", crate::sandbox::DAY);
    sandbox.run(strace).expect(0, &["recorded"]);
    let log = std::fs::read_to_string(log).expect("strace wrote its log");
    let mut opened: Vec<&str> =
        log.lines().filter(|line| line.contains("/artefacts/")).filter_map(|line| line.split('"').nth(1)).collect();
    let all = opened.len();
    opened.sort_unstable();
    opened.dedup();
    let folders = opened.iter().filter(|path| path.ends_with("/artefacts")).count();
    assert_eq!((opened.len() - folders, all - folders), (12 * 15 + 25, 12 * 15 + 25), "{opened:#?}");
}

#[test]
fn a_typed_answer_gives_way_to_a_better_proof_and_stays_in_the_history() {
    let (sandbox, fingerprint) = waiting();
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(0, &["recorded"]);
    let sandbox = sandbox.write("../page.jpg", PHOTO);
    let said = sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", "../page.jpg"]);
    said.expect(0, &["recorded sign-offs/2026-11-22-line-manager-2", "scanned page"]);
    let said = sandbox
        .akam(&["sign-off", "list"])
        .expect(0, &["typed by the candidate", "scanned page", "another record of the same request counts"]);
    assert_eq!(said.out.matches(&fingerprint).count(), 2, "{}", said.out);
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["scanned", "signed", "no findings"]);
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(2, &["is answered already"]);
}

#[test]
fn a_wrong_day_is_corrected_by_withdrawing_and_recording_again() {
    let (sandbox, fingerprint) = waiting();
    sandbox.akam(&["sign-off", "record", &fingerprint, "--signed", "2026-11-21"]).expect(0, &["recorded"]);
    let withdraw = ["sign-off", "withdraw", &fingerprint, "--reason", "wrong day"];
    sandbox.akam(&withdraw).expect(0, &["withdrawn"]);
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(0, &["line-manager-2", "on 2026-11-22"]);
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed"]);
}

#[test]
fn a_proof_that_is_private_is_not_taken_over() {
    let (sandbox, fingerprint) = waiting();
    let sandbox = sandbox.write("private/scan.jpg", PHOTO);
    let before = sandbox.snapshot();
    let said = sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", "private/scan.jpg"]);
    said.expect(2, &["error: `private/scan.jpg` is in `private/`, which never leaves your disk", "help: copy it out"]);
    assert_eq!(sandbox.snapshot(), before);
}

#[cfg(unix)]
#[test]
fn sign_offs_that_are_a_link_are_not_written_through() {
    let (sandbox, fingerprint) = waiting();
    let sandbox = sandbox.link("sign-offs");
    let before = sandbox.names();
    let told = ["error: `sign-offs` is a link, which is never followed", "help: put the folder itself there"];
    asked(&sandbox, &["2.D.2"], "since 2022-04").expect(2, &told);
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(2, &told);
    sandbox.akam(&["sign-off", "withdraw", "--reason", "x"]).expect(2, &told);
    assert_eq!(sandbox.names(), before, "nothing is mailed");
    let moved = std::fs::read_dir(sandbox.top().join("moved")).expect("it is where the link leads");
    assert_eq!(moved.count(), 1, "nothing is added where the link leads");
}

#[cfg(unix)]
#[test]
fn a_proof_that_may_not_be_read_is_not_called_gone() {
    let (sandbox, fingerprint) = waiting();
    let sandbox = sandbox.write("../scan.jpg", PHOTO);
    sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", "../scan.jpg"]).expect(0, &["recorded"]);
    let mut sandbox = sandbox;
    for name in ["proof.jpg", "statement.html"] {
        let path = format!("{RECORD}/{name}");
        sandbox = sandbox.mode(&path, 0o000);
        let said = sandbox.run(sandbox.command_of_a_plain_user().args(["check", "1.D.3"]));
        let said = said.expect(1, &["it cannot be read: Permission denied", "help: give yourself the right"]);
        assert!(said.found("sign-off-unreadable").contains(&path), "{}", said.out);
        sandbox = sandbox.mode(&path, 0o644);
    }
}
