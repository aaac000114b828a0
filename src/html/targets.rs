//! Where the links and pictures of a document may lead.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::document::{Link, Target, target};

/// Bytes of an address that is a link: browsers take few more.
pub const MAX_ADDRESS_BYTES: usize = 8000;

/// What an address on the web may not hold (RFC 3986, 2), but for letters outside ASCII, which are always encoded.
const IN_AN_ADDRESS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Where the links and pictures of a document lead on the page that shows it.
pub trait Targets {
    /// Where a link leads; `None` where the page must not or cannot lead there.
    fn link(&self, destination: &str) -> Option<Lead>;

    /// A picture that the page has a place for.
    fn picture(&self, link: &Link) -> Option<Picture>;

    /// The title of the artefact that a link or picture leads to.
    fn title(&self, destination: &str) -> Option<&str>;

    /// Whether pictures can be shown at all; where not, each is said to be one.
    fn shows_pictures(&self) -> bool {
        true
    }
}

/// Where a link of a document leads, as it is written on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// To another place of the page, or a file beside it.
    Inside(String),
    /// To the web, or to somebody's mail.
    Web(String),
}

/// A picture as the page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// The picture itself, as a `data:` URI.
    Embedded(String),
    /// Not the picture but why, and the address of its file.
    Left { why: String, href: Option<String> },
}

/// Targets for a page that has no files beside it: links to the web alone.
pub struct NoFiles;

impl Targets for NoFiles {
    fn link(&self, destination: &str) -> Option<Lead> {
        web(destination).map(Lead::Web)
    }

    fn picture(&self, _link: &Link) -> Option<Picture> {
        None
    }

    fn title(&self, _destination: &str) -> Option<&str> {
        None
    }

    fn shows_pictures(&self) -> bool {
        false
    }
}

/// The address of a link that leads to the web or to somebody's mail; `None` for all other links.
pub fn web(destination: &str) -> Option<String> {
    match target("", destination) {
        _ if destination.len() > MAX_ADDRESS_BYTES => None,
        Target::Elsewhere(scheme) if ["http", "https", "mailto"].contains(&scheme.as_str()) => {
            let address: String = destination.chars().filter(|ch| !ch.is_control()).collect();
            Some(utf8_percent_encode(address.trim(), IN_AN_ADDRESS).to_string())
        }
        _ => None,
    }
}
