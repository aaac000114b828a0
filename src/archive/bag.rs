//! The tag files of a bag (RFC 8493): manifests and bag-info, written and read.

use std::collections::BTreeMap;

use super::{FORMAT, LIMITS, PAYLOAD, Status};
use crate::digest::Digest;
use crate::file_name::{Verdict, path_verdict};
use crate::text::one_line;

pub const DECLARATION: &str = "bagit.txt";
pub const INFO: &str = "bag-info.txt";
pub const MANIFEST: &str = "manifest-sha256.txt";
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// The bag declaration (RFC 8493, 2.1.1).
pub const DECLARATION_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Paths and digests, sorted by path.
pub type Manifest = BTreeMap<String, Digest>;

/// What a manifest lists: the payload, or what is beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    Payload,
    Tags,
}

/// The labels of `bag-info.txt`, in their order.
const LABELS: [&str; 12] = [
    "Source-Organization",
    "Contact-Name",
    "External-Description",
    "Bagging-Date",
    "Payload-Oxum",
    "Bag-Software-Agent",
    "Akam-Format",
    "Akam-Framework",
    "Akam-Framework-SHA256",
    "Akam-Status",
    "Akam-Competency",
    "Akam-Previous-Submission",
];

/// Those of them that only some archives have.
const OPTIONAL: [&str; 3] = ["Source-Organization", "Akam-Competency", "Akam-Previous-Submission"];

/// What `bag-info.txt` says (RFC 8493, 2.2.2, and akam's own labels).
#[derive(Debug, Clone)]
pub struct Info {
    pub organization: Option<String>,
    pub contact: String,
    pub description: String,
    /// `2026-11-22`.
    pub date: String,
    /// Bytes and files of the payload.
    pub oxum: (u64, usize),
    /// Name and version of the program that packed.
    pub agent: String,
    pub framework: String,
    pub framework_digest: Digest,
    pub status: Status,
    /// The submission id of the archive that this one replaces.
    pub previous: Option<String>,
}

impl Info {
    pub fn render(&self) -> String {
        let trial = match &self.status {
            Status::Trial { code, .. } => Some(code.clone()),
            _ => None,
        };
        let values = [
            self.organization.clone(),
            Some(self.contact.clone()),
            Some(self.description.clone()),
            Some(self.date.clone()),
            Some(format!("{}.{}", self.oxum.0, self.oxum.1)),
            Some(self.agent.clone()),
            Some(FORMAT.to_string()),
            Some(self.framework.clone()),
            Some(self.framework_digest.to_string()),
            Some(self.status.name().to_owned()),
            trial,
            self.previous.clone(),
        ];
        let lines = LABELS.iter().zip(values);
        let given = lines.filter_map(|(label, value)| value.map(|value| (label, one_line(&value))));
        given.filter(|(_, value)| !value.is_empty()).map(|(label, value)| format!("{label}: {value}\n")).collect()
    }
}

/// The value of a label in `bag-info.txt`, if it is there exactly once.
pub fn info_value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(label)?.strip_prefix(": "));
    values.next().filter(|_| values.next().is_none())
}

/// A manifest's text: a line each, digest, two spaces, path (RFC 8493, 2.1.3). Paths that would need encoding are
/// refused before packing.
pub fn render_manifest(manifest: &Manifest) -> String {
    manifest.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect()
}

/// Reads a manifest as [`render_manifest`] writes it, and nothing else; the error names the line.
pub fn parse_manifest(text: &str, listing: Listing) -> Result<Manifest, String> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("its last line is not finished".to_owned());
    }
    if text.starts_with('\u{feff}') {
        return Err("line 1: it begins with a byte order mark".to_owned());
    }
    let mut manifest = Manifest::new();
    for (number, line) in text.split_terminator('\n').enumerate() {
        let wrong = |what: &str| Err(format!("line {}: {what}", number + 1));
        if number as u64 >= LIMITS.entries {
            return wrong("more lines than an archive may have files");
        }
        if line.ends_with('\r') {
            return wrong("it ends as lines do on Windows: a program has changed the line ends");
        }
        let Some((digest, path)) = line.split_once("  ") else { return wrong("no digest and path") };
        let Some(digest) = Digest::parse(digest) else { return wrong("no SHA-256 digest in lower case") };
        if let Verdict::Refused(why) = path_verdict(path) {
            return wrong(&why.replacen("its name", "the path", 1));
        }
        let fits = match listing {
            Listing::Payload => path.starts_with(PAYLOAD),
            Listing::Tags => !path.starts_with(PAYLOAD) && path != TAG_MANIFEST,
        };
        if !fits {
            return wrong("a file that this list is not for");
        }
        if manifest.last_key_value().is_some_and(|(last, _)| last.as_str() >= path) {
            return wrong("not in order, or twice");
        }
        manifest.insert(path.to_owned(), digest);
    }
    Ok(manifest)
}

/// Why a `bag-info.txt` is not written as [`Info::render`] writes it, if so.
pub fn info_rejection(text: &str) -> Option<String> {
    if !text.ends_with('\n') {
        return Some("its last line is not finished".to_owned());
    }
    let is_there = |label: &str| info_value(text, label).is_some();
    if let Some(missing) = LABELS.iter().find(|label| !OPTIONAL.contains(label) && !is_there(label)) {
        return Some(format!("it does not say `{missing}`, or says it twice"));
    }
    let mut left = LABELS.iter();
    text.split_terminator('\n').enumerate().find_map(|(number, line)| {
        let wrong = |what: &str| Some(format!("line {}: {what}", number + 1));
        let Some((label, value)) = line.split_once(": ") else { return wrong("no label and value") };
        if !left.any(|known| *known == label) {
            return wrong("a label that akam does not write, or not there, or not twice");
        }
        if value.is_empty() || value != one_line(value) {
            return wrong("its value is empty, or holds characters that akam does not write");
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        [("data/a.md", b"a"), ("data/å b.md", b"b")].map(|(path, bytes)| (path.to_owned(), Digest::of(bytes))).into()
    }

    #[test]
    fn a_manifest_is_read_as_it_is_written() {
        assert_eq!(parse_manifest(&render_manifest(&manifest()), Listing::Payload), Ok(manifest()));
    }

    // What other spellings are refused: `tests/cli/hostile_names.rs`.

    #[test]
    fn only_the_lines_that_akam_writes_about_a_bag_are_read() {
        let info = Info {
            organization: Some("Nordvik".to_owned()),
            contact: "Ingrid Solberg".to_owned(),
            description: "Evidence".to_owned(),
            date: "2026-11-22".to_owned(),
            oxum: (12, 2),
            agent: "akam".to_owned(),
            framework: "akam".to_owned(),
            framework_digest: Digest::of(b""),
            status: Status::Trial { code: "1.D.3".to_owned(), draft: true },
            previous: Some("7fc0".to_owned()),
        };
        let text = info.render();
        assert_eq!(text.lines().count(), LABELS.len());
        assert_eq!(info_rejection(&text), None);
        let twisted = [
            text.replacen("Akam-Format", "Akam-Formad", 1),
            text.replacen(&format!("Akam-Format: {FORMAT}\n"), "", 1),
            text.replacen(&format!("Akam-Format: {FORMAT}\n"), "Akam-Format: 2\nAkam-Format: 2\n", 1),
            text.replacen(": ", ":", 1),
            text.replacen("Ingrid Solberg", "Ingrid  Solberg", 1),
            text.replacen("Ingrid Solberg", "", 1),
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            String::new(),
        ];
        assert!(twisted.iter().all(|text| info_rejection(text).is_some()));
    }
}
