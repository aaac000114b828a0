//! The words of a paragraph: spans, links, notes, fields, and what is anchored in it.

use std::borrow::Cow;

use super::passage::{Look, Passage};
use super::reader::{Reader, plain_text};
use crate::document::xml::{Child, Element};
use crate::document::{Fact, Link};

/// The most spaces in a row that are kept.
const MAX_SPACES: usize = 16;

/// Fields whose text changes by itself, and what they are reported as.
const FIELDS: &[(&str, &str)] = &[
    ("text:date", "DATE"),
    ("text:time", "TIME"),
    ("text:file-name", "FILENAME"),
    ("text:template-name", "TEMPLATE"),
    ("text:author-name", "AUTHOR"),
    ("text:author-initials", "AUTHOR"),
    ("text:creator", "LASTSAVEDBY"),
    ("text:modification-date", "SAVEDATE"),
    ("text:modification-time", "SAVEDATE"),
    ("text:print-date", "PRINTDATE"),
    ("text:print-time", "PRINTDATE"),
    ("text:printed-by", "PRINTDATE"),
    ("text:editing-cycles", "REVNUM"),
    ("text:editing-duration", "EDITTIME"),
    ("text:dde-connection", "DDE"),
];

impl<'x> Reader<'x> {
    pub fn inline(&mut self, parent: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        for child in parent.children() {
            match child {
                Child::Text(text) => passage.text(&text, look),
                Child::Element(element) => self.inline_element(element, look, passage),
            }
        }
    }

    fn inline_element(&mut self, element: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        match element.name() {
            "text:span" => {
                let style = self.styles.text(element);
                if style.hidden == Some(true) {
                    self.hidden(element);
                } else {
                    self.inline(element, look.with(&style), passage);
                }
            }
            "text:s" => passage.exact(&" ".repeat(element.number("text:c").unwrap_or(1).min(MAX_SPACES)), look),
            "text:tab" => passage.exact("\t", look),
            "text:line-break" => passage.line_break(),
            "text:a" => self.link(element, look, passage),
            "text:note" => self.note(element, passage),
            "office:annotation" => self.comment(element),
            "text:change" | "text:change-start" | "text:change-end" => self.change(element),
            "text:ruby" => {
                for part in element.elements() {
                    match part.name() {
                        "text:ruby-base" => self.inline(part, look, passage),
                        _ => self.outside(&plain_text(part), "reading help"),
                    }
                }
            }
            "text:placeholder" => self.outside(&plain_text(element), "placeholder"),
            "text:hidden-text" | "text:conditional-text" => self.conditional(element, look, passage),
            "text:script" | "office:event-listeners" => self.outside(&plain_text(element), "script"),
            "text:p" | "text:h" | "text:list" | "table:table" | "text:section" => passage.boxes.push(element),
            name if name.starts_with("draw:") || name.starts_with("dr3d:") => self.shape(element, look, passage),
            name if is_index_mark(name) => self.mark_of_index(element),
            _ => self.field(element, look, passage),
        }
    }

    /// Any element with text, among them fields.
    fn field(&mut self, element: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        if element.is("text:display", "none") {
            return self.hidden(element);
        }
        if let Some((_, field)) = FIELDS.iter().find(|(name, _)| *name == element.name())
            && !element.is("text:fixed", "true")
        {
            self.fact(Fact::Field((*field).to_owned()));
            let is_of_author = ["AUTHOR", "TEMPLATE", "DDE"].contains(field);
            return self.inline(element, Look { changing: !is_of_author, ..look }, passage);
        }
        let is_number = matches!(element.name(), "text:page-number" | "text:page-count" | "text:word-count");
        self.inline(element, Look { changing: look.changing || is_number, ..look }, passage);
    }

    fn conditional(&mut self, element: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        let texts = ["text:string-value", "text:string-value-if-true", "text:string-value-if-false"];
        let shown = plain_text(element);
        let texts: Vec<_> = texts.iter().filter_map(|name| element.attribute(name)).collect();
        let is_hidden = element.name() == "text:hidden-text" && (shown.trim().is_empty() || is_hidden(element));
        if is_hidden {
            let text = texts.join("\n") + "\n" + &shown;
            if !text.trim().is_empty() {
                self.fact(Fact::Hidden);
                self.outside(&text, "hidden text");
            }
            return;
        }
        for other in texts.iter().filter(|text| **text != shown) {
            self.outside(other, "other text of a field");
        }
        self.inline(element, look, passage);
    }

    /// A link, as `text:a` or around a picture.
    pub fn link(&mut self, element: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        let destination = self.destination(element.attribute("xlink:href").unwrap_or_default());
        if destination.is_empty() {
            return self.inline(element, look, passage);
        }
        self.outside(&destination, "address of a link");
        let title = element.attribute("office:title").unwrap_or_default().into_owned();
        self.outside(&title, "title of a link");
        passage.start_link(Link { destination, title, image: false, spot: self.spot(), embedded: None });
        self.inline(element, look, passage);
        passage.end_link();
    }

    /// An address as it is meant: in a package, what is beside the document is one folder up.
    pub fn destination(&self, address: Cow<'x, str>) -> String {
        match address.strip_prefix("../").filter(|_| self.parts.0.is_some()) {
            Some(beside) => beside.to_owned(),
            None => address.into_owned(),
        }
    }

    fn note(&mut self, note: Element<'x>, passage: &mut Passage<'x>) {
        let citation = note.child("text:note-citation").map(plain_text).unwrap_or_default().trim().to_owned();
        let citation = if citation.is_empty() { (self.note_names.len() + 1).to_string() } else { citation };
        let is_endnote = note.is("text:note-class", "endnote");
        let mut name = if is_endnote { format!("endnote-{citation}") } else { citation };
        if self.note_names.contains(&name) {
            name = format!("{name}-{}", self.note_names.len() + 1);
        }
        let Some(body) = note.child("text:note-body") else { return };
        self.note_names.insert(name.clone());
        passage.note_reference(name.clone());
        self.notes.push((name, body));
    }

    /// The words that an entry of an index has beyond the text.
    fn mark_of_index(&mut self, mark: Element<'x>) {
        for name in ["text:string-value", "text:key1", "text:key2"] {
            if let Some(text) = mark.attribute(name) {
                self.outside(&text, "entry of an index");
            }
        }
    }
}

/// Whether the condition of hidden text is met, as far as the file says so.
pub fn is_hidden(element: Element<'_>) -> bool {
    let condition = element.attribute("text:condition").unwrap_or_default();
    let condition = condition.rsplit(':').next().unwrap_or_default().trim().trim_matches('"').to_ascii_lowercase();
    match element.attribute("text:is-hidden") {
        Some(hidden) => hidden == "true",
        None => ["1", "true", "1==1"].contains(&condition.as_str()),
    }
}

fn is_index_mark(name: &str) -> bool {
    ["text:alphabetical-index-mark", "text:toc-mark", "text:user-index-mark"].iter().any(|it| name.starts_with(it))
}
