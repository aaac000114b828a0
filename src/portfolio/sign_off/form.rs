//! The reply that a signatory edits: one line for each competency, which people and akam both read.
//!
//! akam claims only what it has read: only a reply in the form's own words is a claim. Words around the lines may
//! reverse their meaning, so only courtesies, known facts about the people, and akam's own text may be around them.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Says, Verdict};
use super::people::{People, fold};
use super::request::{Request, ShownCompetency};
use crate::fingerprint::Fingerprint;
use crate::text::one_line;

/// The lines above the form, each short enough that no mail program breaks it.
const HOW_TO: [&str; 2] = [
    "Please change each line that is not right, then send this e-mail:",
    "\"true except: what, and why\", \"not seen\" or \"not true: what\".",
];

/// The reply, ready to send: everything is true until the signatory changes it.
pub fn render(request: &Request, fingerprint: Fingerprint) -> String {
    let lines = request.codes().into_iter().map(|code| format!("{code}: {}\n", Says::True.name()));
    format!("{}\n\n{}\nFingerprint: {fingerprint}\n", HOW_TO.join("\n"), lines.collect::<String>())
}

/// Parses a reply in the form's own words; the error is the first line that is not the form's. `signature` is the
/// sender's own and may hold only what signatures do.
pub fn parse(text: &str, signature: &str, request: &Request, fingerprint: Fingerprint) -> Result<Vec<Verdict>, String> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    let people = People::of(request);
    // `above` is the previous line, if it may continue in this one.
    let (mut is_first, mut is_signed, mut above) = (true, false, None::<&str>);
    for line in text.lines() {
        let folded = fold(line);
        let continues = above.take().is_some_and(|above| is_wrapped(above, line));
        if folded.is_empty() {
            continue;
        }
        let is_how_to = HOW_TO.iter().any(|line| fold(line) == folded);
        if is_how_to || is_fingerprint(&folded, fingerprint) {
            continue;
        }
        match about(line, request) {
            Some((code, value)) => {
                let verdict = verdict(code, &value).ok_or(line)?;
                above = verdict.words.is_some().then_some(line);
                verdicts.push(verdict);
            }
            None if is_first && people.is_candidate(&folded) || people.is_courtesy(&folded) => {
                is_signed |= folded.contains(&fold(&request.signatory.name));
            }
            None if is_signed && people.is_contact(line) => {}
            None => match verdicts.last_mut().and_then(|verdict| verdict.words.as_mut()) {
                Some(words) if continues => {
                    *words += &format!(" {}", one_line(line));
                    above = Some(line);
                }
                _ => return Err(line.to_owned()),
            },
        }
        is_first = false;
    }
    let is_signature = |line: &&str| people.is_courtesy(&fold(line)) || people.is_contact(line);
    let other = signature.lines().filter(|line| !line.trim().is_empty()).find(|line| !is_signature(line));
    if let Some(other) = other {
        return Err(other.to_owned());
    }
    for verdict in &verdicts {
        let words = verdict.words.as_deref().unwrap_or_default().to_lowercase();
        let mut others = request.codes().into_iter().filter(|code| *code != verdict.competency);
        if others.any(|code| words.contains(&code.to_lowercase())) {
            return Err(words);
        }
    }
    let codes: BTreeSet<&str> = verdicts.iter().map(|verdict| verdict.competency.as_str()).collect();
    let is_whole = !verdicts.is_empty() && codes.len() == verdicts.len();
    is_whole.then_some(verdicts).ok_or_else(|| one_line(text))
}

/// The minimum that a text in own words leaves unconfirmed: the verdicts in form lines inside it.
pub fn floor(text: &str, request: &Request) -> BTreeMap<String, Says> {
    let mut floor = BTreeMap::new();
    for (code, value) in text.lines().filter_map(|line| about(unquoted(line), request)) {
        let folded = fold(&value);
        let says = [Says::NotTrue, Says::NotSeen, Says::Except].into_iter().find(|says| {
            let name = says.name().trim_start_matches("true ");
            folded.contains(name)
        });
        if let Some(says) = says {
            let known = floor.entry(code.to_owned()).or_insert(says);
            *known = says.max(*known);
        }
    }
    floor
}

/// A line without its quotation marks.
pub fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|ch: char| ch == '>' || ch == '|' || ch == '＞' || ch.is_whitespace())
}

