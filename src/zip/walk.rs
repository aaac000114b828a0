//! The strict walk over a ZIP file: every byte of it belongs to exactly one record.

use std::io;
use std::ops::Range;

use super::end::EndOfCentralDirectory;
use super::entry::ZipFile;
use super::headers::{CentralHeader, LocalHeader, saturating_u32, u16_at};
use super::names::collision;
use super::{Defect, DefectKind, Limits, Policy, WalkError, ZipEntry};

/// The records of a ZIP file, which agree with each other.
pub struct Walked {
    /// In the order of their bytes; with at least one file among them.
    pub entries: Vec<WalkedEntry>,
    pub end: EndOfCentralDirectory,
    /// Whether the central directory has the entries in the order of their bytes.
    pub in_order: bool,
}

/// The records of a file or folder, and where its bytes begin.
pub struct WalkedEntry {
    pub central: CentralHeader,
    pub local: LocalHeader,
    start: u64,
}

impl Walked {
    /// Where the bytes of all files are.
    pub fn files(self) -> Vec<ZipEntry> {
        let files = self.entries.into_iter().filter(|entry| !entry.central.is_folder());
        let files = files.map(|WalkedEntry { central, start, .. }| ZipEntry {
            deflated: central.method == 8,
            compressed: central.compressed,
            size: central.size,
            crc: central.crc,
            start,
            name: central.name,
        });
        files.collect()
    }
}

/// Walks over a ZIP file of `length` bytes.
pub fn walk(file: &ZipFile, length: u64, limits: &Limits) -> Result<Walked, WalkError> {
    let end = EndOfCentralDirectory::find(file, length)?;
    check_end(&end, limits)?;
    let mut headers = headers(&file.bytes_at(end.directory, end.size)?, end.count, limits.policy)?;
    let in_order = headers.is_sorted_by_key(|header| header.offset);
    headers.sort_by_key(|header| header.offset);
    let mut entries = Vec::with_capacity(headers.len());
    let mut at = 0;
    for central in headers {
        let (local, start, next) = local(file, &central, at..end.directory, limits.policy)?;
        entries.push(WalkedEntry { central, local, start });
        at = next;
    }
    if at != end.directory {
        return Err(Defect::malformed(None, "bytes that belong to no file lie before the directory").into());
    }
    check_names(&entries, limits.policy)?;
    check_sizes(&entries, length, limits)?;
    Ok(Walked { entries, end, in_order })
}

fn check_end(end: &EndOfCentralDirectory, limits: &Limits) -> Result<(), Defect> {
    if end.count > limits.entries || end.size > limits.directory_bytes {
        let message = format!("it has more entries than {}, or a directory as if it had", limits.entries);
        return Err(Defect { kind: DefectKind::Bomb, entry: None, message });
    }
    if end.directory.checked_add(end.size) != Some(end.start) {
        return Err(Defect::malformed(None, "its directory does not end where its end record begins"));
    }
    if end.count == 0 {
        return Err(Defect::malformed(None, "it is empty"));
    }
    if end.count * 46 > end.size {
        return Err(Defect::malformed(None, "its directory counts more entries than it can hold"));
    }
    Ok(())
}

fn headers(directory: &[u8], count: u64, policy: Policy) -> Result<Vec<CentralHeader>, Defect> {
    let mut headers = Vec::new();
    let mut rest = directory;
    for _ in 0..count {
        let (header, length) = CentralHeader::parse(rest, policy)?;
        headers.push(header);
        rest = &rest[length..];
    }
    if rest.is_empty() { Ok(headers) } else { Err(Defect::malformed(None, "its directory holds more than it counts")) }
}

