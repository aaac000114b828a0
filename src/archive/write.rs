//! Writes an archive: a bag in a ZIP file, the same bytes from the same input.

use std::io::{self, Read, Seek, Write};
use std::rc::Rc;

use anyhow::{Context, Result};
use jiff::civil::Date;
use zip::ZipWriter;

use super::bag::{self, MANIFEST, Manifest, TAG_MANIFEST};
use super::{LIMITS, PAYLOAD};
use crate::digest::Digest;
use crate::media::{self, Trait};
use crate::threads::in_order;
use crate::tree::{Entry, Tree};
use crate::zip::compress::{CompressedFile, EntryDefaults, PROBE_BYTES, shrinks};
use crate::zip::write::{ErrorLatch, WriteState, time_stamp};

/// Larger files are not taken into memory but streamed.
const MAX_IN_MEMORY_BYTES: u64 = 8 << 20;

/// Bytes of files that may be compressed or wait to be written.
const MAX_WAITING_BYTES: u64 = 24 << 20;

/// Bytes that a file counts for beside its own, so that not too many small ones wait either.
const JOB_OVERHEAD_BYTES: u64 = 16 << 10;

/// A file of the archive, before it is written.
pub struct ArchiveFile<'a> {
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

impl ArchiveFile<'_> {
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Text(text) => text.len() as u64,
            Content::File(entry) => entry.size,
        }
    }

    /// What it counts for among [`MAX_WAITING_BYTES`], where it may be held in memory.
    fn weight(&self) -> Option<u64> {
        let held = matches!(self.content, Content::Text(_)) || self.size() <= MAX_IN_MEMORY_BYTES;
        held.then_some(self.size() + JOB_OVERHEAD_BYTES)
    }
}

