//! `akam` alone: where the portfolio stands, or how to begin.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, find_root, open, say};
use crate::coverage::{State, ready, standings};
use crate::report::count;
use crate::report::coverage::{next_step, tally};
use crate::report::terminal::{BOLD, paragraph, safe, styled};
use crate::rules::{self, Facts};

const BEGIN: &str = "\
Evidence for the AKAM Key Account Manager Diploma: write it, check it, pack it.

  akam init my-portfolio   make a portfolio here
  akam show                what the diploma asks
  akam --help              all commands
";

pub fn run(place: Option<&Path>) -> Result<Outcome> {
    let Some(root) = find_root(place)? else {
        say(BEGIN)?;
        return Ok(Outcome::Done);
    };
    let portfolio = open(&root);
    let findings = rules::check(&Facts::of(&portfolio));
    let standings = standings(&portfolio, &findings);
    let in_state = |state: State| standings.iter().filter(|standing| standing.state == state).count();
    let words: usize = standings.iter().map(|standing| standing.words).sum();
    let artefacts: usize = standings.iter().map(|standing| standing.artefacts).sum();
    let name = portfolio.details.name().map_or("a portfolio without a name yet".to_owned(), safe);
    let (drafting, fresh) = (in_state(State::Drafting), in_state(State::NotStarted));
    let mut text = format!("{}\n", styled(BOLD, &format!("{name}: {}", safe(&portfolio.framework.title))));
    let required = portfolio.framework.required;
    text += &format!("{} of {required} ready, {drafting} being drafted, {fresh} not started\n", ready(&standings));
    text += &format!("{}, {}\n", count(words, "word"), count(artefacts, "artefact"));
    let more = if findings.is_empty() { "" } else { ": `akam check` shows all" };
    text += &format!("{}{more}\n", tally(&findings));
    text += &paragraph(&next_step(&portfolio, &standings, &findings), "");
    say(&text)?;
    Ok(Outcome::Done)
}
