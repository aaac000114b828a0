//! What systems and programs leave beside files that somebody packs again, and that nobody put there.
//!
//! A name alone excuses nothing: the file must look like what these programs write, and be harmless when it is opened.

use crate::media::{self, Trait};

/// Bytes that such a file has at most.
pub const MAX_BYTES: u64 = 4 << 20;

/// If programs leave files of such a name behind: how the content is recognised.
pub fn recogniser(path: &str) -> Option<fn(&[u8]) -> bool> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_office = |rest: &str| media::is(rest, Trait::Office);
    Some(match name {
        // How macOS shows a folder: "Bud1" of its allocator follows a number.
        ".DS_Store" => |bytes| bytes.starts_with(b"\0\0\0\x01Bud1"),
        // What macOS knows about a file beside its bytes (RFC 1740, appendix A).
        _ if name.starts_with("._") && name.len() > 2 => |bytes| bytes.starts_with(&[0, 5, 0x16, 7]),
        // Small pictures of Windows, in a compound file ([MS-CFB], 2.2).
        _ if name.eq_ignore_ascii_case("thumbs.db") => {
            |bytes| bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
        }
        // How Windows shows a folder; it may name a picture, but on no other machine.
        _ if name.eq_ignore_ascii_case("desktop.ini") => {
            |bytes| bytes.len() <= 4096 && text(bytes).is_some_and(|it| !it.contains(r"\\") && !it.contains("//"))
        }
        // Who has a document open in Word, or in the other programs of Office.
        _ if name.strip_prefix("~$").is_some_and(is_office) => {
            |bytes| [162, 165].contains(&bytes.len()) && bytes[0] > 0 && bytes[0] <= 54
        }
        // Who has a document open in LibreOffice.
        _ if name.starts_with(".~lock.") && name.ends_with('#') => |bytes| bytes.len() <= 1024 && text(bytes).is_some(),
        _ => return None,
    })
}

/// Bytes as text, if they are some, in UTF-8 or UTF-16.
fn text(bytes: &[u8]) -> Option<String> {
    let text = match bytes.strip_prefix(&[0xff, 0xfe]) {
        Some(wide) => {
            let units = wide.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()?
        }
        None => std::str::from_utf8(bytes).ok()?.to_owned(),
    };
    let is_plain = |it: char| !it.is_control() || "\r\n\t".contains(it);
    text.chars().all(is_plain).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_harmless(path: &str, bytes: &[u8]) -> bool {
        recogniser(path).is_some_and(|is_known| is_known(bytes))
    }

    #[test]
    fn only_what_these_programs_write_under_these_names_is_harmless() {
        let owner = [&[3][..], b"Ann", &[0; 158]].concat();
        let good: [(&str, &[u8]); 8] = [
            ("a/.DS_Store", b"\0\0\0\x01Bud1\0\0"),
            ("__MACOSX/a/._plan.docx", &[0, 5, 0x16, 7, 0, 2, 0, 0]),
            ("a/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"),
            ("a/desktop.ini", b"[.ShellClassInfo]\r\nConfirmFileOp=0\r\n"),
            ("a/Desktop.ini", b"\xff\xfe[\0a\0]\0"),
            ("a/~$plan.docx", &owner),
            ("a/~$plan.PPTX", &[&owner[..], &[0; 3]].concat()),
            ("a/.~lock.plan.odt#", b",ann,laptop,22.11.2026 12:00,file:///home/ann/.config/libreoffice/4;"),
        ];
        for (path, bytes) in good {
            assert!(is_harmless(path, bytes), "{path}");
            for other in [&b"MZ\x90\0"[..], b"#!/bin/sh\n\0", b"", b"PK\x03\x04"] {
                assert!(!is_harmless(path, other) || path.ends_with('#') || path.ends_with("ini"), "{path} {other:?}");
            }
        }
        for (path, bytes) in [
            ("a/desktop.ini", &b"IconFile=\\\\x.example\\a.ico"[..]),
            ("a/desktop.ini", b"[x]\0"),
            ("a/~$setup.exe", &owner),
            ("a/~$plan.docx.lnk", &owner),
            ("a/~$plan.docx", &owner[1..]),
            ("a/.DS_Store.exe", b"\0\0\0\x01Bud1"),
            ("a/._", &[0, 5, 0x16, 7]),
            ("__MACOSX/setup.exe", &[0, 5, 0x16, 7]),
            ("a/.~lock.plan.odt", b",ann;"),
            ("a/READ-ME.txt", b"x"),
        ] {
            assert!(!is_harmless(path, bytes), "{path}");
        }
    }
}
