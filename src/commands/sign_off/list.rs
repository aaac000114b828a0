//! `akam sign-off list`: who confirmed what, and what still stands.

use std::path::Path;

use anyhow::Result;

use crate::cli::{Format, SignOffList};
use crate::commands::{Outcome, open, root, say};
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::changes::changes;
use crate::portfolio::sign_off::standing::{Signed, State};
use crate::report::json;
use crate::report::sign_off::{self, Listed};

pub fn run(place: Option<&Path>, wish: &SignOffList) -> Result<Outcome> {
    if wish.format == Format::JsonSchema {
        say(&json::sign_offs_schema())?;
        return Ok(Outcome::Done);
    }
    let portfolio = open(&root(place)?)?;
    let listed: Vec<Listed<'_>> = portfolio.sign_offs.iter().map(|sign_off| listed(&portfolio, sign_off)).collect();
    if wish.format == Format::Json {
        say(&sign_off::list_json(&portfolio, &listed).render())?;
    } else {
        say(&sign_off::list(&portfolio, &listed, wish.diff))?;
    }
    // A later sign-off may stand where an older one does not: `check` judges.
    let stale = listed.iter().flat_map(|it| &it.signed).any(|(_, signed)| signed.state() == State::Changed);
    let flawed = listed.iter().any(|it| !it.sign_off.flaws.is_empty()) || !portfolio.sign_off_problems.is_empty();
    Ok(if stale || flawed { Outcome::ErrorsFound } else { Outcome::Done })
}

fn listed<'a>(portfolio: &'a Portfolio, sign_off: &'a SignOff) -> Listed<'a> {
    let signed = sign_off.standing_answer().into_iter().flat_map(|answer| {
        let covered = portfolio.submitted().filter(|(competency, _)| sign_off.covers(&competency.code));
        covered.map(move |(competency, folder)| {
            let changes = changes(portfolio, competency, folder, sign_off);
            (competency.code.as_str(), Signed { sign_off, answer, changes, also: Vec::new() })
        })
    });
    Listed { sign_off, signed: signed.collect() }
}
