//! A builder of ZIP archives: right ones as akam writes them, and every wrong one that a test asks for.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use sha2::{Digest, Sha256};

/// The folder of the archives made here.
pub const TOP: &str = "akam-ann-berg-2026-11-22";

/// A file: one record before its bytes and one in the directory, both from these values.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub method: u16,
    pub crc: u32,
    pub size: u64,
    pub flags: u16,
    pub made_by: u16,
    pub needed: u16,
    /// Time, then date.
    pub time: u32,
    pub attributes: u32,
    pub local_extra: Vec<u8>,
    pub extra: Vec<u8>,
    pub comment: Vec<u8>,
    /// What stands before its record and belongs to nothing.
    pub gap: Vec<u8>,
    /// What stands behind its bytes.
    pub descriptor: Vec<u8>,
}

/// An archive before it is put together.
#[derive(Clone, Default)]
pub struct Zip {
    pub entries: Vec<Entry>,
    pub before_directory: Vec<u8>,
    pub behind_directory: Vec<u8>,
    pub comment: Vec<u8>,
}

/// An archive's bytes, and where its records lie.
#[derive(Clone)]
pub struct Built {
    pub bytes: Vec<u8>,
    pub locals: Vec<usize>,
    pub directory: Vec<usize>,
    pub end: usize,
}

pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Bytes as akam deflates them.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(3));
    encoder.write_all(bytes).expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

/// An extra field.
pub fn field(id: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).expect("a field is short");
    [&id.to_le_bytes()[..], &length.to_le_bytes(), value].concat()
}

/// The extra field that gives a name in UTF-8 once more.
pub fn unicode_path(raw: &[u8], name: &str) -> Vec<u8> {
    field(0x7075, &[&[1][..], &crc(raw).to_le_bytes(), name.as_bytes()].concat())
}

impl Entry {
    /// A file as akam writes it: deflated where that saves a twentieth.
    pub fn file(name: &str, bytes: &[u8]) -> Self {
        let data = deflated(bytes);
        let saves = !bytes.is_empty() && data.len() <= bytes.len() - bytes.len() / 20;
        if saves { Self::with(name, bytes, data, 8) } else { Self::stored(name, bytes) }
    }

    pub fn stored(name: &str, bytes: &[u8]) -> Self {
        Self::with(name, bytes, bytes.to_vec(), 0)
    }

    fn with(name: &str, bytes: &[u8], data: Vec<u8>, method: u16) -> Self {
        let version = if method == 8 { 20 } else { 10 };
        Entry {
            name: name.into(),
            data,
            method,
            crc: crc(bytes),
            size: bytes.len() as u64,
            flags: if name.is_ascii() { 0 } else { 1 << 11 },
            made_by: 3 << 8 | version,
            needed: version,
            // 2026-11-22, noon.
            time: 0x5d76_6000,
            attributes: 0o100_644 << 16,
            local_extra: Vec::new(),
            extra: Vec::new(),
            comment: Vec::new(),
            gap: Vec::new(),
            descriptor: Vec::new(),
        }
    }

    /// A folder, as other programs write it.
    pub fn folder(name: &str) -> Self {
        Entry { attributes: 0o40_755 << 16 | 0x10, ..Self::stored(name, b"") }
    }

    /// Version needed up to the lengths: what stands in both records.
    fn shared(&self) -> Vec<u8> {
        let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        let mut bytes = [self.needed, self.flags, self.method].map(u16::to_le_bytes).concat();
        let numbers = [self.time, self.crc, narrow(self.data.len() as u64), narrow(self.size)];
        bytes.extend(numbers.map(u32::to_le_bytes).concat());
        bytes.extend(length(&self.name));
        bytes
    }
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).expect("it is short").to_le_bytes()
}

impl Zip {
    pub fn of(files: &[(String, Vec<u8>)]) -> Self {
        Zip { entries: files.iter().map(|(name, bytes)| Entry::file(name, bytes)).collect(), ..Zip::default() }
    }

