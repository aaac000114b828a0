//! Remembers read errors of the disk, because unread data is easily taken for missing data.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

/// The first read error, with the path of the file or folder.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Option<(String, io::Error)>>);

impl Failures {
    /// Remembers an error if it is a failure of the disk and the first one.
    pub fn note(&self, path: &str, error: &io::Error) {
        if let Some(error) = disk_error(error) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| (path.to_owned(), error));
        }
    }

    /// Passes a result on, remembering its error.
    pub fn noted<T>(&self, path: &str, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.note(path, error))
    }

    /// The first failure.
    pub fn first(&self) -> Option<(String, io::Error)> {
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.as_ref().and_then(|(path, error)| Some((path.clone(), disk_error(error)?)))
    }
}

/// The error again if the system itself failed. An error about the file, such as a missing file or permission, is a
/// fact and the same each time.
fn disk_error(error: &io::Error) -> Option<io::Error> {
    use io::ErrorKind::{Interrupted, IsADirectory, NotADirectory, NotFound, PermissionDenied};
    #[cfg(unix)]
    let is_link = rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP);
    #[cfg(not(unix))]
    let is_link = false;
    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION: another program has locked the file.
    let is_locked = cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33));
    let is_fact = [Interrupted, IsADirectory, NotADirectory, NotFound, PermissionDenied].contains(&error.kind());
    error.raw_os_error().filter(|_| !is_fact && !is_link && !is_locked).map(io::Error::from_raw_os_error)
}

/// A reader that remembers its failures.
pub struct WatchedFile<'a, R> {
    pub file: R,
    pub path: String,
    pub failures: &'a Failures,
}

impl<R: Read> Read for WatchedFile<'_, R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        self.failures.noted(&self.path, self.file.read(block))
    }

    fn read_to_end(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.failures.noted(&self.path, self.file.read_to_end(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_of_the_disk_is_remembered_and_no_fact_about_a_file() {
        let failures = Failures::default();
        failures.note("a", &io::ErrorKind::NotFound.into());
        failures.note("b", &io::Error::other("no words"));
        // EIO on every Unix; on Windows 5 is ERROR_ACCESS_DENIED, a fact, so it is ERROR_CRC there.
        let failed = io::Error::from_raw_os_error(if cfg!(windows) { 23 } else { 5 });
        assert!(failures.first().is_none());
        failures.note("c", &failed);
        failures.note("d", &failed);
        assert_eq!(failures.first().map(|(path, _)| path).as_deref(), Some("c"));
    }
}
