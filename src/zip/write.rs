//! What ZIP files are written with: the output, the time stamp, a plain ZIP file of one folder, and an office document.

use std::cell::{Cell, RefCell};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use anyhow::{Context, Result};
use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes after which it is seen whether the output still takes them.
const BLOCK_BYTES: u64 = 1 << 20;

/// How far an output is, for whoever gave it away.
#[derive(Default)]
pub struct WriteState {
    failed: RefCell<Option<io::Error>>,
    at: Cell<u64>,
}

impl WriteState {
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

/// Takes bytes and keeps the first error to itself, going on as if nothing were wrong: `ZipWriter` finishes a broken
/// archive when it is dropped, and complains on the error stream if it cannot.
pub struct ErrorLatch<W> {
    inner: W,
    state: Rc<WriteState>,
    end: u64,
}

impl<W: Write + Seek> ErrorLatch<W> {
    pub fn of(inner: W) -> (Self, Rc<WriteState>) {
        let state = Rc::new(WriteState::default());
        (ErrorLatch { inner, state: Rc::clone(&state), end: 0 }, state)
    }
}

impl<W: Write + Seek> Write for ErrorLatch<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut failed = self.state.failed.borrow_mut();
        let count = if failed.is_some() {
            bytes.len()
        } else {
            self.inner.write(bytes).unwrap_or_else(|error| {
                *failed = Some(error);
                bytes.len()
            })
        };
        self.state.at.update(|at| at + count as u64);
        self.end = self.end.max(self.state.at());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Seek> Seek for ErrorLatch<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.state.at().saturating_add_signed(by),
            SeekFrom::End(by) => self.end.saturating_add_signed(by),
        };
        let mut failed = self.state.failed.borrow_mut();
        // Each real seek would empty the buffers below.
        if failed.is_none() && at != self.state.at() {
            *failed = self.inner.seek(SeekFrom::Start(at)).err();
        }
        self.state.at.set(at);
        Ok(at)
    }
}

/// Noon of the day; ZIP knows the years 1980 to 2107.
pub fn time_stamp(day: Date) -> zip::DateTime {
    let year = u16::try_from(day.year()).unwrap_or(1980).clamp(1980, 2107);
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    zip::DateTime::from_date_and_time(year, month, day, 12, 0, 0).unwrap_or_default()
}

/// Writes files, by their paths, into one folder of a plain ZIP file, to be mailed: the same bytes from the same input. An
/// error of reading names the file; one of writing has no context.
pub fn write_folder<'a>(
    out: impl Write + Seek,
    top: &str,
    day: Date,
    files: impl IntoIterator<Item = Result<(String, Box<dyn Read + 'a>)>>,
) -> Result<()> {
    let (latch, state) = ErrorLatch::of(out);
    let mut zip = ZipWriter::new(latch);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time_stamp(day))
        .unix_permissions(0o644);
    for file in files {
        let (path, mut content) = file?;
        zip.start_file(format!("{top}/{path}"), options.large_file(true))?;
        let mut block = || io::copy(&mut content.by_ref().take(BLOCK_BYTES), &mut zip);
        while block().with_context(|| format!("cannot pack `{path}`"))? > 0 {
            state.error()?;
        }
    }
    zip.finish()?;
    Ok(state.error()?)
}

/// A document of an office program, by the names and texts of its parts: the same bytes from the same input.
pub fn package(parts: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        // OpenDocument 1.3, part 2, 3.3: programs know the document by these bytes.
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(zip::DateTime::default());
        zip.start_file(*name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
