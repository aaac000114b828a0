//! The digital signatures of a PDF: ISO 32000-1, 12.8, checked over every byte of the file and without a network.
//!
//! A signature counts if a form field holds it. Its dictionary has the signature itself as hexadecimal digits in
//! `/Contents`, and in `/ByteRange` the two parts of the file that were signed, which must be all before and all behind
//! those digits: then nobody can have put anything into the file afterwards but digits, and those are read.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lopdf::{Dictionary, Object, ObjectId, StringFormat};

use super::cms;
use super::file::PdfFile;
use super::object::Parser;
use super::text;

/// Most signatures in one file. Each hashes the whole file.
const MAX_SIGNATURES: usize = 10;

/// Largest signature, in bytes, with its certificates and with proofs that they were not revoked.
const MAX_SIGNATURE_BYTES: usize = 2_000_000;

/// Most values in the dictionary of a signature.
const MAX_SIGNATURE_VALUES: usize = 1_000;

/// What the digital signatures of a PDF show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// No form field holds a signature.
    No,
    /// The last signature covers the whole file; it holds, and so do all before it.
    Valid(Signature),
    /// A signature is invalid or cannot be checked; the reason is one clause about the file.
    Refused(String),
}

/// The signature that covers the whole file. Nobody here judges who issued the certificate, or whether it has expired:
/// anybody can make one in any name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name on the certificate.
    pub signer: String,
    /// The name of who issued the certificate.
    pub issuer: String,
    /// Whether the certificate names its holder as its issuer.
    pub self_issued: bool,
    /// The day on which it was signed, as the signer's program says.
    pub day: Option<Date>,
    /// The text of the file, all of which was signed.
    pub text: String,
}

/// A signature as its dictionary describes it.
struct FoundSignature {
    /// Start and end of the digits of `/Contents`, with brackets, and the end of the signed part.
    digits: (usize, usize),
    end: usize,
    /// The signature, padded with zeros.
    contents: Vec<u8>,
    day: Option<Date>,
}

pub fn check(bytes: &[u8]) -> Signed {
    // Every signature that can be checked has the first word outside all compressed parts, and a damaged file with a
    // signature has at least one of them. Others are not read: many a scanner writes PDFs that need repairs.
    if [b"/ByteRange".as_slice(), b"/Sig"].iter().all(|word| memchr::memmem::find(bytes, word).is_none()) {
        return Signed::No;
    }
    match checked(bytes) {
        Ok(None) => Signed::No,
        Ok(Some(signature)) => Signed::Valid(signature),
        Err(reason) => Signed::Refused(reason),
    }
}

fn checked(bytes: &[u8]) -> Result<Option<Signature>, String> {
    let mut file = PdfFile::open(bytes)?;
    let fields = signatures(&mut file);
    let is_unsigned = fields.as_ref().is_ok_and(BTreeSet::is_empty);
    if file.is_encrypted() && !is_unsigned {
        return Err("it is encrypted".to_owned());
    }
    let fields = fields?;
    if fields.len() > MAX_SIGNATURES {
        return Err(format!("it has more than {MAX_SIGNATURES} signatures"));
    }
    let found: Result<Vec<FoundSignature>, String> =
        fields.iter().map(|id| FoundSignature::read(bytes, file.offset(*id))).collect();
    let mut found = found?;
    found.sort_by_key(|found| found.end);
    let mut last = None;
    for found in &found {
        let (start, end) = found.digits;
        let signer = cms::verify(&found.contents, &[&bytes[..start], &bytes[end..found.end]])?;
        last = Some((signer, found));
    }
    let Some((signer, found)) = last else { return Ok(None) };
    if found.end < bytes.len() {
        return Err("something was added after it was signed".to_owned());
    }
    let (text, _) = text::of(&mut file)?;
    let cms::Signer { name, issuer, self_issued, day } = signer;
    Ok(Some(Signature { signer: name, issuer, self_issued, day: found.day.or(day), text }))
}

