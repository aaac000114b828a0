//! Who confirmed a competency's facts, how, and whether it stands, as the reader of a page is told.

use super::Submission;
use super::links::{Base, Links};
use super::page::{Link, day, period};
use crate::document::wording::Passage;
use crate::framework::Competency;
use crate::portfolio::CompetencyFolder;
use crate::portfolio::sign_off::standing::{Backing, Change, Signed, State};
use crate::portfolio::sign_off::{Exception, Request, STATEMENT, SignOff};
use crate::report::sign_off::{excerpt, how};

/// What confirms a competency.
pub struct Confirmation {
    /// `Maria Lind, Sales director, Nordvik AS`.
    pub by: String,
    /// `line manager; saw the work April 2022 to November 2026`.
    pub relation: String,
    /// `Henrik Dahl, Sales director (line manager)`, where there is little room.
    pub shortly_by: String,
    /// `20 November 2026, e-mail from …`.
    pub how: String,
    /// `20 November 2026, e-mail`.
    pub shortly_how: String,
    /// Whether it stands, as one clause.
    pub stands: String,
    /// How the page marks that: `ready`, `drafting` or `none`.
    pub class: &'static str,
    /// What they put their name to.
    pub said: String,
    /// What an e-mail says in its sender's own words.
    pub words: Option<String>,
    /// The page that they were shown, and what proves the answer.
    pub links: Vec<Link>,
    pub exceptions: Vec<Exception>,
    /// What differs from what was confirmed.
    pub changes: Vec<Difference>,
    /// Who else confirmed it.
    pub also: Vec<Confirmation>,
}

/// Something that differs, and where it is a document the words that do.
pub struct Difference {
    pub what: String,
    pub passages: Vec<Passage>,
}

impl Confirmation {
    pub fn of(
        submission: &Submission<'_>,
        links: &Links<'_>,
        base: Base,
        competency: &Competency,
        folder: &CompetencyFolder,
    ) -> Self {
        match submission.portfolio.backing(competency, folder) {
            Backing::Nothing => Self::bare("Nobody has confirmed it."),
            Backing::Asked(sign_off) => {
                Confirmation { stands: "Asked, not answered yet.".to_owned(), ..Self::asked(&sign_off.request) }
            }
            Backing::Withdrawn(sign_off) => {
                let told = sign_off.withdrawal.as_ref().map(|it| format!("Withdrawn on {}: {}", day(it.on), it.reason));
                let links = leads(links, base, sign_off);
                Confirmation { stands: told.unwrap_or_default(), links, ..Self::asked(&sign_off.request) }
            }
            Backing::Agreed(agreed) => {
                let date = agreed.date.as_ref().map(|date| period(&date.text)).unwrap_or_default();
                let how = format!("{}, {date}", agreed.reference.as_deref().unwrap_or_default());
                Confirmation {
                    by: "AKAM’s guidance in place of a sign-off".to_owned(),
                    shortly_by: "AKAM’s guidance".to_owned(),
                    shortly_how: how.clone(),
                    how,
                    class: "ready",
                    ..Self::bare(agreed.agreed.as_deref().unwrap_or_default())
                }
            }
            Backing::Signed(signed) => {
                let also = signed.also.iter().map(|other| Self::signed(links, base, other, &competency.code)).collect();
                Confirmation { also, ..Self::signed(links, base, &signed, &competency.code) }
            }
        }
    }

    fn signed(links: &Links<'_>, base: Base, signed: &Signed<'_>, code: &str) -> Self {
        let (answer, sign_off) = (signed.answer, signed.sign_off);
        Confirmation {
            how: format!("{}, {}", day(answer.signed), how(answer)),
            shortly_how: format!("{}, {}", day(answer.signed), answer.proof.kind.name()),
            stands: stands(signed, code),
            class: if signed.state() == State::Changed { "drafting" } else { "ready" },
            words: sign_off.words.as_deref().map(excerpt),
            links: leads(links, base, sign_off),
            exceptions: answer.exceptions(code).cloned().collect(),
            changes: signed.changes.iter().map(difference).collect(),
            ..Self::asked(&sign_off.request)
        }
    }

    fn bare(stands: &str) -> Self {
        Confirmation {
            by: String::new(),
            relation: String::new(),
            shortly_by: String::new(),
            how: String::new(),
            shortly_how: String::new(),
            stands: stands.to_owned(),
            class: "none",
            said: String::new(),
            words: None,
            links: Vec::new(),
            exceptions: Vec::new(),
            changes: Vec::new(),
            also: Vec::new(),
        }
    }

    fn asked(request: &Request) -> Self {
        let signatory = &request.signatory;
        Confirmation {
            by: format!("{}, {}, {}", signatory.name, signatory.role, signatory.organisation),
            shortly_by: format!("{}, {} ({})", signatory.name, signatory.role, signatory.relation.name()),
            said: request.statement.clone(),
            relation: format!("{}; saw the work {}", signatory.relation.name(), period(&request.observed)),
            ..Self::bare("")
        }
    }
}

/// The statement and the proof, where they are packed.
fn leads(links: &Links<'_>, base: Base, sign_off: &SignOff) -> Vec<Link> {
    let proof = sign_off.answer.as_ref().and_then(|answer| answer.proof.file.clone());
    let files = [("the statement as it was shown", Some(STATEMENT.to_owned())), ("the answer as it came", proof)];
    let links = files.into_iter().filter_map(|(text, name)| {
        let href = Some(links.file(base, &sign_off.path(&name?))?);
        Some(Link { text: text.to_owned(), href })
    });
    links.collect()
}

/// What differs; on a page the marks around names are left out.
fn difference(change: &Change) -> Difference {
    const MOST: usize = 5;
    Difference {
        what: format!("{} {}", change.what, change.how).replace('`', ""),
        passages: change.passages.iter().take(MOST).map(Passage::short).collect(),
    }
}

fn stands(signed: &Signed<'_>, code: &str) -> String {
    let excepted = match signed.answer.exceptions(code).count() {
        0 => "",
        1 => ", with an exception",
        _ => ", with exceptions",
    };
    match signed.state() {
        State::Valid => format!("Stands{excepted}"),
        State::Renamed => format!("Stands{excepted}; a file has another name since"),
        State::Cosmetic => format!("Stands{excepted}; saved anew since, with the same words"),
        State::CriteriaChanged => format!("Stands{excepted}; the framework’s text is another since"),
        State::Changed => "Does not stand: content changed after it was confirmed".to_owned(),
    }
}
