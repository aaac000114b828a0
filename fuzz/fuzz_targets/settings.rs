//! Settings, registers and frameworks in TOML.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| akam::fuzz::settings(input));
