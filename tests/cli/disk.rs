//! Stories about disks that refuse: not to be read, not to be written to, full.
#![cfg(unix)]

use snapbox::{assert_data_eq, str};

use crate::attach::with_file;
use crate::sandbox::Sandbox;

const FOLDER: &str = "1.D.3-customer-plan";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";

#[test]
fn a_folder_that_may_not_be_written_to_is_told_and_nothing_stays() {
    let sandbox = Sandbox::empty().write("mine/.keep", "").mode("mine", 0o555);
    let said = sandbox.run(sandbox.command_of_a_plain_user().args(["init", "mine"]));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `mine/portfolio.toml`: Permission denied (os error 13)
help: see that you have the right to do so, and that no other program holds
      the file

"#]]
    );
    assert_eq!(std::fs::read_dir(sandbox.path("mine")).expect("it is there").count(), 1);
}

#[test]
fn init_in_a_portfolio_that_may_not_be_written_to_changes_nothing() {
    let sandbox = Sandbox::complete().mode("", 0o555);
    let before = sandbox.snapshot();
    let said = sandbox.run(sandbox.command_of_a_plain_user().arg("init"));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot make the folder `[TOP]/complete/3.D.1-it-system-and-process-literacy/artefacts`: Permission denied (os error 13)
help: see that you have the right to do so, and that no other program holds
      the file

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_disk_that_takes_no_more_leaves_no_half_file() {
    let sandbox = Sandbox::empty();
    // A limit on the size of files stands for a full disk: 3 blocks are more than `portfolio.toml` and less than a document.
    let limited = "ulimit -f 3; exec \"$0\" init mine --name 'Ann Berg'";
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
fn a_file_that_may_not_be_read_is_not_registered() {
    let sandbox = with_file("minutes.txt").mode("../minutes.txt", 0o000);
    let before = sandbox.read(REGISTER);
    let said = sandbox.run(sandbox.command_of_a_plain_user().args(["attach", "../minutes.txt", "--to", "1.D.3"]));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot read `../minutes.txt`: Permission denied (os error 13)
help: see that you have the right to do so, and that no other program holds
      the file

"#]]
    );
    assert_eq!(sandbox.read(REGISTER), before);
}

#[test]
fn attach_in_a_portfolio_that_may_not_be_written_to_changes_nothing() {
    let sandbox = with_file("minutes.txt").mode(FOLDER, 0o555).mode(&format!("{FOLDER}/artefacts"), 0o555);
    let before = sandbox.snapshot();
    let said = sandbox.run(sandbox.command_of_a_plain_user().args(["attach", "../minutes.txt", "--to", "1.D.3"]));
    let sandbox = sandbox.mode(FOLDER, 0o755).mode(&format!("{FOLDER}/artefacts"), 0o755);
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `[TOP]/complete/1.D.3-customer-plan/artefacts/minutes.txt`: Permission denied (os error 13)
help: see that you have the right to do so, and that no other program holds
      the file

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn where_the_register_cannot_be_written_the_copy_is_taken_back() {
    let sandbox = with_file("minutes.txt").mode(FOLDER, 0o555).mode(&format!("{FOLDER}/artefacts"), 0o777);
    let before = sandbox.snapshot();
    let said = sandbox.run(sandbox.command_of_a_plain_user().args(["attach", "../minutes.txt", "--to", "1.D.3"]));
    let sandbox = sandbox.mode(FOLDER, 0o755);
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `[TOP]/complete/1.D.3-customer-plan/artefacts.toml`: Permission denied (os error 13)
help: see that you have the right to do so, and that no other program holds
      the file

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_disk_that_takes_no_more_leaves_everything_as_it_was() {
    let sandbox = Sandbox::complete().write("../minutes.txt", vec![b'x'; 100_000]);
    let before = sandbox.snapshot();
    let limited = "ulimit -f 40; exec \"$0\" attach ../minutes.txt --to 1.D.3";
    let said = sandbox.run(sandbox.command_by_shell(limited));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `[TOP]/complete/1.D.3-customer-plan/artefacts/minutes.txt`: File too large (os error 27)
help: this disk or its settings take no file so large: choose another disk

"#]]
    );
    assert_eq!(sandbox.snapshot(), before);
}
