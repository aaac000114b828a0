//! Inflating, beside what the library that deflates makes of the same data.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use super::*;

fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

fn inflated(data: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let outcome = Inflate::of(data, size as u64).read_to_end(&mut bytes);
    outcome.map(|_| bytes).map_err(|error| error.to_string())
}

/// What the library makes of data, if it makes something of it.
fn by_library(data: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut bytes, mut state) = (Vec::with_capacity(1 << 20), Decompress::new(false));
    let status = state.decompress_vec(data, &mut bytes, FlushDecompress::Finish).ok()?;
    let used = usize::try_from(state.total_in()).expect("no more than was given");
    (status == Status::StreamEnd).then_some((bytes, used))
}

struct Noise(u32);

impl Noise {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0.to_be_bytes()[0]
    }

    fn below(&mut self, most: usize) -> usize {
        let number = u32::from_be_bytes([0, self.byte(), self.byte(), self.byte()]);
        usize::try_from(number).expect("three bytes fit") % most
    }
}

/// Bytes that repeat now and then, at all distances, and bytes that never do.
fn samples() -> Vec<Vec<u8>> {
    let mut noise = Noise(1);
    let words: Vec<u8> = (0..300_000).map(|_| b"etaoin shrdlu"[usize::from(noise.byte()) % 13]).collect();
    let random: Vec<u8> = (0..200_000).map(|_| noise.byte()).collect();
    let mixed = [&words[..70_000], &random[..70_000], &vec![0; 100_000][..]].concat();
    let mut repeated = words[..1000].to_vec();
    while repeated.len() < 400_000 {
        let distance = 1 + noise.below(repeated.len().min(40_000));
        let from = repeated.len() - distance;
        let length = 3 + noise.below(300);
        (from..from + length).for_each(|at| repeated.push(repeated[at]));
        repeated.push(noise.byte());
    }
    // Letters of which each is twice as frequent as the next have codes of all lengths.
    let skewed = (0..300_000).map(|_| noise.below(1 << 16).leading_zeros().to_le_bytes()[0]).collect();
    vec![Vec::new(), b"a".to_vec(), b"abcabcabc".to_vec(), words, random, mixed, repeated, skewed]
}

#[test]
fn what_any_level_writes_becomes_what_it_was() {
    for sample in samples() {
        for level in [0, 1, 2, 3, 6, 9] {
            let data = deflated(&sample, level);
            let bytes = inflated(&data, sample.len());
            assert!(bytes.as_ref() == Ok(&sample), "level {level}, {} bytes: {:?}", sample.len(), bytes.err());
        }
    }
}

#[test]
fn bytes_that_come_one_by_one_make_no_difference() {
    struct Drop<'a>(&'a [u8]);
    impl Read for Drop<'_> {
        fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
            let count = block.len().min(1);
            self.0.read(&mut block[..count])
        }
    }
    let sample = &samples()[5];
    for level in [0, 6] {
        let (data, mut bytes) = (deflated(sample, level), Vec::new());
        Inflate::of(Drop(&data), 0).read_to_end(&mut bytes).expect("the data is sound");
        assert!(bytes == *sample, "level {level}");
    }
}

#[test]
fn what_the_stream_fails_with_is_told() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let error = Inflate::of((&[0x4b_u8][..]).chain(Broken), 5).read(&mut [0; 9]).expect_err("it cannot be read");
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

#[test]
fn hidden_bits_hidden_bytes_and_missing_bytes_are_found() {
    for sample in samples() {
        let data = deflated(&sample, 6);
        assert!(inflated(&data[..data.len() - 1], sample.len()).is_err(), "cut off");
        assert!(inflated(&[&data[..], &[0]].concat(), sample.len()).is_err(), "a byte behind");
    }
    // A last block with fixed codes that holds nothing: ten bits, then six spare ones.
    assert_eq!(inflated(&[3, 0], 0), Ok(Vec::new()));
    for bit in 2..8 {
        assert!(inflated(&[3, 1 << bit], 0).is_err(), "bit {bit}");
    }
    // A stored block: three bits, then five spare ones.
    assert_eq!(inflated(&[1, 1, 0, 0xfe, 0xff, 7], 1), Ok(vec![7]));
    for bit in 3..8 {
        assert!(inflated(&[1 | 1 << bit, 1, 0, 0xfe, 0xff, 7], 1).is_err(), "bit {bit}");
    }
    // The same before a stored block in the middle, after which a last block holds nothing.
    let in_the_middle = |first: u8| [first, 1, 0, 0xfe, 0xff, 7, 3, 0];
    assert_eq!(inflated(&in_the_middle(0), 1), Ok(vec![7]));
    for bit in 3..8 {
        assert!(inflated(&in_the_middle(1 << bit), 1).is_err_and(|why| why.contains("hidden")), "bit {bit}");
    }
    // The letter `a`, then five bytes from two bytes back, where there is one only.
    assert!(inflated(&[0x4b, 0x04, 0x92, 0x00], 6).is_err());
}

#[test]
fn of_damaged_data_no_more_is_made_than_the_library_makes() {
    let mut noise = Noise(7);
    let small: Vec<u8> = (0..400).map(|_| b"etaoin shrdlu"[usize::from(noise.byte()) % 13]).collect();
    for level in [0, 1, 6] {
        let whole = deflated(&[&small[..], &small[100..300], &[0; 300]].concat(), level);
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut data = whole.clone();
                data[at] ^= 1 << bit;
                let other = by_library(&data);
                match inflated(&data, 1 << 20) {
                    Ok(bytes) => assert_eq!(Some((bytes, data.len())), other, "level {level}, byte {at}, bit {bit}"),
                    Err(why) if why.contains("hidden") => {}
                    Err(why) => assert_eq!(other, None, "level {level}, byte {at}, bit {bit}: {why}"),
                }
            }
        }
    }
}
