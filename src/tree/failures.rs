//! What the disk failed to give: remembered, because what is not read is easily taken for what is not there.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

/// The first failure of the disk, with the path of the file or folder.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Option<(String, io::Error)>>);

impl Failures {
    /// Remembers an error, if it is one of the disk and none came before it.
    pub fn note(&self, path: &str, error: &io::Error) {
        if let Some(error) = of_disk(error) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| (path.to_owned(), error));
        }
    }

    /// The value, after its error was remembered.
    pub fn noted<T>(&self, path: &str, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.note(path, error))
    }

    /// The first one.
    pub fn first(&self) -> Option<(String, io::Error)> {
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.as_ref().and_then(|(path, error)| Some((path.clone(), of_disk(error)?)))
    }
}

/// The same error, where the system could not do what would have been right. What it refuses for a reason, such as a file
/// that is not there or that the user may not read, is a fact about the file, and the same each time.
fn of_disk(error: &io::Error) -> Option<io::Error> {
    use io::ErrorKind::{Interrupted, IsADirectory, NotADirectory, NotFound, PermissionDenied};
    #[cfg(unix)]
    let is_link = rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP);
    #[cfg(not(unix))]
    let is_link = false;
    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION: another program has the file open.
    let is_held = cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33));
    let is_fact = [Interrupted, IsADirectory, NotADirectory, NotFound, PermissionDenied].contains(&error.kind());
    error.raw_os_error().filter(|_| !is_fact && !is_link && !is_held).map(io::Error::from_raw_os_error)
}

/// A file whose failures are remembered.
pub struct Watched<'a, R> {
    pub file: R,
    pub path: String,
    pub failures: &'a Failures,
}

impl<R: Read> Read for Watched<'_, R> {
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
        // EIO on every Unix; on Windows ERROR_ACCESS_DENIED, which is a fact.
        let failed = io::Error::from_raw_os_error(if cfg!(windows) { 23 } else { 5 });
        assert!(failures.first().is_none());
        failures.note("c", &failed);
        failures.note("d", &failed);
        assert_eq!(failures.first().map(|(path, _)| path).as_deref(), Some("c"));
    }
}
