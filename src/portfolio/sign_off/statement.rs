//! The page that a signatory reads, signs and sends back: one file, made only from the request and the texts.

use std::collections::BTreeMap;

use askama::Template;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::Says;
use super::request::{Request, ShownCompetency};
use super::{earlier_text_name, form, letter, text_name};
use crate::digest::Digest;
use crate::document::{Document, Format};
use crate::fingerprint::Fingerprint;
use crate::html::page::{css_string, shortened, write};
use crate::html::{Frame, NoFiles, render as render_document};
use crate::portfolio::artefact::period;
use crate::portfolio::snapshot::ArtefactSnapshot;
use crate::portfolio::snapshot::changes::{Change, SnapshotVersion, changes};
use crate::text::{count, day, grouped};
use crate::threads::share_in_order;

/// Reading speed (Brysbaert 2019, "How many words do we read per minute?": 238 in English).
const WORDS_PER_MINUTE: usize = 230;

/// The level of a document's highest heading; its competency is a heading above it.
const TOP_LEVEL: usize = 4;

/// Characters that are not escaped in a `mailto:` link (RFC 6068, 2).
const IN_AN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

#[derive(Template)]
#[template(config = ".askama.toml", path = "statement.html")]
struct Statement<'a> {
    title: String,
    style: &'static str,
    /// The foot of each printed sheet, as a CSS string.
    foot: String,
    request: &'a Request,
    /// `the document below says`, `the 12 documents below say`.
    documents: String,
    relation: &'static str,
    observed: String,
    asked: String,
    /// `about 20 minutes for 4,500 words`.
    reading_time: String,
    fingerprint: Fingerprint,
    digest: Digest,
    mailto: Option<String>,
    /// Whether something was confirmed before.
    again: bool,
    heading: String,
    choices: [&'static str; 4],
    competencies: Vec<StatementSection<'a>>,
    reply: String,
}

/// A page, and its reading time without artefacts.
pub struct StatementPage {
    pub html: String,
    /// `about 20 minutes for 4,500 words`.
    pub reading_time: String,
}

/// A competency as it is shown.
struct StatementSection<'a> {
    shown: &'a ShownCompetency,
    /// Safe to show.
    document: String,
    /// `969 words; 2 artefacts`.
    about: String,
    /// Words to read.
    words: usize,
    artefacts: Vec<StatementArtefact<'a>>,
    /// The day on which it was confirmed, and what changed since.
    earlier: Option<(String, Vec<Change>)>,
}

struct StatementArtefact<'a> {
    snapshot: &'a ArtefactSnapshot,
    name: &'a str,
    made: Option<String>,
    share: String,
}

/// Renders the page for a request whose file has this digest; `None` if a text is missing or is not a document. The
/// same input always gives the same page.
pub fn render(request: &Request, digest: Digest, texts: &BTreeMap<String, String>) -> Option<StatementPage> {
    let fingerprint = Fingerprint::of(&digest);
    let shown: Vec<(usize, &ShownCompetency)> = request.competencies.iter().enumerate().collect();
    let competencies = share_in_order(&shown, |(at, shown)| section(*at, shown, texts));
    let competencies: Vec<StatementSection<'_>> = competencies.into_iter().collect::<Option<_>>()?;
    let reading_time = time_for(competencies.iter().map(|it| it.words).sum());
    let several = request.competencies.len() > 1;
    let documents = count(request.competencies.len(), "document");
    let name = &request.candidate.name;
    let reply = form::render(request, fingerprint);
    let html = write(&Statement {
        title: format!("{name}: confirmation of facts, {fingerprint}"),
        style: include_str!("statement.css"),
        foot: css_string(&format!("{} · {fingerprint}", shortened(name))),
        request,
        documents: if several { format!("the {documents} below say") } else { "the document below says".to_owned() },
        relation: request.signatory.relation.name(),
        observed: period(&request.observed),
        asked: day(request.asked),
        reading_time: reading_time.clone(),
        fingerprint,
        digest,
        mailto: request.candidate.email.as_ref().map(|email| mailto(email, request, fingerprint, &reply)),
        again: competencies.iter().any(|it| it.earlier.is_some()),
        heading: if several { format!("The {documents}") } else { "The document".to_owned() },
        choices: [Says::True, Says::Except, Says::NotSeen, Says::NotTrue].map(Says::name),
        competencies,
        reply,
    });
    Some(StatementPage { html, reading_time })
}

