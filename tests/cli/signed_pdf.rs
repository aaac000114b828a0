//! Signed PDFs, made by pyHanko: which ones hold, which are refused and why, and that pdfsig agrees.

#![allow(clippy::disallowed_methods, reason = "tests read what was made for them")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::sandbox::{Said, Sandbox};
use crate::sign_off::{asked, fingerprint};
use crate::sign_off_record::waiting;
use crate::tools;

const RECORD: &str = "sign-offs/2026-11-22-line-manager/sign-off.toml";

/// 25 November 2026, three days after everything was signed.
const LATER: &str = "1795608000";

/// What pyHanko made for the request of `waiting`.
static SIGNED_PDFS: LazyLock<PathBuf> = LazyLock::new(|| tools::sign_pdfs(&waiting().1));

/// What holds, and who signed.
const VALID: &[(&str, &str)] = &[
    ("rsa-sha256", "Ann Example"),
    ("rsa-sha384", "Ann Example"),
    ("rsa-sha512", "Ann Example"),
    ("rsa-4096", "Ria Example"),
    ("pss-sha256", "Ann Example"),
    ("pss-sha384", "Ann Example"),
    ("pss-sha512", "Ann Example"),
    ("pss-short-salt", "Ann Example"),
    ("p256-sha256", "Paula Example"),
    ("p256-sha384", "Paula Example"),
    ("p256-sha512", "Paula Example"),
    ("p384-sha256", "Per Example"),
    ("p384-sha384", "Per Example"),
    ("p384-sha512", "Per Example"),
    ("pades-sha256", "Ann Example"),
    ("pades-sha384", "Ann Example"),
    ("pades-sha512", "Ann Example"),
    ("pades-pss", "Ann Example"),
    ("pades-p256", "Paula Example"),
    ("packed", "Ann Example"),
    ("packed-pades", "Ann Example"),
    ("certified-1", "Ann Example"),
    ("certified-2", "Ann Example"),
    ("certified-3", "Ann Example"),
    ("certified-and-signed", "Ben Example"),
    ("two-signatures", "Ben Example"),
    ("three-signatures", "Paula Example"),
    ("expired", "Eva Example"),
    ("self-signed", "Sam Example"),
    ("organisation", "Example Sign Ltd"),
    ("umlaut", "Jörg Müller 例"),
    ("name-and-place", "Ann Example"),
    ("update-before", "Ann Example"),
    ("comment-and-signed", "Ann Example"),
    ("decoy-and-signed", "Ann Example"),
    ("own-message", "Ann Example"),
    ("bare", "Ann Example"),
    ("signing-certificate", "Ann Example"),
    ("signing-time", "Ann Example"),
    ("named-algorithm", "Ann Example"),
    ("all-certificates", "Ann Example"),
    ("certificate-twice", "Ann Example"),
    ("basic-encoding", "Ann Example"),
];

/// What has no signature, whatever it says.
const UNSIGNED: &[&str] = &[
    "unsigned",
    "words-in-comment",
    "words-in-text",
    "no-field",
    "text-field",
    "empty-field",
    "field-removed",
    "encrypted-unsigned",
];

