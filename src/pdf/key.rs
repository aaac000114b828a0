//! Checking with a public key: RSA (RFC 8017) and ECDSA on P-256 and P-384 (RFC 5480, RFC 5754).

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::der::Any;
use rsa::pkcs1::{DecodeRsaPublicKey as _, RsaPssParams};
use rsa::traits::{PublicKeyParts, SignatureScheme};
use rsa::{Pkcs1v15Sign, Pss};
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::hash::Hash;

const CHANGED: &str = "its signature does not fit what was signed";
const DAMAGED: &str = "its signature is damaged";

/// Fewest bits of an RSA key that is trusted (NIST SP 800-131A).
const MIN_RSA_BITS: u32 = 2048;

/// What the public key must have made of the hash.
enum Scheme {
    Pkcs1,
    Pss,
    Ecdsa,
}

/// Checks the signature of a hash.
pub fn verify(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    hash: Hash,
    hashed: &[u8],
    signature: &[u8],
) -> Result<(), String> {
    match scheme(algorithm.oid, hash)? {
        Scheme::Pkcs1 => {
            let scheme = match hash {
                Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
            };
            verify_rsa(key, &["1.2.840.113549.1.1.1"], scheme, hashed, signature)
        }
        Scheme::Pss => {
            let salt = salt_length(algorithm, hash)?;
            let keys = &["1.2.840.113549.1.1.1", PSS];
            match hash {
                Hash::Sha256 => verify_rsa(key, keys, Pss::<Sha256>::new_with_salt(salt), hashed, signature),
                Hash::Sha384 => verify_rsa(key, keys, Pss::<Sha384>::new_with_salt(salt), hashed, signature),
                Hash::Sha512 => verify_rsa(key, keys, Pss::<Sha512>::new_with_salt(salt), hashed, signature),
            }
        }
        Scheme::Ecdsa => verify_ecdsa(key, hashed, signature),
    }
}

const PSS: &str = "1.2.840.113549.1.1.10";

/// The scheme of an algorithm, which may name the hash function again (RFC 4055, RFC 5754).
fn scheme(algorithm: ObjectIdentifier, hash: Hash) -> Result<Scheme, String> {
    let (scheme, named) = match algorithm.to_string().as_str() {
        "1.2.840.113549.1.1.1" => (Scheme::Pkcs1, hash),
        "1.2.840.113549.1.1.11" => (Scheme::Pkcs1, Hash::Sha256),
        "1.2.840.113549.1.1.12" => (Scheme::Pkcs1, Hash::Sha384),
        "1.2.840.113549.1.1.13" => (Scheme::Pkcs1, Hash::Sha512),
        PSS => (Scheme::Pss, hash),
        "1.2.840.10045.4.3.2" => (Scheme::Ecdsa, Hash::Sha256),
        "1.2.840.10045.4.3.3" => (Scheme::Ecdsa, Hash::Sha384),
        "1.2.840.10045.4.3.4" => (Scheme::Ecdsa, Hash::Sha512),
        other => return Err(format!("its signature algorithm {other} is unsupported")),
    };
    if named == hash { Ok(scheme) } else { Err(DAMAGED.to_owned()) }
}

/// The length of the salt of RSASSA-PSS, all of whose hash functions must be the same one (RFC 4055, 3.1).
fn salt_length(algorithm: &AlgorithmIdentifierOwned, hash: Hash) -> Result<usize, String> {
    let parameters = algorithm.parameters.as_ref().ok_or(DAMAGED)?;
    let parameters: RsaPssParams<Any> = parameters.decode_as().map_err(|_| DAMAGED)?;
    let mask = parameters.mask_gen.parameters.ok_or(DAMAGED)?;
    if Hash::find(parameters.hash.oid)? != hash || Hash::find(mask.oid)? != hash {
        return Err("its signature uses two hash functions, which is unsupported".to_owned());
    }
    if parameters.mask_gen.oid.to_string() != "1.2.840.113549.1.1.8" {
        return Err("its signature algorithm is unsupported".to_owned());
    }
    Ok(usize::from(parameters.salt_len))
}

fn verify_rsa(
    key: &SubjectPublicKeyInfoOwned,
    kinds: &[&str],
    scheme: impl SignatureScheme,
    hashed: &[u8],
    signature: &[u8],
) -> Result<(), String> {
    let kind = key.algorithm.oid.to_string();
    if !kinds.contains(&kind.as_str()) {
        return Err("its certificate is for another kind of signature".to_owned());
    }
    let key = rsa::PublicKey::from_pkcs1_der(key.subject_public_key.raw_bytes());
    let key = key.map_err(|_| "its RSA key is unsupported")?;
    if key.n().bit_width() < MIN_RSA_BITS {
        return Err(format!("its RSA key is unsupported, because it has fewer than {MIN_RSA_BITS} bits"));
    }
    key.verify(scheme, hashed, signature).map_err(|_| CHANGED.to_owned())
}

fn verify_ecdsa(key: &SubjectPublicKeyInfoOwned, hashed: &[u8], signature: &[u8]) -> Result<(), String> {
    if key.algorithm.oid.to_string() != "1.2.840.10045.2.1" {
        return Err("its certificate is for another kind of signature".to_owned());
    }
    let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    let curve = curve.ok_or(DAMAGED)?.to_string();
    let point = key.subject_public_key.raw_bytes();
    match curve.as_str() {
        "1.2.840.10045.3.1.7" => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| DAMAGED)?;
            let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| DAMAGED)?;
            key.verify_prehash(hashed, &signature).map_err(|_| CHANGED.to_owned())
        }
        "1.3.132.0.34" => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| DAMAGED)?;
            let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| DAMAGED)?;
            key.verify_prehash(hashed, &signature).map_err(|_| CHANGED.to_owned())
        }
        other => Err(format!("its elliptic curve {other} is unsupported")),
    }
}
