//! What a document says besides its text: properties, and headers and footers of its pages.

use super::reader::{Reader, plain_text};
use crate::document::block::Spot;
use crate::document::xml::Element;

impl<'x> Reader<'x> {
    /// Title, author, key words and what else is known of the file.
    pub fn properties(&mut self, meta: Element<'x>) {
        const AUTOMATIC: [&str; 7] = [
            "meta:creation-date",
            "meta:print-date",
            "meta:editing-duration",
            "meta:editing-cycles",
            "meta:generator",
            "dc:date",
            "dc:language",
        ];
        for property in meta.elements().filter(|it| !AUTOMATIC.contains(&it.name())) {
            let own = plain_text(property);
            let attributes = ["meta:name", "xlink:title", "xlink:href"];
            let named = attributes.iter().filter_map(|name| property.attribute(name)).map(String::from);
            let text = named.chain([own]).collect::<Vec<_>>().join(" ");
            self.bytes += text.len();
            self.builder.outside(&text, Spot::Part("properties".to_owned()));
        }
    }

    /// What is printed on each page.
    pub fn master_pages(&mut self, pages: Element<'x>) {
        for page in pages.elements() {
            for part in page.elements() {
                let name = match part.name() {
                    name if name.starts_with("style:header") => "header",
                    name if name.starts_with("style:footer") => "footer",
                    _ => continue,
                };
                let text = plain_text(part);
                self.bytes += text.len();
                self.builder.outside(&text, Spot::Part(name.to_owned()));
            }
        }
    }
}
