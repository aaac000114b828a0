//! Stories about whether the facts are confirmed, and whether they still are what was confirmed.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{DAY, Said, Sandbox};
use crate::zips::{files, packed};

pub const HENRIK: &str = "sign-offs/2026-11-18-line-manager";
pub const AGNIESZKA: &str = "sign-offs/2026-11-19-other";
const PLAN: &str = "1.D.3-customer-plan/evidence.md";

/// Asks a line manager about these competencies.
pub fn asked(sandbox: &Sandbox, codes: &[&str], observed: &str) -> Said {
    let who = ["--name", "Maria Lind", "--role", "Sales director", "--organisation", "Nordvik AS"];
    let how = ["--email", "maria.lind@nordvik.example", "--relation", "line-manager", "--observed", observed];
    sandbox.akam(&[&["sign-off", "request"], codes, &who, &how].concat())
}

/// The fingerprint that a command told.
pub fn fingerprint(said: &Said) -> String {
    let line = said.out.lines().find_map(|line| line.trim().strip_prefix("fingerprint "));
    line.unwrap_or_else(|| panic!("no fingerprint is told\n{}{}", said.out, said.err)).to_owned()
}

/// The portfolio with these competencies confirmed by a line manager, without a proof.
pub fn typed(sandbox: Sandbox, codes: &[&str], observed: &str) -> Sandbox {
    let said = asked(&sandbox, codes, observed).expect(0, &["written"]);
    sandbox.akam(&["sign-off", "record", &fingerprint(&said)]).expect(0, &["recorded"]);
    sandbox
}

/// A finished portfolio that nobody has confirmed.
fn unsigned() -> Sandbox {
    Sandbox::complete().remove("sign-offs")
}

#[test]
fn candidates_do_not_confirm_their_own_work() {
    let sandbox = Sandbox::complete().edit("portfolio.toml", "Ingrid Solberg", "Dahl, Henrik");
    let said = sandbox.akam(&["check"]).expect(1, &["the candidate cannot confirm their own work"]);
    assert_eq!(said.rules(), ["sign-off-by-candidate", "sign-off-other-name"]);
    let own_mail = Sandbox::complete().edit("portfolio.toml", "ingrid.solberg@", "Henrik.Dahl@").akam(&["check"]);
    assert_eq!(own_mail.rules(), ["sign-off-by-candidate"]);
    own_mail.expect(1, &["the candidate's own e-mail is the proof", "12 of 12 ready, 1 signed"]);
}

#[test]
fn nobody_signs_on_a_day_that_has_not_come() {
    let sandbox = Sandbox::complete();
    // 2026-11-19, noon; on the day before it may be the next one somewhere.
    let said = sandbox.run(sandbox.command().env("SOURCE_DATE_EPOCH", "1795089600").arg("check"));
    assert_eq!(said.rules(), ["sign-off-in-future"]);
    said.expect(1, &["it was signed on 2026-11-21, and today is 2026-11-19", AGNIESZKA]);
    sandbox.run(sandbox.command().env("SOURCE_DATE_EPOCH", DAY).arg("check")).expect(0, &[]);
}

