//! What a proof says about the request that it answers.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::answer::{Basis, Says, Verdict};
use super::form;
use super::letter;
use super::people;
use super::proof::{Content, Detected, Kind};
use super::request::Request;
use crate::fingerprint::Fingerprint;
use crate::mail::{Mail, Own, Person};
use crate::source::Refused;
use crate::text::one_line;

/// Bytes of an e-mail's own text, at most: all of it is shown on a page, and nobody writes more.
const MAX_SHOWN_BYTES: usize = 20_000;

/// A proof as far as akam can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub kind: Kind,
    /// Who sent an e-mail, or whose certificate signed a PDF.
    pub from: Option<String>,
    /// Who issued that certificate.
    pub issuer: Option<String>,
    /// The day of an e-mail in its sender's own time zone, or of a digital signature.
    pub sent: Option<Date>,
    /// What an e-mail in the form's own words says of each competency.
    pub verdicts: Option<Vec<Verdict>>,
    /// What it says besides, by which it is none in the form's own words.
    pub other: Option<String>,
    /// The least that an answer in own words does not confirm, by code: what lines of the form say in it.
    pub floor: BTreeMap<String, Says>,
    pub message: Option<Message>,
    /// Whether it is a PDF of nothing but text.
    pub is_bare: bool,
}

/// What an e-mail says, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub senders: Vec<Person>,
    /// All other addresses of the sender that its header gives.
    pub via: Vec<String>,
    /// The sender's own text; of each form of the message where they differ.
    pub own: String,
    /// Names of what is attached.
    pub attachments: Vec<String>,
}

impl Message {
    /// All addresses of the sender.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.senders.iter().map(|sender| &sender.address).chain(&self.via).map(String::as_str)
    }
}

impl Reading {
    /// One of which no more is known than what the file is.
    fn of(kind: Kind) -> Self {
        let floor = BTreeMap::new();
        let (from, issuer, sent, verdicts, other, message) = Default::default();
        Reading { kind, from, issuer, sent, verdicts, other, floor, message, is_bare: false }
    }

    /// How the verdicts are known.
    pub fn basis(&self) -> Basis {
        match (&self.verdicts, self.kind) {
            (Some(_), _) => Basis::Form,
            (None, Kind::EMail) => Basis::OwnWords,
            (None, _) => Basis::Candidate,
        }
    }
}

/// Reads a proof as one of this request; refuses one of another.
pub fn read(detected: &Detected, request: &Request, fingerprint: Fingerprint) -> Result<Reading, Refused> {
    let text = detected.content.text().unwrap_or_default();
    let is_here = match &detected.content {
        Content::Mail(mail) => is_answered(mail, fingerprint),
        _ => fingerprint.is_in(text),
    };
    if let Some(other) = Fingerprint::find(text).first().filter(|other| !is_here && **other != fingerprint) {
        return Err(Refused::new(
            format!("it answers the request {other}, not {fingerprint}"),
            "`akam sign-off list` shows all requests; record it with the fingerprint that it holds",
        ));
    }
    let plain = Reading::of;
    match &detected.content {
        Content::Picture => Ok(plain(Kind::Scan)),
        Content::SignedPdf(signature) if is_here => {
            let issuer = if signature.self_issued { "itself" } else { &signature.issuer };
            let (from, issuer) = (Some(signature.signer.clone()), Some(issuer.to_owned()));
            Ok(Reading { from, issuer, sent: signature.day, ..plain(Kind::SignedPdf) })
        }
        Content::Pdf { is_bare, .. } => Ok(Reading { is_bare: *is_bare, ..plain(Kind::Pdf) }),
        Content::SignedPdf(_) => Ok(plain(Kind::Pdf)),
        Content::Mail(_) if !is_here => Err(Refused::new(
            format!("the e-mail does not hold the fingerprint {fingerprint}"),
            "ask for an answer to the request that you sent: its subject holds the fingerprint",
        )),
        Content::Mail(mail) => read_mail(mail, request, fingerprint),
    }
}

/// Whether an e-mail holds the fingerprint in its subject or in the sender's own text; or no other one where it can be seen.
fn is_answered(mail: &Mail, fingerprint: Fingerprint) -> bool {
    let own = mail.own.iter().flat_map(|own| [&own.text, &own.signature]);
    let seen = mail.own.iter().flat_map(|own| Fingerprint::find(&own.whole));
    let is_alone = || seen.clone().all(|it| it == fingerprint) && seen.clone().next().is_some();
    std::iter::once(&mail.subject).chain(own).any(|text| fingerprint.is_in(text)) || is_alone()
}

