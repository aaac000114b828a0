//! Messages that other programs make: Python's library and OpenSSL.

#[cfg(test)]
mod made {
    use std::process::{Command, Stdio};

    use super::super::{dense, mail, refused};

    /// Output of a script that gets the message `m` and the words `text`.
    fn message(script: &str, text: &str) -> Vec<u8> {
        let python = format!(
            "import sys\nfrom email import policy\nfrom email.message import EmailMessage\n\
             text = sys.argv[1]\nm = EmailMessage(policy=policy.SMTP)\n\
             m['From'] = 'Maria Lind <maria.lind@nordvik.example>'\nm['To'] = 'ingrid.solberg@nordvik.example'\n\
             m['Subject'] = 'Bekräftelse'\nm['Date'] = 'Sun, 22 Nov 2026 23:30:00 -0800'\n{script}\n\
             sys.stdout.buffer.write(m.as_bytes())\n"
        );
        let made = Command::new("python3").args(["-c", &python, text]).output().expect("python3 is installed");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        made.stdout
    }

    #[test]
    fn each_encoding_is_read() {
        let text = "1.D.1: true – Grüße, 田中 ☑";
        let scripts = [
            "m.set_content(text)",
            "m.set_content(text, cte='quoted-printable')",
            "m.set_content(text, cte='base64')",
            "m.set_content(text, cte='8bit')",
            "m.set_content(text, charset='gb18030', cte='base64')",
            "m.set_content('<p>' + text + '</p>', subtype='html')",
            "m.set_content(text); m.add_alternative('<p>' + text + '</p>', subtype='html')",
            "m.set_content(text); m.add_alternative('<p>' + text + '</p>', subtype='html'); m.add_attachment(b'x' * 5000, maintype='image', subtype='png', filename='lögo.png')",
            "m.set_content('<p>' + text + '</p>', subtype='html'); m.add_related(b'x', maintype='image', subtype='png', cid='<1>')",
        ];
        for script in scripts {
            let mail = mail(&message(script, text));
            assert_eq!(mail.own.len(), 1, "{script}");
            assert_eq!(dense(&mail.own[0].text), text, "{script}");
            assert_eq!(
                (mail.subject.as_str(), mail.sent),
                ("Bekräftelse", Some(jiff::civil::date(2026, 11, 22))),
                "{script}"
            );
            assert_eq!(mail.attachments.iter().any(|it| it == "lögo.png"), script.contains("lögo"), "{script}");
        }
        let latin = mail(&message("m.set_content(text, charset='iso-8859-1', cte='quoted-printable')", "Grüße"));
        assert_eq!(latin.own[0].text, "Grüße");
    }

    #[test]
    fn a_large_file_that_is_attached_is_no_hindrance() {
        let script = "m.set_content(text); m.add_attachment(bytes(range(256)) * 58000, maintype='application', subtype='pdf', filename='evidence.pdf')";
        let bytes = message(script, "1.D.1: true");
        assert!(bytes.len() > 19_000_000);
        let mail = mail(&bytes);
        assert_eq!(mail.attachments, ["evidence.pdf"]);
        assert_eq!(mail.own[0].text, "1.D.1: true");
    }

    /// A part that OpenSSL signs or encrypts with a new key, as a message.
    fn smime(arguments: &str) -> Vec<u8> {
        let script = format!(
            "set -e; cd \"$(mktemp -d)\"; printf 'Content-Type: text/plain\\r\\n\\r\\n1.D.1: true\\r\\n' > part; \
             openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -subj /CN=Maria -days 2 2>error; \
             printf 'From: Maria <maria@x.example>\\nDate: Sun, 22 Nov 2026 08:00:00 +0100\\n'; \
             openssl {arguments}; rm -r \"$PWD\""
        );
        let made = Command::new("sh").args(["-c", &script]).stderr(Stdio::inherit()).output().expect("sh is installed");
        assert!(made.status.success());
        made.stdout
    }

    #[test]
    fn what_openssl_signs_is_read_and_what_it_encrypts_is_named() {
        let signed = [
            "smime -sign -signer certificate -inkey key -in part",
            "smime -sign -nodetach -signer certificate -inkey key -in part",
            "cms -sign -nodetach -stream -signer certificate -inkey key -in part",
            "cms -sign -nodetach -nocerts -signer certificate -inkey key -in part",
        ];
        for arguments in signed {
            assert_eq!(dense(&mail(&smime(arguments)).own[0].text), "1.D.1: true", "{arguments}");
        }
        for arguments in
            ["smime -encrypt -aes256 -in part certificate", "cms -encrypt -aes256 -stream -in part certificate"]
        {
            let message = refused(&smime(arguments));
            assert!(message.contains("packed with S/MIME"), "{message}");
        }
    }
}
