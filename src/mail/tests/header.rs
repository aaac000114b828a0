//! Who sent a message and when, and headers that hide it.

use jiff::civil::date;

use super::{HEAD, dense, mail, message, own, plain, refused};
use crate::mail::{looks_like_mail, read};
use crate::source::Refused;

/// A message with some fields replaced.
fn with(old: &str, new: &str) -> Vec<u8> {
    let text = String::from_utf8(plain("1.D.1: not seen")).expect("it is text");
    assert!(text.contains(old), "{old}");
    text.replace(old, new).into_bytes()
}

const FROM: &str = "From: Maria Lind <maria.lind@nordvik.example>";
const DATE: &str = "Sun, 22 Nov 2026 08:00:00 +0100";

#[test]
fn senders_are_those_in_from_and_then_the_one_in_sender() {
    let people = |bytes: &[u8]| -> Vec<String> {
        let people = mail(bytes).senders.into_iter();
        people.map(|it| format!("{}<{}>", it.name.map_or_else(String::new, |name| name + " "), it.address)).collect()
    };
    let cases = [
        (FROM, "Maria Lind <maria.lind@nordvik.example>"),
        ("From: maria@nordvik.example", "<maria@nordvik.example>"),
        ("From : <maria@nordvik.example>", "<maria@nordvik.example>"),
        ("FROM:\n =?utf-8?q?Maria_L=C3=B8d?=\n <maria@nordvik.example>", "Maria Lød <maria@nordvik.example>"),
        ("From: \"Lind, Maria\" <maria@nordvik.example>", "Lind, Maria <maria@nordvik.example>"),
        ("From: \"Maria @ Nordvik\" <maria@nordvik.example>", "Maria @ Nordvik <maria@nordvik.example>"),
        ("From: \"maria@nordvik.example\" <Maria@nordvik.example>", "maria@nordvik.example <Maria@nordvik.example>"),
        ("From: =?iso-2022-jp?B?GyRCRURDZhsoQg==?= <tanaka@firm.example>", "田中 <tanaka@firm.example>"),
        ("From: maria@nordvik.example (Maria Lind)", "Maria Lind <maria@nordvik.example>"),
        ("From: a@x.example, B <b@x.example>\nSender: c@x.example", "<a@x.example> B <b@x.example> <c@x.example>"),
        ("From: a@x.example\nSender: A@X.example", "<a@x.example>"),
    ];
    for (fields, expected) in cases {
        assert_eq!(people(&with(FROM, fields)).join(" "), expected, "{fields}");
    }
}

#[test]
fn all_other_addresses_of_the_sender_are_known() {
    let cases = [
        ("Reply-To: Ingrid <ingrid@x.example>, b@x.example", "ingrid@x.example b@x.example"),
        ("Resent-From: \"Solberg, Ingrid\" <ingrid@x.example>", "ingrid@x.example"),
        ("Resent-Sender: ingrid@x.example\nResent-Sender: b@x.example", "ingrid@x.example b@x.example"),
        ("X-Sender: ingrid@x.example\nX-Original-From: b@x.example", "ingrid@x.example b@x.example"),
        ("Return-Path: <ingrid@x.example>", "ingrid@x.example"),
        ("Return-Path: <prvs=1234567890=ingrid@x.example>", "ingrid@x.example"),
        ("Return-Path: <SRS0=HHHH=TT=x.example=ingrid@forward.example>", "ingrid@x.example"),
        // Gmail forwarded what Ingrid received.
        ("Return-Path: <ingrid+caf_=private=y.example@x.example>", ""),
        ("X-Sender: somebody", ""),
        ("Cc: ingrid@x.example\nBcc: ingrid@x.example\nDelivered-To: ingrid@x.example", ""),
    ];
    for (fields, expected) in cases {
        assert_eq!(mail(&with(FROM, &format!("{FROM}\n{fields}"))).via.join(" "), expected, "{fields}");
    }
}

