//! Stories about whether what was confirmed is still what there is.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::sign_off::typed;

const PLAN: &str = "1.D.3-customer-plan/evidence.md";
const ORGANOGRAM: &str = "1.D.1-knowledge-of-own-company/artefacts/organogram.png";

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
help: undo the change, or ask again with `akam sign-off request 1.D.1`;
      `akam sign-off list --diff` shows all

"#]]
    );
    said.expect(1, &["12 of 12 ready, 10 signed", "2  changed    ready"]);
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
help: undo the change, or ask again with `akam sign-off request 1.D.3`;
      `akam sign-off list --diff` shows all

"#]]
    );
}

#[test]
fn a_change_that_is_undone_leaves_a_valid_sign_off() {
    let sandbox = Sandbox::complete().edit(PLAN, "118 unplanned", "119 unplanned");
    sandbox.akam(&["check"]).expect(1, &["sign-off-stale"]);
    let sandbox = sandbox.edit(PLAN, "119 unplanned", "118 unplanned");
    sandbox.akam(&["check"]).expect(0, &["12 of 12 ready, 11 signed", "no findings"]);
}

#[test]
fn what_the_register_says_of_an_artefact_is_signed_too() {
    let register = "1.D.3-customer-plan/artefacts.toml";
    let said = Sandbox::complete().edit(register, "share = 60", "share = 95").akam(&["check"]);
    said.expect(1, &["what is said of `plan-forecast.xlsx` (1.D.3-A2) changed: own work from 60% to 95%"]);
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
help: the sign-off is valid; you need do nothing

"#]]
    );
    assert!(!said.out.contains("sign-off-stale"), "{}", said.out);
}

#[test]
fn the_same_words_saved_again_are_cosmetic() {
    let windows = Sandbox::complete().read(PLAN).replace('\n', "\r\n");
    let said = Sandbox::complete().write(PLAN, windows).akam(&["check"]).expect(0, &["11 signed", "cosmetic"]);
    assert_eq!(said.rules(), ["sign-off-cosmetic"]);
    said.expect(0, &["the document was saved again with the same words after Henrik Dahl confirmed it"]);
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
    let said = sandbox.akam(&["check"]).expect(0, &["criteria changed", "12 of 12 ready, 11 signed"]);
    assert_eq!(said.rules(), ["sign-off-criteria-changed"]);
    said.expect(0, &["the criteria of 1.D.3 changed after Henrik Dahl confirmed it"]);
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
            "12 of 12 ready, 11 signed",
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
    Sandbox::complete().write(register, turned).akam(&["check"]).expect(0, &["11 signed", "no findings"]);
}
