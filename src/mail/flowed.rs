//! Plain text whose lines a mail program wrapped, and says so (`format=flowed`, RFC 3676).

/// The text with the lines that the sender ended.
pub fn unwrapped(text: &str, deletes_space: bool) -> String {
    let mut unwrapped = String::new();
    let (mut is_open, mut last) = (false, 0);
    for line in text.lines() {
        let line = line.trim_end_matches('\r');
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        // One space is put in front of lines that could be mistaken (RFC 3676, 4.4); it stays where they still could.
        let content = content.strip_prefix(' ').filter(|rest| !rest.starts_with('>')).unwrap_or(content);
        let is_separator = content == "-- ";
        if !is_open || depth != last || is_separator {
            if !unwrapped.is_empty() {
                unwrapped.push('\n');
            }
            unwrapped += &">".repeat(depth);
            unwrapped += if depth > 0 { " " } else { "" };
        }
        is_open = content.ends_with(' ') && !is_separator;
        last = depth;
        unwrapped += if is_open && deletes_space { &content[..content.len() - 1] } else { content };
    }
    unwrapped + "\n"
}
