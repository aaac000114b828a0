//! The commands, each one paragraph: load, ask, write.

mod attach;
mod check;
mod completions;
mod explain;
mod init;
mod pack;
mod preview;
mod questions;
mod show;
mod sign_off;
mod status;
mod verify;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::cli::{Cli, Command, SignOffCommand};
use crate::framework::{Competency, Framework};
use crate::portfolio::{FILE, PRIVATE, Portfolio};
use crate::settings::Problem;
use crate::tree::{DOWNLOAD, EntryKind, Tree, entry_at};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The portfolio or archive is wrong.
    ErrorsFound,
}

/// What akam refuses or cannot do, and the remedy.
#[derive(Debug)]
pub struct Refusal {
    pub message: String,
    pub help: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// The user stopped the program at a question.
#[derive(Debug)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("stopped with Ctrl-C; nothing was written")
    }
}

impl std::error::Error for Interrupted {}

/// A refusal with its remedy, as an error.
pub fn refuse(message: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    Refusal { message: message.into(), help: Some(help.into()) }.into()
}

pub fn run(cli: Cli) -> Result<Outcome> {
    let place = cli.portfolio.as_deref();
    match cli.command {
        None => status::run(place),
        Some(Command::Init(init)) => init::run(place, init),
        Some(Command::Show(show)) => show::run(place, &show),
        Some(Command::Attach(attach)) => attach::run(place, &attach),
        Some(Command::Check(check)) => check::run(place, &check),
        Some(Command::SignOff(SignOffCommand::Request(request))) => sign_off::request::run(place, request),
        Some(Command::SignOff(SignOffCommand::Record(record))) => sign_off::record::run(place, &record),
        Some(Command::SignOff(SignOffCommand::List(list))) => sign_off::list::run(place, &list),
        Some(Command::SignOff(SignOffCommand::Withdraw(withdraw))) => sign_off::withdraw::run(place, withdraw),
        Some(Command::Preview(preview)) => preview::run(place, &preview),
        Some(Command::Pack(pack)) => pack::run(place, &pack),
        Some(Command::Verify(verify)) => verify::run(&verify),
        Some(Command::Explain(explain)) => explain::run(&explain),
        Some(Command::Completions { shell }) => completions::run(shell),
    }
}

/// Prints text, with colours only where the terminal shows them. A reader that closes the pipe, as `head` does, is not
/// an error.
pub fn say(text: &str) -> Result<()> {
    let print = || {
        if anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never {
            // Write it at once, not in pieces between the colours.
            return std::io::stdout().lock().write_all(anstream::adapter::strip_str(text).to_string().as_bytes());
        }
        anstream::stdout().lock().write_all(text.as_bytes())
    };
    match print().and_then(|()| std::io::stdout().flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to the standard output"),
    }
}

/// The portfolio's folder: the named one, which must be a portfolio, else the nearest one upwards; `None` if there is
/// none.
fn find_root(named: Option<&Path>) -> Result<Option<PathBuf>> {
    if let Some(named) = named {
        let folder = if named.ends_with(FILE) { named.parent().unwrap_or(named) } else { named };
        if is_portfolio(folder) {
            return Ok(Some(folder.to_owned()));
        }
        let folder = folder.display();
        let help = format!("`akam init {folder}` makes one");
        return Err(refuse(format!("`{folder}` is no portfolio: it holds no `{FILE}`"), help));
    }
    let here = std::env::current_dir().context("cannot tell which folder this is")?;
    Ok(here.ancestors().find(|folder| is_portfolio(folder)).map(Path::to_owned))
}

/// Whether a folder holds a portfolio's settings, valid or not.
fn is_portfolio(folder: &Path) -> bool {
    entry_at(folder, FILE)
        .is_some_and(|entry| entry.is_in_the_cloud() || !matches!(entry.kind, EntryKind::Unreadable(_)))
}

/// The portfolio's folder, or a refusal that says how to begin.
fn root(named: Option<&Path>) -> Result<PathBuf> {
    find_root(named)?.ok_or_else(|| {
        refuse(
            format!("this folder is no portfolio, and none of the folders above it: they hold no `{FILE}`"),
            "`akam init my-portfolio` makes one; `--portfolio DIR` names one that is elsewhere",
        )
    })
}

fn open(root: &Path) -> Result<Portfolio> {
    Ok(Portfolio::open(tree(root)?, None))
}

