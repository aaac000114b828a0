//! A picture of a document: shown where it is packed, otherwise what is in its place.

use super::{Lead, Targets, attribute, cut, escape};

pub struct Picture {
    /// As written.
    pub destination: String,
    pub title: String,
}

impl Picture {
    /// Its description; where the document has none, the title of the artefact.
    pub fn name<'a>(&self, targets: &'a dyn Targets, alt: &'a str) -> &'a str {
        if !alt.is_empty() {
            return alt;
        }
        targets.title(&self.destination).unwrap_or("Picture")
    }

    /// A packed picture itself; another file as a link, unless one is open; a picture on the web as its description
    /// and address, since showing it would tell its owner who reads.
    pub fn render(&self, targets: &dyn Targets, name: &str, linked: bool) -> String {
        if let Some(source) = targets.picture(&self.destination) {
            let title = attribute("title", &self.title);
            return format!("<img src=\"{}\" alt=\"{}\"{title}>", escape(&source), escape(cut(name)));
        }
        let name = escape(name);
        match targets.link(&self.destination) {
            Some(Lead::Inside(href)) if !linked => format!("<a href=\"{}\">{name}</a>", escape(&href)),
            Some(Lead::Web(address)) => format!("{name} ({})", escape(&address)),
            _ if !targets.shows_pictures() => format!("[Picture: {name}]"),
            _ => name,
        }
    }
}