/// What is refused, and why.
const REFUSED: &[(&str, &str)] = &[
    // Another file than the one that was signed.
    ("byte-changed", "it was changed after it was signed"),
    ("version-changed", "it was changed after it was signed"),
    ("day-changed", "it was changed after it was signed"),
    ("changed-before-two", "it was changed after it was signed"),
    ("swapped", "it was changed after it was signed"),
    ("of-another-person", "it was changed after it was signed"),
    ("data-wrong", "it was changed after it was signed"),
    ("digest-wrong", "it was changed after it was signed"),
    ("hash-misnamed", "it was changed after it was signed"),
    ("range-short", "it was changed after it was signed"),
    ("line-added", "something was added after it was signed"),
    ("zero-added", "something was added after it was signed"),
    ("comment-added", "something was added after it was signed"),
    ("text-added", "something was added after it was signed"),
    ("empty-update", "something was added after it was signed"),
    ("added-to-two", "something was added after it was signed"),
    ("pdf-added", "it is damaged"),
    ("bytes-before", "neither a picture, nor a PDF"),
    ("truncated", "its end is missing"),
    ("truncated-in-signature", "its end is missing"),
    ("last-byte-missing", "a part of the file that was signed is missing"),
    ("range-beyond", "a part of the file that was signed is missing"),
    // A signature that leaves something out.
    ("range-wide-gap", "does not cover all that it should"),
    ("range-wide-gap-after", "does not cover all that it should"),
    ("range-narrow-gap", "does not cover all that it should"),
    ("range-overlaps", "does not cover all that it should"),
    ("range-all", "does not cover all that it should"),
    ("range-none", "does not cover all that it should"),
    ("gap-not-covered", "does not cover all that it should"),
    ("gap-with-entry", "does not cover all that it should"),
    // A signature that is not what it should be.
    ("range-late", "its signature is damaged"),
    ("range-negative", "its signature is damaged"),
    ("range-two-numbers", "its signature is damaged"),
    ("range-not-numbers", "its signature is damaged"),
    ("range-in-comment", "its signature is damaged"),
    ("range-missing", "its signature is damaged"),
    ("range-twice", "it is damaged"),
    ("range-twice-escaped", "it is damaged"),
    ("contents-twice", "it is damaged"),
    ("filter-twice", "it is damaged"),
    ("contents-empty", "its signature is damaged"),
    ("contents-no-message", "its signature is damaged"),
    ("padding-not-zero", "its signature is followed by something else"),
    ("padding-not-digits", "it is damaged"),
    ("signature-wrong", "its signature does not fit what was signed"),
    ("signature-empty", "its signature does not fit what was signed"),
    ("bare-wrong", "its signature does not fit what was signed"),
    ("algorithm-misnamed", "its signature is damaged"),
    ("no-digest", "its signature is damaged"),
    ("two-digests", "its signature is damaged"),
    ("no-content-type", "its signature is damaged"),
    ("content-type-wrong", "its signature is for something else"),
    ("content-inside", "its signature is for something else"),
    ("not-signed-data", "its signature is for something else"),
    ("no-signer", "its signature has not exactly one signer"),
    ("two-signers", "its signature has not exactly one signer"),
    ("no-certificate", "the certificate of its signer is missing"),
    ("signature-of-another", "the certificate of its signer is missing"),
    ("another-signing-certificate", "it was signed with another certificate"),
    ("renamed", "it was signed with another certificate"),
    ("digits-changed", "it was signed with another certificate"),
    ("first-of-two-broken", "it was signed with another certificate"),
    // What akam does not check.
    ("sha1", "SHA-1 is unsupported"),
    ("pss-sha1", "SHA-1 is unsupported"),
    ("md5", "MD5 is unsupported"),
    ("sha3", "is unsupported"),
    ("two-hash-functions", "two hash functions, which is unsupported"),
    ("rsa-1024", "its RSA key is unsupported, because it has fewer than 2048 bits"),
    ("p521", "its elliptic curve 1.3.132.0.35 is unsupported"),
    ("ed25519", "its signature algorithm 1.3.101.112 is unsupported"),
    ("key-identifier", "names a certificate in a way that is unsupported"),
    ("pkcs7-sha1", "its kind of signature, adbe.pkcs7.sha1, is unsupported"),
    ("x509-rsa-sha1", "its kind of signature, adbe.x509.rsa_sha1, is unsupported"),
    ("time-stamp", "it has a time stamp, which is an unsupported kind of signature"),
    ("sub-filter-missing", "its signature is damaged"),
    ("direct", "its signature is written in a way that is unsupported"),
    ("encrypted", "it is encrypted"),
    ("encrypted-packed", "it is encrypted"),
    ("encrypted-packed-unsigned", "nobody can read it without its password"),
];

/// Refused, although pdfsig accepts them. It does not look at the kind of content, at the certificate that the signer
/// meant (`another-signing-certificate`, `renamed`, and `digits-changed`, where a name on a certificate was changed),
/// at keys written twice or at a second signer; and it trusts what is broken, weak or never seen in practice.
const STRICTER: &[&str] = &[
    "no-content-type",
    "content-type-wrong",
    "another-signing-certificate",
    "renamed",
    "digits-changed",
    "filter-twice",
    "two-signers",
    "sha1",
    "pss-sha1",
    "pkcs7-sha1",
    "rsa-1024",
    "p521",
    "two-hash-functions",
    "encrypted",
];

/// Records the PDF as an answer to a request of its own.
fn record(name: &str, more: &[&str]) -> (Sandbox, Said) {
    let (sandbox, fingerprint) = waiting();
    let path = SIGNED_PDFS.join(format!("{name}.pdf"));
    let said =
        sandbox.akam(&[&["sign-off", "record", &fingerprint, "--proof", &path.to_string_lossy()], more].concat());
    (sandbox, said)
}

