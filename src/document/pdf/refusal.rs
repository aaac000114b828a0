//! Why a PDF is not read, and what to do.

use super::objects::{CUT_OFF, LOCKED};
use crate::source::Problem;

pub const NO_PAGES: &str = "it has no pages";
pub const SCAN: &str = "its pages are pictures, as from a scanner: it has no text that can be read";
pub const NO_TEXT: &str = "it has no text that can be read: its pages are empty, or their letters are drawings";
pub const GARBAGE: &str = "its text cannot be read: the file does not say which letters its characters are";
pub const FORM: &str = "it is a form that only Adobe's programs show (XFA): it has no text that can be read";

const EMPTY: &str = "the file is empty";
const ZIP: &str = "it is not a PDF, but a Word, OpenDocument or ZIP file with the wrong ending";
const HTML: &str = "it is not a PDF, but a web page with the wrong ending";
const RTF: &str = "it is not a PDF, but a document in Rich Text Format (RTF) with the wrong ending";
const OLD_OFFICE: &str = "it is not a PDF, but an old Word document (.doc) with the wrong ending";
const PICTURE: &str = "it is not a PDF, but a picture with the wrong ending";
const NO_PDF: &str = "it is not a PDF";

/// Where the beginning of a file is looked for.
const HEAD_BYTES: usize = 1024;

/// What a file is that does not begin as a PDF does.
pub fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(EMPTY);
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some(ZIP);
    }
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return None;
    }
    let start = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    Some(match head {
        _ if start.starts_with("<!doctype html") || start.starts_with("<html") => HTML,
        _ if start.starts_with("{\\rtf") => RTF,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => OLD_OFFICE,
        [0xff, 0xd8, ..] | [0x89, b'P', b'N', b'G', ..] => PICTURE,
        _ => NO_PDF,
    })
}

/// The problem, with its remedy.
pub fn problem(path: &str, why: &'static str) -> Problem {
    let help = match why {
        LOCKED => "save it without a password, or as a Word document (`evidence.docx`)",
        SCAN | NO_TEXT | GARBAGE => {
            "save it again from the program that it was written in (in Word: File, Save As, PDF), \
             or save it as a Word document (`evidence.docx`)"
        }
        FORM => "print it to a PDF from Adobe Reader, or put the text into a Word document (`evidence.docx`)",
        CUT_OFF => "copy or download it again, or save it again from the program that it was written in",
        ZIP | OLD_OFFICE => "give the file the ending it had, or in Word: File, Save As, PDF",
        HTML | RTF | PICTURE | NO_PDF | EMPTY => "in Word: File, Save As, PDF",
        _ => "save it again from the program that it was written in, or as a Word document (`evidence.docx`)",
    };
    Problem::file(path, why, help)
}
