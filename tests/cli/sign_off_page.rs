//! Stories about signed pages as answers: pictures and PDFs that are complete, cut off, dangerous, or show nothing.
#![allow(clippy::disallowed_methods, reason = "tests make the proofs that they tamper with")]

use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::ZlibEncoder;

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

/// A PDF of a page that shows a sentence; `page` is more of what the page holds, `objects` are numbered from 6.
fn pdf(content: &str, page: &str, objects: &[Vec<u8>]) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td (I confirm 1.D.3) Tj ET {content}");
    let mut all = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> {page} >>").into(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()).into(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    all.extend_from_slice(objects);
    let (mut file, mut table) = (b"%PDF-1.7\n".to_vec(), "xref\n0 1\n0000000000 65535 f \n".to_owned());
    for (at, object) in all.iter().enumerate() {
        table += &format!("{} 1\n{:010} 00000 n \n", at + 1, file.len());
        file.extend([format!("{} 0 obj\n", at + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let start = file.len();
    file.extend(format!("{table}trailer\n<< /Size 99 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// An object stream that holds this object as number 20.
fn packed(object: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(format!("20 0 {object}").as_bytes()).expect("memory can be written");
    let bytes = encoder.finish().expect("memory can be written");
    let entries = format!("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length {}", bytes.len());
    [format!("<< {entries} >>\nstream\n").as_bytes(), &bytes, b"\nendstream"].concat()
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
#[ignore = "needs other people's tools"]
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

#[test]
fn a_pdf_is_a_proof_only_as_long_as_it_is_complete() {
    let signed = std::fs::read(examples().join("complete/sign-offs/2026-11-19-other/proof.pdf")).expect("it is there");
    let scan = pdf("", "", &[b"<< /Subtype /Image /Length 1 >>\nstream\nx\nendstream".to_vec()]);
    record("scan.pdf", &scan).1.expect(0, &["recorded", "PDF without a digital signature"]);
    record("repaired.pdf", SCANNED_PDF).1.expect(0, &["recorded"]);
    let parts = [
        &b"%PDF-1.4\n"[..],
        &signed[..signed.len() / 2],
        &scan[..scan.len() / 2],
        &SCANNED_PDF[..150],
        b"%PDF-1.4\n%%EOF\n",
    ];
    for part in parts {
        let said = record("part.pdf", part).1;
        said.expect(2, &["cannot be a proof: the PDF is cut off or damaged", "help: save it or scan the page again"]);
    }
}

#[test]
fn a_pdf_that_holds_a_program_or_another_file_is_refused() {
    let action = |action: &str| pdf("", "/Annots [6 0 R]", &[format!("<< /Subtype /Link /A << {action} >> >>").into()]);
    let dangers = [
        action("/S /JavaScript /JS (app.alert\\(1\\))"),
        action("/S /Java#53cript /J#53 7 0 R"),
        action("/S /Launch /F (x.exe)"),
        pdf("", "/Annots [<< /Subtype /RichMedia >>]", &[]),
        pdf("", "", &[b"<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream".to_vec()]),
        pdf("", "", &[b"<< /Names << /EmbeddedFiles << /Names [(a) 7 0 R] >> >> >>".to_vec()]),
        pdf("", "", &[packed("<< /S /JavaScript /JS (x) >>")]),
        // What is damaged is repaired by programs that show it.
        pdf("", "", &[b"<< /S /URI /S /JavaScript ] /JS (x)".to_vec()]),
    ];
    for danger in dangers {
        let said = record("page.pdf", &danger).1;
        said.expect(2, &["the PDF holds a program or another file", "help: print it to PDF again, or scan the page"]);
    }
    let usual = [
        action("/S /URI /URI (https://nordvik.example/?q=/JavaScript)"),
        pdf("", "", &[b"<< /OpenAction [3 0 R /Fit] /Title (/JS and /Launch) >>".to_vec()]),
        pdf("", "", &[packed("<< /S /GoTo /D [3 0 R /Fit] >>")]),
    ];
    for usual in usual {
        record("page.pdf", &usual).1.expect(0, &["recorded"]);
    }
}

#[test]
fn a_pdf_of_nothing_but_text_shows_nobody_s_answer() {
    let note = |entries: &str| pdf("", "/Annots [6 0 R]", &[format!("<< /Type /Annot {entries} >>").into()]);
    for text in [pdf("", "", &[]), note("/Subtype /Link"), note("/Subtype /Widget /FT /Btn /V /Off /DV (a)")] {
        let (sandbox, said) = record("page.pdf", &text);
        said.expect(0, &["recorded"]);
        let said = sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed"]);
        assert_eq!(said.rules(), ["sign-off-proof-missing"]);
        let found = said.found("sign-off-proof-missing").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(found.contains("the PDF of Maria Lind's answer holds text and no signature: nothing in it"), "{found}");
        assert!(found.contains("help: ask for a scan or photo of the signed page, an e-mail, or"), "{found}");
    }
    let marked = [
        pdf("", "", &[b"<< /Subtype /Image /Length 1 >>\nstream\nx\nendstream".to_vec()]),
        pdf("BI /W 1 /H 1 ID x EI", "", &[]),
        note("/Subtype /Ink /InkList [[1 1 2 2]]"),
        note("/Subtype /FreeText /Contents (yes)"),
        note("/Subtype /Widget /FT /Btn /V /Yes"),
        note("/Subtype /Widget /FT /Tx /V (Maria Lind)"),
    ];
    for marked in marked {
        let (sandbox, said) = record("page.pdf", &marked);
        said.expect(0, &["recorded"]);
        sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed", "no findings"]);
    }
}
