//! Deflated data (RFC 1951), walked over bit by bit: nothing may hide between or behind its codes.
//!
//! Inflating alone does not see the bits that fill up a byte, and so accepts data in which they were changed. This walk
//! decodes the codes and counts what they stand for; it makes no bytes of them.

use std::io::{self, Read};

/// Bits of the longest code.
const LONGEST: usize = 15;

/// Bits by which a symbol is looked up.
const WIDTH: usize = 10;

/// The order in which the lengths of the codes for lengths stand (RFC 1951, 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// What the codes from 257 on begin at, and how many bits follow them (RFC 1951, 3.2.5).
const LENGTHS: [(u64, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

const DAMAGED: &str = "its compressed data is damaged";

/// The size that deflated data stands for, if all its bits belong to it; the outer error is one of the disk.
pub fn walk(data: impl Read) -> io::Result<Result<u64, &'static str>> {
    let mut walk = Walk { bits: Bits::new(data), size: 0, literals: Table::default(), distances: Table::default() };
    let outcome = walk.run();
    match walk.bits.failed {
        Some(error) => Err(error),
        None => Ok(outcome.map(|()| walk.size)),
    }
}

struct Walk<R> {
    bits: Bits<R>,
    size: u64,
    literals: Table,
    distances: Table,
}

impl<R: Read> Walk<R> {
    fn run(&mut self) -> Result<(), &'static str> {
        loop {
            let last = self.bits.take(1)? == 1;
            match self.bits.take(2)? {
                0 => self.stored()?,
                1 => {
                    let mut lengths = [8; 288];
                    lengths[144..256].fill(9);
                    lengths[256..280].fill(7);
                    self.literals.fill(&lengths)?;
                    self.distances.fill(&[5; 30])?;
                    self.coded()?;
                }
                2 => {
                    self.tables()?;
                    self.coded()?;
                }
                _ => return Err(DAMAGED),
            }
            if last {
                self.bits.spare()?;
                let ended = self.bits.count == 0 && self.bits.is_at_end();
                return if ended { Ok(()) } else { Err("bytes lie hidden behind its compressed data") };
            }
        }
    }

    fn stored(&mut self) -> Result<(), &'static str> {
        self.bits.spare()?;
        let (length, complement) = (self.bits.take(16)?, self.bits.take(16)?);
        if length ^ complement != 0xffff {
            return Err(DAMAGED);
        }
        self.bits.skip(length)?;
        self.size += length;
        Ok(())
    }

    fn tables(&mut self) -> Result<(), &'static str> {
        let literals = narrow(self.bits.take(5)?) + 257;
        let distances = narrow(self.bits.take(5)?) + 1;
        let codes = narrow(self.bits.take(4)?) + 4;
        let mut lengths = [0; 19];
        for place in &ORDER[..codes] {
            lengths[*place] = low(self.bits.take(3)?);
        }
        self.literals.fill(&lengths)?;
        let mut lengths = [0; 320];
        let mut at = 0;
        while at < literals + distances {
            let code = self.bits.symbol(&self.literals)?;
            let (value, times) = match code {
                0..16 => (low(u64::from(code)), 1),
                16 if at > 0 => (lengths[at - 1], 3 + narrow(self.bits.take(2)?)),
                17 => (0, 3 + narrow(self.bits.take(3)?)),
                18 => (0, 11 + narrow(self.bits.take(7)?)),
                _ => return Err(DAMAGED),
            };
            if at + times > literals + distances {
                return Err(DAMAGED);
            }
            lengths[at..at + times].fill(value);
            at += times;
        }
        self.literals.fill(&lengths[..literals])?;
        self.distances.fill(&lengths[literals..literals + distances])
    }

    fn coded(&mut self) -> Result<(), &'static str> {
        loop {
            let symbol = self.bits.symbol(&self.literals)?;
            match symbol {
                0..256 => self.size += 1,
                256 => return Ok(()),
                _ => {
                    let (base, more) = LENGTHS.get(usize::from(symbol) - 257).ok_or(DAMAGED)?;
                    self.size += base + self.bits.take(*more)?;
                    let distance = self.bits.symbol(&self.distances)?;
                    self.bits.take(u32::from(distance / 2).saturating_sub(1).min(13))?;
                }
            }
        }
    }
}

