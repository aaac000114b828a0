//! `akam sign-off request`: writes the page that a signatory reads, signs and sends back, and the e-mail to send it with.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::{free_name, refuse_unreadable};
use crate::archive::folder;
use crate::cli::SignOffRequest;
use crate::commands::questions::{choice, is_asked, text, text_or, text_that};
use crate::commands::{Outcome, choose, open, pack, refuse, refuse_broken, refuse_misplaced, root, say, today};
use crate::coverage::{Standing, State, standings};
use crate::digest::Digest;
use crate::disk::{self, Waiting};
use crate::framework::slug;
use crate::portfolio::artefact::Made;
use crate::portfolio::sign_off::answer::Says;
use crate::portfolio::sign_off::open::{MAX_REQUEST_BYTES, MAX_STATEMENT_BYTES};
use crate::portfolio::sign_off::request::{Asker, Earlier, FORMAT, Relation, Request, Shown, Signatory};
use crate::portfolio::sign_off::statement::Page;
use crate::portfolio::sign_off::{REQUEST, STATEMENT, SignOff, earlier_text_name, statement, text_name};
use crate::portfolio::snapshot::Snapshot;
use crate::portfolio::{CompetencyFolder, FILE, NAMES, Portfolio, SIGN_OFFS};
use crate::report::draft;
use crate::report::sign_off::{Asked, asked};
use crate::rules::privacy::names_in;
use crate::rules::sign_off::{is_same_address, is_same_person};
use crate::rules::{self, Facts};
use crate::settings::{MOST_VALUES, values};
use crate::tree::Kind;

/// The folder with documents and artefacts, beside the page.
const DOCUMENTS: &str = "documents";

/// A file by its path, with its content.
type File<'a> = (String, Box<dyn Read + 'a>);

pub fn run(place: Option<&Path>, args: SignOffRequest) -> Result<Outcome> {
    disk::heed_signals();
    let root = root(place)?;
    let day = today()?;
    let portfolio = open(&root)?;
    refuse_broken(portfolio.settings_problem().or(portfolio.names_problem()))?;
    refuse_misplaced(&portfolio, SIGN_OFFS, &Kind::Folder)?;
    let findings = rules::check(&Facts::of(&portfolio, day));
    let codes = codes(&portfolio, &standings(&portfolio, &findings), &args.codes)?;
    let candidate = &portfolio.details.candidate;
    let name = portfolio.details.name().ok_or_else(|| {
        refuse(
            "your name is not given, and the page says who asks",
            format!("write it into `{FILE}`, under `[candidate]`"),
        )
    })?;
    let target = pack::target(&root, args.output.as_deref())?;
    let is_zip = args.zip;
    let (signatory, observed) = signatory(&portfolio, name, &codes, args, day)?;
    let (shown, texts) = shown(&portfolio, &codes, &signatory)?;
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let request = Request {
        format: FORMAT,
        asked: day,
        scheme: portfolio.framework.title.clone(),
        statement: portfolio.framework.sign_off.statement.clone(),
        observed,
        candidate: Asker {
            name: name.to_owned(),
            email: filled(&candidate.email),
            role: filled(&candidate.role),
            employer: filled(&candidate.employer),
        },
        signatory,
        competencies: shown,
    };
    let written = request.render();
    let digest = Digest::of(written.as_bytes());
    let page = statement::render(&request, digest, &texts).context("the documents cannot be shown on a page")?;
    refuse_long(&written, &page.html)?;
    refuse_unreadable(&written)?;
    let record = record(&portfolio, &request, digest, day);
    let called: String = slug(name).chars().take(60).collect();
    let name = format!("akam-sign-off-{called}-{}", record.rsplit('/').next().unwrap_or_default());
    let files = Sent { folder: target.join(if is_zip { format!("{name}.zip") } else { name.clone() }), name, target };
    let sent = send(&files, &portfolio, &request, digest, &page)?;
    keep(&root, &portfolio, &record, &written, &page.html, &texts, sent)?;
    say(&asked(&Asked {
        request: &request,
        digest,
        record: &record,
        folder: &files.folder.display().to_string(),
        page: &files.path("html").display().to_string(),
        draft: &files.path("eml").display().to_string(),
        reading_time: &page.reading_time,
        outside: &outside(&portfolio, &codes, &request.observed),
    }))?;
    Ok(Outcome::Done)
}

