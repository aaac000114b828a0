//! Separates what a sender wrote from what they quote, by the shape of the text, in any language.
//!
//! Unclear text counts as quoted: the sender is then asked again, and nothing is claimed in their name.

use std::sync::LazyLock;

use regex::Regex;

/// Most lines over which a mail program wraps the line above a quotation.
const MAX_WRAPPED_LINES: usize = 3;

/// A line as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub mark: LineKind,
}

/// How a mail program marks a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Not marked.
    Own,
    Signature,
    /// Introduces a quotation: the one below, or everything that follows.
    Attribution,
    Quoted,
    /// Indented, as quotations and some other text are.
    Indented,
    /// This line and everything after it is the message that is answered.
    Original,
}

/// What the sender wrote in one form of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnText {
    /// The sender's own lines, without what is quoted and without the signature.
    pub text: String,
    /// The block below `-- ` (RFC 3676, 4.3), or in the mail program's element for signatures.
    pub signature: String,
    /// All lines, including quoted ones.
    pub whole: String,
    /// The quoted lines, without the line above them that a mail program writes.
    pub quoted: String,
    /// Whether everything outside `text` and `signature` is certainly quoted.
    pub is_clear: bool,
}

/// The lines of a plain text, not marked yet.
pub fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::<Line>::new();
    for line in text.lines() {
        let text = line.replace('\u{a0}', " ").replace(['\r', '\u{ad}', '\u{200b}', '\u{feff}'], "");
        let is_empty = text.trim().is_empty();
        if !is_empty || lines.last().is_some_and(|line| !line.text.is_empty()) {
            lines.push(Line { text: if is_empty { String::new() } else { text }, mark: LineKind::Own });
        }
    }
    lines
}

/// Separates the sender's own lines from the others.
pub fn split(mut lines: Vec<Line>) -> OwnText {
    let whole = joined(lines.iter().map(|line| line.text.trim_end()));
    let mut is_clear = true;
    for line in &mut lines {
        if is_prefixed(line.text.trim_start()) && line.mark != LineKind::Original {
            is_clear &= line.text.starts_with('>') || line.mark == LineKind::Quoted;
            line.mark = LineKind::Quoted;
        }
    }
    // One quotation begins inside another: `>>> Maria Lind <maria.lind@nordvik.example> 27.11.2026 09:14 >>>`.
    let starts_inner = |line: &Line| line.mark == LineKind::Quoted && line.text.trim_end().ends_with(">>>");
    let at = lines.iter().position(|line| starts_inner(line) && (has_address(&line.text) || has_date(&line.text)));
    if let Some(at) = at.filter(|at| lines[at + 1..].iter().any(|line| line.mark == LineKind::Own)) {
        is_clear = false;
        lines[at..].iter_mut().for_each(|line| line.mark = LineKind::Quoted);
    }
    let mut at = 0;
    while at < lines.len() {
        match quotation(&lines, at) {
            Some(Quotation::All(mut start, clear)) => {
                is_clear &= clear;
                // `Begin forwarded message:` is above the forwarded message.
                let above = lines[..start].iter().rposition(|line| !line.text.is_empty());
                start = above.filter(|above| introduces(&lines[*above].text)).unwrap_or(start);
                let head = head(&lines, start, at);
                lines[start..head].iter_mut().for_each(|line| line.mark = LineKind::Attribution);
                lines[head..].iter_mut().for_each(|line| line.mark = LineKind::Quoted);
                break;
            }
            Some(Quotation::Lines(start, clear)) => {
                is_clear &= clear;
                lines[start..=at].iter_mut().for_each(|line| line.mark = LineKind::Attribution);
                // Indented lines below it are certainly quoted.
                let below = lines[at + 1..].iter_mut();
                let below = below.take_while(|line| line.mark == LineKind::Indented || line.text.is_empty());
                below.filter(|_| clear).for_each(|line| line.mark = LineKind::Quoted);
            }
            None => {}
        }
        at += 1;
    }
    is_clear &= !lines.iter().any(|line| line.mark == LineKind::Indented && !line.text.trim().is_empty());
    mark_signature(&mut lines);
    let texts = |mark: LineKind| {
        // An empty line replaces what is left out.
        let shown = lines.iter().map(|line| if line.mark == mark { line.text.trim_end() } else { "" });
        joined(shown.filter(|line| mark != LineKind::Signature || line.trim_end() != "--"))
    };
    let (text, signature, quoted) = (texts(LineKind::Own), texts(LineKind::Signature), texts(LineKind::Quoted));
    OwnText { text, signature, whole, quoted, is_clear }
}

