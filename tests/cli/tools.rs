//! Others' tools that judge what akam writes: pinned, prepared once under the target directory, one function each.
//!
//! Python's and Node's packages are fetched when one of their judgements is first asked for, and again when a pin in
//! `tools/` changes; judging itself needs no network. A tool that cannot be had, or cannot judge, is a panic that
//! says why: never a skipped test, never a refusal.
#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// The pins, the configuration and the script.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/tools");
const REQUIREMENTS: &str = include_str!("tools/requirements.txt");
const PACKAGES: &str = include_str!("tools/package.json");
const PACKAGES_LOCK: &str = include_str!("tools/package-lock.json");
const CACHE_SCRIPT: &str = include_str!("tools/fill_crate_cache.py");
const SIGN_SCRIPT: &str = include_str!("tools/sign_pdfs.py");

const INSTALL: &str = "install Python 3.11 or newer with venv and pip, Node.js 20.19, 22.16 or newer with npm, \
    unzip, coreutils and pdfsig (Debian: python3-venv nodejs npm unzip coreutils poppler-utils); packages need the \
    network once";
const WRITABLE: &str = "the target directory and the temporary directory are writable";

/// What a tool decided, and what it said about it.
#[derive(Debug)]
pub struct Verdict {
    pub accepted: bool,
    pub said: String,
}

impl Verdict {
    #[track_caller]
    pub fn assert_accepted(&self) {
        assert!(self.accepted, "refused:\n{}", self.said);
    }

    #[track_caller]
    pub fn assert_refused(&self, because: &str) {
        assert!(!self.accepted, "accepted:\n{}", self.said);
        let is_why = self.said.contains(because);
        assert!(is_why, "refused, but for:\n{}", self.said);
    }
}

/// The Library of Congress's bagit.py: is the folder a whole and unchanged bag?
pub fn bagit(bag_dir: &Path) -> Verdict {
    assert!(bag_dir.is_dir(), "no folder {}", bag_dir.display());
    let mut bagit = python("bagit.py", "--validate --quiet");
    judge(bagit.arg(bag_dir), &[1], " is invalid: ")
}

/// rocrate-validator: does a bag's `data` folder hold what RO-Crate 1.2 requires?
///
/// It runs beside the folder: where the path that it is given holds a space, its SHACL checks find nothing, silently
/// (0.13.0). Its report decides, because it ends with 1 also when it could not read the context.
pub fn ro_crate(data_dir: &Path) -> Verdict {
    let is_data = data_dir.is_dir() && data_dir.ends_with("data");
    assert!(is_data, "no folder `data`: {}", data_dir.display());
    let options = "-y validate data --offline -p ro-crate-1.2 -l required --output-format json";
    let mut validator = python("rocrate-validator", options);
    validator.arg("--cache-path").arg(&*CRATE_CACHE);
    let output = run(validator.current_dir(data_dir.join("..")));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let passed = report["passed"].as_bool();
    let accepted = passed.unwrap_or_else(|| panic!("no verdict: {}", said(&output)));
    let issues = report["issues"].as_array().into_iter().flatten();
    let messages: Vec<_> = issues.filter_map(|issue| issue["message"].as_str()).collect();
    let said = messages.join("\n");
    Verdict { accepted, said }
}

/// html-validate: are the pages correct and accessible, as far as their source tells?
pub fn html(pages: &[PathBuf]) -> Verdict {
    assert!(!pages.is_empty(), "no page");
    for page in pages {
        assert_is_file(page);
    }
    let program = NODE_PACKAGES.join(".bin/html-validate");
    let mut validator = command(program, "--formatter text --config");
    validator.arg(Path::new(DATA).join("html-validate.mjs"));
    judge(validator.args(pages), &[1], ": error [")
}

/// check-jsonschema: has the instance the shape that the schema describes?
pub fn json_schema(schema: &Path, instance: &Path) -> Verdict {
    assert_is_file(schema);
    assert_is_file(instance);
    let mut checker = python("check-jsonschema", "--schemafile");
    judge(checker.arg(schema).arg(instance), &[1], "validation errors")
}

