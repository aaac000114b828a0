//! The numbers before the items of lists, as they are shown.

use std::collections::HashMap;

use crate::document::xml::Element;

const LEVELS: usize = 10;

/// How the items of each level are numbered.
#[derive(Debug, Clone, Default)]
pub struct ListStyle([Level; LEVELS]);

#[derive(Debug, Clone, Default)]
struct Level {
    is_numbered: bool,
    /// Empty where no number is shown.
    format: String,
    prefix: String,
    suffix: String,
    /// Whether aa follows z, then bb; else ab.
    repeats_letters: bool,
    /// Levels whose numbers are shown, its own included.
    shown: usize,
    start: usize,
    /// As `%1%.%2%)`, which says all of it.
    pattern: Option<String>,
}

/// The numbers that the lists of a text have come to.
#[derive(Default)]
pub struct Numbering {
    lists: Vec<Counters>,
    by_id: HashMap<String, usize>,
    /// The list that was read last, and its style.
    last: Option<(usize, String)>,
}

/// The number of the last item of each level, where there is one.
type Counters = [Option<usize>; LEVELS];

/// A list within a text, with the level and style of its items.
#[derive(Clone)]
pub struct ListPlace {
    list: usize,
    /// From 0.
    pub level: usize,
    pub style: String,
}

impl ListStyle {
    pub fn read(style: Element<'_>) -> Self {
        let mut levels = ListStyle::default();
        for level in style.elements() {
            let Some(number) = level.number("text:level").filter(|number| (1..=LEVELS).contains(number)) else {
                continue;
            };
            let text = |name: &str| level.attribute(name).map(String::from).unwrap_or_default();
            levels.0[number - 1] = Level {
                is_numbered: level.name() == "text:list-level-style-number",
                format: text("style:num-format"),
                prefix: text("style:num-prefix"),
                suffix: text("style:num-suffix"),
                repeats_letters: level.is("style:num-letter-sync", "true"),
                shown: level.number("text:display-levels").unwrap_or(1),
                start: level.number("text:start-value").unwrap_or(1),
                pattern: level.attribute("loext:num-list-format").map(String::from),
            };
        }
        levels
    }

    /// What is before an item; nothing where that is a dot or picture.
    fn label(&self, level: usize, counters: &Counters) -> Option<String> {
        let own = &self.0[level];
        if !own.is_numbered {
            return None;
        }
        let number = |at: usize| {
            let level = &self.0[at];
            level.write(counters[at].unwrap_or(level.start))
        };
        if let Some(pattern) = &own.pattern {
            let mut label = pattern.clone();
            for at in 0..LEVELS {
                label = label.replace(&format!("%{}%", at + 1), &number(at));
            }
            return Some(label.trim().to_owned());
        }
        let first = (level + 1).saturating_sub(own.shown.max(1));
        let numbers: Vec<String> = (first..=level).map(number).filter(|number| !number.is_empty()).collect();
        Some(format!("{}{}{}", own.prefix, numbers.join("."), own.suffix).trim().to_owned())
    }
}

impl Numbering {
    /// Finds out which list one that begins in a text goes on with.
    pub fn begin(&mut self, list: Element<'_>, style: Option<String>) -> ListPlace {
        let named = list.attribute("text:continue-list").and_then(|id| self.by_id.get(&*id).copied());
        let before = self.last.as_ref().filter(|(_, its)| style.as_ref().is_none_or(|style| style == its));
        let before = before.filter(|_| list.is("text:continue-numbering", "true")).map(|(list, _)| *list);
        let same = list.attribute("text:list-id").and_then(|id| self.by_id.get(&*id).copied());
        let number = named.or(before).or(same).unwrap_or_else(|| {
            self.lists.push(Counters::default());
            self.lists.len() - 1
        });
        let inherited = self.last.as_ref().filter(|(last, _)| *last == number).map(|(_, style)| style.clone());
        let style = style.or(inherited).unwrap_or_default();
        for id in ["xml:id", "text:id", "text:list-id"].iter().filter_map(|name| list.attribute(name)) {
            self.by_id.insert(id.into_owned(), number);
        }
        self.last = Some((number, style.clone()));
        ListPlace { list: number, level: 0, style }
    }

    /// A list in an item of another.
    pub fn nest(&mut self, outer: &ListPlace, list: Element<'_>, style: Option<String>) -> ListPlace {
        let level = (outer.level + 1).min(LEVELS - 1);
        if !list.is("text:continue-numbering", "true") {
            self.lists[outer.list][level..].fill(None);
        }
        ListPlace { list: outer.list, level, style: style.unwrap_or_else(|| outer.style.clone()) }
    }

    /// Counts an item, which may say that its number is another; gives what is before it.
    pub fn count(&mut self, place: &ListPlace, style: Option<&ListStyle>, start: Option<usize>) -> Option<String> {
        let counters = &mut self.lists[place.list];
        let style = style?;
        let next = counters[place.level].map_or(style.0[place.level].start, |last| last.saturating_add(1));
        counters[place.level] = Some(start.unwrap_or(next));
        counters[place.level + 1..].fill(None);
        style.label(place.level, counters)
    }
}

impl Level {
    fn write(&self, number: usize) -> String {
        match self.format.as_str() {
            "" => String::new(),
            "a" => letters(number, self.repeats_letters),
            "A" => letters(number, self.repeats_letters).to_uppercase(),
            "i" => roman(number),
            "I" => roman(number).to_uppercase(),
            _ => number.to_string(),
        }
    }
}

/// a to z, then aa to zz or aa to az.
fn letters(number: usize, repeats: bool) -> String {
    const MAX_LETTERS: usize = 20;
    if number == 0 || number > 26 * MAX_LETTERS {
        return number.to_string();
    }
    let letter = |of: usize| char::from(b'a' + u8::try_from((of - 1) % 26).unwrap_or(0)).to_string();
    let round = (number - 1) / 26;
    match round {
        0 => letter(number),
        _ if repeats => letter(number).repeat(1 + round),
        _ => letter(round) + &letter(number),
    }
}

fn roman(number: usize) -> String {
    const DIGITS: [(usize, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let (mut rest, mut roman) = (number, String::new());
    for (value, digit) in DIGITS {
        while rest >= value {
            rest -= value;
            roman += digit;
        }
    }
    roman
}
