//! Archives as strangers send them.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| akam::fuzz::archive(input));
