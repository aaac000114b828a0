//! Messages saved by Outlook, built here stream by stream (MS-OXMSG).

use std::io::{Cursor, Write};

use cfb::CompoundFile;
use jiff::civil::date;

use super::{QUESTION, REPLY, dense, mail, refused};
use crate::mail::{looks_like_mail, read};

type File = CompoundFile<Cursor<Vec<u8>>>;

/// Builds a message.
pub struct Msg {
    file: File,
    folder: String,
    numbers: Vec<(u32, u64)>,
    attachments: usize,
}

impl Msg {
    pub fn new() -> Self {
        let file = CompoundFile::create(Cursor::new(Vec::new())).expect("it is in memory");
        let mut msg = Msg { file, folder: String::new(), numbers: Vec::new(), attachments: 0 };
        msg.file.create_storage("/__nameid_version1.0").expect("it is new");
        for stream in ["00020102", "00030102", "00040102"] {
            msg.file.create_stream(format!("/__nameid_version1.0/__substg1.0_{stream}")).expect("it is new");
        }
        msg
    }

    /// A message as Outlook receives it.
    pub fn answer() -> Self {
        // Sunday, 22 November 2026, 23:30 in UTC.
        let time = (1_795_390_200 + 11_644_473_600) * 10_000_000;
        Msg::new()
            .text(0x001a, "IPM.Note")
            .text(0x0037, "Re: sign-off")
            .text(0x0042, "Maria Lind")
            .text(0x0064, "SMTP")
            .text(0x0065, "maria.lind@nordvik.example")
            .text(0x0c1a, "Maria Lind")
            .text(0x0c1e, "SMTP")
            .text(0x0c1f, "maria.lind@nordvik.example")
            .number(0x0039_0040, time)
            .number(0x0e07_0003, 1)
    }

    fn stream(&mut self, name: &str, bytes: &[u8]) {
        let path = format!("{}/{name}", self.folder);
        self.file.create_stream(path).expect("the folder is there").write_all(bytes).expect("it is in memory");
    }

    pub fn text(mut self, id: u16, text: &str) -> Self {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.numbers.push((u32::from(id) << 16 | 0x1f, wide.len() as u64 + 2));
        self.stream(&format!("__substg1.0_{id:04X}001F"), &wide);
        self
    }

    fn ansi(mut self, id: u16, bytes: &[u8]) -> Self {
        self.numbers.push((u32::from(id) << 16 | 0x1e, bytes.len() as u64 + 1));
        self.stream(&format!("__substg1.0_{id:04X}001E"), bytes);
        self
    }

    pub fn binary(mut self, id: u16, bytes: &[u8]) -> Self {
        self.numbers.push((u32::from(id) << 16 | 0x0102, bytes.len() as u64));
        self.stream(&format!("__substg1.0_{id:04X}0102"), bytes);
        self
    }

    fn number(mut self, tag: u32, value: u64) -> Self {
        self.numbers.push((tag, value));
        self
    }

    /// Removes a property added before.
    fn without(mut self, id: u16) -> Self {
        self.file.remove_stream(format!("{}/__substg1.0_{id:04X}001F", self.folder)).expect("it was put in");
        self.numbers.retain(|(tag, _)| tag >> 16 != u32::from(id));
        self
    }

    fn replaced(self, id: u16, text: &str) -> Self {
        self.without(id).text(id, text)
    }

    /// Writes an object in a storage of its own, with `skipped` bytes before its properties.
    fn inside(mut self, folder: &str, skipped: usize, fill: impl FnOnce(Msg) -> Msg) -> Self {
        let outer = (self.folder.clone(), std::mem::take(&mut self.numbers), std::mem::take(&mut self.attachments));
        self.folder = format!("{}/{folder}", self.folder);
        self.file.create_storage(&self.folder).expect("it is new");
        let mut filled = fill(self);
        filled.properties(skipped);
        (filled.folder, filled.numbers, filled.attachments) = outer;
        filled
    }

    pub fn attach(mut self, fill: impl FnOnce(Msg) -> Msg) -> Self {
        let folder = format!("__attach_version1.0_#{:08X}", self.attachments);
        self.attachments += 1;
        self.inside(&folder, 8, fill)
    }

