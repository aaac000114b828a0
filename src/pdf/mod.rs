//! PDF: the text of its pages, and whether its digital signature holds; nothing is fetched, and what is read is limited.

pub mod characters;
mod cms;
pub mod file;
mod hash;
mod key;
pub mod object;
mod section;
mod signature;
mod survey;
#[cfg(test)]
mod tests;
mod text;

pub use signature::{Signature, Signed, check};
pub use survey::of as survey;

/// The text of all pages, and whether a picture is drawn within it; or why it cannot be read as one clause. Compare it
/// without its spaces and line breaks: where characters are placed one by one, they can only be guessed.
pub fn text(bytes: &[u8]) -> Result<(String, bool), &'static str> {
    text::of(&mut file::PdfFile::open(bytes)?)
}
