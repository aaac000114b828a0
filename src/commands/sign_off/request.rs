//! `akam sign-off request`: writes the page that a signatory reads, signs and sends back.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use inquire::Select;
use jiff::civil::Date;

use super::{free_name, is_asked, refuse_unreadable, text, text_or, text_that};
use crate::archive::{PAYLOAD, PROGRAM, Status, folder};
use crate::cli::SignOffRequest;
use crate::commands::{
    Outcome, answered, choose, open, pack, refuse, refuse_broken, refuse_misplaced, root, say, today,
};
use crate::coverage::{Standing, State, standings};
use crate::digest::Digest;
use crate::disk::{self, Waiting};
use crate::finding::Finding;
use crate::framework::slug;
use crate::portfolio::artefact::Made;
use crate::portfolio::sign_off::seen::{Seen, see};
use crate::portfolio::sign_off::{
    Asker, FORMAT, MOST, MOST_REQUEST, REQUEST, Relation, Request, STATEMENT, Signatory, TEXTS,
};
use crate::portfolio::{FILE, NAMES, Portfolio, SIGN_OFFS};
use crate::report::sign_off::{Asked, asked};
use crate::rules::privacy::names_in;
use crate::rules::sign_off::is_same_person;
use crate::rules::{self, Facts};
use crate::settings::{MOST_VALUES, values};
use crate::site::statement::{self, DOCUMENTS};
use crate::site::{self, Front, Submission};
use crate::tree::Kind;

/// A file by its path, with its content.
type File<'a> = (String, Box<dyn Read + 'a>);

pub fn run(place: Option<&Path>, wish: SignOffRequest) -> Result<Outcome> {
    disk::heed_signals();
    let root = root(place)?;
    let day = today()?;
    let portfolio = open(&root)?;
    refuse_broken(portfolio.settings_problem().or(portfolio.names_problem()))?;
    refuse_misplaced(&portfolio, SIGN_OFFS, &Kind::Folder)?;
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
    refuse_long(&written, &page)?;
    refuse_unreadable(&written)?;
    let pages = pages(&portfolio, &standings, &findings, &codes, day);
    let record = record(&portfolio, &request, digest, day);
    let called: String = slug(candidate).chars().take(60).collect();
    let name = format!("akam-sign-off-{called}-{}", record.rsplit('/').next().unwrap_or_default());
    let mailed = target.join(if is_zip { format!("{name}.zip") } else { name.clone() });
    refuse_taken(&mailed)?;
    let shown = shown(&portfolio, &page, &pages, &codes);
    let sent = if is_zip { zip(&mailed, &name, day, shown)? } else { disk::create_filled_waiting(&mailed, shown)? };
    keep(&root, &portfolio, &record, &written, &page, &texts, sent)?;
    say(&asked(&Asked { request: &request, digest, record: &record, mailed: &mailed.display().to_string(), is_zip }))?;
    Ok(Outcome::Done)
}

/// Refuses to ask for so much at once that the record could not be read again.
fn refuse_long(written: &str, page: &str) -> Result<()> {
    let is_long = written.len() as u64 > MOST_REQUEST || values(written) > MOST_VALUES || page.len() as u64 > MOST;
    if is_long {
        let help = "ask about fewer competencies at once: name them, as `akam sign-off request 1.D.1 1.D.2`";
        return Err(refuse("this is more than one page can confirm", help));
    }
    Ok(())
}

/// Where the request is kept: in the folder of an open one that asks the very same, else in one of its own.
fn record(portfolio: &Portfolio, request: &Request, digest: Digest, day: Date) -> String {
    let same = portfolio.sign_offs.iter().find(|sign_off| sign_off.is_open() && sign_off.digest == digest);
    let plain = format!("{SIGN_OFFS}/{day}-{}", request.signatory.relation.slug());
    same.map_or_else(|| free_name(&portfolio.tree, &plain), |same| same.folder.clone())
}

