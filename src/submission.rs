//! What an archive holds, file by file: the portfolio's own files, the pages, and all that describes them.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use crate::archive::bag::{self, Info};
use crate::archive::crate_metadata::{self, Described};
use crate::archive::write::{Content, Piece, oxum};
use crate::archive::{CHECK, FRAMEWORK, HOW_TO_CHECK, INDEX, PAYLOAD, Status};
use crate::framework::slug;
use crate::portfolio::{FILE, Portfolio};
use crate::report::{archive, count, json};
use crate::site::{self, Submission};
use crate::tree::{Entry, Kind};

/// The archive's name, without `.zip`: `akam-<candidate>-<date>` and what it is meant as.
pub fn name(portfolio: &Portfolio, status: &Status, day: Date) -> String {
    let candidate: String = slug(portfolio.details.name().unwrap_or("candidate")).nfc().take(60).collect();
    format!("akam-{candidate}-{day}{}", status.suffix())
}

/// All files of the archive but its manifests.
pub fn pieces<'a>(submission: &Submission<'a>) -> Vec<Piece<'a>> {
    let portfolio = submission.portfolio;
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let payload = |path: &str, text: String| Piece { path: format!("{PAYLOAD}{path}"), content: Content::Text(text) };
    let own = portfolio.submitted().flat_map(|(_, folder)| portfolio.packed(folder)).chain(portfolio.tree.find(FILE));
    let own = own.chain(portfolio.packed_sign_offs());
    pieces.extend(own.filter(|entry| entry.kind == Kind::File).map(portfolio_file));
    pieces.push(payload(FRAMEWORK, portfolio.framework.source.text.clone()));
    pieces.push(payload(INDEX, archive::index(portfolio, submission.codes)));
    pieces.push(payload(CHECK, json::check(portfolio, submission.standings, submission.findings)));
    pieces.extend(
        site::render(submission).into_iter().map(|page| Piece { path: page.path, content: Content::Text(page.html) }),
    );
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    pieces.dedup_by(|a, b| a.path == b.path);
    pieces.push(payload(crate_metadata::FILE, metadata(submission, &pieces)));
    let info = info(submission, oxum(&pieces));
    let tag = |path: &str, text: String| Piece { path: path.to_owned(), content: Content::Text(text) };
    pieces.push(tag(HOW_TO_CHECK, archive::how_to_check(portfolio)));
    pieces.push(tag(bag::DECLARATION, bag::DECLARATION_TEXT.to_owned()));
    pieces.push(tag(bag::INFO, info.render()));
    pieces
}

/// A file of the portfolio, under its name in NFC.
fn portfolio_file(entry: &Entry) -> Piece<'_> {
    let composed: String = entry.path.nfc().collect();
    Piece { path: format!("{PAYLOAD}{composed}"), content: Content::File(entry) }
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
        agent: json::program(),
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
