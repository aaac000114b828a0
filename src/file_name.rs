//! Names of files: which of them every system takes for one and the same place, and which deserve a warning.

use crate::limits::{MAX_FOLDER_DEPTH, MAX_NAME_BYTES, MAX_PATH_BYTES};
use crate::source::is_hidden;

/// UTF-16 units of a path beyond which Windows may not unpack it: it takes 260, and some folder is around it.
const MAX_WINDOWS_UNITS: usize = 240;

/// What Windows keeps for devices, and the stems that a digit makes one.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Characters that Windows or other programs keep for something else.
const RESERVED: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];

/// Characters that are drawn like `/`, `\`, `:` or `.`.
const LOOKS_LIKE_A_PATH: &str = "／＼∕⁄⧸⟋╱⼃∖⧹⟍╲⑊﹨∶꞉⁚︓﹕．․‥﹒";

/// What a shell or a spreadsheet takes for the beginning of an option or a formula.
const FORMULA: [char; 4] = ['-', '=', '+', '@'];

/// The one format character that names may hold: it joins emoji, and letters of some scripts.
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Whether a name can be used, with the reason where it had better not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Fine,
    /// Every system takes it, but people or programs may take it for something else.
    Warned(String),
    /// Some system cannot hold it, or takes it for another place.
    Refused(String),
}

/// Judges a path with `/` between its parts; that of a folder is given without its last `/`.
pub fn path_verdict(path: &str) -> Verdict {
    let bytes = path.as_bytes();
    let refusal = if path.is_empty() {
        Some("its name is empty".to_owned())
    } else if bytes[0] == b'/' {
        Some("its name begins at the root of a disk".to_owned())
    } else if bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        Some("its name begins with the letter of a drive".to_owned())
    } else {
        too_long(path).or_else(|| path.split('/').find_map(refusal))
    };
    let long = || path.encode_utf16().count() > MAX_WINDOWS_UNITS;
    match refusal {
        Some(why) => Verdict::Refused(why),
        None if long() => Verdict::Warned("it is so long that Windows may not unpack it".to_owned()),
        None => path.split('/').find_map(warning).map_or(Verdict::Fine, Verdict::Warned),
    }
}

/// Judges the name of one file or folder.
pub fn verdict(name: &str) -> Verdict {
    match refusal(name) {
        Some(why) => Verdict::Refused(why),
        None => warning(name).map_or(Verdict::Fine, Verdict::Warned),
    }
}

/// Why a path is too long as a whole, whatever its parts, if so.
pub fn too_long(path: &str) -> Option<String> {
    if path.len() > MAX_PATH_BYTES {
        return Some(format!("its name has {} bytes; systems take {MAX_PATH_BYTES}", path.len()));
    }
    (path.split('/').count() > MAX_FOLDER_DEPTH).then(|| format!("it is more than {MAX_FOLDER_DEPTH} folders deep"))
}

/// The name itself, or the nearest one that nobody warns of. U+FFFD was put there for what is not UTF-8.
pub fn portable(name: &str) -> String {
    if verdict(name) == Verdict::Fine && !name.contains('\u{fffd}') {
        return name.to_owned();
    }
    let is_replaced = |ch: char| {
        RESERVED.contains(&ch)
            || matches!(ch, '\\' | '%' | '\u{fffd}')
            || is_hidden(ch)
            || is_blank(ch)
            || LOOKS_LIKE_A_PATH.contains(ch)
    };
    let kept = name.chars().filter(|ch| !matches!(*ch, ZERO_WIDTH_JOINER | '\u{fe0f}'));
    let clean: String = kept.map(|ch| if is_replaced(ch) { '-' } else { ch }).collect();
    let clean = if clean.len() > 150 { &clean[..clean.floor_char_boundary(100)] } else { &clean };
    let is_dropped_in_front = |ch: char| ch.is_whitespace() || FORMULA.contains(&ch) || matches!(ch, '~' | '.');
    let clean = clean.trim_end_matches(|ch: char| ch == '.' || ch.is_whitespace());
    let clean = clean.trim_start_matches(is_dropped_in_front);
    if verdict(clean) == Verdict::Fine { clean.to_owned() } else { format!("file-{clean}") }
}