#[test]
fn the_day_is_the_senders_own() {
    let cases = [
        ("Mon, 23 Nov 2026 00:30:00 +1300", Some(date(2026, 11, 23))),
        ("Sun, 22 Nov 2026 23:59:59 -1100", Some(date(2026, 11, 22))),
        ("22 Nov 2026 08:00 GMT", Some(date(2026, 11, 22))),
        ("Sun, 22 Nov 2026 08:00:00 +0100 (CET)", Some(date(2026, 11, 22))),
        ("Sun, 31 Nov 2026 08:00:00 +0100", None),
        ("yesterday", None),
        ("", None),
    ];
    for (value, expected) in cases {
        assert_eq!(mail(&with(DATE, value)).sent, expected, "{value}");
    }
    assert_eq!(mail(&with(&format!("Date: {DATE}\n"), "")).sent, None);
}

#[test]
fn headers_that_hide_something_are_refused() {
    let two = |fields: &str| with(FROM, &format!("{FROM}\n{fields}"));
    let cases = [
        (two("From: ingrid@nordvik.example"), "more than one `from` line"),
        (two("from : ingrid@nordvik.example"), "more than one `from` line"),
        (two("Sender: a@x.example\nSender: b@x.example"), "more than one `sender` line"),
        (two(&format!("Date: {DATE}")), "more than one `date` line"),
        (two("Subject: x"), "more than one `subject` line"),
        (two("Content-Type: text/html"), "more than one `content-type` line"),
        (with(FROM, &format!("{FROM}\rFrom: ingrid@nordvik.example")), "hide part of it"),
        (with("Re: sign-off", "x\0y"), "hide part of it"),
        (with(FROM, "From: Board: maria@nordvik.example;"), "names a group"),
        (with(FROM, "From: \"maria@nordvik.example\" <ingrid@nordvik.example>"), "shows another address as"),
        (with(FROM, "From: (ingrid@nordvik.example) maria@nordvik.example"), "shows another address as"),
        (with(FROM, "From: maria@nordvik.example (ingrid@nordvik.example)"), "shows another address as"),
        (with(FROM, "From: =?utf-8?q?maria=40nordvik.example?= <ingrid@x.example>"), "shows another address as"),
        (with(FROM, "From: Maria Lind"), "no e-mail address"),
        (with(FROM, "From: <>"), "does not say who sent it"),
        (with(FROM, "From: maria@nordvik.example@x.example"), "no e-mail address"),
        (with(FROM, &format!("From: {}", "a@x.example, ".repeat(30))), "more people"),
        (with(FROM, "X-Header: no sender"), "does not say who sent it"),
        (with(FROM, "From: maria@nord\u{200b}vik.example"), "invisible characters"),
        (with(FROM, "From: Maria <mar\u{2060}ia@nordvik.example>"), "invisible characters"),
        (two("Reply-To: ingrid@nordvik\u{ad}.example"), "invisible characters"),
    ];
    for (bytes, expected) in cases {
        let message = refused(&bytes);
        assert!(message.contains(expected), "{message}: {expected}");
    }
}

#[test]
fn small_ordinary_messages_are_read_whatever_words_are_in_them() {
    for words in [
        "base64",
        "quoted-printable",
        "Content-Type: message/rfc822",
        "multipart/mixed",
        "message/ base64 text/",
        "--=_b",
    ] {
        let bytes = with("Re: sign-off", &format!("Re: the {words} question"));
        assert_eq!(mail(&bytes).subject, format!("Re: the {words} question"));
        assert_eq!(
            own(&plain(&format!("I saw {words} there.\n\n{words}"))),
            format!("I saw {words} there.\n\n{words}")
        );
    }
    assert_eq!(own(&message("", "No type is said: Gr\u{fc}\u{df}e")), "No type is said: Grüße");
}

