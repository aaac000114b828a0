//! The reply that a signatory edits: one line for each competency, read by people and by akam alike.
//!
//! akam claims only what it has read: a reply in the form's own words is a claim, everything else is not. What a person
//! writes around the lines may turn their meaning, so nothing may be written around them but courtesies.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Says, Verdict};
use super::request::{Request, Shown, Signatory};
use crate::fingerprint::Fingerprint;
use crate::text::one_line;

/// What is written above the lines. Each is short enough that no mail program breaks it.
const HOW_TO: [&str; 2] = [
    "Please change each line that is not right, then send this e-mail:",
    "\"true except: what, and why\", \"not seen\" or \"not true: what\".",
];

/// Lines that say nothing about the documents, in small letters. Where one is not known, the reply counts as an answer in
/// own words, which claims less.
const COURTESIES: &str = "hi|hello|dear|good morning|good afternoon|good evening|god morgen|guten tag|guten morgen|\
    bonjour|buongiorno|hei|hej|hallo|kjære|kära|liebe|lieber|cher|chère|hola|ciao|best|best regards|\
    best wishes|all the best|br|kind regards|warm regards|regards|sincerely|yours sincerely|cheers|thanks|many thanks|thank you|\
    mit freundlichen grüßen|viele grüße|freundliche grüße|beste grüße|med vennlig hilsen|vennlig hilsen|hilsen|mvh|vh|\
    med vänlig hälsning|vänliga hälsningar|cordialement|bien cordialement|saludos|un saludo|groeten|\
    met vriendelijke groet|cordiali saluti|sent from my iphone|sent from my ipad|sent from my phone|\
    sent from my android phone|sent from my galaxy|\
    sent from my samsung galaxy smartphone|gesendet von outlook für ios|gesendet von outlook für android|sent from outlook for ios|sent from outlook for android|\
    get outlook for ios|get outlook for android|von meinem iphone gesendet|sendt fra min iphone|\
    skickat från min iphone|envoyé de mon iphone|enviado desde mi iphone|inviato da iphone";

/// Bytes of a signatory's words that are kept in the record; all of them are in the proof.
const MAX_WORDS_BYTES: usize = 2000;

/// The reply, ready to be sent: everything is true until the signatory changes it.
pub fn render(request: &Request, fingerprint: Fingerprint) -> String {
    let lines = request.codes().into_iter().map(|code| format!("{code}: {}\n", Says::True.name()));
    format!("{}\n\n{}\nFingerprint: {fingerprint}\n", HOW_TO.join("\n"), lines.collect::<String>())
}

/// What a reply in the form's own words says; `None` where it says anything else as well. `signature` is the sender's own,
/// which may hold what a signature holds.
pub fn parse(text: &str, signature: &str, request: &Request, fingerprint: Fingerprint) -> Option<Vec<Verdict>> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    let courtesies = Courtesies::of(request);
    // The line above, where it may go on in this one; and whether the signatory's name is above.
    let (mut above, mut is_signed) = (None::<&str>, false);
    for line in text.lines() {
        let folded = fold(line);
        let is_how_to = HOW_TO.iter().any(|line| fold(line) == folded);
        let continues = above.take().filter(|above| is_wrapped(above, line));
        if folded.is_empty() || is_how_to || is_fingerprint(&folded, fingerprint) {
            continue;
        }
        if let Some((code, value)) = about(line, request) {
            let verdict = verdict(code, &value)?;
            above = verdict.words.is_some().then_some(line);
            verdicts.push(verdict);
        } else if courtesies.contains(&folded) || is_signed && courtesies.is_contact(line) {
            is_signed |= courtesies.is_name(&folded);
        } else if continues.is_some() {
            let words = verdicts.last_mut()?.words.as_mut()?;
            *words += &format!(" {}", one_line(line));
            above = Some(line);
        } else {
            return None;
        }
    }
    let is_contact = |line: &str| courtesies.contains(&fold(line)) || courtesies.is_contact(line);
    if !signature.lines().filter(|line| !line.trim().is_empty()).all(is_contact) {
        return None;
    }
    for verdict in &mut verdicts {
        let Some(words) = &mut verdict.words else { continue };
        let others = request.codes().into_iter().filter(|code| *code != verdict.competency);
        if others.into_iter().any(|code| words.to_lowercase().contains(&code.to_lowercase())) {
            return None;
        }
        cut(words, MAX_WORDS_BYTES);
    }
    let codes: BTreeSet<&str> = verdicts.iter().map(|verdict| verdict.competency.as_str()).collect();
    (!verdicts.is_empty() && codes.len() == verdicts.len()).then_some(verdicts)
}