/// What is written to be sent.
struct Sent {
    /// A folder or ZIP file with the page, the documents and the artefacts.
    folder: PathBuf,
    /// What all are called.
    name: String,
    target: PathBuf,
}

impl Sent {
    /// A file beside the folder.
    fn path(&self, ending: &str) -> PathBuf {
        self.target.join(format!("{}.{ending}", self.name))
    }
}

/// Writes the folder, the page as one file, and the draft of the e-mail; all stay only with the record.
fn send(sent: &Sent, portfolio: &Portfolio, request: &Request, digest: Digest, page: &Page) -> Result<Vec<Waiting>> {
    let [html, mail] = ["html", "eml"].map(|ending| sent.path(ending));
    for path in [&sent.folder, &html, &mail] {
        refuse_taken(path)?;
    }
    let files = files(portfolio, &page.html, request);
    let folder = match sent.folder.extension() {
        Some(_) => zip(&sent.folder, &sent.name, request.asked, files)?,
        None => disk::create_filled_waiting(&sent.folder, files)?,
    };
    let draft = draft::render(request, digest, page, &format!("{}.html", sent.name));
    Ok(vec![folder, disk::create_waiting(&html, page.html.as_bytes())?, disk::create_waiting(&mail, draft.as_bytes())?])
}

/// Refuses to ask for so much at once that the record could not be read again.
fn refuse_long(written: &str, page: &str) -> Result<()> {
    let is_long = written.len() as u64 > MAX_REQUEST_BYTES
        || values(written) > MOST_VALUES
        || page.len() as u64 > MAX_STATEMENT_BYTES;
    if is_long {
        let help = "ask about fewer competencies at once: name them, for example `akam sign-off request 1.D.1 1.D.2`";
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
    texts: &BTreeMap<String, String>,
    sent: Vec<Waiting>,
) -> Result<()> {
    if portfolio.tree.find(record).is_some() {
        sent.into_iter().for_each(Waiting::keep);
        return Ok(());
    }
    let texts = texts.iter().map(|(name, text)| (name.clone(), content(text)));
    let files = [(REQUEST.to_owned(), content(written)), (STATEMENT.to_owned(), content(page))];
    let files = files.into_iter().chain(texts).map(Ok);
    disk::in_folder(&root.join(SIGN_OFFS), || disk::create_filled(&root.join(record), files, sent))
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
                    "`akam check {}` shows what is open; what is confirmed must not change afterwards",
                    competency.code
                );
                return Err(refuse(format!("{} is not ready to be confirmed", competency.name()), help));
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
        refuse("no competency is ready to be confirmed", "`akam check` shows what is open")
    })
}

/// Who is asked, and when they saw the work; what is not given is asked for.
fn signatory(
    portfolio: &Portfolio,
    candidate: &str,
    codes: &[String],
    args: SignOffRequest,
    day: Date,
) -> Result<(Signatory, String)> {
    let missing = |what: &str, flag: &str| {
        refuse(format!("missing: {what}"), format!("give `{flag}`, or answer the questions on a terminal"))
    };
    let name =
        text(args.name, "Who should confirm the facts?", "your line manager, or somebody else who saw the work")?;
    let name = name.ok_or_else(|| missing("who should confirm the facts", "--name NAME"))?;
    let own_email = portfolio.details.candidate.email.as_deref().unwrap_or_default();
    if is_same_person(candidate, &name) || args.email.as_deref().is_some_and(|email| is_same_address(email, own_email))
    {
        return Err(refuse(
            format!("`{name}` is you, and nobody confirms their own work"),
            "ask your line manager, or somebody else who saw the work",
        ));
    }
    let email = email(args.email, own_email)?;
    let role = text(args.role, "Their job title:", "for example: sales director")?;
    let role = role.ok_or_else(|| missing("their job title", "--role ROLE"))?;
    let employer = portfolio.details.candidate.employer.clone().unwrap_or_default();
    let offer = Some(employer.trim()).filter(|employer| !employer.is_empty());
    let organisation = text_or(args.organisation, "Their organisation:", "who they work for", offer)?;
    let organisation = organisation.or_else(|| offer.map(str::to_owned));
    let organisation = organisation.ok_or_else(|| missing("who they work for", "--organisation NAME"))?;
    if names_in(portfolio, &format!("{name}\n{role}\n{organisation}\n{}", email.as_deref().unwrap_or_default())) {
        let help =
            format!("the archive says who signed: take the name out of `{NAMES}` if it may, or ask somebody else");
        return Err(refuse(format!("a name listed in `{NAMES}` is among these, and would be packed"), help));
    }
    let relation = match args.relation {
        Some(relation) => relation,
        None if is_asked() => {
            let options = ["my line manager", "another senior manager", "somebody else who knows the work"];
            let chosen = choice("How do they know the work?", options.map(str::to_owned).to_vec())?;
            [Relation::LineManager, Relation::SeniorManager, Relation::Other][chosen]
        }
        None => return Err(missing("how they know the work", "--relation line-manager|senior-manager|other")),
    };
    let observed = observed(portfolio, codes, args.observed, day)?
        .ok_or_else(|| missing("when they saw the work", "--observed \"2023-03 to 2026-11\""))?;
    Ok((Signatory { name, email, role, organisation, relation }, observed))
}

