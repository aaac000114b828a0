//! Deflated data (RFC 1951), inflated so that each bit of it is accounted for: nothing hides between or behind its codes.
//!
//! Libraries pass over the bits that fill up a byte and so accept data in which they were changed. This reads as strictly
//! as the archive around it is read, in one pass, and holds no more than the 32 KiB that a distance can reach back.

mod bits;
mod code;

use std::io::{self, BufRead, Read};

use bits::Bits;
use code::{Code, END, END_OF_BLOCK, LITERAL, more, value};

const DAMAGED: &str = "its compressed data is damaged";
const CUT_OFF: &str = "its compressed data is cut off";

/// How far a distance can reach back.
const REACH: usize = 1 << 15;

/// Bytes that are made at a time, with those before them.
const FULL: usize = REACH + (1 << 16);

/// Bytes that may be made beyond: three letters, the longest repetition, and what is copied of it in vain.
const SLACK: usize = 3 + 258 + STRIDE;

/// Bytes of a repetition that are copied at once.
const STRIDE: usize = 16;

/// The order in which the lengths of the codes for lengths stand (RFC 1951, 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Deflated data as it is inflated. An error of the kind `InvalidData` tells that the data is damaged, any other is the
/// stream's own.
pub struct Inflate<R> {
    bits: Bits<R>,
    next: Next,
    /// Whether the block that is read is the last one.
    is_last: bool,
    /// The code of the lengths of the two others.
    lengths: Code,
    literals: Code,
    distances: Code,
    /// Whether these are the codes that the format fixes.
    is_fixed: bool,
    /// What was made, and before it what distances may reach back to.
    made: Vec<u8>,
    /// Where the bytes begin that nobody has taken yet, and where the next one goes.
    taken: usize,
    to: usize,
}

/// What comes next in the data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Block,
    /// So many bytes as they are.
    Stored(usize),
    Codes,
    Nothing,
}

impl<R: Read> Inflate<R> {
    /// Data that should become so many bytes, which decides only how much memory is taken.
    pub fn of(stream: R, size: u64) -> Self {
        let room = FULL.min(bits::narrow(size)) + SLACK;
        Inflate {
            bits: Bits::new(stream),
            next: Next::Block,
            is_last: false,
            lengths: Code::of(code::number),
            literals: Code::of(code::literal_or_length),
            distances: Code::of(code::distance),
            is_fixed: false,
            made: vec![0; room],
            taken: 0,
            to: 0,
        }
    }

