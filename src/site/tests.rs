//! Promises of the page, and a portfolio without a disk for the tests of this folder.

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

/// The page of a portfolio, packed as `status`.
fn page(files: &[(&str, &str)], status: &Status) -> String {
    let portfolio = portfolio(files);
    let selection = match status {
        Status::Trial { code, .. } => Selection::Trial(code.clone()),
        _ => Selection::Whole,
    };
    let evidence = evidence(&portfolio, selection);
    let judged = rules::check(&evidence);
    render(&Submission { evidence: &evidence, judged: &judged, status, program: PROGRAM, preview: None })
}

/// A competency's section of a page.
fn section<'a>(page: &'a str, code: &str) -> &'a str {
    let start = page.find(&format!("<section id=\"{code}\"")).expect("it is on the page");
    page[start..].split("<section id=").nth(1).expect("it begins so")
}

fn hostile() -> String {
    let files = [
        ("portfolio.toml", "[candidate]\nname = '''</title><script>\"x\u{202e}</style>'''\nrole = \"<b>\"\n"),
        ("1.D.3-customer-plan/artefacts.toml", REGISTER),
        ("1.D.3-customer-plan/artefacts/plan.csv", "x"),
        ("1.D.3-customer-plan/evidence.md", "## <script>alert(1)</script>\n\nText \u{202e}txt.\n"),
        ("4.D.3-customer-plan-implementation/evidence.md", "Text.\n"),
    ];
    page(&files, &Status::Draft)
}

#[test]
fn the_page_holds_nothing_that_acts() {
    let html = hostile();
    for wrong in ["<script", "<img", "<b>", "\u{202e}", "http://", " onload="] {
        assert!(!html.contains(wrong), "{wrong}");
    }
    assert_eq!(html.matches("</style>").count(), 1);
    // That of the page, and that of the chart.
    assert_eq!(html.matches("</title>").count(), 2);
    assert!(html.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""));
}

#[test]
fn it_is_spelt_as_pages_are_that_cannot_be_made_again() {
    let markdown = "# A\n\n- [x] `<b>` [a](https://x.example/?a=1&b=<> \"t < \\\" u\") ![p](artefacts/plan.png)\n\n\
        | a | b |\n|:-:|--:|\n| 1 | 2 |\n\nText[^1] ~~old~~ **new** *it*.\n\n> Quote\n\n1. One\n\n---\n\n```\n<code>\n```\n\n[^1]: Note.\n";
    let files = [
        ("1.D.3-customer-plan/artefacts.toml", "[[artefact]]\nfile = \"artefacts/plan.png\"\n"),
        ("1.D.3-customer-plan/artefacts/plan.png", "x"),
        ("1.D.3-customer-plan/evidence.md", markdown),
    ];
    let shown = page(&files, &Status::Final);
    assert!(shown.contains("<img src=\"data:image/png;base64,eA==\" alt=\"p\">"), "{shown}");
    for html in [hostile(), shown] {
        assert_eq!(older::refused_because(&html), None, "{html}");
    }
}

#[test]
fn it_has_one_main_heading_and_says_that_it_is_a_draft() {
    let html = hostile();
    assert_eq!(html.matches("<h1").count(), 1);
    assert!(html.contains("Draft, not a submission."));
}

#[test]
fn no_id_is_there_twice_and_every_link_within_the_page_leads_somewhere() {
    let text = "# T\n\n## Analysis and insight\n\nText[^a], [there](#t) and [back](../4.D.3-customer-plan-implementation/evidence.md#t).\n\n\
        [^a]: Note.\n";
    let files = [
        ("1.D.3-customer-plan/artefacts.toml", REGISTER),
        ("1.D.3-customer-plan/artefacts/plan.csv", "x"),
        ("1.D.3-customer-plan/evidence.md", text),
        ("4.D.3-customer-plan-implementation/evidence.md", text),
    ];
    let html = page(&files, &Status::Draft);
    let values = |mark: &str| -> Vec<String> {
        html.split(mark).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
    };
    let ids = values(" id=\"");
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    let leads = values(" href=\"#");
    let dead: Vec<&String> = leads.iter().filter(|lead| !ids.contains(lead)).collect();
    assert!(leads.len() > 30 && dead.is_empty(), "{dead:?}");
    assert!(leads.contains(&"4.D.3:section-1".to_owned()), "{leads:?}");
}

#[test]
fn a_part_leads_to_its_section_and_its_section_back_to_what_it_asks() {
    let text = "## Analysis and insight\n\nText.\n\n## 1.D.3.2 Aims\n\nText.\n\n## Else\n\nText.\n";
    let html = page(&[("1.D.3-customer-plan/evidence.md", text)], &Status::Draft);
    let own = "<a class=\"code\" href=\"#1.D.3.1\">1.D.3.1</a> Analysis and insight</h4>";
    assert!(html.contains(&format!("<h4 id=\"1.D.3:section-1\">{own}")), "{html}");
    assert!(html.contains("<h4 id=\"1.D.3:section-2\">1.D.3.2 Aims</h4>") && html.contains("\">Else</h4>"), "{html}");
    assert!(html.contains("<tr id=\"1.D.3.1\">") && html.contains("href=\"#1.D.3:section-1\""), "{html}");
    assert!(html.contains("<summary>What 1.D.3.1 asks</summary>"), "{html}");
}

#[test]
fn an_artefact_is_shown_where_it_supports_another_competency() {
    let html = hostile();
    let other = section(&html, "4.D.3");
    assert!(other.contains("href=\"data/1.D.3-customer-plan/artefacts/plan.csv\""), "{other}");
    assert!(other.contains("<a href=\"#1.D.3.1\">1.D.3.1</a>"), "{other}");
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
    let html = page(&files, &Status::Trial { code: "1.D.3".to_owned(), draft: false });
    assert!(html.contains("Trial of one competency."));
    assert!(!html.contains("4.D.3"), "{html}");
    assert!(html.contains("No artefact is attached."));
    assert!(!html.contains("a.csv"), "a file that is not packed answers a part");
    assert!(html.contains("Nothing names this part."), "{html}");
}

#[test]
fn a_competency_without_a_document_says_so() {
    let files = [("1.D.3-customer-plan/artefacts.toml", "document_only = \"None was made\"\n")];
    let html = page(&files, &Status::Draft);
    assert!(html.contains("There is no document yet."), "{html}");
    assert!(html.contains("The candidate’s reason: None was made"), "{html}");
}

#[test]
fn the_same_portfolio_gives_the_same_page() {
    assert_eq!(hostile(), hostile());
}
