//! What the rules find: of one rule in one competency only the first are kept, and of the others how many there are.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::document::Document;
use crate::document::block::Spot;
use crate::finding::{Finding, Rule, Severity};
use crate::review::Evidence;
use crate::source::{Place, Source, Span};

/// Most findings of one rule in one competency, or in none: more of them would help nobody.
pub const MAX_PER_RULE: usize = 20;

/// Collects findings, and counts each against the competency in whose folder it is.
pub struct Findings<'a> {
    evidence: &'a Evidence<'a>,
    /// Rules that only warn where one competency is submitted as a trial.
    warnings_in_trial: &'static [&'static Rule],
    kept: Vec<Finding>,
    /// How many there are of each rule in each competency, errors and warnings by themselves.
    counts: BTreeMap<(&'static str, Option<String>, Severity), (&'static Rule, usize)>,
    /// The code of the competency that is looked at, where one is.
    competency: Option<&'a str>,
}

/// Where a finding points. A line is looked up in the text only for a finding that is kept.
pub enum At<'a> {
    Portfolio,
    File(&'a str),
    Text(&'a Source, Span),
    Spot(&'a Document, Spot),
    Place(&'a Place),
}

impl<'a> Findings<'a> {
    pub fn of(evidence: &'a Evidence<'a>, warnings_in_trial: &'static [&'static Rule]) -> Self {
        Findings { evidence, warnings_in_trial, kept: Vec::new(), counts: BTreeMap::new(), competency: None }
    }

    /// Says which competency is looked at from here on.
    pub fn look_at(&mut self, code: &'a str) {
        self.competency = Some(code);
    }

    /// Keeps a finding, or only counts it where there are enough alike; `say` makes its message and help if it is kept.
    pub fn report<'p, Message: Into<String>, Help: Into<String>>(
        &mut self,
        rule: &'static Rule,
        at: impl Into<At<'p>>,
        say: impl FnOnce() -> (Message, Help),
    ) -> Option<&mut Finding> {
        self.add(rule, self.severity(rule), &at.into(), say)
    }

    /// As [`Findings::report`], but a warning, whatever the rule is: where it is not certain that anything is wrong.
    pub fn warn<'p, Message: Into<String>, Help: Into<String>>(
        &mut self,
        rule: &'static Rule,
        at: impl Into<At<'p>>,
        say: impl FnOnce() -> (Message, Help),
    ) -> Option<&mut Finding> {
        self.add(rule, Severity::Warning, &at.into(), say)
    }

    fn add<Message: Into<String>, Help: Into<String>>(
        &mut self,
        rule: &'static Rule,
        severity: Severity,
        at: &At<'_>,
        say: impl FnOnce() -> (Message, Help),
    ) -> Option<&mut Finding> {
        let owner = |path| self.evidence.portfolio.owner_of(path).map(|competency| competency.code.as_str());
        let competency = self.competency.or_else(|| at.path().and_then(owner)).map(str::to_owned);
        let (_, count) = self.counts.entry((rule.id, competency.clone(), severity)).or_insert((rule, 0));
        *count += 1;
        if *count > MAX_PER_RULE {
            return None;
        }
        let (message, help) = say();
        self.kept.push(Finding { place: at.place(), competency, severity, ..Finding::new(rule, message).help(help) });
        self.kept.last_mut()
    }

    /// What was kept, and for each rule and competency with more of them one finding that says how many.
    pub fn all(mut self) -> Vec<Finding> {
        for ((_, competency, severity), (rule, count)) in std::mem::take(&mut self.counts) {
            if count > MAX_PER_RULE {
                self.kept.push(Finding { competency, severity, ..more(rule, count - MAX_PER_RULE) });
            }
        }
        self.kept
    }

    fn severity(&self, rule: &Rule) -> Severity {
        let only_warns = || self.warnings_in_trial.iter().any(|it| it.id == rule.id);
        if self.evidence.selection.trial().is_some() && only_warns() { Severity::Warning } else { rule.severity }
    }
}

impl At<'_> {
    fn path(&self) -> Option<&str> {
        match self {
            At::Portfolio => None,
            At::File(path) => Some(path),
            At::Text(source, _) => Some(&source.path),
            At::Spot(document, _) => Some(document.path()),
            At::Place(place) => Some(&place.path),
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            At::Portfolio => None,
            At::File(path) => Some(Place::file(path)),
            At::Text(source, span) => Some(source.place(span)),
            At::Spot(document, spot) => Some(document.place(spot)),
            At::Place(place) => Some((*place).clone()),
        }
    }
}

impl<'a> From<&'a String> for At<'a> {
    fn from(path: &'a String) -> Self {
        At::File(path)
    }
}

impl<'a> From<&'a Document> for At<'a> {
    fn from(document: &'a Document) -> Self {
        At::File(document.path())
    }
}

impl<'a> From<&'a Place> for At<'a> {
    fn from(place: &'a Place) -> Self {
        At::Place(place)
    }
}

impl<'a, T> From<(&'a Source, &Spanned<T>)> for At<'a> {
    fn from((source, value): (&'a Source, &Spanned<T>)) -> Self {
        At::Text(source, value.span())
    }
}

impl<'a> From<(&'a Document, &Spot)> for At<'a> {
    fn from((document, spot): (&'a Document, &Spot)) -> Self {
        At::Spot(document, spot.clone())
    }
}

/// One finding for all that are only counted.
pub fn more(rule: &'static Rule, count: usize) -> Finding {
    Finding { more: count, ..Finding::new(rule, format!("{count} more like these: {}", rule.summary)) }
}
