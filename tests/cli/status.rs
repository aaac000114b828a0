//! Stories about `akam` alone, about finding the portfolio, and about pipes and colours.

use std::io::Read;
use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn outside_a_portfolio_it_says_how_to_begin() {
    assert_data_eq!(
        Sandbox::empty().akam(&[]).expect(0, &[]).out,
        str![[r#"
Evidence for the AKAM Key Account Manager Diploma: write it, check it, pack it.

  akam init my-portfolio   make a portfolio here
  akam show                what the diploma asks
  akam --help              all commands

"#]]
    );
}

#[test]
fn inside_a_finished_portfolio_it_says_so_in_five_lines() {
    assert_data_eq!(
        Sandbox::complete().akam(&[]).expect(0, &[]).out,
        str![[r#"
Ingrid Solberg: AKAM Key Account Manager Diploma (by experience)
12 of 12 ready, 0 being drafted, 0 not started
15628 words, 25 artefacts
no findings
next: `akam pack` makes the archive to submit

"#]]
    );
}

#[test]
fn inside_one_that_is_under_way_it_names_the_next_step() {
    assert_data_eq!(
        Sandbox::in_progress().akam(&[]).expect(0, &[]).out,
        str![[r#"
Daniel Osei: AKAM Key Account Manager Diploma (by experience)
3 of 12 ready, 5 being drafted, 5 not started
3673 words, 13 artefacts
13 errors, 29 warnings: `akam check` shows all
next: 2.D.1 Product/service and application knowledge, `akam check 2.D.1`

"#]]
    );
}

#[test]
fn a_portfolio_is_found_from_any_folder_below_and_by_its_name() {
    let sandbox = Sandbox::complete();
    let below = sandbox.path("1.D.3-customer-plan/artefacts");
    sandbox.run(sandbox.command().current_dir(below)).expect(0, &["Ingrid Solberg"]);
    for named in ["complete", "complete/", "complete/portfolio.toml", "./complete/../complete"] {
        let said = sandbox.run(sandbox.command().args(["--portfolio", named]).current_dir(sandbox.top()));
        said.expect(0, &["Ingrid Solberg"]);
    }
}

#[test]
fn a_folder_that_is_no_portfolio_is_told() {
    let said = Sandbox::complete().akam(&["check", "--portfolio", "1.D.3-customer-plan"]).expect(2, &[]);
    assert_data_eq!(
        said.err,
        str![[r#"
error: `1.D.3-customer-plan` is no portfolio: it holds no `portfolio.toml`
help: `akam init 1.D.3-customer-plan` makes one

"#]]
    );
}

#[test]
fn alone_with_a_folder_that_is_no_portfolio_it_says_so_too() {
    Sandbox::complete().akam(&["--portfolio", "nowhere"]).expect(2, &["`nowhere` is no portfolio"]);
}

#[test]
fn a_name_with_an_escape_sequence_never_reaches_the_terminal() {
    let name = "name = \"Ingrid \\u001b]0;owned\\u0007\"";
    let said = Sandbox::complete().edit("portfolio.toml", "name = \"Ingrid Solberg\"", name).akam(&[]).expect(0, &[]);
    assert!(!said.out.contains(['\u{1b}', '\u{7}']), "{:?}", said.out);
}

#[test]
fn a_pipe_and_no_color_get_no_escape_sequences() {
    for arguments in [&["check"][..], &[], &["show"], &["show", "1.D.3"], &["explain"], &["--help"], &["check", "9"]] {
        let said = Sandbox::in_progress().akam(arguments);
        assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn a_terminal_gets_colours_unless_no_color_is_set() {
    let sandbox = Sandbox::in_progress();
    let said = sandbox.akam_asking(&[], &["check"]).expect(1, &["\u{1b}["]);
    let plain = sandbox.akam_asking_without_colour(&[], &["check"]).expect(1, &[]);
    assert!(!plain.out.contains('\u{1b}'), "{:?}", plain.out);
    let words = |text: &str| text.matches("error").count();
    assert_eq!(words(&said.out), words(&plain.out));
}

#[test]
#[ignore = "needs other people's tools"]
fn a_table_on_a_terminal_fits_it() {
    let said = Sandbox::in_progress().akam_asking_without_colour(&[], &["check"]);
    let table: Vec<&str> = said.out.lines().take_while(|line| !line.trim().is_empty()).collect();
    assert!(table.len() > 13 && table.iter().all(|line| line.trim_end().chars().count() <= 80), "{}", said.out);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::in_progress();
    for arguments in
        [&["check"][..], &["show", "1.D.3"], &["explain"], &["completions", "bash"], &["check", "--format", "json"]]
    {
        let mut child =
            sandbox.command().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("it was piped").read_to_string(&mut said).expect("what it says is text");
        let code = child.wait().expect("it ends").code();
        assert!(said.is_empty() && code.is_some_and(|code| code < 2), "{arguments:?}: {code:?} {said}");
    }
}

#[test]
fn every_command_has_a_help_with_an_example() {
    let sandbox = Sandbox::empty();
    for command in ["init", "show", "attach", "check", "pack", "verify", "explain", "completions"] {
        let said = sandbox.akam(&[command, "--help"]).expect(0, &["Example"]);
        assert!(said.out.lines().all(|line| line.chars().count() <= 100), "{}", said.out);
    }
    sandbox.akam(&["--version"]).expect(0, &[concat!("akam ", env!("CARGO_PKG_VERSION"))]);
    sandbox.akam(&["chek"]).expect(2, &["check"]);
}
