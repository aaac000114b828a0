//! Lists the entries in a folder.

use std::cmp::Ordering;
use std::fs::Metadata;
use std::io;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{Entry, EntryKind, Failures, IN_THE_CLOUD};
use crate::threads::share_in_order;

/// The entries of a folder, which may itself be reached by a link, sorted by path. Folders named in `left_out` (at the
/// top) and hidden folders (at any depth) are listed but not entered. Folders at the top are walked in parallel. Read
/// errors are recorded in `failures`.
pub fn walk(root: &Path, left_out: &[&str], failures: &Failures) -> Vec<Entry> {
    let entry_of = |path: &Path, metadata: io::Result<Metadata>| {
        let metadata = metadata.inspect_err(|error| failures.note(&relative(root, path).0, error));
        entry_of(root, path, metadata.map_err(|error| error.to_string()))
    };
    let unreadable = |path: &Path, error: io::Error| entry_of(path, Err(error));
    let top = match std::fs::read_dir(root) {
        Ok(top) => top,
        Err(error) => return vec![unreadable(root, error)],
    };
    let (mut entries, mut folders) = (Vec::new(), Vec::new());
    for step in top {
        match step {
            Ok(found) => {
                entries.push(entry_of(&found.path(), found.metadata()));
                folders.extend(found.file_type().is_ok_and(|kind| kind.is_dir()).then(|| found.path()));
            }
            Err(error) => entries.push(unreadable(root, error)),
        }
    }
    // The entries below are then nearly sorted, so sorting all of them is fast.
    folders.sort_unstable();
    let below = share_in_order(&folders, |folder| {
        if !is_walked(folder) || left_out.iter().any(|name| folder.ends_with(name)) {
            return std::fs::read_dir(folder).err().map(|error| unreadable(folder, error)).into_iter().collect();
        }
        let walk = WalkDir::new(folder).min_depth(1).follow_root_links(false).into_iter();
        let is_listed = |found: &DirEntry| found.depth() < 2 || found.path().parent().is_none_or(is_walked);
        let mut entries: Vec<Entry> =
            walk.filter_entry(is_listed).map(|step| from_walkdir(root, step, entry_of)).collect();
        entries.sort_by(in_order);
        entries
    });
    entries.extend(below.into_iter().flatten());
    // An unlistable folder appears twice, as does a file next to its placeholder; the unreadable entry is kept.
    entries.sort_by(in_order);
    entries.dedup_by(|later, first| later.path == first.path && later.utf8 && first.utf8);
    entries
}

fn in_order(a: &Entry, b: &Entry) -> Ordering {
    a.path.cmp(&b.path).then_with(|| a.is_readable().cmp(&b.is_readable()))
}

/// Whether the walk goes into a folder.
fn is_walked(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().as_encoded_bytes();
    !name.starts_with(b".") && name != b"__MACOSX"
}

/// The entry at a path in a folder, even if only in the cloud; `None` if there is nothing.
pub fn entry_at(root: &Path, path: &str) -> Option<Entry> {
    let (folder, name) = split(path);
    let placeholder = root.join(format!("{folder}.{name}.icloud"));
    let metadata = root.join(path).symlink_metadata();
    let kind = if placeholder.symlink_metadata().is_ok() {
        EntryKind::Unreadable(IN_THE_CLOUD.to_owned())
    } else if metadata.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return None;
    } else {
        kind_of(metadata.as_ref())
    };
    let size = metadata.ok().filter(|_| kind == EntryKind::File).map_or(0, |metadata| metadata.len());
    Some(Entry { path: path.to_owned(), kind, size, utf8: true })
}

fn from_walkdir(
    root: &Path,
    step: walkdir::Result<DirEntry>,
    entry_of: impl Fn(&Path, io::Result<Metadata>) -> Entry,
) -> Entry {
    match step {
        Ok(found) => entry_of(found.path(), found.metadata().map_err(reason)),
        Err(error) => entry_of(&error.path().map_or_else(|| root.to_owned(), Path::to_owned), Err(reason(error))),
    }
}

/// The library's own message names the absolute path, so the system's error is preferred.
fn reason(error: walkdir::Error) -> io::Error {
    let message = error.to_string();
    error.into_io_error().unwrap_or_else(|| io::Error::other(message))
}

/// The entry at a path, from its metadata or the reason why there is none.
fn entry_of(root: &Path, path: &Path, metadata: Result<Metadata, String>) -> Entry {
    let kind = kind_of(metadata.as_ref());
    let (path, utf8) = relative(root, path);
    if let Some(path) = downloaded(&path).filter(|_| kind == EntryKind::File) {
        return Entry { path, kind: EntryKind::Unreadable(IN_THE_CLOUD.to_owned()), size: 0, utf8 };
    }
    let size = if kind == EntryKind::File { metadata.map_or(0, |metadata| metadata.len()) } else { 0 };
    Entry { path, kind, size, utf8 }
}

fn kind_of(metadata: Result<&Metadata, impl ToString>) -> EntryKind {
    match metadata {
        Ok(metadata) if metadata.is_symlink() => EntryKind::Link,
        Ok(metadata) if metadata.is_dir() => EntryKind::Folder,
        Ok(metadata) if is_placeholder(metadata) => EntryKind::Unreadable(IN_THE_CLOUD.to_owned()),
        Ok(metadata) if metadata.is_file() => EntryKind::File,
        Ok(_) => EntryKind::Special,
        Err(error) => EntryKind::Unreadable(error.to_string()),
    }
}

/// The folder of a path with its `/`, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

/// The path of the file that an iCloud placeholder `.NAME.icloud` represents.
pub fn downloaded(path: &str) -> Option<String> {
    let (folder, name) = split(path);
    let name = name.strip_prefix('.')?.strip_suffix(".icloud")?;
    (!name.is_empty()).then(|| format!("{folder}{name}"))
}

/// Whether the file's bytes would have to be fetched from the cloud first.
#[cfg(windows)]
fn is_placeholder(metadata: &Metadata) -> bool {
    // FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN and _RECALL_ON_DATA_ACCESS.
    std::os::windows::fs::MetadataExt::file_attributes(metadata) & (0x1000 | 0x4_0000 | 0x40_0000) != 0
}

/// Whether the file's bytes would have to be fetched from the cloud first.
#[cfg(target_os = "macos")]
fn is_placeholder(metadata: &Metadata) -> bool {
    // SF_DATALESS of sys/stat.h.
    std::os::macos::fs::MetadataExt::st_flags(metadata) & 0x4000_0000 != 0
}

#[cfg(not(any(windows, target_os = "macos")))]
fn is_placeholder(_: &Metadata) -> bool {
    false
}

fn relative(root: &Path, path: &Path) -> (String, bool) {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    (parts.join("/"), below.to_str().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_known_by_its_name() {
        assert_eq!(downloaded("a/.plan 1.docx.icloud").as_deref(), Some("a/plan 1.docx"));
        assert_eq!(downloaded(".x.icloud").as_deref(), Some("x"));
        for path in ["a/plan.docx", "a/plan.icloud", "a/.icloud", ".x.icloud/plan"] {
            assert_eq!(downloaded(path), None, "{path}");
        }
    }
}
