//! The paragraphs of a text in their order, and what each is.

use super::inline::hidden_text;
use super::numbering::Label;
use super::passage::Passage;
use super::reader::{Reader, Role};
use crate::document::Fact;
use crate::document::block::Container;
use crate::document::xml::{Child, Element};

impl<'x> Reader<'x> {
    /// Reads all of a text.
    pub fn body(&mut self, body: Element<'x>) {
        self.has_title = self.styles.has_title() && self.finds_title(body);
        self.blocks(body);
        self.finish_carried();
        self.end_containers();
        self.write_notes();
    }

    fn finds_title(&self, body: Element<'x>) -> bool {
        let mut all = body.all().filter_map(Child::element).filter(|it| it.name() == "w:p");
        all.any(|paragraph| {
            let properties = paragraph.child("w:pPr");
            self.styles.paragraph(properties).is_title && !hidden_text(paragraph).trim().is_empty()
        })
    }

    pub fn blocks(&mut self, parent: Element<'x>) {
        for child in parent.elements() {
            if self.problem.is_some() {
                return;
            }
            self.block(child);
        }
    }

    fn block(&mut self, element: Element<'x>) {
        match element.name() {
            "w:p" => self.paragraph(element),
            "w:tbl" => {
                self.finish_carried();
                self.table(element);
            }
            "w:sdt" => {
                if let Some(content) = control_content(element) {
                    self.blocks(content);
                }
            }
            "w:ins" | "w:moveTo" => {
                self.change(element, false);
                self.blocks(element);
            }
            "w:del" | "w:moveFrom" => self.deleted(element),
            "w:customXml" | "w:smartTag" => self.blocks(element),
            "mc:AlternateContent" => {
                if let Some(chosen) = chosen(element) {
                    self.blocks(chosen);
                }
            }
            "m:oMathPara" | "m:oMath" => {
                let mut passage = Passage::default();
                self.equation(element, &mut passage);
                self.write(passage, Role::Text);
            }
            "w:altChunk" | "w:subDoc" => self.refuse(
                "it takes in another file that only Word can read",
                "open it in Word, see that all text is there, and save it again as Word document (.docx)",
            ),
            _ => {}
        }
    }

    fn paragraph(&mut self, element: Element<'x>) {
        let properties = element.child("w:pPr");
        let mut passage = self.carried.take().map(|(passage, _)| passage).unwrap_or_default();
        if let Some(link) = self.continued_link.take() {
            passage.set_link(Some(link));
        }
        self.changes.clear();
        let look = self.styles.paragraph(properties).toggles;
        self.inline(element, look, &mut passage);
        let mark = properties.and_then(|it| it.child("w:rPr"));
        let changed = |names: [&str; 2]| names.iter().find_map(|name| mark?.child(name));
        if let Some(change) = changed(["w:ins", "w:moveTo"]) {
            self.change(change, false);
        }
        if let Some(change) = changed(["w:del", "w:moveFrom"]) {
            self.change(change, true);
            self.carried = Some((passage, properties));
            return;
        }
        self.finish(passage, properties);
    }

    /// Writes the paragraph whose end was deleted and that nothing follows.
    pub fn finish_carried(&mut self) {
        if let Some((passage, properties)) = self.carried.take() {
            self.finish(passage, properties);
        }
    }

    fn finish(&mut self, mut passage: Passage, properties: Option<Element<'x>>) {
        // A link goes on in the next paragraph where its field does.
        let link = passage.set_link(None);
        let role = if passage.is_empty() { Role::Text } else { self.role(properties) };
        self.write(passage, role);
        self.continued_link = link.filter(|_| self.fields.depth() > 0);
        let boxes = std::mem::take(&mut self.boxes);
        for content in boxes {
            if self.cell.is_none() {
                self.end_containers();
            }
            let depth = self.fields.depth();
            self.blocks(content);
            self.finish_carried();
            self.fields.truncate(depth);
            if self.cell.is_none() {
                self.end_containers();
            }
        }
    }

