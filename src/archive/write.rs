//! Writes an archive: a bag in a ZIP file, the same bytes from the same input.

use std::io::{self, Seek, Write};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, System, ZipWriter};

use super::PAYLOAD;
use super::bag::{self, MANIFEST, Manifest, TAG_MANIFEST};
use crate::digest::Digest;
use crate::tree::{Entry, Tree};

/// Deflate level: on text 0.3 % larger than level 6 in half the time.
const LEVEL: i64 = 3;

/// Files above this are stored as they are, so that no reader has to inflate without bounds.
const MOST_DEFLATED: u64 = 32 << 20;

/// Sizes from which ZIP needs its 64-bit records.
const LARGE: u64 = u32::MAX as u64;

/// File endings of kinds that are compressed already.
const COMPRESSED: [&str; 34] = [
    "docx", "docm", "xlsx", "xlsm", "pptx", "pptm", "ppsx", "odt", "ods", "odp", "pdf", "png", "jpg", "jpeg", "gif",
    "webp", "heic", "heif", "mp3", "m4a", "aac", "ogg", "opus", "flac", "mp4", "m4v", "mov", "webm", "mkv", "avi",
    "zip", "7z", "gz", "msg",
];

/// A file of the archive, before it is written.
pub struct Piece<'a> {
    /// Below the archive's top folder.
    pub path: String,
    pub content: Content<'a>,
}

pub enum Content<'a> {
    Text(String),
    /// A file of a portfolio.
    File(&'a Entry),
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// SHA-256 of the tag manifest: it fixes every byte of every file.
    pub submission_id: Digest,
    pub files: usize,
}

impl Piece<'_> {
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Text(text) => text.len() as u64,
            Content::File(entry) => entry.size,
        }
    }
}

/// Bytes and files of the payload: `Payload-Oxum` (RFC 8493, 2.2.2).
pub fn oxum(pieces: &[Piece<'_>]) -> (u64, usize) {
    let payload = pieces.iter().filter(|piece| piece.path.starts_with(PAYLOAD));
    payload.fold((0, 0), |(bytes, count), piece| (bytes + piece.size(), count + 1))
}

/// Writes all pieces in the order of their paths, then the two manifests. `top` is the one folder in the archive, `day`
/// the time stamp of every entry. An error names the file.
pub fn write(out: impl Write + Seek, top: &str, day: Date, tree: &Tree, mut pieces: Vec<Piece<'_>>) -> Result<Written> {
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    let mut writer = Writer { zip: ZipWriter::new(out), top, time: time_stamp(day) };
    let (mut payload, mut tags) = (Manifest::new(), Manifest::new());
    for piece in &pieces {
        let digest = match &piece.content {
            Content::Text(text) => writer.add(&piece.path, piece.size(), text.as_bytes())?,
            Content::File(entry) => {
                let file = tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?;
                writer.add(&piece.path, entry.size, file).with_context(|| format!("cannot pack `{}`", entry.path))?
            }
        };
        let manifest = if piece.path.starts_with(PAYLOAD) { &mut payload } else { &mut tags };
        manifest.insert(piece.path.clone(), digest);
    }
    let manifest = bag::render_manifest(&payload);
    tags.insert(MANIFEST.to_owned(), writer.add(MANIFEST, manifest.len() as u64, manifest.as_bytes())?);
    let tag_manifest = bag::render_manifest(&tags);
    let submission_id = writer.add(TAG_MANIFEST, tag_manifest.len() as u64, tag_manifest.as_bytes())?;
    writer.zip.finish()?;
    Ok(Written { submission_id, files: pieces.len() + 2 })
}

struct Writer<'a, W: Write + Seek> {
    zip: ZipWriter<W>,
    top: &'a str,
    time: zip::DateTime,
}

impl<W: Write + Seek> Writer<'_, W> {
    /// Adds a file whose size was seen before: one that has another size by now was written to meanwhile.
    fn add(&mut self, path: &str, size: u64, content: impl io::Read) -> Result<Digest> {
        let method = if stored(path, size) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .compression_level((method == CompressionMethod::Deflated).then_some(LEVEL))
            .last_modified_time(self.time)
            .system(System::Unix)
            .unix_permissions(0o644)
            .large_file(size >= LARGE);
        self.zip.start_file(format!("{}/{path}", self.top), options)?;
        let (digest, read) = Digest::of_stream(content, |block| self.zip.write_all(block))?;
        if read != size {
            bail!("`{path}` changed while it was being packed");
        }
        Ok(digest)
    }
}

fn stored(path: &str, size: u64) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    size == 0 || size > MOST_DEFLATED || COMPRESSED.contains(&ending.as_str())
}

/// Noon of the day; ZIP knows the years 1980 to 2107.
fn time_stamp(day: Date) -> zip::DateTime {
    let year = u16::try_from(day.year()).unwrap_or(1980).clamp(1980, 2107);
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    zip::DateTime::from_date_and_time(year, month, day, 12, 0, 0).unwrap_or_default()
}
