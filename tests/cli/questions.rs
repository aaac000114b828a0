//! Stories about the questions that are asked on a terminal.

use crate::attach::with_file;
use crate::sandbox::Sandbox;

const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";

#[test]
#[ignore = "needs other people's tools"]
fn on_a_terminal_it_asks_and_enter_skips() {
    let sandbox = Sandbox::empty();
    let answers =
        [("Your name:", "Ann Berg\r"), ("Your employer:", "\r"), ("Your role there:", "Key account manager\r")];
    let last = [("Your key account:", "Customer A\r"), ("What do you want to write in?", "\r")];
    let answers = [&answers[..], &last].concat();
    sandbox.akam_asking(&answers, &["init", "mine"]).expect(0, &["made a portfolio in", "`mine`"]);
    let said = sandbox.read("mine/portfolio.toml");
    assert!(said.contains("name = \"Ann Berg\"\n") && said.contains("# employer = \"\"\n"), "{said}");
    assert!(sandbox.path("mine/1.D.3-customer-plan/evidence.docx").exists());
    assert!(said.contains("role = \"Key account manager\"\n") && said.contains("name = \"Customer A\"\n"), "{said}");
}

#[test]
#[ignore = "needs other people's tools"]
fn what_was_given_as_a_flag_is_not_asked() {
    let sandbox = Sandbox::empty();
    let questions = ["Your employer:", "Your role there:", "Your key account:", "What do you want to write in?"];
    let answers = questions.map(|question| (question, "\u{1b}"));
    let said = sandbox.akam_asking(&answers, &["init", "mine", "--name", "Ann Berg"]).expect(0, &["made a portfolio"]);
    assert!(!said.out.contains("Your name:"), "{}", said.out);
}

#[test]
#[ignore = "needs other people's tools"]
fn whoever_breaks_off_the_questions_gets_no_half_portfolio() {
    let sandbox = Sandbox::empty();
    let said = sandbox.akam_asking(&[("Your name:", "\u{3}")], &["init", "mine"]);
    assert_ne!(said.code, 0, "{}", said.out);
    assert!(!sandbox.path("mine").exists());
}

#[test]
#[ignore = "needs other people's tools"]
fn on_a_terminal_it_asks_what_the_file_shows_and_for_the_share() {
    let sandbox = with_file("minutes.txt");
    let answers = [
        ("What does `minutes.txt` show?", "How we decided.\r"),
        ("in per cent?", "lots\r"),
        ("a number from 0 to 100", "\u{7f}\u{7f}\u{7f}\u{7f}60 %\r"),
    ];
    sandbox.akam_asking(&answers, &["attach", "../minutes.txt", "--to", "1.D.3"]).expect(0, &["own work: 60%"]);
    assert!(sandbox.read(REGISTER).ends_with("shows = \"How we decided.\"\nshare = 60\n"));
}

#[test]
#[ignore = "needs other people's tools"]
fn whoever_breaks_off_the_questions_has_attached_nothing() {
    let sandbox = with_file("minutes.txt");
    let before = sandbox.snapshot();
    let said = sandbox.akam_asking(&[("show?", "\u{3}")], &["attach", "../minutes.txt", "--to", "1.D.3"]);
    said.expect(130, &["stopped with Ctrl-C; nothing was written"]);
    assert_eq!(sandbox.snapshot(), before);
}
