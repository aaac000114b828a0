//! `akam attach`: copies files into a competency's artefacts and registers them.

use std::path::Path;

use anyhow::{Context, Result};

use super::questions::{text_if_any, text_that};
use super::{Outcome, choose, open_to_write, refuse, refuse_misplaced, refuse_private, root, say};
use crate::cli::Attach;
use crate::disk::{self, Transaction};
use crate::document::Format;
use crate::file_name::portable;
use crate::framework::Competency;
use crate::limits::MAX_SETTINGS_BYTES;
use crate::portfolio::artefact::{self, NewEntry, Period, Register};
use crate::portfolio::{CompetencyFolder, FILE, Portfolio, is_junk};
use crate::report::attach::attached;
use crate::report::terminal::safe;
use crate::settings;
use crate::source::Source;
use crate::text::{collision_key, nfc};
use crate::tree::{DOWNLOAD, EntryKind, IN_THE_CLOUD, downloaded, entry_at, open_file};

pub fn run(place: Option<&Path>, attach: &Attach) -> Result<Outcome> {
    disk::install_signal_handler();
    let root = root(place)?;
    for file in &attach.files {
        refuse_placeholder(file)?;
        open_file(file.canonicalize().as_ref().unwrap_or(file))
            .with_context(|| format!("cannot read `{}`", file.display()))?;
    }
    let mut code = String::new();
    for file in &attach.files {
        let portfolio = open_to_write(&root)?;
        let competency = choose(&portfolio.framework, &attach.to)?;
        refuse_others(&portfolio, competency, file)?;
        let wish = wish(&portfolio, competency, file, attach)?;
        // Another run may have changed the list while the questions were answered, so it is read again under the lock.
        let lock = disk::lock(&root.join(FILE));
        say(&add(&root, &open_to_write(&root)?, competency, file, &wish)?)?;
        drop(lock);
        code.clone_from(&competency.code);
    }
    say(&format!("\nnext: mention it in the document, then `akam check {}`\n", safe(&code)))?;
    Ok(Outcome::Done)
}

/// Refuses a file that is only in the cloud, whether the path names it or its placeholder.
fn refuse_placeholder(file: &Path) -> Result<()> {
    let name = name_of(file);
    let meant = downloaded(&name).unwrap_or(name);
    let folder = file.parent().unwrap_or(Path::new(""));
    if entry_at(folder, &meant).is_some_and(|entry| entry.is_in_the_cloud()) {
        let shown = folder.join(meant);
        return Err(refuse(format!("`{}` {}", shown.display(), IN_THE_CLOUD.trim_start_matches("it ")), DOWNLOAD));
    }
    Ok(())
}

/// Refuses files that cannot be artefacts, and targets of the wrong kind.
fn refuse_others(portfolio: &Portfolio, competency: &Competency, file: &Path) -> Result<()> {
    let name = name_of(file);
    if is_junk(&name) {
        let help = "attach the document itself, or give the file another name first";
        return Err(refuse(format!("`{name}` is named like what programs leave behind, which is never packed"), help));
    }
    let folder = &portfolio.folder(&competency.code).expect("every competency has a folder").path;
    let (artefacts, register) = (format!("{folder}/{}", artefact::FOLDER), format!("{folder}/{}", artefact::FILE));
    for (path, wanted) in [(folder, EntryKind::Folder), (&artefacts, EntryKind::Folder), (&register, EntryKind::File)] {
        refuse_misplaced(portfolio, path, &wanted)?;
    }
    Ok(())
}

/// Collects the entry from the flags, and asks on a terminal for what is missing.
fn wish(portfolio: &Portfolio, competency: &Competency, file: &Path, attach: &Attach) -> Result<NewEntry> {
    if let Some(made) = &attach.made
        && Period::parse(made).is_none()
    {
        let help = "write 2026-03-14, 2026-03, 2026 or \"2025-01 to 2025-06\"";
        return Err(refuse(format!("`{made}` is no date"), help));
    }
    let framework = &portfolio.framework;
    let mut supports = Vec::new();
    for code in &attach.supports {
        let known = framework.code(code).map(str::to_owned);
        supports.push(known.map_or_else(|| choose(framework, code).map(|found| found.code.clone()), Ok)?);
    }
    let own = |code: &String| framework.owner(code).is_some_and(|owner| owner.code == competency.code);
    if !supports.is_empty() && !supports.iter().any(own) {
        supports.insert(0, competency.code.clone());
    }
    let mut wish = NewEntry {
        title: attach.title.clone(),
        shows: attach.shows.clone(),
        share: attach.share,
        made: attach.made.clone(),
        supports,
    };
    if wish.shows.is_none() {
        let question = format!("What does `{}` show?", safe(&name_of(file)));
        let help = "how it demonstrates the competency: what to look at, and what it proves; press Enter to skip";
        wish.shows = text_if_any(&question, help)?;
    }
    if wish.share.is_none() {
        let share =
            |text: &str| text.trim().trim_end_matches('%').trim().parse().ok().filter(|share: &u8| *share <= 100);
        let wrong = move |text: &str| share(text).is_none().then(|| "a number from 0 to 100".to_owned());
        let help = "the share that you did yourself; press Enter to skip";
        wish.share =
            text_that("How much of it is your own work, in per cent?", help, wrong)?.as_deref().and_then(share);
    }
    Ok(wish)
}

