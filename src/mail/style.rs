//! How an element's inline style affects its text.
//!
//! Text is never treated as hidden: the ways to hide text are endless, and reading too much only means claiming less.

use super::html_tokens::HtmlTag;

/// How text is drawn in an element.
#[derive(Debug, Clone, Default)]
pub struct TextStyle {
    pub is_struck: bool,
    /// Spaces and line ends are kept.
    pub is_pre: bool,
    pub has_no_margin: bool,
}

impl TextStyle {
    /// The style of a child element.
    pub fn of(&self, tag: &HtmlTag) -> TextStyle {
        let mut style = TextStyle { has_no_margin: false, ..self.clone() };
        style.is_pre |= tag.name == "pre";
        style.is_struck |= ["s", "strike", "del"].contains(&tag.name.as_str());
        for (name, value) in tag.value("style").split(';').filter_map(|declaration| declaration.split_once(':')) {
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
            match name.as_str() {
                "text-decoration" | "text-decoration-line" => style.is_struck |= value.contains("line-through"),
                "white-space" => style.is_pre = value.starts_with("pre") || value == "break-spaces",
                "margin" | "margin-top" => style.has_no_margin = value.starts_with('0'),
                _ => {}
            }
        }
        style
    }
}
