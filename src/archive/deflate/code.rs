//! Codes of Huffman's (RFC 1951, 3.2.2), and what their symbols mean (3.2.5).

use super::DAMAGED;
use super::bits::narrow;

/// Bits of the longest code.
const LONGEST: usize = 15;

/// Bits by which an entry is looked up.
const WIDTH: u32 = 11;

/// An entry of this kind stands for one byte, or for a number of its own.
pub const LITERAL: u32 = 1 << 8;

/// An entry of this kind ends a block.
pub const END: u32 = 1 << 9;

/// The symbol that ends a block.
pub const END_OF_BLOCK: usize = 256;

/// What each symbol of a code means, by its first bits: by a table for short codes, by counting for the few longer ones.
///
/// An entry holds, from the lowest bit on, the length of the code (4 bits), how many bits follow it (4 bits), its kind
/// (8 bits), and the value to which the number in those bits is added (16 bits). 0 is none.
pub struct Code {
    /// By the next bits, as many as `mask` has; 0 where the code is longer, or there is none.
    entries: Box<[u32; 1 << WIDTH]>,
    /// As many bits as the longest code has, [`WIDTH`] at most: a code of few symbols is made in no time.
    mask: usize,
    /// How many codes there are of each length.
    counts: [u32; LONGEST + 1],
    /// The symbols that have codes, by the length of their code and by their value.
    symbols: Vec<u16>,
    meaning: fn(u16) -> u32,
}

impl Code {
    /// A code without symbols; what they mean is told by a function, as an entry without the length of the code.
    pub fn of(meaning: fn(u16) -> u32) -> Self {
        Code { entries: Box::new([0; 1 << WIDTH]), mask: 0, counts: [0; LONGEST + 1], symbols: Vec::new(), meaning }
    }

    /// Takes codes of these lengths, in the order of their symbols. Refused are lengths that no code has, and codes to
    /// which bits could be added that mean nothing: but for one symbol alone, which has one bit.
    pub fn fill(&mut self, lengths: &[u8]) -> Result<(), &'static str> {
        self.counts = [0; LONGEST + 1];
        for length in lengths {
            self.counts[usize::from(*length)] += 1;
        }
        self.counts[0] = 0;
        let mut free = 1_u32;
        for count in &self.counts[1..] {
            free = (free << 1).checked_sub(*count).ok_or(DAMAGED)?;
        }
        let is_alone = self.counts[2..].iter().all(|count| *count == 0);
        if free > 0 && !is_alone {
            return Err(DAMAGED);
        }
        let (mut code, mut place) = ([0_u32; LONGEST + 2], [0_usize; LONGEST + 2]);
        for length in 1..=LONGEST {
            code[length + 1] = (code[length] + self.counts[length]) << 1;
            place[length + 1] = place[length] + narrow(self.counts[length].into());
        }
        let longest = self.counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        self.mask = (1 << longest.min(narrow(WIDTH.into()))) - 1;
        let entries = &mut self.entries[..=self.mask];
        entries.fill(0);
        self.symbols.clear();
        self.symbols.resize(place[LONGEST + 1], 0);
        for (symbol, short) in (0_u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            let length = usize::from(*short);
            self.symbols[place[length]] = symbol;
            if u32::from(*short) <= WIDTH {
                let reversed = narrow((code[length].reverse_bits() >> (u32::BITS - u32::from(*short))).into());
                let entry = meant(self.meaning, symbol, u32::from(*short));
                entries[reversed..].iter_mut().step_by(1 << length).for_each(|place| *place = entry);
            }
            code[length] += 1;
            place[length] += 1;
        }
        Ok(())
    }

    /// The entry of the symbol that bits begin with, if its code is short.
    #[inline]
    pub fn quick(&self, bits: u64) -> u32 {
        self.entries[narrow(bits & ((1 << WIDTH) - 1)) & self.mask]
    }

    /// The entry of the symbol that bits begin with, 15 at least.
    #[inline]
    pub fn entry(&self, bits: u64) -> Option<u32> {
        match self.quick(bits) {
            0 => self.find(bits),
            entry => Some(entry),
        }
    }

    /// Looks for the symbol first bit by first bit, as codes are counted.
    #[cold]
    fn find(&self, mut bits: u64) -> Option<u32> {
        let (mut code, mut first, mut before) = (0_u32, 0_u32, 0_usize);
        for (length, count) in (1..).zip(&self.counts[1..]) {
            code |= u32::from(bits & 1 == 1);
            bits >>= 1;
            if code < first + count {
                let symbol = self.symbols.get(before + narrow((code - first).into()))?;
                return Some(meant(self.meaning, *symbol, length)).filter(|entry| *entry > 0);
            }
            before += narrow(u64::from(*count));
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// The entry of a symbol with a code of this length.
fn meant(meaning: fn(u16) -> u32, symbol: u16, length: u32) -> u32 {
    match meaning(symbol) {
        0 => 0,
        entry => entry | length,
    }
}

/// What an entry stands for, or is added to.
#[inline]
pub fn value(entry: u32) -> usize {
    narrow(u64::from(entry >> 16))
}

/// How many bits follow the code.
#[inline]
pub fn more(entry: u32) -> u32 {
    entry >> 4 & 15
}

/// A number.
pub fn number(symbol: u16) -> u32 {
    u32::from(symbol) << 16 | LITERAL
}

/// A byte, the end of a block, or a length: of [`LENGTHS`].
pub fn literal_or_length(symbol: u16) -> u32 {
    match usize::from(symbol) {
        0..END_OF_BLOCK => number(symbol),
        END_OF_BLOCK => END,
        symbol => LENGTHS.get(symbol - END_OF_BLOCK - 1).map_or(0, |(base, more)| base << 16 | more << 4),
    }
}

/// A distance: four of one size each, then twice two, twice two of twice the size, and so on.
pub fn distance(symbol: u16) -> u32 {
    let symbol = u32::from(symbol);
    let more = (symbol / 2).saturating_sub(1);
    let base = if symbol < 4 { symbol + 1 } else { ((2 + symbol % 2) << more) + 1 };
    if symbol < 30 { base << 16 | more << 4 } else { 0 }
}

/// What the symbols behind that of the end mean: a length to which the number in so many bits is added.
const LENGTHS: [(u32, u32); 29] = [
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_begin_where_the_format_says() {
        let told = |symbol| (value(distance(symbol)), more(distance(symbol)));
        let known =
            [(0, (1, 0)), (3, (4, 0)), (4, (5, 1)), (5, (7, 1)), (6, (9, 2)), (17, (385, 7)), (29, (24577, 13))];
        for (symbol, meant) in known {
            assert_eq!(told(symbol), meant, "{symbol}");
        }
        assert_eq!(distance(30), 0);
    }

    #[test]
    fn only_codes_that_leave_no_bits_without_meaning_are_taken() {
        let mut code = Code::of(number);
        for whole in [&[1, 1][..], &[2, 1, 2], &[0, 1, 2, 3, 3], &[1], &[0, 0, 1], &[0, 0]] {
            assert_eq!(code.fill(whole), Ok(()), "{whole:?}");
        }
        for torn in [&[2, 1][..], &[1, 1, 1], &[2], &[1, 2, 3], &[2, 2, 2, 2, 2]] {
            assert_eq!(code.fill(torn), Err(DAMAGED), "{torn:?}");
        }
    }
}
