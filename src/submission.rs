//! What an archive holds, file by file: the portfolio's own files, the pages, and all that describes them.

use std::collections::HashMap;

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use crate::archive::bag::{self, Info};
use crate::archive::crate_metadata::{self, Described};
use crate::archive::read::{Archive, Stock};
use crate::archive::write::{Content, Piece, oxum};
use crate::archive::{CHECK, FRAMEWORK, HOW_TO_CHECK, HOW_TO_CHECK_TEXT, INDEX, PAYLOAD, PROGRAM, Status};
use crate::coverage::{Standing, standings};
use crate::digest::Digest;
use crate::finding::Finding;
use crate::framework::slug;
use crate::portfolio::{FILE, Portfolio};
use crate::report::{index, json};
use crate::rules::archive::made::Made;
use crate::rules::{self, Facts};
use crate::site::{self, Preview, Submission};
use crate::text::count;
use crate::tree::{Entry, Kind, Origin, composed};

/// The archive's name, without `.zip`: `akam-<candidate>-<date>` and what it is meant as.
pub fn name(portfolio: &Portfolio, status: &Status, day: Date) -> String {
    let candidate: String = slug(portfolio.details.name().unwrap_or("candidate")).nfc().take(60).collect();
    format!("akam-{candidate}-{day}{}", status.suffix())
}

/// The candidate's own files that go into an archive.
fn own_files(portfolio: &Portfolio) -> impl Iterator<Item = &Entry> {
    let of_competencies = portfolio.submitted().flat_map(|(_, folder)| portfolio.packed(folder));
    let files = of_competencies.chain(portfolio.tree.find(FILE)).chain(portfolio.packed_sign_offs());
    files.filter(|entry| entry.kind == Kind::File)
}

/// The portfolio that an archive holds: what is packed, and nothing else. So whoever reads the archive comes to the same
/// verdict and can make the same pages of it.
pub fn packed(portfolio: &Portfolio) -> Portfolio {
    let own = own_files(portfolio);
    let mut files: HashMap<String, Origin> =
        own.map(|entry| (composed(&entry.path), Origin::File(entry.clone()))).collect();
    files.insert(FRAMEWORK.to_owned(), Origin::Text(portfolio.framework.source.text.clone()));
    let mut packed = Portfolio::open(portfolio.tree.part(files), Some(FRAMEWORK));
    packed.trial.clone_from(&portfolio.trial);
    packed
}

/// The portfolio that an archive holds, as whoever reads it finds it.
pub fn inside(archive: &Archive, stock: &Stock<'_>, status: &Status) -> Portfolio {
    let mut portfolio = Portfolio::open(archive.portfolio(stock), Some(FRAMEWORK));
    if let Status::Trial { code, .. } = status {
        portfolio.trial = Some(code.clone());
    }
    portfolio
}

/// What the rules find in a portfolio on a day, and how far that lets its competencies have come.
pub struct Judged<'a> {
    pub findings: Vec<Finding>,
    pub standings: Vec<Standing<'a>>,
}

impl<'a> Judged<'a> {
    pub fn of(portfolio: &'a Portfolio, day: Date) -> Self {
        let findings = rules::check(&Facts::of(portfolio, day));
        let standings = standings(portfolio, &findings);
        Judged { findings, standings }
    }
}

/// All files of the archive but its manifests, of a portfolio as [`packed`] makes it and as it is
/// judged on the day of packing. `program` is the one that packs, with
/// its version, as `archive::PROGRAM`.
pub fn pieces<'a>(
    portfolio: &'a Portfolio,
    judged: &Judged<'_>,
    status: &Status,
    day: Date,
    program: &str,
) -> Vec<Piece<'a>> {
    let codes: Vec<String> = portfolio.submitted().map(|(competency, _)| competency.code.clone()).collect();
    let (findings, standings, codes) = (&judged.findings[..], &judged.standings[..], &codes[..]);
    let submission = &Submission { portfolio, standings, findings, codes, status, day, program, preview: None };
    let payload = |path: &str, text: String| Piece { path: format!("{PAYLOAD}{path}"), content: Content::Text(text) };
    let mut pieces: Vec<Piece<'a>> = own_pieces(portfolio).collect();
    pieces.push(payload(FRAMEWORK, portfolio.framework.source.text.clone()));
    pieces.push(payload(INDEX, index::render(portfolio, codes)));
    pieces.push(payload(CHECK, json::check(portfolio, standings, findings, program)));
    pieces.extend(
        site::render(submission).into_iter().map(|page| Piece { path: page.path, content: Content::Text(page.html) }),
    );
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    pieces.dedup_by(|a, b| a.path == b.path);
    pieces.push(payload(crate_metadata::FILE, metadata(submission, &pieces)));
    let info = info(submission, oxum(&pieces));
    let tag = |path: &str, text: String| Piece { path: path.to_owned(), content: Content::Text(text) };
    pieces.push(tag(HOW_TO_CHECK, HOW_TO_CHECK_TEXT.to_owned()));
    pieces.push(tag(bag::DECLARATION, bag::DECLARATION_TEXT.to_owned()));
    pieces.push(tag(bag::INFO, info.render()));
    pieces
}

