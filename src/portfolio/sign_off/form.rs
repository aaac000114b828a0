//! The reply that a signatory edits: one line for each competency, read by people and by akam alike.
//!
//! akam claims only what it has read: a reply in the form's own words is a claim, everything else is not. What a person
//! writes around the lines may turn their meaning, so nothing may be written around them but courtesies.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::answer::{Says, Verdict};
use super::request::{Request, Signatory};
use crate::fingerprint::Fingerprint;
use crate::text::one_line;

/// What is written above the lines. Each is short enough that no mail program breaks it.
const HOW_TO: [&str; 2] = [
    "Please change each line that is not right, then send this e-mail:",
    "\"true except: what, and why\", \"not seen\" or \"not true: what\".",
];

/// Lines that say nothing about the documents, in small letters. Where one is not known, the reply counts as an answer in
/// own words, which claims less.
const COURTESIES: &str = "hi|hello|dear|hei|hej|hallo|kjære|kära|liebe|lieber|cher|chère|hola|ciao|best|best regards|\
    best wishes|kind regards|warm regards|regards|sincerely|yours sincerely|cheers|thanks|many thanks|thank you|\
    mit freundlichen grüßen|viele grüße|freundliche grüße|beste grüße|med vennlig hilsen|vennlig hilsen|mvh|\
    med vänlig hälsning|vänliga hälsningar|cordialement|bien cordialement|saludos|un saludo|groeten|\
    met vriendelijke groet|cordiali saluti|sent from my iphone|sent from my ipad|sent from my phone|\
    sent from my android phone|sent from my galaxy|sent from outlook for ios|sent from outlook for android|\
    get outlook for ios|get outlook for android|von meinem iphone gesendet|sendt fra min iphone|\
    skickat från min iphone|envoyé de mon iphone|enviado desde mi iphone|inviato da iphone";

/// Bytes of a signatory's words that are kept in the record; all of them are in the proof.
const MAX_WORDS_BYTES: usize = 2000;

/// The reply, ready to be sent: everything is true until the signatory changes it.
pub fn render(request: &Request, fingerprint: Fingerprint) -> String {
    let lines = request.codes().into_iter().map(|code| format!("{code}: {}\n", Says::True.name()));
    format!("{}\n\n{}\nFingerprint: {fingerprint}\n", HOW_TO.join("\n"), lines.collect::<String>())
}

/// What a reply in the form's own words says; `None` where it says anything else as well. Lines that equal one of
/// `signature`, the sender's own signature, are no part of it.
pub fn parse(text: &str, signature: &str, request: &Request, fingerprint: Fingerprint) -> Option<Vec<Verdict>> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    let courtesies = Courtesies::of(request, signature);
    let mut continues = false;
    for line in text.lines() {
        let folded = fold(line);
        let is_how_to = HOW_TO.iter().any(|line| fold(line) == folded);
        if folded.is_empty() || is_how_to || is_fingerprint(&folded, fingerprint) {
            continues = false;
        } else if let Some((code, value)) = about(line, request) {
            let verdict = verdict(code, &value)?;
            continues = verdict.words.is_some();
            verdicts.push(verdict);
        } else if continues {
            // A mail program broke a long line.
            let words = verdicts.last_mut()?.words.as_mut()?;
            *words += &format!(" {}", one_line(line));
        } else if !courtesies.contains(&folded) {
            return None;
        }
    }
    for words in verdicts.iter_mut().filter_map(|verdict| verdict.words.as_mut()) {
        words.truncate(words.floor_char_boundary(MAX_WORDS_BYTES));
    }
    let codes: BTreeSet<&str> = verdicts.iter().map(|verdict| verdict.competency.as_str()).collect();
    (!verdicts.is_empty() && codes.len() == verdicts.len()).then_some(verdicts)
}

/// The competency that a line is about, and what stands behind its code.
fn about<'a>(line: &str, request: &'a Request) -> Option<(&'a str, String)> {
    let line = one_line(line);
    let (code, value) = line.split_once([':', '：'])?;
    let code = fold(code.trim_matches(|ch: char| ch == '*' || ch.is_whitespace()));
    let code = request.codes().into_iter().find(|known| fold(known) == code)?;
    Some((code, value.trim().to_owned()))
}

/// What is said of a competency, if it is said in the form's words.
fn verdict(code: &str, value: &str) -> Option<Verdict> {
    let plain = |says| Verdict::plain(code, says);
    let folded = fold(value.trim_end_matches('.'));
    if let Some(says) = [Says::True, Says::NotSeen, Says::NotTrue].into_iter().find(|says| folded == fold(says.name()))
    {
        return Some(plain(says));
    }
    [Says::Except, Says::NotTrue].into_iter().find_map(|says| {
        let start = value.get(..says.name().len()).filter(|start| fold(start) == fold(says.name()))?;
        let words = value[start.len()..].trim_start().strip_prefix([':', '：', ','])?.trim();
        words.chars().any(char::is_alphanumeric).then(|| Verdict { words: Some(words.to_owned()), ..plain(says) })
    })
}

/// Whether a line holds the fingerprint and nothing else but its name.
fn is_fingerprint(folded: &str, fingerprint: Fingerprint) -> bool {
    let value = folded.strip_prefix("fingerprint").map_or(folded, |rest| rest.trim_start_matches([':', ' ']));
    Fingerprint::parse(value) == Some(fingerprint)
}

/// A line as it is compared: small letters, plain quotation marks, single spaces.
fn fold(line: &str) -> String {
    let plain = line.chars().map(|ch| match ch {
        '“' | '”' | '„' | '«' | '»' => '"',
        '‘' | '’' => '\'',
        ch => ch,
    });
    one_line(&plain.collect::<String>()).to_lowercase()
}