/// The dictionaries of the signatures that form fields hold (12.7.3.1, 12.7.4.5).
fn signatures(file: &mut PdfFile<'_>) -> Result<BTreeSet<ObjectId>, String> {
    let root = file.document.trailer.get(b"Root").cloned().unwrap_or(Object::Null);
    file.read_from(&root, &[b"AcroForm", b"Fields", b"Kids", b"FT", b"V"], &[])?;
    let document = &file.document;
    let mut found = BTreeSet::new();
    let Ok(form) = document.catalog().and_then(|catalog| catalog.get_deref(b"AcroForm", document)) else {
        return Ok(found);
    };
    // Each field, with the kind and value inherited from its parents.
    let fields = |node: &Dictionary, key| node.get_deref(key, document).and_then(Object::as_array).cloned();
    let top = form.as_dict().and_then(|form| fields(form, b"Fields")).unwrap_or_default();
    let mut waiting: Vec<_> = top.into_iter().map(|field| (field, false, None)).collect();
    let mut seen = BTreeSet::new();
    while let Some((field, is_signature, value)) = waiting.pop() {
        if field.as_reference().is_ok_and(|id| !seen.insert((id, is_signature, value.is_some()))) {
            continue;
        }
        let Ok((_, Object::Dictionary(field))) = document.dereference(&field) else { continue };
        let kind = field.get_deref(b"FT", document).and_then(Object::as_name);
        let is_signature = kind.map_or(is_signature, |kind| kind == b"Sig");
        let value = field.get(b"V").ok().cloned().or(value);
        match value.as_ref().filter(|_| is_signature) {
            Some(Object::Reference(id)) => {
                found.insert(*id);
            }
            None | Some(Object::Null) => {}
            Some(_) => return Err("its signature is written in a way that is unsupported".to_owned()),
        }
        let kids = fields(field, b"Kids").unwrap_or_default();
        waiting.extend(kids.into_iter().map(|kid| (kid, is_signature, value.clone())));
    }
    Ok(found)
}

impl FoundSignature {
    /// Reads a dictionary as it is written in the file.
    fn read(bytes: &[u8], offset: Option<usize>) -> Result<FoundSignature, String> {
        const DAMAGED: &str = "its signature is damaged";
        let mut parser = Parser::new(bytes, offset.ok_or(DAMAGED)?, MAX_SIGNATURE_VALUES);
        let _id = parser.number().zip(parser.number()).filter(|_| parser.keyword(b"obj")).ok_or(DAMAGED)?;
        let entries = parser.dictionary_entries().ok_or(DAMAGED)?;
        let entry = |key: &[u8]| entries.iter().find(|(it, ..)| it == key);
        let value = |key: &[u8]| entry(key).map(|(_, value, _)| value);
        match value(b"SubFilter").and_then(|value| value.as_name().ok()) {
            Some(b"adbe.pkcs7.detached" | b"ETSI.CAdES.detached") => {}
            Some(b"ETSI.RFC3161") => {
                return Err("it has a time stamp, which is an unsupported kind of signature".to_owned());
            }
            Some(other) => {
                return Err(format!("its kind of signature, {}, is unsupported", String::from_utf8_lossy(other)));
            }
            None => return Err(DAMAGED.to_owned()),
        }
        let numbers = value(b"ByteRange").and_then(|range| {
            let numbers = range.as_array().ok()?.iter().map(|it| usize::try_from(it.as_i64().ok()?).ok());
            numbers.collect::<Option<Vec<usize>>>()
        });
        let Some([0, start, end, rest]) = numbers.as_deref() else { return Err(DAMAGED.to_owned()) };
        let Some((_, Object::String(contents, StringFormat::Hexadecimal), written)) = entry(b"Contents") else {
            return Err(DAMAGED.to_owned());
        };
        let digits = bytes.get(start + 1..end.saturating_sub(1)).filter(|_| *written == (*start..*end));
        let is_whole = |digits: &[u8]| digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit);
        if !digits.is_some_and(is_whole) {
            return Err("its signature does not cover all that it should".to_owned());
        }
        let last = end.checked_add(*rest).filter(|last| *last <= bytes.len());
        let last = last.ok_or("a part of the file that was signed is missing")?;
        if contents.len() > MAX_SIGNATURE_BYTES {
            return Err("its signature is larger than akam reads".to_owned());
        }
        let day = value(b"M").and_then(|date| day(date.as_str().ok()?));
        Ok(FoundSignature { digits: (*start, *end), end: last, contents: contents.clone(), day })
    }
}

/// The day of a date such as `D:20261120143000+01'00'` (7.9.4), where the signer was.
fn day(date: &[u8]) -> Option<Date> {
    let digits = std::str::from_utf8(date.strip_prefix(b"D:").unwrap_or(date).get(..8)?).ok()?;
    Date::strptime("%Y%m%d", digits).ok()
}
