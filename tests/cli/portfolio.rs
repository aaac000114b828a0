//! Stories about `portfolio.toml` and about what cannot be read at all.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::settings::unreadable;

const FILE: &str = "portfolio.toml";
const DOCUMENT: &str = "1.D.3-customer-plan/evidence.md";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
const NAME: &str = "name = \"Ingrid Solberg\"";

#[test]
fn a_register_that_cannot_be_read_makes_its_competency_unfinished_and_no_other() {
    let said = Sandbox::agreed().edit(REGISTER, "share = 80", "share = lots").akam(&["check"]);
    let said = said.expect(1, &["11 of 12 ready", "nearest: 1.D.3 Customer plan (1 error left)"]);
    assert_eq!(said.out.lines().filter(|line| line.ends_with("drafting")).count(), 1);
}

#[test]
fn settings_in_utf_16_are_told_how_to_be_saved() {
    let sandbox = Sandbox::agreed();
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
    let sandbox = Sandbox::agreed();
    let latin = sandbox.read(REGISTER).replace("Tomasz, Priya", "Tomasz, Mette Bj\u{1}rn");
    let latin: Vec<u8> = latin.bytes().map(|byte| if byte == 1 { 0xf8 } else { byte }).collect();
    let said = sandbox.write(REGISTER, latin).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: line 6 is not UTF-8, perhaps Latin-1 or
  Windows-1252
--> 1.D.3-customer-plan/artefacts.toml
help: save it as UTF-8: in an editor choose `Save as` and the encoding `UTF-8`

"#]]
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let mut sandbox = Sandbox::agreed();
    for file in [FILE, REGISTER, "1.D.3-customer-plan/evidence.md", "private/names.toml"] {
        let text = format!("\u{feff}{}", sandbox.read(file).replace('\n', "\r\n"));
        sandbox = sandbox.write(file, text);
    }
    sandbox.akam(&["check"]).expect(0, &["12 of 12 ready", "1 warning"]);
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
error[portfolio-unreadable]: the competency file `edition-14.toml` is not in
  the portfolio
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
    let said = Sandbox::agreed().edit("private/names.toml", "[names]", "[names").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: this line does not pair a name with what it is
  called
 --> private/names.toml:2:7
  |
2 | [names
  |       ^
help: below a line `[names]`, write each on a line of its own: "Real name" =
      "what it is called"

"#]]
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_listed_is_named() {
    let sandbox = Sandbox::agreed().mode("1.D.3-customer-plan/artefacts", 0o000);
    let said = sandbox.run(sandbox.command_of_a_plain_user().arg("check"));
    let _sandbox = sandbox.mode("1.D.3-customer-plan/artefacts", 0o755);
    assert_data_eq!(
        said.expect(1, &[]).found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: it cannot be read: Permission denied (os error 13)
--> 1.D.3-customer-plan/artefacts
help: give yourself the right to read it, or remove it from the portfolio

"#]]
    );
}

#[cfg(unix)]
#[test]
fn settings_that_may_not_be_read_are_named() {
    let sandbox = Sandbox::agreed().mode(FILE, 0o000);
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
    let said = Sandbox::agreed().edit(FILE, NAME, "name = \"  \"").akam(&["check"]).expect(1, &[]);
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
    assert!(said.out.ends_with("next: fix what `akam check` shows as errors\n"), "{}", said.out);
}

#[test]
fn a_portfolio_without_a_key_account_is_warned() {
    let said = Sandbox::agreed().edit(FILE, "name = \"Customer A\"", "").akam(&["check"]).expect(0, &[]);
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
    let said = |count: usize| Sandbox::agreed().append(FILE, &more.repeat(count)).akam(&["check"]);
    said(3).expect(0, &["1 warning"]);
    assert_data_eq!(
        said(4).expect(0, &[]).found("portfolio-key-account-count"),
        str![[r#"
warning[portfolio-key-account-count]: 5 key accounts are named; AKAM's
  description of the work speaks of one or two
--> portfolio.toml
help: keep those that your evidence is about

"#]]
    );
}

#[test]
fn a_misspelt_setting_is_told_the_one_that_was_meant() {
    let sandbox = Sandbox::agreed().edit(FILE, "employer =", "employr =").edit(REGISTER, "shows =", "show =");
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
    let said = Sandbox::agreed().edit(FILE, "role =", "shoe_size =").akam(&["check"]).expect(0, &[]);
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
    let sandbox = Sandbox::agreed().write(FILE, "[candidate\nname = “X”\n");
    let before = sandbox.snapshot();
    for arguments in [&["check"][..], &[], &["show"], &["check", "--format", "json"], &["init"]] {
        sandbox.akam(arguments);
    }
    let after = sandbox.snapshot();
    assert!(before.iter().all(|file| after.contains(file)));
}

#[test]
fn a_document_in_utf_16_is_told_how_to_be_saved() {
    let sandbox = Sandbox::agreed();
    let wide: Vec<u8> = sandbox.read(DOCUMENT).encode_utf16().flat_map(u16::to_be_bytes).collect();
    let said = sandbox.write(DOCUMENT, [vec![0xfe, 0xff], wide].concat()).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("document-unreadable"),
        str![[r#"
error[document-unreadable]: the file is written in UTF-16, not in UTF-8
--> 1.D.3-customer-plan/evidence.md
help: save it as UTF-8: in an editor choose `Save as` and the encoding `UTF-8`

"#]]
    );
}

#[test]
fn a_document_in_latin_1_is_found_with_its_line() {
    let said = Sandbox::agreed().write(DOCUMENT, b"# Plan\n\nCaf\xe9\n").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("document-unreadable"),
        str![[r#"
error[document-unreadable]: line 3 is not UTF-8, perhaps Latin-1 or Windows-1252
--> 1.D.3-customer-plan/evidence.md
help: save it as UTF-8: in an editor choose `Save as` and the encoding `UTF-8`

"#]]
    );
}

#[test]
fn a_folder_in_the_place_of_a_file_or_a_file_in_that_of_a_folder_is_named() {
    let register = Sandbox::complete().remove(REGISTER).write(&format!("{REGISTER}/x.txt"), "x");
    let folder = Sandbox::complete().remove("1.D.3-customer-plan").write("1.D.3-customer-plan", "x");
    let sign_offs = Sandbox::complete().remove("sign-offs").write("sign-offs", "x");
    for (sandbox, path, says) in [
        (register, REGISTER, "this is a folder, where a file is expected"),
        (folder, "1.D.3-customer-plan", "this is a file, where a folder is expected"),
        (sign_offs, "sign-offs", "this is a file, where a folder is expected"),
    ] {
        let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &["help: rename it"]);
        let found = said.found("portfolio-unreadable");
        assert!(found.contains(says) && found.contains(&format!("--> {path}\n")), "{found}");
        sandbox.akam(&["pack", "--draft"]).expect(1, &["error[portfolio-unreadable]", "not even a draft"]);
    }
}

#[cfg(unix)]
#[test]
fn a_register_or_a_folder_that_is_a_link_is_named_where_one_competency_is_checked() {
    for path in [REGISTER, "1.D.3-customer-plan", "1.D.3-customer-plan/artefacts"] {
        let sandbox = Sandbox::complete().link(path);
        let found = sandbox.akam(&["check", "1.D.3"]).expect(1, &[]).found("name-link");
        assert!(found.contains(&format!("--> {path}\n")), "{found}");
    }
}
