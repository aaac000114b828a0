//! `akam sign-off list`: who confirmed what, and what is still valid.

use std::path::Path;

use anyhow::Result;

use crate::cli::{OutputFormat, SignOffList};
use crate::commands::{Outcome, open, root, say, today};
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::Says;
use crate::report::json;
use crate::report::sign_off::{self, Listed};
use crate::review::confirmation::{changes, counts};
use crate::review::{Evidence, Review, Selection};

pub fn run(place: Option<&Path>, args: &SignOffList) -> Result<Outcome> {
    if args.format == OutputFormat::JsonSchema {
        say(&json::sign_offs_schema())?;
        return Ok(Outcome::Done);
    }
    let portfolio = open(&root(place)?)?;
    let evidence = Evidence::of(&portfolio, Selection::Whole, today()?);
    let listed: Vec<Listed<'_>> = evidence.sign_offs.iter().map(|sign_off| listed(&evidence, sign_off)).collect();
    if args.format == OutputFormat::Json {
        say(&sign_off::list_json(&portfolio, &listed).render())?;
    } else {
        say(&sign_off::list(&portfolio, &listed, args.diff))?;
    }
    // A later sign-off may be valid where an older one is not; `check` decides that.
    let is_stale = listed.iter().any(Listed::is_stale);
    let is_broken = listed.iter().any(|it| !it.sign_off.problems.is_empty()) || !portfolio.sign_off_problems.is_empty();
    Ok(if is_stale || is_broken { Outcome::ErrorsFound } else { Outcome::Done })
}

fn listed<'a>(evidence: &Evidence<'a>, sign_off: &'a SignOff) -> Listed<'a> {
    let (mut changed, mut denied) = (Vec::new(), Vec::new());
    for Review { competency, folder, .. } in evidence.submitted() {
        let code = competency.code.as_str();
        match sign_off.says(code) {
            Some(Says::True | Says::Except) if counts(&evidence.sign_offs, sign_off, code) => {
                changed.push((code, changes(evidence.portfolio, competency, folder, sign_off)));
            }
            Some(Says::True | Says::Except) => denied.push(code),
            _ => {}
        }
    }
    Listed { sign_off, changes: changed, denied }
}
