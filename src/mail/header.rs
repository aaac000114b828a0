//! The header of a message or part: its fields, each read once, with no duplicate hiding behind another.

use std::collections::BTreeSet;

use jiff::civil::Date;
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, Address, ContentType, HeaderValue};

use super::Person;
use super::own_text::has_address;
use crate::limits::MAX_MAIL_HEADER_BYTES;
use crate::source::{Refused, is_hidden};

/// Longest field that is decoded, in bytes; the decoder's time grows with its square.
const MAX_DECODED_FIELD_BYTES: usize = 50_000;

/// Fields that may occur only once (RFC 5322, 3.6; RFC 2045, 3). Of duplicates, programs show one or the other.
const ONCE: [&str; 7] = ["from", "sender", "date", "subject", "reply-to", "content-type", "content-transfer-encoding"];

/// Fields beside `From` and `Sender` with an address of the sender or of somebody who forwarded it; some are in no
/// standard.
const VIA: [&str; 13] = [
    "reply-to",
    "resent-from",
    "resent-sender",
    "resent-reply-to",
    "return-path",
    "envelope-from",
    "x-envelope-from",
    "x-sender",
    "x-original-from",
    "x-original-sender",
    "x-google-original-from",
    "x-authenticated-sender",
    "x-authenticated-user",
];

const ASK_AGAIN: &str = "ask for the answer again, written in an ordinary mail program, and save it as it arrives";

/// The fields of a header: lower-case names, raw values including folded lines.
#[derive(Debug, Default)]
pub struct HeaderField {
    fields: Vec<(String, Vec<u8>)>,
}

/// The media type of a part and its parameters (RFC 2045, 5).
pub struct PartKind {
    /// In lower case, for example `text/plain`.
    pub media: String,
    pub charset: Option<String>,
    pub boundary: Option<String>,
    /// The part's file name (RFC 2183, 2.3).
    pub name: Option<String>,
    pub is_attachment: bool,
    pub is_flowed: bool,
    /// In flowed text, the space before a soft line break belongs to the break (RFC 3676, 4.2).
    pub deletes_space: bool,
    /// The part that is shown (RFC 2387, 3.2).
    pub start: Option<String>,
    pub report: Option<String>,
    pub method: Option<String>,
}

impl PartKind {
    /// Whether the file's name has this ending, ignoring case.
    pub fn has_ending(&self, ending: &str) -> bool {
        self.name.as_ref().is_some_and(|name| name.trim_end().to_ascii_lowercase().ends_with(ending))
    }
}

