//! Sign-offs: what a signatory was asked to confirm, how they answered, and what proves it.

pub mod answer;
pub mod check;
pub mod form;
pub mod letter;
pub mod open;
mod people;
pub mod proof;
pub mod reading;
pub mod request;
pub mod statement;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::fingerprint::Fingerprint;
use crate::settings::Problem;
use answer::{Answer, Basis, Says, SignOffOutcome};
pub use open::open;
use reading::Message;
use request::Request;

/// The request. The fingerprint is computed from its digest.
pub const REQUEST: &str = "request.toml";

/// The answer.
pub const RECORD: &str = "sign-off.toml";

/// The page that was shown. Rendered again from the request and the texts, it must be identical.
pub const STATEMENT: &str = "statement.html";

/// The folder of the texts that were shown, one file for each competency.
pub const TEXTS: &str = "text";

/// The withdrawal of a sign-off, with its reason.
pub const WITHDRAWAL: &str = "withdrawn.toml";

/// A request to confirm facts, with its answer and proof.
#[derive(Debug, Clone)]
pub struct SignOff {
    /// Relative to the portfolio.
    pub folder: String,
    pub request: Request,
    /// SHA-256 of the request's file.
    pub digest: Digest,
    /// The texts that were shown, by file name.
    pub texts: BTreeMap<String, String>,
    pub answer: Option<Answer>,
    pub withdrawal: Option<Withdrawal>,
    /// The name of the proof's file.
    pub proof: Option<String>,
    /// The e-mail that proves the answer.
    pub message: Option<Message>,
    /// Whether the proof is a PDF of only text, in which nobody can have made a mark.
    pub is_bare: bool,
    /// Codes of the competencies for which another record of the same request counts instead.
    pub outdone: BTreeSet<String>,
    /// Why it cannot be relied on.
    pub problems: Vec<Problem>,
}

/// The withdrawal of a sign-off or request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    pub on: Date,
    pub reason: String,
}

impl SignOff {
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.digest)
    }

    /// The name of its folder.
    pub fn name(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }

    /// The answer, if it can be relied on and still counts.
    pub fn valid_answer(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|_| self.problems.is_empty() && self.withdrawal.is_none() && !self.is_superseded())
    }

    /// Whether other records of the same request count instead for everything it covers.
    pub fn is_superseded(&self) -> bool {
        let mut verdicts = self.answer.iter().flat_map(|answer| &answer.verdicts);
        self.answer.is_some() && verdicts.all(|verdict| self.outdone.contains(&verdict.competency))
    }

    /// Sort key of answers about a competency, of which the last decides: first those without proof, then by day, and
    /// on one day the worst answer last.
    pub fn rank(&self, code: &str) -> Option<(bool, Date, Option<Says>, Date)> {
        let answer = self.answer.as_ref()?;
        Some((answer.is_shown(code), answer.signed, answer.says(code), answer.recorded))
    }

    /// Whether akam itself has read, in the form's words, that a competency is confirmed.
    pub fn confirms_itself(&self, code: &str) -> bool {
        self.valid_answer().is_some_and(|answer| answer.basis == Basis::Form && answer.confirms(code))
    }

    /// Whether another answer to the same request replaces this one for a competency: a proven answer replaces an
    /// unproven one, else the later one replaces the earlier. But the candidate's reading of a picture never replaces
    /// an exception in an e-mail, and an answer that does not mention the competency replaces nothing.
    pub fn is_outdone_by(&self, other: &SignOff, code: &str) -> bool {
        let (Some(own), Some(others)) = (&self.answer, &other.answer) else { return false };
        let (Some(says), Some(other_says)) = (own.says(code), others.says(code)) else { return false };
        let order = |it: &SignOff| (it.rank(code), it.folder.len(), it.folder.clone());
        match (own.basis == Basis::Candidate, others.basis == Basis::Candidate) {
            _ if own.is_shown(code) != others.is_shown(code) => others.is_shown(code),
            (true, false) if other_says > says => true,
            (false, true) if says > other_says => false,
            _ => order(other) > order(self),
        }
    }

    /// Whether it still waits for an answer.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && self.withdrawal.is_none() && self.problems.is_empty()
    }

    pub fn covers(&self, code: &str) -> bool {
        self.request.shown(code).is_some()
    }

    /// Whether there is no answer about a competency yet.
    pub fn is_awaited(&self, code: &str) -> bool {
        self.is_open() || self.valid_answer().is_some_and(|answer| answer.says(code).is_none())
    }

    /// What the answer says about a competency, if it counts.
    pub fn says(&self, code: &str) -> Option<Says> {
        self.valid_answer().filter(|_| !self.outdone.contains(code))?.says(code)
    }

    /// Whether a proof shows that a competency is not true, even if the answer no longer counts.
    pub fn denies(&self, code: &str) -> bool {
        let proven = self.answer.as_ref().filter(|answer| answer.proof.digest.is_some());
        proven.is_some_and(|answer| answer.says(code) == Some(Says::NotTrue))
    }

    /// Whether the candidate withdrew an answer that akam read as "not true" for a competency.
    pub fn is_withdrawn_denial(&self, code: &str) -> bool {
        let is_read = self.answer.as_ref().is_some_and(|answer| answer.basis == Basis::Form);
        self.withdrawal.is_some() && self.problems.is_empty() && is_read && self.denies(code)
    }

    /// The outcome for one competency, or for all that were asked about.
    pub fn outcome(&self, code: Option<&str>) -> SignOffOutcome {
        let Some(answer) = &self.answer else {
            return if self.withdrawal.is_some() { SignOffOutcome::Withdrawn } else { SignOffOutcome::Asked };
        };
        let says = code.map_or_else(|| answer.verdicts.iter().map(|it| it.says).max(), |code| answer.says(code));
        match says {
            _ if !self.problems.is_empty() => SignOffOutcome::Unreadable,
            _ if self.withdrawal.is_some() => SignOffOutcome::Withdrawn,
            None => SignOffOutcome::Asked,
            Some(Says::NotSeen) => SignOffOutcome::NotSeen,
            Some(Says::NotTrue) => SignOffOutcome::Declined,
            Some(_) if answer.basis == Basis::OwnWords => SignOffOutcome::OwnWords,
            Some(Says::Except) => SignOffOutcome::Excepted,
            Some(Says::True) => SignOffOutcome::Signed,
        }
    }

    /// The text that was shown of a competency.
    pub fn text(&self, code: &str) -> Option<&str> {
        self.texts.get(&text_name(code)).map(String::as_str)
    }

    /// The path of a file in the sign-off's folder.
    pub fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
}

/// Name of the file with the text that was shown of a competency.
pub fn text_name(code: &str) -> String {
    format!("{TEXTS}/{code}.txt")
}

/// Name of the file with the text that was confirmed before.
pub fn earlier_text_name(code: &str) -> String {
    format!("{TEXTS}/{code}.earlier.txt")
}

/// The names of all texts that belong to a request.
pub fn text_names(request: &Request) -> impl Iterator<Item = String> {
    request.competencies.iter().flat_map(|shown| {
        let code = &shown.now.code;
        std::iter::once(text_name(code)).chain(shown.earlier.is_some().then(|| earlier_text_name(code)))
    })
}

impl Withdrawal {
    /// The TOML of the withdrawal.
    pub fn render(&self) -> String {
        let text = toml::to_string(self).expect("texts are TOML");
        format!("# That this no longer counts, recorded by akam. The record beside it stays.\n\n{text}")
    }
}
