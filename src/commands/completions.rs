//! `akam completions`: completions for a shell.

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use super::{Outcome, say};
use crate::cli::Cli;

pub fn run(shell: Shell) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "akam", &mut script);
    say(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