impl HeaderField {
    /// Splits a message or part at its first empty line.
    pub fn split(bytes: &[u8]) -> Result<(HeaderField, &[u8]), Refused> {
        let (mut at, mut fields) = (0, Vec::<(String, Vec<u8>)>::new());
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            at += line.len();
            let shown = line.trim_ascii_end();
            if shown.is_empty() {
                break;
            }
            if at > MAX_MAIL_HEADER_BYTES {
                let message = format!(
                    "the e-mail has a header of more than {MAX_MAIL_HEADER_BYTES} bytes, which no mail program writes"
                );
                return Err(Refused::new(message, ASK_AGAIN));
            }
            if let (true, Some((_, value))) = (line.starts_with(b" ") || line.starts_with(b"\t"), fields.last_mut()) {
                value.extend_from_slice(line);
            } else if let Some(colon) = line.iter().position(|byte| *byte == b':') {
                let name = String::from_utf8_lossy(line[..colon].trim_ascii()).to_ascii_lowercase();
                fields.push((name, line[colon + 1..].to_vec()));
            }
        }
        // The decoders expect every field to end with a line break.
        if let Some((_, value)) = fields.last_mut().filter(|(_, value)| !value.ends_with(b"\n")) {
            value.push(b'\n');
        }
        Ok((HeaderField { fields }, &bytes[at.min(bytes.len())..]))
    }

    /// A header with only this media type and file name.
    pub fn named(media: &str, name: &str) -> HeaderField {
        let media = if media.is_empty() { "application/octet-stream" } else { media };
        let name = name.replace(['"', '\\', '\r', '\n'], "_");
        HeaderField { fields: vec![("content-type".to_owned(), format!(" {media}; name=\"{name}\"\n").into_bytes())] }
    }

    /// Refuses a header that programs read in different ways.
    pub fn check(&self) -> Result<(), Refused> {
        let hidden = |value: &[u8]| value.contains(&0) || value.trim_ascii_end().contains(&b'\r') && !folds(value);
        if let Some((name, _)) = self.fields.iter().find(|(name, value)| hidden(value) || name.contains(['\0', '\r'])) {
            let shown: String = name.chars().filter(char::is_ascii_graphic).take(40).collect();
            return Err(Refused::new(
                format!("the e-mail's field `{shown}` holds characters that hide part of it"),
                ASK_AGAIN,
            ));
        }
        let mut seen = BTreeSet::new();
        let mut names = self.fields.iter().map(|(name, _)| name.as_str());
        match names.find(|name| ONCE.contains(name) && !seen.insert(*name)) {
            Some(name) => {
                let message =
                    format!("the e-mail has more than one `{name}` line, and mail programs show different ones");
                Err(Refused::new(message, ASK_AGAIN))
            }
            None => Ok(()),
        }
    }

    /// Field names and decoded values, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, String)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), decoded(value)))
    }

    /// The decoded value of the first field of this name, or an empty text.
    pub fn text(&self, name: &str) -> String {
        self.raw(name).map(decoded).unwrap_or_default()
    }

    /// The day it was sent, in the sender's time zone (RFC 5322, 3.3).
    pub fn day(&self) -> Option<Date> {
        const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let value = self.text("date").to_ascii_lowercase();
        let words: Vec<&str> = value.split([' ', ',', '\t']).filter(|word| !word.is_empty()).collect();
        let (at, month) = words
            .iter()
            .enumerate()
            .find_map(|(at, word)| Some((at, MONTHS.iter().position(|month| month == word)?)))?;
        let day = words.get(at.checked_sub(1)?)?.parse().ok()?;
        let year = words.get(at + 1).filter(|year| year.len() == 4)?.parse().ok()?;
        Date::new(year, i8::try_from(month + 1).ok()?, day).ok()
    }

    /// The people in `From`, then in `Sender`, each once.
    pub fn senders(&self) -> Result<Vec<Person>, Refused> {
        let mut senders = Vec::<Person>::new();
        for field in ["from", "sender"] {
            for person in self.people(field)? {
                if !senders.iter().any(|other| other.address.eq_ignore_ascii_case(&person.address)) {
                    senders.push(person);
                }
            }
        }
        Ok(senders)
    }

    /// The addresses in all other fields that name a sender.
    pub fn via(&self) -> Result<Vec<String>, Refused> {
        let mut via = Vec::new();
        for (name, value) in self.fields.iter().filter(|(name, _)| VIA.contains(&name.as_str())) {
            for address in addresses(&decoded(value)) {
                check_hidden(name, &address)?;
                via.extend(envelope(&address).filter(|address| is_address(address)));
            }
        }
        Ok(via)
    }

    /// The people of an address field (RFC 5322, 3.4).
    fn people(&self, field: &str) -> Result<Vec<Person>, Refused> {
        const MAX_SENDERS: usize = 20;
        let Some(value) = self.raw(field) else { return Ok(Vec::new()) };
        let refused = |what: &str| Err(Refused::new(format!("the e-mail's `{field}` line {what}"), ASK_AGAIN));
        if value.len() > MAX_DECODED_FIELD_BYTES {
            return refused("is longer than any that a mail program writes");
        }
        let people: Vec<Addr<'_>> = match MessageStream::new(value).parse_address() {
            HeaderValue::Address(Address::List(people)) => people,
            HeaderValue::Address(Address::Group(_)) => return refused("names a group, not a person"),
            _ => return Ok(Vec::new()),
        };
        if people.len() > MAX_SENDERS {
            return refused("names more people than one message has");
        }
        let mut read = Vec::new();
        for person in people {
            let address = person.address().unwrap_or_default().trim().to_owned();
            let name = person.name().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            check_hidden(field, &address)?;
            if !is_address(&address) {
                return refused("holds no e-mail address that can be read");
            }
            read.push(Person { name, address });
        }
        Ok(read)
    }

    pub fn kind(&self) -> PartKind {
        let disposition = self.parameters("content-disposition");
        let content = self.parameters("content-type");
        let of = |parameters: &Option<ContentType<'_>>, name: &str| {
            Some(parameters.as_ref()?.attribute(name)?.trim().to_owned())
        };
        let media = content.as_ref().map_or("text/plain".to_owned(), |content| {
            format!("{}/{}", content.ctype().trim(), content.subtype().unwrap_or("plain").trim()).to_ascii_lowercase()
        });
        let says = |name: &str, word: &str| of(&content, name).is_some_and(|value| value.eq_ignore_ascii_case(word));
        PartKind {
            media,
            charset: of(&content, "charset"),
            boundary: of(&content, "boundary").filter(|boundary| !boundary.is_empty()),
            name: of(&disposition, "filename").or_else(|| of(&content, "name")),
            is_attachment: disposition.as_ref().is_some_and(ContentType::is_attachment),
            is_flowed: says("format", "flowed"),
            deletes_space: says("delsp", "yes"),
            start: of(&content, "start").filter(|start| !start.is_empty()),
            report: of(&content, "report-type"),
            method: of(&content, "method"),
        }
    }

    fn parameters(&self, field: &str) -> Option<ContentType<'_>> {
        let value = self.raw(field).filter(|value| value.len() < MAX_DECODED_FIELD_BYTES)?;
        MessageStream::new(value).parse_content_type().into_content_type()
    }

    fn raw(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_slice())
    }
}

