//! Writes an archive: a bag in a ZIP file, the same bytes from the same input.

use std::io::{self, Read, Seek, Write};
use std::rc::Rc;

use anyhow::{Context, Result};
use flate2::{Compress, Compression, FlushCompress};
use jiff::civil::Date;
use zip::write::{PreparedZipFile, SimpleFileOptions, ZipFileBuilder};
use zip::{CompressionMethod, System, ZipWriter};

use super::PAYLOAD;
use super::ahead::in_order;
use super::bag::{self, MANIFEST, Manifest, TAG_MANIFEST};
use super::record::IN_64;
use super::sink::{Fate, Sink};
use super::walk::{BOUNDED_FROM, MOST_BYTES, MOST_DIRECTORY, MOST_ENTRIES, MOST_RATIO};
use crate::digest::Digest;
use crate::tree::{Entry, Tree};

/// Deflate level: on text 0.3 % larger than level 6 in half the time.
pub const LEVEL: u32 = 3;

/// Larger files are not taken into memory but handed through.
const MOST_WHOLE: u64 = 8 << 20;

/// Bytes of a file that are deflated to see whether that is worth while.
const PROBE: usize = 64 << 10;

/// File endings of kinds that are compressed already.
const COMPRESSED: [&str; 48] = [
    "docx", "docm", "dotx", "xlsx", "xlsm", "xlsb", "xltx", "pptx", "pptm", "ppsx", "potx", "odt", "ods", "odp", "odg",
    "epub", "pdf", "png", "jpg", "jpeg", "gif", "webp", "heic", "heif", "avif", "jp2", "mp3", "m4a", "aac", "ogg",
    "opus", "wma", "flac", "mp4", "m4v", "mov", "wmv", "webm", "mkv", "avi", "zip", "7z", "rar", "gz", "bz2", "xz",
    "zst", "msg",
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

/// How far writing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    pub files: usize,
    /// Before packing.
    pub bytes: u64,
}

/// A file that was written to while it was packed, by its path.
#[derive(Debug)]
pub struct Changed(pub String);

