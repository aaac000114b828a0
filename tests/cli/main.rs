//! Stories told through the real binary: one edit to a finished portfolio, and what the user sees.

mod builder;
mod sandbox;
mod too_much;
mod tools;
mod zips;

mod archive;
mod archive_made;
mod archive_version;
mod artefact;
mod attach;
mod broken_off;
mod bytes;
mod check;
mod completions;
mod coverage;
mod disk;
mod document;
mod document_said;
mod explain;
mod faults;
mod fuzz_seeds;
mod hostile;
mod hostile_names;
mod how_to_check;
mod init;
mod links;
mod name;
mod pack;
mod portfolio;
mod privacy;
mod questions;
mod readme;
mod repacked;
mod settings;
mod show;
mod sign_off;
mod sign_off_list;
mod sign_off_proof;
mod sign_off_record;
mod sign_off_request;

mod status;
mod streams;
mod unusable;
mod verify;
