//! A message saved by Outlook: properties in the streams of a compound file (MS-OXMSG; property ids in MS-OXPROPS).

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use cfb::CompoundFile;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::header::{self, HeaderField, is_address};
use super::mime::{Body, MAX_OWN_TEXT_BYTES, MailParts, PartPath, text_of};
use super::{Envelope, Mail, Person, automatic, finish, rtf, sealed, too_much};
use crate::source::Refused;

/// Deepest nesting of messages.
const MAX_DEPTH: usize = 5;

/// Bytes that are read of all streams, at most.
const MAX_READ_BYTES: u64 = 40_000_000;

/// Most files and messages in a message.
const MAX_ATTACHMENTS: usize = 500;

const PROPERTIES: &str = "__properties_version1.0";

const SAVE: &str = "save the e-mail again from Outlook, or print it to PDF";

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Whether a file is a compound file (MS-CFB, 2.2); old Office documents are too.
pub fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Whether a file is a message saved by Outlook.
pub fn is_message(bytes: &[u8]) -> bool {
    is_compound(bytes) && CompoundFile::open(Cursor::new(bytes)).is_ok_and(|file| file.is_stream(PROPERTIES))
}

/// A message or attachment in the file.
struct Object<'f, 'a> {
    file: &'f mut File<'a>,
    /// The storage that holds its streams.
    folder: String,
    /// Numeric properties, by tag.
    numbers: BTreeMap<u32, u64>,
    /// Bytes that may still be read.
    left: u64,
}

impl<'f, 'a> Object<'f, 'a> {
    /// Opens an object; its properties begin after a header of `skipped` bytes (MS-OXMSG, 2.4).
    fn open(file: &'f mut File<'a>, folder: &str, skipped: usize, left: u64) -> Self {
        let mut object = Object { file, folder: folder.to_owned(), numbers: BTreeMap::new(), left };
        let properties = object.stream(PROPERTIES).unwrap_or_default();
        for entry in properties.get(skipped..).unwrap_or_default().chunks_exact(16) {
            let (tag, value) = (&entry[..4], &entry[8..]);
            let tag = u32::from_le_bytes(tag.try_into().expect("a tag has four bytes"));
            object.numbers.insert(tag, u64::from_le_bytes(value.try_into().expect("a value has eight bytes")));
        }
        object
    }

    fn stream(&mut self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let stream = self.file.open_stream(format!("{}/{name}", self.folder)).ok()?;
        stream.take(self.left).read_to_end(&mut bytes).ok()?;
        self.left -= bytes.len() as u64;
        Some(bytes)
    }

    /// The size of a stream.
    fn size(&self, tag: &str) -> u64 {
        self.file.entry(format!("{}/__substg1.0_{tag}", self.folder)).map_or(0, |entry| entry.len())
    }

    fn binary(&mut self, id: u16) -> Option<Vec<u8>> {
        self.stream(&format!("__substg1.0_{id:04X}0102"))
    }

    /// A text property, in Unicode or in the message's code page.
    fn text(&mut self, id: u16) -> Option<String> {
        let wide = self.stream(&format!("__substg1.0_{id:04X}001F")).map(|bytes| text_of(&bytes, Some("utf-16le")));
        let text = wide.or_else(|| {
            let page = self.number(0x3ffd).unwrap_or(1252);
            self.stream(&format!("__substg1.0_{id:04X}001E")).map(|bytes| text_of(&bytes, Some(&charset(page))))
        });
        text.map(|text| text.trim_end_matches('\0').to_owned())
    }

    /// A 32-bit property (`PtypInteger32`).
    fn number(&self, id: u16) -> Option<u32> {
        let value = *self.numbers.get(&(u32::from(id) << 16 | 0x0003))?;
        u32::try_from(value & 0xffff_ffff).ok()
    }

    /// The UTC day of a time property (`PtypTime`: units of 100 ns since 1601).
    fn day(&self, id: u16) -> Option<jiff::civil::Date> {
        const SECONDS_TO_1970: i64 = 11_644_473_600;
        let seconds = i64::try_from(self.numbers.get(&(u32::from(id) << 16 | 0x0040))? / 10_000_000).ok()?;
        Some(Timestamp::from_second(seconds - SECONDS_TO_1970).ok()?.to_zoned(TimeZone::UTC).date())
    }

