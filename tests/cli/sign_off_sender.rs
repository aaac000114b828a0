//! Stories about who sent an answer: the one who was asked, somebody else, or the candidate in disguise.

use crate::sandbox::Sandbox;
use crate::sign_off::fingerprint;
use crate::sign_off_proof::{form, mail, record};
use crate::sign_off_record::waiting;

const RECORD: &str = "sign-offs/2026-11-22-line-manager";

#[test]
#[ignore = "needs other people's tools"]
fn an_e_mail_of_another_request_or_by_the_candidate_is_refused() {
    let (sandbox, fingerprint) = waiting();
    let send = |text: &str, script: &str| record(&sandbox, &mail(&sandbox, text, script));
    send("I confirm it all.", "m.set_content(text)").expect(2, &["holds no fingerprint"]);
    let other = "M4ZT-PQE7-DE82-AY12-Y";
    send(other, "m.set_content(text)").expect(2, &["confirms M4ZT-PQE7-DE82-AY12-Y", "no request in this portfolio"]);
    let own = "m.replace_header('From', 'Ingrid <Ingrid.Solberg@nordvik.example>'); m.set_content(text)";
    let both =
        "m.replace_header('From', 'Maria <m@n.example>, Ingrid <ingrid.solberg@nordvik.example>'); m.set_content(text)";
    let sender = "m['Sender'] = 'Ingrid <ingrid.solberg@nordvik.example>'; m.set_content(text)";
    for script in [own, &own.replace("Solberg@", "Solberg+bo@"), both, sender] {
        send(&form(&fingerprint), script).expect(2, &["comes from your own address"]);
    }
    send(&form(&fingerprint), "del m['Date']; m.set_content(text)")
        .expect(2, &["does not say when it was sent", "--signed"]);
    let path = mail(&sandbox, other, "m.set_content(text)");
    let said = sandbox.akam(&["sign-off", "record", &fingerprint, "--proof", &path.to_string_lossy()]);
    said.expect(2, &["it answers the request M4ZT-PQE7-DE82-AY12-Y"]);
    assert!(!sandbox.path(&format!("{RECORD}/sign-off.toml")).exists());
}

#[test]
#[ignore = "needs other people's tools"]
fn the_candidate_s_own_address_is_known_in_any_form() {
    let (sandbox, fingerprint) = waiting();
    let send = |script: &str| record(&sandbox, &mail(&sandbox, &form(&fingerprint), script));
    let before = sandbox.snapshot();
    for own in [
        "ingridsolberg@nordvik.example",
        "ingrid-solberg@nordvik.example",
        "ingrid.solberg@nordvik.example.",
        "ingrid.solberg@mail.nordvik.example",
        "ingrid.solberg@xn--nrdvik-wqf.example",
    ] {
        let script = format!("m.replace_header('From', 'Maria Lind <{own}>'); m.set_content(text)");
        send(&script).expect(2, &[&format!("comes from your own address, `{own}`")]);
    }
    for field in ["Reply-To", "Resent-From", "Resent-Sender", "X-Sender", "X-Original-From", "Return-Path"] {
        let script = format!("m['{field}'] = '<ingrid.solberg@nordvik.example>'; m.set_content(text)");
        send(&script).expect(2, &["comes from your own address"]);
    }
    for (written, seen_as) in [("nord\\u200bvik.example", "invisible"), ("nord\\uff56ik.example", "own address")] {
        // Python refuses to write such an address, so it is written as bytes.
        let script = format!(
            "m.set_content(text); b = m.as_bytes().replace(b'maria.lind@nordvik.example', 'ingrid.solberg@{written}'.encode()); \
             m = type('M', (), {{'as_bytes': lambda s: b}})()"
        );
        send(&script).expect(2, &[seen_as]);
    }
    assert_eq!(sandbox.snapshot(), before, "nothing is recorded");
    // Nobody is asked at such an address either.
    let who = ["--name", "Maria Lind", "--role", "Director", "--organisation", "N", "--relation", "other"];
    let how = ["--observed", "since 2022-04", "--email", "ingridsolberg@nordvik.example"];
    sandbox.akam(&[&["sign-off", "request", "1.D.3"], &who[..], &how].concat()).expect(2, &["is you"]);
}

#[test]
#[ignore = "needs other people's tools"]
fn who_answered_is_compared_with_who_was_asked() {
    let (sandbox, fingerprint) = waiting();
    let other = "m.replace_header('From', 'Bo Ek <bo@nordvik.example>'); m.set_content(text)";
    let said = record(&sandbox, &mail(&sandbox, &form(&fingerprint), other));
    said.expect(0, &["the e-mail was sent by `Bo Ek <bo@nordvik.example>`, and Maria Lind was asked."]);
    sandbox.akam(&["check", "1.D.3"]).expect(0, &["sign-off-other-sender", "Bo Ek <bo@nordvik.example>"]);
    for name in ["Ingrid Solberg", "lngrid SoIberg", "Іngrid Solberg"] {
        let (sandbox, fingerprint) = waiting();
        let own = format!("m.replace_header('From', '{name} <ingrid@private.example>'); m.set_content(text)");
        record(&sandbox, &mail(&sandbox, &form(&fingerprint), &own)).expect(0, &["the e-mail was sent by"]);
        sandbox.akam(&["check", "1.D.3"]).expect(1, &["sign-off-by-candidate"]);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn where_no_address_was_given_the_assessors_are_told() {
    let sandbox = Sandbox::complete().remove("sign-offs");
    let who = ["--name", "Maria Lind", "--role", "Director", "--organisation", "N", "--relation", "line-manager"];
    let said = sandbox.akam(&[&["sign-off", "request", "1.D.3", "--observed", "since 2022-04"], &who[..]].concat());
    let fingerprint = fingerprint(&said.expect(0, &["written"]));
    let told = "no address of Maria Lind was given to compare it with";
    record(&sandbox, &mail(&sandbox, &form(&fingerprint), "m.set_content(text)")).expect(0, &[told]);
    let said = sandbox.akam(&["check", "1.D.3"]).expect(0, &["signed"]);
    let found = said.found("sign-off-other-sender");
    assert!(found.contains("`Maria Lind <maria.lind@nordvik.example>`"), "{found}");
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    let page = crate::zips::page(&sandbox.path(&crate::zips::ARCHIVE.replace(".zip", "-trial-1.D.3.zip")));
    assert!(page.contains(told), "the page does not say it");
}
