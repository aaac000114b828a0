//! A new document for Word (ISO/IEC 29500-1): real headings, and prompts as content controls that go when one types.

use anyhow::Result;
use askama::Template;

use crate::document::prompt::{Prompt, Topic};
use crate::zip::write::package;

const CONTENT_TYPES: &str = include_str!("word/content_types.xml");
const RELATIONSHIPS: &str = include_str!("word/relationships.xml");
const DOCUMENT_RELATIONSHIPS: &str = include_str!("word/document_relationships.xml");
const STYLES: &str = include_str!("word/styles.xml");
const SETTINGS: &str = include_str!("word/settings.xml");

#[derive(Template)]
#[template(config = ".askama.toml", path = "word/document.xml")]
struct Text<'a> {
    topics: &'a [Topic],
}

#[derive(Template)]
#[template(config = ".askama.toml", path = "word/core.xml")]
struct Properties<'a> {
    title: &'a str,
}

pub fn write(topics: &[Topic]) -> Result<Vec<u8>> {
    let title = topics.first().map_or("", |topic| &topic.heading);
    package(&[
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONSHIPS),
        ("word/document.xml", &Text { topics }.render()?),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONSHIPS),
        ("word/styles.xml", STYLES),
        ("word/settings.xml", SETTINGS),
        ("docProps/core.xml", &Properties { title }.render()?),
    ])
}

impl Prompt {
    /// Its lines in a text without lists. One paragraph holds them all, so that they go together.
    pub fn lines(&self) -> Vec<String> {
        let asks = self.asks.iter().map(|ask| format!("• {ask}"));
        self.paragraphs.iter().map(|text| text.replace('`', "")).chain(asks).collect()
    }
}