/// The local header, which begins where what is left does, where the bytes begin, and where the next header does.
fn local(
    file: &ZipFile,
    header: &CentralHeader,
    left: Range<u64>,
    policy: Policy,
) -> Result<(LocalHeader, u64, u64), WalkError> {
    let (at, limit) = (left.start, left.end);
    let wrong = |why: &str| Err(Defect::malformed(Some(&header.name), why).into());
    if header.offset < at {
        return wrong("it overlaps another entry");
    }
    if header.offset > at {
        return wrong("bytes that belong to no file lie before it");
    }
    let most = limit.saturating_sub(at);
    // As long as the central header suggests, and some extra fields: mostly all of it in one read.
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
    let local = header.compare(fixed, variable, policy)?;
    let start = at + length;
    let Some(end) = start.checked_add(header.compressed).filter(|end| *end <= limit) else {
        return wrong("its bytes reach beyond the directory");
    };
    if !header.has_descriptor() {
        return Ok((local, start, end));
    }
    let wide = |is_zip64: bool| {
        let sizes = [header.compressed, header.size];
        let narrow = sizes.map(saturating_u32).map(u32::to_le_bytes).concat();
        [header.crc.to_le_bytes().to_vec(), if is_zip64 { sizes.map(u64::to_le_bytes).concat() } else { narrow }]
            .concat()
    };
    let signed = |record: Vec<u8>| [b"PK\x07\x08".to_vec(), record].concat();
    let forms = match policy {
        Policy::Archive => vec![signed(wide(local.is_zip64))],
        // The mark is not asked for, and many programs write sizes of 64 bits that they did not announce.
        Policy::Document => vec![signed(wide(true)), signed(wide(false)), wide(true), wide(false)],
    };
    for expected in forms {
        let next = end + expected.len() as u64;
        // Of two forms that fit, the one behind which something known begins.
        let follows = || -> io::Result<bool> {
            Ok(policy == Policy::Archive || next == limit || file.bytes_at(next, 4.min(limit - next))? == b"PK\x03\x04")
        };
        if next <= limit && file.bytes_at(end, expected.len() as u64)? == expected && follows()? {
            return Ok((local, start, next));
        }
    }
    wrong("what follows its bytes contradicts its record")
}

/// Checks that no two files are one on some system, and that folders hold files.
fn check_names(entries: &[WalkedEntry], policy: Policy) -> Result<(), Defect> {
    let ambiguous = |name: &str, message: String| {
        Err(Defect { kind: DefectKind::Ambiguous, entry: Some(name.to_owned()), message })
    };
    let names = entries.iter().map(|entry| entry.central.name.as_str());
    let (mut folders, mut files): (Vec<&str>, Vec<&str>) = names.partition(|name| name.ends_with('/'));
    if files.is_empty() {
        return Err(Defect::malformed(None, "it is empty"));
    }
    if let Some((one, other, how)) = collision(&files) {
        return ambiguous(files[other], format!("{how}: `{}`", files[one]));
    }
    files.sort_unstable();
    folders.sort_unstable();
    if let Some(pair) = folders.windows(2).find(|pair| pair[0] == pair[1]) {
        return ambiguous(pair[1], "two entries have this name".to_owned());
    }
    let is_empty = |folder: &&&str| {
        let at = files.partition_point(|name| name < *folder);
        !files.get(at).is_some_and(|name| name.starts_with(**folder))
    };
    match folders.iter().find(is_empty) {
        Some(folder) if policy == Policy::Archive => {
            Err(Defect::malformed(Some(folder), "this folder holds no file of the archive"))
        }
        _ => Ok(()),
    }
}

/// Checks that no file, and not all of them together, would become far too large.
fn check_sizes(entries: &[WalkedEntry], length: u64, limits: &Limits) -> Result<(), Defect> {
    let (mut total, mut inflated) = (0_u64, 0_u64);
    for CentralHeader { name, size, compressed, method, .. } in entries.iter().map(|entry| &entry.central) {
        total = total.saturating_add(*size);
        inflated = inflated.saturating_add(if *method == 8 { *size } else { 0 });
        if limits.ratio.is_exceeded(*size, *compressed)
            || limits.total_ratio.is_exceeded(inflated, length)
            || total > limits.total_bytes
        {
            let message = "it, or all up to it, would grow out of all proportion when unpacked".to_owned();
            return Err(Defect { kind: DefectKind::Bomb, entry: Some(name.clone()), message });
        }
    }
    Ok(())
}
