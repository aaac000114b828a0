//! Converts HTML to the lines a person sees, marked as quotation or signature where the mail program says so.

use std::collections::BTreeMap;

use super::html_tokens::{HtmlTag, Token, Tokens};
use super::own_text::{Line, LineKind};
use super::style::TextStyle;
use super::too_much;
use crate::limits::MAX_MAIL_LINES;
use crate::source::Refused;

/// Deepest nesting of elements; browsers draw 512.
const MAX_DEPTH: usize = 500;

/// Elements that begin a line of their own.
const BLOCKS: [&str; 32] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
];

/// Blocks with an empty line before and after.
const SPACED: [&str; 11] = ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"];

/// Elements without content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Ids and classes with which Outlook, Zimbra and Spark mark the start of the message that is answered.
const ORIGINAL: [&str; 7] = [
    "divrplyfwdmsg",
    "appendonsend",
    "reference-message-container",
    "outlookmessageheader",
    "zwchr",
    "__headers__",
    "messagereplysection",
];

/// Ids and classes of the line above a quotation: Gmail, Thunderbird.
const ATTRIBUTION: [&str; 2] = ["gmail_attr", "cite-prefix"];

/// Ids and classes of a signature: nearly all programs, then Airmail and Zimbra.
const SIGNATURE: [&str; 3] = ["signature", "bloop_sign", "__sig_p"];

/// Ids and classes of a quotation: Gmail, Yahoo, Proton, GMX and others, then Thunderbird, Zoho and QQ.
const QUOTATION: [&str; 8] = [
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "quote",
    "quoted",
    "moz-forward-container",
    "zmail_extra",
    "includetail",
];

/// An open element.
#[derive(Clone)]
struct OpenElement {
    /// The first eight bytes of its name, enough to distinguish the elements that matter here.
    name: [u8; 8],
    mark: LineKind,
    style: TextStyle,
    is_spaced: bool,
}

/// What a text in HTML shows.
#[derive(Default)]
pub struct VisibleText {
    pub lines: Vec<Line>,
    /// Text that is in the HTML but is not shown.
    pub hidden: String,
    /// Whether a style sheet strikes text out; which text is not determined.
    pub strikes_out: bool,
}

struct HtmlReader {
    shown: VisibleText,
    current: String,
    mark: LineKind,
    stack: Vec<OpenElement>,
    /// How many elements of each name are open.
    open: BTreeMap<[u8; 8], usize>,
}

/// Reads a text in HTML.
pub fn read(html: &str) -> Result<VisibleText, Refused> {
    let root = OpenElement { name: [0; 8], mark: LineKind::Own, style: TextStyle::default(), is_spaced: false };
    let mut reader = HtmlReader {
        shown: VisibleText::default(),
        current: String::new(),
        mark: LineKind::Own,
        stack: vec![root],
        open: BTreeMap::new(),
    };
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => reader.text(&text),
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(&name),
            Token::Hidden(text) => {
                reader.shown.strikes_out |= text.contains("line-through");
                reader.hide(text);
            }
        }
        if reader.stack.len() > MAX_DEPTH {
            return Err(too_much(&format!("nests the elements of its text more than {MAX_DEPTH} deep")));
        }
        if reader.shown.lines.len() > MAX_MAIL_LINES {
            return Err(too_much(&format!("has more than {MAX_MAIL_LINES} lines of text")));
        }
    }
    reader.end_line();
    Ok(reader.shown)
}

impl HtmlReader {
    fn top(&self) -> &OpenElement {
        self.stack.last().expect("the root is never closed")
    }

    fn hide(&mut self, text: &str) {
        self.shown.hidden.push_str(text);
        self.shown.hidden.push('\n');
    }

    fn text(&mut self, text: &str) {
        let OpenElement { mark, style, .. } = self.top().clone();
        let is_blank = text.trim().is_empty();
        if mark != self.mark && !is_blank {
            self.end_block();
            self.mark = mark;
        }
        let struck = if style.is_struck && !is_blank { "~~" } else { "" };
        self.current += struck;
        for character in text.chars() {
            match character {
                '\n' if style.is_pre => self.end_line(),
                // Soft hyphen and zero-width spaces.
                '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
                ' ' | '\t' | '\r' | '\n'
                    if !style.is_pre && (self.current.is_empty() || self.current.ends_with(' ')) => {}
                ' ' | '\t' | '\r' | '\n' | '\u{a0}' => self.current.push(' '),
                _ => self.current.push(character),
            }
        }
        self.current += struck;
    }

