//! Codes of Huffman's and the bits of a stream that they are read from (RFC 1951, 3.1 and 3.2).

use std::io::{self, Read};

/// Bits of the longest code.
const LONGEST: usize = 15;

/// Bits by which a symbol is looked up.
pub const WIDTH: usize = 10;

pub const DAMAGED: &str = "its compressed data is damaged";

/// Which symbol some bits begin with: by a table for short codes, and by counting for the few that are longer.
pub struct Table {
    /// By the next [`WIDTH`] bits: a symbol and, in the lowest four bits, the length of its code; 0 where it is longer.
    pub entries: Box<[u16; 1 << WIDTH]>,
    /// How many codes there are of each length.
    counts: [u32; LONGEST + 1],
    /// The symbols that have codes, by the length of their code and by their value.
    symbols: Vec<u16>,
}

impl Table {
    pub fn new() -> Self {
        Table { entries: Box::new([0; 1 << WIDTH]), counts: [0; LONGEST + 1], symbols: Vec::new() }
    }

    /// Codes of these lengths, in the order of their symbols (RFC 1951, 3.2.2).
    pub fn fill(&mut self, lengths: &[u8]) -> Result<(), &'static str> {
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
        self.entries.fill(0);
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
    pub fn find(&self, mut bits: u64) -> Option<(u16, u32)> {
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
pub struct Bits<R> {
    stream: R,
    pub block: Vec<u8>,
    /// Where in the block the next byte lies, and where its bytes end.
    pub at: usize,
    pub end: usize,
    pub held: u64,
    /// How many of the bits held are valid.
    pub count: u32,
    pub failed: Option<io::Error>,
}

impl<R: Read> Bits<R> {
    pub fn new(stream: R) -> Self {
        Bits { stream, block: vec![0; 1 << 15], at: 0, end: 0, held: 0, count: 0, failed: None }
    }

    /// The symbol that comes next. Afterwards 33 bits and more are held, if there are so many: what may follow a symbol.
    pub fn symbol(&mut self, table: &Table) -> Result<u16, &'static str> {
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

    pub fn take(&mut self, count: u32) -> Result<u64, &'static str> {
        if self.count < count {
            self.refill();
        }
        let bits = self.held & ((1 << count) - 1);
        self.count = self.count.checked_sub(count).ok_or(DAMAGED)?;
        self.held >>= count;
        Ok(bits)
    }

    /// The rest of a byte, which must be empty.
    pub fn spare(&mut self) -> Result<(), &'static str> {
        match self.take(self.count % 8)? {
            0 => Ok(()),
            _ => Err("bits lie hidden in its compressed data"),
        }
    }

    /// Passes over whole bytes.
    pub fn skip(&mut self, mut count: u64) -> Result<(), &'static str> {
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
    pub fn is_at_end(&mut self) -> bool {
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

pub fn narrow(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

pub fn low(value: u64) -> u8 {
    value.to_le_bytes()[0]
}
