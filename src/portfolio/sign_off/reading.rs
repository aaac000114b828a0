//! What a proof says about the request that it answers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::answer::{Basis, Says, Verdict};
use super::form;
use super::proof::{Content, Detected, Kind, ProofError};
use super::request::Request;
use crate::fingerprint::Fingerprint;
use crate::mail::{Mail, Own, Person};

/// Bytes of an e-mail's own text that are shown; nobody writes more.
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
    /// The least that an answer in own words does not confirm, by code: what lines of the form say in it.
    pub floor: BTreeMap<String, Says>,
    pub message: Option<Message>,
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
pub fn read(detected: &Detected, request: &Request, fingerprint: Fingerprint) -> Result<Reading, ProofError> {
    let text = detected.content.text().unwrap_or_default();
    let is_here = fingerprint.is_in(text);
    if let Some(other) = Fingerprint::find(text).first().filter(|_| !is_here) {
        return Err(ProofError {
            message: format!("it answers the request {other}, not {fingerprint}"),
            help: "`akam sign-off list` shows all requests; record it with the fingerprint that it holds".to_owned(),
        });
    }
    let plain = |kind| Reading {
        kind,
        from: None,
        issuer: None,
        sent: None,
        verdicts: None,
        floor: BTreeMap::new(),
        message: None,
    };
    match &detected.content {
        Content::Picture => Ok(plain(Kind::Scan)),
        Content::SignedPdf(signature) if is_here => {
            let issuer = if signature.self_issued { "itself" } else { &signature.issuer };
            let (from, issuer) = (Some(signature.signer.clone()), Some(issuer.to_owned()));
            Ok(Reading { from, issuer, sent: signature.day, ..plain(Kind::SignedPdf) })
        }
        Content::Pdf(_) | Content::SignedPdf(_) => Ok(plain(Kind::Pdf)),
        Content::Mail(_) if !is_here => Err(ProofError {
            message: format!("the e-mail does not hold the fingerprint {fingerprint}"),
            help: "ask for an answer to the request that you sent: its subject holds the fingerprint".to_owned(),
        }),
        Content::Mail(mail) => Ok(Reading {
            from: mail.senders.first().map(Person::described),
            sent: mail.sent,
            verdicts: verdicts(mail, request, fingerprint),
            floor: floor(mail, request),
            message: Some(message(mail, request)),
            ..plain(Kind::EMail)
        }),
    }
}

/// What the form says, where each form of the message holds nothing else, and they agree. The fingerprint must be the
/// sender's own too, or in the subject: what is quoted may be another request.
fn verdicts(mail: &Mail, request: &Request, fingerprint: Fingerprint) -> Option<Vec<Verdict>> {
    if !is_clear(mail, request) {
        return None;
    }
    let mut forms = mail.own.iter().map(|own| {
        let is_alone = Fingerprint::find(&own.whole).iter().all(|it| *it == fingerprint);
        let is_here = fingerprint.is_in(&own.text) || is_alone && fingerprint.is_in(&mail.subject);
        form::parse(&own.text, &own.signature, request, fingerprint).filter(|_| is_here)
    });
    let first = forms.next()??;
    forms.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Whether what is not the sender's own text is quoted without doubt, and does not say otherwise.
fn is_clear(mail: &Mail, request: &Request) -> bool {
    mail.own.iter().all(|own| {
        let own_lines: BTreeSet<&str> = own.text.lines().collect();
        let mut quoted = own.whole.lines().filter(|line| !own_lines.contains(line));
        own.is_clear && !quoted.any(|line| form::contradicts(line, request))
    })
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

fn message(mail: &Mail, request: &Request) -> Message {
    // Where it is unclear what is quoted, all of it is shown.
    let is_clear = is_clear(mail, request);
    let shown = |own: &Own| match own.signature.trim() {
        _ if !is_clear => own.whole.trim().to_owned(),
        "" => own.text.trim().to_owned(),
        signature => format!("{}\n\n{signature}", own.text.trim()),
    };
    let forms: Vec<String> = mail.own.iter().map(shown).collect();
    let mut own = forms.join("\n\n[the same message as HTML says:]\n\n");
    form::cut(&mut own, MAX_SHOWN_BYTES);
    Message { senders: mail.senders.clone(), via: mail.via.clone(), own, attachments: mail.attachments.clone() }
}
