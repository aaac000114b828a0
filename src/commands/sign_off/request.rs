//! `akam sign-off request`: writes the page that a signatory reads, signs and sends back, and the e-mail to send it with.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::civil::Date;

use super::signatory::{outside, signatory};
use super::{free_name, refuse_unreadable};
use crate::cli::SignOffRequest;
use crate::commands::{Outcome, choose, open, pack, refuse, refuse_broken, refuse_misplaced, root, say, today};
use crate::coverage::{Standing, State};
use crate::digest::Digest;
use crate::disk::{self, Transaction};
use crate::limits::{MAX_REQUEST_BYTES, MAX_SETTINGS_VALUES, MAX_STATEMENT_BYTES};
use crate::mail::is_address;
use crate::portfolio::sign_off::request::{Asker, Earlier, FORMAT, Request, ShownCompetency, Signatory};
use crate::portfolio::sign_off::statement::StatementPage;
use crate::portfolio::sign_off::{REQUEST, STATEMENT, SignOff, earlier_text_name, statement, text_name};
use crate::portfolio::snapshot::Snapshot;
use crate::portfolio::{FILE, Portfolio, SIGN_OFFS};
use crate::report::draft;
use crate::report::sign_off::{Asked, asked};
use crate::review::{Evidence, Selection};
use crate::rules;
use crate::settings::values;
use crate::text::slug;
use crate::tree::EntryKind;
use crate::zip::write::write_folder;

/// The folder of documents and artefacts, next to the page.
const DOCUMENTS: &str = "documents";

/// Path and content of a file.
type File<'a> = (String, Box<dyn Read + 'a>);

