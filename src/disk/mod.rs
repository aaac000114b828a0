//! The only writer. A file under its final name is whole, or it is the one that was there before.

mod folder;
mod lock;
mod naming;
mod output;
mod unfinished;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use anyhow::{Context, Result, bail};

use crate::tree::Stamp;
pub use folder::{create_filled, create_filled_waiting};
pub use lock::lock;
pub use naming::{OnlyReplaces, is_held};
pub use output::Output;
use output::Pending;
use unfinished::{Mark, sync_folder, temporary_in};
pub use unfinished::{end_with_signal, heed_signals, passing_folder, sweep};

/// Makes a file that is not there yet. An existing one is left alone and is an error of the kind `AlreadyExists`.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    create_with(path, bytes, Vec::new())
}

/// Does what [`create`] does; what is in `with` stays from then on.
pub fn create_with(path: &Path, bytes: &[u8], with: Vec<Waiting>) -> Result<()> {
    let fill = |file: &mut Output| file.write_all(bytes).with_context(|| cannot_write(path));
    put(Wish { path, place: Place::New, with, waits: false, lasts: true }, fill, |_, ()| Ok(()), |()| Ok(()))?;
    confirm(path)
}

/// Does what [`create`] does; the file stays only with what belongs to it: see [`create_with`].
pub fn create_waiting(path: &Path, bytes: &[u8]) -> Result<Waiting> {
    write_waiting(path, |file| file.write_all(bytes).with_context(|| cannot_write(path)))
}

/// Does what [`create_waiting`] does, with bytes that a function writes.
pub fn write_waiting(path: &Path, fill: impl FnOnce(&mut Output) -> Result<()>) -> Result<Waiting> {
    let ((), mark) = put(
        Wish { path, place: Place::New, with: Vec::new(), waits: true, lasts: true },
        fill,
        |_, ()| Ok(()),
        |()| Ok(()),
    )?;
    Waiting::begin(path, mark)
}

/// Puts a text in the place of a file's content, if that still is what was read; no file counts as empty.
pub fn replace(path: &Path, read: &[u8], text: &str) -> Result<()> {
    replace_and(path, read, text, Vec::new())
}

/// Does what [`replace`] does; the copy stays if the text takes its place, and else it is taken back.
pub fn replace_with(path: &Path, read: &[u8], text: &str, copy: Waiting) -> Result<()> {
    replace_and(path, read, text, vec![copy])
}

fn replace_and(path: &Path, read: &[u8], text: &str, with: Vec<Waiting>) -> Result<()> {
    let unchanged = |(): &()| match fs::read(path) {
        Ok(bytes) if bytes == read => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && read.is_empty() => Ok(()),
        _ => bail!("`{}` was changed by another program just now; nothing was written", path.display()),
    };
    let fill = |file: &mut Output| file.write_all(text.as_bytes()).with_context(|| cannot_write(path));
    put(Wish { path, place: Place::AsBefore, with, waits: false, lasts: true }, fill, |_, ()| Ok(()), unchanged)?;
    confirm(path)
}

/// A new file or folder that stays only with what belongs to it: see [`replace_with`] and [`create_with`].
#[derive(Debug)]
pub struct Waiting {
    path: PathBuf,
    stays: bool,
    mark: Option<Mark>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.stays {
            // If this fails too, `akam check` names what is left.
            let _ = unfinished::undisturbed(|| unfinished::remove(&self.path));
        }
    }
}

impl Waiting {
    /// Of a file or folder that has just got its name, which is made to last.
    fn begin(path: &Path, mark: Option<Mark>) -> Result<Self> {
        let waiting = Waiting { path: path.to_owned(), stays: false, mark };
        confirm(path)?;
        Ok(waiting)
    }

    /// From now on it stays, whatever comes.
    pub fn keep(mut self) {
        self.stays = true;
    }
}

/// Copies an open file to a path where nothing is yet.
pub fn copy_new(source: &mut File, path: &Path) -> Result<Waiting> {
    let stamp = |file: &File| file.metadata().map(|about| Stamp::of(&about)).with_context(|| cannot_write(path));
    let before = stamp(source)?;
    let fill = |file: &mut Output| io::copy(source, file).map(|_| source).with_context(|| cannot_write(path));
    let unchanged = |source: &&mut File| match stamp(source)? {
        now if now == before => Ok(()),
        _ => bail!("the original of `{}` changed while it was copied; nothing was written", path.display()),
    };
    let (_, mark) = put(
        Wish { path, place: Place::New, with: Vec::new(), waits: true, lasts: true },
        fill,
        |_, _| Ok(()),
        unchanged,
    )?;
    Waiting::begin(path, mark)
}

/// Whether something may be at the path already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    New,
    Any,
    /// Any, and who may do what with it stays as it was.
    AsBefore,
}

/// Writes a file by a function into a temporary file beside it, which takes its name when the function has succeeded, all
/// bytes are on the disk, `check` has nothing against the file, still under its temporary name, and right before that
/// `still` has nothing against it either. Whatever fails, nothing is left behind.
pub fn write_checked<T>(
    path: &Path,
    place: Place,
    fill: impl FnOnce(&mut Output) -> Result<T>,
    check: impl FnOnce(&Path, &T) -> Result<()>,
    still: impl FnOnce(&T) -> Result<()>,
) -> Result<T> {
    let (value, _) = put(Wish { path, place, with: Vec::new(), waits: false, lasts: true }, fill, check, still)?;
    confirm(path)?;
    Ok(value)
}