    fn start(&mut self, tag: &HtmlTag) {
        for name in ["alt", "title", "href", "cite", "content", "value"] {
            let value = tag.value(name);
            if !value.is_empty() && !value.starts_with("data:") {
                self.hide(value);
            }
        }
        self.close_implied(&tag.name);
        let is_block = BLOCKS.contains(&tag.name.as_str());
        let style = self.top().style.of(tag);
        let tight = tag.value("class").starts_with("Mso") || style.has_no_margin;
        let is_spaced = SPACED.contains(&tag.name.as_str()) && !tight;
        if is_block {
            self.end_block();
        }
        if is_spaced {
            self.empty_line();
        }
        let mark = mark(tag, self.top().mark);
        match tag.name.as_str() {
            "br" => self.end_line(),
            // Outlook's plain text has 32 of these for a rule.
            "hr" => self.marker("________________________________", LineKind::Own),
            "td" | "th" => self.text(" "),
            _ => {}
        }
        if mark == LineKind::Original && self.top().mark != LineKind::Original {
            self.marker("", LineKind::Original);
        }
        if !VOID.contains(&tag.name.as_str()) {
            *self.open.entry(short(&tag.name)).or_default() += 1;
            self.stack.push(OpenElement { name: short(&tag.name), mark, style, is_spaced });
        } else if mark == LineKind::Signature && self.top().mark == LineKind::Own {
            // Apple Mail marks the place where the signature begins.
            self.marker("-- ", LineKind::Own);
        }
    }

    /// Closes the elements that a start tag closes implicitly (HTML Living Standard, 13.1.2.4).
    fn close_implied(&mut self, name: &str) {
        match name {
            "li" => self.close(&["li"], &["ul", "ol"]),
            "td" | "th" => self.close(&["td", "th"], &["tr", "table"]),
            "tr" => self.close(&["tr"], &["table"]),
            "body" => self.close(&["head"], &[]),
            _ if BLOCKS.contains(&name) || name == "hr" => self.close(&["p"], &["td", "th", "table", "button"]),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "br" => self.end_line(),
            "p" | "div" | "span" | "li" | "font" | "b" | "i" | "a" => self.close(&[name], &["td", "th", "table"]),
            _ => self.close(&[name], &[]),
        }
    }

    /// Closes the innermost open element with one of these names and everything inside it, unless a `stops` element is
    /// between.
    fn close(&mut self, names: &[&str], stops: &[&str]) {
        let (closed, stopped) = (names.iter().map(|name| short(name)), stops.iter().map(|name| short(name)));
        let (closed, stopped): (Vec<_>, Vec<_>) = (closed.collect(), stopped.collect());
        let is_met = |open: &OpenElement| closed.contains(&open.name) || stopped.contains(&open.name);
        // Fast path: most end tags that close nothing belong to elements that are not open at all.
        if !closed.iter().any(|name| self.open.get(name).is_some_and(|count| *count > 0)) {
            return;
        }
        let Some(at) = self.stack.iter().rposition(is_met) else { return };
        if stopped.contains(&self.stack[at].name) {
            return;
        }
        if names.iter().any(|name| BLOCKS.contains(name)) {
            self.end_block();
        }
        if self.stack[at].is_spaced {
            self.empty_line();
        }
        for closed in self.stack.drain(at..) {
            *self.open.entry(closed.name).or_default() -= 1;
        }
    }

    /// Ends the line unless it is blank.
    fn end_block(&mut self) {
        if !self.current.trim().is_empty() {
            self.end_line();
        }
        self.current.clear();
    }

    fn end_line(&mut self) {
        let text = self.current.trim_end().to_owned();
        self.current.clear();
        if text.is_empty() {
            return self.empty_line();
        }
        self.shown.lines.push(Line { text, mark: self.mark });
    }

    /// Adds an empty line unless the last one is empty.
    fn empty_line(&mut self) {
        let mark = self.top().mark;
        if self.shown.lines.last().is_some_and(|line| !line.text.is_empty()) {
            self.shown.lines.push(Line {
                text: String::new(),
                mark: if mark == LineKind::Original { LineKind::Quoted } else { mark },
            });
        }
    }

    fn marker(&mut self, text: &str, mark: LineKind) {
        self.end_block();
        let mark = if self.top().mark == LineKind::Own { mark } else { self.top().mark };
        self.shown.lines.push(Line { text: text.to_owned(), mark });
    }
}

/// How an element marks the text inside it.
fn mark(tag: &HtmlTag, outer: LineKind) -> LineKind {
    if !matches!(outer, LineKind::Own | LineKind::Signature) {
        return outer;
    }
    let labels = ["id", "class", "name", "data-marker"].map(|name| tag.value(name)).join(" ").to_ascii_lowercase();
    let has = |names: &[&str]| names.iter().any(|name| labels.contains(name));
    // In Gmail, people also write between the quotations inside this element.
    let is_open = labels.contains("gmail_quote") && tag.name != "blockquote";
    let is_named = !is_open && labels.split_whitespace().any(|label| QUOTATION.contains(&label));
    let style = tag.value("style").to_ascii_lowercase().replace(' ', "");
    if has(&ORIGINAL) || style.contains("border:none;border-top:solid") {
        LineKind::Original
    } else if has(&ATTRIBUTION) {
        LineKind::Attribution
    } else if is_named || tag.name == "blockquote" && tag.value("type") == "cite" {
        LineKind::Quoted
    } else if tag.name == "blockquote" || labels.contains("quot") && !is_open || style.contains("border-left") {
        LineKind::Indented
    } else if has(&SIGNATURE) {
        LineKind::Signature
    } else {
        outer
    }
}

/// The first eight bytes of a name.
fn short(name: &str) -> [u8; 8] {
    let mut short = [0; 8];
    short.iter_mut().zip(name.bytes()).for_each(|(byte, own)| *byte = own);
    short
}
