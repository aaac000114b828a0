//! Styles of a Word document: what a paragraph is by its style and those that the style is based on.

use std::collections::HashMap;

use crate::document::xml::Element;

/// Styles that are based on one another.
const MAX_CHAIN: usize = 32;

/// Names of the built-in headings in front of their number, and of the title, as programs in other languages write them.
const HEADINGS: [&str; 16] = [
    "heading",
    "überschrift",
    "titre",
    "título",
    "titulo",
    "titolo",
    "rubrik",
    "overskrift",
    "kop",
    "otsikko",
    "nagłówek",
    "заголовок",
    "nadpis",
    "标题",
    "標題",
    "見出し",
];
const TITLES: [&str; 10] =
    ["title", "titel", "titre", "título", "titolo", "tittel", "rubrik", "otsikko", "tytuł", "标题"];

/// What a style says, by itself or with those that it is based on.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// From 0; 9 is no heading.
    pub outline: Option<u8>,
    pub is_title: bool,
    pub is_quote: bool,
    /// Of a list: its number, and the level.
    pub list: Option<String>,
    pub level: Option<usize>,
    pub toggles: Toggles,
}

/// Switches of words: each is on, off, or not said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Toggles {
    pub strong: Option<bool>,
    pub emphasis: Option<bool>,
    pub struck: Option<bool>,
    pub hidden: Option<bool>,
}

#[derive(Default)]
pub struct Styles {
    by_id: HashMap<String, Style>,
    default: Style,
}

impl Styles {
    pub fn parse(root: Element<'_>) -> Self {
        let own: HashMap<String, (Style, Option<String>)> = root
            .elements()
            .filter(|element| element.name() == "w:style")
            .filter_map(|element| {
                let based_on = element.child("w:basedOn").and_then(|it| it.attribute("w:val"));
                Some((element.attribute("w:styleId")?.into_owned(), (own(element), based_on.map(String::from))))
            })
            .collect();
        let inherited = |id: &String| {
            let (mut style, mut next) = own[id].clone();
            for _ in 0..MAX_CHAIN {
                let Some((base, above)) = next.as_ref().and_then(|id| own.get(id)) else { break };
                style.inherit(base);
                next.clone_from(above);
            }
            style
        };
        let by_id: HashMap<String, Style> = own.keys().map(|id| (id.clone(), inherited(id))).collect();
        let is_default = |element: &Element<'_>| {
            element.name() == "w:style" && element.is("w:type", "paragraph") && is_on(element.attribute("w:default"))
        };
        let default = root.elements().find(is_default).and_then(|element| element.attribute("w:styleId"));
        let default = default.and_then(|id| by_id.get(&*id)).cloned().unwrap_or_default();
        Styles { by_id, default }
    }

    /// The style that an element of properties names, such as `w:pStyle`.
    pub fn named(&self, properties: Option<Element<'_>>, element: &str) -> Option<&Style> {
        let id = properties?.child(element)?.attribute("w:val")?;
        self.by_id.get(&*id)
    }

    /// The style of a paragraph.
    pub fn paragraph(&self, properties: Option<Element<'_>>) -> &Style {
        self.named(properties, "w:pStyle").unwrap_or(&self.default)
    }

    pub fn find(&self, id: &str) -> Option<&Style> {
        self.by_id.get(id)
    }

    pub fn has_title(&self) -> bool {
        self.by_id.values().any(|style| style.is_title)
    }
}

impl Style {
    fn inherit(&mut self, base: &Style) {
        self.outline = self.outline.or(base.outline);
        self.is_title |= base.is_title && self.outline.is_none();
        self.is_quote |= base.is_quote;
        self.list = self.list.take().or_else(|| base.list.clone());
        self.level = self.level.or(base.level);
        self.toggles = self.toggles.or(base.toggles);
    }
}

impl Toggles {
    /// The switches of an element of properties of words.
    pub fn of(properties: Option<Element<'_>>) -> Self {
        let mut toggles = Toggles::default();
        for element in properties.iter().flat_map(Element::elements) {
            let switch = match element.name() {
                "w:b" => &mut toggles.strong,
                "w:i" => &mut toggles.emphasis,
                "w:strike" | "w:dstrike" => &mut toggles.struck,
                "w:vanish" => &mut toggles.hidden,
                _ => continue,
            };
            *switch = Some(is_switched_on(element) || *switch == Some(true));
        }
        toggles
    }

    pub fn or(self, other: Toggles) -> Self {
        Toggles {
            strong: self.strong.or(other.strong),
            emphasis: self.emphasis.or(other.emphasis),
            struck: self.struck.or(other.struck),
            hidden: self.hidden.or(other.hidden),
        }
    }

    /// With a style of words inside a style of paragraphs: what both switch on is off (ECMA-376, 17.7.3).
    pub fn crossed(self, other: Toggles) -> Self {
        let cross = |one: Option<bool>, other: Option<bool>| match (one, other) {
            (Some(one), Some(other)) => Some(one != other),
            _ => one.or(other),
        };
        Toggles {
            strong: cross(self.strong, other.strong),
            emphasis: cross(self.emphasis, other.emphasis),
            struck: cross(self.struck, other.struck),
            hidden: cross(self.hidden, other.hidden),
        }
    }
}

/// What a style says by itself.
fn own(element: Element<'_>) -> Style {
    let name = element.child("w:name").and_then(|it| it.attribute("w:val")).unwrap_or_default().to_lowercase();
    let properties = element.child("w:pPr");
    let number = |name: &str| properties.and_then(|it| it.child(name)).and_then(|it| it.number("w:val"));
    let outline = number("w:outlineLvl").and_then(|level| u8::try_from(level).ok());
    let list = properties.and_then(|it| it.child("w:numPr"));
    let value = |name: &str| list.and_then(|it| it.child(name)).and_then(|it| it.attribute("w:val"));
    Style {
        outline: outline.or_else(|| level_by_name(&name)),
        is_title: TITLES.contains(&name.trim()),
        is_quote: ["quote", "intense quote", "block text"].contains(&name.trim()),
        list: value("w:numId").map(String::from),
        level: value("w:ilvl").and_then(|level| level.trim().parse().ok()),
        toggles: Toggles::of(element.child("w:rPr")),
    }
}

/// The outline level of a built-in heading, `heading 1` or as other languages name it.
fn level_by_name(name: &str) -> Option<u8> {
    let name = name.trim();
    let start = name.trim_end_matches(|ch: char| ch.is_ascii_digit());
    let number: u8 = name[start.len()..].parse().ok()?;
    (HEADINGS.contains(&start.trim()) && (1..=9).contains(&number)).then(|| number - 1)
}

/// Whether an element that switches something on does so.
pub fn is_switched_on(element: Element<'_>) -> bool {
    element.attribute("w:val").is_none_or(|value| is_on(Some(value)))
}

fn is_on(value: Option<std::borrow::Cow<'_, str>>) -> bool {
    value.is_some_and(|value| !["0", "false", "off", "none"].contains(&&*value))
}
