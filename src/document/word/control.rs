//! Which of several contents an element shows.

use super::styles::is_switched_on;
use crate::document::xml::Element;

/// What is in a content control; nothing where that is its prompt.
pub fn control_content(control: Element<'_>) -> Option<Element<'_>> {
    let properties = control.child("w:sdtPr");
    let prompt = properties.and_then(|it| it.child("w:showingPlcHdr"));
    if prompt.is_some_and(is_switched_on) { None } else { control.child("w:sdtContent") }
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
