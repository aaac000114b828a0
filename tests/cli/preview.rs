//! `akam preview`: the assessor's page before there is an archive, and again from one.
#![allow(clippy::disallowed_methods, reason = "tests look at what was written")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use snapbox::{assert_data_eq, str};

use crate::sandbox::{Said, Sandbox};
use crate::tools;
use crate::zips::{ARCHIVE, age, packed, relisted, section};

const COVER: &str = "00-START-HERE.html";

/// Runs `akam preview` with temporary files of its own and a browser that only writes down what it should open.
#[cfg(unix)]
fn previewed(sandbox: &Sandbox, arguments: &[&str]) -> (Said, PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (temporary, browser) = (sandbox.top().join("temporary"), sandbox.top().join("browser"));
    fs::create_dir_all(&temporary).expect("the folder can be made");
    let opened = sandbox.top().join("opened");
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n", opened.display()))
        .expect("the file can be written");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    let mut command = sandbox.command();
    let said = sandbox.run(command.arg("preview").args(arguments).env("TMPDIR", &temporary).env("BROWSER", browser));
    let wait = || std::thread::sleep(Duration::from_millis(10));
    (0..300).take_while(|_| said.code == 0 && !opened.exists()).for_each(|_| wait());
    let path = fs::read_to_string(&opened).unwrap_or_default();
    (said, PathBuf::from(path.trim()))
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<String> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("the folder can be read") {
            let path = entry.expect("it can be read").path();
            let below = path.strip_prefix(folder).expect("it lies in the folder").to_string_lossy().into_owned();
            if path.is_dir() { folders.push(path) } else { files.push(below) }
        }
    }
    files.sort();
    files
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("it was written")
}

/// The links of the page that lead to no file there, and pictures that are not in it.
fn dead_links(folder: &Path) -> Vec<String> {
    let html = read(folder, COVER);
    let values = ["href=\"", "src=\""].into_iter().flat_map(|mark| html.split(mark).skip(1));
    let is_dead = |value: &&str| {
        let path = value.split('#').next().unwrap_or_default();
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        !path.is_empty() && !path.contains(':') && !folder.join(&path).exists()
    };
    let values = values.map(|rest| rest.split('"').next().unwrap_or_default());
    values.filter(is_dead).map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn the_cover_is_opened_from_a_folder_that_only_the_user_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::complete();
    let before = sandbox.snapshot();
    let (said, opened) = previewed(&sandbox, &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_data_eq!(
        said.out,
        str![[r#"
preview [TOP]/temporary/akam-preview-[..]/00-START-HERE.html
  12 competencies; no findings

"#]]
    );
    let folder = opened.parent().expect("the page lies in a folder");
    assert!(opened.ends_with(COVER), "{}", opened.display());
    let mode = folder.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("akam-preview-")));
    assert_eq!(dead_links(folder), Vec::<String>::new());
    assert!(sandbox.snapshot() == before, "something was written to the portfolio");
}

#[test]
#[ignore = "needs other people's tools"]
fn the_page_says_that_it_is_a_preview_and_others_find_nothing_wrong_with_it() {
    let sandbox = Sandbox::in_progress();
    let said = sandbox.akam(&["preview", "--output", "../shown"]);
    said.expect(0, &["preview ../shown/00-START-HERE.html", "8 competencies; 11 errors"]);
    let folder = sandbox.path("../shown");
    let html = read(&folder, COVER);
    assert!(html.contains("Preview, not a submission"), "{html}");
    assert!(html.contains("as it is now. 1"), "the page does not count the errors");
    assert!(!html.contains("http-equiv=\"refresh\"") && !html.contains("HOW-TO-CHECK"), "{html}");
    assert!(!html.contains("<dt>Packed</dt>") && !html.contains("<dd>Draft</dd>"), "{html}");
    assert!(!html.contains("unpacked"), "what is shown is no archive");
    assert_eq!(dead_links(&folder), Vec::<String>::new());
    tools::html(&[folder.join(COVER)]).assert_accepted();
}

#[test]
fn one_competency_is_shown_first_and_one_that_is_not_begun_is_not_on_the_page() {
    let sandbox = Sandbox::complete();
    sandbox.akam(&["preview", "customer plan", "--output", "../a"]).expect(2, &["may mean several competencies"]);
    sandbox
        .akam(&["preview", "1.d.3", "--output", "../a"])
        .expect(0, &["preview ../a/00-START-HERE.html", "1.D.3 is at `#1.D.3`"]);
    section(&read(&sandbox.path("../a"), COVER), "1.D.3");
    sandbox
        .akam(&["preview", "3.D.1", "--output", "../b"])
        .expect(2, &["3.D.1 is not on the page", "`akam show 3.D.1`"]);
    sandbox.akam(&["preview", "poetry"]).expect(2, &["there is no competency `poetry`"]);
    sandbox.akam(&["preview", "akam-x.zip"]).expect(2, &["there is no archive `akam-x.zip`"]);
}

#[test]
fn it_works_when_nothing_is_written_yet() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "mine", "--name", "Ann Berg"]).expect(0, &[]);
    let said = sandbox.akam(&["preview", "-C", "mine", "--output", "shown"]);
    said.expect(0, &["preview shown/00-START-HERE.html", "0 competencies"]);
    let cover = read(&sandbox.path("shown"), COVER);
    assert!(cover.contains("<h1>Ann Berg</h1>") && cover.contains("not started"), "{cover}");
}

