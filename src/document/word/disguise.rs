//! What is named `.docx` and is no Word document: each kind with its own message and remedy.

use std::collections::HashMap;

use super::parts::{NAMESPACES, Relation};
use crate::document::package::Package;
use crate::document::xml::{Xml, decode};
use crate::settings::Problem;

/// The mark of files that old Office programs write ([MS-CFB], 2.2).
const COMPOUND_FILE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const SAVE_AS: &str = "open it in Word and choose File, Save As, Word document (.docx)";

/// Looks at how the file begins.
pub fn check_start(path: &str, bytes: &[u8]) -> Result<(), Problem> {
    let wrong = |message: &str, help: &str| Err(Problem::file(path, message, help));
    if bytes.is_empty() {
        return wrong("this file is empty", "save the document again, or take it from a backup");
    }
    if bytes.starts_with(COMPOUND_FILE) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return if memchr::memmem::find(bytes, &name).is_some() {
            wrong(
                "this document is protected with a password",
                "in Word: File, Info, Protect Document, Encrypt with Password: delete the password, then save",
            )
        } else {
            wrong("this is a document of an old Word (.doc)", SAVE_AS)
        };
    }
    if bytes.starts_with(b"PK") {
        return Ok(());
    }
    if bytes.starts_with(b"{\\rtf") {
        return wrong("this is Rich Text (RTF), not a Word document", SAVE_AS);
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).replace('\0', "").to_lowercase();
    if start.contains("<pkg:package") || start.contains("schemas.microsoft.com/office/2006/xmlpackage") {
        return wrong("this is a Word document saved as one XML file", SAVE_AS);
    }
    if start.contains("<w:worddocument") || start.contains("progid=\"word.document\"") {
        return wrong("this is a Word document saved as XML of Word 2003", SAVE_AS);
    }
    if start.contains("<office:document") {
        return wrong("this is an OpenDocument text in one XML file", "in LibreOffice: File, Save As, Word (.docx)");
    }
    if start.starts_with("mime-version:") {
        return wrong("this is a saved web page (MHT), not a Word document", SAVE_AS);
    }
    if ["<!doctype html", "<html", "<head", "<body"].iter().any(|mark| start.contains(mark)) {
        return wrong("this is a web page (HTML), not a Word document", SAVE_AS);
    }
    if bytes.starts_with(b"%PDF") {
        return wrong("this is a PDF, not a Word document", "name it `evidence.pdf`");
    }
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    if is_text {
        return wrong(
            "this is plain text, not a Word document",
            "name it `evidence.md`, or open it in Word and save it as .docx",
        );
    }
    wrong("this is no Word document, or its beginning is missing", "take it from a backup, or download it again")
}

/// The name of the part that holds the text.
pub fn main_part(package: &Package, relations: &HashMap<String, Relation>) -> Result<String, Problem> {
    let wrong = |message: &str, help: &str| Err(Problem::file(package.path(), message, help));
    let mut main = relations.values().filter(|it| it.kind == "officeDocument" && !it.is_external);
    let (first, second) = (main.next(), main.next());
    if second.is_some() {
        return wrong("it holds two main texts, so programs may show two documents", SAVE_AS);
    }
    let Some(name) = first.map(|it| it.target.clone()) else {
        if let Some(kind) =
            package.read("mimetype")?.filter(|kind| kind.starts_with(b"application/vnd.oasis.opendocument"))
        {
            let is_text = kind.starts_with(b"application/vnd.oasis.opendocument.text");
            return if is_text {
                wrong("this is an OpenDocument text, not a Word document", "name it `evidence.odt`")
            } else {
                wrong("this is an OpenDocument file without text, not a Word document", "save the text as .docx")
            };
        }
        if package.has("index/document.iwa") || package.has("index.zip") {
            return wrong("this is a Pages document", "in Pages: File, Export To, Word");
        }
        return wrong(
            "it is a ZIP file without the main part of a Word document",
            "take it from a backup, or save it again in Word",
        );
    };
    check_type(package, &name)?;
    if package.names().iter().any(|part| part.to_lowercase().ends_with("vbaproject.bin")) {
        return wrong(
            "this document holds macros",
            "in Word: File, Save As, Word document (.docx), which leaves them out",
        );
    }
    if !package.has(&name) {
        return wrong(
            "the main part of this Word document is missing",
            "take it from a backup, or save it again in Word",
        );
    }
    Ok(name)
}

/// Looks at what the package says of its main part.
fn check_type(package: &Package, main: &str) -> Result<(), Problem> {
    let wrong = |message: &str, help: &str| Err(Problem::file(package.path(), message, help));
    let Some(text) = package.read("[Content_Types].xml")?.and_then(|bytes| decode(bytes).ok()) else {
        return wrong("its list of contents is missing or damaged (`[Content_Types].xml` in it)", SAVE_AS);
    };
    let Ok(xml) = Xml::parse(&text, NAMESPACES) else {
        return wrong("its list of contents is damaged (`[Content_Types].xml` in it)", SAVE_AS);
    };
    let ending = main.rsplit('.').next().unwrap_or_default();
    let (mut by_name, mut by_ending) = (None, None);
    for element in xml.root().elements() {
        let is = |attribute: &str, value: &str| {
            element.attribute(attribute).is_some_and(|it| it.trim_start_matches('/').eq_ignore_ascii_case(value))
        };
        let kind = || element.attribute("ContentType").map(|kind| kind.to_lowercase());
        match element.name() {
            "ct:Override" if is("PartName", main) => by_name = kind(),
            "ct:Default" if is("Extension", ending) => by_ending = kind(),
            _ => {}
        }
    }
    let kind = by_name.or(by_ending).unwrap_or_default();
    if kind.contains("macroenabled") {
        return wrong(
            "this document holds macros (.docm)",
            "in Word: File, Save As, Word document (.docx), which leaves them out",
        );
    }
    if kind.contains("template") {
        return wrong("this is a Word template (.dotx), not a document", SAVE_AS);
    }
    if kind.contains("spreadsheet") {
        return wrong(
            "this is an Excel workbook, not a Word document",
            "put it into `artefacts`, and write the text in Word",
        );
    }
    if kind.contains("presentation") {
        return wrong(
            "this is a presentation, not a Word document",
            "put it into `artefacts`, and write the text in Word",
        );
    }
    Ok(())
}
