//! `portfolio.toml`: who submits, for which key accounts, and what is left out.

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use toml::Spanned;

use super::artefact::Period;
use crate::settings::{Keys, LEAF};
use crate::text::one_line;

/// The keys of `portfolio.toml`.
pub const KEYS: Keys = Keys(&[
    ("candidate", Keys(&[("name", LEAF), ("email", LEAF), ("employer", LEAF), ("role", LEAF)])),
    ("key_account", Keys(&[("name", LEAF), ("industry", LEAF), ("since", LEAF)])),
    ("submission", Keys(&[("omit", LEAF), ("reason", LEAF), ("previous", LEAF)])),
    ("validation", Keys(&[("competency", LEAF), ("reference", LEAF), ("date", LEAF), ("agreed", LEAF)])),
    ("framework", LEAF),
]);

/// The content of `portfolio.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Details {
    pub candidate: Candidate,
    #[serde(rename = "key_account")]
    pub key_accounts: Vec<KeyAccount>,
    pub submission: SubmissionDetails,
    #[serde(rename = "validation")]
    pub validations: Vec<Validation>,
    /// A framework file in the portfolio that replaces the built-in one.
    pub framework: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Candidate {
    pub name: Option<Spanned<String>>,
    pub email: Option<String>,
    pub employer: Option<String>,
    pub role: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct KeyAccount {
    pub name: String,
    pub industry: Option<String>,
    pub since: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SubmissionDetails {
    /// Codes of the competencies left out.
    pub omit: Option<Spanned<Codes>>,
    pub reason: Option<String>,
    /// The submission id of the archive that this one replaces.
    pub previous: Option<String>,
}

/// What AKAM agreed to in place of a sign-off, as the candidate states it in `portfolio.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Validation {
    /// Codes of the competencies.
    pub competency: Option<Spanned<Codes>>,
    /// Reference of AKAM's letter or e-mail.
    pub reference: Option<String>,
    /// A day, month or year.
    pub date: Option<Period>,
    pub agreed: Option<String>,
}

/// One code or a list of codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes(pub Vec<String>);

impl Details {
    /// The candidate's name, if given.
    pub fn name(&self) -> Option<&str> {
        let name = self.candidate.name.as_ref()?;
        Some(name.get_ref().trim()).filter(|name| !name.is_empty())
    }

    /// Key accounts that have a name.
    pub fn named_accounts(&self) -> impl Iterator<Item = &KeyAccount> {
        self.key_accounts.iter().filter(|account| !account.name.trim().is_empty())
    }

    /// The codes of the competencies left out.
    pub fn omitted(&self) -> &[String] {
        self.submission.omit.as_ref().map_or(&[], |omit| &omit.get_ref().0)
    }
}

impl Validation {
    /// The codes of its competencies.
    pub fn codes(&self) -> &[String] {
        self.competency.as_ref().map_or(&[], |codes| &codes.get_ref().0)
    }

    /// Whether it is about a competency.
    pub fn covers(&self, code: &str) -> bool {
        self.codes().iter().any(|own| own == code)
    }

    /// Completes "the candidate states that": `AKAM agreed: … (letter K-17, 4 May 2026)`.
    pub fn described(&self) -> String {
        let described = |text: &Option<String>| one_line(text.as_deref().unwrap_or_default());
        let date = self.date.as_ref().map(Period::in_words).unwrap_or_default();
        format!("AKAM agreed: {} ({}, {date})", described(&self.agreed), described(&self.reference))
    }

    /// Whether it is complete enough to replace a sign-off.
    pub fn is_complete(&self) -> bool {
        let described = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        !self.codes().is_empty() && described(&self.reference) && self.date.is_some() && described(&self.agreed)
    }
}

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Codes;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a competency's code in quotation marks, or a list of them")
            }

            fn visit_str<E>(self, code: &str) -> Result<Codes, E> {
                let code = code.trim();
                Ok(Codes(if code.is_empty() { Vec::new() } else { vec![code.to_owned()] }))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Codes, A::Error> {
                let mut codes = Vec::new();
                while let Some(code) = list.next_element::<String>()? {
                    codes.push(code.trim().to_owned());
                }
                Ok(Codes(codes))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
