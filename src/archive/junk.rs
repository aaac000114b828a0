//! What systems and programs leave beside files that somebody packs again, and that nobody put there.
//!
//! A name alone excuses nothing: what bears it must look like what these programs write, and can do nothing when it is
//! opened.

use crate::media::{self, Trait};

/// Bytes that such a file has at most.
pub const MOST: u64 = 4 << 20;

/// Bytes of Office's owner files: Word's, and the larger one of the others.
const OWNER: [u64; 2] = [162, 165];

/// Whether the last part of a path, or the folder that it lies in, is one that such programs use.
pub fn is_named_so(path: &str) -> bool {
    kind(path).is_some()
}

/// Whether a file of such a name holds what these programs write.
pub fn is_harmless(path: &str, bytes: &[u8]) -> bool {
    let size = bytes.len() as u64;
    kind(path).is_some_and(|kind| match kind {
        // "Bud1" of its allocator follows a number.
        Kind::Folder => bytes.starts_with(b"\0\0\0\x01Bud1"),
        // RFC 1740, appendix A.
        Kind::Double => bytes.starts_with(&[0, 5, 0x16, 7]),
        // A compound file ([MS-CFB], 2.2).
        Kind::Thumbs => bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        // It may name a picture, but on no other machine.
        Kind::Desktop => size <= 4096 && text(bytes).is_some_and(|it| !it.contains(r"\\") && !it.contains("//")),
        Kind::Owner => OWNER.contains(&size) && bytes[0] > 0 && bytes[0] <= 54,
        Kind::Lock => size <= 1024 && text(bytes).is_some(),
    })
}

enum Kind {
    /// `.DS_Store` of macOS: how a folder is shown.
    Folder,
    /// `AppleDouble`, a file `._NAME`: what macOS knows about a file beside its bytes.
    Double,
    /// `Thumbs.db` of Windows: small pictures.
    Thumbs,
    /// `desktop.ini` of Windows: how a folder is shown.
    Desktop,
    /// `~$NAME.docx`: who has a document open in Office.
    Owner,
    /// `.~lock.NAME#`: who has a document open in `LibreOffice`.
    Lock,
}

fn kind(path: &str) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_of_office = |rest: &str| media::is(rest, Trait::Office);
    match name {
        ".DS_Store" => Some(Kind::Folder),
        _ if name.starts_with("._") && name.len() > 2 => Some(Kind::Double),
        _ if name.eq_ignore_ascii_case("thumbs.db") => Some(Kind::Thumbs),
        _ if name.eq_ignore_ascii_case("desktop.ini") => Some(Kind::Desktop),
        _ if name.strip_prefix("~$").is_some_and(is_of_office) => Some(Kind::Owner),
        _ if name.starts_with(".~lock.") && name.ends_with('#') => Some(Kind::Lock),
        _ => None,
    }
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
            assert!(is_named_so(path) && is_harmless(path, bytes), "{path}");
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
