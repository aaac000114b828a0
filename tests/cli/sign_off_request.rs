//! Stories about asking somebody to confirm the facts.

use std::path::PathBuf;

use crate::sandbox::Sandbox;
use crate::sign_off::{asked, fingerprint, typed};
use crate::tools;

const MAILED: &str = "akam-sign-off-ingrid-solberg-2026-11-22-line-manager";
const RECORD: &str = "sign-offs/2026-11-22-line-manager";

fn unsigned() -> Sandbox {
    Sandbox::complete().remove("sign-offs")
}

/// All pages below a folder.
fn pages(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut pages = vec![folder.join("statement.html")];
    let inside = std::fs::read_dir(folder.join("documents/pages")).expect("there are pages");
    pages.extend(inside.map(|entry| entry.expect("it can be listed").path()));
    pages
}

#[test]
fn the_folder_to_be_mailed_holds_the_statement_the_pages_and_the_files() {
    let sandbox = unsigned();
    let said = asked(&sandbox, &[], "since 2022-04");
    let fingerprint = fingerprint(&said);
    said.expect(0, &["written akam-sign-off-ingrid-solberg", "12 competencies", "akam sends nothing"]);
    let mailed = sandbox.path(MAILED);
    let statement = sandbox.read(&format!("{MAILED}/statement.html"));
    assert_eq!(statement, sandbox.read(&format!("{RECORD}/statement.html")));
    for said in [
        &fingerprint,
        "Maria Lind, Sales director, Nordvik AS (line manager)",
        "April 2022 to 22 November 2026",
        "Whether the documents are good enough is for the assessors to judge",
        "The plan began with a count.",
        "969 words; 2 artefacts",
        "I confirm that what Ingrid Solberg’s documents for 1.D.1, 1.D.2, 1.D.3",
        "href=\"documents/pages/1.D.3.html\"",
        "mailto:ingrid.solberg@nordvik.example?subject=",
    ] {
        assert!(statement.contains(said), "the statement does not say {said:?}");
    }
    assert!(!statement.contains("<script") && !statement.contains("src="), "the page fetches something");
    tools::html(&pages(&mailed)).assert_accepted();
    let page = sandbox.read(&format!("{MAILED}/documents/pages/1.D.3.html"));
    assert!(page.contains("Shown for sign-off") && page.contains("href=\"../../statement.html\""), "{page}");
    assert!(page.contains("href=\"../1.D.3-customer-plan/artefacts/account-plan.docx\""), "{page}");
    assert!(mailed.join("documents/1.D.3-customer-plan/evidence.md").exists());
    assert!(!mailed.join("documents/private").exists() && !statement.contains("Fjellmeieriet"));
    // What was written beside the evidence is no stranger, and changes nothing.
    sandbox.akam(&["check"]).expect(1, &["asked and not answered yet", "1 error"]);
}

#[test]
fn the_fingerprint_is_the_digest_of_the_request() {
    let sandbox = unsigned();
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["1 competency (1.D.3)"]);
    let listed =
        sandbox.run(std::process::Command::new("sha256sum").arg(sandbox.path(&format!("{RECORD}/request.toml"))));
    let digest = listed.out.split_whitespace().next().expect("sha256sum prints a digest").to_owned();
    assert!(sandbox.read(&format!("{RECORD}/statement.html")).contains(&digest));
}

#[test]
fn without_codes_it_asks_for_all_that_is_ready_and_not_validly_signed() {
    let sandbox = Sandbox::complete();
    asked(&sandbox, &[], "since 2022-04").expect(2, &["all that is ready is signed already"]);
    let sandbox = sandbox.append("1.D.3-customer-plan/evidence.md", "\nOne more sentence.\n");
    asked(&sandbox, &[], "since 2022-04").expect(0, &["1 competency (1.D.3)"]);
    let fresh = Sandbox::empty();
    fresh.akam(&["init", "mine", "--name", "Ann"]).expect(0, &[]);
    let said = fresh.akam(&["--portfolio", "mine", "sign-off", "request"]);
    said.expect(2, &["no competency is ready to be signed", "`akam check` shows what is open"]);
}

