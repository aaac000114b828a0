//! Stories about signed pages as answers: pictures that are complete or cut off.
#![allow(clippy::disallowed_methods, reason = "tests make the proofs that they tamper with")]

use std::process::Command;

use crate::sandbox::{Said, Sandbox, examples};
use crate::sign_off_record::waiting;

/// The smallest picture that is complete.
pub const PHOTO: &[u8] =
    b"\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x2a\xff\xd9";

/// A PDF as some scanners write it: one must repair it, since nothing says where its objects are.
pub const SCANNED_PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n\
    3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R>> endobj 4 0 obj <</Type/XObject/Subtype/Image/Length 1>>\n\
    stream\nx\nendstream endobj\n%%EOF\n";

/// Records a file as an answer to a request of its own.
fn record(name: &str, bytes: &[u8]) -> (Sandbox, Said) {
    let (sandbox, fingerprint) = waiting();
    let proof = format!("../{name}");
    let sandbox = sandbox.write(&proof, bytes);
    let said = sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", &proof]);
    (sandbox, said)
}

/// A page of a finished portfolio as Poppler draws it.
fn drawn(options: &[&str]) -> Vec<u8> {
    let page = examples().join("complete/2.D.1-product-service-and-application-knowledge/artefacts/trial-report.pdf");
    let mut poppler = Command::new("pdftoppm");
    let made =
        poppler.args(["-singlefile", "-r", "40"]).args(options).arg(page).output().expect("pdftoppm is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

#[test]
fn a_picture_is_a_proof_only_as_long_as_it_is_complete() {
    let pictures = [
        ("page.jpg", drawn(&["-jpeg"])),
        ("progressive.jpg", drawn(&["-jpeg", "-jpegopt", "progressive=y"])),
        ("page.png", drawn(&["-png"])),
    ];
    for (name, bytes) in pictures {
        record(name, &bytes).1.expect(0, &["recorded", "scanned page"]);
        let lengths = (1..8).map(|part| bytes.len() * part / 8).chain([8, 2000, bytes.len() - 1]);
        for length in lengths {
            let said = record(name, &bytes[..length]).1;
            said.expect(2, &["cannot be a proof: the picture is cut off or damaged", "help: save, scan or photograph"]);
        }
    }
    record("start.jpg", b"\xff\xd8\xff").1.expect(2, &["the picture is cut off or damaged"]);
}
