//! Stories about where words go: to nobody, to a full disk, to a terminal that foreign words must not steer.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "a full disk is opened to be written to")]

use std::fs::File;

use crate::sandbox::Sandbox;

/// What escapes to a terminal begins with, and a title for its window.
const HOSTILE: &str = "\u{1b}]0;pwn\u{7}\u{1b}[2J";

/// Runs a command whose reader has gone away.
fn unread(sandbox: &Sandbox, arguments: &[&str]) -> i32 {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    let status = sandbox.command().args(arguments).stdout(writer).status();
    status.expect("the command can be started").code().unwrap_or(-1)
}

#[test]
fn a_reader_that_goes_away_does_not_turn_errors_into_success() {
    let sandbox = Sandbox::complete().append("1.D.3-customer-plan/evidence.md", "\nOne sentence more.\n");
    let sandbox = sandbox.write("no.zip", "no archive");
    for arguments in [
        &["check"] as &[&str],
        &["check", "--format=json"],
        &["pack"],
        &["verify", "no.zip"],
        &["verify", "no.zip", "no.zip"],
        &["verify", "--format=json", "no.zip", "no.zip"],
    ] {
        assert_eq!(unread(&sandbox, arguments), 1, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::complete();
    for arguments in [&["check"] as &[&str], &["show"], &["pack"], &["--help"], &["-V"]] {
        assert_eq!(unread(&sandbox, arguments), 0, "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_nobody_can_read_is_an_error() {
    let sandbox = Sandbox::empty();
    for argument in ["--help", "-V"] {
        let full = File::options().write(true).open("/dev/full").expect("Linux has a disk that is always full");
        let output = sandbox.command().arg(argument).stdout(full).output().expect("the command can be started");
        sandbox.said(&output).expect(2, &["cannot write to the standard output", "os error 28"]);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn foreign_words_on_the_command_line_cannot_steer_the_terminal() {
    let sandbox = Sandbox::complete();
    for arguments in [
        &[HOSTILE] as &[&str],
        &["verify", &format!("--{HOSTILE}.zip")],
        &["sign-off", "request", "--relation", HOSTILE],
        &["attach", "x", "--to", "1", "--share", HOSTILE],
        &["show", "--help", HOSTILE],
    ] {
        let said = sandbox.akam_asking(&[], arguments);
        let own = ["[0m", "[1m", "[2m", "[4m", "[1m\u{1b}[4m", "[31m", "[32m", "[33m"];
        let rest = own.iter().fold(said.out, |text, own| text.replace(&format!("\u{1b}{own}"), ""));
        assert!(!rest.contains(['\u{1b}', '\u{7}']), "{arguments:?} reach the terminal: {rest:?}");
        let shown = rest.contains(r"\u{1b}]0;pwn\u{7}\u{1b}[2J") || arguments.contains(&"--help");
        assert!(shown && rest.contains("Usage") || rest.contains("--help"), "{arguments:?}: {rest:?}");
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn the_command_line_is_still_explained_in_colour_on_a_terminal_only() {
    let sandbox = Sandbox::empty();
    let said = sandbox.akam_asking(&[], &["pck"]).expect(2, &[]);
    assert!(said.out.contains("\u{1b}[") && said.out.contains("pack"), "{}", said.out);
    let said = sandbox.akam(&["pck"]).expect(2, &["unrecognized subcommand 'pck'", "'pack'"]);
    assert!(said.out.is_empty() && !said.err.contains('\u{1b}'), "{}{}", said.out, said.err);
    let said = sandbox.akam(&["--help"]).expect(0, &["Usage: akam"]);
    assert!(said.err.is_empty() && !said.out.contains('\u{1b}'), "{}{}", said.out, said.err);
}

#[test]
#[ignore = "needs other people's tools"]
fn in_a_narrow_terminal_only_what_may_be_copied_sticks_out() {
    let sandbox = Sandbox::in_progress();
    let complete = Sandbox::complete();
    for (sandbox, arguments) in [
        (&sandbox, &[] as &[&str]),
        (&sandbox, &["check"]),
        (&sandbox, &["show"]),
        (&sandbox, &["show", "1.D.3"]),
        (&sandbox, &["explain"]),
        (&complete, &["pack", "--dry-run"]),
        (&complete, &["pack"]),
        (&complete, &["verify", crate::zips::ARCHIVE]),
    ] {
        let said = sandbox.akam_in_columns(40, arguments);
        let said = anstream::adapter::strip_str(&said.out).to_string();
        for line in said.lines().map(str::trim_end).filter(|line| line.chars().count() > 40) {
            let mut words = line.split_whitespace();
            let is_code = line.trim_start().starts_with('`') && line.matches('`').count() == 2;
            // A name, a place in a file, a digest, a line of the user's or what is marked in it.
            let is_whole = is_code || words.any(|word| word.len() > 20) || line.contains(" | ");
            assert!(is_whole, "{arguments:?} could have broken {line:?}");
        }
    }
}
