//! What a signatory is asked to confirm. The fingerprint is computed from the SHA-256 of its file.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;
use crate::portfolio::artefact::Period;
use crate::portfolio::snapshot::Snapshot;
use crate::text::one_line;

/// Version of the request's format and of the page made from it. Whoever changes the page must raise it and keep the
/// older page for the older number, because a signed page must render identically for ever.
pub const FORMAT: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub format: u32,
    pub asked: Date,
    /// The scheme's title.
    pub scheme: String,
    /// The sentence that they confirm.
    pub statement: String,
    /// When they saw the work, as [`Period`] reads it.
    pub observed: String,
    pub candidate: Asker,
    pub signatory: Signatory,
    /// What is shown of each competency.
    #[serde(rename = "competency")]
    pub competencies: Vec<ShownCompetency>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asker {
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
    pub employer: Option<String>,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    pub name: String,
    pub email: Option<String>,
    pub role: String,
    pub organisation: String,
    pub relation: Relation,
}

/// A competency as it is shown, and as the signatory confirmed it before, if they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCompetency {
    #[serde(flatten)]
    pub now: Snapshot,
    pub earlier: Option<Earlier>,
}

/// What the signatory confirmed of a competency before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Of the request that they answered.
    pub fingerprint: String,
    pub signed: Date,
    pub snapshot: Snapshot,
}

/// How a signatory knows the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The candidate's line manager.
    LineManager,
    /// Another senior manager.
    SeniorManager,
    /// Somebody else who knows the work.
    Other,
}

impl Request {
    /// The period in which the signatory saw the work.
    pub fn observed(&self) -> Option<Period> {
        Period::parse(&self.observed)
    }

    /// What is shown of a competency.
    pub fn shown(&self, code: &str) -> Option<&ShownCompetency> {
        self.competencies.iter().find(|shown| shown.now.code == code)
    }

    pub fn codes(&self) -> Vec<&str> {
        self.competencies.iter().map(|shown| shown.now.code.as_str()).collect()
    }

    /// The TOML of the request; its bytes decide the fingerprint.
    pub fn render(&self) -> String {
        let text = toml::to_string(self).expect("texts, numbers and tables are TOML");
        format!(
            "# What {} was asked to confirm, written by akam. The fingerprint is taken from the SHA-256 of this file:\n\
             # leave every character of it as it is.\n\n{text}",
            one_line(&self.signatory.name)
        )
    }
}

impl Signatory {
    /// `Maria Lind, Sales director, Nordvik AS (line manager)`.
    pub fn described(&self) -> String {
        format!("{}, {}, {} ({})", self.name, self.role, self.organisation, self.relation.name())
    }
}

impl Earlier {
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        Fingerprint::parse(&self.fingerprint)
    }
}

impl Relation {
    pub fn name(self) -> &'static str {
        match self {
            Relation::LineManager => "line manager",
            Relation::SeniorManager => "senior manager",
            Relation::Other => "somebody who knows the work",
        }
    }

    /// For the name of a folder.
    pub fn slug(self) -> &'static str {
        match self {
            Relation::LineManager => "line-manager",
            Relation::SeniorManager => "senior-manager",
            Relation::Other => "other",
        }
    }
}