/// What failed, for an error's context.
pub fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`", path.display())
}

/// Writes a file that can be made again, whatever is at the path: nobody waits until the disk has it.
pub fn write_passing(path: &Path, fill: impl FnOnce(&mut Output) -> Result<()>) -> Result<()> {
    let wish = Wish { path, place: Place::Any, with: Vec::new(), waits: false, lasts: false };
    put(wish, fill, |_, ()| Ok(()), |()| Ok(())).map(drop)
}

/// A file to write.
struct Wish<'a> {
    path: &'a Path,
    place: Place,
    /// What stays from then on.
    with: Vec<Waiting>,
    /// Whether it is unfinished still when it has its name.
    waits: bool,
    /// Whether it must be there after a power cut.
    lasts: bool,
}

fn put<T>(
    wish: Wish<'_>,
    fill: impl FnOnce(&mut Output) -> Result<T>,
    check: impl FnOnce(&Path, &T) -> Result<()>,
    still: impl FnOnce(&T) -> Result<()>,
) -> Result<(T, Option<Mark>)> {
    let Wish { path, place, with, waits, lasts } = wish;
    let cannot = || cannot_write(path);
    let made = unfinished::begin(|| {
        let temporary = temporary_in(folder_of(path))?;
        let path = temporary.path().to_owned();
        Ok((temporary, path))
    });
    // In this order the file is gone before it is forgotten.
    let made = made.with_context(cannot)?;
    let mark = made.1;
    let temporary = made.0;
    // What Windows calls so, and a file that should be replaced has not, would only keep an unfinished one from vanishing.
    #[cfg(unix)]
    if let (Place::AsBefore, Ok(older)) = (place, path.metadata()) {
        temporary.as_file().set_permissions(plain(&older.permissions())).with_context(cannot)?;
    }
    let mut output = Output::of(temporary.as_file()).with_context(cannot)?;
    let value = fill(&mut output)?;
    let pending = output.finish().with_context(cannot)?;
    if lasts {
        synced(pending, temporary.as_file(), || check(temporary.path(), &value), cannot)?;
    }
    still(&value)?;
    let mut marks = vec![&mark];
    marks.extend(with.iter().filter_map(|copied| copied.mark.as_ref()));
    let named = || naming::name_file(temporary, path, place).map_err(|error| naming::explained(error, place));
    let ((), waiting) = unfinished::finish(&marks, path, waits, named).with_context(cannot)?;
    with.into_iter().for_each(Waiting::keep);
    Ok((value, waiting))
}

/// What owner, group and others may do with a file, and nothing that lends them the rights of others.
#[cfg(unix)]
fn plain(permissions: &fs::Permissions) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(permissions.mode() & 0o777)
}

/// Brings all bytes to the disk, and meanwhile does something that only reads them.
fn synced(pending: Pending, file: &File, read: impl FnOnce() -> Result<()>, cannot: impl Fn() -> String) -> Result<()> {
    let pending = Mutex::new(Some(pending));
    let take = || pending.lock().unwrap_or_else(PoisonError::into_inner).take();
    let sync = || take().map_or(Ok(()), |pending| pending.sync(file));
    let (synced, read) = std::thread::scope(|scope| {
        let syncing = Builder::new().spawn_scoped(scope, sync);
        let read = read();
        // Where no thread can be had, it is done now.
        let synced =
            syncing.map_or_else(|_| sync(), |thread| thread.join().expect("a call to the system does not panic"));
        (synced, read)
    });
    synced.with_context(cannot)?;
    read
}

/// Makes the name last.
fn confirm(path: &Path) -> Result<()> {
    sync_folder(folder_of(path))
        .with_context(|| format!("`{}` is written, but the disk did not confirm it", path.display()))
}

/// Makes a folder and those above it; folders that are there are left alone.
pub fn create_folder(path: &Path) -> Result<()> {
    let missing = missing(path);
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    let made = unfinished::undisturbed(|| fs::create_dir_all(path));
    let last = || missing.iter().try_for_each(|folder| sync_folder(folder_of(folder)));
    made.and_then(|()| last()).with_context(|| format!("cannot make the folder `{}`", path.display()))
}

/// Does what [`create_folder`] does for a function that puts something into the folder; where it fails, what it left empty
/// of the new folders is removed again.
pub fn in_folder<T>(path: &Path, fill: impl FnOnce() -> Result<T>) -> Result<T> {
    let missing = missing(path);
    create_folder(path).and_then(|()| fill()).inspect_err(|_| {
        #[expect(clippy::disallowed_methods, reason = "this run made it, and nothing is in it")]
        let is_removed = |folder: &&Path| unfinished::undisturbed(|| fs::remove_dir(folder)).is_ok();
        missing.iter().take_while(|folder| is_removed(folder)).for_each(drop);
    })
}

/// The folders that would have to be made, the innermost first.
fn missing(path: &Path) -> Vec<&Path> {
    let missing = path.ancestors().take_while(|folder| folder.symlink_metadata().is_err());
    missing.filter(|folder| folder.parent().is_some()).collect()
}

/// The folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
