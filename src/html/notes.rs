//! The footnotes of a document: cited by number, gathered behind the text.

use std::collections::BTreeMap;

/// Footnotes, by the names that the document gives them.
#[derive(Default)]
pub struct Notes {
    /// What their ids begin with.
    prefix: String,
    /// In the order in which they are first cited, with the number of citations.
    cited: Vec<(String, usize)>,
    /// The place of each name in `cited`.
    places: BTreeMap<String, usize>,
    texts: BTreeMap<String, String>,
}

impl Notes {
    pub fn new(prefix: &str) -> Self {
        Notes { prefix: prefix.to_owned(), ..Notes::default() }
    }

    pub fn add(&mut self, name: &str, html: String) {
        self.texts.insert(name.to_owned(), html);
    }

    /// The number of a note where it is cited. Markdown makes no link around it.
    pub fn cite(&mut self, name: &str) -> String {
        let at = *self.places.entry(name.to_owned()).or_insert_with(|| {
            self.cited.push((name.to_owned(), 0));
            self.cited.len() - 1
        });
        self.cited[at].1 += 1;
        let (number, times) = (at + 1, self.cited[at].1);
        let prefix = &self.prefix;
        let id = if times == 1 { format!("{prefix}cited-{number}") } else { format!("{prefix}cited-{number}-{times}") };
        format!("<sup id=\"{id}\"><a href=\"#{prefix}note-{number}\" aria-label=\"Note {number}\">{number}</a></sup>")
    }

    /// All notes, each with the way back to the text; one that is never cited comes last.
    pub fn render(mut self) -> String {
        if self.texts.is_empty() && self.cited.is_empty() {
            return String::new();
        }
        let prefix = &self.prefix;
        let mut html = format!("<div class=\"footnotes\">\n<h3 id=\"{prefix}notes\">Notes</h3>\n<ol>\n");
        for (index, (name, _)) in self.cited.iter().enumerate() {
            let (number, text) = (index + 1, self.texts.remove(name).unwrap_or_default());
            let back = format!(
                " <a href=\"#{prefix}cited-{number}\" aria-label=\"Back to the text from note {number}\">↑</a>"
            );
            let text = match text.trim_end().strip_suffix("</p>") {
                Some(text) => format!("{text}{back}</p>"),
                None => format!("{text}<p>{back}</p>"),
            };
            html.extend([&format!("<li id=\"{prefix}note-{number}\">"), text.as_str(), "</li>\n"]);
        }
        html.extend(self.texts.values().map(|text| format!("<li>{text}</li>\n")));
        html + "</ol>\n</div>\n"
    }
}
