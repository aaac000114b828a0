//! A saved e-mail: who sent it, what they wrote themselves, and what they quote.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use mail_parser::decoders::html::html_to_text;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::fingerprint::Fingerprint;

/// What an e-mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Name and address of the first sender, as it says itself.
    pub from: String,
    /// The first sender's name, where it is given.
    pub name: Option<String>,
    /// The addresses of all senders.
    pub addresses: Vec<String>,
    /// In UTC.
    pub sent: Option<Date>,
    /// What the sender wrote, without what is quoted.
    pub own: String,
    /// What the sender wrote in each form of the message, in one.
    written: String,
    /// All of it, with subject, names and whatever text is attached.
    pub text: String,
}

/// Where in an e-mail a fingerprint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The sender wrote it.
    Written,
    /// Only what the sender quotes or attaches holds it.
    Quoted,
}

impl Mail {
    /// Whether a fingerprint stands in it, and whether only in what it quotes.
    pub fn holds(&self, fingerprint: Fingerprint) -> Option<Held> {
        if fingerprint.is_in(&self.written) {
            return Some(Held::Written);
        }
        fingerprint.is_in(&self.text).then_some(Held::Quoted)
    }

    /// Whether one of the senders has this address, with or without a `+tag` in it.
    pub fn is_from(&self, address: &str) -> bool {
        let plain = |address: &str| {
            let lower = address.trim().to_lowercase();
            let (local, host) = lower.split_once('@').map_or((lower.as_str(), ""), |(local, host)| (local, host));
            format!("{}@{host}", local.split('+').next().unwrap_or(local))
        };
        self.addresses.iter().any(|sender| plain(sender) == plain(address))
    }
}

/// Bytes of text in an e-mail, at most, with texts and messages that are attached; pictures and documents do not count. Of a
/// text of a few signs, as the addresses of many senders, fifty times its size is made.
pub const MOST_TEXT: usize = 1_000_000;

/// Why a file cannot be read as an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMail {
    NoSender,
    /// It holds more than [`MOST_TEXT`].
    TooMuch,
}

/// Reads an e-mail.
pub fn read(bytes: &[u8]) -> Result<Mail, NoMail> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if text_to_be(start).is_none_or(|bytes| bytes > MOST_TEXT) {
        return Err(NoMail::TooMuch);
    }
    let message = MessageParser::default().parse(start).ok_or(NoMail::NoSender)?;
    if message.parts.iter().map(text_in).sum::<usize>() > MOST_TEXT {
        return Err(NoMail::TooMuch);
    }
    of_message(&message).ok_or(NoMail::NoSender)
}

/// Bytes of which text may be made: of all lines but those of a part that says that it is something else than text and
/// messages, and up to the next line that may begin a part (RFC 2046, 5.1.1). `None` where messages lie in it in great
/// number, or encoded, which they must not (RFC 2046, 5.2.1): in what is decoded, no end of them could be seen.
fn text_to_be(bytes: &[u8]) -> Option<usize> {
    const MOST_MESSAGES: usize = 50;
    const ENCODED: [&str; 2] = ["base64", "quoted-printable"];
    const TEXTS: [&str; 3] = ["text/", "message/", "multipart/"];
    let (mut count, mut is_header, mut is_other) = (0, true, false);
    // Of the part's header: whether its lines tell a type just now, have told one, and have told one of text.
    let (mut tells, mut is_told, mut is_text) = (false, false, false);
    let (mut is_message, mut is_encoded, mut messages) = (false, false, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"--") {
            (is_header, is_other, tells, is_told, is_text) = (true, false, false, false, false);
            (is_message, is_encoded) = (false, false);
        } else if is_header && line.trim_ascii().is_empty() {
            messages += usize::from(is_message);
            if messages > MOST_MESSAGES || is_message && is_encoded {
                return None;
            }
            // A message begins with a header of its own.
            (is_header, is_other) = (is_message, is_told && !is_text);
            (tells, is_told, is_text, is_message, is_encoded) = (false, false, false, false, false);
        } else if is_header {
            let lower = String::from_utf8_lossy(&line[..line.len().min(200)]).to_ascii_lowercase();
            let is_continued = line.starts_with(b" ") || line.starts_with(b"\t");
            tells = if is_continued { tells } else { lower.starts_with("content-type") };
            is_told |= tells && lower.contains('/');
            is_text |= tells && TEXTS.iter().any(|kind| lower.contains(kind));
            is_message |= tells && TEXTS[1..].iter().any(|kind| lower.contains(kind));
            // Whatever line says it: where one says it wrongly, nothing is lost but a proof that nobody sends.
            is_encoded |= ENCODED.iter().any(|coding| lower.contains(coding));
        }
        if !is_other {
            count += line.len();
        }
    }
    Some(count)
}

