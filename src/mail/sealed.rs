//! Messages signed or encrypted as a whole: signed content is read, encrypted content is refused by name.

use super::header::PartKind;
use crate::source::Refused;

const DECRYPT: &str = "open it in your mail program and save the answer without encryption, or print it to PDF";

const OUTLOOK: &str = "open it in Outlook and print it to PDF, or ask for the answer again, as an ordinary e-mail";

/// Why a message with a part of this kind cannot be read, whatever else it holds.
pub fn kind(kind: &PartKind) -> Option<Refused> {
    match kind.media.as_str() {
        // RFC 3156, 4; RFC 1847, 2.2.
        "multipart/encrypted" | "application/pgp-encrypted" => Some(sealed("encrypted with PGP", DECRYPT)),
        "application/x-microsoft-rpmsg-message" => Some(sealed("protected by Microsoft (`message.rpmsg`)", OUTLOOK)),
        _ if kind.has_ending(".rpmsg") => Some(sealed("protected by Microsoft (`message.rpmsg`)", OUTLOOK)),
        _ => None,
    }
}

/// Why a message without text but with a part of this kind cannot be read (MS-OXTNEF, 2.1.1).
pub fn wrapped(kind: &PartKind) -> Option<Refused> {
    let is_wrapped = ["application/ms-tnef", "application/vnd.ms-tnef"].contains(&kind.media.as_str());
    (is_wrapped || kind.has_ending("winmail.dat"))
        .then(|| sealed("wrapped by Outlook in a `winmail.dat` file", OUTLOOK))
}

/// Whether a part is S/MIME: signed, encrypted or both (RFC 8551, 3.2).
pub fn is_smime(kind: &PartKind) -> bool {
    let is_mime = ["application/pkcs7-mime", "application/x-pkcs7-mime"].contains(&kind.media.as_str());
    is_mime || kind.media == "application/octet-stream" && kind.has_ending("smime.p7m")
}

/// Why an S/MIME part cannot be read unless it is only signed.
pub fn smime() -> Refused {
    sealed("encrypted or packed with S/MIME (`smime.p7m`)", DECRYPT)
}

fn sealed(how: &str, help: &str) -> Refused {
    Refused::new(format!("the e-mail is {how}, so akam cannot read it"), help)
}

/// Refuses a text with an encrypted PGP block.
pub fn check_text(text: &str) -> Result<(), Refused> {
    let is_sealed = text.lines().any(|line| line.trim() == "-----BEGIN PGP MESSAGE-----");
    if is_sealed { Err(sealed("encrypted with PGP", DECRYPT)) } else { Ok(()) }
}

/// Removes the armour lines around PGP-signed text (RFC 9580, 6.2 and 7). Everything else is the sender's own.
pub fn without_armour(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
    const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
    const END: &str = "-----END PGP SIGNATURE-----";
    if !text.contains(BEGIN) {
        return text.to_owned();
    }
    let (mut is_signed, mut is_header, mut is_signature, mut lines) = (false, false, false, Vec::new());
    for line in text.lines() {
        match line.trim_end() {
            BEGIN => (is_signed, is_header) = (true, true),
            SIGNATURE if is_signed => (is_signed, is_header, is_signature) = (false, true, true),
            END if is_signature => is_signature = false,
            "" if is_header => is_header = false,
            shown if is_header && is_armour_header(shown) => {}
            shown if is_signature && is_armour(shown) => {}
            _ => lines.push(if is_signed { line.strip_prefix("- ").unwrap_or(line) } else { line }),
        }
    }
    // An unclosed block is not a signature.
    if is_signature { text.to_owned() } else { lines.join("\n") }
}

/// Whether a line names the hash function, or a program in one of the usual forms: with a number, as an address, or as
/// a PGP variant.
fn is_armour_header(line: &str) -> bool {
    let Some((key, value)) = line.split_once(": ") else { return false };
    let has_digit = |word: &str| word.contains(|ch: char| ch.is_ascii_digit());
    let is_program = |word: &str| word.starts_with("http") || word.contains("PG");
    match key {
        "Hash" => value.split(',').all(|name| has_digit(name) && !name.trim().contains(' ')),
        "Version" => value.split(' ').any(|word| has_digit(word) || is_program(word)),
        "Comment" => value.split(' ').any(is_program),
        _ => false,
    }
}

/// Whether a line is base64 of a signature, or its checksum, and not a word.
fn is_armour(line: &str) -> bool {
    const MIN_LINE_BYTES: usize = 40;
    let data = line.trim_end_matches('=');
    let is_mixed = data.contains(|ch: char| ch.is_ascii_digit() || "+/".contains(ch))
        || data.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_checksum = |line: &str| line.len() == 5 && line.starts_with('=');
    let is_base64 = |ch: char| ch.is_ascii_alphanumeric() || "+/".contains(ch);
    line.is_empty()
        || is_checksum(line)
        || data.chars().all(is_base64) && (data.len() >= MIN_LINE_BYTES || data.len() < line.len() || is_mixed)
}

/// The signed content of a CMS message (RFC 5652, 5) that is only signed. Outlook and OpenSSL also write indefinite
/// lengths (X.690, 8.1.3.6), which DER readers refuse.
pub fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    /// DER encoding of 1.2.840.113549.1.7.2 and .1.
    const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let mut content_info = value(&mut &*bytes, 0x30)?;
    if value(&mut content_info, 0x06)? != SIGNED {
        return None;
    }
    let mut signed = value(&mut value(&mut content_info, 0xa0)?, 0x30)?;
    value(&mut signed, 0x02)?;
    value(&mut signed, 0x31)?;
    let mut content = value(&mut signed, 0x30)?;
    if value(&mut content, 0x06)? != DATA {
        return None;
    }
    let mut octets = value(&mut content, 0xa0)?;
    if octets.first() == Some(&0x04) {
        return value(&mut octets, 0x04).map(<[u8]>::to_vec);
    }
    let (mut pieces, mut joined) = (value(&mut octets, 0x24)?, Vec::new());
    while pieces.first() == Some(&0x04) {
        joined.extend_from_slice(value(&mut pieces, 0x04)?);
    }
    Some(joined)
}

/// Takes the next value; `None` if it has another tag.
fn value<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (first, content, after) = element(rest, 0)?;
    *rest = after;
    (first == tag).then_some(content)
}

/// The tag and content of the next value, and the bytes after it. A value of indefinite length ends at two zero bytes.
fn element(bytes: &[u8], depth: usize) -> Option<(u8, &[u8], &[u8])> {
    const MAX_DEPTH: usize = 12;
    let (tag, length) = (*bytes.first()?, *bytes.get(1)?);
    let rest = &bytes[2..];
    if length < 0x80 {
        let (content, after) = rest.split_at_checked(usize::from(length))?;
        return Some((tag, content, after));
    }
    if length > 0x80 {
        let (digits, rest) =
            rest.split_at_checked(usize::from(length - 0x80)).filter(|(digits, _)| digits.len() <= 4)?;
        let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
        let (content, after) = rest.split_at_checked(length)?;
        return Some((tag, content, after));
    }
    let mut inner = rest;
    while !inner.starts_with(&[0, 0]) {
        if depth > MAX_DEPTH {
            return None;
        }
        inner = element(inner, depth + 1)?.2;
    }
    Some((tag, &rest[..rest.len() - inner.len()], &inner[2..]))
}
