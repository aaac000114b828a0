//! The two records of an entry (PKWARE APPNOTE 6.3.10): the one in the directory and the one before its bytes.

use mail_parser::decoders::charsets::map::charset_decoder;

use super::read::{Defect, DefectKind};

/// A sentinel: the value stands in the 64-bit extra field.
pub const IN_64: u64 = u32::MAX as u64;

/// Bytes of one entry's extra fields.
const MOST_EXTRA: usize = 1024;

/// The highest version of the format whose features are read: 4.5, for 64-bit sizes.
pub const NEWEST: u16 = 45;

/// Extra fields that give an entry another comment, a link's target or another content (APPNOTE 4.6; Info-ZIP).
const TREACHEROUS: [u16; 3] = [0x6375, 0x756e, 0x000d];

/// The extra field that gives an entry's name in UTF-8 once more (APPNOTE 4.6.9).
const UNICODE_PATH: u16 = 0x7075;

/// Extra fields of encrypted entries (APPNOTE 4.5.12; the AES of `WinZip`).
const ENCRYPTED: [u16; 2] = [0x0017, 0x9901];

/// What a record in the directory says (APPNOTE 4.3.12), and how it says it.
#[derive(Default)]
pub struct Header {
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
    pub extra: bool,
    /// Whether each byte is as akam writes it.
    pub own: bool,
}

/// What follows from the record before an entry's bytes (APPNOTE 4.3.7).
pub struct Local {
    /// Whether it has other extra fields than 64-bit sizes.
    pub extra: bool,
    /// Whether sizes are given with 64 bits.
    pub wide: bool,
    /// Whether each byte is as akam writes it.
    pub own: bool,
}

impl Header {
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// Whether checksum and sizes stand behind the bytes (APPNOTE 4.3.9).
    pub fn has_descriptor(&self) -> bool {
        self.flags & 1 << 3 != 0
    }

    /// The first record of the bytes, and its length.
    pub fn parse(bytes: &[u8]) -> Result<(Self, usize), Defect> {
        if bytes.len() < 46 || !bytes.starts_with(b"PK\x01\x02") {
            return Err(malformed(None, "its directory is damaged, or counts more entries than it holds"));
        }
        let (name_length, extra_length) = (usize::from(u16_at(bytes, 28)), usize::from(u16_at(bytes, 30)));
        let length = 46 + name_length + extra_length;
        let Some(bytes) = bytes.get(..length) else {
            return Err(malformed(None, "its directory is cut off"));
        };
        let (raw, fields) = bytes[46..].split_at(name_length);
        let name = name(raw, u16_at(bytes, 8))?;
        let wrong = |why: &str| malformed(Some(&name), why);
        if u16_at(bytes, 32) != 0 {
            return Err(wrong("its record carries a comment"));
        }
        if u16_at(bytes, 34) != 0 {
            return Err(wrong("it belongs to another part of an archive in several parts"));
        }
        kind_refused_because(&name, u32_at(bytes, 38)).map_or(Ok(()), |why| Err(wrong(why)))?;
        let mut sizes = [u32_at(bytes, 24), u32_at(bytes, 20), u32_at(bytes, 42)].map(u64::from);
        let extra = extra(fields, &mut sizes, &unicode_path(raw, &name)).map_err(wrong)?;
        let mut header = Header {
            made_by: u16_at(bytes, 4),
            needed: u16_at(bytes, 6),
            flags: u16_at(bytes, 8),
            method: u16_at(bytes, 10),
            time: [bytes[12], bytes[13], bytes[14], bytes[15]],
            crc: u32_at(bytes, 16),
            size: sizes[0],
            compressed: sizes[1],
            offset: sizes[2],
            extra,
            own: false,
            raw: raw.to_vec(),
            name,
        };
        header.own = bytes == header.own_record();
        header.refused_because().map_or(Ok(()), |why| Err(malformed(Some(&header.name), why)))?;
        Ok((header, length))
    }

