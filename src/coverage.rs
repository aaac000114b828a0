//! Computes the state of each competency from facts and findings.

use crate::finding::{self, Finding};
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::answer::{Basis, SignOffOutcome};
use crate::portfolio::snapshot::changes::Validity;
use crate::review::confirmation::Counted;
use crate::review::{Evidence, Review};

/// How far a competency has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing but akam's prompts is there.
    NotStarted,
    /// Begun, and a part is not answered, or the document is very short, or there is an error, or the one who was asked says
    /// that it is not true.
    Drafting,
    /// Every part is answered, and there is no error but that nobody has confirmed it yet, or not all of it, or not in the form's words.
    Ready,
    /// Ready, and somebody confirmed the facts without exception.
    Signed,
    /// The candidate submits no evidence for it.
    LeftOut,
}

impl State {
    /// Whether its evidence is complete, signed or not.
    pub fn is_ready(self) -> bool {
        matches!(self, State::Ready | State::Signed)
    }

    pub fn name(self) -> &'static str {
        match self {
            State::NotStarted => "not started",
            State::Drafting => "drafting",
            State::Ready => "ready",
            State::Signed => "signed",
            State::LeftOut => "left out",
        }
    }
}

/// A competency's line in the coverage table.
#[derive(Clone)]
pub struct Standing<'a> {
    pub review: &'a Review<'a>,
    pub state: State,
    /// Whether all its errors, if any, are about its sign-off.
    pub is_complete: bool,
    pub errors: usize,
    pub warnings: usize,
}

impl Standing<'_> {
    /// Whether it is ready but not confirmed yet.
    pub fn is_due(&self) -> bool {
        let is_valid = self.review.validity().is_some_and(|validity| validity != Validity::Changed);
        self.state == State::Ready && self.review.outcome != Some(SignOffOutcome::Stated) && !is_valid
    }
}

/// The state of each selected competency, in the framework's order.
pub fn standings<'a>(evidence: &'a Evidence<'a>, findings: &[Finding]) -> Vec<Standing<'a>> {
    let meant = evidence.reviews.iter().filter(|review| evidence.selection.includes(&review.competency.code));
    meant.map(|review| standing(evidence.portfolio, review, findings)).collect()
}

/// How many are ready, signed or not.
pub fn ready(standings: &[Standing<'_>]) -> usize {
    standings.iter().filter(|standing| standing.state.is_ready()).count()
}

/// How many have no errors but about their sign-offs: those that can be packed, ready or not.
pub fn without_errors(standings: &[Standing<'_>]) -> usize {
    standings.iter().filter(|standing| standing.is_complete).count()
}

/// How many are signed.
pub fn signed(standings: &[Standing<'_>]) -> usize {
    standings.iter().filter(|standing| standing.state == State::Signed).count()
}

/// What those who receive many portfolios want to know of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// How many competencies need evidence.
    pub required: usize,
    /// How many are ready, signed or not.
    pub ready: usize,
    /// How many are signed.
    pub signed: usize,
    /// What those who signed did not confirm: passages, in all sign-offs that count.
    pub exceptions: usize,
    /// How they answered, each kind once: `e-mail`, `scanned`.
    pub proofs: Vec<&'static str>,
}

impl Summary {
    pub fn of(evidence: &Evidence<'_>, standings: &[Standing<'_>]) -> Self {
        let (exceptions, proofs) = answered(standings);
        let is_trial = evidence.selection.trial().is_some();
        let required = if is_trial { standings.len() } else { evidence.portfolio.framework.required };
        Summary { required, ready: ready(standings), signed: signed(standings), exceptions, proofs }
    }
}

/// The number of passages that were not confirmed, and the kinds of proof.
fn answered(standings: &[Standing<'_>]) -> (usize, Vec<&'static str>) {
    let (mut exceptions, mut proofs) = (0, Vec::new());
    for review in standings.iter().map(|standing| standing.review) {
        if review.outcome == Some(SignOffOutcome::Stated) {
            proofs.push("agreed with AKAM, says the candidate");
        }
        if review.validity().is_none_or(|validity| validity == Validity::Changed) {
            continue;
        }
        for Counted { answer, .. } in review.confirmation.confirmed() {
            exceptions += answer.exceptions(&review.competency.code).count();
            let is_own = answer.basis == Basis::OwnWords;
            proofs.push(if is_own { "answered in own words" } else { answer.proof.kind.short() });
        }
    }
    proofs.sort_unstable();
    proofs.dedup();
    (exceptions, proofs)
}

/// The competency to work on next: the draft with the fewest errors, else the first that is not started.
pub fn next<'a, 'b>(standings: &'b [Standing<'a>]) -> Option<&'b Standing<'a>> {
    let is_open = |it: &&Standing<'_>| it.errors > 0 || it.review.outcome != Some(SignOffOutcome::Declined);
    let drafting = standings.iter().filter(|standing| standing.state == State::Drafting).filter(is_open);
    let open = standings.iter().find(|standing| standing.state == State::NotStarted);
    drafting.min_by_key(|standing| standing.errors).or(open)
}

fn standing<'a>(portfolio: &Portfolio, review: &'a Review<'a>, findings: &[Finding]) -> Standing<'a> {
    let code = review.competency.code.as_str();
    let own = findings.iter().filter(|finding| finding.competency.as_deref() == Some(code));
    let own: Vec<&Finding> = own.collect();
    let (errors, warnings) = finding::tally(own.iter().copied());
    let is_in_order = own.iter().all(|found| !found.is_error() || found.rule.is_of("sign-off"));
    let is_complete = review.is_submitted && is_in_order;
    let is_valid = review.validity().is_some_and(|validity| validity != Validity::Changed);
    let is_signed = review.outcome == Some(SignOffOutcome::Signed) && is_valid && !is_doubted(review, findings);
    let state = if portfolio.is_omitted(code) {
        State::LeftOut
    } else if !review.folder.started() {
        State::NotStarted
    } else if !is_complete || is_thin(portfolio, review) || review.outcome == Some(SignOffOutcome::Declined) {
        State::Drafting
    } else if is_signed && errors == 0 {
        State::Signed
    } else {
        State::Ready
    };
    Standing { review, state, is_complete, errors, warnings }
}

/// Whether a part is not answered, or the document has less than a third of the words of the guidance, and there are not
/// artefacts for all parts.
fn is_thin(portfolio: &Portfolio, review: &Review<'_>) -> bool {
    if review.folder.is_register_broken() {
        return false;
    }
    let guidance = review.parts.len() * portfolio.framework.words.per_part;
    let is_carried = review.parts.iter().all(|part| !part.artefacts.is_empty());
    review.answered() < review.parts.len() || review.words() * 3 < guidance && !is_carried
}

/// Whether there is an error in the record that confirms a competency.
fn is_doubted(review: &Review<'_>, findings: &[Finding]) -> bool {
    let Some(sign_off) = review.confirmation.sign_off() else { return false };
    let folder = sign_off.path("");
    let against = |found: &Finding| found.place.as_ref().is_some_and(|place| place.path.starts_with(&folder));
    // A finding that is only counted may be about it too.
    let unknown = |found: &Finding| found.more > 0 && found.rule.is_of("sign-off");
    findings.iter().any(|found| found.is_error() && (against(found) || unknown(found)))
}