/// Which symbol some bits begin with: by a table for short codes, and by counting for the few that are longer.
#[derive(Default)]
struct Table {
    /// By the next [`WIDTH`] bits: a symbol and, in the lowest four bits, the length of its code; 0 where it is longer.
    entries: Vec<u16>,
    /// How many codes there are of each length.
    counts: [u32; LONGEST + 1],
    /// The symbols that have codes, by the length of their code and by their value.
    symbols: Vec<u16>,
}

impl Table {
    /// Codes of these lengths, in the order of their symbols (RFC 1951, 3.2.2).
    fn fill(&mut self, lengths: &[u8]) -> Result<(), &'static str> {
        self.counts = [0; LONGEST + 1];
        for length in lengths {
            self.counts[usize::from(*length)] += 1;
        }
        self.counts[0] = 0;
        let (mut code, mut place) = ([0_u32; LONGEST + 2], [0_usize; LONGEST + 2]);
        for length in 1..=LONGEST {
            code[length + 1] = (code[length] + self.counts[length]) << 1;
            place[length + 1] = place[length] + narrow(self.counts[length].into());
        }
        self.entries.clear();
        self.entries.resize(1 << WIDTH, 0);
        self.symbols.clear();
        self.symbols.resize(place[LONGEST + 1], 0);
        for (symbol, short) in (0_u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            let length = usize::from(*short);
            if code[length] >= 1 << length {
                return Err(DAMAGED);
            }
            self.symbols[place[length]] = symbol;
            if length <= WIDTH {
                let reversed = narrow((code[length].reverse_bits() >> (u32::BITS - u32::from(*short))).into());
                let entry = symbol << 4 | u16::from(*short);
                self.entries[reversed..].iter_mut().step_by(1 << length).for_each(|place| *place = entry);
            }
            code[length] += 1;
            place[length] += 1;
        }
        Ok(())
    }

    /// The symbol that these bits begin with, and the length of its code: first bit by first bit, as codes are counted.
    fn find(&self, mut bits: u64) -> Option<(u16, u32)> {
        let (mut code, mut first, mut before) = (0_u32, 0_u32, 0_usize);
        for (length, count) in (1..).zip(&self.counts[1..]) {
            code |= u32::from(bits & 1 == 1);
            bits >>= 1;
            if code < first + count {
                return self.symbols.get(before + narrow((code - first).into())).map(|symbol| (*symbol, length));
            }
            before += narrow(u64::from(*count));
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// Bits of a stream, the lowest of a byte first.
struct Bits<R> {
    stream: R,
    block: Vec<u8>,
    /// Where in the block the next byte lies, and where its bytes end.
    at: usize,
    end: usize,
    held: u64,
    /// How many of the bits held are valid.
    count: u32,
    failed: Option<io::Error>,
}

impl<R: Read> Bits<R> {
    fn new(stream: R) -> Self {
        Bits { stream, block: vec![0; 1 << 15], at: 0, end: 0, held: 0, count: 0, failed: None }
    }

    /// The symbol that comes next. Afterwards 33 bits and more are held, if there are so many: what may follow a symbol.
    fn symbol(&mut self, table: &Table) -> Result<u16, &'static str> {
        if self.count < 48 {
            self.refill();
        }
        let entry = table.entries[narrow(self.held & ((1 << WIDTH) - 1))];
        let (symbol, length) = match entry {
            0 => table.find(self.held).ok_or(DAMAGED)?,
            entry => (entry >> 4, u32::from(entry & 15)),
        };
        self.count = self.count.checked_sub(length).ok_or(DAMAGED)?;
        self.held >>= length;
        Ok(symbol)
    }

    fn take(&mut self, count: u32) -> Result<u64, &'static str> {
        if self.count < count {
            self.refill();
        }
        let bits = self.held & ((1 << count) - 1);
        self.count = self.count.checked_sub(count).ok_or(DAMAGED)?;
        self.held >>= count;
        Ok(bits)
    }

    /// The rest of a byte, which must be empty.
    fn spare(&mut self) -> Result<(), &'static str> {
        match self.take(self.count % 8)? {
            0 => Ok(()),
            _ => Err("bits lie hidden in its compressed data"),
        }
    }

    /// Passes over whole bytes.
    fn skip(&mut self, mut count: u64) -> Result<(), &'static str> {
        while count > 0 && self.count > 0 {
            self.take(8)?;
            count -= 1;
        }
        while count > 0 {
            if self.is_at_end() {
                return Err(DAMAGED);
            }
            let step = (self.end - self.at).min(narrow(count));
            self.at += step;
            count -= step as u64;
        }
        Ok(())
    }

    fn refill(&mut self) {
        if self.count == 0 {
            self.held = 0;
        }
        if let Some(eight) = self.block[self.at..self.end].first_chunk::<8>() {
            // Bits above `count` are those that come next in the stream: setting them twice changes nothing.
            self.held |= u64::from_le_bytes(*eight) << self.count;
            self.at += narrow(u64::from(63 - self.count) / 8);
            self.count |= 0b11_1000;
            return;
        }
        self.held &= (1_u64 << self.count.min(63)) - 1;
        while self.count < 56 && !self.is_at_end() {
            self.held |= u64::from(self.block[self.at]) << self.count;
            self.at += 1;
            self.count += 8;
        }
    }

    /// Whether no byte is left to take; reads on where the block is used up.
    fn is_at_end(&mut self) -> bool {
        while self.at == self.end && self.failed.is_none() {
            match self.stream.read(&mut self.block) {
                Ok(0) => return true,
                Ok(count) => (self.at, self.end) = (0, count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(error),
            }
        }
        self.at == self.end
    }
}

