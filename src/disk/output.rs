//! A file that is being filled, whose bytes go to the disk while more of them come.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use crc32fast::Hasher as Crc;

use super::unfinished::sync_bytes;
use crate::archive::write::{Reread, Target};

/// So many bytes may wait before the disk is asked to take them: a large file is nearly synced when it is filled.
const BEHIND: u64 = 8 << 20;

/// Bytes that are read again at a time.
const BLOCK: usize = 1 << 18;

/// Where the bytes of an unfinished file go.
pub struct Output {
    buffer: BufWriter<File>,
    /// Where the next byte goes.
    at: u64,
    /// Bytes since the disk was last asked.
    waiting: u64,
    /// What was last written for good, and nobody was told of yet.
    settled: Range<u64>,
    disk: Option<Disk>,
}

/// A thread that waits for the disk, and reads again what was written for good.
struct Disk {
    ask: Sender<Option<Range<u64>>>,
    thread: JoinHandle<io::Result<Vec<Reread>>>,
}

impl Output {
    pub fn of(file: &File) -> io::Result<Self> {
        let buffer = BufWriter::with_capacity(BLOCK, file.try_clone()?);
        Ok(Output { buffer, at: 0, waiting: 0, settled: 0..0, disk: None })
    }

    /// Hands on what is left, and tells what the disk refused meanwhile.
    pub fn finish(mut self) -> io::Result<()> {
        self.reread()?;
        self.buffer.into_inner().map(drop).map_err(io::IntoInnerError::into_error)
    }

    /// What was written for good, as the system gave it back when the disk had it: from memory, as it gives back all that was
    /// just written. Where that could not be done, it is none.
    pub fn reread(&mut self) -> io::Result<Vec<Reread>> {
        self.settle()?;
        match self.disk.take() {
            Some(Disk { ask, thread }) => {
                drop(ask);
                thread.join().expect("reading and summing up do not panic")
            }
            None => Ok(Vec::new()),
        }
    }

    /// Asks the disk to take what waits; what was written for good is read again then.
    fn ask(&mut self, settled: Option<Range<u64>>) -> io::Result<()> {
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
            let _ = disk.ask.send(settled);
        }
        Ok(())
    }

    /// Has what was written for good read again.
    fn settle(&mut self) -> io::Result<()> {
        if self.settled.is_empty() {
            return Ok(());
        }
        self.buffer.flush()?;
        let settled = std::mem::take(&mut self.settled);
        self.ask(Some(settled))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.settle()?;
        let count = self.buffer.write(bytes)?;
        self.at += count as u64;
        self.waiting += count as u64;
        if self.waiting >= BEHIND {
            self.ask(None)?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.buffer.flush()
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.settle()?;
        self.at = self.buffer.seek(to)?;
        Ok(self.at)
    }
}

impl Target for Output {
    #[cfg(unix)]
    fn write_for_good(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.buffer.write(bytes)?;
        if self.settled.is_empty() {
            self.settled = self.at..self.at;
        }
        self.at += count as u64;
        self.settled.end = self.at;
        if self.settled.end - self.settled.start >= BEHIND {
            self.settle()?;
        }
        Ok(count)
    }
}

/// Brings to the disk what was written, each time that is asked for, and reads again what is told to be there for good.
fn follow(file: &File, asked: &Receiver<Option<Range<u64>>>) -> io::Result<Vec<Reread>> {
    let mut reread: Vec<(Range<u64>, Crc)> = Vec::new();
    let mut block = Vec::new();
    while let Ok(first) = asked.recv() {
        // What was asked for meanwhile, the disk does at once.
        let settled: Vec<_> = std::iter::once(first).chain(asked.try_iter()).flatten().collect();
        sync_bytes(file)?;
        for piece in settled {
            block.resize(BLOCK, 0);
            let sum = match reread.last_mut() {
                Some((last, sum)) if last.end == piece.start => {
                    last.end = piece.end;
                    sum
                }
                _ => &mut reread.push_mut((piece.clone(), Crc::new())).1,
            };
            let read = read_again(file, piece, &mut block, sum);
            read.map_err(|error| io::Error::new(error.kind(), format!("it cannot be read back: {error}")))?;
        }
    }
    let told = |(range, sum): (Range<u64>, Crc)| Reread { range, crc: sum.finalize() };
    Ok(reread.into_iter().map(told).collect())
}

#[cfg(unix)]
fn read_again(file: &File, piece: Range<u64>, block: &mut [u8], sum: &mut Crc) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let mut at = piece.start;
    while at < piece.end {
        let left = usize::try_from(piece.end - at).unwrap_or(usize::MAX).min(block.len());
        file.read_exact_at(&mut block[..left], at)?;
        sum.update(&block[..left]);
        at += left as u64;
    }
    forget(file, &piece);
    Ok(())
}

/// Nothing is written for good where a place could not be read without moving the writer's own.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn read_again(_: &File, _: Range<u64>, _: &mut [u8], _: &mut Crc) -> io::Result<()> {
    Ok(())
}

/// Lets the system's memory have other things than what is on the disk, so that a recording of gigabytes drives nothing out
/// of it. Memory that is new to the system costs more time than the disk.
#[cfg(target_os = "linux")]
fn forget(file: &File, piece: &Range<u64>) {
    let length = std::num::NonZeroU64::new(piece.end - piece.start);
    // It is advice.
    let _ = rustix::fs::fadvise(file, piece.start, length, rustix::fs::Advice::DontNeed);
}

#[cfg(all(unix, not(target_os = "linux")))]
fn forget(_: &File, _: &Range<u64>) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_for_good_is_read_again_piece_by_piece() {
        let file = tempfile::tempfile().expect("the temporary folder can be written to");
        let mut output = Output::of(&file).expect("the file is open");
        let block: Vec<u8> = (0..251).cycle().take(BLOCK - 7).collect();
        let (size, crc) = (block.len() as u64, |times: usize| crc32fast::hash(&block.repeat(times)));
        let mut written = || -> io::Result<Vec<Reread>> {
            output.write_all(b"header")?;
            (0..40).try_for_each(|_| output.write_for_good(&block).map(drop))?;
            output.seek(SeekFrom::Start(0))?;
            output.write_all(b"HEADER")?;
            output.seek(SeekFrom::End(0))?;
            output.write_all(b"next")?;
            output.write_for_good(&block)?;
            output.write_all(b"last")?;
            output.write_for_good(&block)?;
            // Somewhere else right after it.
            output.seek(SeekFrom::Current(3))?;
            output.write_for_good(&block)?;
            output.reread()
        };
        let piece = |start: u64, times: usize| Reread { range: start..start + times as u64 * size, crc: crc(times) };
        let next = 6 + 40 * size + 4;
        let last = next + size + 4;
        let known = [piece(6, 40), piece(next, 1), piece(last, 1), piece(last + size + 3, 1)];
        assert_eq!(written().expect("the disk takes it"), known);
        output.finish().expect("the disk takes it");
    }
}
