//! Stories about asking somebody to confirm the facts.

use crate::sandbox::Sandbox;
use crate::sign_off::{asked, fingerprint, typed};
use crate::tools;

const MAILED: &str = "akam-sign-off-ingrid-solberg-2026-11-22-line-manager";
const RECORD: &str = "sign-offs/2026-11-22-line-manager";

fn unsigned() -> Sandbox {
    Sandbox::complete().remove("sign-offs")
}

#[test]
#[ignore = "needs other people's tools"]
fn the_page_is_one_file_with_the_documents_and_the_folder_holds_the_artefacts() {
    let sandbox = unsigned();
    let said = asked(&sandbox, &[], "since 2022-04");
    let fingerprint = fingerprint(&said);
    said.expect(
        0,
        &["written akam-sign-off-ingrid-solberg", "12 competencies", "akam sends nothing", "about 68 minutes"],
    );
    let mailed = sandbox.path(MAILED);
    let statement = sandbox.read(&format!("{MAILED}/statement.html"));
    assert_eq!(statement, sandbox.read(&format!("{RECORD}/statement.html")));
    for said in [
        &fingerprint,
        "Maria Lind, Sales director, Nordvik AS (line manager)",
        "April 2022 to 22 November 2026",
        "Whether the documents are good enough is for the assessors to judge",
        "The plan began with a count.",
        "2,000 words; 2 artefacts",
        "about 68 minutes for 15,628 words, not counting the artefacts",
        "1.D.3: true as far as I saw it",
        "<th scope=\"col\">Target 2026</th>",
        "mailto:ingrid.solberg@nordvik.example?subject=",
    ] {
        assert!(statement.contains(said), "the statement does not say {said:?}");
    }
    assert!(!statement.contains("<script") && !statement.contains("src="), "the page fetches something");
    let page = sandbox.path(&format!("{MAILED}.html"));
    assert_eq!(std::fs::read_to_string(&page).expect("the page is one file"), statement);
    tools::html(&[page]).assert_accepted();
    assert!(mailed.join("documents/1.D.3-customer-plan/evidence.md").exists());
    assert!(!mailed.join("documents/private").exists() && !statement.contains("Fjellmeieriet"));
    assert!(mailed.join("documents/1.D.3-customer-plan/artefacts/account-plan.docx").exists());
    // What was written beside the evidence is known, and changes nothing.
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
    said.expect(2, &["no competency is ready to be confirmed", "`akam check` shows what is open"]);
}

#[test]
fn what_cannot_be_asked_is_refused_and_nothing_is_written() {
    let sandbox = Sandbox::in_progress();
    let before = sandbox.snapshot();
    asked(&sandbox, &["3.D.2"], "since 2022-04").expect(2, &["3.D.2 Costing and pricing is not ready to be confirmed"]);
    asked(&sandbox, &["4.D.1"], "some time").expect(2, &["`some time` is not a period", "since 2023-03"]);
    asked(&sandbox, &["4.D.1"], "2031 to 2032").expect(2, &["is in the future"]);
    let who = ["--name", "osei, DANIEL", "--role", "x", "--organisation", "y", "--relation", "other"];
    let own = sandbox.akam(&[&["sign-off", "request", "4.D.1", "--observed", "2025"], &who[..]].concat());
    own.expect(2, &["`osei, DANIEL` is you", "nobody confirms their own work"]);
    sandbox
        .akam(&["sign-off", "request", "4.D.1"])
        .expect(2, &["missing: who should confirm the facts", "--name NAME"]);
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
    let sandbox = sandbox.remove(MAILED).write(&format!("{MAILED}.eml"), "Mine.");
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(2, &["is there already, and nothing is overwritten"]);
    assert!(!sandbox.path(MAILED).exists(), "half a request was left");
    let sandbox = sandbox.remove(&format!("{MAILED}.eml"));
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["kept in sign-offs/2026-11-22-line-manager"]);
    // The very same request is not kept twice; another one is.
    let sandbox = ["", ".html", ".eml"].iter().fold(sandbox, |it, ending| it.remove(&format!("{MAILED}{ending}")));
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["kept in sign-offs/2026-11-22-line-manager"]);
    assert!(!sandbox.path(&format!("{RECORD}-2")).exists());
    asked(&sandbox, &["2.D.2"], "since 2022-04").expect(0, &["kept in sign-offs/2026-11-22-line-manager-2"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn one_file_can_be_mailed_instead_of_a_folder() {
    let sandbox = unsigned();
    let who = ["--name", "Maria Lind", "--role", "Sales director", "--organisation", "Nordvik AS"];
    let how = ["--relation", "senior-manager", "--observed", "2022-04 to 2026-10", "--zip"];
    let said = sandbox.akam(&[&["sign-off", "request", "1.D.3"], &who[..], &how].concat());
    said.expect(0, &["written akam-sign-off-ingrid-solberg-2026-11-22-senior-manager.html", "senior-manager.zip"]);
    let zip = sandbox.path("akam-sign-off-ingrid-solberg-2026-11-22-senior-manager.zip");
    tools::unzip_test(&zip).assert_accepted();
    let names: Vec<String> = crate::zips::files(&zip).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name.ends_with("senior-manager/statement.html")), "{names:?}");
    assert!(names.iter().any(|name| name.ends_with("documents/1.D.3-customer-plan/evidence.md")), "{names:?}");
    assert!(names.iter().all(|name| !name.contains("private")), "{names:?}");
}

