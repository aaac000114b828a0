//! Kinds of files by the endings of their names, a line each, and what akam knows of them.

use Trait::{Compressed, Leftover, Office, Program, Secret, Shown};

/// Something that akam treats a kind of file by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// It is compressed already: another compression gains nothing.
    Compressed,
    /// Office locks such a document while it is open.
    Office,
    /// A page shows it as a picture. SVG is left out: it is a document of its own.
    Shown,
    /// It acts when it is opened, or could.
    Program,
    /// It holds keys or passwords.
    Secret,
    /// A program leaves it behind.
    Leftover,
}

/// Endings in lower case, the media type that IANA lists (`""` where an archive's metadata gives none), and traits.
type Kind = (&'static [&'static str], &'static str, &'static [Trait]);

const KINDS: &[Kind] = &[
    (&["md"], "text/markdown", &[]),
    (&["csv"], "text/csv", &[]),
    (&["txt"], "text/plain", &[]),
    (&["toml"], "application/toml", &[]),
    (&["json"], "application/json", &[]),
    (&["html"], "text/html", &[Program]),
    (&["pdf"], "application/pdf", &[Compressed]),
    (&["png"], "image/png", &[Compressed, Shown]),
    (&["jpg", "jpeg"], "image/jpeg", &[Compressed, Shown]),
    (&["gif"], "image/gif", &[Compressed, Shown]),
    (&["webp"], "image/webp", &[Compressed, Shown]),
    (&["avif"], "image/avif", &[Compressed, Shown]),
    (&["heic"], "image/heic", &[Compressed]),
    (&["tif"], "image/tiff", &[]),
    (&["svg"], "image/svg+xml", &[Program]),
    (&["mp4"], "video/mp4", &[Compressed]),
    (&["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document", &[Compressed, Office]),
    (&["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[Compressed, Office]),
    (&["pptx"], "application/vnd.openxmlformats-officedocument.presentationml.presentation", &[Compressed, Office]),
    (&["odt"], "application/vnd.oasis.opendocument.text", &[Compressed]),
    (&["ods"], "application/vnd.oasis.opendocument.spreadsheet", &[Compressed]),
    (&["odp"], "application/vnd.oasis.opendocument.presentation", &[Compressed]),
    (&["eml"], "message/rfc822", &[]),
    (&["msg"], "application/vnd.ms-outlook", &[Compressed]),
    (&["zip"], "application/zip", &[Compressed]),
    (&["doc", "xls", "ppt"], "", &[Office]),
    (&["docm", "dotx", "xlsm", "xlsb", "xltx", "pptm"], "", &[Compressed, Office]),
    (&["ppsx", "potx", "odg", "epub", "heif", "jp2", "7z", "rar", "gz", "bz2", "xz", "zst"], "", &[Compressed]),
    (
        &["mp3", "m4a", "aac", "ogg", "opus", "wma", "flac", "m4v", "mov", "wmv", "webm", "mkv", "avi"],
        "",
        &[Compressed],
    ),
    (
        &["exe", "com", "bat", "cmd", "scr", "pif", "msi", "msp", "dll", "cpl", "ps1", "psm1", "vbs", "vbe"],
        "",
        &[Program],
    ),
    (&["js", "jse", "wsf", "hta", "jar", "sh", "app", "lnk", "reg", "apk", "chm"], "", &[Program]),
    (&["htm", "xhtml", "mht", "mhtml"], "", &[Program]),
    (&["env", "pem", "key", "pfx", "p12", "ppk", "jks", "kdb", "kdbx"], "", &[Secret]),
    (&["tmp", "swp", "crdownload", "part", "bak"], "", &[Leftover]),
];

/// The ending of a file's name in lower case, without the dot; empty where there is none.
pub fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase()
}

/// Whether the kind of a file has a trait.
pub fn is(path: &str, wanted: Trait) -> bool {
    kind(path).is_some_and(|(_, _, traits)| traits.contains(&wanted))
}

/// The media type of a file.
pub fn media_type(path: &str) -> Option<&'static str> {
    kind(path).map(|(_, media_type, _)| *media_type).filter(|media_type| !media_type.is_empty())
}

fn kind(path: &str) -> Option<&'static Kind> {
    let ending = ending(path);
    KINDS.iter().find(|(endings, ..)| endings.contains(&ending.as_str()))
}
