//! Rules about the code itself: its layers, its purity, its size, and that every rule is tested.
#![allow(clippy::disallowed_methods, reason = "reads the sources")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a source file.
const MAX_LINES: usize = 400;

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
fn no_files_import_each_other_in_a_circle() {
    let sources = sources();
    let paths: Vec<&Path> = sources.iter().map(|(_, path, _)| path.as_path()).collect();
    let modules: Vec<Vec<String>> = paths.iter().map(|path| module_path(path)).collect();
    let imports: Vec<Vec<usize>> =
        sources.iter().zip(&modules).map(|((.., text), module)| imports(text, module, &modules)).collect();
    let circle = circle(&imports);
    let circle: Vec<String> = circle.iter().map(|file| paths[*file].display().to_string()).collect();
    assert!(circle.is_empty(), "move what both sides need into the file that imports none:\n{}", circle.join("\n"));
}

#[test]
fn a_circle_is_noticed() {
    let modules = ["a", "a x", "a y"].map(|names| names.split(' ').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(imports("use super::y::{One, Two};", &modules[1], &modules), [2, 2]);
    assert_eq!(imports("use crate::{a::{x::One, Two}, b};", &modules[2], &modules), [1, 0]);
    assert_eq!(imports("use super::a::x::One;", &modules[0], &modules), [0; 0], "a `mod.rs` may name what is below it");
    assert_eq!(circle(&[vec![], vec![0, 2], vec![1], vec![2]]), [1, 2]);
}

#[test]
fn code_behind_tests_is_seen_and_tests_are_not() {
    let text = "use crate::a;\n#[cfg(test)]\nmod tests {\n    use crate::b;\n}\n#[cfg(test)]\nmod more;\nuse crate::c;";
    assert_eq!(code(text), "use crate::a;\nuse crate::c;");
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
        assert!(lines <= MAX_LINES, "{} has {lines} lines", path.display());
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

/// `["zip", "walk"]` for `src/zip/walk.rs`, `["zip"]` for `src/zip/mod.rs`.
fn module_path(path: &Path) -> Vec<String> {
    let path = path.strip_prefix(root().join("src")).expect("the file is in src").with_extension("");
    let names = path.iter().map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name != "mod").collect()
}

/// The files that a source names with `crate::` or `super::`, by index; of a `mod.rs`, without those below it.
fn imports(text: &str, module: &[String], modules: &[Vec<String>]) -> Vec<usize> {
    let code = code(text);
    let parent = &module[..module.len() - 1];
    let mut used = Vec::new();
    for (word, base) in [("crate::", &[][..]), ("super::", parent)] {
        for (at, _) in code.match_indices(word) {
            for names in expanded(&code[at + word.len()..]) {
                let full: Vec<String> = base.iter().cloned().chain(names).collect();
                let file = (1..=full.len()).rev().find_map(|n| modules.iter().position(|it| *it == full[..n]));
                used.extend(file.filter(|file| !modules[*file].starts_with(module)));
            }
        }
    }
    used
}

/// The files in circles, and what is between two of them.
fn circle(imports: &[Vec<usize>]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..imports.len()).collect();
    // What imports nothing that is left is in no circle; nor is what nothing imports.
    while let Some(at) = left.iter().position(|file| !left.iter().any(|other| imports[*file].contains(other))) {
        left.remove(at);
    }
    while let Some(at) = left.iter().position(|file| !left.iter().any(|other| imports[*other].contains(file))) {
        left.remove(at);
    }
    left
}

/// The names on the way to each item of a path: of `a::{b, c::d}` these are `a b` and `a c d`.
fn expanded(path: &str) -> Vec<Vec<String>> {
    if let Some(list) = path.strip_prefix('{') {
        return in_braces(list).into_iter().flat_map(expanded).collect();
    }
    let end = path.find(|ch: char| !ch.is_alphanumeric() && ch != '_').unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let rest = rest.strip_prefix("::").map_or_else(|| vec![Vec::new()], expanded);
    rest.into_iter().map(|rest| [vec![name.to_owned()], rest].concat()).collect()
}

/// What is between the commas of a list, up to its closing brace; lists within it stay whole.
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
    let mut code = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(indent) = line.strip_suffix("#[cfg(test)]") else {
            code.push(line.split("//").next().unwrap_or_default());
            continue;
        };
        // The item ends with its closing brace, or on its first line.
        let end = format!("{indent}}}");
        lines.by_ref().find(|line| *line == end || line.ends_with(';') && !line.starts_with(&format!("{indent} ")));
    }
    code.join("\n")
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
