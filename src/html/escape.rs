//! Text as it is written into HTML.

/// Text as it may be in an element or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            ch => escaped.push(ch),
        }
    }
    escaped
}

/// As much of a text as an attribute is given: nobody reads more of it.
pub fn cut(text: &str) -> &str {
    const MAX_BYTES: usize = 2000;
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

/// An attribute, or nothing where it would be empty.
pub fn attribute(name: &str, value: &str) -> String {
    let value = cut(value.trim());
    if value.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escape(value)) }
}
