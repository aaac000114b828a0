//! An archive: a bag in a ZIP file, how it is written, and how one is read without trusting it.

pub mod bag;
mod junk;
pub mod provenance;
pub mod read;
pub mod write;

use crate::limits::{MAX_ARCHIVE_BYTES, MAX_ENTRIES, MAX_RATIO, RATIO_FROM_BYTES};
use crate::zip::{Limits, Policy, Ratio};

/// What an archive may hold at most. The central directory has as many bytes as that many entries take with names of 80
/// bytes.
pub const LIMITS: Limits = Limits {
    policy: Policy::Archive,
    entries: MAX_ENTRIES as u64,
    directory_bytes: 12 << 20,
    total_bytes: MAX_ARCHIVE_BYTES,
    ratio: Ratio { from_bytes: RATIO_FROM_BYTES, times: MAX_RATIO as u64 },
    total_ratio: Ratio { from_bytes: 512 << 20, times: 50 },
};

/// The page with the whole evidence, to be read first.
pub const COVER: &str = "00-START-HERE.html";

/// How to check the archive with what every system has.
pub const HOW_TO_CHECK: &str = "HOW-TO-CHECK.txt";

/// The folder of the payload (RFC 8493, 2.1.2): the portfolio is in it.
pub const PAYLOAD: &str = "data/";

/// The competency file that the portfolio was judged by, in the payload.
pub const FRAMEWORK: &str = "competencies.toml";

/// The folder in the payload with a page for each competency, up to [`LAST_FORMAT_WITH_PAGES`].
pub const PAGES: &str = "pages";

/// The index of artefacts, in the payload.
pub const INDEX: &str = "evidence-index.csv";

/// Coverage and findings at packing time, in the payload.
pub const CHECK: &str = "check.json";

/// Who made what, in the payload.
pub const METADATA: &str = "ro-crate-metadata.json";

/// This program and its version, as `bag-info.txt` names it.
pub const PROGRAM: &str = concat!("akam ", env!("CARGO_PKG_VERSION"));

/// `Akam-Format`: raised with each release in which anything changes that akam itself writes into an archive, such as
/// pages, lists or compressed bytes. An archive of this format can be made again from the evidence in it.
pub const FORMAT: u32 = 3;

/// The last format in which each competency had a page of its own, beside [`COVER`].
pub const LAST_FORMAT_WITH_PAGES: u32 = 2;

/// What an archive is meant as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Final,
    /// Packed in spite of errors.
    Draft,
    /// One competency, by code, sent in before the rest; a draft where there were errors.
    Trial {
        code: String,
        draft: bool,
    },
}

impl Status {
    pub fn is_draft(&self) -> bool {
        matches!(self, Status::Draft | Status::Trial { draft: true, .. })
    }

    /// The word in `bag-info.txt`.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Final => "final",
            Status::Draft => "draft",
            Status::Trial { draft: false, .. } => "trial",
            Status::Trial { draft: true, .. } => "trial draft",
        }
    }

    /// What the archive's name ends with.
    pub fn suffix(&self) -> String {
        match self {
            Status::Final => String::new(),
            Status::Draft => "-DRAFT".to_owned(),
            Status::Trial { code, draft: false } => format!("-trial-{code}"),
            Status::Trial { code, draft: true } => format!("-trial-{code}-DRAFT"),
        }
    }

    /// Reads back what `bag-info.txt` says.
    pub fn parse(name: &str, code: Option<&str>) -> Option<Self> {
        match (name, code) {
            ("final", None) => Some(Status::Final),
            ("draft", None) => Some(Status::Draft),
            ("trial", Some(code)) => Some(Status::Trial { code: code.to_owned(), draft: false }),
            ("trial draft", Some(code)) => Some(Status::Trial { code: code.to_owned(), draft: true }),
            _ => None,
        }
    }
}
