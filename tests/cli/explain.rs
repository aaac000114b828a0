//! Stories about what a rule means.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn a_rule_is_explained_by_why_it_matters_and_what_to_do() {
    assert_data_eq!(
        Sandbox::empty().akam(&["explain", "document-prompt-left"]).expect(0, &[]).out,
        str![[r#"
document-prompt-left (error)
one of akam's prompts, or a note such as TODO, is still in the text

Why it matters: the assessor receives the document as it is, and sees that it is
not finished.

What to do: answer the prompt, then delete it, from `<!-- akam:` to `-->`. Notes
to yourself belong in `private/`.

"#]]
    );
}

#[test]
fn all_rules_are_listed_with_what_is_wrong() {
    let said = Sandbox::empty().akam(&["explain"]).expect(0, &["next: `akam explain RULE` says more"]);
    let lines: Vec<&str> = said.out.lines().take(8).collect();
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"
RULE                                   WHAT IS WRONG
portfolio-unreadable          error    a file or folder of the portfolio
                                       cannot be read
portfolio-candidate-unnamed   error    the candidate's name is not given
portfolio-key-account-count   warning  the number of key accounts is unusual
                                       (guide)
portfolio-unknown-key         warning  akam does not know a setting
coverage-unknown-folder       warning  a file or folder belongs to no
"#]]
    );
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
}

#[test]
fn every_rule_that_is_listed_can_be_explained() {
    let sandbox = Sandbox::empty();
    let list = sandbox.akam(&["explain"]).out;
    let ids: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).filter(|id| id.contains('-')).collect();
    assert!(ids.len() > 40, "{ids:?}");
    for id in ids {
        let said = sandbox.akam(&["explain", id]).expect(0, &["Why it matters: ", "What to do: "]);
        assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
    }
}

#[test]
fn a_mistyped_rule_is_told_the_nearest() {
    assert_data_eq!(
        Sandbox::empty().akam(&["explain", "document-prompts"]).expect(2, &[]).err,
        str![[r#"
error: there is no rule `document-prompts`
help: did you mean `document-prompt-left`?

"#]]
    );
    assert_data_eq!(
        Sandbox::empty().akam(&["explain", "xyz"]).expect(2, &[]).err,
        str![[r#"
error: there is no rule `xyz`
help: `akam explain` lists all rules

"#]]
    );
}
