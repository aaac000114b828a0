//! Lists of files, as they lie in archives.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| akam::fuzz::manifest(input));
