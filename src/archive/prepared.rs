//! A file as it will lie in an archive, made ahead of its turn.

use std::cell::RefCell;
use std::io::{Cursor, Seek, Write};

use anyhow::Result;
use libdeflater::{CompressionLvl, Compressor};
use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, System, ZipArchive, ZipWriter};

use super::record::{Header, IN_64};
use super::walk::own_end;
use crate::digest::Digest;

/// How hard is tried with what fits into memory: on text 3 % larger than level 3 of zlib-rs in half its time.
const LEVEL: i32 = 1;

/// How hard is tried with what does not: on text 0.3 % larger than level 6 in half its time.
const LEVEL_IN_BLOCKS: u32 = 3;

/// Bytes of a large file that are deflated to see whether that is worth while.
pub const PROBE: usize = 64 << 10;

/// File endings of kinds that are compressed already.
const COMPRESSED: [&str; 48] = [
    "docx", "docm", "dotx", "xlsx", "xlsm", "xlsb", "xltx", "pptx", "pptm", "ppsx", "potx", "odt", "ods", "odp", "odg",
    "epub", "pdf", "png", "jpg", "jpeg", "gif", "webp", "heic", "heif", "avif", "jp2", "mp3", "m4a", "aac", "ogg",
    "opus", "wma", "flac", "mp4", "m4v", "mov", "wmv", "webm", "mkv", "avi", "zip", "7z", "rar", "gz", "bz2", "xz",
    "zst", "msg",
];

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
            .compression_level(deflated.then_some(i64::from(LEVEL_IN_BLOCKS)))
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
    form: Form,
}

enum Form {
    Stored(PreparedZipFile),
    /// An archive that holds this file alone: so `zip` takes up what another library has deflated.
    Deflated(Vec<u8>),
}

impl Prepared {
    pub fn of(style: Style<'_>, path: &str, bytes: &[u8], way: Way) -> Result<Self> {
        let digest = Digest::of(bytes);
        let alone = if way == Way::Stored || is_compressed(path) { None } else { alone(style, path, bytes) };
        if let Some((archive, size)) = alone {
            return Ok(Prepared { digest, deflated: Some((bytes.len() as u64, size)), form: Form::Deflated(archive) });
        }
        let options = style.options(false, bytes.len() as u64);
        let file = PreparedZipFile::from_data(style.name(path), options, bytes)?;
        Ok(Prepared { digest, deflated: None, form: Form::Stored(file) })
    }

    /// Writes it at the end of an archive.
    pub fn append_to<W: Write + Seek>(self, zip: &mut ZipWriter<W>) -> Result<()> {
        match self.form {
            Form::Stored(file) => zip.add_prepared_file(file)?,
            Form::Deflated(archive) => {
                let mut alone = ZipArchive::new(Cursor::new(archive))?;
                zip.raw_copy_file(alone.by_index_raw(0)?)?;
            }
        }
        Ok(())
    }
}

/// An archive with a file alone, and to how many bytes it was deflated, if that is worth while.
fn alone(style: Style<'_>, path: &str, bytes: &[u8]) -> Option<(Vec<u8>, u64)> {
    let middle = bytes.len().saturating_sub(PROBE) / 2;
    if bytes.len() > 4 * PROBE && !shrinks(&bytes[middle..middle + PROBE]) {
        return None;
    }
    let name = style.name(path);
    // The record before the bytes (APPNOTE 4.3.7) is written when their size is known.
    let start = 30 + name.len();
    let mut archive = vec![0; start + bytes.len() - bytes.len() / 20];
    let size = deflate(bytes, &mut archive[start..])?;
    archive.truncate(start + size);
    let time = [style.time.timepart().to_le_bytes(), style.time.datepart().to_le_bytes()].concat();
    let time = time.try_into().expect("twice two bytes are four");
    let header = Header::of_deflated(name, time, crc32fast::hash(bytes), size as u64, bytes.len() as u64);
    archive[..start].copy_from_slice(&header.own_local());
    let directory = archive.len() as u64;
    archive.extend(header.own_record());
    archive.extend(own_end(1, archive.len() as u64 - directory, directory));
    // No comment.
    archive.extend([0; 2]);
    Some((archive, size as u64))
}

/// Deflates bytes into the room there is, and tells how much of it they take; `None` where it is too small.
pub fn deflate(bytes: &[u8], room: &mut [u8]) -> Option<usize> {
    thread_local! {
        // Its tables are large: many small files would leave memory in pieces.
        static COMPRESSOR: RefCell<Compressor> =
            RefCell::new(Compressor::new(CompressionLvl::new(LEVEL).expect("the library knows its lowest level")));
    }
    COMPRESSOR.with_borrow_mut(|compressor| compressor.deflate_compress(bytes, room).ok())
}

pub fn is_compressed(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    COMPRESSED.contains(&ending.as_str())
}

/// Whether a part of a file becomes smaller by a twentieth at least.
pub fn shrinks(probe: &[u8]) -> bool {
    deflate(probe, &mut vec![0; probe.len() - probe.len() / 20]).is_some()
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
        let mut room = vec![0; text.len()];
        let size = deflate(&text, &mut room).expect("it becomes smaller");
        let digest = "b1f60705ce19f6375fa1aa51e782d15a22472c74e95a26b00f8f02f1bf79c88b";
        assert_eq!((text.len(), size, Digest::of(&room[..size]).to_string().as_str()), (384_067, 161_683, digest));
    }
}
