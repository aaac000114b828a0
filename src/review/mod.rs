//! The selected competencies of a portfolio, each with everything that belongs to it, looked up once.

pub mod confirmation;

use std::collections::BTreeMap;
use std::io;

use jiff::civil::Date;

use crate::document::Document;
use crate::framework::{Competency, Part};
use crate::portfolio::artefact::{self, Artefact, Register};
use crate::portfolio::details::Validation;
use crate::portfolio::sign_off::answer::SignOffOutcome;
use crate::portfolio::sign_off::{SignOff, check};
use crate::portfolio::snapshot::changes::Validity;
use crate::portfolio::{CompetencyFolder, Portfolio, SIGN_OFFS, is_junk};
use crate::threads::share_in_order;
use crate::tree::{Entry, EntryKind, Head};
use confirmation::Confirmation;

/// Selects competencies of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All, as a submission.
    Whole,
    /// One, by code, which is submitted before the others.
    Trial(String),
    /// Several, by code, as parts of the whole.
    Some(Vec<String>),
}

/// A portfolio and the facts about each of its competencies.
pub struct Evidence<'a> {
    pub portfolio: &'a Portfolio,
    pub selection: Selection,
    /// Today, or for an archive the day it was packed.
    pub day: Date,
    /// One per competency of the framework, in its order.
    pub reviews: Vec<Review<'a>>,
    /// The sign-offs that count, the oldest first.
    pub sign_offs: Vec<&'a SignOff>,
}

/// Everything that belongs to one competency.
pub struct Review<'a> {
    pub competency: &'a Competency,
    pub folder: &'a CompetencyFolder,
    /// The document, if there is exactly one and it can be read.
    pub document: Option<&'a Document>,
    /// In the order of the list.
    pub artefacts: Vec<Attached<'a>>,
    /// The files in the folder beside document and register, if the competency goes into the archive; without those whose
    /// name is not UTF-8, which must be renamed first.
    pub files: Vec<AttachedFile<'a>>,
    /// One per part of the competency, in their order.
    pub parts: Vec<PartAnswer<'a>>,
    /// Whether it is packed: started, not left out, and in a trial the one that is tried.
    pub is_submitted: bool,
    pub confirmation: Confirmation<'a>,
    /// What AKAM agreed to in place of a sign-off, as the candidate states it.
    pub agreed: Option<&'a Validation>,
    /// What became of the request to confirm it; `None` if nobody was asked or it is not submitted.
    pub outcome: Option<SignOffOutcome>,
}

/// A listed artefact, and the file that its entry names.
#[derive(Clone)]
pub struct Attached<'a> {
    pub register: &'a Register,
    pub artefact: &'a Artefact,
    /// Relative to the portfolio; `None` if the path leads out of the competency's folder.
    pub path: Option<String>,
    /// What is at `path`.
    pub entry: Option<&'a Entry>,
}

/// A file in a competency's folder, and what it begins with.
pub struct AttachedFile<'a> {
    pub entry: &'a Entry,
    pub head: io::Result<Head>,
}

/// What answers a part: its section of the document, artefacts that name it, or both.
pub struct PartAnswer<'a> {
    pub part: &'a Part,
    pub section: bool,
    pub artefacts: Vec<&'a Artefact>,
}

impl Selection {
    /// Whether a competency is selected, by its code.
    pub fn includes(&self, code: &str) -> bool {
        match self {
            Selection::Whole => true,
            Selection::Trial(trial) => trial == code,
            Selection::Some(codes) => codes.iter().any(|selected| selected == code),
        }
    }

    /// The competency that is submitted before the others, if this is a trial.
    pub fn trial(&self) -> Option<&str> {
        match self {
            Selection::Trial(code) => Some(code),
            Selection::Whole | Selection::Some(_) => None,
        }
    }
}

impl<'a> Evidence<'a> {
    pub fn of(portfolio: &'a Portfolio, selection: Selection, day: Date) -> Self {
        let sign_offs = confirmation::counted(portfolio, selection.trial());
        let submitted: Vec<(&Competency, &CompetencyFolder, bool)> = portfolio
            .competencies()
            .map(|(competency, folder)| {
                let is_tried = selection.trial().is_none_or(|code| code == competency.code);
                let is_submitted = is_tried && folder.started() && !portfolio.is_omitted(&competency.code);
                (competency, folder, is_submitted)
            })
            .collect();
        let mut supporting: BTreeMap<&str, Vec<&Artefact>> = BTreeMap::new();
        for artefact in submitted.iter().filter(|it| it.2).flat_map(|(_, folder, _)| folder.artefacts()) {
            for code in &artefact.supports {
                let named = supporting.entry(code.get_ref()).or_default();
                if !named.last().is_some_and(|last| std::ptr::eq(*last, artefact)) {
                    named.push(artefact);
                }
            }
        }
        let reviews = share_in_order(&submitted, |(competency, folder, is_submitted)| {
            review(portfolio, &sign_offs, &supporting, competency, folder, *is_submitted)
        });
        Evidence { portfolio, selection, day, reviews, sign_offs }
    }