#[test]
fn what_cannot_be_asked_is_refused_and_nothing_is_written() {
    let sandbox = Sandbox::in_progress();
    let before = sandbox.snapshot();
    asked(&sandbox, &["3.D.2"], "since 2022-04").expect(2, &["3.D.2 Costing and pricing is not ready to be signed"]);
    asked(&sandbox, &["4.D.1"], "some time").expect(2, &["`some time` is no period", "since 2023-03"]);
    asked(&sandbox, &["4.D.1"], "2031 to 2032").expect(2, &["has not come yet"]);
    let who = ["--name", "osei, DANIEL", "--role", "x", "--organisation", "y", "--relation", "other"];
    let own = sandbox.akam(&[&["sign-off", "request", "4.D.1", "--observed", "2025"], &who[..]].concat());
    own.expect(2, &["`osei, DANIEL` is you", "nobody confirms their own work"]);
    sandbox.akam(&["sign-off", "request", "4.D.1"]).expect(2, &["who shall confirm the facts", "--name NAME"]);
    assert!(sandbox.snapshot() == before, "something was written");
    let left_out = Sandbox::complete();
    asked(&left_out, &["3.D.1"], "since 2022-04").expect(2, &["3.D.1 IT/system and process literacy is left out"]);
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let sandbox = unsigned().write(&format!("{MAILED}/mine.txt"), "Mine.");
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(2, &["is there already, and nothing is overwritten"]);
    assert_eq!(sandbox.read(&format!("{MAILED}/mine.txt")), "Mine.");
    assert!(!sandbox.path(RECORD).exists(), "half a request was left");
    let sandbox = sandbox.remove(MAILED);
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["kept in sign-offs/2026-11-22-line-manager"]);
    // The very same request is not kept twice; another one is.
    let sandbox = sandbox.remove(MAILED);
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["kept in sign-offs/2026-11-22-line-manager"]);
    assert!(!sandbox.path(&format!("{RECORD}-2")).exists());
    asked(&sandbox, &["2.D.2"], "since 2022-04").expect(0, &["kept in sign-offs/2026-11-22-line-manager-2"]);
}

#[test]
fn one_file_can_be_mailed_instead_of_a_folder() {
    let sandbox = unsigned();
    let who = ["--name", "Maria Lind", "--role", "Sales director", "--organisation", "Nordvik AS"];
    let how = ["--relation", "senior-manager", "--observed", "2022-04 to 2026-10", "--zip"];
    let said = sandbox.akam(&[&["sign-off", "request", "1.D.3"], &who[..], &how].concat());
    said.expect(0, &["written akam-sign-off-ingrid-solberg-2026-11-22-senior-manager.zip", "the file"]);
    let zip = sandbox.path("akam-sign-off-ingrid-solberg-2026-11-22-senior-manager.zip");
    tools::unzip_test(&zip).assert_accepted();
    let names: Vec<String> = crate::zips::files(&zip).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name.ends_with("senior-manager/statement.html")), "{names:?}");
    assert!(names.iter().any(|name| name.ends_with("documents/pages/1.D.3.html")), "{names:?}");
    assert!(names.iter().all(|name| !name.contains("private")), "{names:?}");
}

#[test]
fn on_a_terminal_it_asks_who_and_how_they_know_the_work() {
    let sandbox = unsigned();
    let answers = [
        ("Who shall confirm the facts?", "Maria Lind\r"),
        ("Their role:", "Sales director\r"),
        ("Their organisation:", "\r"),
        ("How do they know the work?", "\u{1b}[B\r"),
        ("When did they see the work?", "since 2022-04\r"),
    ];
    let said = sandbox.akam_asking(&answers, &["sign-off", "request", "1.D.3"]).expect(0, &["written"]);
    assert!(said.out.contains("senior-manager"), "{}", said.out);
    let request = sandbox.read("sign-offs/2026-11-22-senior-manager/request.toml");
    assert!(request.contains("organisation = \"Nordvik Sealing Systems AS\""), "{request}");
    let broken_off = unsigned();
    let before = broken_off.snapshot();
    broken_off.akam_asking(&[("Who shall", "\u{3}")], &["sign-off", "request"]).expect(2, &["broken off"]);
    assert!(broken_off.snapshot() == before);
}

#[test]
fn twelve_competencies_on_one_statement_are_one_record() {
    let sandbox = typed(unsigned(), &[], "since 2022-04");
    let said = sandbox.akam(&["sign-off", "list", "--format", "json"]).expect(0, &[]);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
    let records = json["sign_offs"].as_array().expect("it is a list");
    assert_eq!((records.len(), records[0]["competencies"].as_array().map(Vec::len)), (1, Some(12)));
    assert_eq!(records[0]["answer"]["assurance"], "typed");
    assert!(records[0]["competencies"].as_array().is_some_and(|all| all.iter().all(|it| it["state"] == "valid")));
}
