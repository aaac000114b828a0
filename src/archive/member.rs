//! The bytes of a file in an archive: read in place, several at a time, each checked against its record.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

use crc32fast::Hasher as Crc;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use super::deflate;
use super::write::LEVEL;
use crate::digest::{Digest, Hasher};

/// Bytes that are read, hashed and checked at a time: what stays in a processor's cache.
pub const BLOCK: usize = 1 << 18;

/// From this size on, a file is read and hashed by two threads.
const SHARED_FROM: u64 = 32 << 20;

/// Compressed bytes that are read at a time.
const COMPRESSED_BLOCK: u64 = 1 << 16;

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
pub struct Shared(Arc<File>);

impl Shared {
    pub fn new(file: File) -> Self {
        Shared(Arc::new(file))
    }

    /// Bytes at a place; fewer only at the end of the file.
    pub fn bytes_at(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        Range { file: self.clone(), at, end: at.saturating_add(length) }.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes of a member as they were before packing; reading fails where they are not what the records say.
    pub fn read(&self, member: &Member) -> Checked {
        let inflating = member.deflated.then(|| Inflating {
            state: Decompress::new(false),
            block: vec![0; usize::try_from(member.compressed.min(COMPRESSED_BLOCK)).unwrap_or(BLOCK)],
            held: 0..0,
            ended: false,
        });
        Checked { raw: self.raw(member), inflating, member: member.clone(), count: 0, crc: Crc::new() }
    }

    /// Whether the bytes of a member, no larger than [`BLOCK`], are compressed as akam does it.
    pub fn is_repeatable(&self, member: &Member) -> io::Result<bool> {
        let mut bytes = Vec::with_capacity(BLOCK);
        self.read(member).read_to_end(&mut bytes)?;
        let mut encoder = DeflateEncoder::new(Vec::with_capacity(BLOCK), Compression::new(LEVEL));
        encoder.write_all(&bytes)?;
        Ok(encoder.finish()? == self.bytes_at(member.start, member.compressed)?)
    }

    /// Digest and size of a member of which every bit is what its records say.
    pub fn weigh(&self, member: &Member, block: &mut [u8]) -> io::Result<(Digest, u64)> {
        let mut bytes = self.read(member);
        let digest = if member.size < SHARED_FROM { hash(&mut bytes, block)? } else { hash_beside(&mut bytes)? };
        if member.deflated {
            match deflate::walk(self.raw(member))? {
                Ok(size) if size == member.size => {}
                Ok(_) => return Err(damaged(LONGER)),
                Err(why) => return Err(damaged(why)),
            }
        }
        Ok((digest, member.size))
    }

    fn raw(&self, member: &Member) -> Range {
        Range { file: self.clone(), at: member.start, end: member.start + member.compressed }
    }
}

const LONGER: &str = "it is longer than its record says";

/// Some bytes of a file.
struct Range {
    file: Shared,
    at: u64,
    end: u64,
}

impl Range {
    fn is_at_end(&self) -> bool {
        self.at >= self.end
    }
}

impl Read for Range {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(block.len());
        if left == 0 {
            return Ok(0);
        }
        let count = read_at(&self.file.0, &mut block[..left], self.at)?;
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

/// A member's bytes, with size, checksum and end of the compressed stream checked at the end.
pub struct Checked {
    raw: Range,
    inflating: Option<Inflating>,
    member: Member,
    count: u64,
    crc: Crc,
}

struct Inflating {
    state: Decompress,
    block: Vec<u8>,
    /// The bytes of the block that are not inflated yet.
    held: std::ops::Range<usize>,
    ended: bool,
}

impl Inflating {
    fn read(&mut self, raw: &mut Range, block: &mut [u8]) -> io::Result<usize> {
        while !self.ended {
            if self.held.is_empty() {
                self.held = 0..raw.read(&mut self.block)?;
            }
            let (read, made) = (self.state.total_in(), self.state.total_out());
            let held = &self.block[self.held.clone()];
            let status = self.state.decompress(held, block, FlushDecompress::None);
            let status = status.map_err(|_| damaged("its compressed data is damaged"))?;
            let read = usize::try_from(self.state.total_in() - read).unwrap_or(usize::MAX);
            let made = usize::try_from(self.state.total_out() - made).unwrap_or(usize::MAX);
            self.held.start += read;
            self.ended = status == Status::StreamEnd;
            if made > 0 {
                return Ok(made);
            }
            if read == 0 && !self.ended {
                return Err(damaged("its compressed data is cut off"));
            }
        }
        if self.held.is_empty() && raw.is_at_end() {
            return Ok(0);
        }
        Err(damaged("bytes lie hidden behind its compressed data"))
    }
}

impl Checked {
    fn at_end(&self) -> Result<(), &'static str> {
        if self.count != self.member.size {
            return Err("it is shorter than its record says");
        }
        if self.crc.clone().finalize() != self.member.crc {
            return Err("its bytes do not match its checksum");
        }
        Ok(())
    }
}

impl Read for Checked {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        if block.is_empty() {
            return Ok(0);
        }
        let count = match &mut self.inflating {
            Some(inflating) => inflating.read(&mut self.raw, block)?,
            None => self.raw.read(block)?,
        };
        self.crc.update(&block[..count]);
        self.count += count as u64;
        if self.count > self.member.size {
            return Err(damaged(LONGER));
        }
        if count == 0 {
            self.at_end().map_err(damaged)?;
        }
        Ok(count)
    }
}

fn hash(bytes: &mut impl Read, block: &mut [u8]) -> io::Result<Digest> {
    let mut hasher = Hasher::default();
    loop {
        match bytes.read(block)? {
            0 => return Ok(hasher.finish()),
            count => hasher.update(&block[..count]),
        }
    }
}

/// Hashes in a second thread what this one reads and checks; four blocks go round between them.
fn hash_beside(bytes: &mut impl Read) -> io::Result<Digest> {
    let (free_in, free) = std::sync::mpsc::channel();
    let (full_in, full) = std::sync::mpsc::sync_channel::<(Vec<u8>, usize)>(4);
    for _ in 0..4 {
        free_in.send(vec![0; BLOCK]).map_err(io::Error::other)?;
    }
    std::thread::scope(|scope| {
        let hashing = scope.spawn(move || {
            let mut hasher = Hasher::default();
            for (block, count) in full {
                hasher.update(&block[..count]);
                // The reader may be done, and need no block any more.
                let _ = free_in.send(block);
            }
            hasher.finish()
        });
        for mut block in free {
            match bytes.read(&mut block)? {
                0 => break,
                count => full_in.send((block, count)).map_err(io::Error::other)?,
            }
        }
        drop(full_in);
        hashing.join().map_err(|_| io::Error::other("the hashing thread failed"))
    })
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
