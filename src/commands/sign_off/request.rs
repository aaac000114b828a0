//! `akam sign-off request`: writes the page that a signatory reads, signs and sends back.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use inquire::Select;
use jiff::civil::Date;

use super::{is_asked, text};
use crate::archive::{PAYLOAD, Status, folder};
use crate::cli::SignOffRequest;
use crate::commands::{Outcome, answered, choose, open, pack, refuse, root, say, today};
use crate::coverage::{Standing, State, standings};
use crate::digest::Digest;
use crate::disk::{self, Place};
use crate::finding::Finding;
use crate::framework::slug;
use crate::portfolio::artefact::Made;
use crate::portfolio::sign_off::seen::{Seen, see};
use crate::portfolio::sign_off::{Asker, FORMAT, REQUEST, Relation, Request, STATEMENT, Signatory, TEXTS};
use crate::portfolio::{FILE, Portfolio, SIGN_OFFS};
use crate::report::sign_off::{Asked, asked};
use crate::rules::sign_off::is_same_person;
use crate::rules::{self, Facts};
use crate::site::statement::{self, DOCUMENTS};
use crate::site::{self, Front, Submission};
use crate::tree::Tree;

/// A file by its path, with its content.
type File<'a> = (String, Box<dyn Read + 'a>);

pub fn run(place: Option<&Path>, wish: SignOffRequest) -> Result<Outcome> {
    let root = root(place)?;
    let day = today()?;
    let portfolio = open(&root);
    let findings = rules::check(&Facts::of(&portfolio, day));
    let standings = standings(&portfolio, &findings);
    let codes = codes(&portfolio, &standings, &wish.codes)?;
    let candidate = portfolio.details.name().ok_or_else(|| {
        refuse(
            "your name is not given, and the page says who asks",
            format!("write it into `{FILE}`, under `[candidate]`"),
        )
    })?;
    let target = pack::target(&root, wish.output.as_deref())?;
    let is_zip = wish.zip;
    let (signatory, observed) = signatory(&portfolio, candidate, wish, day)?;
    let (seen, texts) = seen(&portfolio, &codes)?;
    let request = Request {
        format: FORMAT,
        asked: day,
        scheme: portfolio.framework.title.clone(),
        statement: portfolio.framework.sign_off.statement.clone(),
        observed,
        candidate: Asker {
            name: candidate.to_owned(),
            role: portfolio.details.candidate.role.clone(),
            employer: portfolio.details.candidate.employer.clone(),
        },
        signatory,
        competencies: seen,
    };
    let written = request.render();
    let digest = Digest::of(written.as_bytes());
    let page = statement::render(&portfolio, &request, digest);
    let pages = pages(&portfolio, &standings, &findings, &codes, day);
    let record = free_name(&portfolio.tree, day, request.signatory.relation);
    let name = format!("akam-sign-off-{}-{}", slug(candidate), record.rsplit('/').next().unwrap_or_default());
    let mailed = target.join(if is_zip { format!("{name}.zip") } else { name.clone() });
    refuse_taken(&mailed)?;
    disk::create_folder(&root.join(SIGN_OFFS))?;
    let texts = texts.iter().map(|(code, text)| (format!("{TEXTS}/{code}.txt"), content(text)));
    let kept = [(REQUEST.to_owned(), content(&written)), (STATEMENT.to_owned(), content(&page))];
    disk::create_filled(&root.join(&record), kept.into_iter().chain(texts).map(Ok))?;
    let shown = shown(&portfolio, &page, &pages, &codes);
    let sent = if is_zip { zip(&mailed, &name, day, shown) } else { disk::create_filled(&mailed, shown) };
    if let Err(error) = sent {
        disk::take_back_folder(&root.join(&record));
        return Err(error);
    }
    say(&asked(&Asked { request: &request, digest, record: &record, mailed: &mailed.display().to_string(), is_zip }))?;
    Ok(Outcome::Done)
}

