//! A plain ZIP file of one folder, to be mailed: the same bytes from the same input.

use std::io::{self, Read, Seek, Write};

use anyhow::{Context, Result};
use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Writes the files, by their paths, into one folder of a ZIP file.
pub fn write<'a>(
    out: impl Write + Seek,
    top: &str,
    day: Date,
    files: impl IntoIterator<Item = Result<(String, Box<dyn Read + 'a>)>>,
) -> Result<()> {
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(super::write::time_stamp(day))
        .unix_permissions(0o644);
    for file in files {
        let (path, mut content) = file?;
        zip.start_file(format!("{top}/{path}"), options.large_file(true))?;
        io::copy(&mut content, &mut zip).with_context(|| format!("cannot pack `{path}`"))?;
    }
    zip.finish()?;
    Ok(())
}
