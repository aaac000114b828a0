//! Numbers of lists, as Word shows them: abstract lists, the lists made of them, and how far each was counted.

use std::collections::{HashMap, HashSet};

use super::styles::Styles;
use crate::document::xml::Element;

const LEVELS: usize = 9;

#[derive(Default)]
pub struct Numbering {
    abstracts: HashMap<String, Abstract>,
    lists: HashMap<String, List>,
    /// How far each abstract list was counted.
    counters: HashMap<String, [Option<i64>; LEVELS]>,
    /// Lists and levels whose start of their own was used.
    begun: HashSet<(String, usize)>,
}

#[derive(Default)]
struct Abstract {
    levels: HashMap<usize, Level>,
    /// The style whose list it stands for.
    style: Option<String>,
}

struct List {
    of: String,
    starts: HashMap<usize, i64>,
    levels: HashMap<usize, Level>,
}

#[derive(Clone)]
struct Level {
    start: i64,
    format: String,
    text: String,
    /// The style of paragraphs that gives this level.
    style: Option<String>,
    /// After which level it starts again; 0 is never.
    restart: Option<usize>,
    is_legal: bool,
}

/// What is shown before a paragraph of a list.
pub struct Label {
    /// Nothing where it is a dot, or nothing.
    pub text: Option<String>,
    /// Where it is simply counted 1. 2. 3.
    pub number: Option<u64>,
}

impl Numbering {
    pub fn parse(root: Element<'_>) -> Self {
        let mut numbering = Numbering::default();
        for element in root.elements() {
            match element.name() {
                "w:abstractNum" => {
                    let Some(id) = element.attribute("w:abstractNumId") else { continue };
                    let style = element.child("w:numStyleLink").and_then(|it| it.attribute("w:val"));
                    let list = Abstract { levels: levels(element), style: style.map(String::from) };
                    numbering.abstracts.insert(id.into_owned(), list);
                }
                "w:num" => {
                    let of = element.child("w:abstractNumId").and_then(|it| it.attribute("w:val"));
                    let Some((id, of)) = element.attribute("w:numId").zip(of) else { continue };
                    let mut list = List { of: of.into_owned(), starts: HashMap::new(), levels: HashMap::new() };
                    for change in element.elements().filter(|it| it.name() == "w:lvlOverride") {
                        let Some(level) = change.number("w:ilvl") else { continue };
                        list.levels.extend(levels(change));
                        if let Some(start) = change.child("w:startOverride").and_then(|it| it.number("w:val")) {
                            list.starts.insert(level, i64::try_from(start).unwrap_or(i64::MAX));
                        }
                    }
                    numbering.lists.insert(id.into_owned(), list);
                }
                _ => {}
            }
        }
        numbering
    }

    /// Replaces abstract lists that stand for the list of a style.
    pub fn resolve(&mut self, styles: &Styles) {
        let target = |list: &List| {
            let style = self.abstracts.get(&list.of)?.style.as_ref()?;
            let named = styles.find(style)?.list.as_ref()?;
            Some(self.lists.get(named)?.of.clone())
        };
        let targets: Vec<(String, String)> =
            self.lists.iter().filter_map(|(id, list)| Some((id.clone(), target(list)?))).collect();
        for (id, of) in targets {
            if let Some(list) = self.lists.get_mut(&id) {
                list.of = of;
            }
        }
    }

    /// The level that a style of paragraphs has in a list.
    pub fn level_of_style(&self, list: &str, style: &str) -> Option<usize> {
        let levels = &self.abstracts.get(&self.lists.get(list)?.of)?.levels;
        (0..LEVELS).find(|at| levels.get(at).is_some_and(|level| level.style.as_deref() == Some(style)))
    }