/// Info-ZIP: can every entry of the archive be read, and has it the checksum that is declared?
pub fn unzip_test(zip: &Path) -> Verdict {
    assert_is_file(zip);
    judge(command("unzip", "-t").arg(zip), BAD_ZIP, "")
}

/// Info-ZIP: unpacks the archive into a folder.
pub fn unzip_into(zip: &Path, dir: &Path) -> Verdict {
    assert_is_file(zip);
    let mut unzip = command("unzip", "-q -o");
    judge(unzip.arg(zip).arg("-d").arg(dir), BAD_ZIP, "")
}

/// Wrong with the archive; the other codes are memory, disk and usage (unzip(1), DIAGNOSTICS).
const BAD_ZIP: &[i32] = &[1, 2, 3, 9, 11, 81, 82];

/// coreutils: has every file that the manifest names, seen from `dir`, the digest that stands there?
pub fn sha256sum_check(dir: &Path, manifest: &Path) -> Verdict {
    assert_is_file(&dir.join(manifest));
    let mut sha256sum = command("sha256sum", "--check --strict");
    judge(sha256sum.arg(manifest).current_dir(dir), &[1], "")
}

/// poppler's pdfsig: does every signature of the PDF hold, and does one of them cover all of it? It asks nobody about
/// certificates.
pub fn pdfsig(pdf: &Path) -> Verdict {
    assert_is_file(pdf);
    let said = said(&run(command("pdfsig", "-nocert").arg(pdf)));
    let count = |words: &str| said.matches(words).count();
    let signatures = count("\nSignature #");
    let hold = signatures > 0 && count("Signature Validation: Signature is Valid.") == signatures;
    let accepted = hold && said.contains("  - Total document signed");
    Verdict { accepted, said }
}

/// pyHanko: a folder of PDFs with digital signatures over a text with this fingerprint, right ones and wrong ones, as
/// `signed_pdf` describes them.
pub fn sign_pdfs(fingerprint: &str) -> PathBuf {
    let mut script = python("python", "");
    prepare("signed-pdfs", &[SIGN_SCRIPT, REQUIREMENTS, fingerprint], |dir| {
        script.arg(Path::new(DATA).join("sign_pdfs.py"));
        step(script.arg(dir).arg(fingerprint));
    })
}

fn assert_is_file(path: &Path) {
    assert!(path.is_file(), "no file {}", path.display());
}

fn command(program: impl AsRef<OsStr>, options: &str) -> Command {
    let mut command = Command::new(program);
    command.args(options.split_whitespace());
    command
}

/// A program of the prepared Python environment.
fn python(program: &str, options: &str) -> Command {
    command(PYTHON_ENVIRONMENT.join("bin").join(program), options)
}

/// Runs a program to its end, without input, in the same language and encoding everywhere.
fn run(command: &mut Command) -> Output {
    command.env("LC_ALL", "C.UTF-8").env("PYTHONUTF8", "1");
    command.stdin(Stdio::null()).env_remove("PYTHONPATH");
    let output = command.output();
    output.unwrap_or_else(|error| panic!("{command:?}: {error}\n{INSTALL}"))
}

fn said(output: &Output) -> String {
    let streams = [&output.stdout, &output.stderr];
    streams.map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// Exit code 0 accepts; one of `codes` refuses if `mark` was printed; anything else is no verdict.
fn judge(command: &mut Command, codes: &[i32], mark: &str) -> Verdict {
    let output = run(command);
    let said = said(&output);
    let accepted = output.status.success();
    let code = output.status.code().unwrap_or(-1);
    let refused = codes.contains(&code) && said.contains(mark);
    let is_verdict = accepted || refused;
    assert!(is_verdict, "no verdict: {command:?}, {code}\n{said}");
    Verdict { accepted, said }
}

static PYTHON_ENVIRONMENT: LazyLock<PathBuf> = LazyLock::new(|| {
    prepare("python", &[REQUIREMENTS], |dir| {
        step(command("python3", "-m venv").arg(dir));
        let install = "-m pip install --no-deps --no-input --requirement";
        let mut pip = command(dir.join("bin/python"), install);
        step(pip.arg(Path::new(DATA).join("requirements.txt")));
    })
});

static NODE_PACKAGES: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = prepare("node", &[PACKAGES, PACKAGES_LOCK], |dir| {
        fs::create_dir(dir).expect(WRITABLE);
        fs::write(dir.join("package.json"), PACKAGES).expect(WRITABLE);
        fs::write(dir.join("package-lock.json"), PACKAGES_LOCK).expect(WRITABLE);
        let install = "ci --ignore-scripts --no-audit --no-fund --engine-strict";
        step(command("npm", install).current_dir(dir));
    });
    dir.join("node_modules")
});

