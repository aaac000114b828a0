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
use answer::{Answer, Basis, Outcome, Says};
pub use open::open;
use reading::Message;
use request::Request;

/// What was asked and shown. The fingerprint is taken from its digest.
pub const REQUEST: &str = "request.toml";

/// How it was answered.
pub const RECORD: &str = "sign-off.toml";

/// The page that was shown: rendered again from the request and the texts, it must come out the same.
pub const STATEMENT: &str = "statement.html";

/// The texts as they were shown, a file for each competency.
pub const TEXTS: &str = "text";

/// That a sign-off no longer counts, and why.
pub const WITHDRAWAL: &str = "withdrawn.toml";

/// A request to confirm facts, and all that came of it.
#[derive(Debug, Clone)]
pub struct SignOff {
    /// Relative to the portfolio.
    pub folder: String,
    pub request: Request,
    /// SHA-256 of the request's file.
    pub digest: Digest,
    /// The texts as they were shown, by the names of their files.
    pub texts: BTreeMap<String, String>,
    pub answer: Option<Answer>,
    pub withdrawal: Option<Withdrawal>,
    /// The name of the proof's file.
    pub proof: Option<String>,
    /// What an e-mail that proves the answer says.
    pub message: Option<Message>,
    /// Whether the proof is a PDF of nothing but text: nobody can have left a mark in it.
    pub is_bare: bool,
    /// Codes of the competencies about which another record of the same request counts instead.
    pub outdone: BTreeSet<String>,
    /// Why it cannot be relied on.
    pub problems: Vec<Problem>,
}

/// That a sign-off or a request no longer counts.
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

    /// The folder's own name.
    pub fn name(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }

    /// The answer, where it can be relied on and still counts.
    pub fn valid_answer(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|_| self.problems.is_empty() && self.withdrawal.is_none() && !self.is_superseded())
    }

    /// Whether other records of the same request count instead, whatever it speaks of.
    pub fn is_superseded(&self) -> bool {
        let mut verdicts = self.answer.iter().flat_map(|answer| &answer.verdicts);
        self.answer.is_some() && verdicts.all(|verdict| self.outdone.contains(&verdict.competency))
    }

    /// How answers about a competency are ordered, the last one being the one that decides: those with a proof after those
    /// without, then by their days, and of one day the worst comes last.
    pub fn rank(&self, code: &str) -> Option<(bool, Date, Option<Says>, Date)> {
        let answer = self.answer.as_ref()?;
        Some((answer.is_shown(code), answer.signed, answer.says(code), answer.recorded))
    }

    /// Whether akam has read itself that a competency is confirmed, in the form's words.
    pub fn confirms_itself(&self, code: &str) -> bool {
        self.valid_answer().is_some_and(|answer| answer.basis == Basis::Form && answer.confirms(code))
    }

    /// Whether an answer to the same request takes the place of this one about a competency: a proven one of one that is
    /// not, and of two that are alike the later one; but what the candidate reads in a picture never takes away what an
    /// e-mail does not confirm. Where the other one does not speak of the competency, it leaves this one as it is.
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

    /// Whether an answer is awaited.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && self.withdrawal.is_none() && self.problems.is_empty()
    }

    pub fn covers(&self, code: &str) -> bool {
        self.request.shown(code).is_some()
    }

    /// Whether it is not known yet what is answered about a competency.
    pub fn is_awaited(&self, code: &str) -> bool {
        self.is_open() || self.valid_answer().is_some_and(|answer| answer.says(code).is_none())
    }

    /// What the answer says of a competency, where it counts.
    pub fn says(&self, code: &str) -> Option<Says> {
        self.valid_answer().filter(|_| !self.outdone.contains(code))?.says(code)
    }

    /// Whether a proof shows that a competency is not true, whether or not the answer still counts.
    pub fn denies(&self, code: &str) -> bool {
        let proven = self.answer.as_ref().filter(|answer| answer.proof.digest.is_some());
        proven.is_some_and(|answer| answer.says(code) == Some(Says::NotTrue))
    }

    /// Whether the candidate withdrew an answer in which akam has read that a competency is not true.
    pub fn is_withdrawn_denial(&self, code: &str) -> bool {
        let is_read = self.answer.as_ref().is_some_and(|answer| answer.basis == Basis::Form);
        self.withdrawal.is_some() && self.problems.is_empty() && is_read && self.denies(code)
    }

    /// What became of it, for one competency or for all that were asked about.
    pub fn outcome(&self, code: Option<&str>) -> Outcome {
        let Some(answer) = &self.answer else {
            return if self.withdrawal.is_some() { Outcome::Withdrawn } else { Outcome::Asked };
        };
        let says = code.map_or_else(|| answer.verdicts.iter().map(|it| it.says).max(), |code| answer.says(code));
        match says {
            _ if !self.problems.is_empty() => Outcome::Unreadable,
            _ if self.withdrawal.is_some() => Outcome::Withdrawn,
            None => Outcome::Asked,
            Some(Says::NotSeen) => Outcome::NotSeen,
            Some(Says::NotTrue) => Outcome::Declined,
            Some(_) if answer.basis == Basis::OwnWords => Outcome::OwnWords,
            Some(Says::Except) => Outcome::Excepted,
            Some(Says::True) => Outcome::Signed,
        }
    }

    /// The text of a competency as it was shown.
    pub fn text(&self, code: &str) -> Option<&str> {
        self.texts.get(&text_name(code)).map(String::as_str)
    }

    /// The path of a file in its folder.
    pub fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
}

/// The name of the file with the text of a competency as it was shown, in a sign-off's folder.
pub fn text_name(code: &str) -> String {
    format!("{TEXTS}/{code}.txt")
}

/// The same of the text that was confirmed before.
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
    /// The file.
    pub fn render(&self) -> String {
        let text = toml::to_string(self).expect("texts are TOML");
        format!("# That this no longer counts, recorded by akam. The record beside it stays.\n\n{text}")
    }
}
