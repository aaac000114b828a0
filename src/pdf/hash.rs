//! The hash functions that a signature may use: SHA-256, SHA-384 and SHA-512 (RFC 5754).

use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::der::asn1::ObjectIdentifier;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub fn find(algorithm: ObjectIdentifier) -> Result<Self, String> {
        match algorithm.to_string().as_str() {
            "2.16.840.1.101.3.4.2.1" => Ok(Hash::Sha256),
            "2.16.840.1.101.3.4.2.2" => Ok(Hash::Sha384),
            "2.16.840.1.101.3.4.2.3" => Ok(Hash::Sha512),
            "1.3.14.3.2.26" => Err("its hash function SHA-1 is unsupported, because it is broken".to_owned()),
            "1.2.840.113549.2.5" => Err("its hash function MD5 is unsupported, because it is broken".to_owned()),
            other => Err(format!("its hash function {other} is unsupported")),
        }
    }

    /// The hash of all parts, one after another.
    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn hashed<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize().to_vec()
        }
        match self {
            Hash::Sha256 => hashed::<Sha256>(parts),
            Hash::Sha384 => hashed::<Sha384>(parts),
            Hash::Sha512 => hashed::<Sha512>(parts),
        }
    }
}