/// The least that a text in own words does not confirm: what lines of the form say in it.
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

/// A line without the characters that quote it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|ch: char| ch == '>' || ch == '|' || ch.is_whitespace())
}

/// Whether a quoted line about a competency that is asked about says anything else than what akam wrote.
pub fn contradicts(line: &str, request: &Request) -> bool {
    let line = unquoted(line);
    let folded = fold(line.trim_start_matches(is_bullet));
    let begins = |code: &str| {
        let rest = folded.strip_prefix(&fold(code));
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let is_ours = || {
        about(line, request)
            .is_some_and(|(code, value)| verdict(code, &value).is_some_and(|verdict| verdict.says == Says::True))
    };
    request.codes().into_iter().any(begins) && !is_ours()
}

/// Shortens a text, and says so.
pub fn cut(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        text.truncate(text.floor_char_boundary(max_bytes));
        *text += " […] (shortened: all of it is in the proof)";
    }
}

/// Whether a mail program may have broken a line here: the next word would have made it too long.
fn is_wrapped(above: &str, line: &str) -> bool {
    const SHORTEST: usize = 60;
    let next = line.split_whitespace().next().unwrap_or_default();
    above.chars().count() + next.chars().count() >= SHORTEST
}

fn is_bullet(ch: char) -> bool {
    ch.is_whitespace() || "-–•·*\u{200e}\u{200f}".contains(ch)
}

/// The competency that a line is about, and what is behind its code, or its code and title.
fn about<'a>(line: &str, request: &'a Request) -> Option<(&'a str, String)> {
    let line = one_line(line);
    let line = line.trim_start_matches(is_bullet);
    let at = [":", "：", " - ", " – "].iter().filter_map(|mark| Some((line.find(mark)?, mark.len()))).min()?;
    let (name, value) = (&line[..at.0], &line[at.0 + at.1..]);
    let name = fold(name.trim_matches(|ch: char| ch == '*' || ch.is_whitespace()).trim_end_matches('.'));
    let is_named = |shown: &&Shown| {
        let (code, title) = (fold(&shown.now.code), fold(&shown.now.title));
        name == code || name == format!("{code} {title}")
    };
    let shown = request.competencies.iter().find(is_named)?;
    Some((&shown.now.code, value.trim_matches(|ch: char| ch == '*' || ch == '"' || ch.is_whitespace()).to_owned()))
}

/// What is said of a competency, if it is said in the form's words. What is not confirmed may be told in any words.
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
struct Courtesies<'a> {
    request: &'a Request,
    /// The candidate's name and first name, folded: a greeting holds one of them.
    candidate: Vec<String>,
    /// The signatory's name, its words, role, organisation and address, folded, the longest first.
    signatory: Vec<String>,
}

impl<'a> Courtesies<'a> {
    fn of(request: &'a Request) -> Self {
        let is_long = |text: &String| text.chars().count() >= 3;
        let first = request.candidate.name.split_whitespace().next().map(fold).filter(is_long);
        let Signatory { name, role, organisation, email, .. } = &request.signatory;
        let about = [name, role, organisation].into_iter().chain(email).map(|text| fold(text));
        let words = name.split_whitespace().map(fold);
        let mut signatory: Vec<String> = about.chain(words).filter(is_long).collect();
        signatory.sort_by_key(|text| Reverse(text.len()));
        Courtesies { request, candidate: first.into_iter().chain([fold(&request.candidate.name)]).collect(), signatory }
    }

