//! A new document for `LibreOffice` (ISO/IEC 26300): real headings, and prompts as placeholders that go when one types.

use anyhow::Result;
use askama::Template;

use crate::document::prompt::Topic;
use crate::zip::write::package;

const MIMETYPE: &str = "application/vnd.oasis.opendocument.text";
const MANIFEST: &str = include_str!("open_document/manifest.xml");
const STYLES: &str = include_str!("open_document/styles.xml");

#[derive(Template)]
#[template(config = ".askama.toml", path = "open_document/content.xml")]
struct Text<'a> {
    topics: &'a [Topic],
}

#[derive(Template)]
#[template(config = ".askama.toml", path = "open_document/meta.xml")]
struct Properties<'a> {
    title: &'a str,
}

pub fn write(topics: &[Topic]) -> Result<Vec<u8>> {
    let title = topics.first().map_or("", |topic| &topic.heading);
    package(&[
        ("mimetype", MIMETYPE),
        ("META-INF/manifest.xml", MANIFEST),
        ("content.xml", &Text { topics }.render()?),
        ("styles.xml", STYLES),
        ("meta.xml", &Properties { title }.render()?),
    ])
}
