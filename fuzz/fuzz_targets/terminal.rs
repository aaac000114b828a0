//! Foreign text, as a terminal shows it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| akam::fuzz::terminal(input));
