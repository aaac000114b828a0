//! Deflated data as strangers send it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| akam::fuzz::inflate(input));