/// Copies one file and adds it to the list; returns the report.
fn add(root: &Path, portfolio: &Portfolio, competency: &Competency, file: &Path, wish: &NewEntry) -> Result<String> {
    let folder = portfolio.folder(&competency.code).expect("every competency has a folder");
    let source = file.canonicalize().with_context(|| format!("cannot find `{}`", file.display()))?;
    let own = root.join(&folder.path).canonicalize().unwrap_or_else(|_| root.join(&folder.path));
    refuse_private(root, file)?;
    let inside = source.strip_prefix(&own).ok().map(|path| path.to_string_lossy().replace('\\', "/"));
    let name = match &inside {
        Some(path) if path == artefact::FILE || Format::of(path).is_some() => {
            let help = "attach what supports it: a plan, a report, a spreadsheet";
            return Err(refuse(format!("`{path}` belongs to the competency itself and is no artefact"), help));
        }
        Some(path) => path.clone(),
        None => format!("{}/{}", artefact::FOLDER, portable(&nfc(&name_of(file)))),
    };
    if let Some(artefact) =
        folder.artefacts().iter().find(|artefact| collision_key(artefact.file.get_ref()) == collision_key(&name))
    {
        let help = "give the new file another name, or edit its entry in `artefacts.toml`";
        return Err(refuse(format!("`{name}` is registered already, as {}", artefact.number), help));
    }
    let number = format!("{}-A{}", competency.code, folder.artefacts().len() + 1);
    let (read, register) = register(portfolio, folder, &name, wish)?;
    let mut transaction = Transaction::default();
    if inside.is_none() {
        copy(&mut transaction, &source, root, folder, &name)?;
    }
    transaction.replace(&root.join(&folder.path).join(artefact::FILE), read, &register)?;
    transaction.commit()?;
    Ok(attached(&number, &folder.path, &name, wish, &name_of(file)))
}

/// Copies a file to where nothing is yet.
fn copy(
    transaction: &mut Transaction,
    source: &Path,
    root: &Path,
    folder: &CompetencyFolder,
    name: &str,
) -> Result<()> {
    let own = root.join(&folder.path);
    let taken = folder.files.iter().any(|path| collision_key(&path[folder.path.len() + 1..]) == collision_key(name));
    let target = own.join(name);
    if taken || entry_at(&own, name).is_some() {
        return Err(refuse(
            format!("`{}/{name}` is there already, and nothing is overwritten", folder.path),
            "give the new file another name first",
        ));
    }
    let mut file = open_file(source).with_context(|| format!("cannot read `{}`", source.display()))?;
    transaction.create_folder(&own.join(artefact::FOLDER))?;
    transaction.copy(&mut file, &target)
}

/// The list's bytes as read, and its text with one entry appended; every byte before stays the same.
fn register(
    portfolio: &Portfolio,
    folder: &CompetencyFolder,
    name: &str,
    wish: &NewEntry,
) -> Result<(Vec<u8>, String)> {
    let path = format!("{}/{}", folder.path, artefact::FILE);
    if folder.is_register_broken() {
        return Err(refuse(format!("`{path}` cannot be read"), "`akam check` shows the line to fix"));
    }
    let entry = portfolio.tree.find(&path);
    let bytes = entry.map(|entry| portfolio.tree.read(entry, MAX_SETTINGS_BYTES)).transpose()?.unwrap_or_default();
    let text = String::from_utf8(bytes.clone()).with_context(|| format!("cannot read `{path}`"))?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let open = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    let gap = if text.is_empty() || text.ends_with(&format!("{end}{end}")) { "" } else { end };
    let longer = format!("{text}{open}{gap}{}{end}", wish.lines(name).join(end));
    let source = Source { path: path.clone(), text: longer.trim_start_matches('\u{feff}').to_owned() };
    let is_toml = settings::parse::<toml::Table>(&source).is_ok();
    match Register::parse(source, "") {
        Ok(register) if register.artefacts.len() == folder.artefacts().len() + 1 => {}
        Err(problem) if is_toml => {
            let why = format!("with one more artefact, `{path}` cannot be read: {}", problem.message);
            return Err(refuse(why, problem.help));
        }
        _ => {
            let help = "write each artefact under a line `[[artefact]]` of its own";
            return Err(refuse(format!("`{path}` lists its artefacts in one line"), help));
        }
    }
    if longer.len() as u64 > MAX_SETTINGS_BYTES || portfolio.is_full(longer.len() - text.len()) {
        let help = "attach what belongs together as one file, as an archive or a PDF, and keep texts short";
        return Err(refuse(format!("with one more artefact, `{path}` is more than is read"), help));
    }
    Ok((bytes, longer))
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
