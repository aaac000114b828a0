//! Stories about e-mails and SSH signatures: others' programs make them, and agree with what is accepted.
#![allow(clippy::disallowed_methods, reason = "tests make the proofs that they tamper with")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::sandbox::{Said, Sandbox};
use crate::sign_off_record::waiting;

const RECORD: &str = "sign-offs/2026-11-22-line-manager";

/// An e-mail made by Python's own library: `script` adds to the message `m`, `text` is what the signatory writes.
fn mail(sandbox: &Sandbox, text: &str, script: &str) -> PathBuf {
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

fn record(sandbox: &Sandbox, proof: &Path) -> Said {
    sandbox.akam(&["sign-off", "record", "--proof", &proof.to_string_lossy()])
}

#[test]
fn an_e_mail_is_read_however_a_mail_program_wrote_it() {
    let forms = [
        ("plain", "m.set_content(text)"),
        ("quoted-printable", "m.set_content('Hälsningar\\n' + text, cte='quoted-printable')"),
        ("base64", "m.set_content(text, cte='base64')"),
        ("Latin-1", "m.set_content('Grüße\\n' + text, charset='iso-8859-1', cte='quoted-printable')"),
        ("UTF-16", "m.set_content(text, charset='utf-16', cte='base64')"),
        ("multipart", "m.set_content(text); m.add_alternative('<p>' + text + '</p>', subtype='html')"),
        (
            "HTML only",
            "m.set_content('<html><body><p>Hello</p><p>' + text.replace('-', '&#8209;') + '</p></body></html>', subtype='html')",
        ),
        (
            "with a picture",
            "m.set_content(text); m.add_attachment(b'x' * 5000, maintype='image', subtype='png', filename='logo.png')",
        ),
        ("below a quotation", "m.set_content('On Sunday Ingrid wrote:\\n> Please confirm.\\n\\nI do: ' + text)"),
        (
            "below an HTML quotation",
            "m.set_content('<blockquote>Please</blockquote><p>' + text + '</p>', subtype='html')",
        ),
        (
            "a plain part that says nothing",
            "m.set_content('No HTML?'); m.add_alternative('<p>' + text + '</p>', subtype='html')",
        ),
        ("broken inside a group", "m.set_content('_' + text[:7] + '\\n' + text[7:] + '_')"),
        ("wrapped", "m.set_content(text[:len(text) // 2] + '\\n' + text[len(text) // 2:])"),
    ];
    for (form, script) in forms {
        let (sandbox, fingerprint) = waiting();
        let path = mail(&sandbox, &fingerprint, script);
        let said = record(&sandbox, &path);
        assert_eq!(said.code, 0, "{form}\n{}{}", said.out, said.err);
        said.expect(0, &["e-mail from Maria Lind <maria.lind@nordvik.example>", "confirmed 1.D.3 on 2026-11-22"]);
        assert_eq!(
            std::fs::read(sandbox.path(&format!("{RECORD}/proof.eml"))).expect("the proof is kept"),
            std::fs::read(path).expect("it was written a moment ago")
        );
        sandbox.akam(&["check", "1.D.3"]).expect(0, &["e-mail", "signed", "no findings"]);
    }
}

#[test]
fn a_fingerprint_that_is_only_quoted_is_told_to_be_so() {
    let quotes = [
        "m.set_content('All fine. Maria\\n\\nOn Sunday Ingrid wrote:\\n> Please confirm ' + text)",
        "m.set_content('All fine.\\n\\n-----Original Message-----\\nFrom: Ingrid\\n\\n' + text)",
        "m.set_content('<p>All fine.</p><blockquote>Please confirm ' + text + '</blockquote>', subtype='html')",
        "m.set_content('<p>All fine.</p><div><b>From:</b>Ingrid<br><b>Sent:</b> Sunday</div><p>' + text + '</p>', subtype='html')",
        "m.set_content('All fine.\\n\\nLähettäjä: Ingrid\\n\\n' + text)",
        "m.set_content('All fine.'); a = EmailMessage(policy=policy.SMTP); a['From'] = 'Maria <m@x.example>'; a.set_content(text); m.add_attachment(a)",
    ];
    for script in quotes {
        let (sandbox, fingerprint) = waiting();
        let said = record(&sandbox, &mail(&sandbox, &fingerprint, script));
        said.expect(0, &["the fingerprint only in what it quotes", "what the e-mail says: “All fine."]);
        sandbox.akam(&["sign-off", "list"]).expect(0, &["the fingerprint only in what it quotes"]);
    }
}

#[test]
fn an_e_mail_that_confirms_something_else_is_refused() {
    let (sandbox, fingerprint) = waiting();
    let send = |text: &str, script: &str| record(&sandbox, &mail(&sandbox, text, script));
    send("I confirm it all.", "m.set_content(text)").expect(2, &["the e-mail holds no fingerprint"]);
    let other = "M4ZT-PQE7-DE82-AY12-Y";
    send(other, "m.set_content(text)").expect(2, &["confirms M4ZT-PQE7-DE82-AY12-Y", "of no request here"]);
    let own = "m.replace_header('From', 'Ingrid <Ingrid.Solberg@nordvik.example>'); m.set_content(text)";
    send(&fingerprint, own).expect(2, &["comes from your own address"]);
    send(&fingerprint, &own.replace("Solberg@", "Solberg+bo@")).expect(2, &["comes from your own address"]);
    let dateless = "del m['Date']; m.set_content(text)";
    send(&fingerprint, dateless).expect(2, &["does not say when it was sent", "--signed"]);
    let path = mail(&sandbox, other, "m.set_content(text)");
    let said = sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", &path.to_string_lossy()]);
    said.expect(2, &["the e-mail does not hold the fingerprint"]);
    assert!(!sandbox.path(&format!("{RECORD}/sign-off.toml")).exists());
}

/// Runs `ssh-keygen` beside the portfolio.
fn ssh_keygen(sandbox: &Sandbox, arguments: &[&str]) -> bool {
    let mut command = Command::new("ssh-keygen");
    command.args(arguments).current_dir(sandbox.path("..")).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("OpenSSH is installed").success()
}

/// The statement signed with a new key of a kind, and the path of the signature.
fn signed(sandbox: &Sandbox, kind: &str, namespace: &str) -> PathBuf {
    let statement = sandbox.path("../statement.html");
    std::fs::copy(sandbox.path(&format!("{RECORD}/statement.html")), &statement).expect("the statement is kept");
    for old in ["key", "key.pub", "statement.html.sig"] {
        let _ = std::fs::remove_file(sandbox.path("..").join(old));
    }
    assert!(ssh_keygen(sandbox, &["-q", "-t", kind, "-N", "", "-f", "key"]));
    assert!(ssh_keygen(sandbox, &["-q", "-Y", "sign", "-n", namespace, "-f", "key", "statement.html"]));
    sandbox.path("../statement.html.sig")
}

/// Whether `ssh-keygen` takes the kept signature for one over the kept statement.
fn ssh_accepts(sandbox: &Sandbox) -> bool {
    let statement = std::fs::File::open(sandbox.path(&format!("{RECORD}/statement.html"))).expect("it is kept");
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-f", "allowed_signers", "-I", "signatory", "-n", "akam", "-s", "proof.sig"]);
    command.current_dir(sandbox.path(RECORD)).stdin(statement).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("OpenSSH is installed").success()
}

#[test]
fn what_ssh_keygen_signs_is_accepted_and_ssh_keygen_accepts_what_is_kept() {
    for kind in ["ed25519", "ecdsa"] {
        let (sandbox, _) = waiting();
        let signature = signed(&sandbox, kind, "akam");
        record(&sandbox, &signature).expect(0, &["SSH signature, checked, key SHA256:"]);
        assert!(ssh_accepts(&sandbox), "{kind}");
        sandbox.akam(&["check", "1.D.3"]).expect(0, &["signature", "signed", "no findings"]);
        // Both refuse a statement that was tampered with.
        let sandbox = sandbox.append(&format!("{RECORD}/statement.html"), " ");
        assert!(!ssh_accepts(&sandbox), "{kind}");
        let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-unreadable"]);
        said.expect(1, &["the signature is not one over this statement"]);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_list_of_keys_is_not_waited_for() {
    let (sandbox, _) = waiting();
    let signature = signed(&sandbox, "ed25519", "akam").to_string_lossy().into_owned();
    let sandbox = sandbox.pipe(&format!("{RECORD}/allowed_signers"));
    let said = sandbox.akam_within(20, &["sign-off", "record", "--proof", &signature]);
    said.expect(2, &["allowed_signers"]);
    assert!(!sandbox.path(&format!("{RECORD}/proof.sig")).exists(), "nothing is left behind");
}

#[test]
fn a_signature_over_something_else_or_for_something_else_is_refused() {
    let (sandbox, _) = waiting();
    let other = signed(&sandbox, "ed25519", "file");
    record(&sandbox, &other)
        .expect(2, &["the signature was made for `file`, not for `akam`", "ssh-keygen -Y sign -n akam"]);
    let signature = signed(&sandbox, "ed25519", "akam");
    let text = std::fs::read_to_string(&signature).expect("it was made a moment ago");
    let tampered = text.replacen("AAAA", "AAAB", 1);
    std::fs::write(&signature, tampered).expect("it can be written");
    record(&sandbox, &signature).expect(2, &["SSH signature"]);
    std::fs::remove_file(&signature).expect("it was written a moment ago");
    std::fs::write(sandbox.path("../statement.html"), "something else").expect("it can be written");
    assert!(ssh_keygen(&sandbox, &["-q", "-Y", "sign", "-n", "akam", "-f", "key", "statement.html"]));
    record(&sandbox, &signature).expect(2, &["the signature is not one over this statement"]);
    let rsa = signed(&sandbox, "rsa", "akam");
    record(&sandbox, &rsa).expect(2, &["ssh-rsa cannot be checked here", "ed25519"]);
    assert!(!sandbox.path(&format!("{RECORD}/proof.sig")).exists());
}

#[test]
fn line_ends_of_windows_in_a_signature_do_not_matter() {
    let (sandbox, _) = waiting();
    let signature = signed(&sandbox, "ed25519", "akam");
    let text = std::fs::read_to_string(&signature).expect("it was made a moment ago").replace('\n', "\r\n");
    std::fs::write(&signature, text).expect("it can be written");
    record(&sandbox, &signature).expect(0, &["SSH signature, checked"]);
    assert!(ssh_accepts(&sandbox), "ssh-keygen does not read what is kept");
}

#[test]
fn an_e_mail_by_somebody_else_than_the_one_who_was_asked_is_told() {
    let (sandbox, fingerprint) = waiting();
    let other = "m.replace_header('From', 'Bo Ek <bo@nordvik.example>'); m.set_content(text)";
    let said = record(&sandbox, &mail(&sandbox, &fingerprint, other));
    said.expect(0, &["The e-mail was sent by `Bo Ek`, and Maria Lind was asked."]);
    let (sandbox, fingerprint) = waiting();
    let own = "m.replace_header('From', 'Ingrid Solberg <ingrid@private.example>'); m.set_content(text)";
    record(&sandbox, &mail(&sandbox, &fingerprint, own)).expect(0, &["The e-mail was sent by `Ingrid Solberg`"]);
    sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-by-candidate"]);
}

#[test]
fn a_real_name_is_found_wherever_an_e_mail_hides_it() {
    let places = [
        "m.set_content(text); m.add_attachment('Kirsten Aaboe said so.', filename='notes.txt')",
        "m.replace_header('Subject', 'Fjellmeieriet – æøå'); m.set_content(text)",
        "m.set_content('Kirsten Aaboe\\n' + text, cte='base64')",
    ];
    for script in places {
        let (sandbox, fingerprint) = waiting();
        record(&sandbox, &mail(&sandbox, &fingerprint, script)).expect(0, &["recorded"]);
        sandbox.akam(&["check", "1.D.3"]).expect(1, &["privacy-name-left", "proof.eml"]);
    }
}
