//! The README is true: its commands are run again, and what it shows is what they print.
#![allow(clippy::disallowed_methods, reason = "prepares the folder that the README starts from")]

use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::assert_data_eq;

use crate::sandbox::{Said, Sandbox, copy, examples};

const README: &str = include_str!("../../README.md");

/// A command of the README and what it shows of its output.
struct Step {
    command: String,
    shown: String,
}

/// The steps of all blocks that begin with a prompt, in order.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in README.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let mut continued = false;
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { command: command.to_owned(), shown: String::new() });
            } else if continued {
                let step = steps.last_mut().expect("a command was begun");
                step.command += &format!("\n{line}");
            } else {
                let step = steps.last_mut().expect("a block begins with a command");
                step.shown += &format!("{line}\n");
            }
            continued = line.ends_with('\\') && steps.last().is_some_and(|step| step.shown.is_empty());
        }
    }
    steps
}

/// Runs a line as a shell does in which `akam` is installed.
fn shell(sandbox: &Sandbox, place: &Path, line: &str) -> Said {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_akam"));
    let folder = binary.parent().expect("the binary lies in a folder").to_string_lossy().into_owned();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(place).env("PATH", format!("{folder}:{path}"));
    command.env("SOURCE_DATE_EPOCH", crate::sandbox::DAY);
    sandbox.run(&mut command)
}

/// The text without what changes with every new version: digests, and sizes in kB.
fn settled(text: &str) -> String {
    let is_digest = |word: &str| word.len() == 64 && word.bytes().all(|sign| sign.is_ascii_hexdigit());
    let is_size = |word: &str| word.contains('.') && word.bytes().all(|sign| sign.is_ascii_digit() || sign == b'.');
    let word = |word: &str| match word {
        digest if is_digest(digest) => "<digest>".to_owned(),
        size if is_size(size) => "<size>".to_owned(),
        other => other.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn every_session_in_the_readme_prints_what_the_readme_shows() {
    let sandbox = Sandbox::empty();
    copy(&examples(), &sandbox.path("examples"));
    std::fs::create_dir(sandbox.path("target")).expect("the folder can be made");
    let mut place = sandbox.root().to_owned();
    let steps = steps();
    assert!(steps.len() > 8, "the README has hardly any sessions");
    for step in steps {
        if let Some(folder) = step.command.strip_prefix("cd ") {
            place = place.join(folder).canonicalize().expect("the README changes to a folder that is there");
            continue;
        }
        let said = shell(&sandbox, &place, &step.command);
        assert_data_eq!(settled(&(said.out + &said.err)), settled(&step.shown));
    }
}

#[test]
fn the_picture_and_the_files_that_the_readme_links_to_are_there() {
    let prose: String = README.split("```").step_by(2).collect();
    let links = prose.match_indices("](").map(|(at, _)| prose[at + 2..].split([')', '#']).next().unwrap_or_default());
    let local: Vec<&str> = links.filter(|link| !link.is_empty() && !link.contains("://")).collect();
    assert!(local.contains(&"examples/cover.png"), "{local:?}");
    for link in local {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "{link} is not there");
    }
}

#[test]
fn the_readme_names_every_rule_and_every_command() {
    let sandbox = Sandbox::empty();
    let rules = sandbox.akam(&["explain"]).expect(0, &["document-prompt-left"]);
    let ids = rules.out.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| word.contains('-'));
    for id in ids {
        assert!(README.contains(id), "the README does not name {id}");
    }
    let help = sandbox.akam(&["--help"]).expect(0, &["Commands:"]);
    let commands = help.out.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = commands.filter(|line| !line.starts_with("   "));
    for command in named.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help") {
        assert!(README.contains(&format!("`akam {command}")), "the README does not name {command}");
    }
}
