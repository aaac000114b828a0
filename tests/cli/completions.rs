//! Stories about completions for shells.

use std::process::Command;

use crate::sandbox::Sandbox;

#[test]
fn every_shell_gets_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = Sandbox::empty().akam(&["completions", shell]).expect(0, &["attach", "explain", "portfolio"]);
        assert_eq!(said.err, "");
    }
}

#[test]
fn an_unknown_shell_is_told_the_ones_that_are_known() {
    Sandbox::empty()
        .akam(&["completions", "cmd"])
        .expect(2, &["[possible values: bash, elvish, fish, powershell, zsh]"]);
}

#[cfg(unix)]
#[test]
fn bash_completes_a_command_that_was_begun() {
    let sandbox = Sandbox::empty();
    let script = sandbox.akam(&["completions", "bash"]).expect(0, &[]).out;
    let line = "\nCOMP_WORDS=(akam att); COMP_CWORD=1; _akam akam att akam; echo \"${COMPREPLY[@]}\"\n";
    let said = sandbox.run(Command::new("bash").args(["-c", &(script + line)]));
    assert_eq!(said.out, "attach\n", "{}", said.err);
}
