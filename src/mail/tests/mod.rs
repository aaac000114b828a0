//! Messages made by people, programs and tricksters, and what is read from them.

mod automatic;
mod forms;
mod header;
mod hostile;
mod outlook;
mod programs;
mod python;
mod rich_text;
mod sealed;

use super::{Mail, read};
use crate::source::Refused;

/// What a manager answers in the corpus.
const REPLY: &str = "1.D.1: true as far as I saw it
1.D.2: not seen
1.D.3: true except: the margin, because I do not know it
2.D.2: not true: somebody else wrote it
Sign-off code: 7F3A-91C2-K4QX-0M8T-V";

/// The question, with a code that is never their own.
const QUESTION: &str = "Dear Maria,
please confirm my work and answer with these lines:
1.D.1: true / true except / not seen / not true
Sign-off code: AAAA-BBBB-CCCC-DDDD-E
Kind regards
Ingrid";

const HEAD: &str = "From: Maria Lind <maria.lind@nordvik.example>
To: Ingrid Solberg <ingrid.solberg@nordvik.example>
Subject: Re: sign-off
Date: Sun, 22 Nov 2026 08:00:00 +0100
Message-ID: <1@nordvik.example>
MIME-Version: 1.0
";

/// A message with more fields and a body.
fn message(fields: &str, body: &str) -> Vec<u8> {
    format!("{HEAD}{fields}\n{body}").into_bytes()
}

fn plain(body: &str) -> Vec<u8> {
    message("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", body)
}

fn html(body: &str) -> Vec<u8> {
    message("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", body)
}

/// A part in a message.
fn part(fields: &str, body: &str) -> String {
    format!("{fields}\n\n{body}\n")
}

/// A message of several parts.
fn parts(kind: &str, parts: &[String]) -> Vec<u8> {
    message(&format!("Content-Type: multipart/{kind}; boundary=\"=_b\"\n"), &divided("=_b", parts))
}

fn divided(boundary: &str, parts: &[String]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| format!("--{boundary}\n{part}")).collect();
    format!("{}--{boundary}--\n", parts.concat())
}

fn both(text: &str, html: &str) -> Vec<u8> {
    let text = part("Content-Type: text/plain; charset=utf-8", text);
    parts("alternative", &[text, part("Content-Type: text/html; charset=utf-8", html)])
}

/// Reads a message that must be readable.
fn mail(bytes: &[u8]) -> Mail {
    read(bytes).unwrap_or_else(|problem| panic!("{problem:?}\n{}", String::from_utf8_lossy(bytes)))
}

/// The sender's own text, if any.
fn own(bytes: &[u8]) -> String {
    let mail = mail(bytes);
    assert_eq!(mail.own.len(), 1, "{:#?}", mail.own);
    mail.own[0].text.clone()
}

/// The reason why a message is refused.
fn refused(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(Refused { message, help }) => {
            assert!(!help.is_empty() && !message.ends_with('.'), "{message} {help}");
            message
        }
        Ok(mail) => panic!("it was read: {mail:#?}\n{}", String::from_utf8_lossy(bytes)),
    }
}

/// Removes empty lines.
fn dense(text: &str) -> String {
    text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}
