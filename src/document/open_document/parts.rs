//! The files in an `OpenDocument` package; none of a flat one.

use crate::digest::Digest;
use crate::document::package::Package;
use crate::document::xml::decode;
use crate::source::{Problem, Refused};

use super::refusals;

/// Nothing of a flat file, which is one.
pub struct Parts(pub Option<Package>);

impl Parts {
    /// A part that is text.
    pub fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(package) = &self.0 else { return Ok(None) };
        let Some(bytes) = package.read(name)? else { return Ok(None) };
        let text = decode(bytes).map_err(|defect| {
            let Refused { message, help } = refusals::xml(defect);
            Problem::file(package.path(), format!("{message} (`{name}` in it)"), help)
        })?;
        Ok(Some(text))
    }

    pub fn digest(&self, name: &str) -> Result<Option<Digest>, Problem> {
        self.0.as_ref().map_or(Ok(None), |package| package.digest(name))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|package| package.has(name))
    }
}
