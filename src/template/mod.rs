//! What akam writes for a candidate to fill in: documents with a heading for each part and prompts under it, and settings.

mod markdown;
mod open_document;
pub mod settings;
mod word;

use anyhow::Result;

use crate::document::Format;
use crate::document::prompt;
use crate::framework::{Competency, Framework};

/// The name of a new document.
pub fn name(format: Format) -> &'static str {
    match format {
        Format::Word => "evidence.docx",
        Format::OpenDocument => "evidence.odt",
        Format::Markdown | Format::Pdf => "evidence.md",
    }
}

/// A new document of a competency: always the same bytes.
pub fn document(framework: &Framework, competency: &Competency, format: Format) -> Result<Vec<u8>> {
    let topics = prompt::topics(framework, competency, format);
    match format {
        Format::Word => word::write(&topics),
        Format::OpenDocument => open_document::write(&topics),
        Format::Markdown | Format::Pdf => Ok(markdown::write(&topics).into_bytes()),
    }
}
