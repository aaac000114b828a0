//! The bytes of a file in an archive: read in place, several at a time, each checked against its record.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use crc32fast::Hasher as Crc;

use super::deflate::Inflate;
use super::prepared::deflate;
use crate::digest::{Digest, Hasher};
use crate::tree::{Failures, HEAD};

/// Bytes that are read, hashed and checked at a time: what stays in a processor's cache.
pub const BLOCK: usize = 1 << 18;

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
        let bytes =
            if member.deflated { Bytes::Deflated(Box::new(Inflate::of(raw, member.size))) } else { Bytes::Stored(raw) };
        Checked {
            bytes,
            seen: Seen { size: member.size, crc: member.crc, count: 0, sum: Crc::new(), head: Vec::new() },
        }
    }

    /// What [`Shared::weigh`] tells of a deflated member, whose bytes are held in memory, and whether they are compressed as
    /// akam does it.
    pub fn weigh_again(&self, member: &Member) -> io::Result<(Weighed, bool)> {
        let mut bytes = Vec::with_capacity(usize::try_from(member.size).map_err(io::Error::other)?);
        self.read(member).read_to_end(&mut bytes)?;
        let written = self.bytes_at(member.start, member.compressed)?;
        // A little room beside it, for the library fills none to the last byte.
        let mut again = vec![0; written.len() + 64];
        let is_same = deflate(&bytes, &mut again).is_some_and(|size| again[..size] == written);
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        Ok((Weighed { digest: Digest::of(&bytes), size: member.size, head }, is_same))
    }

    /// What a member holds of which every bit is what its records say.
    pub fn weigh(&self, member: &Member, block: &mut [u8]) -> io::Result<Weighed> {
        let mut bytes = self.read(member);
        let digest = if member.size >= SHARED_FROM {
            Digest::of_stream_aside(&mut bytes, |_| Ok(()))?.0
        } else {
            let mut hasher = Hasher::default();
            bytes.pour(block, |bytes| hasher.update(bytes))?;
            hasher.finish()
        };
        Ok(Weighed { digest, size: member.size, head: bytes.seen.head })
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
    seen: Seen,
}

enum Bytes {
    Stored(Range),
    Deflated(Box<Inflate<Range>>),
}

/// What was read of a member so far, and what it shall be in the end.
struct Seen {
    size: u64,
    crc: u32,
    count: u64,
    sum: Crc,
    head: Vec<u8>,
}

impl Seen {
    /// Takes the bytes that come next: none at the end.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.count += bytes.len() as u64;
        if self.count > self.size {
            return Err(damaged("it is longer than its record says"));
        }
        self.sum.update(bytes);
        let missing = HEAD - self.head.len();
        self.head.extend(&bytes[..missing.min(bytes.len())]);
        if bytes.is_empty() && self.count < self.size {
            return Err(damaged("it is shorter than its record says"));
        }
        if bytes.is_empty() && self.sum.clone().finalize() != self.crc {
            return Err(damaged("its bytes do not match its checksum"));
        }
        Ok(())
    }
}

impl Checked {
    /// Hands over all bytes; the block is for those that are not made from others.
    fn pour(&mut self, block: &mut [u8], mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let mut take = |bytes: &[u8]| {
            each(bytes);
            self.seen.take(bytes).map(|()| bytes.len())
        };
        loop {
            let count = match &mut self.bytes {
                Bytes::Stored(raw) => {
                    let count = raw.read(block)?;
                    take(&block[..count])?
                }
                Bytes::Deflated(inflate) => {
                    let count = take(inflate.fill_buf()?)?;
                    inflate.consume(count);
                    count
                }
            };
            if count == 0 {
                return Ok(());
            }
        }
    }
}

impl Read for Checked {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        if block.is_empty() {
            return Ok(0);
        }
        let count = match &mut self.bytes {
            Bytes::Stored(raw) => raw.read(block)?,
            Bytes::Deflated(inflate) => inflate.read(block)?,
        };
        self.seen.take(&block[..count])?;
        Ok(count)
    }
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
