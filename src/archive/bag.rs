//! The tag files of a bag (RFC 8493): manifests and bag-info, written and read.

use std::collections::BTreeMap;

use super::Status;
use crate::digest::Digest;

pub const DECLARATION: &str = "bagit.txt";
pub const INFO: &str = "bag-info.txt";
pub const MANIFEST: &str = "manifest-sha256.txt";
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// The bag declaration (RFC 8493, 2.1.1).
pub const DECLARATION_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Paths and digests, sorted by path.
pub type Manifest = BTreeMap<String, Digest>;

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
        let lines = [
            ("Source-Organization", self.organization.clone()),
            ("Contact-Name", Some(self.contact.clone())),
            ("External-Description", Some(self.description.clone())),
            ("Bagging-Date", Some(self.date.clone())),
            ("Payload-Oxum", Some(format!("{}.{}", self.oxum.0, self.oxum.1))),
            ("Bag-Software-Agent", Some(self.agent.clone())),
            ("Akam-Format", Some("1".to_owned())),
            ("Akam-Framework", Some(self.framework.clone())),
            ("Akam-Framework-SHA256", Some(self.framework_digest.to_string())),
            ("Akam-Status", Some(self.status.name().to_owned())),
            ("Akam-Competency", trial),
            ("Akam-Previous-Submission", self.previous.clone()),
        ];
        let given = lines.iter().filter_map(|(label, value)| value.as_ref().map(|value| (label, one_line(value))));
        given.filter(|(_, value)| !value.is_empty()).map(|(label, value)| format!("{label}: {value}\n")).collect()
    }
}

/// What an archive's `bag-info.txt` says of a label, if it says so exactly once.
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
pub fn parse_manifest(text: &str) -> Result<Manifest, String> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("its last line is not finished".to_owned());
    }
    let mut manifest = Manifest::new();
    for (number, line) in text.split_terminator('\n').enumerate() {
        let wrong = |what: &str| Err(format!("line {}: {what}", number + 1));
        let Some((digest, path)) = line.split_once("  ") else { return wrong("no digest and path") };
        let Some(digest) = Digest::parse(digest) else { return wrong("no SHA-256 digest in lower case") };
        if path.is_empty() || path.chars().any(char::is_control) {
            return wrong("no path");
        }
        if manifest.last_key_value().is_some_and(|(last, _)| last.as_str() >= path) {
            return wrong("not in order, or twice");
        }
        manifest.insert(path.to_owned(), digest);
    }
    if render_manifest(&manifest) == text { Ok(manifest) } else { Err("not written as akam writes it".to_owned()) }
}

/// The text on one line, runs of white space and control characters as one space.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|sign: char| sign.is_whitespace() || sign.is_control()).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        [("data/a.md", b"a"), ("data/å b.md", b"b")].map(|(path, bytes)| (path.to_owned(), Digest::of(bytes))).into()
    }

    #[test]
    fn a_manifest_is_read_as_it_is_written() {
        assert_eq!(parse_manifest(&render_manifest(&manifest())), Ok(manifest()));
    }

    #[test]
    fn any_other_spelling_of_a_manifest_is_refused_with_its_line() {
        let text = render_manifest(&manifest());
        let twisted = [
            (text.replacen("  data/a", " data/a", 1), "line 1"),
            (text.to_uppercase(), "line 1"),
            (text.replace('\n', "\r\n"), "line 1"),
            (text.trim_end().to_owned(), "its last line"),
            (format!("{text}{text}"), "line 3"),
            (text.lines().rev().map(|line| format!("{line}\n")).collect(), "line 2"),
            (format!("{text}\n"), "line 3"),
        ];
        for (text, place) in twisted {
            let error = parse_manifest(&text).expect_err(&text);
            assert!(error.starts_with(place), "{error}: {text}");
        }
    }

    #[test]
    fn a_value_cannot_start_a_line_of_its_own() {
        assert_eq!(one_line("Nordvik\nAkam-Status: final\u{85} x"), "Nordvik Akam-Status: final x");
    }
}
