//! The records of a ZIP file (PKWARE APPNOTE 6.3.10), walked over so that every byte belongs to exactly one of them.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use super::read::{Defect, DefectKind, Member};
use crate::tree::folded;

/// Entries an archive may have.
pub const MOST_ENTRIES: u64 = 100_000;

/// Bytes of the central directory.
pub const MOST_DIRECTORY: u64 = 64 << 20;

/// Bytes that all files together may declare.
pub const MOST_BYTES: u64 = 8 << 30;

/// From this size on, a file may not be [`MOST_RATIO`] times larger than its compressed bytes.
pub const BOUNDED_FROM: u64 = 32 << 20;

pub const MOST_RATIO: u64 = 200;

/// A sentinel: the value stands in the 64-bit record.
const IN_64: u64 = u32::MAX as u64;

type Outcome<T> = Result<T, Defect>;

/// The members of an archive of `length` bytes, in the order in which they lie; never none. The outer error is one of
/// the disk.
pub fn members(file: &mut (impl Read + Seek), length: u64) -> io::Result<Outcome<Vec<Member>>> {
    let end = match end(file, length)? {
        Ok(end) => end,
        Err(defect) => return Ok(Err(defect)),
    };
    let directory = read_at(file, end.directory, end.directory_size)?;
    let mut headers = match headers(&directory, end.count) {
        Ok(headers) => headers,
        Err(defect) => return Ok(Err(defect)),
    };
    headers.sort_by_key(|header| header.offset);
    let mut members = Vec::new();
    let mut at = 0;
    for header in headers {
        match member(file, header, at, end.directory)? {
            Ok((member, next)) => {
                at = next;
                if !member.name.ends_with('/') {
                    members.push(member);
                }
            }
            Err(defect) => return Ok(Err(defect)),
        }
    }
    if at != end.directory {
        return Ok(malformed("bytes that belong to no file lie before the directory"));
    }
    Ok(checked(members))
}

/// The end of central directory record, with the values of the 64-bit one where there is one (APPNOTE 4.3.14 to 4.3.16).
struct End {
    directory: u64,
    directory_size: u64,
    count: u64,
}

/// An entry of the central directory (APPNOTE 4.3.12).
struct Header {
    name: String,
    /// Version needed, flags, method, time, date and CRC: the same bytes in the local header.
    shared: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    compressed: u64,
    size: u64,
    offset: u64,
}

fn end(file: &mut (impl Read + Seek), length: u64) -> io::Result<Outcome<End>> {
    if length < 22 {
        return Ok(malformed("this is no ZIP archive, or a cut-off one"));
    }
    let record = read_at(file, length - 22, 22)?;
    if !record.starts_with(b"PK\x05\x06") || u16_at(&record, 20) != 0 {
        return Ok(malformed("this is no ZIP archive, it is cut off, or something follows its end"));
    }
    let whole = End {
        count: u16_at(&record, 10).into(),
        directory_size: u32_at(&record, 12).into(),
        directory: u32_at(&record, 16).into(),
    };
    if u16_at(&record, 4) != 0 || u16_at(&record, 6) != 0 || u16_at(&record, 8) != u16_at(&record, 10) {
        return Ok(malformed("it is one of several parts"));
    }
    let locator = if length >= 42 { read_at(file, length - 42, 20)? } else { Vec::new() };
    let (end, records) = if locator.starts_with(b"PK\x06\x07") {
        match end_64(file, length, &locator, &whole)? {
            Ok(end) => (end, length - 22 - 20 - 56),
            Err(defect) => return Ok(Err(defect)),
        }
    } else {
        (whole, length - 22)
    };
    if end.directory.checked_add(end.directory_size) != Some(records) {
        return Ok(malformed("its directory does not end where its end record begins"));
    }
    if end.count > MOST_ENTRIES || end.directory_size > MOST_DIRECTORY {
        return Ok(Err(defect(DefectKind::Bomb, None, format!("it has more than {MOST_ENTRIES} entries"))));
    }
    if end.count == 0 {
        return Ok(malformed("it is empty"));
    }
    Ok(Ok(end))
}

