//! Stories about attaching files.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FOLDER: &str = "1.D.3-customer-plan";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";

/// A finished portfolio with a file beside it that is to be attached.
pub fn with_file(name: &str) -> Sandbox {
    Sandbox::agreed().write(&format!("../{name}"), "minutes of a meeting\n")
}

#[test]
fn a_file_is_copied_registered_and_told_by_its_number() {
    let sandbox = with_file("minutes.txt");
    let said = sandbox.akam(&[
        "attach",
        "../minutes.txt",
        "--to",
        "1.D.3",
        "--title",
        "Minutes",
        "--shows",
        "How we decided.",
        "--share",
        "60",
        "--made",
        "2026-03",
        "--supports",
        "1.D.3.2,4.D.3",
    ]);
    assert_data_eq!(
        said.expect(0, &[]).out,
        str![[r#"
1.D.3-A3 1.D.3-customer-plan/artefacts/minutes.txt
  shows: How we decided.
  own work: 60%

next: mention it in the document, then `akam check 1.D.3`

"#]]
    );
    assert_eq!(sandbox.read(&format!("{FOLDER}/artefacts/minutes.txt")), "minutes of a meeting\n");
    assert_eq!(sandbox.read("../minutes.txt"), "minutes of a meeting\n");
    let register = sandbox.read(REGISTER);
    let entry = register.rfind("\n[[artefact]]").expect("an entry was added");
    assert_data_eq!(
        &register[entry..],
        str![[r#"

[[artefact]]
file = "artefacts/minutes.txt"
title = "Minutes"
shows = "How we decided."
share = 60
made = "2026-03"
supports = ["1.D.3.2", "4.D.3"]

"#]]
    );
    let said = sandbox.akam(&["check"]).expect(0, &[]);
    assert_eq!(said.rules(), ["artefact-unmentioned"]);
}

#[test]
fn what_is_not_said_is_told_as_still_to_be_written() {
    let said =
        with_file("minutes.txt").akam(&["attach", "../minutes.txt", "--to", "customer plan impl"]).expect(0, &[]);
    assert_data_eq!(
        said.out,
        str![[r#"
4.D.3-A3 4.D.3-customer-plan-implementation/artefacts/minutes.txt
still to be written in `4.D.3-customer-plan-implementation/artefacts.toml`:
  - `shows`: how it demonstrates the competency
  - `share`: how much of it is your own work, in per cent

next: mention it in the document, then `akam check 4.D.3`

"#]]
    );
}

#[test]
fn the_register_keeps_every_byte_that_was_there() {
    for ending in ["", "\n\n# A note at the end, without a line end", "\r\n# Windows\r\n", "\n    \n\n"] {
        let sandbox = with_file("minutes.txt").append(REGISTER, "\n[[artefact]]   # odd\n  file='artefacts/x.txt'\n");
        let sandbox = sandbox.write(&format!("{FOLDER}/artefacts/x.txt"), "x").append(REGISTER, ending);
        let before = sandbox.read(REGISTER);
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(0, &["1.D.3-A4"]);
        let after = sandbox.read(REGISTER);
        assert!(after.starts_with(&before), "{after}");
        let after = after.replace('\r', "");
        assert!(after.ends_with("[[artefact]]\nfile = \"artefacts/minutes.txt\"\n"), "{after}");
    }
}

#[test]
fn a_register_with_windows_line_ends_keeps_them() {
    let sandbox = with_file("minutes.txt");
    let before = sandbox.read(REGISTER).replace('\n', "\r\n");
    let sandbox = sandbox.write(REGISTER, &before);
    sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(0, &["1.D.3-A3"]);
    let after = sandbox.read(REGISTER);
    assert!(after.starts_with(&before), "{after:?}");
}

#[test]
fn the_untouched_scaffold_takes_its_first_entry() {
    let sandbox = Sandbox::empty().write("minutes.txt", "x");
    sandbox.akam(&["init", "mine"]).expect(0, &[]);
    let before = sandbox.read(&format!("mine/{REGISTER}"));
    sandbox.akam(&["-C", "mine", "attach", "minutes.txt", "--to", "1.D.3"]).expect(0, &["1.D.3-A1"]);
    let after = sandbox.read(&format!("mine/{REGISTER}"));
    assert!(after.starts_with(&before), "{after}");
    sandbox.akam(&["-C", "mine", "check", "1.D.3"]).expect(1, &["error[artefact-unexplained]"]);
}

#[test]
fn without_a_register_one_is_begun() {
    let sandbox = with_file("minutes.txt").remove(FOLDER);
    sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(0, &["1.D.3-A1"]);
    assert_eq!(sandbox.read(REGISTER), "[[artefact]]\nfile = \"artefacts/minutes.txt\"\n");
}

#[test]
fn attached_twice_it_is_refused_and_nothing_changes() {
    let sandbox = with_file("minutes.txt");
    sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(0, &[]);
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: `artefacts/minutes.txt` is registered already, as 1.D.3-A3
help: give the new file another name, or edit its entry in `artefacts.toml`

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_file_of_the_same_name_is_never_overwritten_whatever_its_case() {
    let sandbox = with_file("minutes.txt").write(&format!("{FOLDER}/artefacts/Minutes.TXT"), "an older file");
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: `1.D.3-customer-plan/artefacts/minutes.txt` is there already, and nothing is overwritten
help: give the new file another name first

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[cfg(unix)]
#[test]
fn a_name_that_others_cannot_take_gets_one_that_they_can() {
    let sandbox = with_file("up 12%: why?.txt");
    let said = sandbox.akam(&["attach", "../up 12%: why?.txt", "--to", "1.D.3", "--shows", "a", "--share", "1"]);
    assert_data_eq!(
        said.expect(0, &[]).out,
        str![[r#"
1.D.3-A3 1.D.3-customer-plan/artefacts/up 12-- why-.txt
  named `up 12-- why-.txt`, which every system can take
  shows: a
  own work: 1%

next: mention it in the document, then `akam check 1.D.3`

"#]]
    );
    assert!(sandbox.path("../up 12%: why?.txt").exists());
    assert_eq!(sandbox.akam(&["check"]).findings("name-not-portable"), [""; 0]);
}

#[test]
fn a_name_in_two_spellings_of_an_accent_is_registered_in_one() {
    let sandbox = with_file("re\u{301}sume\u{301}.txt");
    let said = sandbox.akam(&["attach", "../re\u{301}sume\u{301}.txt", "--to", "1.D.3"]).expect(0, &[]);
    assert!(sandbox.read(REGISTER).contains("artefacts/résumé.txt"));
    assert!(!said.out.contains("which every system can take"), "{}", said.out);
}

#[test]
fn a_file_that_lies_there_already_is_only_registered() {
    let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/artefacts/minutes.txt"), "x");
    let file = format!("{FOLDER}/artefacts/minutes.txt");
    sandbox.akam(&["attach", &file, "--to", "1.D.3", "--shows", "Why.", "--share", "100"]).expect(0, &["1.D.3-A3"]);
    assert!(sandbox.read(REGISTER).ends_with("file = \"artefacts/minutes.txt\"\nshows = \"Why.\"\nshare = 100\n"));
    let count = std::fs::read_dir(sandbox.path(&format!("{FOLDER}/artefacts"))).expect("it is there").count();
    assert_eq!(count, 3);
    assert_eq!(sandbox.akam(&["check"]).expect(0, &[]).rules(), ["artefact-unmentioned"]);
}

#[test]
fn the_document_and_the_register_are_no_artefacts() {
    let sandbox = Sandbox::agreed();
    let before = sandbox.snapshot();
    let document = format!("{FOLDER}/evidence.md");
    assert_data_eq!(
        sandbox.akam(&["attach", &document, "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: `evidence.md` belongs to the competency itself and is no artefact
help: attach what supports it: a plan, a report, a spreadsheet

"#]]
    );
    sandbox.akam(&["attach", REGISTER, "--to", "1.D.3"]).expect(2, &["no artefact"]);
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_broken_register_is_left_untouched() {
    let sandbox = with_file("minutes.txt").append(REGISTER, "\n[[artefact]\nfile = “x”\n");
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: `1.D.3-customer-plan/artefacts.toml` cannot be read
help: `akam check` shows the line to fix

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_register_that_lists_its_artefacts_in_one_line_is_left_untouched() {
    let register = "artefact = [{ file = \"artefacts/account-plan.docx\" }]\n";
    let sandbox = with_file("minutes.txt").write(REGISTER, register);
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: `1.D.3-customer-plan/artefacts.toml` lists its artefacts in one line
help: write each artefact under a line `[[artefact]]` of its own

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[cfg(unix)]
#[test]
fn a_register_or_folder_that_is_a_link_is_neither_followed_nor_replaced() {
    for path in [REGISTER, FOLDER, "1.D.3-customer-plan/artefacts"] {
        let sandbox = with_file("minutes.txt").link(path);
        let before = sandbox.snapshot();
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(2, &["is a link"]);
        assert_eq!(sandbox.snapshot(), before, "{path}");
        assert!(sandbox.path(path).is_symlink(), "{path}");
    }
}

#[test]
fn codes_that_do_not_exist_are_told_the_nearest() {
    let sandbox = with_file("minutes.txt");
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.9"]).expect(2, &[]).err,
        str![[r#"
error: there is no competency `1.D.9`
help: did you mean 1.D.3 Customer plan? `akam show` lists all competencies

"#]]
    );
    let said = sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3", "--supports", "1.D.3.9"]);
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: there is no competency `1.D.3.9`
help: did you mean 1.D.3 Customer plan? `akam show` lists all competencies

"#]]
    );
    let said = sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3", "--made", "March 2026"]);
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: `March 2026` is no date
help: write 2026-03-14, 2026-03, 2026 or "2025-01 to 2025-06"

"#]]
    );
    sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3", "--share", "101"]).expect(2, &["101"]);
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_part_in_small_letters_is_still_that_part() {
    let sandbox = with_file("minutes.txt");
    sandbox.akam(&["attach", "../minutes.txt", "--to", "1.d.3", "--supports", "1.d.3.2"]).expect(0, &[]);
    assert!(sandbox.read(REGISTER).ends_with("supports = [\"1.D.3.2\"]\n"), "{}", sandbox.read(REGISTER));
}

#[test]
fn what_supports_only_another_competency_supports_its_own_too() {
    let sandbox = with_file("minutes.txt");
    sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3", "--supports", "4.D.3.1"]).expect(0, &[]);
    assert!(sandbox.read(REGISTER).ends_with("supports = [\"1.D.3\", \"4.D.3.1\"]\n"), "{}", sandbox.read(REGISTER));
}

#[test]
fn of_several_files_none_is_attached_if_one_is_not_there() {
    let sandbox = with_file("minutes.txt");
    let before = sandbox.snapshot();
    let said = sandbox.akam(&["attach", "../minutes.txt", "../gone.txt", "--to", "1.D.3"]).expect(2, &[]);
    assert!(sandbox.snapshot() == before, "something was written");
    assert_data_eq!(
        said.err,
        str![[r#"
error: cannot read `../gone.txt`: No such file or directory (os error 2)

"#]]
    );
}

#[test]
fn a_folder_is_no_file() {
    let sandbox = with_file("minutes/monday.txt");
    assert_data_eq!(
        sandbox.akam(&["attach", "../minutes", "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: cannot read `../minutes`: it is not a regular file

"#]]
    );
    assert!(!sandbox.path(&format!("{FOLDER}/artefacts/minutes")).exists());
}

#[test]
fn what_programs_leave_behind_is_not_attached_since_it_would_be_skipped() {
    for name in ["~$plan.docx", "plan.tmp", ".hidden"] {
        let sandbox = with_file(name);
        let before = sandbox.snapshot();
        sandbox.akam(&["attach", &format!("../{name}"), "--to", "1.D.3"]).expect(2, &["help:"]);
        assert_eq!(sandbox.snapshot(), before, "{name}");
    }
}

#[test]
fn outside_a_portfolio_it_says_how_to_begin() {
    let sandbox = Sandbox::empty().write("minutes.txt", "x");
    assert_data_eq!(
        sandbox.akam(&["attach", "minutes.txt", "--to", "1.D.3"]).expect(2, &[]).err,
        str![[r#"
error: this folder is no portfolio, and none of the folders above it: they hold no `portfolio.toml`
help: `akam init my-portfolio` makes one; `--portfolio DIR` names one that is
      elsewhere

"#]]
    );
}

#[test]
fn runs_side_by_side_lose_no_entry() {
    let sandbox = with_file("minutes.txt");
    let files: Vec<String> = (0..12).map(|number| format!("../file-{number}.txt")).collect();
    let sandbox = files.iter().fold(sandbox, |sandbox, file| sandbox.write(file, file));
    let run = |file: &String| {
        let mut command = sandbox.command();
        command.args(["attach", file, "--to", "1.D.3"]).stdout(std::process::Stdio::null());
        command.spawn().expect("it starts")
    };
    let runs: Vec<std::process::Child> = files.iter().map(run).collect();
    for mut run in runs {
        assert!(run.wait().expect("it ends").success());
    }
    let register = sandbox.read(REGISTER);
    let lost: Vec<&String> = files.iter().filter(|file| !register.contains(file.trim_start_matches("../"))).collect();
    assert!(lost.is_empty(), "lost: {lost:?}\n{register}");
}

#[test]
fn what_is_private_is_not_attached() {
    let sandbox = Sandbox::agreed().write("private/notes.md", "x");
    let before = sandbox.snapshot();
    sandbox.akam(&["attach", "private/notes.md", "--to", "1.D.3"]).expect(2, &["which never leaves your disk"]);
    assert!(sandbox.snapshot() == before, "something was written");
}

#[test]
fn what_lies_in_the_cloud_only_is_to_be_downloaded_first() {
    let sandbox = with_file(".plan.docx.icloud");
    let said = sandbox.akam(&["attach", "../.plan.docx.icloud", "--to", "1.D.3"]);
    said.expect(2, &["`../plan.docx` is only in the cloud, not on this disk", "help: download it first"]);
    let said = sandbox.akam(&["attach", "../plan.docx", "--to", "1.D.3"]);
    said.expect(2, &["`../plan.docx` is only in the cloud, not on this disk", "help: download it first"]);
    let sandbox = with_file("plan.docx").write("1.D.3-customer-plan/artefacts/.plan.docx.icloud", "a placeholder");
    sandbox.akam(&["attach", "../plan.docx", "--to", "1.D.3"]).expect(2, &["is there already"]);
    let register = "1.D.3-customer-plan/artefacts.toml";
    let sandbox = with_file("plan.docx").rename(register, "1.D.3-customer-plan/.artefacts.toml.icloud");
    sandbox.akam(&["attach", "../plan.docx", "--to", "1.D.3"]).expect(2, &[register, "help: download it first"]);
}
