//! A file as it will lie in an archive, made ahead of its turn.

use std::io::{Seek, Write};

use anyhow::Result;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, System, ZipWriter};

use super::record::IN_64;
use crate::digest::Digest;
use crate::media::{self, Trait};

/// How hard the deflater tries: on text 0.3 % larger than level 6 in half its time.
const LEVEL: u32 = 3;

/// Bytes of a large file that are deflated to see whether that is worth while.
pub const PROBE: usize = 64 << 10;

/// What all entries have in common.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// The archive's one folder.
    pub top: &'a str,
    pub time: zip::DateTime,
}

impl Style<'_> {
    pub fn name(&self, path: &str) -> String {
        format!("{}/{path}", self.top)
    }

    pub fn options(&self, deflated: bool, size: u64) -> SimpleFileOptions {
        let method = if deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        SimpleFileOptions::default()
            .compression_method(method)
            .compression_level(deflated.then_some(i64::from(LEVEL)))
            .last_modified_time(self.time)
            .system(System::Unix)
            .unix_permissions(0o644)
            .large_file(size >= IN_64)
    }
}

/// How a file is to lie in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Deflated if that makes it smaller by a twentieth at least.
    Smaller,
    Stored,
}

/// A file that waits for its turn.
pub struct Prepared {
    pub digest: Digest,
    /// Bytes before and after deflating; `None` where it is stored.
    pub deflated: Option<(u64, u64)>,
    file: PreparedZipFile,
}

impl Prepared {
    pub fn of(style: Style<'_>, path: &str, bytes: &[u8], way: Way) -> Result<Self> {
        let (digest, size) = (Digest::of(bytes), bytes.len() as u64);
        let prepare = |deflated| PreparedZipFile::from_data(style.name(path), style.options(deflated, size), bytes);
        let middle = bytes.len().saturating_sub(PROBE) / 2;
        let is_promising = || bytes.len() <= 4 * PROBE || shrinks(&bytes[middle..middle + PROBE]);
        if way == Way::Smaller && !media::is(path, Trait::Compressed) && is_promising() {
            let file = prepare(true)?;
            let compressed = file.compressed_size();
            if is_smaller(size, compressed) {
                return Ok(Prepared { digest, deflated: Some((size, compressed)), file });
            }
        }
        Ok(Prepared { digest, deflated: None, file: prepare(false)? })
    }

    /// Writes it at the end of an archive.
    pub fn append_to<W: Write + Seek>(self, zip: &mut ZipWriter<W>) -> Result<()> {
        Ok(zip.add_prepared_file(self.file)?)
    }
}

/// Bytes deflated as `zip` does it for a file that is given to it whole.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory can be written to")
}

fn is_smaller(size: u64, compressed: u64) -> bool {
    size > 0 && compressed <= size - size / 20
}

/// Whether a part of a file becomes smaller by a twentieth at least.
pub fn shrinks(probe: &[u8]) -> bool {
    is_smaller(probe.len() as u64, deflate(probe).len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is packed must not change with a newer library, but for a new version of akam: archives of one version are
    /// compared with what it would write.
    #[test]
    fn what_deflating_gives_is_pinned() {
        let text: Vec<u8> =
            (0..40_000_u32).flat_map(|line| format!("{};{}\n", line, line * line % 977).into_bytes()).collect();
        let data = deflate(&text);
        let digest = "c14fd72336bf63eaa1865005e1b2098318de219e929c090610801c274ed28bae";
        assert_eq!((text.len(), data.len(), Digest::of(&data).to_string().as_str()), (384_067, 161_936, digest));
    }
}
