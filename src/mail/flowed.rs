//! Plain text whose lines a mail program wrapped, and says so (`format=flowed`, RFC 3676).

/// Joins the lines that the mail program broke, so that each line ends where the sender ended it.
pub fn unwrapped(text: &str, deletes_space: bool) -> String {
    let mut unwrapped = String::new();
    let (mut is_open, mut last) = (false, 0);
    for line in text.lines() {
        let line = line.trim_end_matches('\r');
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        // Programs put one space in front of lines that could be misread (RFC 3676, 4.4); it is kept where the line
        // still could.
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
