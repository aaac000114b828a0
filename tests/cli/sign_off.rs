//! Stories about whether the facts are confirmed, and whether they still are what was confirmed.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{DAY, Said, Sandbox};
use crate::zips::{files, packed};

pub const HENRIK: &str = "sign-offs/2026-11-18-line-manager";
pub const AGNIESZKA: &str = "sign-offs/2026-11-19-other";
const PLAN: &str = "1.D.3-customer-plan/evidence.md";
const ORGANOGRAM: &str = "1.D.1-knowledge-of-own-company/artefacts/organogram.png";

/// Asks a line manager about these competencies.
pub fn asked(sandbox: &Sandbox, codes: &[&str], observed: &str) -> Said {
    let who = ["--name", "Maria Lind", "--role", "Sales director", "--organisation", "Nordvik AS"];
    let how = ["--relation", "line-manager", "--observed", observed];
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
fn one_changed_byte_of_a_signed_artefact_is_found() {
    let said = Sandbox::complete().write(ORGANOGRAM, b"\x89PNG another picture").akam(&["check"]);
    assert_eq!((said.code, said.rules()), (1, vec!["sign-off-stale".to_owned()]));
    assert_data_eq!(
        said.found("sign-off-stale"),
        str![[r#"
error[sign-off-stale]: content changed after Henrik Dahl confirmed it on 20
  November 2026: `organogram.png` (1.D.1-A1) changed
--> 1.D.1-knowledge-of-own-company/artefacts/organogram.png
help: put it back as it was, or ask again with `akam sign-off request 1.D.1`;
      `akam sign-off list --diff` shows all

"#]]
    );
    said.expect(1, &["12 of 12 ready, 11 signed", "2  changed    ready"]);
}

#[test]
fn an_edited_sentence_is_shown_as_it_was_and_as_it_is() {
    let sandbox = Sandbox::complete().edit(PLAN, "118 unplanned pump stops", "811 unplanned pump stops");
    let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &[]);
    assert_eq!(said.rules(), ["sign-off-stale"]);
    assert_data_eq!(
        said.found("sign-off-stale"),
        str![[r#"
error[sign-off-stale]: content changed after Henrik Dahl confirmed it on 20
  November 2026: the document changed
 --> 1.D.3-customer-plan/evidence.md:5:156
  |
[..]
  |                          ^^^
  - … recorded the cause of each of 118 unplanned pump stops.
  + … recorded the cause of each of 811 unplanned pump stops.
help: put it back as it was, or ask again with `akam sign-off request 1.D.3`;
      `akam sign-off list --diff` shows all

"#]]
    );
}

#[test]
fn what_is_put_back_stands_again() {
    let sandbox = Sandbox::complete().edit(PLAN, "118 unplanned", "119 unplanned");
    sandbox.akam(&["check"]).expect(1, &["sign-off-stale"]);
    let sandbox = sandbox.edit(PLAN, "119 unplanned", "118 unplanned");
    sandbox.akam(&["check"]).expect(0, &["12 of 12 ready, 12 signed", "no findings"]);
}

#[test]
fn what_the_register_says_of_an_artefact_is_signed_too() {
    let register = "1.D.3-customer-plan/artefacts.toml";
    let said = Sandbox::complete().edit(register, "share = 60", "share = 95").akam(&["check"]);
    said.expect(
        1,
        &["what is said of `plan-forecast.xlsx` (1.D.3-A2) changed: own work from 60 percent to 95 percent"],
    );
}

#[test]
fn an_artefact_that_is_added_or_taken_out_was_not_confirmed() {
    let sandbox = Sandbox::complete().write("new.txt", "Minutes.");
    sandbox.akam(&["attach", "new.txt", "--to", "1.D.3", "--share", "50", "--shows", "What."]).expect(0, &[]);
    let sandbox = sandbox.remove("new.txt");
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-stale", "`new.txt` (1.D.3-A3) was added"]);
    let register = sandbox.read("1.D.1-knowledge-of-own-company/artefacts.toml");
    let end = register.rfind("[[artefact]]").expect("there are two");
    let sandbox = sandbox.write("1.D.1-knowledge-of-own-company/artefacts.toml", &register[..end]);
    sandbox.akam(&["check", "1.D.1"]).expect(1, &["sign-off-stale", "(1.D.1-A2) was taken out"]);
}

#[test]
fn a_renamed_file_is_told_from_another_one() {
    let folder = "1.D.3-customer-plan";
    let sandbox = Sandbox::agreed().write("minutes.txt", "Minutes of a meeting.");
    sandbox
        .akam(&["attach", "minutes.txt", "--to", "1.D.3", "--share", "50", "--shows", "What.", "--title", "Minutes"])
        .expect(0, &[]);
    let sandbox = typed(sandbox.remove("minutes.txt"), &["1.D.3"], "since 2022-04");
    let sandbox = sandbox
        .rename(&format!("{folder}/artefacts/minutes.txt"), &format!("{folder}/artefacts/meeting.txt"))
        .edit(&format!("{folder}/artefacts.toml"), "artefacts/minutes.txt", "artefacts/meeting.txt");
    let said = sandbox.akam(&["check", "1.D.3"]).expect(0, &["renamed", "signed"]);
    assert_data_eq!(
        said.found("sign-off-renamed"),
        str![[r#"
warning[sign-off-renamed]: `meeting.txt` (1.D.3-A3) was renamed from
  `minutes.txt` after Maria Lind confirmed it on 22 November 2026
--> 1.D.3-customer-plan/artefacts/meeting.txt
help: the sign-off stands; nothing need be done

"#]]
    );
    assert!(!said.out.contains("sign-off-stale"), "{}", said.out);
}

#[test]
fn the_same_words_saved_anew_are_cosmetic() {
    let windows = Sandbox::complete().read(PLAN).replace('\n', "\r\n");
    let said = Sandbox::complete().write(PLAN, windows).akam(&["check"]).expect(0, &["12 signed", "cosmetic"]);
    assert_eq!(said.rules(), ["sign-off-cosmetic"]);
    said.expect(0, &["the document was saved anew with the same words after Henrik Dahl confirmed it"]);
    let sandbox = Sandbox::complete().edit(PLAN, "118 unplanned pump stops", "**118** unplanned\npump stops");
    assert_eq!(sandbox.akam(&["check"]).expect(0, &[]).rules(), ["sign-off-cosmetic"]);
}

#[test]
fn a_framework_that_asks_for_something_else_is_told() {
    let framework = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/competencies.toml"));
    let framework = framework.expect("it is part of the project");
    let plan = framework.find("\"1.D.3.1\"").expect("the part is there");
    let ask = plan + framework[plan..].find("asks = [").expect("it asks something") + "asks = [".len();
    let other = format!("{}\n    \"count your pencils\",{}", &framework[..ask], &framework[ask..]);
    let sandbox = Sandbox::complete().write("own.toml", other).edit(
        "portfolio.toml",
        "[candidate]",
        "framework = \"own.toml\"\n\n[candidate]",
    );
    let said = sandbox.akam(&["check"]).expect(0, &["criteria changed", "12 of 12 ready, 12 signed"]);
    assert_eq!(said.rules(), ["sign-off-criteria-changed"]);
    said.expect(0, &["the framework's text of 1.D.3 changed after Henrik Dahl confirmed it"]);
}

#[test]
fn candidates_do_not_confirm_their_own_work() {
    let sandbox = Sandbox::complete().edit("portfolio.toml", "Ingrid Solberg", "Dahl, Henrik");
    let said = sandbox.akam(&["check"]).expect(1, &["the candidate cannot confirm their own work"]);
    assert_eq!(said.rules(), ["sign-off-unreadable", "sign-off-by-candidate"]);
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
    let said = sandbox.akam(&["check", "2.D.1"]).expect(1, &["sign-off-outside-observation"]);
    assert_data_eq!(
        said.found("sign-off-outside-observation"),
        str![[r#"
error[sign-off-outside-observation]: `stop-causes.csv` was made 2022-09 to
  2023-08, and Maria Lind saw the work 2024-01 to 2026-11
 --> 2.D.1-product-service-and-application-knowledge/artefacts.toml:[..]
  |
[..] | file = "artefacts/stop-causes.csv"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: ask somebody who saw it: `akam sign-off request 2.D.1`; or ask AKAM, and
      record it as a `[[validation]]`

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
    sandbox.akam(&["check", "2.D.1"]).expect(0, &["signed"]);
    let sandbox = unsigned().append("portfolio.toml", &agreed);
    sandbox.akam(&["check", "2.D.1"]).expect(0, &["agreed", "ready", "no findings"]);
    sandbox.akam(&["sign-off", "list"]).expect(0, &["agreed with AKAM: 2.D.1, letter K-17 of 2026-05-04"]);
    let said = unsigned().append("portfolio.toml", validation).akam(&["check"]);
    assert_eq!(said.rules(), ["sign-off-missing", "sign-off-unreadable"]);
    let unknown = unsigned().append("portfolio.toml", &agreed.replace("2.D.1", "9.X.9")).akam(&["check"]);
    unknown.expect(1, &["`9.X.9` was agreed with AKAM, but there is no such competency", "portfolio.toml:"]);
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
help: ask for an e-mail, a scan or a signature, and record it with
      `--proof FILE`

"#]]
    );
}

#[test]
fn a_record_that_was_touched_is_not_relied_on() {
    type Touch = fn(Sandbox) -> Sandbox;
    let touched: [(&str, Touch, &str); 13] = [
        ("request", |it| it.edit(&format!("{HENRIK}/request.toml"), "share = 60", "share = 90"), "another fingerprint"),
        ("statement", |it| it.append(&format!("{HENRIK}/statement.html"), "\n"), "it is not the page that was signed"),
        ("no statement", |it| it.remove(&format!("{HENRIK}/statement.html")), "the page that was signed is gone"),
        ("text", |it| it.append(&format!("{HENRIK}/text/1.D.3.txt"), "More."), "it is not the text that was confirmed"),
        ("proof", |it| it.append(&format!("{HENRIK}/proof.eml"), "More."), "it is not the proof that was recorded"),
        ("no proof", |it| it.remove(&format!("{HENRIK}/proof.eml")), "the proof is gone"),
        ("record", |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "[proof]", "[prof]"), "unknown field"),
        ("no request", |it| it.remove(&format!("{HENRIK}/request.toml")), "so nobody can tell what was confirmed"),
        ("role", |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "Sales director", "Chief"), "another role"),
        ("day", |it| it.edit(&format!("{HENRIK}/sign-off.toml"), "2026-11-20", "2026-11-18"), "sent on another day"),
        ("no text", |it| it.remove(&format!("{HENRIK}/text/1.D.3.txt")), "the text that was confirmed is gone"),
        ("key", |it| it.append(&format!("{AGNIESZKA}/allowed_signers"), "x"), "it does not name the signature's key"),
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
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["trial-1.D.3.zip", "1 warning stands"]);
    let stale = Sandbox::complete().edit(PLAN, "118 unplanned", "119 unplanned");
    stale.akam(&["pack"]).expect(1, &["sign-off-stale", "nothing was packed"]);
    // A statement about all twelve tells of the other eleven: it is left out of a trial.
    stale.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed", "1 warning stands"]);
    let trial = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";
    stale
        .akam(&["verify", trial])
        .expect(0, &["this trial holds no confirmation of 1.D.3", "`akam sign-off request 1.D.3`"]);
    assert!(files(&stale.path(trial)).iter().all(|(name, _)| !name.contains("sign-offs")));
    let stale = typed(unsigned(), &["1.D.3"], "since 2022-04").edit(PLAN, "118 unplanned", "119 unplanned");
    stale.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed", "2 warnings stand"]);
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
    text(&format!("{AGNIESZKA}/allowed_signers"));
    let cover = text("00-START-HERE.html");
    for said in [
        "Henrik Dahl, Sales director (line manager)",
        "20 November 2026, e-mail",
        "21 November 2026, SSH signature, checked",
        "Stands, with an exception",
        "not confirmed: “the ledger extracts behind the cost to serve”",
    ] {
        assert!(cover.contains(said), "the cover does not say {said:?}");
    }
    let page = text("pages/1.D.3.html");
    for said in [
        "Henrik Dahl, Sales director, Nordvik Sealing Systems AS",
        "line manager; saw the work April 2022 to 18 November 2026",
        "20 November 2026, e-mail from Henrik Dahl",
        "../sign-offs/2026-11-18-line-manager/statement.html",
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

#[test]
fn links_to_a_renamed_file_are_no_other_words() {
    let (folder, old, new) = ("1.D.1-knowledge-of-own-company", "organogram.png", "organogram-2024.png");
    let sandbox = Sandbox::complete().rename(ORGANOGRAM, &format!("{folder}/artefacts/{new}"));
    let register = sandbox.read(&format!("{folder}/artefacts.toml")).replace(old, new);
    let document = sandbox.read(&format!("{folder}/evidence.md")).replace(old, new);
    assert!(document.contains(new), "the document links to it");
    let sandbox = sandbox.write(&format!("{folder}/artefacts.toml"), register);
    let sandbox = sandbox.write(&format!("{folder}/evidence.md"), document);
    let said = sandbox.akam(&["check"]).expect(
        0,
        &[
            "12 of 12 ready, 12 signed",
            "`organogram-2024.png` (1.D.1-A1) was renamed from `organogram.png`, and 1 more like it in 1.D.1, after",
        ],
    );
    assert_eq!(said.rules(), ["sign-off-renamed"]);
}

#[test]
fn new_words_behind_a_comment_are_new_words() {
    let sandbox = Sandbox::complete().append(PLAN, "\n<!-- x --> I won it all by myself.\n");
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-stale", "+ I won it all by myself."]);
    let hidden = Sandbox::complete().append(PLAN, "\n<!--\nnote to self\n-->\n").akam(&["check", "1.D.3"]);
    assert_eq!(hidden.expect(0, &[]).rules(), ["sign-off-cosmetic", "document-comments"]);
}

#[test]
fn the_order_of_what_an_artefact_supports_does_not_matter_but_its_number_does() {
    let register = "1.D.1-knowledge-of-own-company/artefacts.toml";
    let text = Sandbox::complete().read(register);
    let at = text.find("supports = [").expect("one names what it supports") + "supports = [".len();
    let end = at + text[at..].find(']').expect("the list ends");
    let mut codes: Vec<&str> = text[at..end].split(", ").collect();
    codes.reverse();
    let turned = format!("{}{}{}", &text[..at], codes.join(", "), &text[end..]);
    assert_ne!(turned, text);
    Sandbox::complete().write(register, turned).akam(&["check"]).expect(0, &["12 signed", "no findings"]);
}
