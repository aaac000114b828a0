//! What a rule is, and what it found.

use crate::source::Place;

/// What evidence is judged by. Its id is `<family>-<what is wrong>` and never changes.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    pub severity: Severity,
    /// One clause.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// An assessor could not accept it, or it would harm the candidate: nothing is packed.
    Error,
    /// It may stay where there is a good reason.
    Warning,
}

impl Rule {
    /// Whether its id begins with a family, such as `sign-off`.
    pub fn is_of(&self, family: &str) -> bool {
        self.id.strip_prefix(family).is_some_and(|rest| rest.starts_with('-'))
    }
}

/// A rule that is not kept, where, and how to correct it.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    /// What is wrong, as one clause.
    pub message: String,
    pub help: Option<String>,
    pub place: Option<Place>,
    /// The code of the competency that it counts against.
    pub competency: Option<String>,
    /// What was there and what is there now, a line each.
    pub notes: Vec<String>,
    /// The rule's own, but where the rule is milder here.
    pub severity: Severity,
    /// How many findings it is about that are only counted; 0 where it is one itself.
    pub more: usize,
}

impl Finding {
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Finding {
            rule,
            message: message.into(),
            help: None,
            place: None,
            competency: None,
            notes: Vec::new(),
            severity: rule.severity,
            more: 0,
        }
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// How many findings it is about, itself or others.
    pub fn count(&self) -> usize {
        self.more.max(1)
    }
}

/// How many errors and how many warnings there are, also those that are only counted.
pub fn tally<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> (usize, usize) {
    findings.into_iter().fold((0, 0), |(errors, warnings), found| match found.severity {
        Severity::Error => (errors + found.count(), warnings),
        Severity::Warning => (errors, warnings + found.count()),
    })
}