/// The 64-bit end record, which must lie right before its locator and agree with the short one.
fn end_64(file: &mut (impl Read + Seek), length: u64, locator: &[u8], short: &End) -> io::Result<Outcome<End>> {
    let Some(at) = length.checked_sub(22 + 20 + 56) else { return Ok(malformed("its 64-bit end record is cut off")) };
    let record = read_at(file, at, 56)?;
    let end = End { count: u64_at(&record, 32), directory_size: u64_at(&record, 40), directory: u64_at(&record, 48) };
    let agrees = |short: u64, sentinel: u64, long: u64| short == long || short == sentinel;
    let right = record.starts_with(b"PK\x06\x06")
        && u64_at(&record, 4) == 44
        && u64_at(locator, 8) == at
        && u32_at(locator, 4) == 0
        && u32_at(locator, 16) == 1
        && u32_at(&record, 16) == 0
        && u32_at(&record, 20) == 0
        && u64_at(&record, 24) == end.count
        && agrees(short.count, u16::MAX.into(), end.count)
        && agrees(short.directory_size, IN_64, end.directory_size)
        && agrees(short.directory, IN_64, end.directory);
    Ok(if right { Ok(end) } else { malformed("its two end records contradict each other") })
}

fn headers(directory: &[u8], count: u64) -> Outcome<Vec<Header>> {
    let mut headers = Vec::new();
    let mut rest = directory;
    for _ in 0..count {
        let (header, left) = header(rest)?;
        headers.push(header);
        rest = left;
    }
    if rest.is_empty() { Ok(headers) } else { malformed("its directory holds more than it counts") }
}

fn header(bytes: &[u8]) -> Outcome<(Header, &[u8])> {
    if bytes.len() < 46 || !bytes.starts_with(b"PK\x01\x02") {
        return malformed("its directory is damaged");
    }
    let (name_length, extra_length) = (usize::from(u16_at(bytes, 28)), usize::from(u16_at(bytes, 30)));
    let length = 46 + name_length + extra_length;
    if bytes.len() < length {
        return malformed("its directory is damaged");
    }
    let name = name(&bytes[46..46 + name_length], u16_at(bytes, 8))?;
    let wrong = |what: &str| Err(defect(DefectKind::Malformed, Some(&name), what.to_owned()));
    if u16_at(bytes, 32) != 0 || u16_at(bytes, 34) != 0 {
        return wrong("its record carries a comment or belongs to another part");
    }
    let kind = u32_at(bytes, 38) >> 28;
    let is_folder = name.ends_with('/');
    if !(kind == 0 || kind == 8 && !is_folder || kind == 4 && is_folder) {
        return wrong("it is neither a file nor a folder but a link or device");
    }
    let mut sizes = [u32_at(bytes, 24), u32_at(bytes, 20), u32_at(bytes, 42)].map(u64::from);
    wide(&bytes[46 + name_length..length], &mut sizes)
        .map_err(|what| defect(DefectKind::Malformed, Some(&name), what))?;
    let header = Header {
        shared: bytes[6..20].to_vec(),
        flags: u16_at(bytes, 8),
        method: u16_at(bytes, 10),
        crc: u32_at(bytes, 16),
        size: sizes[0],
        compressed: sizes[1],
        offset: sizes[2],
        name,
    };
    if header.flags & !0b1000_0000_0110 != 0 || !matches!(header.method, 0 | 8) {
        return Err(defect(
            DefectKind::Malformed,
            Some(&header.name),
            "it is encrypted, or packed in a way that akam does not write".to_owned(),
        ));
    }
    if header.name.ends_with('/') && header.size + header.compressed > 0 {
        return Err(defect(DefectKind::Malformed, Some(&header.name), "a folder holds bytes of its own".to_owned()));
    }
    Ok((header, &bytes[length..]))
}

/// The member of a header whose local header begins at `at`, and where the next one begins.
fn member(file: &mut (impl Read + Seek), header: Header, at: u64, limit: u64) -> io::Result<Outcome<(Member, u64)>> {
    let wrong = |what: &str| Ok(Err(defect(DefectKind::Malformed, Some(&header.name), what.to_owned())));
    if header.offset != at || at + 30 > limit {
        return wrong("bytes that belong to no file lie before it, or it overlaps another");
    }
    let fixed = read_at(file, at, 30)?;
    let (name_length, extra_length) = (u64::from(u16_at(&fixed, 26)), u64::from(u16_at(&fixed, 28)));
    let start = at + 30 + name_length + extra_length;
    if start > limit {
        return wrong("its record is cut off");
    }
    let variable = read_at(file, at + 30, name_length + extra_length)?;
    let (name, extra) = variable.split_at(usize::from(u16_at(&fixed, 26)));
    let mut sizes = [u32_at(&fixed, 22), u32_at(&fixed, 18), 0].map(u64::from);
    if let Err(what) = wide(extra, &mut sizes) {
        return wrong(&what);
    }
    let same = fixed.starts_with(b"PK\x03\x04")
        && fixed[4..18] == header.shared
        && name == header.name.as_bytes()
        && sizes[..2] == [header.size, header.compressed];
    if !same {
        return wrong("its two records contradict each other");
    }
    let Some(next) = start.checked_add(header.compressed).filter(|next| *next <= limit) else {
        return wrong("its bytes reach beyond the archive");
    };
    if header.method == 0 && header.size != header.compressed {
        return wrong("its two sizes contradict each other");
    }
    let member = Member {
        deflated: header.method == 8,
        compressed: header.compressed,
        size: header.size,
        crc: header.crc,
        start,
        name: header.name,
    };
    Ok(Ok((member, next)))
}