#[test]
fn work_that_a_signatory_did_not_see_needs_another_one() {
    let sandbox = typed(unsigned(), &["2.D.1"], "2024-01 to 2026-11");
    let said = sandbox.akam(&["check", "2.D.1"]).expect(0, &["sign-off-outside-observation", "signed"]);
    assert_data_eq!(
        said.found("sign-off-outside-observation"),
        str![[r#"
warning[sign-off-outside-observation]: `stop-causes.csv` was made 2022-09 to
  2023-08, and Maria Lind saw the work 2024-01 to 2026-11
 --> 2.D.1-product-service-and-application-knowledge/artefacts.toml:[..]
  |
[..] | file = "artefacts/stop-causes.csv"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: ask somebody who saw it, `akam sign-off request 2.D.1`, or correct `made`

"#]]
    );
    let sandbox = typed(sandbox, &["2.D.1"], "2022-01 to 2023-12");
    sandbox.akam(&["check", "2.D.1"]).expect(0, &["signed"]);
}

#[test]
fn what_was_agreed_with_akam_takes_the_place_of_a_sign_off() {
    let validation = "\n[[validation]]\ncompetency = \"2.D.1\"\nreference = \"letter K-17\"\ndate = \"2026-05-04\"\n";
    let agreed = format!("{validation}agreed = \"The former manager has retired; no sign-off is needed.\"\n");
    let sandbox = typed(unsigned(), &["2.D.1"], "2024-01 to 2026-11").append("portfolio.toml", &agreed);
    // What AKAM is said to have agreed to does not silence what a manager did not see.
    let said = sandbox.akam(&["check", "2.D.1"]).expect(0, &["signed"]);
    let found = said.found("sign-off-outside-observation");
    assert!(found.contains("that AKAM agreed: The former manager has retired"), "{found}");
    let sandbox = unsigned().append("portfolio.toml", &agreed);
    let said = sandbox.akam(&["check", "2.D.1"]).expect(0, &["stated", "ready", "1 warning"]);
    assert!(said.found("sign-off-agreed").contains("the candidate states that AKAM agreed"), "{}", said.out);
    sandbox
        .akam(&["sign-off", "list"])
        .expect(0, &["2.D.1: you state that AKAM agreed: The former manager has retired"]);
    let said = unsigned().append("portfolio.toml", validation).akam(&["check"]);
    assert_eq!(said.rules(), ["sign-off-missing", "sign-off-unreadable"]);
    let unknown = unsigned().append("portfolio.toml", &agreed.replace("2.D.1", "9.X.9")).akam(&["check"]);
    unknown.expect(1, &["`9.X.9` is in a `[[validation]]`, but there is no such competency", "portfolio.toml:"]);
}

#[test]
fn what_was_typed_is_told_to_be_no_proof() {
    let said = typed(unsigned(), &[], "since 2022-04").akam(&["check"]).expect(0, &["typed", "12 signed"]);
    assert_eq!(said.rules(), ["sign-off-proof-missing"]);
    assert_data_eq!(
        said.found("sign-off-proof-missing"),
        str![[r#"
warning[sign-off-proof-missing]: nothing shows that Maria Lind signed on
  2026-11-22
--> sign-offs/2026-11-22-line-manager/sign-off.toml
help: ask for an e-mail or a scan, and record it with `--proof FILE`

"#]]
    );
}

#[test]
fn a_record_that_was_touched_is_not_relied_on() {
    type Touch = fn(Sandbox) -> Sandbox;
    let touched: [(&str, Touch, &str); 16] = [
        (
            "request",
            |it| it.edit(&format!("{HENRIK}/request.toml"), "share = 60", "share = 90"),
            "the page that akam makes",
        ),
        ("statement", |it| it.append(&format!("{HENRIK}/statement.html"), "\n"), "the page that akam makes"),
        ("no statement", |it| it.remove(&format!("{HENRIK}/statement.html")), "the page that was shown is gone"),
        ("text", |it| it.append(&format!("{HENRIK}/text/1.D.3.txt"), "More."), "it is not the text that was shown"),
        ("proof", |it| it.append(&format!("{HENRIK}/proof.eml"), "More."), "it is not the proof that was recorded"),
        ("no proof", |it| it.remove(&format!("{HENRIK}/proof.eml")), "the proof is gone"),
        ("record", |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "[proof]", "[prof]"), "unknown field"),
        ("no request", |it| it.remove(&format!("{HENRIK}/request.toml")), "so nobody can tell what was confirmed"),
        ("day", |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "2026-11-20", "2026-11-18"), "what the proof says"),
        (
            "verdict",
            |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "says = \"except\"", "says = \"true\""),
            "what the proof says",
        ),
        (
            "basis",
            |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "basis = \"form\"", "basis = \"candidate\""),
            "what the proof says",
        ),
        ("no text", |it| it.remove(&format!("{HENRIK}/text/1.D.3.txt")), "the text that was shown is gone"),
        ("another file", |it| it.write(&format!("{HENRIK}/run.exe"), "MZ"), "akam writes no such file"),
        (
            "folder",
            |it| it.rename(AGNIESZKA, "sign-offs/2026-11-19 & other"),
            "akam makes no sign-off with such a name",
        ),
        (
            "ending",
            |it| it.rename(&format!("{HENRIK}/proof.eml"), &format!("{HENRIK}/proof.exe")),
            "its content is that of a `.eml` file",
        ),
        ("stray", |it| it.write("sign-offs/page.jpg", "\u{ff}"), "this file belongs to no sign-off"),
    ];
    for (what, touch, says) in touched {
        let said = touch(Sandbox::complete()).akam(&["check"]).expect(1, &["sign-off-unreadable", says]);
        let rules = said.rules();
        assert!(rules.iter().all(|rule| rule.starts_with("sign-off-")), "{what}: {rules:?}");
    }
}