/// The signatory's address, to compare with the one that answers; none where they answer on paper.
fn email(given: Option<String>, own: &str) -> Result<Option<String>> {
    let wrong = |email: &str| match email.trim().split_once('@') {
        Some((local, host)) if !local.is_empty() && !host.is_empty() && !email.trim().contains([' ', ',', ';']) => {
            is_same_address(email, own).then(|| "this is your own address".to_owned())
        }
        _ => Some(format!("`{email}` is not an e-mail address")),
    };
    let help = "the answer is compared with it; press Enter if they answer on paper";
    let email = given.map_or_else(|| text_that("Their e-mail address:", help, wrong), |given| Ok(Some(given)))?;
    let email = email.map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
    match email.as_deref().and_then(wrong) {
        Some(why) => Err(refuse(why, "give the address that the answer will come from")),
        None => Ok(email),
    }
}

/// The period in which the work was seen. Where artefacts were made outside it, it is asked for once more.
fn observed(portfolio: &Portfolio, codes: &[String], given: Option<String>, day: Date) -> Result<Option<String>> {
    let read = |text: &str| period(text, day);
    let wrong = |text: &str| read(text).err().map(|(message, help)| format!("{message}: {help}"));
    let question = "When did they see the work?";
    let ask = || text_that(question, "for example 2023-03 to 2026-11, or since 2023-03", wrong);
    let Some(answer) = given.map_or_else(ask, |given| Ok(Some(given)))? else { return Ok(None) };
    let observed = read(&answer).map_err(|(message, help)| refuse(message, help))?;
    let outside = outside(portfolio, codes, &observed);
    if outside.is_empty() || !is_asked() {
        return Ok(Some(observed));
    }
    let files: Vec<String> = outside.iter().map(|(file, made)| format!("`{file}` ({made})")).collect();
    let help = format!("made outside that period: {}; press Enter to keep {observed}", files.join(", "));
    let again = text_that("Is the period right? If not, give it again:", &help, wrong)?;
    again.map_or(Ok(Some(observed)), |text| read(&text).map(Some).map_err(|(message, help)| refuse(message, help)))
}

/// Names of artefacts that were made outside a period, and when.
fn outside(portfolio: &Portfolio, codes: &[String], observed: &str) -> Vec<(String, String)> {
    let Some(period) = Made::parse(observed) else { return Vec::new() };
    let folders = portfolio.competencies().filter(|(own, _)| codes.contains(&own.code)).map(|(_, folder)| folder);
    let artefacts = folders.flat_map(CompetencyFolder::artefacts);
    let outside = artefacts.filter_map(|artefact| {
        let made = artefact.made.as_ref().filter(|made| made.last < period.first || made.first > period.last)?;
        Some((artefact.file_name().to_owned(), made.text.clone()))
    });
    outside.collect()
}

