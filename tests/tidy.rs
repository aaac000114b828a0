//! Rules about the code itself: its layers, its purity, its size, and that every rule is tested.
#![allow(clippy::disallowed_methods, reason = "reads the sources")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a source file.
const LONGEST: usize = 400;

/// Modules that may look at the disk, and what marks that they do.
const DISK: [&str; 5] = ["tree", "commands", "disk", "archive", "zip"];

/// What only the edge may touch.
const OUTSIDE: [&str; 5] = ["std::env", "std::time", "std::net", "std::process", "Zoned::now"];

#[test]
fn modules_use_only_what_lies_below_or_to_their_right() {
    let wrong: Vec<String> =
        sources().iter().flat_map(|(module, path, text)| upward(&layers(), module, path, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_upward_use_is_noticed() {
    let layers = layers();
    let bad = |module: &str, text: &str| upward(&layers, module, Path::new("x.rs"), text).len();
    assert_eq!(bad("tree", "use crate::disk;"), 1, "ground must not use the edge");
    assert_eq!(bad("portfolio", "fn f() { crate::rules::all(); }"), 1, "facts must not judge");
    assert_eq!(bad("rules", "use crate::report::terminal;"), 1, "rules must not draw");
    assert_eq!(bad("finding", "use crate::{digest, coverage};"), 1, "not to the left in a row");
    assert_eq!(bad("finding", "use crate::{tree::{Entry, Kind}, report};"), 1, "behind a list in a list");
    assert_eq!(bad("finding", "use super::super::report;"), 1, "nor by climbing");
    assert_eq!(bad("coverage", "use crate::finding::Finding;"), 0, "to the right in a row is fine");
    assert_eq!(bad("rules", "// crate::report is not used"), 0, "a comment uses nothing");
}

#[test]
fn every_module_has_its_place_in_the_table() {
    let layers = layers();
    let missing: Vec<&str> =
        sources().iter().map(|(module, ..)| *module).filter(|it| *it != "main" && !layers.contains_key(*it)).collect();
    assert!(missing.is_empty(), "not in the table of src/lib.rs: {missing:?}");
}

#[test]
fn only_the_edge_touches_the_disk_the_clock_and_the_environment() {
    for (module, path, text) in sources() {
        let code = code(&text);
        if !["commands", "lib", "main", "tree", "disk"].contains(&module) {
            let touched: Vec<&&str> = OUTSIDE.iter().filter(|outside| code.contains(**outside)).collect();
            assert!(touched.is_empty(), "{} touches {touched:?}", path.display());
        }
        if !DISK.contains(&module) {
            assert!(!code.contains("std::fs"), "{} touches the disk", path.display());
        }
    }
}

#[test]
fn files_open_with_a_sentence_and_stay_short() {
    for path in rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("tests"))) {
        let text = read(&path);
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 20, "{} does not say what it is", path.display());
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
    }
}

#[test]
fn every_rule_appears_in_a_test_of_its_family() {
    for (_, path, text) in sources().into_iter().filter(|(module, ..)| *module == "rules") {
        // `rules/archive.rs`, or a file of the folder `rules/archive`, with tests in files whose names begin so.
        let below = path.strip_prefix(root().join("src/rules")).expect("a rule lies in the room of rules");
        let family = below.iter().next().unwrap_or_default().to_string_lossy().replace(".rs", "");
        let tests: String = rust_files(&root().join("tests/cli"))
            .iter()
            .filter(|test| test.file_stem().is_some_and(|name| name.to_string_lossy().starts_with(&family)))
            .map(|test| read(test))
            .collect();
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("id: \"")) {
            let id = line.trim_end_matches("\",");
            assert!(id.starts_with(&family.replace('_', "-")), "{id} does not belong into {}", path.display());
            assert!(tests.contains(id), "{id} is in no test of {family}");
        }
    }
}

#[test]
fn nothing_names_a_machine() {
    let own = env!("CARGO_MANIFEST_DIR");
    for path in rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("tests"))) {
        assert!(!read(&path).contains(own), "{} names this machine", path.display());
    }
}

/// Each module's row and place in the row, from the table in `src/lib.rs`.
fn layers() -> BTreeMap<String, (usize, usize)> {
    let text = read(&root().join("src/lib.rs"));
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1);
    let mut layers = BTreeMap::new();
    for (row, line) in rows.enumerate() {
        let modules = line.split('|').nth(1).expect("a row names its modules");
        for (place, module) in modules.split('`').skip(1).step_by(2).enumerate() {
            layers.insert(module.to_owned(), (row, place));
        }
    }
    assert!(layers.len() > 10, "the table in src/lib.rs was not found");
    layers
}

/// The uses of a source that lead to a row above its own, or to the left in it.
fn upward(layers: &BTreeMap<String, (usize, usize)>, module: &str, path: &Path, text: &str) -> Vec<String> {
    let Some(own) = layers.get(module) else { return Vec::new() };
    let code = code(text);
    let mut wrong = Vec::new();
    if code.contains("super::super") {
        wrong.push(format!("{}: begin the path at `crate`", path.display()));
    }
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names = rest.strip_prefix('{').map_or_else(|| vec![rest], in_braces);
        for name in names {
            let used = name.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next().unwrap_or_default();
            if used != module
                && layers.get(used).is_some_and(|other| other.0 < own.0 || other.0 == own.0 && other.1 < own.1)
            {
                wrong.push(format!("{}: `{module}` must not use `{used}`", path.display()));
            }
        }
    }
    wrong
}

/// What stands between the commas of a list, up to its closing brace; lists within it stay whole.
fn in_braces(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, sign) in list.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(list[start..at].trim());
                start = at + 1;
                if sign == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// The module, path and text of each source.
fn sources() -> Vec<(&'static str, PathBuf, String)> {
    let src = root().join("src");
    let files = rust_files(&src).into_iter().map(|path| {
        let below = path.strip_prefix(&src).expect("the file lies in src");
        let first = below.iter().next().expect("the file has a name").to_string_lossy();
        let module: &'static str = first.trim_end_matches(".rs").to_owned().leak();
        let text = read(&path);
        (module, path, text)
    });
    files.collect()
}

/// A source without its comments and its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
