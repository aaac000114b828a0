//! Rich text in Outlook's messages.

use super::outlook::Msg;
use super::{dense, mail, refused};

/// Uncompressed rich text.
fn stored(rich: &str) -> Vec<u8> {
    let size = u32::try_from(rich.len()).expect("it is short");
    let numbers = [size + 12, size, 0x414c_454d, 0];
    numbers.iter().flat_map(|number| number.to_le_bytes()).chain(rich.bytes()).collect()
}

#[test]
fn the_html_or_text_in_it_is_read() {
    let html = "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0 Calibri;}}{\\*\\htmltag64 <p>}\\htmlrtf \\par \\htmlrtf0 \
                1.D.1: tr\\'fce \\u8211? {\\*\\htmltag84 <b>}\\htmlrtf {\\b\\htmlrtf0 seen{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0\
                {\\*\\htmltag72 </p>}{\\*\\htmltag96 <blockquote>}quoted{\\*\\htmltag104 </blockquote>}}";
    // The example of MS-OXRTFCP, 3.2.1.
    let compressed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
    let cases = [
        (stored(html), "1.D.1: trüe – seen"),
        (stored("{\\rtf1\\ansi{\\fonttbl{\\f0 A;}}{\\info{\\title x}}one\\par two\\{\\}}"), "one\ntwo{}"),
        (stored("{\\rtf1 \\u-10179?\\u-8704?\\uc2\\u228ab!}"), "😀ä!"),
        (compressed.to_vec(), "hello world"),
    ];
    for (rich, expected) in cases {
        let mail = mail(&Msg::answer().binary(0x1009, &rich).bytes());
        assert_eq!((mail.own.len(), dense(&mail.own[0].text).as_str()), (1, expected));
        // Truncated at any byte it is refused, without a panic.
        for end in 0..rich.len() {
            let _ = crate::mail::read(&Msg::answer().text(0x1000, "x").binary(0x1009, &rich[..end]).bytes());
        }
    }
    assert!(refused(&Msg::answer().binary(0x1009, b"LZFu").bytes()).contains("is damaged"));
}

#[test]
fn html_in_it_says_what_the_plain_text_does_not() {
    let html = stored("{\\rtf1\\fromhtml1 {\\*\\htmltag0 <p>a b<div id=Signature>}Maria}");
    let mail = mail(&Msg::answer().text(0x1000, "a b\r\nMaria").binary(0x1009, &html).bytes());
    assert_eq!((mail.own.len(), mail.own[0].text.as_str(), mail.own[0].signature.as_str()), (1, "a b", "Maria"));
}