#[test]
fn what_is_private_is_not_shown() {
    let canary = "CANARY-7d1f";
    let sandbox = Sandbox::complete()
        .write("private/names.toml", format!("[names]\n\"{canary}\" = \"Customer Z\"\n"))
        .write("private/1.D.3-customer-plan/evidence.md", canary)
        .write("3.D.1-it-system-and-process-literacy/evidence.md", canary)
        .write("1.D.3-customer-plan/artefacts/unlisted.txt", canary);
    sandbox.akam(&["preview", "--output", "../shown"]).expect(0, &["preview"]);
    let folder = sandbox.path("../shown");
    for path in files(&folder) {
        let bytes = fs::read(folder.join(&path)).expect("it was written");
        let holds = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!holds && !path.contains("private") && !path.contains("unlisted"), "{path}");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_is_written_among_the_evidence() {
    let sandbox = Sandbox::complete().write("../full/mine.txt", "x").write("../file", "x");
    let before = sandbox.snapshot();
    sandbox.akam(&["preview", "--output", "../full"]).expect(2, &["`../full` is not empty", "name a new folder"]);
    sandbox.akam(&["preview", "--output", "../file"]).expect(2, &["`../file`"]);
    for inside in ["shown", "1.D.3-customer-plan/artefacts", "private/shown"] {
        sandbox.akam(&["preview", "--output", inside]).expect(2, &["is in the portfolio"]);
    }
    assert!(sandbox.snapshot() == before, "something was written");
    fs::create_dir(sandbox.path("../empty")).expect("the folder can be made");
    sandbox.akam(&["preview", "--output", "../empty"]).expect(0, &["preview ../empty/"]);
}

#[cfg(unix)]
#[test]
fn the_page_of_an_archive_is_made_again_and_its_files_stay_in_it() {
    let sandbox = packed();
    let (said, opened) = previewed(&sandbox, &[ARCHIVE]);
    said.expect(0, &["12 competencies; no findings", "the files that the page names are in there"]);
    let folder = opened.parent().expect("the page lies in a folder").to_owned();
    let files = files(&folder);
    assert_eq!(files, [COVER, "data/evidence-index.csv"]);
    assert_eq!(dead_links(&folder), Vec::<String>::new());
    let page = read(&folder, COVER);
    assert!(page.contains("Preview, not a submission") && page.contains("are in the archive"), "{page}");
    assert!(page.contains("account-plan") || page.contains("Account plan"), "{page}");
    sandbox.akam(&["preview", ARCHIVE, "--watch"]).expect(2, &["an archive does not change"]);
}

#[test]
fn an_older_archive_is_shown_as_akam_makes_its_pages_and_a_changed_one_is_not() {
    let sandbox = packed();
    let changed = |agent: &str, format: &str, page: &str| {
        relisted(&sandbox.path(ARCHIVE), |top, files| {
            age(top, files, agent, format);
            let pages = files.iter_mut().filter(|(name, _)| name.ends_with(COVER) || name.ends_with("1.D.3.html"));
            pages.for_each(|(_, bytes)| {
                *bytes = String::from_utf8_lossy(bytes).replace("</main>", page).into_bytes();
            });
        });
    };
    changed("akam 0.2.0", "1", "<p>And much more.</p></main>");
    sandbox.akam(&["preview", "relisted.zip", "--output", "../older"]).expect(0, &["made again from the evidence"]);
    assert!(!read(&sandbox.path("../older"), COVER).contains("And much more."));
    changed(concat!("akam ", env!("CARGO_PKG_VERSION")), "3", "<p>And much more.</p></main>");
    let said = sandbox.akam(&["preview", "relisted.zip", "--output", "../changed"]);
    said.expect(1, &["do not rely on this archive", "error[archive-rewritten]"]);
    changed("akam 9.0.0", "9", "</main>");
    let said = sandbox.akam(&["preview", "relisted.zip", "--output", "../changed"]);
    said.expect(1, &["check it with akam 9.0.0"]);
    let sandbox = sandbox.write("broken.zip", "PK and nothing else, but long enough to look at");
    sandbox.akam(&["preview", "broken.zip", "--output", "../changed"]).expect(1, &["error[archive-malformed]"]);
    assert!(!sandbox.path("../changed").exists(), "something was written");
}

#[cfg(unix)]
#[test]
fn each_change_is_shown_until_ctrl_c() {
    let sandbox = Sandbox::complete();
    let mut command = sandbox.command();
    command.args(["preview", "--watch", "--output", "../shown"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the command can be started");
    let shows = |words: &str| {
        let page = sandbox.path("../shown").join(COVER);
        let shown = || fs::read_to_string(&page).is_ok_and(|html| html.contains(words));
        (0..1500).any(|_| {
            shown() || {
                std::thread::sleep(Duration::from_millis(20));
                false
            }
        })
    };
    assert!(shows("<meta http-equiv=\"refresh\" content=\"2\">"), "the page does not look for a newer one");
    // The watch has begun once it looks for changes.
    std::thread::sleep(Duration::from_millis(1500));
    let text = sandbox.read("1.D.3-customer-plan/evidence.md") + "\nOne sentence more.\n";
    fs::write(sandbox.path("1.D.3-customer-plan/evidence.md"), text).expect("the file can be written");
    assert!(shows("One sentence more."), "the change was not shown");
    let ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(ended.is_ok_and(|status| status.success()));
    let said = sandbox.said(&child.wait_with_output().expect("it is our child"));
    let said = said.expect(0, &["Ctrl-C ends this"]);
    assert_eq!(said.err, "");
    assert!(!files(&sandbox.path("../shown")).iter().any(|path| path.contains(".akam-")), "something unfinished stays");
}

#[cfg(unix)]
#[test]
fn a_preview_of_yesterday_is_removed_by_the_next_one() {
    let sandbox = Sandbox::complete();
    let (_, first) = previewed(&sandbox, &[]);
    let temporary = sandbox.top().join("temporary");
    for other in ["akam-preview-mine", "akam-preview-123456789012.txt"] {
        fs::create_dir(temporary.join(other)).expect("the folder can be made");
    }
    let (_, second) = previewed(&sandbox, &["1.D.3"]);
    let second = second.to_string_lossy().into_owned();
    let second = second.strip_prefix("file://").and_then(|url| url.strip_suffix("#1.D.3")).expect("it is an address");
    let second = PathBuf::from(second);
    assert!(first.exists() && second.exists(), "one of today was removed");
    let old = Command::new("sh").args(["-c", "touch -d '2 days ago' *"]).current_dir(&temporary).status();
    assert!(old.is_ok_and(|status| status.success()));
    previewed(&sandbox, &[]).0.expect(0, &["preview"]);
    assert!(!first.exists() && !second.exists(), "an old one stays");
    assert_eq!(fs::read_dir(temporary).expect("it is there").count(), 3, "what is not akam's was removed");
}

#[cfg(unix)]
#[test]
fn where_no_browser_can_be_opened_the_page_is_named() {
    let sandbox = Sandbox::complete();
    let mut command = sandbox.command();
    command.args(["preview"]).env("TMPDIR", sandbox.top()).env("BROWSER", "/nowhere/browser").env("PATH", "/nowhere");
    sandbox.run(command).expect(0, &["00-START-HERE.html", "no browser could be opened"]);
}
