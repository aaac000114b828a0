//! A picture of a document: shown where it is packed, otherwise what is in its place.

use super::{Lead, Link, Targets, attribute, cut, escape};

/// Its description; where the document has none, the title of the artefact.
pub fn name<'a>(picture: &Link, targets: &'a dyn Targets, alt: &'a str) -> &'a str {
    if !alt.is_empty() {
        return alt;
    }
    targets.title(&picture.destination).unwrap_or("Picture")
}

/// A packed picture itself; another file as a link, unless one is open; a picture on the web as its description and
/// address, since showing it would tell its owner who reads.
pub fn render(picture: &Link, targets: &dyn Targets, name: &str, linked: bool) -> String {
    if let Some(source) = targets.picture(&picture.destination) {
        let title = attribute("title", &picture.title);
        return format!("<img src=\"{}\" alt=\"{}\"{title}>", escape(&source), escape(cut(name)));
    }
    let name = escape(name);
    match targets.link(&picture.destination) {
        Some(Lead::Inside(href)) if !linked => format!("<a href=\"{}\">{name}</a>", escape(&href)),
        Some(Lead::Web(address)) => format!("{name} ({})", escape(&address)),
        _ if !targets.shows_pictures() => format!("[Picture: {name}]"),
        _ => name,
    }
}
