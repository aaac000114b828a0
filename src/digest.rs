//! SHA-256 of bytes and of streams, as lower-case hexadecimal.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::threads::both;

/// Block size of [`Digest::of_stream_aside`], in bytes.
const BLOCK: usize = 2 << 20;

/// A SHA-256 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }

    /// Hashes a stream to its end.
    pub fn of_stream(mut stream: impl Read) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut block = vec![0; 1 << 16];
        loop {
            match fill(&mut stream, &mut block)? {
                0 => return Ok(Digest(hasher.finalize().into())),
                count => hasher.update(&block[..count]),
            }
        }
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Hashes a stream and counts its bytes on two cores: while one block is hashed, it is also passed to `each` and
    /// the next one is read.
    pub fn of_stream_aside(
        mut stream: impl Read,
        mut each: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<(Self, u64)> {
        let (mut hasher, mut size) = (Sha256::new(), 0);
        let (mut block, mut next) = (vec![0; BLOCK], vec![0; BLOCK]);
        let mut count = fill(&mut stream, &mut block)?;
        while count > 0 {
            let bytes = &block[..count];
            let read_next = || each(bytes).and_then(|()| fill(&mut stream, &mut next));
            let (more, ()) = both(read_next, || hasher.update(bytes));
            size += count as u64;
            count = more?;
            std::mem::swap(&mut block, &mut next);
        }
        Ok((Digest(hasher.finalize().into()), size))
    }

    /// Parses exactly 64 lower-case hexadecimal digits.
    pub fn parse(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Some(Digest(bytes))
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl schemars::JsonSchema for Digest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Digest".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        Digest::parse(&hex).ok_or_else(|| serde::de::Error::custom("a digest is 64 digits from 0 to 9 and a to f"))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Reads until the block is full or the stream ends, even if the reader returns less at a time.
pub fn fill(stream: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < block.len() {
        match stream.read(&mut block[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4 example: SHA-256 of "abc".
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_published_example_comes_out_and_goes_in() {
        assert_eq!(Digest::of(b"abc").to_string(), ABC);
        assert_eq!(Digest::parse(ABC), Some(Digest::of(b"abc")));
        assert_eq!(Digest::of_stream(&b"abc"[..]).expect("memory can be read").to_string(), ABC);
        let mut seen = Vec::new();
        let each = |block: &[u8]| std::io::Write::write_all(&mut seen, block);
        let (digest, size) = Digest::of_stream_aside(&b"abc"[..], each).expect("memory can be read");
        assert_eq!((digest.to_string().as_str(), size, &seen[..]), (ABC, 3, &b"abc"[..]));
    }

    #[test]
    fn only_whole_lower_case_digests_are_read() {
        assert_eq!(Digest::parse(&ABC.to_uppercase()), None);
        assert_eq!(Digest::parse(&ABC[..62]), None);
    }
}
