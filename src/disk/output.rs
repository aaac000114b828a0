//! A file that is being filled, and then brought to the disk by a thread of its own.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::thread::{Builder, JoinHandle};

/// Where the bytes of an unfinished file go.
pub type Output = BufWriter<File>;

/// An output to a file that hands on many bytes at once.
pub fn output_to(file: File) -> Output {
    BufWriter::with_capacity(1 << 18, file)
}

/// A file that a thread brings to the disk.
pub struct Syncing {
    file: File,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Syncing {
    /// Hands on what is left of an output, and begins to bring all to the disk.
    pub fn begin(output: Output) -> io::Result<Self> {
        let file = output.into_inner().map_err(io::IntoInnerError::into_error)?;
        let other = file.try_clone()?;
        Ok(Syncing { file, thread: Builder::new().spawn(move || sync(&other)).ok() })
    }

    /// Waits until the disk has all bytes.
    pub fn wait(self) -> io::Result<()> {
        // Where no thread could be had, it is done now.
        let join = |thread: JoinHandle<_>| thread.join().expect("a call to the system does not panic");
        self.thread.map_or_else(|| sync(&self.file), join)
    }
}

/// Brings a file to the disk. What the standard library asks of disks on macOS, some do not know, and those on the network
/// least: they are asked for less.
fn sync(file: &File) -> io::Result<()> {
    let synced = file.sync_all();
    #[cfg(target_os = "macos")]
    if let Some(rustix::io::Errno::NOTSUP | rustix::io::Errno::INVAL | rustix::io::Errno::NOTTY) =
        synced.as_ref().err().and_then(rustix::io::Errno::from_io_error)
    {
        return Ok(rustix::fs::fsync(file)?);
    }
    synced
}

/// Makes the names in a folder last; Windows has no such call and does it by itself.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { sync(&File::open(folder)?) } else { Ok(()) }
}
