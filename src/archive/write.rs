//! Writes an archive: a bag in a ZIP file, the same bytes from the same input.

use std::cell::RefCell;
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;

use anyhow::{Context, Result, anyhow};
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
/// the time stamp of every entry. An error of reading names the file; one of writing stands alone.
pub fn write(out: impl Write + Seek, top: &str, day: Date, tree: &Tree, mut pieces: Vec<Piece<'_>>) -> Result<Written> {
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    let failed = Failed::default();
    let sink = Sink { inner: out, failed: Rc::clone(&failed), at: 0, end: 0 };
    let mut writer = Writer { zip: ZipWriter::new(sink), failed: Rc::clone(&failed), top, time: time_stamp(day) };
    let (mut payload, mut tags) = (Manifest::new(), Manifest::new());
    for piece in &pieces {
        let digest = match &piece.content {
            Content::Text(text) => writer.add(&piece.path, piece.size(), text.as_bytes())?,
            Content::File(entry) => {
                let file = tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?;
                writer.add(&piece.path, entry.size, file)?
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
    failed.take().map_or(Ok(()), Err)?;
    Ok(Written { submission_id, files: pieces.len() + 2 })
}

struct Writer<'a, W: Write + Seek> {
    zip: ZipWriter<Sink<W>>,
    failed: Failed,
    top: &'a str,
    time: zip::DateTime,
}

/// The first error of the output.
type Failed = Rc<RefCell<Option<io::Error>>>;

/// Takes bytes and keeps the first error to itself, going on as if nothing were: `ZipWriter` finishes a broken archive
/// when it is dropped, and complains on the error stream if it cannot.
struct Sink<W> {
    inner: W,
    failed: Failed,
    at: u64,
    end: u64,
}

impl<W: Write + Seek> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut failed = self.failed.borrow_mut();
        let count = match (&*failed, self.inner.write(bytes)) {
            (None, Ok(count)) => count,
            (None, Err(error)) => {
                *failed = Some(error);
                bytes.len()
            }
            (Some(_), _) => bytes.len(),
        };
        self.at += count as u64;
        self.end = self.end.max(self.at);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Seek> Seek for Sink<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut failed = self.failed.borrow_mut();
        if failed.is_none() {
            *failed = self.inner.seek(to).err();
        }
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
            SeekFrom::End(by) => self.end.saturating_add_signed(by),
        };
        Ok(self.at)
    }
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
        let read = Digest::of_stream(content, |block| {
            self.zip.write_all(block)?;
            if self.failed.borrow().is_none() { Ok(()) } else { Err(io::Error::other("the output failed")) }
        });
        if let Some(error) = self.failed.take() {
            return Err(error.into());
        }
        let cannot = || format!("cannot read `{}`", path.trim_start_matches(PAYLOAD));
        let (digest, count) = read.with_context(cannot)?;
        if count != size {
            return Err(anyhow!("it changed while it was being packed")).with_context(cannot);
        }
        Ok(digest)
    }
}

fn stored(path: &str, size: u64) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    size == 0 || size > MOST_DEFLATED || COMPRESSED.contains(&ending.as_str())
}

/// Noon of the day; ZIP knows the years 1980 to 2107.
pub fn time_stamp(day: Date) -> zip::DateTime {
    let year = u16::try_from(day.year()).unwrap_or(1980).clamp(1980, 2107);
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    zip::DateTime::from_date_and_time(year, month, day, 12, 0, 0).unwrap_or_default()
}