#[test]
#[ignore = "needs other people's tools"]
fn on_a_terminal_it_asks_who_and_how_they_know_the_work() {
    let sandbox = unsigned();
    let answers = [
        ("Who should confirm the facts?", "Maria Lind\r"),
        ("Their e-mail address:", "maria.lind@nordvik.example\r"),
        ("Their job title:", "Sales director\r"),
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
    broken_off.akam_asking(&[("Who should", "\u{3}")], &["sign-off", "request"]).expect(130, &["Ctrl-C"]);
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

#[test]
#[ignore = "needs other people's tools"]
fn the_draft_of_an_e_mail_holds_the_form_and_the_page() {
    let sandbox = unsigned();
    let who = ["--name", "Åsa Lind", "--email", "asa.lind@nordvik.example", "--role", "Sales director"];
    let how = ["--organisation", "Nordvik AS", "--relation", "line-manager", "--observed", "2022-04 to 2026-10"];
    let said = sandbox.akam(&[&["sign-off", "request", "1.D.3"], &who[..], &how].concat()).expect(0, &[".eml"]);
    let script = "import email, email.policy, sys\nm = email.message_from_binary_file(open(sys.argv[1], 'rb'), \
        policy=email.policy.default)\nprint(m['X-Unsent'], m['To'], m['From'], m['Subject'])\nfor p in m.walk():\n  \
        if not p.is_multipart(): print(p.get_content_type(), p.get_filename()); \
        print(p.get_payload(decode=True).decode())\n";
    let read =
        |path: &str| sandbox.run(std::process::Command::new("python3").args(["-c", script]).arg(sandbox.path(path)));
    let fingerprint = fingerprint(&said);
    let mail = read(&format!("{MAILED}.eml"));
    let mail = mail.expect(
        0,
        &[
            "1 Åsa Lind <asa.lind@nordvik.example> Ingrid Solberg <ingrid.solberg@nordvik.example>",
            &format!("Please confirm the facts: Ingrid Solberg, {fingerprint}"),
            "1.D.3: true as far as I saw it",
            &format!("Fingerprint: {fingerprint}"),
            "about 9 minutes for 2,000 words",
            &format!("text/html {MAILED}.html"),
        ],
    );
    let page = sandbox.read(&format!("{MAILED}.html"));
    assert!(mail.out.contains(&page), "the page is not attached as it is");
}

#[test]
#[ignore = "needs other people's tools"]
fn a_second_request_shows_only_what_changed() {
    let sandbox = unsigned().write("../page.jpg", crate::sign_off_page::PHOTO);
    let said = asked(&sandbox, &["1.D.3", "2.D.2"], "since 2022-04").expect(0, &["written"]);
    sandbox.akam(&["sign-off", "record", &fingerprint(&said), "--proof", "../page.jpg"]).expect(0, &["recorded"]);
    let sandbox = sandbox.edit("1.D.3-customer-plan/evidence.md", "118 unplanned", "119 unplanned");
    let again = asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["1 competency (1.D.3)", "about 1 minute"]);
    let page = sandbox.read(&format!("{MAILED}-2.html"));
    for said in [
        "What you confirmed before is not shown in full",
        "You confirmed this on 22 November 2026. Since then:",
        "the cause of each of 118 unplanned pump stops.</del>",
        "the cause of each of 119 unplanned pump stops.</ins>",
        "<summary>The whole document</summary>",
    ] {
        assert!(page.contains(said), "the page does not say {said:?}");
    }
    tools::html(&[sandbox.path(&format!("{MAILED}-2.html"))]).assert_accepted();
    sandbox.akam(&["sign-off", "record", &fingerprint(&again), "--proof", "../page.jpg"]).expect(0, &["recorded"]);
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed"]);
    // A trial leaves it out, since the earlier page speaks of another competency too; all of it is packed together.
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed", "1 warning"]);
    // What was confirmed before cannot be made up.
    let said = sandbox.remove(RECORD).akam(&["check", "1.D.3"]);
    said.expect(1, &["the answer about 1.D.3 that it calls an earlier one is not among the sign-offs"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn a_period_that_leaves_artefacts_out_is_asked_for_again_before_anything_is_written() {
    let sandbox = unsigned();
    let answers =
        [("When did they see the work?", "2024-01 to 2026-10\r"), ("Is the period right?", "2022-04 to 2026-10\r")];
    let who =
        ["--name", "Maria Lind", "--role", "x", "--organisation", "y", "--relation", "other", "--email", "m@y.example"];
    let said = sandbox.akam_asking(&answers, &[&["sign-off", "request", "2.D.1"], &who[..]].concat());
    said.expect(0, &["stop-causes.csv", "written"]);
    assert!(sandbox.read("sign-offs/2026-11-22-other/request.toml").contains("observed = \"2022-04 to 2026-10\""));
    let said = asked(&sandbox, &["2.D.1"], "2024-01 to 2026-10");
    said.expect(0, &["`stop-causes.csv` was made 2022-09 to 2023-08", "is the period right?"]);
}