    /// Whether a line is a greeting, a closing, the signatory's name, or what is known of them.
    fn contains(&self, folded: &str) -> bool {
        // Behind a name, phones write the address of their maker.
        let plain =
            folded.strip_suffix('>').and_then(|line| line.rsplit_once("<http")).map_or(folded, |(name, _)| name);
        let plain = plain.trim_matches(|ch: char| ",.!-–: ".contains(ch));
        let is_courtesy = |text: &str| COURTESIES.split('|').any(|courtesy| courtesy == text.trim_matches([',', ' ']));
        let before_name = self.candidate.iter().filter_map(|name| plain.strip_suffix(name.as_str()));
        let is_greeting = before_name.into_iter().any(|before| before.is_empty() || is_courtesy(before));
        let mut closings =
            COURTESIES.split('|').filter_map(|courtesy| plain.strip_prefix(courtesy)?.strip_prefix([' ', ',']));
        is_courtesy(plain) || is_greeting || self.is_known(plain) || closings.any(|name| self.is_known(name))
    }

    /// Whether a line holds the signatory's name, role, organisation, address or number, and nothing else.
    fn is_known(&self, folded: &str) -> bool {
        let left = self.signatory.iter().fold(folded.to_owned(), |left, text| without_word(&left, text));
        let digits = left.chars().filter(char::is_ascii_digit).count();
        let is_number = |ch: char| ch.is_ascii_digit() || " +()/.,|·–-&".contains(ch);
        left.chars().all(is_number) && (left.len() < folded.len() || digits >= 5) && (digits == 0 || digits >= 5)
    }

    /// Whether it is no more than the signatory's name.
    fn is_name(&self, folded: &str) -> bool {
        let name = fold(&self.request.signatory.name);
        folded.trim_end_matches([',', '.']).ends_with(&name)
    }

    /// Whether a line has the shape of what is in a signature, in any language that has capital letters: names, addresses
    /// and numbers, and no sentence, which has words in small letters.
    fn is_contact(&self, line: &str) -> bool {
        const LONGEST: usize = 100;
        let is_link = |word: &&str| {
            word.contains('@') || word.contains("://") || word.starts_with("www.") || word.contains("<http")
        };
        let mut words = line.split_whitespace().filter(|word| !is_link(word));
        let is_word = |word: &str| {
            let letters = word.chars().filter(|ch| ch.is_alphabetic()).count();
            let first = word.chars().find(|ch| ch.is_alphanumeric());
            let is_known = word.chars().all(|ch| ch.is_alphanumeric() || ",.;:|/·–—-()+&'’\"".contains(ch));
            is_known && (letters <= 2 || first.is_some_and(|ch| ch.is_uppercase() || ch.is_numeric()))
        };
        let names_code = self.request.codes().into_iter().any(|code| fold(line).contains(&fold(code)));
        line.chars().count() <= LONGEST && !names_code && words.all(is_word)
    }
}

/// A text without a word or words, where they are by themselves.
fn without_word(text: &str, word: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let is_apart = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        left += before;
        left += if is_apart { "" } else { word };
        rest = after;
    }
    left + rest
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::request::{Asker, FORMAT, Relation};
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
        let text = "Dear Ingrid,\n\n*1.D.1*: True as far as I saw it.\n1.d.3: true except: the margin of 4 per cent in the second table,\n\
            because I do not know the figure\n\nBest regards\nMaria Lind\nSales director | Nordvik AS\n+47 55 12 34 56\n\
            Get Outlook for iOS<https://aka.ms/o0ukef>";
        let words = "the margin of 4 per cent in the second table, because I do not know the figure";
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
