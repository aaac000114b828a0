//! `akam verify` for people who receive many archives: folders, a line for each, and the same for programs.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::tools;
use crate::zips::{ARCHIVE, packed, relisted};

/// A folder `inbox` with a final archive, a trial, a draft, a changed one, and what is none.
fn inbox() -> Sandbox {
    let sandbox = packed();
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    relisted(&sandbox.path(ARCHIVE), |_, files| {
        for (name, bytes) in files {
            if name.ends_with("/00-START-HERE.html") || name.ends_with("/check.json") {
                bytes.push(b' ');
            }
        }
    });
    let sandbox = sandbox.append("1.D.3-customer-plan/evidence.md", "\nTODO: the forecast for 2027.\n");
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    let mut sandbox = sandbox.write("../inbox/notes.txt", "x").write("../inbox/deeper/x.zip", "x");
    for name in sandbox.names() {
        if name.starts_with("akam-") || name == "relisted.zip" {
            sandbox = sandbox.rename(&name, &format!("../inbox/{name}"));
        }
    }
    sandbox
        .write("../inbox/broken.ZIP", "PK and nothing else, but long enough to look at")
        .write("../inbox/._a.zip", "x")
}

#[test]
fn a_folder_gets_a_line_for_each_archive_in_it_with_the_first_reason_of_a_failure() {
    let said = inbox().akam(&["verify", "../inbox"]);
    assert_eq!(said.code, 1);
    assert_data_eq!(
        said.out,
        str![[r#"
FAILED  ../inbox/akam-ingrid-solberg-2026-11-22-DRAFT.zip: Ingrid Solberg, draft, 11 of 12 ready, 10 signed (e-mail, signed PDF), 1 exception; 1.D.3-customer-plan/evidence.md: `TODO` is still in the text, and 2 more errors
ok      ../inbox/akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip: Ingrid Solberg, trial, 1 of 1 ready, 0 signed, id [..]
ok      ../inbox/akam-ingrid-solberg-2026-11-22.zip: Ingrid Solberg, final, 12 of 12 ready, 11 signed (e-mail, signed PDF), 1 exception, id [..]
FAILED  ../inbox/broken.ZIP: this is not a ZIP archive, or part of it is missing
FAILED  ../inbox/relisted.zip: 00-START-HERE.html: it is not what akam makes of the evidence in the archive, and 2 more errors

3 of 5 archives failed
next: `akam verify FILE` shows what is wrong with one

"#]]
    );
}

#[test]
fn a_folder_without_archives_is_said() {
    let sandbox = packed().write("../none/notes.txt", "x");
    sandbox.akam(&["verify", "../none"]).expect(2, &["there is no archive in `../none`", "name the folder"]);
    let said = sandbox.akam(&["verify", "../none", ARCHIVE]);
    said.expect(0, &["empty   ../none: no file in this folder ends in `.zip`", "ok      akam-ingrid-solberg"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn programs_get_the_coverage_the_kinds_of_proof_and_the_reason_too() {
    let sandbox = inbox();
    let said = sandbox.akam(&["verify", "--format", "json", "../inbox"]).expect(1, &[]);
    let schema = sandbox.akam(&["verify", "--format", "json-schema"]).expect(0, &[]);
    let sandbox = sandbox.write("../verify.json", &said.out).write("../schema.json", &schema.out);
    tools::json_schema(&sandbox.path("../schema.json"), &sandbox.path("../verify.json")).assert_accepted();
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
    let archives = json["archives"].as_array().expect("it is a list");
    assert_eq!(archives.len(), 5);
    let whole = &archives[2];
    assert_eq!(whole["candidate"], "Ingrid Solberg");
    assert_eq!(whole["packed_on"], "2026-11-22");
    let summary = serde_json::json!({
        "required": 12, "ready": 12, "signed": 11, "exceptions": 1, "proofs": ["e-mail", "signed PDF"],
    });
    assert_eq!(whole["coverage"], summary);
    assert_eq!(
        (&whole["reason"], &whole["pages_compared"]),
        (&serde_json::Value::Null, &serde_json::Value::Bool(true))
    );
    let (broken, changed) = (&archives[3], &archives[4]);
    assert_eq!((&broken["candidate"], &broken["coverage"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert!(
        broken["reason"].as_str().is_some_and(|reason| reason.starts_with("this is not a ZIP archive")),
        "{broken}"
    );
    assert!(changed["reason"].as_str().is_some_and(|reason| reason.starts_with("00-START-HERE.html")), "{changed}");
    assert_eq!(changed["candidate"], serde_json::Value::Null, "what cannot be relied on names nobody");
}
