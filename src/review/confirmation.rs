//! Decides which answer confirms a competency, and whether what it confirmed has changed since.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Evidence, Review};
use crate::framework::Competency;
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::{Answer, Says};
use crate::portfolio::snapshot::Snapshot;
use crate::portfolio::snapshot::changes::{self, Change, SnapshotVersion, Validity};
use crate::portfolio::{CompetencyFolder, Portfolio};

/// What became of the request to confirm a competency.
#[derive(Debug, Clone, Default)]
pub enum Confirmation<'a> {
    #[default]
    Nothing,
    /// No answer yet.
    Asked(&'a SignOff),
    /// The sign-off was withdrawn.
    Withdrawn(&'a SignOff),
    /// The person asked did not see the work.
    NotSeen(Counted<'a>),
    /// The person asked says that it is not true.
    Declined(Counted<'a>),
    /// Confirmed, but changed since.
    Changed(Counted<'a>),
    /// Confirmed by at least one person; the deciding answer comes first.
    Valid(Vec<Counted<'a>>),
}

/// An answer that counts.
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    pub sign_off: &'a SignOff,
    pub answer: &'a Answer,
    /// What changed since; empty if it confirms nothing.
    pub changes: Vec<Change>,
}

impl Counted<'_> {
    /// The worst of all changes.
    pub fn validity(&self) -> Validity {
        self.changes.iter().map(|change| change.validity).max().unwrap_or(Validity::Valid)
    }
}

impl<'a> Confirmation<'a> {
    /// The answers that confirm it, valid or not, the deciding one first.
    pub fn confirmed(&self) -> &[Counted<'a>] {
        match self {
            Confirmation::Valid(confirmed) => confirmed,
            Confirmation::Changed(confirmed) => std::slice::from_ref(confirmed),
            _ => &[],
        }
    }

    /// The sign-off that decides.
    pub fn sign_off(&self) -> Option<&'a SignOff> {
        match self {
            Confirmation::Nothing => None,
            Confirmation::Asked(sign_off) | Confirmation::Withdrawn(sign_off) => Some(sign_off),
            Confirmation::NotSeen(it) | Confirmation::Declined(it) | Confirmation::Changed(it) => Some(it.sign_off),
            Confirmation::Valid(confirmed) => confirmed.first().map(|it| it.sign_off),
        }
    }

    /// Whether nobody has answered yet whether it is true.
    pub fn is_missing(&self) -> bool {
        match self {
            Confirmation::Nothing | Confirmation::Asked(_) | Confirmation::Withdrawn(_) | Confirmation::NotSeen(_) => {
                true
            }
            Confirmation::Declined(_) | Confirmation::Changed(_) | Confirmation::Valid(_) => false,
        }
    }
}

/// Finds what confirms a competency among the sign-offs that count. The newest answer decides, and answers with a proof
/// come before those without. An older answer that confirms the present state still counts if no newer one contradicts
/// it.
pub fn find<'a>(
    portfolio: &Portfolio,
    sign_offs: &[&'a SignOff],
    competency: &Competency,
    folder: &CompetencyFolder,
) -> Confirmation<'a> {
    let code = competency.code.as_str();
    let covering: Vec<&SignOff> = sign_offs.iter().copied().filter(|it| it.covers(code)).collect();
    let mut answered: Vec<(usize, &SignOff)> = covering.iter().copied().enumerate().collect();
    answered.retain(|(_, it)| counts(sign_offs, it, code));
    answered.sort_by_key(|(at, it)| Reverse((it.rank(code), *at)));
    let (mut valid, mut changed, mut not_seen) = (Vec::new(), None, None);
    // People whose newer answer replaces their older ones.
    let mut decided: BTreeSet<&str> = BTreeSet::new();
    for (_, sign_off) in answered {
        let person = sign_off.request.signatory.name.as_str();
        if decided.contains(person) {
            continue;
        }
        let Some((answer, says)) = sign_off.answer.as_ref().zip(sign_off.says(code)) else { continue };
        let counted = |changes| Counted { sign_off, answer, changes };
        match says {
            Says::NotTrue if valid.is_empty() && changed.is_none() => {
                return Confirmation::Declined(counted(Vec::new()));
            }
            // Older answers do not count against this one.
            Says::NotTrue if valid.is_empty() => break,
            Says::NotTrue | Says::NotSeen => {
                decided.insert(person);
                not_seen = not_seen.or_else(|| Some(counted(Vec::new())));
            }
            Says::True | Says::Except => {
                let confirmed = counted(changes(portfolio, competency, folder, sign_off));
                if confirmed.validity() != Validity::Changed {
                    decided.insert(person);
                    valid.push(confirmed);
                } else if valid.is_empty() {
                    changed = changed.or(Some(confirmed));
                    if says == Says::Except {
                        break;
                    }
                }
            }
        }
    }
    let last = |is: &dyn Fn(&SignOff) -> bool| covering.iter().copied().rfind(|it| is(it));
    // There may be an open request about the present state.
    let asked_again = || {
        let open = last(&SignOff::is_open)?;
        let since = changes(portfolio, competency, folder, open);
        since.iter().all(|it| it.validity != Validity::Changed).then_some(Confirmation::Asked(open))
    };
    match (changed, not_seen) {
        _ if !valid.is_empty() => Confirmation::Valid(valid),
        (Some(changed), _) => asked_again().unwrap_or(Confirmation::Changed(changed)),
        (None, Some(not_seen)) => asked_again().unwrap_or(Confirmation::NotSeen(not_seen)),
        (None, None) => last(&|it| it.is_awaited(code))
            .map(Confirmation::Asked)
            .or_else(|| last(&|it| it.withdrawal.is_some() && it.answer.is_some()).map(Confirmation::Withdrawn))
            .unwrap_or_default(),
    }
}

/// The differences between what a sign-off shows of a competency and its present state.
pub fn changes(
    portfolio: &Portfolio,
    competency: &Competency,
    folder: &CompetencyFolder,
    sign_off: &SignOff,
) -> Vec<Change> {
    let Some(shown) = sign_off.request.shown(&competency.code) else { return Vec::new() };
    let (snapshot, text) = Snapshot::take(portfolio, competency, folder);
    let before = SnapshotVersion { snapshot: &shown.now, text: sign_off.text(&competency.code).unwrap_or_default() };
    changes::changes(before, SnapshotVersion { snapshot: &snapshot, text: &text })
}

/// Whether an answer about a competency counts. If the candidate withdrew an answer that akam read as "not true", only
/// newer answers count.
pub fn counts(sign_offs: &[&SignOff], sign_off: &SignOff, code: &str) -> bool {
    let withdrawn = sign_offs.iter().filter(|it| it.covers(code) && it.is_withdrawn_denial(code));
    let denied = withdrawn.filter_map(|it| it.rank(code)).max();
    sign_off.says(code).is_some() && denied.is_none_or(|denied| sign_off.rank(code) > Some(denied))
}

/// The sign-offs that count. In a trial these are only the ones about nothing but the tried competency, because a
/// statement speaks of everything it covers, as do the earlier ones that it repeats.
pub fn counted<'a>(portfolio: &'a Portfolio, trial: Option<&str>) -> Vec<&'a SignOff> {
    let sign_offs = &portfolio.sign_offs;
    let Some(trial) = trial else { return sign_offs.iter().collect() };
    let is_tried = |it: &SignOff| it.request.codes().iter().all(|code| *code == trial);
    let is_included = |it| sign_offs.iter().any(|other| other.fingerprint() == it && is_tried(other));
    let counts = |sign_off: &&SignOff| {
        let mut earlier = sign_off.request.competencies.iter().filter_map(|it| it.earlier.as_ref()?.fingerprint());
        is_tried(sign_off) && earlier.all(is_included)
    };
    sign_offs.iter().filter(counts).collect()
}

impl<'a> Evidence<'a> {
    /// For a competency that somebody else confirms: an answer by which it is not true, unless the same person
    /// confirmed it later.
    pub fn denial(&self, review: &Review<'_>) -> Option<(&'a SignOff, &'a Answer)> {
        let code = review.competency.code.as_str();
        let is_revoked = |it: &SignOff| {
            let all = self.portfolio.sign_offs.iter();
            let mut theirs = all.filter(|other| other.request.signatory.name == it.request.signatory.name);
            theirs.any(|other| other.confirms_itself(code) && other.rank(code) > it.rank(code))
        };
        let is_denial = |it: &&SignOff| it.denies(code) && it.problems.is_empty() && !is_revoked(it);
        let denial = self.sign_offs.iter().copied().find(is_denial)?;
        denial.answer.as_ref().filter(|_| !review.confirmation.confirmed().is_empty()).map(|answer| (denial, answer))
    }
}
