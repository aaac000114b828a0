//! Reads a saved e-mail: who sent it and when, what they wrote themselves, and what they only quote.
//!
//! Refuses, with the reason, a message that no person wrote as an answer or that cannot be read without a secret.

mod automatic;
mod file;
mod flowed;
mod header;
mod html;
mod html_tokens;
mod mime;
mod msg;
mod own_text;
mod rtf;
mod sealed;
mod style;
#[cfg(test)]
mod tests;

use header::HeaderField;
use jiff::civil::Date;
use mime::{MailParts, PartPath};

use crate::source::Refused;

pub use header::is_address;
pub use own_text::{OwnText, has_address, has_date, label};

/// The content of an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Everybody in `From`, then `Sender`; at least one.
    pub senders: Vec<Person>,
    /// All other addresses of the sender in the header: reply, error and forwarding addresses.
    pub via: Vec<String>,
    /// The day it was sent, in the sender's time zone.
    pub sent: Option<Date>,
    pub subject: String,
    /// What the sender wrote: one text, or two if the plain text and the HTML differ.
    pub own: Vec<OwnText>,
    /// File names of the attachments; empty for one without a name.
    pub attachments: Vec<String>,
    /// Everything readable, including quoted, hidden and attached text, for searching.
    pub text: String,
}

/// A sender named by the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: Option<String>,
    pub address: String,
}

impl Person {
    /// `Maria Lind <maria.lind@nordvik.example>`, or the address alone.
    pub fn described(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} <{}>", self.address),
            None => self.address.clone(),
        }
    }
}

/// Whether a file's content is an e-mail: it begins with a header, or is a message saved by Outlook.
pub fn looks_like_mail(bytes: &[u8]) -> bool {
    msg::is_message(bytes) || file::begins_with_header(bytes)
}

pub fn read(bytes: &[u8]) -> Result<Mail, Refused> {
    if msg::is_compound(bytes) {
        return msg::read(bytes);
    }
    let bytes = file::message(bytes)?;
    let (header, body) = HeaderField::split(&bytes)?;
    header.check()?;
    automatic::refuse(&header)?;
    let senders = header.senders()?;
    if senders.is_empty() {
        return Err(Refused::new("the file does not say who sent it", "save the e-mail itself, as `.eml` or `.msg`"));
    }
    let mut parts = MailParts::default();
    for (_, value) in header.fields() {
        parts.add_text(&value);
    }
    parts.part(&header, body, PartPath::default())?;
    let (subject, sent, via) = (header.text("subject"), header.day(), header.via()?);
    finish(Envelope { senders, via, sent, subject }, parts)
}

/// The sender, date and subject from the header.
struct Envelope {
    senders: Vec<Person>,
    via: Vec<String>,
    sent: Option<Date>,
    subject: String,
}

/// Separates the sender's own text from what the parts hold.
fn finish(Envelope { senders, via, sent, subject }: Envelope, mut parts: MailParts) -> Result<Mail, Refused> {
    automatic::refuse_senders(&senders)?;
    automatic::refuse_subject(&subject)?;
    senders.iter().try_for_each(header::check_name)?;
    if let Some(sealed) = parts.sealed {
        return Err(sealed);
    }
    let (as_plain, as_html) = (std::mem::take(&mut parts.as_plain), std::mem::take(&mut parts.as_html));
    let mut own = vec![own_text::split(parts.lines(&as_html)?)];
    if as_plain != as_html {
        own.insert(0, own_text::split(parts.lines(&as_plain)?));
    }
    for form in &mut own {
        form.is_clear &= !parts.is_unclear;
        sealed::check_text(&form.whole)?;
        parts.add_text(&form.whole);
    }
    let own = own_text::differing(own);
    if own.is_empty() {
        return Err(parts.wrapped.unwrap_or_else(|| nothing_written(parts.has_message)));
    }
    Ok(Mail { senders, via, sent, subject, own, attachments: parts.attachments, text: parts.text })
}

fn nothing_written(has_message: bool) -> Refused {
    if has_message {
        let help = "open the attached e-mail and save that one";
        return Refused::new("the e-mail only carries another e-mail as an attachment", help);
    }
    let help = "ask for an answer with the sender's own words above what is quoted";
    Refused::new("the sender wrote nothing in this e-mail: all of it is quoted, a signature or attached", help)
}

fn too_much(what: &str) -> Refused {
    let help = "save the answer alone, without what is attached to it, or print it to PDF";
    Refused::new(format!("the e-mail {what}, more than akam reads"), help)
}
