//! Word documents, up to their pages.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| akam::fuzz::document("evidence.docx", bytes));
