//! What is known while an `OpenDocument` text is read, from its beginning to its end.

use std::collections::{HashMap, HashSet};

use super::numbering::Numbering;
use super::parts::Parts;
use super::styles::Styles;
use crate::document::block::{Container, Spot};
use crate::document::builder::Builder;
use crate::document::xml::{Child, Element};
use crate::document::{Comment, Fact};
use crate::source::Problem;

pub struct Reader<'x> {
    pub builder: Builder,
    pub styles: Styles,
    pub parts: &'x Parts,
    pub numbering: Numbering,
    /// Paragraphs so far that are not empty.
    pub paragraphs: usize,
    /// A title takes the first level of headings.
    pub has_title: bool,
    /// Containers that are open.
    depth: usize,
    /// Tracked changes by their names.
    pub changes: HashMap<String, Element<'x>>,
    /// Notes whose texts are not written, with their names.
    pub notes: Vec<(String, Element<'x>)>,
    pub note_names: HashSet<String>,
    pub pictures: usize,
    /// Bytes of text so far.
    pub bytes: usize,
    /// What is wrong with a part that was read on the way.
    pub problem: Option<Problem>,
    /// Cells so far that are there because a row or cell is repeated.
    pub repeated: usize,
}

impl<'x> Reader<'x> {
    pub fn new(parts: &'x Parts) -> Self {
        Reader {
            builder: Builder::default(),
            styles: Styles::default(),
            parts,
            numbering: Numbering::default(),
            paragraphs: 0,
            has_title: false,
            depth: 0,
            changes: HashMap::new(),
            notes: Vec::new(),
            note_names: HashSet::new(),
            pictures: 0,
            bytes: 0,
            problem: None,
            repeated: 0,
        }
    }

    /// The paragraph that is read, or the next one.
    pub fn spot(&self) -> Spot {
        Spot::Paragraph(self.paragraphs + 1)
    }

    pub fn fact(&mut self, fact: Fact) {
        self.builder.fact(fact, self.spot());
    }

    /// Keeps text that is no part of what a reader sees.
    pub fn outside(&mut self, text: &str, part: &str) {
        let spot = Spot::Part(format!("{part} in paragraph {}", self.paragraphs + 1));
        self.bytes += text.len();
        self.builder.outside(text, spot);
    }

    /// Keeps the text of an element that readers do not see, and reports it.
    pub fn hidden(&mut self, element: Element<'x>) {
        let text = plain_text(element);
        if !text.trim().is_empty() {
            self.fact(Fact::Hidden);
            self.outside(&text, "hidden text");
        }
    }

    pub fn comment(&mut self, annotation: Element<'x>) {
        let author = annotation.child("dc:creator").map(plain_text).unwrap_or_default();
        let words = annotation.elements().filter(|it| !["dc:creator", "dc:date"].contains(&it.name()));
        let text =
            words.filter(|it| it.name() != "meta:creator-initials").map(plain_text).collect::<Vec<_>>().join("\n");
        let by = if author.trim().is_empty() { "comment".to_owned() } else { format!("comment by {}", author.trim()) };
        let spot = Spot::Part(format!("{by} in paragraph {}", self.paragraphs + 1));
        self.outside(&author, "author of a comment");
        self.outside(&text, &by);
        self.builder.comment(Comment { text: text.trim().to_owned(), spot, closed: true });
    }

    /// Reports a tracked change where it is in the text.
    pub fn change(&mut self, mark: Element<'x>) {
        let Some(id) = mark.attribute("text:change-id") else { return };
        let Some(region) = self.changes.get(&*id).copied() else { return };
        if let Some(deletion) = region.child("text:deletion") {
            if mark.name() == "text:change" {
                self.fact(Fact::Deleted);
                self.outside(&deleted_text(deletion), "deleted text");
                self.changes.remove(&*id);
            }
        } else if mark.name() == "text:change-start" && region.child("text:insertion").is_some() {
            self.fact(Fact::Inserted);
        }
    }

    /// What was read of a part; a part that cannot be read is said of the whole document.
    pub fn part<T>(&mut self, read: Result<Option<T>, Problem>) -> Option<T> {
        read.unwrap_or_else(|problem| {
            self.problem.get_or_insert(problem);
            None
        })
    }

    pub fn open(&mut self, container: Container) {
        let spot = self.spot();
        self.builder.open(container, spot);
        self.depth += 1;
    }

    pub fn close(&mut self) {
        self.builder.close();
        self.depth -= 1;
    }

    pub fn is_at_top(&self) -> bool {
        self.depth == 0
    }
}

/// The words of a deletion, less who made it.
pub fn deleted_text(deletion: Element<'_>) -> String {
    let words = deletion.elements().filter(|it| it.name() != "office:change-info");
    words.map(plain_text).collect::<Vec<_>>().join("\n")
}

/// Whether an element holds words or pictures.
pub fn has_content(element: Element<'_>) -> bool {
    element.all().any(|child| match child {
        Child::Text(text) => !text.trim().is_empty(),
        Child::Element(element) => element.name().starts_with("draw:"),
    })
}

/// All words in an element, as they are searched.
pub fn plain_text(element: Element<'_>) -> String {
    let mut text = String::new();
    add_plain_text(element, &mut text);
    text
}

fn add_plain_text(element: Element<'_>, text: &mut String) {
    for child in element.children() {
        match child {
            Child::Text(words) => text.push_str(&words),
            Child::Element(child) => match child.name() {
                "office:binary-data" => {}
                "text:s" | "text:tab" | "text:line-break" => text.push(' '),
                "text:p" | "text:h" | "table:table-cell" | "svg:title" | "svg:desc" | "office:change-info" => {
                    add_plain_text(child, text);
                    text.push('\n');
                }
                _ => add_plain_text(child, text),
            },
        }
    }
}
