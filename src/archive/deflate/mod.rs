//! Deflated data (RFC 1951), walked over bit by bit: nothing may hide between or behind its codes.
//!
//! Inflating alone does not see the bits that fill up a byte, and so accepts data in which they were changed. This walk
//! decodes the codes and counts what they stand for; it makes no bytes of them.

mod bits;

use std::io::{self, Read};

use bits::{Bits, DAMAGED, Table, WIDTH, low, narrow};

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

/// The size that deflated data stands for, if all its bits belong to it; the outer error is one of the disk.
pub fn walk(data: impl Read) -> io::Result<Result<u64, &'static str>> {
    let mut walk = Walk { bits: Bits::new(data), size: 0, literals: Table::new(), distances: Table::new() };
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
            if self.quick()? {
                return Ok(());
            }
            let symbol = self.bits.symbol(&self.literals)?;
            match symbol {
                0..256 => self.size += 1,
                256 => return Ok(()),
                _ => {
                    let (base, more) = LENGTHS.get(usize::from(symbol) - 257).ok_or(DAMAGED)?;
                    self.size += base + self.bits.take(*more)?;
                    let distance = self.bits.symbol(&self.distances)?;
                    self.bits.take(bits_of_distance(distance))?;
                }
            }
        }
    }

    /// Passes over codes as long as they are short and the block has bytes enough; tells whether their end was met. It
    /// does what the loop in [`Walk::coded`] does, without asking at each step whether there are bits enough: 56 are held
    /// in the beginning, and no step takes more than 46.
    fn quick(&mut self) -> Result<bool, &'static str> {
        const MASK: u64 = (1 << WIDTH) - 1;
        let (literals, distances) = (&self.literals.entries, &self.distances.entries);
        let (mut held, mut count, mut at, mut size) = (self.bits.held, self.bits.count, self.bits.at, self.size);
        let block = &self.bits.block[..self.bits.end];
        if count == 0 {
            held = 0;
        }
        let mut ended = false;
        while let Some(eight) = block.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let full = held | u64::from_le_bytes(*eight) << count;
            let entry = literals[narrow(full & MASK)];
            if entry == 0 {
                break;
            }
            at += narrow(u64::from(63 - count) / 8);
            count = (count | 0b11_1000) - u32::from(entry & 15);
            held = full >> (entry & 15);
            if entry < 256 << 4 {
                size += 1;
                // Letters mostly come in runs: two more of them fit into what is held.
                for _ in 0..2 {
                    let entry = literals[narrow(held & MASK)];
                    if entry == 0 || entry >= 256 << 4 {
                        break;
                    }
                    count -= u32::from(entry & 15);
                    held >>= entry & 15;
                    size += 1;
                }
                continue;
            }
            if entry >> 4 == 256 {
                ended = true;
                break;
            }
            let (base, more) = LENGTHS.get(usize::from(entry >> 4) - 257).ok_or(DAMAGED)?;
            size += base + (held & ((1 << more) - 1));
            held >>= more;
            let (distance, length) = match distances[narrow(held & MASK)] {
                0 => self.distances.find(held).ok_or(DAMAGED)?,
                entry => (entry >> 4, u32::from(entry & 15)),
            };
            let taken = length + bits_of_distance(distance);
            held >>= taken;
            count -= more + taken;
        }
        (self.bits.held, self.bits.count, self.bits.at, self.size) = (held, count, at, size);
        Ok(ended)
    }
}

/// How many bits follow the code of a distance (RFC 1951, 3.2.5).
fn bits_of_distance(code: u16) -> u32 {
    u32::from(code / 2).saturating_sub(1).min(13)
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
