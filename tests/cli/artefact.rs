//! Stories about attached files and their register.

use std::fmt::Write;

use snapbox::{IntoData, assert_data_eq, str};

use crate::sandbox::Sandbox;

const FOLDER: &str = "1.D.3-customer-plan";
const DOCUMENT: &str = "1.D.3-customer-plan/evidence.md";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
const PLAN: &str = "1.D.3-customer-plan/artefacts/account-plan.docx";
const FORECAST: &str = "1.D.3-customer-plan/artefacts/plan-forecast.xlsx";

/// Takes away all artefacts of the competency, and what its document says of them.
fn without_artefacts() -> Sandbox {
    let sandbox = Sandbox::agreed().remove(&format!("{FOLDER}/artefacts")).write(REGISTER, "");
    let sandbox = sandbox.edit(DOCUMENT, "(artefacts/account-plan.docx)", "(#outcome)");
    sandbox.edit(DOCUMENT, "(artefacts/plan-forecast.xlsx)", "(#outcome)")
}

#[test]
fn a_document_without_artefacts_and_without_a_reason_is_not_enough() {
    for register in ["", "document_only = \"  \"\n"] {
        let said = without_artefacts().write(REGISTER, register).akam(&["check"]).expect(1, &["11 of 12 ready"]);
        assert_data_eq!(
            said.found("artefact-none"),
            str![[r#"
error[artefact-none]: no artefact is attached, and no reason is given
--> 1.D.3-customer-plan/artefacts.toml
help: `akam attach FILE --to 1.D.3`, or say why not in `artefacts.toml`:
      `document_only = "…"`

"#]]
        );
    }
}

#[test]
fn a_reason_stands_in_for_an_artefact() {
    let sandbox = without_artefacts().write(REGISTER, "document_only = \"The plan itself is confidential.\"\n");
    let said = sandbox.akam(&["check"]).expect(0, &["12 of 12 ready"]);
    assert_eq!(said.findings("artefact-none"), [""; 0]);
}

#[test]
fn a_missing_register_beside_files_names_each_file() {
    let said = Sandbox::agreed().remove(REGISTER).akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("artefact-unlisted"),
        str![[r#"
error[artefact-unlisted]: this file is not in the list of artefacts, so nothing
  says what it shows
--> 1.D.3-customer-plan/artefacts/account-plan.docx
help: add it to `artefacts.toml` with `file = "artefacts/account-plan.docx"`, or
      move it into `private/`

error[artefact-unlisted]: this file is not in the list of artefacts, so nothing
  says what it shows
--> 1.D.3-customer-plan/artefacts/plan-forecast.xlsx
help: add it to `artefacts.toml` with `file = "artefacts/plan-forecast.xlsx"`,
      or move it into `private/`

"#]]
    );
}

#[test]
fn a_registered_file_that_is_not_there_is_found_in_the_register() {
    let said = Sandbox::agreed().remove(PLAN).akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("artefact-missing"),
        str![[r#"
error[artefact-missing]: `artefacts/account-plan.docx` is not there
 --> 1.D.3-customer-plan/artefacts.toml:4:8
  |
4 | file = "artefacts/account-plan.docx"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: put the file there, correct `file`, or remove this entry

"#]]
    );
    assert_eq!(said.findings("document-broken-link").len(), 1);
}

#[test]
fn a_file_that_was_renamed_is_told_by_its_new_name() {
    let said = Sandbox::agreed().rename(PLAN, &format!("{FOLDER}/artefacts/account-plan-v2.docx")).akam(&["check"]);
    let said = said.expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("artefact-missing"),
        str![[r#"
error[artefact-missing]: `artefacts/account-plan.docx` is not there
 --> 1.D.3-customer-plan/artefacts.toml:4:8
  |
4 | file = "artefacts/account-plan.docx"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: did you mean `artefacts/account-plan-v2.docx`?

"#]]
    );
}

#[test]
fn a_path_out_of_the_folder_is_never_followed() {
    for path in ["../portfolio.toml", "/etc/passwd", "artefacts/../../private/names.toml"] {
        let sandbox = Sandbox::agreed().edit(REGISTER, "artefacts/account-plan.docx", path);
        let said = sandbox.akam(&["check"]).expect(1, &["this path leads out of the competency's folder"]);
        assert_eq!(said.findings("artefact-missing").len(), 1, "{path}");
        assert!(!said.out.contains("root:") && !said.out.contains("Fjellmeieriet"), "{}", said.out);
    }
}

#[test]
fn a_folder_registered_as_a_file_is_told() {
    let sandbox = Sandbox::agreed().edit(REGISTER, "artefacts/account-plan.docx", "artefacts");
    let said = sandbox.akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("artefact-missing"),
        str![[r#"
error[artefact-missing]: `artefacts` is a folder
 --> 1.D.3-customer-plan/artefacts.toml:4:8
  |
4 | file = "artefacts"
  |        ^^^^^^^^^^^
help: make an entry for each file in it

"#]]
    );
}

#[test]
fn a_file_that_no_register_names_is_told_how_to_be_registered() {
    let said = Sandbox::agreed().write(&format!("{FOLDER}/artefacts/old plan.docx"), "x").akam(&["check"]);
    assert_data_eq!(
        said.expect(1, &[]).found("artefact-unlisted"),
        str![[r#"
error[artefact-unlisted]: this file is not in the list of artefacts, so nothing
  says what it shows
--> 1.D.3-customer-plan/artefacts/old plan.docx
help: add it to `artefacts.toml` with `file = "artefacts/old plan.docx"`, or
      move it into `private/`

"#]]
    );
}

#[test]
fn what_an_artefact_shows_and_whose_work_it_is_must_be_said() {
    let sandbox = Sandbox::agreed().edit(REGISTER, "shows = \"The plan", "# shows = \"The plan");
    let said = sandbox.edit(REGISTER, "share = 80", "# share = 80").akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("artefact-unexplained"),
        str![[r#"
error[artefact-unexplained]: nothing says what 1.D.3-A1
  `Account plan for Customer A, 2024 to 2026 (shortened)` shows
 --> 1.D.3-customer-plan/artefacts.toml:4:8
  |
4 | file = "artefacts/account-plan.docx"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: add `shows = "…"`: how it demonstrates the competency

"#]]
    );
    assert_data_eq!(
        said.found("artefact-share-unstated"),
        str![[r#"
error[artefact-share-unstated]: how much of 1.D.3-A1
  `Account plan for Customer A, 2024 to 2026 (shortened)` is your own work is
  not stated
 --> 1.D.3-customer-plan/artefacts.toml:4:8
  |
4 | file = "artefacts/account-plan.docx"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: add `share = 80`, in per cent

"#]]
    );
}

#[test]
fn somebody_elses_work_is_no_evidence() {
    let said = Sandbox::agreed().edit(REGISTER, "share = 80", "share = 0").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("artefact-not-own-work"),
        str![[r#"
error[artefact-not-own-work]: 1.D.3-A1
  `Account plan for Customer A, 2024 to 2026 (shortened)` is not your own work
  at all
 --> 1.D.3-customer-plan/artefacts.toml:7:9
  |
7 | share = 0
  |         ^
help: attach instead something that shows how you used it

"#]]
    );
    Sandbox::agreed().edit(REGISTER, "share = 80", "share = 1").akam(&["check"]).expect(0, &["1 warning"]);
}

#[test]
fn a_code_that_does_not_exist_is_told_the_nearest_one() {
    let said = Sandbox::agreed().edit(REGISTER, "\"4.D.3.1\"", "\"4.D.3.9\"").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("artefact-supports-unknown"),
        str![[r#"
error[artefact-supports-unknown]: `4.D.3.9` is not a competency or part
 --> 1.D.3-customer-plan/artefacts.toml:9:22
  |
9 | supports = ["1.D.3", "4.D.3.9", "5.D.1.1"]
  |                      ^^^^^^^^^
help: did you mean `4.D.3.4`?

"#]]
    );
}

#[test]
fn a_code_of_the_competency_that_is_left_out_leads_nowhere() {
    let said = Sandbox::agreed().edit(REGISTER, "\"4.D.3.1\"", "\"3.D.1.2\"").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("artefact-supports-unknown"),
        str![[r#"
error[artefact-supports-unknown]: `3.D.1.2` belongs to 3.D.1, which is left out
 --> 1.D.3-customer-plan/artefacts.toml:9:22
  |
9 | supports = ["1.D.3", "3.D.1.2", "5.D.1.1"]
  |                      ^^^^^^^^^
help: remove the code from `supports`

"#]]
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    let sandbox = Sandbox::agreed().mode(PLAN, 0o000);
    let said = sandbox.run(sandbox.command_of_a_plain_user().arg("check")).expect(1, &["11 of 12 ready"]);
    assert_eq!(said.rules(), ["artefact-unreadable", "coverage-short"]);
    assert_data_eq!(
        said.found("artefact-unreadable"),
        str![[r#"
error[artefact-unreadable]: it cannot be opened: Permission denied (os error 13)
--> 1.D.3-customer-plan/artefacts/account-plan.docx
help: give yourself the right to read it, or close the program that has it open

"#]]
    );
}

#[test]
fn an_empty_file_is_a_copy_that_went_wrong() {
    let said = Sandbox::agreed().write(FORECAST, "").akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("artefact-empty"),
        str![[r#"
error[artefact-empty]: this file is empty
--> 1.D.3-customer-plan/artefacts/plan-forecast.xlsx
help: copy it again from where it comes from

"#]]
    );
}

#[test]
fn programs_are_found_by_their_name_and_by_their_first_bytes() {
    let said = Sandbox::agreed().write(PLAN, b"MZ\x90\0").akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("artefact-executable"),
        str![[r#"
error[artefact-executable]: this file is a program, or could run one when it
  is opened
--> 1.D.3-customer-plan/artefacts/account-plan.docx
help: attach what it produced, or print it to PDF

"#]]
    );
    let sandbox = Sandbox::agreed().rename(FORECAST, &format!("{FOLDER}/artefacts/macro.VBS"));
    let said = sandbox.edit(REGISTER, "plan-forecast.xlsx", "macro.VBS").akam(&["check"]).expect(1, &[]);
    assert_eq!(said.findings("artefact-executable").len(), 1);
}

#[test]
fn an_artefact_that_the_document_never_mentions_is_told_how_to_be_linked() {
    let said = Sandbox::agreed().edit(DOCUMENT, "(artefacts/plan-forecast.xlsx)", "(#outcome)").akam(&["check"]);
    assert_data_eq!(
        said.expect(0, &[]).found("artefact-unmentioned"),
        str![[r#"
warning[artefact-unmentioned]: the document never mentions 1.D.3-A2
  `Forecast 2024 to 2026 from pumps under agreement`
  --> 1.D.3-customer-plan/artefacts.toml:12:8
   |
12 | file = "artefacts/plan-forecast.xlsx"
   |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: link to it where you make the claim: `[…](artefacts/plan-forecast.xlsx)`

"#]]
    );
}

#[test]
fn a_number_a_title_or_a_file_name_is_mention_enough() {
    let titles = ["1.D.3-A2", "forecast 2024 to 2026 FROM pumps under agreement", "`plan-forecast.xlsx`"];
    for mention in titles {
        let sandbox = Sandbox::agreed().edit(DOCUMENT, "[forecast workbook](artefacts/plan-forecast.xlsx)", mention);
        sandbox.akam(&["check"]).expect(0, &["1 warning"]);
    }
}

#[test]
fn the_same_file_twice_is_warned_whatever_its_name() {
    let sandbox = Sandbox::agreed();
    let bytes = std::fs::read(sandbox.path(FORECAST)).expect("the example holds it");
    let said = sandbox.write("2.D.2-selling/artefacts/copy.xlsx", bytes).akam(&["check"]);
    assert_data_eq!(
        said.found("artefact-duplicate"),
        str![[r#"
warning[artefact-duplicate]: this is the same file as
  `1.D.3-customer-plan/artefacts/plan-forecast.xlsx`
--> 2.D.2-selling/artefacts/copy.xlsx
help: keep one, and name the other competency in its `supports`

"#]]
    );
}

#[test]
fn a_register_with_five_thousand_entries_takes_no_time() {
    let mut register = String::new();
    for number in 0..5_000 {
        writeln!(register, "[[artefact]]\nfile = \"artefacts/{number}\"").expect("a text can be written to");
    }
    Sandbox::agreed().write(REGISTER, register).akam_within(20, &["check"]).expect(1, &["11 of 12 ready"]);
}

#[test]
fn an_escape_sequence_in_a_title_never_reaches_the_terminal() {
    let title = "title = \"Plan \\u001b[2J \\u202e\"\n#";
    let said = Sandbox::agreed().edit(REGISTER, "title = ", title).edit(REGISTER, "share = 80", "").akam(&["check"]);
    assert!(!said.out.contains(['\u{1b}', '\u{202e}']), "{:?}", said.out);
    assert_data_eq!(
        said.found("artefact-share-unstated"),
        str![[r#"
error[artefact-share-unstated]: how much of 1.D.3-A1 `Plan \u{1b}[2J \u{202e}`
  is your own work is not stated
 --> 1.D.3-customer-plan/artefacts.toml:4:8
  |
4 | file = "artefacts/account-plan.docx"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: add `share = 80`, in per cent

"#]]
        .raw()
    );
}

#[test]
fn a_file_that_is_registered_twice_is_told() {
    let sandbox = Sandbox::agreed().append(
        "1.D.3-customer-plan/artefacts.toml",
        "\n[[artefact]]\nfile = \"artefacts/account-plan.docx\"\nshows = \"x\"\nshare = 80\n",
    );
    assert_data_eq!(
        sandbox.akam(&["check"]).expect(0, &[]).found("artefact-duplicate"),
        str![[r#"
warning[artefact-duplicate]: this file is in the list already, as 1.D.3-A1
  --> 1.D.3-customer-plan/artefacts.toml:20:8
   |
20 | file = "artefacts/account-plan.docx"
   |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: keep one of the two entries

"#]]
    );
}

#[test]
fn what_is_named_like_junk_is_not_packed_though_it_is_registered() {
    for name in [".env", "~$account-plan.docx", "draft.tmp", ".notes/plan.docx"] {
        let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/artefacts/{name}"), "TOKEN=1");
        let sandbox = sandbox.edit(REGISTER, "artefacts/account-plan.docx", &format!("artefacts/{name}"));
        let said = format!("error[artefact-missing]: `artefacts/{name}` looks like a temporary file");
        sandbox.akam(&["check", "1.D.3"]).expect(1, &[&said, "help: rename the file, and correct `file`"]);
        sandbox.akam(&["pack"]).expect(1, &["error[artefact-missing]"]);
        let listed = sandbox.akam(&["pack", "--draft", "--dry-run"]).expect(0, &["would be packed"]);
        assert!(!listed.out.contains(name), "{}", listed.out);
        sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    }
}
