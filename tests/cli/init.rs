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

next: `cd my-portfolio`, then `akam check` shows where you stand

"#]]
    );
    let folders = std::fs::read_dir(sandbox.path("my-portfolio")).expect("it was made").count();
    assert_eq!(folders, 13 + 2, "13 competencies, `private` and `portfolio.toml`");
    assert_data_eq!(
        sandbox.read("my-portfolio/portfolio.toml"),
        str![[r##"
# Your portfolio for the AKAM Key Account Manager Diploma (by experience).
# A line that begins with # is a note; take the # away to use it. Texts stand in straight quotation marks.

[candidate]
name = "Ann Berg"
# email = ""
# employer = ""
# role = ""

# Each key account you write about, by the name used in your documents: a pseudonym if it is confidential.
# Its real name belongs into private/names.toml, which never leaves this disk.
[[key_account]]
name = "Customer A"
# industry = ""
# since = "2021-03"

[submission]
# 12 of 13 competencies are asked for. Which one do you leave out, and why?
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
    sandbox.akam(&["init"]).expect(0, &[]);
    assert_data_eq!(
        sandbox.read("4.D.1-personal-organisation/evidence.md"),
        str![[r#"
# 4.D.1 Personal organisation

<!-- akam:
You stand at the pivot of several functions, in your company and in the customer's. Customers prize
attention to detail and have little patience with slips, and anyone who is unclear about the role is
easily swamped by fire-fighting.

About 500 words for each part; fewer will do where artefacts are attached. For each part say what the
situation was, what you did, why, and what came of it. Write `I`, not `we`. When you have answered a prompt
like this one, delete it, from its first line to its last.
-->

## Workload management

<!-- akam:
Show how you:
- are clear about the key account manager's role, and keep to it
- set goals and track your progress towards them
- put your tasks in a sensible order of priority
- plan your time and work ahead, rather than react
- work on large, long-term initiatives as well as on quick wins
- keep your administration up to date
-->

## Workplace conduct

<!-- akam:
Show how you:
- are punctual and respect other people's time
- foresee ordinary needs and come equipped for them
- listen and consult, then decide with reasonable care
- meet problems calmly and objectively, often with a solution to offer
- express yourself clearly and reasonably, and keep negative reactions in check
- take care with social media that business contacts may see, keep to a standard your company can accept, and
  handle the responses
-->

## Delegation

<!-- akam:
Show how you:
- identify objectively what can be delegated, and to whom
- agree the opportunity with the person and with their line manager
- keep the account team informed of what concerns the customer
- brief people clearly and in good time, including what you expect of them
- trust others to do what you have delegated, and follow up at fitting intervals
-->

## Theory and how I applied it

<!-- akam:
Which idea or model stood behind what you did? Name the work, as Porter (1985), say what it made you see or
decide, and where it did not fit. `akam show 4.D.1` lists theory and sources.
-->

## Outcome

<!-- akam:
What came of it, for the customer and for your company? Figures, dates, what people said.
-->

## Reflection

<!-- akam:
What would you do differently, and why? Honest reflection counts in your favour.
-->

## Sources

<!-- akam:
The works you cited: author, year, title. Any good source counts, in any language.
-->

"#]]
    );
    assert_data_eq!(
        sandbox.read("4.D.1-personal-organisation/artefacts.toml"),
        str![[r##"
# The files you attach to 4.D.1 Personal organisation. `akam attach FILE --to 4.D.1` adds them here; or write them yourself:
#
# [[artefact]]
# file = "artefacts/my-file.xlsx"
# title = "What it is called in the index"
# shows = "How it demonstrates the competency: what to look at, and what it proves."
# share = 80                 # how much of it is your own work, in percent
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

next: `akam check` shows where you stand

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

next: `akam check` shows where you stand

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
error: `new` lies inside the portfolio `[TOP]/complete`
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
help: a file stands where a folder should be: rename it, or name another folder

"#]]
    );
    let sandbox = Sandbox::empty().write("1.D.3-customer-plan", "x");
    assert_data_eq!(
        sandbox.akam(&["init", "--here"]).expect(2, &[]).err,
        str![[r#"
error: cannot make the folder `./1.D.3-customer-plan/artefacts`: Not a directory (os error 20)
help: a file stands where a folder should be: rename it, or name another folder

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

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_told_and_nothing_stays() {
    let sandbox = Sandbox::empty().write("mine/.keep", "").mode("mine", 0o555);
    let said = sandbox.run(sandbox.command_of_a_plain_user().args(["init", "mine"]));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `mine/portfolio.toml`: permission denied
help: choose a folder that you may write to, or close the program that holds
      the file

"#]]
    );
    assert_eq!(std::fs::read_dir(sandbox.path("mine")).expect("it is there").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_portfolio_that_may_not_be_written_to_keeps_every_byte() {
    let sandbox = Sandbox::complete().mode("", 0o555);
    let before = sandbox.snapshot();
    let said = sandbox.run(sandbox.command_of_a_plain_user().arg("init"));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot make the folder `[TOP]/complete/3.D.1-it-system-and-process-literacy/artefacts`: Permission denied (os error 13)
help: choose a folder that you may write to, or close the program that holds
      the file

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_leaves_no_half_file() {
    let sandbox = Sandbox::empty();
    // A limit on the size of files stands for a full disk: 3 blocks are more than `portfolio.toml` and less than a document.
    let limited = "trap '' XFSZ; ulimit -f 3; exec \"$0\" init mine --name 'Ann Berg'";
    let said = sandbox.run(sandbox.command_by_shell(limited));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `mine/1.D.1-knowledge-of-own-company/evidence.md`: File too large (os error 27)
help: this disk or its settings take no file so large: choose another disk

"#]]
    );
    let left = sandbox.snapshot();
    assert!(left.iter().all(|(path, _)| !path.to_string_lossy().contains(".akam-")), "{left:?}");
    let said = sandbox.akam(&["init", "mine"]).expect(0, &["added to `mine`"]);
    assert!(said.out.contains("5.D.2-internal-relationships/evidence.md"), "{}", said.out);
    assert!(left.iter().all(|file| sandbox.snapshot().contains(file)));
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
fn on_a_terminal_it_asks_and_enter_skips() {
    let sandbox = Sandbox::empty();
    let answers =
        [("Your name:", "Ann Berg\r"), ("Your employer:", "\r"), ("Your role there:", "Key account manager\r")];
    let answers = [&answers[..], &[("Your key account:", "Customer A\r")]].concat();
    sandbox.akam_asking(&answers, &["init", "mine"]).expect(0, &["made a portfolio in", "`mine`"]);
    let said = sandbox.read("mine/portfolio.toml");
    assert!(said.contains("name = \"Ann Berg\"\n") && said.contains("# employer = \"\"\n"), "{said}");
    assert!(said.contains("role = \"Key account manager\"\n") && said.contains("name = \"Customer A\"\n"), "{said}");
}

#[test]
fn what_was_given_as_a_flag_is_not_asked() {
    let sandbox = Sandbox::empty();
    let answers = [("Your employer:", "\u{1b}"), ("Your role there:", "\u{1b}"), ("Your key account:", "\u{1b}")];
    let said = sandbox.akam_asking(&answers, &["init", "mine", "--name", "Ann Berg"]).expect(0, &["made a portfolio"]);
    assert!(!said.out.contains("Your name:"), "{}", said.out);
}

#[test]
fn whoever_breaks_off_the_questions_gets_no_half_portfolio() {
    let sandbox = Sandbox::empty();
    let said = sandbox.akam_asking(&[("Your name:", "\u{3}")], &["init", "mine"]);
    assert_ne!(said.code, 0, "{}", said.out);
    assert!(!sandbox.path("mine").exists());
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
