//! A picture of a document: shown where the page holds it, otherwise what is in its place.

use super::{Lead, Link, Picture, Targets, attribute, cut, escape};

/// How a picture begins while it is not embedded yet: its number follows. No text of a document looks like this, since its `<`
/// is always written `&lt;`, and no attribute, since its quotation marks are written `&quot;`.
const PLACE: &str = "<img src=\"picture-";

/// Its description; where the document has none, the title of the artefact.
pub fn name<'a>(picture: &Link, targets: &'a dyn Targets, alt: &'a str) -> &'a str {
    if !alt.is_empty() {
        return alt;
    }
    targets.title(&picture.destination).unwrap_or("Picture")
}

/// The place of a picture that is embedded; another file as a link, unless one is open; a picture on the web as its
/// description and address, since showing it would tell its owner who reads.
pub fn render(picture: &Link, targets: &dyn Targets, name: &str, linked: bool, embedded: &mut Vec<String>) -> String {
    let lead = |href: &str, name: &str| {
        if linked { name.to_owned() } else { format!("<a href=\"{}\">{name}</a>", escape(href)) }
    };
    match targets.picture(picture) {
        Some(Picture::Embedded(data)) => {
            embedded.push(data);
            let (number, title) = (embedded.len() - 1, attribute("title", &picture.title));
            return format!("{PLACE}{number}\" alt=\"{}\"{title}>", escape(cut(name)));
        }
        Some(Picture::Left { why, href }) => {
            let name = escape(name);
            return format!("{} ({})", href.map_or(name.clone(), |href| lead(&href, &name)), escape(&why));
        }
        None => {}
    }
    let name = escape(name);
    match targets.link(&picture.destination) {
        Some(Lead::Inside(href)) if !linked => lead(&href, &name),
        Some(Lead::Web(address)) => format!("{name} ({})", escape(&address)),
        _ if !targets.shows_pictures() => format!("[Picture: {name}]"),
        _ => name,
    }
}

/// Puts the pictures into their places, when the second layer has read all that is around them.
pub fn embed(html: &str, embedded: &[String]) -> String {
    let mut parts = html.split(PLACE);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_at(part.find('"').unwrap_or_default());
        let data = number.parse().ok().and_then(|number: usize| embedded.get(number));
        whole.extend(["<img src=\"", data.map_or("", String::as_str), rest]);
    }
    whole
}
