//! What shows that somebody signed: nothing, a scan, an e-mail, a signed PDF or an SSH signature, as it came.

use serde::{Deserialize, Serialize};
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, PublicKey, SshSig};

use super::mail::{self, Mail, NoMail};

/// Largest proof that is taken, in bytes: a scan or an e-mail with attachments, as large as mail servers take it.
pub const MOST: u64 = 20_000_000;

/// Longest SSH signature, in bytes.
const MOST_SIGNATURE: usize = 20_000;

/// Who signed, as `ssh-keygen` is told.
pub const PRINCIPAL: &str = "signatory";

/// What an SSH signature must say that it is for.
pub const NAMESPACE: &str = "akam";

/// The kinds of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The candidate says so, and shows nothing.
    Typed,
    /// A picture of the signed page.
    Scan,
    /// A PDF without a digital signature, as a scanner makes it.
    Pdf,
    #[serde(rename = "e-mail")]
    #[schemars(rename = "e-mail")]
    EMail,
    /// A PDF with a digital signature, which is not checked here.
    SignedPdf,
    /// An SSH signature over the statement, checked.
    Ssh,
}

/// How much a proof is worth, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    Typed,
    Scanned,
    #[serde(rename = "e-mail")]
    #[schemars(rename = "e-mail")]
    EMail,
    Signature,
}

/// What a proof says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    pub kind: Kind,
    /// The usual ending of such a file.
    pub ending: &'static str,
    pub mail: Option<Mail>,
    /// The public key of an SSH signature.
    pub key: Option<Key>,
}

/// An SSH key by which something was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// As it stands in a file of public keys.
    pub public: String,
}

/// Why a file cannot be taken as a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoProof {
    pub message: String,
    pub help: String,
}

impl Kind {
    pub fn assurance(self) -> Assurance {
        match self {
            Kind::Typed => Assurance::Typed,
            Kind::Scan | Kind::Pdf => Assurance::Scanned,
            Kind::EMail => Assurance::EMail,
            Kind::SignedPdf | Kind::Ssh => Assurance::Signature,
        }
    }

    /// What it is worth and no more, as one clause.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Typed => "typed by the candidate, no proof",
            Kind::Scan => "scanned page",
            Kind::Pdf => "PDF without a digital signature",
            Kind::EMail => "e-mail",
            Kind::SignedPdf => "PDF with a digital signature that akam cannot check",
            Kind::Ssh => "SSH signature, checked",
        }
    }

    /// The same in a word or two.
    pub fn short(self) -> &'static str {
        match self {
            Kind::SignedPdf => "signed PDF",
            kind => kind.assurance().name(),
        }
    }
}

impl Key {
    /// The file by which `ssh-keygen -Y verify` knows the key.
    pub fn allowed_signers(&self) -> String {
        format!("{PRINCIPAL} namespaces=\"{NAMESPACE}\" {}\n", self.public)
    }
}

impl Assurance {
    pub fn name(self) -> &'static str {
        match self {
            Assurance::Typed => "typed",
            Assurance::Scanned => "scanned",
            Assurance::EMail => "e-mail",
            Assurance::Signature => "signature",
        }
    }
}

/// Tells by its content what a file is, and by its name where the content does not tell.
pub fn examine(name: &str, bytes: &[u8]) -> Result<Examined, NoProof> {
    let plain = |kind, ending| Ok(Examined { kind, ending, mail: None, key: None });
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if bytes.is_empty() {
        return Err(no_proof("the file is empty", "save the answer again"));
    }
    if as_text(&bytes[..bytes.len().min(MOST_SIGNATURE)]).starts_with("-----BEGIN SSH SIGNATURE-----") {
        let signature = signature(bytes)?;
        let key = key(&signature).ok_or_else(|| unread("the signature's key cannot be told"))?;
        return Ok(Examined { kind: Kind::Ssh, ending: "sig", mail: None, key: Some(key) });
    }
    if let Some(ending) = picture(bytes) {
        return plain(Kind::Scan, ending);
    }
    if bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
        // ISO 32000-1, 12.8.1: a signature dictionary names its filter, the bytes it covers and the signature itself.
        let signed = holds(b"/ByteRange") && holds(b"/Contents") && holds(b"/SubFilter");
        return plain(if signed { Kind::SignedPdf } else { Kind::Pdf }, "pdf");
    }
    if ending == "eml" || looks_like_mail(bytes) {
        match mail::read(bytes) {
            Ok(mail) => return Ok(Examined { kind: Kind::EMail, ending: "eml", mail: Some(mail), key: None }),
            Err(NoMail::TooMuch) => {
                let message = format!("the e-mail holds more than {} MB of text", mail::MOST_TEXT / 1_000_000);
                return Err(no_proof(&message, "have it sent again without attachments, or print it to PDF"));
            }
            Err(NoMail::NoSender) => {}
        }
    }
    Err(match ending {
        "msg" => no_proof(
            "this is Outlook's own kind of file, which only Outlook opens",
            "save the message as `.eml`, or print it to PDF",
        ),
        "doc" | "docx" | "odt" | "rtf" => {
            no_proof("a document can be changed by anybody", "print it to PDF, or scan the signed page")
        }
        "eml" => no_proof("this is no e-mail: it names no sender", "save the message again, with its headers"),
        "sig" | "asc" | "gpg" => no_proof(
            "this is no SSH signature",
            format!("`ssh-keygen -Y sign -n {NAMESPACE} -f KEY statement.html` makes one"),
        ),
        _ => no_proof(
            "this is neither a picture, nor a PDF, an e-mail or an SSH signature",
            "take a photo or scan (JPEG, PNG, TIFF, HEIC, WebP), a PDF, a saved e-mail (.eml) or a .sig file",
        ),
    })
}

