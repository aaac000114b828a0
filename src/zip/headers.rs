//! The two headers of an entry: the one in the central directory, and the local one before its bytes.
//!
//! akam writes each header in one way only, its canonical form.

use super::names::{decode_name, unicode_path};
use super::{Defect, Policy};

/// The value is in the 64-bit extra field (APPNOTE 4.5.3).
pub const ZIP64_SENTINEL: u64 = u32::MAX as u64;

/// Bytes of one entry's extra fields.
const MAX_EXTRA_BYTES: usize = 1024;

/// The highest version of the format whose features are read: 4.5, for 64-bit sizes.
pub const MAX_VERSION: u16 = 45;

/// Extra fields that give an entry another comment, a link's target or another content (APPNOTE 4.6; Info-ZIP).
const REFUSED_EXTRA_FIELDS: [u16; 3] = [0x6375, 0x756e, 0x000d];

/// The extra field that gives an entry's name in UTF-8 once more (APPNOTE 4.6.9).
const UNICODE_PATH: u16 = 0x7075;

/// Extra fields of encrypted entries (APPNOTE 4.5.12; the AES of `WinZip`).
const ENCRYPTED: [u16; 2] = [0x0017, 0x9901];

/// A header in the central directory (APPNOTE 4.3.12).
pub struct CentralHeader {
    pub name: String,
    /// The bytes that spell the name.
    raw: Vec<u8>,
    pub made_by: u16,
    pub needed: u16,
    pub flags: u16,
    pub method: u16,
    pub time: [u8; 4],
    pub crc: u32,
    pub compressed: u64,
    pub size: u64,
    pub offset: u64,
    /// Whether it has other extra fields than 64-bit sizes.
    pub has_extra: bool,
    /// Whether each byte is in canonical form.
    pub is_canonical: bool,
}

/// What the header before an entry's bytes (APPNOTE 4.3.7) adds to that.
pub struct LocalHeader {
    /// Whether it has other extra fields than 64-bit sizes.
    pub has_extra: bool,
    /// Whether sizes are given in 64 bits.
    pub is_zip64: bool,
    /// Whether each byte is in canonical form.
    pub is_canonical: bool,
}

impl CentralHeader {
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Whether checksum and sizes follow the bytes (APPNOTE 4.3.9).
    pub fn has_descriptor(&self) -> bool {
        self.flags & 1 << 3 != 0
    }

    /// The first header of the bytes, and its length.
    pub fn parse(bytes: &[u8], policy: Policy) -> Result<(Self, usize), Defect> {
        if bytes.len() < 46 || !bytes.starts_with(b"PK\x01\x02") {
            return Err(Defect::malformed(None, "its directory is damaged, or counts more entries than it holds"));
        }
        let (name_length, extra_length) = (usize::from(u16_at(bytes, 28)), usize::from(u16_at(bytes, 30)));
        let comment_length = usize::from(u16_at(bytes, 32));
        let length = 46 + name_length + extra_length;
        let is_document = policy == Policy::Document;
        let (Some(bytes), Some(_)) = (bytes.get(..length), bytes.get(..length + comment_length)) else {
            return Err(Defect::malformed(None, "its directory is cut off"));
        };
        let (raw, fields) = bytes[46..].split_at(name_length);
        let name = decode_name(raw, u16_at(bytes, 8))?;
        let wrong = |why: &str| Defect::malformed(Some(&name), why);
        if comment_length != 0 && !is_document {
            return Err(wrong("its record carries a comment"));
        }
        if u16_at(bytes, 34) != 0 {
            return Err(wrong("it belongs to another part of an archive in several parts"));
        }
        let attributes = if is_document { 0 } else { u32_at(bytes, 38) };
        kind_rejection(&name, attributes).map_or(Ok(()), |why| Err(wrong(why)))?;
        let mut sizes = [u32_at(bytes, 24), u32_at(bytes, 20), u32_at(bytes, 42)].map(u64::from);
        let has_extra = read_extra(fields, &mut sizes, &unicode_path(raw, &name), policy).map_err(wrong)?;
        let mut header = CentralHeader {
            made_by: u16_at(bytes, 4),
            needed: u16_at(bytes, 6),
            flags: u16_at(bytes, 8),
            method: u16_at(bytes, 10),
            time: [bytes[12], bytes[13], bytes[14], bytes[15]],
            crc: u32_at(bytes, 16),
            size: sizes[0],
            compressed: sizes[1],
            offset: sizes[2],
            has_extra,
            is_canonical: false,
            raw: raw.to_vec(),
            name,
        };
        header.is_canonical = bytes == header.canonical();
        header.rejection(policy).map_or(Ok(()), |why| Err(Defect::malformed(Some(&header.name), why)))?;
        Ok((header, length + comment_length))
    }

