//! The seeds of the fuzz targets, made from our own archives and examples.
//!
//! `AKAM_FUZZ_SEEDS=1 cargo test fuzz_seeds` writes them to `fuzz/corpus`; `cargo +nightly fuzz run archive` then begins
//! with them. Without it they are only made, so that they cannot rot.
#![allow(clippy::disallowed_methods, reason = "tests write seeds where they are asked to")]

use std::fs;
use std::path::Path;

use crate::builder::{Entry, TOP, Zip, bag, field, small};
use crate::sandbox::examples;

/// Files of the examples with one of these endings.
fn of_examples(endings: &[&str]) -> Vec<Vec<u8>> {
    let mut folders = vec![examples()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the examples can be read") {
            let path = entry.expect("the examples can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(fs::read(path).expect("the examples can be read"));
            }
        }
    }
    found
}

fn archives() -> Vec<Vec<u8>> {
    let zip = small();
    let tiny = Zip::of(&bag(&[("data/a.md", b"one\n".to_vec())]));
    vec![
        zip.build().bytes,
        tiny.build().bytes,
        tiny.with_each(|it| it.made_by = 20),
        tiny.with_each(|it| it.extra = field(0x5455, &[1, 0, 0, 0, 0])),
        tiny.with(|zip| zip.comment = b"hello".to_vec()),
        tiny.with(|zip| zip.entries.push(Entry::folder(&format!("{TOP}/data/")))),
    ]
}

#[test]
fn seeds_are_made_from_our_own_archives_and_examples() {
    let lists = bag(&[("data/a.md", b"one\n".to_vec()), ("data/b.md", b"two\n".to_vec())]);
    let lists = lists.into_iter().filter(|(name, _)| !name.contains("/data/")).map(|(_, bytes)| bytes).collect();
    let names =
        ["Møte \u{1b}[2J", "a\u{202e}b", "\u{9b}31m", "`code here`", "one\ntwo"].map(|it| it.as_bytes().to_vec());
    let seeds: [(&str, Vec<Vec<u8>>); 6] = [
        ("archive", archives()),
        ("manifest", lists),
        ("settings", of_examples(&[".toml"])),
        ("proof", of_examples(&[".eml", ".jpg", ".pdf"])),
        ("page", of_examples(&["evidence.md"])),
        ("terminal", names.to_vec()),
    ];
    for (target, seeds) in seeds {
        assert!(seeds.len() > 3, "{target}");
        if std::env::var_os("AKAM_FUZZ_SEEDS").is_none() {
            continue;
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (at, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{at}")), seed).expect("the seed can be written");
        }
    }
}