/// Whether an SSH signature is one over these bytes, for this purpose; the remedy where it is not.
pub fn check_signature(signature_file: &[u8], signed: &[u8]) -> Result<Key, NoProof> {
    let signature = signature(signature_file)?;
    if signature.namespace() != NAMESPACE {
        let message = format!("the signature was made for `{}`, not for `{NAMESPACE}`", signature.namespace());
        let help = format!("sign again with `ssh-keygen -Y sign -n {NAMESPACE} -f KEY statement.html`");
        return Err(NoProof { message, help });
    }
    let public = PublicKey::from(signature.public_key().clone());
    if !matches!(
        public.algorithm(),
        Algorithm::Ed25519
            | Algorithm::SkEd25519
            | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 }
            | Algorithm::SkEcdsaSha2NistP256
    ) {
        return Err(unread(&format!("a signature by a key of the kind {} cannot be checked here", public.algorithm())));
    }
    if public.verify(NAMESPACE, signed, &signature).is_err() {
        let help = "the file that was sent must be signed as it is: send it again, and have it signed anew";
        return Err(no_proof("the signature is not one over this statement", help));
    }
    key(&signature).ok_or_else(|| unread("the signature's key cannot be told"))
}

fn no_proof(message: &str, help: impl Into<String>) -> NoProof {
    NoProof { message: message.to_owned(), help: help.into() }
}

fn unread(message: &str) -> NoProof {
    no_proof(message, "sign with a key of the kind ed25519 or ECDSA P-256: `ssh-keygen -t ed25519` makes one")
}

/// A text as every program reads it: without a byte order mark, blank lines around it and line ends of Windows.
fn as_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    format!("{}\n", text.trim_start_matches('\u{feff}').trim())
}

/// The bytes to keep: those that came, but for an SSH signature that `ssh-keygen` would not read in this form.
pub fn kept(examined: &Examined, bytes: Vec<u8>) -> Vec<u8> {
    if examined.kind == Kind::Ssh { as_text(&bytes).into_bytes() } else { bytes }
}

fn signature(bytes: &[u8]) -> Result<SshSig, NoProof> {
    if bytes.len() > MOST_SIGNATURE {
        return Err(unread("the SSH signature is longer than one can be"));
    }
    SshSig::from_pem(as_text(bytes)).map_err(|_| unread("the SSH signature cannot be read"))
}

fn key(signature: &SshSig) -> Option<Key> {
    let public = PublicKey::from(signature.public_key().clone());
    let fingerprint = public.fingerprint(HashAlg::Sha256).to_string();
    Some(Key { fingerprint, public: public.to_openssh().ok()? })
}

/// The usual ending of a kind of picture, by the first bytes of its files.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 5] = [
        (b"\xff\xd8\xff", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF8", "gif"),
        (b"II*\0", "tif"),
        (b"MM\0*", "tif"),
    ];
    let box_kind = bytes.get(4..8) == Some(b"ftyp");
    let heic = box_kind && [&b"heic"[..], b"heix", b"mif1", b"msf1"].iter().any(|kind| bytes[8..].starts_with(kind));
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let known = KINDS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, ending)| *ending);
    known.or(heic.then_some("heic")).or(webp.then_some("webp"))
}

/// Whether a file begins with lines as a sent e-mail does: who wrote it, and when or by which program.
fn looks_like_mail(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(20_000)]).to_ascii_lowercase();
    let lines: Vec<&str> = head.trim_start_matches('\u{feff}').lines().take_while(|line| !line.is_empty()).collect();
    let has = |name: &str| lines.iter().any(|line| line.starts_with(name));
    has("from:") && ["date:", "received:", "message-id:", "mime-version:"].iter().any(|name| has(name))
}
