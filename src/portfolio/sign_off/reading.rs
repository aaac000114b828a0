//! Reads what a proof says about the request that it answers.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::answer::{Basis, Says, Verdict};
use super::form;
use super::letter;
use super::people;
use super::proof::{Detected, ProofContent, ProofKind};
use super::request::Request;
use crate::fingerprint::Fingerprint;
use crate::mail::{Mail, OwnText, Person};
use crate::source::Refused;
use crate::text::one_line;

/// Bytes of an e-mail's own text, at most: all of it is shown on a page, and nobody writes more.
const MAX_SHOWN_BYTES: usize = 20_000;

/// The readable content of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub kind: ProofKind,
    /// The sender of an e-mail, or the holder of the certificate that signed a PDF.
    pub from: Option<String>,
    /// The issuer of that certificate.
    pub issuer: Option<String>,
    /// The day of an e-mail in its sender's time zone, or of a digital signature.
    pub sent: Option<Date>,
    /// The verdicts of an e-mail in the form's own words.
    pub verdicts: Option<Vec<Verdict>>,
    /// The text that keeps it from being in the form's own words.
    pub other: Option<String>,
    /// By code, the minimum that an answer in own words leaves unconfirmed: the verdicts in form lines inside it.
    pub floor: BTreeMap<String, Says>,
    pub message: Option<Message>,
    /// Whether it is a PDF of only text.
    pub is_bare: bool,
}

/// An e-mail as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub senders: Vec<Person>,
    /// The sender's other addresses in the header.
    pub via: Vec<String>,
    /// The sender's own text; of both forms of the message if they differ.
    pub own: String,
    /// File names of the attachments.
    pub attachments: Vec<String>,
}

impl Message {
    /// All addresses of the sender.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.senders.iter().map(|sender| &sender.address).chain(&self.via).map(String::as_str)
    }
}

impl Reading {
    /// A proof of which only the kind is known.
    fn of(kind: ProofKind) -> Self {
        let floor = BTreeMap::new();
        let (from, issuer, sent, verdicts, other, message) = Default::default();
        Reading { kind, from, issuer, sent, verdicts, other, floor, message, is_bare: false }
    }

    /// How the verdicts are known.
    pub fn basis(&self) -> Basis {
        match (&self.verdicts, self.kind) {
            (Some(_), _) => Basis::Form,
            (None, ProofKind::EMail) => Basis::OwnWords,
            (None, _) => Basis::Candidate,
        }
    }
}

/// Reads a proof as the answer to this request; refuses the answer to another one.
pub fn read(detected: &Detected, request: &Request, fingerprint: Fingerprint) -> Result<Reading, Refused> {
    let text = detected.content.text().unwrap_or_default();
    let is_here = match &detected.content {
        ProofContent::Mail(mail) => is_answered(mail, fingerprint),
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
        ProofContent::Picture => Ok(plain(ProofKind::Scan)),
        ProofContent::SignedPdf(signature) if is_here => {
            let issuer = if signature.self_issued { "itself" } else { &signature.issuer };
            let (from, issuer) = (Some(signature.signer.clone()), Some(issuer.to_owned()));
            Ok(Reading { from, issuer, sent: signature.day, ..plain(ProofKind::SignedPdf) })
        }
        ProofContent::Pdf { is_bare, .. } => Ok(Reading { is_bare: *is_bare, ..plain(ProofKind::Pdf) }),
        ProofContent::SignedPdf(_) => Ok(plain(ProofKind::Pdf)),
        ProofContent::Mail(_) if !is_here => Err(Refused::new(
            format!("the e-mail does not hold the fingerprint {fingerprint}"),
            "ask for an answer to the request that you sent: its subject holds the fingerprint",
        )),
        ProofContent::Mail(mail) => read_mail(mail, request, fingerprint),
    }
}

/// Whether an e-mail has the fingerprint in its subject or in the sender's own text, or at least no other fingerprint
/// there.
fn is_answered(mail: &Mail, fingerprint: Fingerprint) -> bool {
    let own = mail.own.iter().flat_map(|own| [&own.text, &own.signature]);
    let seen = mail.own.iter().flat_map(|own| Fingerprint::find(&own.whole));
    let is_alone = || seen.clone().all(|it| it == fingerprint) && seen.clone().next().is_some();
    std::iter::once(&mail.subject).chain(own).any(|text| fingerprint.is_in(text)) || is_alone()
}

fn read_mail(mail: &Mail, request: &Request, fingerprint: Fingerprint) -> Result<Reading, Refused> {
    let is_long =
        |own: &OwnText| own.whole.len() > MAX_SHOWN_BYTES && own.text.len() + own.signature.len() > MAX_SHOWN_BYTES;
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
    // If it quotes more than akam wrote, all of it is shown.
    let shown = |own: &OwnText| match own.signature.trim() {
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
        ..Reading::of(ProofKind::EMail)
    })
}

/// The form's verdicts, if each form of the message holds nothing else and they agree; else the text that is there
/// besides. The fingerprint too must be in the sender's own text or the subject, because quoted text may be another
/// request.
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

/// Why it is doubtful what the sender wrote: another subject, or quoted text that is not akam's.
fn doubt(mail: &Mail, request: &Request, fingerprint: Fingerprint) -> Option<String> {
    if letter::is_rewritten(&mail.subject, request, fingerprint) {
        return Some(mail.subject.clone());
    }
    mail.own.iter().find_map(|own| {
        let other = quoted(own, request, fingerprint).doubt.map(str::to_owned);
        other.or_else(|| (!own.is_clear).then(|| "it is not clear what is quoted".to_owned()))
    })
}

fn quoted<'a>(own: &'a OwnText, request: &Request, fingerprint: Fingerprint) -> letter::Quoted<'a> {
    let lines: Vec<&str> = own.quoted.lines().filter(|line| !line.trim().is_empty()).collect();
    letter::quoted(&lines, request, fingerprint)
}

/// The minimum that an e-mail leaves unconfirmed, by the form lines in it: some people answer between quoted lines.
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
