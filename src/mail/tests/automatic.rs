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
        "X-Auto-Submitted: auto-replied",
        "X-EBSERVER-AUTORESP: 1",
        "X-MS-Exchange-Inbox-Rules-Loop: maria.lind@nordvik.example",
        "X-Mailer: vacation 1.2",
        "User-Agent: Goldfish Autoresponder",
        "X-RT-Loop-Prevention: nordvik",
        "Return-Path: <MAILER-DAEMON>",
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
        "mailerdaemon@x.example",
        "bounce@x.example",
        "bounces+maria=nordvik.example@x.example",
        "bounce-1234@x.example",
        "board-bounces@x.example",
        "autoreply@x.example",
        "Auto-Reply@x.example",
        "vacation@x.example",
        "no.reply@x.example",
        "drive-shares-noreply@x.example",
        "notifications@x.example",
        "notification@x.example",
        "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@x.example",
        "majordomo@x.example",
    ];
    for sender in senders {
        let bytes = String::from_utf8(message(TEXT, "x")).expect("it is text");
        let message = refused(bytes.replace("maria.lind@nordvik.example", sender).as_bytes());
        assert!(message.contains("sent by a program"), "{sender}: {message}");
    }
}

#[test]
fn what_a_service_or_a_mail_server_wrote_is_named() {
    let with = |old: &str, new: &str| {
        let text = String::from_utf8(message(TEXT, "1.D.1: true")).expect("it is text");
        assert!(text.contains(old), "{old}");
        refused(text.replace(old, new).as_bytes())
    };
    for host in ["docusign.net", "eumail.docusign.net", "Echosign.com", "adobesign.com"] {
        let said = with("Maria Lind <maria.lind@nordvik.example>", &format!("Maria Lind via Sign <dse_NA3@{host}>"));
        assert!(said.contains("service for signing"), "{host}: {said}");
    }
    for name in ["Mail Delivery Subsystem", "Mail Delivery System", "Maria Lind (no reply)"] {
        let said = with("Maria Lind <", &format!("\"{name}\" <"));
        assert!(said.contains("sent by a program"), "{name}: {said}");
    }
    for (subject, because) in [
        ("Automatic reply: sign-off", "sent by a program"),
        ("Out of Office AutoReply: sign-off", "sent by a program"),
        ("Autosvar: sign-off", "sent by a program"),
        ("=?utf-8?q?R=C3=A9ponse_automatique_=3A_sign-off?=", "sent by a program"),
        ("Undeliverable: sign-off", "report of a mail server"),
        ("Delivery Status Notification (Failure)", "report of a mail server"),
    ] {
        let said = with("Re: sign-off", subject);
        assert!(said.contains(because), "{subject}: {said}");
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
        (message("Content-Type: text/calendar\n", "BEGIN:VCALENDAR\nMETHOD:REPLY\n"), "meeting"),
        (
            parts("alternative", &[text(), part("Content-Type: text/calendar", "BEGIN:VCALENDAR\nmethod;X=1:REQUEST")]),
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
        "X-MS-Exchange-Inbox-Rules-Loop: ingrid.solberg@nordvik.example",
        "X-Mailer: Microsoft Outlook 16.0",
        "X-Sieve: CMU Sieve 2.3",
    ];
    for field in fields {
        let mail = mail(&message(&format!("{TEXT}{field}\n"), "1.D.1: true"));
        assert_eq!(mail.own[0].text, "1.D.1: true", "{field}");
    }
    let plain = String::from_utf8(message(TEXT, "1.D.1: true")).expect("it is text");
    for (old, new) in [
        ("maria.lind@nordvik.example", "john.bounce@nordvik.example"),
        ("maria.lind@nordvik.example", "bounce.smith@nordvik.example"),
        ("maria.lind@nordvik.example", "maria.lind@docusign.com"),
        ("Maria Lind <maria.lind@nordvik.example>", "Ann Bounce <ann@nordvik.example>"),
        ("Re: sign-off", "Re: Automatic reply: sign-off"),
        ("Re: sign-off", "Automatic reply"),
        ("Re: sign-off", "Undeliverable goods: sign-off"),
    ] {
        assert_eq!(mail(plain.replace(old, new).as_bytes()).own[0].text, "1.D.1: true", "{new}");
    }
    let calendar = part("Content-Type: text/calendar; name=day.ics", "BEGIN:VCALENDAR\nMETHOD:PUBLISH");
    let bytes = parts("mixed", &[part("Content-Type: text/plain", "See below."), calendar]);
    assert_eq!(mail(&bytes).attachments, ["day.ics"]);
    // An attached report is not an answer, but does not invalidate the message it is attached to.
    let report = "From: mailer-daemon@x.example\nContent-Type: multipart/report; boundary=r\n\n--r\n\nbounced\n--r--";
    let bytes =
        parts("mixed", &[part("Content-Type: text/plain", "See below."), part("Content-Type: message/rfc822", report)]);
    assert_eq!(mail(&bytes).own[0].text, "See below.");
}