#[test]
#[ignore = "needs other people's tools"]
fn a_signature_that_holds_is_valid_and_pdfsig_agrees() {
    for (name, signer) in VALID {
        let (sandbox, said) = record(name, &[]);
        assert_eq!(said.code, 0, "{name}\n{}", said.err);
        said.expect(0, &["recorded", "PDF with a digital signature, checked (certificate of ", signer]);
        let record = sandbox.read(RECORD);
        assert!(record.contains("kind = \"signed-pdf\"") && record.contains(signer), "{name}\n{record}");
        tools::pdfsig(&SIGNED_PDFS.join(format!("{name}.pdf"))).assert_accepted();
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn what_no_field_holds_is_no_signature() {
    for name in UNSIGNED {
        let (sandbox, said) = record(name, &[]);
        said.expect(0, &["recorded", "PDF without a digital signature, as the candidate reads it"]);
        assert!(sandbox.read(RECORD).contains("kind = \"pdf\""), "{name}");
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn a_signature_that_does_not_hold_is_refused_with_the_reason() {
    for (name, because) in REFUSED {
        let (sandbox, said) = record(name, &[]);
        let told = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("cannot be a proof: ") && told.contains(because), "{name}: {told}");
        said.expect(2, &["help: "]);
        assert!(!sandbox.path(RECORD).exists(), "{name}");
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn pdfsig_accepts_nothing_else_but_what_akam_is_stricter_about() {
    let others = REFUSED.iter().map(|(name, _)| *name).chain(UNSIGNED.iter().copied());
    for name in others.filter(|name| !STRICTER.contains(name)) {
        let verdict = tools::pdfsig(&SIGNED_PDFS.join(format!("{name}.pdf")));
        assert!(!verdict.accepted, "{name}:\n{}", verdict.said);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn every_file_that_was_made_is_judged() {
    let names = VALID.iter().chain(REFUSED).map(|(name, _)| *name).chain(UNSIGNED.iter().copied());
    let names = names.chain(["changed-between"]);
    let judged: BTreeSet<String> = names.map(|name| format!("{name}.pdf")).collect();
    let made = fs::read_dir(&*SIGNED_PDFS).expect("pyHanko made it");
    let made: BTreeSet<String> =
        made.map(|entry| entry.expect("it is there").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(judged, made);
}

#[test]
#[ignore = "needs other people's tools"]
fn a_signed_text_without_the_fingerprint_is_worth_no_more_than_a_scan() {
    let (sandbox, said) = record("changed-between", &[]);
    said.expect(0, &["PDF without a digital signature"]);
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["scanned"]);
    tools::pdfsig(&SIGNED_PDFS.join("changed-between.pdf")).assert_accepted();
}

#[test]
#[ignore = "needs other people's tools"]
fn a_signature_for_another_request_is_refused() {
    let (sandbox, _) = waiting();
    let said = asked(&sandbox, &["2.D.2"], "since 2022-04").expect(0, &["written"]);
    let path = SIGNED_PDFS.join("rsa-sha256.pdf").to_string_lossy().into_owned();
    let said = sandbox.akam(&["sign-off", "record", &fingerprint(&said), "--proof", &path]);
    said.expect(2, &["it answers the request", "not", "record it with the fingerprint that it holds"]);
    // Without a fingerprint the right request is found by itself.
    sandbox.akam(&["sign-off", "record", "--proof", &path]).expect(0, &["confirmed 1.D.3"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn nobody_is_asked_for_the_day_that_the_program_of_the_signer_tells() {
    let (sandbox, fingerprint) = waiting();
    let path = SIGNED_PDFS.join("rsa-sha256.pdf").to_string_lossy().into_owned();
    let mut later = sandbox.command();
    later.args(["sign-off", "record", &fingerprint, "--proof", &path]).env("SOURCE_DATE_EPOCH", LATER);
    sandbox.run(&mut later).expect(0, &["confirmed 1.D.3 on 2026-11-22"]);
    let mut other = sandbox.command();
    let path = SIGNED_PDFS.join("p256-sha256.pdf").to_string_lossy().into_owned();
    other.args(["sign-off", "record", &fingerprint, "--proof", &path, "--signed", "2026-11-24"]);
    other.env("SOURCE_DATE_EPOCH", LATER);
    sandbox.run(&mut other).expect(2, &["it was signed on 2026-11-22, not on 2026-11-24", "leave `--signed` out"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn the_name_on_the_certificate_and_its_issuer_are_told_and_another_name_is_noticed() {
    let (sandbox, said) = record("rsa-sha256", &[]);
    said.expect(0, &["Ann Example, issued by Example Trust CA"]);
    let said = sandbox.akam(&["check", "1.D.3"]);
    assert_eq!((said.code, said.rules()), (0, vec!["sign-off-other-sender".to_owned()]));
    record("self-signed", &[]).1.expect(0, &["Sam Example, issued by itself"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn any_byte_counts_but_the_digits_of_the_signature() {
    let (sandbox, fingerprint) = waiting();
    for name in ["rsa-sha256", "p256-sha384", "packed-pades", "two-signatures"] {
        let original = fs::read(SIGNED_PDFS.join(format!("{name}.pdf"))).expect("pyHanko made it");
        for at in (0..original.len()).step_by(101) {
            let around = &original[at.saturating_sub(20)..(at + 20).min(original.len())];
            if around.iter().all(u8::is_ascii_hexdigit) {
                continue;
            }
            let mut changed = original.clone();
            changed[at] ^= 1;
            fs::write(sandbox.path("../changed.pdf"), changed).expect("it can be written");
            let said = sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", "../changed.pdf"]);
            let is_valid = said.out.contains("with a digital signature, checked");
            assert!(!is_valid, "{name}: the byte at {at} does not count");
        }
    }
}
