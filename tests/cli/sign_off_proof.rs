//! Stories about e-mails as answers: what is read as a claim, what is shown as it is, and what is no answer.
#![allow(clippy::disallowed_methods, reason = "tests make the proofs that they tamper with")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::{Said, Sandbox};
use crate::sign_off::{asked, fingerprint};
use crate::sign_off_record::waiting;
use crate::zips::{ARCHIVE, page, section};

const RECORD: &str = "sign-offs/2026-11-22-line-manager";

/// An e-mail made by Python's own library: `script` adds to the message `m`, `text` is what the signatory writes.
pub fn mail(sandbox: &Sandbox, text: &str, script: &str) -> PathBuf {
    let path = sandbox.path("../answer.eml");
    let python = format!(
        "import sys\nfrom email import policy\nfrom email.message import EmailMessage\n\
         text = sys.argv[1]\nm = EmailMessage(policy=policy.SMTP)\n\
         m['From'] = 'Maria Lind <maria.lind@nordvik.example>'\nm['To'] = 'ingrid.solberg@nordvik.example'\n\
         m['Subject'] = 'Bekräftelse'\nm['Date'] = 'Sun, 22 Nov 2026 08:00:00 +0100'\n{script}\n\
         open(sys.argv[2], 'wb').write(m.as_bytes())\n"
    );
    let made = Command::new("python3").args(["-c", &python, text]).arg(&path).output().expect("python3 is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    path
}

pub fn record(sandbox: &Sandbox, proof: &Path) -> Said {
    sandbox.akam(&["sign-off", "record", "--proof", &proof.to_string_lossy()])
}

/// The reply in the form's own words about 1.D.3.
pub fn form(fingerprint: &str) -> String {
    format!("1.D.3: true as far as I saw it\n\nFingerprint: {fingerprint}\n")
}

#[test]
#[ignore = "needs other people's tools"]
fn an_e_mail_in_the_words_of_the_form_is_read_however_a_mail_program_wrote_it() {
    let html = "'<p>' + text.strip().replace('\\n', '<br>') + '</p>'";
    let forms = [
        ("plain", "m.set_content(text)".to_owned()),
        ("quoted-printable", "m.set_content('Hi Ingrid,\\n\\n' + text, cte='quoted-printable')".to_owned()),
        ("base64", "m.set_content(text, cte='base64')".to_owned()),
        ("Latin-1", "m.set_content('Grüße\\n'.replace('Grüße', 'Viele Grüße') + text, charset='iso-8859-1')".to_owned()),
        ("both", format!("m.set_content(text); m.add_alternative({html}, subtype='html')")),
        ("HTML only", format!("m.set_content('<html><body><p>Dear Ingrid</p>' + {html} + '</body></html>', subtype='html')")),
        (
            "with a picture",
            "m.set_content(text); m.add_attachment(b'x' * 5000, maintype='image', subtype='png', filename='logo.png')"
                .to_owned(),
        ),
        ("above a quotation", "m.set_content(text + '\\nOn Sunday Ingrid <i@n.example> wrote:\\n> Please confirm.')".to_owned()),
        (
            "above an unmarked quotation",
            "m.set_content(text + '\\nOn Sunday Ingrid <i@n.example> wrote:\\n\\nI do not believe it.')".to_owned(),
        ),
        (
            "above an HTML quotation",
            format!("m.set_content({html} + '<p>On Sunday Ingrid &lt;i@n.example&gt; wrote:</p><blockquote>Please confirm. It is all lies.</blockquote>', subtype='html')"),
        ),
        ("base64 in the subject", "m.replace_header('Subject', 'Re: the base64 question'); m.set_content(text)".to_owned()),
        (
            "signed",
            "m.set_content(text + '\\nBest regards\\nMaria Lind\\nSales director, Nordvik AS\\n\\n-- \\nNordvik AS, Bergen')"
                .to_owned(),
        ),
        ("by a phone", "m.set_content(text + '\\nSent from my iPhone')".to_owned()),
    ];
    for (form_of, script) in forms {
        let (sandbox, fingerprint) = waiting();
        let path = mail(&sandbox, &form(&fingerprint), &script);
        let said = record(&sandbox, &path);
        assert_eq!(said.code, 0, "{form_of}\n{}{}", said.out, said.err);
        said.expect(0, &["e-mail from Maria Lind <maria.lind@nordvik.example>", "confirmed 1.D.3 on 2026-11-22"]);
        assert_eq!(
            std::fs::read(sandbox.path(&format!("{RECORD}/proof.eml"))).expect("the proof is kept"),
            std::fs::read(path).expect("it was written a moment ago")
        );
        sandbox.akam(&["check", "1.D.3"]).expect(0, &["e-mail", "signed", "no findings"]);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn the_lines_of_the_form_say_what_is_confirmed() {
    let sandbox = Sandbox::complete().remove("sign-offs");
    let said = asked(&sandbox, &["1.D.1", "1.D.3", "2.D.2", "2.D.3"], "since 2022-04");
    let text = format!(
        "Dear Ingrid,\n1.D.1: true as far as I saw it\n1.D.3: true except: each of 118 unplanned pump stops, because I have\n\
         only seen the totals\n2.D.2: not seen\n2.D.3: not true: we never won the dryers\n\nFingerprint: {}\n\nMaria Lind\n",
        fingerprint(&said)
    );
    record(&sandbox, &mail(&sandbox, &text, "m.set_content(text)")).expect(
        0,
        &[
            "confirmed 1.D.1 on 2026-11-22",
            "1.D.3 true except: “each of 118 unplanned pump stops, because I have only seen the totals”",
            "2.D.2 not seen",
            "2.D.3 not true: “we never won the dryers”",
        ],
    );
    let said = sandbox.akam(&["check"]);
    said.expect(
        1,
        &["e-mail    signed", "excepted  ready", "not seen  ready", "declined  drafting", "sign-off-declined"],
    );
    sandbox.akam(&["pack"]).expect(1, &["nothing was packed"]);
    // A draft shows all of it.
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    let whole = page(&sandbox.path(&ARCHIVE.replace(".zip", "-DRAFT.zip")));
    let page = |code: &str| section(&whole, code);
    let plan = page("1.D.3");
    for said in [
        "Valid, with exceptions",
        "<mark>each of 118 unplanned pump stops</mark>",
        "Not confirmed by Maria Lind, Sales director, Nordvik AS (line manager): “each of 118",
        "22 November 2026: Maria Lind answered: true except: “each of 118",
        "Senders of e-mails are not proved",
    ] {
        assert!(plan.contains(said), "the page does not say {said:?}\n{plan}");
    }
    assert!(page("2.D.2").contains("Maria Lind did not see this work"), "{}", page("2.D.2"));
    assert!(page("2.D.3").contains("Maria Lind says that it is not true."), "{}", page("2.D.3"));
}

#[test]
#[ignore = "needs other people's tools"]
fn an_answer_in_own_words_is_shown_as_it_is_and_never_called_signed() {
    let words = "Well, most of it seems right to me, as far as I remember.";
    let script = "m.replace_header('Subject', 'Re: ' + text); m.set_content('Well, most of it seems right to me, as far as I remember.\\nMaria')";
    let (sandbox, fingerprint) = waiting();
    let path = mail(&sandbox, &fingerprint, script);
    let before = sandbox.snapshot();
    let refused = record(&sandbox, &path);
    refused.expect(2, &[words, "akam does not judge what a sentence means", "--read-as all"]);
    assert_eq!(sandbox.snapshot(), before, "nothing is recorded before the candidate has read it");
    let proof = path.to_string_lossy();
    let with = |flags: &[&str]| sandbox.akam(&[&["sign-off", "record", "--proof", &proof], flags].concat());
    with(&["--read-as", "some"]).expect(2, &["missing: what the answer does not confirm"]);
    with(&["--read-as", "all"]).expect(0, &["as you read it, 1.D.3 is confirmed", "answered in own words", words]);
    let said = sandbox.akam(&["check", "1.D.3"]).expect(0, &["own words  ready", "sign-off-own-words"]);
    assert!(!said.out.contains("signed"), "{}", said.out);
    sandbox.akam(&["sign-off", "list"]).expect(0, &["answered on 2026-11-22: e-mail from Maria Lind", "in own words"]);
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    let whole = page(&sandbox.path(&ARCHIVE.replace(".zip", "-trial-1.D.3.zip")));
    let cover = whole.split("<section id=").next().expect("the page has a cover");
    for page in [cover, &section(&whole, "1.D.3")] {
        let shown = page.find(words).expect("the words are shown");
        let folded = page[..shown].matches("<details>").count() - page[..shown].matches("</details>").count();
        assert_eq!(folded, 0, "the words are folded away: {page}");
        assert!(page.contains("nswered in own words"), "{page}");
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn on_a_terminal_the_whole_answer_is_shown_before_the_first_question() {
    let (sandbox, fingerprint) = waiting();
    let path = mail(
        &sandbox,
        &fingerprint,
        "m.set_content('I cannot confirm this.\\n\\nOn Friday Ann <a@b.example> wrote:\\n\\nPlease confirm ' + text)",
    );
    let answers = [("What does this answer confirm?", "\u{1b}[B\u{1b}[B\r")];
    let said = sandbox.akam_asking(&answers, &["sign-off", "record", "--proof", &path.to_string_lossy()]);
    let text = said.out.find("I cannot confirm this.").expect("the answer is shown");
    assert!(text < said.out.find("What does this answer confirm?").expect("it is asked"), "{}", said.out);
    said.expect(0, &["recorded"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["as the candidate reads the answer, Maria Lind does not confirm it"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn what_turns_the_meaning_of_the_form_makes_it_an_answer_in_own_words() {
    let twists = [
        "m.set_content('I do NOT confirm this.\\n\\n' + text)",
        "m.set_content(text + '\\nBut none of that is so.')",
        "m.set_content(text.replace('it\\n', 'it, mostly\\n', 1))",
        "m.set_content(text); m.add_alternative('<p>I do not confirm this. ' + text + '</p>', subtype='html')",
        // A no that has the shape of a quotation, of a signature, of an exception or of a courtesy.
        "m.set_content(text + '\\nI do NOT confirm this passage:\\n> We won 14 % margin')",
        "m.set_content(text + '\\n--------\\n1.D.3 is not true')",
        "m.set_content(text + '\\nRemarks as of 20 November 2026:\\n1.D.3 is not true')",
        "m.set_content(text + '\\nE-mail: maria@n.example\\nWeb: n.example\\n\\nP.S. It is not true')",
        "m.set_content(text + '\\n> 1.D.3 is not true')",
        "m.set_content(text + '\\nOn Sunday Ingrid <i@n.example> wrote:\\n> 1.D.3: not true: we lost')",
        "m.set_content(text + '\\n-- \\nMaria\\nI do not confirm 1.D.3')",
        "m.set_content(text + '\\nMaria Lind\\nI do not confirm it')",
        "m.set_content(text.replace(' as far as I saw it\\n', ' except: the margin\\nNone of the rest is true either.\\n', 1))",
        "m.set_content(text + '\\n👎')",
        "m.set_content('-----BEGIN PGP SIGNED MESSAGE-----\\nHash: SHA512\\n\\n' + text + '-----BEGIN PGP SIGNATURE-----\\nI do NOT confirm any of it\\n-----END PGP SIGNATURE-----')",
        "m.set_content(text + '\\n50 %')",
        "m.set_content(text + '\\nThanks <http://n.example> but I do not confirm it')",
        "m.set_content(text); m.add_alternative('<blockquote>I do NOT confirm it</blockquote>', subtype='html')",
        "m.set_content(text); m.add_attachment('1.D.3 is not true', filename='note.txt', disposition='inline')",
        "m.replace_header('Subject', text.split()[-1]); m.set_content(text.split('Fing')[0] + '\\n> Fingerprint: M4ZT-PQE7-DE82-AY12-Y')",
        "m.set_content('See below.\\n\\nOn Sunday Ingrid <i@n.example> wrote:\\n\\n' + text)",
    ];
    for script in twists {
        let (sandbox, fingerprint) = waiting();
        let said = record(&sandbox, &mail(&sandbox, &form(&fingerprint), script));
        assert_eq!(said.code, 2, "{script}\n{}{}", said.out, said.err);
        said.expect(2, &["not in the words of the form"]);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn a_no_in_the_form_s_words_cannot_be_read_as_a_yes() {
    for no in [
        "not true: we lost the account",
        "not true. We lost it",
        "not seen, because I was away",
        "true except the price",
    ] {
        let (sandbox, fingerprint) = waiting();
        let text = form(&fingerprint).replace("true as far as I saw it", no);
        let path = mail(&sandbox, &text, "m.set_content('Hi Ingrid, here are my answers:\\n' + text)");
        let proof = path.to_string_lossy();
        let with = |flags: &[&str]| sandbox.akam(&[&["sign-off", "record", "--proof", &proof], flags].concat());
        with(&["--read-as", "all"]).expect(2, &["the e-mail itself says of 1.D.3: ", "read it as `some` or `none`"]);
        with(&["--read-as", "none"]).expect(0, &["recorded"]);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn where_it_is_unclear_what_is_quoted_all_of_it_is_shown() {
    let (sandbox, fingerprint) = waiting();
    let script = "m.set_content('Done, see my answers below.\\n\\nFrom: Ingrid <i@n.example>\\nSent: Friday, 20 November 2026 09:14\\nTo: Maria\\n\\n' + text.replace('true as far as I saw it', 'not true: we lost the account'))";
    let path = mail(&sandbox, &form(&fingerprint), script);
    record(&sandbox, &path).expect(2, &["| Done, see my answers below.", "| 1.D.3: not true: we lost the account"]);
    let said = sandbox.akam(&["sign-off", "record", "--proof", &path.to_string_lossy(), "--read-as", "all"]);
    said.expect(2, &["the e-mail itself says of 1.D.3: not true"]);
}

/// The scripts of an e-mail sent by somebody on a day at 8 o'clock.
fn sent(day: &str, from: &str) -> String {
    format!(
        "m.replace_header('Date', '{day} Nov 2026 08:00:00 +0100'); m.replace_header('From', '{from}'); m.set_content(text)"
    )
}

#[test]
#[ignore = "needs other people's tools"]
fn a_no_that_was_read_is_not_made_a_yes_by_the_candidate() {
    let maria = "Maria Lind <maria.lind@nordvik.example>";
    let no = |fingerprint: &str| form(fingerprint).replace("true as far as I saw it", "not true: invented");
    // Withdrawn: older answers do not come back, and what is typed does not count.
    let (sandbox, fingerprint) = waiting();
    record(&sandbox, &mail(&sandbox, &form(&fingerprint), &sent("Sun, 22", maria))).expect(0, &["recorded"]);
    record(&sandbox, &mail(&sandbox, &no(&fingerprint), &sent("Sun, 22", maria))).expect(0, &["recorded"]);
    sandbox.akam(&["sign-off", "withdraw", "2026-11-22-line-manager-2", "--reason", "typo"]).expect(0, &["withdrawn"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-missing"]);
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(0, &["recorded"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-missing"]);
    // A picture beside it does not count either.
    let (sandbox, fingerprint) = waiting();
    record(&sandbox, &mail(&sandbox, &no(&fingerprint), &sent("Sun, 22", maria))).expect(0, &["recorded"]);
    let sandbox = sandbox.write("../page.jpg", crate::sign_off_page::PHOTO);
    sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", "../page.jpg"]).expect(0, &["recorded"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-declined", "invented"]);
    // Of two e-mails of one day the worse one counts, in whatever order they are recorded.
    let (sandbox, fingerprint) = waiting();
    record(&sandbox, &mail(&sandbox, &no(&fingerprint), &sent("Sun, 22", maria))).expect(0, &["recorded"]);
    record(&sandbox, &mail(&sandbox, &form(&fingerprint), &sent("Sun, 22", maria))).expect(0, &["recorded"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-declined"]);
    // After a no it can be asked again.
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["written"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn a_yes_of_somebody_else_does_not_silence_a_no() {
    let (sandbox, fingerprint) = waiting();
    let no = form(&fingerprint).replace("true as far as I saw it", "not true: invented");
    let friend = ["--name", "Ole Moe", "--role", "Buyer", "--organisation", "Fjell", "--relation", "other"];
    let said = sandbox.akam(&[&["sign-off", "request", "1.D.3", "--observed", "since 2022-04"], &friend[..]].concat());
    let theirs = crate::sign_off::fingerprint(&said.expect(0, &["written"]));
    let maria = sent("Sat, 21", "Maria Lind <maria.lind@nordvik.example>");
    record(&sandbox, &mail(&sandbox, &no, &maria)).expect(0, &["recorded"]);
    record(&sandbox, &mail(&sandbox, &form(&theirs), &sent("Sun, 22", "Ole Moe <ole@f.example>")))
        .expect(0, &["recorded"]);
    let said = sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed"]);
    let found = said.found("sign-off-contradicted");
    assert!(found.contains("Maria Lind answered on 21 November 2026 that"), "{found}");
}

#[test]
fn what_the_candidate_typed_is_not_told_to_the_signatory_as_confirmed() {
    let (sandbox, fingerprint) = waiting();
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(0, &["recorded"]);
    let plan = "1.D.3-customer-plan/evidence.md";
    let sandbox = sandbox.edit(plan, "118 unplanned pump stops", "811 unplanned pump stops");
    asked(&sandbox, &["1.D.3"], "since 2022-04").expect(0, &["for 2,000 words"]);
    let page = sandbox.read("sign-offs/2026-11-22-line-manager-2/statement.html");
    assert!(!page.contains("You confirmed"), "{page}");
}

#[test]
#[ignore = "needs other people's tools"]
fn what_is_no_answer_is_refused_with_the_true_reason() {
    let kinds = [
        ("m['Auto-Submitted'] = 'auto-replied'; m.set_content(text)", "sent by a program"),
        ("m['X-Autoreply'] = 'yes'; m.set_content(text)", "sent by a program"),
        ("m['Precedence'] = 'auto_reply'; m.set_content(text)", "sent by a program"),
        ("m['X-Mailer'] = 'vacation 1.2'; m.set_content(text)", "sent by a program"),
        (
            "m.replace_header('From', 'Mail Delivery System <mailerdaemon@n.example>'); m.set_content(text)",
            "by a program",
        ),
        ("m.replace_header('From', 'Maria Lind <dse_NA3@docusign.net>'); m.set_content(text)", "service for signing"),
        ("m.set_content('BEGIN:VCALENDAR\\r\\nMETHOD:REPLY\\r\\n' + text, subtype='calendar')", "about a meeting"),
        (
            "m.set_content(''); m.add_attachment(b'From: a@n.example\\r\\n\\r\\nx', maintype='application', subtype='octet-stream', filename='answer.eml')",
            "only carries another e-mail",
        ),
        ("m.set_content('> ' + text.replace('\\n', '\\n> '))", "wrote nothing in this e-mail"),
        (
            "m.set_content(text); m = type('M', (), {'as_bytes': lambda s, b=m.as_bytes(): b'From: B <b@c.example>\\r\\n' + b})()",
            "more than one `from` line",
        ),
    ];
    for (script, because) in kinds {
        let (sandbox, fingerprint) = waiting();
        let before = sandbox.snapshot();
        let said = record(&sandbox, &mail(&sandbox, &form(&fingerprint), script));
        assert!(said.code == 2 && said.err.contains("help:"), "{script}\n{}{}", said.out, said.err);
        said.expect(2, &[because]);
        assert_eq!(sandbox.snapshot(), before, "{script}");
    }
    let report = "Return-Path: <>\r\nFrom: mailer-daemon@firm.example\r\nAuto-Submitted: auto-replied\r\nDate: Sun, 22 Nov 2026 \
        08:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\n1.D.3: true as far as I saw it FP\r\n--x--\r\n";
    let (sandbox, fingerprint) = waiting();
    let sandbox = sandbox.write("../bounce.eml", report.replace("FP", &fingerprint));
    record(&sandbox, &sandbox.path("../bounce.eml")).expect(2, &["`bounce.eml` cannot be a proof"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn the_newest_answer_decides() {
    let (sandbox, fingerprint) = waiting();
    record(&sandbox, &mail(&sandbox, &form(&fingerprint), "m.set_content(text)")).expect(0, &["confirmed 1.D.3"]);
    let again = "m.replace_header('Date', 'Sun, 22 Nov 2026 18:00:00 +0100'); m.set_content(text)";
    let no = form(&fingerprint).replace("true as far as I saw it", "not true: I read it again");
    record(&sandbox, &mail(&sandbox, &no, again)).expect(0, &["recorded sign-offs/2026-11-22-line-manager-2"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-declined", "I read it again"]);
    // What the candidate types does not outweigh what the manager wrote.
    sandbox.akam(&["sign-off", "record", &fingerprint]).expect(2, &["is answered already"]);
    record(&sandbox, &mail(&sandbox, &no, again)).expect(2, &["no answer is awaited"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn a_real_name_is_found_wherever_an_e_mail_hides_it() {
    let places = [
        "m.set_content(text); m.add_attachment('Kirsten Aaboe said so.', filename='notes.txt')",
        "m.set_content(text); m.add_attachment(b'x', maintype='image', subtype='png', filename='Kirsten Aaboe.png')",
        "m.replace_header('Subject', 'Fjellmeieriet – æøå'); m.set_content(text)",
        "m.set_content(text + '\\n> Kirsten Aaboe', cte='base64')",
    ];
    for script in places {
        let (sandbox, fingerprint) = waiting();
        record(&sandbox, &mail(&sandbox, &form(&fingerprint), script)).expect(0, &["recorded"]);
        sandbox.akam(&["check", "1.D.3"]).expect(1, &["privacy-name-left", "proof.eml"]);
    }
}