fn narrow(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn low(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(bytes).expect("memory can be written");
        encoder.finish().expect("memory can be written")
    }

    fn walked(bytes: &[u8]) -> Result<u64, &'static str> {
        walk(bytes).expect("memory can be read")
    }

    /// Bytes that repeat now and then, and bytes that never do.
    fn samples() -> Vec<Vec<u8>> {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let words: Vec<u8> = (0..300_000).map(|_| b"etaoin shrdlu"[usize::from(noise()) % 13]).collect();
        let random: Vec<u8> = (0..200_000).map(|_| noise()).collect();
        let mixed = [&words[..70_000], &random[..70_000], &vec![0; 100_000][..]].concat();
        vec![Vec::new(), b"a".to_vec(), b"abcabcabc".to_vec(), words, random, mixed]
    }

    #[test]
    fn what_any_level_writes_is_walked_to_its_end() {
        for sample in samples() {
            for level in [0, 1, 3, 6, 9] {
                let data = deflated(&sample, level);
                assert_eq!(walked(&data), Ok(sample.len() as u64), "level {level}, {} bytes", sample.len());
            }
        }
    }

    #[test]
    fn hidden_bits_hidden_bytes_and_missing_bytes_are_found() {
        for sample in samples() {
            let data = deflated(&sample, 6);
            assert!(walked(&data[..data.len() - 1]).is_err(), "cut off");
            assert!(walked(&[&data[..], &[0]].concat()).is_err(), "a byte behind");
        }
        // A last block with fixed codes that holds nothing: ten bits, then six spare ones.
        assert_eq!(walked(&[3, 0]), Ok(0));
        for bit in 2..8 {
            assert!(walked(&[3, 1 << bit]).is_err(), "bit {bit}");
        }
        // A stored block: three bits, then five spare ones.
        assert_eq!(walked(&[1, 1, 0, 0xfe, 0xff, 7]), Ok(1));
        for bit in 3..8 {
            assert!(walked(&[1 | 1 << bit, 1, 0, 0xfe, 0xff, 7]).is_err(), "bit {bit}");
        }
    }
}
