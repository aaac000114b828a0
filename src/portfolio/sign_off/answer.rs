//! A signatory's answer about each competency, and how it is known.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::proof::ProofKind;
use super::request::Request;
use crate::digest::Digest;
use crate::text::one_line;

/// Version of the record's format.
pub const FORMAT: u32 = 2;

/// The record of an answer, `sign-off.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub format: u32,
    pub signed: Date,
    pub recorded: Date,
    /// SHA-256 of the request's file.
    pub request: Digest,
    pub basis: Basis,
    pub proof: Proof,
    /// In the order of the answer; of one competency there may be several exceptions.
    #[serde(rename = "verdict")]
    pub verdicts: Vec<Verdict>,
}

/// How the verdicts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The signatory wrote them in the form's own words, and akam read them.
    Form,
    /// The signatory answered in words of their own, and the candidate says what they mean.
    OwnWords,
    /// The candidate says what was signed or said.
    Candidate,
}

/// What shows that the signatory answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub kind: ProofKind,
    /// SHA-256 of the file; none where there is no proof.
    pub digest: Option<Digest>,
    /// Who sent an e-mail, as it says itself, or whose certificate signed a PDF.
    pub from: Option<String>,
    /// Who issued that certificate.
    #[serde(default)]
    pub issuer: Option<String>,
}

/// What the signatory says of a competency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The competency's code.
    pub competency: String,
    pub says: Says,
    /// What is not confirmed, where it is named.
    pub passage: Option<String>,
    /// What is not confirmed or not true, and why, in the signatory's words.
    pub words: Option<String>,
}

/// The answers that the form offers, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    True,
    Except,
    NotSeen,
    NotTrue,
}

/// What became of a request to confirm something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignOffOutcome {
    /// An answer is awaited.
    Asked,
    Signed,
    /// Signed, with exceptions.
    Excepted,
    /// Answered in own words, which the candidate reads as a confirmation.
    OwnWords,
    /// Not seen by the one who was asked.
    NotSeen,
    /// Said to be not true, or read as not confirmed.
    Declined,
    Withdrawn,
    /// The candidate states that AKAM agreed to something else.
    Stated,
    /// Its record cannot be relied on.
    Unreadable,
}

impl SignOffOutcome {
    /// In a word or two.
    pub fn name(self) -> &'static str {
        match self {
            SignOffOutcome::Asked => "asked",
            SignOffOutcome::Signed => "signed",
            SignOffOutcome::Excepted => "excepted",
            SignOffOutcome::OwnWords => "own words",
            SignOffOutcome::NotSeen => "not seen",
            SignOffOutcome::Declined => "declined",
            SignOffOutcome::Withdrawn => "withdrawn",
            SignOffOutcome::Stated => "stated",
            SignOffOutcome::Unreadable => "unreadable",
        }
    }
}

impl Answer {
    /// What the answer says about a competency: the worst of several verdicts; `None` without one.
    pub fn says(&self, code: &str) -> Option<Says> {
        self.about(code).map(|verdict| verdict.says).max()
    }

    /// Whether the answer confirms a competency in the signatory's name: with a proof, in the form's words, and without
    /// exceptions.
    pub fn confirms(&self, code: &str) -> bool {
        let is_proven = self.proof.digest.is_some() && self.basis != Basis::OwnWords;
        is_proven && self.says(code) == Some(Says::True)
    }

    /// Whether a proof, not just the candidate's word, shows the answer; an answer against the candidate needs none.
    pub fn is_shown(&self, code: &str) -> bool {
        self.proof.digest.is_some() || self.says(code) == Some(Says::NotTrue)
    }

    /// A verdict in words; for an answer in own words, only what the candidate reads in it.
    pub fn verdict(&self, verdict: &Verdict) -> String {
        let says = match (self.basis, verdict.says) {
            (Basis::OwnWords, Says::True) => "confirmed",
            (Basis::OwnWords, Says::Except) => "confirmed in part",
            (Basis::OwnWords, Says::NotTrue) => "not confirmed",
            (_, says) => says.name(),
        };
        let reason = verdict.reason();
        if reason.is_empty() { says.to_owned() } else { format!("{says}: {reason}") }
    }

    /// All verdicts about a competency.
    pub fn about(&self, code: &str) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(move |verdict| verdict.competency == code)
    }

    /// The exceptions for a competency.
    pub fn exceptions(&self, code: &str) -> impl Iterator<Item = &Verdict> {
        self.about(code).filter(|verdict| verdict.says == Says::Except)
    }

    /// The file.
    pub fn render(&self, request: &Request) -> String {
        let text = toml::to_string(self).expect("texts, numbers and tables are TOML");
        format!("# How {} answered, recorded by akam. Leave it as it is.\n\n{text}", one_line(&request.signatory.name))
    }

    /// How it was answered, without the sender: `e-mail, answered in own words`.
    pub fn briefly(&self) -> String {
        let basis = match (self.basis, self.proof.kind) {
            (Basis::OwnWords, _) => ", answered in own words",
            (Basis::Candidate, ProofKind::Scan | ProofKind::Pdf | ProofKind::SignedPdf) => {
                ", as the candidate reads it"
            }
            _ => "",
        };
        format!("{}{basis}", self.proof.kind.name())
    }

    /// How it was answered, with all that is known: `e-mail from …`.
    pub fn how(&self) -> String {
        let by = match (&self.proof.from, self.proof.kind) {
            (None, _) => String::new(),
            (Some(from), ProofKind::SignedPdf) => {
                let issuer = self.proof.issuer.as_deref().unwrap_or_default();
                format!(" (certificate of {from}, issued by {issuer}, whom akam does not judge)")
            }
            (Some(from), _) => format!(" from {from}"),
        };
        self.briefly().replacen(self.proof.kind.name(), &format!("{}{by}", self.proof.kind.name()), 1)
    }
}

impl Says {
    /// In the form's words.
    pub fn name(self) -> &'static str {
        match self {
            Says::True => "true as far as I saw it",
            Says::Except => "true except",
            Says::NotSeen => "not seen",
            Says::NotTrue => "not true",
        }
    }
}

impl Verdict {
    pub fn plain(competency: &str, says: Says) -> Self {
        Verdict { competency: competency.to_owned(), says, passage: None, words: None }
    }

    /// `“the margin”, because: I do not know it`, or the words alone.
    pub fn reason(&self) -> String {
        match (&self.passage, &self.words) {
            (Some(passage), Some(words)) => format!("“{passage}”, because: {words}"),
            (Some(words), None) | (None, Some(words)) => format!("“{words}”"),
            (None, None) => String::new(),
        }
    }
}
