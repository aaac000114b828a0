//! A file that is being filled, whose bytes go to the disk while more of them come.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

/// Bytes after which the disk is asked to take them: a large file is nearly synced when it is filled.
const SYNC_EVERY: u64 = 8 << 20;

/// Bytes that are handed on at once.
const BLOCK: usize = 1 << 18;

/// Where the bytes of an unfinished file go.
pub struct Output {
    buffer: BufWriter<File>,
    /// Bytes since the disk was last asked.
    waiting: u64,
    disk: Option<Disk>,
}

/// A file that a thread brings to the disk.
pub struct Syncing {
    file: File,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Syncing {
    /// Waits until the disk has all bytes, and tells what it refused.
    pub fn wait(self) -> io::Result<()> {
        // Where no thread could be had, it is done now.
        let join = |thread: JoinHandle<_>| thread.join().expect("a call to the system does not panic");
        self.thread.map_or_else(|| sync(&self.file), join)
    }
}

/// A thread that waits for the disk.
struct Disk {
    ask: Sender<Ask>,
    thread: JoinHandle<io::Result<()>>,
}

#[derive(PartialEq, Eq)]
enum Ask {
    /// To take what is written by now.
    Bytes,
    /// To take all: no more is written.
    File,
}

impl Output {
    pub fn to(file: File) -> Self {
        Output { buffer: BufWriter::with_capacity(BLOCK, file), waiting: 0, disk: None }
    }

    /// Hands on what is left, and begins to bring all to the disk.
    pub fn finish(mut self) -> io::Result<Syncing> {
        self.buffer.flush()?;
        self.ask(Ask::File)?;
        let file = self.buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Syncing { file, thread: self.disk.map(|disk| disk.thread) })
    }

    fn ask(&mut self, what: Ask) -> io::Result<()> {
        self.waiting = 0;
        if self.disk.is_none() {
            let file = self.buffer.get_ref().try_clone()?;
            let (ask, asked) = channel();
            let thread = Builder::new().spawn(move || follow(&file, &asked));
            self.disk = thread.ok().map(|thread| Disk { ask, thread });
        }
        if let Some(disk) = &self.disk {
            // A refusal of the disk ends the thread, and comes to light in the end.
            let _ = disk.ask.send(what);
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.buffer.write(bytes)?;
        self.waiting += count as u64;
        if self.waiting >= SYNC_EVERY {
            self.ask(Ask::Bytes)?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.buffer.flush()
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.buffer.seek(to)
    }
}

/// Brings to the disk what was written, each time that is asked for.
fn follow(file: &File, asked: &Receiver<Ask>) -> io::Result<()> {
    while let Ok(what) = asked.recv() {
        // What was asked for meanwhile, the disk does at once.
        if what == Ask::File || asked.try_iter().any(|what| what == Ask::File) {
            return sync(file);
        }
        or_less(file, file.sync_data())?;
    }
    Ok(())
}

/// Brings a file to the disk.
fn sync(file: &File) -> io::Result<()> {
    or_less(file, file.sync_all())
}

/// Makes the names in a folder last; Windows has no such call and does it by itself.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { sync(&File::open(folder)?) } else { Ok(()) }
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