/// Index of the first line of the quoted message, after the lines that introduce it. Labelled lines such as `From: …`
/// belong to the message.
fn head(lines: &[Line], start: usize, at: usize) -> usize {
    let is_head = |line: &Line| line.mark == LineKind::Attribution || line.text.is_empty() || is_rule(line.text.trim());
    let end = if header(&lines[at..]).is_some() {
        at
    } else if is_sender_above_date(&lines[at..]) {
        lines[at + 1..].iter().position(|line| !line.text.trim().is_empty()).map_or(at, |date| at + date + 2)
    } else {
        at + 1
    };
    end.max(start) + lines[end.max(start)..].iter().take_while(|line| is_head(line)).count()
}

/// Quoted lines without a `>` in front, and whether that is certain.
enum Quotation {
    /// From this line to the current one.
    Lines(usize, bool),
    /// From this line to the end.
    All(usize, bool),
}

/// The quotation that begins at this line, or that it and the lines before it introduce.
fn quotation(lines: &[Line], at: usize) -> Option<Quotation> {
    let line = &lines[at];
    let below = lines[at + 1..].iter().position(|line| !line.text.trim().is_empty()).map(|below| at + 1 + below);
    let is_below = |marks: &[LineKind]| below.is_some_and(|below| marks.contains(&lines[below].mark));
    let is_above_quotation = is_below(&[LineKind::Quoted, LineKind::Indented]);
    match line.mark {
        LineKind::Attribution if is_above_quotation || is_below(&[LineKind::Attribution]) => {
            return Some(Quotation::Lines(at, true));
        }
        LineKind::Attribution => return Some(Quotation::All(at, true)),
        LineKind::Original => return Some(Quotation::All(at, holds_header(&lines[at..]))),
        LineKind::Quoted | LineKind::Indented => return None,
        LineKind::Own | LineKind::Signature => {}
    }
    if is_rule(line.text.trim()) {
        let is_clear = below.is_some_and(|below| header(&lines[below..]) == Some(true));
        return Some(Quotation::All(at, is_clear));
    }
    if let Some(is_clear) = header(&lines[at..]) {
        return Some(Quotation::All(at, is_clear));
    }
    if is_sender_above_date(&lines[at..]) {
        return Some(Quotation::All(at, true));
    }
    if !introduces(&line.text) {
        return None;
    }
    match attribution(lines, at) {
        Some((start, _)) if is_above_quotation => Some(Quotation::Lines(start, true)),
        Some((start, names)) => Some(Quotation::All(start, names)),
        None if is_above_quotation => Some(Quotation::Lines(at, false)),
        None => None,
    }
}

/// Whether the first lines hold a message header or the line above a quotation.
fn holds_header(lines: &[Line]) -> bool {
    const MAX_INTRODUCTION_LINES: usize = 8;
    (0..lines.len().min(MAX_INTRODUCTION_LINES))
        .any(|at| header(&lines[at..]) == Some(true) || introduces(&lines[at].text) && attribution(lines, at).is_some())
}

/// Index of the first line of the (perhaps wrapped) text that names the writer or the day of the message below, with an
/// address or a date before a colon; and whether it has an address.
fn attribution(lines: &[Line], at: usize) -> Option<(usize, bool)> {
    let (mut text, mut found) = (String::new(), None);
    for start in (0..=at).rev().take(MAX_WRAPPED_LINES) {
        let line = &lines[start];
        let ends = line.text.trim_end().ends_with(['.', '!', '?', ':', ';', '：', '。']);
        if start < at && (ends || line.text.trim().is_empty() || line.mark != lines[at].mark || is_labelled(&line.text))
        {
            break;
        }
        text = format!("{} {text}", line.text);
        let (address, date) = (has_address(&text), has_date(&text));
        let adds = found.is_none() || has_address(&line.text) || has_date(&line.text);
        if (address || date) && adds {
            found = Some((start, address));
        }
        if address && date {
            break;
        }
    }
    found
}