/// Bytes and files of the payload: `Payload-Oxum` (RFC 8493, 2.2.2).
pub fn oxum(files: &[ArchiveFile<'_>]) -> (u64, usize) {
    let payload = files.iter().filter(|file| file.path.starts_with(PAYLOAD));
    payload.fold((0, 0), |(bytes, count), file| (bytes + file.size(), count + 1))
}

/// Why files cannot become an archive that can be checked again, if they cannot.
pub fn limit_exceeded(top: &str, files: &[ArchiveFile<'_>]) -> Option<String> {
    let count = files.len() as u64 + 2;
    // The manifests: a digest, two spaces, the path and an end of line each (RFC 8493, 2.1.3).
    let listed: u64 = files.iter().map(|file| (64 + 3 + file.path.len()) as u64).sum();
    let bytes = files.iter().map(ArchiveFile::size).sum::<u64>() + listed + 1024;
    // A header of the central directory has at most 46 bytes, the name and 28 bytes for sizes and place (APPNOTE 4.3.12, 4.5.3).
    let directory: u64 = files.iter().map(|file| (46 + top.len() + 1 + file.path.len() + 28) as u64).sum();
    if count > LIMITS.entries {
        return Some(format!("{count} files are more than an archive may hold: at most {}", LIMITS.entries));
    }
    if bytes > LIMITS.total_bytes {
        let in_gb = |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000);
        return Some(format!(
            "{} are more than an archive may hold: at most {}",
            in_gb(bytes),
            in_gb(LIMITS.total_bytes)
        ));
    }
    (directory > LIMITS.directory_bytes)
        .then(|| "the files' names are longer together than an archive can hold".to_owned())
}

/// Writes all files in the order of their paths, then the two manifests. `top` is the one folder in the archive, `day` the
/// time stamp of every entry; `watch` learns how far it is. An error of reading names the file; one of writing has no
/// context.
pub fn write(
    out: impl Write + Seek,
    top: &str,
    day: Date,
    tree: &Tree,
    files: &[ArchiveFile<'_>],
    watch: impl FnMut(Step),
) -> Result<Written> {
    let mut files: Vec<&ArchiveFile<'_>> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let (latch, state) = ErrorLatch::of(out);
    let defaults = EntryDefaults { top, time: time_stamp(day) };
    let (zip, step) = (ZipWriter::new(latch), Step::default());
    let mut writer = ArchiveWriter { zip, state, defaults, tree, inflated: 0, step, watch };
    let (mut payload, mut tags) = (Manifest::new(), Manifest::new());
    let work = |file: &&ArchiveFile<'_>| compress(defaults, tree, file, true);
    in_order(
        &files,
        MAX_WAITING_BYTES,
        |file| file.weight(),
        work,
        |file, compressed| {
            let digest = match (compressed, &file.content) {
                (None, Content::File(entry)) => writer.stream(&file.path, entry)?,
                (compressed, _) => writer.append(file, compressed.unwrap_or_else(|| work(file))?, file.size())?,
            };
            let manifest = if file.path.starts_with(PAYLOAD) { &mut payload } else { &mut tags };
            manifest.insert(file.path.clone(), digest);
            anyhow::Ok(())
        },
    )?;
    let manifest = bag::render_manifest(&payload);
    tags.insert(MANIFEST.to_owned(), writer.append_manifest(MANIFEST, manifest)?);
    let submission_id = writer.append_manifest(TAG_MANIFEST, bag::render_manifest(&tags))?;
    writer.zip.finish()?;
    writer.state.error()?;
    Ok(Written { submission_id, files: writer.step.files })
}

/// Compresses a file that fits into memory.
fn compress(
    defaults: EntryDefaults<'_>,
    tree: &Tree,
    file: &ArchiveFile<'_>,
    may_deflate: bool,
) -> Result<CompressedFile> {
    match &file.content {
        Content::Text(text) => CompressedFile::of(defaults, &file.path, text.as_bytes(), may_deflate),
        Content::File(entry) => {
            let bytes = read(tree, entry).with_context(|| cannot_read(entry))?;
            if bytes.len() as u64 != entry.size {
                return Err(Changed(entry.path.clone()).into());
            }
            CompressedFile::of(defaults, &file.path, &bytes, may_deflate)
        }
    }
}

/// All bytes of a file, and one more where it has grown.
fn read(tree: &Tree, entry: &Entry) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(entry.size + 1).map_err(io::Error::other)?);
    tree.open(entry)?.take(entry.size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct ArchiveWriter<'a, W: Write + Seek, F> {
    zip: ZipWriter<ErrorLatch<W>>,
    state: Rc<WriteState>,
    defaults: EntryDefaults<'a>,
    tree: &'a Tree,
    /// Bytes of the deflated files before deflating.
    inflated: u64,
    step: Step,
    watch: F,
}

impl<W: Write + Seek, F: FnMut(Step)> ArchiveWriter<'_, W, F> {
    /// Adds a file; `counted` of its bytes are among those to pack.
    fn append(&mut self, file: &ArchiveFile<'_>, mut compressed: CompressedFile, counted: u64) -> Result<Digest> {
        if let Some((size, deflated)) = compressed.deflated
            && !self.may_deflate(size, deflated)
        {
            compressed = compress(self.defaults, self.tree, file, false)?;
        }
        let digest = compressed.digest;
        compressed.append_to(&mut self.zip)?;
        self.state.error()?;
        self.advance(1, counted);
        Ok(digest)
    }

    fn append_manifest(&mut self, path: &str, text: String) -> Result<Digest> {
        let file = ArchiveFile { path: path.to_owned(), content: Content::Text(text) };
        let compressed = compress(self.defaults, self.tree, &file, true)?;
        self.append(&file, compressed, 0)
    }

    /// Whether a file may be deflated in the archive: a reader cannot distinguish one that shrinks too well from a ZIP bomb.
    /// If so, it is counted.
    fn may_deflate(&mut self, size: u64, deflated: u64) -> bool {
        let (inflated, length) = (self.inflated + size, self.state.at() + deflated);
        if LIMITS.ratio.is_exceeded(size, deflated) || LIMITS.total_ratio.is_exceeded(inflated, length) {
            return false;
        }
        self.inflated = inflated;
        true
    }

    fn advance(&mut self, files: usize, bytes: u64) {
        self.step.files += files;
        self.step.bytes += bytes;
        (self.watch)(self.step);
    }

    /// Adds a file that is too large for memory.
    fn stream(&mut self, path: &str, entry: &Entry) -> Result<Digest> {
        let probe = || self.tree.beginning(entry, PROBE_BYTES).with_context(|| cannot_read(entry));
        if !media::is(path, Trait::Compressed) && shrinks(&probe()?) {
            let (before, start) = (self.step, self.start(path, entry, true)?);
            let digest = self.copy_blocks(entry)?;
            self.zip.flush()?;
            self.state.error()?;
            if self.may_deflate(entry.size, self.state.at() - start) {
                self.advance(1, 0);
                return Ok(digest);
            }
            self.zip.abort_file()?;
            self.step = before;
        }
        self.start(path, entry, false)?;
        let digest = self.copy_blocks(entry)?;
        self.advance(1, 0);
        Ok(digest)
    }

    /// Begins an entry; where its bytes will begin.
    fn start(&mut self, path: &str, entry: &Entry, deflated: bool) -> Result<u64> {
        self.zip.start_file(self.defaults.name(path), self.defaults.options(deflated, entry.size))?;
        Ok(self.state.at())
    }

    /// Writes a file's bytes in blocks that are always full, however few the disk returns at a time.
    fn copy_blocks(&mut self, entry: &Entry) -> Result<Digest> {
        let file = self.tree.open(entry).with_context(|| cannot_read(entry))?;
        let read = Digest::of_stream_aside(file.take(entry.size + 1), |block| {
            self.zip.write_all(block)?;
            self.advance(0, block.len() as u64);
            if self.state.has_failed() { Err(io::Error::other("the output failed")) } else { Ok(()) }
        });
        self.state.error()?;
        let (digest, count) = read.with_context(|| cannot_read(entry))?;
        if count == entry.size { Ok(digest) } else { Err(Changed(entry.path.clone()).into()) }
    }
}

fn cannot_read(entry: &Entry) -> String {
    format!("cannot read `{}`", entry.path)
}
