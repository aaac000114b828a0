//! `akam`: builds, checks and packs the evidence for the AKAM Key Account Manager Diploma.
//!
//! Data flows one way: disk, facts (parsed, not judged), findings, then text, pages or an archive.
//!
//! | layer | modules | job | must never |
//! |---|---|---|---|
//! | edge | `lib` `fuzz` | outcome to exit code; doors for the fuzzer, in its builds only | know a command's details |
//! | edge | `commands` | load, ask, write | parse formats, judge, draw |
//! | edge | `cli` `disk` | words; writing | anything else |
//! | judgement | `assessment` | an archive, compared with what akam makes of the evidence in it | write, ask |
//! | output | `submission` `site` `report` | values to text, and with their verdict to the files of an archive | read files, find fault |
//! | verdict | `rules` `coverage` `finding` | facts to findings and states | touch disk, clock, environment, terminal |
//! | facts | `archive` `review` `portfolio` `html` `document` `framework` | what is there | judge, write |
//! | ground | `mail` `pdf` `picture` `zip` `tree` `settings` `file_name` `source` `text` `fingerprint` `digest` `threads` `media` `limits` | e-mails, PDF and its signatures, pictures, ZIP files, files, their names and kinds, text with places, digests, processors, limits | know the domain |
//!
//! A module uses rows below its own, and within a row only what is to its right; `tests/tidy.rs` reads this table
//! and fails on an upward `use`. `disk` is above the facts on purpose: then no fact, rule or report can write.

mod archive;
mod assessment;
mod cli;
mod commands;
mod coverage;
mod digest;
mod disk;
mod document;
mod file_name;
mod finding;
mod fingerprint;
mod framework;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzz;
mod html;
mod limits;
mod mail;
mod media;
mod pdf;
mod picture;
mod portfolio;
mod report;
mod review;
mod rules;
mod settings;
mod site;
mod source;
mod submission;
mod text;
mod threads;
mod tree;
mod zip;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use commands::{Outcome, Refusal};
use disk::Signal;
use report::terminal::{self, safe, styled};

/// How a run ends, as its exit code says it.
#[derive(Clone, Copy)]
enum Exit {
    Done = 0,
    ErrorsFound = 1,
    /// It could not be done.
    Failed = 2,
    /// Ctrl-C stopped it.
    Interrupted = 130,
    /// A request to end stopped it.
    Terminated = 143,
}

/// Runs the command line.
pub fn run() -> ExitCode {
    disk::on_signal(|signal, finished| report_signal(signal, finished) as u8);
    ExitCode::from(outcome() as u8)
}

fn outcome() -> Exit {
    let outcome = match parse() {
        Ok(cli) => commands::run(cli),
        Err(error) if error.use_stderr() => {
            tell(&error.render().ansi().to_string());
            return Exit::Failed;
        }
        // What was asked for: the help, or the version.
        Err(asked) => commands::say(&asked.render().ansi().to_string()).map(|()| Outcome::Done),
    };
    match outcome {
        Ok(Outcome::Done) => Exit::Done,
        Ok(Outcome::ErrorsFound) => Exit::ErrorsFound,
        Err(error) => {
            report_failure(&error);
            if error.is::<commands::Interrupted>() { Exit::Interrupted } else { Exit::Failed }
        }
    }
}

/// Reads the command line; what is wrong with it is said of the words as they may be shown.
fn parse() -> Result<cli::Cli, clap::Error> {
    cli::Cli::try_parse().map_err(|error| {
        let shown = std::env::args_os().map(|word| safe(&word.to_string_lossy()));
        // Nothing is wrong with them only where what is wrong is that they are no text, which names none.
        cli::Cli::try_parse_from(shown).err().unwrap_or(error)
    })
}

fn report_failure(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(|cause| safe(&cause.to_string())).collect();
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let mut text = format!("{} {}\n", styled(red, "error:"), causes.join(": "));
    if let Some(help) = error.downcast_ref::<Refusal>().and_then(|refusal| refusal.help.as_ref()) {
        text += &terminal::help(help);
    } else if let Some(help) = help_for(error) {
        text += &terminal::help(help);
    }
    tell(&text);
}

/// Says why a run is stopped, and what is written all the same.
fn report_signal(signal: Signal, finished: &[PathBuf]) -> Exit {
    let (exit, why) = match signal {
        Signal::ExpectedInterrupt => return Exit::Done,
        Signal::Interrupt => (Exit::Interrupted, "stopped with Ctrl-C"),
        Signal::Terminate => (Exit::Terminated, "stopped by a request to end"),
    };
    // A question may have been open, or a bar drawn; on Windows, Ctrl-C is part of an answer.
    #[cfg(unix)]
    let _ = crossterm::terminal::disable_raw_mode();
    let clear = if io::IsTerminal::is_terminal(&io::stderr()) { "\r\u{1b}[K" } else { "" };
    let already = match finished {
        [] => String::new(),
        [path] => format!(", but `{}` was written before", safe(&path.display().to_string())),
        several => format!(", but {} were written before", text::count(several.len(), "file")),
    };
    tell(&format!("{clear}error: {why}; nothing unfinished is left{already}\n"));
    exit
}

/// Says on the error stream what went wrong.
fn tell(text: &str) {
    // If the error stream is closed too, there is nowhere left to say it.
    let _ = io::Write::write_all(&mut anstream::stderr(), text.as_bytes());
}

/// A remedy for what disks refuse.
fn help_for(error: &anyhow::Error) -> Option<&'static str> {
    if error.is::<disk::NoReplaceUnsupported>() {
        return Some("work in a folder on another disk; `akam pack` writes to one with `--output DIR`");
    }
    let cause = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>())?;
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space, then run the command again")
        }
        io::ErrorKind::FileTooLarge => Some("this disk or its settings take no file so large: choose another disk"),
        io::ErrorKind::NotADirectory => {
            Some("there is a file where a folder should be: rename it, or name another folder")
        }
        io::ErrorKind::ReadOnlyFilesystem => Some("choose a folder on a disk that can be written to"),
        kind if kind == io::ErrorKind::PermissionDenied || disk::is_sharing_violation(cause) => {
            Some("see that you have the right to do so, and that no other program holds the file")
        }
        _ => None,
    }
}
