//! Stories about beginning a portfolio and taking it up again.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Sandbox, copy, examples};

#[test]
fn a_new_portfolio_is_made_and_the_next_step_is_told() {
    let sandbox = Sandbox::empty();
    let said = sandbox.akam(&["init", "my-portfolio", "--name", "Ann Berg", "--key-account", "Customer A"]);
    assert_data_eq!(
        said.expect(0, &[]).out,
        str![[r#"
made a portfolio in `my-portfolio`

  portfolio.toml   who you are, your key accounts, what you leave out
  1.D.1-… etc.     a folder per competency: `evidence.md` to write in,
                   `artefacts/` for files, `artefacts.toml` says what they show
  private/         never packed: real names, notes, drafts

Nothing is sent anywhere; these are plain files, and any editor will do.

AKAM has published two editions of its competencies, one with 13 and one with
14, and its site now speaks of a Professional Diploma. Ask AKAM which one you
are registered for before you write: this is the one with 13.

next: `cd my-portfolio`, then `akam check` shows how far you have got

"#]]
    );
    let folders = std::fs::read_dir(sandbox.path("my-portfolio")).expect("it was made").count();
    assert_eq!(folders, 13 + 2, "13 competencies, `private` and `portfolio.toml`");
    assert_data_eq!(
        sandbox.read("my-portfolio/portfolio.toml"),
        str![[r##"
# Your portfolio for the AKAM Key Account Manager Diploma (by experience).
# A line that begins with # is a note; remove the # to use it. Put text in straight quotation marks.
#
# AKAM has published two editions of its competencies, one with 13 and one with 14, and its site now speaks of a
# Professional Diploma. Ask AKAM which one you are registered for before you write: this is the one with 13.

[candidate]
name = "Ann Berg"
# email = ""
# employer = ""
# role = ""

# Each key account you write about, by the name used in your documents: a pseudonym if it is confidential.
# Its real name belongs in private/names.toml, which never leaves this disk.
[[key_account]]
name = "Customer A"
# industry = ""
# since = "2021-03"

[submission]
# AKAM asks for evidence of 12 of 13 competencies. Which one do you leave out? Say why, so that nobody takes
# it for an oversight.
# omit = "5.D.2"
# reason = ""

"##]]
    );
}

#[test]
fn what_is_made_has_no_slip_in_it() {
    let sandbox = Sandbox::empty();
    let hostile = "Ann \"Annie\" O'Berg \\ # [x]\n\u{1b}[31m“Ltd”";
    sandbox.akam(&[
        "init",
        "--name",
        hostile,
        "--employer",
        hostile,
        "--role",
        "a = b",
        "--email",
        "",
        "--key-account",
        "A",
    ]);
    let said = sandbox.akam(&["check"]).expect(1, &["0 of 12 ready"]);
    assert_eq!(said.rules(), ["coverage-short"], "{}", said.out);
    let said = sandbox.akam(&[]).expect(0, &["Ann \"Annie\" O'Berg"]);
    assert!(!said.out.contains('\u{1b}'), "{:?}", said.out);
}

#[test]
fn without_a_name_everything_is_made_and_check_asks_for_it() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init"]).expect(0, &["made a portfolio in this folder"]);
    let said = sandbox.akam(&["check"]).expect(1, &[]);
    assert_eq!(said.rules(), ["coverage-short", "portfolio-candidate-unnamed", "portfolio-key-account-count"]);
}

#[test]
fn a_document_begins_with_prompts_that_do_not_count_as_words() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg", "--key-account", "Customer A"]).expect(0, &[]);
    let text = sandbox.read("4.D.1-personal-organisation/evidence.md");
    let first: Vec<&str> = text.lines().take(24).collect();
    assert_data_eq!(
        first.join("\n"),
        str![[r#"
# 4.D.1 Personal organisation

> akam: You stand at the pivot of several functions, in your company and in the customer's. Customers prize attention
> to detail and have little patience with slips. Key account managers are easily swamped by fire-fighting, so
> you need to be clear about the role.
>
> AKAM's guide is about 500 words for each part, without a limit. You may be able to write less where artefacts
> are attached, if you say how they support the competency. For each part say what the situation was, what you
> did, why, and what came of it. Write `I`, not `we`. When you have answered a prompt like this one, delete its
> lines: those that begin with `>`.

> akam: AKAM's heading of 4.D.1.3 could not be seen, so this one is advice from akam. Your AKAM workbook has the
> criteria, and the assessor goes by those: where it differs, use its headings.

## Workload management

> akam: Show how you:
>
> - are clear about the key account manager's role, and keep to it
> - set goals and track your progress towards them
> - put your tasks in a sensible order of priority
> - plan your time and work ahead, rather than react
> - work on large, long-term initiatives as well as on quick wins
> - keep your administration up to date
"#]]
    );
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
    assert_data_eq!(
        headings.join("\n"),
        str![[r#"
## Workload management
## Workplace conduct
## Delegation
## Theory and how I applied it
## Outcome
## Reflection
## Sources
"#]]
    );
    sandbox.akam(&["check", "4.D.1"]).expect(0, &["not started"]);
}

#[test]
fn a_document_says_which_of_its_questions_are_not_akam_s() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg", "--key-account", "Customer A"]).expect(0, &["Professional Diploma"]);
    let text = |folder: &str| sandbox.read(&format!("{folder}/evidence.md")).replace('\n', " ");
    assert!(text("1.D.1-knowledge-of-own-company").contains("AKAM's text for 1.D.1.3 could not be seen"));
    assert!(text("2.D.2-selling").contains("All headings and questions below are advice from akam"));
    assert!(!text("3.D.1-it-system-and-process-literacy").contains("could not be seen"));
    assert!(text("2.D.2-selling").contains("Up to a point, AKAM may accept that"));
}

#[test]
fn a_register_begins_with_an_example_in_notes() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init"]).expect(0, &[]);
    assert_data_eq!(
        sandbox.read("4.D.1-personal-organisation/artefacts.toml"),
        str![[r##"
# The files you attach to 4.D.1 Personal organisation. `akam attach FILE --to 4.D.1` adds them here; or write them yourself:
#
# [[artefact]]
# file = "artefacts/my-file.xlsx"
# title = "What it is called in the index"
# shows = "How it demonstrates the competency: what to look at, and what it proves."
# share = 80                 # how much of it is your own work, in per cent
# made = "2026-03"           # a day, a month, a year, or "2025-01 to 2025-06"
# supports = ["4.D.1.1"]     # parts or competencies; without it, 4.D.1 as a whole
#
# If there is nothing you can attach, say why instead, in the first line that is not a note:
# document_only = ""

"##]]
    );
}

#[test]
fn the_examples_in_the_scaffold_are_right_once_the_notes_are_taken_off() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg"]).expect(0, &[]);
    let register = "4.D.1-personal-organisation/artefacts.toml";
    let lines = sandbox.read(register);
    let example = lines.lines().skip_while(|line| !line.contains("[[artefact]]")).take_while(|line| *line != "#");
    let example: String = example.map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
    let said = sandbox
        .write(register, example)
        .write("4.D.1-personal-organisation/artefacts/my-file.xlsx", "x")
        .akam(&["check"]);
    assert!(
        !said
            .rules()
            .iter()
            .any(|id| id.starts_with("portfolio-un") || id.starts_with("artefact-un") && id != "artefact-unmentioned"),
        "{}",
        said.out
    );
}

#[test]
fn run_twice_it_changes_nothing() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg"]).expect(0, &[]);
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["init", "--name", "Somebody Else"]).expect(0, &[]).out,
        str![[r#"
nothing is missing in this folder; 28 files left alone
`portfolio.toml` is there already; change names in it with an editor

next: `akam check` shows how far you have got

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn run_again_it_adds_only_what_is_missing() {
    let sandbox = Sandbox::complete().remove("1.D.3-customer-plan/evidence.md").remove("2.D.2-selling/artefacts.toml");
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["init"]).expect(0, &[]).out,
        str![[r#"
added to this folder:
  1.D.3-customer-plan/evidence.md
  2.D.2-selling/artefacts.toml
  3.D.1-it-system-and-process-literacy/evidence.md
  3.D.1-it-system-and-process-literacy/artefacts.toml
24 files left alone

next: `akam check` shows how far you have got

"#]]
    );
    let after = sandbox.snapshot();
    assert!(before.iter().all(|file| after.contains(file)), "a file changed");
    assert_eq!(after.len(), before.len() + 4);
}

#[test]
fn from_a_folder_below_the_portfolio_itself_is_taken_up() {
    let sandbox = Sandbox::complete();
    let below = sandbox.path("1.D.3-customer-plan");
    let said = sandbox.run(sandbox.command().arg("init").current_dir(&below));
    said.expect(0, &["3.D.1-it-system-and-process-literacy/evidence.md"]);
    assert!(!below.join("portfolio.toml").exists());
}

#[test]
fn a_renamed_folder_and_a_document_of_another_kind_are_left_alone() {
    let sandbox = Sandbox::complete().rename("1.D.3-customer-plan", "1.D.3 my plan");
    let sandbox = sandbox.rename("2.D.2-selling/evidence.md", "2.D.2-selling/evidence.docx");
    sandbox.akam(&["init"]).expect(0, &[]);
    assert!(!sandbox.path("1.D.3-customer-plan").exists() && !sandbox.path("2.D.2-selling/evidence.md").exists());
}

#[test]
fn a_folder_with_foreign_files_is_refused_unless_here_says_so() {
    let sandbox = Sandbox::empty().write("holiday.jpg", "x");
    assert_data_eq!(
        sandbox.akam(&["init"]).expect(2, &[]).err,
        str![[r#"
error: this folder holds other files already, such as `holiday.jpg`
help: name a new folder, as `akam init my-portfolio`, or say `--here` to work
      among them

"#]]
    );
    assert_eq!(sandbox.snapshot().len(), 1);
    sandbox.akam(&["init", "--here"]).expect(0, &["made a portfolio in this folder"]);
    assert_eq!(sandbox.read("holiday.jpg"), "x");
}

#[test]
fn what_systems_leave_behind_is_not_foreign() {
    Sandbox::empty().write(".DS_Store", "x").akam(&["init"]).expect(0, &["made a portfolio"]);
}

#[test]
fn a_portfolio_inside_a_portfolio_is_refused() {
    let sandbox = Sandbox::complete();
    assert_data_eq!(
        sandbox.akam(&["init", "new"]).expect(2, &[]).err,
        str![[r#"
error: `new` is inside the portfolio `[TOP]/complete`
help: choose a folder outside it

"#]]
    );
    assert!(!sandbox.path("new").exists());
}

#[test]
fn a_file_where_a_folder_should_be_is_told() {
    let sandbox = Sandbox::empty().write("plan", "x");
    assert_data_eq!(
        sandbox.akam(&["init", "plan"]).expect(2, &[]).err,
        str![[r#"
error: cannot look into `plan`: Not a directory (os error 20)
help: there is a file where a folder should be: rename it, or name another
      folder

"#]]
    );
    let sandbox = Sandbox::empty().write("1.D.3-customer-plan", "x");
    assert_data_eq!(
        sandbox.akam(&["init", "--here"]).expect(2, &[]).err,
        str![[r#"
error: `1.D.3-customer-plan` is no folder that can be used
help: rename it, and put a folder there instead

"#]]
    );
    assert_eq!(sandbox.read("1.D.3-customer-plan"), "x");
}

#[test]
fn a_framework_of_ones_own_decides_which_folders_are_made() {
    let sandbox = Sandbox::empty();
    let own = std::fs::read_to_string(examples().join("../competencies.toml")).expect("the framework is there");
    let own = own
        .replacen("code = \"1.D.3\"", "code = \"1.D.33\"", 1)
        .replace("competency = \"1.D.3\"", "competency = \"1.D.33\"");
    let sandbox =
        sandbox.write("competencies.toml", own).write("portfolio.toml", "framework = \"competencies.toml\"\n");
    sandbox.akam(&["init"]).expect(0, &["1.D.33-customer-plan/evidence.md"]);
}

#[test]
fn a_killed_run_is_finished_by_the_next_one() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg"]).expect(0, &[]);
    let whole = sandbox.snapshot();
    let sandbox = sandbox.remove("3.D.2-costing-and-pricing").remove("5.D.1-customer-relationships/artefacts");
    sandbox.akam(&["init"]).expect(0, &["added to this folder"]);
    assert_eq!(sandbox.snapshot(), whole);
}

#[test]
fn a_copy_of_the_example_is_taken_up_as_it_is() {
    let sandbox = Sandbox::empty();
    copy(&examples().join("in-progress"), &sandbox.path("mine"));
    let before = sandbox.snapshot();
    sandbox.akam(&["init", "mine"]).expect(0, &[]);
    let after = sandbox.snapshot();
    assert!(before.iter().all(|file| after.contains(file)));
}
