//! The paragraphs, headings and sections of a text, in their order.

use super::passage::{Look, Passage};
use super::reader::{Reader, deleted_text, has_content, plain_text};
use super::styles::{Role, Style};
use crate::document::Fact;
use crate::document::block::{Container, Kind};
use crate::document::xml::{Child, Element};

impl<'x> Reader<'x> {
    /// Reads all of a text.
    pub fn body(&mut self, text: Element<'x>) {
        self.has_title = text.xml().has("text:p") && self.find_title(text);
        if let Some(changes) = text.child("text:tracked-changes") {
            for region in changes.elements() {
                for name in ["xml:id", "text:id"] {
                    if let Some(id) = region.attribute(name) {
                        self.changes.insert(id.into_owned(), region);
                    }
                }
            }
        }
        self.blocks(text);
        self.write_notes();
        if let Some(changes) = text.child("text:tracked-changes") {
            self.unplaced_deletions(changes);
        }
    }

    /// What was deleted at no place that is marked.
    fn unplaced_deletions(&mut self, changes: Element<'x>) {
        for region in changes.elements() {
            let id = ["xml:id", "text:id"].iter().find_map(|name| region.attribute(name));
            let is_unplaced = id.is_none_or(|id| self.changes.contains_key(&*id));
            if let Some(deletion) = region.child("text:deletion").filter(|_| is_unplaced) {
                self.fact(Fact::Deleted);
                self.outside(&deleted_text(deletion), "deleted text");
            }
        }
    }

    fn find_title(&self, parent: Element<'x>) -> bool {
        parent.elements().any(|child| match child.name() {
            "text:p" | "text:h" => has_content(child) && self.styles.paragraph(child).role == Some(Role::Title),
            "text:tracked-changes" => false,
            name => !is_index(name) && self.find_title(child),
        })
    }

    pub fn blocks(&mut self, parent: Element<'x>) {
        for child in parent.elements().filter(|child| !child.is_empty() || child.name() != "text:p") {
            self.block(child);
            if self.is_at_top() {
                self.write_notes();
            }
        }
    }

    pub fn block(&mut self, element: Element<'x>) {
        match element.name() {
            "text:p" | "text:h" => self.paragraph(element, Kind::Paragraph),
            "text:list" => self.list(element, None),
            "text:numbered-paragraph" => self.numbered_paragraph(element),
            "text:section" if is_hidden_section(element) => self.hidden(element),
            "table:table" => self.table(element),
            "text:change" | "text:change-start" | "text:change-end" => self.change(element),
            "office:annotation" => self.comment(element),
            "text:tracked-changes" | "text:number" | "text:section-source" => {}
            "draw:text-box" => self.blocks(element),
            "office:forms" => self.form(element),
            name if name.ends_with("-decls") => self.declarations(element),
            name if is_index(name) => self.outside(&plain_text(element), "index"),
            name if name.starts_with("draw:") || name.starts_with("dr3d:") => {
                let mut passage = Passage::new();
                self.shape(element, Look::default(), &mut passage);
                self.write(passage, Kind::Paragraph);
            }
            _ => self.blocks(element),
        }
    }

    /// A paragraph; `plain` is what it is if it is no heading.
    pub fn paragraph(&mut self, element: Element<'x>, plain: Kind) {
        let style = self.styles.paragraph(element);
        if style.hidden == Some(true) || is_hidden_paragraph(element) {
            return self.hidden(element);
        }
        let kind = self.kind(element, &style).unwrap_or(plain);
        let mut look = Look::default().with(&style);
        if matches!(kind, Kind::Heading(_)) {
            look = Look { struck: look.struck, ..Look::default() };
        }
        let mut passage = Passage::new();
        self.inline(element, look, &mut passage);
        let is_quoted = style.role == Some(Role::Quotation) && passage.has_content();
        if is_quoted {
            self.open(Container::Quote);
        }
        self.write(passage, kind);
        if is_quoted {
            self.close();
        }
    }

    fn kind(&self, element: Element<'x>, style: &Style) -> Option<Kind> {
        if style.role == Some(Role::Title) {
            return Some(Kind::Heading(1));
        }
        let own = element.number("text:outline-level").filter(|level| *level > 0);
        let level = if element.name() == "text:h" { Some(own.unwrap_or(1)) } else { style.outline };
        let level = level.filter(|level| *level > 0)?.saturating_add(usize::from(self.has_title));
        Some(Kind::Heading(u8::try_from(level.min(6)).unwrap_or(6)))
    }

    /// Writes a paragraph, if it holds anything, and the text boxes that are anchored in it.
    pub fn write(&mut self, mut passage: Passage<'x>, kind: Kind) {
        let boxes = std::mem::take(&mut passage.boxes);
        if passage.has_content() {
            let spot = self.spot();
            self.bytes += passage.length();
            self.builder.begin(kind, spot.clone());
            passage.write(&mut self.builder, &spot);
            self.builder.end();
            self.paragraphs += 1;
        }
        for text in boxes {
            self.block(text);
        }
    }

    /// Writes the notes of what was read, behind it.
    fn write_notes(&mut self) {
        while !self.notes.is_empty() {
            for (name, body) in std::mem::take(&mut self.notes) {
                self.open(Container::Note(name));
                self.blocks(body);
                self.close();
            }
        }
    }

    /// Values of variables, which may be shown nowhere.
    fn declarations(&mut self, declarations: Element<'x>) {
        for declaration in declarations.elements() {
            if let Some(value) = declaration.attribute("office:string-value") {
                self.outside(&value, "value of a field");
            }
        }
    }

    fn form(&mut self, form: Element<'x>) {
        for child in form.all() {
            let Child::Element(control) = child else { continue };
            for name in ["form:label", "form:value", "form:current-value", "form:title"] {
                if let Some(text) = control.attribute(name) {
                    self.outside(&text, "form");
                }
            }
        }
    }
}

/// Whether it is made from the text: a table of contents, a list of figures.
pub fn is_index(name: &str) -> bool {
    const INDEXES: [&str; 6] = [
        "text:table-of-content",
        "text:illustration-index",
        "text:table-index",
        "text:object-index",
        "text:user-index",
        "text:alphabetical-index",
    ];
    INDEXES.contains(&name)
}

pub fn is_hidden_section(section: Element<'_>) -> bool {
    section.is("text:display", "none") || section.is("text:is-hidden", "true")
}

fn is_hidden_paragraph(paragraph: Element<'_>) -> bool {
    paragraph.xml().has("text:hidden-paragraph")
        && paragraph.find("text:hidden-paragraph").is_some_and(super::inline::is_hidden)
}
