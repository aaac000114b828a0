//! Rules on names of files and folders: what every system and every reader of the archive can take.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::Findings;
use crate::archive::PAYLOAD;
use crate::file_name::{Verdict, portable, too_long, verdict};
use crate::finding::{Rule, Severity};
use crate::portfolio::{SIGN_OFFS, is_junk};
use crate::review::Evidence;
use crate::text::{collision_key, nfc};
use crate::tree::{Entry, EntryKind};

/// UTF-16 units of a path in the portfolio. Windows takes 260 in all; the rest is for the archive's own folder and the
/// place where the assessor unpacks it.
const MAX_PATH_UNITS: usize = 150;

pub static NOT_PORTABLE: Rule = Rule {
    id: "name-not-portable",
    severity: Severity::Error,
    summary: "a file's name cannot be used on every system",
    why: "the assessor may open the archive on any system. Windows cannot create some names; other programs that check \
        archives fail at `%` and control characters. The file would be lost or the check would fail.",
    remedy: "rename the file as suggested, and correct `artefacts.toml` and links to it.",
};

pub static MISLEADING: Rule = Rule {
    id: "name-misleading",
    severity: Severity::Warning,
    summary: "a file's name may be shown or taken as something else",
    why: "programs take a name that begins with `-`, `=`, `+` or `@` for a command or a formula, and some characters look \
        like `/` or cannot be seen. The assessor is warned of such a name when the archive is checked.",
    remedy: "rename the file as suggested, and correct `artefacts.toml` and links to it.",
};

pub static COLLIDES: Rule = Rule {
    id: "name-collides",
    severity: Severity::Error,
    summary: "two names are the same on other systems",
    why: "Windows and macOS do not distinguish capital from small letters, or two spellings of an accented letter. \
        When the archive is unpacked there, one file overwrites the other.",
    remedy: "rename one of the two, and correct `artefacts.toml`.",
};

pub static LINK: Rule = Rule {
    id: "name-link",
    severity: Severity::Error,
    summary: "there is a symbolic link where a file should be",
    why: "a link points to a place on your disk. akam never follows it, so that nothing from outside the portfolio is \
        packed by mistake.",
    remedy: "put a copy of the file here instead: `akam attach FILE --to CODE`.",
};

pub static SPECIAL_FILE: Rule = Rule {
    id: "name-special-file",
    severity: Severity::Error,
    summary: "there is a pipe, socket or device where a file should be",
    why: "it has no content that could be packed, and reading it could go on for ever.",
    remedy: "remove it from the portfolio.",
};

pub static LONG: Rule = Rule {
    id: "name-long",
    severity: Severity::Warning,
    summary: "a path is so long that Windows may not unpack it",
    why: "Windows takes about 260 characters for all folders and the name, also those of the assessor.",
    remedy: "shorten the file's name, and correct `artefacts.toml`. The title can say the rest.",
};

pub static JUNK: Rule = Rule {
    id: "name-junk",
    severity: Severity::Warning,
    summary: "files that programs leave behind are skipped",
    why: "`.DS_Store`, `Thumbs.db` and the like are no evidence and are not packed. A file that begins with `~$` means \
        that a document is still open: your last changes may not be saved.",
    remedy: "close the program that has the document open. You can keep or delete the others.",
};

pub fn not_portable(entry: &Entry, findings: &mut Findings<'_>) {
    let name = file_name(&entry.path);
    let encoding = (!entry.utf8).then(|| "its name is not written in UTF-8".to_owned());
    if let Some(reason) = encoding.or_else(|| rejection(name)) {
        findings.report(&NOT_PORTABLE, &entry.path, || (reason, format!("rename it to `{}`", portable(name))));
    } else if let Some(reason) = too_long(&format!("akam/{PAYLOAD}{}", entry.path)) {
        let help = "put it in fewer folders, or shorten their names";
        findings.report(&NOT_PORTABLE, &entry.path, || (reason, help));
    }
}

pub fn misleading(entry: &Entry, findings: &mut Findings<'_>) {
    let name = file_name(&entry.path);
    if let Verdict::Warned(reason) = verdict(name)
        && rejection(name).is_none()
    {
        findings.report(&MISLEADING, &entry.path, || (reason, format!("rename it to `{}`", portable(name))));
    }
}

