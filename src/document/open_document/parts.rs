//! The files in an `OpenDocument` package; none of a flat one.

use std::collections::HashMap;

#[derive(Default)]
pub struct Parts {
    parts: HashMap<String, Vec<u8>>,
}

impl Parts {
    pub fn is_package(&self) -> bool {
        !self.parts.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(name).map(Vec::as_slice)
    }
}
