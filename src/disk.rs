//! The only writer. A file under its final name is whole, or it is the one that was there before.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// What the names of files begin with that are not finished; what a killed run leaves behind.
const UNFINISHED: &str = ".akam-";

/// Makes a file that is not there yet. An existing one is left alone and is an error of the kind `AlreadyExists`.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    write_new(path, |file| file.write_all(bytes))
}

/// Puts a text in the place of a file's content, if that still is what was read; no file counts as empty.
pub fn replace(path: &Path, read: &[u8], text: &str) -> Result<()> {
    let unchanged = |_: &Path, (): &()| match fs::read(path) {
        Ok(bytes) if bytes == read => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && read.is_empty() => Ok(()),
        _ => bail!("`{}` was changed by another program just now; nothing was written", path.display()),
    };
    let fill = |file: &mut BufWriter<File>| file.write_all(text.as_bytes()).with_context(|| cannot_write(path));
    write_checked(path, Place::Any, fill, unchanged)
}

/// Waits until no other run of akam holds the lock on a file, and holds it as long as what is returned lives. `None`
/// where the system has no such lock, or only one that would keep others from reading.
pub fn lock(path: &Path) -> Option<File> {
    let file = if cfg!(unix) { File::open(path).ok()? } else { return None };
    file.lock().is_ok().then_some(file)
}

/// Copies an open file to a path where nothing is yet.
pub fn copy_new(source: &mut File, path: &Path) -> Result<()> {
    write_new(path, |file| io::copy(source, file).map(drop))
}

/// Takes back a file that this run made, where what belongs to it could not be written.
pub fn take_back(path: &Path) {
    #[expect(clippy::disallowed_methods, reason = "this run made the file a moment ago, from an original that stays")]
    // If this fails too, `akam check` names the file as not registered.
    let _ = fs::remove_file(path);
}

/// Takes back a file or folder to be mailed that this run made, where what belongs to it could not be written.
pub fn take_back_sent(path: &Path) {
    #[expect(clippy::disallowed_methods, reason = "this run made it a moment ago, from files that stay")]
    // If this fails too, the next run says that it is there already.
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Whether something may stand at the path already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    New,
    Any,
}

/// Writes a file by a function into a temporary file beside it, which takes its name when the function has succeeded, all
/// bytes are on the disk, and `check` has nothing against the file, still under its temporary name. Whatever fails,
/// nothing is left behind.
pub fn write_checked<T>(
    path: &Path,
    place: Place,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<T>,
    check: impl FnOnce(&Path, &T) -> Result<()>,
) -> Result<T> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || cannot_write(path);
    let temporary = temporary_in(folder).with_context(cannot)?;
    if let (Place::Any, Ok(older)) = (place, path.metadata()) {
        temporary.as_file().set_permissions(older.permissions()).with_context(cannot)?;
    }
    let mut writer = BufWriter::with_capacity(1 << 18, temporary.reopen().with_context(cannot)?);
    let value = fill(&mut writer)?;
    let whole = writer.into_inner().map_err(io::IntoInnerError::into_error).with_context(cannot)?;
    whole.sync_all().with_context(cannot)?;
    drop(whole);
    check(temporary.path(), &value)?;
    match place {
        Place::New => temporary.persist_noclobber(path).map_err(|error| error.error),
        Place::Any => temporary.persist(path).map_err(|error| error.error),
    }
    .with_context(cannot)?;
    sync_folder(folder).with_context(|| format!("`{}` is written, but the disk did not confirm it", path.display()))?;
    Ok(value)
}

/// What failed, for an error's context.
pub fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`", path.display())
}

fn write_new(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<()> {
    write_checked(path, Place::New, |file| fill(file).with_context(|| cannot_write(path)), |_, ()| Ok(()))
}

/// Makes a folder and those above it; folders that are there are left alone.
pub fn create_folder(path: &Path) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    fs::create_dir_all(path).with_context(|| format!("cannot make the folder `{}`", path.display()))
}

/// Makes a folder with all its files, by their paths in it: it takes its name when all bytes are on the disk. Nothing may
/// be there yet, and whatever fails, nothing is left behind.
pub fn create_filled<'a>(
    path: &Path,
    files: impl IntoIterator<Item = Result<(String, Box<dyn Read + 'a>)>>,
) -> Result<()> {
    let above = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || cannot_write(path);
    if path.symlink_metadata().is_ok() {
        bail!("`{}` is there already, and nothing is overwritten", path.display());
    }
    let temporary = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(above).with_context(cannot)?;
    for file in files {
        let (name, mut content) = file?;
        let file = temporary.path().join(&name);
        create_folder(file.parent().expect("a path in a folder has one above it"))?;
        write_new(&file, |out| io::copy(&mut content, out).map(drop))
            .map_err(|error| error.context(format!("cannot write `{name}`")))?;
    }
    sync_folder(temporary.path()).with_context(cannot)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = above.metadata().with_context(cannot)?.permissions().mode();
        let folder = File::open(temporary.path()).with_context(cannot)?;
        folder.set_permissions(fs::Permissions::from_mode(mode & 0o777)).with_context(cannot)?;
    }
    #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
    fs::rename(temporary.path(), path).with_context(cannot)?;
    let _ = temporary.keep();
    sync_folder(above).with_context(|| format!("`{}` is written, but the disk did not confirm it", path.display()))
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
