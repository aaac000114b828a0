//! Messages that are sealed, signed or wrapped as a whole.

use super::{dense, divided, mail, message, own, part, parts, plain, refused};

const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n1.D.1: true\n- -- \nMaria\n\
                      -----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0WIQ\n=abcd\n-----END PGP SIGNATURE-----\n";

#[test]
fn what_is_sealed_is_named_with_the_remedy() {
    let note = || part("Content-Type: text/plain", "This message is protected. 1.D.1: true");
    let file = |media: &str, name: &str| {
        part(
            &format!("Content-Type: {media}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\""),
            "AAAA",
        )
    };
    let pgp = "encrypted; protocol=\"application/pgp-encrypted\"";
    let enveloped = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n";
    let cases = [
        (
            parts(
                pgp,
                &[
                    part("Content-Type: application/pgp-encrypted", "Version: 1"),
                    file("application/octet-stream", "encrypted.asc"),
                ],
            ),
            "encrypted with PGP",
        ),
        (plain("Hello\n-----BEGIN PGP MESSAGE-----\n\nhQIMA\n-----END PGP MESSAGE-----"), "encrypted with PGP"),
        (message(enveloped, "MIAGCSqGSIb3DQEHA6CAMIACAQA="), "packed with S/MIME"),
        (parts("mixed", &[note(), file("application/octet-stream", "smime.p7m")]), "packed with S/MIME"),
        (
            parts("mixed", &[note(), file("application/x-microsoft-rpmsg-message", "message.rpmsg")]),
            "protected by Microsoft",
        ),
        (parts("mixed", &[note(), file("application/octet-stream", "message_v4.rpmsg")]), "protected by Microsoft"),
        (
            parts("mixed", &[part("Content-Type: text/plain", ""), file("application/ms-tnef", "winmail.dat")]),
            "winmail.dat",
        ),
        (message("Content-Type: application/ms-tnef; name=winmail.dat\n", "x"), "winmail.dat"),
    ];
    for (bytes, expected) in cases {
        let message = refused(&bytes);
        assert!(message.contains(expected), "{message}: {expected}");
    }
    let carried = part("Content-Type: message/rfc822", "From: Maria <maria@x.example>\n\n1.D.1: true");
    assert!(
        refused(&parts("mixed", &[part("Content-Type: text/plain", " "), carried.clone()]))
            .contains("only carries another e-mail")
    );
    assert!(
        refused(&message("Content-Type: message/rfc822\n", "From: a@x.example\n\nhello"))
            .contains("only carries another")
    );
    for name in ["answer.eml", "Answer.MSG"] {
        let file = file("application/octet-stream", name);
        let bytes = parts("mixed", &[part("Content-Type: text/plain", ""), file.clone()]);
        assert!(refused(&bytes).contains("only carries another e-mail"), "{name}");
        let beside = mail(&parts("mixed", &[part("Content-Type: text/plain", "See below."), file]));
        assert_eq!((beside.own[0].text.as_str(), beside.attachments), ("See below.", vec![name.to_owned()]));
    }
    // A text part next to them is read.
    assert_eq!(own(&parts("mixed", &[part("Content-Type: text/plain", "See below."), carried])), "See below.");
    let wrapped =
        parts("mixed", &[part("Content-Type: text/plain", "1.D.1: true"), file("application/ms-tnef", "winmail.dat")]);
    assert_eq!(mail(&wrapped).attachments[0], "winmail.dat");
}

#[test]
fn what_is_only_signed_is_read_through() {
    let text = mail(&plain(SIGNED)).own.remove(0);
    assert_eq!((text.text.as_str(), text.signature.as_str()), ("1.D.1: true", "Maria"));
    let armour = "Version: GnuPG v2.4\nComment: https://gnupg.org\n\niHUEARYKAB0WIQ\n=abcd\n";
    assert_eq!(
        own(&plain(&SIGNED.replace("- -- \nMaria\n", "").replace("\niHUEARYKAB0WIQ\n=abcd\n", armour))),
        "1.D.1: true"
    );
    // Lines that no program writes there are the sender's own.
    for words in ["I do NOT confirm any of it", "Comment: I do NOT confirm it", "Version: none", "No", "wrong"] {
        for place in ["-----BEGIN PGP SIGNATURE-----\n", "=abcd\n", "\niHUEARYKAB0WIQ\n"] {
            let text = SIGNED.replace("- -- \nMaria\n", "").replace(place, &format!("{place}{words}\n"));
            assert_eq!(dense(&own(&plain(&text))), format!("1.D.1: true\n{words}"), "{place}");
        }
    }
    let content = || part("Content-Type: text/plain", "1.D.1: true");
    let pgp = parts(
        "signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"",
        &[content(), part("Content-Type: application/pgp-signature; name=signature.asc", "x")],
    );
    let smime = parts(
        "signed; protocol=\"application/pkcs7-signature\"",
        &[content(), part("Content-Type: application/pkcs7-signature; name=smime.p7s", "x")],
    );
    for bytes in [pgp, smime] {
        let mail = mail(&bytes);
        assert_eq!(mail.own[0].text, "1.D.1: true");
        assert!(mail.attachments.is_empty(), "a signature is no attachment: {:?}", mail.attachments);
    }
}

#[test]
fn what_is_signed_is_unwrapped_in_each_encoding() {
    let inner = "Content-Type: text/plain\r\n\r\n1.D.1: true\r\n";
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("it is short");
    let der = |tag: u8, bytes: &[u8]| [&[tag, length(bytes)], bytes].concat();
    let ber = |tag: u8, bytes: &[u8]| [&[tag, 0x80], bytes, &[0, 0]].concat();
    let (signed, data) =
        (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
    let version_and_digests: &[u8] = b"\x02\x01\x01\x31\x00";
    let (half, rest) = inner.as_bytes().split_at(20);
    let whole = der(0x04, inner.as_bytes());
    let pieces = ber(0x24, &[der(0x04, half), der(0x04, rest)].concat());
    let wrap = |octets: &[u8], outer: &dyn Fn(u8, &[u8]) -> Vec<u8>| {
        let content = outer(0x30, &[data.as_slice(), &outer(0xa0, octets)].concat());
        let body = outer(0x30, &[version_and_digests, &content].concat());
        outer(0x30, &[signed.as_slice(), &outer(0xa0, &body)].concat())
    };
    for bytes in [wrap(&whole, &der), wrap(&pieces, &ber), wrap(&whole, &ber)] {
        assert_eq!(crate::mail::sealed::signed_content(&bytes).as_deref(), Some(inner.as_bytes()));
        // Truncated or damaged at any byte it is refused, without a panic.
        for end in 0..bytes.len() {
            crate::mail::sealed::signed_content(&bytes[..end]);
            let mut broken = bytes.clone();
            broken[end] ^= 0x85;
            crate::mail::sealed::signed_content(&broken);
        }
    }
    let deep = [0x30, 0x80].repeat(1_000_000);
    assert_eq!(crate::mail::sealed::signed_content(&deep), None);
    let body = divided("=_b", &[]);
    assert_eq!(dense(&body), "--=_b--");
}
