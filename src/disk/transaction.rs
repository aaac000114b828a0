//! Files and folders that get their names together, or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::output::{Output, Syncing, output_to, sync_folder};
use super::pending::{Pending, PendingGuard, new_file, with_signals_blocked};
use super::{parent_of, rename};
use crate::tree::Stamp;

/// New files and folders, and new content of files, each under a temporary name until [`Transaction::commit`]. Where
/// something fails or a signal comes before that has succeeded, all of it is removed, and what was there is as it was.
#[derive(Default)]
pub struct Transaction {
    steps: Vec<Step>,
    /// Folders that were made for it, the outermost first. They have their names at once, and are empty but for it.
    folders: Vec<PendingGuard>,
}

/// A file or folder under its temporary name.
struct Step {
    path: PathBuf,
    guard: PendingGuard,
    place: Target,
    syncing: Option<Syncing>,
}

/// What may be at the path of a file or folder already.
#[derive(PartialEq, Eq)]
enum Target {
    Nothing,
    Anything,
    /// A file with these bytes; none counts as empty. Who may do what with it stays as it was.
    File(Vec<u8>),
}

impl Transaction {
    /// Adds a file that is not there yet. Where it is, [`Transaction::commit`] fails with the kind `AlreadyExists`.
    pub fn file(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.file_with(path, |out| Ok(out.write_all(bytes)?))
    }

    /// Does what [`Transaction::file`] does, with the bytes that a function writes.
    pub fn file_with<T>(&mut self, path: &Path, fill: impl FnOnce(&mut Output) -> Result<T>) -> Result<T> {
        self.add(path, Target::Nothing, fill)
    }

    /// Adds a copy of an open file, at a path where nothing is yet.
    pub fn copy(&mut self, source: &mut File, path: &Path) -> Result<()> {
        let stamp = |file: &File| file.metadata().map(|about| Stamp::of(&about));
        self.file_with(path, |out| {
            let before = stamp(source)?;
            io::copy(source, out)?;
            if stamp(source)? != before {
                bail!("the original of `{}` changed while it was copied; nothing was written", path.display());
            }
            Ok(())
        })
    }

    /// Adds a text that takes the place of a file's content, if that is still what was read; no file counts as empty.
    pub fn replace(&mut self, path: &Path, read: Vec<u8>, text: &str) -> Result<()> {
        self.add(path, Target::File(read), |out| Ok(out.write_all(text.as_bytes())?))
    }

    /// Adds a folder with all its files, by their paths in it. Nothing may be there yet.
    pub fn folder<'a>(
        &mut self,
        path: &Path,
        files: impl IntoIterator<Item = Result<(String, Box<dyn Read + 'a>)>>,
    ) -> Result<()> {
        if path.symlink_metadata().is_ok() {
            bail!("`{}` is there already, and nothing is overwritten", path.display());
        }
        let guard = PendingGuard::folder_in(parent_of(path)).with_context(|| cannot_write(path))?;
        for file in files {
            let (name, mut content) = file?;
            let file = guard.path.join(&name);
            create_folder(parent_of(&file))?;
            let mut copy = || {
                let mut out = output_to(new_file(&file)?);
                io::copy(&mut content, &mut out)?;
                Syncing::begin(out)?.wait()
            };
            copy().with_context(|| format!("cannot write `{name}`"))?;
        }
        let finish = || open_as(parent_of(path), &guard.path).and_then(|()| sync_folder(&guard.path));
        finish().with_context(|| cannot_write(path))?;
        self.steps.push(Step { path: path.to_owned(), guard, place: Target::Nothing, syncing: None });
        Ok(())
    }

    /// Makes a folder and those above it, for what is added after it; folders that are there are left alone.
    pub fn create_folder(&mut self, path: &Path) -> Result<()> {
        let is_missing = |folder: &&Path| folder.symlink_metadata().is_err() && folder.parent().is_some();
        let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
        let made = missing.into_iter().rev().try_for_each(|folder| match PendingGuard::new_folder(folder) {
            // Another run was faster.
            Err(_) if folder.is_dir() => Ok(()),
            made => {
                self.folders.push(made?);
                sync_folder(parent_of(folder))
            }
        });
        made.with_context(|| format!("cannot make the folder `{}`", path.display()))
    }

    /// Gives all their names, in the order in which they were added; what replaces a file comes last, since it cannot be
    /// taken back. No signal comes in between.
    pub fn commit(mut self) -> Result<()> {
        self.sync()?;
        self.steps.sort_by_key(|step| step.place != Target::Nothing);
        with_signals_blocked(|pending| {
            let mut steps = self.steps.iter().peekable();
            while let Some(step) = steps.next() {
                step.rename(pending)?;
                // After a power cut no later name may be there without this one.
                if steps.peek().is_some() {
                    sync_folder(parent_of(&step.path)).with_context(|| cannot_write(&step.path))?;
                }
            }
            self.folders.iter().for_each(|folder| pending.keep(folder));
            self.steps.iter().for_each(|step| pending.finish(&step.guard, &step.path));
            anyhow::Ok(())
        })?;
        let Some(Step { path, .. }) = self.steps.last() else { return Ok(()) };
        sync_folder(parent_of(path))
            .with_context(|| format!("`{}` is written, but the disk did not confirm it", path.display()))
    }