impl std::fmt::Display for Changed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` changed while it was being packed", self.0)
    }
}

impl std::error::Error for Changed {}

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

    /// The path of the file that it is, in the portfolio.
    pub fn source(&self) -> Option<&str> {
        match self.content {
            Content::Text(_) => None,
            Content::File(entry) => Some(&entry.path),
        }
    }

    /// Bytes to hold, where it may be held in memory.
    fn weight(&self) -> Option<u64> {
        let held = matches!(self.content, Content::Text(_)) || self.size() <= MOST_WHOLE;
        held.then_some(self.size())
    }
}

/// Bytes and files of the payload: `Payload-Oxum` (RFC 8493, 2.2.2).
pub fn oxum(pieces: &[Piece<'_>]) -> (u64, usize) {
    let payload = pieces.iter().filter(|piece| piece.path.starts_with(PAYLOAD));
    payload.fold((0, 0), |(bytes, count), piece| (bytes + piece.size(), count + 1))
}

/// Why pieces cannot become an archive that can be checked again, if they cannot.
pub fn excess(top: &str, pieces: &[Piece<'_>]) -> Option<String> {
    let files = pieces.len() as u64 + 2;
    // The manifests: a digest, two spaces, the path and an end of line each (RFC 8493, 2.1.3).
    let listed: u64 = pieces.iter().map(|piece| (64 + 3 + piece.path.len()) as u64).sum();
    let bytes = pieces.iter().map(Piece::size).sum::<u64>() + listed + 1024;
    // A record of the directory has at most 46 bytes, the name and 28 bytes for sizes and place (APPNOTE 4.3.12, 4.5.3).
    let directory: u64 = pieces.iter().map(|piece| (46 + top.len() + 1 + piece.path.len() + 28) as u64).sum();
    if files > MOST_ENTRIES {
        return Some(format!("{files} files are more than an archive may hold: at most {MOST_ENTRIES}"));
    }
    if bytes > MOST_BYTES {
        let said = |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000);
        return Some(format!("{} are more than an archive may hold: at most {}", said(bytes), said(MOST_BYTES)));
    }
    (directory > MOST_DIRECTORY).then(|| "the files' names are longer together than an archive can hold".to_owned())
}

/// Writes all pieces in the order of their paths, then the two manifests. `top` is the one folder in the archive, `day`
/// the time stamp of every entry; `watch` is told how far it is. An error of reading names the file; one of writing
/// stands alone.
pub fn write(
    out: impl Write + Seek,
    top: &str,
    day: Date,
    tree: &Tree,
    pieces: &[Piece<'_>],
    watch: impl FnMut(Step),
) -> Result<Written> {
    let mut pieces: Vec<&Piece<'_>> = pieces.iter().collect();
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    let (sink, fate) = Sink::of(out);
    let style = Style { top, time: time_stamp(day) };
    let mut writer = Writer { zip: ZipWriter::new(sink), fate, style, step: Step::default(), watch };
    let (mut payload, mut tags) = (Manifest::new(), Manifest::new());
    let work = |piece: &&Piece<'_>| whole(style, tree, piece);
    in_order(
        &pieces,
        |piece| piece.weight(),
        work,
        |piece, prepared| {
            let digest = match (prepared, &piece.content) {
                (Some(prepared), _) => writer.append(prepared?, piece.size())?,
                (None, Content::File(entry)) => writer.hand_through(&piece.path, tree, entry)?,
                (None, Content::Text(text)) => {
                    writer.append(prepare(style, &piece.path, text.as_bytes())?, piece.size())?
                }
            };
            let manifest = if piece.path.starts_with(PAYLOAD) { &mut payload } else { &mut tags };
            manifest.insert(piece.path.clone(), digest);
            anyhow::Ok(())
        },
    )?;
    let manifest = bag::render_manifest(&payload);
    tags.insert(MANIFEST.to_owned(), writer.append(prepare(style, MANIFEST, manifest.as_bytes())?, 0)?);
    let tag_manifest = bag::render_manifest(&tags);
    let submission_id = writer.append(prepare(style, TAG_MANIFEST, tag_manifest.as_bytes())?, 0)?;
    writer.zip.finish()?;
    writer.fate.error()?;
    Ok(Written { submission_id, files: pieces.len() + 2 })
}

/// What all entries have in common.
#[derive(Clone, Copy)]
struct Style<'a> {
    top: &'a str,
    time: zip::DateTime,
}

impl Style<'_> {
    fn name(&self, path: &str) -> String {
        format!("{}/{path}", self.top)
    }

    fn options(&self, deflated: bool, size: u64) -> SimpleFileOptions {
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

/// A file as it will lie in the archive.
struct Prepared {
    digest: Digest,
    file: PreparedZipFile,
}

/// Prepares a piece that fits into memory.
fn whole(style: Style<'_>, tree: &Tree, piece: &Piece<'_>) -> Result<Prepared> {
    match &piece.content {
        Content::Text(text) => prepare(style, &piece.path, text.as_bytes()),
        Content::File(entry) => {
            let bytes = read(tree, entry).with_context(|| cannot_read(entry))?;
            if bytes.len() as u64 != entry.size {
                return Err(Changed(entry.path.clone()).into());
            }
            prepare(style, &piece.path, &bytes)
        }
    }
}

/// All bytes of a file, and one more where it has grown.
fn read(tree: &Tree, entry: &Entry) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(entry.size + 1).map_err(io::Error::other)?);
    tree.open(entry)?.take(entry.size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Hashes and packs bytes. They go into the compressor at once: how they are cut would show in what comes out.
fn prepare(style: Style<'_>, path: &str, bytes: &[u8]) -> Result<Prepared> {
    let size = bytes.len() as u64;
    let middle = bytes.len().saturating_sub(PROBE) / 2;
    let probe = &bytes[middle..bytes.len().min(middle + PROBE)];
    let deflated = !is_compressed(path) && shrinks(probe);
    let mut builder = ZipFileBuilder::new(style.name(path), style.options(deflated, size))?;
    builder.write_all(bytes)?;
    Ok(Prepared { digest: Digest::of(bytes), file: builder.finish()? })
}

fn is_compressed(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    COMPRESSED.contains(&ending.as_str())
}

/// Whether a part of a file becomes smaller by a twentieth at least.
fn shrinks(probe: &[u8]) -> bool {
    let mut small = Vec::with_capacity(probe.len() - probe.len() / 20);
    let mut deflate = Compress::new(Compression::new(LEVEL), false);
    let end = deflate.compress_vec(probe, &mut small, FlushCompress::Finish);
    matches!(end, Ok(flate2::Status::StreamEnd))
}

struct Writer<'a, W: Write + Seek, F> {
    zip: ZipWriter<Sink<W>>,
    fate: Rc<Fate>,
    style: Style<'a>,
    step: Step,
    watch: F,
}

impl<W: Write + Seek, F: FnMut(Step)> Writer<'_, W, F> {
    fn append(&mut self, prepared: Prepared, size: u64) -> Result<Digest> {
        self.zip.add_prepared_file(prepared.file)?;
        self.fate.error()?;
        self.step.files += 1;
        self.tell(size);
        Ok(prepared.digest)
    }

    fn tell(&mut self, bytes: u64) {
        self.step.bytes += bytes;
        (self.watch)(self.step);
    }

    /// Adds a file that is too large for memory.
    fn hand_through(&mut self, path: &str, tree: &Tree, entry: &Entry) -> Result<Digest> {
        let probe = || tree.head(entry, PROBE).with_context(|| cannot_read(entry));
        let deflated = !is_compressed(path) && shrinks(&probe()?);
        let before = self.step;
        self.zip.start_file(self.style.name(path), self.style.options(deflated, entry.size))?;
        let start = self.fate.at();
        let mut digest = self.blocks(tree, entry)?;
        if deflated {
            self.zip.flush()?;
            self.fate.error()?;
            // A reader cannot tell it from what is made to fill its memory.
            if entry.size > BOUNDED_FROM && entry.size / MOST_RATIO >= self.fate.at() - start {
                self.zip.abort_file()?;
                self.step = before;
                self.zip.start_file(self.style.name(path), self.style.options(false, entry.size))?;
                digest = self.blocks(tree, entry)?;
            }
        }
        self.step.files += 1;
        self.tell(0);
        Ok(digest)
    }

    /// Writes a file's bytes in blocks that are always full, whatever the disk hands out at once.
    fn blocks(&mut self, tree: &Tree, entry: &Entry) -> Result<Digest> {
        let file = tree.open(entry).with_context(|| cannot_read(entry))?;
        let read = Digest::of_stream_aside(file.take(entry.size + 1), |block| {
            self.zip.write_all(block)?;
            self.tell(block.len() as u64);
            if self.fate.has_failed() { Err(io::Error::other("the output failed")) } else { Ok(()) }
        });
        self.fate.error()?;
        let (digest, count) = read.with_context(|| cannot_read(entry))?;
        if count == entry.size { Ok(digest) } else { Err(Changed(entry.path.clone()).into()) }
    }
}

fn cannot_read(entry: &Entry) -> String {
    format!("cannot read `{}`", entry.path)
}

/// Noon of the day; ZIP knows the years 1980 to 2107.
pub fn time_stamp(day: Date) -> zip::DateTime {
    let year = u16::try_from(day.year()).unwrap_or(1980).clamp(1980, 2107);
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    zip::DateTime::from_date_and_time(year, month, day, 12, 0, 0).unwrap_or_default()
}