    fn refused_because(&self) -> Option<&'static str> {
        if self.flags & 0b0010_0000_0100_0001 != 0 {
            return Some("it is encrypted");
        }
        if self.flags & !0b1000_0000_1110 != 0 {
            return Some("its flags ask for what no archive of evidence needs");
        }
        if !matches!(self.method, 0 | 8) {
            return Some("it is packed by a method that akam does not write");
        }
        if self.needed > NEWEST {
            return Some("it asks for a newer version of the format than akam writes");
        }
        if self.is_folder() && (self.size > 0 || self.compressed > 0 || self.crc != 0 || self.method != 0) {
            return Some("a folder holds bytes of its own");
        }
        if self.method == 0 && self.has_descriptor() {
            return Some("nothing says where its bytes end: they are stored, and their size follows behind them");
        }
        (self.method == 0 && self.size != self.compressed).then_some("its two sizes contradict each other")
    }

    /// Compares with the record before the bytes: its fixed part of 30 bytes, then name and extra fields.
    pub fn compare(&self, fixed: &[u8], variable: &[u8]) -> Result<Local, Defect> {
        let wrong = |why: &str| malformed(Some(&self.name), why);
        if !fixed.starts_with(b"PK\x03\x04") {
            return Err(wrong("no record stands before its bytes"));
        }
        let (name, fields) = variable.split_at(usize::from(u16_at(fixed, 26)));
        let mut sizes = [u32_at(fixed, 22), u32_at(fixed, 18), 0].map(u64::from);
        let wide = sizes[..2].contains(&IN_64);
        let extra = extra(fields, &mut sizes, &unicode_path(name, &self.name)).map_err(wrong)?;
        let crc = u32_at(fixed, 14);
        // What is known only behind the bytes stands nowhere before them; their size some programs know.
        let later = self.has_descriptor();
        let known = |value: u64| if later { 0 } else { value };
        let same = [
            ("name", name == self.raw),
            ("version", u16_at(fixed, 4) == self.needed),
            ("flags", u16_at(fixed, 6) == self.flags),
            ("method", u16_at(fixed, 8) == self.method),
            ("time", fixed[10..14] == self.time),
            ("checksum", u64::from(crc) == known(self.crc.into())),
            ("size", sizes[0] == self.size || later && sizes[0] == 0),
            ("compressed size", sizes[1] == known(self.compressed)),
        ];
        if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
            return Err(wrong(&format!("its two records contradict each other: not the same {what}")));
        }
        let own = [fixed, variable].concat() == self.own_local();
        Ok(Local { extra, wide, own })
    }

    /// The record in the directory as akam writes it for a file of this name, method, size, checksum, time and place.
    fn own_record(&self) -> Vec<u8> {
        const REGULAR: u32 = 0o100_644 << 16;
        let mut fields =
            if self.is_large() { [self.size, self.compressed].map(u64::to_le_bytes).concat() } else { Vec::new() };
        if self.offset >= IN_64 {
            fields.extend(self.offset.to_le_bytes());
        }
        let mut record = b"PK\x01\x02".to_vec();
        record.extend((3 << 8 | self.own_version()).to_le_bytes());
        self.extend_shared(&mut record);
        record.extend(own_extra_length(&fields).to_le_bytes());
        record.extend([0; 6]);
        record.extend(REGULAR.to_le_bytes());
        record.extend(short(self.offset).to_le_bytes());
        record.extend(self.name.as_bytes());
        extend_wide(&mut record, &fields);
        record
    }

    /// The record before the bytes as akam writes it.
    fn own_local(&self) -> Vec<u8> {
        let fields =
            if self.is_large() { [self.size, self.compressed].map(u64::to_le_bytes).concat() } else { Vec::new() };
        let mut record = b"PK\x03\x04".to_vec();
        self.extend_shared(&mut record);
        record.extend(own_extra_length(&fields).to_le_bytes());
        record.extend(self.name.as_bytes());
        extend_wide(&mut record, &fields);
        record
    }

    /// What stands alike in both records, from the version needed to the length of the name.
    fn extend_shared(&self, record: &mut Vec<u8>) {
        let sizes = if self.is_large() { [u32::MAX; 2] } else { [short(self.compressed), short(self.size)] };
        let flags: u16 = if self.name.is_ascii() { 0 } else { 1 << 11 };
        record.extend(self.own_version().to_le_bytes());
        record.extend(flags.to_le_bytes());
        record.extend(self.method.to_le_bytes());
        record.extend(self.time);
        record.extend(self.crc.to_le_bytes());
        record.extend(sizes.map(u32::to_le_bytes).concat());
        record.extend(u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    }

    fn is_large(&self) -> bool {
        self.size.max(self.compressed) >= IN_64
    }

    /// The version that akam says is needed, and says that it wrote by.
    pub fn own_version(&self) -> u16 {
        match self.method {
            _ if self.is_large() => NEWEST,
            8 => 20,
            _ => 10,
        }
    }
}