    /// Waits until the disk has all bytes.
    fn sync(&mut self) -> Result<()> {
        self.steps.iter_mut().try_for_each(|step| {
            let synced = step.syncing.take().map_or(Ok(()), Syncing::wait);
            synced.with_context(|| cannot_write(&step.path))
        })
    }

    fn add<T>(&mut self, path: &Path, place: Target, fill: impl FnOnce(&mut Output) -> Result<T>) -> Result<T> {
        let (mut step, out, value) = Step::write(path, place, fill)?;
        step.syncing = Some(Syncing::begin(out).with_context(|| cannot_write(path))?);
        self.steps.push(step);
        Ok(value)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.steps.clear();
        while self.folders.pop().is_some() {}
    }
}

impl Step {
    /// Writes a temporary file by a function. An error of writing, which names no file, gets the file's name.
    fn write<T>(path: &Path, place: Target, fill: impl FnOnce(&mut Output) -> Result<T>) -> Result<(Self, Output, T)> {
        let written = || {
            let (temporary, guard) = PendingGuard::file_in(parent_of(path))?;
            // On Windows, permissions say only whether a file may be written to, and then it could not be removed.
            #[cfg(unix)]
            if let (Target::File(_), Ok(older)) = (&place, path.metadata()) {
                temporary.set_permissions(plain(&older.permissions()))?;
            }
            let mut out = output_to(temporary);
            let value = fill(&mut out)?;
            out.flush()?;
            Ok((Step { path: path.to_owned(), guard, place, syncing: None }, out, value))
        };
        written().map_err(|error: anyhow::Error| {
            let is_bare = error.chain().len() == 1 && error.is::<io::Error>();
            if is_bare { error.context(cannot_write(path)) } else { error }
        })
    }

    fn rename(&self, pending: &mut Pending) -> Result<()> {
        let temporary = &self.guard.path;
        if let Target::File(read) = &self.place {
            match fs::read(&self.path) {
                Ok(bytes) if bytes == *read => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound && read.is_empty() => {}
                _ => bail!("`{}` was changed by another program just now; nothing was written", self.path.display()),
            }
        }
        let named = match self.place {
            Target::Nothing if temporary.is_file() => rename::without_replacing(temporary, &self.path),
            _ => rename::replacing(temporary, &self.path).map_err(Into::into),
        };
        named.with_context(|| cannot_write(&self.path))?;
        match self.place {
            Target::Nothing => pending.rename(&self.guard, &self.path),
            // What it replaced is gone: it stays.
            _ => pending.finish(&self.guard, &self.path),
        }
        Ok(())
    }
}

/// Writes one file, in the place of another if it `replaces`, by a function. It gets its name when `check` accepts it under
/// its temporary name, the disk has all its bytes, and `confirm` has nothing against it at the last moment.
pub fn write_checked<T>(
    path: &Path,
    replaces: bool,
    fill: impl FnOnce(&mut Output) -> Result<T>,
    check: impl FnOnce(&Path, &T) -> Result<()>,
    confirm: impl FnOnce() -> Result<()>,
) -> Result<T> {
    let mut transaction = Transaction::default();
    let value = transaction.add(path, if replaces { Target::Anything } else { Target::Nothing }, fill)?;
    let checked = check(&transaction.steps[0].guard.path, &value);
    // What the disk refused explains what the check found.
    transaction.sync()?;
    checked?;
    confirm()?;
    transaction.commit()?;
    Ok(value)
}

/// Writes a file that can be made again, whatever is at the path: nobody waits until the disk has it.
pub fn write_unsynced(path: &Path, fill: impl FnOnce(&mut Output) -> Result<()>) -> Result<()> {
    let (step, ..) = Step::write(path, Target::Anything, fill)?;
    with_signals_blocked(|pending| step.rename(pending))
}

/// Makes a folder and those above it; folders that are there are left alone.
pub fn create_folder(path: &Path) -> Result<()> {
    let mut transaction = Transaction::default();
    transaction.create_folder(path)?;
    transaction.commit()
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`", path.display())
}

/// What owner, group and others may do with a file, and nothing that lends them the rights of others.
#[cfg(unix)]
fn plain(permissions: &fs::Permissions) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(permissions.mode() & 0o777)
}

/// Lets everybody into a folder who may go into another.
#[cfg(unix)]
fn open_as(other: &Path, folder: &Path) -> io::Result<()> {
    File::open(folder)?.set_permissions(plain(&other.metadata()?.permissions()))
}

/// Other systems do so by themselves.
#[cfg(not(unix))]
fn open_as(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
