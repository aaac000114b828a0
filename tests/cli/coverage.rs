//! Stories about how much of the scheme is covered.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Sandbox, copy};

const FILE: &str = "portfolio.toml";
const OMIT: &str = "omit = \"3.D.1\"";
const PLAN: &str = "1.D.3-customer-plan";
const SELLING: &str = "2.D.2-selling";

/// A portfolio with evidence for all thirteen competencies, and none said to be left out.
fn thirteen() -> Sandbox {
    let sandbox = Sandbox::agreed();
    let folder = sandbox.path("3.D.1-it-system-and-process-literacy");
    copy(&sandbox.path("4.D.1-personal-organisation"), &folder);
    let document = "3.D.1-it-system-and-process-literacy/evidence.md";
    let sandbox = sandbox.edit(document, "## Workload management", "## Information extraction");
    let sandbox = sandbox.edit(document, "## Workplace conduct", "## Information supply");
    let sandbox = sandbox.edit(document, "## Delegation", "## Common software");
    without_omission(sandbox)
}

fn without_omission(sandbox: Sandbox) -> Sandbox {
    let text = sandbox.read(FILE);
    let start = text.find("[submission]").expect("the example leaves a competency out");
    let end = text.find("[[validation]]").expect("what was agreed stands behind it");
    sandbox.write(FILE, format!("{}{}", &text[..start], &text[end..]))
}

/// Takes a competency back to what `akam init` makes.
fn untouched(sandbox: Sandbox, folder: &str) -> Sandbox {
    let sandbox = sandbox.remove(folder);
    sandbox.akam(&["init"]).expect(0, &["added to this folder"]);
    sandbox
}

#[test]
fn a_competency_that_is_not_started_is_one_line_and_no_finding() {
    let sandbox = untouched(untouched(Sandbox::agreed(), PLAN), SELLING);
    let said = sandbox.akam(&["check"]).expect(1, &["10 of 12 ready"]);
    let mut lines = said.out.lines().filter(|line| line.ends_with("-      -          -  -         not started"));
    assert!(lines.next().is_some_and(|line| line.starts_with("1.D.3  Customer plan  ")), "{}", said.out);
    assert!(lines.next().is_some_and(|line| line.starts_with("2.D.2  Selling  ")), "{}", said.out);
    assert!(
        !said.out.contains(&format!("--> {PLAN}")) && !said.out.contains(&format!("--> {SELLING}")),
        "{}",
        said.out
    );
}

