//! Stories about what is still valid, and about cancelling a sign-off.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::sign_off::{HENRIK, asked, fingerprint, typed};
use crate::sign_off_record::waiting;
use crate::tools;
use crate::zips::{files, page, section};

const PLAN: &str = "1.D.3-customer-plan/evidence.md";

#[test]
fn who_confirmed_what_and_how_is_listed() {
    let said = Sandbox::complete().akam(&["sign-off", "list"]);
    assert_data_eq!(
        said.out,
        str![[r#"
2026-11-18-line-manager  J97B-R9DN-X7SG-QB4A-N
  Henrik Dahl, Sales director, Nordvik Sealing Systems AS (line manager); saw
  the work 2022-04 to 2026-11-18
  answered on 2026-11-20: e-mail from Henrik Dahl <henrik.dahl@nordvik.example>
  3.D.2 true except: “the ledger extracts behind the cost to serve, because
  finance holds them and I have only seen the totals”
  valid: 1.D.1, 1.D.2, 1.D.3, 2.D.1, 2.D.2, 2.D.3, 3.D.2, 4.D.1, 4.D.2, 4.D.3,
  5.D.1, 5.D.2

2026-11-19-other  GF7Q-N6HX-ZMY6-XAG6-M
  Agnieszka Wróbel, Head of application engineering, Nordvik Sealing Systems AS
  (somebody who knows the work); saw the work 2022-09 to 2026-11
  answered on 2026-11-21: PDF with a digital signature, checked (certificate
  of Agnieszka Wróbel, issued by Nordvik Sealing Systems CA, whom akam does not
  judge), as the candidate reads it
  valid: 2.D.1

next: `akam check` shows the state of the whole portfolio

"#]]
    );
}

#[test]
fn before_anybody_was_asked_it_says_how_to_begin() {
    let said = Sandbox::agreed().edit("portfolio.toml", "[[validation]]", "[validations]").akam(&["sign-off", "list"]);
    said.expect(0, &["no sign-off has been asked for yet", "`akam sign-off request`"]);
}

#[test]
fn the_manager_sees_what_changed_since_they_signed() {
    let said = Sandbox::in_progress().akam(&["sign-off", "list", "--diff"]);
    assert_eq!(said.code, 1);
    assert_data_eq!(
        said.out,
        str![[r#"
2026-11-06-line-manager  VXAM-S2K8-KBJY-6ZME-X
  Priya Nair, Commercial director, Brightwater Packaging Ltd (line manager); saw
  the work 2023-01 to 2026-11-06
  answered on 2026-11-08: scanned page, as the candidate reads it
  content changed after it was confirmed: 1.D.1

  1.D.1
  the document changed
  - The time for seasonal designs fell from 15 to ten days, and late seasonal
    deliveries to Customer B from eleven in 2023 to four in 2025.
  + The time for seasonal designs fell from 15 to ten days, and late seasonal
    deliveries to Customer B from eleven in 2023 to two in 2025.

next: undo the change, or ask again with `akam sign-off request`

"#]]
    );
    Sandbox::in_progress().akam(&["sign-off", "list"]).expect(1, &["`akam sign-off list --diff` shows what changed"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn programs_read_the_list_in_the_described_shape() {
    let sandbox = Sandbox::complete().edit(PLAN, "118 unplanned", "119 unplanned");
    let said = sandbox.akam(&["sign-off", "list", "--format", "json"]);
    assert_eq!(said.code, 1);
    let schema = sandbox.akam(&["sign-off", "list", "--format", "json-schema"]).expect(0, &[]);
    let sandbox = sandbox.write("private/list.json", &said.out).write("private/schema.json", schema.out);
    let (schema, list) = (sandbox.path("private/schema.json"), sandbox.path("private/list.json"));
    tools::json_schema(&schema, &list).assert_accepted();
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
    let plan = &json["sign_offs"][0]["competencies"][2];
    assert_eq!((plan["code"].as_str(), plan["state"].as_str()), (Some("1.D.3"), Some("changed")));
    let after = plan["changes"][0]["passages"][0]["after"].as_str().expect("a passage is told");
    assert!(after.contains("119 unplanned"), "{after}");
}

#[test]
fn what_is_withdrawn_no_longer_counts_and_stays_in_the_history() {
    let sandbox = Sandbox::complete();
    let name = HENRIK.rsplit('/').next().expect("it has a name");
    sandbox.akam(&["sign-off", "withdraw", name]).expect(2, &["no reason is given", "--reason"]);
    let said = sandbox.akam(&["sign-off", "withdraw", name, "--reason", "Henrik asked for it: wrong forecast."]);
    said.expect(0, &["withdrawn sign-offs/2026-11-18-line-manager", "its record stays in the history"]);
    for typed in [name, &format!("./{HENRIK}/"), &format!(r".\sign-offs\{name}\")] {
        sandbox.akam(&["sign-off", "withdraw", typed, "--reason", "x"]).expect(2, &["is withdrawn already"]);
    }
    sandbox.akam(&["check"]).expect(1, &["withdrawn: 1.D.1, 1.D.2, 1.D.3, 2.D.2", "12 of 12 ready, 1 signed"]);
    sandbox.akam(&["sign-off", "list"]).expect(0, &["withdrawn on 2026-11-22: Henrik asked for it: wrong forecast."]);
    let sandbox = typed(sandbox, &[], "since 2022-04");
    sandbox.akam(&["check"]).expect(0, &["12 of 12 ready, 12 signed"]);
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let packed = files(&sandbox.path(crate::zips::ARCHIVE));
    let history = format!("{HENRIK}/withdrawn.toml");
    assert!(packed.iter().any(|(name, _)| name.ends_with(&history)), "the history is not packed");
    sandbox.akam(&["verify", crate::zips::ARCHIVE]).expect(0, &["all as listed"]);
}

#[test]
fn a_request_that_is_withdrawn_awaits_no_answer() {
    let (sandbox, fingerprint) = waiting();
    let said = sandbox.akam(&["sign-off", "withdraw", &fingerprint, "--reason", "asked the wrong person"]);
    said.expect(0, &["the request no longer counts"]);
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(2, &["is withdrawn already"]);
    sandbox.akam(&["sign-off", "withdraw"]).expect(2, &["there is no sign-off to withdraw"]);
}

#[test]
fn a_later_sign_off_is_valid_where_an_older_one_is_not() {
    let sandbox = Sandbox::complete().edit(PLAN, "118 unplanned", "119 unplanned");
    let said = asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["1 competency (1.D.3)"]);
    sandbox.akam(&["sign-off", "record", &fingerprint(&said)]).expect(0, &["recorded"]);
    sandbox.akam(&["check"]).expect(0, &["12 of 12 ready, 11 signed", "1 warning"]);
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    sandbox.akam(&["verify", crate::zips::ARCHIVE]).expect(0, &["all as listed"]);
}

#[test]
fn of_several_that_are_meant_one_must_be_named() {
    let sandbox = Sandbox::complete();
    let said = sandbox.akam(&["sign-off", "withdraw", "--reason", "x"]);
    said.expect(2, &["please say which one", "`2026-11-18-line-manager`, `2026-11-19-other`"]);
    sandbox.akam(&["sign-off", "withdraw", "nobody", "--reason", "x"]).expect(2, &["there is no request `nobody`"]);
}

#[test]
fn no_exception_is_lost_to_a_later_sign_off() {
    let sandbox = typed(Sandbox::complete(), &["3.D.2"], "since 2022-04");
    sandbox.akam(&["check", "3.D.2"]).expect(0, &["excepted", "ready"]);
    let json = sandbox.akam(&["check", "3.D.2", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let sign_off = &json["coverage"][0]["sign_off"];
    assert_eq!(sign_off["exceptions"].as_array().map(Vec::len), Some(1));
    assert_eq!(sign_off["also"][0]["signatory"]["name"], "Maria Lind");
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let page = page(&sandbox.path(crate::zips::ARCHIVE));
    let cover = page.split("<section id=").next().expect("the page has a cover");
    for text in [cover, &section(&page, "3.D.2")] {
        assert!(text.contains("the ledger extracts behind the cost to serve") && text.contains("Maria Lind"), "{text}");
    }
}
