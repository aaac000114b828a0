//! Files that are not finished: who knows of them, and how they vanish when a run is stopped.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::naming::unbounded;
use crate::report::terminal::safe;
use crate::text::count;

/// What the names of unfinished files begin and end with; between them are [`RANDOM`] letters and digits.
const PREFIX: &str = ".akam-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 12;

/// From this age on, an unfinished file belongs to no run that still goes on.
const STALE: Duration = Duration::from_hours(24);

/// Files of this run. Whoever holds the lock keeps the run from being stopped, and once it is stopped nobody gets the
/// lock any more: what makes a file or folder, or gives it a name, does so with the lock held.
static FILES: Mutex<Files> = Mutex::new(Files { unfinished: Vec::new(), finished: Vec::new() });

struct Files {
    /// A signal takes them back.
    unfinished: Vec<PathBuf>,
    /// They stay.
    finished: Vec<PathBuf>,
}

/// A file that is taken back if the run is stopped before this is dropped.
#[derive(Debug)]
pub struct Mark(PathBuf);

impl Drop for Mark {
    fn drop(&mut self) {
        files().unfinished.retain(|path| *path != self.0);
    }
}

/// Makes a file by a function that also tells its path; no signal comes in between.
pub fn begin<T>(begin: impl FnOnce() -> io::Result<(T, PathBuf)>) -> io::Result<(T, Mark)> {
    heed_signals();
    let mut files = files();
    let (made, path) = begin()?;
    files.unfinished.push(path.clone());
    Ok((made, Mark(path)))
}

/// Finishes files by a function that gives the last of them its name, `path`; no signal comes in between, and none takes
/// them back once it has succeeded. Where it `waits`, what has got its name is unfinished still.
pub fn finish<T, E>(
    marks: &[&Mark],
    path: &Path,
    waits: bool,
    finish: impl FnOnce() -> Result<T, E>,
) -> Result<(T, Option<Mark>), E> {
    let mut files = files();
    let value = finish()?;
    files.unfinished.retain(|path| marks.iter().all(|mark| mark.0 != *path));
    if waits {
        files.unfinished.push(path.to_owned());
        return Ok((value, Some(Mark(path.to_owned()))));
    }
    files.finished.push(path.to_owned());
    Ok((value, None))
}

/// Does what makes or removes folders; no signal comes in between.
pub fn undisturbed<T>(work: impl FnOnce() -> T) -> T {
    let _files = files();
    work()
}

/// A temporary file in a folder, that everyone may read whom the user's own settings allow.
pub fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let make = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM).make_in(unbounded(folder), make)
}

/// A temporary folder, which vanishes with this unless it is kept.
pub struct TemporaryFolder {
    pub path: PathBuf,
    pub stays: bool,
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if !self.stays {
            // What cannot be removed now, a later run removes.
            let _ = undisturbed(|| remove(&self.path));
        }
    }
}

/// A temporary folder in a folder.
pub fn temporary_folder_in(folder: &Path) -> io::Result<TemporaryFolder> {
    let mut builder = tempfile::Builder::new();
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    let make = |path: &Path| std::fs::create_dir(path);
    let folder = builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM).make_in(unbounded(folder), make)?;
    let path = folder.into_temp_path().keep().map_err(|error| error.error)?;
    Ok(TemporaryFolder { path, stays: false })
}

/// What the names of folders with previews begin with.
const PREVIEW: &str = "akam-preview-";

/// A new folder among the system's temporary files that only the user may look into. It stays; those of more than a day ago
/// are removed.
pub fn passing_folder() -> io::Result<PathBuf> {
    let temporary = std::env::temp_dir();
    let older = std::fs::read_dir(&temporary)?.flatten().filter(|found| {
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

/// Removes a file or folder that this run made.
pub fn remove(path: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this run made it and has not finished it")]
    if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

/// Removes what a killed run left in these folders more than a day ago; how many files that were.
pub fn sweep<'a>(folders: impl IntoIterator<Item = &'a Path>) -> usize {
    let names = folders.into_iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let stale = names.filter(|found| is_unfinished(&found.file_name().to_string_lossy()) && is_stale(&found.path()));
    // No one but akam names files and folders so, and no run lasts a day.
    stale.filter(|found| remove(&found.path()).is_ok()).count()
}

fn is_unfinished(name: &str) -> bool {
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

fn files() -> MutexGuard<'static, Files> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, Ctrl-C and a request to end take unfinished files back before the run ends, and a limit on the size of
/// files is an error of writing as any other.
pub fn heed_signals() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // Without it, signals end the run as they do by themselves, and the next run removes what is left.
    ONCE.call_once(|| drop(watch()));
}

#[cfg(unix)]
fn watch() -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let (mut woken, wake) = io::pipe()?;
    let signal = Arc::new(AtomicUsize::new(0));
    let number = Arc::clone(&signal);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let mut byte = [0];
        // The handlers keep the other end open for ever.
        if io::Read::read_exact(&mut woken, &mut byte).is_ok() {
            break_off(number.load(Ordering::SeqCst));
        }
    })?;
    // Only now, for where no thread can be had nobody would heed them.
    for (number, code) in [(SIGINT, 130), (SIGTERM, 143)] {
        signal_hook::flag::register_usize(number, Arc::clone(&signal), code)?;
        signal_hook::low_level::pipe::register(number, wake.try_clone()?)?;
    }
    Ok(())
}

