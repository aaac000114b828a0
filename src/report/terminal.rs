//! Text for a terminal or a pipe: foreign text made safe, wrapped lines, findings.

use std::sync::OnceLock;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::Style;
use textwrap::WordSeparator;
use textwrap::WordSplitter::NoHyphenation;

use crate::finding::{Finding, Severity};
use crate::source::{LinePart, Place, Position, is_hidden};

/// Width if the terminal does not tell it, and in a pipe.
const COLUMNS: usize = 80;

/// Most characters of one foreign value that are shown.
const MAX_SHOWN_CHARACTERS: usize = 400;

pub const BOLD: Style = Style::new().bold();
pub const FAINT: Style = Style::new().dimmed();
pub const GOOD: Style = anstyle::AnsiColor::Green.on_default();

/// Makes foreign text safe to show: characters that move the cursor, hide or reorder text become visible, and a very
/// long text is cut.
pub fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, ch) in text.chars().enumerate() {
        if index == MAX_SHOWN_CHARACTERS {
            shown.push('…');
            break;
        }
        if is_hidden(ch) { shown.extend(ch.escape_unicode()) } else { shown.push(ch) }
    }
    shown
}

/// Columns of the terminal, between 40 and 100.
pub fn columns() -> usize {
    static ONCE: OnceLock<usize> = OnceLock::new();
    *ONCE.get_or_init(columns_now)
}

fn columns_now() -> usize {
    if anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never && !is_terminal() {
        return COLUMNS;
    }
    textwrap::termwidth().clamp(40, 100)
}

fn is_terminal() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stdout())
}

/// Text in a style.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A paragraph wrapped to the terminal, ignoring its own line breaks.
pub fn paragraph(text: &str, indent: &str) -> String {
    let text = safe_paragraph(text);
    let options = textwrap::Options::new(columns())
        .initial_indent(indent)
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(NoHyphenation);
    restore_spaces(&textwrap::fill(&protect_code(&text), options)) + "\n"
}

/// Replaces spaces in backticks with no-break spaces.
fn protect_code(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let kept = pieces.map(|(at, piece)| if at % 2 == 1 { piece.replace(' ', "\u{a0}") } else { piece.to_owned() });
    kept.collect::<Vec<_>>().join("`")
}

/// Undoes [`protect_code`].
fn restore_spaces(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// A list, each item wrapped after its dash.
pub fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let options =
        textwrap::Options::new(columns()).initial_indent("  - ").subsequent_indent("    ").word_splitter(NoHyphenation);
    items.into_iter().map(|item| textwrap::fill(&safe_paragraph(item), &options) + "\n").collect()
}

fn safe_paragraph(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(safe).collect();
    words.join(" ")
}

/// A finding as text, with the line it points to, ending in an empty line.
pub fn finding(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(self::place).unwrap_or_default();
    let lines = finding.place.as_ref().and_then(Place::line).map(marked_line).unwrap_or_default();
    let help = finding.help.as_ref().map(|help| self::help(help)).unwrap_or_default();
    let notes: String = finding.notes.iter().map(|note| self::note(note)).collect();
    format!("{}{place}{lines}{notes}{help}\n", title(finding))
}

/// Severity, rule and message, wrapped.
fn title(finding: &Finding) -> String {
    let (word, colour) = match finding.severity {
        Severity::Error => ("error", anstyle::AnsiColor::BrightRed),
        Severity::Warning => ("warning", anstyle::AnsiColor::Yellow),
    };
    let label = format!("{word}[{}]", finding.rule.id);
    let text = wrapped(&format!("{label}: {}", safe(&finding.message)), "  ");
    text.replacen(&label, &styled(colour.on_default().bold(), &label), 1) + "\n"
}

/// A line of the old (`-`) or new (`+`) words, coloured by its first character.
pub fn note(text: &str) -> String {
    let wrapped = wrapped(&format!("  {}", safe_paragraph(text)), "    ");
    let style = match text.chars().next() {
        Some('-') => anstyle::AnsiColor::Red.on_default(),
        Some('+') => GOOD,
        _ => FAINT,
    };
    wrapped.lines().map(|line| format!("{}\n", styled(style, line))).collect()
}

/// The line, with the marked words underlined.
fn marked_line(position: &LinePart) -> String {
    let group = Group::with_title(Level::ERROR.primary_title("")).element(snippet(position));
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(2 * columns());
    let text = renderer.render(&[group]);
    // The title is printed already.
    text.trim_end().split_once('\n').map_or(String::new(), |(_, lines)| format!("{lines}\n"))
}

/// Text wrapped to the terminal, but not inside backticks, because that may be copied.
fn wrapped(text: &str, indent: &str) -> String {
    let options = textwrap::Options::new(columns())
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(NoHyphenation)
        .break_words(false);
    restore_spaces(&textwrap::fill(&protect_code(text), options))
}

/// Path, line and column in the file, although the line below may be cut. The arrow is above that line's bar.
fn place(place: &Place) -> String {
    let (indent, position) = match &place.position {
        Some(Position::Line(at)) => (at.line.to_string().len(), format!(":{}:{}", at.line, at.column)),
        Some(Position::Passage { words, .. }) => (0, format!(", {}", safe(words))),
        None => (0, String::new()),
    };
    let arrow = styled(anstyle::AnsiColor::BrightBlue.on_default().bold(), "-->");
    wrapped(&format!("{}--> {}{position}", " ".repeat(indent), safe(&place.path)), "    ").replacen("-->", &arrow, 1)
        + "\n"
}

/// A remedy on its own lines.
pub fn help(text: &str) -> String {
    let style = anstyle::AnsiColor::Cyan.on_default().bold();
    wrapped(&format!("help: {}", safe(text)), "      ").replacen("help:", &styled(style, "help:"), 1) + "\n"
}

/// The line, made safe and cut to the text around the marked words.
fn snippet<'a>(position: &LinePart) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    const BEFORE: usize = 24;
    let text = &position.text;
    let (start, end) = (position.marked.start, position.marked.end);
    let from = text.floor_char_boundary(start.saturating_sub(BEFORE));
    let limit = text.floor_char_boundary((from + columns() - 10).min(text.len()));
    let (marked_end, cut) = if end > limit { (limit, "…") } else { (end, "") };
    let to = limit.max(marked_end);
    let before = format!("{}{}", if from > 0 { "…" } else { "" }, safe(&text[from..start]));
    let marked = format!("{}{cut}", safe(&text[start..marked_end]));
    let after = format!("{}{}", safe(&text[marked_end..to]), if cut.is_empty() && to < text.len() { "…" } else { "" });
    let span = before.len()..before.len() + marked.len();
    Snippet::source(format!("{before}{marked}{after}"))
        .line_start(position.line)
        .annotation(AnnotationKind::Primary.span(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_foreign_text_can_steer_the_terminal() {
        let hostile = "a\u{1b}[2J\u{9b}31m\r\n\u{202e}b\u{7f}\u{200b}\u{e0041}\u{7}";
        let shown = safe(hostile);
        assert_eq!(shown, r"a\u{1b}[2J\u{9b}31m\u{d}\u{a}\u{202e}b\u{7f}\u{200b}\u{e0041}\u{7}");
        assert!(!shown.chars().any(is_hidden));
    }

    #[test]
    fn a_very_long_value_is_cut() {
        assert_eq!(safe(&"x".repeat(5_000)).chars().count(), MAX_SHOWN_CHARACTERS + 1);
    }
}