/// A period that has begun and, as far as it is given, ended; what is wrong with it, and the remedy.
fn period(text: &str, day: Date) -> std::result::Result<String, (String, String)> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" – ", " to ").replace(" - ", " to ");
    let whole = text.strip_prefix("since ").map_or_else(|| text.clone(), |since| format!("{since} to {day}"));
    let last = whole.rsplit(" to ").next().and_then(Made::parse);
    match (Made::parse(&whole), last) {
        // The month or year that we are in may be named whole.
        (Some(made), Some(last)) if last.first <= day => Ok(made.text),
        (Some(_), _) => {
            Err((format!("`{text}` is in the future"), "give the period they have already seen".to_owned()))
        }
        _ => {
            Err((format!("`{text}` is not a period"), "write \"2023-03 to 2026-11\", or \"since 2023-03\"".to_owned()))
        }
    }
}

/// What is shown of each competency, and the texts of its document, now and as they were confirmed before.
fn shown(
    portfolio: &Portfolio,
    codes: &[String],
    signatory: &Signatory,
) -> Result<(Vec<Shown>, BTreeMap<String, String>)> {
    let (mut all, mut texts) = (Vec::new(), BTreeMap::new());
    for (competency, folder) in portfolio.competencies().filter(|(own, _)| codes.contains(&own.code)) {
        let (snapshot, text) = Snapshot::take(portfolio, competency, folder);
        if let Some((path, error)) = snapshot.read_error(&portfolio.tree) {
            return Err(error).with_context(|| format!("cannot read `{path}`"));
        }
        if !snapshot.is_complete() {
            return Err(refuse(
                format!("a file of {} is missing", competency.name()),
                format!("`akam check {}` names it", competency.code),
            ));
        }
        let code = competency.code.as_str();
        let earlier = earlier(portfolio, code, signatory).map(|(sign_off, earlier)| {
            let text = sign_off.text(code).unwrap_or_default().to_owned();
            texts.insert(earlier_text_name(code), text);
            earlier
        });
        texts.insert(text_name(code), text);
        all.push(Shown { now: snapshot.with_words(&portfolio.tree), earlier });
    }
    Ok((all, texts))
}

/// What the same person confirmed last of a competency.
fn earlier<'a>(portfolio: &'a Portfolio, code: &str, signatory: &Signatory) -> Option<(&'a SignOff, Earlier)> {
    let theirs = portfolio.sign_offs.iter().filter(|it| it.request.signatory.name == signatory.name);
    let answered = theirs.filter(|it| it.says(code).is_some());
    let (last, answer) = answered.filter_map(|it| Some((it, it.valid_answer()?))).max_by_key(|(_, it)| it.signed)?;
    if !matches!(answer.says(code), Some(Says::True | Says::Except)) {
        return None;
    }
    let snapshot = last.request.shown(code)?.now.clone();
    Some((last, Earlier { fingerprint: last.fingerprint().to_string(), signed: answer.signed, snapshot }))
}

/// All that is in the folder: the page, and the files that it lists.
fn files<'a>(portfolio: &'a Portfolio, page: &'a str, request: &'a Request) -> impl Iterator<Item = Result<File<'a>>> {
    let shown = request.competencies.iter().map(|shown| &shown.now);
    let listed = shown.flat_map(|it| std::iter::once(&it.document).chain(it.artefacts.iter().map(|it| &it.file)));
    // A file that is listed twice is sent once.
    let mut sent = BTreeSet::new();
    let entries = listed.filter(move |path| sent.insert(*path)).filter_map(|path| portfolio.tree.find(path));
    let files = entries.map(|entry| {
        let file = portfolio.tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?;
        Ok((format!("{DOCUMENTS}/{}", entry.path), file))
    });
    std::iter::once(Ok((STATEMENT.to_owned(), content(page)))).chain(files)
}

/// Writes the folder as one file, which stays only with its record.
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
        let most = "x".repeat(usize::try_from(MAX_REQUEST_BYTES).expect("it is small"));
        assert!(refuse_long(&most, "page").is_ok());
        assert!(refuse_long(&(most + "x"), "page").is_err());
        assert!(refuse_long(&"=".repeat(MOST_VALUES), "page").is_ok());
        assert!(refuse_long(&"=".repeat(MOST_VALUES + 1), "page").is_err());
        assert!(refuse_long("", &"x".repeat(usize::try_from(MAX_STATEMENT_BYTES + 1).expect("it is small"))).is_err());
    }
}
