//! Pictures, text boxes, drawings and objects that are anchored in a text.

use super::NAMESPACES;
use super::passage::{Look, Passage};
use super::reader::{Reader, plain_text};
use crate::digest::Digest;
use crate::document::xml::{Child, Element, Xml};
use crate::document::{Fact, Link};

/// Endings of pictures that no browser shows.
const UNSEEN: &[(&str, &str)] =
    &[("emf", "EMF picture"), ("wmf", "WMF picture"), ("svm", "SVM picture"), ("eps", "EPS picture")];

impl<'x> Reader<'x> {
    /// A frame or drawing: its picture is put into the paragraph, its text behind it.
    pub fn shape(&mut self, shape: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        match shape.name() {
            "draw:a" => self.link(shape, look, passage),
            "draw:frame" => self.frame(shape, look, passage),
            "draw:text-box" => passage.boxes.push(shape),
            "draw:g" => {
                self.fact(Fact::Figure("drawing".to_owned()));
                for child in shape.elements() {
                    match child.name() {
                        "svg:title" | "svg:desc" => self.outside(&plain_text(child), "description of a drawing"),
                        _ => self.shape(child, look, passage),
                    }
                }
            }
            _ => {
                let is_text = |name: &str| ["text:p", "text:h", "text:list", "draw:text-box"].contains(&name);
                for child in shape.elements() {
                    match child.name() {
                        name if is_text(name) => passage.boxes.push(child),
                        "svg:title" | "svg:desc" => self.outside(&plain_text(child), "description of a drawing"),
                        name if name.starts_with("draw:") => self.shape(child, look, passage),
                        "office:annotation" => self.comment(child),
                        _ => {}
                    }
                }
            }
        }
    }

    fn frame(&mut self, frame: Element<'x>, look: Look, passage: &mut Passage<'x>) {
        let words = ["svg:title", "svg:desc"].iter().filter_map(|name| frame.child(name)).map(plain_text);
        let words: Vec<String> = words.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
        let alternative = words.join(". ");
        let content = |names: &[&str]| frame.elements().find(|child| names.contains(&child.name()));
        if let Some(text) = content(&["draw:text-box", "table:table"]) {
            self.outside(&alternative, "description of a text box");
            passage.boxes.push(text);
        } else if let Some(object) = content(&["draw:object", "draw:object-ole", "draw:plugin", "draw:applet"]) {
            self.object(object, &alternative, look, passage);
        } else if let Some(picture) = content(&["draw:image"]) {
            self.picture(picture, &alternative, look, passage);
        } else if content(&["draw:floating-frame"]).is_some() {
            self.fact(Fact::Figure("embedded page".to_owned()));
        }
    }

    fn picture(&mut self, picture: Element<'x>, alternative: &str, look: Look, passage: &mut Passage<'x>) {
        self.pictures += 1;
        let address = picture.attribute("xlink:href").unwrap_or_default();
        let name = address.trim_start_matches("./");
        let inside = self.part(self.parts.digest(name));
        let (destination, embedded) = match (inside, picture.child("office:binary-data")) {
            (Some(digest), _) => (name.to_owned(), Some(digest)),
            (None, Some(data)) => {
                (format!("picture {}", self.pictures), Some(Digest::of(&from_base64(&plain_text_of_data(data)))))
            }
            (None, None) => (self.destination(address), None),
        };
        let ending = destination.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if let Some((_, figure)) = UNSEEN.iter().find(|(unseen, _)| *unseen == ending) {
            self.fact(Fact::Figure((*figure).to_owned()));
        }
        if embedded.is_none() {
            self.outside(&destination, "address of a picture");
        }
        passage.start_link(Link { destination, title: String::new(), image: true, spot: self.spot(), embedded });
        passage.text(alternative, look);
        passage.end_link();
    }

    /// A chart, formula or other document in this one.
    fn object(&mut self, object: Element<'x>, alternative: &str, look: Look, passage: &mut Passage<'x>) {
        let name = object.attribute("xlink:href").unwrap_or_default();
        let name = format!("{}/content.xml", name.trim_start_matches("./").trim_end_matches('/'));
        let text = self.part(self.parts.text(&name)).unwrap_or_default();
        let part = Xml::parse(&text, NAMESPACES).ok();
        // One in a flat file is in the frame itself.
        let (kind, words) = match &part {
            Some(part) => (kind_of_object(part.root()), formula(part.root())),
            None => (kind_of_object(object), formula(object)),
        };
        let content = part.as_ref().map_or_else(|| plain_text(object), |part| plain_text(part.root()));
        if kind == "formula" {
            self.outside(alternative, "description of a formula");
        } else {
            passage.text(alternative, look);
        }
        if let Some(words) = words.filter(|_| kind == "formula") {
            passage.text(&words, look);
        } else {
            self.fact(Fact::Figure(kind.to_owned()));
            self.outside(&content, kind);
        }
    }
}

fn kind_of_object(object: Element<'_>) -> &'static str {
    if object.find("math:math").is_some() {
        "formula"
    } else if object.find("office:chart").is_some() {
        "chart"
    } else if object.find("office:spreadsheet").is_some() {
        "embedded spreadsheet"
    } else {
        "embedded object"
    }
}

/// The words of a formula: as it was typed, or else its letters and signs.
fn formula(object: Element<'_>) -> Option<String> {
    let math = object.find("math:math")?;
    let typed = math.find("math:annotation").map(plain_text);
    let words = typed.filter(|it| !it.trim().is_empty()).unwrap_or_else(|| {
        let text = math.all().filter_map(|child| match child {
            Child::Text(text) => Some(text.trim().to_owned()),
            Child::Element(_) => None,
        });
        text.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
    });
    Some(words).filter(|words| !words.trim().is_empty())
}

/// The characters of pictures that are written as text.
fn plain_text_of_data(data: Element<'_>) -> String {
    data.children().filter_map(|child| if let Child::Text(text) = child { Some(text) } else { None }).collect()
}

/// RFC 4648, section 4; white space is skipped, as is all else that cannot be.
fn from_base64(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
        }
    }
    bytes
}
