//! The rule on an archive's own competency file: in what it differs from the one in akam.

use crate::finding::{Finding, Rule, Severity};
use crate::framework::{Competency, Framework};
use crate::portfolio::Portfolio;
use crate::source::Place;

/// Differences that are named; of the others only the number.
const SHOWN: usize = 6;

pub static OWN_FRAMEWORK: Rule = Rule {
    id: "archive-own-framework",
    severity: Severity::Warning,
    summary: "the archive has a competency file of its own",
    why: "how many competencies are needed, and what each asks, comes from the archive's own `competencies.toml`, and \
        not from the one in akam.",
    remedy: "see that it is the competency file that you assess by.",
};

/// That a framework of the archive's own decides, if so, and in what it differs.
pub fn own_framework(portfolio: &Portfolio) -> Option<Finding> {
    let framework = &portfolio.framework;
    if framework.is_built_in() {
        return None;
    }
    let differences = differences(&Framework::built_in(), framework);
    let mut shown = differences.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    if differences.len() > SHOWN {
        shown.push(format!("and {} more differences", differences.len() - SHOWN));
    }
    let said = if shown.is_empty() { "nothing that counts differs".to_owned() } else { shown.join("; ") };
    let message = format!("the archive has its own competency file, `{}`: {said}", framework.id);
    let found = Finding::new(&OWN_FRAMEWORK, message).help("see that it is the one that you assess by");
    Some(found.at(Place::file(&framework.source.path)))
}

/// In what a framework differs from the built-in one, as far as it decides what is asked of a candidate.
fn differences(own: &Framework, other: &Framework) -> Vec<String> {
    let mut found = Vec::new();
    let needed = |it: &Framework| (it.required, it.competencies.len());
    if needed(own) != needed(other) {
        let ((required, all), (here, all_here)) = (needed(own), needed(other));
        found.push(format!("{here} of {all_here} competencies are needed, not {required} of {all}"));
    }
    if own.sign_off.statement != other.sign_off.statement {
        found.push("people confirm another statement".to_owned());
    }
    let words = |it: &Framework| [it.words.per_part, it.words.shortest_per_part, it.words.longest_per_part];
    if words(own) != words(other) {
        found.push("other numbers of words are asked for".to_owned());
    }
    found.extend(own.competencies.iter().filter_map(|competency| {
        let code = &competency.code;
        match other.competency(code) {
            None => Some(format!("{code} is removed")),
            Some(here) => competency_differs(competency, here).map(|how| format!("{code} {how}")),
        }
    }));
    let added = other.competencies.iter().filter(|it| own.competency(&it.code).is_none());
    found.extend(added.map(|competency| format!("{} is added", competency.code)));
    found
}

/// How a competency differs from the built-in one.
fn competency_differs(own: &Competency, other: &Competency) -> Option<String> {
    let mut how = Vec::new();
    if own.title != other.title {
        how.push(format!("is called \u{201c}{}\u{201d}", other.title));
    }
    let part = |it: &Competency, code: &str| it.parts.iter().position(|part| part.code == code);
    let (mut taken, mut renamed, mut changed) = (0, 0, 0);
    for before in &own.parts {
        match part(other, &before.code).map(|at| &other.parts[at]) {
            None => taken += 1,
            Some(now) => {
                renamed += usize::from(now.title != before.title);
                changed += usize::from(now.asks != before.asks);
            }
        }
    }
    let added = other.parts.iter().filter(|it| part(own, &it.code).is_none()).count();
    let counted = [(taken, "removed"), (added, "added"), (renamed, "renamed"), (changed, "asking something else")];
    for (number, what) in counted.into_iter().filter(|(number, _)| *number > 0) {
        how.push(format!("has {number} {} {what}", if number == 1 { "part" } else { "parts" }));
    }
    (!how.is_empty()).then(|| how.join(" and "))
}