/// The competencies to ask for, in the framework's order.
fn codes(portfolio: &Portfolio, standings: &[Standing<'_>], wished: &[String]) -> Result<Vec<String>> {
    let mut wanted = Vec::new();
    for words in wished {
        let competency = choose(&portfolio.framework, words)?;
        let standing = standings.iter().find(|it| it.competency.code == competency.code);
        let state = standing.map(|standing| standing.state);
        match state {
            Some(State::Ready | State::Signed) => wanted.push(competency.code.clone()),
            Some(State::LeftOut) => {
                let help = format!("take it out of `omit` in `{FILE}` first");
                return Err(refuse(format!("{} is left out of the submission", competency.name()), help));
            }
            _ => {
                let help = format!(
                    "`akam check {}` shows what is open; what is signed must not change afterwards",
                    competency.code
                );
                return Err(refuse(format!("{} is not ready to be signed", competency.name()), help));
            }
        }
    }
    let ready = standings.iter().filter(|standing| {
        if wished.is_empty() { standing.state == State::Ready } else { wanted.contains(&standing.competency.code) }
    });
    let codes: Vec<String> = ready.map(|standing| standing.competency.code.clone()).collect();
    if !codes.is_empty() {
        return Ok(codes);
    }
    let drafted = standings.iter().any(|standing| standing.state == State::Drafting);
    Err(if standings.iter().any(|standing| standing.state == State::Signed) && !drafted {
        refuse("all that is ready is signed already", "name a competency to ask again: `akam sign-off request CODE`")
    } else {
        refuse("no competency is ready to be signed", "`akam check` shows what is open")
    })
}

/// Who is asked, and when they saw the work; what is not given is asked for.
fn signatory(portfolio: &Portfolio, candidate: &str, wish: SignOffRequest, day: Date) -> Result<(Signatory, String)> {
    let missing = |what: &str, flag: &str| {
        refuse(format!("it is not said {what}"), format!("give `{flag}`, or answer the questions on a terminal"))
    };
    let name = text(wish.name, "Who shall confirm the facts?", "your line manager, or somebody else who saw the work")?;
    let name = name.ok_or_else(|| missing("who shall confirm the facts", "--name NAME"))?;
    if is_same_person(candidate, &name) {
        return Err(refuse(
            format!("`{name}` is you, and nobody confirms their own work"),
            "ask your line manager, or somebody else who saw the work",
        ));
    }
    let role = text(wish.role, "Their role:", "for instance: sales director")?;
    let role = role.ok_or_else(|| missing("what their role is", "--role ROLE"))?;
    let employer = portfolio.details.candidate.employer.clone().unwrap_or_default();
    let help =
        format!("Enter takes {}", if employer.is_empty() { "nothing".to_owned() } else { format!("`{employer}`") });
    let organisation =
        text(wish.organisation, "Their organisation:", &help)?.or(Some(employer)).filter(|it| !it.is_empty());
    let organisation = organisation.ok_or_else(|| missing("who they work for", "--organisation NAME"))?;
    let relation = match wish.relation {
        Some(relation) => relation,
        None if is_asked() => {
            let options = ["my line manager", "another senior manager", "somebody else who knows the work"];
            let chosen = answered(Select::new("How do they know the work?", options.to_vec()).raw_prompt())?;
            [Relation::LineManager, Relation::SeniorManager, Relation::Other][chosen.index]
        }
        None => return Err(missing("how they know the work", "--relation line-manager|senior-manager|other")),
    };
    let observed = text(wish.observed, "When did they see the work?", "as 2023-03 to 2026-11, or since 2023-03")?;
    let observed = observed.ok_or_else(|| missing("when they saw the work", "--observed \"2023-03 to 2026-11\""))?;
    let period = observed.strip_prefix("since ").map_or_else(|| observed.clone(), |since| format!("{since} to {day}"));
    match Made::parse(&period) {
        Some(made) if made.first <= day => Ok((Signatory { name, role, organisation, relation }, made.text)),
        Some(_) => Err(refuse(format!("`{observed}` has not come yet"), "give the period that they saw already")),
        None => Err(refuse(format!("`{observed}` is no period"), "write \"2023-03 to 2026-11\", or \"since 2023-03\"")),
    }
}

/// What is shown of each competency, and the texts of its document.
#[expect(clippy::type_complexity, reason = "a list for each")]
fn seen(portfolio: &Portfolio, codes: &[String]) -> Result<(Vec<Seen>, Vec<(String, String)>)> {
    let (mut all, mut texts) = (Vec::new(), Vec::new());
    for (competency, folder) in portfolio.competencies().filter(|(own, _)| codes.contains(&own.code)) {
        let seen = see(portfolio, competency, folder).with_context(|| format!("cannot read `{}`", folder.path))?;
        let (seen, text) = seen.ok_or_else(|| {
            refuse(
                format!("a file of {} is missing", competency.name()),
                format!("`akam check {}` names it", competency.code),
            )
        })?;
        texts.push((competency.code.clone(), text));
        all.push(seen);
    }
    Ok((all, texts))
}

/// The reading pages for the signatory.
fn pages(
    portfolio: &Portfolio,
    standings: &[Standing<'_>],
    findings: &[Finding],
    codes: &[String],
    day: Date,
) -> Vec<site::Page> {
    let status = Status::Final;
    site::render(&Submission { portfolio, standings, findings, codes, status: &status, day, front: Front::Statement })
}

/// All that is mailed: the statement, and below it the pages with the files they lead to.
fn shown<'a>(
    portfolio: &'a Portfolio,
    page: &'a str,
    pages: &'a [site::Page],
    codes: &'a [String],
) -> impl Iterator<Item = Result<File<'a>>> {
    let pages = pages.iter().map(|page| {
        let path = page.path.strip_prefix(PAYLOAD).unwrap_or(&page.path);
        Ok((format!("{DOCUMENTS}{path}"), content(&page.html)))
    });
    let folders = portfolio.competencies().filter(|(own, _)| codes.contains(&own.code));
    let files = folders.flat_map(|(_, folder)| portfolio.packed(folder)).map(|entry| {
        let file = portfolio.tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?;
        Ok((format!("{DOCUMENTS}{}", entry.path), file))
    });
    std::iter::once(Ok((STATEMENT.to_owned(), content(page)))).chain(pages).chain(files)
}

/// Writes the folder to be mailed as one file.
fn zip<'a>(path: &Path, name: &str, day: Date, files: impl Iterator<Item = Result<File<'a>>>) -> Result<()> {
    let fill = |file: &mut std::io::BufWriter<std::fs::File>| folder::write(&mut *file, name, day, files);
    disk::write_checked(path, Place::New, fill, |_, ()| Ok(()))
}

fn content(text: &str) -> Box<dyn Read + '_> {
    Box::new(text.as_bytes())
}

/// A folder for the record that is not there yet: `sign-offs/2026-11-20-line-manager`, or with a number behind.
fn free_name(tree: &Tree, day: Date, relation: Relation) -> String {
    let plain = format!("{SIGN_OFFS}/{day}-{}", relation.slug());
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    let mut names = std::iter::once(plain.clone()).chain(numbered);
    names.find(|name| tree.find(name).is_none()).expect("numbers do not end")
}

fn refuse_taken(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(refuse(
            format!("`{}` is there already, and nothing is overwritten", path.display()),
            "move it away, or write to another folder with `--output DIR`",
        ));
    }
    Ok(())
}
