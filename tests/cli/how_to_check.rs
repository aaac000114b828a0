//! `HOW-TO-CHECK.txt`: its lines are run as they stand, on names that shells could take for commands.
#![allow(clippy::disallowed_methods, reason = "tests break what they unpacked")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::{Said, Sandbox};
use crate::tools;
use crate::zips::{ARCHIVE, files, packed};

/// Names that a shell could take for something else: blanks, quotes, variables, commands, patterns, other letters.
const NAMES: [&str; 6] = [
    "Kåre's plan.txt",
    "$(touch touched) $HOME.txt",
    "`touch touched`.txt",
    "plan [1] {2} #3.txt",
    "a'; touch touched; echo '.txt",
    "計画  Ωμέγα & touch touched &.txt",
];

/// A portfolio with artefacts of these names, packed as a trial and unpacked; the archive's one folder.
fn unpacked(sandbox: &Sandbox) -> PathBuf {
    sandbox.akam(&["pack", "--only", "2.D.2"]).expect(0, &["packed"]);
    let target = sandbox.top().join("unpacked");
    let archive = ARCHIVE.replace(".zip", "-trial-2.D.2");
    tools::unzip_into(&sandbox.path(&format!("{archive}.zip")), &target).assert_accepted();
    target.join(archive)
}

fn with_odd_names() -> Sandbox {
    let (mut sandbox, mut list) = (Sandbox::agreed(), String::new());
    for name in NAMES {
        sandbox = sandbox.write(&format!("2.D.2-selling/artefacts/{name}"), "One file.");
        list += &format!("\n[[artefact]]\nfile = \"artefacts/{name}\"\nshows = \"A plan.\"\nshare = 100\n");
    }
    sandbox.append("2.D.2-selling/artefacts.toml", &list)
}

/// The lines that are given for a system, as they stand.
fn lines(text: &str, system: &str) -> String {
    let (_, rest) = text.split_once(&format!("\n{system}\n\n")).expect("it gives lines for the system");
    let lines = rest.lines().take_while(|line| line.starts_with("    "));
    lines.map(|line| format!("{}\n", line.trim_start_matches("    "))).collect()
}

fn run(sandbox: &Sandbox, folder: &Path, program: &[&str], lines: &str) -> Said {
    let mut command = Command::new(program[0]);
    sandbox.run(command.args(&program[1..]).arg(lines).current_dir(folder))
}

#[test]
#[ignore = "needs other people's tools"]
fn the_lines_for_each_system_check_every_file_whatever_it_is_called() {
    let sandbox = with_odd_names();
    let folder = unpacked(&sandbox);
    let text = fs::read_to_string(folder.join("HOW-TO-CHECK.txt")).expect("it is there");
    let mut shells = vec![("Linux", vec!["sh", "-c"]), ("macOS", vec!["sh", "-c"])];
    if Command::new("pwsh").arg("-version").output().is_ok() {
        shells.push(("Windows (PowerShell)", vec!["pwsh", "-NoProfile", "-Command"]));
    }
    let odd = |name: &str| folder.join("data/2.D.2-selling/artefacts").join(name);
    for (system, shell) in shells {
        let lines = lines(&text, system);
        let said = run(&sandbox, &folder, &shell, &lines);
        assert_eq!((said.out.as_str(), said.err.as_str(), said.code), ("", "", 0), "{system}");
        for name in NAMES {
            fs::write(odd(name), "Another.").expect("the file can be written");
        }
        let said = run(&sandbox, &folder, &shell, &lines);
        for name in NAMES {
            assert!(said.out.contains(name), "{system}: {name}\n{}{}", said.out, said.err);
            fs::write(odd(name), "One file.").expect("the file can be written");
        }
    }
    let touched = ["touched", "data/touched"].map(|name| folder.join(name).exists());
    assert_eq!(touched, [false; 2], "a name was run as a command");
}

#[test]
fn the_lines_for_powershell_take_names_as_they_are() {
    let sandbox = packed();
    let (_, text) = files(&sandbox.path(ARCHIVE)).swap_remove(1);
    let text = String::from_utf8(text).expect("it is text");
    let lines = lines(&text, "Windows (PowerShell)");
    // `-Path` takes brackets for patterns, and a path that begins with `\\` asks another machine for it.
    assert!(lines.contains("Get-FileHash -LiteralPath \"./$file\" ") && !lines.contains("-Path "), "{lines}");
    assert!(lines.contains("-split '  ', 2"), "a name may hold two blanks: {lines}");
    for run in ["Invoke-Expression", "iex", "$(", "& $", ". $", "Start-Process", "cmd"] {
        assert!(!lines.contains(run), "`{run}` runs what it is given: {lines}");
    }
}

#[test]
fn it_is_the_same_in_every_archive_and_holds_nothing_that_the_candidate_wrote() {
    let named = "2026-11-18-' & touch X & echo '";
    let one = Sandbox::complete().rename("sign-offs/2026-11-18-line-manager", &format!("sign-offs/{named}"));
    let one = one.edit("portfolio.toml", "name = \"Ingrid Solberg\"", "name = \"Ingrid Solberg\" # `touch X`");
    one.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    let other = Sandbox::in_progress();
    other.akam(&["pack", "--only", "1.D.1"]).expect(0, &["packed"]);
    let text = |sandbox: &Sandbox| {
        let archive = sandbox.names().into_iter().find(|name| name.starts_with("akam-")).expect("one was packed");
        let files = files(&sandbox.path(&archive));
        files.into_iter().find(|(name, _)| name.ends_with("/HOW-TO-CHECK.txt")).expect("it is there").1
    };
    assert_eq!(text(&one), text(&other));
    let text = String::from_utf8(text(&one)).expect("it is text");
    assert!(!text.contains(env!("CARGO_PKG_VERSION")) && !text.contains("ssh"), "{text}");
}
