//! `akam sign-off list`: who confirmed what, and what is still valid.

use std::path::Path;

use anyhow::Result;

use crate::cli::{Format, SignOffList};
use crate::commands::{Outcome, open, root, say};
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::Says;
use crate::report::json;
use crate::report::sign_off::{self, Listed};

pub fn run(place: Option<&Path>, args: &SignOffList) -> Result<Outcome> {
    if args.format == Format::JsonSchema {
        say(&json::sign_offs_schema())?;
        return Ok(Outcome::Done);
    }
    let portfolio = open(&root(place)?)?;
    let listed: Vec<Listed<'_>> = portfolio.sign_offs.iter().map(|sign_off| listed(&portfolio, sign_off)).collect();
    if args.format == Format::Json {
        say(&sign_off::list_json(&portfolio, &listed).render())?;
    } else {
        say(&sign_off::list(&portfolio, &listed, args.diff))?;
    }
    // A later sign-off may be valid where an older one is not: `check` judges.
    let is_stale = listed.iter().any(Listed::is_stale);
    let is_broken = listed.iter().any(|it| !it.sign_off.problems.is_empty()) || !portfolio.sign_off_problems.is_empty();
    Ok(if is_stale || is_broken { Outcome::ErrorsFound } else { Outcome::Done })
}

fn listed<'a>(portfolio: &'a Portfolio, sign_off: &'a SignOff) -> Listed<'a> {
    let is_confirmed = |code: &str| sign_off.says(code).is_some_and(|says| says <= Says::Except);
    let confirmed = portfolio.submitted().filter(|(competency, _)| is_confirmed(&competency.code));
    let changes = confirmed
        .map(|(competency, folder)| (competency.code.as_str(), portfolio.changes(competency, folder, sign_off)));
    Listed { sign_off, changes: changes.collect() }
}
