//! Stories about slips in TOML, by people who have never written any.

use snapbox::{IntoData, assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "portfolio.toml";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
const NAME: &str = "name = \"Ingrid Solberg\"";

/// What is said of a settings file after one edit; the slip is all that is reported, not what follows from it.
pub fn unreadable(file: &str, from: &str, to: &str) -> String {
    let said = Sandbox::agreed().edit(file, from, to).akam(&["check"]).expect(1, &[]);
    let others: Vec<String> = said.rules().into_iter().filter(|id| id != "coverage-short").collect();
    assert_eq!(others, ["portfolio-unreadable"], "{}", said.out);
    said.found("portfolio-unreadable")
}

#[test]
fn a_name_without_quotation_marks_is_found_at_its_place() {
    assert_data_eq!(
        unreadable(FILE, NAME, "name = Ingrid Solberg"),
        str![[r#"
error[portfolio-unreadable]: this is neither a text in quotation marks nor
  a number
 --> portfolio.toml:4:8
  |
4 | name = Ingrid Solberg
  |        ^^^^^^^^^^^^^^
help: put it into straight quotation marks: `"…"`

"#]]
    );
}

#[test]
fn curly_quotation_marks_from_word_are_told_from_straight_ones() {
    assert_data_eq!(
        unreadable(FILE, NAME, "name = “Ingrid Solberg”"),
        str![[r#"
error[portfolio-unreadable]: this is neither a text in quotation marks nor
  a number
 --> portfolio.toml:4:8
  |
4 | name = “Ingrid Solberg”
  |        ^^^^^^^^^^^^^^^^
help: write straight quotation marks around the text: `"…"`

"#]]
    );
}

#[test]
fn a_text_that_is_not_closed_is_found_on_its_own_line() {
    assert_data_eq!(
        unreadable(FILE, NAME, "name = \"Ingrid Solberg"),
        str![[r#"
error[portfolio-unreadable]: this text is not closed
 --> portfolio.toml:4:23
  |
4 | name = "Ingrid Solberg
  |                       ^
help: close the text with a quotation mark: `"…"`

"#]]
    );
}

#[test]
fn a_bracket_that_is_missing_is_found() {
    assert_data_eq!(
        unreadable(FILE, "[candidate]", "[candidate"),
        str![[r#"
error[portfolio-unreadable]: this line is not closed
 --> portfolio.toml:3:11
  |
3 | [candidate
  |           ^
help: close it with `]`

"#]]
    );
}

#[test]
fn a_name_that_is_given_twice_is_found() {
    assert_data_eq!(
        unreadable(FILE, NAME, &format!("{NAME}\nname = \"Ingrid\"")),
        str![[r#"
error[portfolio-unreadable]: this is given twice
 --> portfolio.toml:5:1
  |
5 | name = "Ingrid"
  | ^^^^
help: keep one of the two

"#]]
    );
}

#[test]
fn one_pair_of_brackets_too_few_around_key_account_is_found() {
    assert_data_eq!(
        unreadable(FILE, "[[key_account]]", "[key_account]"),
        str![[r#"
error[portfolio-unreadable]: this is a single table, where a list is expected
 --> portfolio.toml:9:1
  |
9 | [key_account]
  | ^^^^^^^^^^^^^
help: write two brackets on each side: `[[key_account]]`

"#]]
    );
}

#[test]
fn a_number_where_a_text_belongs_is_found() {
    assert_data_eq!(
        unreadable(FILE, "since = \"2022-04\"", "since = 2022"),
        str![[r#"
error[portfolio-unreadable]: this is a number, where a text in quotation marks
  is expected
  --> portfolio.toml:12:9
   |
12 | since = 2022
   |         ^^^^
help: put it into straight quotation marks: `"…"`

"#]]
    );
}

#[test]
fn a_share_in_quotation_marks_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "share = 80", "share = \"80\""),
        str![[r#"
error[portfolio-unreadable]: this is a text, where a number is expected
 --> 1.D.3-customer-plan/artefacts.toml:7:9
  |
7 | share = "80"
  |         ^^^^
help: write the number alone, for example `80`

"#]]
    );
}

#[test]
fn a_share_with_a_percent_sign_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "share = 80", "share = 80 %"),
        str![[r#"
error[portfolio-unreadable]: this is neither a text in quotation marks nor
  a number
 --> 1.D.3-customer-plan/artefacts.toml:7:9
  |
7 | share = 80 %
  |         ^^^^
help: write the number alone, for example `80`

"#]]
    );
}

#[test]
fn a_share_above_a_hundred_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "share = 80", "share = 180"),
        str![[r#"
error[portfolio-unreadable]: a share is a number from 0 to 100, in per cent
 --> 1.D.3-customer-plan/artefacts.toml:7:9
  |
7 | share = 180
  |         ^^^
help: write the number alone, for example `80`

"#]]
    );
}

#[test]
fn a_month_in_words_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "made = \"2024-02-14\"", "made = \"February 2024\""),
        str![[r#"
error[portfolio-unreadable]: a date is written "2026-03-14", "2026-03", "2026"
  or "2025-01 to 2025-06"
 --> 1.D.3-customer-plan/artefacts.toml:8:8
  |
8 | made = "February 2024"
  |        ^^^^^^^^^^^^^^^
help: write it in one of these ways

"#]]
    );
}

#[test]
fn a_month_without_quotation_marks_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "made = \"2024-02-14\"", "made = 2024-02"),
        str![[r#"
error[portfolio-unreadable]: a month needs quotation marks
 --> 1.D.3-customer-plan/artefacts.toml:8:8
  |
8 | made = 2024-02
  |        ^^^^^^^
help: put it into straight quotation marks: `"…"`

"#]]
    );
}

#[test]
fn a_day_and_a_year_need_no_quotation_marks() {
    for made in ["made = 2024-02-14", "made = 2024"] {
        Sandbox::agreed().edit(REGISTER, "made = \"2024-02-14\"", made).akam(&["check"]).expect(0, &["1 warning"]);
    }
}

#[test]
fn a_single_code_in_supports_without_brackets_is_found() {
    let several = "supports = [\"1.D.3.3\", \"3.D.2.4\"]";
    assert_data_eq!(
        unreadable(REGISTER, several, "supports = \"1.D.3.3\""),
        str![[r#"
error[portfolio-unreadable]: this is a text, where a list is expected
  --> 1.D.3-customer-plan/artefacts.toml:17:12
   |
17 | supports = "1.D.3.3"
   |            ^^^^^^^^^
help: write a list: `["…"]`

"#]]
    );
}

#[test]
fn a_backslash_in_a_path_is_found() {
    let from = "file = \"artefacts/account-plan.docx\"";
    assert_data_eq!(
        unreadable(REGISTER, from, "file = \"artefacts\\account-plan.docx\""),
        str![[r#"
error[portfolio-unreadable]: a single `\` cannot be used in a text
 --> 1.D.3-customer-plan/artefacts.toml:4:19
  |
4 | file = "artefacts\account-plan.docx"
  |                   ^
help: write `/` instead of `\` between folder and file

"#]]
        .raw()
    );
}

#[test]
fn an_artefact_without_a_file_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "file = \"artefacts/account-plan.docx\"\n", ""),
        str![[r#"
error[portfolio-unreadable]: `file` is missing here
 --> 1.D.3-customer-plan/artefacts.toml:3:1
  |
3 | [[artefact]]
  | ^^^^^^^^^^^^
help: add a line `file = …`

"#]]
    );
}

#[test]
fn artefact_in_single_brackets_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "[[artefact]]", "[artefact]"),
        str![[r#"
error[portfolio-unreadable]: this is given twice
  --> 1.D.3-customer-plan/artefacts.toml:11:3
   |
11 | [[artefact]]
   |   ^^^^^^^^
help: write two brackets on each side, in each place: `[[artefact]]`

"#]]
    );
}
