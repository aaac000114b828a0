//! The signature itself: Cryptographic Message Syntax, RFC 5652, as ISO 32000-1, 12.8.3.3 and ETSI EN 319 142 use it.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use jiff::civil::Date;
use x509_cert::Certificate;
use x509_cert::attr::Attributes;
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, SetOfVec};
use x509_cert::der::{Any, Decode, Encode, EncodingRules, Reader, SliceReader, Tag, Tagged};
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierRef;
use x509_cert::time::Time;

use super::hash::Hash;
use super::key;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
/// RFC 5035.
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

const DAMAGED: &str = "its signature is damaged";

/// The signer named by the certificate.
pub struct Signer {
    pub name: String,
    pub issuer: String,
    pub self_issued: bool,
    /// The UTC day of signing, as the signer's program states it.
    pub day: Option<Date>,
}

/// Checks a signature, perhaps padded with zeros, over the signed parts of a file.
pub fn verify(contents: &[u8], parts: &[&[u8]]) -> Result<Signer, String> {
    let message = parse(contents)?;
    let content = &message.encap_content_info;
    if content.econtent_type != DATA || content.econtent.is_some() {
        return Err("its signature is for something else".to_owned());
    }
    let [signer] = message.signer_infos.0.as_slice() else {
        return Err("its signature has not exactly one signer".to_owned());
    };
    let certificate = certificate(&message, signer)?;
    let hash = Hash::find(signer.digest_alg.oid)?;
    let digest = hash.of(parts);
    let signed_hash = match &signer.signed_attrs {
        None => digest,
        Some(attributes) => {
            // Signed in DER, with its fixed order of a set, whatever the order in the file (RFC 5652, 5.4).
            let attributes = SetOfVec::try_from(attributes.clone().into_vec()).map_err(|_| DAMAGED)?;
            check_attributes(&attributes, &digest, &certificate)?;
            hash.of(&[&attributes.to_der().map_err(|_| DAMAGED)?])
        }
    };
    let spki = certificate.tbs_certificate().subject_public_key_info();
    key::verify(spki, &signer.signature_algorithm, hash, &signed_hash, signer.signature.as_bytes())?;
    let (subject, issuer) = (certificate.tbs_certificate().subject(), certificate.tbs_certificate().issuer());
    let day = signer.signed_attrs.as_ref().and_then(signing_day);
    Ok(Signer { name: shown(subject), issuer: shown(issuer), self_issued: subject == issuer, day })
}

fn parse(contents: &[u8]) -> Result<SignedData, String> {
    // Some programs write BER, which allows more than DER.
    let mut reader = SliceReader::new_with_encoding_rules(contents, EncodingRules::Ber).map_err(|_| DAMAGED)?;
    let info = ContentInfo::decode(&mut reader).map_err(|_| DAMAGED)?;
    let used = usize::try_from(reader.position()).map_err(|_| DAMAGED)?;
    if contents[used..].iter().any(|byte| *byte != 0) {
        return Err("its signature is followed by something else".to_owned());
    }
    if info.content_type != SIGNED_DATA {
        return Err("its signature is for something else".to_owned());
    }
    info.content.decode_as_encoding(EncodingRules::Ber).map_err(|_| DAMAGED.to_owned())
}

/// The certificate that a signer names as their own.
fn certificate(message: &SignedData, signer: &SignerInfo) -> Result<Certificate, String> {
    // PKCS #7, which ISO 32000-1 builds on, has no other way to name it.
    let SignerIdentifier::IssuerAndSerialNumber(named) = &signer.sid else {
        return Err("its signature names a certificate in a way that is unsupported".to_owned());
    };
    let is_named = |certificate: &&Certificate| {
        let certificate = certificate.tbs_certificate();
        *certificate.issuer() == named.issuer && *certificate.serial_number() == named.serial_number
    };
    let certificates = message.certificates.iter().flat_map(|set| set.0.iter()).filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate),
        CertificateChoices::Other(_) => None,
    });
    let mut named = certificates.filter(is_named);
    let first = named.next().ok_or("the certificate of its signer is missing")?;
    if named.any(|other| other != first) {
        return Err("its signer has two certificates".to_owned());
    }
    Ok(first.clone())
}

