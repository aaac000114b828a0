//! The records of a ZIP file (PKWARE APPNOTE 6.3.10), walked over so that every byte belongs to exactly one of them.

use std::io;

use super::entry_name::collision;
use super::hand::signs;
use super::member::{Member, Shared};
use super::read::{Defect, DefectKind, NO_ARCHIVE};
use super::record::{Header, IN_64, Local, NEWEST, malformed, short, u16_at, u32_at, u64_at};

/// Entries an archive may have.
pub const MOST_ENTRIES: u64 = 100_000;

/// Bytes of the central directory: as many as that many entries take with names of 80 bytes.
pub const MOST_DIRECTORY: u64 = 12 << 20;

/// Bytes that all files together may declare.
pub const MOST_BYTES: u64 = 8 << 30;

/// From this size on, a file may not be [`MOST_RATIO`] times larger than its compressed bytes.
const BOUNDED_FROM: u64 = 32 << 20;

const MOST_RATIO: u64 = 200;

/// From this size on, all deflated files together may not be [`MOST_RATIO_OF_ALL`] times larger than the archive: so
/// reading one costs no more than its own size lets expect.
const ALL_BOUNDED_FROM: u64 = 512 << 20;

const MOST_RATIO_OF_ALL: u64 = 50;

/// Most bytes of a plain comment.
const MOST_COMMENT: usize = 1024;

/// What an archive holds, and what tells that another program than akam packed it.
pub struct Walked {
    /// In the order in which they lie; never none.
    pub members: Vec<Member>,
    /// What another program did otherwise; empty where akam wrote each byte.
    pub foreign: Vec<&'static str>,
}

/// Why the walk stopped: a defect, or the disk.
pub enum Stopped {
    Defect(Defect),
    Disk(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Stopped::Disk(error)
    }
}

impl From<Defect> for Stopped {
    fn from(defect: Defect) -> Self {
        Stopped::Defect(defect)
    }
}

/// Walks over an archive of `length` bytes.
pub fn walk(file: &Shared, length: u64) -> Result<Walked, Stopped> {
    let end = End::find(file, length)?;
    let mut headers = headers(&file.bytes_at(end.directory, end.size)?, end.count)?;
    let in_order = headers.is_sorted_by_key(|header| header.offset);
    headers.sort_by_key(|header| header.offset);
    let (mut locals, mut starts) = (Vec::with_capacity(headers.len()), Vec::with_capacity(headers.len()));
    let mut at = 0;
    for header in &headers {
        let (local, start, next) = local(file, header, at, end.directory)?;
        locals.push(local);
        starts.push(start);
        at = next;
    }
    if at != end.directory {
        return Err(malformed(None, "bytes that belong to no file lie before the directory").into());
    }
    checked(&headers, length)?;
    let foreign = signs(&headers, &locals, &end, in_order)?;
    let files = headers.into_iter().zip(starts).filter(|(header, _)| !header.is_folder());
    let members = files.map(|(header, start)| Member {
        deflated: header.method == 8,
        compressed: header.compressed,
        size: header.size,
        crc: header.crc,
        start,
        name: header.name,
    });
    Ok(Walked { members: members.collect(), foreign })
}

/// The end of central directory record, with the values of the 64-bit one where there is one (APPNOTE 4.3.14 to 4.3.16).
pub struct End {
    directory: u64,
    size: u64,
    count: u64,
    /// The version needed and the one that made the 64-bit record.
    versions: Option<(u16, u16)>,
    pub comment: bool,
    /// The short record up to the length of its comment.
    record: Vec<u8>,
}