    /// Makes bytes until there is no room for more, or nothing to make them of.
    fn make(&mut self) -> Result<(), &'static str> {
        if self.to > REACH {
            self.made.copy_within(self.to - REACH..self.to, 0);
            self.to = REACH;
        } else if !self.has_room() {
            // It becomes larger than was said.
            self.made.resize(FULL + SLACK, 0);
        }
        self.taken = self.to;
        while self.has_room() {
            match self.next {
                Next::Block if self.is_last => {
                    self.bits.align()?;
                    if !self.bits.is_at_end() {
                        return Err("bytes lie hidden behind its compressed data");
                    }
                    self.next = Next::Nothing;
                }
                Next::Block => self.begin()?,
                Next::Stored(0) => self.next = Next::Block,
                Next::Stored(left) => {
                    let room = left.min(self.made.len() - self.to);
                    let count = self.bits.copy(&mut self.made[self.to..self.to + room]);
                    self.to += count;
                    self.next = if count > 0 { Next::Stored(left - count) } else { return Err(CUT_OFF) };
                }
                Next::Codes => {
                    if self.quick()? || self.has_room() && self.step()? {
                        self.next = Next::Block;
                    }
                }
                Next::Nothing => return Ok(()),
            }
        }
        Ok(())
    }

    fn has_room(&self) -> bool {
        self.to + SLACK <= self.made.len()
    }

    fn begin(&mut self) -> Result<(), &'static str> {
        self.is_last = self.bits.take(1)? == 1;
        self.next = Next::Codes;
        match self.bits.take(2)? {
            0 => {
                self.bits.align()?;
                let (length, complement) = (self.bits.take(16)?, self.bits.take(16)?);
                if length ^ complement != 0xffff {
                    return Err(DAMAGED);
                }
                self.bits.align()?;
                self.next = Next::Stored(length);
            }
            1 if self.is_fixed => {}
            1 => {
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                self.literals.fill(&lengths)?;
                self.distances.fill(&[5; 32])?;
                self.is_fixed = true;
            }
            2 => {
                self.is_fixed = false;
                self.codes()?;
            }
            _ => return Err(DAMAGED),
        }
        Ok(())
    }

    /// Reads the codes of a block, whose lengths are coded themselves (RFC 1951, 3.2.7).
    fn codes(&mut self) -> Result<(), &'static str> {
        let (literals, distances) = (self.bits.take(5)? + 257, self.bits.take(5)? + 1);
        if literals > 286 || distances > 30 {
            return Err(DAMAGED);
        }
        let count = self.bits.take(4)? + 4;
        let mut lengths = [0; 19];
        for place in &ORDER[..count] {
            lengths[*place] = low(self.bits.take(3)?);
        }
        self.lengths.fill(&lengths)?;
        let mut lengths = [0; 286 + 30];
        let mut at = 0;
        while at < literals + distances {
            let (length, times) = match value(self.bits.entry(&self.lengths)?) {
                16 if at > 0 => (lengths[at - 1], 3 + self.bits.take(2)?),
                17 => (0, 3 + self.bits.take(3)?),
                18 => (0, 11 + self.bits.take(7)?),
                length @ 0..16 => (low(length), 1),
                _ => return Err(DAMAGED),
            };
            if at + times > literals + distances {
                return Err(DAMAGED);
            }
            lengths[at..at + times].fill(length);
            at += times;
        }
        if lengths[END_OF_BLOCK] == 0 {
            return Err(DAMAGED);
        }
        self.literals.fill(&lengths[..literals])?;
        self.distances.fill(&lengths[literals..literals + distances])
    }

    /// Takes one code, and tells whether it ends the block.
    fn step(&mut self) -> Result<bool, &'static str> {
        let entry = self.bits.entry(&self.literals)?;
        if entry & END != 0 {
            return Ok(true);
        }
        if entry & LITERAL != 0 {
            self.made[self.to] = low(value(entry));
            self.to += 1;
            return Ok(false);
        }
        let length = value(entry) + self.bits.take(more(entry))?;
        let entry = self.bits.entry(&self.distances)?;
        let distance = value(entry) + self.bits.take(more(entry))?;
        self.to = repeat(&mut self.made, self.to, distance, length)?;
        Ok(false)
    }

    /// Does what [`Inflate::step`] does, again and again, and tells whether the block ended. It stops before a long code
    /// and where bytes or room run short, and asks whether enough bits are held not at each step: 56 and more are in the
    /// beginning, and two letters and a length take no more than 38, a distance no more than 28.
    fn quick(&mut self) -> Result<bool, &'static str> {
        let (literals, distances) = (&self.literals, &self.distances);
        let made = &mut self.made[..];
        let (block, mut held) = self.bits.ahead();
        let (mut to, last) = (self.to, made.len() - SLACK);
        let mut ended = false;
        while to <= last && held.at + bits::AHEAD <= block.len() {
            held.fill(block).ok_or(DAMAGED)?;
            let mut entry = literals.quick(held.bits);
            let mut letters = 0;
            while entry & LITERAL != 0 && letters < 3 {
                made[to] = low(value(entry));
                to += 1;
                held.pass(entry & 15);
                entry = literals.quick(held.bits);
                letters += 1;
            }
            if entry & LITERAL != 0 || letters == 3 {
                continue;
            }
            if entry == 0 {
                break;
            }
            held.pass(entry & 15);
            if entry & END != 0 {
                ended = true;
                break;
            }
            let length = value(entry) + held.next(more(entry));
            held.pass(more(entry));
            held.fill(block).ok_or(DAMAGED)?;
            let entry = distances.entry(held.bits).ok_or(DAMAGED)?;
            held.pass(entry & 15);
            let distance = value(entry) + held.next(more(entry));
            held.pass(more(entry));
            to = repeat(made, to, distance, length)?;
        }
        self.to = to;
        self.bits.held = held;
        Ok(ended)
    }
}

/// Writes again what was made `distance` bytes before, and tells where the next byte goes. What lies behind that place is
/// overwritten in part: nothing is there yet.
#[inline]
fn repeat(made: &mut [u8], to: usize, distance: usize, length: usize) -> Result<usize, &'static str> {
    let from = to.checked_sub(distance).ok_or("its compressed data reaches back to before it begins")?;
    if distance >= STRIDE {
        let mut done = 0;
        while done < length {
            made.copy_within(from + done..from + done + STRIDE, to + done);
            done += STRIDE;
        }
    } else if distance == 1 {
        let byte = made[from];
        made[to..to + length].fill(byte);
    } else {
        for done in 0..length {
            made[to + done] = made[from + done];
        }
    }
    Ok(to + length)
}

impl<R: Read> BufRead for Inflate<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.to && self.next != Next::Nothing {
            let made = self.make();
            if let Some(error) = self.bits.failed.take() {
                return Err(error);
            }
            made.map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?;
        }
        Ok(&self.made[self.taken..self.to])
    }

    fn consume(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.to);
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let made = self.fill_buf()?;
        let count = block.len().min(made.len());
        block[..count].copy_from_slice(&made[..count]);
        self.consume(count);
        Ok(count)
    }
}

fn low(value: usize) -> u8 {
    value.to_le_bytes()[0]
}

#[cfg(test)]
mod tests;
