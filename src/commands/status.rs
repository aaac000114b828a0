//! `akam` alone: how far the portfolio has got, or how to begin.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, find_root, open, say, today};
use crate::report::status::{BEGIN, summary};
use crate::review::{Evidence, Selection};
use crate::rules;

pub fn run(place: Option<&Path>) -> Result<Outcome> {
    let Some(root) = find_root(place)? else {
        say(BEGIN)?;
        return Ok(Outcome::Done);
    };
    let portfolio = open(&root)?;
    let evidence = Evidence::of(&portfolio, Selection::Whole, today()?);
    say(&summary(&portfolio, &rules::check(&evidence)))?;
    Ok(Outcome::Done)
}
