//! Stories about `portfolio.toml` and about what cannot be read at all.

use snapbox::{IntoData, assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "portfolio.toml";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
const NAME: &str = "name = \"Ingrid Solberg\"";

/// What is said of a settings file after one edit; the slip is all that is reported, not what follows from it.
fn unreadable(file: &str, from: &str, to: &str) -> String {
    let said = Sandbox::complete().edit(file, from, to).akam(&["check"]).expect(1, &[]);
    let others: Vec<String> = said.rules().into_iter().filter(|id| id != "coverage-short").collect();
    assert_eq!(others, ["portfolio-unreadable"], "{}", said.out);
    said.found("portfolio-unreadable")
}

#[test]
fn a_name_without_quotation_marks_is_found_at_its_place() {
    assert_data_eq!(
        unreadable(FILE, NAME, "name = Ingrid Solberg"),
        str![[r#"
error[portfolio-unreadable]: this is neither a text in quotation marks nor a number
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
error[portfolio-unreadable]: this is neither a text in quotation marks nor a number
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
error[portfolio-unreadable]: this is a number, where a text in quotation marks is expected
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
help: write the number alone, as `80`

"#]]
    );
}

#[test]
fn a_share_with_a_percent_sign_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "share = 80", "share = 80 %"),
        str![[r#"
error[portfolio-unreadable]: this is neither a text in quotation marks nor a number
 --> 1.D.3-customer-plan/artefacts.toml:7:9
  |
7 | share = 80 %
  |         ^^^^
help: write the number alone, as `80`

"#]]
    );
}

#[test]
fn a_share_above_a_hundred_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "share = 80", "share = 180"),
        str![[r#"
error[portfolio-unreadable]: a share is a number from 0 to 100, in percent
 --> 1.D.3-customer-plan/artefacts.toml:7:9
  |
7 | share = 180
  |         ^^^
help: write the number alone, as `80`

"#]]
    );
}

#[test]
fn a_month_in_words_is_found() {
    assert_data_eq!(
        unreadable(REGISTER, "made = \"2024-02-14\"", "made = \"February 2024\""),
        str![[r#"
error[portfolio-unreadable]: a date is written "2026-03-14", "2026-03", "2026" or "2025-01 to 2025-06"
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
        Sandbox::complete().edit(REGISTER, "made = \"2024-02-14\"", made).akam(&["check"]).expect(0, &["no findings"]);
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
error[portfolio-unreadable]: a `\` cannot stand in a text by itself
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

#[test]
fn a_register_that_cannot_be_read_makes_its_competency_unfinished_and_no_other() {
    let said = Sandbox::complete().edit(REGISTER, "share = 80", "share = lots").akam(&["check"]);
    let said = said.expect(1, &["11 of 12 ready", "nearest: 1.D.3 Customer plan (1 error left)"]);
    assert_eq!(said.out.lines().filter(|line| line.ends_with("drafting")).count(), 1);
}

#[test]
fn settings_in_utf_16_are_told_how_to_be_saved() {
    let sandbox = Sandbox::complete();
    let wide: Vec<u8> = sandbox.read(FILE).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let said = sandbox.write(FILE, [vec![0xff, 0xfe], wide].concat()).akam(&["check"]).expect(1, &[]);
    assert_eq!(said.rules(), ["portfolio-unreadable"]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: the file is written in UTF-16, not in UTF-8
--> portfolio.toml
help: save it as UTF-8: in an editor choose `Save as` and the encoding `UTF-8`

"#]]
    );
}

#[test]
fn a_register_in_latin_1_is_found_with_its_line() {
    let sandbox = Sandbox::complete();
    let latin = sandbox.read(REGISTER).replace("Tomasz, Priya", "Tomasz, Mette Bj\u{1}rn");
    let latin: Vec<u8> = latin.bytes().map(|byte| if byte == 1 { 0xf8 } else { byte }).collect();
    let said = sandbox.write(REGISTER, latin).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: line 6 is not UTF-8, perhaps Latin-1 or Windows-1252
--> 1.D.3-customer-plan/artefacts.toml
help: save it as UTF-8: in an editor choose `Save as` and the encoding `UTF-8`

"#]]
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let mut sandbox = Sandbox::complete();
    for file in [FILE, REGISTER, "1.D.3-customer-plan/evidence.md", "private/names.toml"] {
        let text = format!("\u{feff}{}", sandbox.read(file).replace('\n', "\r\n"));
        sandbox = sandbox.write(file, text);
    }
    sandbox.akam(&["check"]).expect(0, &["12 of 12 ready", "no findings"]);
}

#[test]
fn an_empty_file_of_settings_asks_for_the_name() {
    let said = Sandbox::complete().write(FILE, "").akam(&["check"]).expect(1, &[]);
    assert_eq!(
        said.rules(),
        ["portfolio-candidate-unnamed", "portfolio-key-account-count", "coverage-omission-unrecorded"]
    );
}

#[test]
fn a_framework_that_is_not_there_is_found() {
    let from = "[candidate]";
    assert_data_eq!(
        unreadable(FILE, from, "framework = \"edition-14.toml\"\n\n[candidate]"),
        str![[r#"
error[portfolio-unreadable]: the framework file `edition-14.toml` is not in the portfolio
 --> portfolio.toml:3:13
  |
3 | framework = "edition-14.toml"
  |             ^^^^^^^^^^^^^^^^^
help: put the file there, or take `framework` out to use the built-in one

"#]]
    );
}

#[test]
fn a_list_of_real_names_that_cannot_be_read_is_an_error_since_nothing_would_be_searched_for() {
    let said = Sandbox::complete().edit("private/names.toml", "[names]", "[names").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: this line does not pair a name with what it is called
 --> private/names.toml:2:7
  |
2 | [names
  |       ^
help: write each on a line of its own: "Real name" = "what it is called"

"#]]
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_listed_is_named() {
    let sandbox = Sandbox::complete().mode("1.D.3-customer-plan/artefacts", 0o000);
    let said = sandbox.run(sandbox.command_of_a_plain_user().arg("check"));
    let _sandbox = sandbox.mode("1.D.3-customer-plan/artefacts", 0o755);
    assert_data_eq!(
        said.expect(1, &[]).found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: it cannot be read: Permission denied (os error 13)
--> 1.D.3-customer-plan/artefacts
help: give yourself the right to read it, or take it out of the portfolio

"#]]
    );
}

#[cfg(unix)]
#[test]
fn settings_that_may_not_be_read_are_named() {
    let sandbox = Sandbox::complete().mode(FILE, 0o000);
    let said = sandbox.run(sandbox.command_of_a_plain_user().arg("check")).expect(1, &[]);
    assert_eq!(said.rules(), ["portfolio-unreadable"]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: it cannot be read: Permission denied (os error 13)
--> portfolio.toml
help: give yourself the right to read it

"#]]
    );
}

#[test]
fn a_candidate_without_a_name_is_told_where_to_write_it() {
    let said = Sandbox::complete().edit(FILE, NAME, "name = \"  \"").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-candidate-unnamed"),
        str![[r#"
error[portfolio-candidate-unnamed]: the candidate's name is not given
 --> portfolio.toml:4:8
  |
4 | name = "  "
  |        ^^^^
help: under `[candidate]` write `name = "…"`

"#]]
    );
    assert!(said.out.ends_with("next: mend the errors above, then `akam check`\n"), "{}", said.out);
}

#[test]
fn a_portfolio_without_a_key_account_is_warned() {
    let said = Sandbox::complete().edit(FILE, "name = \"Customer A\"", "").akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("portfolio-key-account-count"),
        str![[r#"
warning[portfolio-key-account-count]: no key account is named
--> portfolio.toml
help: add `[[key_account]]` with `name = "Customer A"`, the name used in the
      documents

"#]]
    );
}

#[test]
fn four_key_accounts_are_fine_and_five_are_many() {
    let more = "\n[[key_account]]\nname = \"Customer B\"\n";
    let said = |count: usize| Sandbox::complete().append(FILE, &more.repeat(count)).akam(&["check"]);
    said(3).expect(0, &["no findings"]);
    assert_data_eq!(
        said(4).expect(0, &[]).found("portfolio-key-account-count"),
        str![[r#"
warning[portfolio-key-account-count]: 5 key accounts are named; the scheme speaks of fewer than 5, usually one or two
--> portfolio.toml
help: keep those that your evidence is about

"#]]
    );
}

#[test]
fn a_misspelt_setting_is_told_the_one_that_was_meant() {
    let sandbox = Sandbox::complete().edit(FILE, "employer =", "employr =").edit(REGISTER, "shows =", "show =");
    let said = sandbox.akam(&["check"]).expect(1, &["error[artefact-unexplained]"]);
    assert_data_eq!(
        said.found("portfolio-unknown-key"),
        str![[r#"
warning[portfolio-unknown-key]: `show` is not read
 --> 1.D.3-customer-plan/artefacts.toml:6:1
  |
6 | show = "The plan as the management group approved it, without prices: …
  | ^^^^
help: did you mean `shows`?

warning[portfolio-unknown-key]: `employr` is not read
 --> portfolio.toml:6:1
  |
6 | employr = "Nordvik Sealing Systems AS"
  | ^^^^^^^
help: did you mean `employer`?

"#]]
    );
}

#[test]
fn a_setting_like_none_that_is_known_is_told_which_are() {
    let said = Sandbox::complete().edit(FILE, "role =", "shoe_size =").akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("portfolio-unknown-key"),
        str![[r#"
warning[portfolio-unknown-key]: `shoe_size` is not read
 --> portfolio.toml:7:1
  |
7 | shoe_size = "Key account manager"
  | ^^^^^^^^^
help: known here: name, email, employer, role

"#]]
    );
}

#[test]
fn a_broken_file_is_left_as_it_is_by_every_command_that_reads() {
    let sandbox = Sandbox::complete().write(FILE, "[candidate\nname = “X”\n");
    let before = sandbox.snapshot();
    for arguments in [&["check"][..], &[], &["show"], &["check", "--format", "json"], &["init"]] {
        sandbox.akam(arguments);
    }
    let after = sandbox.snapshot();
    assert!(before.iter().all(|file| after.contains(file)));
}
