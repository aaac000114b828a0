//! Messages that would take too much time or memory if read as they demand: each hits a limit.

use super::{message, plain};
use crate::mail::{looks_like_mail, read};
use crate::source::Refused;

/// The reason why a message is refused. Without a limit these tests would take minutes or all memory.
fn outcome(bytes: &[u8]) -> String {
    assert!(looks_like_mail(bytes));
    match read(bytes) {
        Ok(mail) => format!("read {}", mail.own[0].text.len()),
        Err(Refused { message, .. }) => message,
    }
}

#[test]
fn parts_and_messages_without_end_are_refused() {
    let multipart = |boundary: &str| format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n");
    let each: String = (0..100_000).map(|at| format!("{}\n--b{at}\n", multipart(&format!("b{at}")))).collect();
    let cases = [
        (message("Content-Type: message/rfc822\n", &"Content-Type:message/rfc822\n\n".repeat(100_000)), "more than"),
        (message(&multipart("b"), &format!("--b\n{}\n", multipart("b")).repeat(100_000)), "more than 1000 parts"),
        (message(&multipart("b"), &format!("--b\n{each}")), "more than 20 deep"),
        (
            message(&multipart("b"), &format!("--b\n{}\nx\n", multipart("absent")).repeat(100_000)),
            "more than 1000 parts",
        ),
        (message(&multipart("b"), &"--b\n\nx\n".repeat(200_000)), "more than 1000 parts"),
        (
            message("Content-Type: multipart/digest; boundary=b\n", &"--b\n\nFrom: a@b.c\n\nx\n".repeat(9000)),
            "more than 1000 parts",
        ),
        (message(&multipart("-"), &"-".repeat(2_000_000)), "wrote nothing"),
        (message("Content-Type: application/pkcs7-mime\n", &"\x30\x24".repeat(500_000)), "S/MIME"),
    ];
    for (bytes, expected) in cases {
        let outcome = outcome(&bytes);
        assert!(outcome.contains(expected), "{outcome}: {expected}");
    }
}

#[test]
fn encoded_messages_in_encoded_messages_are_read_to_a_depth() {
    let mut inner = "From: a@b.example\n\nhello".to_owned();
    for _ in 0..30 {
        inner = format!(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n{}",
            inner.replace('=', "=3D")
        );
    }
    let fields = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n";
    assert!(outcome(&message(fields, &inner)).contains("more than 20 deep"));
}

#[test]
fn long_headers_and_texts_are_refused_or_read() {
    let header = |fields: &str| message(&format!("{fields}\n"), "x");
    let html = |body: &str| super::html(body);
    let cases = [
        (header(&format!("Cc: {}", "a@b.example, ".repeat(100_000))), "header of more than"),
        (header(&format!("Cc: {}", "a@b.example, ".repeat(30_000))), "read 1"),
        (header(&format!("X: {}", "=?aa?q?".repeat(60_000))), "read 1"),
        (header(&"a:\n".repeat(100_000)), "read 1"),
        (header(&format!("Content-Type: text/plain; {}", "a*0=b;".repeat(8000))), "read 1"),
        (plain(&"a ".repeat(2_100_000)), "text of more than"),
        (plain(&"a ".repeat(900_000)), "read 1799999"),
        (plain(&"a\n".repeat(200_000)), "lines of text"),
        (plain(&format!("x{}", "\n".repeat(90_000))), "read 1"),
        (plain(&"From: 1.1.2026 and more words:\n".repeat(30_000)), "wrote nothing"),
        (plain(&">".repeat(900_000)), "wrote nothing"),
        (html(&"<div>".repeat(90_000)), "more than 500 deep"),
        (html(&format!("{}{}", "<b>".repeat(490), "</i>".repeat(100_000))), "wrote nothing"),
        (html(&"<br>a".repeat(200_000)), "lines of text"),
        (html(&format!("<a {}>x", "b='c' ".repeat(200_000))), "read 1"),
        (html(&"<!--".repeat(300_000)), "wrote nothing"),
        (html(&format!("<title>{}", "</".repeat(500_000))), "wrote nothing"),
        (html(&"&".repeat(500_000)), "read 500000"),
        (html(&format!("{}{}", "<div>".repeat(480), "</b>".repeat(900_000))), "wrote nothing"),
    ];
    for (at, (bytes, expected)) in cases.into_iter().enumerate() {
        let outcome = outcome(&bytes);
        assert!(outcome.contains(expected), "{at}: {outcome}: {expected}");
    }
}
