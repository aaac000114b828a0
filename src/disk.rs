//! The only writer. A file under its final name is whole, or it is the one that was there before.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// What the names of files begin with that are not finished; what a killed run leaves behind.
const UNFINISHED: &str = ".akam-";

/// Makes a file that is not there yet. An existing one is left alone and is an error of the kind `AlreadyExists`.
pub fn create(path: &Path, text: &str) -> Result<()> {
    write(path, Place::New, |file| Ok(file.write_all(text.as_bytes())?))
}

/// Puts a text in the place of a file's content.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    write(path, Place::Any, |file| Ok(file.write_all(text.as_bytes())?))
}

/// Copies an open file to a path where nothing is yet.
pub fn copy_new(source: &mut File, path: &Path) -> Result<()> {
    write(path, Place::New, |file| {
        io::copy(source, file)?;
        Ok(())
    })
}

/// Takes back a file that this run made, where what belongs to it could not be written.
pub fn take_back(path: &Path) {
    #[expect(clippy::disallowed_methods, reason = "this run made the file a moment ago, from an original that stays")]
    // If this fails too, `akam check` names the file as not registered.
    let _ = fs::remove_file(path);
}

/// Whether something may stand at the path already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    New,
    Any,
}

/// Writes a file by a function into a temporary file beside it, which takes its name when the function has succeeded and all
/// bytes are on the disk. Whatever fails, nothing is left behind.
pub fn write<T>(path: &Path, place: Place, fill: impl FnOnce(&mut BufWriter<File>) -> Result<T>) -> Result<T> {
    write_checked(path, place, fill, |_, _| Ok(()))
}

/// As [`write`], and gives the finished file, still under its temporary name, to `check` before it is renamed.
pub fn write_checked<T>(
    path: &Path,
    place: Place,
    write_all: impl FnOnce(&mut BufWriter<File>) -> Result<T>,
    check: impl FnOnce(&Path, &T) -> Result<()>,
) -> Result<T> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("cannot write `{}`", path.display());
    let temporary = temporary_in(folder).with_context(cannot)?;
    let mut writer = BufWriter::with_capacity(1 << 18, temporary.reopen().with_context(cannot)?);
    let value = write_all(&mut writer).with_context(cannot)?;
    let file = writer.into_inner().map_err(io::IntoInnerError::into_error).with_context(cannot)?;
    file.sync_all().with_context(cannot)?;
    drop(file);
    check(temporary.path(), &value)?;
    match place {
        Place::New => temporary.persist_noclobber(path).map_err(|error| error.error),
        Place::Any => temporary.persist(path).map_err(|error| error.error),
    }
    .with_context(cannot)?;
    sync_folder(folder).with_context(|| format!("`{}` is written, but the disk did not confirm it", path.display()))?;
    Ok(value)
}

/// Makes a folder and those above it; folders that are there are left alone.
pub fn create_folder(path: &Path) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    fs::create_dir_all(path).with_context(|| format!("cannot make the folder `{}`", path.display()))
}

/// A temporary file that everyone may read whom the user's own settings allow.
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The reason without the temporary name, which says nothing to anybody.
    builder.tempfile_in(folder).map_err(|error| error.kind().into())
}

/// Makes a rename last; Windows has no such call and does it by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
