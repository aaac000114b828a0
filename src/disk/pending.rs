//! What this run made and has not finished, which is removed when the run fails or is stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::rename::verbatim_path;

/// What the names of unfinished files begin and end with; between them are [`RANDOM`] letters and digits.
const PREFIX: &str = ".akam-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 12;

/// What the names of folders with previews begin with.
const PREVIEW: &str = "akam-preview-";

/// From this age on, an unfinished file belongs to no run that still goes on.
const STALE: Duration = Duration::from_hours(24);

static PENDING: Mutex<Pending> =
    Mutex::new(Pending { next: 0, unfinished: BTreeMap::new(), finished: BTreeSet::new() });

/// What this run made.
pub struct Pending {
    next: u64,
    /// By number, in the order in which it was made.
    unfinished: BTreeMap<u64, Made>,
    finished: BTreeSet<PathBuf>,
}

/// A file or folder that this run made.
struct Made {
    path: PathBuf,
    /// Whether it is a folder that others may have put something into.
    is_shared: bool,
}

/// Does what makes, names or removes files and folders; no signal comes in between, and once the run is stopped nobody gets
/// here any more.
pub fn with_signals_blocked<T>(work: impl FnOnce(&mut Pending) -> T) -> T {
    work(&mut PENDING.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Pending {
    /// What a guard is for has another name now.
    pub fn rename(&mut self, guard: &PendingGuard, path: &Path) {
        if let Some(made) = self.unfinished.get_mut(&guard.number) {
            path.clone_into(&mut made.path);
        }
    }

    /// A file or folder has its name for good.
    pub fn finish(&mut self, guard: &PendingGuard, path: &Path) {
        self.keep(guard);
        self.finished.insert(path.to_owned());
    }

    /// What a guard is for stays.
    pub fn keep(&mut self, guard: &PendingGuard) {
        self.unfinished.remove(&guard.number);
    }

    /// Removes all that is unfinished; gives what is finished.
    pub fn abort(&mut self) -> Vec<PathBuf> {
        while let Some((_, made)) = self.unfinished.pop_last() {
            made.remove();
        }
        std::mem::take(&mut self.finished).into_iter().collect()
    }
}

impl Made {
    fn remove(&self) {
        // If this fails, `akam check` names what is left, or a later run removes it.
        #[expect(clippy::disallowed_methods, reason = "this run made it, and others left it empty")]
        let _ = if self.is_shared { fs::remove_dir(&self.path) } else { remove(&self.path) };
    }
}

/// Something that this run made and has not finished. It is removed when this is dropped or a signal ends the run, unless
/// it was kept or finished before.
pub struct PendingGuard {
    /// Where it was made.
    pub path: PathBuf,
    number: u64,
}

impl Drop for PendingGuard {
    fn drop(&mut self) {
        with_signals_blocked(|pending| {
            if let Some(made) = pending.unfinished.remove(&self.number) {
                made.remove();
            }
        });
    }
}

impl PendingGuard {
    /// A temporary file in a folder, that everyone may read whom the user's own settings allow.
    pub fn file_in(folder: &Path) -> io::Result<(File, Self)> {
        Self::make(false, || temporary_in(folder, create_new))
    }

    /// A temporary folder in a folder.
    pub fn folder_in(folder: &Path) -> io::Result<Self> {
        Ok(Self::make(false, || temporary_in(folder, create_folder))?.1)
    }

    /// A new folder under its own name.
    pub fn new_folder(path: &Path) -> io::Result<Self> {
        Ok(Self::make(true, || create_folder(path).map(|()| ((), path.to_owned())))?.1)
    }

    fn make<T>(is_shared: bool, make: impl FnOnce() -> io::Result<(T, PathBuf)>) -> io::Result<(T, Self)> {
        with_signals_blocked(|pending| {
            let (value, path) = make()?;
            pending.next += 1;
            pending.unfinished.insert(pending.next, Made { path: path.clone(), is_shared });
            Ok((value, PendingGuard { path, number: pending.next }))
        })
    }
}

/// A new file in a folder that is unfinished itself.
pub fn new_file(path: &Path) -> io::Result<File> {
    with_signals_blocked(|_| create_new(path))
}

fn create_new(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create_new(true).open(path)
}

fn create_folder(path: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this module owns it")]
    fs::create_dir(path)
}

/// Makes something under a temporary name in a folder.
fn temporary_in<T>(folder: &Path, make: impl FnMut(&Path) -> io::Result<T>) -> io::Result<(T, PathBuf)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM);
    builder.make_in(verbatim_path(folder), make)?.keep().map_err(|error| error.error)
}

/// A new folder among the system's temporary files that only the user may look into. It stays; those of more than a day ago
/// are removed.
pub fn new_preview_folder() -> io::Result<PathBuf> {
    let temporary = std::env::temp_dir();
    let older = fs::read_dir(&temporary)?.flatten().filter(|found| {
        let name = found.file_name();
        let random = name.to_string_lossy().strip_prefix(PREVIEW).is_some_and(is_random);
        random && found.path().symlink_metadata().is_ok_and(|about| about.is_dir()) && is_stale(&found.path())
    });
    // What belongs to somebody else stays.
    older.for_each(|found| drop(remove(&found.path())));
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREVIEW).rand_bytes(RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    Ok(builder.tempdir_in(temporary)?.keep())
}

/// Removes a file, or a folder with all that is in it.
fn remove(path: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "a run of akam made it and has not finished it")]
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Removes what a killed run left in these folders more than a day ago; how many files that were.
pub fn remove_stale_temp_files<'a>(folders: impl IntoIterator<Item = &'a Path>) -> usize {
    let names = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let stale = names.filter(|found| is_temporary(&found.file_name().to_string_lossy()) && is_stale(&found.path()));
    // No one but akam names files and folders so, and no run lasts a day.
    stale.filter(|found| remove(&found.path()).is_ok()).count()
}

fn is_temporary(name: &str) -> bool {
    name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)).is_some_and(is_random)
}

fn is_random(text: &str) -> bool {
    text.len() == RANDOM && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_stale(path: &Path) -> bool {
    let about = path.symlink_metadata().ok().filter(|about| about.is_file() || about.is_dir());
    let age = about.and_then(|about| about.modified().ok()?.elapsed().ok());
    age.is_some_and(|age| age > STALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_shape_are_temporary_files() {
        assert!(is_temporary(".akam-a1B2c3D4e5F6.tmp"));
        for name in [".akam-.tmp", ".akam-a1B2c3D4e5F6", ".akam-a1B2c3D4e5F.tmp", ".akam-my.notes.new.tmp", "akam.tmp"]
        {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
