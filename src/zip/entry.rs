//! The bytes of an entry: read in place, several entries at a time, each checked against its headers.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::Arc;

use crc32fast::Hasher as Crc;
use flate2::bufread::DeflateDecoder;

use super::ZipEntry;
use super::compress::deflate;
use crate::digest::Digest;
use crate::tree::{Failures, HEAD};

/// Bytes of deflated data that are read at a time.
const BLOCK_BYTES: usize = 1 << 15;

/// From this size on, a file is read and hashed by two threads.
const PARALLEL_MIN_BYTES: u64 = 32 << 20;

/// An open ZIP file, of which many places are read at once.
#[derive(Clone)]
pub struct ZipFile(Arc<Watched>);

struct Watched {
    file: Content,
    failures: Failures,
}

enum Content {
    Disk(File),
    Memory(Vec<u8>),
}

impl ZipFile {
    pub fn new(file: File) -> Self {
        ZipFile(Arc::new(Watched { file: Content::Disk(file), failures: Failures::default() }))
    }

    /// A ZIP file whose bytes were read already.
    pub fn in_memory(bytes: &[u8]) -> Self {
        ZipFile(Arc::new(Watched { file: Content::Memory(bytes.to_vec()), failures: Failures::default() }))
    }

    /// The first error of the disk so far: what was made of the bytes may lack something.
    pub fn failure(&self) -> io::Result<()> {
        self.0.failures.first().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Exactly `length` bytes from an offset on.
    pub fn bytes_at(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        Range { file: self.clone(), at, end: at.saturating_add(length) }.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes of an entry as they were before packing; reading fails where they are not what its headers say.
    pub fn read(&self, entry: &ZipEntry) -> EntryReader {
        let raw = Range { file: self.clone(), at: entry.start, end: entry.start + entry.compressed };
        let bytes = if entry.deflated {
            Bytes::Deflated(Box::new(DeflateDecoder::new(BufReader::with_capacity(BLOCK_BYTES, raw))))
        } else {
            Bytes::Stored(raw)
        };
        let ZipEntry { compressed, size, crc, .. } = *entry;
        EntryReader { bytes, compressed, size, crc, count: 0, sum: Crc::new(), head: Vec::new() }
    }

    /// Reads all bytes of an entry.
    pub fn digest(&self, entry: &ZipEntry) -> io::Result<EntryDigest> {
        let mut bytes = self.read(entry);
        let digest = if entry.size >= PARALLEL_MIN_BYTES {
            Digest::of_stream_aside(&mut bytes, |_| Ok(()))?.0
        } else {
            Digest::of_stream(&mut bytes)?
        };
        Ok(EntryDigest { digest, size: entry.size, head: bytes.head })
    }

    /// As [`ZipFile::digest`], of a deflated entry whose bytes fit into memory; and whether akam would compress them to the
    /// same data.
    pub fn digest_and_recompress(&self, entry: &ZipEntry) -> io::Result<(EntryDigest, bool)> {
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size).map_err(io::Error::other)?);
        self.read(entry).read_to_end(&mut bytes)?;
        let is_same = deflate(&bytes) == self.bytes_at(entry.start, entry.compressed)?;
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        Ok((EntryDigest { digest: Digest::of(&bytes), size: entry.size, head }, is_same))
    }
}

/// What is known of an entry when all its bytes were read.
#[derive(Clone)]
pub struct EntryDigest {
    pub digest: Digest,
    pub size: u64,
    /// The first [`HEAD`] bytes, or all.
    pub head: Vec<u8>,
}

/// Some bytes of a file.
struct Range {
    file: ZipFile,
    at: u64,
    end: u64,
}

impl Read for Range {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(block.len());
        if left == 0 {
            return Ok(0);
        }
        let Watched { file, failures } = &*self.file.0;
        let count = match file {
            Content::Disk(file) => failures.noted("", read_at(file, &mut block[..left], self.at))?,
            Content::Memory(bytes) => {
                let at = usize::try_from(self.at).unwrap_or(usize::MAX).min(bytes.len());
                (&bytes[at..]).read(&mut block[..left])?
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, block: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, block, at)
}

#[cfg(windows)]
fn read_at(file: &File, block: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, block, at)
}

/// The bytes of an entry, with size and checksum checked at the end.
pub struct EntryReader {
    bytes: Bytes,
    /// What the headers say.
    compressed: u64,
    size: u64,
    crc: u32,
    /// What was read so far.
    count: u64,
    sum: Crc,
    head: Vec<u8>,
}

enum Bytes {
    Stored(Range),
    Deflated(Box<DeflateDecoder<BufReader<Range>>>),
}

impl Read for EntryReader {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        if block.is_empty() {
            return Ok(0);
        }
        let (count, used) = match &mut self.bytes {
            Bytes::Stored(raw) => (raw.read(block)?, self.compressed),
            Bytes::Deflated(inflate) => (inflate.read(block).map_err(explained)?, inflate.total_in()),
        };
        let bytes = &block[..count];
        self.count += count as u64;
        self.sum.update(bytes);
        self.head.extend(&bytes[..count.min(HEAD - self.head.len())]);
        let wrong = if self.count > self.size {
            "it is longer than its record says"
        } else if count > 0 {
            return Ok(count);
        } else if used < self.compressed {
            "bytes lie hidden behind its compressed data"
        } else if self.count < self.size {
            "it is shorter than its record says"
        } else if self.sum.clone().finalize() != self.crc {
            "its bytes do not match its checksum"
        } else {
            return Ok(0);
        };
        Err(damaged(wrong))
    }
}

/// An error of the disk as it is; one of the decoder in words for whoever reads the report.
fn explained(error: io::Error) -> io::Error {
    match error.kind() {
        _ if error.raw_os_error().is_some() => error,
        ErrorKind::UnexpectedEof => damaged("its compressed data is cut off"),
        _ => damaged("its compressed data is damaged"),
    }
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}
