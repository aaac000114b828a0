//! The output of `akam` alone: how far a portfolio has got, or how to begin.

use super::coverage::{next_step, tally};
use super::terminal::{BOLD, paragraph, safe, styled};
use crate::coverage::{State, ready};
use crate::portfolio::Portfolio;
use crate::rules::Judged;
use crate::text::count;

/// Outside a portfolio.
pub const BEGIN: &str = "\
Evidence for the AKAM Key Account Manager Diploma: write it, check it, pack it.

  akam init my-portfolio   make a portfolio here
  akam show                what the diploma asks
  akam --help              all commands
";

/// How far a portfolio has got, in five lines.
pub fn summary(portfolio: &Portfolio, judged: &Judged<'_>) -> String {
    let Judged { findings, standings } = judged;
    let in_state = |state: State| standings.iter().filter(|standing| standing.state == state).count();
    let words: usize = standings.iter().map(|standing| standing.review.words()).sum();
    let artefacts: usize = standings.iter().map(|standing| standing.review.artefacts.len()).sum();
    let name = portfolio.details.name().map_or("a portfolio without a name yet".to_owned(), safe);
    let (drafting, fresh) = (in_state(State::Drafting), in_state(State::NotStarted));
    let title = paragraph(&format!("{name}: {}", portfolio.framework.title), "");
    let mut text = format!("{}\n", styled(BOLD, title.trim_end()));
    let required = portfolio.framework.required;
    let states = format!("{} of {required} ready, {drafting} being drafted, {fresh} not started", ready(standings));
    text += &paragraph(&states, "");
    text += &format!("{}, {}\n", count(words, "word"), count(artefacts, "artefact"));
    let more = if findings.is_empty() { "" } else { ": `akam check` shows all" };
    text += &paragraph(&format!("{}{more}", tally(findings)), "");
    text += &paragraph(&next_step(&portfolio.framework, judged), "");
    text
}
