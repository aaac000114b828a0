//! Lists, with what is shown before their items.

use super::numbering::ListPlace;
use super::reader::{Reader, has_content};
use crate::document::block::{Container, Kind};
use crate::document::xml::Element;

impl<'x> Reader<'x> {
    /// A list; `outer` is the one that it is in.
    pub fn list(&mut self, list: Element<'x>, outer: Option<&ListPlace>) {
        let style = list.attribute("text:style-name").map(String::from);
        let place = if let Some(outer) = outer {
            self.numbering.nest(outer, list, style)
        } else {
            let style = style.or_else(|| self.style_of_paragraphs(list));
            self.numbering.begin(list, style)
        };
        let is_counted = is_simply_counted(list);
        let (mut is_open, mut is_item_open) = (false, false);
        for item in list.elements() {
            if !["text:list-item", "text:list-header"].contains(&item.name()) {
                self.block(item);
                continue;
            }
            // A list in an item without words of its own goes on in the item before.
            let is_only_list = first(item).is_some_and(|first| first.name() == "text:list");
            if is_only_list && !leads_with_heading(item) {
                self.item(item, &place);
                continue;
            }
            let label = self.label(item, &place);
            if is_item_open {
                self.close();
                is_item_open = false;
            }
            if leads_with_heading(item) {
                if std::mem::take(&mut is_open) {
                    self.close();
                }
                self.item(item, &place);
                continue;
            }
            if !has_content(item) {
                continue;
            }
            if !is_open {
                self.open(Container::List(label.as_deref().filter(|_| is_counted).and_then(counted)));
                is_open = true;
            }
            self.open(Container::Item(label));
            is_item_open = true;
            self.item(item, &place);
        }
        for _ in 0..usize::from(is_open) + usize::from(is_item_open) {
            self.close();
        }
    }

    /// What is before an item, which is counted.
    fn label(&mut self, item: Element<'x>, place: &ListPlace) -> Option<String> {
        if item.name() == "text:list-header" {
            return Some(String::new());
        }
        let style = item.attribute("text:style-override");
        let style = self.styles.list(style.as_deref().unwrap_or(&place.style));
        self.numbering.count(place, style, item.number("text:start-value"))
    }

    fn item(&mut self, item: Element<'x>, place: &ListPlace) {
        let paragraphs = item.elements().filter(|child| child.name() == "text:p").count();
        for child in item.elements() {
            match child.name() {
                "text:p" | "text:h" if paragraphs < 2 => self.paragraph(child, Kind::Line),
                "text:list" => self.list(child, Some(place)),
                _ => self.block(child),
            }
        }
    }

    /// A paragraph that is numbered by itself, in no list.
    pub fn numbered_paragraph(&mut self, paragraph: Element<'x>) {
        let style = paragraph.attribute("text:style-name").map(String::from);
        let mut place = self.numbering.begin(paragraph, style);
        place.level = paragraph.number("text:level").unwrap_or(1).clamp(1, 10) - 1;
        let start = paragraph.number("text:start-value");
        let label = self.numbering.count(&place, self.styles.list(&place.style), start);
        if leads_with_heading(paragraph) || !has_content(paragraph) {
            return self.item(paragraph, &place);
        }
        self.open(Container::List(label.as_deref().and_then(counted)));
        self.open(Container::Item(label));
        self.item(paragraph, &place);
        self.close();
        self.close();
    }

    /// The list style of the first paragraph in a list that has none itself.
    fn style_of_paragraphs(&self, list: Element<'x>) -> Option<String> {
        let mut first_in = list;
        while let Some(inner) = first(first_in) {
            if ["text:p", "text:h"].contains(&inner.name()) {
                return self.styles.paragraph(inner).list.clone();
            }
            first_in = inner;
        }
        None
    }
}

/// Whether each item has the next number.
fn is_simply_counted(list: Element<'_>) -> bool {
    list.elements().enumerate().all(|(at, item)| {
        let is_other = item.attribute("text:style-override").is_some() || item.name() == "text:list-header";
        !is_other && (at == 0 || item.attribute("text:start-value").is_none())
    })
}

/// The first of an item's own elements.
fn first(item: Element<'_>) -> Option<Element<'_>> {
    item.elements().find(|child| !["text:number", "text:soft-page-break"].contains(&child.name()))
}

fn leads_with_heading(item: Element<'_>) -> bool {
    let mut element = item;
    while let Some(inner) = first(element).filter(|it| it.name() == "text:h" || it.name().starts_with("text:list")) {
        if inner.name() == "text:h" {
            return true;
        }
        element = inner;
    }
    false
}

/// The number of a label such as `3.`.
fn counted(label: &str) -> Option<u64> {
    label.strip_suffix('.')?.parse().ok()
}
