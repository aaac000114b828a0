//! Facts and findings to the state of each competency.

use crate::finding::{self, Finding};
use crate::framework::Competency;
use crate::portfolio::sign_off::answer::{Basis, Outcome};
use crate::portfolio::sign_off::validity::Confirmed;
use crate::portfolio::snapshot::changes::Validity;
use crate::portfolio::{CompetencyFolder, Portfolio};

/// How far a competency has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing but akam's prompts is there.
    NotStarted,
    /// Begun, and there is at least one error, or the one who was asked says that it is not true.
    Drafting,
    /// There is no error but that nobody has confirmed it yet, or not all of it, or not in the form's words.
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
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    pub competency: &'a Competency,
    pub state: State,
    /// Words of the document.
    pub words: usize,
    /// Parts that a section or an artefact answers.
    pub answered: usize,
    pub artefacts: usize,
    /// What became of the request to confirm it; nothing where it is not started or left out.
    pub outcome: Option<Outcome>,
    /// How much of what was confirmed is still so, where it was.
    pub validity: Option<Validity>,
    /// Whether there is no error but about its sign-off.
    pub is_complete: bool,
    pub errors: usize,
    pub warnings: usize,
}

impl Standing<'_> {
    /// Whether it is ready and somebody is still to confirm it.
    pub fn is_due(&self) -> bool {
        let is_valid = self.validity.is_some_and(|validity| validity != Validity::Changed);
        self.state == State::Ready && self.outcome != Some(Outcome::Stated) && !is_valid
    }
}

/// The standing of each competency, in the framework's order; in a trial, of the one that is tried.
pub fn standings<'a>(portfolio: &'a Portfolio, findings: &[Finding]) -> Vec<Standing<'a>> {
    let tried = |code: &String| portfolio.trial.as_ref().is_none_or(|trial| trial == code);
    let competencies = portfolio.competencies().filter(|(competency, _)| tried(&competency.code));
    competencies.map(|(competency, folder)| standing(portfolio, competency, folder, findings)).collect()
}

/// How many are ready, signed or not.
pub fn ready(standings: &[Standing<'_>]) -> usize {
    standings.iter().filter(|standing| standing.state.is_ready()).count()
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
    pub fn of(portfolio: &Portfolio, standings: &[Standing<'_>]) -> Self {
        let (exceptions, proofs) = answered(portfolio, standings);
        let required = if portfolio.trial.is_some() { standings.len() } else { portfolio.framework.required };
        Summary { required, ready: ready(standings), signed: signed(standings), exceptions, proofs }
    }
}

/// How many passages were not confirmed, and the kinds of proof.
fn answered(portfolio: &Portfolio, standings: &[Standing<'_>]) -> (usize, Vec<&'static str>) {
    let (mut exceptions, mut proofs) = (0, Vec::new());
    for standing in standings {
        let code = standing.competency.code.as_str();
        if standing.outcome == Some(Outcome::Stated) {
            proofs.push("agreed with AKAM, says the candidate");
        }
        if standing.validity.is_none_or(|validity| validity == Validity::Changed) {
            continue;
        }
        for confirmed in portfolio.confirmation(code).confirmed().into_iter().flat_map(Confirmed::all) {
            let (_, answer) = portfolio.answer(confirmed.sign_off);
            exceptions += answer.exceptions(code).count();
            let is_own = answer.basis == Basis::OwnWords;
            proofs.push(if is_own { "answered in own words" } else { answer.proof.kind.short() });
        }
    }
    proofs.sort_unstable();
    proofs.dedup();
    (exceptions, proofs)
}

/// The competency to go on with: the one drafted with the fewest errors left, else the first that is not started.
pub fn next<'a, 'b>(standings: &'b [Standing<'a>]) -> Option<&'b Standing<'a>> {
    let drafting = standings.iter().filter(|standing| standing.state == State::Drafting && standing.errors > 0);
    let open = standings.iter().find(|standing| standing.state == State::NotStarted);
    drafting.min_by_key(|standing| standing.errors).or(open)
}

fn standing<'a>(
    portfolio: &'a Portfolio,
    competency: &'a Competency,
    folder: &'a CompetencyFolder,
    findings: &[Finding],
) -> Standing<'a> {
    let own = findings.iter().filter(|finding| finding.competency.as_deref() == Some(&competency.code));
    let own: Vec<&Finding> = own.collect();
    let errors: Vec<&&Finding> = own.iter().filter(|finding| finding.is_error()).collect();
    let (error_count, warning_count) = finding::tally(own.iter().copied());
    let code = competency.code.as_str();
    let is_worked_on = folder.started() && !portfolio.is_omitted(code);
    let outcome = portfolio.outcome(code).filter(|_| is_worked_on);
    let confirmed = portfolio.confirmation(code).confirmed().filter(|_| is_worked_on);
    let validity = confirmed.map(Confirmed::validity);
    let is_signed = outcome == Some(Outcome::Signed) && validity.is_some_and(|validity| validity != Validity::Changed);
    let is_complete = is_worked_on && errors.iter().all(|error| error.rule.is_of("sign-off"));
    let state = if portfolio.is_omitted(code) {
        State::LeftOut
    } else if !folder.started() {
        State::NotStarted
    } else if !is_complete || outcome == Some(Outcome::Declined) {
        State::Drafting
    } else if is_signed && errors.is_empty() && !is_doubted(portfolio, code, findings) {
        State::Signed
    } else {
        State::Ready
    };
    let answers = portfolio.answers(competency, folder);
    Standing {
        competency,
        state,
        words: folder.document().map_or(0, |document| document.words),
        answered: answers.iter().filter(|answer| answer.section || !answer.artefacts.is_empty()).count(),
        artefacts: folder.artefacts().len(),
        outcome,
        validity,
        is_complete,
        errors: error_count,
        warnings: warning_count,
    }
}

/// Whether there is an error in the very record that confirms a competency.
fn is_doubted(portfolio: &Portfolio, code: &str, findings: &[Finding]) -> bool {
    let Some(at) = portfolio.confirmation(code).sign_off() else { return false };
    let folder = portfolio.sign_offs[at].path("");
    let against = |found: &Finding| found.place.as_ref().is_some_and(|place| place.path.starts_with(&folder));
    // One that is only counted may be against it too.
    let unknown = |found: &Finding| found.more > 0 && found.rule.is_of("sign-off");
    findings.iter().any(|found| found.is_error() && (against(found) || unknown(found)))
}
