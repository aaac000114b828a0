//! Doors for the fuzzer: what strangers can feed to akam, each behind one function; built for fuzzing only.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use jiff::civil::date;

use crate::archive::bag::{Listing, info_rejection, parse_manifest, render_manifest};
use crate::archive::read::Archive;
use crate::archive::{PROGRAM, Status};
use crate::assessment::judge_all;
use crate::document::diff::diff;
use crate::document::visible_text::of_markdown;
use crate::document::{Document, Format};
use crate::finding::Finding;
use crate::fingerprint::Fingerprint;
use crate::framework::Framework;
use crate::html::{self, Frame, NoFiles};
use crate::portfolio::Portfolio;
use crate::portfolio::sign_off::proof;
use crate::report::terminal;
use crate::review::{Evidence, Selection};
use crate::rules;
use crate::rules::archive::{MALFORMED, judge_defect};
use crate::site::{self, Submission};
use crate::source::{Place, is_hidden};
use crate::tree::{Contents, Entry, EntryKind, Tree};

const FOLDER: &str = "1.D.3-customer-plan";
const SIGN_OFF: &str = "sign-offs/2026-11-20-line-manager";
const REQUEST_FILE: &str = "sign-offs/2026-11-20-line-manager/request.toml";

/// An archive from a stranger: walked over, read, judged and shown.
pub fn archive(bytes: &[u8]) {
    let mut file = tempfile::tempfile().expect("the temporary folder can be written to");
    file.write_all(bytes).expect("the temporary folder has room");
    let findings = match Archive::of(file).expect("the file can be read") {
        Err(defect) => vec![judge_defect(&defect)],
        Ok(archive) => judge_all(&archive, date(2026, 11, 22)).findings,
    };
    findings.iter().for_each(assert_shown);
}

/// A manifest, or `bag-info.txt`.
pub fn manifest(text: &str) {
    for listing in [Listing::Payload, Listing::Tags] {
        if let Ok(manifest) = parse_manifest(text, listing) {
            assert_eq!(render_manifest(&manifest), text, "a second spelling was read");
        }
    }
    let _ = info_rejection(text);
}

/// Settings, a list of artefacts, a competency file, and the request of a sign-off.
pub fn settings(text: &str) {
    let paths = ["portfolio.toml", "1.D.3-customer-plan/artefacts.toml", "competencies.toml", REQUEST_FILE];
    for path in paths {
        let mut files = files("A plan.");
        files.insert(path.to_owned(), text.as_bytes().to_vec());
        check(tree(files));
    }
}

/// A proof of a sign-off: an e-mail, a picture, a PDF.
pub fn proof(bytes: &[u8]) {
    if let Ok(detected) = proof::detect(bytes) {
        let text = detected.content.text().unwrap_or_default();
        Fingerprint::find(text).iter().for_each(|found| assert!(found.is_in(text)));
        let _ = detected.content.own_text();
    }
}

/// A document in Word, as an `OpenDocument` text or in PDF: what is read of it is a text in normal form with places, and
/// has a page.
pub fn document(name: &str, bytes: &[u8]) {
    let Some(format) = Format::of(name) else { return };
    let framework = Framework::built_in();
    let parts = framework.competencies.iter().flat_map(|competency| competency.parts.clone()).collect::<Vec<_>>();
    let Ok(document) = Document::open(name, format, bytes.to_vec(), &parts) else { return };
    let spots = document.facts.iter().map(|(_, spot)| spot).chain(document.sections.iter().map(|it| &it.spot));
    spots.for_each(|spot| assert!(document.place(spot).in_words().is_some(), "a place without words"));
    let _ = of_markdown(document.as_markdown());
    let frame = Frame {
        targets: &NoFiles,
        prefix: "",
        table_of: "",
        top_level: 3,
        skips_first_heading: false,
        answers: &[],
        marked: &[],
    };
    let _ = html::render(&document, &frame);
}

/// A document, to its words and to the pages of an archive.
pub fn page(text: &str) {
    let words = of_markdown(text);
    assert!(diff(&words, &words).is_empty(), "a text differs from itself");
    let half = &words[..words.floor_char_boundary(words.len() / 2)];
    for passage in diff(half, &words) {
        let _ = (passage.short(), passage.new_words());
    }
    let portfolio = Portfolio::open(tree(files(text)), None);
    let evidence = Evidence::of(&portfolio, Selection::Whole, date(2026, 11, 22));
    let judged = rules::check(&evidence);
    judged.findings.iter().for_each(assert_shown);
    let (evidence, judged, status) = (&evidence, &judged, &Status::Final);
    let submission = Submission { evidence, judged, status, program: PROGRAM, preview: None };
    let html = site::render(&submission).to_lowercase();
    let body = html.split("<body").nth(1).unwrap_or_default();
    for wrong in ["<script", "javascript:\"", "<iframe", "<object", " onerror=\"", " onload=\""] {
        assert!(!body.contains(wrong), "{wrong} is on the page");
    }
}

/// Text on a terminal.
pub fn terminal(text: &str) {
    assert!(!terminal::safe(text).chars().any(is_hidden), "a hidden character was shown");
    let is_steering = |ch: char| is_hidden(ch) && ch != '\n';
    assert!(!terminal::paragraph(text, "  ").chars().any(is_steering), "a hidden character was shown");
    assert_shown(&Finding::new(&MALFORMED, text).at(Place::file(text)).help(text));
}

fn check(tree: Tree) {
    let portfolio = Portfolio::open(tree, Some("competencies.toml"));
    let evidence = Evidence::of(&portfolio, Selection::Whole, date(2026, 11, 22));
    rules::check(&evidence).findings.iter().for_each(assert_shown);
}

/// Shows a finding, in which only akam's own colours may steer the terminal.
fn assert_shown(finding: &Finding) {
    let text = anstream::adapter::strip_str(&terminal::finding(finding)).to_string();
    assert!(!text.chars().any(|ch| is_hidden(ch) && ch != '\n'), "a hidden character was shown");
}

fn files(document: &str) -> BTreeMap<String, Vec<u8>> {
    let register = "[[artefact]]\nfile = \"artefacts/plan.png\"\nshows = \"A plan.\"\nshare = 80\n";
    let files = [
        ("portfolio.toml", "[candidate]\nname = \"Ann Berg\"\n"),
        ("1.D.3-customer-plan/artefacts.toml", register),
        ("1.D.3-customer-plan/artefacts/plan.png", "x"),
        ("1.D.3-customer-plan/evidence.md", document),
    ];
    files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()
}

fn tree(files: BTreeMap<String, Vec<u8>>) -> Tree {
    let entry = |path: &str, kind, size| Entry { path: path.to_owned(), kind, size, utf8: true };
    let mut entries: Vec<Entry> =
        files.iter().map(|(path, bytes)| entry(path, EntryKind::File, bytes.len() as u64)).collect();
    entries.extend(
        [FOLDER, "1.D.3-customer-plan/artefacts", "sign-offs", SIGN_OFF].map(|path| entry(path, EntryKind::Folder, 0)),
    );
    Tree::of(entries, Box::new(Memory(files)))
}

struct Memory(BTreeMap<String, Vec<u8>>);

impl Contents for Memory {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        match self.0.get(&entry.path) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
