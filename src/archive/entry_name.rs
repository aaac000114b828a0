//! Names of entries: each must mean one and the same place on every system, inside the folder it is unpacked to.

use crate::source::is_hidden;
use crate::text::collision_key;
use crate::threads::share_in_order;

/// Bytes of one part of a name: the most that file systems in use take.
const LONGEST_PART: usize = 255;

/// Bytes of a whole name.
const LONGEST: usize = 1024;

/// Names that are folded by one thread: of fewer it makes no other.
const AT_ONCE: usize = 1000;

/// Parts of a name.
const DEEPEST: usize = 32;

/// What Windows keeps for devices, and the stems that a digit makes one.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
const NUMBERED: [&str; 2] = ["com", "lpt"];

/// Why a name may not stand in an archive, if so. The name of a folder is given without its last `/`.
pub fn refused_because(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    if name.is_empty() {
        return said("its name is empty");
    }
    if bytes[0] == b'/' {
        return said("its name begins at the root of a disk");
    }
    if bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        return said("its name begins with the letter of a drive");
    }
    if let Some(why) = too_long_because(name) {
        return Some(why);
    }
    name.split('/').find_map(part_refused_because).or_else(|| name.chars().zip(name.chars().skip(1)).find_map(joined))
}

/// Why a name is too long as a whole, whatever its parts, if so.
pub fn too_long_because(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return Some(format!("its name has {} bytes; systems take {LONGEST}", name.len()));
    }
    (name.split('/').count() > DEEPEST).then(|| format!("it lies more than {DEEPEST} folders deep"))
}

/// Of all files' names, in any order, two that are one file on some system, and how; by place.
pub fn collision(names: &[&str]) -> Option<(usize, usize, &'static str)> {
    // With the smallest sign between the parts, what lies in a folder follows right after it.
    let key = |name: &&str| collision_key(name).replace('/', "\0");
    let chunks: Vec<&[&str]> = names.chunks(AT_ONCE).collect();
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

fn part_refused_because(part: &str) -> Option<String> {
    if part.is_empty() {
        return said("its name has an empty part");
    }
    if part == "." || part == ".." {
        return said("its name leads elsewhere: a part of it is `.` or `..`");
    }
    if part.len() > LONGEST_PART {
        return Some(format!("a part of its name has {} bytes; systems take {LONGEST_PART}", part.len()));
    }
    if part.contains('\\') {
        return said("its name holds `\\`, which Windows takes for `/`");
    }
    if let Some(sign) = part.chars().find(|sign| matches!(sign, '<' | '>' | ':' | '"' | '|' | '?' | '*')) {
        return Some(format!("its name holds `{sign}`, which systems take for something else"));
    }
    if let Some(sign) = part.chars().find(|sign| is_hidden(*sign) && *sign != '\u{200d}') {
        return Some(format!("its name holds a sign that cannot be seen (`{}`)", sign.escape_unicode()));
    }
    // What Office writes beside an open document leads nowhere.
    if part.starts_with('~') && !part.starts_with("~$") {
        return said("its name begins with `~`, which systems take for a home folder");
    }
    if part.ends_with('.') || part.trim() != part {
        return said("its name begins or ends with a space or ends with a dot, which systems drop");
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let is_number =
        |rest: &str| ["¹", "²", "³"].contains(&rest) || rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit();
    let is_device = NUMBERED.iter().any(|device| stem.strip_prefix(device).is_some_and(is_number));
    (is_device || DEVICES.contains(&stem.as_str())).then(|| format!("Windows keeps the name `{stem}` for itself"))
}

/// The sign that joins two emoji or letters is refused where it joins nothing: between letters of ASCII it only hides.
fn joined((sign, next): (char, char)) -> Option<String> {
    let hides = sign == '\u{200d}' && next.is_ascii() || next == '\u{200d}' && sign.is_ascii();
    hides.then(|| "its name holds a sign that cannot be seen (`\\u{200d}`)".to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "each refusal is one of several ends of a function")]
fn said(why: &str) -> Option<String> {
    Some(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_another_place_or_none_are_refused() {
        let deep = "a/".repeat(32) + "a";
        let long = format!("{}/a", "b".repeat(256));
        let longest = vec!["c".repeat(200); 6].join("/");
        for name in [
            "",
            "/etc/passwd",
            "C:/a",
            "c:a",
            "a//b",
            "a/./b",
            "a/../b",
            "..",
            ".",
            "a\\b",
            "a/~root/b",
            "~/a",
            "a:b",
            "a?",
            "a*",
            "a|b",
            "<a>",
            "\"a\"",
            "a\u{0}b",
            "a\nb",
            "a\u{7f}",
            "a\u{85}",
            "a\u{200b}b",
            "a\u{202e}b",
            "a\u{2028}",
            "a\u{feff}",
            "a\u{ad}",
            "a\u{fdd0}",
            "a\u{ffff}",
            "a\u{1fffe}",
            "a\u{e0041}",
            "a\u{200d}b",
            "CON",
            "a/nul.txt",
            "aux .log",
            "COM1.x",
            "lpt\u{b9}",
            "com0",
            "conin$",
            "a./b",
            "a /b",
            "a\u{a0}",
            " a",
            "\u{a0}a",
            "a\u{2003}",
            "\u{3000}a/b",
            "a.",
            deep.as_str(),
            long.as_str(),
            longest.as_str(),
        ] {
            assert!(refused_because(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn ordinary_names_of_many_languages_are_taken() {
        for name in [
            "data/1.D.3-customer-plan/Møtereferat mars 2025.pdf",
            "计划/حساب.xlsx",
            "\u{1f469}\u{200d}\u{1f52c}.png",
            "compass.md",
            "console/com10.txt",
            "a..b/c",
            "R&D plan (2).docx",
            "nullable",
            "a'b",
            "25 % growth.md",
            "a/~$plan.docx",
        ] {
            assert_eq!(refused_because(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_that_are_one_on_some_system_are_found_wherever_they_stand() {
        for names in [
            ["a/b", "c", "a/b"],
            ["a/B", "c", "a/b"],
            ["a/stra\u{df}e", "a/c", "a/STRASSE"],
            ["a/stra\u{1e9e}e", "a/c", "a/strasse"],
            ["a/stra\u{1e9e}e", "a/c", "a/stra\u{df}e"],
            ["a/b", "a.c", "a"],
            ["Data/x", "a", "data/y"],
            ["a/\u{e9}", "b", "a/e\u{301}"],
            ["a/b/c", "a/b d", "A/e"],
        ] {
            assert!(collision(&names).is_some(), "{names:?}");
        }
        assert_eq!(collision(&["a/b", "a/bc", "a.b", "ab", "b/a", "k\u{131}r", "kir"]), None);
    }
}
