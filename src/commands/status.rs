//! `akam` alone: how far the portfolio has got, or how to begin.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, find_root, open, say, today};
use crate::coverage::standings;
use crate::report::status::{BEGIN, summary};
use crate::rules::{self, Facts};

pub fn run(place: Option<&Path>) -> Result<Outcome> {
    let Some(root) = find_root(place)? else {
        say(BEGIN)?;
        return Ok(Outcome::Done);
    };
    let portfolio = open(&root)?;
    let findings = rules::check(&Facts::of(&portfolio, today()?));
    let standings = standings(&portfolio, &findings);
    say(&summary(&portfolio, &standings, &findings))?;
    Ok(Outcome::Done)
}