/// The lines around the form that say nothing.
struct Courtesies {
    /// Whole lines of the sender's signature, folded.
    signature: BTreeSet<String>,
    /// The candidate's name and its words, folded: a greeting holds one of them.
    candidate: Vec<String>,
    /// The signatory's name, its words, role, organisation and address, folded, the longest first.
    signatory: Vec<String>,
}

impl Courtesies {
    fn of(request: &Request, signature: &str) -> Self {
        let Signatory { name, role, organisation, email, .. } = &request.signatory;
        let names = |name: &str| name.split_whitespace().map(fold).chain([fold(name)]).collect::<Vec<_>>();
        let about = [role, organisation].into_iter().chain(email).map(|text| fold(text));
        let mut signatory: Vec<String> = names(name).into_iter().chain(about).filter(|text| !text.is_empty()).collect();
        signatory.sort_by_key(|text| Reverse(text.len()));
        let signature = signature.lines().map(fold).collect();
        Courtesies { signature, candidate: names(&request.candidate.name), signatory }
    }

    fn contains(&self, folded: &str) -> bool {
        // Behind a name, phones write the address of their maker.
        let plain = folded.split("<http").next().unwrap_or(folded);
        let plain = plain.trim_matches(|ch: char| !ch.is_alphanumeric() && ch != '+');
        let is_courtesy = |text: &str| COURTESIES.split('|').any(|courtesy| courtesy == text);
        let before_name = self.candidate.iter().filter_map(|name| plain.strip_suffix(name.as_str()));
        let is_greeting = before_name.map(str::trim).any(|before| before.is_empty() || is_courtesy(before));
        let left = self.signatory.iter().fold(plain.to_owned(), |left, text| left.replace(text.as_str(), " "));
        let is_letter = |ch: char| ch.is_alphabetic();
        is_courtesy(plain) || is_greeting || !left.contains(is_letter) || self.signature.contains(folded)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::request::{Asker, FORMAT, Relation, Shown};
    use super::*;
    use crate::digest::Digest;
    use crate::portfolio::snapshot::Snapshot;

    fn request() -> Request {
        let shown = |code: &str| {
            let digest = Digest::of(code.as_bytes());
            let now = Snapshot {
                code: code.to_owned(),
                title: String::new(),
                criteria: digest,
                document: String::new(),
                document_digest: None,
                text_digest: digest,
                document_only: None,
                artefacts: Vec::new(),
            };
            Shown { now, earlier: None }
        };
        Request {
            format: FORMAT,
            asked: date(2026, 11, 22),
            scheme: String::new(),
            statement: String::new(),
            observed: "2026".to_owned(),
            candidate: Asker { name: "Ingrid Solberg".to_owned(), email: None, role: None, employer: None },
            signatory: Signatory {
                name: "Maria Lind".to_owned(),
                email: Some("maria.lind@nordvik.example".to_owned()),
                role: "Sales director".to_owned(),
                organisation: "Nordvik AS".to_owned(),
                relation: Relation::LineManager,
            },
            competencies: vec![shown("1.D.1"), shown("1.D.3")],
        }
    }

    fn fingerprint() -> Fingerprint {
        Fingerprint::of(&Digest::of(b"request"))
    }

    fn read(text: &str) -> Option<Vec<(String, Says, String)>> {
        let verdicts = parse(text, "", &request(), fingerprint())?;
        Some(verdicts.into_iter().map(|it| (it.competency, it.says, it.words.unwrap_or_default())).collect())
    }

    fn said(code: &str, says: Says, words: &str) -> (String, Says, String) {
        (code.to_owned(), says, words.to_owned())
    }

    #[test]
    fn the_reply_is_read_as_it_is_written() {
        let both = [said("1.D.1", Says::True, ""), said("1.D.3", Says::True, "")];
        assert_eq!(read(&render(&request(), fingerprint())), Some(both.to_vec()));
    }

    #[test]
    fn a_line_may_be_changed_in_the_form_s_words_and_with_courtesies_around_it() {
        let text = "Dear Ingrid,\n\n*1.D.1*: True as far as I saw it.\n1.d.3: true except: the margin of 4 per cent,\n\
            because I do not know the figure\n\nBest regards\nMaria Lind\nSales director | Nordvik AS\n+47 55 12 34 56\n\
            Get Outlook for iOS<https://aka.ms/o0ukef>";
        let words = "the margin of 4 per cent, because I do not know the figure";
        assert_eq!(read(text), Some(vec![said("1.D.1", Says::True, ""), said("1.D.3", Says::Except, words)]));
        let text = "1.D.1: not seen\n1.D.3: not true: we lost the account";
        let words = "we lost the account";
        assert_eq!(read(text), Some(vec![said("1.D.1", Says::NotSeen, ""), said("1.D.3", Says::NotTrue, words)]));
    }

    #[test]
    fn everything_else_is_an_answer_in_own_words() {
        let form = "1.D.1: true as far as I saw it\n";
        for text in [
            "I confirm all of it.".to_owned(),
            format!("I do NOT confirm this.\n{form}"),
            format!("{form}but only the first half"),
            format!("{form}1.D.1: not seen"),
            format!("{form}2.D.1: true as far as I saw it"),
            format!("{form}No, Ingrid"),
            format!("{form}Best regards, but I disagree"),
            "1.D.1: true as far as I saw it, mostly".to_owned(),
            "1.D.1: yes".to_owned(),
            "1.D.1: true except: …".to_owned(),
            format!("{form}Fingerprint: 0000-0000-0000-0000-0"),
            format!("Fingerprint: {}", fingerprint()),
            String::new(),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}