/// Puts the values of the 64-bit extra field (APPNOTE 4.5.3) in the place of the sentinels. Extra fields that give an
/// entry another name or a link's target are refused.
fn wide(mut extra: &[u8], sizes: &mut [u64; 3]) -> Result<(), String> {
    let mut seen = Vec::new();
    while !extra.is_empty() {
        if extra.len() < 4 || extra.len() < 4 + usize::from(u16_at(extra, 2)) {
            return Err("its extra fields are damaged".to_owned());
        }
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let mut value = &extra[4..4 + length];
        extra = &extra[4 + length..];
        if seen.contains(&id) || [0x7075, 0x6375, 0x756e, 0x000d, 0x9901].contains(&id) || length > 1024 {
            return Err("its extra fields give it a second name or content".to_owned());
        }
        seen.push(id);
        if id == 1 {
            for size in sizes.iter_mut().filter(|size| **size == IN_64) {
                if value.len() < 8 {
                    return Err("its 64-bit sizes are damaged".to_owned());
                }
                *size = u64_at(value, 0);
                value = &value[8..];
            }
            if !value.is_empty() {
                return Err("its 64-bit sizes are damaged".to_owned());
            }
        }
    }
    Ok(())
}

fn name(bytes: &[u8], flags: u16) -> Outcome<String> {
    let lossy = String::from_utf8_lossy(bytes).into_owned();
    if std::str::from_utf8(bytes).is_err() || !bytes.is_ascii() && flags & 1 << 11 == 0 {
        return Err(defect(
            DefectKind::UnsafeName,
            Some(&lossy),
            "its name is not marked and written as UTF-8".to_owned(),
        ));
    }
    let path = lossy.strip_suffix('/').unwrap_or(&lossy);
    let unsafe_part = |part: &str| part.is_empty() || part == "." || part == ".." || part.len() > 255;
    if path.split('/').any(unsafe_part) || path.len() > 1024 || path.split('/').count() > 32 {
        let message = "its name leads elsewhere, has empty parts or is too long".to_owned();
        return Err(defect(DefectKind::UnsafeName, Some(&lossy), message));
    }
    if path.contains(['\\', ':', '<', '>', '"', '|', '?', '*']) || path.chars().any(char::is_control) {
        let message = "its name holds characters that systems take for something else".to_owned();
        return Err(defect(DefectKind::UnsafeName, Some(&lossy), message));
    }
    Ok(lossy)
}

/// The members if no two are one file on some system, and none grows out of proportion.
fn checked(members: Vec<Member>) -> Outcome<Vec<Member>> {
    if members.is_empty() {
        return malformed("it is empty");
    }
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    let mut total: u64 = 0;
    for member in &members {
        let folded = folded(&member.name);
        let folders: Vec<String> = folded.match_indices('/').map(|(at, _)| folded[..at].to_owned()).collect();
        let twice = seen.insert(folded, true).is_some();
        let is_folder_too = folders.into_iter().any(|folder| seen.insert(folder, false) == Some(true));
        if twice || is_folder_too {
            let message = "two entries have names that are one and the same on some system".to_owned();
            return Err(defect(DefectKind::Ambiguous, Some(&member.name), message));
        }
        total = total.saturating_add(member.size);
        let grows = member.size > BOUNDED_FROM && member.size / MOST_RATIO > member.compressed;
        if grows || total > MOST_BYTES {
            let message = "it grows out of all proportion when it is unpacked".to_owned();
            return Err(defect(DefectKind::Bomb, Some(&member.name), message));
        }
    }
    Ok(members)
}

fn read_at(file: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn defect(kind: DefectKind, entry: Option<&str>, message: String) -> Defect {
    Defect { kind, entry: entry.map(str::to_owned), message }
}

fn malformed<T>(what: &str) -> Outcome<T> {
    Err(defect(DefectKind::Malformed, None, what.to_owned()))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
