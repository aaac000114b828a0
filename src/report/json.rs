//! What programs read: coverage and findings in a versioned shape, with its schema.

use schemars::JsonSchema;
use serde::Serialize;

use super::confirmed::Confirmed;
use crate::archive::PROGRAM;
use crate::coverage::{Standing, State, Summary};
use crate::finding::{Finding, Severity};
use crate::framework::Framework;
use crate::portfolio::sign_off::answer::Says;
use crate::portfolio::snapshot::changes::{Change, Validity};
use crate::rules::Judged;
use crate::source::{Place, is_hidden};

/// The version of the shape. It changes when a field is taken away or means something else, not when one is added.
const FORMAT: u32 = 2;

/// What `akam check` found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "akam check", rename = "Check")]
pub struct CheckReport<'a> {
    /// Version of this shape.
    pub format: u32,
    /// Program and version.
    pub program: String,
    pub framework: &'a str,
    /// How many competencies need evidence.
    pub required: usize,
    /// How many are ready, signed or not.
    pub ready: usize,
    /// How many are signed.
    pub signed: usize,
    /// Whether no error remains.
    pub passed: bool,
    pub coverage: Vec<Coverage<'a>>,
    pub findings: Vec<Found<'a>>,
}

/// How far a competency has come.
#[derive(Serialize, JsonSchema)]
pub struct Coverage<'a> {
    pub code: &'a str,
    pub title: &'a str,
    pub state: State,
    pub words: usize,
    /// Parts that a section or an artefact answers.
    pub parts_answered: usize,
    pub parts: usize,
    pub artefacts: usize,
    /// What confirms it, if anything does or did.
    pub sign_off: Option<Confirmed<'a>>,
    pub errors: usize,
    pub warnings: usize,
}

/// A rule that is not kept.
#[derive(Serialize, JsonSchema)]
pub struct Found<'a> {
    /// Its id; `akam explain RULE` says more.
    pub rule: &'a str,
    pub severity: Severity,
    pub competency: Option<&'a str>,
    /// Relative to the portfolio, parts joined by `/`.
    pub path: Option<&'a str>,
    /// In words: `line 12`, `page 3, line 14`.
    pub place: Option<String>,
    /// From 1.
    pub line: Option<usize>,
    /// From 1, in characters.
    pub column: Option<usize>,
    pub message: &'a str,
    /// The remedy.
    pub help: Option<&'a str>,
    /// What was there (`-`) and what is there now (`+`), a passage each.
    pub notes: Vec<&'a str>,
}

/// What `akam verify` found in one archive.
#[expect(clippy::struct_excessive_bools, reason = "programs read them by name")]
#[derive(Serialize, JsonSchema)]
pub struct Verified<'a> {
    /// As given on the command line.
    pub archive: String,
    /// Whether it could be read and no error was found.
    pub passed: bool,
    /// Why it could not be read.
    pub error: Option<&'a str>,
    /// SHA-256 of the tag manifest, where it can be read.
    pub submission_id: Option<String>,
    /// `final`, `draft`, `trial` or `trial draft`, where it can be read.
    pub status: Option<&'a str>,
    pub files: usize,
    /// Whom it is by and when it was packed, as it says itself, where it can be relied on.
    pub candidate: Option<&'a str>,
    pub packed_on: Option<&'a str>,
    /// How far the portfolio inside has come, where the archive can be relied on.
    pub coverage: Option<&'a Summary>,
    /// The first reason why it does not pass.
    pub reason: Option<String>,
    /// Whether the files are as packed, but another program has packed them into a new archive.
    pub repacked: bool,
    /// Whether it was judged by another competency file than the built-in one.
    pub own_framework: bool,
    /// Whether an older version of akam packed it.
    pub other_version: bool,
    /// Whether its pages and lists were made again from the evidence and are the same.
    pub pages_compared: bool,
    pub findings: Vec<Found<'a>>,
}

/// What `akam verify` found in all archives.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "akam verify", rename = "Verify")]
pub struct VerifyReport<'a> {
    /// Version of this shape.
    pub format: u32,
    /// Program and version.
    pub program: String,
    pub archives: Vec<Verified<'a>>,
}

/// What `akam sign-off list` found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "akam sign-off list", rename = "SignOffs")]
pub struct SignOffs<'a> {
    /// Version of this shape.
    pub format: u32,
    /// Program and version.
    pub program: String,
    /// The oldest first.
    #[expect(clippy::struct_field_names, reason = "it is named as programs read it")]
    pub sign_offs: Vec<SignOffRecord<'a>>,
    /// What is among the sign-offs and cannot be read as one.
    pub problems: Vec<Broken<'a>>,
    /// What the candidate states that AKAM agreed to in place of sign-offs.
    pub agreed: Vec<Agreed<'a>>,
}

