//! Files in a folder, opened so that no link leads out of it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::failures::{Failures, WatchedFile};
use super::{Contents, Entry, entry_at};

/// The files of a portfolio on disk.
pub struct Folder {
    root: PathBuf,
    pub failures: Failures,
    /// The folder, kept open since it was walked; `None` if it cannot be opened.
    #[cfg(unix)]
    open: Option<File>,
}

impl Folder {
    pub fn of(root: &Path) -> Self {
        Folder {
            root: root.to_owned(),
            failures: Failures::default(),
            #[cfg(unix)]
            open: File::open(root).ok(),
        }
    }

    fn file(&self, path: &str) -> io::Result<File> {
        #[cfg(unix)]
        if let Some(folder) = &self.open {
            return regular(beneath::open(folder, path)?);
        }
        open_file(&self.root.join(path))
    }
}

impl Contents for Folder {
    fn open(&self, entry: &Entry) -> io::Result<Box<dyn Read + '_>> {
        let file = self.failures.noted(&entry.path, self.file(&entry.path))?;
        Ok(Box::new(WatchedFile { file, path: entry.path.clone(), failures: &self.failures }))
    }

    fn failure(&self) -> Option<(String, io::Error)> {
        self.failures.first()
    }

    fn entry_at(&self, path: &str) -> Option<Entry> {
        entry_at(&self.root, path)
    }
}

/// Opens a regular file for reading, without following a link in the last path component or waiting for a pipe.
pub fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(i32::try_from(beneath::FILE.bits()).expect("flags fit the system's own type"));
    }
    // Other systems have no flag against following links, and report a folder as "permission denied".
    if cfg!(not(unix)) && !path.symlink_metadata()?.is_file() {
        return Err(not_a_file());
    }
    regular(options.open(path)?)
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_a_file()) }
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// Opens files below an open folder without following links, even if names on the way change meanwhile.
#[cfg(unix)]
mod beneath {
    use std::fs::File;
    use std::io;

    use rustix::fs::{Mode, OFlags, openat};

    pub const FILE: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

    #[cfg(target_os = "linux")]
    pub fn open(folder: &File, path: &str) -> io::Result<File> {
        use rustix::fs::{ResolveFlags, openat2};
        let within = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match openat2(folder, path, FILE, Mode::empty(), within) {
            // Linux before 5.6, and sandboxes that do not know `openat2`.
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => step_by_step(folder, path),
            opened => Ok(opened?.into()),
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub fn open(folder: &File, path: &str) -> io::Result<File> {
        step_by_step(folder, path)
    }

    /// Opens one folder after the other.
    fn step_by_step(folder: &File, path: &str) -> io::Result<File> {
        let Some((first, rest)) = path.split_once('/') else {
            return Ok(openat(folder, path, FILE, Mode::empty())?.into());
        };
        let next = openat(folder, first, FILE | OFlags::DIRECTORY, Mode::empty())?;
        step_by_step(&next.into(), rest)
    }

    #[cfg(test)]
    mod tests {
        use std::io::Read;

        use super::*;

        #[test]
        #[expect(clippy::disallowed_methods, reason = "a test makes the folder that it opens")]
        fn no_link_on_the_way_is_followed_whichever_call_the_system_has() {
            let place = tempfile::tempdir().expect("the temporary folder can be written to");
            let at = |name: &str| place.path().join(name);
            std::fs::create_dir_all(at("in/deep")).expect("a folder can be made");
            std::fs::create_dir_all(at("out")).expect("a folder can be made");
            std::fs::write(at("in/deep/a"), "inside").expect("a file can be made");
            std::fs::write(at("out/a"), "outside").expect("a file can be made");
            std::os::unix::fs::symlink("../out", at("in/link")).expect("a link can be made");
            let folder = File::open(at("in")).expect("it was made a moment ago");
            for open in [open, step_by_step] {
                let mut text = String::new();
                open(&folder, "deep/a").and_then(|mut file| file.read_to_string(&mut text)).expect("it is inside");
                assert_eq!(text, "inside");
                assert!(open(&folder, "link/a").is_err() && open(&folder, "link").is_err());
            }
        }
    }
}
