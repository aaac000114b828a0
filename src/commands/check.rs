//! `akam check`: coverage, findings and the next step.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, choose, open, root, say, today};
use crate::archive::PROGRAM;
use crate::cli::{CheckArgs, OutputFormat};
use crate::finding::Finding;
use crate::report::coverage::{next_step, next_step_here, table, tally, verdict};
use crate::report::{json, terminal};
use crate::review::{Evidence, Selection};
use crate::rules;
use crate::threads::share_in_order;

pub fn run(place: Option<&Path>, check: &CheckArgs) -> Result<Outcome> {
    if check.format == OutputFormat::JsonSchema {
        say(&json::check_schema())?;
        return Ok(Outcome::Done);
    }
    let portfolio = open(&root(place)?)?;
    let codes: Result<Vec<String>> =
        check.codes.iter().map(|words| Ok(choose(&portfolio.framework, words)?.code.clone())).collect();
    let codes = codes?;
    let selection = if codes.is_empty() { Selection::Whole } else { Selection::Some(codes) };
    let evidence = Evidence::of(&portfolio, selection, today()?);
    let (framework, judged) = (&portfolio.framework, rules::check(&evidence));
    if check.format == OutputFormat::Json {
        say(&json::check(framework, &judged, PROGRAM))?;
    } else {
        let is_whole = evidence.selection == Selection::Whole;
        let mut text = table(&judged.standings) + "\n";
        if is_whole {
            text += &format!("{}\n\n", verdict(framework, &judged.standings));
        }
        text.extend(share_in_order(&judged.findings, terminal::finding));
        let next = if is_whole { next_step(framework, &judged) } else { next_step_here(&judged) };
        text += &format!("{}\n{}", tally(&judged.findings), terminal::paragraph(&next, ""));
        say(&text)?;
    }
    Ok(if judged.findings.iter().any(Finding::is_error) { Outcome::ErrorsFound } else { Outcome::Done })
}