/// The files of the portfolio's folder, which must be listable.
fn tree(root: &Path) -> Result<Tree> {
    let cannot = || format!("cannot list what is in `{}`", root.display());
    std::fs::read_dir(root).with_context(cannot)?;
    let tree = Tree::folder(root, &[PRIVATE]);
    match tree.find("").map(|entry| &entry.kind) {
        Some(EntryKind::Unreadable(why)) => Err(anyhow!("{why}")).with_context(cannot),
        _ => Ok(tree),
    }
}

/// Opens a portfolio whose settings are valid, so that it is known where things belong.
fn open_to_write(root: &Path) -> Result<Portfolio> {
    let portfolio = open(root)?;
    refuse_broken(portfolio.settings_problem())?;
    Ok(portfolio)
}

/// Refuses to continue if a file cannot be used.
fn refuse_broken(problem: Option<&Problem>) -> Result<()> {
    let Some(Problem { place, message, help }) = problem else { return Ok(()) };
    let line = place.in_words().map(|words| format!(", {words}")).unwrap_or_default();
    Err(refuse(format!("`{}`{line}: {message}", place.path), help))
}

/// Refuses a path that exists and is not the kind of entry that akam would write.
fn refuse_misplaced(portfolio: &Portfolio, path: &str, wanted: &EntryKind) -> Result<()> {
    let noun = if *wanted == EntryKind::File { "file" } else { "folder" };
    let Some(entry) = portfolio.tree.entry_at(path) else { return Ok(()) };
    let (message, help) = match &entry.kind {
        kind if kind == wanted => return Ok(()),
        EntryKind::Link => ("is a link, which is never followed".to_owned(), format!("put the {noun} itself there")),
        EntryKind::Unreadable(reason) if entry.is_in_the_cloud() => {
            (format!("cannot be read: {reason}"), DOWNLOAD.to_owned())
        }
        EntryKind::Unreadable(reason) => {
            (format!("cannot be read: {reason}"), "give yourself the right to read it".to_owned())
        }
        _ => (format!("is no {noun} that can be used"), format!("rename it, and put a {noun} there instead")),
    };
    Err(refuse(format!("`{path}` {message}"), help))
}

/// Refuses to copy a file out of `private/`, which must not leave the disk.
fn refuse_private(root: &Path, file: &Path) -> Result<()> {
    let (Ok(private), Ok(source)) = (root.join(PRIVATE).canonicalize(), file.canonicalize()) else { return Ok(()) };
    if source.starts_with(private) {
        let help = "copy it out of there yourself, once it holds nothing that must stay private";
        return Err(refuse(format!("`{}` is in `{PRIVATE}/`, which never leaves your disk", file.display()), help));
    }
    Ok(())
}

/// The competency that a person means.
fn choose<'a>(framework: &'a Framework, words: &str) -> Result<&'a Competency> {
    match framework.matching(words)[..] {
        [only] => Ok(only),
        [] => {
            let near = framework.nearest(words).map(|near| format!("did you mean {}? ", near.name()));
            let help = near.unwrap_or_default() + "`akam show` lists all competencies";
            Err(refuse(format!("there is no competency `{words}`"), help))
        }
        ref several => {
            let names: Vec<String> = several.iter().map(|competency| competency.name()).collect();
            let help = format!("name one by its code: {}", names.join(", "));
            Err(refuse(format!("`{words}` may mean several competencies"), help))
        }
    }
}

/// Today, or the day of `SOURCE_DATE_EPOCH` (seconds since 1970, UTC), which makes output reproducible.
fn today() -> Result<Date> {
    #[expect(clippy::disallowed_methods, reason = "commands may ask for the time")]
    Ok(fixed_day()?.unwrap_or_else(|| jiff::Zoned::now().date()))
}

/// The latest date anywhere on earth, which does not depend on this machine's time zone.
fn latest_day() -> Result<Date> {
    #[expect(clippy::disallowed_methods, reason = "commands may ask for the time")]
    let now = || Timestamp::now().to_zoned(TimeZone::fixed(jiff::tz::offset(14))).date();
    Ok(fixed_day()?.unwrap_or_else(now))
}

fn fixed_day() -> Result<Option<Date>> {
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = epoch.to_str().and_then(|text| text.trim().parse().ok());
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let time =
        time.ok_or_else(|| refuse("`SOURCE_DATE_EPOCH` is no number of seconds", "unset it, or set it to a number"))?;
    Ok(Some(time.to_zoned(TimeZone::UTC).date()))
}
