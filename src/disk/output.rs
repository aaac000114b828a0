//! A file that is being filled, whose bytes go to the disk while more of them come.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::unfinished::{sync, sync_bytes};

/// So many bytes may wait before the disk is asked to take them: a large file is nearly synced when it is filled.
const BEHIND: u64 = 8 << 20;

/// Bytes that are handed on at once.
const BLOCK: usize = 1 << 18;

/// Where the bytes of an unfinished file go.
pub struct Output {
    buffer: BufWriter<File>,
    /// Bytes since the disk was last asked.
    waiting: u64,
    disk: Option<Disk>,
}

/// What the disk was asked to take and may not have taken yet.
pub struct Pending(Option<JoinHandle<io::Result<()>>>);

impl Pending {
    /// Brings all to the disk, and tells what it refused meanwhile.
    pub fn sync(self, file: &File) -> io::Result<()> {
        let asked = self.0.map_or(Ok(()), |thread| thread.join().expect("a call to the system does not panic"));
        asked.and_then(|()| sync(file))
    }
}

/// A thread that waits for the disk.
struct Disk {
    ask: Sender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Output {
    pub fn of(file: &File) -> io::Result<Self> {
        Ok(Output { buffer: BufWriter::with_capacity(BLOCK, file.try_clone()?), waiting: 0, disk: None })
    }

    /// Hands on what is left; the disk need not have taken it.
    pub fn finish(self) -> io::Result<Pending> {
        self.buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Pending(self.disk.map(|disk| disk.thread)))
    }

    /// Asks the disk to take what waits.
    fn ask(&mut self) -> io::Result<()> {
        self.waiting = 0;
        if self.disk.is_none() {
            let file = self.buffer.get_ref().try_clone()?;
            let (ask, asked) = channel();
            // Where no thread can be had, the disk takes all in the end.
            let thread = Builder::new().spawn(move || follow(&file, &asked));
            self.disk = thread.ok().map(|thread| Disk { ask, thread });
        }
        if let Some(disk) = &self.disk {
            // A refusal of the disk comes to light in the end.
            let _ = disk.ask.send(());
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.buffer.write(bytes)?;
        self.waiting += count as u64;
        if self.waiting >= BEHIND {
            self.ask()?;
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
fn follow(file: &File, asked: &Receiver<()>) -> io::Result<()> {
    while asked.recv().is_ok() {
        // What was asked for meanwhile, the disk does at once.
        asked.try_iter().for_each(drop);
        sync_bytes(file)?;
    }
    Ok(())
}
