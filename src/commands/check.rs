//! `akam check`: coverage, findings and the next step.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, choose, open, root, say, today};
use crate::archive::PROGRAM;
use crate::cli::{Check, Format};
use crate::coverage::standings;
use crate::finding::Finding;
use crate::report::coverage::{next_step, next_step_here, table, tally, verdict};
use crate::report::{json, terminal};
use crate::rules::{self, Facts, Scope};
use crate::threads::share_in_order;

pub fn run(place: Option<&Path>, check: &Check) -> Result<Outcome> {
    if check.format == Format::JsonSchema {
        say(&json::check_schema())?;
        return Ok(Outcome::Done);
    }
    let portfolio = open(&root(place)?)?;
    let codes: Result<Vec<String>> =
        check.codes.iter().map(|words| Ok(choose(&portfolio.framework, words)?.code.clone())).collect();
    let codes = codes?;
    let scope = if codes.is_empty() { Scope::Whole } else { Scope::Some(codes) };
    let facts = Facts { portfolio: &portfolio, scope, day: today()? };
    let findings = rules::check(&facts);
    let mut standings = standings(&portfolio, &findings);
    standings.retain(|standing| facts.judges(&standing.competency.code));
    if check.format == Format::Json {
        say(&json::check(&portfolio, &standings, &findings, PROGRAM))?;
    } else {
        let mut text = table(&portfolio, &standings) + "\n";
        if facts.scope == Scope::Whole {
            text += &format!("{}\n\n", verdict(&portfolio.framework, &standings));
        }
        text.extend(share_in_order(&findings, terminal::finding));
        let next = match facts.scope {
            Scope::Whole => next_step(&portfolio, &standings, &findings),
            Scope::Some(_) => next_step_here(&standings, &findings),
        };
        text += &format!("{}\n{}", tally(&findings), terminal::paragraph(&next, ""));
        say(&text)?;
    }
    Ok(if findings.iter().any(Finding::is_error) { Outcome::ErrorsFound } else { Outcome::Done })
}
