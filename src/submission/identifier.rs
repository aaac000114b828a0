//! Identifiers of files and other things in JSON-LD.

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde_json::{Value, json};

/// What is encoded in an identifier: what would end or split a URI reference. Letters of other scripts stay.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A reference to a file.
pub fn reference(path: &str) -> Value {
    json!({ "@id": id(path) })
}

/// A path or name as an identifier.
pub fn id(path: &str) -> String {
    let mut id = String::with_capacity(path.len());
    for ch in path.chars() {
        match u8::try_from(ch) {
            Ok(byte) if byte.is_ascii() => id.extend(percent_encode(&[byte], ENCODED)),
            _ => id.push(ch),
        }
    }
    id
}