#[cfg(windows)]
fn watch() -> io::Result<()> {
    ctrlc::set_handler(|| break_off(130)).map_err(io::Error::other)
}

/// From now on, Ctrl-C is how the run is meant to end.
pub fn end_with_signal() {
    MEANT.store(true, Ordering::SeqCst);
    heed_signals();
}

static MEANT: AtomicBool = AtomicBool::new(false);

/// Takes back what is unfinished and ends the run.
fn break_off(code: usize) {
    // Held to the end: nothing is begun and nothing finished any more.
    let files = files();
    for path in &files.unfinished {
        let _ = remove(path);
    }
    if code == 130 && MEANT.load(Ordering::SeqCst) {
        #[expect(clippy::exit, reason = "a signal ends the run, wherever it is")]
        std::process::exit(0);
    }
    // A question may have been open, or a bar drawn; on Windows, Ctrl-C is part of an answer.
    #[cfg(unix)]
    let _ = crossterm::terminal::disable_raw_mode();
    let clear = if io::IsTerminal::is_terminal(&io::stderr()) { "\r\u{1b}[K" } else { "" };
    let why = if code == 130 { "stopped with Ctrl-C" } else { "stopped by a request to end" };
    let text = format!("{clear}error: {why}; nothing unfinished is left{}\n", already(&files.finished));
    let _ = io::Write::write_all(&mut anstream::stderr(), text.as_bytes());
    #[expect(clippy::exit, reason = "a signal ends the run, wherever it is")]
    std::process::exit(i32::try_from(code).unwrap_or(1));
}

/// What is written all the same: what lay in a folder that was taken back is not.
fn already(finished: &[PathBuf]) -> String {
    match finished.iter().filter(|path| path.exists()).collect::<Vec<_>>()[..] {
        [] => String::new(),
        [path] => format!(", but `{}` was written before", safe(&path.display().to_string())),
        ref several => format!(", but {} were written before", count(several.len(), "file")),
    }
}

/// Brings a file to the disk.
pub fn sync(file: &File) -> io::Result<()> {
    or_less(file, file.sync_all())
}

/// Brings a file's bytes to the disk, and of what is known about it no more than finding them again takes.
pub fn sync_bytes(file: &File) -> io::Result<()> {
    or_less(file, file.sync_data())
}

/// What the standard library asks of disks on macOS, some do not know, and those on the network least: they are asked for
/// less.
#[cfg(target_os = "macos")]
fn or_less(file: &File, synced: io::Result<()>) -> io::Result<()> {
    use rustix::io::Errno;
    match synced.as_ref().err().and_then(Errno::from_io_error) {
        Some(Errno::NOTSUP | Errno::INVAL | Errno::NOTTY) => Ok(rustix::fs::fsync(file)?),
        _ => synced,
    }
}

#[cfg(not(target_os = "macos"))]
fn or_less(_: &File, synced: io::Result<()>) -> io::Result<()> {
    synced
}

/// Makes a rename last; Windows has no such call and does it by itself.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { sync(&File::open(folder)?) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_shape_are_unfinished_files() {
        assert!(is_unfinished(".akam-a1B2c3D4e5F6.tmp"));
        for name in [".akam-.tmp", ".akam-a1B2c3D4e5F6", ".akam-a1B2c3D4e5F.tmp", ".akam-my.notes.new.tmp", "akam.tmp"]
        {
            assert!(!is_unfinished(name), "{name}");
        }
    }
}
