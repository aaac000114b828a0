//! Stories about what must not reach strangers.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Said, Sandbox};

const DOCUMENT: &str = "1.D.3-customer-plan/evidence.md";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
const FIRST: &str = "The plan began with a count.";

/// What is said once the first words of the document are others.
fn check_with(text: &str) -> Said {
    Sandbox::agreed().edit(DOCUMENT, FIRST, text).akam(&["check"])
}

#[test]
fn a_real_name_in_the_text_is_found_whatever_its_case_and_accents() {
    let said = check_with("FJELLMEIERIET asked, and Sigrun   Eldjarn agreed.").expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("privacy-name-left"),
        str![[r#"
error[privacy-name-left]: a real name listed in `private/names.toml` appears
  here
 --> 1.D.3-customer-plan/evidence.md:5:1
  |
5 | FJELLMEIERIET asked, and Sigrun   Eldjarn agreed. Between September 20…
  | ^^^^^^^^^^^^^
help: write its pseudonym instead

error[privacy-name-left]: a real name listed in `private/names.toml` appears
  here
 --> 1.D.3-customer-plan/evidence.md:5:26
  |
5 | …JELLMEIERIET asked, and Sigrun   Eldjarn agreed. Between September 202…
  |                          ^^^^^^^^^^^^^^^^
help: write its pseudonym instead

"#]]
    );
}

#[test]
fn a_real_name_is_found_whatever_is_between_its_letters_and_wherever_it_is() {
    for text in [
        "Fjell*meieriet*",
        "**Fjell**meieriet",
        "Fjell\u{ad}meieriet",
        "Fjell&shy;meieriet",
        "Fjell\u{200b}meieriet",
        "&#70;jellmeieriet",
        "Fjell<b>meieriet</b>",
        "Fjell<!-- -->meieriet",
        "[Fjell](https://example.org)meieriet",
        "Sigrun\n> Eldjarn",
        "> Sigrun\n> *Eldjarn*",
        "| Sigrun | Eldjarn |\n|---|---|",
        "S\u{ed}grun Eldj&aacute;rn",
        "`Fjellmeieriet`",
        "```\nFjellmeieriet\n```",
        "![Fjellmeieriet](artefacts/account-plan.docx)",
        "[they](https://fjellmeieriet.example)",
        "[they](https://example.org \"Fjellmeieriet\")",
        "[they]: https://example.org 'Fjellmeieriet'",
        "<!-- Fjellmeieriet -->",
        "<div>\nFjellmeieriet\n</div>",
        "<a title=\"Fjellmeieriet\">they</a>",
        "``` Fjellmeieriet\nx\n```",
        "They[^Fjellmeieriet]",
    ] {
        let said = check_with(&format!("\n\n{text}\n\n")).expect(1, &["privacy-name-left"]);
        assert_eq!(said.findings("privacy-name-left").len(), 1, "{text}: {}", said.out);
    }
}

#[test]
fn a_real_name_with_marks_in_it_is_underlined_from_its_first_letter_to_its_last() {
    assert_data_eq!(
        check_with("Then *Fjell*&shy;**meieriet** asked.").expect(1, &[]).found("privacy-name-left"),
        str![[r#"
error[privacy-name-left]: a real name listed in `private/names.toml` appears
  here
 --> 1.D.3-customer-plan/evidence.md:5:7
  |
5 | Then *Fjell*&shy;**meieriet** asked. Between September 2022 and August…
  |       ^^^^^^^^^^^^^^^^^^^^^
help: write its pseudonym instead

"#]]
    );
}

#[test]
fn a_real_name_in_the_register_and_in_the_settings_is_found() {
    let sandbox = Sandbox::agreed().edit(REGISTER, "title = \"Account plan for", "title = \"Fjellmeieriet, plan for");
    let said = sandbox.edit("portfolio.toml", "\"Customer A\"", "\"Fjellmeieriet\"").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("privacy-name-left"),
        str![[r#"
error[privacy-name-left]: a real name listed in `private/names.toml` appears
  here
 --> 1.D.3-customer-plan/artefacts.toml:5:10
  |
5 | title = "Fjellmeieriet, plan for Customer A, 2024 to 2026 (shortened)"
  |          ^^^^^^^^^^^^^
help: write its pseudonym instead

error[privacy-name-left]: a real name listed in `private/names.toml` appears
  here
  --> portfolio.toml:10:9
   |
10 | name = "Fjellmeieriet"
   |         ^^^^^^^^^^^^^
help: write its pseudonym instead

"#]]
    );
}

#[test]
fn a_real_name_in_a_file_name_is_found() {
    let sandbox = Sandbox::agreed()
        .rename(
            "1.D.3-customer-plan/artefacts/account-plan.docx",
            "1.D.3-customer-plan/artefacts/Fjellmeieriet_plan.docx",
        )
        .edit(REGISTER, "account-plan.docx", "Fjellmeieriet_plan.docx");
    let said = sandbox.edit(DOCUMENT, "account-plan.docx", "Fjellmeieriet_plan.docx").akam(&["check"]).expect(1, &[]);
    assert_eq!(said.findings("privacy-name-left").len(), 3, "{}", said.out);
    assert_data_eq!(
        said.findings("privacy-name-left").swap_remove(2),
        str![[r#"
error[privacy-name-left]: a real name listed in `private/names.toml` appears
  here
 --> 1.D.3-customer-plan/evidence.md:7:122
  |
7 | …2024 to 2026](artefacts/Fjellmeieriet_plan.docx): the problem Customer…
  |                          ^^^^^^^^^^^^^
help: write its pseudonym instead

"#]]
    );
}

#[test]
fn a_real_name_in_a_folder_name_is_found() {
    let said = Sandbox::agreed().rename("1.D.3-customer-plan", "1.D.3-Fjellmeieriet").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("privacy-name-left"),
        str![[r#"
error[privacy-name-left]: this file name contains a real name listed in
  `private/names.toml`
--> 1.D.3-Fjellmeieriet
help: rename it, and correct `artefacts.toml` and links to it

"#]]
    );
}

#[test]
fn a_word_that_may_be_a_real_name_is_a_warning_and_keeps_nothing_from_being_packed() {
    let sandbox =
        Sandbox::agreed().write("private/names.toml", "[names]\n\"Bell\" = \"the buyer\"\n\"Fjellmeieriet\" = \"A\"\n");
    let said = sandbox.edit(DOCUMENT, FIRST, "A bell rang at Fjellmeierietsdal.").akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.findings("privacy-name-left").concat(),
        str![[r#"
warning[privacy-name-left]: this may be a real name listed in
  `private/names.toml`
 --> 1.D.3-customer-plan/evidence.md:5:3
  |
5 | A bell rang at Fjellmeierietsdal. Between September 2022 and August 20…
  |   ^^^^
help: if it is, write its pseudonym instead; if it is another word, leave it
warning[privacy-name-left]: this may be a real name listed in
  `private/names.toml`
 --> 1.D.3-customer-plan/evidence.md:5:16
  |
5 | A bell rang at Fjellmeierietsdal. Between September 2022 and August 20…
  |                ^^^^^^^^^^^^^
help: if it is, write its pseudonym instead; if it is another word, leave it

"#]]
    );
}

#[test]
fn warnings_of_names_beyond_the_first_are_counted_and_stay_warnings() {
    let sandbox = Sandbox::agreed().write("private/names.toml", "[names]\n\"Bell\" = \"the buyer\"\n");
    let said =
        sandbox.edit(DOCUMENT, FIRST, &"The bell rang. ".repeat(30)).akam(&["check"]).expect(0, &["more like these"]);
    assert!(!said.out.contains("error["), "{}", said.out);
}

#[test]
fn a_real_name_is_found_in_another_spelling_with_an_ending_and_in_a_compound() {
    let names = "[names]\n\"Müller\" = \"the buyer\"\n\"Sørensen\" = \"the planner\"\n";
    for text in ["Mueller", "Muller's", "Müllers", "der Müller-Vertrag", "*Soe*rensen", "SORENSEN", "S&oslash;rensen"]
    {
        let sandbox = Sandbox::agreed().write("private/names.toml", names).edit(DOCUMENT, FIRST, text);
        sandbox.akam(&["check"]).expect(1, &["error[privacy-name-left]"]);
    }
}

#[test]
fn a_pseudonym_a_longer_word_and_a_name_in_private_are_no_findings() {
    let sandbox = Sandbox::agreed().write("private/names.toml", "[names]\n\"Ann\" = \"the buyer\"\n");
    sandbox.edit(DOCUMENT, FIRST, "Customer A and an Announcement.").akam(&["check"]).expect(0, &["1 warning"]);
    let sandbox = Sandbox::agreed().write("private/Fjellmeieriet/notes.md", "Fjellmeieriet, a.b@example.org");
    sandbox.akam(&["check"]).expect(0, &["1 warning"]);
}

#[test]
fn a_portfolio_without_a_list_of_names_has_nothing_to_look_for() {
    for names in ["", "[names]\n", "[names]\n\"\" = \"Customer A\"\n"] {
        Sandbox::agreed().write("private/names.toml", names).akam(&["check"]).expect(0, &["1 warning"]);
    }
    Sandbox::agreed().remove("private").akam(&["check"]).expect(0, &["1 warning"]);
}

#[test]
fn contact_data_in_a_text_is_shown_with_what_it_looks_like() {
    let text = "Write to Anna.Berg@customer.example, call +47 55 12 34 56, pay to GB82 WEST 1234 5698 7654 32 \
        or by 4111 1111 1111 1111.";
    let said = check_with(text).expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("privacy-contact"),
        str![[r#"
warning[privacy-contact]: this looks like an e-mail address
 --> 1.D.3-customer-plan/evidence.md:5:10
  |
5 | Write to Anna.Berg@customer.example, call +47 55 12 34 56, pay to GB82…
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^
help: remove it, unless it is yours or public and the assessor needs it

warning[privacy-contact]: this looks like a phone number
 --> 1.D.3-customer-plan/evidence.md:5:43
  |
5 | …@customer.example, call +47 55 12 34 56, pay to GB82 WEST 1234 5698 76…
  |                          ^^^^^^^^^^^^^^^
help: remove it, unless it is yours or public and the assessor needs it

warning[privacy-contact]: this looks like a bank account number (IBAN)
 --> 1.D.3-customer-plan/evidence.md:5:67
  |
5 | …+47 55 12 34 56, pay to GB82 WEST 1234 5698 7654 32 or by 4111 1111 11…
  |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: remove it, unless it is yours or public and the assessor needs it

warning[privacy-contact]: this looks like a card number
 --> 1.D.3-customer-plan/evidence.md:5:101
  |
5 | …1234 5698 7654 32 or by 4111 1111 1111 1111. Between September 2022 an…
  |                          ^^^^^^^^^^^^^^^^^^^
help: remove it, unless it is yours or public and the assessor needs it

"#]]
    );
}

#[test]
fn phone_numbers_are_found_as_other_countries_write_them() {
    for number in
        ["089/1234567", "01 23 45 67 89", "08-123 456 78", "020-1234567", "(212) 555-0143", "tel. 612 345 678"]
    {
        let said = check_with(&format!("Ask {number}.")).expect(0, &["this looks like a phone number"]);
        assert_eq!(said.findings("privacy-contact").len(), 1, "{number}: {}", said.out);
    }
}

#[test]
fn figures_dates_and_ones_own_address_in_the_settings_are_no_contact_data() {
    for text in [
        "From 2024-02-14 to 2025-01-31, EUR 2,620,000.50, order 4500 1234, ISBN 978-1-4039-0 and 09:00-17:30.",
        "It rose by +12 500 000 NOK in 2019 2020 2021 2022.",
        "See <https://doi.org/10.1016/4111111111111111>, 9780306406157 and ![it](https://example.org/logo@2x.png).",
    ] {
        let said = check_with(text).expect(0, &[]);
        assert_eq!(said.findings("privacy-contact"), [""; 0], "{text}");
    }
}

#[test]
fn names_below_a_misspelt_heading_are_an_error_since_nothing_would_be_searched_for() {
    for text in ["[name]\n\"Fjellmeieriet\" = \"Customer A\"\n", "\"Fjellmeieriet\" = \"Customer A\"\n"] {
        let sandbox = Sandbox::agreed().write("private/names.toml", text);
        sandbox.akam(&["check"]).expect(1, &["error[portfolio-unreadable]", "below a line `[names]`"]);
    }
}

#[test]
fn a_real_name_in_a_framework_of_the_candidates_own_is_found() {
    let framework = include_str!("../../competencies.toml").replacen("Customer plan", "Fjellmeieriet plan", 1);
    let sandbox = Sandbox::agreed().write("own.toml", framework).edit(
        "portfolio.toml",
        "[candidate]",
        "framework = \"own.toml\"\n\n[candidate]",
    );
    sandbox.akam(&["check"]).expect(1, &["error[privacy-name-left]", "own.toml"]);
}

#[test]
fn an_address_in_a_file_name_is_warned() {
    let sandbox = Sandbox::agreed().write("2.D.2-selling/artefacts/mail to jane@customer.example.txt", "x").append(
        "2.D.2-selling/artefacts.toml",
        "\n[[artefact]]\nfile = \"artefacts/mail to jane@customer.example.txt\"\nshows = \"x\"\nshare = 80\n",
    );
    let found = sandbox.akam(&["check"]).expect(0, &[]).found("privacy-contact");
    assert!(found.contains("this file name contains what looks like an"), "{found}");
}

/// The copy with one thing wrong with its names, and what is said of it.
fn with_unread_names() -> Vec<(Sandbox, &'static str)> {
    let sandbox = || Sandbox::complete().remove("sign-offs");
    let mut all = vec![
        (sandbox().write("private/names.toml", "[names\n"), "does not pair a name with what it is called"),
        (
            sandbox().rename("private/names.toml", "private/names").write("private/names.toml/x", ""),
            "rename the folder",
        ),
        (sandbox().rename("private/names.toml", "private/.names.toml.icloud"), "download it first"),
    ];
    #[cfg(unix)]
    all.extend([
        (sandbox().link("private/names.toml"), "put the file itself here"),
        (sandbox().pipe("private/names.toml"), "it is not a regular file"),
    ]);
    all
}

#[test]
fn nothing_leaves_the_disk_while_the_names_cannot_be_read() {
    for (sandbox, says) in with_unread_names() {
        let before = sandbox.names();
        let said = crate::sign_off::asked(&sandbox, &[], "since 2022-04");
        said.expect(2, &["error: `private/names.toml`", says, "help: "]);
        for arguments in [&["check"][..], &["check", "1.D.3"], &["pack"], &["pack", "--draft"]] {
            let said = sandbox.akam_within(20, arguments);
            said.expect(1, &["error[portfolio-unreadable]", "--> private/names.toml", says]);
        }
        assert_eq!(sandbox.names(), before, "nothing is written");
    }
}

#[cfg(unix)]
#[test]
fn nothing_leaves_the_disk_while_the_names_may_not_be_read() {
    for path in ["private/names.toml", "private"] {
        let sandbox = Sandbox::complete().remove("sign-offs").mode(path, 0o000);
        let run = |arguments: &[&str]| sandbox.run(sandbox.command_of_a_plain_user().args(arguments));
        let who = ["--name", "Maria Lind", "--role", "Sales director", "--organisation", "Nordvik AS"];
        let how = ["--relation", "line-manager", "--observed", "since 2022-04"];
        let said = run(&[&["sign-off", "request"][..], &who, &how].concat());
        said.expect(2, &["error: `private/names.toml`: it cannot be read", "give yourself the right"]);
        run(&["pack", "--draft"]).expect(1, &["error[portfolio-unreadable]", "private/names.toml", "not even a draft"]);
        drop(sandbox.mode(path, 0o755));
    }
}

#[test]
fn keys_and_stores_of_passwords_are_warned_of_before_they_are_sent() {
    let registered = |name: &str, bytes: &[u8]| {
        let entry = format!("\n[[artefact]]\nfile = \"artefacts/{name}\"\nshows = \"A note.\"\nshare = 100\n");
        let sandbox = Sandbox::agreed().write(&format!("1.D.3-customer-plan/artefacts/{name}"), bytes);
        sandbox.append(REGISTER, &entry).append(DOCUMENT, "\nSee 1.D.3-A3.\n").akam(&["check", "1.D.3"])
    };
    assert_data_eq!(
        registered("vault.kdbx", b"x").expect(0, &[]).found("privacy-secret"),
        str![[r#"
warning[privacy-secret]: this looks like a key or a password file
--> 1.D.3-customer-plan/artefacts/vault.kdbx
help: move it into `private/` and remove its entry, or rename it if it is not
      one

"#]]
    );
    let openssh = b"-----BEGIN OPENSSH PRIVATE KEY-----\n";
    for (name, bytes) in [("id_rsa", &b"x"[..]), ("Portal.PEM", b"x"), ("shop.key", b"x"), ("notes.txt", openssh)] {
        registered(name, bytes).expect(0, &["warning[privacy-secret]", name]);
    }
    for (name, bytes) in
        [("deck.key", &b"PK\x03\x04"[..]), ("id_rsa.pub", b"ssh-rsa x"), ("keys.txt", b"the key account")]
    {
        registered(name, bytes).expect(0, &["1 warning"]);
    }
    let unlisted = Sandbox::agreed().write("1.D.3-customer-plan/artefacts/vault.kdbx", "x").akam(&["check", "1.D.3"]);
    assert!(unlisted.expect(1, &["artefact-unlisted"]).findings("privacy-secret").is_empty(), "it is not packed");
}
