//! What programs read of sign-offs: who confirmed a competency, how, and whether that is still valid.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::{Answer, Basis, Proof, Says, SignOffOutcome, Verdict};
use crate::portfolio::sign_off::proof::Assurance;
use crate::portfolio::sign_off::request::Signatory;
use crate::portfolio::snapshot::changes::{Change, Validity};
use crate::review::Review;
use crate::review::confirmation::Counted;

/// What confirms a competency, or what became of it.
#[derive(Serialize, JsonSchema)]
pub struct Confirmed<'a> {
    pub status: SignOffOutcome,
    /// How much of what was confirmed is still so.
    pub state: Option<Validity>,
    /// The folder of the sign-off, relative to the portfolio.
    pub record: Option<&'a str>,
    pub fingerprint: Option<String>,
    pub signatory: Option<&'a Signatory>,
    /// When they saw the work.
    pub observed: Option<&'a str>,
    pub answer: Option<Answered<'a>>,
    /// What is not confirmed.
    pub exceptions: Vec<&'a Verdict>,
    /// What differs from what was confirmed.
    pub changes: &'a [Change],
    /// The reference of AKAM's answer, where the candidate states that it takes the place of a sign-off.
    pub reference: Option<&'a str>,
    /// Valid answers of other people.
    pub also: Vec<Confirmed<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub struct Answered<'a> {
    pub signed: Date,
    pub recorded: Date,
    pub assurance: Assurance,
    /// How the verdicts are known.
    pub basis: Basis,
    pub proof: &'a Proof,
    /// What an e-mail says in its sender's own words.
    pub words: Option<&'a str>,
    /// Names of what is attached to an e-mail.
    pub attachments: &'a [String],
}

impl<'a> Confirmed<'a> {
    /// What confirms a competency; `None` where nothing does and nobody was asked.
    pub fn of(review: &'a Review<'a>) -> Option<Self> {
        if let Some(validation) = review.agreed {
            return Some(Confirmed {
                reference: validation.reference.as_deref(),
                ..Self::nothing(SignOffOutcome::Stated)
            });
        }
        let code = review.competency.code.as_str();
        let mut confirmed = review.confirmation.confirmed().iter().map(|counted| Self::counted(counted, code));
        match confirmed.next() {
            Some(first) => Some(Confirmed { also: confirmed.collect(), ..first }),
            None => Some(Self::record(review.confirmation.sign_off()?, Some(code))),
        }
    }

    fn counted(counted: &'a Counted<'a>, code: &str) -> Self {
        Confirmed {
            state: Some(counted.validity()),
            changes: &counted.changes,
            ..Self::record(counted.sign_off, Some(code))
        }
    }

    /// A sign-off by itself, with what it says of one competency or of all.
    pub fn record(sign_off: &'a SignOff, code: Option<&str>) -> Self {
        let verdicts = sign_off.answer.iter().flat_map(|answer| &answer.verdicts);
        let unconfirmed = verdicts.filter(|it| it.says != Says::True && code.is_none_or(|code| it.competency == code));
        Confirmed {
            record: Some(&sign_off.folder),
            fingerprint: Some(sign_off.fingerprint().to_string()),
            signatory: Some(&sign_off.request.signatory),
            observed: Some(&sign_off.request.observed),
            answer: sign_off.answer.as_ref().map(|answer| answered(sign_off, answer)),
            exceptions: unconfirmed.collect(),
            ..Self::nothing(sign_off.outcome(code))
        }
    }

    fn nothing(status: SignOffOutcome) -> Self {
        Confirmed {
            status,
            state: None,
            record: None,
            fingerprint: None,
            signatory: None,
            observed: None,
            answer: None,
            exceptions: Vec::new(),
            changes: &[],
            reference: None,
            also: Vec::new(),
        }
    }
}

fn answered<'a>(sign_off: &'a SignOff, answer: &'a Answer) -> Answered<'a> {
    let message = sign_off.message.as_ref();
    Answered {
        signed: answer.signed,
        recorded: answer.recorded,
        assurance: answer.proof.kind.assurance(),
        basis: answer.basis,
        proof: &answer.proof,
        words: message.map(|message| message.own.as_str()),
        attachments: message.map_or(&[], |message| &message.attachments),
    }
}
