//! The rules: each a static and a function, listed in one table; facts in, findings out.

pub mod archive;
pub mod artefact;
pub mod coverage;
pub mod document;
mod findings;
pub mod name;
pub mod portfolio;
pub mod privacy;
pub mod sign_off;
pub mod unseen;

use crate::coverage::{self as state, Standing};
use crate::document::Document;
use crate::finding::{Finding, Rule};
use crate::review::{Attached, AttachedFile, Evidence, Review};
use crate::source::Place;
use crate::threads::share_in_order;
use crate::tree::Entry;
use findings::Findings;

/// What the rules find in a portfolio, and how far that lets its competencies have come.
pub struct Judged<'a> {
    /// By competency, errors first, then by file and line; what belongs to no competency comes last.
    pub findings: Vec<Finding>,
    /// Of the competencies that are meant, in the framework's order.
    pub standings: Vec<Standing<'a>>,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
enum Check {
    /// The portfolio as a whole.
    Portfolio(fn(&Evidence<'_>, &mut Findings<'_>)),
    /// Each competency that is worked on and not left out.
    Competency(fn(&Evidence<'_>, &Review<'_>, &mut Findings<'_>)),
    /// The document of each of them, if there is exactly one and it can be read.
    Document(fn(&Evidence<'_>, &Review<'_>, &Document, &mut Findings<'_>)),
    /// Each artefact that one of their registers lists.
    Artefact(fn(&Evidence<'_>, &Review<'_>, &Attached<'_>, &mut Findings<'_>)),
    /// Each attached file.
    File(fn(&AttachedFile<'_>, &mut Findings<'_>)),
    /// All that is or would be packed, by name.
    Name(fn(&Entry, &mut Findings<'_>)),
    /// How far the competencies have come, by what the rules on the evidence itself found, not those on sign-offs.
    Standings(fn(&Evidence<'_>, &[Standing<'_>], &mut Findings<'_>)),
    /// An archive: `archive::judge` looks.
    Archive,
}

/// All rules, in the order in which they look.
const RULES: &[(&Rule, Check)] = &[
    (&portfolio::UNREADABLE, Check::Portfolio(portfolio::unreadable)),
    (&portfolio::CANDIDATE_UNNAMED, Check::Portfolio(portfolio::candidate_unnamed)),
    (&portfolio::KEY_ACCOUNT_COUNT, Check::Portfolio(portfolio::key_account_count)),
    (&portfolio::UNKNOWN_KEY, Check::Portfolio(portfolio::unknown_key)),
    (&coverage::UNKNOWN_FOLDER, Check::Portfolio(coverage::unknown_folder)),
    (&document::MISSING, Check::Competency(document::missing)),
    (&document::SEVERAL, Check::Competency(document::several)),
    (&document::UNREADABLE, Check::Competency(document::unreadable)),
    (&document::PROMPT_LEFT, Check::Document(document::prompt_left)),
    (&document::BROKEN_LINK, Check::Document(document::broken_link)),
    (&document::SHORT, Check::Document(document::short)),
    (&document::LONG, Check::Document(document::long)),
    (&document::PART_UNANSWERED, Check::Document(document::part_unanswered)),
    (&document::NO_SOURCE, Check::Document(document::no_source)),
    (&document::citation::CITATION, Check::Document(document::citation::citation)),
    (&document::citation::SOURCE_UNCITED, Check::Document(document::citation::source_uncited)),
    (&document::ACTION_LOG, Check::Document(document::action_log)),
    (&unseen::TEXT_LOST, Check::Document(unseen::text_lost)),
    (&unseen::COMMENTS, Check::Document(unseen::comments)),
    (&unseen::TRACKED_CHANGES, Check::Document(unseen::tracked_changes)),
    (&unseen::HIDDEN_TEXT, Check::Document(unseen::hidden_text)),
    (&unseen::FIELDS, Check::Document(unseen::fields)),
    (&document::REMOTE_IMAGE, Check::Document(document::remote_image)),
    (&artefact::NONE, Check::Competency(artefact::none)),
    (&artefact::MISSING, Check::Artefact(artefact::missing)),
    (&artefact::UNLISTED, Check::Competency(artefact::unlisted)),
    (&artefact::UNEXPLAINED, Check::Artefact(artefact::unexplained)),
    (&artefact::SHARE_UNSTATED, Check::Artefact(artefact::share_unstated)),
    (&artefact::NOT_OWN_WORK, Check::Artefact(artefact::not_own_work)),
    (&artefact::SUPPORTS_UNKNOWN, Check::Artefact(artefact::supports_unknown)),
    (&artefact::UNREADABLE, Check::File(artefact::unreadable)),
    (&artefact::EMPTY, Check::File(artefact::empty)),
    (&artefact::EXECUTABLE, Check::File(artefact::executable)),
    (&artefact::UNMENTIONED, Check::Document(artefact::unmentioned)),
    (&artefact::DUPLICATE, Check::Portfolio(artefact::duplicate)),
    (&privacy::NAME_LEFT, Check::Portfolio(privacy::name_left)),
    (&privacy::CONTACT, Check::Portfolio(privacy::contact)),
    (&privacy::SECRET, Check::Competency(privacy::secret)),
    (&name::NOT_PORTABLE, Check::Name(name::not_portable)),
    (&name::MISLEADING, Check::Name(name::misleading)),
    (&name::COLLIDES, Check::Portfolio(name::collides)),
    (&name::LINK, Check::Name(name::link)),
    (&name::SPECIAL_FILE, Check::Name(name::special_file)),
    (&name::LONG, Check::Name(name::long)),
    (&name::JUNK, Check::Portfolio(name::junk)),
    (&coverage::SHORT, Check::Standings(coverage::short)),
    (&coverage::OMISSION_UNRECORDED, Check::Standings(coverage::omission_unrecorded)),
    (&sign_off::UNREADABLE, Check::Portfolio(sign_off::unreadable)),
    (&sign_off::MISSING, Check::Standings(sign_off::missing)),
    (&sign_off::answers::DECLINED, Check::Competency(sign_off::answers::declined)),
    (&sign_off::changes::STALE, Check::Competency(sign_off::changes::stale)),
    (&sign_off::BY_CANDIDATE, Check::Portfolio(sign_off::by_candidate)),
    (&sign_off::IN_FUTURE, Check::Portfolio(sign_off::in_future)),
    (&sign_off::OUTSIDE_OBSERVATION, Check::Competency(sign_off::outside_observation)),
    (&sign_off::changes::COSMETIC, Check::Competency(sign_off::changes::cosmetic)),
    (&sign_off::changes::RENAMED, Check::Competency(sign_off::changes::renamed)),
    (&sign_off::changes::CRITERIA_CHANGED, Check::Competency(sign_off::changes::criteria_changed)),
    (&sign_off::answers::CONTRADICTED, Check::Competency(sign_off::answers::contradicted)),
    (&sign_off::answers::OWN_WORDS, Check::Portfolio(sign_off::answers::own_words)),
    (&sign_off::answers::OTHER_SENDER, Check::Portfolio(sign_off::answers::other_sender)),
    (&sign_off::answers::OTHER_NAME, Check::Portfolio(sign_off::answers::other_name)),
    (&sign_off::answers::AGREED, Check::Portfolio(sign_off::answers::agreed)),
    (&sign_off::answers::PROOF_MISSING, Check::Portfolio(sign_off::answers::proof_missing)),
    (&archive::MALFORMED, Check::Archive),
    (&archive::UNSAFE_NAME, Check::Archive),
    (&archive::AMBIGUOUS, Check::Archive),
    (&archive::BOMB, Check::Archive),
    (&archive::CHANGED, Check::Archive),
    (&archive::MISSING, Check::Archive),
    (&archive::UNLISTED, Check::Archive),
    (&archive::REPACKED, Check::Archive),
    (&archive::ODD_NAME, Check::Archive),
    (&archive::expected::REWRITTEN, Check::Archive),
    (&archive::version::NEWER_VERSION, Check::Archive),
    (&archive::version::OTHER_VERSION, Check::Archive),
    (&archive::framework::OWN_FRAMEWORK, Check::Archive),
    (&archive::DRAFT, Check::Archive),
];

/// In a trial a sign-off may still be missing.
const WARNINGS_IN_TRIAL: &[&Rule] = &[&sign_off::MISSING, &sign_off::changes::STALE];

/// All rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().map(|(rule, _)| *rule)
}

pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

impl Check {
    /// What a rule finds that need not know of other findings.
    fn at(self, evidence: &Evidence<'_>, names: &[&Entry]) -> Vec<Finding> {
        let mut findings = Findings::of(evidence, WARNINGS_IN_TRIAL);
        match self {
            Check::Portfolio(look) => look(evidence, &mut findings),
            Check::Name(look) => names.iter().for_each(|entry| look(entry, &mut findings)),
            _ => {
                for review in evidence.selected() {
                    findings.look_at(&review.competency.code);
                    self.at_competency(evidence, review, &mut findings);
                }
            }
        }
        findings.all()
    }

    /// What a rule finds in one competency.
    fn at_competency(self, evidence: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
        match self {
            Check::Competency(look) => look(evidence, review, findings),
            Check::Document(look) => review.document.iter().for_each(|it| look(evidence, review, it, findings)),
            Check::Artefact(look) => review.artefacts.iter().for_each(|it| look(evidence, review, it, findings)),
            Check::File(look) => review.files.iter().for_each(|file| look(file, findings)),
            Check::Portfolio(_) | Check::Name(_) | Check::Standings(_) | Check::Archive => {}
        }
    }
}

/// Judges a portfolio.
pub fn check<'a>(evidence: &'a Evidence<'a>) -> Judged<'a> {
    let (portfolio, selection) = (evidence.portfolio, &evidence.selection);
    let names = name::entries(evidence);
    let found = share_in_order(RULES, |(_, look)| look.at(evidence, &names));
    let found = found.into_iter().flatten();
    let (of_sign_offs, mut findings): (Vec<Finding>, Vec<Finding>) = found.partition(|it| it.rule.is_of("sign-off"));
    let standings = state::standings(evidence, &findings);
    let mut last = Findings::of(evidence, WARNINGS_IN_TRIAL);
    for (_, look) in RULES {
        if let Check::Standings(look) = look {
            look(evidence, &standings, &mut last);
        }
    }
    findings.extend(last.all());
    findings.extend(of_sign_offs);
    let is_meant = |code: &String| selection.includes(code) && !portfolio.is_omitted(code);
    findings.retain(|found| found.competency.as_ref().is_none_or(is_meant));
    findings.sort_by_cached_key(|found| {
        let code = found.competency.as_ref();
        let at = code.and_then(|code| evidence.reviews.iter().position(|review| review.competency.code == *code));
        let line = found.place.as_ref().and_then(Place::order);
        let path = found.place.as_ref().map(|place| place.path.clone());
        let rule = RULES.iter().position(|(rule, _)| rule.id == found.rule.id);
        (at.unwrap_or(usize::MAX), found.severity, found.more > 0, path, line, rule)
    });
    let standings = state::standings(evidence, &findings);
    Judged { findings, standings }
}

/// Rules whose errors keep even a draft from being packed: on names that no archive can hold, and on what would be left
/// out without a word since it is no file or cannot be read. Settings and lists that are not read do not say what is
/// packed, and a list of names that is not read keeps nothing in.
const KEEP_FROM_DRAFTING: [&Rule; 6] = [
    &portfolio::UNREADABLE,
    &artefact::UNREADABLE,
    &name::NOT_PORTABLE,
    &name::COLLIDES,
    &name::LINK,
    &name::SPECIAL_FILE,
];

/// Whether an archive cannot be made at all until an error is corrected, not even a draft.
pub fn keeps_from_drafting(found: &Finding) -> bool {
    KEEP_FROM_DRAFTING.iter().any(|rule| rule.id == found.rule.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_begin_with_a_family() {
        let families = ["portfolio", "coverage", "document", "artefact", "privacy", "name", "sign-off", "archive"];
        let mut ids: Vec<&str> = all().map(|rule| rule.id).collect();
        assert!(all().all(|rule| families.iter().any(|family| rule.is_of(family))), "{ids:?}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
        assert!(all().all(|rule| !rule.summary.ends_with('.')), "a summary is one clause");
    }
}