/// Refuses a sender whose display name looks like another address, because many programs show only the name.
pub fn check_name(sender: &Person) -> Result<(), Refused> {
    let name = sender.name.as_deref().unwrap_or_default().to_lowercase();
    if has_address(&name) && !name.contains(&sender.address.to_lowercase()) {
        let message =
            format!("the e-mail comes from `{}` and shows another address as the sender's name", sender.address);
        return Err(Refused::new(message, ASK_AGAIN));
    }
    Ok(())
}

/// Refuses an address with invisible characters, because it looks like another address.
pub fn check_hidden(field: &str, address: &str) -> Result<(), Refused> {
    if address.contains(is_invisible) {
        let message = format!("the e-mail's `{field}` line holds an e-mail address with invisible characters");
        return Err(Refused::new(message, ASK_AGAIN));
    }
    Ok(())
}

/// Whether a character is invisible (Unicode, `Default_Ignorable_Code_Point`).
fn is_invisible(ch: char) -> bool {
    is_hidden(ch)
        || matches!(ch, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0080}'..='\u{e0fff}')
}

/// Everything in a text that looks like an address.
pub fn addresses(text: &str) -> impl Iterator<Item = String> {
    let plain = text.replace('"', "");
    let words: Vec<String> = plain
        .split(|ch: char| ch.is_whitespace() || "<>(),;:".contains(ch))
        .filter(|word| word.contains('@'))
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

/// The original address inside one that a mail server rewrote: signed (BATV) or forwarded (SRS). None for Gmail's
/// forwarding address, whose user is not the sender.
fn envelope(address: &str) -> Option<String> {
    let (local, host) = address.split_once('@')?;
    let parts: Vec<&str> = local.split('=').collect();
    match parts[..] {
        _ if local.contains("+caf_=") => None,
        [kind, .., host, local] if kind.to_ascii_lowercase().starts_with("srs") => Some(format!("{local}@{host}")),
        [kind, .., local] if ["prvs", "btv1"].contains(&kind.to_ascii_lowercase().as_str()) => {
            Some(format!("{local}@{host}"))
        }
        _ => Some(address.to_owned()),
    }
}

/// Whether every carriage return in a field is part of a line break.
fn folds(value: &[u8]) -> bool {
    value.windows(2).all(|pair| pair[0] != b'\r' || pair[1] == b'\n')
}

/// A field's text, with encoded words decoded (RFC 2047).
fn decoded(value: &[u8]) -> String {
    if value.len() > MAX_DECODED_FIELD_BYTES {
        return String::from_utf8_lossy(value).into_owned();
    }
    MessageStream::new(value).parse_unstructured().into_text().unwrap_or_default().into_owned()
}

/// Whether a text has the shape of one address.
pub fn is_address(text: &str) -> bool {
    let at_host = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    at_host
        && text.matches('@').count() == 1
        && !text.contains(|it: char| it.is_whitespace() || is_invisible(it) || "<>(),;:\"".contains(it))
}
