//! The page that a signatory reads, signs and sends back.

use std::collections::BTreeSet;

use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::links::page_path;
use super::page::{self, css_string, day, grouped, period, shortened};
use crate::archive::PAYLOAD;
use crate::archive::PROGRAM;
use crate::digest::Digest;
use crate::document::wording::wording;
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::Request;
use crate::portfolio::sign_off::fingerprint::Fingerprint;
use crate::portfolio::sign_off::proof::NAMESPACE;
use crate::portfolio::sign_off::seen::{Seen, SeenArtefact};
use crate::report::count;

/// The folder with documents and pages, beside the statement.
pub const DOCUMENTS: &str = "documents/";

/// Words of a document that the statement shows.
const OPENING_WORDS: usize = 45;

#[derive(Template)]
#[template(config = ".askama.toml", path = "statement.html")]
struct Statement<'a> {
    title: String,
    style: &'static str,
    foot: String,
    program: String,
    request: &'a Request,
    /// `the document below says`, `the 12 documents below say`.
    documents: String,
    relation: &'static str,
    /// `1.D.1, 1.D.2 and 1.D.3`.
    codes: String,
    observed: String,
    asked: String,
    fingerprint: Fingerprint,
    digest: Digest,
    namespace: &'static str,
    email: Option<String>,
    mailto: Option<String>,
    heading: String,
    competencies: Vec<Shown<'a>>,
    reply: String,
    files: Vec<File<'a>>,
}

/// A competency as it is shown.
struct Shown<'a> {
    seen: &'a Seen,
    /// Its reading page.
    href: String,
    opening: String,
    words: String,
    count: String,
    artefacts: Vec<Artefact<'a>>,
}

struct Artefact<'a> {
    number: &'a str,
    title: String,
    made: Option<String>,
    shows: &'a str,
    share: String,
}

struct File<'a> {
    path: &'a str,
    digest: Digest,
}

/// The page for a request whose file has this digest.
pub fn render(portfolio: &Portfolio, request: &Request, digest: Digest) -> String {
    let fingerprint = Fingerprint::of(&digest);
    let name = &request.candidate.name;
    let email = page::filled(portfolio.details.candidate.email.as_ref());
    let reply = reply(request, fingerprint);
    let several = request.competencies.len() > 1;
    let documents = count(request.competencies.len(), "document");
    page::write(&Statement {
        title: format!("{name}: confirmation of facts, {fingerprint}"),
        style: include_str!("statement.css"),
        foot: css_string(&format!("{} · {fingerprint}", shortened(name))),
        program: PROGRAM.to_owned(),
        request,
        documents: if several { format!("the {documents} below say") } else { "the document below says".to_owned() },
        relation: request.signatory.relation.name(),
        codes: codes(request),
        observed: period(&request.observed),
        asked: day(request.asked),
        fingerprint,
        digest,
        namespace: NAMESPACE,
        mailto: email.as_ref().map(|email| mailto(email, name, &reply)),
        email,
        heading: if several { format!("The {documents}") } else { "The document".to_owned() },
        competencies: request.competencies.iter().map(|seen| shown(portfolio, seen)).collect(),
        reply,
        files: files(request),
    })
}

fn shown<'a>(portfolio: &Portfolio, seen: &'a Seen) -> Shown<'a> {
    let page = page_path(&seen.code);
    let name = page.strip_prefix(PAYLOAD).expect("pages lie in the payload");
    let artefacts = seen.artefacts.iter().map(artefact).collect::<Vec<_>>();
    Shown {
        seen,
        href: format!("{DOCUMENTS}{}", utf8_percent_encode(name, super::links::IN_A_PATH)),
        opening: opening(portfolio, &seen.code),
        words: format!("{} {}", grouped(seen.words), if seen.words == 1 { "word" } else { "words" }),
        count: if artefacts.is_empty() { "no artefact".to_owned() } else { count(artefacts.len(), "artefact") },
        artefacts,
    }
}

fn artefact(seen: &SeenArtefact) -> Artefact<'_> {
    let said = &seen.said;
    let name = seen.file.rsplit('/').next().unwrap_or(&seen.file);
    Artefact {
        number: &seen.number,
        title: said.title.clone().unwrap_or_else(|| name.to_owned()),
        made: said.made.as_deref().map(period),
        shows: said.shows.as_deref().unwrap_or("not stated"),
        share: said.share.map_or_else(|| "not stated".to_owned(), |share| format!("{share}%")),
    }
}

/// How a document begins, headings left out.
fn opening(portfolio: &Portfolio, code: &str) -> String {
    let Some(document) = portfolio.folder(code).and_then(|folder| folder.document()) else { return String::new() };
    let headings: BTreeSet<&str> = document.sections.iter().map(|section| section.heading.as_str()).collect();
    let text = wording(&document.source.text);
    let mut words = text.lines().filter(|line| !headings.contains(line.trim())).flat_map(str::split_whitespace);
    let opening: Vec<&str> = words.by_ref().take(OPENING_WORDS).collect();
    format!("{}{}", opening.join(" "), if words.next().is_some() { " …" } else { "" })
}

/// What somebody writes who answers by e-mail.
fn reply(request: &Request, fingerprint: Fingerprint) -> String {
    let signatory = &request.signatory;
    format!(
        "I confirm that what {}’s documents for {} say is factually true, as far as I saw the work ({}).\n\
         I confirm facts only and do not judge whether they meet the competencies.\n\n\
         Fingerprint: {fingerprint}\n\n\
         Exceptions: none\n\n\
         {}\n{}, {}",
        request.candidate.name,
        codes(request),
        period(&request.observed),
        signatory.name,
        signatory.role,
        signatory.organisation
    )
}

/// `1.D.1, 1.D.2 and 1.D.3`.
fn codes(request: &Request) -> String {
    let codes: Vec<&str> = request.competencies.iter().map(|seen| seen.code.as_str()).collect();
    match &codes[..] {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        codes => codes.concat(),
    }
}

/// A link that opens an e-mail with the reply in it (RFC 6068).
fn mailto(email: &str, name: &str, reply: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(&text.replace('\n', "\r\n"), NON_ALPHANUMERIC).to_string();
    let address = utf8_percent_encode(email, super::links::IN_A_PATH).to_string().replace("%40", "@");
    let subject = format!("Confirmation of facts for {name}");
    format!("mailto:{address}?subject={}&body={}", encoded(&subject), encoded(reply))
}

/// Every file that is confirmed.
fn files(request: &Request) -> Vec<File<'_>> {
    let of = |seen| {
        let Seen { document, document_digest, artefacts, .. }: &Seen = seen;
        let artefacts = artefacts.iter().map(|artefact| File { path: &artefact.file, digest: artefact.digest });
        std::iter::once(File { path: document, digest: *document_digest }).chain(artefacts)
    };
    request.competencies.iter().flat_map(of).collect()
}