/// Keeps what was asked, the page and the texts in the portfolio, unless they are there already.
fn keep(
    root: &Path,
    portfolio: &Portfolio,
    record: &str,
    written: &str,
    page: &str,
    texts: &[(String, String)],
    sent: Waiting,
) -> Result<()> {
    if portfolio.tree.find(record).is_some() {
        sent.keep();
        return Ok(());
    }
    let texts = texts.iter().map(|(code, text)| (format!("{TEXTS}/{code}.txt"), content(text)));
    let files = [(REQUEST.to_owned(), content(written)), (STATEMENT.to_owned(), content(page))];
    let files = files.into_iter().chain(texts).map(Ok);
    disk::in_folder(&root.join(SIGN_OFFS), || disk::create_filled(&root.join(record), files, vec![sent]))
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
        if wished.is_empty() { standing.is_due() } else { wanted.contains(&standing.competency.code) }
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
    let offer = Some(employer.trim()).filter(|employer| !employer.is_empty());
    let organisation = text_or(wish.organisation, "Their organisation:", "who they work for", offer)?;
    let organisation = organisation.or_else(|| offer.map(str::to_owned));
    let organisation = organisation.ok_or_else(|| missing("who they work for", "--organisation NAME"))?;
    if names_in(portfolio, &format!("{name}\n{role}\n{organisation}")) {
        let help =
            format!("the archive tells who signed: take the name out of `{NAMES}` if it may, or ask somebody else");
        return Err(refuse(format!("a name listed in `{NAMES}` is among these, and would be packed"), help));
    }
    let relation = match wish.relation {
        Some(relation) => relation,
        None if is_asked() => {
            let options = ["my line manager", "another senior manager", "somebody else who knows the work"];
            let chosen = answered(Select::new("How do they know the work?", options.to_vec()).raw_prompt())?;
            [Relation::LineManager, Relation::SeniorManager, Relation::Other][chosen.index]
        }
        None => return Err(missing("how they know the work", "--relation line-manager|senior-manager|other")),
    };
    let read = |text: &str| period(text, day);
    let wrong = |text: &str| read(text).err().map(|(message, help)| format!("{message}: {help}"));
    let question = ("When did they see the work?", "as 2023-03 to 2026-11, or since 2023-03");
    let asked = || text_that(question.0, question.1, wrong);
    let observed = wish.observed.map_or_else(asked, |given| Ok(Some(given)))?;
    let observed = observed.ok_or_else(|| missing("when they saw the work", "--observed \"2023-03 to 2026-11\""))?;
    let observed = read(&observed).map_err(|(message, help)| refuse(message, help))?;
    Ok((Signatory { name, role, organisation, relation }, observed))
}

/// A period that has begun and, as far as it is told, ended; what is wrong with it, and the remedy.
fn period(text: &str, day: Date) -> std::result::Result<String, (String, String)> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" – ", " to ").replace(" - ", " to ");
    let whole = text.strip_prefix("since ").map_or_else(|| text.clone(), |since| format!("{since} to {day}"));
    let last = whole.rsplit(" to ").next().and_then(Made::parse);
    match (Made::parse(&whole), last) {
        // The month or year that we are in may be named whole.
        (Some(made), Some(last)) if last.first <= day => Ok(made.text),
        (Some(_), _) => Err((format!("`{text}` has not come yet"), "give the period that they saw already".to_owned())),
        _ => Err((format!("`{text}` is no period"), "write \"2023-03 to 2026-11\", or \"since 2023-03\"".to_owned())),
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
    site::render(&Submission {
        portfolio,
        standings,
        findings,
        codes,
        status: &status,
        day,
        program: PROGRAM,
        front: Front::Statement,
    })
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
    // A file that is registered twice is sent once.
    let mut sent = BTreeSet::new();
    let entries = folders.flat_map(|(_, folder)| portfolio.packed(folder)).filter(move |it| sent.insert(&it.path));
    let files = entries.map(|entry| {
        let file = portfolio.tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?;
        Ok((format!("{DOCUMENTS}{}", entry.path), file))
    });
    std::iter::once(Ok((STATEMENT.to_owned(), content(page)))).chain(pages).chain(files)
}

/// Writes the folder to be mailed as one file, which stays only with its record.
fn zip<'a>(path: &Path, name: &str, day: Date, files: impl Iterator<Item = Result<File<'a>>>) -> Result<Waiting> {
    disk::write_waiting(path, |file| {
        // An error of reading names its file already.
        let named = |error: &anyhow::Error| error.chain().len() > 1;
        let written = folder::write(&mut *file, name, day, files);
        written.map_err(|error| if named(&error) { error } else { error.context(disk::cannot_write(path)) })
    })
}

fn content(text: &str) -> Box<dyn Read + '_> {
    Box::new(text.as_bytes())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_read_again_is_not_asked() {
        let most = "x".repeat(usize::try_from(MOST_REQUEST).expect("it is small"));
        assert!(refuse_long(&most, "page").is_ok());
        assert!(refuse_long(&(most + "x"), "page").is_err());
        assert!(refuse_long(&"=".repeat(MOST_VALUES), "page").is_ok());
        assert!(refuse_long(&"=".repeat(MOST_VALUES + 1), "page").is_err());
        assert!(refuse_long("", &"x".repeat(usize::try_from(MOST + 1).expect("it is small"))).is_err());
    }
}
