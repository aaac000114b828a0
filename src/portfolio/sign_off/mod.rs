//! Sign-offs: what a signatory was asked to confirm, how they answered, and what proves it.

pub mod changes;
pub mod fingerprint;
pub mod mail;
mod open;
pub mod proof;
pub mod seen;
pub mod standing;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::portfolio::artefact::Made;
use crate::settings::Problem;
use fingerprint::Fingerprint;
pub use open::{is_about, open};
use proof::Kind;
use seen::Seen;

/// What was asked and seen. Its digest is what the fingerprint is of.
pub const REQUEST: &str = "request.toml";

/// How it was answered.
pub const RECORD: &str = "sign-off.toml";

/// The page that was signed.
pub const STATEMENT: &str = "statement.html";

/// The texts as they were confirmed, a file per competency.
pub const TEXTS: &str = "text";

/// That a sign-off counts no more, and why.
pub const WITHDRAWAL: &str = "withdrawn.toml";

/// The public key of an SSH signature, as `ssh-keygen -Y verify` wants it.
pub const ALLOWED_SIGNERS: &str = "allowed_signers";

/// Largest request that is read, in bytes: that of ten thousand artefacts.
pub const MOST_REQUEST: u64 = 3_000_000;

/// Largest text that is read, in bytes: twice what a document may have.
pub const MOST_TEXT: u64 = 1_000_000;

/// Largest statement that is read, in bytes.
pub const MOST: u64 = 5_000_000;

/// The version of these files' shape.
pub const FORMAT: u32 = 1;

/// A request to confirm facts, and all that came of it.
#[derive(Debug, Clone)]
pub struct SignOff {
    /// Relative to the portfolio.
    pub folder: String,
    pub request: Request,
    /// SHA-256 of the request's file.
    pub digest: Digest,
    pub answer: Option<Answer>,
    pub withdrawal: Option<Withdrawal>,
    /// What an e-mail that proves it says in its sender's own words.
    pub words: Option<String>,
    /// Whether a later record of the same request counts instead.
    pub superseded: bool,
    /// Why it cannot be relied on.
    pub flaws: Vec<Problem>,
}

/// What a signatory is asked to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub format: u32,
    pub asked: Date,
    /// The scheme's title.
    pub scheme: String,
    /// What they put their name to.
    pub statement: String,
    /// When they saw the work, as [`Made`] reads it.
    pub observed: String,
    pub candidate: Asker,
    pub signatory: Signatory,
    /// What was shown of each competency.
    #[serde(rename = "competency")]
    pub competencies: Vec<Seen>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asker {
    pub name: String,
    pub role: Option<String>,
    pub employer: Option<String>,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    pub name: String,
    pub role: String,
    pub organisation: String,
    pub relation: Relation,
}

/// How a signatory knows the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The candidate's line manager.
    LineManager,
    /// Another senior manager.
    SeniorManager,
    /// Somebody else who knows the work.
    Other,
}

/// How a signatory answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub format: u32,
    pub signatory: String,
    pub role: String,
    pub signed: Date,
    pub recorded: Date,
    /// Of the request, as it was shown.
    pub fingerprint: String,
    /// SHA-256 of the request's file.
    pub request: Digest,
    /// SHA-256 of the page that was signed.
    pub statement: Digest,
    pub proof: Proof,
    #[serde(rename = "exception", default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

/// What shows that the signatory answered so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub kind: Kind,
    /// In the folder of the sign-off.
    pub file: Option<String>,
    pub digest: Option<Digest>,
    /// Who sent an e-mail, as it says itself.
    pub from: Option<String>,
    /// Whether an e-mail holds the fingerprint only in what it quotes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
    /// The fingerprint of an SSH key: `SHA256:…`.
    pub key: Option<String>,
}

/// What a signatory does not confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Its code.
    pub competency: String,
    pub passage: String,
    pub reason: String,
}

/// That a sign-off or a request counts no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    pub on: Date,
    pub reason: String,
}

/// What AKAM agreed to in place of a sign-off, as `portfolio.toml` tells.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Validation {
    /// Codes of the competencies.
    pub competency: Option<toml::Spanned<super::details::Codes>>,
    /// Of AKAM's letter or e-mail.
    pub reference: Option<String>,
    /// A day, month or year.
    pub date: Option<Made>,
    pub agreed: Option<String>,
}

impl SignOff {
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.digest)
    }

    /// The folder's own name.
    pub fn name(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }

    /// The answer, where it can be relied on and still counts.
    pub fn standing_answer(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|_| self.flaws.is_empty() && self.withdrawal.is_none() && !self.superseded)
    }

    /// Whether an answer is awaited.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && self.withdrawal.is_none() && self.flaws.is_empty()
    }

    pub fn covers(&self, code: &str) -> bool {
        self.seen(code).is_some()
    }

    /// What was shown of a competency.
    pub fn seen(&self, code: &str) -> Option<&Seen> {
        self.request.competencies.iter().find(|seen| seen.code == code)
    }

    /// The path of a file in its folder.
    pub fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// The path of the text of a competency as it was confirmed.
    pub fn text_path(&self, code: &str) -> String {
        self.path(&format!("{TEXTS}/{code}.txt"))
    }
}

impl Request {
    /// First and last day of the period in which the signatory saw the work.
    pub fn observed(&self) -> Option<Made> {
        Made::parse(&self.observed)
    }

    /// The file: its bytes are what the fingerprint is of.
    pub fn render(&self) -> String {
        let text = toml::to_string(self).expect("texts, numbers and tables are TOML");
        format!(
            "# What {} was asked to confirm, written by akam. The fingerprint is the SHA-256 of this file:\n\
             # leave every letter of it as it is.\n\n{text}",
            one_line(&self.signatory.name)
        )
    }
}

impl Answer {
    /// The file.
    pub fn render(&self) -> String {
        let text = toml::to_string(self).expect("texts, numbers and tables are TOML");
        format!("# How {} answered, recorded by akam. Leave it as it is.\n\n{text}", one_line(&self.signatory))
    }

    /// The exceptions to a competency.
    pub fn exceptions(&self, code: &str) -> impl Iterator<Item = &Exception> {
        self.exceptions.iter().filter(move |exception| exception.competency == code)
    }
}

impl Withdrawal {
    /// The file.
    pub fn render(&self) -> String {
        let text = toml::to_string(self).expect("texts are TOML");
        format!("# That this counts no more, recorded by akam. The record beside it stays.\n\n{text}")
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

    /// As it stands in the name of a folder.
    pub fn slug(self) -> &'static str {
        match self {
            Relation::LineManager => "line-manager",
            Relation::SeniorManager => "senior-manager",
            Relation::Other => "other",
        }
    }
}

impl Validation {
    /// The codes of its competencies.
    pub fn codes(&self) -> &[String] {
        self.competency.as_ref().map_or(&[], |codes| &codes.get_ref().0)
    }

    /// Whether all is said that takes the place of a sign-off.
    pub fn is_complete(&self) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        !self.codes().is_empty() && said(&self.reference) && self.date.is_some() && said(&self.agreed)
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}
