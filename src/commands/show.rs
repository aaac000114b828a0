//! `akam show`: the framework, or one competency of it.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, choose, find_root, open, say};
use crate::cli::Show;
use crate::framework::Framework;
use crate::report::framework::{overview, page};

pub fn run(place: Option<&Path>, show: &Show) -> Result<Outcome> {
    let framework = match find_root(place)? {
        Some(root) => open(&root)?.framework,
        None => Framework::built_in(),
    };
    if show.words.is_empty() {
        say(&overview(&framework))?;
    } else {
        say(&page(&framework, choose(&framework, &show.words.join(" "))?))?;
    }
    Ok(Outcome::Done)
}