    fn rejection(&self, policy: Policy) -> Option<&'static str> {
        if self.flags & 0b0010_0000_0100_0001 != 0 {
            return Some("it is encrypted");
        }
        if self.flags & !0b1000_0000_1110 != 0 {
            return Some("its flags ask for what no archive of evidence needs");
        }
        if !matches!(self.method, 0 | 8) {
            return Some("it is packed by a method that akam does not write");
        }
        let is_document = policy == Policy::Document;
        if self.needed > MAX_VERSION && policy == Policy::Archive {
            return Some("it asks for a newer version of the format than akam writes");
        }
        // Nothing, deflated, is two bytes.
        let packs = !is_document && (self.compressed > 0 || self.method != 0);
        if self.is_folder() && (self.size > 0 || self.crc != 0 || packs) {
            return Some("a folder holds bytes of its own");
        }
        if self.method == 0 && self.has_descriptor() && !is_document {
            return Some("nothing says where its bytes end: they are stored, and their size follows behind them");
        }
        (self.method == 0 && self.size != self.compressed).then_some("its two sizes contradict each other")
    }

    /// Compares with the local header: its fixed part of 30 bytes, then name and extra fields.
    pub fn compare(&self, fixed: &[u8], variable: &[u8], policy: Policy) -> Result<LocalHeader, Defect> {
        let wrong = |why: &str| Defect::malformed(Some(&self.name), why);
        if !fixed.starts_with(b"PK\x03\x04") {
            return Err(wrong("there is no record before its bytes"));
        }
        let (name, fields) = variable.split_at(usize::from(u16_at(fixed, 26)));
        let mut sizes = [u32_at(fixed, 22), u32_at(fixed, 18), 0].map(u64::from);
        let is_zip64 = sizes[..2].contains(&ZIP64_SENTINEL);
        let has_extra = read_extra(fields, &mut sizes, &unicode_path(name, &self.name), policy).map_err(wrong)?;
        let crc = u32_at(fixed, 14);
        // Values that follow the bytes are 0 before them; some programs know the size already.
        let later = self.has_descriptor();
        let known = |value: u64| if later { 0 } else { value };
        let is_document = policy == Policy::Document;
        let is_known = |value: u64, central: u64| value == known(central) || is_document && value == central;
        let same = [
            ("name", name == self.raw),
            ("version", is_document || u16_at(fixed, 4) == self.needed),
            ("flags", u16_at(fixed, 6) == self.flags || is_document && (u16_at(fixed, 6) ^ self.flags) & !0x806 == 0),
            ("method", u16_at(fixed, 8) == self.method),
            ("time", is_document || fixed[10..14] == self.time),
            ("checksum", is_known(crc.into(), self.crc.into())),
            ("size", sizes[0] == self.size || later && sizes[0] == 0),
            ("compressed size", is_known(sizes[1], self.compressed)),
        ];
        if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
            return Err(wrong(&format!("its two records contradict each other: not the same {what}")));
        }
        let is_canonical = [fixed, variable].concat() == self.canonical_local();
        Ok(LocalHeader { has_extra, is_zip64, is_canonical })
    }

    /// The canonical form of the header for a file of this name, method, size, checksum, time and offset.
    fn canonical(&self) -> Vec<u8> {
        const REGULAR: u32 = 0o100_644 << 16;
        let mut fields =
            if self.is_large() { [self.size, self.compressed].map(u64::to_le_bytes).concat() } else { Vec::new() };
        if self.offset >= ZIP64_SENTINEL {
            fields.extend(self.offset.to_le_bytes());
        }
        let mut record = b"PK\x01\x02".to_vec();
        record.extend((3 << 8 | self.canonical_version()).to_le_bytes());
        self.extend_shared(&mut record);
        record.extend(extra_length(&fields).to_le_bytes());
        record.extend([0; 6]);
        record.extend(REGULAR.to_le_bytes());
        record.extend(saturating_u32(self.offset).to_le_bytes());
        record.extend(self.name.as_bytes());
        extend_with_zip64(&mut record, &fields);
        record
    }

    /// The canonical form of the local header.
    fn canonical_local(&self) -> Vec<u8> {
        let fields =
            if self.is_large() { [self.size, self.compressed].map(u64::to_le_bytes).concat() } else { Vec::new() };
        let mut record = b"PK\x03\x04".to_vec();
        self.extend_shared(&mut record);
        record.extend(extra_length(&fields).to_le_bytes());
        record.extend(self.name.as_bytes());
        extend_with_zip64(&mut record, &fields);
        record
    }

    /// What both headers hold, from the version needed to the length of the name.
    fn extend_shared(&self, record: &mut Vec<u8>) {
        let sizes =
            if self.is_large() { [u32::MAX; 2] } else { [saturating_u32(self.compressed), saturating_u32(self.size)] };
        let flags: u16 = if self.name.is_ascii() { 0 } else { 1 << 11 };
        record.extend(self.canonical_version().to_le_bytes());
        record.extend(flags.to_le_bytes());
        record.extend(self.method.to_le_bytes());
        record.extend(self.time);
        record.extend(self.crc.to_le_bytes());
        record.extend(sizes.map(u32::to_le_bytes).concat());
        record.extend(u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    }

    fn is_large(&self) -> bool {
        self.size.max(self.compressed) >= ZIP64_SENTINEL
    }

    /// The version needed in canonical form, which is also the version made by.
    pub fn canonical_version(&self) -> u16 {
        match self.method {
            _ if self.is_large() => MAX_VERSION,
            8 => 20,
            _ => 10,
        }
    }
}

