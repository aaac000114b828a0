//! Who confirmed a competency's facts, how, and whether it stands, as the reader of a page is told.

use super::Submission;
use super::links::{Base, Links};
use super::page::{Link, day, period};
use crate::framework::Competency;
use crate::portfolio::CompetencyFolder;
use crate::portfolio::sign_off::standing::{Backing, Change, Signed, State};
use crate::portfolio::sign_off::{Exception, Request, STATEMENT, SignOff};
use crate::report::sign_off::how;

/// What confirms a competency.
pub struct Confirmation {
    /// `Maria Lind, Sales director, Nordvik AS`.
    pub by: String,
    /// `line manager; saw the work April 2022 to November 2026`.
    pub relation: String,
    /// `Henrik Dahl, Sales director`, where there is little room.
    pub shortly_by: String,
    /// `20 November 2026, e-mail from …`.
    pub how: String,
    /// `20 November 2026, e-mail`.
    pub shortly_how: String,
    /// Whether it stands, as one clause.
    pub stands: String,
    /// How the page marks that: `ready`, `drafting` or `none`.
    pub class: &'static str,
    /// The page that was signed.
    pub statement: Option<Link>,
    pub exceptions: Vec<Exception>,
    /// What differs from what was confirmed.
    pub changes: Vec<String>,
}

impl Confirmation {
    pub fn of(
        submission: &Submission<'_>,
        links: &Links<'_>,
        base: Base,
        competency: &Competency,
        folder: &CompetencyFolder,
    ) -> Self {
        let statement = |sign_off: &SignOff| Link {
            text: "the signed statement".to_owned(),
            href: links.file(base, &sign_off.path(STATEMENT)),
        };
        match submission.portfolio.backing(competency, folder) {
            Backing::Nothing => Self::bare("Nobody has confirmed it."),
            Backing::Asked(sign_off) => {
                Confirmation { stands: "Asked, not answered yet.".to_owned(), ..Self::asked(&sign_off.request) }
            }
            Backing::Withdrawn(sign_off) => {
                let told = sign_off.withdrawal.as_ref().map(|it| format!("Withdrawn on {}: {}", day(it.on), it.reason));
                let statement = Some(statement(sign_off));
                Confirmation { stands: told.unwrap_or_default(), statement, ..Self::asked(&sign_off.request) }
            }
            Backing::Agreed(agreed) => {
                let date = agreed.date.as_ref().map(|date| period(&date.text)).unwrap_or_default();
                Confirmation {
                    by: "AKAM’s guidance in place of a sign-off".to_owned(),
                    shortly_by: "AKAM’s guidance".to_owned(),
                    how: format!("{}, {date}", agreed.reference.as_deref().unwrap_or_default()),
                    shortly_how: format!("{}, {date}", agreed.reference.as_deref().unwrap_or_default()),
                    class: "ready",
                    ..Self::bare(agreed.agreed.as_deref().unwrap_or_default())
                }
            }
            Backing::Signed(signed) => {
                let answer = signed.answer;
                Confirmation {
                    how: format!("{}, {}", day(answer.signed), how(answer)),
                    shortly_how: format!("{}, {}", day(answer.signed), answer.proof.kind.name()),
                    stands: stands(&signed, &competency.code),
                    class: if signed.state() == State::Changed { "drafting" } else { "ready" },
                    statement: Some(statement(signed.sign_off)),
                    exceptions: answer.exceptions(&competency.code).cloned().collect(),
                    changes: signed.changes.iter().map(said).collect(),
                    ..Self::asked(&signed.sign_off.request)
                }
            }
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
            statement: None,
            exceptions: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn asked(request: &Request) -> Self {
        let signatory = &request.signatory;
        Confirmation {
            by: format!("{}, {}, {}", signatory.name, signatory.role, signatory.organisation),
            shortly_by: format!("{}, {}", signatory.name, signatory.role),
            relation: format!("{}; saw the work {}", signatory.relation.name(), period(&request.observed)),
            ..Self::bare("")
        }
    }
}

/// What differs; on a page the marks around names are left out.
fn said(change: &Change) -> String {
    format!("{} {}", change.what, change.how).replace('`', "")
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