fn read_mail(mail: &Mail, request: &Request, fingerprint: Fingerprint) -> Result<Reading, Refused> {
    let is_long =
        |own: &Own| own.whole.len() > MAX_SHOWN_BYTES && own.text.len() + own.signature.len() > MAX_SHOWN_BYTES;
    if mail.own.iter().any(is_long) {
        return Err(Refused::new(
            format!("the sender's own text is longer than {MAX_SHOWN_BYTES} bytes, more than a page can show"),
            "ask for the lines of the form alone, or print the e-mail to PDF",
        ));
    }
    if mail
        .own
        .iter()
        .all(|own| people::says_nothing(&own.text, request) && people::says_nothing(&own.signature, request))
    {
        return Err(Refused::new(
            "the sender wrote nothing in this e-mail but a greeting or a signature",
            "ask for an answer with the sender's own words above what is quoted",
        ));
    }
    let (verdicts, other) = match verdicts(mail, request, fingerprint) {
        Ok(verdicts) => (Some(verdicts), None),
        Err(other) => (None, Some(other)),
    };
    // Where more is quoted than akam wrote, all of it is shown.
    let shown = |own: &Own| match own.signature.trim() {
        _ if !own.is_clear || !quoted(own, request, fingerprint).is_ours => own.whole.trim().to_owned(),
        "" => own.text.trim().to_owned(),
        signature => format!("{}\n\n{signature}", own.text.trim()),
    };
    let forms: Vec<String> = mail.own.iter().map(shown).collect();
    let mut own = forms.join("\n\n[the same message as HTML says:]\n\n");
    if !mail.subject.trim().is_empty() && !letter::is_ours(&mail.subject, request, fingerprint) {
        own = format!("[subject:] {}\n\n{own}", one_line(&mail.subject));
    }
    Ok(Reading {
        from: mail.senders.first().map(Person::described),
        sent: mail.sent,
        verdicts,
        other,
        floor: floor(mail, request),
        message: Some(Message {
            senders: mail.senders.clone(),
            via: mail.via.clone(),
            own,
            attachments: mail.attachments.clone(),
        }),
        ..Reading::of(Kind::EMail)
    })
}

/// What the form says, where each form of the message holds nothing else, and they agree; else what it holds besides. The
/// fingerprint must be the sender's own too, or in the subject: what is quoted may be another request.
fn verdicts(mail: &Mail, request: &Request, fingerprint: Fingerprint) -> Result<Vec<Verdict>, String> {
    if let Some(doubt) = doubt(mail, request, fingerprint) {
        return Err(doubt);
    }
    let mut all: Vec<Vec<Verdict>> = Vec::new();
    for own in &mail.own {
        all.push(form::parse(&own.text, &own.signature, request, fingerprint)?);
        let is_alone = Fingerprint::find(&own.whole).iter().all(|it| *it == fingerprint);
        if !(fingerprint.is_in(&own.text) || is_alone && fingerprint.is_in(&mail.subject)) {
            return Err("the fingerprint is missing".to_owned());
        }
    }
    let first = all.first().cloned().unwrap_or_default();
    all.iter().all(|other| *other == first).then_some(first).ok_or_else(|| "its two forms differ".to_owned())
}

/// What makes it doubtful what the sender wrote: another subject, or a text that akam did not write where something is
/// quoted.
fn doubt(mail: &Mail, request: &Request, fingerprint: Fingerprint) -> Option<String> {
    if letter::is_rewritten(&mail.subject, request, fingerprint) {
        return Some(mail.subject.clone());
    }
    mail.own.iter().find_map(|own| {
        let other = quoted(own, request, fingerprint).doubt.map(str::to_owned);
        other.or_else(|| (!own.is_clear).then(|| "it is not clear what is quoted".to_owned()))
    })
}

fn quoted<'a>(own: &'a Own, request: &Request, fingerprint: Fingerprint) -> letter::Quoted<'a> {
    let lines: Vec<&str> = own.quoted.lines().filter(|line| !line.trim().is_empty()).collect();
    letter::quoted(&lines, request, fingerprint)
}

/// The least that an e-mail does not confirm, by the lines of the form in it: some people answer between what they quote.
fn floor(mail: &Mail, request: &Request) -> BTreeMap<String, Says> {
    let texts = mail.own.iter().map(|own| form::floor(&own.whole, request));
    texts.fold(BTreeMap::new(), |mut floor, other| {
        for (code, says) in other {
            let known = floor.entry(code).or_insert(says);
            *known = says.max(*known);
        }
        floor
    })
}