/// Why a record's attributes are refused: high bits as Unix has them, low ones as Windows has, whoever made it.
fn kind_rejection(name: &str, attributes: u32) -> Option<&'static str> {
    let (kind, is_folder) = (attributes >> 28, name.ends_with('/'));
    if !(kind == 0 || kind == 8 && !is_folder || kind == 4 && is_folder) || attributes & 0x440 != 0 {
        return Some("it is neither a file nor a folder but a link or a device");
    }
    if attributes >> 16 & 0o7000 != 0 {
        return Some("it would run with another's rights where it is unpacked");
    }
    let is_strange = attributes & 0x08 != 0 || attributes & 0x10 != 0 && !is_folder;
    is_strange.then_some("its attributes are those of a folder or a disk, not of a file")
}

/// Puts the values of the 64-bit extra field (APPNOTE 4.5.3) in the place of the sentinels, and tells whether there are
/// other fields. One that gives the name once more must give the same one, as `unicode_path` does.
fn read_extra(
    mut fields: &[u8],
    sizes: &mut [u64; 3],
    unicode_path: &[u8],
    policy: Policy,
) -> Result<bool, &'static str> {
    let is_document = policy == Policy::Document;
    if fields.len() > MAX_EXTRA_BYTES && !is_document {
        return Err("its extra fields hold more than any program writes there");
    }
    let mut seen = Vec::new();
    let mut asked = sizes.iter().filter(|size| **size == ZIP64_SENTINEL).count();
    while !fields.is_empty() {
        if fields.len() < 4 || fields.len() < 4 + usize::from(u16_at(fields, 2)) {
            // Some programs align the bytes that follow with a few zeros.
            if is_document && fields.iter().all(|byte| *byte == 0) {
                break;
            }
            return Err("its extra fields are damaged");
        }
        let (id, length) = (u16_at(fields, 0), usize::from(u16_at(fields, 2)));
        let value = &fields[4..4 + length];
        fields = &fields[4 + length..];
        if ENCRYPTED.contains(&id) {
            return Err("it is encrypted");
        }
        if REFUSED_EXTRA_FIELDS.contains(&id) || id == UNICODE_PATH && value != unicode_path {
            return Err("its extra fields give it a second name or content");
        }
        if seen.contains(&id) && (id == 1 || !is_document) {
            return Err("it has one of its extra fields twice");
        }
        seen.push(id);
        if id == 1 && (asked > 0 || !is_document) {
            if asked == 0 || value.len() != 8 * asked {
                return Err("its 64-bit sizes are not those that its record asks for");
            }
            let wide = sizes.iter_mut().filter(|size| **size == ZIP64_SENTINEL);
            wide.zip(value.chunks_exact(8)).for_each(|(size, value)| *size = u64_at(value, 0));
            asked = 0;
        }
    }
    if asked > 0 {
        return Err("its record asks for 64-bit sizes, but they are not there");
    }
    Ok(seen.iter().any(|id| *id != 1))
}

fn extra_length(fields: &[u8]) -> u16 {
    if fields.is_empty() { 0 } else { 4 + u16::try_from(fields.len()).unwrap_or(u16::MAX) }
}

fn extend_with_zip64(record: &mut Vec<u8>, fields: &[u8]) {
    if !fields.is_empty() {
        record.extend(1_u16.to_le_bytes());
        record.extend(u16::try_from(fields.len()).unwrap_or(u16::MAX).to_le_bytes());
        record.extend(fields);
    }
}

/// A value of 32 bits, or the sentinel.
pub fn saturating_u32(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

pub fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
