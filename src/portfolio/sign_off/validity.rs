//! What confirms a competency: which answer decides, and how far what it confirmed is what there is now.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::SignOff;
use super::answer::{Answer, Outcome, Says};
use crate::framework::Competency;
use crate::portfolio::details::Validation;
use crate::portfolio::snapshot::Snapshot;
use crate::portfolio::snapshot::changes::{Change, Validity, Version, changes};
use crate::portfolio::{CompetencyFolder, Portfolio};

/// What became of the request to confirm a competency. Numbers are places in [`Portfolio::sign_offs`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Confirmation {
    #[default]
    Nothing,
    /// An answer is awaited.
    Asked(usize),
    /// What confirmed it was withdrawn.
    Withdrawn(usize),
    /// The one who was asked did not see the work.
    NotSeen(usize),
    /// The one who was asked says that it is not true.
    Declined(usize),
    /// It was confirmed, and changed since.
    Changed(Confirmed),
    /// It is confirmed.
    Valid(Confirmed),
}

/// An answer that confirms a competency, and what changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Place in [`Portfolio::sign_offs`].
    pub sign_off: usize,
    pub changes: Vec<Change>,
    /// Answers of other people that are valid too.
    pub also: Vec<Confirmed>,
}

impl Confirmed {
    /// An answer by itself.
    pub fn bare(sign_off: usize) -> Self {
        Confirmed { sign_off, changes: Vec::new(), also: Vec::new() }
    }

    /// The worst of all changes.
    pub fn validity(&self) -> Validity {
        self.changes.iter().map(|change| change.validity).max().unwrap_or(Validity::Valid)
    }

    /// Itself, and those of other people.
    pub fn all(&self) -> impl Iterator<Item = &Confirmed> {
        std::iter::once(self).chain(&self.also)
    }
}

impl Confirmation {
    /// The answer that confirms it, valid or not.
    pub fn confirmed(&self) -> Option<&Confirmed> {
        match self {
            Confirmation::Valid(confirmed) | Confirmation::Changed(confirmed) => Some(confirmed),
            _ => None,
        }
    }

    /// The sign-off that decides.
    pub fn sign_off(&self) -> Option<usize> {
        match self {
            Confirmation::Nothing => None,
            Confirmation::Asked(at)
            | Confirmation::Withdrawn(at)
            | Confirmation::NotSeen(at)
            | Confirmation::Declined(at) => Some(*at),
            Confirmation::Changed(confirmed) | Confirmation::Valid(confirmed) => Some(confirmed.sign_off),
        }
    }
}

impl Portfolio {
    /// What confirms a competency; found once. The newest answer decides, those with a proof before those without. An
    /// older one that confirms what there is now counts where no newer one says otherwise.
    pub fn confirmation(&self, code: &str) -> &Confirmation {
        static NOTHING: Confirmation = Confirmation::Nothing;
        let at = self.framework.competencies.iter().position(|competency| competency.code == code);
        let Some(at) = at else { return &NOTHING };
        let (competency, folder) = (&self.framework.competencies[at], &self.folders[at]);
        self.confirmations[at].get_or_init(|| self.find_confirmation(competency, folder))
    }

    /// What became of the request to confirm a competency; `None` where nobody was asked.
    pub fn outcome(&self, code: &str) -> Option<Outcome> {
        let decided = || Some(self.sign_offs[self.confirmation(code).sign_off()?].outcome(Some(code)));
        self.agreed(code).map(|_| Outcome::Stated).or_else(decided)
    }

    /// The answer of a sign-off that decides; there is one where [`Confirmation::confirmed`] names it.
    pub fn answer(&self, at: usize) -> (&SignOff, &Answer) {
        let sign_off = &self.sign_offs[at];
        (sign_off, sign_off.answer.as_ref().expect("only answered sign-offs confirm something"))
    }

