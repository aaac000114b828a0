//! What the rules find: of one rule in one competency only the first are kept, and of the others how many there are.

use std::collections::BTreeMap;

use crate::finding::{Finding, Rule, Severity};
use crate::portfolio::Portfolio;
use crate::source::Place;

/// Most findings of one rule in one competency, or in none: more of them would help nobody.
pub const MOST_ALIKE: usize = 20;

/// Takes up findings, and counts each against the competency in whose folder it is.
pub struct Findings<'a> {
    portfolio: &'a Portfolio,
    kept: Vec<Finding>,
    alike: BTreeMap<(&'static str, Option<String>), Alike>,
    /// The code of the competency that is looked at, where one is.
    competency: Option<&'a str>,
}

/// How many findings of a rule there are in a competency, and where the one stands that tells of those not kept.
struct Alike {
    count: usize,
    last: usize,
    severity: Severity,
}

impl<'a> Findings<'a> {
    pub fn of(portfolio: &'a Portfolio) -> Self {
        Findings { portfolio, kept: Vec::new(), alike: BTreeMap::new(), competency: None }
    }

    /// Says which competency is looked at; `None` for the portfolio as a whole.
    pub fn look_at(&mut self, competency: Option<&'a str>) {
        self.competency = competency;
    }

    pub fn push(&mut self, mut found: Finding) {
        let path = found.place.as_ref().map(|place| place.path.as_str());
        found.competency = self.code(path);
        let code = found.competency.clone();
        let first = Alike { count: 0, last: 0, severity: found.severity };
        let alike = self.alike.entry((found.rule.id, code)).or_insert(first);
        alike.count += 1;
        match alike.count.checked_sub(MOST_ALIKE) {
            None | Some(0) => self.kept.push(found),
            Some(1) => {
                alike.last = self.kept.len();
                let last = Finding { competency: found.competency, severity: alike.severity, ..more(found.rule, 1) };
                self.kept.push(last);
            }
            Some(count) => self.kept[alike.last].more = count,
        }
    }

    /// Whether so many findings of a rule were told already that one more, in this file, is only counted; then it is. For
    /// where a finding costs much to make.
    pub fn only_count(&mut self, rule: &'static Rule, path: &str) -> bool {
        let is_enough = self.is_enough(rule, path);
        if is_enough {
            self.push(Finding::new(rule, "").at(Place::file(path)));
        }
        is_enough
    }

    /// Whether no more findings of a rule in this file are told.
    pub fn is_enough(&self, rule: &'static Rule, path: &str) -> bool {
        let key = (rule.id, self.code(Some(path)));
        self.alike.get(&key).is_some_and(|alike| alike.count >= MOST_ALIKE)
    }

    /// What was found, each with the number of those it stands for.
    pub fn all(mut self) -> Vec<Finding> {
        for found in self.kept.iter_mut().filter(|found| found.more > 0) {
            let severity = found.severity;
            let competency = found.competency.take();
            *found = Finding { competency, severity, ..more(found.rule, found.more) };
        }
        self.kept
    }

    fn code(&self, path: Option<&str>) -> Option<String> {
        let owner = || self.portfolio.owner_of(path?).map(|competency| competency.code.as_str());
        self.competency.or_else(owner).map(str::to_owned)
    }
}

/// One finding that stands for all that are not told.
pub fn more(rule: &'static Rule, count: usize) -> Finding {
    Finding { more: count, ..Finding::new(rule, format!("{count} more like these: {}", rule.summary)) }
}
