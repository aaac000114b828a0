//! A Markdown document to HTML that is safe to show: raw HTML becomes text, and only harmless links stay links.

mod allowed;
mod notes;
pub mod page;
mod picture;
mod table;
mod targets;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::document::block::without_comments;
use crate::document::markdown::OPTIONS;
use crate::source::Span;
use notes::Notes;
use picture::Picture;
use table::Table;
pub use targets::{Lead, MAX_ADDRESS_BYTES, NoFiles, Targets, web};

/// Elements in one another, at most: browsers become slow and pages unreadable beyond.
pub const MAX_DEPTH: usize = 64;

/// How a document is shown on its page.
pub struct Frame<'a> {
    pub targets: &'a dyn Targets,
    /// What every id on the page begins with, and what tables are said to be of, where it shows several documents.
    pub prefix: &'a str,
    pub table_of: &'a str,
    /// The level of the document's own highest heading on the page.
    pub top_level: usize,
    /// Whether the first heading is left out, since the page has it already.
    pub skips_first_heading: bool,
    /// Bytes of the text that are marked, in order.
    pub marked: &'a [Span],
}

/// A Markdown text, as the body of an article.
pub fn render(text: &str, frame: &Frame<'_>) -> String {
    let mut writer = HtmlWriter::new(text, frame);
    for (event, span) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        writer.take(event, &span);
        writer.sanitize_finished();
    }
    writer.sanitized + &allowed::clean(&(writer.html + &writer.notes.render()))
}

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

struct HtmlWriter<'a> {
    source: &'a str,
    frame: &'a Frame<'a>,
    html: String,
    /// What is finished, and went through the second layer.
    sanitized: String,
    /// What was written around the heading, cell, note or picture that is being written.
    output_stack: Vec<String>,
    /// The end tags that are due; empty for an element that is not shown.
    open_tags: Vec<&'static str>,
    /// Text since the heading or cell began.
    plain: String,
    /// Headings so far.
    sections: usize,
    /// The document's own levels of the headings that the last one is under, itself included.
    levels: Vec<usize>,
    table: Table,
    tables: usize,
    /// Pictures that are open: inside, only text counts.
    pictures: Vec<Picture>,
    /// Whether a link is open: none may be in it.
    linked: bool,
    raw: Option<String>,
    notes: Notes,
}

impl<'a> HtmlWriter<'a> {
    fn new(source: &'a str, frame: &'a Frame<'a>) -> Self {
        HtmlWriter {
            source,
            frame,
            html: String::new(),
            sanitized: String::new(),
            output_stack: Vec::new(),
            open_tags: Vec::new(),
            plain: String::new(),
            sections: 0,
            levels: Vec::new(),
            table: Table::default(),
            tables: 0,
            pictures: Vec::new(),
            linked: false,
            raw: None,
            notes: Notes::new(frame.prefix),
        }
    }

    fn take(&mut self, event: Event<'_>, span: &Span) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.pictures.is_empty() => self.marked_text(&text, span),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::Code(text) => self.wrapped("<code>", &text, "</code>"),
            Event::Html(text) if self.raw.is_some() => self.raw.get_or_insert_default().push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => self.inline_html(&text),
            Event::SoftBreak => self.space("\n"),
            Event::HardBreak => self.space("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::FootnoteReference(name) => self.cite(&name),
            Event::TaskListMarker(done) => self.task(done),
        }
    }

