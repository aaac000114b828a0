//! Messages that programs write by themselves, and ordinary ones that look a little like them.

use super::{mail, message, part, parts, refused};

const TEXT: &str = "Content-Type: text/plain\n";

#[test]
fn what_a_program_wrote_is_refused() {
    let fields = [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "AUTO-SUBMITTED: Auto-Notified; owner-email=\"a@x.example\"",
        "X-Autoreply: yes",
        "X-Autorespond: I am away",
        "X-Autoreply-From: maria@nordvik.example",
        "Auto-Replied: yes",
        "X-Mail-Autoreply: 1",
        "X-Vacation: yes",
        "Precedence: auto_reply",
        "Precedence: junk",
        "Precedence: bulk",
        "Return-Path: <>",
        "X-Failed-Recipients: x@y.example",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
        "X-POST-MessageClass: 9; Autoresponder",
    ];
    for field in fields {
        let message = refused(&message(&format!("{TEXT}{field}\n"), "I am out of the office. 1.D.1: true"));
        assert!(message.contains("sent by a program"), "{field}: {message}");
    }
    let senders = [
        "postmaster@firm.example",
        "noreply@x.example",
        "No-Reply@x.example",
        "MAILER-DAEMON@x.example",
        "MAILER-DAEMON",
    ];
    for sender in senders {
        let bytes = String::from_utf8(message(TEXT, "x")).expect("it is text");
        let message = refused(bytes.replace("maria.lind@nordvik.example", sender).as_bytes());
        assert!(message.contains("sent by a program"), "{sender}: {message}");
    }
}

#[test]
fn reports_meetings_and_drafts_are_named() {
    let text = || part("Content-Type: text/plain", "1.D.1: true");
    let report = |kind: &str| {
        parts(&format!("report; report-type={kind}"), &[text(), part(&format!("Content-Type: message/{kind}"), "x")])
    };
    let with = |fields: &str| message(&format!("{TEXT}{fields}\n"), "x");
    let cases = [
        (report("delivery-status"), "report of a mail server"),
        (report("disposition-notification"), "read receipt"),
        (parts("mixed", &[text(), part("Content-Type: message/delivery-status", "x")]), "report of a mail server"),
        (parts("mixed", &[text(), part("Content-Type: message/disposition-notification", "x")]), "read receipt"),
        (
            parts("alternative", &[text(), part("Content-Type: text/calendar; method=REPLY", "BEGIN:VCALENDAR")]),
            "meeting",
        ),
        (with("Content-Class: urn:content-classes:mdn"), "read receipt"),
        (with("Content-Class: urn:content-classes:dsn"), "report of a mail server"),
        (with("Content-Class: urn:content-classes:calendarmessage"), "meeting"),
        (with("X-Unsent: 1"), "draft"),
        (with("X-Mozilla-Draft-Info: internal/draft; vcard=0"), "draft"),
        (parts("alternative", &[text(), part("Content-Type: text/vnd.google.email-reaction+json", "{}")]), "reaction"),
    ];
    for (bytes, expected) in cases {
        let message = refused(&bytes);
        assert!(message.contains(expected), "{message}: {expected}");
    }
}

#[test]
fn what_a_person_wrote_is_read() {
    let fields = [
        "Auto-Submitted: no",
        "auto-submitted: No (a person)",
        "X-Auto-Response-Suppress: All",
        "X-Autoreply: no",
        "Precedence: list\nList-Id: <board.nordvik.example>",
        "Precedence: bulk\nList-Id: <board.nordvik.example>",
        "Precedence: normal",
        "Return-Path: <maria.lind@nordvik.example>",
        "Content-Class: urn:content-classes:message",
        "X-Unsent: 0",
        "Disposition-Notification-To: maria@nordvik.example",
        "X-MS-Exchange-Organization-AutoForwarded: false",
    ];
    for field in fields {
        let mail = mail(&message(&format!("{TEXT}{field}\n"), "1.D.1: true"));
        assert_eq!(mail.own[0].text, "1.D.1: true", "{field}");
    }
    // A report that is attached to an answer is no answer, but does not spoil one.
    let report = "From: mailer-daemon@x.example\nContent-Type: multipart/report; boundary=r\n\n--r\n\nbounced\n--r--";
    let bytes =
        parts("mixed", &[part("Content-Type: text/plain", "See below."), part("Content-Type: message/rfc822", report)]);
    assert_eq!(mail(&bytes).own[0].text, "See below.");
}
