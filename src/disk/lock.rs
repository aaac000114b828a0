//! Runs of akam that wait for each other.

use std::fs::File;
use std::path::Path;

/// Waits until no other run of akam holds the lock on a file, and holds it as long as what is returned lives. Everybody
/// may read the file meanwhile. `None` where the system gives no such lock.
#[cfg(not(windows))]
pub fn lock(path: &Path) -> Option<File> {
    let file = crate::tree::open_file(path).ok()?;
    file.lock().is_ok().then_some(file)
}

/// Windows' own locks keep others from reading. What is asked for instead is the right to delete the file, which only one
/// run has at a time.
#[cfg(windows)]
pub fn lock(path: &Path) -> Option<File> {
    use std::os::windows::fs::OpenOptionsExt;
    use std::time::Duration;

    const DELETE: u32 = 0x1_0000;
    const SHARE_READ_AND_WRITE: u32 = 0x3;
    const ERROR_SHARING_VIOLATION: i32 = 32;

    let mut options = File::options();
    options.access_mode(DELETE).share_mode(SHARE_READ_AND_WRITE);
    // A program that keeps the file open for longer must not hold this run up for ever.
    for _ in 0..500 {
        match options.open(path) {
            Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => {
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => return opened.ok(),
        }
    }
    None
}