    pub fn build(&self) -> Built {
        let (mut bytes, mut locals, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &self.entries {
            bytes.extend(&entry.gap);
            locals.push(bytes.len());
            bytes.extend(b"PK\x03\x04");
            bytes.extend(entry.shared());
            if entry.flags & 1 << 3 != 0 {
                // Checksum and sizes stand behind the bytes.
                let sums = bytes.len() - 14..bytes.len() - 2;
                bytes[sums].fill(0);
            }
            bytes.extend(length(&entry.local_extra));
            for part in [&entry.name, &entry.local_extra, &entry.data, &entry.descriptor] {
                bytes.extend(part);
            }
        }
        bytes.extend(&self.before_directory);
        let start = bytes.len();
        for (entry, local) in self.entries.iter().zip(&locals) {
            places.push(bytes.len());
            bytes.extend(b"PK\x01\x02");
            bytes.extend(entry.made_by.to_le_bytes());
            bytes.extend(entry.shared());
            bytes.extend([length(&entry.extra), length(&entry.comment), [0; 2], [0; 2]].concat());
            bytes.extend(entry.attributes.to_le_bytes());
            bytes.extend(u32::try_from(*local).expect("it is small").to_le_bytes());
            for part in [&entry.name, &entry.extra, &entry.comment] {
                bytes.extend(part);
            }
        }
        let size = bytes.len() - start;
        bytes.extend(&self.behind_directory);
        let end = bytes.len();
        let count = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([count, count].map(u16::to_le_bytes).concat());
        bytes.extend([size, start].map(|it| u32::try_from(it).expect("it is small").to_le_bytes()).concat());
        bytes.extend(length(&self.comment));
        bytes.extend(&self.comment);
        Built { bytes, locals, directory: places, end }
    }

    /// The archive after a function changed it.
    pub fn with(&self, change: impl FnOnce(&mut Zip)) -> Vec<u8> {
        self.changed(change).build().bytes
    }

    pub fn changed(&self, change: impl FnOnce(&mut Zip)) -> Zip {
        let mut zip = self.clone();
        change(&mut zip);
        zip
    }

    /// The archive after a function changed one entry.
    pub fn with_entry(&self, at: usize, change: impl FnOnce(&mut Entry)) -> Vec<u8> {
        self.with(|zip| change(&mut zip.entries[at]))
    }

    /// The archive after a function changed each entry.
    pub fn with_each(&self, change: impl Fn(&mut Entry)) -> Vec<u8> {
        self.with(|zip| zip.entries.iter_mut().for_each(change))
    }
}

impl Built {
    /// The bytes after some of them, at a place, were written over.
    pub fn put(&self, at: usize, new: impl AsRef<[u8]>) -> Vec<u8> {
        let (mut bytes, new) = (self.bytes.clone(), new.as_ref());
        bytes[at..at + new.len()].copy_from_slice(new);
        bytes
    }
}

/// A small archive of an older version whose records and lists are in order; what stands in its portfolio would not be
/// enough.
pub fn small() -> Zip {
    Zip::of(&bag(&[
        ("data/1.D.3-customer-plan/artefacts/empty.txt", b"".to_vec()),
        ("data/1.D.3-customer-plan/artefacts/forecast.csv", "month;sales\n2026-01;12000\n".repeat(40).into_bytes()),
        (
            "data/1.D.3-customer-plan/evidence.md",
            "# 1.D.3 Customer plan\n\nWhat we agreed, and why.\n".repeat(9).into_bytes(),
        ),
        ("data/pages/Møte.html", b"<!DOCTYPE html>\n<title>M</title>\n".to_vec()),
        ("data/portfolio.toml", b"[candidate]\nname = \"Ann Berg\"\n".to_vec()),
    ]))
}

/// The files of a bag with this payload, in the order in which akam writes them, below the top folder.
pub fn bag(payload: &[(&str, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let bytes: usize = payload.iter().map(|(_, bytes)| bytes.len()).sum();
    let digest = hex(b"");
    let info = format!(
        "Contact-Name: Ann Berg\nExternal-Description: Evidence\nBagging-Date: 2026-11-22\nPayload-Oxum: {bytes}.{}\n\
         Bag-Software-Agent: akam 0.1.0\nAkam-Format: 1\nAkam-Framework: akam\nAkam-Framework-SHA256: {digest}\n\
         Akam-Status: final\n",
        payload.len()
    );
    let mut files = vec![
        ("bag-info.txt", info.into_bytes()),
        ("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_vec()),
    ];
    files.extend(payload.iter().cloned());
    files.sort();
    sealed(files.into_iter().map(|(name, bytes)| (format!("{TOP}/{name}"), bytes)).collect())
}

/// The files with the two lists that fit them at their end; lists that are there already stay as they are.
pub fn sealed(mut files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let top = files.first().and_then(|(name, _)| name.split('/').next()).unwrap_or(TOP).to_owned();
    for (list, payload) in [("manifest-sha256.txt", true), ("tagmanifest-sha256.txt", false)] {
        let path = format!("{top}/{list}");
        if files.iter().any(|(name, _)| *name == path) {
            continue;
        }
        let below = |name: &str| name.strip_prefix(&top).and_then(|it| it.strip_prefix('/')).unwrap_or(name).to_owned();
        let listed = files.iter().map(|(name, bytes)| (below(name), hex(bytes)));
        let mut lines: Vec<(String, String)> =
            listed.filter(|(name, _)| name.starts_with("data/") == payload).collect();
        lines.sort();
        let text: String = lines.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
        files.push((path, text.into_bytes()));
    }
    files
}

/// The SHA-256 digest in lower case.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
