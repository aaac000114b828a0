//! The bytes of a file in an archive: read in place, several at a time, each checked against its record.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::Arc;

use crc32fast::Hasher as Crc;
use flate2::bufread::DeflateDecoder;

use super::prepared::deflate;
use crate::digest::Digest;
use crate::tree::{Failures, HEAD};

/// Bytes of deflated data that are read at a time.
const BLOCK: usize = 1 << 15;

/// From this size on, a file is read and hashed by two threads.
const SHARED_FROM: u64 = 32 << 20;

/// A file in an archive: where its bytes lie, and what they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// With the archive's top folder as the walk tells it; without it in an [`super::read::Archive`].
    pub name: String,
    pub deflated: bool,
    pub compressed: u64,
    pub size: u64,
    pub crc: u32,
    /// Where its bytes begin in the archive.
    pub start: u64,
}

/// One open file, of which many places are read at once.
#[derive(Clone)]
pub struct Shared(Arc<Watched>);

struct Watched {
    file: File,
    failures: Failures,
}

impl Shared {
    pub fn new(file: File) -> Self {
        Shared(Arc::new(Watched { file, failures: Failures::default() }))
    }

    /// What the disk failed to give so far, the first of it: whatever was made of the bytes may lack something.
    pub fn failure(&self) -> io::Result<()> {
        self.0.failures.first().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// So many bytes at a place; that there are fewer is an error.
    pub fn bytes_at(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        Range { file: self.clone(), at, end: at.saturating_add(length) }.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes of a member as they were before packing; reading fails where they are not what the records say.
    pub fn read(&self, member: &Member) -> Checked {
        let raw = Range { file: self.clone(), at: member.start, end: member.start + member.compressed };
        let bytes = if member.deflated {
            Bytes::Deflated(Box::new(DeflateDecoder::new(BufReader::with_capacity(BLOCK, raw))))
        } else {
            Bytes::Stored(raw)
        };
        let Member { compressed, size, crc, .. } = *member;
        Checked { bytes, compressed, size, crc, count: 0, sum: Crc::new(), head: Vec::new() }
    }

    /// What [`Shared::weigh`] tells of a deflated member, whose bytes are held in memory, and whether they are compressed as
    /// akam does it.
    pub fn weigh_again(&self, member: &Member) -> io::Result<(Weighed, bool)> {
        let mut bytes = Vec::with_capacity(usize::try_from(member.size).map_err(io::Error::other)?);
        self.read(member).read_to_end(&mut bytes)?;
        let is_same = deflate(&bytes) == self.bytes_at(member.start, member.compressed)?;
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        Ok((Weighed { digest: Digest::of(&bytes), size: member.size, head }, is_same))
    }

    /// What a member holds, if that is what its records say.
    pub fn weigh(&self, member: &Member) -> io::Result<Weighed> {
        let mut bytes = self.read(member);
        let digest = if member.size >= SHARED_FROM {
            Digest::of_stream_aside(&mut bytes, |_| Ok(()))?.0
        } else {
            Digest::of_stream(&mut bytes)?
        };
        Ok(Weighed { digest, size: member.size, head: bytes.head })
    }
}

/// What is known of a file in an archive when all its bytes were read.
#[derive(Clone)]
pub struct Weighed {
    pub digest: Digest,
    pub size: u64,
    /// The first [`HEAD`] bytes, or all.
    pub head: Vec<u8>,
}

/// Some bytes of a file.
struct Range {
    file: Shared,
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
        let count = failures.noted("", read_at(file, &mut block[..left], self.at))?;
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

/// A member's bytes, with size and checksum checked at the end.
pub struct Checked {
    bytes: Bytes,
    /// What its records say.
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

impl Read for Checked {
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

/// An error of the disk as it is; one of the decoder in words for the reader of a report.
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
