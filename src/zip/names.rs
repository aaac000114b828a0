//! Names of entries: how their bytes are read, and which two are one file on some system.

use mail_parser::decoders::charsets::map::charset_decoder;

use super::{Defect, DefectKind};
use crate::file_name::{Verdict, path_verdict};
use crate::text::collision_key;
use crate::threads::share_in_order;

/// Names that one thread folds at a time: fewer are not worth another thread.
const CHUNK: usize = 1000;

/// An entry's name. Where it is not marked as UTF-8, it may be so all the same, as macOS and Info-ZIP write it, or else in
/// the code page that Windows writes in Western Europe; in America the code page has the same letters.
pub fn decode_name(raw: &[u8], flags: u16) -> Result<String, Defect> {
    let is_marked = flags & 1 << 11 != 0;
    let (name, why) = match std::str::from_utf8(raw) {
        Ok(name) => (name.to_owned(), None),
        Err(_) if is_marked => (String::from_utf8_lossy(raw).into_owned(), Some("its name is not UTF-8".to_owned())),
        Err(_) => (charset_decoder(b"cp850").expect("mail-parser knows this code page")(raw), None),
    };
    let rejection = why.or_else(|| match path_verdict(name.strip_suffix('/').unwrap_or(&name)) {
        Verdict::Refused(why) => Some(why),
        Verdict::Fine | Verdict::Warned(_) => None,
    });
    match rejection {
        Some(message) => Err(Defect { kind: DefectKind::UnsafeName, entry: Some(name), message }),
        None => Ok(name),
    }
}

/// The extra field that repeats a name in UTF-8: its version, a checksum of the bytes that spell the name in the header, and
/// the name.
pub fn unicode_path(raw: &[u8], name: &str) -> Vec<u8> {
    [&[1][..], &crc32fast::hash(raw).to_le_bytes(), name.as_bytes()].concat()
}

/// Of all files' names, in any order, two that are one file on some system, and how; by index.
pub fn collision(names: &[&str]) -> Option<(usize, usize, &'static str)> {
    // With the smallest character between the parts, what is in a folder follows right after it.
    let key = |name: &&str| collision_key(name).replace('/', "\0");
    let chunks: Vec<&[&str]> = names.chunks(CHUNK).collect();
    let keys = share_in_order(&chunks, |names| names.iter().map(key).collect::<Vec<_>>());
    let mut keys: Vec<(String, usize)> = keys.into_iter().flatten().zip(0..).collect();
    keys.sort_unstable();
    keys.windows(2).find_map(|pair| {
        let [(one, first), (other, second)] = pair else { return None };
        let how = if names[*first] == names[*second] {
            "two entries have this name"
        } else if one == other {
            "two entries have names that are one and the same on some system"
        } else if other.strip_prefix(one.as_str()).is_some_and(|rest| rest.starts_with('\0')) {
            "it is a file and a folder at once"
        } else if spelt_twice(one, other, names[*first], names[*second]) {
            "its folder is spelt in two ways that are one and the same on some system"
        } else {
            return None;
        };
        Some((*first, *second, how))
    })
}

/// Whether the folders that two names share on some system are spelt in two ways.
fn spelt_twice(one: &str, other: &str, first: &str, second: &str) -> bool {
    let folders = |key: &str| key.matches('\0').count();
    let shared = one.split('\0').zip(other.split('\0')).take_while(|(one, other)| one == other).count();
    let shared = shared.min(folders(one)).min(folders(other));
    first.split('/').take(shared).ne(second.split('/').take(shared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_the_program_wrote_it_that_did_not_mark_it() {
        let read = |raw: &[u8]| decode_name(raw, 0).map_err(|defect| defect.message);
        assert_eq!(read("Møte e\u{301} 计划.pdf".as_bytes()), Ok("Møte e\u{301} 计划.pdf".to_owned()));
        assert_eq!(read(b"M\x9bte \x86\x91\x84\x94\x81\x82\xe1.pdf"), Ok("Møte åæäöüéß.pdf".to_owned()));
        assert_eq!(read(b"\x8f\x92\x8e\x99\x9a\x9d\x87\xa4\xa2\xa0\x8a.pdf"), Ok("ÅÆÄÖÜØçñóáè.pdf".to_owned()));
        assert!(decode_name(b"M\x9bte.pdf", 1 << 11).is_err());
        assert!(read(b"M\xf0te.pdf").is_err_and(|why| why.contains("invisible")));
        // No byte beyond ASCII is read as a character of it.
        let bytes: Vec<u8> = (0x80..=0xff).collect();
        let read = charset_decoder(b"cp850").map(|decode| decode(&bytes)).unwrap_or_default();
        assert!(read.chars().count() == 128 && read.chars().all(|ch| ch >= '\u{a0}'), "{read}");
    }

    // What collides: `tests/cli/hostile_names.rs`.
    #[test]
    fn names_that_are_two_files_on_every_system_do_not_collide() {
        assert_eq!(collision(&["a/b", "a/bc", "a.b", "ab", "b/a", "k\u{131}r", "kir"]), None);
    }
}
