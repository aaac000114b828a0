//! Files that are no `OpenDocument` text, or none that can be read: what each is, and what to do.

use crate::document::xml::Defect;
use crate::source::Refused;

const SAVE: &str = "open it in LibreOffice and choose File, Save As, `ODF Text Document (.odt)`";
const AGAIN: &str = "get a whole copy of it, or open it in LibreOffice and save it again as `ODF Text Document (.odt)`";
const SPLIT: &str = "keep the text that is to be read, and attach the rest as an artefact";

/// What a media type of `OpenDocument` is called.
const TYPES: &[(&str, &str)] = &[
    ("text-template", "a template"),
    ("text-master-template", "a template of a master document"),
    ("text-master", "a master document, whose text is in other files"),
    ("text-web", "a web page"),
    ("spreadsheet", "a spreadsheet"),
    ("presentation", "a presentation"),
    ("graphics", "a drawing"),
    ("chart", "a chart"),
    ("formula", "a formula"),
    ("image", "a picture"),
    ("base", "a database"),
    ("database", "a database"),
];

pub fn xml(defect: Defect) -> Refused {
    let message = match defect {
        Defect::Malformed(line) => format!("it is damaged or not whole: its XML is wrong in line {line}"),
        Defect::Doctype => "it holds a document type declaration (DOCTYPE), which no text needs".to_owned(),
        Defect::Encoding => "its XML is not written in UTF-8".to_owned(),
        Defect::TooDeep => "its elements are nested more than 256 deep".to_owned(),
        Defect::TooMany => "it holds more elements than can be read".to_owned(),
        Defect::Prefix => "its XML gives one prefix two meanings, so programs may read it differently".to_owned(),
    };
    Refused::new(message, if matches!(defect, Defect::Malformed(_)) { AGAIN } else { SAVE })
}

/// A text that is too long.
pub fn too_long() -> Refused {
    Refused::new("it holds more than 2 MB of text", SPLIT)
}

/// Rows or cells that say they are there many times.
pub fn too_repeated() -> Refused {
    Refused::new("rows or cells of its tables are repeated more than 10,000 times", SPLIT)
}

/// A file of another media type, which is not that of a text.
pub fn media_type(media: &str) -> Refused {
    let kind = media.strip_prefix("application/vnd.oasis.opendocument.").unwrap_or_default();
    let kind = kind.trim_end_matches("-flat-xml");
    if let Some((_, what)) = TYPES.iter().find(|(known, _)| *known == kind) {
        let help = match kind {
            "text-template" | "text-master-template" | "text-web" => SAVE,
            "text-master" => "in LibreOffice: File, Export, `ODF Text Document (.odt)`",
            _ => "put the text into an ODF Text Document (.odt), and attach this file as an artefact",
        };
        return Refused::new(format!("it is no text document but {what}"), help);
    }
    if media.starts_with("application/vnd.sun.xml.writer") {
        return Refused::new("it is a text of OpenOffice.org 1 (.sxw)", SAVE);
    }
    Refused::new("it is no OpenDocument text", SAVE)
}

/// What bytes are that are neither a package nor XML.
pub fn bytes(bytes: &[u8]) -> Refused {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1000)]).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if bytes.is_empty() {
        return Refused::new("the file is empty", "write the text, and save it as `ODF Text Document (.odt)`");
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Refused::new("it is an old Word document (.doc), or one that Word has locked with a password", SAVE);
    }
    if start.starts_with("{\\rtf") {
        return Refused::new("it is a Rich Text document (.rtf) under another name", SAVE);
    }
    if start.starts_with("%pdf") {
        return Refused::new("it is a PDF under another name", "give it the ending `.pdf`");
    }
    if start.contains("<html") || start.starts_with("<!doctype html") {
        return Refused::new("it is a web page under another name", SAVE);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return xml(Defect::Encoding);
    }
    if bytes.starts_with(b"PK") {
        return Refused::new("it is damaged: only its beginning is there", AGAIN);
    }
    Refused::new("it is no OpenDocument text", SAVE)
}

/// XML whose outermost element is that of another kind of file.
pub fn root(name: &str) -> Refused {
    if name.ends_with(":wordDocument") || name.ends_with(":package") {
        return Refused::new("it is a Word document in XML", SAVE);
    }
    if name.to_ascii_lowercase().ends_with(":html") {
        return Refused::new("it is a web page under another name", SAVE);
    }
    Refused::new("it is XML, but no OpenDocument text", SAVE)
}

/// A package without its main part.
pub fn no_content() -> Refused {
    Refused::new("it is not whole: `content.xml`, which holds the text, is missing in it", AGAIN)
}

pub fn other_zip() -> Refused {
    Refused::new("it is a ZIP file, but no OpenDocument text", SAVE)
}

pub fn encrypted() -> Refused {
    let help = "open it in LibreOffice and choose File, Save As, without `Save with password`";
    Refused::new("it is locked with a password", help)
}

/// A file of Microsoft Office.
pub fn office(is_word: bool) -> Refused {
    if is_word {
        return Refused::new("it is a Word document under another name", "give it the ending `.docx`");
    }
    Refused::new("it is an Office file that is no text document", SAVE)
}