/// Why something cannot be read.
#[derive(Serialize, JsonSchema)]
pub struct Broken<'a> {
    /// Relative to the portfolio.
    pub path: &'a str,
    pub message: &'a str,
    /// The remedy.
    pub help: &'a str,
}

/// What the candidate states that AKAM agreed to in place of a sign-off.
#[derive(Serialize, JsonSchema)]
pub struct Agreed<'a> {
    pub competencies: Vec<&'a str>,
    pub reference: Option<&'a str>,
    pub date: Option<&'a str>,
    /// In the candidate's words.
    pub what: Option<&'a str>,
}

/// One sign-off, and what it covers.
#[derive(Serialize, JsonSchema)]
pub struct SignOffRecord<'a> {
    #[serde(flatten)]
    pub confirmed: Confirmed<'a>,
    pub competencies: Vec<Covered<'a>>,
}

/// What is valid of a competency that a sign-off covers.
#[derive(Serialize, JsonSchema)]
pub struct Covered<'a> {
    pub code: &'a str,
    /// What the answer says of it.
    pub says: Option<Says>,
    /// Where it is confirmed and submitted.
    pub state: Option<Validity>,
    pub changes: &'a [Change],
}

impl<'a> SignOffs<'a> {
    pub fn of(sign_offs: Vec<SignOffRecord<'a>>, problems: Vec<Broken<'a>>, agreed: Vec<Agreed<'a>>) -> Self {
        SignOffs { format: FORMAT, program: PROGRAM.to_owned(), sign_offs, problems, agreed }
    }

    pub fn render(&self) -> String {
        render(self)
    }
}

pub fn sign_offs_schema() -> String {
    render(&schemars::schema_for!(SignOffs<'_>))
}

/// What `akam check` prints, and what an archive holds of it; `program` is this one and its version, or, of an archive, the
/// one that packed it.
pub fn check(framework: &Framework, judged: &Judged<'_>, program: &str) -> String {
    let Judged { findings, standings } = judged;
    render(&CheckReport {
        format: FORMAT,
        program: program.to_owned(),
        framework: &framework.id,
        required: framework.required,
        ready: crate::coverage::ready(standings),
        signed: crate::coverage::signed(standings),
        passed: !findings.iter().any(Finding::is_error),
        coverage: standings.iter().map(coverage).collect(),
        findings: findings.iter().map(found).collect(),
    })
}

/// The three parts of the output of `akam verify`: the text before the archives, a function that renders each (given
/// whether it is the first), and the text after them. So memory does not grow with their number.
pub fn verify_parts() -> (String, impl Fn(bool, &Verified<'_>) -> String, String) {
    let whole = render(&VerifyReport { format: FORMAT, program: PROGRAM.to_owned(), archives: Vec::new() });
    let (before, behind) = whole.rsplit_once("[]").expect("the list of archives is the last field");
    let each = |first: bool, verified: &Verified<'_>| {
        let lines = render(verified).trim_end().replace('\n', "\n    ");
        format!("{}\n    {lines}", if first { "" } else { "," })
    };
    (format!("{before}["), each, format!("\n  ]{behind}"))
}

pub fn check_schema() -> String {
    render(&schemars::schema_for!(CheckReport<'_>))
}

pub fn verify_schema() -> String {
    render(&schemars::schema_for!(VerifyReport<'_>))
}

pub fn found(finding: &Finding) -> Found<'_> {
    let place = finding.place.as_ref();
    let line = place.and_then(Place::line);
    Found {
        rule: finding.rule.id,
        severity: finding.severity,
        competency: finding.competency.as_deref(),
        path: place.map(|place| place.path.as_str()),
        place: place.and_then(Place::in_words),
        line: line.map(|part| part.line),
        column: line.map(|part| part.column),
        message: &finding.message,
        help: finding.help.as_deref(),
        notes: finding.notes.iter().map(String::as_str).collect(),
    }
}

fn coverage<'a>(standing: &'a Standing<'_>) -> Coverage<'a> {
    Coverage {
        code: &standing.review.competency.code,
        title: &standing.review.competency.title,
        state: standing.state,
        words: standing.review.words(),
        parts_answered: standing.review.answered(),
        parts: standing.review.competency.parts.len(),
        artefacts: standing.review.artefacts.len(),
        sign_off: Confirmed::of(standing.review).filter(|_| standing.review.outcome.is_some()),
        errors: standing.errors,
        warnings: standing.warnings,
    }
}

/// JSON in which all characters that could control a terminal are escaped: ASCII ones by JSON's grammar, others here.
fn render(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("these values have string keys only") + "\n";
    if text.is_ascii() {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for ch in text.chars() {
        if is_hidden(ch) && !ch.is_ascii() {
            ch.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped += &format!("\\u{unit:04x}"));
        } else {
            escaped.push(ch);
        }
    }
    escaped
}