    /// Passes on what is finished, a page or two at a time: the second layer needs much memory for each element.
    fn sanitize_finished(&mut self) {
        const MIN_BYTES: usize = 1 << 16;
        if self.html.len() > MIN_BYTES
            && self.open_tags.is_empty()
            && self.output_stack.is_empty()
            && self.raw.is_none()
        {
            self.sanitized.push_str(&allowed::clean(&self.html));
            self.html.clear();
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Image { dest_url, title, .. } => self.start_picture(dest_url.into_string(), title.into_string()),
            // In a picture's description there are no elements.
            _ if !self.pictures.is_empty() => {}
            Tag::Paragraph => self.open("<p>", "</p>\n"),
            Tag::Heading { .. } | Tag::TableCell => {
                self.start_capture();
                self.plain.clear();
            }
            Tag::BlockQuote(_) => self.open("<blockquote>\n", "</blockquote>\n"),
            Tag::CodeBlock(_) => self.open("<pre><code>", "</code></pre>\n"),
            Tag::HtmlBlock => self.raw = Some(String::new()),
            // A list and its items need two levels; where there is but one left, neither is shown.
            Tag::List(_) if self.open_tags.len() + 1 >= MAX_DEPTH => self.open_tags.push(""),
            Tag::List(Some(1)) => self.open("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::List(None) => self.open("<ul>\n", "</ul>\n"),
            Tag::Item => self.open("<li>", "</li>\n"),
            Tag::Emphasis => self.open("<em>", "</em>"),
            Tag::Strong => self.open("<strong>", "</strong>"),
            Tag::Strikethrough => self.open("<del>", "</del>"),
            Tag::Link { dest_url, title, .. } => self.start_link(&dest_url, &title),
            Tag::FootnoteDefinition(name) => {
                self.start_capture();
                self.notes.open(name.into_string());
            }
            Tag::Table(alignments) => {
                self.start_capture();
                self.tables += 1;
                self.table = Table::new(alignments);
            }
            Tag::TableHead | Tag::TableRow => self.table.start_row(),
            _ => self.open_tags.push(""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.end_picture(),
            _ if !self.pictures.is_empty() => {}
            TagEnd::Heading(level) => self.end_heading(level as usize),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::FootnoteDefinition => {
                let text = self.end_capture();
                self.notes.close(text);
            }
            TagEnd::TableCell => {
                let content = self.end_capture();
                self.table.cell(&content, &self.plain);
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Table => {
                self.end_capture();
                self.html.push_str(&self.table.render(self.tables, self.frame.table_of));
            }
            TagEnd::Link => {
                self.linked = false;
                self.close();
            }
            _ => self.close(),
        }
    }

    /// Begins an element, unless it is too deep.
    fn open(&mut self, start: &str, end: &'static str) {
        let shown = self.open_tags.len() < MAX_DEPTH;
        if shown {
            self.html.push_str(start);
        }
        self.open_tags.push(if shown { end } else { "" });
    }

    fn close(&mut self) {
        self.html.push_str(self.open_tags.pop().unwrap_or_default());
    }

    /// Begins something that is looked at when it is finished.
    fn start_capture(&mut self) {
        self.output_stack.push(std::mem::take(&mut self.html));
    }

    /// What was written since it began.
    fn end_capture(&mut self) -> String {
        std::mem::replace(&mut self.html, self.output_stack.pop().unwrap_or_default())
    }

    fn text(&mut self, text: &str) {
        self.plain.push_str(text);
        // A picture's description is escaped as a whole, when it is complete.
        let shown = if self.pictures.is_empty() { escape(text) } else { text.to_owned() };
        self.html.push_str(&shown);
    }

    /// Writes a text, in which the parts that are in a marked span are marked.
    fn marked_text(&mut self, text: &str, span: &Span) {
        let (source, marked) = (self.source, self.frame.marked);
        let mut marked = marked.iter().filter(|marked| marked.start < span.end && span.start < marked.end).peekable();
        if marked.peek().is_some() && source.get(span.clone()) != Some(text) {
            // Where the text is not as written, for instance a character reference, its parts have no places.
            return self.wrapped("<mark>", text, "</mark>");
        }
        if marked.peek().is_none() {
            return self.text(text);
        }
        let mut at = span.start;
        for marked in marked {
            let (start, end) = (marked.start.max(at), marked.end.min(span.end));
            self.text(&source[at..start]);
            self.wrapped("<mark>", &source[start..end], "</mark>");
            at = end;
        }
        self.text(&source[at..span.end]);
    }

    fn wrapped(&mut self, start: &str, text: &str, end: &str) {
        if !self.pictures.is_empty() {
            return self.text(text);
        }
        self.html.push_str(start);
        self.text(text);
        self.html.push_str(end);
    }

    fn space(&mut self, html: &str) {
        self.plain.push(' ');
        self.html.push_str(if self.pictures.is_empty() { html } else { " " });
    }

    /// Shows a tag in a line as text: a comment is dropped, and a line break is one.
    fn inline_html(&mut self, html: &str) {
        let name = html.trim_matches(|ch: char| "</>".contains(ch) || ch.is_whitespace());
        if name.eq_ignore_ascii_case("br") {
            self.space("<br>\n");
        } else if !html.starts_with("<!--") {
            self.text(html);
        }
    }

    fn end_html(&mut self) {
        let html = self.raw.take().unwrap_or_default();
        let text = without_comments(&html);
        if !text.trim().is_empty() {
            self.html += &format!("<p>{}</p>\n", escape(text.trim()));
        }
    }

    fn end_heading(&mut self, level: usize) {
        let content = self.end_capture();
        self.sections += 1;
        if self.sections == 1 && self.frame.skips_first_heading {
            return;
        }
        let id = format!("{}section-{}", self.frame.prefix, self.sections);
        if self.plain.trim().is_empty() {
            // A heading without words would mislead who moves from heading to heading.
            if !content.trim().is_empty() {
                self.html += &format!("<p id=\"{id}\">{content}</p>\n");
            }
            return;
        }
        while self.levels.last().is_some_and(|above| *above >= level) {
            self.levels.pop();
        }
        self.levels.push(level);
        let level = (self.frame.top_level + self.levels.len() - 1).min(6);
        self.html += &format!("<h{level} id=\"{id}\">{content}</h{level}>\n");
    }

    fn start_link(&mut self, destination: &str, title: &str) {
        let title = attribute("title", title);
        let lead = self.frame.targets.link(destination).filter(|_| self.open_tags.len() < MAX_DEPTH);
        self.linked = lead.is_some();
        match lead {
            Some(Lead::Inside(href)) => self.open(&format!("<a href=\"{}\"{title}>", escape(&href)), "</a>"),
            Some(Lead::Web(href)) => {
                self.open(&format!("<a href=\"{}\" rel=\"noopener noreferrer\"{title}>", escape(&href)), "</a>");
            }
            None => self.open_tags.push(""),
        }
    }

    fn start_picture(&mut self, destination: String, title: String) {
        self.pictures.push(Picture { destination, title });
        self.start_capture();
    }

    fn end_picture(&mut self) {
        let alt = self.end_capture();
        let Some(picture) = self.pictures.pop() else { return };
        if !self.pictures.is_empty() {
            self.html.push_str(&alt);
            return;
        }
        let name = picture.name(self.frame.targets, alt.trim());
        // Its name makes a heading or a cell one that is not empty.
        self.plain.push_str(name);
        self.html += &picture.render(self.frame.targets, name, self.linked);
    }

    fn task(&mut self, done: bool) {
        self.html.push_str(if done {
            "<input type=\"checkbox\" disabled aria-label=\"done\" checked> "
        } else {
            "<input type=\"checkbox\" disabled aria-label=\"open\"> "
        });
    }

    fn cite(&mut self, name: &str) {
        if self.pictures.is_empty() {
            self.html += &self.notes.cite(name);
        }
    }
}

/// As much of a text as an attribute is given: nobody reads more of it.
fn cut(text: &str) -> &str {
    const MAX_BYTES: usize = 2000;
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

/// An attribute, or nothing where it would be empty.
fn attribute(name: &str, value: &str) -> String {
    let value = cut(value.trim());
    if value.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escape(value)) }
}