#[test]
fn a_file_is_read_however_a_program_saved_it() {
    let bytes = plain("1.D.1: not seen\n\n-- \nMaria");
    let text = String::from_utf8(bytes.clone()).expect("it is text");
    let wide = |swap: bool, mark: bool| -> Vec<u8> {
        let units = text.encode_utf16().map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() });
        let start: &[u8] = if !mark {
            b""
        } else if swap {
            b"\xfe\xff"
        } else {
            b"\xff\xfe"
        };
        start.iter().copied().chain(units.flatten()).collect()
    };
    let emlx = format!("{:<10}\n{text}<?xml version=\"1.0\"?><plist><dict><key>date</key></dict></plist>", text.len());
    let saved = [
        bytes.clone(),
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        format!("\n\n{text}").into_bytes(),
        format!("From maria@nordvik.example Sun Nov 22 08:00:00 2026\n{text}").into_bytes(),
        emlx.into_bytes(),
        wide(false, true),
        wide(true, true),
        wide(false, false),
        wide(true, false),
    ];
    for bytes in &saved {
        assert!(looks_like_mail(bytes), "{}", String::from_utf8_lossy(bytes));
        assert_eq!(dense(&own(bytes)), "1.D.1: not seen", "{}", String::from_utf8_lossy(bytes));
    }
    let twice = format!("From a@x Sun\n{text}\n\nFrom b@x Sun\n{text}");
    assert!(refused(twice.as_bytes()).contains("mailbox with several e-mails"));
    let page = with(FROM, "From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/");
    assert!(refused(&page).contains("saved web page"));
    let foreign: Vec<u8> = b"\xff\xfe"
        .iter()
        .copied()
        .chain(text.replace("not", "nøt").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert!(refused(&foreign).contains("UTF-16"));
}

#[test]
fn what_is_no_e_mail_is_not_taken_for_one() {
    let others: [&[u8]; 6] = [
        b"",
        b"From: a letter\n\nDear",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old document of Word",
        b"Dear Ingrid,\nFrom: the board\nDate: today\n",
        b"key: value\nfrom: x\n",
    ];
    for bytes in others {
        assert!(!looks_like_mail(bytes) || bytes.starts_with(b"Dear"), "{}", String::from_utf8_lossy(bytes));
        assert!(matches!(read(bytes), Err(Refused { .. })), "{}", String::from_utf8_lossy(bytes));
    }
    assert!(looks_like_mail(HEAD.as_bytes()));
}

#[test]
fn all_that_can_be_read_is_there_for_searching() {
    let attached = super::part(
        "Content-Type: text/plain; name=\"Aaboe.txt\"\nContent-Disposition: attachment; filename*=utf-8''%C3%A6%20notes.txt",
        "written by Kirsten",
    );
    let inner = super::part(
        "Content-Type: message/rfc822",
        "From: Per Dahl <per@x.example>\nSubject: =?utf-8?q?Fjellmeieriet_=C3=A6?=\n\nhello from inside",
    );
    let shown = super::part(
        "Content-Type: text/html",
        "<title>Head</title><p>I saw it.</p><!-- Note --><img alt='Alternative' src='data:x'><a href='mailto:link@x.example'>link</a>",
    );
    let mail = mail(&super::parts("mixed", &[shown, attached, inner]));
    for word in [
        "maria.lind@nordvik.example",
        "Ingrid Solberg",
        "sign-off",
        "æ notes.txt",
        "written by Kirsten",
        "Per Dahl",
        "Fjellmeieriet æ",
        "hello from inside",
        "Head",
        "Note",
        "Alternative",
        "link@x.example",
        "I saw it.",
    ] {
        assert!(mail.text.contains(word), "{word}: {}", mail.text);
    }
    assert_eq!(mail.attachments, ["æ notes.txt", "Fjellmeieriet æ"]);
    assert_eq!(mail.own[0].text, "I saw it.\n\nlink");
}
