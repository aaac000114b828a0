//! The bits of a stream, the lowest of a byte first (RFC 1951, 3.1.1).

use std::io::{self, Read};

use super::code::Code;
use super::{CUT_OFF, DAMAGED};

/// Bytes that are read at a time.
const BLOCK: usize = 1 << 15;

/// Bytes before the next one that stay in the block: what is held of them can be given back.
const BEFORE: usize = 8;

/// Bytes that [`Bits::ahead`] sees to, unless fewer are left.
pub const AHEAD: usize = 16;

pub struct Bits<R> {
    stream: R,
    block: Vec<u8>,
    /// Where in the block the bytes end that were read, and whether the stream has more.
    end: usize,
    is_last: bool,
    pub held: Unused,
    /// What the stream failed with.
    pub failed: Option<io::Error>,
}

/// Bits that were taken out of a block of bytes but not used yet.
#[derive(Clone, Copy)]
pub struct Unused {
    /// Where in the block the next byte lies.
    pub at: usize,
    /// The bits; above `count`, those that come next in the stream may stand already.
    pub bits: u64,
    pub count: u32,
}

impl Unused {
    /// Takes bytes from a block until 56 bits and more are held; `None` where the block has too few.
    #[inline]
    pub fn fill(&mut self, block: &[u8]) -> Option<()> {
        let eight = block.get(self.at..)?.first_chunk::<8>()?;
        self.bits |= u64::from_le_bytes(*eight) << self.count;
        self.at += narrow(u64::from(63 - self.count) / 8);
        self.count |= 0b11_1000;
        Some(())
    }

    /// Uses up bits of which so many are held.
    #[inline]
    pub fn pass(&mut self, count: u32) {
        self.bits >>= count;
        self.count -= count;
    }

    /// The next bits, which are held.
    #[inline]
    pub fn next(&self, count: u32) -> usize {
        narrow(self.bits & ((1 << count) - 1))
    }
}

impl<R: Read> Bits<R> {
    pub fn new(stream: R) -> Self {
        let held = Unused { at: 0, bits: 0, count: 0 };
        Bits { stream, block: vec![0; BLOCK], end: 0, is_last: false, held, failed: None }
    }

    /// The block, and what is held of it: [`AHEAD`] bytes follow in the block, if there are so many.
    pub fn ahead(&mut self) -> (&[u8], Unused) {
        if self.end - self.held.at < AHEAD && !self.is_last {
            self.read_on();
        }
        (&self.block[..self.end], self.held)
    }

    fn read_on(&mut self) {
        let kept = self.held.at.min(BEFORE);
        self.block.copy_within(self.held.at - kept..self.end, 0);
        self.end -= self.held.at - kept;
        self.held.at = kept;
        while self.end < self.block.len() && !self.is_last {
            match self.stream.read(&mut self.block[self.end..]) {
                Ok(0) => self.is_last = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = Some(error);
                    self.is_last = true;
                }
            }
        }
    }

    /// What the next bits mean. They are enough for what may follow: where a stream ends they are zeros.
    pub fn entry(&mut self, code: &Code) -> Result<u32, &'static str> {
        self.see_to(15);
        let entry = code.entry(self.held.bits).ok_or(DAMAGED)?;
        self.pass(entry & 15)?;
        Ok(entry)
    }

    pub fn take(&mut self, count: u32) -> Result<usize, &'static str> {
        self.see_to(count);
        let bits = self.held.next(count);
        self.pass(count)?;
        Ok(bits)
    }

    fn pass(&mut self, count: u32) -> Result<(), &'static str> {
        if self.held.count < count {
            return Err(CUT_OFF);
        }
        self.held.pass(count);
        Ok(())
    }

    /// Holds so many bits, 56 at most, unless the stream ends before.
    fn see_to(&mut self, count: u32) {
        if self.held.count >= count {
            return;
        }
        self.ahead();
        if self.held.fill(&self.block[..self.end]).is_some() {
            return;
        }
        self.held.bits &= (1 << self.held.count) - 1;
        while self.held.count < 56 && self.held.at < self.end {
            self.held.bits |= u64::from(self.block[self.held.at]) << self.held.count;
            self.held.at += 1;
            self.held.count += 8;
        }
    }

    /// Passes over the rest of a byte, which must be empty, and holds nothing any more.
    pub fn align(&mut self) -> Result<(), &'static str> {
        if self.take(self.held.count % 8)? != 0 {
            return Err("bits lie hidden in its compressed data");
        }
        self.held = Unused { at: self.held.at - narrow(u64::from(self.held.count / 8)), bits: 0, count: 0 };
        Ok(())
    }

    /// Takes whole bytes after [`Bits::align`], as many as there are room for and lie ready: none only at the end.
    pub fn copy(&mut self, room: &mut [u8]) -> usize {
        let (block, held) = self.ahead();
        let ready = &block[held.at..];
        let count = room.len().min(ready.len());
        room[..count].copy_from_slice(&ready[..count]);
        self.held.at += count;
        count
    }

    /// Whether no byte follows what was aligned.
    pub fn is_at_end(&mut self) -> bool {
        let (block, held) = self.ahead();
        held.at == block.len()
    }
}

pub fn narrow(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
