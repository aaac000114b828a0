//! Who confirmed a competency's facts, how, and whether that is still valid, for an assessor.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::artefact::PageLink;
use super::links::Links;
use crate::document::diff::{Hunk, Letters};
use crate::portfolio::artefact::period;
use crate::portfolio::sign_off::answer::{Answer, Basis, Says, Verdict};
use crate::portfolio::sign_off::proof::ProofKind;
use crate::portfolio::sign_off::{STATEMENT, SignOff};
use crate::portfolio::snapshot::changes::{Change, Validity};
use crate::review::confirmation::{self, Counted};
use crate::review::{Evidence, Review};
use crate::rules::sign_off::answers::who_answered;
use crate::source::Span;
use crate::text::day;

/// What confirms a competency.
pub struct ShownConfirmation {
    /// One clause.
    pub state: String,
    /// CSS class of the state: `ready`, `drafting` or `none`.
    pub class: &'static str,
    /// The answers that count, the deciding one first.
    pub answers: Vec<ShownAnswer>,
    /// All events, one line each, the oldest first.
    pub history: Vec<String>,
}

/// An answer that counts.
pub struct ShownAnswer {
    /// `Maria Lind, Sales director, Nordvik AS (line manager)`.
    pub by: String,
    /// `April 2022 to November 2026`.
    pub observed: String,
    /// `20 November 2026, e-mail from …`.
    pub how: String,
    /// Without the sender.
    pub briefly: String,
    pub state: String,
    pub class: &'static str,
    /// The sentence that they confirmed.
    pub statement: String,
    /// The text of an e-mail in own words.
    pub own_words: Option<String>,
    /// The text of an e-mail in the form's words.
    pub form_words: Option<String>,
    pub attachments: String,
    /// The warning if somebody other than the person asked answered.
    pub other_sender: Option<String>,
    /// The page that they were shown, and what proves the answer.
    pub links: Vec<PageLink>,
    /// What is not confirmed.
    pub exceptions: Vec<String>,
    /// What differs from what was confirmed.
    pub changes: Vec<Difference>,
}

/// A difference, with the words that changed in a document.
pub struct Difference {
    pub what: String,
    pub passages: Vec<Hunk>,
}

impl ShownConfirmation {
    pub fn of(evidence: &Evidence<'_>, review: &Review<'_>, links: &Links<'_>) -> Self {
        let (found, code) = (&review.confirmation, review.competency.code.as_str());
        let history = history(evidence, code);
        let who = found.sign_off().map_or("", |sign_off| sign_off.request.signatory.name.as_str());
        let plain =
            |state: String, class| ShownConfirmation { state, class, answers: Vec::new(), history: history.clone() };
        if let Some(agreed) = review.agreed {
            return plain(format!("The candidate states that {}", agreed.described()), "none");
        }
        match found {
            confirmation::Confirmation::Nothing => plain("Nobody has confirmed it.".to_owned(), "none"),
            confirmation::Confirmation::Asked(_) => plain(format!("Asked: {who}; not answered yet."), "none"),
            confirmation::Confirmation::Withdrawn(_) => plain(format!("The answer of {who} was withdrawn."), "none"),
            confirmation::Confirmation::NotSeen(it) | confirmation::Confirmation::Declined(it) => {
                let is_declined = matches!(found, confirmation::Confirmation::Declined(_));
                let (state, class) = match (it.answer.basis, is_declined) {
                    (Basis::OwnWords, true) => (
                        format!("{who} answered in own words, which the candidate reads as: not confirmed."),
                        "drafting",
                    ),
                    (Basis::OwnWords, false) => {
                        (format!("{who} answered in own words, which the candidate reads as: not seen."), "none")
                    }
                    (_, true) => (format!("{who} says that it is not true."), "drafting"),
                    (_, false) => (format!("{who} did not see this work."), "none"),
                };
                let it = confirmed(links, it, code);
                let answers = vec![ShownAnswer { state: state.clone(), class, ..it }];
                ShownConfirmation { state, class, answers, history }
            }
            confirmation::Confirmation::Changed(_) | confirmation::Confirmation::Valid(_) => {
                let answers: Vec<ShownAnswer> = found.confirmed().iter().map(|it| confirmed(links, it, code)).collect();
                ShownConfirmation { state: answers[0].state.clone(), class: answers[0].class, answers, history }
            }
        }
    }
}

fn confirmed(links: &Links<'_>, it: &Counted<'_>, code: &str) -> ShownAnswer {
    let Counted { sign_off, answer, .. } = it;
    let request = &sign_off.request;
    let (state, class) = state(answer, it.validity(), code);
    let message = sign_off.message.as_ref();
    let words = message.map(|message| message.own.clone());
    let is_own = answer.basis == Basis::OwnWords;
    ShownAnswer {
        by: request.signatory.described(),
        observed: period(&request.observed),
        how: format!("{}, {}", day(answer.signed), answer.how()),
        briefly: format!("{}, {}", day(answer.signed), answer.briefly()),
        state,
        class,
        statement: request.statement.clone(),
        own_words: words.clone().filter(|_| is_own),
        form_words: words.filter(|_| !is_own),
        attachments: message.map(|message| message.attachments.join(", ")).unwrap_or_default(),
        other_sender: who_answered(request, answer, message).map(|text| text.replace('`', "")),
        links: leads(links, sign_off),
        exceptions: answer.about(code).map(Verdict::reason).filter(|reason| !reason.is_empty()).collect(),
        changes: it.changes.iter().map(difference).collect(),
    }
}

