//! Giving what is finished its name, with patience where another program has just opened it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, PersistError};

use super::{Place, folder_of};

/// Milliseconds to wait before each further attempt. On Windows, scanners and indexers open what is new, and nothing can
/// be renamed meanwhile.
const WAITS: [u64; 5] = [50, 100, 200, 400, 800];

/// A folder's path in the form of which Windows takes more than 260 characters, whoever hands it on.
pub fn unbounded(folder: &Path) -> PathBuf {
    let full = if cfg!(windows) { folder.canonicalize().ok() } else { None };
    full.unwrap_or_else(|| folder.to_owned())
}

/// Gives a temporary file its name.
pub fn name_file(temporary: NamedTempFile, path: &Path, place: Place) -> io::Result<()> {
    let path = &unbounded(folder_of(path)).join(path.file_name().unwrap_or_default());
    let named = |temporary: NamedTempFile| match place {
        Place::New => temporary.persist_noclobber(path).map(drop),
        Place::Any => replace(temporary, path),
    };
    patiently(temporary, |temporary| named(temporary).map_err(|error| (error.file, error.error)))
}

/// Other than the call of `tempfile`, that of the standard library replaces on Windows also what a program has open that
/// lets others delete it.
fn replace(mut temporary: NamedTempFile, path: &Path) -> Result<(), PersistError> {
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    match fs::rename(temporary.path(), path) {
        Ok(()) => {
            // It bears another name by now.
            temporary.disable_cleanup(true);
            Ok(())
        }
        Err(error) => Err(PersistError { error, file: temporary }),
    }
}

/// Gives a temporary folder its name.
pub fn name_folder(temporary: &Path, path: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    patiently((), |()| fs::rename(temporary, path).map_err(|error| ((), error)))
}

/// Attempts something until no other program is in the way. What fails hands back what the next attempt takes.
fn patiently<A, T>(first: A, attempt: impl FnMut(A) -> Result<T, (A, io::Error)>) -> io::Result<T> {
    attempt_again(first, attempt, is_held, std::thread::sleep)
}

fn attempt_again<A, T>(
    first: A,
    mut attempt: impl FnMut(A) -> Result<T, (A, io::Error)>,
    is_held: impl Fn(&io::Error) -> bool,
    mut wait: impl FnMut(Duration),
) -> io::Result<T> {
    let mut next = first;
    for milliseconds in WAITS {
        match attempt(next) {
            Err((again, error)) if is_held(&error) => next = again,
            done => return done.map_err(|(_, error)| error),
        }
        wait(Duration::from_millis(milliseconds));
    }
    attempt(next).map_err(|(_, error)| error)
}

/// Whether another program may hold the file, as only Windows lets it: `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`.
pub fn is_held(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of attempts the first of which fail in this way, and the milliseconds waited in between.
    fn attempts(failing: usize, kind: io::ErrorKind) -> (io::Result<usize>, Vec<u128>) {
        let mut waited = Vec::new();
        let attempt = |past| if past < failing { Err((past + 1, kind.into())) } else { Ok(past) };
        let is_held = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
        let done = attempt_again(0, attempt, is_held, |time| waited.push(time.as_millis()));
        (done, waited)
    }

    #[test]
    fn what_another_program_holds_is_waited_for_longer_each_time() {
        for failing in 0..=5 {
            let (done, waited) = attempts(failing, io::ErrorKind::PermissionDenied);
            assert_eq!(done.expect("it was let go"), failing);
            assert_eq!(waited, [50, 100, 200, 400, 800][..failing]);
        }
    }

    #[test]
    fn what_is_never_let_go_is_given_up() {
        let (done, waited) = attempts(6, io::ErrorKind::PermissionDenied);
        assert_eq!(done.map_err(|error| error.kind()), Err(io::ErrorKind::PermissionDenied));
        assert_eq!(waited, [50, 100, 200, 400, 800]);
    }

    #[test]
    fn any_other_failure_is_told_at_once() {
        let (done, waited) = attempts(1, io::ErrorKind::AlreadyExists);
        assert_eq!(done.map_err(|error| error.kind()), Err(io::ErrorKind::AlreadyExists));
        assert!(waited.is_empty());
    }
}
