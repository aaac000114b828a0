//! What is known while a Word document is read, and how what was read is written into the model.

use std::collections::{HashMap, HashSet};

use super::fields::Fields;
use super::numbering::{Label, Numbering};
use super::parts::Relation;
use super::passage::Passage;
use super::styles::Styles;
use crate::digest::Digest;
use crate::document::block::{Container, Kind, Spot};
use crate::document::builder::Builder;
use crate::document::package::Package;
use crate::document::xml::Element;
use crate::document::{Fact, Link};
use crate::settings::Problem;

/// Bytes of text, as much as three long books.
const MAX_TEXT_BYTES: usize = 2_000_000;

pub struct Reader<'x> {
    pub package: &'x Package,
    pub builder: Builder,
    pub styles: Styles,
    pub numbering: Numbering,
    /// Of the part that is read.
    pub relations: &'x HashMap<String, Relation>,
    pub footnotes: &'x HashMap<String, Relation>,
    pub endnotes: &'x HashMap<String, Relation>,
    pub notes: Notes<'x>,
    pub fields: Fields,
    /// The link of a field that goes on in the next paragraph.
    pub continued_link: Option<Link>,
    /// Paragraphs with text so far.
    pub paragraphs: usize,
    /// Whether a title is before the headings, which are a level deeper then.
    pub has_title: bool,
    /// The cell that takes the paragraphs.
    pub cell: Option<Passage>,
    /// A paragraph whose end was deleted: what follows belongs to it.
    pub carried: Option<(Passage, Option<Element<'x>>)>,
    /// Text boxes of the paragraph, which are behind it.
    pub boxes: Vec<Element<'x>>,
    /// Authors of the paragraph's tracked changes so far, by kind.
    pub changes: HashSet<(bool, String)>,
    pub authors: HashSet<String>,
    /// Digests of pictures, by their names.
    pub pictures: HashMap<String, Option<Digest>>,
    /// The first reason not to go on.
    pub problem: Option<Problem>,
    lists: Vec<OpenList>,
    is_in_quote: bool,
    bytes: usize,
}

/// Texts of footnotes and endnotes, and which were referred to.
#[derive(Default)]
pub struct Notes<'x> {
    /// By whether they are endnotes, and their ids.
    pub texts: HashMap<(bool, String), Element<'x>>,
    /// Names by which references call them.
    pub names: HashMap<(bool, String), String>,
    /// Not yet written.
    pub waiting: Vec<(bool, String)>,
}

struct OpenList {
    id: String,
    level: usize,
    is_simple: bool,
}

/// What a paragraph is.
pub enum Role {
    Heading(u8),
    Item { list: String, level: usize, label: Label },
    Quote,
    Text,
}

impl<'x> Reader<'x> {
    pub fn new(package: &'x Package, relations: &'x HashMap<String, Relation>) -> Self {
        Reader {
            package,
            builder: Builder::default(),
            styles: Styles::default(),
            numbering: Numbering::default(),
            relations,
            footnotes: relations,
            endnotes: relations,
            notes: Notes::default(),
            continued_link: None,
            fields: Fields::default(),
            paragraphs: 0,
            has_title: false,
            cell: None,
            carried: None,
            boxes: Vec::new(),
            changes: HashSet::new(),
            authors: HashSet::new(),
            pictures: HashMap::new(),
            problem: None,
            lists: Vec::new(),
            is_in_quote: false,
            bytes: 0,
        }
    }

    /// The number of the paragraph that is read, if it turns out to have text.
    pub fn number(&self) -> usize {
        self.paragraphs + 1
    }

    pub fn spot(&self) -> Spot {
        Spot::Paragraph(self.number())
    }

    pub fn fact(&mut self, fact: Fact) {
        let spot = self.spot();
        self.builder.fact(fact, spot);
    }

    /// Adds what is in the paragraph and not shown.
    pub fn outside(&mut self, text: &str, what: &str) {
        let spot = Spot::Part(format!("{what} in paragraph {}", self.number()));
        self.builder.outside(text, spot);
    }

    pub fn refuse(&mut self, message: impl Into<String>, help: &str) {
        self.problem.get_or_insert_with(|| Problem::file(self.package.path(), message, help));
    }

    /// Counts text that is to be written; tells whether that is not too much.
    pub fn takes(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        if self.bytes > MAX_TEXT_BYTES {
            let message = format!("it holds more than {} MB of text", MAX_TEXT_BYTES / 1_000_000);
            self.refuse(message, "keep the text that is to be read, and attach long lists as artefacts");
        }
        self.problem.is_none()
    }

    /// Writes a paragraph, or adds it to the cell.
    pub fn write(&mut self, passage: Passage, role: Role) {
        if passage.is_empty() || !self.takes(passage.bytes()) {
            return;
        }
        if let Some(cell) = &mut self.cell {
            let mut line = Passage::default();
            if let Role::Item { label: Label { text: Some(label), .. }, .. } = role {
                line.text(&format!("{label} "), super::passage::Look::default());
                line.join(passage);
            } else {
                line = passage;
            }
            cell.append(line);
            return;
        }
        let spot = self.spot();
        self.paragraphs += 1;
        let kind = match role {
            Role::Item { list, level, label } => {
                self.end_quote();
                self.open_item(list, level, label, &spot);
                Kind::Line
            }
            Role::Quote => {
                self.end_lists();
                if !self.is_in_quote {
                    self.builder.open(Container::Quote, spot.clone());
                    self.is_in_quote = true;
                }
                Kind::Paragraph
            }
            Role::Heading(level) => {
                self.end_containers();
                Kind::Heading(level)
            }
            Role::Text => {
                self.end_containers();
                Kind::Paragraph
            }
        };
        self.builder.begin(kind, spot.clone());
        passage.write(&mut self.builder, &spot);
        self.builder.end();
    }

    fn open_item(&mut self, id: String, level: usize, label: Label, spot: &Spot) {
        let is_simple = label.number.is_some();
        while let Some(open) = self.lists.last() {
            let is_same = open.level == level && open.id == id && open.is_simple == is_simple;
            if open.level < level {
                break;
            }
            // The item before ends, and with it the list unless this item is of the same one.
            self.builder.close();
            if is_same {
                break;
            }
            self.builder.close();
            self.lists.pop();
        }
        if self.lists.last().is_none_or(|open| open.level < level) {
            self.builder.open(Container::List(label.number), spot.clone());
            self.lists.push(OpenList { id, level, is_simple });
        }
        self.builder.open(Container::Item(label.text), spot.clone());
    }

    fn end_lists(&mut self) {
        for _ in self.lists.drain(..) {
            self.builder.close();
            self.builder.close();
        }
    }

    fn end_quote(&mut self) {
        if std::mem::take(&mut self.is_in_quote) {
            self.builder.close();
        }
    }

    /// Ends the lists and the quotation that are open.
    pub fn end_containers(&mut self) {
        self.end_lists();
        self.end_quote();
    }
}
