//! The e-mail that asks for a sign-off. Knowing its text, akam can separate what an answer quotes from what its sender
//! wrote.

use std::collections::BTreeSet;
use std::path::Path;

use super::form::{is_bullet, is_fingerprint, render, unquoted};
use super::people::{People, fold};
use super::request::Request;
use crate::fingerprint::Fingerprint;
use crate::mail::{has_address, has_date, label};
use crate::portfolio::artefact::period;

/// Prefixes that mail programs put before the subject of an answer.
const REPLIES: &str = "re aw antw antwort sv vs res r rif odp ynt vá atb fw fwd wg tr vb rv enc i doorst pd \
    回复 答复 回覆 返信 转发";

/// The subject of the request and of its answer.
pub fn subject(request: &Request, fingerprint: Fingerprint) -> String {
    format!("Please confirm the facts: {}, {fingerprint}", request.candidate.name)
}

/// The text of the e-mail, including the form. `reading_time` is for example `about 20 minutes for 4,500 words`.
pub fn letter(request: &Request, fingerprint: Fingerprint, reading_time: &str) -> String {
    let (say, documents) = match request.competencies.len() {
        1 => ("document says", "the document"),
        _ => ("documents say", "the documents"),
    };
    format!(
        "Hello {},\n\n\
         Please confirm that what my {say} is factually true, as far as you saw the work ({}).\n\
         The attached page shows what I ask, {documents}, and a list of the artefacts.\n\
         Ask me for any artefact that you want to see and did not receive.\n\
         {READING}{reading_time}, not counting the artefacts.\n\n\
         To answer, copy the lines below to the top of your reply. Or open the attached page:\n\
         it has a link to a ready-written reply, and can be printed and signed on paper.\n\n\
         {}\n\
         Thank you\n{}\n",
        request.signatory.name,
        period(&request.observed),
        render(request, fingerprint),
        request.candidate.name,
    )
}

const READING: &str = "Reading takes ";

/// The quoted part of an answer.
#[derive(Default)]
pub struct Quoted<'a> {
    /// Whether akam wrote all of it, apart from message headers.
    pub is_ours: bool,
    /// A line that the sender may have written: about a competency, or between or below akam's lines.
    pub doubt: Option<&'a str>,
}

/// Compares quoted lines with akam's text. The candidate's own words to the signatory are above it.
pub fn quoted<'a>(lines: &[&'a str], request: &Request, fingerprint: Fingerprint) -> Quoted<'a> {
    /// Mail programs break a line in so many.
    const MAX_PIECES: usize = 4;
    let squashed = |line: &str| fold(unquoted(line)).replace([' ', '*', '_'], "");
    let people = People::of_both(request);
    let letter = letter(request, fingerprint, "");
    let ours: BTreeSet<String> = letter.lines().filter(|line| !line.starts_with(READING)).map(squashed).collect();
    let reading = squashed(READING);
    let is_head = |line: &str| {
        label(line).is_some_and(|(_, value)| {
            let is_file = || {
                value.split([';', ',']).all(|name| Path::new(name.trim()).extension().is_some_and(|it| it == "html"))
            };
            has_address(value)
                || has_date(value)
                || people.is_known(&fold(value))
                || is_file()
                || is_ours(value, request, fingerprint)
        })
    };
    let is_time =
        |line: &str| line.starts_with(&reading) && line.ends_with("notcountingtheartefacts.") && line.len() < 80;
    let is_about = |folded: &str| {
        let code = |code: &str| folded.trim_start_matches(is_bullet).strip_prefix(&fold(code)).map(str::to_owned);
        request.codes().into_iter().filter_map(code).any(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let (mut rest, mut is_below, mut quoted) = (lines, false, Quoted { is_ours: true, doubt: None });
    while let [first, ..] = rest {
        let line = unquoted(first);
        let folded = fold(line);
        let joined = |count: usize| rest[..count].iter().map(|line| squashed(line)).collect::<String>();
        let pieces = (1..=MAX_PIECES.min(rest.len())).find(|count| {
            let joined = joined(*count);
            ours.contains(&joined) || is_time(&joined)
        });
        is_below |= pieces.is_some();
        rest = &rest[pieces.unwrap_or(1)..];
        if pieces.is_none() && !is_head(line) && !people.is_candidate(&folded) && !people.is_courtesy(&folded) {
            quoted.is_ours = false;
            quoted.doubt = quoted.doubt.or_else(|| (is_below || is_about(&folded)).then_some(*first));
        }
    }
    quoted
}

/// Whether the sender added words of their own to the request's subject.
pub fn is_rewritten(subject: &str, request: &Request, fingerprint: Fingerprint) -> bool {
    let rest = without_marks(subject);
    let is_marked = rest.len() < subject.trim().len();
    let is_alone = is_fingerprint(&fold(rest), fingerprint);
    fingerprint.is_in(rest) && !is_marked && !is_alone && !is_ours(rest, request, fingerprint)
}

/// Whether a subject is the request's.
pub fn is_ours(subject: &str, request: &Request, fingerprint: Fingerprint) -> bool {
    let squashed = |text: &str| fold(text).replace(' ', "");
    squashed(without_marks(subject)) == squashed(&self::subject(request, fingerprint))
}

/// A subject without the prefixes of mail programs: `Re: AW: [EXTERN]`.
fn without_marks(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let tag = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(_, rest)| rest);
        let reply = rest.split_once([':', '：']).filter(|(mark, _)| {
            let mark = mark.trim_end_matches(|ch: char| ch.is_ascii_digit() || "[]() ".contains(ch)).to_lowercase();
            REPLIES.split_whitespace().any(|reply| reply == mark)
        });
        match tag.or(reply.map(|(_, rest)| rest)) {
            Some(after) => rest = after.trim(),
            None => return rest,
        }
    }
}
