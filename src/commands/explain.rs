//! `akam explain`: what a rule means, and how much akam reads.

use anyhow::Result;

use super::{Outcome, refuse, say};
use crate::cli::Explain;
use crate::report::limits;
use crate::report::rules::{list, page};
use crate::{rules, settings};

/// What is explained beside the rules.
const LIMITS: &str = "limits";

pub fn run(explain: &Explain) -> Result<Outcome> {
    let Some(id) = &explain.rule else {
        say(&list(rules::all()))?;
        return Ok(Outcome::Done);
    };
    if id.trim() == LIMITS {
        say(&limits::list())?;
        return Ok(Outcome::Done);
    }
    let Some(rule) = rules::find(id.trim()) else {
        let help = match settings::nearest(id, rules::all().map(|rule| rule.id).chain([LIMITS])) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`akam explain` lists all rules".to_owned(),
        };
        return Err(refuse(format!("there is no rule `{id}`"), help));
    };
    say(&page(rule))?;
    Ok(Outcome::Done)
}