impl End {
    fn find(file: &Shared, length: u64) -> Result<Self, Stopped> {
        if length < 22 {
            return Err(malformed(None, NO_ARCHIVE).into());
        }
        // The last end record there is, as all programs look for it: a mark with room for a whole record behind it.
        let most = length.min(22 + u64::from(u16::MAX));
        let tail = file.bytes_at(length - most, most)?;
        let mark = tail.windows(22).rposition(|window| window.starts_with(b"PK\x05\x06"));
        let Some(at) = mark else {
            return Err(malformed(None, NO_ARCHIVE).into());
        };
        let (record, comment) = tail[at..].split_at(22);
        if usize::from(u16_at(record, 20)) != comment.len() {
            return Err(malformed(None, "it is cut off, or something follows its end").into());
        }
        let is_plain =
            |text: &str| !text.chars().any(|sign| crate::source::is_hidden(sign) && !"\n\r\t".contains(sign));
        if comment.len() > MOST_COMMENT || !std::str::from_utf8(comment).is_ok_and(is_plain) {
            return Err(malformed(None, "its comment holds what is no plain text").into());
        }
        if comment.windows(2).any(|window| window == b"PK") {
            return Err(malformed(None, "its comment holds what programs may take for records").into());
        }
        if [u16_at(record, 4), u16_at(record, 6)] != [0, 0] {
            return Err(malformed(None, "it is one of several parts").into());
        }
        if u16_at(record, 8) != u16_at(record, 10) {
            return Err(malformed(None, "its end record counts its files in two ways").into());
        }
        let end = End {
            count: u16_at(record, 10).into(),
            size: u32_at(record, 12).into(),
            directory: u32_at(record, 16).into(),
            versions: None,
            comment: !comment.is_empty(),
            record: record[..20].to_vec(),
        };
        let at = length - (tail.len() - at) as u64;
        let (end, records) = end.widened(file, at)?;
        if end.count > MOST_ENTRIES || end.size > MOST_DIRECTORY {
            let message = format!("it has more entries than {MOST_ENTRIES}, or a directory as if it had");
            return Err(Defect { kind: DefectKind::Bomb, entry: None, message }.into());
        }
        if end.directory.checked_add(end.size) != Some(records) {
            return Err(malformed(None, "its directory does not end where its end record begins").into());
        }
        if end.count == 0 {
            return Err(malformed(None, "it is empty").into());
        }
        if end.count * 46 > end.size {
            return Err(malformed(None, "its directory counts more entries than it can hold").into());
        }
        Ok(end)
    }

    /// With the values of the 64-bit end record where there is one, and where the end records begin. It must lie right
    /// before its locator, be asked for, and agree with the short one at `at`.
    fn widened(self, file: &Shared, at: u64) -> Result<(Self, u64), Stopped> {
        let sentinels = self.size == IN_64 || self.directory == IN_64;
        let locator = if at >= 20 { file.bytes_at(at - 20, 20)? } else { Vec::new() };
        if !locator.starts_with(b"PK\x06\x07") {
            let wrong = "its end record asks for 64-bit values, but they are not there";
            return if sentinels { Err(malformed(None, wrong).into()) } else { Ok((self, at)) };
        }
        if !sentinels && self.count != u64::from(u16::MAX) {
            return Err(malformed(None, "it has a 64-bit end record that nothing asks for").into());
        }
        let Some(long) = at.checked_sub(20 + 56) else {
            return Err(malformed(None, "its 64-bit end record is cut off").into());
        };
        let record = file.bytes_at(long, 56)?;
        let end = End {
            count: u64_at(&record, 32),
            size: u64_at(&record, 40),
            directory: u64_at(&record, 48),
            versions: Some((u16_at(&record, 12), u16_at(&record, 14))),
            ..self
        };
        let agrees = |short: u64, sentinel: u64, long: u64| short == long || short == sentinel;
        let wrong = if !record.starts_with(b"PK\x06\x06") {
            Some("no 64-bit end record of the usual length lies right before what points to it")
        } else if u64_at(&record, 4) != 44 {
            Some("its 64-bit end record has another length than it says, or carries data of its own")
        } else if u16_at(&record, 14) > NEWEST {
            Some("its 64-bit end record asks for a newer version of the format than akam writes")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(malformed(None, wrong).into());
        }
        let right = u64_at(&locator, 8) == long
            && u32_at(&locator, 4) == 0
            && u32_at(&locator, 16) == 1
            && u64_at(&record, 16) == 0
            && u64_at(&record, 24) == end.count
            && agrees(self.count, u16::MAX.into(), end.count)
            && agrees(self.size, IN_64, end.size)
            && agrees(self.directory, IN_64, end.directory);
        if right { Ok((end, long)) } else { Err(malformed(None, "its two end records contradict each other").into()) }
    }

    /// Whether the end records are as akam writes them, their comment left aside.
    pub fn is_own(&self, newest: u16) -> bool {
        let wide = self.count > u64::from(u16::MAX) || self.size.max(self.directory) > IN_64;
        let size = if wide { IN_64 } else { self.size };
        self.record == own_end(self.count, size, self.directory) && self.versions == wide.then_some((newest, newest))
    }
}

/// The end of central directory record as akam writes it, up to the length of its comment: of so many files, with a
/// directory of this size at this place.
fn own_end(count: u64, size: u64, directory: u64) -> Vec<u8> {
    let count = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    let mut record = b"PK\x05\x06\0\0\0\0".to_vec();
    record.extend([count, count].concat());
    record.extend([size, directory].map(short).map(u32::to_le_bytes).concat());
    record
}

fn headers(directory: &[u8], count: u64) -> Result<Vec<Header>, Defect> {
    let mut headers = Vec::new();
    let mut rest = directory;
    for _ in 0..count {
        let (header, length) = Header::parse(rest)?;
        headers.push(header);
        rest = &rest[length..];
    }
    if rest.is_empty() { Ok(headers) } else { Err(malformed(None, "its directory holds more than it counts")) }
}

