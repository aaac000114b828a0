//! The reply that a signatory edits: one line for each competency, read by people and by akam alike.
//!
//! akam claims only what it has read: a reply in the form's own words is a claim, everything else is not. What a person
//! writes around the lines may turn their meaning, so nothing may be written around them but courtesies, what is known of
//! the people, and what akam wrote itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Says, Verdict};
use super::request::{Asker, Request, Shown, Signatory};
use crate::fingerprint::Fingerprint;
use crate::mail::{has_address, has_date, label};
use crate::portfolio::artefact::period;
use crate::text::one_line;

/// What is written above the lines. Each is short enough that no mail program breaks it.
const HOW_TO: [&str; 2] = [
    "Please change each line that is not right, then send this e-mail:",
    "\"true except: what, and why\", \"not seen\" or \"not true: what\".",
];

/// Lines that say nothing about the documents, in small letters: first greetings, then closings and what phones write.
/// Where one is not known, the reply counts as an answer in own words, which claims less.
const COURTESIES: &str = include_str!("courtesies.txt");

/// What mail programs put before the subject of an answer.
const REPLIES: &str = "re aw antw antwort sv vs res r rif odp ynt vá atb fw fwd wg tr vb rv enc i doorst pd \
    回复 答复 回覆 返信 转发";

/// The reply, ready to be sent: everything is true until the signatory changes it.
pub fn render(request: &Request, fingerprint: Fingerprint) -> String {
    let lines = request.codes().into_iter().map(|code| format!("{code}: {}\n", Says::True.name()));
    format!("{}\n\n{}\nFingerprint: {fingerprint}\n", HOW_TO.join("\n"), lines.collect::<String>())
}

/// The subject of the request, and of the answer to it.
pub fn subject(request: &Request, fingerprint: Fingerprint) -> String {
    format!("Please confirm the facts: {}, {fingerprint}", request.candidate.name)
}

/// The text of the e-mail with which the request is sent; the form is in it. Reading takes `about 20 minutes for 4,500
/// words`.
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

/// What a reply in the form's own words says; the first line that is none of the form's where it says anything else.
/// `signature` is the sender's own, which may hold what a signature holds.
pub fn parse(text: &str, signature: &str, request: &Request, fingerprint: Fingerprint) -> Result<Vec<Verdict>, String> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    let people = People::of(request);
    // The line above, where it may go on in this one.
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

/// Whether a text has no more in it than courtesies.
pub fn says_nothing(text: &str, request: &Request) -> bool {
    let people = People::of(request);
    text.lines().map(fold).all(|line| line.is_empty() || people.is_candidate(&line) || people.is_courtesy(&line))
}

/// What is quoted in an answer.
#[derive(Default)]
pub struct Quoted<'a> {
    /// Whether akam wrote all of it, but for heads of messages.
    pub is_ours: bool,
    /// A line that may be the sender's: about a competency, or between or below what akam wrote.
    pub doubt: Option<&'a str>,
}

