//! Markdown documents, up to the pages of an archive.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| akam::fuzz::page(input));
