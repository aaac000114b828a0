//! A document to HTML that is safe to show: raw HTML becomes text, and only harmless links stay links.

mod allowed;
mod escape;
mod list;
mod notes;
pub mod page;
mod picture;
mod table;
mod targets;

use crate::document::block::{Block, BlockStep, Container, Inline, Kind, Spot, without_comments};
use crate::document::{Document, Link};
use crate::source::Span;
pub use escape::escape;
use escape::{attribute, cut};
use list::Lists;
use notes::Notes;
use table::Table;
pub use targets::{Lead, MAX_ADDRESS_BYTES, NoFiles, Picture, Targets, web};

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
    /// Bytes of the document's text that are marked, in order.
    pub marked: &'a [Span],
    /// Sections from 0 with the code of a part that each answers; the page has a place of this name.
    pub answers: &'a [(usize, &'a str)],
}

/// A document, as the body of an article.
pub fn render(document: &Document, frame: &Frame<'_>) -> String {
    let mut writer = HtmlWriter::new(document, frame);
    for block in &document.blocks {
        writer.block(block);
        writer.sanitize_finished();
    }
    let html = writer.sanitized + &allowed::clean(&(writer.html + &writer.notes.render()));
    picture::embed(&html, &writer.embedded)
}

struct HtmlWriter<'a> {
    document: &'a Document,
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
    lists: Lists,
    /// The page of the file that the last block is on.
    page: usize,
    /// The pictures that the page shows.
    embedded: Vec<String>,
    /// Pictures that are open: inside, only text counts.
    pictures: usize,
    /// Whether a link is open: none may be in it.
    linked: bool,
    /// Whether the text is code, in which nothing is marked.
    code: bool,
    notes: Notes,
}

impl<'a> HtmlWriter<'a> {
    fn new(document: &'a Document, frame: &'a Frame<'a>) -> Self {
        HtmlWriter {
            document,
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
            lists: Lists::default(),
            page: 0,
            embedded: Vec::new(),
            pictures: 0,
            linked: false,
            code: false,
            notes: Notes::new(frame.prefix),
        }
    }

    /// Passes on what is finished, a page or two at a time: the second layer needs much memory for each element.
    fn sanitize_finished(&mut self) {
        const MIN_BYTES: usize = 1 << 16;
        if self.html.len() > MIN_BYTES && self.open_tags.is_empty() && self.output_stack.is_empty() {
            self.sanitized.push_str(&allowed::clean(&self.html));
            self.html.clear();
        }
    }

    fn block(&mut self, block: &'a Block) {
        self.turn_page(&block.spot);
        match &block.kind {
            Kind::Heading(level) => {
                self.start_capture();
                self.plain.clear();
                self.words(block);
                self.end_heading(usize::from(*level));
            }
            Kind::Paragraph => self.element("<p>", "</p>\n", block),
            Kind::Code => self.element("<pre><code>", "</code></pre>\n", block),
            Kind::Line => self.words(block),
            Kind::Row { is_head } => {
                self.table.start_row(*is_head);
                self.words(block);
            }
            Kind::Html(html) => {
                self.words(block);
                let text = without_comments(html);
                if !text.trim().is_empty() {
                    self.html += &format!("<p>{}</p>\n", escape(text.trim()));
                }
            }
            Kind::Rule => self.html.push_str("<hr>\n"),
            Kind::Open(container) => self.open_container(container),
            Kind::Close(container) => self.close_container(container),
        }
    }

    /// Says on which page of the file the text goes on, where that has pages.
    fn turn_page(&mut self, spot: &Spot) {
        let Spot::Page { number, .. } = spot else { return };
        if *number != self.page && self.open_tags.is_empty() && self.output_stack.is_empty() {
            self.page = *number;
            self.html += &format!("<p class=\"sheet\">Page {number}</p>\n");
        }
    }

    fn open_container(&mut self, container: &Container) {
        if let Container::List(first) = container {
            self.lists.begin(*first);
        }
        match container {
            Container::Quote => self.open("<blockquote>\n", "</blockquote>\n"),
            // A list and its items need two levels; where there is but one left, neither is shown.
            Container::List(_) if self.open_tags.len() + 1 >= MAX_DEPTH => self.open_tags.push(""),
            Container::List(Some(1)) => self.open("<ol>\n", "</ol>\n"),
            Container::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Container::List(None) => self.open("<ul>\n", "</ul>\n"),
            Container::Item(label) => {
                let start = self.lists.item(label.as_deref());
                self.open(&start, "</li>\n");
            }
            Container::Note(_) => self.start_capture(),
            Container::Table(columns) => {
                self.start_capture();
                self.tables += 1;
                self.table = Table::new(columns.clone());
            }
        }
    }

    fn close_container(&mut self, container: &Container) {
        match container {
            Container::Note(name) => {
                let text = self.end_capture();
                self.notes.add(name, text);
            }
            Container::Table(_) => {
                self.end_capture();
                self.html.push_str(&self.table.render(self.tables, self.frame.table_of));
            }
            Container::List(_) => {
                self.lists.end();
                self.close();
            }
            _ => self.close(),
        }
    }

