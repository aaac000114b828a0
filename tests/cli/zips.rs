//! Archives taken apart and put together again, with one thing changed.
#![allow(clippy::disallowed_methods, reason = "tests make the archives that they break")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::builder::{Zip, sealed};
use crate::sandbox::Sandbox;

/// The archive of `examples/complete`, in a sandbox, by its name there.
pub const ARCHIVE: &str = "akam-ingrid-solberg-2026-11-22.zip";

/// The bytes of that archive. It is packed once for all stories, for the same portfolio gives the same bytes.
static PACKED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let sandbox = Sandbox::complete();
    sandbox.akam(&["pack"]).expect(0, &["packed"]);
    fs::read(sandbox.path(ARCHIVE)).expect("it was packed a moment ago")
});

/// A sandbox with `examples/complete` and its archive.
pub fn packed() -> Sandbox {
    Sandbox::complete().write(ARCHIVE, &*PACKED)
}

/// Names and bytes of an archive's files, in order.
pub fn files(zip: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(File::open(zip).expect("the archive is there")).expect("it is a ZIP archive");
    let count = archive.len();
    let read = |index| {
        let mut file = archive.by_index(index).expect("the entry is there");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("the entry can be read");
        (file.name().expect("the name is UTF-8").into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

/// Puts files together into an archive beside another.
pub fn assemble(beside: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    let path = beside.with_file_name("changed.zip");
    let mut zip = ZipWriter::new(File::create(&path).expect("the archive can be made"));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).expect("the entry can be begun");
        zip.write_all(bytes).expect("the entry can be written");
    }
    zip.finish().expect("the archive can be finished");
    path
}

/// The archive with its files changed by a function.
pub fn changed(zip: &Path, change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> PathBuf {
    let mut files = files(zip);
    change(&mut files);
    assemble(zip, &files)
}

/// The archive with its files changed by a function, and with lists that fit them: as somebody would write it who knows how.
pub fn relisted(zip: &Path, change: impl FnOnce(&str, &mut Vec<(String, Vec<u8>)>)) -> PathBuf {
    let mut files = files(zip);
    let top = files[0].0.split('/').next().unwrap_or_default().to_owned() + "/";
    files.retain(|(name, _)| !name.ends_with("manifest-sha256.txt"));
    change(&top, &mut files);
    files.sort();
    let payload = files.iter().filter(|(name, _)| name.split_once('/').is_some_and(|it| it.1.starts_with("data/")));
    let (bytes, count) = payload.fold((0, 0), |(bytes, count), (_, file)| (bytes + file.len(), count + 1));
    if let Some((_, info)) = files.iter_mut().find(|(name, _)| name.ends_with("/bag-info.txt")) {
        let text = String::from_utf8_lossy(info).into_owned();
        let rest = text.split_once("Payload-Oxum: ").and_then(|(_, rest)| rest.split_once('\n')).expect("it says so");
        *info = text.replace(rest.0, &format!("{bytes}.{count}")).into_bytes();
    }
    let path = zip.with_file_name("relisted.zip");
    fs::write(&path, Zip::of(&sealed(files)).build().bytes).expect("the archive can be written");
    path
}

/// A page of a competency as versions up to 0.3 wrote it.
const OLD_PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
    http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' data:; style-src \
    'unsafe-inline'\">\n<title>A competency</title>\n</head>\n<body>\n<a href=\"../../00-START-HERE.html\">Cover</a>\n\
    <main>\n<h1>A competency</h1>\n<img src=\"../1.D.3-customer-plan/artefacts/map.png\" alt=\"Map\">\n</main>\n</body>\n\
    </html>\n";

/// Makes an archive's files those of another version: its name, its format, and up to format 2 a page for each competency.
pub fn age(top: &str, files: &mut Vec<(String, Vec<u8>)>, agent: &str, format: &str) {
    let info = files.iter_mut().find(|(name, _)| name.ends_with("/bag-info.txt")).expect("it is there");
    let text = String::from_utf8_lossy(&info.1).into_owned();
    let line = |label: &str| text.lines().find(|line| line.starts_with(label)).expect("it says so").to_owned();
    let text = text.replace(&line("Bag-Software-Agent: "), &format!("Bag-Software-Agent: {agent}"));
    info.1 = text.replace(&line("Akam-Format: "), &format!("Akam-Format: {format}")).into_bytes();
    if ["1", "2"].contains(&format) {
        let written = files.iter().filter_map(|(name, _)| name.strip_suffix("/evidence.md")?.rsplit('/').next());
        let codes = written.filter_map(|folder| Some(folder.split_once('-')?.0));
        let pages: Vec<_> = codes.map(|code| (format!("{top}data/pages/{code}.html"), OLD_PAGE.into())).collect();
        files.extend(pages);
    }
}

/// A competency's section of the page.
pub fn section(page: &str, code: &str) -> String {
    let start = page.find(&format!("<section id=\"{code}\"")).expect("it is on the page");
    page[start..].split("<section id=").nth(1).expect("it begins so").to_owned()
}

/// The page of an archive.
pub fn page(zip: &Path) -> String {
    let all = files(zip);
    let (_, bytes) = all.iter().find(|(name, _)| name.ends_with("/00-START-HERE.html")).expect("it is packed");
    String::from_utf8_lossy(bytes).into_owned()
}

/// The archive with a run of bytes replaced wherever it stands; both runs are of the same length.
pub fn patched(zip: &Path, from: &[u8], to: &[u8]) -> PathBuf {
    assert_eq!(from.len(), to.len());
    let mut bytes = fs::read(zip).expect("the archive can be read");
    let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty(), "the archive does not hold these bytes");
    for at in places {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    let path = zip.with_file_name("changed.zip");
    fs::write(&path, bytes).expect("the archive can be written");
    path
}
