//! A plain ZIP file of one folder, to be mailed: the same bytes from the same input.

use std::io::{self, Read, Seek, Write};

use anyhow::{Context, Result};
use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::sink::Sink;

/// Bytes after which it is seen whether the output still takes them.
const BLOCK: u64 = 1 << 20;

/// Writes the files, by their paths, into one folder of a ZIP file. An error of reading names the file; one of writing
/// stands alone.
pub fn write<'a>(
    out: impl Write + Seek,
    top: &str,
    day: Date,
    files: impl IntoIterator<Item = Result<(String, Box<dyn Read + 'a>)>>,
) -> Result<()> {
    let (sink, fate) = Sink::of(out);
    let mut zip = ZipWriter::new(sink);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(super::write::time_stamp(day))
        .unix_permissions(0o644);
    for file in files {
        let (path, mut content) = file?;
        zip.start_file(format!("{top}/{path}"), options.large_file(true))?;
        let mut block = || io::copy(&mut content.by_ref().take(BLOCK), &mut zip);
        while block().with_context(|| format!("cannot pack `{path}`"))? > 0 {
            fate.error()?;
        }
    }
    zip.finish()?;
    Ok(fate.error()?)
}
