//! `akam init`: makes a portfolio, or adds to one what is missing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::questions::{can_ask, choice_or_first, text_if_any};
use super::{Outcome, find_root, is_portfolio, open_to_write, refuse, refuse_misplaced, say};
use crate::cli::{DocumentKind, Init};
use crate::disk::{self, Transaction};
use crate::document::Format;
use crate::portfolio::artefact;
use crate::portfolio::{CompetencyFolder, FILE, NAMES, PRIVATE, Portfolio, is_junk};
use crate::report::init::{InitSummary, summary};
use crate::report::terminal::safe;
use crate::template;
use crate::template::settings::{self, Answers};
use crate::tree::{Entry, EntryKind, entry_at};

pub fn run(place: Option<&Path>, init: Init) -> Result<Outcome> {
    disk::install_signal_handler();
    let root = target(place, init.folder.as_deref())?;
    let is_new = !is_portfolio(&root);
    if is_new {
        refuse_nesting(&root)?;
        refuse_foreign_files(&root, init.here)?;
    }
    let given = Answers {
        name: init.name,
        email: init.email,
        employer: init.employer,
        role: init.role,
        key_account: init.key_account,
    };
    let ignored = !is_new
        && [&given.name, &given.email, &given.employer, &given.role, &given.key_account].iter().any(|it| it.is_some());
    let answers = if is_new { ask(given)? } else { Answers::default() };
    let format = match init.documents {
        Some(DocumentKind::Word) => Some(Format::Word),
        Some(DocumentKind::Odt) => Some(Format::OpenDocument),
        Some(DocumentKind::Markdown) => Some(Format::Markdown),
        None if is_new => Some(ask_format()?),
        None => None,
    };
    let mut made = InitSummary { folder: display_name(&root), is_new, ignored, ..InitSummary::default() };
    if is_new && !is_here(&root) {
        made.path = Some(root.display().to_string());
    }
    add(&root, &answers, format, &mut made)?;
    say(&summary(&made))?;
    Ok(Outcome::Done)
}

fn target(place: Option<&Path>, folder: Option<&Path>) -> Result<PathBuf> {
    match (place, folder) {
        (Some(_), Some(_)) => Err(refuse("the folder is named twice", "leave `--portfolio` out")),
        (Some(place), None) => Ok(place.to_owned()),
        (None, Some(folder)) => Ok(folder.to_owned()),
        (None, None) => Ok(find_root(None)?.unwrap_or_else(|| PathBuf::from("."))),
    }
}

fn refuse_nesting(root: &Path) -> Result<()> {
    let absolute = std::path::absolute(root).context("cannot tell which folder this is")?;
    match absolute.ancestors().skip(1).find(|folder| is_portfolio(folder)) {
        Some(outer) => Err(refuse(
            format!("`{}` is inside the portfolio `{}`", root.display(), outer.display()),
            "choose a folder outside it",
        )),
        None => Ok(()),
    }
}

fn refuse_foreign_files(root: &Path, here: bool) -> Result<()> {
    let entries = match std::fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot look into `{}`", root.display())),
    };
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let foreign: Vec<String> = names.filter(|name| !is_junk(name)).collect();
    match foreign.first() {
        Some(first) if !here => Err(refuse(
            format!("{} holds other files already, such as `{first}`", display_name(root)),
            "name a new folder, as `akam init my-portfolio`, or say `--here` to work among them",
        )),
        _ => Ok(()),
    }
}

/// Asks on a terminal for what is missing; press Enter to skip.
fn ask(mut answers: Answers) -> Result<Answers> {
    let questions: [(&mut Option<String>, &str, &str); 4] = [
        (&mut answers.name, "Your name:", "as it should appear on the cover; press Enter to skip"),
        (&mut answers.employer, "Your employer:", "press Enter to skip; you can fill it in later"),
        (&mut answers.role, "Your role there:", "for example: key account manager; press Enter to skip"),
        (
            &mut answers.key_account,
            "Your key account:",
            "a pseudonym if it is confidential, for example Customer A; press Enter to skip",
        ),
    ];
    for (answer, question, help) in questions {
        if answer.is_none() {
            *answer = text_if_any(question, help)?;
        }
    }
    Ok(answers)
}

