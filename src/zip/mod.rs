//! ZIP files (PKWARE APPNOTE 6.3.10): read strictly and in place, and the parts of which one is written.

pub mod compress;
pub mod end;
pub mod entry;
pub mod headers;
mod names;
pub mod walk;
pub mod write;

use std::io;

/// How its records must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// As an archive of evidence: each record says all, and both say the same.
    Archive,
    /// As programs write their documents: what only describes an entry is not compared. Where the bytes of each entry are,
    /// and which they are, is as certain as in an archive.
    Document,
}

/// What a ZIP file may hold at most, by what it is meant as.
pub struct Limits {
    pub policy: Policy,
    pub entries: u64,
    /// Bytes of the central directory.
    pub directory_bytes: u64,
    /// Bytes that all files together may declare.
    pub total_bytes: u64,
    /// How many times larger than its compressed bytes a file may be.
    pub ratio: Ratio,
    /// How many times larger than the ZIP file all its deflated files together may be: so reading one costs no more than
    /// its own size lets expect.
    pub total_ratio: Ratio,
}

/// How many times larger something may become when it is inflated, if it has more than `from_bytes` then.
pub struct Ratio {
    pub from_bytes: u64,
    pub times: u64,
}

impl Ratio {
    pub fn is_exceeded(&self, inflated: u64, compressed: u64) -> bool {
        inflated > self.from_bytes && inflated / self.times > compressed
    }
}

/// A file in a ZIP file: where its bytes are, and what they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipEntry {
    pub name: String,
    pub deflated: bool,
    pub compressed: u64,
    pub size: u64,
    pub crc: u32,
    /// Where its bytes begin.
    pub start: u64,
}

/// Why a ZIP file cannot be relied on, before anything in it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    pub kind: DefectKind,
    /// The name of the entry, where it is one.
    pub entry: Option<String>,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefectKind {
    Malformed,
    UnsafeName,
    Ambiguous,
    Bomb,
}

impl Defect {
    pub fn malformed(entry: Option<&str>, why: &str) -> Self {
        Defect { kind: DefectKind::Malformed, entry: entry.map(str::to_owned), message: why.to_owned() }
    }
}

/// Why the walk stopped: a defect, or the disk.
pub enum WalkError {
    Defect(Defect),
    Disk(io::Error),
}

impl From<io::Error> for WalkError {
    fn from(error: io::Error) -> Self {
        WalkError::Disk(error)
    }
}

impl From<Defect> for WalkError {
    fn from(defect: Defect) -> Self {
        WalkError::Defect(defect)
    }
}
