//! Proofs of sign-offs: e-mails, signatures, pictures, PDF.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| akam::fuzz::proof(input));
