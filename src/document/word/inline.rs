//! The words of a paragraph: runs, links, fields, tracked changes, controls and equations.

use super::body::{chosen, control_content};
use super::fields::{Asks, asks};
use super::passage::{Look, Passage};
use super::reader::Reader;
use super::styles::Toggles;
use super::symbols::symbol;
use crate::document::xml::{Child, Element};
use crate::document::{Fact, Link};

impl<'x> Reader<'x> {
    /// Reads what is in a paragraph; `style` is what its style switches.
    pub fn inline(&mut self, parent: Element<'x>, style: Toggles, passage: &mut Passage) {
        for element in parent.elements() {
            match element.name() {
                "w:r" => self.run(element, style, passage),
                "w:hyperlink" => self.hyperlink(element, style, passage),
                "w:ins" | "w:moveTo" => {
                    self.change(element, false);
                    self.inline(element, style, passage);
                }
                "w:del" | "w:moveFrom" => self.deleted_words(element, passage),
                "w:sdt" => {
                    if let Some(content) = control_content(element) {
                        self.inline(content, style, passage);
                    }
                }
                "w:smartTag" | "w:customXml" | "w:bdo" | "w:dir" => self.inline(element, style, passage),
                "w:fldSimple" => self.simple_field(element, style, passage),
                "mc:AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.inline(chosen, style, passage);
                    }
                }
                "m:oMath" | "m:oMathPara" => self.equation(element, passage),
                "w:subDoc" => self.refuse(
                    "it takes in another file that only Word can read",
                    "open it in Word, see that all text is there, and save it again as Word document (.docx)",
                ),
                _ => {}
            }
        }
    }

    fn hyperlink(&mut self, element: Element<'x>, style: Toggles, passage: &mut Passage) {
        let relation = element.attribute("r:id").and_then(|id| self.relations.get(&*id));
        let anchor = element.attribute("w:anchor").map(|anchor| format!("#{anchor}")).unwrap_or_default();
        let destination = relation.map(|it| it.target.clone()).unwrap_or_default() + &anchor;
        if destination.is_empty() || !self.fields.is_shown() {
            return self.inline(element, style, passage);
        }
        let title = element.attribute("w:tooltip").unwrap_or_default().into_owned();
        let link = self.link(destination, title);
        let before = passage.set_link(Some(link));
        self.inline(element, style, passage);
        passage.set_link(before);
    }

    fn link(&self, destination: String, title: String) -> Link {
        Link { destination, title, image: false, spot: self.spot(), embedded: None }
    }

    fn simple_field(&mut self, element: Element<'x>, style: Toggles, passage: &mut Passage) {
        let instruction = element.attribute("w:instr").unwrap_or_default().into_owned();
        let depth = self.fields.depth();
        self.fields.begin();
        self.fields.instruct(&instruction);
        self.separate(passage);
        self.inline(element, style, passage);
        if self.fields.depth() > depth {
            self.end_field(passage);
        }
        self.fields.truncate(depth);
    }

    /// The result of the innermost field begins.
    fn separate(&mut self, passage: &mut Passage) {
        let Some((instruction, asks)) = self.fields.separate() else { return };
        match asks {
            Asks::Link { destination, title } if !destination.is_empty() => {
                let link = self.link(destination, title);
                passage.set_link(Some(link));
            }
            asks => self.report_field(&instruction, &asks),
        }
    }

    fn end_field(&mut self, passage: &mut Passage) {
        let (unanswered, was_link) = self.fields.end();
        if was_link {
            passage.set_link(None);
        }
        if let Some(instruction) = unanswered {
            let asks = asks(&instruction);
            self.report_field(&instruction, &asks);
        }
    }

    fn report_field(&mut self, instruction: &str, asks: &Asks) {
        if let Asks::Text(Some(name)) = asks {
            self.fact(Fact::Field(name.clone()));
            let rest = instruction.trim().get(name.len()..).unwrap_or_default().to_owned();
            self.outside(&rest, "field");
        }
    }

    fn run(&mut self, run: Element<'x>, style: Toggles, passage: &mut Passage) {
        let properties = run.child("w:rPr");
        let named = self.styles.named(properties, "w:rStyle").map(|style| style.toggles);
        let toggles = Toggles::of(properties).or(named.map_or(style, |named| style.crossed(named)));
        let change = |name| properties.and_then(|it| it.child(name));
        if let Some(change) = change("w:del").or_else(|| change("w:moveFrom")) {
            self.change(change, true);
            return self.drop_words(run, "deleted text", passage);
        }
        if toggles.hidden == Some(true) {
            if !hidden_text(run).trim().is_empty() && self.fields.is_shown() {
                self.fact(Fact::Hidden);
            }
            return self.drop_words(run, "hidden text", passage);
        }
        let is_on = |switch: Option<bool>| switch == Some(true);
        let look = Look {
            changing: self.fields.is_changing(),
            strong: is_on(toggles.strong),
            emphasis: is_on(toggles.emphasis),
            struck: is_on(toggles.struck),
            ..Look::default()
        };
        self.run_content(run, style, look, passage);
    }

    fn run_content(&mut self, run: Element<'x>, style: Toggles, look: Look, passage: &mut Passage) {
        for element in run.elements() {
            match element.name() {
                "w:fldChar" => self.field_mark(element, passage),
                "w:instrText" => self.fields.instruct(&own_text(element)),
                "mc:AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.run_content(chosen, style, look, passage);
                    }
                }
                _ if !self.fields.is_shown() => {}
                "w:t" => passage.text(&own_text(element), look),
                "w:tab" | "w:ptab" => passage.text("\t", look),
                "w:br" | "w:cr" => passage.line_break(),
                "w:noBreakHyphen" => passage.text("\u{2011}", look),
                "w:softHyphen" => passage.text("\u{ad}", look),
                "w:sym" => {
                    let code = element.attribute("w:char").and_then(|code| u32::from_str_radix(code.trim(), 16).ok());
                    let font = element.attribute("w:font").unwrap_or_default();
                    passage.text(&symbol(&font, code.unwrap_or(0)).to_string(), look);
                }
                "w:footnoteReference" | "w:endnoteReference" => self.note(element, passage),
                "w:drawing" | "w:pict" | "w:object" => self.drawing(element, passage),
                "w:ruby" => {
                    if let Some(base) = element.child("w:rubyBase") {
                        self.inline(base, style, passage);
                    }
                    if let Some(above) = element.child("w:rt") {
                        self.outside(&hidden_text(above), "reading aid");
                    }
                }
                "w:dayShort" | "w:dayLong" | "w:monthShort" | "w:monthLong" | "w:yearShort" | "w:yearLong" => {
                    self.fact(Fact::Field("DATE".to_owned()));
                }
                "m:oMath" => self.equation(element, passage),
                _ => {}
            }
        }
    }

    fn field_mark(&mut self, element: Element<'x>, passage: &mut Passage) {
        match element.attribute("w:fldCharType").as_deref() {
            Some("begin") => self.fields.begin(),
            Some("separate") => self.separate(passage),
            Some("end") => self.end_field(passage),
            _ => {}
        }
    }

    fn note(&mut self, element: Element<'x>, passage: &mut Passage) {
        let is_endnote = element.name() == "w:endnoteReference";
        let Some(id) = element.attribute("w:id") else { return };
        let key = (is_endnote, id.into_owned());
        if !self.notes.texts.contains_key(&key) {
            return;
        }
        let next = (self.notes.names.len() + 1).to_string();
        let name = self.notes.names.entry(key.clone()).or_insert_with(|| {
            self.notes.waiting.push(key);
            next
        });
        passage.note(name.clone());
    }

    /// Words that were deleted, whose fields begin and end all the same.
    fn deleted_words(&mut self, element: Element<'x>, passage: &mut Passage) {
        self.change(element, true);
        self.drop_words(element, "deleted text", passage);
    }

    fn drop_words(&mut self, element: Element<'x>, what: &str, passage: &mut Passage) {
        let is_shown = self.fields.is_shown();
        for child in element.all().filter_map(Child::element) {
            match child.name() {
                "w:fldChar" => self.field_mark(child, passage),
                "w:instrText" | "w:delInstrText" => self.fields.instruct(&own_text(child)),
                _ => {}
            }
        }
        if is_shown {
            self.outside(&hidden_text(element), what);
        }
    }

    /// Paragraphs, rows or tables that were deleted whole.
    pub fn deleted(&mut self, element: Element<'x>) {
        self.change(element, true);
        self.drop_words(element, "deleted text", &mut Passage::default());
    }

    /// The characters of an equation, in their order.
    pub fn equation(&mut self, element: Element<'x>, passage: &mut Passage) {
        if !self.fields.is_shown() {
            return;
        }
        let mut text = String::new();
        for child in element.all().filter_map(Child::element) {
            match child.name() {
                "m:t" | "w:t" => text += &own_text(child),
                // Between numerator and denominator.
                "m:den" => text.push('/'),
                "m:sup" if child.elements().next().is_some() => text.push('^'),
                "m:rad" => text.push('√'),
                "m:nary" => {
                    let sign =
                        child.child("m:naryPr").and_then(|it| it.child("m:chr")).and_then(|it| it.attribute("m:val"));
                    text += sign.as_deref().unwrap_or("∫");
                }
                _ => {}
            }
        }
        passage.text(&text, Look::default());
    }
}

/// The text between the tags of an element; white space at its ends counts only where it says so.
fn own_text(element: Element<'_>) -> String {
    let text: String = element
        .children()
        .filter_map(|child| match child {
            Child::Text(text) => Some(text),
            Child::Element(_) => None,
        })
        .collect();
    let text = text.replace(['\r', '\n'], " ");
    if element.is("xml:space", "preserve") { text } else { text.trim_matches([' ', '\t']).to_owned() }
}

/// All text in an element, as it is searched: a line for each paragraph.
pub fn hidden_text(element: Element<'_>) -> String {
    let mut text = String::new();
    for child in element.all() {
        let Some(child) = child.element() else { continue };
        match child.name() {
            "w:t" | "w:delText" | "m:t" => text += &own_text(child),
            "w:p" | "w:br" | "w:cr" if !text.is_empty() => text.push('\n'),
            "w:tab" | "w:tc" if !text.is_empty() => text.push('\t'),
            "w:noBreakHyphen" => text.push('\u{2011}'),
            _ => {}
        }
    }
    text
}
