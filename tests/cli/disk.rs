//! Stories about disks that refuse: not to be read, not to be written to, full.
#![cfg(unix)]

use snapbox::{assert_data_eq, str};

use crate::attach::with_file;
use crate::sandbox::Sandbox;

const FOLDER: &str = "1.D.3-customer-plan";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";
const TRIAL: &str = "akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip";

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

#[test]
fn an_archive_that_may_not_be_read_is_replaced_by_one_that_may() {
    use std::os::unix::fs::PermissionsExt;
    for mode in [0o000, 0o200, 0o4755] {
        let sandbox = Sandbox::complete().mode("", 0o777).write(TRIAL, "an older one").mode(TRIAL, mode);
        let arguments = ["pack", "--only", "1.D.3", "--force"];
        sandbox.run(sandbox.command_of_a_plain_user().args(arguments)).expect(0, &["packed"]);
        let now = sandbox.path(TRIAL).metadata().expect("it is there").permissions().mode();
        assert_eq!(now & 0o7777, 0o644, "instead of one of mode {mode:o}");
    }
}

#[test]
fn a_text_keeps_what_others_may_do_with_it_but_gives_nobody_more_rights() {
    use std::os::unix::fs::PermissionsExt;
    for (mode, kept) in [(0o600, 0o600), (0o664, 0o664), (0o6755, 0o755)] {
        let sandbox = with_file("minutes.txt").mode(REGISTER, mode);
        sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]).expect(0, &["1.D.3-A3"]);
        let now = sandbox.path(REGISTER).metadata().expect("it is there").permissions().mode();
        assert_eq!(now & 0o7777, kept, "instead of one of mode {mode:o}");
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn an_archive_that_cannot_be_read_back_is_named_with_the_cause() {
    // The first two belong to the start of any program; calls are counted in each thread.
    for call in [3, 4, 6, 15, 25] {
        let sandbox = Sandbox::complete();
        let fault = format!("pread64:error=EIO:when={call}");
        let said = sandbox.run(sandbox.command_with_faults(&[&fault]).args(["pack", "--only", "1.D.3"]));
        said.expect(2, &[&format!("`{TRIAL}`"), "Input/output error (os error 5)"]);
        assert!(!sandbox.path(TRIAL).exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn a_large_file_that_the_disk_gives_back_otherwise_is_not_packed() {
    let register = "\n[[artefact]]\nfile = \"artefacts/talk.mp4\"\nshows = \"x\"\nshare = 100\n";
    let sandbox = Sandbox::agreed().write("1.D.3-customer-plan/artefacts/talk.mp4", vec![b'x'; 20 << 20]);
    let sandbox = sandbox.append(REGISTER, register);
    // Of the first two calls of each thread none need be one of ours.
    for call in [3, 40, 70] {
        for (fault, why) in [("error=EIO", "Input/output error"), ("poke_exit=@arg2=79", "changed or damaged")] {
            let fault = format!("pread64:{fault}:when={call}");
            let said = sandbox.run(sandbox.command_with_faults(&[&fault]).args(["pack", "--only", "1.D.3"]));
            said.expect(2, &[&format!("`{TRIAL}`"), why]);
            assert!(!sandbox.path(TRIAL).exists());
        }
    }
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    sandbox.akam(&["verify", TRIAL]).expect(0, &["all as listed"]);
}

#[test]
fn a_request_that_the_disk_does_not_take_names_its_file() {
    let sandbox = Sandbox::complete().remove("sign-offs");
    let limited = "ulimit -f 40; exec \"$0\" sign-off request --zip --name 'Maria Lind' --role r --organisation o \
                   --relation other --observed 'since 2023-01'";
    let said = sandbox.run(sandbox.command_by_shell(limited));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `akam-sign-off-ingrid-solberg-2026-11-22-other.zip`: File too large (os error 27)
help: this disk or its settings take no file so large: choose another disk

"#]]
    );
}

#[test]
fn a_portfolio_that_may_not_be_listed_is_named() {
    let sandbox = with_file("minutes.txt").mode("", 0o311);
    for arguments in
        [&["pack"] as &[&str], &["check"], &["attach", "../minutes.txt", "--to", "1.D.3"], &["sign-off", "request"]]
    {
        let said = sandbox.run(sandbox.command_of_a_plain_user().args(["-C", "."]).args(arguments));
        said.expect(2, &["cannot list what is in `.`: Permission denied (os error 13)", "you have the right"]);
    }
    sandbox.mode("", 0o755);
}

#[test]
fn a_competency_that_may_not_be_listed_does_not_count_as_not_started() {
    let sandbox = Sandbox::complete().mode(FOLDER, 0o000);
    let said = sandbox.run(sandbox.command_of_a_plain_user().args(["pack", "--only", "1.D.3"]));
    said.expect(1, &["error[portfolio-unreadable]: it cannot be read: Permission denied", "--> 1.D.3-customer-plan"]);
    sandbox.mode(FOLDER, 0o755);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn a_disk_that_fails_while_the_portfolio_is_listed_is_named() {
    let sandbox = Sandbox::complete();
    let said = sandbox.run(sandbox.command_with_faults(&["getdents64:error=EIO:when=1"]).args(["pack"]));
    said.expect(2, &["cannot list what is in `[TOP]/complete`: Input/output error (os error 5)"]);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn where_no_threads_can_be_had_the_work_is_done_without() {
    let sandbox = Sandbox::agreed().write("1.D.3-customer-plan/artefacts/large.bin", vec![b'x'; 40 << 20]);
    let register = "\n[[artefact]]\nfile = \"artefacts/large.bin\"\nshows = \"x\"\nshare = 100\n";
    let sandbox = sandbox.append(REGISTER, register);
    let pack = ["pack", "--only", "1.D.3", "--force"];
    sandbox.akam(&pack).expect(0, &["packed"]);
    let bytes = || std::fs::read(sandbox.path(TRIAL)).expect("it is there");
    let packed = bytes();
    for which in ["", ":when=1", ":when=2", ":when=3", ":when=5+"] {
        let fault = format!("clone3:error=EAGAIN{which}");
        let run = |arguments: &[&str]| sandbox.run(sandbox.command_with_faults(&[&fault]).args(arguments));
        run(&pack).expect(0, &["packed"]);
        assert!(packed == bytes(), "other bytes after {fault}");
        run(&["check"]).expect(0, &["12 of 12 ready"]);
        run(&["verify", TRIAL]).expect(0, &["all as listed"]);
        run(&["verify", TRIAL, TRIAL, TRIAL]).expect(0, &["3 archives"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn a_disk_that_cannot_give_a_name_without_replacing_is_told_with_a_remedy() {
    let sandbox = Sandbox::complete();
    let faults = ["renameat2:error=EINVAL", "linkat:error=EPERM", "link:error=EPERM"];
    let said = sandbox.run(sandbox.command_with_faults(&faults).args(["pack", "--only", "1.D.3"]));
    assert_data_eq!(
        said.expect(2, &[]).err,
        str![[r#"
error: cannot write `akam-ingrid-solberg-2026-11-22-trial-1.D.3.zip`: this disk cannot rename a file without replacing another: Operation not permitted (os error 1)
help: work in a folder on another disk; `akam pack` writes to one with
      `--output DIR`

"#]]
    );
}

#[test]
fn init_on_a_disk_that_takes_nothing_leaves_nothing() {
    let sandbox = Sandbox::empty();
    let said = sandbox.run(sandbox.command_by_shell("ulimit -f 0; exec \"$0\" init a/mine --name 'Ann Berg'"));
    said.expect(2, &["cannot write `a/mine/portfolio.toml`", "os error 27"]);
    assert_eq!(std::fs::read_dir(sandbox.root()).expect("it is there").count(), 0, "something was left behind");
}
