//! The end of central directory record (APPNOTE 4.3.14 to 4.3.16).

use super::entry::ZipFile;
use super::headers::{MAX_VERSION, ZIP64_SENTINEL, saturating_u32, u16_at, u32_at, u64_at};
use super::{Defect, WalkError};
use crate::source::is_hidden;

/// What is said of a file that does not end as a ZIP file does.
pub const NOT_AN_ARCHIVE: &str = "this is not a ZIP archive, or part of it is missing";

/// Bytes of a comment, which must be plain text.
const MAX_COMMENT_BYTES: usize = 1024;

/// The end of central directory record, with the values of the 64-bit one where there is one (APPNOTE 4.3.14 to 4.3.16).
pub struct EndOfCentralDirectory {
    /// Where the central directory begins.
    pub directory: u64,
    /// Bytes of the central directory.
    pub size: u64,
    /// Entries.
    pub count: u64,
    /// The version needed and the one that made the 64-bit record.
    versions: Option<(u16, u16)>,
    pub has_comment: bool,
    /// Where the first of the end records begins.
    pub start: u64,
    /// The short record up to the length of its comment.
    record: Vec<u8>,
}

impl EndOfCentralDirectory {
    pub fn find(file: &ZipFile, length: u64) -> Result<Self, WalkError> {
        if length < 22 {
            return wrong(NOT_AN_ARCHIVE);
        }
        // The last end record, as all programs look for it: a signature followed by enough bytes for a whole record.
        let most = length.min(22 + u64::from(u16::MAX));
        let tail = file.bytes_at(length - most, most)?;
        let mark = tail.windows(22).rposition(|window| window.starts_with(b"PK\x05\x06"));
        let Some(at) = mark else {
            return wrong(NOT_AN_ARCHIVE);
        };
        let (record, comment) = tail[at..].split_at(22);
        if usize::from(u16_at(record, 20)) != comment.len() {
            return wrong("it is cut off, or something follows its end");
        }
        let is_plain = |text: &str| !text.chars().any(|ch| is_hidden(ch) && !"\n\r\t".contains(ch));
        if comment.len() > MAX_COMMENT_BYTES || !std::str::from_utf8(comment).is_ok_and(is_plain) {
            return wrong("its comment is not plain text");
        }
        if comment.windows(2).any(|window| window == b"PK") {
            return wrong("its comment holds what programs may take for records");
        }
        if [u16_at(record, 4), u16_at(record, 6)] != [0, 0] {
            return wrong("it is one of several parts");
        }
        if u16_at(record, 8) != u16_at(record, 10) {
            return wrong("its end record counts its files in two ways");
        }
        let end = EndOfCentralDirectory {
            count: u16_at(record, 10).into(),
            size: u32_at(record, 12).into(),
            directory: u32_at(record, 16).into(),
            versions: None,
            has_comment: !comment.is_empty(),
            start: length - (tail.len() - at) as u64,
            record: record[..20].to_vec(),
        };
        end.with_zip64(file)
    }

    /// With the values of the 64-bit end record where there is one. It must be right before its locator, be asked for, and
    /// agree with the short one.
    fn with_zip64(self, file: &ZipFile) -> Result<Self, WalkError> {
        let at = self.start;
        let sentinels = self.size == ZIP64_SENTINEL || self.directory == ZIP64_SENTINEL;
        let locator = if at >= 20 { file.bytes_at(at - 20, 20)? } else { Vec::new() };
        if !locator.starts_with(b"PK\x06\x07") {
            let missing = "its end record asks for 64-bit values, but they are not there";
            return if sentinels { wrong(missing) } else { Ok(self) };
        }
        if !sentinels && self.count != u64::from(u16::MAX) {
            return wrong("it has a 64-bit end record that nothing asks for");
        }
        let Some(long) = at.checked_sub(20 + 56) else {
            return wrong("its 64-bit end record is cut off");
        };
        let record = file.bytes_at(long, 56)?;
        let end = EndOfCentralDirectory {
            count: u64_at(&record, 32),
            size: u64_at(&record, 40),
            directory: u64_at(&record, 48),
            versions: Some((u16_at(&record, 12), u16_at(&record, 14))),
            start: long,
            ..self
        };
        let agrees = |short: u64, sentinel: u64, long: u64| short == long || short == sentinel;
        if !record.starts_with(b"PK\x06\x06") {
            return wrong("no 64-bit end record of the usual length is right before its locator");
        }
        if u64_at(&record, 4) != 44 {
            return wrong("its 64-bit end record has another length than it says, or carries data of its own");
        }
        if u16_at(&record, 14) > MAX_VERSION {
            return wrong("its 64-bit end record asks for a newer version of the format than akam writes");
        }
        let right = u64_at(&locator, 8) == long
            && u32_at(&locator, 4) == 0
            && u32_at(&locator, 16) == 1
            && u64_at(&record, 16) == 0
            && u64_at(&record, 24) == end.count
            && agrees(self.count, u16::MAX.into(), end.count)
            && agrees(self.size, ZIP64_SENTINEL, end.size)
            && agrees(self.directory, ZIP64_SENTINEL, end.directory);
        if right { Ok(end) } else { wrong("its two end records contradict each other") }
    }

    /// Whether the end records are as akam writes them, their comment left aside.
    pub fn is_canonical(&self, newest: u16) -> bool {
        let wide = self.count > u64::from(u16::MAX) || self.size.max(self.directory) > ZIP64_SENTINEL;
        let size = if wide { ZIP64_SENTINEL } else { self.size };
        self.record == canonical(self.count, size, self.directory) && self.versions == wide.then_some((newest, newest))
    }
}

fn wrong<T>(why: &str) -> Result<T, WalkError> {
    Err(Defect::malformed(None, why).into())
}

/// The end of central directory record as akam writes it, up to the length of its comment: of so many files, with a
/// directory of this size at this place.
fn canonical(count: u64, size: u64, directory: u64) -> Vec<u8> {
    let count = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    let mut record = b"PK\x05\x06\0\0\0\0".to_vec();
    record.extend([count, count].concat());
    record.extend([size, directory].map(saturating_u32).map(u32::to_le_bytes).concat());
    record
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use super::*;

    #[test]
    fn an_end_record_is_found_although_its_own_fields_spell_its_mark() -> std::io::Result<()> {
        let (directory, size) = (0x0605_4b50, 46);
        let mut file = tempfile::tempfile()?;
        file.seek(SeekFrom::Start(directory + size))?;
        file.write_all(&[canonical(1, size, directory), vec![0, 0]].concat())?;
        let found = EndOfCentralDirectory::find(&ZipFile::new(file), directory + size + 22);
        assert!(found.is_ok_and(|end| (end.directory, end.size, end.count) == (directory, size, 1)));
        Ok(())
    }
}