pub fn collides(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    // Of an archive that was read at all, no two names are the same anywhere.
    if !evidence.portfolio.tree.is_folder() {
        return;
    }
    // Only what tells folded names apart: long names would fill the memory.
    let (mut seen, fold) = (HashMap::new(), RandomState::new());
    for entry in entries(evidence) {
        let path = collision_key(&entry.path);
        if let Some(first) = seen.insert(fold.hash_one(&path), &entry.path).filter(|first| collision_key(first) == path)
        {
            findings.report(&COLLIDES, &entry.path, || {
                let same_letters = nfc(first) == nfc(&entry.path);
                let how =
                    if same_letters { "an accented letter is spelt in two ways" } else { "capital and small letters" };
                let message = format!("on other systems this is the same name as `{}` ({how})", file_name(first));
                (message, "rename one of the two")
            });
        }
    }
}

pub fn link(entry: &Entry, findings: &mut Findings<'_>) {
    if entry.kind == EntryKind::Link {
        let help = "put a copy of the file here instead";
        findings.report(&LINK, &entry.path, || ("this is a link; it is not followed", help));
    }
}

pub fn special_file(entry: &Entry, findings: &mut Findings<'_>) {
    if entry.kind == EntryKind::Special {
        let message = "this is a pipe, socket or device; it is not opened";
        findings.report(&SPECIAL_FILE, &entry.path, || (message, "remove it from the portfolio"));
    }
}

pub fn long(entry: &Entry, findings: &mut Findings<'_>) {
    let units = entry.path.encode_utf16().count();
    if units > MAX_PATH_UNITS && rejection(file_name(&entry.path)).is_none() {
        findings.report(&LONG, &entry.path, || {
            let message =
                format!("this path has {units} characters; beyond {MAX_PATH_UNITS}, Windows may not unpack it");
            (message, "shorten the name; the title can say the rest")
        });
    }
}

pub fn junk(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    let inside = |entry: &&Entry| entry.kind == EntryKind::File && portfolio.owner_of(&entry.path).is_some();
    let files = portfolio.tree.entries().iter().filter(inside).map(|entry| &entry.path);
    let skipped = files.filter(|path| is_junk(path) && evidence.holds(path));
    let (open, left): (Vec<&String>, Vec<&String>) = skipped.partition(|path| file_name(path).starts_with("~$"));
    for path in open {
        findings.report(&JUNK, path, || {
            let message = "a document is open in another program: your last changes may not be saved";
            (message, "save and close it, then check again")
        });
    }
    if let [first, rest @ ..] = &left[..] {
        findings.report(&JUNK, *first, || {
            let message = match rest.len() {
                0 => "this file was left behind by a program; it is skipped".to_owned(),
                more => format!("this file and {more} more were left behind by programs; they are skipped"),
            };
            (message, "you can keep or delete them")
        });
    }
}

/// Why a name cannot be packed, if so. What akam's own reader of archives only warns of may stop other programs.
fn rejection(name: &str) -> Option<String> {
    match verdict(name) {
        Verdict::Refused(_) if name.contains(['\n', '\r']) => Some("there is a line break in the name".to_owned()),
        Verdict::Refused(reason) => Some(reason),
        Verdict::Warned(reason) => name.contains('%').then_some(reason),
        Verdict::Fine => None,
    }
}

/// What is or would be packed, and folders on the way to it.
pub fn entries<'a>(evidence: &'a Evidence<'_>) -> Vec<&'a Entry> {
    let signed = |path: &str| path == SIGN_OFFS || path.starts_with("sign-offs/");
    let is_packed = |entry: &&Entry| {
        let own = evidence
            .portfolio
            .owner_of(&entry.path)
            .is_some_and(|competency| evidence.selection.includes(&competency.code));
        let top_link = !entry.path.contains('/') && matches!(entry.kind, EntryKind::Link | EntryKind::Special);
        (own || signed(&entry.path) || top_link) && !is_junk(&entry.path)
    };
    evidence.portfolio.tree.entries().iter().filter(is_packed).collect()
}

/// What is behind the last `/`.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
