//! The output of `akam attach`.

use super::terminal::{BOLD, list, safe, styled};
use crate::portfolio::artefact::{self, NewEntry};
use crate::text::nfc;

/// The number and folder of a new artefact, and what its entry still lacks. `original` is the file's former name.
pub fn attached(number: &str, folder: &str, name: &str, wish: &NewEntry, original: &str) -> String {
    let mut text = format!("{} {}\n", styled(BOLD, number), safe(&format!("{folder}/{name}")));
    if nfc(name) != nfc(&format!("{}/{original}", artefact::FOLDER)) && name.starts_with(artefact::FOLDER) {
        text += &format!("  named `{}`, which every system can take\n", safe(name.rsplit('/').next().unwrap_or(name)));
    }
    let mut missing = Vec::new();
    if let Some(shows) = &wish.shows {
        text += &format!("  shows: {}\n", safe(shows));
    } else {
        missing.push("`shows`: how it demonstrates the competency");
    }
    if let Some(share) = wish.share {
        text += &format!("  own work: {share}%\n");
    } else {
        missing.push("`share`: how much of it is your own work, in per cent");
    }
    if !missing.is_empty() {
        text +=
            &format!("still to be written in `{}`:\n{}", safe(&format!("{folder}/{}", artefact::FILE)), list(missing));
    }
    text
}