    fn words(&mut self, block: &'a Block) {
        block.walk(&self.document.text, |step| match step {
            BlockStep::Text(text, span) => self.marked_text(text, span),
            BlockStep::Start(is) => self.start(is),
            BlockStep::End(is) => self.end(is),
        });
    }

    fn start(&mut self, is: &Inline) {
        match is {
            Inline::Link(number) if self.document.links[*number].image => {
                self.pictures += 1;
                self.start_capture();
            }
            Inline::Break(_) if self.pictures > 0 => self.space(" "),
            Inline::Break(shown) => self.space(if *shown { "<br>\n" } else { "\n" }),
            Inline::Html(html) => self.inline_html(html),
            // In a picture's description there are no elements.
            _ if self.pictures > 0 => {}
            Inline::Strong => self.open("<strong>", "</strong>"),
            Inline::Emphasis => self.open("<em>", "</em>"),
            Inline::Struck => self.open("<del>", "</del>"),
            Inline::Code => {
                self.code = true;
                self.html.push_str("<code>");
            }
            Inline::Link(number) => self.start_link(&self.document.links[*number]),
            Inline::NoteReference(name) => self.html += &self.notes.cite(name),
            Inline::Task(done) => self.task(*done),
            Inline::Changing => {}
            Inline::Cell { .. } => {
                self.start_capture();
                self.plain.clear();
            }
        }
    }

    fn end(&mut self, is: &Inline) {
        match is {
            Inline::Link(number) if self.document.links[*number].image => {
                self.end_picture(&self.document.links[*number]);
            }
            _ if self.pictures > 0 => {}
            Inline::Strong | Inline::Emphasis | Inline::Struck => self.close(),
            Inline::Link(_) => {
                self.linked = false;
                self.close();
            }
            Inline::Code => {
                self.code = false;
                self.html.push_str("</code>");
            }
            Inline::Cell { columns, rows } => {
                let content = self.end_capture();
                self.table.cell(content, &self.plain, (*columns, *rows));
            }
            Inline::NoteReference(_) | Inline::Task(_) | Inline::Html(_) | Inline::Break(_) | Inline::Changing => {}
        }
    }

    fn element(&mut self, start: &str, end: &'static str, block: &'a Block) {
        self.open(start, end);
        self.words(block);
        self.close();
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

    /// Writes a text, in which what is in a marked span is marked.
    fn marked_text(&mut self, text: &str, span: Span) {
        if self.code || self.pictures > 0 {
            return self.text(text);
        }
        let mut at = span.start;
        let part = |start: usize, end: usize| &text[start - span.start..end - span.start];
        for marked in self.frame.marked.iter().filter(|it| it.start < span.end && span.start < it.end) {
            let (start, end) = (marked.start.max(at), marked.end.min(span.end));
            self.text(part(at, start));
            self.html.push_str("<mark>");
            self.text(part(start, end));
            self.html.push_str("</mark>");
            at = end;
        }
        self.text(part(at, span.end));
    }

    fn text(&mut self, text: &str) {
        self.plain.push_str(text);
        // A picture's description is escaped as a whole, when it is complete.
        let shown = if self.pictures == 0 { escape(text) } else { text.to_owned() };
        self.html.push_str(&shown);
    }

    fn space(&mut self, html: &str) {
        self.plain.push(' ');
        self.html.push_str(html);
    }

    /// Shows a tag in a line as text: a comment is dropped, and a line break is one.
    fn inline_html(&mut self, html: &str) {
        let name = html.trim_matches(|ch: char| "</>".contains(ch) || ch.is_whitespace());
        if name.eq_ignore_ascii_case("br") {
            self.start(&Inline::Break(true));
        } else if !html.starts_with("<!--") {
            self.text(html);
        }
    }

    fn end_heading(&mut self, level: usize) {
        let content = self.end_capture();
        self.sections += 1;
        if self.sections == 1 && self.frame.skips_first_heading {
            return;
        }
        let id = format!("{}section-{}", self.frame.prefix, self.sections);
        let section = self.sections - 1;
        let answered = self.frame.answers.iter().filter(|(at, _)| *at == section);
        let codes = answered.map(|(_, code)| format!("<a class=\"code\" href=\"#{code}\">{code}</a> "));
        let codes: String = codes.collect();
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
        self.html += &format!("<h{level} id=\"{id}\">{codes}{content}</h{level}>\n");
    }

    fn start_link(&mut self, Link { destination, title, .. }: &Link) {
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

    fn end_picture(&mut self, link: &Link) {
        let alt = self.end_capture();
        self.pictures -= 1;
        if self.pictures > 0 {
            self.html.push_str(&alt);
            return;
        }
        let name = picture::name(link, self.frame.targets, alt.trim());
        // Its name makes a heading or a cell one that is not empty.
        self.plain.push_str(name);
        self.html += &picture::render(link, self.frame.targets, name, self.linked, &mut self.embedded);
    }

    fn task(&mut self, done: bool) {
        self.html.push_str(if done {
            "<input type=\"checkbox\" disabled aria-label=\"done\" checked> "
        } else {
            "<input type=\"checkbox\" disabled aria-label=\"open\"> "
        });
    }
}
