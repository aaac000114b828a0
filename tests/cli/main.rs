//! Stories told through the real binary: one edit to a finished portfolio, and what the user sees.

mod sandbox;
mod tools;
mod zips;

mod archive;
mod artefact;
mod attach;
mod check;
mod completions;
mod coverage;
mod document;
mod explain;
mod init;
mod name;
mod pack;
mod portfolio;
mod privacy;
mod readme;
mod show;
mod status;
mod verify;
