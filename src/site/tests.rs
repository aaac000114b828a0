//! Promises of every page, and a portfolio without a disk for the tests of this folder.

use std::io::{self, Read};

use jiff::civil::date;

use super::*;
use crate::archive::PROGRAM;
use crate::portfolio::Portfolio;
use crate::review::{Evidence, Selection};
use crate::rules;
use crate::tree::{Contents, Entry, EntryKind, Tree};

const REGISTER: &str = r#"
[[artefact]]
file = "artefacts/plan.csv"
title = "</a><script>alert(1)</script>"
shows = "<img src=x onerror=alert(1)>"
supports = ["1.D.3.1", "4.D.3.2", "</a>"]
"#;

struct Memory(Vec<(String, String)>);

impl Contents for Memory {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        let found = self.0.iter().find(|(path, _)| *path == entry.path);
        let (_, text) = found.ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(text.as_bytes()))
    }
}

/// A portfolio of these files.
pub fn portfolio(files: &[(&str, &str)]) -> Portfolio {
    let files: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut folders: Vec<&str> = files.iter().filter_map(|(path, _)| path.split_once('/')).map(|it| it.0).collect();
    folders.dedup();
    let entry = |path: &str, kind: EntryKind| Entry { path: path.to_owned(), kind, size: 1, utf8: true };
    let entries = folders.iter().map(|path| entry(path, EntryKind::Folder));
    let entries = entries.chain(files.iter().map(|(path, _)| entry(path, EntryKind::File))).collect();
    Portfolio::open(Tree::of(entries, Box::new(Memory(files))), None)
}

/// Evidence of a portfolio on a fixed day.
pub fn evidence(portfolio: &Portfolio, selection: Selection) -> Evidence<'_> {
    Evidence::of(portfolio, selection, date(2026, 3, 14))
}

/// The pages of a portfolio, packed as `status`.
fn pages(files: &[(&str, &str)], status: &Status) -> Vec<Page> {
    let portfolio = portfolio(files);
    let selection = match status {
        Status::Trial { code, .. } => Selection::Trial(code.clone()),
        _ => Selection::Whole,
    };
    let evidence = evidence(&portfolio, selection);
    let judged = rules::check(&evidence);
    render(&Submission { evidence: &evidence, judged: &judged, status, program: PROGRAM, preview: None })
}

fn hostile() -> Vec<Page> {
    let files = [
        ("portfolio.toml", "[candidate]\nname = '''</title><script>\"x\u{202e}</style>'''\nrole = \"<b>\"\n"),
        ("1.D.3-customer-plan/artefacts.toml", REGISTER),
        ("1.D.3-customer-plan/artefacts/plan.csv", "x"),
        ("1.D.3-customer-plan/evidence.md", "## <script>alert(1)</script>\n\nText \u{202e}txt.\n"),
        ("4.D.3-customer-plan-implementation/evidence.md", "Text.\n"),
    ];
    pages(&files, &Status::Draft)
}

#[test]
fn no_page_holds_anything_that_acts() {
    for page in hostile() {
        for wrong in ["<script", "<img", "<b>", "\u{202e}", "http://", " onload="] {
            assert!(!page.html.contains(wrong), "{wrong} in {}", page.path);
        }
        assert_eq!(page.html.matches("</style>").count(), 1, "{}", page.path);
        assert_eq!(page.html.matches("</title>").count(), if page.path == COVER { 2 } else { 1 }, "{}", page.path);
        assert!(page.html.contains("content=\"default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'\""));
    }
}

#[test]
fn every_page_is_spelt_as_pages_are_that_cannot_be_made_again() {
    let markdown = "# A\n\n- [x] `<b>` [a](https://x.example/?a=1&b=<> \"t < \\\" u\") ![p](artefacts/plan.png)\n\n\
        | a | b |\n|:-:|--:|\n| 1 | 2 |\n\nText[^1] ~~old~~ **new** *it*.\n\n> Quote\n\n1. One\n\n---\n\n```\n<code>\n```\n\n[^1]: Note.\n";
    let files = [
        ("1.D.3-customer-plan/artefacts.toml", "[[artefact]]\nfile = \"artefacts/plan.png\"\n"),
        ("1.D.3-customer-plan/artefacts/plan.png", "x"),
        ("1.D.3-customer-plan/evidence.md", markdown),
    ];
    for page in hostile().into_iter().chain(pages(&files, &Status::Final)) {
        assert_eq!(older::refused_because(&page.html), None, "{}\n{}", page.path, page.html);
    }
}

#[test]
fn every_page_has_one_name_and_says_that_it_is_a_draft() {
    let pages = hostile();
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths, ["00-START-HERE.html", "data/pages/1.D.3.html", "data/pages/4.D.3.html"]);
    for page in &pages {
        assert_eq!(page.html.matches("<h1").count(), 1, "{}", page.path);
        assert!(page.html.contains("Draft, not a submission."), "{}", page.path);
    }
}

#[test]
fn an_artefact_is_shown_where_it_supports_another_competency() {
    let pages = hostile();
    assert!(pages[2].html.contains("href=\"../1.D.3-customer-plan/artefacts/plan.csv\""), "{}", pages[2].html);
    assert!(pages[2].html.contains("<a href=\"1.D.3.html\">1.D.3.1</a>"), "{}", pages[2].html);
}

#[test]
fn a_trial_shows_its_competency_alone() {
    let files = [
        ("1.D.3-customer-plan/evidence.md", "## Analysis and insight\n\nText.\n"),
        (
            "4.D.3-customer-plan-implementation/artefacts.toml",
            "[[artefact]]\nfile = \"a.csv\"\nsupports = [\"1.D.3.2\"]\n",
        ),
        ("4.D.3-customer-plan-implementation/a.csv", "x"),
    ];
    let pages = pages(&files, &Status::Trial { code: "1.D.3".to_owned(), draft: false });
    assert_eq!(pages.len(), 2);
    assert!(pages[0].html.contains("Trial of one competency."));
    assert!(!pages[0].html.contains("4.D.3"), "{}", pages[0].html);
    assert!(pages[0].html.contains("No artefact is attached."));
    assert!(!pages[1].html.contains("a.csv"), "a file that is not packed answers a part");
    assert!(pages[1].html.contains("Nothing names this part."), "{}", pages[1].html);
}

#[test]
fn a_competency_without_a_document_says_so() {
    let files = [("1.D.3-customer-plan/artefacts.toml", "document_only = \"None was made\"\n")];
    let pages = pages(&files, &Status::Draft);
    assert!(pages[1].html.contains("There is no document yet."), "{}", pages[1].html);
    assert!(pages[1].html.contains("The candidate’s reason: None was made"), "{}", pages[1].html);
}

#[test]
fn the_same_portfolio_gives_the_same_pages() {
    let html = |pages: Vec<Page>| pages.into_iter().map(|page| page.html).collect::<Vec<_>>();
    assert_eq!(html(hostile()), html(hostile()));
}