/// Whether a mail program may have wrapped here: the next word would have made the line too long, and the sentence
/// continues.
fn is_wrapped(above: &str, line: &str) -> bool {
    const MIN_WRAPPED_CHARACTERS: usize = 60;
    let next = line.split_whitespace().next().unwrap_or_default();
    let goes_on = next.starts_with(|ch: char| ch.is_lowercase() || ch.is_numeric())
        && !above.trim_end().ends_with(['.', '!', '?', ';']);
    goes_on && above.chars().count() + next.chars().count() >= MIN_WRAPPED_CHARACTERS
}

pub fn is_bullet(ch: char) -> bool {
    ch.is_whitespace() || "-–•·*\u{200e}\u{200f}".contains(ch)
}

/// The competency a line is about, and the text after its code or code and title.
fn about<'a>(line: &str, request: &'a Request) -> Option<(&'a str, String)> {
    let line = one_line(line);
    let line = line.trim_start_matches(is_bullet);
    let at = [":", "：", " - ", " – "].iter().filter_map(|mark| Some((line.find(mark)?, mark.len()))).min()?;
    let (name, value) = (&line[..at.0], &line[at.0 + at.1..]);
    let name = fold(name.trim_matches(|ch: char| ch == '*' || ch.is_whitespace()).trim_end_matches('.'));
    let is_named = |shown: &&ShownCompetency| {
        let (code, title) = (fold(&shown.now.code), fold(&shown.now.title));
        name == code || name == format!("{code} {title}")
    };
    let shown = request.competencies.iter().find(is_named)?;
    Some((&shown.now.code, value.trim_matches(|ch: char| ch == '*' || ch == '"' || ch.is_whitespace()).to_owned()))
}

/// The verdict, if it is in the form's words. What is not confirmed may be in any words.
fn verdict(code: &str, value: &str) -> Option<Verdict> {
    let marks = |ch: char| ch.is_whitespace() || ".,;:：-–!".contains(ch);
    if fold(value.trim_end_matches(marks)) == fold(Says::True.name()) {
        return Some(Verdict::plain(code, Says::True));
    }
    let names = [
        ("true except", Says::Except),
        ("true, except", Says::Except),
        ("not seen", Says::NotSeen),
        ("not true", Says::NotTrue),
    ];
    names.into_iter().find_map(|(name, says)| {
        let start = value.get(..name.len()).filter(|start| fold(start) == name)?;
        let rest = &value[start.len()..];
        let words = rest.trim_start_matches(marks);
        let is_said = words.chars().any(char::is_alphanumeric);
        let is_apart = rest.is_empty() || rest.starts_with(marks);
        let is_whole = is_apart && (is_said || says != Says::Except);
        is_whole.then(|| Verdict { words: is_said.then(|| words.to_owned()), ..Verdict::plain(code, says) })
    })
}

/// Whether a line is only the fingerprint, perhaps with its label.
pub fn is_fingerprint(folded: &str, fingerprint: Fingerprint) -> bool {
    let value = folded.strip_prefix("fingerprint").map_or(folded, |rest| rest.trim_start_matches([':', ' ']));
    Fingerprint::parse(value) == Some(fingerprint)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::request::{Asker, FORMAT, Relation, Signatory};
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
                text_form: None,
                document_only: None,
                artefacts: Vec::new(),
            };
            ShownCompetency { now, earlier: None }
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
        let verdicts = parse(text, "", &request(), fingerprint()).ok()?;
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
        let text = "Dear Ms Solberg,\n\n*1.D.1*: True as far as I saw it.\n1.d.3: true except: the margin, because I do not know it\n\n\
            Best regards\nMaria Lind\nSales director | Nordvik AS\nTel: +47 55 12 34 56\nwww.nordvik.example\n\
            Get Outlook for iOS<https://aka.ms/o0ukef>";
        let words = "the margin, because I do not know it";
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
            format!("{form}Maria Lind\nNOT TRUE"),
            format!("{form}Maria Lind\nI DO NOT CONFIRM ANY OF IT"),
            format!("{form}Maria Lind\nAlles Erfunden, Stimmt Nicht"),
            format!("{form}Hi Maria"),
            format!("{form}Thanks\nIngrid Solberg"),
            format!(
                "{form}1.D.3: true except: the margin of four per cent in the second table here\nI do not confirm the rest"
            ),
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