/// rocrate-validator's cache with the one context that it would fetch, which npm's `ro-crate` carries.
static CRATE_CACHE: LazyLock<PathBuf> = LazyLock::new(|| {
    let context = NODE_PACKAGES.join("ro-crate/lib/context.json");
    let mut script = python("python", "");
    let pins = [CACHE_SCRIPT, REQUIREMENTS, PACKAGES_LOCK];
    let dir = prepare("crate-cache", &pins, |dir| {
        fs::create_dir(dir).expect(WRITABLE);
        script.arg(Path::new(DATA).join("fill_crate_cache.py"));
        step(script.arg(dir.join("context")).arg(context));
    });
    dir.join("context")
});

/// Builds a folder once for all threads and processes; anew when a pin changed or the last build was interrupted.
fn prepare(name: &str, pins: &[&str], build: impl FnOnce(&Path)) -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
    fs::create_dir_all(&tools).expect(WRITABLE);
    let lock = File::create(tools.join(format!("{name}.lock"))).expect(WRITABLE);
    lock.lock().expect("the file system has locks");

    let dir = tools.join(name);
    let stamp = tools.join(format!("{name}.stamp"));
    // The path is in it because a Python environment cannot be moved.
    let wanted = format!("{}\n{}", dir.display(), pins.concat());
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return dir;
    }
    for removed in [fs::remove_file(&stamp), fs::remove_dir_all(&dir)] {
        if let Err(error) = removed {
            let is_gone = error.kind() == ErrorKind::NotFound;
            assert!(is_gone, "{}: {error}", dir.display());
        }
    }
    build(&dir);
    fs::write(stamp, wanted).expect(WRITABLE);
    dir
}

fn step(command: &mut Command) {
    let output = run(command);
    let is_done = output.status.success();
    assert!(is_done, "{command:?} failed\n{}\n{INSTALL}", said(&output));
}

fn folder(files: &[(impl AsRef<Path>, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect(WRITABLE);
    for (name, content) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect(WRITABLE);
        fs::write(path, content).expect(WRITABLE);
    }
    dir
}

/// A bag whose manifest holds the digest of `hello` and a line feed.
fn bag(content: &str) -> TempDir {
    let version = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    let digest = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    let manifest = format!("{digest}  data/hello.txt\n");
    folder(&[("bagit.txt", version), ("manifest-sha256.txt", &manifest), ("data/hello.txt", content)])
}

#[test]
#[ignore = "needs other people's tools"]
fn bagit_accepts_a_whole_bag_and_refuses_a_changed_byte() {
    bagit(bag("hello\n").path()).assert_accepted();
    bagit(bag("hallo\n").path()).assert_refused("data/hello.txt sha256 validation failed");
}

#[test]
#[ignore = "needs other people's tools"]
fn sha256sum_accepts_the_right_digest_and_refuses_a_changed_byte() {
    let manifest = Path::new("manifest-sha256.txt");
    sha256sum_check(bag("hello\n").path(), manifest).assert_accepted();
    sha256sum_check(bag("hallo\n").path(), manifest).assert_refused("data/hello.txt: FAILED");
}

/// The verdict on a crate with one file, after one replacement in its metadata.
fn judged_crate(file: &str, (from, to): (&str, &str)) -> Verdict {
    let metadata = r##"{"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": [
        {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"}},
        {"@id": "./", "@type": "Dataset", "name": "Portfolio", "description": "One competency",
            "datePublished": "2026-11-20", "license": {"@id": "#terms"},
            "hasPart": {"@id": "Übersicht%202026.txt"}},
        {"@id": "#terms", "@type": "CreativeWork", "name": "Terms", "description": "For assessors"},
        {"@id": "Übersicht%202026.txt", "@type": "File", "name": "Overview"}]}"##;
    let metadata = metadata.replace(from, to);
    let crate_dir = Path::new("a path with spaces/data");
    let dir = folder(&[(crate_dir.join("ro-crate-metadata.json"), &metadata)]);
    fs::write(dir.path().join(crate_dir).join(file), "hello\n").expect(WRITABLE);
    ro_crate(&dir.path().join(crate_dir))
}