    /// A person from the properties for name, address type, address and SMTP address.
    fn person(&mut self, [name, kind, address, smtp]: [u16; 4]) -> Result<Option<Person>, Refused> {
        let name = self.text(name).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let is_exchange = self.text(kind).is_some_and(|kind| kind.eq_ignore_ascii_case("EX"));
        let plain = self.text(address).filter(|_| !is_exchange);
        let address = self.text(smtp).or(plain).map(|address| address.trim().to_owned());
        address.iter().try_for_each(|address| header::check_hidden("from", address))?;
        Ok(address.filter(|address| is_address(address)).map(|address| Person { name, address }))
    }

    /// Names of the storages in it that begin with `start`.
    fn folders(&self, start: &str) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(format!("{}/", self.folder)) else { return Vec::new() };
        let names = entries.filter(cfb::Entry::is_storage).map(|entry| entry.name().to_owned());
        names.filter(|name| name.starts_with(start)).take(MAX_ATTACHMENTS + 1).collect()
    }
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Result<Mail, Refused> {
    let damaged = || Refused::new("the file is no Outlook message, or is damaged", SAVE);
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| damaged())?;
    if !file.is_stream(PROPERTIES) {
        return Err(damaged());
    }
    let mut message = Object::open(&mut file, "", 32, MAX_READ_BYTES);
    let class = message.text(0x001a).unwrap_or_default();
    automatic::class(&class)?;
    if message.number(0x0e07).is_some_and(|flags| flags & 0x8 != 0) {
        return Err(automatic::draft());
    }
    // The internet header, if the message was sent over the internet.
    let transport = message.text(0x007d).unwrap_or_default();
    let (header, _) = HeaderField::split(transport.trim_start().as_bytes())?;
    header.check()?;
    automatic::refuse(&header)?;
    let mut senders = header.senders()?;
    // The author, then the person who sent it for them.
    for properties in [[0x0042, 0x0064, 0x0065, 0x5d02], [0x0c1a, 0x0c1e, 0x0c1f, 0x5d01]] {
        let person = message.person(properties)?;
        let is_new = |new: &Person| !senders.iter().any(|known| known.address.eq_ignore_ascii_case(&new.address));
        senders.extend(person.filter(is_new));
    }
    if senders.is_empty() {
        return Err(Refused::new("the Outlook message does not hold the sender's e-mail address", "print it to PDF"));
    }
    let sent = header.day().or(message.day(0x0039)).or(message.day(0x0e06));
    let subject = message.text(0x0037).unwrap_or_default();
    let mut parts = MailParts::default();
    let people: Vec<String> = senders
        .iter()
        .map(|sender| format!("{} {}", sender.name.as_deref().unwrap_or_default(), sender.address))
        .collect();
    [&subject].into_iter().chain(&people).for_each(|text| parts.add_text(text));
    header.fields().for_each(|(_, value)| parts.add_text(&value));
    bodies(&mut message, &mut parts)?;
    let is_smime = class.to_ascii_lowercase().starts_with("ipm.note.smime");
    attached(&mut message, &mut parts, is_smime, 0)?;
    let mut via = header.via()?;
    // Reply addresses (`PidTagReplyRecipientNames`).
    via.extend(header::addresses(&message.text(0x0050).unwrap_or_default()));
    finish(Envelope { senders, via, sent, subject }, parts)
}

/// Reads the bodies: plain text and HTML, else rich text.
fn bodies(message: &mut Object<'_, '_>, parts: &mut MailParts) -> Result<(), Refused> {
    let narrow = ["1000001E", "10130102", "1013001E", "10090102"].map(|tag| message.size(tag));
    let wide = ["1000001F", "1013001F"].map(|tag| message.size(tag) / 2);
    if narrow.iter().chain(&wide).sum::<u64>() > MAX_OWN_TEXT_BYTES as u64 {
        return Err(too_much(&format!("has a text of more than {MAX_OWN_TEXT_BYTES} bytes")));
    }
    let plain = message.text(0x1000).filter(|text| !text.trim().is_empty());
    let page = message.number(0x3fde).unwrap_or(65001);
    let html =
        message.binary(0x1013).map(|bytes| text_of(&bytes, Some(&charset(page)))).or_else(|| message.text(0x1013));
    let html = html.filter(|html| !html.trim().is_empty());
    // Without an HTML property, the HTML is inside the rich text.
    let rich = if html.is_none() { message.binary(0x1009) } else { None };
    let rich = match rich.map(|bytes| rtf::read(&bytes)) {
        Some(None) if plain.is_none() => {
            return Err(Refused::new("the text of the Outlook message is damaged", SAVE));
        }
        // Plain text inside it adds nothing to the plain text property.
        rich => rich.flatten().filter(|rich| plain.is_none() || matches!(rich, Body::Html(_))),
    };
    for body in
        plain.map(|text| Body::Plain(sealed::without_armour(&text))).into_iter().chain(html.map(Body::Html)).chain(rich)
    {
        match &body {
            Body::Plain(_) => parts.as_plain.push(parts.bodies.len()),
            Body::Html(_) => parts.as_html.push(parts.bodies.len()),
        }
        parts.bodies.push(body);
    }
    match (parts.as_plain.is_empty(), parts.as_html.is_empty()) {
        (true, false) => parts.as_plain.clone_from(&parts.as_html),
        (false, true) => parts.as_html.clone_from(&parts.as_plain),
        _ => {}
    }
    Ok(())
}

