//! `akam attach`: copies files into a competency's artefacts and registers them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use inquire::{CustomType, Text};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};
use unicode_normalization::UnicodeNormalization;

use super::{Outcome, choose, open, refuse, root, say};
use crate::cli::Attach;
use crate::disk;
use crate::framework::Competency;
use crate::portfolio::artefact::{self, Made};
use crate::portfolio::{CompetencyFolder, Portfolio};
use crate::report::terminal::{BOLD, list, safe, styled};
use crate::rules::name::{fold, portable};
use crate::tree::open_file;

pub fn run(place: Option<&Path>, attach: &Attach) -> Result<Outcome> {
    let root = root(place)?;
    let mut said = String::new();
    for file in &attach.files {
        let portfolio = open(&root);
        let competency = choose(&portfolio.framework, &attach.to)?;
        let folder = portfolio.folder(&competency.code).expect("every competency has a folder");
        let wish = wish(&portfolio, competency, file, attach)?;
        said += &add(&root, competency, folder, file, &wish)?;
    }
    said += &format!("\nnext: mention it in the document, then `akam check {}`\n", attach.to);
    say(&said)?;
    Ok(Outcome::Done)
}

/// What the register shall say of a file.
struct Wish {
    title: Option<String>,
    shows: Option<String>,
    share: Option<u8>,
    made: Option<String>,
    supports: Vec<String>,
}

/// Takes what was given, and asks for the rest on a terminal.
fn wish(portfolio: &Portfolio, competency: &Competency, file: &Path, attach: &Attach) -> Result<Wish> {
    if let Some(made) = &attach.made
        && Made::parse(made).is_none()
    {
        let help = "write 2026-03-14, 2026-03, 2026 or \"2025-01 to 2025-06\"";
        return Err(refuse(format!("`{made}` is no date"), help));
    }
    let mut supports = Vec::new();
    for code in &attach.supports {
        let found = portfolio.framework.owner(code);
        let known =
            found.map_or_else(|| choose(&portfolio.framework, code).map(|it| it.code.clone()), |_| Ok(code.clone()));
        supports.push(known?);
    }
    if !supports.is_empty() && !supports.iter().any(|code| code.starts_with(&competency.code)) {
        supports.insert(0, competency.code.clone());
    }
    let mut wish = Wish {
        title: attach.title.clone(),
        shows: attach.shows.clone(),
        share: attach.share,
        made: attach.made.clone(),
        supports,
    };
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        if wish.shows.is_none() {
            let question = format!("What does `{}` show?", safe(&name_of(file)));
            let help = "how it demonstrates the competency: what to look at, and what it proves; Enter skips";
            wish.shows =
                Text::new(&question).with_help_message(help).prompt_skippable()?.filter(|text| !text.trim().is_empty());
        }
        if wish.share.is_none() {
            let question = CustomType::<u8>::new("How much of it is your own work, in percent?")
                .with_error_message("a number from 0 to 100")
                .with_parser(&|text| {
                    text.trim().trim_end_matches('%').trim().parse().ok().filter(|share| *share <= 100).ok_or(())
                });
            wish.share = question
                .with_help_message("an honest 60 is worth more than nothing said; Esc skips")
                .prompt_skippable()?;
        }
    }
    Ok(wish)
}

/// Copies one file and registers it; tells what was registered.
fn add(root: &Path, competency: &Competency, folder: &CompetencyFolder, file: &Path, wish: &Wish) -> Result<String> {
    let register_path = root.join(&folder.path).join(artefact::FILE);
    let mut document = read_register(folder, &register_path)?;
    let source = file.canonicalize().with_context(|| format!("cannot find `{}`", file.display()))?;
    let own = root.join(&folder.path).canonicalize().unwrap_or_else(|_| root.join(&folder.path));
    let inside = source.strip_prefix(&own).ok().map(|path| path.to_string_lossy().replace('\\', "/"));
    let name = match &inside {
        Some(path) => path.clone(),
        None => format!("{}/{}", artefact::FOLDER, portable(&name_of(file).nfc().collect::<String>())),
    };
    if let Some(artefact) = folder.artefacts().iter().find(|artefact| fold(artefact.file.get_ref()) == fold(&name)) {
        let help = "give the new file another name, or edit its entry in the register";
        return Err(refuse(format!("`{name}` is registered already, as {}", artefact.number), help));
    }
    let number = format!("{}-A{}", competency.code, folder.artefacts().len() + 1);
    register(&mut document, &name, wish, &folder.path)?;
    let copied = if inside.is_none() { copy(&source, &own, folder, &name)? } else { None };
    if let Err(error) = disk::replace(&register_path, &document.to_string()) {
        if let Some(copy) = copied {
            disk::take_back(&copy);
        }
        return Err(error);
    }
    Ok(told(&number, &folder.path, &name, wish, &name_of(file)))
}