/// Why a record's attributes are refused: high bits as Unix has them, low ones as Windows has, whoever made it.
fn kind_refused_because(name: &str, attributes: u32) -> Option<&'static str> {
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
fn extra(mut fields: &[u8], sizes: &mut [u64; 3], unicode_path: &[u8]) -> Result<bool, &'static str> {
    if fields.len() > MOST_EXTRA {
        return Err("its extra fields hold more than any program writes there");
    }
    let mut seen = Vec::new();
    let mut asked = sizes.iter().filter(|size| **size == IN_64).count();
    while !fields.is_empty() {
        if fields.len() < 4 || fields.len() < 4 + usize::from(u16_at(fields, 2)) {
            return Err("its extra fields are damaged");
        }
        let (id, length) = (u16_at(fields, 0), usize::from(u16_at(fields, 2)));
        let value = &fields[4..4 + length];
        fields = &fields[4 + length..];
        if ENCRYPTED.contains(&id) {
            return Err("it is encrypted");
        }
        if TREACHEROUS.contains(&id) || id == UNICODE_PATH && value != unicode_path {
            return Err("its extra fields give it a second name or content");
        }
        if seen.contains(&id) {
            return Err("one of its extra fields stands there twice");
        }
        seen.push(id);
        if id == 1 {
            if asked == 0 || value.len() != 8 * asked {
                return Err("its 64-bit sizes are not those that its record asks for");
            }
            let wide = sizes.iter_mut().filter(|size| **size == IN_64);
            wide.zip(value.chunks_exact(8)).for_each(|(size, value)| *size = u64_at(value, 0));
            asked = 0;
        }
    }
    if asked > 0 {
        return Err("its record asks for 64-bit sizes, but they are not there");
    }
    Ok(seen.iter().any(|id| *id != 1))
}

/// An entry's name. Where it is not marked as UTF-8, it may be so all the same, as macOS and Info-ZIP write it, or else in
/// the code page that Windows writes in Western Europe; in America it has other signs, but the same letters.
fn name(raw: &[u8], flags: u16) -> Result<String, Defect> {
    let is_marked = flags & 1 << 11 != 0;
    let (name, why) = match std::str::from_utf8(raw) {
        Ok(name) => (name.to_owned(), None),
        Err(_) if is_marked => (String::from_utf8_lossy(raw).into_owned(), Some("its name is not UTF-8".to_owned())),
        Err(_) => (charset_decoder(b"cp850").expect("mail-parser knows this code page")(raw), None),
    };
    match why.or_else(|| super::entry_name::refused_because(name.strip_suffix('/').unwrap_or(&name))) {
        Some(message) => Err(Defect { kind: DefectKind::UnsafeName, entry: Some(name), message }),
        None => Ok(name),
    }
}

/// What the extra field holds that gives a name in UTF-8 once more: its version, a checksum of the bytes that spell the name
/// in the record, and the name.
fn unicode_path(raw: &[u8], name: &str) -> Vec<u8> {
    [&[1][..], &crc32fast::hash(raw).to_le_bytes(), name.as_bytes()].concat()
}

fn own_extra_length(fields: &[u8]) -> u16 {
    if fields.is_empty() { 0 } else { 4 + u16::try_from(fields.len()).unwrap_or(u16::MAX) }
}

fn extend_wide(record: &mut Vec<u8>, fields: &[u8]) {
    if !fields.is_empty() {
        record.extend(1_u16.to_le_bytes());
        record.extend(u16::try_from(fields.len()).unwrap_or(u16::MAX).to_le_bytes());
        record.extend(fields);
    }
}

/// A value of 32 bits, or the sentinel.
pub fn short(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

pub fn malformed(entry: Option<&str>, why: &str) -> Defect {
    Defect { kind: DefectKind::Malformed, entry: entry.map(str::to_owned), message: why.to_owned() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_the_program_wrote_it_that_did_not_mark_it() {
        let read = |raw: &[u8]| name(raw, 0).map_err(|defect| defect.message);
        assert_eq!(read("Møte e\u{301} 计划.pdf".as_bytes()), Ok("Møte e\u{301} 计划.pdf".to_owned()));
        assert_eq!(read(b"M\x9bte \x86\x91\x84\x94\x81\x82\xe1.pdf"), Ok("Møte åæäöüéß.pdf".to_owned()));
        assert_eq!(read(b"\x8f\x92\x8e\x99\x9a\x9d\x87\xa4\xa2\xa0\x8a.pdf"), Ok("ÅÆÄÖÜØçñóáè.pdf".to_owned()));
        assert!(name(b"M\x9bte.pdf", 1 << 11).is_err());
        assert!(read(b"M\xf0te.pdf").is_err_and(|why| why.contains("cannot be seen")));
        // No byte beyond ASCII is read as a sign of it.
        let bytes: Vec<u8> = (0x80..=0xff).collect();
        let read = charset_decoder(b"cp850").map(|decode| decode(&bytes)).unwrap_or_default();
        assert!(read.chars().count() == 128 && read.chars().all(|sign| sign >= '\u{a0}'), "{read}");
    }
}