/// Reads the attachments of a message.
fn attached(message: &mut Object<'_, '_>, parts: &mut MailParts, is_smime: bool, depth: usize) -> Result<(), Refused> {
    let folders = message.folders("__attach_version1.0_");
    if depth > MAX_DEPTH || folders.len() > MAX_ATTACHMENTS {
        return Err(too_much(&format!(
            "holds more than {MAX_ATTACHMENTS} attachments, or messages more than {MAX_DEPTH} deep"
        )));
    }
    for folder in folders {
        let folder = format!("{}/{folder}", message.folder);
        let mut object = Object::open(message.file, &folder, 8, message.left);
        let name = [0x3707, 0x3704, 0x3001].into_iter().find_map(|id| object.text(id)).unwrap_or_default();
        let media = object.text(0x370e).unwrap_or_default().to_ascii_lowercase();
        let bytes = object.binary(0x3701).unwrap_or_default();
        message.left = object.left;
        if message.left == 0 {
            return Err(too_much(&format!("holds more than {MAX_READ_BYTES} bytes in its attachments")));
        }
        parts.add_text(&name);
        let inner = format!("{folder}/__substg1.0_3701000D");
        if message.file.is_storage(&inner) {
            parts.has_message |= depth == 0;
            embedded(message, &inner, parts, depth + 1)?;
        } else if is_smime || media.starts_with("text/") || media == "message/rfc822" {
            part(&name, &media, &bytes, is_smime, parts)?;
        }
        if depth == 0 && !is_smime {
            let named = HeaderField::named(&media, &name).kind();
            parts.sealed = parts.sealed.take().or_else(|| sealed::kind(&named));
            parts.has_message |= named.has_ending(".eml") || named.has_ending(".msg");
            parts.attachments.push(name);
        }
    }
    Ok(())
}

/// Reads an attached message for its text.
fn embedded(outer: &mut Object<'_, '_>, folder: &str, parts: &mut MailParts, depth: usize) -> Result<(), Refused> {
    let mut message = Object::open(outer.file, folder, 24, outer.left);
    for id in [0x0037, 0x0042, 0x0065, 0x5d02, 0x0c1a, 0x0c1f, 0x5d01, 0x0e04, 0x0e03, 0x007d] {
        let text = message.text(id).unwrap_or_default();
        parts.add_text(&text);
    }
    let mut inner = MailParts::default();
    bodies(&mut message, &mut inner)?;
    for form in [inner.as_plain.clone(), inner.as_html.clone()] {
        inner.lines(&form)?.iter().for_each(|line| parts.add_text(&line.text));
    }
    parts.add_text(&inner.text);
    attached(&mut message, parts, false, depth)?;
    outer.left = message.left;
    Ok(())
}

/// Reads an attachment that is a text, a message, or the whole of a signed message (MS-OXOSMIME, 2.1.3).
fn part(name: &str, media: &str, bytes: &[u8], is_smime: bool, parts: &mut MailParts) -> Result<(), Refused> {
    let begins_with_header = bytes.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
    if is_smime && begins_with_header {
        return parts.read(bytes, PartPath::default());
    }
    let media = if is_smime { "application/pkcs7-mime" } else { media };
    let place = if is_smime { PartPath::default() } else { PartPath::attached() };
    parts.part(&HeaderField::named(media, name), bytes, place)
}

/// The name of a code page (MS-UCODEREF, 2.2.1).
fn charset(page: u32) -> String {
    match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        65001 | 20127 => "utf-8".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28605 => format!("iso-8859-{}", page - 28590),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        54936 => "gb18030".to_owned(),
        _ => format!("windows-{page}"),
    }
}
