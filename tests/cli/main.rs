//! Stories told through the real binary: one edit to a finished portfolio, and what the user sees.

mod sandbox;
mod tools;
mod zips;

mod archive;
mod artefact;
mod attach;
mod broken_off;
mod check;
mod completions;
mod coverage;
mod disk;
mod document;
mod explain;
mod faults;
mod init;
mod links;
mod name;
mod pack;
mod portfolio;
mod privacy;
mod questions;
mod readme;
mod settings;
mod show;
mod status;
mod verify;