/// Bytes of the text that a part is, or of all text in the message that it is.
fn text_in(part: &MessagePart<'_>) -> usize {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.len(),
        PartType::Message(inner) => inner.parts.iter().map(text_in).sum(),
        _ => 0,
    }
}

fn of_message(message: &Message<'_>) -> Option<Mail> {
    let senders: Vec<_> = message.from().map(Address::iter)?.collect();
    let addresses: Vec<String> = senders.iter().filter_map(|sender| Some(sender.address()?.to_owned())).collect();
    let address = addresses.first()?.clone();
    let name = senders[0].name().map(str::to_owned);
    let from = name.as_ref().map_or_else(|| address.clone(), |name| format!("{name} <{address}>"));
    let moment = message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    let sent = moment.map(|moment| moment.to_zoned(TimeZone::UTC).date());
    let forms = written(message);
    let own = forms.iter().find(|form| !form.is_empty()).cloned().unwrap_or_default();
    let mut text = String::new();
    all_text(message, &mut text, 0);
    Some(Mail { from, name, addresses, sent, own, written: forms.join("\n"), text })
}

/// What the sender wrote: of the plain form, and of the one in HTML.
fn written(message: &Message<'_>) -> Vec<String> {
    let text = message.text_bodies().filter_map(|part| match &part.body {
        PartType::Text(text) => Some(without_quotes(text)),
        _ => None,
    });
    let html = message.html_bodies().filter_map(|part| match &part.body {
        PartType::Html(html) => Some(without_quotes(&html_to_text(&without_quotations(html)))),
        _ => None,
    });
    text.chain(html).collect()
}

/// All that can be read in a message and in those attached to it.
fn all_text(message: &Message<'_>, text: &mut String, depth: usize) {
    const DEEPEST: usize = 5;
    for header in message.headers() {
        match &header.value {
            HeaderValue::Text(value) => *text += &format!("{value}\n"),
            HeaderValue::Address(address) => {
                for person in address.iter() {
                    *text +=
                        &format!("{} {}\n", person.name().unwrap_or_default(), person.address().unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    for part in &message.parts {
        *text += &format!("{}\n", part.attachment_name().unwrap_or_default());
        match &part.body {
            PartType::Text(body) => *text += &format!("{body}\n"),
            PartType::Html(body) => *text += &format!("{}\n", html_to_text(body)),
            PartType::Message(inner) if depth < DEEPEST => all_text(inner, text, depth + 1),
            _ => {}
        }
    }
}

/// A text without the lines that it quotes, and without what follows where a mail program put the message that is
/// answered.
fn without_quotes(text: &str) -> String {
    const WROTE: [&str; 10] = [
        "wrote:",
        "schrieb:",
        "skrev:",
        "écrit :",
        "écrit:",
        "escribió:",
        "ha scritto:",
        "schreef:",
        "napisał:",
        "kirjoitti:",
    ];
    const SENDER: [&str; 9] = ["From", "Von", "Fra", "Från", "De", "Da", "Van", "Od", "Lähettäjä"];
    let is_quoted = |line: &&str| {
        let line = line.trim();
        line.starts_with(['>', '|']) || WROTE.iter().any(|end| line.ends_with(end))
    };
    let begins_original = |line: &&str| {
        let line = line.trim();
        let rule = line.starts_with("-----") && line.trim_matches('-').trim().chars().any(char::is_alphabetic);
        let header =
            line.split_once(':').is_some_and(|(name, rest)| SENDER.contains(&name.trim()) && !rest.trim().is_empty());
        rule || header || line.starts_with("________________")
    };
    let own: Vec<&str> =
        text.lines().take_while(|line| !begins_original(line)).filter(|line| !is_quoted(line)).collect();
    own.join("\n").trim().to_owned()
}

/// HTML without what stands in block quotations, and without what follows where Outlook puts the message that is
/// answered.
fn without_quotations(html: &str) -> String {
    const ORIGINAL: [&str; 2] = ["id=\"divrplyfwdmsg\"", "id=\"appendonsend\""];
    let lower = html.to_ascii_lowercase();
    let end = ORIGINAL.iter().filter_map(|mark| lower.find(mark)).min().unwrap_or(html.len());
    let (mut own, mut depth, mut at) = (String::new(), 0_usize, 0);
    while at < end {
        let next = lower[at..end].find('<').map_or(end, |found| at + found);
        if depth == 0 {
            own.push_str(&html[at..next]);
        }
        if next == end {
            break;
        }
        let close = lower[next..end].find('>').map_or(end, |found| next + found + 1);
        if lower[next..].starts_with("<blockquote") {
            depth += 1;
        } else if lower[next..].starts_with("</blockquote") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            own.push_str(&html[next..close]);
        }
        at = close;
    }
    own
}
