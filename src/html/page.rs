//! A page as a whole: its template as text, and what is at the foot of each printed sheet.

use askama::Template;

/// A page as text. Characters that are no text, or that would show the text in another order, become visible.
pub fn write(template: &impl Template) -> String {
    let html = template.render().expect("a template that is written to a string does not fail");
    let shown = |ch: char| match ch {
        '\t' | '\n' | '\r' => ch,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        _ if ch.is_control() || u32::from(ch) & 0xfffe == 0xfffe => '\u{fffd}',
        _ => ch,
    };
    if html.chars().all(|ch| shown(ch) == ch) { html } else { html.chars().map(shown).collect() }
}

/// A text that fits the foot of a sheet.
pub fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 50;
    if text.chars().count() <= MAX_CHARS {
        text.to_owned()
    } else {
        text.chars().take(MAX_CHARS - 1).chain(['…']).collect()
    }
}

/// A string of CSS in quotes: all but plain letters and digits is written as its number, so nothing ends it.
pub fn css_string(text: &str) -> String {
    let shown = |ch: char| match ch {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | ',' => ch.to_string(),
        ch => format!("\\{:x} ", u32::from(ch)),
    };
    format!("\"{}\"", text.chars().filter(|ch| !ch.is_control()).map(shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_string_of_css() {
        assert_eq!(css_string("Åsa </style>\"\\\n"), r#""\c5 sa \3c \2f style\3e \22 \5c ""#);
    }
}