/// The record before the bytes, where the bytes begin, and where the next record does. The record begins at `at`.
fn local(file: &Shared, header: &Header, at: u64, limit: u64) -> Result<(Local, u64, u64), Stopped> {
    let wrong = |why: &str| Err(malformed(Some(&header.name), why).into());
    if header.offset < at {
        return wrong("it overlaps another entry");
    }
    if header.offset > at {
        return wrong("bytes that belong to no file lie before it");
    }
    let most = limit.saturating_sub(at);
    // What the record in the directory lets expect, and room for extra fields: mostly all of it in one read.
    let mut record = file.bytes_at(at, most.min(30 + header.name.len() as u64 + 96))?;
    if record.len() < 30 {
        return wrong("its record is cut off");
    }
    let length = 30 + u64::from(u16_at(&record, 26)) + u64::from(u16_at(&record, 28));
    if length > most {
        return wrong("its record is cut off");
    }
    if length > record.len() as u64 {
        record = file.bytes_at(at, length)?;
    }
    let (fixed, variable) = record[..usize::try_from(length).map_err(io::Error::other)?].split_at(30);
    let local = header.compare(fixed, variable)?;
    let start = at + length;
    let Some(end) = start.checked_add(header.compressed).filter(|end| *end <= limit) else {
        return wrong("its bytes reach beyond the directory");
    };
    if !header.has_descriptor() {
        return Ok((local, start, end));
    }
    let mut expected = b"PK\x07\x08".to_vec();
    expected.extend(header.crc.to_le_bytes());
    if local.wide {
        expected.extend([header.compressed, header.size].map(u64::to_le_bytes).concat());
    } else {
        expected.extend([header.compressed, header.size].map(short).map(u32::to_le_bytes).concat());
    }
    let next = end + expected.len() as u64;
    if next > limit || file.bytes_at(end, expected.len() as u64)? != expected {
        return wrong("what follows its bytes contradicts its record");
    }
    Ok((local, start, next))
}

/// Whether a file would grow out of all proportion.
pub fn grows(size: u64, compressed: u64) -> bool {
    size > BOUNDED_FROM && size / MOST_RATIO > compressed
}

/// Whether the deflated files of an archive, of so many bytes in all, would.
pub fn all_grow(inflated: u64, length: u64) -> bool {
    inflated > ALL_BOUNDED_FROM && inflated / MOST_RATIO_OF_ALL > length
}

/// Whether no two files are one on some system, folders hold files, and nothing grows out of proportion.
fn checked(headers: &[Header], length: u64) -> Result<(), Defect> {
    let files = || headers.iter().filter(|header| !header.is_folder());
    if files().next().is_none() {
        return Err(malformed(None, "it is empty"));
    }
    let refused = |kind, name: &str, message: String| Err(Defect { kind, entry: Some(name.to_owned()), message });
    let names: Vec<&str> = files().map(|header| header.name.as_str()).collect();
    if let Some((one, other, how)) = collision(&names) {
        return refused(DefectKind::Ambiguous, names[other], format!("{how}: `{}`", names[one]));
    }
    let mut sorted = names;
    sorted.sort_unstable();
    let mut folders: Vec<&str> =
        headers.iter().map(|header| header.name.as_str()).filter(|it| it.ends_with('/')).collect();
    folders.sort_unstable();
    if let Some(pair) = folders.windows(2).find(|pair| pair[0] == pair[1]) {
        return refused(DefectKind::Ambiguous, pair[1], "two entries have this name".to_owned());
    }
    let is_empty = |folder: &&&str| {
        let at = sorted.partition_point(|name| name < *folder);
        !sorted.get(at).is_some_and(|name| name.starts_with(**folder))
    };
    if let Some(folder) = folders.iter().find(is_empty) {
        return refused(DefectKind::Malformed, folder, "this folder holds no file of the archive".to_owned());
    }
    let (mut total, mut inflated) = (0_u64, 0_u64);
    for member in files() {
        total = total.saturating_add(member.size);
        inflated = inflated.saturating_add(if member.method == 8 { member.size } else { 0 });
        if grows(member.size, member.compressed) || all_grow(inflated, length) || total > MOST_BYTES {
            let what = "it, or all up to it, would grow out of all proportion when unpacked";
            return refused(DefectKind::Bomb, &member.name, what.to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use super::*;

    #[test]
    fn an_end_record_is_found_although_its_own_fields_spell_its_mark() -> io::Result<()> {
        let (directory, size) = (0x0605_4b50, 46);
        let mut file = tempfile::tempfile()?;
        file.seek(SeekFrom::Start(directory + size))?;
        file.write_all(&[own_end(1, size, directory), vec![0, 0]].concat())?;
        let found = End::find(&Shared::new(file), directory + size + 22);
        assert!(found.is_ok_and(|end| (end.directory, end.size, end.count) == (directory, size, 1)));
        Ok(())
    }
}
