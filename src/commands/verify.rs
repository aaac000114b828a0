//! `akam verify`: checks archives, every byte of them, then the rules on what is inside.

use std::path::Path;

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::{Outcome, refuse, say, today};
use crate::archive::bag::info_value;
use crate::archive::read::Archive;
use crate::archive::{FRAMEWORK, Status};
use crate::cli::{Format, Verify};
use crate::digest::Digest;
use crate::finding::Finding;
use crate::portfolio::Portfolio;
use crate::report::json::{self, Verified, found};
use crate::report::verify::{self, Checked};
use crate::rules::archive::{judge, judge_defect};
use crate::rules::{self, Facts};

pub fn run(verify: &Verify) -> Result<Outcome> {
    if verify.format == Format::JsonSchema {
        say(&json::verify_schema())?;
        return Ok(Outcome::Done);
    }
    if verify.archives.is_empty() {
        return Err(refuse("no archive is named", "`akam verify FILE.zip`, or several at once"));
    }
    let day = today()?;
    let mut all = Vec::new();
    for path in &verify.archives {
        let checked = match check(path, day) {
            Ok(checked) => checked,
            Err(error) if verify.archives.len() > 1 => Checked::unread(path, &error),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        if verify.format == Format::Text {
            let told = if verify.archives.len() > 1 { verify::line(&checked) } else { verify::told(&checked) };
            say(&told)?;
        }
        all.push(checked);
    }
    if verify.format == Format::Json {
        say(&json::verify(all.iter().map(verified).collect()))?;
    } else if all.len() > 1 {
        say(&verify::tally(&all))?;
    }
    Ok(if all.iter().all(Checked::passed) { Outcome::Done } else { Outcome::ErrorsFound })
}

/// Walks over the records, then reads every byte, then judges the portfolio inside.
fn check(path: &Path, day: Date) -> Result<Checked> {
    let mut checked = Checked { archive: path.display().to_string(), ..Checked::default() };
    let archive = match Archive::open(path)? {
        Ok(archive) => archive,
        Err(defect) => {
            checked.findings.push(judge_defect(&defect));
            return Ok(checked);
        }
    };
    let stock = archive.take_stock();
    checked.findings = judge(&stock);
    checked.files = stock.held.len();
    checked.submission_id = stock.submission_id();
    checked.status = stock.status();
    let say = |label: &str| info_value(&stock.info, label).map(str::to_owned);
    checked.candidate = say("Contact-Name");
    checked.packed_on = say("Bagging-Date");
    checked.sound = !checked.findings.iter().any(Finding::is_error);
    if checked.sound {
        let tree = archive.portfolio();
        tree.know(stock.digests());
        let mut portfolio = Portfolio::open(tree, Some(FRAMEWORK));
        if let Some(Status::Trial { code, .. }) = &checked.status {
            portfolio.trial = Some(code.clone());
        }
        checked.own_framework = !portfolio.framework.is_built_in();
        checked.findings.extend(rules::check(&Facts::of(&portfolio, day)));
    }
    Ok(checked)
}

fn verified(checked: &Checked) -> Verified<'_> {
    Verified {
        archive: checked.archive.clone(),
        passed: checked.passed(),
        error: checked.unread.as_deref(),
        submission_id: checked.submission_id.as_ref().map(Digest::to_string),
        status: checked.status.as_ref().map(Status::name),
        files: checked.files,
        own_framework: checked.own_framework,
        findings: checked.findings.iter().map(found).collect(),
    }
}
