//! A file that is being filled, whose bytes go to the disk while more of them come.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::unfinished::sync_bytes;

/// So many bytes may wait before the disk is asked to take them: a large file is nearly synced when it is filled.
const BEHIND: u64 = 8 << 20;

/// Where the bytes of an unfinished file go.
pub struct Output {
    buffer: BufWriter<File>,
    /// Bytes since the disk was last asked.
    waiting: u64,
    disk: Option<Disk>,
}

/// A thread that waits for the disk.
struct Disk {
    ask: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Output {
    pub fn of(file: &File) -> io::Result<Self> {
        Ok(Output { buffer: BufWriter::with_capacity(1 << 18, file.try_clone()?), waiting: 0, disk: None })
    }

    /// Hands on what is left, and tells what the disk refused meanwhile.
    pub fn finish(self) -> io::Result<()> {
        self.buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
        match self.disk {
            Some(Disk { ask, thread }) => {
                drop(ask);
                thread.join().expect("a call to the system does not panic")
            }
            None => Ok(()),
        }
    }

    /// Asks the disk to take what waits; where it still does so, nothing happens.
    fn ask(&mut self) -> io::Result<()> {
        if self.disk.is_none() {
            let file = self.buffer.get_ref().try_clone()?;
            let (ask, asked) = sync_channel(1);
            let thread = std::thread::spawn(move || asked.iter().try_for_each(|()| sync_bytes(&file)));
            self.disk = Some(Disk { ask, thread });
        }
        if let Some(disk) = &self.disk {
            // A refusal of the disk comes to light in the end.
            let _ = disk.ask.try_send(());
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.buffer.write(bytes)?;
        self.waiting += count as u64;
        if self.waiting >= BEHIND {
            self.waiting = 0;
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