/// Asks on a terminal what to write in.
fn ask_format() -> Result<Format> {
    const KINDS: [(&str, Format); 3] = [
        ("Word", Format::Word),
        ("LibreOffice (OpenDocument text)", Format::OpenDocument),
        ("plain text (Markdown)", Format::Markdown),
    ];
    if !can_ask() {
        return Ok(Format::Markdown);
    }
    let chosen = choice_or_first("What do you want to write in?", KINDS.map(|(name, _)| name.to_owned()).to_vec())?;
    Ok(KINDS[chosen].1)
}

/// The kind of document that a portfolio has most of, if it has any.
fn usual_format(portfolio: &Portfolio) -> Option<Format> {
    let all: Vec<Format> = portfolio
        .competencies()
        .filter_map(|(_, folder)| {
            documents(portfolio, folder).first().and_then(|entry| Format::of(&entry.path[folder.path.len() + 1..]))
        })
        .collect();
    let formats = [Format::Markdown, Format::OpenDocument, Format::Word];
    let count = |format: &Format| all.iter().filter(|other| *other == format).count();
    formats.into_iter().max_by_key(count).filter(|format| count(format) > 0)
}

/// Adds every file that is missing; documents of the given kind, else of the portfolio's.
fn add(root: &Path, answers: &Answers, format: Option<Format>, made: &mut InitSummary) -> Result<()> {
    let mut transaction = Transaction::default();
    transaction.create_folder(root)?;
    let portfolio = open_to_write(root)?;
    let folders = || portfolio.competencies().map(|(_, folder)| &folder.path);
    refuse_misplaced(&portfolio, PRIVATE, &EntryKind::Folder)?;
    for path in folders() {
        refuse_misplaced(&portfolio, path, &EntryKind::Folder)?;
        refuse_misplaced(&portfolio, &format!("{path}/{}", artefact::FOLDER), &EntryKind::Folder)?;
    }
    let framework = &portfolio.framework;
    file(&mut transaction, made, root, FILE, settings::portfolio(framework, answers).as_bytes())?;
    // From here on it is a portfolio, and if this run is killed the next one goes on.
    transaction.commit()?;
    let mut transaction = Transaction::default();
    transaction.create_folder(&root.join(PRIVATE))?;
    file(&mut transaction, made, root, NAMES, settings::names().as_bytes())?;
    made.first.clone_from(&framework.competencies[0].code);
    let is_missing = || portfolio.competencies().any(|(_, folder)| documents(&portfolio, folder).is_empty());
    let format = match format.or_else(|| usual_format(&portfolio)) {
        Some(format) => format,
        None if is_missing() => ask_format()?,
        None => Format::Markdown,
    };
    made.document = template::name(format);
    for (competency, folder) in portfolio.competencies() {
        let path = &folder.path;
        transaction.create_folder(&root.join(path).join(artefact::FOLDER))?;
        if let Some(document) = documents(&portfolio, folder).first() {
            keep(made, document);
        } else {
            let bytes = template::document(framework, competency, format)?;
            file(&mut transaction, made, root, &format!("{path}/{}", template::name(format)), &bytes)?;
        }
        let register = settings::register(competency);
        file(&mut transaction, made, root, &format!("{path}/{}", artefact::FILE), register.as_bytes())?;
    }
    transaction.commit()
}

/// Files named like a competency's document, readable or not.
fn documents<'a>(portfolio: &'a Portfolio, folder: &CompetencyFolder) -> Vec<&'a Entry> {
    let name = |entry: &Entry| entry.path[folder.path.len() + 1..].to_owned();
    portfolio.tree.below(&folder.path).filter(|entry| Format::of(&name(entry)).is_some()).collect()
}

/// Makes a file that is not there yet, and keeps account of it.
fn file(transaction: &mut Transaction, made: &mut InitSummary, root: &Path, path: &str, bytes: &[u8]) -> Result<()> {
    if let Some(there) = entry_at(root, path) {
        keep(made, &there);
        return Ok(());
    }
    transaction.file(&root.join(path), bytes)?;
    made.added.push(path.to_owned());
    Ok(())
}

/// Records an existing file that is left alone.
fn keep(made: &mut InitSummary, there: &Entry) {
    made.kept += 1;
    if there.is_in_the_cloud() {
        made.in_the_cloud.push(there.path.clone());
    }
}

fn is_here(root: &Path) -> bool {
    std::env::current_dir().is_ok_and(|here| root == here || root == Path::new("."))
}

/// The folder in a sentence.
fn display_name(root: &Path) -> String {
    if is_here(root) { "this folder".to_owned() } else { format!("`{}`", safe(&root.display().to_string())) }
}