fn read_register(folder: &CompetencyFolder, path: &Path) -> Result<DocumentMut> {
    if folder.is_register_broken() {
        let file = format!("{}/{}", folder.path, artefact::FILE);
        return Err(refuse(format!("`{file}` cannot be read"), "`akam check` shows the line to mend"));
    }
    let text = folder.register.as_ref().map_or("", |register| &register.source.text);
    text.parse().with_context(|| format!("cannot read `{}`", path.display()))
}

/// Copies a file to where nothing is yet; the path of the copy.
fn copy(source: &Path, own: &Path, folder: &CompetencyFolder, name: &str) -> Result<Option<PathBuf>> {
    let taken = folder.files.iter().any(|path| fold(&path[folder.path.len() + 1..]) == fold(name));
    let target = own.join(name);
    if taken || target.symlink_metadata().is_ok() {
        return Err(refuse(
            format!("`{}/{name}` is there already, and nothing is overwritten", folder.path),
            "give the new file another name first",
        ));
    }
    let mut file = open_file(source).with_context(|| format!("cannot read `{}`", source.display()))?;
    disk::create_folder(&own.join(artefact::FOLDER))?;
    disk::copy_new(&mut file, &target)?;
    Ok(Some(target))
}

/// Adds an entry behind the others; notes at the end of the file stay before it.
fn register(document: &mut DocumentMut, name: &str, wish: &Wish, folder: &str) -> Result<()> {
    let mut table = Table::new();
    table["file"] = value(name);
    if let Some(title) = &wish.title {
        table["title"] = value(title.trim());
    }
    if let Some(shows) = &wish.shows {
        table["shows"] = value(shows.trim());
    }
    if let Some(share) = wish.share {
        table["share"] = value(i64::from(share));
    }
    if let Some(made) = &wish.made {
        table["made"] = value(made.trim());
    }
    if !wish.supports.is_empty() {
        table["supports"] = value(wish.supports.iter().collect::<Array>());
    }
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    let gap = if trailing.trim().is_empty() && document.is_empty() { "" } else { "\n" };
    table.decor_mut().set_prefix(format!("{}{gap}", trailing.trim_end_matches(' ')));
    document.set_trailing("");
    let entry = document.entry("artefact").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(tables) = entry.as_array_of_tables_mut() else {
        let help = "write each artefact under a line `[[artefact]]` of its own";
        return Err(refuse(format!("`{folder}/{}` lists its artefacts in one line", artefact::FILE), help));
    };
    tables.push(table);
    Ok(())
}

fn told(number: &str, folder: &str, name: &str, wish: &Wish, original: &str) -> String {
    let mut text = format!("{} {}\n", styled(BOLD, number), safe(&format!("{folder}/{name}")));
    if !name.ends_with(original) {
        text += &format!("  named `{}`, which every system can take\n", safe(name.rsplit('/').next().unwrap_or(name)));
    }
    let mut missing = Vec::new();
    if let Some(shows) = &wish.shows {
        text += &format!("  shows: {}\n", safe(shows));
    } else {
        missing.push("`shows`: how it demonstrates the competency");
    }
    if let Some(share) = wish.share {
        text += &format!("  own work: {share} %\n");
    } else {
        missing.push("`share`: how much of it is your own work, in percent");
    }
    if !missing.is_empty() {
        text +=
            &format!("still to be written in `{}`:\n{}", safe(&format!("{folder}/{}", artefact::FILE)), list(missing));
    }
    text
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