    /// Counts one paragraph of a list; nothing where there is no such list.
    pub fn next(&mut self, id: &str, at: usize) -> Option<Label> {
        let at = at.min(LEVELS - 1);
        let list = self.lists.get(id)?;
        let of = self.abstracts.get(&list.of)?;
        let level = |at: usize| list.levels.get(&at).or_else(|| of.levels.get(&at));
        let counters = self.counters.entry(list.of.clone()).or_default();
        let start = |at: usize| level(at).map_or(1, |level| level.start);
        let own_start = list.starts.get(&at).filter(|_| self.begun.insert((id.to_owned(), at)));
        counters[at] = Some(match (own_start, counters[at]) {
            (Some(start), _) => *start,
            (None, Some(count)) => count.saturating_add(1),
            (None, None) => start(at),
        });
        for (above, counter) in counters[..at].iter_mut().enumerate() {
            counter.get_or_insert_with(|| start(above));
        }
        for (below, counter) in counters.iter_mut().enumerate().skip(at + 1) {
            let restart = level(below).and_then(|level| level.restart);
            if restart.is_none_or(|after| at < after) {
                *counter = None;
            }
        }
        let Some(own) = level(at) else { return Some(Label { text: None, number: None }) };
        if own.format == "bullet" {
            return Some(Label { text: None, number: None });
        }
        let mut text = own.text.clone();
        for (place, counter) in counters.iter().enumerate().take(at + 1) {
            let format = level(place).map_or("decimal", |level| level.format.as_str());
            let format = if own.is_legal && format != "none" { "decimal" } else { format };
            text = text.replace(&format!("%{}", place + 1), &shown(counter.unwrap_or(1), format));
        }
        let is_simple = own.format == "decimal" && own.text.trim() == format!("%{}.", at + 1);
        let number = counters[at].and_then(|count| u64::try_from(count).ok()).filter(|_| is_simple);
        Some(Label { text: Some(text.trim().to_owned()).filter(|text| !text.is_empty()), number })
    }
}

fn levels(parent: Element<'_>) -> HashMap<usize, Level> {
    let levels = parent.elements().filter(|it| it.name() == "w:lvl");
    let level = |element: Element<'_>| {
        let value = |name: &str| element.child(name).and_then(|it| it.attribute("w:val")).map(String::from);
        let number = |name: &str| element.child(name).and_then(|it| it.number("w:val"));
        // A format newer than the choices of the standard is in an alternative (`mc:AlternateContent`).
        let format = value("w:numFmt").or_else(|| element.find("w:numFmt")?.attribute("w:val").map(String::from));
        Some((
            element.number("w:ilvl")?,
            Level {
                start: number("w:start").and_then(|start| i64::try_from(start).ok()).unwrap_or(0),
                format: format.unwrap_or_else(|| "decimal".to_owned()),
                text: value("w:lvlText").unwrap_or_default(),
                style: value("w:pStyle"),
                restart: number("w:lvlRestart"),
                is_legal: element.child("w:isLgl").is_some_and(super::styles::is_switched_on),
            },
        ))
    };
    levels.filter_map(level).collect()
}

/// A number in a format of lists (ECMA-376, 17.18.59).
fn shown(number: i64, format: &str) -> String {
    let Ok(positive) = usize::try_from(number) else { return number.to_string() };
    match format {
        "none" => String::new(),
        "lowerLetter" if positive > 0 => letters(positive, b'a'),
        "upperLetter" if positive > 0 => letters(positive, b'A'),
        "lowerRoman" if positive > 0 => roman(positive).to_lowercase(),
        "upperRoman" if positive > 0 => roman(positive),
        "decimalZero" => format!("{number:02}"),
        "ordinal" => {
            let ending = match (number % 100, number % 10) {
                (11..=13, _) => "th",
                (_, 1) => "st",
                (_, 2) => "nd",
                (_, 3) => "rd",
                _ => "th",
            };
            format!("{number}{ending}")
        }
        _ => number.to_string(),
    }
}

/// a to z, aa, bb and so on.
fn letters(number: usize, first: u8) -> String {
    let place = u8::try_from((number - 1) % 26).unwrap_or(0);
    String::from(char::from(first + place)).repeat(((number - 1) / 26 + 1).min(50))
}

fn roman(mut number: usize) -> String {
    if number > 10_000 {
        return number.to_string();
    }
    let mut text = String::new();
    for (value, letters) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while number >= value {
            text.push_str(letters);
            number -= value;
        }
    }
    text
}
