//! Proofs of an answer: a picture of the signed page, a PDF, or an e-mail, stored unchanged.

use file_format::FileFormat;
use serde::{Deserialize, Serialize};

use crate::mail::{self, Mail};
use crate::pdf::{self, Signature, Signed};
use crate::picture;
use crate::source::Refused;

/// The name of a proof's file, less its ending.
pub const STEM: &str = "proof";

/// The first bytes of Outlook's `.msg` files (MS-CFB, 2.2).
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The kinds of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    /// The candidate says so, and shows nothing.
    Typed,
    /// A picture of the signed page.
    Scan,
    /// A PDF without a digital signature that fits the request, as a scanner makes it.
    Pdf,
    #[serde(rename = "e-mail")]
    #[schemars(rename = "e-mail")]
    EMail,
    /// A PDF whose digital signature was checked, over a text that holds the fingerprint.
    SignedPdf,
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

/// What a file holds.
#[derive(Debug)]
pub enum ProofContent {
    Picture,
    /// A PDF without a digital signature: its text, empty for a scanned page, and whether it has no picture, drawing or
    /// filled field, so that nobody can have made a mark in it.
    Pdf {
        text: String,
        is_bare: bool,
    },
    SignedPdf(Box<Signature>),
    Mail(Box<Mail>),
}

/// A proof, and the file name ending it must have.
#[derive(Debug)]
pub struct Detected {
    pub content: ProofContent,
    pub ending: &'static str,
}

impl ProofContent {
    /// All its readable text; none for a picture.
    pub fn text(&self) -> Option<&str> {
        match self {
            ProofContent::Mail(mail) => Some(&mail.text),
            ProofContent::SignedPdf(signature) => Some(&signature.text),
            ProofContent::Pdf { text, .. } => Some(text),
            ProofContent::Picture => None,
        }
    }

    /// For an e-mail, the subject and the sender's own text; for a PDF, its text.
    pub fn own_text(&self) -> String {
        match self {
            ProofContent::Mail(mail) => {
                let own = mail.own.iter().map(|own| own.text.as_str());
                std::iter::once(mail.subject.as_str()).chain(own).collect::<Vec<_>>().join("\n")
            }
            other => other.text().unwrap_or_default().to_owned(),
        }
    }
}

impl ProofKind {
    pub fn assurance(self) -> Assurance {
        match self {
            ProofKind::Typed => Assurance::Typed,
            ProofKind::Scan | ProofKind::Pdf => Assurance::Scanned,
            ProofKind::EMail => Assurance::EMail,
            ProofKind::SignedPdf => Assurance::Signature,
        }
    }

    /// What it proves and no more, as one clause.
    pub fn name(self) -> &'static str {
        match self {
            ProofKind::Typed => "typed by the candidate, no proof",
            ProofKind::Scan => "scanned page",
            ProofKind::Pdf => "PDF without a digital signature",
            ProofKind::EMail => "e-mail",
            ProofKind::SignedPdf => "PDF with a digital signature, checked",
        }
    }

    /// The same in one or two words.
    pub fn short(self) -> &'static str {
        if self == ProofKind::SignedPdf { "signed PDF" } else { self.assurance().name() }
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

/// Detects a proof by its content alone, so that another kind of file cannot pose as one.
pub fn detect(bytes: &[u8]) -> Result<Detected, Refused> {
    let found = |content, ending| Ok(Detected { content, ending });
    if bytes.is_empty() {
        return Err(Refused::new("the file is empty", "save the answer again"));
    }
    if mail::looks_like_mail(bytes) {
        let mail = Box::new(mail::read(bytes)?);
        return found(ProofContent::Mail(mail), if bytes.starts_with(COMPOUND_FILE) { "msg" } else { "eml" });
    }
    match FileFormat::from_bytes(bytes) {
        FileFormat::PortableDocumentFormat => found(pdf_content(bytes)?, "pdf"),
        format => match picture::ending(format, bytes) {
            Some((ending, true)) => found(ProofContent::Picture, ending),
            Some((_, false)) => {
                Err(Refused::new("the picture is cut off or damaged", "save, scan or photograph it again"))
            }
            None => Err(refused(format, bytes)),
        },
    }
}

fn pdf_content(bytes: &[u8]) -> Result<ProofContent, Refused> {
    let signed = pdf::check(bytes);
    if let Signed::Refused(why) = &signed {
        return Err(Refused::new(
            format!("its digital signature does not hold: {why}"),
            "ask for the signed file again, as the signing program saved it; or print it and scan the page",
        ));
    }
    let again = "print it to PDF again, or scan the page";
    let survey = pdf::survey(bytes).map_err(|why| Refused::new(why, again))?;
    if survey.needs_password {
        return Err(Refused::new(
            "nobody can read it without its password",
            "save it without one, or print it and scan the page",
        ));
    }
    if !survey.is_whole {
        return Err(Refused::new("the PDF is cut off or damaged", "save it or scan the page again"));
    }
    if survey.is_active {
        return Err(Refused::new("the PDF holds a program or another file", again));
    }
    if let Signed::Valid(signature) = signed {
        return Ok(ProofContent::SignedPdf(Box::new(signature)));
    }
    Ok(match pdf::text(bytes) {
        Ok((text, has_picture)) => ProofContent::Pdf { text, is_bare: !has_picture && !survey.has_marks },
        // An unreadable PDF is worth as much as a scan.
        Err(_) => ProofContent::Pdf { text: String::new(), is_bare: false },
    })
}

/// The refusal of another kind of file, with its remedy.
fn refused(format: FileFormat, bytes: &[u8]) -> Refused {
    match format.extension() {
        "doc" | "docx" | "odt" | "rtf" | "pages" => {
            Refused::new("anybody can change a document", "print it to PDF, or scan the signed page")
        }
        "p7s" | "p7m" => {
            Refused::new("this is a signature or a sealed message without the mail around it", "save the whole e-mail")
        }
        _ if bytes.starts_with(b"-----BEGIN SSH SIGNATURE-----") => Refused::new(
            "an SSH signature does not say whose key it is",
            "ask for an answer by e-mail, on paper, or a PDF signed with a program such as Adobe or DocuSign",
        ),
        _ => Refused::new(
            "this is neither a picture, nor a PDF or an e-mail",
            "use a photo or scan (JPEG, PNG, TIFF, HEIC, WebP), a PDF, or a saved e-mail (.eml or Outlook's .msg)",
        ),
    }
}