/// Whether a message header begins here as Outlook and others write it: `label: address` and `label: date`, in any
/// language. `Some(true)` if it has both, so that it is certain.
fn header(lines: &[Line]) -> Option<bool> {
    const MAX_HEADER_LINES: usize = 4;
    let (_, first) = label(&lines[0].text)?;
    let is_sender = |value: &str| has_address(value) || has_date(value) || !value.contains(|ch: char| ch.is_numeric());
    if first.is_empty() || !is_sender(first) {
        return None;
    }
    let (mut count, mut address, mut date, mut empty) = (0, false, false, 0);
    for line in lines {
        let Some((_, value)) = label(&line.text) else {
            empty += 1;
            if line.text.trim().is_empty() && empty == 1 {
                continue;
            }
            break;
        };
        (count, empty) = (count + 1, 0);
        address |= has_address(value);
        date |= has_date(value);
        if count == MAX_HEADER_LINES {
            break;
        }
    }
    (count >= 2 && address || count >= 3 && date).then_some(date && (address || count >= 3))
}

/// Whether a line of only a name and address is above a line of only a date, as Notes writes it.
fn is_sender_above_date(lines: &[Line]) -> bool {
    static SENDER: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^[^:@<>]{0,60}<[^<>@ ]+@[^<>@ ]+>$"#));
    let next = lines[1..].iter().find(|line| !line.text.trim().is_empty()).map_or("", |line| line.text.trim());
    SENDER.is_match(lines[0].text.trim()) && next.len() < 40 && has_date(next)
}

/// Splits a line into label and value, without bold and italic marks. A label has no digits, unlike `1.D.1`.
pub fn label(line: &str) -> Option<(&str, &str)> {
    const MAX_LABEL_CHARACTERS: usize = 30;
    let marks = |it: char| it.is_whitespace() || it == '*' || it == '_';
    let (label, value) = line.trim_start_matches(marks).split_once([':', '：'])?;
    let label = label.trim_end_matches(marks);
    let is_word = |ch: char| {
        ch.is_alphabetic() || ch == ' ' || ch == '-' || ch == '\'' || ch == '’' || ch == '.' || ch > '\u{2ff}'
    };
    let is_label =
        label.chars().count() <= MAX_LABEL_CHARACTERS && label.chars().all(|it| is_word(it) && !it.is_numeric());
    (is_label && label.chars().any(char::is_alphabetic)).then(|| (label, value.trim_matches(marks)))
}

/// Whether a line may introduce what is below it. `1.D.3: true except:` is the sender's own, so it may not.
fn introduces(line: &str) -> bool {
    line.trim_end().ends_with([':', '：']) && !is_labelled(line)
}

/// Whether a line begins with a label, whatever its characters.
fn is_labelled(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_label = |word: &str| word.strip_suffix([':', '：']).is_some_and(|word| !word.contains(':'));
    words.next().is_some_and(is_label) && words.next().is_some()
}

/// Whether a line is quoted by the characters it begins with.
fn is_prefixed(line: &str) -> bool {
    let initials = line.split('>').next().unwrap_or_default();
    let has_initials = initials.len() < line.len() && initials.len() <= 4;
    line.starts_with(['>', '|', '＞']) || has_initials && initials.chars().all(|ch| ch.is_ascii_uppercase())
}

/// Whether a line is a rule, with or without words: `-----Original Message-----`.
fn is_rule(line: &str) -> bool {
    const RULES: [char; 7] = ['-', '_', '‐', '–', '—', '─', '━'];
    let count = line.chars().count();
    let left = count - line.trim_start_matches(RULES).chars().count();
    let right = count - line.trim_end_matches(RULES).chars().count();
    left == count && count >= 8 || left >= 4 && right >= 3 && left < count
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant and correct")
}

