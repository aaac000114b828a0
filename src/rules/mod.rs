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

use crate::coverage::{self as state, Standing};
use crate::document::Document;
use crate::finding::{Finding, Rule};
use crate::review::{Attached, Evidence, Review};
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
enum Look {
    /// The portfolio as a whole.
    Portfolio(fn(&Evidence<'_>, &mut Findings<'_>)),
    /// Each competency that is worked on and not left out.
    Competency(fn(&Evidence<'_>, &Review<'_>, &mut Findings<'_>)),
    /// The document of each of them, if there is exactly one and it can be read.
    Document(fn(&Evidence<'_>, &Review<'_>, &Document, &mut Findings<'_>)),
    /// Each artefact that one of their registers lists.
    Artefact(fn(&Evidence<'_>, &Review<'_>, &Attached<'_>, &mut Findings<'_>)),
    /// Each attached file; one whose name is not UTF-8 must be renamed first.
    File(fn(&Evidence<'_>, &Review<'_>, &Entry, &mut Findings<'_>)),
    /// All that is or would be packed, by name.
    Name(fn(&Entry, &mut Findings<'_>)),
    /// How far the competencies have come, by what the rules on the evidence itself found, not those on sign-offs.
    Standings(fn(&Evidence<'_>, &[Standing<'_>], &mut Findings<'_>)),
    /// An archive: `archive::judge` looks.
    Archive,
}

/// All rules, in the order in which they look.
const RULES: &[(&Rule, Look)] = &[
    (&portfolio::UNREADABLE, Look::Portfolio(portfolio::unreadable)),
    (&portfolio::CANDIDATE_UNNAMED, Look::Portfolio(portfolio::candidate_unnamed)),
    (&portfolio::KEY_ACCOUNT_COUNT, Look::Portfolio(portfolio::key_account_count)),
    (&portfolio::UNKNOWN_KEY, Look::Portfolio(portfolio::unknown_key)),
    (&coverage::UNKNOWN_FOLDER, Look::Portfolio(coverage::unknown_folder)),
    (&document::MISSING, Look::Competency(document::missing)),
    (&document::SEVERAL, Look::Competency(document::several)),
    (&document::UNREADABLE, Look::Competency(document::unreadable)),
    (&document::PROMPT_LEFT, Look::Document(document::prompt_left)),
    (&document::BROKEN_LINK, Look::Document(document::broken_link)),
    (&document::SHORT, Look::Document(document::short)),
    (&document::LONG, Look::Document(document::long)),
    (&document::PART_UNANSWERED, Look::Document(document::part_unanswered)),
    (&document::NO_SOURCE, Look::Document(document::no_source)),
    (&document::ACTION_LOG, Look::Document(document::action_log)),
    (&document::COMMENTS, Look::Document(document::comments)),
    (&document::REMOTE_IMAGE, Look::Document(document::remote_image)),
    (&artefact::NONE, Look::Competency(artefact::none)),
    (&artefact::MISSING, Look::Artefact(artefact::missing)),
    (&artefact::UNLISTED, Look::Competency(artefact::unlisted)),
    (&artefact::UNEXPLAINED, Look::Artefact(artefact::unexplained)),
    (&artefact::SHARE_UNSTATED, Look::Artefact(artefact::share_unstated)),
    (&artefact::NOT_OWN_WORK, Look::Artefact(artefact::not_own_work)),
    (&artefact::SUPPORTS_UNKNOWN, Look::Artefact(artefact::supports_unknown)),
    (&artefact::UNREADABLE, Look::File(artefact::unreadable)),
    (&artefact::EMPTY, Look::File(artefact::empty)),
    (&artefact::EXECUTABLE, Look::File(artefact::executable)),
    (&artefact::UNMENTIONED, Look::Document(artefact::unmentioned)),
    (&artefact::DUPLICATE, Look::Portfolio(artefact::duplicate)),
    (&privacy::NAME_LEFT, Look::Portfolio(privacy::name_left)),
    (&privacy::CONTACT, Look::Portfolio(privacy::contact)),
    (&privacy::SECRET, Look::Competency(privacy::secret)),
    (&name::NOT_PORTABLE, Look::Name(name::not_portable)),
    (&name::COLLIDES, Look::Portfolio(name::collides)),
    (&name::LINK, Look::Name(name::link)),
    (&name::SPECIAL_FILE, Look::Name(name::special_file)),
    (&name::LONG, Look::Name(name::long)),
    (&name::JUNK, Look::Portfolio(name::junk)),
    (&coverage::SHORT, Look::Standings(coverage::short)),
    (&coverage::OMISSION_UNRECORDED, Look::Standings(coverage::omission_unrecorded)),
    (&sign_off::UNREADABLE, Look::Portfolio(sign_off::unreadable)),
    (&sign_off::MISSING, Look::Standings(sign_off::missing)),
    (&sign_off::answers::DECLINED, Look::Competency(sign_off::answers::declined)),
    (&sign_off::changes::STALE, Look::Competency(sign_off::changes::stale)),
    (&sign_off::BY_CANDIDATE, Look::Portfolio(sign_off::by_candidate)),
    (&sign_off::IN_FUTURE, Look::Portfolio(sign_off::in_future)),
    (&sign_off::OUTSIDE_OBSERVATION, Look::Competency(sign_off::outside_observation)),
    (&sign_off::changes::COSMETIC, Look::Competency(sign_off::changes::cosmetic)),
    (&sign_off::changes::RENAMED, Look::Competency(sign_off::changes::renamed)),
    (&sign_off::changes::CRITERIA_CHANGED, Look::Competency(sign_off::changes::criteria_changed)),
    (&sign_off::answers::CONTRADICTED, Look::Competency(sign_off::answers::contradicted)),
    (&sign_off::answers::OWN_WORDS, Look::Portfolio(sign_off::answers::own_words)),
    (&sign_off::answers::OTHER_SENDER, Look::Portfolio(sign_off::answers::other_sender)),
    (&sign_off::answers::OTHER_NAME, Look::Portfolio(sign_off::answers::other_name)),
    (&sign_off::answers::AGREED, Look::Portfolio(sign_off::answers::agreed)),
    (&sign_off::answers::PROOF_MISSING, Look::Portfolio(sign_off::answers::proof_missing)),
    (&archive::MALFORMED, Look::Archive),
    (&archive::UNSAFE_NAME, Look::Archive),
    (&archive::AMBIGUOUS, Look::Archive),
    (&archive::BOMB, Look::Archive),
    (&archive::CHANGED, Look::Archive),
    (&archive::MISSING, Look::Archive),
    (&archive::UNLISTED, Look::Archive),
    (&archive::REPACKED, Look::Archive),
    (&archive::ODD_NAME, Look::Archive),
    (&archive::made::REWRITTEN, Look::Archive),
    (&archive::version::NEWER_VERSION, Look::Archive),
    (&archive::version::OTHER_VERSION, Look::Archive),
    (&archive::framework::OWN_FRAMEWORK, Look::Archive),
    (&archive::DRAFT, Look::Archive),
];

/// All rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().map(|(rule, _)| *rule)
}

pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

impl Look {
    /// What a rule finds that need not know of other findings.
    fn at(self, evidence: &Evidence<'_>, names: &[&Entry]) -> Vec<Finding> {
        let mut findings = Findings::of(evidence);
        match self {
            Look::Portfolio(look) => look(evidence, &mut findings),
            Look::Name(look) => names.iter().for_each(|entry| look(entry, &mut findings)),
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
            Look::Competency(look) => look(evidence, review, findings),
            Look::Document(look) => review.document.iter().for_each(|it| look(evidence, review, it, findings)),
            Look::Artefact(look) => review.artefacts.iter().for_each(|it| look(evidence, review, it, findings)),
            Look::File(look) => {
                let files = review.folder.files.iter().filter_map(|path| evidence.portfolio.tree.find(path));
                files.filter(|file| file.utf8).for_each(|file| look(evidence, review, file, findings));
            }
            Look::Portfolio(_) | Look::Name(_) | Look::Standings(_) | Look::Archive => {}
        }
    }
}

/// Judges a portfolio.
pub fn check<'a>(evidence: &'a Evidence<'a>) -> Judged<'a> {
    let (portfolio, selection) = (evidence.portfolio, &evidence.selection);
    let files = evidence.selected().flat_map(|review| &review.folder.files);
    portfolio.tree.prefetch_heads(&files.filter_map(|path| portfolio.tree.find(path)).collect::<Vec<_>>());
    let names = name::entries(evidence);
    let found = share_in_order(RULES, |(_, look)| look.at(evidence, &names));
    let found = found.into_iter().flatten();
    let (of_sign_offs, mut findings): (Vec<Finding>, Vec<Finding>) = found.partition(|it| it.rule.is_of("sign-off"));
    let standings = state::standings(evidence, &findings);
    let mut last = Findings::of(evidence);
    for (_, look) in RULES {
        if let Look::Standings(look) = look {
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
        let position = found.place.as_ref().and_then(|place| place.position.as_ref());
        let line = position.map(|position| (position.line, position.column));
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
