//! Characters of the symbol fonts that Word inserts, as Unicode has them.

/// The letters of the font Symbol from 0x41 on.
const GREEK: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";

/// The font Symbol from 0xA1 on.
const SIGNS: &str = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑";

/// Characters of the Wingdings fonts that are used in texts.
const DINGBATS: &[(&str, u32, char)] = &[
    ("wingdings", 0x4a, '☺'),
    ("wingdings", 0x4b, '😐'),
    ("wingdings", 0x4c, '☹'),
    ("wingdings", 0x6c, '●'),
    ("wingdings", 0x6e, '■'),
    ("wingdings", 0x6f, '□'),
    ("wingdings", 0x71, '❑'),
    ("wingdings", 0x75, '◆'),
    ("wingdings", 0x76, '❖'),
    ("wingdings", 0x9f, '•'),
    ("wingdings", 0xa7, '▪'),
    ("wingdings", 0xa8, '☐'),
    ("wingdings", 0xd8, '➢'),
    ("wingdings", 0xdf, '←'),
    ("wingdings", 0xe0, '→'),
    ("wingdings", 0xe1, '↑'),
    ("wingdings", 0xe2, '↓'),
    ("wingdings", 0xe8, '➔'),
    ("wingdings", 0xef, '⇦'),
    ("wingdings", 0xf0, '⇨'),
    ("wingdings", 0xfb, '✗'),
    ("wingdings", 0xfc, '✓'),
    ("wingdings", 0xfd, '☒'),
    ("wingdings", 0xfe, '☑'),
    ("wingdings 2", 0x4f, '✗'),
    ("wingdings 2", 0x50, '✓'),
    ("wingdings 2", 0x51, '☒'),
    ("wingdings 2", 0x52, '☑'),
    ("wingdings 2", 0xa3, '☐'),
];

/// The character of a symbol; one that is not known is a box.
pub fn symbol(font: &str, code: u32) -> char {
    // The fonts have their characters in the private area too.
    let low = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    let font = font.to_lowercase();
    let at = |text: &str, first: u32| text.chars().nth(usize::try_from(low.checked_sub(first)?).ok()?);
    let known = if font == "symbol" {
        at(SIGNS, 0xa1).or_else(|| at(GREEK, 0x41))
    } else {
        DINGBATS.iter().find(|(name, code, _)| *name == font && *code == low).map(|(.., ch)| *ch)
    };
    let plain = || char::from_u32(if font.starts_with("wingdings") || font == "webdings" { code } else { low });
    known.or_else(|| plain().filter(|ch| !ch.is_control())).filter(|ch| !is_private(*ch)).unwrap_or('□')
}

fn is_private(ch: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&ch)
}