/// Whether an answer is valid, and the CSS class for it.
fn state(answer: &Answer, validity: Validity, code: &str) -> (String, &'static str) {
    let says = answer.says(code);
    let since = match validity {
        Validity::Changed => return ("No longer valid: content changed after it was confirmed".to_owned(), "drafting"),
        Validity::Valid => "",
        Validity::Renamed => "; a file has been renamed since",
        Validity::Cosmetic => "; a file was saved again since, with the same words",
        Validity::CriteriaChanged => "; the criteria have been reworded since",
    };
    match (answer.basis, says) {
        (_, Some(Says::NotTrue)) => ("Not true".to_owned(), "drafting"),
        (Basis::OwnWords, Some(Says::True)) => {
            (format!("Answered in own words, which the candidate reads as: confirmed{since}"), "none")
        }
        (Basis::OwnWords, _) => {
            (format!("Answered in own words, which the candidate reads as: confirmed in part{since}"), "none")
        }
        _ if answer.proof.kind == ProofKind::Typed => {
            (format!("The candidate states that it was confirmed, and shows no answer{since}"), "none")
        }
        (_, Some(Says::Except)) => (format!("Valid, with exceptions{since}"), "none"),
        _ => (format!("Valid{since}"), "ready"),
    }
}

/// The history of a competency: what was asked and answered, and the outcome.
fn history(evidence: &Evidence<'_>, code: &str) -> Vec<String> {
    let mut events: Vec<(Date, String)> = Vec::new();
    let covering = evidence.sign_offs.iter().filter(|it| it.covers(code));
    let mut asked = BTreeSet::new();
    for sign_off in covering {
        let who = &sign_off.request.signatory.name;
        if asked.insert(sign_off.fingerprint()) {
            let seen = period(&sign_off.request.observed);
            events.push((sign_off.request.asked, format!("{who} was asked, as somebody who saw the work {seen}")));
        }
        if let Some(answer) = &sign_off.answer {
            let said: Vec<String> = answer.about(code).map(|verdict| answer.verdict(verdict)).collect();
            let said = if said.is_empty() { "nothing about this document".to_owned() } else { said.join("; ") };
            let but = match sign_off {
                it if !it.problems.is_empty() => "; the record cannot be relied on",
                it if it.outdone.contains(code) => "; another record of the same request counts instead",
                _ => "",
            };
            let answered = match answer.basis {
                Basis::OwnWords => "answered in own words, which the candidate reads as",
                Basis::Candidate => "answered, as the candidate says",
                Basis::Form => "answered",
            };
            events.push((answer.signed, format!("{who} {answered}: {said} ({}){but}", answer.how())));
        }
        if let Some(withdrawal) = &sign_off.withdrawal {
            events.push((withdrawal.on, format!("The answer of {who} was withdrawn: {}", withdrawal.reason)));
        }
    }
    for agreed in evidence.portfolio.validations().filter(|it| it.covers(code)) {
        let said = format!("The candidate states that {}", agreed.described());
        events.extend(agreed.date.as_ref().map(|date| (date.first, said)));
    }
    // Events of one day stay in the order of the records.
    events.sort_by_key(|(date, _)| *date);
    events.into_iter().map(|(date, text)| format!("{}: {text}", day(date))).collect()
}

/// Links to the statement and the proof, if they are packed.
fn leads(links: &Links<'_>, sign_off: &SignOff) -> Vec<PageLink> {
    let files = [("the page as it was shown", Some(STATEMENT)), ("the answer as it came", sign_off.proof.as_deref())];
    let links = files.into_iter().filter_map(|(text, name)| {
        let href = Some(links.file(&sign_off.path(name?))?);
        Some(PageLink { text: text.to_owned(), href })
    });
    links.collect()
}

/// A difference, without the backticks around names.
fn difference(change: &Change) -> Difference {
    const MAX_PASSAGES: usize = 5;
    Difference {
        what: change.on_a_page(),
        passages: change.passages.iter().take(MAX_PASSAGES).map(Hunk::short).collect(),
    }
}

/// The spans of unconfirmed passages in a document's text. Only the first of very many, because each is searched for in
/// the whole text.
pub fn excepted_passages(review: &Review<'_>, text: &str) -> Vec<Span> {
    const MAX_SOUGHT: usize = 1_000;
    let confirmed = review.confirmation.confirmed();
    if confirmed.is_empty() {
        return Vec::new();
    }
    let exceptions = confirmed.iter().flat_map(|it| it.answer.exceptions(&review.competency.code));
    let named = exceptions.flat_map(|verdict| named_passages(verdict)).take(MAX_SOUGHT);
    let letters = Letters::of(text);
    let mut spans: Vec<Span> = named.filter_map(|passage| letters.find(passage)).collect();
    spans.sort_by_key(|span| span.start);
    spans.dedup_by(|later, earlier| later.start < earlier.end);
    spans
}

/// The words that an exception may quote from the document: the named passage, else the words in quotation marks, else
/// everything up to the first comma.
fn named_passages(verdict: &Verdict) -> Vec<&str> {
    let words = verdict.words.as_deref().unwrap_or_default();
    if let Some(passage) = &verdict.passage {
        return vec![passage];
    }
    let quoted: Vec<&str> = words.split(['"', '“', '”', '„', '«', '»']).skip(1).step_by(2).collect();
    if quoted.is_empty() { words.split([',', ';', ':']).take(1).collect() } else { quoted }
}