    /// The review of a competency, by its code.
    pub fn review(&self, code: &str) -> Option<&Review<'a>> {
        self.reviews.iter().find(|review| review.competency.code == code)
    }

    /// The competencies that are packed.
    pub fn submitted(&self) -> impl Iterator<Item = &Review<'a>> {
        self.reviews.iter().filter(|review| review.is_submitted)
    }

    /// The selected ones among them.
    pub fn selected(&self) -> impl Iterator<Item = &Review<'a>> {
        self.submitted().filter(|review| self.selection.includes(&review.competency.code))
    }

    /// Whether a competency is packed, by its code.
    pub fn packs(&self, code: &str) -> bool {
        self.submitted().any(|review| review.competency.code == code)
    }

    /// Whether a path is in a folder that is packed.
    pub fn holds(&self, path: &str) -> bool {
        let top = path.split('/').next().unwrap_or(path);
        top == SIGN_OFFS || self.submitted().any(|review| review.folder.path == top)
    }

    /// All listed artefacts that are packed, each with its competency.
    pub fn artefacts(&self) -> impl Iterator<Item = (&Review<'a>, &Attached<'a>)> {
        self.submitted().flat_map(|review| review.artefacts.iter().map(move |attached| (review, attached)))
    }

    /// The packed files of answered sign-offs: if a sign-off covers something submitted, every file that akam wrote for
    /// it, so that its page can be rendered again.
    pub fn packed_sign_offs(&self) -> impl Iterator<Item = &'a Entry> {
        let is_packed =
            |it: &&&SignOff| it.answer.is_some() && self.submitted().any(|review| it.covers(&review.competency.code));
        let files = self.sign_offs.iter().filter(is_packed).flat_map(|it| check::own_files(&self.portfolio.tree, it));
        files.filter(|entry| entry.kind == EntryKind::File)
    }
}

fn review<'a>(
    portfolio: &'a Portfolio,
    sign_offs: &[&'a SignOff],
    supporting: &BTreeMap<&str, Vec<&'a Artefact>>,
    competency: &'a Competency,
    folder: &'a CompetencyFolder,
    is_submitted: bool,
) -> Review<'a> {
    let code = competency.code.as_str();
    let document = folder.document();
    let attached = |(register, artefact)| {
        let path = folder.path_of(artefact);
        let entry = path.as_ref().and_then(|path| portfolio.tree.find(path));
        Attached { register, artefact, path, entry }
    };
    let part = |part: &'a Part| PartAnswer {
        part,
        section: document.is_some_and(|document| document.answers(part)),
        artefacts: supporting.get(part.code.as_str()).cloned().unwrap_or_default(),
    };
    let confirmation =
        if is_submitted { confirmation::find(portfolio, sign_offs, competency, folder) } else { Confirmation::Nothing };
    let files = folder.files.iter().filter(|_| is_submitted).filter_map(|path| portfolio.tree.find(path));
    let files = files.filter(|entry| entry.utf8).map(|entry| AttachedFile { entry, head: portfolio.tree.head(entry) });
    let agreed = portfolio.validations().find(|it| is_submitted && it.covers(code) && confirmation.is_missing());
    let decided = confirmation.sign_off().map(|sign_off| sign_off.outcome(Some(code)));
    Review {
        competency,
        folder,
        document,
        artefacts: folder.registered().map(attached).collect(),
        files: files.collect(),
        parts: competency.parts.iter().map(part).collect(),
        is_submitted,
        outcome: agreed.map(|_| SignOffOutcome::Stated).or(decided),
        confirmation,
        agreed,
    }
}

impl<'a> Review<'a> {
    /// Words of the document.
    pub fn words(&self) -> usize {
        self.document.map_or(0, |document| document.words)
    }

    /// How many parts a section or an artefact answers.
    pub fn answered(&self) -> usize {
        self.parts.iter().filter(|part| part.section || !part.artefacts.is_empty()).count()
    }

    /// How much of what was confirmed is unchanged, if it was confirmed.
    pub fn validity(&self) -> Option<Validity> {
        self.confirmation.confirmed().first().map(confirmation::Counted::validity)
    }

    /// The competency's files to pack: documents, list and listed artefacts, without junk even if listed.
    pub fn packed(&self, portfolio: &'a Portfolio) -> impl Iterator<Item = &'a Entry> {
        let documents = self.folder.documents.iter().map(|file| file.path.clone());
        let register = self.folder.has_register.then(|| format!("{}/{}", self.folder.path, artefact::FILE));
        let files = documents.chain(register).filter_map(|path| portfolio.tree.find(&path));
        let files = files.chain(self.artefacts.iter().filter_map(|attached| attached.entry));
        files.filter(|entry| entry.kind == EntryKind::File && !is_junk(&entry.path))
    }
}
