//! Text that was pasted from elsewhere, read as it was meant; each byte stays where it is.

/// Bullets that programs other than editors of Markdown write; the last one is Word's own.
const BULLETS: &[char] = &['•', '‣', '◦', '▪', '●', '○', '■', '·', '–', '—', '\u{f0b7}'];

/// Characters that a line has at least where it is a paragraph, not one of several lines of it.
const MIN_PARAGRAPH_CHARACTERS: usize = 120;

/// The text as Markdown: a bullet begins an item, `##Heading` is a heading, a tab makes no program listing, and `---` under
/// a paragraph makes no heading of it.
pub fn as_markdown(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len());
    // The lines of the paragraph so far.
    let mut above: Vec<&str> = Vec::new();
    let (mut is_fenced, mut is_in_list) = (false, false);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        let words = line.trim();
        if words.starts_with("```") || words.starts_with("~~~") {
            is_fenced = !is_fenced;
        }
        let is_bullet = !is_fenced && begins_item(line, &above, lines.get(at + 1));
        match words.chars().next() {
            _ if is_fenced => markdown.push_str(line),
            Some(bullet) if is_bullet => {
                let (before, after) = line.split_once(bullet).expect("the line begins with its bullet");
                markdown.push_str(before);
                markdown.push('-');
                markdown.extend(std::iter::repeat_n(' ', bullet.len_utf8() - 1));
                markdown.push_str(after);
            }
            Some('-') if words.len() > 2 && words.bytes().all(|byte| byte == b'-') && is_paragraph(&above) => {
                markdown.push_str(&line.replace('-', "*"));
            }
            Some('#') if is_close_heading(words) => {
                let hashes = line.bytes().position(|byte| byte != b'#').unwrap_or_default();
                markdown.push_str(&line[..hashes - 1]);
                markdown.push(' ');
                markdown.push_str(&line[hashes..]);
            }
            _ if line.starts_with('\t') && !is_in_list => {
                let tabs = line.len() - line.trim_start_matches('\t').len();
                markdown.extend(std::iter::repeat_n(' ', tabs.min(3)));
                markdown.push_str(&line[tabs.min(3)..]);
            }
            _ => markdown.push_str(line),
        }
        if words.is_empty() {
            above.clear();
        } else {
            above.push(line);
            let is_indented = line.starts_with([' ', '\t']);
            is_in_list = is_bullet || is_marker(words) || is_in_list && is_indented;
        }
    }
    markdown
}

/// Whether a line break in the text was meant to begin a new paragraph: the line before it is as long as paragraphs are, and
/// ends a sentence.
pub fn ends_paragraph(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with(['.', '!', '?', ':', '”', '"', ')']) && line.chars().count() >= MIN_PARAGRAPH_CHARACTERS
}

/// The cells of a block of lines with tabs between them, as they come out of a spreadsheet.
pub fn rows(paragraph: &str) -> Option<Vec<Vec<&str>>> {
    let rows: Vec<Vec<&str>> = paragraph.lines().map(|line| line.split('\t').collect()).collect();
    let columns = rows.first()?.len();
    let is_table = rows.len() > 1 && columns > 1 && rows.iter().all(|row| row.len() == columns);
    (is_table && !paragraph.contains(['*', '`', '[', '<', '|'])).then_some(rows)
}

/// Whether a line begins with a bullet. A dash may as well be one in a sentence, so it needs another one beside it, or a
/// line before it that announces a list.
fn begins_item(line: &str, above: &[&str], below: Option<&&str>) -> bool {
    let Some(bullet) = bullet(line) else { return false };
    if !"–—·".contains(bullet) {
        return true;
    }
    let has_space = line.trim_start()[bullet.len_utf8()..].starts_with([' ', '\t', '\u{a0}']);
    let is_alike = |other: &str| self::bullet(other) == Some(bullet);
    let before = above.last();
    has_space
        && (before.is_some_and(|before| is_alike(before) || before.trim_end().ends_with(':'))
            || before.is_none() && below.is_some_and(|below| is_alike(below)))
}

fn bullet(line: &str) -> Option<char> {
    line.trim_start().chars().next().filter(|first| BULLETS.contains(first))
}

/// Whether a line begins with a mark of a list.
fn is_marker(words: &str) -> bool {
    let rest = words.trim_start_matches(|ch: char| ch.is_ascii_digit());
    let marks: &[char] = if rest.len() == words.len() { &['-', '*', '+'] } else { &['.', ')'] };
    rest.strip_prefix(marks).is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Whether what is above a line of hyphens is no heading: several lines, a long one, or a sentence.
fn is_paragraph(above: &[&str]) -> bool {
    let Some(last) = above.last().map(|line| line.trim()) else { return false };
    let is_table = last.contains('|');
    !is_table && (above.len() > 1 || last.ends_with(['.', '!', '?', ':']) || last.chars().count() > 80)
}

/// Whether there is no space behind the marks of a heading. One `#` may be the sign before a tag or a number.
fn is_close_heading(words: &str) -> bool {
    let hashes = words.bytes().take_while(|byte| *byte == b'#').count();
    (2..=6).contains(&hashes) && words[hashes..].starts_with(char::is_alphanumeric)
}