#[test]
fn twelve_ready_and_one_untouched_is_complete_but_the_gap_wants_a_reason() {
    let said = without_omission(Sandbox::agreed()).akam(&["check"]).expect(0, &["12 of 12 ready", "`akam pack` makes"]);
    assert_data_eq!(
        said.found("coverage-omission-unrecorded"),
        str![[r#"
warning[coverage-omission-unrecorded]: 3.D.1 is left out, but that is not
  recorded
--> portfolio.toml
help: in `portfolio.toml`, under `[submission]`, write `omit = "3.D.1"` and
      `reason = "…"`

"#]]
    );
}

#[test]
fn thirteen_ready_asks_which_one_is_left_out() {
    let said = thirteen().akam(&["check"]).expect(0, &["13 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-omission-unrecorded"),
        str![[r#"
warning[coverage-omission-unrecorded]: 13 competencies are ready and 12 are
  asked for: which one do you leave out?
--> portfolio.toml
help: in `portfolio.toml`, under `[submission]`, write `omit = "CODE"` and
      `reason = "…"`

"#]]
    );
}

#[test]
fn a_competency_left_out_although_it_is_written_is_not_judged() {
    let sandbox =
        thirteen().append(FILE, "\n[submission]\nomit = \"3.D.1\"\nreason = \"The other twelve are stronger.\"\n");
    let sandbox = sandbox.append("3.D.1-it-system-and-process-literacy/evidence.md", "\nTODO\n");
    let said = sandbox.akam(&["check"]).expect(0, &["12 of 12 ready", "1 warning", "left out"]);
    assert_eq!(said.rules(), [""; 0]);
}

#[test]
fn an_omission_without_a_reason_is_told_where_the_reason_goes() {
    let sandbox = Sandbox::agreed();
    let reason =
        sandbox.read(FILE).lines().find(|line| line.starts_with("reason")).expect("a reason is given").to_owned();
    let said = sandbox.edit(FILE, &reason, "").akam(&["check"]).expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-omission-unrecorded"),
        str![[r#"
warning[coverage-omission-unrecorded]: no reason is given for what is left out
  --> portfolio.toml:15:8
   |
15 | omit = "3.D.1"
   |        ^^^^^^^
help: add `reason = "…"` below `omit`

"#]]
    );
}

#[test]
fn leaving_out_what_does_not_exist_is_told_the_nearest_code() {
    let said = Sandbox::agreed().edit(FILE, OMIT, "omit = \"3.D1\"").akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("coverage-omission-unrecorded"),
        str![[r#"
warning[coverage-omission-unrecorded]: `3.D1` is left out, but there is no such
  competency
  --> portfolio.toml:15:8
   |
15 | omit = "3.D1"
   |        ^^^^^^
help: did you mean `3.D.1`?

"#]]
    );
}

#[test]
fn eleven_ready_is_too_few_and_the_nearest_is_named() {
    let sandbox = Sandbox::agreed().append(&format!("{PLAN}/evidence.md"), "\nTODO\n\nTBC\n");
    let sandbox = sandbox.edit(&format!("{SELLING}/artefacts.toml"), "share =", "# share =");
    let said = sandbox.akam(&["check"]).expect(1, &["10 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-short"),
        str![[r#"
error[coverage-short]: 10 of 12 required competencies are ready
help: nearest: 2.D.2 Selling (1 error left), 1.D.3 Customer plan (2 errors left)

"#]]
    );
    assert!(said.out.ends_with("next: 2.D.2 Selling, `akam check 2.D.2`\n"), "{}", said.out);
}

#[test]
fn leaving_out_two_is_one_too_many() {
    let said = Sandbox::agreed().edit(FILE, OMIT, "omit = [\"3.D.1\", \"4.D.2\"]").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("coverage-short"),
        str![[r#"
error[coverage-short]: 10 of 12 required competencies are ready
help: too many are left out: shorten `omit` in `portfolio.toml`

"#]]
    );
}

#[test]
fn an_empty_portfolio_is_told_where_to_begin() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg", "--key-account", "Customer A"]).expect(0, &[]);
    let said = sandbox.akam(&["check"]).expect(1, &[]);
    let (_, report) = said.out.split_once("\n\n").expect("the table ends with an empty line");
    assert_data_eq!(
        report,
        str![[r#"
0 of 12 ready

error[coverage-short]: 0 of 12 required competencies are ready
help: begin with 1.D.1 Knowledge of own company

1 error
next: 1.D.1 Knowledge of own company, `akam show 1.D.1`

"#]]
    );
}

#[test]
fn a_folder_renamed_behind_its_code_is_still_found() {
    for name in ["1.D.3", "1.D.3 my plan", "1.d.3_Plan"] {
        let sandbox = Sandbox::agreed().rename(PLAN, name);
        let said = sandbox.akam(&["check"]);
        assert!(!said.rules().iter().any(|id| id.starts_with("coverage")), "{name}: {}", said.out);
    }
}

#[test]
fn a_folder_renamed_away_from_its_code_is_told_its_right_name() {
    let said = Sandbox::agreed().rename(PLAN, "customer-plan").akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-unknown-folder"),
        str![[r#"
warning[coverage-unknown-folder]: this folder belongs to no competency; it is
  not packed
--> customer-plan
help: if it is one, rename it to `1.D.3-customer-plan`; if not, move it into
      `private/`

"#]]
    );
}

#[test]
fn a_second_folder_for_the_same_competency_is_not_packed_and_said_so() {
    let sandbox = Sandbox::agreed();
    copy(&sandbox.path(PLAN), &sandbox.path("1.D.3 old"));
    let said = sandbox.akam(&["check"]).expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-unknown-folder"),
        str![[r#"
warning[coverage-unknown-folder]: this is a second folder for 1.D.3; it is not
  packed
--> 1.D.3 old
help: move what you need into the other folder, the rest into `private/`

"#]]
    );
}

#[test]
fn a_file_beside_the_competencies_is_not_packed_and_said_so() {
    let said = Sandbox::agreed().write("minutes.docx", "x").akam(&["check"]).expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-unknown-folder"),
        str![[r#"
warning[coverage-unknown-folder]: this file belongs to no competency; it is
  not packed
--> minutes.docx
help: attach it with `akam attach FILE --to CODE`, or move it into `private/`

"#]]
    );
}

#[test]
fn a_portfolio_inside_a_portfolio_is_not_mixed_up_with_it() {
    let sandbox = Sandbox::agreed();
    copy(&crate::sandbox::examples().join("in-progress"), &sandbox.path("old"));
    let said = sandbox.akam(&["check"]).expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("coverage-unknown-folder"),
        str![[r#"
warning[coverage-unknown-folder]: another portfolio is inside this one; it is
  not packed
--> old
help: move it out, next to this portfolio

"#]]
    );
    let inner = sandbox.run(sandbox.command().arg("check").current_dir(sandbox.path("old")));
    inner.expect(1, &["3 of 12 ready"]);
}

#[test]
fn what_systems_and_akam_itself_leave_at_the_top_is_no_stranger() {
    let sandbox = Sandbox::agreed().write(".DS_Store", "x").write("akam-ingrid-solberg-2026-11-22.zip", "x");
    sandbox
        .write("private/drafts/old plan.docx", "x")
        .write(".git/config", "x")
        .akam(&["check"])
        .expect(0, &["1 warning"]);
}