fn section<'a>(
    at: usize,
    shown: &'a ShownCompetency,
    texts: &BTreeMap<String, String>,
) -> Option<StatementSection<'a>> {
    let code = &shown.now.code;
    let text = texts.get(&text_name(code))?;
    let document = parse(text)?;
    let artefacts: Vec<StatementArtefact<'_>> = shown.now.artefacts.iter().map(artefact).collect();
    let frame = Frame {
        targets: &NoFiles,
        prefix: &format!("document-{}-", at + 1),
        table_of: &format!(" of {code}"),
        top_level: TOP_LEVEL,
        skips_first_heading: document.begins_with_name(code, &shown.now.title),
        marked: &[],
        answers: &[],
    };
    let attached = if artefacts.is_empty() { "no artefact".to_owned() } else { count(artefacts.len(), "artefact") };
    let words = if document.words == 1 { "word" } else { "words" };
    let earlier = match &shown.earlier {
        None => None,
        Some(earlier) => Some((day(earlier.signed), changes_since(shown, texts)?)),
    };
    Some(StatementSection {
        shown,
        document: render_document(&document, &frame),
        words: words_to_read(&document, earlier.as_ref().map(|(_, changes)| changes.as_slice())),
        about: format!("{} {words}; {attached}", grouped(document.words)),
        artefacts,
        earlier,
    })
}

/// What changed since the signatory confirmed it.
fn changes_since(shown: &ShownCompetency, texts: &BTreeMap<String, String>) -> Option<Vec<Change>> {
    let code = &shown.now.code;
    let earlier =
        SnapshotVersion { snapshot: &shown.earlier.as_ref()?.snapshot, text: texts.get(&earlier_text_name(code))? };
    let now = SnapshotVersion { snapshot: &shown.now, text: texts.get(&text_name(code))? };
    Some(changes(earlier, now))
}

fn artefact(snapshot: &ArtefactSnapshot) -> StatementArtefact<'_> {
    StatementArtefact {
        snapshot,
        name: snapshot.file.rsplit('/').next().unwrap_or(&snapshot.file),
        made: snapshot.about.made.as_deref().map(period),
        share: snapshot.about.share.map_or_else(|| "not stated".to_owned(), |share| format!("{share}%")),
    }
}

fn parse(text: &str) -> Option<Document> {
    Document::open("", Format::Markdown, text.as_bytes().to_vec(), &[]).ok()
}

/// Number of words to read: all, or those in changed passages if it was confirmed before.
fn words_to_read(document: &Document, changes: Option<&[Change]>) -> usize {
    let words = |text: &str| text.split_whitespace().count();
    let passages = |changes: &[Change]| {
        changes.iter().flat_map(|change| &change.passages).map(|it| words(&it.before) + words(&it.after)).sum()
    };
    changes.map_or(document.words, passages)
}

/// `about 20 minutes for 4,500 words`.
fn time_for(words: usize) -> String {
    let minutes = words.div_ceil(WORDS_PER_MINUTE).max(1);
    format!("about {} for {} words", count(minutes, "minute"), grouped(words))
}

/// A link that opens an e-mail with the reply in it (RFC 6068).
fn mailto(email: &str, request: &Request, fingerprint: Fingerprint, reply: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(&text.replace('\n', "\r\n"), NON_ALPHANUMERIC).to_string();
    let address = utf8_percent_encode(email, IN_AN_ADDRESS);
    let subject = format!("Re: {}", letter::subject(request, fingerprint));
    format!("mailto:{address}?subject={}&body={}", encoded(&subject), encoded(reply))
}
