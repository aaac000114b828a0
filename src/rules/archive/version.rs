//! Rules on the version of akam that packed an archive: whether this one knows what that one writes.

use super::malformed;
use crate::archive::FORMAT;
use crate::archive::bag::{INFO, info_value};
use crate::archive::provenance::{Version, number};
use crate::archive::read::BagContents;
use crate::finding::{Finding, Rule, Severity};
use crate::source::Place;

pub static NEWER_VERSION: Rule = Rule {
    id: "archive-newer-version",
    severity: Severity::Error,
    summary: "a newer version of akam packed the archive",
    why: "this version does not know what a newer one writes, so it cannot say whether the pages match the evidence.",
    remedy: "check the archive with the version that it names, or a newer one.",
};

pub static OTHER_VERSION: Rule = Rule {
    id: "archive-other-version",
    severity: Severity::Warning,
    summary: "an older version of akam packed the archive",
    why: "where that version wrote its pages and lists as this one does, they were compared with the evidence. Where \
        it did not, akam cannot compare them: they are harmless, but they could say something else than the evidence.",
    remedy: "where they were not compared, read pages that akam makes again from the evidence: `akam preview ARCHIVE`.",
};

/// Who packed an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub version: Version,
    pub format: u32,
}

impl Origin {
    /// What `bag-info.txt` says: a version that is this one or an older one, and a format that it can have written.
    pub fn of(contents: &BagContents<'_>) -> Result<Self, Finding> {
        let (agent, format) = ["Bag-Software-Agent", "Akam-Format"].map(|it| info_value(&contents.info, it)).into();
        let (agent, format) = (agent.unwrap_or_default(), format.unwrap_or_default());
        let (version, own) = (Version::parse(agent), Version::own());
        let known = number(format).filter(|format| (1..=FORMAT).contains(format));
        let newer = |with: String| {
            let message = format!("it was packed by `{agent}` in format `{format}`, which {own} does not know");
            let found = Finding::new(&NEWER_VERSION, message).at(Place::file(INFO));
            Err(found.help(format!("check it with {with}")))
        };
        match (version, known) {
            (Some(version), _) if version < Version::FIRST => Err(malformed(INFO, format!("there is no {version}"))),
            (Some(version), _) if version > own => newer(version.to_string()),
            (Some(version), Some(format)) if version < own || format == FORMAT => Ok(Origin { version, format }),
            (Some(version), _) => Err(malformed(INFO, format!("{version} writes no archives in format `{format}`"))),
            (None, None) => newer("a newer akam".to_owned()),
            (None, Some(_)) => Err(malformed(INFO, format!("`{agent}` is not a version of akam"))),
        }
    }

    /// Whether that version writes archives as this one does, so that they can be made again and compared.
    pub fn is_known(&self) -> bool {
        self.format == FORMAT
    }

    /// That another version packed it, if so.
    pub fn finding(&self) -> Option<Finding> {
        let (version, own) = (self.version, Version::own());
        let found = if self.is_known() {
            let message = format!("packed by {version}, and this is {own}: its pages were made again and compared");
            Finding::new(&OTHER_VERSION, message)
        } else {
            let message = format!("packed by {version}, and {own} cannot make its pages again: they were not compared");
            let help = "read pages that akam makes again from the evidence: `akam preview ARCHIVE`";
            Finding::new(&OTHER_VERSION, message).help(help)
        };
        (version != own).then(|| found.at(Place::file(INFO)))
    }
}
