//! Giving what is finished its name, with patience where another program has just opened it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempPath;

use super::parent_of;

/// Milliseconds to wait before each further attempt. On Windows, scanners and indexers open what is new, and nothing can
/// be renamed meanwhile.
const WAITS: [u64; 5] = [50, 100, 200, 400, 800];

/// A folder's path in the form of which Windows takes more than 260 characters, whoever hands it on.
pub fn verbatim_path(folder: &Path) -> PathBuf {
    let full = if cfg!(windows) { folder.canonicalize().ok() } else { None };
    full.unwrap_or_else(|| folder.to_owned())
}

/// A disk that gives no file a name unless it may replace another that bears it.
#[derive(Debug)]
pub struct NoReplaceUnsupported;

impl std::fmt::Display for NoReplaceUnsupported {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("this disk cannot rename a file without replacing another")
    }
}

/// Renames a file, unless the name is taken.
pub fn without_replacing(file: &Path, to: &Path) -> anyhow::Result<()> {
    let named = retry_while_locked(to, |to| {
        let mut file = TempPath::try_from_path(file)?;
        // Whoever made it removes it.
        file.disable_cleanup(true);
        Ok(file.persist_noclobber(to)?)
    });
    named.map_err(|error| {
        // The folder took the file itself, and some disks call forbidden what they cannot do.
        #[cfg(unix)]
        let is_forbidden = error.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error());
        #[cfg(not(unix))]
        let is_forbidden = false;
        let is_unsupported = is_forbidden || error.kind() == io::ErrorKind::Unsupported;
        let error = anyhow::Error::from(error);
        if is_unsupported { error.context(NoReplaceUnsupported) } else { error }
    })
}

/// Renames a file or folder. Other than `tempfile`, the standard library replaces on Windows also what a program has open
/// that lets others delete it.
pub fn replacing(from: &Path, to: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this module owns it")]
    retry_while_locked(to, |to| fs::rename(from, to))
}

/// Attempts something with a path until no other program is in the way.
fn retry_while_locked<T>(to: &Path, mut attempt: impl FnMut(&Path) -> io::Result<T>) -> io::Result<T> {
    let to = verbatim_path(parent_of(to)).join(to.file_name().unwrap_or_default());
    retry(|| attempt(&to), is_sharing_violation, std::thread::sleep)
}

fn retry<T>(
    mut attempt: impl FnMut() -> io::Result<T>,
    is_locked: impl Fn(&io::Error) -> bool,
    mut wait: impl FnMut(Duration),
) -> io::Result<T> {
    for milliseconds in WAITS {
        match attempt() {
            Err(error) if is_locked(&error) => wait(Duration::from_millis(milliseconds)),
            done => return done,
        }
    }
    attempt()
}

/// Whether another program may hold the file, as only Windows lets it: `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`.
pub fn is_sharing_violation(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_program_holds_is_waited_for_longer_each_time_until_it_is_given_up() {
        for failing in 0..=6 {
            let (mut past, mut waited) = (0, Vec::new());
            let attempt = || {
                past += 1;
                if past > failing { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
            };
            let is_locked = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
            let done = retry(attempt, is_locked, |time| waited.push(time.as_millis()));
            assert_eq!(done.is_ok(), failing <= 5);
            assert_eq!(waited, [50, 100, 200, 400, 800][..failing.min(5)]);
        }
    }

    #[test]
    fn any_other_failure_is_reported_at_once() {
        let done = retry(|| Err::<(), _>(io::ErrorKind::AlreadyExists.into()), |_| false, |_| panic!("it waits"));
        assert!(done.is_err());
    }
}