/// What `akam preview` shows of a portfolio as [`packed`] makes it: the pages and the index, and of a portfolio on this
/// disk the files that they lead to.
pub fn preview<'a>(
    portfolio: &'a Portfolio,
    judged: &Judged<'_>,
    status: &Status,
    day: Date,
    preview: Preview,
) -> Vec<Piece<'a>> {
    let codes: Vec<String> = portfolio.submitted().map(|(competency, _)| competency.code.clone()).collect();
    let (findings, standings, codes) = (&judged.findings[..], &judged.standings[..], &codes[..]);
    let pages = site::render(&Submission {
        portfolio,
        standings,
        findings,
        codes,
        status,
        day,
        program: PROGRAM,
        preview: Some(preview),
    });
    let text = |path: String, text: String| Piece { path, content: Content::Text(text) };
    let mut pieces: Vec<Piece<'a>> = pages.into_iter().map(|page| text(page.path, page.html)).collect();
    pieces.push(text(format!("{PAYLOAD}{INDEX}"), index::render(portfolio, codes)));
    if !preview.of_archive {
        pieces.extend(own_pieces(portfolio));
    }
    pieces
}

fn own_pieces(portfolio: &Portfolio) -> impl Iterator<Item = Piece<'_>> {
    own_files(portfolio).map(|entry| Piece { path: format!("{PAYLOAD}{}", entry.path), content: Content::File(entry) })
}

/// What the pieces are compared by: the digests of those that akam writes itself.
pub fn made(pieces: &[Piece<'_>]) -> Made {
    let digest = |piece: &Piece<'_>| match &piece.content {
        Content::Text(text) => Some(Digest::of(text.as_bytes())),
        Content::File(_) => None,
    };
    pieces.iter().map(|piece| (piece.path.clone(), digest(piece))).collect()
}

fn metadata(submission: &Submission<'_>, pieces: &[Piece<'_>]) -> String {
    let payload = pieces.iter().filter_map(|piece| Some((piece.path.strip_prefix(PAYLOAD)?.to_owned(), piece.size())));
    crate_metadata::render(&Described {
        portfolio: submission.portfolio,
        codes: submission.codes,
        files: &payload.collect::<Vec<_>>(),
        title: &title(submission),
        description: &description(submission),
        date: &submission.day.to_string(),
    })
}

fn info(submission: &Submission<'_>, oxum: (u64, usize)) -> Info {
    let portfolio = submission.portfolio;
    let details = &portfolio.details;
    Info {
        organization: details.candidate.employer.clone(),
        contact: details.name().unwrap_or("not given").to_owned(),
        description: description(submission),
        date: submission.day.to_string(),
        oxum,
        agent: submission.program.to_owned(),
        framework: portfolio.framework.id.clone(),
        framework_digest: portfolio.framework.digest(),
        status: submission.status.clone(),
        previous: details.submission.previous.clone(),
    }
}

fn title(submission: &Submission<'_>) -> String {
    let name = submission.portfolio.details.name().unwrap_or("a candidate");
    format!("Evidence of {name} for the {}", submission.portfolio.framework.title)
}

fn description(submission: &Submission<'_>) -> String {
    let what = match submission.status {
        Status::Final => "Evidence",
        Status::Draft => "Draft of evidence",
        Status::Trial { draft: false, .. } => "Trial evidence",
        Status::Trial { draft: true, .. } => "Draft of trial evidence",
    };
    let title = &submission.portfolio.framework.title;
    format!("{what} for {}: {} ({title})", count(submission.codes.len(), "competency"), submission.codes.join(", "))
}
