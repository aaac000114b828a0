//! What of a sign-off still stands: how far what was confirmed is what lies there now.

use std::cmp::Reverse;

use serde::Serialize;

use super::changes::changes;
use super::proof::Assurance;
use super::{Answer, SignOff, Validation};
use crate::document::wording::Passage;
use crate::framework::Competency;
use crate::portfolio::{CompetencyFolder, Portfolio};

/// How much of what was confirmed still is so, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Every byte that was confirmed.
    Valid,
    /// The same bytes under another name or number.
    Renamed,
    /// Other bytes that say the same.
    Cosmetic,
    /// The framework asks for something else than what was confirmed against.
    CriteriaChanged,
    /// Something says something else.
    Changed,
}

/// One difference between what was confirmed and what lies there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub state: State,
    /// What it is about, relative to the portfolio, as it is called now.
    pub path: String,
    /// As `the document`, `plan.xlsx (1.D.3-A1)`.
    pub what: String,
    /// What happened to it, as `changed`, `was renamed from …`.
    pub how: String,
    /// Where the words of a document changed.
    pub passages: Vec<Passage>,
}

/// What confirms a competency, or why nothing does.
#[derive(Debug, Clone)]
pub enum Backing<'a> {
    Nothing,
    /// An answer is awaited.
    Asked(&'a SignOff),
    /// What confirmed it was withdrawn.
    Withdrawn(&'a SignOff),
    /// AKAM agreed to something else.
    Agreed(&'a Validation),
    Signed(Signed<'a>),
}

/// A sign-off of a competency and what changed since.
#[derive(Debug, Clone)]
pub struct Signed<'a> {
    pub sign_off: &'a SignOff,
    pub answer: &'a Answer,
    pub changes: Vec<Change>,
    /// Other sign-offs of it that stand too.
    pub also: Vec<Signed<'a>>,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Valid => "valid",
            State::Renamed => "renamed",
            State::Cosmetic => "cosmetic",
            State::CriteriaChanged => "criteria changed",
            State::Changed => "changed",
        }
    }
}

impl<'a> Signed<'a> {
    /// This sign-off and the others that stand.
    pub fn all(&self) -> impl Iterator<Item = &Signed<'a>> {
        std::iter::once(self).chain(&self.also)
    }

    pub fn assurance(&self) -> Assurance {
        self.answer.proof.kind.assurance()
    }

    /// The worst of all changes.
    pub fn state(&self) -> State {
        self.changes.iter().map(|change| change.state).max().unwrap_or(State::Valid)
    }
}

impl Backing<'_> {
    /// Whether the competency counts as confirmed.
    pub fn stands(&self) -> bool {
        match self {
            Backing::Agreed(_) => true,
            Backing::Signed(signed) => signed.state() != State::Changed,
            _ => false,
        }
    }
}

impl Portfolio {
    /// What confirms a competency: of all sign-offs that stand the one with the best proof, the latest of these; where
    /// none stands, what AKAM agreed to.
    pub fn backing(&self, competency: &Competency, folder: &CompetencyFolder) -> Backing<'_> {
        let code = competency.code.as_str();
        let covering = || self.counted_sign_offs().filter(|sign_off| sign_off.covers(code));
        let signed = covering().filter_map(|sign_off| {
            let (answer, also) = (sign_off.standing_answer()?, Vec::new());
            Some(Signed { sign_off, answer, changes: changes(self, competency, folder, sign_off), also })
        });
        let mut signed: Vec<Signed<'_>> = signed.collect();
        let rank = |it: &Signed<'_>| (it.state() == State::Changed, Reverse(it.assurance()), Reverse(it.answer.signed));
        signed.sort_by_key(rank);
        let mut signed = signed.into_iter();
        let best = signed
            .next()
            .map(|best| Signed { also: signed.filter(|other| other.state() != State::Changed).collect(), ..best });
        let agreed = self.validations().find(|validation| validation.codes().iter().any(|agreed| agreed == code));
        match (best, agreed) {
            (Some(signed), None) => Backing::Signed(signed),
            (Some(signed), Some(_)) if signed.state() != State::Changed => Backing::Signed(signed),
            (_, Some(agreed)) => Backing::Agreed(agreed),
            (None, None) => match covering().filter(|sign_off| sign_off.is_open()).last() {
                Some(asked) => Backing::Asked(asked),
                None => match covering().filter(|it| it.withdrawal.is_some() && it.answer.is_some()).last() {
                    Some(withdrawn) => Backing::Withdrawn(withdrawn),
                    None => Backing::Nothing,
                },
            },
        }
    }

    /// The sign-offs that count: in a trial only those that are about nothing but what is tried, because a statement
    /// tells of all that it covers.
    pub fn counted_sign_offs(&self) -> impl Iterator<Item = &SignOff> {
        self.sign_offs.iter().filter(|sign_off| {
            let mut codes = sign_off.request.competencies.iter().map(|seen| &seen.code);
            self.trial.as_ref().is_none_or(|trial| codes.all(|code| code == trial))
        })
    }

    /// What AKAM agreed to in place of sign-offs, where all is said that is needed.
    pub fn validations(&self) -> impl DoubleEndedIterator<Item = &Validation> {
        self.details.validations.iter().filter(|validation| validation.is_complete())
    }
}

impl Change {
    /// A competency that the framework does not know any more.
    pub fn gone(code: &str) -> Self {
        let what = format!("the competency {code}");
        Change::new(State::Changed, crate::portfolio::FILE, what, "is not in the framework any more".to_owned())
    }

    pub(super) fn new(state: State, path: &str, what: impl Into<String>, how: String) -> Self {
        Change { state, path: path.to_owned(), what: what.into(), how, passages: Vec::new() }
    }
}