/// Checks the signed attributes: they must name the content type, its hash and, if present, the certificate.
fn check_attributes(attributes: &Attributes, digest: &[u8], certificate: &Certificate) -> Result<(), String> {
    let content_type = value(attributes, CONTENT_TYPE)?.ok_or(DAMAGED)?;
    if content_type.decode_as::<ObjectIdentifier>() != Ok(DATA) {
        return Err("its signature is for something else".to_owned());
    }
    let message_digest = value(attributes, MESSAGE_DIGEST)?.ok_or(DAMAGED)?;
    let message_digest: &OctetStringRef = message_digest.decode_as().map_err(|_| DAMAGED)?;
    if message_digest.as_bytes() != digest {
        return Err("it was changed after it was signed".to_owned());
    }
    match value(attributes, SIGNING_CERTIFICATE)? {
        Some(named) if !names(named, certificate)? => Err("it was signed with another certificate".to_owned()),
        _ => Ok(()),
    }
}

/// The value of an attribute that may occur once, with one value.
fn value(attributes: &Attributes, kind: ObjectIdentifier) -> Result<Option<&Any>, String> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == kind);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(attribute), None) if attribute.values.len() == 1 => Ok(attribute.values.get(0)),
        _ => Err(DAMAGED.to_owned()),
    }
}

/// Whether the first certificate that a `SigningCertificateV2` names is this one (RFC 5035, 3).
fn names(attribute: &Any, certificate: &Certificate) -> Result<bool, String> {
    let (hash, named) = named(attribute).map_err(|_| DAMAGED)?;
    let hash = hash.map_or(Ok(Hash::Sha256), Hash::find)?;
    let whole = certificate.to_der().map_err(|_| DAMAGED)?;
    Ok(hash.of(&[&whole]) == named)
}

/// The hash function, if it is not SHA-256, and the hash of the first certificate.
fn named(attribute: &Any) -> x509_cert::der::Result<(Option<ObjectIdentifier>, Vec<u8>)> {
    let certificates = SliceReader::new(attribute.value())?.sequence(|certificates| {
        let first = certificates.sequence(|first| {
            let hash = match Tag::peek(first)? {
                Tag::Sequence => Some(AlgorithmIdentifierRef::decode(first)?.oid),
                _ => None,
            };
            let named = <&OctetStringRef>::decode(first)?.as_bytes().to_vec();
            // The issuer and serial number repeat the same.
            first.read_slice(first.remaining_len())?;
            x509_cert::der::Result::Ok((hash, named))
        })?;
        certificates.read_slice(certificates.remaining_len())?;
        x509_cert::der::Result::Ok(first)
    })?;
    Ok(certificates)
}

fn signing_day(attributes: &Attributes) -> Option<Date> {
    let time: Time = value(attributes, SIGNING_TIME).ok()??.decode_as().ok()?;
    let time = time.to_date_time();
    let (year, month, day) = (time.year(), time.month(), time.day());
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A name for people: common name, pseudonym, organisation, unit or e-mail address (X.520).
fn shown(name: &Name) -> String {
    const KINDS: [&str; 5] = ["2.5.4.3", "2.5.4.65", "2.5.4.10", "2.5.4.11", "1.2.840.113549.1.9.1"];
    let values = KINDS.iter().filter_map(|kind| {
        let found = name.iter().find(|attribute| attribute.oid == ObjectIdentifier::new_unwrap(kind))?;
        readable(AnyRef::from(&found.value)).filter(|value| !value.trim().is_empty())
    });
    values.map(|value| value.trim().to_owned()).next().unwrap_or_else(|| name.to_string())
}

/// A string of X.520.
fn readable(value: AnyRef<'_>) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => String::from_utf8(bytes.to_vec()).ok(),
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).ok()
        }
        _ => None,
    }
}
