//! Stories about names of files and folders.

use snapbox::{IntoData, assert_data_eq, str};

use crate::sandbox::{Said, Sandbox};

const FOLDER: &str = "1.D.3-customer-plan/artefacts";

/// What is said of a portfolio with one more file of this name among the artefacts.
fn check_with(name: &str) -> Said {
    let said = Sandbox::agreed().write(&format!("{FOLDER}/{name}"), "a note").akam_within(20, &["check"]);
    assert!(!said.out.contains('\u{1b}'), "{:?}", said.out);
    said.expect(1, &["11 of 12 ready"])
}

#[cfg(unix)]
#[test]
fn names_that_windows_keeps_for_itself_are_told_a_better_one() {
    assert_data_eq!(
        check_with("aux.txt").found("name-not-portable"),
        str![[r#"
error[name-not-portable]: Windows keeps the name `aux` for itself
--> 1.D.3-customer-plan/artefacts/aux.txt
help: rename it to `file-aux.txt`

"#]]
    );
    for name in ["CON", "com1.docx", "NUL.tar.gz", "lpt³.txt"] {
        check_with(name).expect(1, &["error[name-not-portable]", "rename it to `file-"]);
    }
}

#[cfg(unix)]
#[test]
fn a_dot_or_a_space_at_an_end_is_told() {
    assert_data_eq!(
        check_with("plan.").found("name-not-portable"),
        str![[r#"
error[name-not-portable]: its name begins or ends with a space or ends with a
  dot, which systems drop
--> 1.D.3-customer-plan/artefacts/plan.
help: rename it to `plan`

"#]]
    );
    for name in [" plan.txt", "plan.txt ", "plan\u{a0}"] {
        check_with(name).expect(1, &["error[name-not-portable]"]);
    }
}

#[cfg(unix)]
#[test]
fn signs_that_others_stumble_over_are_named() {
    assert_data_eq!(
        check_with("up 12%.csv").found("name-not-portable"),
        str![[r#"
error[name-not-portable]: `%` in a name makes other programs fail that check
  the archive
--> 1.D.3-customer-plan/artefacts/up 12%.csv
help: rename it to `up 12-.csv`

"#]]
    );
    assert_data_eq!(
        check_with("why?.txt").found("name-not-portable"),
        str![[r#"
error[name-not-portable]: Windows or other programs cannot take `?` in a name
--> 1.D.3-customer-plan/artefacts/why?.txt
help: rename it to `why-.txt`

"#]]
    );
}

#[test]
fn the_candidate_is_warned_of_each_name_that_the_assessor_would_be_warned_of() {
    let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/=1+1.csv"), "1").write(&format!("{FOLDER}/a／b.txt"), "2");
    let said = sandbox.write(&format!("{FOLDER}/price $100; net.docx"), "3").akam(&["check"]);
    assert_data_eq!(
        said.found("name-misleading"),
        str![[r#"
warning[name-misleading]: a program may take it for a command or a formula
--> 1.D.3-customer-plan/artefacts/=1+1.csv
help: rename it to `1+1.csv`

warning[name-misleading]: it holds a character that looks like part of a path
--> 1.D.3-customer-plan/artefacts/a／b.txt
help: rename it to `a-b.txt`

"#]]
    );
    let sandbox = Sandbox::agreed().write("../-plan.txt", "A plan.");
    sandbox.akam(&["attach", "--to", "1.D.3", "--", "../-plan.txt"]).expect(0, &["artefacts/plan.txt"]);
}

#[cfg(unix)]
#[test]
fn a_newline_in_a_name_stays_on_one_line() {
    assert_data_eq!(
        check_with("two\nlines.txt").found("name-not-portable"),
        str![[r#"
error[name-not-portable]: there is a line break in the name
--> 1.D.3-customer-plan/artefacts/two\u{a}lines.txt
help: rename it to `two-lines.txt`

"#]]
        .raw()
    );
}

#[cfg(unix)]
#[test]
fn an_escape_sequence_in_a_name_never_reaches_the_terminal() {
    let name = "\u{1b}[2J\u{1b}]8;;https://example.org\u{7}plan.txt";
    let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/x\u{1b}[31mred.txt"), "a note");
    for arguments in [&["check"][..], &["check", "--format", "json"], &["pack", "--draft", "--dry-run"], &["pack"]] {
        let said = sandbox.akam(arguments);
        assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{arguments:?}");
    }
    assert_data_eq!(
        sandbox.akam(&["check"]).found("name-not-portable"),
        str![[r#"
error[name-not-portable]: the name contains an invisible character (`\u{1b}`)
--> 1.D.3-customer-plan/artefacts/x\u{1b}[31mred.txt
help: rename it to `x-[31mred.txt`

"#]]
        .raw()
    );
    let said = sandbox.akam(&["attach", name, "--to", "1.D.3"]);
    assert!(!said.err.contains('\u{1b}'), "{:?}", said.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_told_a_better_one() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::agreed();
    let path = sandbox.path(FOLDER).join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
    let made = std::process::Command::new("cp").arg(sandbox.path("portfolio.toml")).arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "cp is part of every system");
    let said = sandbox.akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_eq!(said.rules(), ["name-not-portable", "coverage-short"], "{}", said.out);
    assert_data_eq!(
        said.found("name-not-portable"),
        str![[r#"
error[name-not-portable]: its name is not written in UTF-8
--> 1.D.3-customer-plan/artefacts/caf�.txt
help: rename it to `caf-.txt`

"#]]
    );
}

#[test]
fn names_in_other_scripts_and_with_emoji_are_fine() {
    let mut sandbox = Sandbox::agreed();
    for (number, name) in ["计划.txt", "🚀 start 👩‍🔬.txt", "überblick (2) & más.txt", "compass.txt"].iter().enumerate()
    {
        let entry = format!("\n[[artefact]]\nfile = \"artefacts/{name}\"\nshows = \"A note.\"\nshare = 100\n");
        let mention = format!("\nSee 1.D.3-A{}.\n", number + 3);
        sandbox = sandbox.write(&format!("{FOLDER}/{name}"), format!("note {number}"));
        sandbox = sandbox.append("1.D.3-customer-plan/artefacts.toml", &entry);
        sandbox = sandbox.append("1.D.3-customer-plan/evidence.md", &mention);
    }
    sandbox.akam(&["check"]).expect(0, &["1 warning"]);
}

#[cfg(target_os = "linux")]
#[test]
fn twins_by_case_are_one_file_elsewhere() {
    let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/Plan-Forecast.xlsx"), "a");
    assert_data_eq!(
        sandbox.akam(&["check"]).expect(1, &[]).found("name-collides"),
        str![[r#"
error[name-collides]: on other systems this is the same name as
  `Plan-Forecast.xlsx` (capital and small letters)
--> 1.D.3-customer-plan/artefacts/plan-forecast.xlsx
help: rename one of the two

"#]]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn twins_by_accent_are_one_file_elsewhere() {
    let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/re\u{301}sume\u{301}.txt"), "b");
    let said = sandbox.write(&format!("{FOLDER}/r\u{e9}sum\u{e9}.txt"), "c").akam(&["check"]).expect(1, &[]);
    assert_eq!(said.findings("name-collides").len(), 1, "{}", said.out);
    assert!(said.found("name-collides").contains("is spelt in two ways)"), "{}", said.out);
}

#[test]
fn two_hundred_characters_are_long_for_windows() {
    let said = check_with(&format!("{}.txt", "plan-".repeat(40)));
    assert_data_eq!(
        said.found("name-long"),
        str![[r#"
warning[name-long]: this path has 234 characters; beyond 150, Windows may not
  unpack it
--> 1.D.3-customer-plan/artefacts/plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-plan-.txt
help: shorten the name; the title can say the rest

"#]]
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_portfolio_is_neither_followed_nor_packed() {
    let sandbox = Sandbox::agreed().write("../secret.txt", "the secret of another customer\n");
    let register = "\n[[artefact]]\nfile = \"artefacts/secret.txt\"\nshows = \"A note.\"\nshare = 100\n";
    let sandbox = sandbox.append("1.D.3-customer-plan/artefacts.toml", register);
    let link = sandbox.path(FOLDER).join("secret.txt");
    std::os::unix::fs::symlink("../../../secret.txt", link).expect("a link can be made");
    let said = sandbox.akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("name-link"),
        str![[r#"
error[name-link]: this is a link; it is not followed
--> 1.D.3-customer-plan/artefacts/secret.txt
help: put a copy of the file here instead

"#]]
    );
    assert!(!said.out.contains("another customer"), "{}", said.out);
    let draft = sandbox.akam(&["pack", "--draft"]).expect(1, &["error[name-link]", "not even a draft"]);
    assert!(!draft.out.contains("another customer"), "{}", draft.out);
    sandbox.akam(&["pack", "--only", "2.D.2"]).expect(0, &["packed"]);
}

#[cfg(unix)]
#[test]
fn documents_registers_and_folders_that_are_links_are_not_followed() {
    for (path, rule) in [
        ("1.D.3-customer-plan/evidence.md", "name-link"),
        ("1.D.3-customer-plan/artefacts.toml", "name-link"),
        ("1.D.3-customer-plan/artefacts", "name-link"),
        ("1.D.3-customer-plan", "name-link"),
        ("portfolio.toml", "portfolio-unreadable"),
        ("private/names.toml", "portfolio-unreadable"),
    ] {
        let sandbox = Sandbox::agreed().link(path);
        let said = sandbox.akam(&["check"]).expect(1, &[]);
        assert_eq!(said.findings(rule).len(), 1, "{path}: {}", said.out);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_never_waited_for() {
    let pipe = format!("{FOLDER}/pipe");
    for path in [&pipe, "1.D.3-customer-plan/evidence.md", "private/names.toml", "portfolio.toml"] {
        let sandbox = Sandbox::agreed().pipe(path);
        sandbox.akam_within(20, &["check"]).expect(1, &[path]);
        sandbox.akam_within(20, &["pack"]).expect(1, &["nothing was packed"]);
        sandbox.akam_within(20, &["init"]).expect(if path == "portfolio.toml" { 2 } else { 0 }, &[]);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_artefacts_is_named() {
    let pipe = format!("{FOLDER}/pipe");
    let sandbox = Sandbox::agreed().pipe(&pipe);
    assert_data_eq!(
        sandbox.akam_within(20, &["check"]).expect(1, &[]).found("name-special-file"),
        str![[r#"
error[name-special-file]: this is a pipe, socket or device; it is not opened
--> 1.D.3-customer-plan/artefacts/pipe
help: remove it from the portfolio

"#]]
    );
    let said = sandbox.akam_within(20, &["attach", &pipe, "--to", "2.D.2"]);
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot read `1.D.3-customer-plan/artefacts/pipe`: it is not a regular file

"#]]
    );
}

#[test]
fn what_programs_leave_behind_is_skipped_and_an_open_document_is_told() {
    let sandbox =
        Sandbox::agreed().write(&format!("{FOLDER}/.DS_Store"), "x").write(&format!("{FOLDER}/Thumbs.db"), "x");
    let said = sandbox.write(&format!("{FOLDER}/~$account-plan.docx"), "x").akam(&["check"]);
    assert_data_eq!(
        said.expect(0, &["12 of 12 ready"]).found("name-junk"),
        str![[r#"
warning[name-junk]: this file and 1 more were left behind by programs; they
  are skipped
--> 1.D.3-customer-plan/artefacts/.DS_Store
help: you can keep or delete them

warning[name-junk]: a document is open in another program: your last changes may
  not be saved
--> 1.D.3-customer-plan/artefacts/~$account-plan.docx
help: save and close it, then check again

"#]]
    );
}

#[test]
fn what_the_reader_of_an_archive_refuses_is_found_before_it_is_packed() {
    let deep = format!("{FOLDER}/{}x.txt", "a/".repeat(40));
    for (path, says) in [(format!("{FOLDER}/a\u{200d}b.txt").as_str(), "cannot be seen"), (&deep, "folders deep")] {
        let sandbox = Sandbox::agreed().write(path, "Minutes.");
        sandbox.akam(&["check", "1.D.3"]).expect(1, &["error[name-not-portable]", says]);
        sandbox.akam(&["pack", "--draft"]).expect(1, &["name-not-portable", "not even a draft"]);
    }
}

#[cfg(unix)]
#[test]
fn not_even_a_draft_leaves_out_a_link_or_a_pipe_without_a_word() {
    let pipe = format!("{FOLDER}/pipe");
    for (sandbox, found) in [
        (Sandbox::agreed().link("1.D.3-customer-plan"), "error[name-link]"),
        (Sandbox::agreed().link("1.D.3-customer-plan/evidence.md"), "error[name-link]"),
        (Sandbox::agreed().pipe(&pipe), "error[name-special-file]"),
    ] {
        let before = sandbox.names();
        sandbox.akam(&["pack"]).expect(1, &[found, "next: fix these first; not even a draft can be packed with them"]);
        sandbox.akam(&["pack", "--draft"]).expect(1, &[found, "not even a draft"]);
        assert_eq!(sandbox.names(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_listed_is_told_once_and_left_out_of_no_draft() {
    for path in ["1.D.3-customer-plan/artefacts", "1.D.3-customer-plan", "sign-offs"] {
        let sandbox = Sandbox::complete().mode(path, 0o000);
        let run = |arguments: &[&str]| sandbox.run(sandbox.command_of_a_plain_user().args(arguments));
        let said = run(&["check"]).expect(1, &[]);
        assert!(said.findings("name-collides").is_empty(), "{}", said.out);
        assert!(said.found("portfolio-unreadable").contains(path), "{}", said.out);
        run(&["pack", "--draft"]).expect(1, &["error[portfolio-unreadable]", path, "not even a draft"]);
        drop(sandbox.mode(path, 0o755));
    }
}