    fn find_confirmation(&self, competency: &Competency, folder: &CompetencyFolder) -> Confirmation {
        let code = competency.code.as_str();
        let covering: Vec<usize> = self.counted_sign_offs().filter(|at| self.sign_offs[*at].covers(code)).collect();
        let mut answered: Vec<usize> = covering.clone();
        answered.retain(|at| self.counts(&self.sign_offs[*at], code));
        answered.sort_by_key(|at| Reverse((self.sign_offs[*at].rank(code), *at)));
        let (mut valid, mut changed, mut not_seen): (Vec<Confirmed>, Option<Confirmed>, Option<usize>) =
            Default::default();
        // People whose newer answer leaves nothing of their older ones.
        let mut decided: BTreeSet<&str> = BTreeSet::new();
        for at in answered {
            let sign_off = &self.sign_offs[at];
            let person = sign_off.request.signatory.name.as_str();
            if decided.contains(person) {
                continue;
            }
            let Some(says) = sign_off.says(code) else { continue };
            match says {
                Says::NotTrue if valid.is_empty() && changed.is_none() => return Confirmation::Declined(at),
                // No older answer counts against this one.
                Says::NotTrue if valid.is_empty() => break,
                Says::NotTrue | Says::NotSeen => {
                    decided.insert(person);
                    not_seen = not_seen.or(Some(at));
                }
                Says::True | Says::Except => {
                    let differing = self.changes(competency, folder, sign_off);
                    let confirmed = Confirmed { changes: differing, ..Confirmed::bare(at) };
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
        let mut valid = valid.into_iter();
        let last = |is: &dyn Fn(&SignOff) -> bool| covering.iter().rfind(|at| is(&self.sign_offs[**at])).copied();
        // What there is now may have been asked about again.
        let asked_again = || {
            let open = last(&SignOff::is_open)?;
            let since = self.changes(competency, folder, &self.sign_offs[open]);
            since.iter().all(|it| it.validity != Validity::Changed).then_some(Confirmation::Asked(open))
        };
        match (valid.next(), changed, not_seen) {
            (Some(newest), ..) => Confirmation::Valid(Confirmed { also: valid.collect(), ..newest }),
            (None, Some(changed), _) => asked_again().unwrap_or(Confirmation::Changed(changed)),
            (None, None, Some(at)) => asked_again().unwrap_or(Confirmation::NotSeen(at)),
            (None, None, None) => last(&|it| it.is_awaited(code))
                .map(Confirmation::Asked)
                .or_else(|| last(&|it| it.withdrawal.is_some() && it.answer.is_some()).map(Confirmation::Withdrawn))
                .unwrap_or_default(),
        }
    }

    /// Whether what an answer says of a competency counts. Who withdraws an answer in which akam has read that it is not
    /// true is left with newer answers, and not with older ones.
    pub fn counts(&self, sign_off: &SignOff, code: &str) -> bool {
        let others = self.counted_sign_offs().map(|at| &self.sign_offs[at]);
        let denied =
            others.filter(|it| it.covers(code) && it.is_withdrawn_denial(code)).filter_map(|it| it.rank(code)).max();
        sign_off.says(code).is_some() && denied.is_none_or(|denied| sign_off.rank(code) > Some(denied))
    }

    /// All that differs between what a sign-off shows of a competency and what there is now.
    pub fn changes(&self, competency: &Competency, folder: &CompetencyFolder, sign_off: &SignOff) -> Vec<Change> {
        let Some(shown) = sign_off.request.shown(&competency.code) else { return Vec::new() };
        let (snapshot, text) = Snapshot::take(self, competency, folder);
        let before = Version { snapshot: &shown.now, text: sign_off.text(&competency.code).unwrap_or_default() };
        changes(before, Version { snapshot: &snapshot, text: &text })
    }

    /// Places of the sign-offs that count: in a trial only those that are about nothing but what is tried, because a
    /// statement speaks of all that it covers, as do the earlier ones that it repeats.
    pub fn counted_sign_offs(&self) -> impl Iterator<Item = usize> {
        let counts = |sign_off: &SignOff| {
            let Some(trial) = &self.trial else { return true };
            let is_tried = |it: &SignOff| it.request.codes().iter().all(|code| code == trial);
            let mut earlier = sign_off.request.competencies.iter().filter_map(|it| it.earlier.as_ref()?.fingerprint());
            let is_here = |it| self.sign_offs.iter().any(|other| other.fingerprint() == it && is_tried(other));
            is_tried(sign_off) && earlier.all(is_here)
        };
        (0..self.sign_offs.len()).filter(move |at| counts(&self.sign_offs[*at]))
    }

    /// An answer that shows that a competency is not true, and after which the same person did not confirm it themselves;
    /// of a competency that somebody else confirms.
    pub fn denial(&self, code: &str) -> Option<usize> {
        let sign_off = |at: &usize| &self.sign_offs[*at];
        let confirmed = matches!(self.confirmation(code), Confirmation::Valid(_) | Confirmation::Changed(_));
        let is_denial = |it: &SignOff| it.denies(code) && it.problems.is_empty();
        let is_taken_back = |it: &SignOff| {
            let mut theirs =
                self.sign_offs.iter().filter(|other| other.request.signatory.name == it.request.signatory.name);
            theirs.any(|other| other.confirms_itself(code) && other.rank(code) > it.rank(code))
        };
        let mut denials = self.counted_sign_offs().filter(|at| is_denial(sign_off(at)) && !is_taken_back(sign_off(at)));
        denials.find(|_| confirmed)
    }

    /// What the candidate states that AKAM agreed to about a competency, where a sign-off is missing.
    pub fn agreed(&self, code: &str) -> Option<&Validation> {
        let is_missing = matches!(
            self.confirmation(code),
            Confirmation::Nothing | Confirmation::Asked(_) | Confirmation::Withdrawn(_) | Confirmation::NotSeen(_)
        );
        self.validations().find(|it| it.covers(code)).filter(|_| is_missing)
    }

    /// What the candidate states that AKAM agreed to in place of sign-offs, where all is said that is needed.
    pub fn validations(&self) -> impl DoubleEndedIterator<Item = &Validation> {
        self.details.validations.iter().filter(|validation| validation.is_complete())
    }
}