/// Why one part of a path is refused, if so.
fn refusal(part: &str) -> Option<String> {
    let fixed = |why: &str| Some(why.to_owned());
    if part.is_empty() {
        return fixed("its name has an empty part");
    }
    if part == "." || part == ".." {
        return fixed("its name leads elsewhere: a part of it is `.` or `..`");
    }
    if part.len() > MAX_NAME_BYTES {
        return Some(format!("a part of its name has {} bytes; systems take {MAX_NAME_BYTES}", part.len()));
    }
    if part.contains('\\') {
        return fixed("its name holds `\\`, which Windows takes for `/`");
    }
    if let Some(ch) = part.chars().find(|ch| RESERVED.contains(ch)) {
        return Some(format!("Windows or other programs cannot take `{ch}` in a name"));
    }
    if let Some(ch) = part.chars().find(|ch| is_hidden(*ch) && *ch != ZERO_WIDTH_JOINER) {
        return Some(format!("the name contains an invisible character (`{}`)", ch.escape_unicode()));
    }
    // Between letters of ASCII, or at an end, it joins nothing.
    let mut pairs = std::iter::once('/').chain(part.chars()).zip(part.chars().chain(['/']));
    if pairs.any(|(ch, next)| ch == ZERO_WIDTH_JOINER && next.is_ascii() || next == ZERO_WIDTH_JOINER && ch.is_ascii())
    {
        return fixed("its name holds a zero width joiner, which cannot be seen (`\\u{200d}`)");
    }
    // What Office writes beside an open document leads nowhere.
    if part.starts_with('~') && !part.starts_with("~$") {
        return fixed("its name begins with `~`, which systems take for a home folder");
    }
    if part.ends_with('.') || part.trim() != part {
        return fixed("its name begins or ends with a space or ends with a dot, which systems drop");
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let is_number =
        |rest: &str| ["¹", "²", "³"].contains(&rest) || rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit();
    let is_device = NUMBERED_DEVICES.iter().any(|device| stem.strip_prefix(device).is_some_and(is_number));
    (is_device || DEVICES.contains(&stem.as_str())).then(|| format!("Windows keeps the name `{stem}` for itself"))
}

/// Why one part of a path deserves a warning, if so.
fn warning(part: &str) -> Option<String> {
    let fixed = |why: &str| Some(why.to_owned());
    if part.starts_with(FORMULA) {
        return fixed("a program may take it for a command or a formula");
    }
    if part.starts_with('.') {
        return fixed("systems hide it, because it begins with a dot");
    }
    if part.contains('%') {
        return fixed("`%` in a name makes other programs fail that check the archive");
    }
    if part.is_ascii() {
        return None;
    }
    if part.contains(|ch| LOOKS_LIKE_A_PATH.contains(ch)) {
        return fixed("it holds a character that looks like part of a path");
    }
    // A variation selector makes a character an emoji; behind a letter it shows nothing.
    let pairs = || part.chars().zip(part.chars().skip(1));
    let selector = || pairs().find(|(ch, next)| ch.is_ascii_alphabetic() && *next == '\u{fe0f}').map(|(_, next)| next);
    let blank = part.chars().find(|ch| is_blank(*ch)).or_else(selector)?;
    Some(format!("it holds an invisible character (`{}`)", blank.escape_unicode()))
}

/// Whether a character shows nothing although it is no format character (Unicode 16, `Default_Ignorable_Code_Point`, but
/// for the selector of emoji; the blank of Braille).
fn is_blank(ch: char) -> bool {
    matches!(ch,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is refused: `tests/cli/hostile_names.rs`.

    #[test]
    fn ordinary_names_of_many_languages_are_fine() {
        for name in [
            "data/1.D.3-customer-plan/Møtereferat mars 2025.pdf",
            "计划：第一稿（终）/حساب.xlsx",
            "\u{1f469}\u{200d}\u{1f52c} \u{2764}\u{fe0f} 1\u{fe0f}\u{20e3}.png",
            "console/com10.txt",
            "a..b/c",
            "R&D plan (2).docx",
            "nullable/price $100; net.docx",
            "a/~$plan.docx",
            "Отчёт KPI 2025.xlsx",
            "Product™ №\u{a0}5 x²½.pdf",
        ] {
            assert_eq!(path_verdict(name), Verdict::Fine, "{name:?}");
        }
    }

    #[test]
    fn names_that_may_be_taken_for_something_else_are_warned_of_and_a_better_one_is_known() {
        for (name, better) in [
            ("=1+1.csv", "1+1.csv"),
            ("-rf", "rf"),
            ("@sum.csv", "sum.csv"),
            (".htaccess", "htaccess"),
            ("100%.csv", "100-.csv"),
            ("a\u{ff0f}b", "a-b"),
            ("a\u{2024}exe", "a-exe"),
            ("a\u{2236}b", "a-b"),
            ("a\u{3164}b", "a-b"),
            ("a\u{fe0f}b", "ab"),
        ] {
            assert!(matches!(verdict(name), Verdict::Warned(_)), "{name:?}");
            assert_eq!(portable(name), better, "{name:?}");
        }
        assert!(matches!(path_verdict(&("a/".repeat(30) + &"b".repeat(200))), Verdict::Warned(_)));
    }

    #[test]
    fn a_better_name_is_known_for_each_that_is_refused() {
        for (name, better) in [
            ("a:b.txt", "a-b.txt"),
            ("nul.txt", "file-nul.txt"),
            ("COM1", "file-COM1"),
            ("lpt² .log", "file-lpt² .log"),
            ("report. ", "report"),
            (" plan.md", "plan.md"),
            ("two\nlines.md", "two-lines.md"),
            ("\u{1b}[31mred.md", "[31mred.md"),
            ("~plan.md", "plan.md"),
            ("a\u{200d}b.txt", "ab.txt"),
            ("...", "file-"),
        ] {
            assert!(matches!(verdict(name), Verdict::Refused(_)), "{name:?}");
            assert_eq!(portable(name), better, "{name:?}");
        }
    }
}