/// Whether a text contains an e-mail address.
pub fn has_address(text: &str) -> bool {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"[^\t "'<>()\[\],;:@]+@[^\t "'<>()\[\],;:@]+\.[^\t "'<>()\[\],;:@]+|<[^<>@ ]+@[^<>@ ]+>"#)
    });
    ADDRESS.is_match(text)
}

/// Whether a text contains a date or time of day, in any language and any digits.
pub fn has_date(text: &str) -> bool {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        let parts = [
            // 9:14, 09h14, 9時14
            r"(^|[^0])00?[:h時시点]00([^0]|$)",
            // 22.11.2026, 22/11/26, 2026-11-22, 22. 11. 2026
            r"(^|[^0])00?[./-] ?00?[./-] ?00(00)?([^0]|$)",
            r"(^|[^0])0000[./-] ?00?[./-] ?00?([^0]|$)",
            // 2026年11月22日
            r"0000[년年] ?00?[월月]",
            // 20 November 2026, Nov 20, 2026, 20th of November, 2026, 20-Nov-2026; not digits inside a code
            r"(^|[^0A-Za-z])00?(st|nd|rd|th)?[^0A-Za-z][^0]{0,20}0000([^0]|$)",
            // 2026. nov. 20.
            r"(^|[^0])0000[.,] ?[^0]{0,15}00?([^0]|$)",
        ];
        pattern(&parts.join("|"))
    });
    let digits: String = text.chars().map(|ch| if ch.is_numeric() { '0' } else { ch }).collect();
    // Direction marks are invisible.
    DATE.is_match(&digits.replace(['\u{200e}', '\u{200f}'], ""))
}

/// Marks everything from a `-- ` line to the next quotation as signature.
fn mark_signature(lines: &mut [Line]) {
    let mut is_below = false;
    for line in lines {
        is_below = line.mark == LineKind::Own && (is_below || line.text.trim_end() == "--");
        if is_below {
            line.mark = LineKind::Signature;
        }
    }
}

/// Joins lines, with no repeated empty lines and none at the ends.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        if !(line.is_empty() && (text.is_empty() || text.ends_with("\n\n"))) {
            text += line;
            text.push('\n');
        }
    }
    text.trim().to_owned()
}

/// Normalises a text for comparing two forms: drops white space, bold marks, bullets and the addresses of links.
fn folded(text: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"<(mailto:|https?://)[^<>]*>|\[cid:[^\]]*\]"));
    LINK.replace_all(text, "").chars().filter(|ch| !ch.is_whitespace() && !"*_•·".contains(*ch)).collect()
}

/// The forms that differ in what the sender wrote. Of two that say the same, HTML is kept because its lines are not
/// wrapped.
pub fn differing(mut forms: Vec<OwnText>) -> Vec<OwnText> {
    if let [plain, html] = forms.as_mut_slice() {
        if plain.signature.is_empty() && !html.signature.is_empty() {
            move_signature(plain, &folded(&html.signature));
        }
        let is_empty = |own: &OwnText| own.text.trim().is_empty();
        // An empty form does not say what the other one says.
        html.is_clear &= plain.is_clear && is_empty(plain) == is_empty(html);
        plain.is_clear = html.is_clear;
        if folded(&plain.text) == folded(&html.text) {
            forms.remove(0);
        }
    }
    forms.retain(|own| !own.text.trim().is_empty());
    forms
}

/// Moves the last lines of a plain text to its signature if they equal the signature in HTML.
fn move_signature(plain: &mut OwnText, signature: &str) {
    let (mut length, mut start) = (0, plain.text.len());
    for line in plain.text.split_inclusive('\n').rev() {
        (length, start) = (length + folded(line).len(), start - line.len());
        if length >= signature.len() {
            break;
        }
    }
    if folded(&plain.text[start..]) == signature {
        plain.signature = plain.text.split_off(start);
        plain.text.truncate(plain.text.trim_end().len());
    }
}
