//! Writes an archive: a bag in a ZIP file, the same bytes from the same input.

use std::io::{self, Read, Seek, Write};
use std::rc::Rc;

use anyhow::{Context, Result};
use jiff::civil::Date;
use zip::ZipWriter;

use super::PAYLOAD;
use super::bag::{self, MANIFEST, Manifest, TAG_MANIFEST};
use super::prepared::{PROBE, Prepared, Style, Way, shrinks};
use super::sink::{Fate, Sink};
use super::walk::{MOST_BYTES, MOST_DIRECTORY, MOST_ENTRIES, all_grow, grows};
use crate::digest::Digest;
use crate::media::{self, Trait};
use crate::threads::in_order;
use crate::tree::{Entry, Tree};

/// Larger files are not taken into memory but handed through.
pub const MOST_WHOLE: u64 = 8 << 20;

/// Bytes of files that may be prepared or wait to be written.
const MOST_WAITING: u64 = 24 << 20;

/// Bytes that a file counts for beside its own, so that not too many small ones wait either.
const EACH: u64 = 16 << 10;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// SHA-256 of the tag manifest: it fixes every byte of every file.
    pub submission_id: Digest,
    /// How many files, the lists too.
    pub files: usize,
}

impl Piece<'_> {
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Text(text) => text.len() as u64,
            Content::File(entry) => entry.size,
        }
    }

    /// What it counts for among [`MOST_WAITING`], where it may be held in memory.
    fn weight(&self) -> Option<u64> {
        let held = matches!(self.content, Content::Text(_)) || self.size() <= MOST_WHOLE;
        held.then_some(self.size() + EACH)
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
    let mut writer = Writer { zip: ZipWriter::new(sink), fate, style, tree, inflated: 0, step: Step::default(), watch };
    let (mut payload, mut tags) = (Manifest::new(), Manifest::new());
    let work = |piece: &&Piece<'_>| whole(style, tree, piece, Way::Smaller);
    in_order(
        &pieces,
        MOST_WAITING,
        |piece| piece.weight(),
        work,
        |piece, prepared| {
            let digest = match (prepared, &piece.content) {
                (None, Content::File(entry)) => writer.hand_through(&piece.path, entry)?,
                (prepared, _) => writer.append(piece, prepared.unwrap_or_else(|| work(piece))?, piece.size())?,
            };
            let manifest = if piece.path.starts_with(PAYLOAD) { &mut payload } else { &mut tags };
            manifest.insert(piece.path.clone(), digest);
            anyhow::Ok(())
        },
    )?;
    let manifest = bag::render_manifest(&payload);
    tags.insert(MANIFEST.to_owned(), writer.append_list(MANIFEST, manifest)?);
    let submission_id = writer.append_list(TAG_MANIFEST, bag::render_manifest(&tags))?;
    writer.zip.finish()?;
    writer.fate.error()?;
    Ok(Written { submission_id, files: writer.step.files })
}

/// Prepares a piece that fits into memory.
fn whole(style: Style<'_>, tree: &Tree, piece: &Piece<'_>, way: Way) -> Result<Prepared> {
    match &piece.content {
        Content::Text(text) => Prepared::of(style, &piece.path, text.as_bytes(), way),
        Content::File(entry) => {
            let bytes = read(tree, entry).with_context(|| cannot_read(entry))?;
            if bytes.len() as u64 != entry.size {
                return Err(Changed(entry.path.clone()).into());
            }
            Prepared::of(style, &piece.path, &bytes, way)
        }
    }
}

/// All bytes of a file, and one more where it has grown.
fn read(tree: &Tree, entry: &Entry) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(entry.size + 1).map_err(io::Error::other)?);
    tree.open(entry)?.take(entry.size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Writer<'a, W: Write + Seek, F> {
    zip: ZipWriter<Sink<W>>,
    fate: Rc<Fate>,
    style: Style<'a>,
    tree: &'a Tree,
    /// Bytes of the deflated files before deflating.
    inflated: u64,
    step: Step,
    watch: F,
}

impl<W: Write + Seek, F: FnMut(Step)> Writer<'_, W, F> {
    /// Adds a piece; so many of its bytes count among those to pack.
    fn append(&mut self, piece: &Piece<'_>, mut prepared: Prepared, counted: u64) -> Result<Digest> {
        if let Some((size, compressed)) = prepared.deflated
            && !self.may_deflate(size, compressed)
        {
            prepared = whole(self.style, self.tree, piece, Way::Stored)?;
        }
        let digest = prepared.digest;
        prepared.append_to(&mut self.zip)?;
        self.fate.error()?;
        self.step.files += 1;
        self.tell(counted);
        Ok(digest)
    }

    /// Adds a list of files.
    fn append_list(&mut self, path: &str, text: String) -> Result<Digest> {
        let piece = Piece { path: path.to_owned(), content: Content::Text(text) };
        let prepared = whole(self.style, self.tree, &piece, Way::Smaller)?;
        self.append(&piece, prepared, 0)
    }

    /// Whether a file may lie in the archive deflated: a reader cannot tell what grows out of all proportion from what is
    /// made to fill its memory. If so, it is counted.
    fn may_deflate(&mut self, size: u64, compressed: u64) -> bool {
        if grows(size, compressed) || all_grow(self.inflated + size, self.fate.at() + compressed) {
            return false;
        }
        self.inflated += size;
        true
    }

    fn tell(&mut self, bytes: u64) {
        self.step.bytes += bytes;
        (self.watch)(self.step);
    }

    /// Adds a file that is too large for memory.
    fn hand_through(&mut self, path: &str, entry: &Entry) -> Result<Digest> {
        let probe = || self.tree.beginning(entry, PROBE).with_context(|| cannot_read(entry));
        if media::is(path, Trait::Compressed) || !shrinks(&probe()?) {
            return self.store(path, entry);
        }
        let before = self.step;
        self.zip.start_file(self.style.name(path), self.style.options(true, entry.size))?;
        let start = self.fate.at();
        let digest = self.blocks(entry)?;
        self.zip.flush()?;
        self.fate.error()?;
        let compressed = self.fate.at() - start;
        if !self.may_deflate(entry.size, compressed) {
            self.zip.abort_file()?;
            self.step = before;
            return self.store(path, entry);
        }
        self.step.files += 1;
        self.tell(0);
        Ok(digest)
    }

    /// Adds a file as it is.
    fn store(&mut self, path: &str, entry: &Entry) -> Result<Digest> {
        self.zip.start_file(self.style.name(path), self.style.options(false, entry.size))?;
        let digest = self.blocks(entry)?;
        self.step.files += 1;
        self.tell(0);
        Ok(digest)
    }

    /// Writes a file's bytes in blocks that are always full, whatever the disk hands out at once.
    fn blocks(&mut self, entry: &Entry) -> Result<Digest> {
        let file = self.tree.open(entry).with_context(|| cannot_read(entry))?;
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
