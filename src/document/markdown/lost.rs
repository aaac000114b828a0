//! What is written in a Markdown file and is on no page.

use std::sync::LazyLock;

use regex::Regex;

use crate::source::Span;

/// The parts of a text that no event of the parser gave, but for marks: cells beyond a table's first row, definitions of
/// links that nothing uses.
pub fn lost(text: &str, mut read: Vec<Span>) -> Vec<Span> {
    read.sort_by_key(|span| span.start);
    read.push(text.len()..text.len());
    let (mut lost, mut end) = (Vec::new(), 0);
    for span in read {
        if let Some(gap) = text.get(end..span.start) {
            let mut at = end;
            for line in gap.split_inclusive('\n') {
                lost.extend(words(line).map(|words| at + words.start..at + words.end));
                at += line.len();
            }
        }
        end = end.max(span.end);
    }
    lost
}

/// The words of a line that begins in a gap, without the marks of lists, quotations and notes.
fn words(line: &str) -> Option<Span> {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[ \t\r\n>*+#|-]|[0-9]{1,9}[.)]|\[\^[^\]]*\]:)*").expect("the pattern is fixed")
    });
    let from = MARKS.find(line).map_or(0, |marks| marks.end());
    let start = from + line[from..].find(char::is_alphanumeric)?;
    let last = line.rfind(char::is_alphanumeric)?;
    Some(start..last + line[last..].chars().next().map_or(0, char::len_utf8))
}
