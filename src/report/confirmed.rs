//! What programs read of sign-offs: who confirmed a competency, how, and whether it stands.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::portfolio::sign_off::proof::{Assurance, Kind};
use crate::portfolio::sign_off::standing::{Backing, Change, Signed, State};
use crate::portfolio::sign_off::{Answer, Exception, SignOff};

/// What confirms a competency, or what became of it.
#[derive(Serialize, JsonSchema)]
pub struct Confirmed<'a> {
    pub status: Status,
    /// How much of what was confirmed still is so, where somebody signed.
    pub state: Option<State>,
    /// The folder of the sign-off, relative to the portfolio.
    pub record: Option<&'a str>,
    pub fingerprint: Option<String>,
    pub signatory: Option<Signatory<'a>>,
    pub answer: Option<Answered<'a>>,
    /// What the signatory does not confirm.
    pub exceptions: Vec<Excepted<'a>>,
    /// What differs from what was confirmed.
    pub changes: Vec<Changed<'a>>,
    /// The reference of AKAM's guidance, where it takes the place of a sign-off.
    pub reference: Option<&'a str>,
    /// Other sign-offs of it that stand too.
    pub also: Vec<Confirmed<'a>>,
}

/// What became of a sign-off.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// An answer is awaited.
    Asked,
    Signed,
    Withdrawn,
    /// AKAM agreed to something else.
    Agreed,
    /// Its record cannot be relied on.
    Unreadable,
}

#[derive(Serialize, JsonSchema)]
pub struct Signatory<'a> {
    pub name: &'a str,
    pub role: &'a str,
    pub organisation: &'a str,
    /// `line manager`, `senior manager` or `somebody who knows the work`.
    pub relation: &'a str,
    /// When they saw the work.
    pub observed: &'a str,
}

#[derive(Serialize, JsonSchema)]
pub struct Answered<'a> {
    /// As `2026-11-20`.
    pub signed: String,
    pub recorded: String,
    pub assurance: Assurance,
    pub proof: Kind,
    /// Who sent an e-mail, as it says itself.
    pub from: Option<&'a str>,
    /// Of an SSH key.
    pub key: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
pub struct Excepted<'a> {
    pub competency: &'a str,
    pub passage: &'a str,
    pub reason: &'a str,
}

#[derive(Serialize, JsonSchema)]
pub struct Changed<'a> {
    pub state: State,
    /// Relative to the portfolio.
    pub path: &'a str,
    pub what: String,
    pub passages: Vec<Passage<'a>>,
}

/// What stood there, and what stands there now; either may be empty.
#[derive(Serialize, JsonSchema)]
pub struct Passage<'a> {
    pub before: &'a str,
    pub after: &'a str,
}

impl<'a> Confirmed<'a> {
    /// What confirms a competency; `None` where nothing does and nobody was asked.
    pub fn of(backing: &'a Backing<'_>, code: &str) -> Option<Self> {
        match backing {
            Backing::Nothing => None,
            Backing::Asked(sign_off) => Some(Self::record(Status::Asked, sign_off, None)),
            Backing::Withdrawn(sign_off) => Some(Self::record(Status::Withdrawn, sign_off, sign_off.answer.as_ref())),
            Backing::Agreed(validation) => {
                Some(Confirmed { reference: validation.reference.as_deref(), ..Self::nothing(Status::Agreed) })
            }
            Backing::Signed(signed) => Some(Confirmed {
                also: signed.also.iter().map(|other| Self::signed(other, code)).collect(),
                ..Self::signed(signed, code)
            }),
        }
    }

    fn signed(signed: &'a Signed<'_>, code: &str) -> Self {
        Confirmed {
            state: Some(signed.state()),
            exceptions: signed.answer.exceptions(code).map(excepted).collect(),
            changes: changes(signed),
            ..Self::record(Status::Signed, signed.sign_off, Some(signed.answer))
        }
    }

    /// A sign-off by itself.
    pub fn record(status: Status, sign_off: &'a SignOff, answer: Option<&'a Answer>) -> Self {
        let signatory = &sign_off.request.signatory;
        Confirmed {
            record: Some(&sign_off.folder),
            fingerprint: Some(sign_off.fingerprint().to_string()),
            signatory: Some(Signatory {
                name: &signatory.name,
                role: &signatory.role,
                organisation: &signatory.organisation,
                relation: signatory.relation.name(),
                observed: &sign_off.request.observed,
            }),
            answer: answer.map(answered),
            exceptions: answer.map(|answer| answer.exceptions.iter().map(excepted).collect()).unwrap_or_default(),
            ..Self::nothing(status)
        }
    }

    fn nothing(status: Status) -> Self {
        Confirmed {
            status,
            state: None,
            record: None,
            fingerprint: None,
            signatory: None,
            answer: None,
            exceptions: Vec::new(),
            changes: Vec::new(),
            reference: None,
            also: Vec::new(),
        }
    }
}

/// All that differs since a competency was signed.
pub fn changes<'a>(signed: &'a Signed<'_>) -> Vec<Changed<'a>> {
    signed.changes.iter().map(changed).collect()
}

fn changed(change: &Change) -> Changed<'_> {
    let passages = change.passages.iter().map(|passage| Passage { before: &passage.before, after: &passage.after });
    Changed {
        state: change.state,
        path: &change.path,
        what: format!("{} {}", change.what, change.how),
        passages: passages.collect(),
    }
}

fn answered(answer: &Answer) -> Answered<'_> {
    let day = |date: Date| date.to_string();
    Answered {
        signed: day(answer.signed),
        recorded: day(answer.recorded),
        assurance: answer.proof.kind.assurance(),
        proof: answer.proof.kind,
        from: answer.proof.from.as_deref(),
        key: answer.proof.key.as_deref(),
    }
}

fn excepted(exception: &Exception) -> Excepted<'_> {
    Excepted { competency: &exception.competency, passage: &exception.passage, reason: &exception.reason }
}