/// Tells what akam wrote from other lines. Above it is what the candidate wrote to the signatory.
pub fn quoted<'a>(lines: &[&'a str], request: &Request, fingerprint: Fingerprint) -> Quoted<'a> {
    /// Mail programs break a line in so many.
    const MOST_PIECES: usize = 4;
    let squashed = |line: &str| fold(unquoted(line)).replace([' ', '*', '_'], "");
    let people = People::of_both(request);
    let letter = letter(request, fingerprint, "");
    let ours: BTreeSet<String> = letter.lines().filter(|line| !line.starts_with(READING)).map(squashed).collect();
    let reading = squashed(READING);
    let is_head = |line: &str| {
        label(line).is_some_and(|(_, value)| {
            let is_file = || value.split([';', ',']).all(|name| name.trim_end().ends_with(".html"));
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
        let pieces = (1..=MOST_PIECES.min(rest.len())).find(|count| {
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

/// Whether a subject is that of the request with other words in it, which are the sender's own.
pub fn is_rewritten(subject: &str, request: &Request, fingerprint: Fingerprint) -> bool {
    let rest = without_marks(subject);
    let is_marked = rest.len() < subject.trim().len();
    let is_alone = is_fingerprint(&fold(rest), fingerprint);
    fingerprint.is_in(rest) && !is_marked && !is_alone && !is_ours(rest, request, fingerprint)
}

/// Whether a subject is that of the request.
pub fn is_ours(subject: &str, request: &Request, fingerprint: Fingerprint) -> bool {
    let squashed = |text: &str| fold(text).replace(' ', "");
    squashed(without_marks(subject)) == squashed(&self::subject(request, fingerprint))
}

/// A subject without what mail programs put in front of it: `Re: AW: [EXTERN]`.
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
    line.trim_start_matches(|ch: char| ch == '>' || ch == '|' || ch == '＞' || ch.is_whitespace())
}

/// Whether a mail program may have broken a line here: the next word would have made it too long, and a sentence goes on.
fn is_wrapped(above: &str, line: &str) -> bool {
    const SHORTEST: usize = 60;
    let next = line.split_whitespace().next().unwrap_or_default();
    let goes_on = next.starts_with(|ch: char| ch.is_lowercase() || ch.is_numeric())
        && !above.trim_end().ends_with(['.', '!', '?', ';']);
    goes_on && above.chars().count() + next.chars().count() >= SHORTEST
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

/// What is known of the people, by which the lines around the form are told from others.
struct People {
    /// The candidate's name, first and last name, folded: a greeting holds one of them.
    candidate: Vec<String>,
    /// What is known of the signatory, folded, the longest first: name, role, organisation, address.
    known: Vec<String>,
}

impl People {
    fn of(request: &Request) -> Self {
        let is_long = |text: &String| text.chars().count() >= 3;
        let own = &request.candidate.name;
        let first_and_last = own.split_whitespace().next().into_iter().chain(own.split_whitespace().last());
        let candidate = std::iter::once(own.as_str()).chain(first_and_last).map(fold).filter(is_long).collect();
        let Signatory { name, role, organisation, email, .. } = &request.signatory;
        let mut people = People { candidate, known: Vec::new() };
        people.know(name, [role, organisation].into_iter(), email.as_deref());
        people
    }

    /// The same of both, for what is quoted.
    fn of_both(request: &Request) -> Self {
        let Asker { name, email, role, employer } = &request.candidate;
        let mut people = Self::of(request);
        people.know(name, role.iter().chain(employer), email.as_deref());
        people
    }

    fn know<'a>(&mut self, name: &'a String, about: impl Iterator<Item = &'a String>, email: Option<&str>) {
        self.known.extend(std::iter::once(name).chain(about).map(|text| fold(text)));
        self.known.extend(name.split_whitespace().map(fold));
        self.known.extend(email.map(fold));
        if let Some((_, host)) = email.and_then(|email| email.split_once('@')) {
            let starts = ["https://www.", "http://www.", "https://", "www.", ""];
            self.known.extend(starts.map(|start| fold(&format!("{start}{host}"))));
        }
        self.known.retain(|text| text.chars().count() >= 3);
        self.known.sort_by_key(|text| Reverse(text.len()));
    }

    /// Whether a line is no more than the candidate's name, as a short greeting.
    fn is_candidate(&self, folded: &str) -> bool {
        let plain = folded.trim_matches(|ch: char| ",.!-–: ".contains(ch));
        self.candidate.iter().any(|name| name == plain)
    }

    /// Whether a line is a greeting of the candidate, a closing, or what is known of the signatory.
    fn is_courtesy(&self, folded: &str) -> bool {
        let (greetings, closings) = COURTESIES.split_once("\n\n").unwrap_or_default();
        // Behind a name, phones write the address of their maker.
        let plain =
            folded.strip_suffix('>').and_then(|line| line.rsplit_once("<http")).map_or(folded, |(name, _)| name);
        let plain = plain.trim_matches(|ch: char| ",.!-–: ".contains(ch));
        let is_one_of = |list: &str, text: &str| list.lines().any(|line| line == text.trim_matches([',', ' ']));
        let mut before = self.candidate.iter().filter_map(|name| plain.strip_suffix(name.as_str()));
        let mut behind = closings.lines().filter_map(|line| plain.strip_prefix(line)?.strip_prefix([' ', ',']));
        let is_courtesy = |text: &str| is_one_of(greetings, text) || is_one_of(closings, text);
        is_courtesy(plain) || before.any(is_courtesy) || self.is_known(plain) || behind.any(|name| self.is_known(name))
    }

    /// Whether a line of a signature tells more of what is known, or holds a number, beside a few names written as names
    /// are: `Nordvik AS, Bergen`.
    fn is_contact(&self, line: &str) -> bool {
        const MOST_NAMES: usize = 4;
        let (mut has_known, mut names) = (line.chars().filter(char::is_ascii_digit).count() >= 4, 0);
        for word in
            line.split([' ', ',', ';', '|', '/', '·', '(', ')']).map(|word| word.trim_matches(['.', ':', '–', '-']))
        {
            let folded = fold(word);
            if self.known.iter().any(|known| known.split(' ').any(|known| known == folded)) {
                has_known |= folded.chars().count() >= 3;
            } else if word.chars().any(char::is_alphabetic) {
                names += 1;
                let mut letters = word.chars();
                let is_name = letters.next().is_some_and(char::is_uppercase) && letters.clone().any(char::is_lowercase);
                if !is_name || !letters.all(|ch| ch.is_lowercase() || ch == '-') {
                    return false;
                }
            }
        }
        has_known && names <= MOST_NAMES
    }

    /// Whether a line holds the signatory's name, role, organisation, address or number, and nothing else.
    fn is_known(&self, folded: &str) -> bool {
        /// What is before a number or an address.
        const LABELS: [&str; 16] = [
            "telephone",
            "phone",
            "tel",
            "mobile",
            "mobil",
            "mob",
            "direct",
            "fax",
            "e-mail",
            "email",
            "mailto",
            "t",
            "m",
            "p",
            "e",
            "w",
        ];
        let known = self.known.iter().map(String::as_str).chain(LABELS);
        let left = known.fold(folded.to_owned(), |left, text| without_word(&left, text));
        let digits = left.chars().filter(char::is_ascii_digit).count();
        let is_number = |ch: char| ch.is_ascii_digit() || " +()/.,:|·–-&<>".contains(ch);
        left.chars().all(is_number) && (left.len() < folded.len() || digits >= 5) && (digits == 0 || digits >= 5)
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
