//! Folders that are written whole, or not at all.

use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::naming::name_folder;
use super::unfinished::{self, Mark, sync_folder, temporary_folder_in};
use super::{Output, Place, Waiting, cannot_write, confirm, create_folder, folder_of, write_checked};

/// Makes a folder with all its files, by their paths in it: it takes its name when all bytes are on the disk. Nothing may
/// be there yet, and whatever fails, nothing is left behind. What is in `with` stays from then on.
pub fn create_filled<'a>(path: &Path, files: impl IntoIterator<Item = Filling<'a>>, with: Vec<Waiting>) -> Result<()> {
    fill(path, files, with, false)?;
    confirm(path)
}

/// Does what [`create_filled`] does; the folder stays only with what belongs to it: see [`super::create_with`].
pub fn create_filled_waiting<'a>(path: &Path, files: impl IntoIterator<Item = Filling<'a>>) -> Result<Waiting> {
    let mark = fill(path, files, Vec::new(), true)?;
    Waiting::begin(path, mark)
}

/// A file by its path in a folder that is being made, with its content.
type Filling<'a> = Result<(String, Box<dyn Read + 'a>)>;

fn fill<'a>(
    path: &Path,
    files: impl IntoIterator<Item = Filling<'a>>,
    with: Vec<Waiting>,
    waits: bool,
) -> Result<Option<Mark>> {
    let cannot = || cannot_write(path);
    if path.symlink_metadata().is_ok() {
        bail!("`{}` is there already, and nothing is overwritten", path.display());
    }
    let made = unfinished::begin(|| {
        let temporary = temporary_folder_in(folder_of(path))?;
        let path = temporary.path.clone();
        Ok((temporary, path))
    });
    let made = made.with_context(cannot)?;
    let (mark, mut temporary) = (made.1, made.0);
    for file in files {
        let (name, mut content) = file?;
        let file = temporary.path.join(&name);
        create_folder(folder_of(&file))?;
        let copy = |out: &mut Output| copy_all(&mut content, out).with_context(|| format!("cannot write `{name}`"));
        write_checked(&file, Place::New, copy, |_, ()| Ok(()), |()| Ok(()))?;
    }
    open_as_above(&temporary.path, folder_of(path)).with_context(cannot)?;
    sync_folder(&temporary.path).with_context(cannot)?;
    let mut marks = vec![&mark];
    marks.extend(with.iter().filter_map(|copied| copied.mark.as_ref()));
    let named = || name_folder(&temporary.path, path);
    let ((), mark) = unfinished::finish(&marks, path, waits, named).with_context(cannot)?;
    // It bears another name by now.
    temporary.stays = true;
    with.into_iter().for_each(Waiting::keep);
    Ok(mark)
}

/// Copies a stream to its end.
fn copy_all(from: &mut dyn Read, to: &mut impl Write) -> io::Result<()> {
    io::copy(from, to).map(drop)
}

/// Lets everybody into a folder who may go into the one above.
#[cfg(unix)]
fn open_as_above(folder: &Path, above: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = above.metadata()?.permissions().mode();
    std::fs::File::open(folder)?.set_permissions(std::fs::Permissions::from_mode(mode & 0o777))
}

/// Other systems do so by themselves.
#[cfg(not(unix))]
fn open_as_above(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