#[test]
fn nothing_is_packed_before_it_is_confirmed_but_a_trial() {
    let sandbox = unsigned();
    let said = sandbox.akam(&["pack"]).expect(1, &["nothing was packed: 1 error"]);
    assert_data_eq!(
        said.found("sign-off-missing"),
        str![[r#"
error[sign-off-missing]: nobody has confirmed 1.D.1, 1.D.2, 1.D.3, 2.D.1, 2.D.2,
  2.D.3, 3.D.2, 4.D.1, 4.D.2, 4.D.3, 5.D.1, 5.D.2
help: `akam sign-off request` writes the page for your manager to sign

"#]]
    );
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["trial-1.D.3.zip", "1 warning remains"]);
    let stale = Sandbox::complete().edit(PLAN, "118 unplanned", "119 unplanned");
    stale.akam(&["pack"]).expect(1, &["sign-off-stale", "nothing was packed"]);
    // A statement about all twelve tells of the other eleven: it is left out of a trial.
    stale.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed", "1 warning remains"]);
    let trial = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";
    stale.akam(&["verify", trial]).expect(0, &["this trial holds no confirmation of 1.D.3"]);
    assert!(files(&stale.path(trial)).iter().all(|(name, _)| !name.contains("sign-offs")));
    let stale = typed(unsigned(), &["1.D.3"], "since 2022-04").edit(PLAN, "118 unplanned", "119 unplanned");
    stale.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed", "2 warnings remain"]);
    stale.akam(&["verify", trial]).expect(0, &["warning[sign-off-stale]", "118 unplanned", "119 unplanned"]);
}

#[test]
fn the_archive_holds_what_was_signed_and_says_who_signed() {
    let sandbox = packed();
    let all = files(&sandbox.path(crate::zips::ARCHIVE));
    let text = |end: &str| {
        let found = all.iter().find(|(name, _)| name.ends_with(end)).unwrap_or_else(|| panic!("{end} is not packed"));
        String::from_utf8_lossy(&found.1).into_owned()
    };
    for name in ["request.toml", "sign-off.toml", "statement.html", "proof.eml", "text/1.D.3.txt"] {
        text(&format!("{HENRIK}/{name}"));
    }
    let cover = text("00-START-HERE.html");
    for said in [
        "Henrik Dahl, Sales director, Nordvik Sealing Systems AS (line manager)",
        "20 November 2026, e-mail",
        "Valid, with exceptions",
        "not confirmed: “the ledger extracts behind the cost to serve, because",
    ] {
        assert!(cover.contains(said), "the cover does not say {said:?}");
    }
    let page = crate::zips::section(&cover, "1.D.3");
    for said in [
        "Henrik Dahl, Sales director, Nordvik Sealing Systems AS",
        "who saw the work April 2022 to 18 November 2026",
        "20 November 2026, e-mail from Henrik Dahl",
        "\"data/sign-offs/2026-11-18-line-manager/statement.html\"",
    ] {
        assert!(page.contains(said), "the page does not say {said:?}");
    }
    let metadata: serde_json::Value = serde_json::from_str(&text("ro-crate-metadata.json")).expect("it is JSON");
    let graph = metadata["@graph"].as_array().expect("it is a list");
    let actions: Vec<_> = graph.iter().filter(|entity| entity["@type"] == "EndorseAction").collect();
    assert_eq!(actions.len(), 2);
    assert_eq!(actions[0]["agent"]["@id"], "#signatory-2026-11-18-line-manager");
    assert_eq!(actions[0]["object"].as_array().map(Vec::len), Some(12 + 25));
    assert_eq!(actions[0]["result"]["@id"], format!("{HENRIK}/proof.eml"));
}

#[test]
fn an_archive_rewritten_with_all_its_digests_still_shows_that_content_changed() {
    let sandbox = packed().edit(PLAN, "118 unplanned", "119 unplanned").remove(crate::zips::ARCHIVE);
    // A draft is what somebody gets who changes the content and packs it anew.
    sandbox.akam(&["pack", "--draft"]).expect(0, &["-DRAFT.zip"]);
    let said = sandbox.akam(&["verify", "akam-ingrid-solberg-2026-11-22-DRAFT.zip"]);
    said.expect(1, &["content changed after Henrik Dahl confirmed it on 20 November 2026", "all as listed"]);
}

#[test]
fn a_real_name_in_an_older_text_is_found_before_it_is_packed() {
    let sandbox = unsigned().edit(PLAN, "118 unplanned", "118 unplanned Fjellmeieriet");
    // The name is listed only after it was signed.
    let names = sandbox.read("private/names.toml");
    let sandbox = typed(sandbox.write("private/names.toml", "[names]\n"), &["1.D.3"], "since 2022-04");
    let sandbox = sandbox.write("private/names.toml", names).edit(PLAN, "118 unplanned Fjellmeieriet", "118 unplanned");
    let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &["privacy-name-left", "text/1.D.3.txt"]);
    assert!(!said.found("privacy-name-left").contains("Fjellmeieriet"), "{}", said.out);
}