    fn properties(&mut self, skipped: usize) {
        let mut bytes = vec![0; skipped];
        if skipped >= 24 {
            let count = u32::try_from(self.attachments).expect("there are few").to_le_bytes();
            bytes[20..24].copy_from_slice(&count);
            bytes[12..16].copy_from_slice(&count);
        }
        for (tag, value) in &self.numbers {
            bytes.extend_from_slice(&tag.to_le_bytes());
            bytes.extend_from_slice(&6_u32.to_le_bytes());
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        self.stream("__properties_version1.0", &bytes);
    }

    pub fn bytes(mut self) -> Vec<u8> {
        self.properties(32);
        self.file.flush().expect("it is in memory");
        self.file.into_inner().into_inner()
    }
}

fn plain_text() -> String {
    format!(
        "{REPLY}\r\n\r\nFrom: Ingrid Solberg\r\nSent: Friday, 20 November 2026 09:14\r\nTo: Maria Lind\r\nSubject: sign-off\r\n\r\n{QUESTION}"
    )
}

fn markup() -> String {
    let lines = |text: &str| text.lines().map(|line| format!("<p class=MsoNormal>{line}</p>")).collect::<String>();
    format!(
        "<html><meta charset=utf-8><body>{}<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p>From: Ingrid</p></div>{}</body></html>",
        lines(REPLY),
        lines(QUESTION)
    )
}

#[test]
fn the_sender_the_day_and_each_body_are_read() {
    let both = || Msg::answer().text(0x1000, &plain_text()).binary(0x1013, markup().as_bytes());
    let cases = [
        (Msg::answer().text(0x1000, &plain_text()), REPLY),
        (Msg::answer().binary(0x1013, markup().as_bytes()), REPLY),
        (Msg::answer().text(0x1013, &markup()), REPLY),
        (both(), REPLY),
        (both().number(0x3fde_0003, 65001), REPLY),
        (Msg::answer().number(0x3ffd_0003, 1251).ansi(0x1000, b"\xcf\xf0\xe0\xe2\xe4\xe0"), "Правда"),
        (Msg::answer().number(0x3ffd_0003, 932).ansi(0x1000, b"\x90\xb3\x82\xb5\x82\xa2"), "正しい"),
        (Msg::answer().ansi(0x1000, b"Gr\xfc\xdfe"), "Grüße"),
    ];
    for (msg, expected) in cases {
        let bytes = msg.bytes();
        assert!(looks_like_mail(&bytes));
        let mail = mail(&bytes);
        assert_eq!(mail.own.len(), 1, "{:#?}", mail.own);
        assert_eq!(dense(&mail.own[0].text), expected);
        assert_eq!((mail.sent, mail.subject.as_str()), (Some(date(2026, 11, 22)), "Re: sign-off"));
        let people: Vec<_> = mail.senders.iter().map(|it| (it.name.as_deref(), it.address.as_str())).collect();
        assert_eq!(people, [(Some("Maria Lind"), "maria.lind@nordvik.example")]);
    }
    let differing = Msg::answer().text(0x1000, "1.D.1: true").binary(0x1013, b"<p>1.D.1: not true: no</p>");
    assert_eq!(mail(&differing.bytes()).own.len(), 2);
}

#[test]
fn senders_and_day_come_from_where_outlook_keeps_them() {
    let exchange = || {
        let msg = Msg::answer().text(0x1000, "1.D.1: true").replaced(0x0064, "EX").replaced(0x0065, "/O=X/CN=MARIA");
        msg.replaced(0x0c1e, "EX").replaced(0x0c1f, "/O=X/CN=MARIA")
    };
    let addresses = |msg: Msg| -> Vec<String> { mail(&msg.bytes()).senders.into_iter().map(|it| it.address).collect() };
    assert_eq!(addresses(exchange().text(0x5d01, "maria@nordvik.example")), ["maria@nordvik.example"]);
    assert_eq!(
        addresses(exchange().text(0x5d02, "maria@nordvik.example").text(0x5d01, "aide@nordvik.example")),
        ["maria@nordvik.example", "aide@nordvik.example"]
    );
    let hidden = exchange().text(0x5d02, "mar\u{200b}ia@nordvik.example").text(0x5d01, "aide@nordvik.example");
    assert!(refused(&hidden.bytes()).contains("invisible characters"));
    let answered = Msg::answer().text(0x1000, "1.D.1: true").text(0x0050, "Ingrid <ingrid@nordvik.example>");
    assert_eq!(mail(&answered.bytes()).via, ["ingrid@nordvik.example"]);
    assert!(refused(&exchange().bytes()).contains("does not hold the sender's e-mail address"));
    let sent = "From: Maria <maria@nordvik.example>\r\nDate: Mon, 23 Nov 2026 12:30:00 +1300\r\n";
    assert_eq!(addresses(exchange().text(0x007d, sent)), ["maria@nordvik.example"]);
    assert_eq!(mail(&exchange().text(0x007d, sent).bytes()).sent, Some(date(2026, 11, 23)));
}

#[test]
fn what_is_no_answer_is_refused_of_outlook_too() {
    let with = |class: &str| Msg::answer().text(0x1000, "x").replaced(0x001a, class);
    let header = |fields: &str| {
        Msg::answer()
            .text(0x1000, "x")
            .text(0x007d, &format!("From: Maria <maria.lind@nordvik.example>\r\n{fields}\r\n"))
    };
    let cases = [
        (with("IPM.Note.Rules.OofTemplate.Microsoft"), "sent by a program"),
        (with("IPM.Note.Rules.ReplyTemplate.Microsoft"), "sent by a program"),
        (with("REPORT.IPM.Note.NDR"), "report of a mail server"),
        (with("REPORT.IPM.Note.DR"), "report of a mail server"),
        (with("REPORT.IPM.Note.IPNRN"), "read receipt"),
        (with("REPORT.IPM.Note.IPNNRN"), "read receipt"),
        (with("IPM.Schedule.Meeting.Resp.Pos"), "meeting"),
        (with("IPM.Appointment"), "meeting"),
        (with("IPM.Outlook.Recall"), "recalls"),
        (with("IPM.Contact"), "not an e-mail"),
        (header("Auto-Submitted: auto-replied"), "sent by a program"),
        (header("From: Ingrid <ingrid@x.example>"), "more than one `from` line"),
        (header("Content-Type: multipart/report; report-type=delivery-status"), "report of a mail server"),
        (Msg::answer().text(0x1000, "x").number(0x0e07_0003, 9), "draft"),
        (Msg::answer().text(0x1000, "> quoted"), "wrote nothing"),
        (Msg::answer(), "wrote nothing"),
    ];
    for (msg, expected) in cases {
        let message = refused(&msg.bytes());
        assert!(message.contains(expected), "{message}: {expected}");
    }
    let two = Msg::answer().text(0x1000, "x").number(0x0e07_0003, 1).bytes();
    assert_eq!(mail(&two).own[0].text, "x");
}

#[test]
fn what_is_attached_is_listed_and_searched() {
    let msg = Msg::answer()
        .text(0x1000, "See below.")
        .attach(|it| it.text(0x3707, "notes æ.txt").text(0x370e, "text/plain").binary(0x3701, b"by Kirsten"))
        .attach(|it| it.text(0x3704, "EVIDEN~1.PDF").binary(0x3701, &[7; 9000]))
        .attach(|it| {
            it.text(0x3001, "a message").inside("__substg1.0_3701000D", 24, |it| {
                it.text(0x0037, "Inner subject").text(0x1000, "Inner words").attach(|it| it.text(0x3707, "Aaboe.docx"))
            })
        });
    let mail = mail(&msg.bytes());
    assert_eq!(mail.attachments, ["notes æ.txt", "EVIDEN~1.PDF", "a message"]);
    for word in
        ["by Kirsten", "Inner subject", "Inner words", "Aaboe.docx", "notes æ.txt", "maria.lind@nordvik.example"]
    {
        assert!(mail.text.contains(word), "{word}: {}", mail.text);
    }
    let carrier = Msg::answer().attach(|it| it.inside("__substg1.0_3701000D", 24, |it| it.text(0x1000, "Inner words")));
    assert!(refused(&carrier.bytes()).contains("only carries another e-mail"));
    let carrier = Msg::answer().attach(|it| it.text(0x3707, "answer.eml").binary(0x3701, b"From: a@x.example\n\nx"));
    assert!(refused(&carrier.bytes()).contains("only carries another e-mail"));
}

#[test]
fn signed_messages_are_read_and_sealed_ones_named() {
    let carrying = |class: &str, bytes: &[u8]| {
        Msg::answer()
            .replaced(0x001a, class)
            .attach(|it| it.text(0x3707, "smime.p7m").text(0x370e, "multipart/signed").binary(0x3701, bytes))
    };
    let signed = b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n1.D.1: true\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--\r\n";
    assert_eq!(mail(&carrying("IPM.Note.SMIME.MultipartSigned", signed).bytes()).own[0].text, "1.D.1: true");
    assert!(refused(&carrying("IPM.Note.SMIME", b"\x30\x80\x06\x09").bytes()).contains("packed with S/MIME"));
    let protected =
        Msg::answer().text(0x1000, "protected").attach(|it| it.text(0x3707, "message.rpmsg").binary(0x3701, b"x"));
    assert!(refused(&protected.bytes()).contains("protected by Microsoft"));
}

#[test]
fn a_damaged_file_is_only_not_read() {
    let msg = Msg::answer().text(0x1000, &plain_text()).binary(0x1013, markup().as_bytes());
    let bytes = msg.attach(|it| it.text(0x3707, "x").binary(0x3701, &[1; 5000])).bytes();
    let mut seed = 1_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("it is small") % below
    };
    for _ in 0..500 {
        let mut broken = bytes.clone();
        for _ in 0..=next(4) {
            // Hit the tables more often.
            let at = if next(2) == 0 { next(2048) } else { next(broken.len()) };
            broken[at] = [0, 0xff, 0x7f, 1, u8::try_from(next(256)).expect("it is a byte")][next(5)];
        }
        broken.truncate(if next(4) == 0 { next(bytes.len()) } else { bytes.len() });
        looks_like_mail(&broken);
        let _ = read(&broken);
    }
}