    fn role(&mut self, properties: Option<Element<'x>>) -> Role {
        let style = self.styles.paragraph(properties);
        let direct = properties.and_then(|it| it.child("w:outlineLvl")).and_then(|it| it.number("w:val"));
        let outline = direct.and_then(|level| u8::try_from(level).ok()).or(style.outline);
        let (is_title, is_quote) = (style.is_title && direct.is_none(), style.is_quote);
        let item = self.item(properties);
        if is_title {
            return Role::Heading(1);
        }
        if let Some(level) = outline.filter(|level| *level < 9) {
            return Role::Heading((level + 1 + u8::from(self.has_title)).min(6));
        }
        match item {
            Some((list, level, label)) => Role::Item { list, level, label },
            None if is_quote => Role::Quote,
            None => Role::Text,
        }
    }

    /// The list that a paragraph is in, which counts it.
    fn item(&mut self, properties: Option<Element<'x>>) -> Option<(String, usize, Label)> {
        let style = self.styles.paragraph(properties);
        let own = properties.and_then(|it| it.child("w:numPr"));
        let value = |name: &str| own.and_then(|it| it.child(name)).and_then(|it| it.attribute("w:val"));
        let list = value("w:numId").map(String::from).or_else(|| style.list.clone())?;
        let level = value("w:ilvl").and_then(|level| level.trim().parse().ok());
        let of_style = || {
            let id = properties?.child("w:pStyle")?.attribute("w:val")?;
            self.numbering.level_of_style(&list, &id)
        };
        let level: usize = level.or_else(of_style).or(style.level).unwrap_or(0).min(8);
        let label = self.numbering.next(&list, level)?;
        Some((list, level, label))
    }

    /// Writes the texts of notes that were referred to, and of notes that these refer to.
    pub fn write_notes(&mut self) {
        let mut at = 0;
        while let Some(key) = self.notes.waiting.get(at).cloned() {
            at += 1;
            let Some((text, name)) = self.notes.texts.get(&key).copied().zip(self.notes.names.get(&key).cloned())
            else {
                continue;
            };
            let relations = std::mem::replace(&mut self.relations, if key.0 { self.endnotes } else { self.footnotes });
            self.fields.truncate(0);
            let spot = self.spot();
            self.builder.open(Container::Note(name), spot);
            self.blocks(text);
            self.finish_carried();
            self.end_containers();
            self.builder.close();
            self.relations = relations;
        }
        self.notes.waiting.clear();
        let mut left: Vec<_> =
            self.notes.texts.iter().filter(|(key, _)| !self.notes.names.contains_key(*key)).collect();
        left.sort_by(|one, other| one.0.cmp(other.0));
        for text in left.into_iter().map(|(_, text)| hidden_text(*text)).collect::<Vec<_>>() {
            self.builder.outside(&text, crate::document::block::Spot::Part("note without a reference".to_owned()));
        }
    }

    /// Reports a tracked change, once for each author in a paragraph.
    pub fn change(&mut self, element: Element<'x>, is_deletion: bool) {
        let author = element.attribute("w:author").unwrap_or_default().into_owned();
        if self.authors.insert(author.clone()) {
            self.builder.outside(&author, crate::document::block::Spot::Part("author of a tracked change".to_owned()));
        }
        if self.changes.insert((is_deletion, author)) {
            self.fact(if is_deletion { Fact::Deleted } else { Fact::Inserted });
        }
    }
}

/// What is in a content control; nothing where that is its prompt.
pub fn control_content(control: Element<'_>) -> Option<Element<'_>> {
    let properties = control.child("w:sdtPr");
    let prompt = properties.and_then(|it| it.child("w:showingPlcHdr"));
    if prompt.is_some_and(super::styles::is_switched_on) { None } else { control.child("w:sdtContent") }
}

/// The alternative that Word shows: the first that needs nothing unknown.
pub fn chosen(alternatives: Element<'_>) -> Option<Element<'_>> {
    let is_known = |choice: &Element<'_>| {
        let requires = choice.attribute("Requires").unwrap_or_default();
        requires.split_whitespace().all(|prefix| !choice.xml().prefix(prefix).is_empty())
    };
    let mut choices = alternatives.elements().filter(|it| it.name() == "mc:Choice");
    choices.find(is_known).or_else(|| alternatives.child("mc:Fallback"))
}
