//! What is to be said of an archive: its records, every byte in it, the portfolio inside, and what akam makes of that.

use std::io;
use std::path::Path;

use jiff::civil::Date;

use crate::archive::bag::{DECLARATION, INFO, info_value};
use crate::archive::read::{Archive, BagContents};
use crate::archive::write::{ArchiveFile, Content};
use crate::archive::{CHECK, COVER, HOW_TO_CHECK, INDEX, METADATA, PAYLOAD, Status};
use crate::coverage::Summary;
use crate::finding::Finding;
use crate::report::verify::{Assessment, BagSummary, SoundEvidence};
use crate::review::Evidence;
use crate::rules;
use crate::rules::archive::version::Origin;
use crate::rules::archive::{
    Differences, counts, differences, expected, findings, framework, judge, judge_defect, repacked,
};
use crate::site;
use crate::submission::{self, index};
use crate::threads::both;

/// What `bag-info.txt` says of the evidence, whatever version wrote it.
const SAID: [&str; 5] =
    ["Source-Organization", "Contact-Name", "Akam-Framework", "Akam-Framework-SHA256", "Akam-Previous-Submission"];

/// Walks over an archive's records, reads every byte, then judges what is inside. `latest` is the last day that it can be
/// today. An error is one of the disk, after which there is no verdict.
pub fn assess(path: &Path, latest: Date) -> io::Result<Assessment> {
    let archive = match Archive::open(path)? {
        Ok(archive) => archive,
        Err(defect) => return Ok(Assessment::malformed(judge_defect(&defect))),
    };
    let assessment = judge_all(&archive, latest);
    archive.failure().map(|()| assessment)
}

/// Does what [`assess`] does, of an archive whose records are in order.
pub fn judge_all(archive: &Archive, latest: Date) -> Assessment {
    let contents = archive.read_all();
    let found = differences(&contents);
    let say = |label: &str| info_value(&contents.info, label).map(str::to_owned);
    let bag = BagSummary {
        files: contents.files.len(),
        submission_id: contents.submission_id(),
        status: contents.status(),
        candidate: say("Contact-Name"),
        packed_on: say("Bagging-Date"),
        repacked: !contents.repack_evidence.is_empty(),
    };
    let (findings, differences) = (judge(&contents, &found), counts(&found));
    let mut assessment = Assessment { findings, differences, bag: Some(bag), evidence: None };
    if assessment.passed()
        && let Err(wrong) = judge_portfolio(archive, &contents, latest, &mut assessment)
    {
        assessment.findings.insert(0, wrong);
    }
    assessment
}

/// Judges the portfolio in an archive, and whether all else in it is what akam makes of it.
fn judge_portfolio(
    archive: &Archive,
    contents: &BagContents<'_>,
    latest: Date,
    assessment: &mut Assessment,
) -> Result<(), Finding> {
    let origin = Origin::of(contents)?;
    let status = contents.status().unwrap_or(Status::Final);
    let portfolio = submission::inside(archive, contents);
    assessment.findings.extend(framework::own_framework(&portfolio));
    let packed_on = expected::packed_on(contents, latest)?;
    let top = submission::name(&portfolio, &status, packed_on);
    let evidence = |day| Evidence::of(&portfolio, submission::selection(&status), day);
    let packed = evidence(packed_on);
    let wrong = expected::status_rejection(&packed, &status).or_else(|| expected::top_rejection(contents, &top));
    wrong.map_or(Ok(()), Err)?;
    let program = origin.version.to_string();
    // On another day, other things may be wrong.
    let now = (packed_on != latest).then(|| evidence(latest));
    let (then, judged) = both(|| rules::check(&packed), || now.as_ref().map(rules::check));
    let mut files = submission::files(&packed, &then, &status, &program);
    files.extend(submission::older_pages(&packed, origin.format));
    let expected = submission::expected(&files);
    let mut differences = expected::differences(contents, &expected);
    if !origin.is_known() {
        // Only the names of the files can be compared.
        differences.retain(|(rule, ..)| rule.id != expected::REWRITTEN.id);
        if differences.is_empty() {
            differences = strange(archive, contents, &files);
        }
    }
    assessment.differences = counts(&differences);
    assessment.findings.splice(0..0, findings(&differences));
    if differences.is_empty() {
        let judged = judged.unwrap_or(then);
        let summary = Summary::of(&packed, &judged.standings);
        assessment.evidence = Some(SoundEvidence { summary, pages_compared: origin.is_known() });
        assessment.findings.extend(origin.finding());
        assessment.findings.extend(repacked(contents));
        // How to correct the evidence is for the candidate, who has the portfolio.
        let for_all = |help: &String| !help.contains("`akam ");
        let inside = judged.findings.into_iter().map(|found| Finding { help: found.help.filter(for_all), ..found });
        assessment.findings.extend(inside);
    }
    Ok(())
}

/// The text of a page's only main heading: on a cover, who submits.
fn heading(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("<h1>").filter(|_| html.matches("<h1").count() == 1)?;
    Some(rest.split_once("</h1>")?.0)
}

/// Whether a text is a JSON object with all fields of another.
fn has_fields_of(text: &str, expected: &str) -> bool {
    let [held, expected] = [text, expected].map(serde_json::from_str::<serde_json::Map<_, serde_json::Value>>);
    held.is_ok_and(|held| expected.is_ok_and(|expected| expected.keys().all(|field| held.contains_key(field))))
}

/// Of an archive whose pages cannot be made again: what akam wrote in no version, each with the reason.
fn strange<'a>(archive: &Archive, contents: &BagContents<'_>, files: &'a [ArchiveFile<'_>]) -> Differences<'a> {
    let refused = |path: &str, expected: &str| {
        let text = match archive.text(path) {
            Ok(text) => text,
            Err(why) => return Some(why),
        };
        match path {
            DECLARATION | HOW_TO_CHECK => {
                (text != expected).then(|| "it is not what every version of akam writes there".to_owned())
            }
            INFO => {
                let other = |label: &&&str| info_value(&contents.info, label) != info_value(expected, label);
                let label = SAID.iter().find(other)?;
                Some(format!("what it says of `{label}` is not what the evidence says"))
            }
            COVER if heading(&text) != heading(expected) => {
                Some("it does not name the candidate that `portfolio.toml` names".to_owned())
            }
            _ if expected.starts_with("<!DOCTYPE html>") => site::older::refused_because(&text),
            _ if [CHECK, METADATA].map(Some).contains(&path.strip_prefix(PAYLOAD))
                && !has_fields_of(&text, expected) =>
            {
                Some("it does not have the fields that every version of akam writes".to_owned())
            }
            _ if path.strip_prefix(PAYLOAD) == Some(INDEX) && !index::is_inert(&text) => {
                Some("a spreadsheet would take a part of it for a formula".to_owned())
            }
            _ => None,
        }
    };
    let texts = files.iter().filter_map(|file| match &file.content {
        Content::Text(expected) => Some((&expected::REWRITTEN, file.path.as_str(), refused(&file.path, expected)?)),
        Content::File(_) => None,
    });
    texts.collect()
}