pub fn run(place: Option<&Path>, args: SignOffRequest) -> Result<Outcome> {
    disk::install_signal_handler();
    let root = root(place)?;
    let day = today()?;
    let portfolio = open(&root)?;
    refuse_broken(portfolio.settings_problem().or(portfolio.names_problem()))?;
    refuse_misplaced(&portfolio, SIGN_OFFS, &EntryKind::Folder)?;
    let evidence = Evidence::of(&portfolio, Selection::Whole, day);
    let codes = codes(&portfolio, &rules::check(&evidence).standings, &args.codes)?;
    let candidate = &portfolio.details.candidate;
    refuse_address(candidate.email.as_deref())?;
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
    let files = Sent::of(name, &record, target, is_zip);
    let mut transaction = send(&files, &portfolio, &request, digest, &page)?;
    if portfolio.tree.find(&record).is_none() {
        transaction.create_folder(&root.join(SIGN_OFFS))?;
        transaction.folder(&root.join(&record), kept(&written, &page.html, &texts))?;
    }
    transaction.commit()?;
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

/// What is written for sending.
struct Sent {
    /// A folder or ZIP file with the page, the documents and the artefacts.
    folder: PathBuf,
    /// The common name of all of them.
    name: String,
    target: PathBuf,
}

impl Sent {
    fn of(candidate: &str, record: &str, target: PathBuf, is_zip: bool) -> Self {
        let called: String = slug(candidate).chars().take(60).collect();
        let name = format!("akam-sign-off-{called}-{}", record.rsplit('/').next().unwrap_or_default());
        Sent { folder: target.join(if is_zip { format!("{name}.zip") } else { name.clone() }), name, target }
    }

    /// A file beside the folder.
    fn path(&self, ending: &str) -> PathBuf {
        self.target.join(format!("{}.{ending}", self.name))
    }
}

/// Writes the folder, the page as one file, and the draft of the e-mail.
fn send(
    sent: &Sent,
    portfolio: &Portfolio,
    request: &Request,
    digest: Digest,
    page: &StatementPage,
) -> Result<Transaction> {
    let [html, mail] = ["html", "eml"].map(|ending| sent.path(ending));
    for path in [&sent.folder, &html, &mail] {
        refuse_taken(path)?;
    }
    let files = files(portfolio, &page.html, request);
    let mut transaction = Transaction::default();
    match sent.folder.extension() {
        Some(_) => transaction.file_with(&sent.folder, |out| write_folder(out, &sent.name, request.asked, files))?,
        None => transaction.folder(&sent.folder, files)?,
    }
    transaction.file(&html, page.html.as_bytes())?;
    transaction.file(&mail, draft::render(request, digest, page, &format!("{}.html", sent.name)).as_bytes())?;
    Ok(transaction)
}

/// Refuses a candidate's address to which no answer could be sent.
fn refuse_address(email: Option<&str>) -> Result<()> {
    match email.map(str::trim).filter(|email| !email.is_empty() && !is_address(email)) {
        None => Ok(()),
        Some(email) => {
            let help = format!("correct it in `{FILE}`: the answer is sent to it");
            Err(refuse(format!("`{email}`, your own, is not an e-mail address"), help))
        }
    }
}

/// Refuses a request so long that akam could not read it again.
fn refuse_long(written: &str, page: &str) -> Result<()> {
    let is_long = written.len() as u64 > MAX_REQUEST_BYTES
        || values(written) > MAX_SETTINGS_VALUES
        || page.len() as u64 > MAX_STATEMENT_BYTES;
    if is_long {
        let help = "ask about fewer competencies at once: name them, for example `akam sign-off request 1.D.1 1.D.2`";
        return Err(refuse("this is more than one page can confirm", help));
    }
    Ok(())
}

/// The request's folder in the portfolio: that of an identical open request, else a new one.
fn record(portfolio: &Portfolio, request: &Request, digest: Digest, day: Date) -> String {
    let same = portfolio.sign_offs.iter().find(|sign_off| sign_off.is_open() && sign_off.digest == digest);
    let plain = format!("{SIGN_OFFS}/{day}-{}", request.signatory.relation.slug());
    same.map_or_else(|| free_name(&portfolio.tree, &plain), |same| same.folder.clone())
}

/// The competencies to ask for, in the framework's order.
fn codes(portfolio: &Portfolio, standings: &[Standing<'_>], wished: &[String]) -> Result<Vec<String>> {
    let mut wanted = Vec::new();
    for words in wished {
        let competency = choose(&portfolio.framework, words)?;
        let standing = standings.iter().find(|it| it.review.competency.code == competency.code);
        let state = standing.map(|standing| standing.state);
        match state {
            _ if standing.is_some_and(|standing| standing.is_complete) => wanted.push(competency.code.clone()),
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
        if wished.is_empty() { standing.is_due() } else { wanted.contains(&standing.review.competency.code) }
    });
    let codes: Vec<String> = ready.map(|standing| standing.review.competency.code.clone()).collect();
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

/// The competencies as shown, and the texts of their documents, now and as confirmed before.
fn shown(
    portfolio: &Portfolio,
    codes: &[String],
    signatory: &Signatory,
) -> Result<(Vec<ShownCompetency>, BTreeMap<String, String>)> {
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
        all.push(ShownCompetency { now: snapshot, earlier });
    }
    Ok((all, texts))
}

/// The last proven confirmation of a competency by the same person.
fn earlier<'a>(portfolio: &'a Portfolio, code: &str, signatory: &Signatory) -> Option<(&'a SignOff, Earlier)> {
    let theirs = portfolio.sign_offs.iter().filter(|it| it.request.signatory.name == signatory.name);
    let answered = theirs.filter(|it| it.says(code).is_some());
    let last = answered.max_by_key(|it| it.rank(code))?;
    let signed = last.valid_answer().filter(|answer| answer.confirms(code))?.signed;
    let snapshot = last.request.shown(code)?.now.clone();
    Some((last, Earlier { fingerprint: last.fingerprint().to_string(), signed, snapshot }))
}

/// All files of the folder: the page, and the files it lists.
fn files<'a>(portfolio: &'a Portfolio, page: &'a str, request: &'a Request) -> impl Iterator<Item = Result<File<'a>>> {
    let shown = request.competencies.iter().map(|shown| &shown.now);
    let listed = shown.flat_map(|it| std::iter::once(&it.document).chain(it.artefacts.iter().map(|it| &it.file)));
    // A file listed twice is sent once.
    let mut sent = BTreeSet::new();
    let entries = listed.filter(move |path| sent.insert(*path)).filter_map(|path| portfolio.tree.find(path));
    let files = entries.map(|entry| {
        let file = portfolio.tree.open(entry).with_context(|| format!("cannot read `{}`", entry.path))?;
        Ok((format!("{DOCUMENTS}/{}", entry.path), file))
    });
    std::iter::once(Ok((STATEMENT.to_owned(), content(page)))).chain(files)
}

/// All that the portfolio keeps of it.
fn kept<'a>(
    request: &'a str,
    page: &'a str,
    texts: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = Result<File<'a>>> {
    let texts = texts.iter().map(|(name, text)| (name.clone(), content(text)));
    let files = [(REQUEST.to_owned(), content(request)), (STATEMENT.to_owned(), content(page))];
    files.into_iter().chain(texts).map(Ok)
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
        assert!(refuse_long(&"=".repeat(MAX_SETTINGS_VALUES), "page").is_ok());
        assert!(refuse_long(&"=".repeat(MAX_SETTINGS_VALUES + 1), "page").is_err());
        assert!(refuse_long("", &"x".repeat(usize::try_from(MAX_STATEMENT_BYTES + 1).expect("it is small"))).is_err());
    }
}