const OVERVIEW: &str = "Übersicht 2026.txt";

#[test]
#[ignore = "needs other people's tools"]
fn rocrate_validator_accepts_a_file_with_a_space_and_an_umlaut_in_its_name() {
    judged_crate(OVERVIEW, ("", "")).assert_accepted();
}

#[test]
#[ignore = "needs other people's tools"]
fn rocrate_validator_refuses_a_described_file_that_is_missing() {
    let verdict = judged_crate("another.txt", ("", ""));
    verdict.assert_refused("does not include the Data Entity 'Übersicht%202026.txt'");
}

#[test]
#[ignore = "needs other people's tools"]
fn rocrate_validator_refuses_a_crate_without_a_licence_although_its_path_has_a_space() {
    let verdict = judged_crate(OVERVIEW, (r##""license": {"@id": "#terms"},"##, ""));
    verdict.assert_refused("MUST have a `license` property");
}

#[test]
#[ignore = "needs other people's tools"]
#[should_panic(expected = "no verdict")]
fn rocrate_validator_without_the_context_gives_no_verdict() {
    judged_crate(OVERVIEW, ("1.2/context", "1.1/context"));
}

fn judged_page(image: &str) -> Verdict {
    let head = r#"<head><meta charset="utf-8"><title>Growth</title></head>"#;
    let body = format!("<body><main><h1>Growth</h1>{image}</main></body>");
    let page = format!("<!DOCTYPE html>\n<html lang=\"en\">{head}{body}</html>\n");
    let dir = folder(&[("page.html", &page)]);
    html(&[dir.path().join("page.html")])
}

#[test]
#[ignore = "needs other people's tools"]
fn html_validate_accepts_an_image_with_alt() {
    judged_page(r#"<img src="chart.svg" alt="Sales since 2024">"#).assert_accepted();
}

#[test]
#[ignore = "needs other people's tools"]
fn html_validate_refuses_an_image_without_alt() {
    judged_page(r#"<img src="chart.svg">"#).assert_refused("missing required \"alt\"");
}

#[test]
#[ignore = "needs other people's tools"]
fn check_jsonschema_accepts_the_described_shape_and_refuses_another() {
    let draft = "https://json-schema.org/draft/2020-12/schema";
    let schema = format!(r#"{{"$schema": "{draft}", "minItems": 1}}"#);
    let dir = folder(&[("schema", &*schema), ("right", "[1]"), ("wrong", "[]")]);
    let judged = |instance| json_schema(&dir.path().join("schema"), &dir.path().join(instance));
    judged("right").assert_accepted();
    judged("wrong").assert_refused("[] should be non-empty");
}

#[test]
#[ignore = "needs other people's tools"]
fn unzip_accepts_and_unpacks_an_archive_and_refuses_a_changed_byte() {
    let dir = folder(&[("hello.txt", "hello\n")]);
    let zip = dir.path().join("archive.zip");
    step(python("python", "-m zipfile -c archive.zip hello.txt").current_dir(dir.path()));
    unzip_test(&zip).assert_accepted();
    unzip_into(&zip, &dir.path().join("out")).assert_accepted();
    let unpacked = fs::read_to_string(dir.path().join("out/hello.txt"));
    assert_eq!(unpacked.expect("unzip wrote it"), "hello\n");

    let mut bytes = fs::read(&zip).expect("Python wrote it");
    let local_header = 30 + "hello.txt".len();
    bytes[local_header] ^= 1;
    fs::write(&zip, bytes).expect(WRITABLE);
    unzip_test(&zip).assert_refused("At least one error was detected");
}
