//! Where the bytes of an archive go, keeping the first error to itself.

use std::cell::{Cell, RefCell};
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;

/// What became of an output, told to whoever gave it away.
#[derive(Default)]
pub struct Fate {
    failed: RefCell<Option<io::Error>>,
    at: Cell<u64>,
}

impl Fate {
    /// The first error.
    pub fn error(&self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    pub fn has_failed(&self) -> bool {
        self.failed.borrow().is_some()
    }

    /// Where the next byte goes.
    pub fn at(&self) -> u64 {
        self.at.get()
    }
}

/// Takes bytes and keeps the first error to itself, going on as if nothing were: `ZipWriter` finishes a broken archive
/// when it is dropped, and complains on the error stream if it cannot.
pub struct Sink<W> {
    inner: W,
    fate: Rc<Fate>,
    end: u64,
}

impl<W: Write + Seek> Sink<W> {
    pub fn of(inner: W) -> (Self, Rc<Fate>) {
        let fate = Rc::new(Fate::default());
        (Sink { inner, fate: Rc::clone(&fate), end: 0 }, fate)
    }
}

impl<W: Write + Seek> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut failed = self.fate.failed.borrow_mut();
        let count = if failed.is_some() {
            bytes.len()
        } else {
            self.inner.write(bytes).unwrap_or_else(|error| {
                *failed = Some(error);
                bytes.len()
            })
        };
        self.fate.at.update(|at| at + count as u64);
        self.end = self.end.max(self.fate.at());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Seek> Seek for Sink<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.fate.at().saturating_add_signed(by),
            SeekFrom::End(by) => self.end.saturating_add_signed(by),
        };
        let mut failed = self.fate.failed.borrow_mut();
        // Each real seek would empty the buffers below.
        if failed.is_none() && at != self.fate.at() {
            *failed = self.inner.seek(SeekFrom::Start(at)).err();
        }
        self.fate.at.set(at);
        Ok(at)
    }
}
