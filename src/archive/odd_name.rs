//! Names of entries that every system can take and that deserve a look: they may be shown, or taken, for something else.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

use crate::text::nfc;

/// UTF-16 units of a path beyond which Windows may not unpack it: it takes 260, and some folder is around it.
const LONG: usize = 240;

/// Signs that are drawn like `/`, `\`, `:` or `.`.
const LIKE_A_PATH: &str = "∕⁄⧸⟋╱⼃∖⧹⟍╲⑊﹨∶꞉⁚︓﹕．․‥﹒";

/// Scripts with letters that are drawn like Latin ones.
const LIKE_LATIN: [Script; 4] = [Script::Cyrillic, Script::Greek, Script::Armenian, Script::Cherokee];

/// Scripts whose writers set colons as wide as letters.
const WIDE: [Script; 5] = [Script::Han, Script::Hiragana, Script::Katakana, Script::Hangul, Script::Bopomofo];

/// Why a name deserves a look, if so.
pub fn odd_because(name: &str) -> Option<&'static str> {
    if name.encode_utf16().count() > LONG {
        return Some("it is so long that Windows may not unpack it");
    }
    if name.contains(['%', '$', ';', '`']) {
        return Some("it holds a sign that a program may take for part of a command");
    }
    if !name.is_ascii()
        && let Some(why) = letters_odd_because(name)
    {
        return Some(why);
    }
    name.split('/').find_map(part_odd_because)
}

fn part_odd_because(part: &str) -> Option<&'static str> {
    let stem = part.split('.').next().unwrap_or(part);
    let short = stem.len() <= 8
        && stem.rsplit_once('~').is_some_and(|(_, digits)| digits.parse::<u32>().is_ok() && !digits.starts_with('+'));
    match part.chars().next() {
        Some('-' | '=' | '+' | '@') => Some("a program may take it for a command or a formula"),
        Some('.') => Some("systems hide it, for it begins with a dot"),
        _ if part.eq_ignore_ascii_case("__MACOSX") => Some("macOS leaves such a folder behind; it is no evidence"),
        _ if short => Some("Windows makes up such short names for other files"),
        _ => None,
    }
}

/// Why a name's letters deserve a look.
fn letters_odd_because(name: &str) -> Option<&'static str> {
    if nfc(name) != name {
        return Some("its letters are spelt in another Unicode form than akam writes");
    }
    let signs: Vec<char> = name.chars().collect();
    let beside = |at: usize, step: isize| at.checked_add_signed(step).and_then(|at| signs.get(at)).copied();
    for (at, sign) in signs.iter().copied().enumerate() {
        let (before, behind) = (beside(at, -1), beside(at, 1));
        if is_like_a_path(sign) || sign == '：' && ![before, behind].into_iter().flatten().any(is_wide) {
            return Some("it holds a sign that looks like part of a path");
        }
        if is_unseen(sign, before, behind) {
            return Some("it holds a sign that shows nothing");
        }
        if matches!(sign, '\u{1d400}'..='\u{1d7ff}') {
            return Some("it holds letters of formulas, which are drawn like ordinary ones");
        }
        if matches!(sign, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}') {
            return Some("it holds a private sign that each system shows differently");
        }
    }
    let mixes = name.split(|sign: char| !sign.is_alphabetic()).any(is_mixed);
    mixes.then_some("letters of two scripts that are drawn alike stand in one word of it")
}

/// Whether a word mixes plain Latin letters with such as are drawn like them.
fn is_mixed(word: &str) -> bool {
    let is_full = |sign: char| matches!(sign, '\u{ff21}'..='\u{ff5a}');
    !word.is_ascii()
        && word.chars().any(|sign| sign.script() == Script::Latin && !is_full(sign))
        && word.chars().any(|sign| is_full(sign) || LIKE_LATIN.contains(&sign.script()))
}

fn is_like_a_path(sign: char) -> bool {
    !sign.is_ascii() && (LIKE_A_PATH.contains(sign) || std::iter::once(sign).nfkc().any(|sign| "/\\".contains(sign)))
}

/// Whether a sign belongs to a script that is written in full width.
fn is_wide(sign: char) -> bool {
    WIDE.contains(&sign.script()) || matches!(sign, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff5e}')
}

/// Whether a sign shows nothing although it is no format character: fillers, and selectors of variants but the one that
/// makes a sign an emoji (Unicode 16, `Default_Ignorable_Code_Point`; the blank of Braille).
fn is_unseen(sign: char, before: Option<char>, behind: Option<char>) -> bool {
    match sign {
        '\u{fe0f}' => match before {
            Some('0'..='9' | '#' | '*') => behind != Some('\u{20e3}'),
            Some('©' | '®' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}') => false,
            _ => true,
        },
        '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0e}'
        | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_told_from_ordinary_ones() {
        let long = "a/".repeat(119) + "plan";
        for name in [
            "a/e\u{301}.md",
            "a\u{ff0f}b",
            "a\u{2025}",
            "a∕b",
            "a⁄b",
            "a⧸b",
            "a∖b",
            "a⧹b",
            "c∶b",
            "c꞉b",
            "c：b",
            "a．exe",
            "a﹨b",
            "\u{e000}",
            "=1+1.csv",
            "-rf",
            ".git/config",
            "PROGRA~1",
            "__macosx/a",
            "p\u{430}ypal",
            "\u{3b1}lpha",
            "\u{570}ello",
            "Ꭺpple",
            "ｐlan",
            "\u{1d44e}",
            "a\u{3164}b",
            "a\u{ffa0}",
            "\u{115f}a",
            "a\u{2800}",
            "a\u{34f}b",
            "a\u{17b4}",
            "a\u{180b}",
            "a\u{fe00}",
            "a\u{fe0f}",
            "a\u{e0100}",
            "100%",
            "a$b",
            "a;b",
            "a`b`",
            long.as_str(),
        ] {
            assert!(odd_because(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn ordinary_names_of_many_languages_are_not_odd() {
        for name in [
            "a/é.md",
            "R&D's plan.md",
            "x²/½.md",
            "a-b",
            "plan~final.md",
            "\u{fb01}nal.md",
            "План развития клиента.docx",
            "Σχέδιο πελάτη.pdf",
            "Отчёт KPI 2025.xlsx",
            "计划：第一稿（终）、摘要……！.pdf",
            "売上２０２５年度ＡＢＣ社.xlsx",
            "1ª reunião.md",
            "Product™ №\u{a0}5 m².pdf",
            "\u{2764}\u{fe0f} 1\u{fe0f}\u{20e3} \u{1f469}\u{200d}\u{1f52c}.png",
            "한국어 계획.pdf",
        ] {
            assert_eq!(odd_because(name), None, "{name:?}");
        }
    }
}
