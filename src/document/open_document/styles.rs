//! What the styles of an `OpenDocument` text say of its paragraphs and words, with what they inherit.

use std::collections::HashMap;
use std::rc::Rc;

use super::numbering::ListStyle;
use crate::document::block::Alignment;
use crate::document::xml::Element;

/// Styles that inherit from each other.
const MAX_ANCESTORS: usize = 32;

/// What programs call the style of a document's title.
const TITLES: &[&str] =
    &["Title", "Titel", "Titre", "Título", "Titolo", "Tittel", "Rubrik", "Otsikko", "Tytuł", "Název", "Cím", "Titlu"];

/// What a style says, by itself or with what it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    /// What it inherits from, if it does.
    parent: Option<String>,
    /// 0 where it says that its paragraphs are no headings.
    pub outline: Option<usize>,
    pub list: Option<String>,
    pub strong: Option<bool>,
    pub emphasis: Option<bool>,
    pub struck: Option<bool>,
    pub hidden: Option<bool>,
    pub alignment: Option<Alignment>,
    pub role: Option<Role>,
}

/// What paragraphs of a style are, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Title,
    Quotation,
    TableHeading,
}

/// Styles by their names.
#[derive(Default)]
pub struct Styles {
    paragraphs: HashMap<String, Rc<Style>>,
    texts: HashMap<String, Rc<Style>>,
    lists: HashMap<String, ListStyle>,
    /// That of elements without one.
    none: Rc<Style>,
}

impl Styles {
    /// Takes in the common styles of a document, or those of its own paragraphs, which come later.
    pub fn add(&mut self, styles: Element<'_>) {
        let (mut paragraphs, mut texts) = (HashMap::new(), HashMap::new());
        for style in styles.elements() {
            let Some(name) = style.attribute("style:name").map(String::from) else { continue };
            if style.name() == "text:list-style" {
                self.lists.insert(name, ListStyle::read(style));
            } else if style.is("style:family", "paragraph") {
                paragraphs.insert(name, Style::read(style));
            } else if style.is("style:family", "text") {
                texts.insert(name, Style::read(style));
            }
        }
        inherit(&mut self.paragraphs, &paragraphs);
        inherit(&mut self.texts, &texts);
    }

    pub fn paragraph(&self, element: Element<'_>) -> Rc<Style> {
        let named = element.attribute("text:style-name").and_then(|name| self.paragraphs.get(&*name));
        Rc::clone(named.unwrap_or(&self.none))
    }

    pub fn text(&self, element: Element<'_>) -> Rc<Style> {
        let named = element.attribute("text:style-name").and_then(|name| self.texts.get(&*name));
        Rc::clone(named.unwrap_or(&self.none))
    }

    pub fn list(&self, name: &str) -> Option<&ListStyle> {
        self.lists.get(name)
    }
}

/// Adds styles with what they inherit from each other, or from those that are there.
fn inherit(all: &mut HashMap<String, Rc<Style>>, added: &HashMap<String, Style>) {
    let whole = added.iter().map(|(name, style)| {
        let (mut whole, mut parent) = (style.clone(), style.parent.as_deref());
        for _ in 0..MAX_ANCESTORS {
            let Some(of) = parent else { break };
            let Some(ancestor) = added.get(of).filter(|_| of != name) else {
                if let Some(ancestor) = all.get(of) {
                    whole.fill(ancestor);
                }
                break;
            };
            whole.fill(ancestor);
            parent = ancestor.parent.as_deref();
        }
        (name.clone(), Rc::new(whole))
    });
    let whole: Vec<(String, Rc<Style>)> = whole.collect();
    all.extend(whole);
}

impl Style {
    fn read(style: Element<'_>) -> Self {
        let mut read = Style {
            parent: style.attribute("style:parent-style-name").map(String::from),
            outline: style.attribute("style:default-outline-level").map(|level| level.trim().parse().unwrap_or(0)),
            list: style.attribute("style:list-style-name").map(String::from),
            role: Role::of(style),
            ..Style::default()
        };
        if let Some(text) = style.child("style:text-properties") {
            let is_bold = |weight: &str| weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600);
            read.strong = text.attribute("fo:font-weight").map(|weight| is_bold(&weight));
            read.emphasis = text.attribute("fo:font-style").map(|style| style != "normal");
            let lines = ["style:text-line-through-style", "style:text-line-through-type", "style:text-crossing-out"];
            let lines: Vec<bool> = lines.iter().filter_map(|it| text.attribute(it)).map(|it| it != "none").collect();
            read.struck = (!lines.is_empty()).then(|| lines.into_iter().all(|it| it));
            read.hidden = text.attribute("text:display").map(|display| display == "none");
        }
        let align = style.child("style:paragraph-properties").and_then(|it| it.attribute("fo:text-align"));
        read.alignment = align.map(|align| match &*align {
            "end" | "right" => Alignment::Right,
            "center" => Alignment::Centre,
            _ => Alignment::Left,
        });
        read
    }

    /// Takes from its parent what it does not say itself.
    fn fill(&mut self, parent: &Style) {
        self.outline = self.outline.or(parent.outline);
        if self.list.is_none() {
            self.list.clone_from(&parent.list);
        }
        self.strong = self.strong.or(parent.strong);
        self.emphasis = self.emphasis.or(parent.emphasis);
        self.struck = self.struck.or(parent.struck);
        self.hidden = self.hidden.or(parent.hidden);
        self.alignment = self.alignment.or(parent.alignment);
        self.role = self.role.or(parent.role);
    }
}

impl Role {
    fn of(style: Element<'_>) -> Option<Self> {
        let name = style.attribute("style:name")?.replace("_20_", " ");
        match name.as_str() {
            name if TITLES.contains(&name) => Some(Role::Title),
            "Quotations" | "Quote" | "Intense Quote" => Some(Role::Quotation),
            "Table Heading" => Some(Role::TableHeading),
            _ => None,
        }
    }
}
