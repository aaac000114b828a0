//! How mail programs save a message in a file: as it was sent, or wrapped in something of their own.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

use super::mime::text_of;
use crate::source::Refused;

const SAVE: &str = "save the e-mail itself from the mail program, as `.eml` or `.msg`";

/// Bytes at the start of a file in which a header is looked for.
const HEAD: usize = 20_000;

/// Whether a file begins with the header of an e-mail: who wrote it, and when or with which program.
pub fn begins_with_header(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(HEAD)];
    let text = wide(start).map_or(Cow::Borrowed(start), |text| Cow::Owned(text.into_bytes()));
    let head =
        String::from_utf8_lossy(&text[inner(&text)]).to_ascii_lowercase().replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = head.lines().take_while(|line| !line.is_empty()).collect();
    let has = |name: &str| lines.iter().any(|line| line.split(':').next().is_some_and(|it| it.trim_end() == name));
    has("from") && ["date", "received", "message-id", "mime-version", "x-unsent"].iter().any(|name| has(name))
}

/// The message in a file.
pub fn message(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refused> {
    let mut text = Cow::Borrowed(bytes);
    if let Some(wide) = wide(bytes) {
        // The message states another encoding than the one it is saved in, so only ASCII can be trusted.
        if !wide.is_ascii() {
            return Err(Refused::new("the e-mail was saved as UTF-16 by a text editor, which damages it", SAVE));
        }
        text = Cow::Owned(wide.into_bytes());
    }
    let has = |sought: &[u8]| memmem::find(&text, sought).is_some();
    if begins_mailbox(&text) && (has(b"\n\nFrom ") || has(b"\n\r\nFrom ")) {
        return Err(Refused::new(
            "the file is a mailbox with several e-mails",
            "save the one e-mail that is the answer",
        ));
    }
    let range = inner(&text);
    let head = String::from_utf8_lossy(&text[range.start..range.end.min(range.start + HEAD)]).to_ascii_lowercase();
    if head.contains("\nsnapshot-content-location:") || head.replace('"', "").starts_with("from: <saved by") {
        return Err(Refused::new("the file is a saved web page (MHTML), not an e-mail", SAVE));
    }
    if memchr(b'\n', &text).is_none() && memchr(b'\r', &text).is_some() {
        // Line ends of old Macs.
        return Ok(Cow::Owned(text[range].iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect()));
    }
    Ok(match text {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[range]),
        Cow::Owned(bytes) => Cow::Owned(bytes[range].to_vec()),
    })
}

/// Whether a file begins with the `From ` line of a mailbox, which is not the header field `From`.
fn begins_mailbox(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"From ").is_some_and(|rest| !rest.trim_ascii_start().starts_with(b":"))
}

/// The range of the message in a file: without a byte order mark, empty lines, the `From ` line of a mailbox (RFC
/// 4155), or the length line and the property list that Apple Mail writes around it.
fn inner(bytes: &[u8]) -> Range<usize> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let (start, end) = (bytes.len() - text.len(), bytes.len());
    let line = text.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let after = start + line.len();
    let length = std::str::from_utf8(line).ok().and_then(|line| line.trim().parse::<usize>().ok());
    match length {
        Some(length) => after..end.min(after.saturating_add(length)),
        None if begins_mailbox(line) => after..end,
        None => start..end,
    }
}

/// Decodes a file in UTF-16, with a byte order mark or recognised by its Latin letters.
fn wide(bytes: &[u8]) -> Option<String> {
    let charset = match bytes {
        [0xff, 0xfe, ..] => "utf-16le",
        [0xfe, 0xff, ..] => "utf-16be",
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => "utf-16le",
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => "utf-16be",
        _ => return None,
    };
    Some(text_of(bytes, Some(charset)).trim_start_matches('\u{feff}').to_owned())
}
