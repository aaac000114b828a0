//! `evidence-index.csv`: read as spreadsheets read it, whichever character they split cells at.
#![allow(clippy::disallowed_methods, reason = "tests look at what was packed")]

use std::fs;
use std::process::Command;

use crate::sandbox::Sandbox;
use crate::zips::{ARCHIVE, files};

/// Texts that some spreadsheet could take for a formula.
const TEXTS: [&str; 9] = [
    "=HYPERLINK('http://x.example')",
    "a;=HYPERLINK('http://x.example')",
    "a; +1",
    "a;\\\"@SUM(1)\\\"",
    "a;;;-1",
    "\\\"=1+1\\\";=2",
    "a\\t=1",
    "a;\u{ff1d}1",
    "Møte;  =1",
];

#[test]
#[ignore = "needs other people's tools"]
fn no_cell_is_a_formula_whichever_character_splits_them() {
    let (mut sandbox, mut list) = (Sandbox::agreed(), String::new());
    for (at, text) in TEXTS.iter().enumerate() {
        sandbox = sandbox.write(&format!("2.D.2-selling/artefacts/{at}.txt"), at.to_string());
        list += &format!(
            "\n[[artefact]]\nfile = \"artefacts/{at}.txt\"\ntitle = \"{text}\"\nshows = \"{text}\"\nshare = 1\n"
        );
    }
    let sandbox = sandbox.append("2.D.2-selling/artefacts.toml", &list);
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let all = files(&sandbox.path(ARCHIVE));
    let (_, csv) = all.iter().find(|(name, _)| name.ends_with("evidence-index.csv")).expect("there is one");
    assert!(csv.starts_with("\u{feff}\"number\"".as_bytes()), "spreadsheets do not know that it is UTF-8");
    fs::write(sandbox.path("../index.csv"), csv).expect("the file can be written");
    let script = "import csv, sys\n\
        for split in ',;\\t|':\n    \
            for row in csv.reader(open('../index.csv', encoding='utf-8-sig', newline=''), delimiter=split):\n        \
                for cell in row:\n            \
                    if cell.strip(' \\u00a0\\\"')[:1] in tuple('=+-@\\uff1d\\uff0b\\uff0d\\uff20'):\n                \
                        print(repr(split), repr(cell))\n\
        rows = list(csv.reader(open('../index.csv', encoding='utf-8-sig', newline='')))\n\
        assert len({len(row) for row in rows}) == 1 and rows[0][0] == 'number', rows[0]\n\
        assert any('Møte' in cell for row in rows for cell in row)\n";
    let said = sandbox.run(Command::new("python3").args(["-c", script]).current_dir(sandbox.root()));
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    sandbox.akam(&["verify", ARCHIVE]).expect(0, &["all as listed"]);
}
