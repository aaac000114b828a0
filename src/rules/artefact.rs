//! Rules on attached files and the list of them, `artefacts.toml`.

use std::collections::{BTreeMap, BTreeSet};

use file_format::FileFormat;

use super::Findings;
use super::findings::MAX_PER_RULE;
use super::name::file_name;
use crate::document::{Document, Format, Target};
use crate::finding::{Rule, Severity};
use crate::media::{self, Trait};
use crate::portfolio::artefact::{Artefact, FILE, Share};
use crate::portfolio::is_junk;
use crate::review::{Attached, AttachedFile, Evidence, Review};
use crate::settings;
use crate::text::{fold, nfc};
use crate::tree::{Entry, EntryKind};

pub static NONE: Rule = Rule {
    id: "artefact-none",
    severity: Severity::Error,
    summary: "no artefact is attached, and no reason is given",
    why: "AKAM's text allows a document alone, and names plans, organograms, reports and analyses as examples of what \
        you may attach. akam asks for one of the two, artefacts or a reason, so that none is forgotten.",
    remedy: "`akam attach FILE --to CODE`. If the document is to be enough by itself, say why in `artefacts.toml`: \
        `document_only = \"…\"`.",
};

pub static MISSING: Rule = Rule {
    id: "artefact-missing",
    severity: Severity::Error,
    summary: "a file in the list of artefacts is not there",
    why: "the assessor's list would name a file that is not in the archive.",
    remedy: "put the file where the list says, correct `file`, or remove the entry from `artefacts.toml`. A file whose \
        name begins with `.` or `~$`, or ends as temporary files do, is never packed: rename it.",
};

pub static UNLISTED: Rule = Rule {
    id: "artefact-unlisted",
    severity: Severity::Error,
    summary: "a file is in the competency's folder but not in its list of artefacts",
    why: "every attached file needs a sentence on what it shows and on your share in it; without them an assessor \
        cannot use it. And a draft that is here by mistake would be sent.",
    remedy: "add it to `artefacts.toml` (as the example there shows), or move it into `private/`.",
};

pub static UNEXPLAINED: Rule = Rule {
    id: "artefact-unexplained",
    severity: Severity::Error,
    summary: "the list of artefacts does not say what an artefact shows",
    why: "the diploma asks you to explain how each artefact demonstrates the competency.",
    remedy: "write one or two sentences as `shows = \"…\"`: what to look at, and what it proves.",
};

pub static SHARE_UNSTATED: Rule = Rule {
    id: "artefact-share-unstated",
    severity: Severity::Error,
    summary: "the list of artefacts does not say how much of an artefact is the candidate's own work",
    why: "the diploma asks how much you contributed to each artefact. Much of a key account manager's work is done in \
        a team: state your own share as it is.",
    remedy: "write `share = 80`: how much of it is your own work, in per cent.",
};

pub static NOT_OWN_WORK: Rule = Rule {
    id: "artefact-not-own-work",
    severity: Severity::Error,
    summary: "an artefact is not the candidate's own work at all",
    why: "the materials must be your own work. A policy or a hand-out that others made does not show what you can do.",
    remedy: "attach something that shows how you used it, or correct `share` if you did contribute.",
};

pub static SUPPORTS_UNKNOWN: Rule = Rule {
    id: "artefact-supports-unknown",
    severity: Severity::Error,
    summary: "an artefact supports a competency or part that does not exist or is left out",
    why: "the list tells the assessor what each artefact supports; such a code leads nowhere.",
    remedy: "correct the code in `supports`. `akam show CODE` lists the codes of a competency's parts.",
};

pub static UNREADABLE: Rule = Rule {
    id: "artefact-unreadable",
    severity: Severity::Error,
    summary: "an attached file cannot be opened",
    why: "what cannot be read cannot be packed.",
    remedy: "give yourself the right to read it, close the program that has it open, or download it from the cloud.",
};

pub static EMPTY: Rule = Rule {
    id: "artefact-empty",
    severity: Severity::Error,
    summary: "an attached file is empty",
    why: "an empty file is nearly always a copy that went wrong.",
    remedy: "copy it again from where it comes from.",
};

pub static EXECUTABLE: Rule = Rule {
    id: "artefact-executable",
    severity: Severity::Error,
    summary: "an attached file is a program, or a web page that could run one",
    why: "many mail systems refuse archives with programs, and nobody should have to run one to read evidence.",
    remedy: "attach what it produced: a report, a screenshot, a spreadsheet. Print a web page or an SVG drawing to \
        PDF.",
};

pub static UNMENTIONED: Rule = Rule {
    id: "artefact-unmentioned",
    severity: Severity::Warning,
    summary: "the document never mentions an artefact",
    why: "an artefact that the text never mentions is overlooked, and nobody learns which claim it proves.",
    remedy: "link to it where you make the claim, for example `[the plan](artefacts/plan.xlsx)`, or name its number \
        there.",
};

pub static DUPLICATE: Rule = Rule {
    id: "artefact-duplicate",
    severity: Severity::Warning,
    summary: "the same file is attached twice",
    why: "one entry is enough for several competencies; the assessor would compare the two copies.",
    remedy: "keep one, and name the other competency or part in its `supports`.",
};

pub fn none(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let folder = review.folder;
    if folder.is_register_broken() || !folder.artefacts().is_empty() || !folder.files.is_empty() {
        return;
    }
    let reason = folder.register.as_ref().and_then(|register| register.document_only.as_ref());
    if reason.is_none_or(|reason| reason.get_ref().trim().is_empty()) {
        findings.report(&NONE, &format!("{}/{FILE}", folder.path), || {
            let attach = format!("`akam attach FILE --to {}`", review.competency.code);
            let help = format!("{attach}, or say why not in `{FILE}`: `document_only = \"…\"`");
            ("no artefact is attached, and no reason is given", help)
        });
    }
}

pub fn missing(evidence: &Evidence<'_>, review: &Review<'_>, attached: &Attached<'_>, findings: &mut Findings<'_>) {
    let Attached { register, artefact, path, entry } = attached;
    let is_packed = path.as_ref().is_some_and(|path| !is_junk(path));
    if is_packed && entry.is_some_and(|entry| entry.kind != EntryKind::Folder) {
        return;
    }
    findings.report(&MISSING, (&register.source, &artefact.file), || {
        let is_folder = |path: &String| entry.is_some() || evidence.portfolio.tree.below(path).next().is_some();
        let file = artefact.file.get_ref();
        match path {
            None => (
                "this path leads out of the competency's folder".to_owned(),
                format!("attach a copy: `akam attach FILE --to {}`", review.competency.code),
            ),
            Some(path) if is_junk(path) => (
                format!("`{file}` looks like a temporary file, which is never packed"),
                "rename the file, and correct `file`; or remove this entry".to_owned(),
            ),
            Some(path) if is_folder(path) => {
                (format!("`{file}` is a folder"), "make an entry for each file in it".to_owned())
            }
            Some(_) => (
                format!("`{file}` is not there"),
                near_file(review, artefact).map_or_else(
                    || "put the file there, correct `file`, or remove this entry".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            ),
        }
    });
}

pub fn unlisted(evidence: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let folder = review.folder;
    if folder.is_register_broken() {
        return;
    }
    let near: BTreeSet<&str> = folder.near_misses(review.competency).map(|(name, _)| name).collect();
    let listed: BTreeSet<&String> = review.artefacts.iter().filter_map(|attached| attached.path.as_ref()).collect();
    for path in &folder.files {
        // A file that is meant as the document has a finding of its own.
        let is_near = near.contains(&path[folder.path.len() + 1..]);
        let is_listed = is_near || listed.contains(path) || listed.contains(&nfc(path));
        if !is_listed && evidence.portfolio.tree.find(path).is_some_and(|entry| entry.utf8) {
            findings.report(&UNLISTED, path, || {
                let file = &path[folder.path.len() + 1..];
                let help = format!("add it to `{FILE}` with `file = \"{file}\"`, or move it into `private/`");
                ("this file is not in the list of artefacts, so nothing says what it shows", help)
            });
        }
    }
}

pub fn unexplained(_: &Evidence<'_>, _: &Review<'_>, attached: &Attached<'_>, findings: &mut Findings<'_>) {
    let Attached { register, artefact, .. } = attached;
    if artefact.shows.is_none() {
        findings.report(&UNEXPLAINED, (&register.source, &artefact.file), || {
            let message = format!("nothing says what {} `{}` shows", artefact.number, artefact.name());
            (message, "add `shows = \"…\"`: how it demonstrates the competency")
        });
    }
}

pub fn share_unstated(_: &Evidence<'_>, _: &Review<'_>, attached: &Attached<'_>, findings: &mut Findings<'_>) {
    let Attached { register, artefact, .. } = attached;
    if artefact.share.is_none() {
        findings.report(&SHARE_UNSTATED, (&register.source, &artefact.file), || {
            let what = format!("{} `{}`", artefact.number, artefact.name());
            (format!("how much of {what} is your own work is not stated"), "add `share = 80`, in per cent")
        });
    }
}

pub fn not_own_work(_: &Evidence<'_>, _: &Review<'_>, attached: &Attached<'_>, findings: &mut Findings<'_>) {
    let Attached { register, artefact, .. } = attached;
    if let Some(share) = artefact.share.as_ref().filter(|share| *share.get_ref() == Share(0)) {
        findings.report(&NOT_OWN_WORK, (&register.source, share), || {
            let message = format!("{} `{}` is not your own work at all", artefact.number, artefact.name());
            (message, "attach instead something that shows how you used it")
        });
    }
}

pub fn supports_unknown(evidence: &Evidence<'_>, _: &Review<'_>, attached: &Attached<'_>, findings: &mut Findings<'_>) {
    let Attached { register, artefact, .. } = attached;
    let portfolio = evidence.portfolio;
    for written in &artefact.supports {
        let code = written.get_ref();
        let owner = portfolio.framework.owner(code);
        if owner.is_some_and(|owner| !portfolio.is_omitted(&owner.code)) {
            continue;
        }
        findings.report(&SUPPORTS_UNKNOWN, (&register.source, written), || match owner {
            None => (
                format!("`{code}` is not a competency or part"),
                settings::nearest(code, portfolio.framework.codes())
                    .map_or("`akam show` lists the codes".to_owned(), |near| format!("did you mean `{near}`?")),
            ),
            Some(owner) => (
                format!("`{code}` belongs to {}, which is left out", owner.code),
                "remove the code from `supports`".to_owned(),
            ),
        });
    }
}

pub fn unreadable(file: &AttachedFile<'_>, findings: &mut Findings<'_>) {
    if let Err(error) = &file.head {
        findings.report(&UNREADABLE, &file.entry.path, || {
            let help = "give yourself the right to read it, or close the program that has it open";
            (format!("it cannot be opened: {error}"), help)
        });
    }
}

pub fn empty(file: &AttachedFile<'_>, findings: &mut Findings<'_>) {
    if file.entry.size == 0 {
        let message = "this file is empty";
        findings.report(&EMPTY, &file.entry.path, || (message, "copy it again from where it comes from"));
    }
}

pub fn executable(file: &AttachedFile<'_>, findings: &mut Findings<'_>) {
    if is_program(&file.entry.path, file.head.as_ref().map_or(&[], |head| &head.bytes)) {
        findings.report(&EXECUTABLE, &file.entry.path, || {
            let message = "this file is a program, or could run one when it is opened";
            (message, "attach what it produced, or print it to PDF")
        });
    }
}

pub fn unmentioned(_: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let texts = [&document.text, &document.outside].map(|text| fold(text));
    let linked: Vec<Target> = document.links.iter().map(|link| link.target(&review.folder.path)).collect();
    let is_unmentioned = |attached: &&Attached<'_>| {
        let artefact = attached.artefact;
        let named = [artefact.number.as_str(), artefact.name(), artefact.file_name()];
        let path = attached.path.clone().map(Target::File);
        !path.is_some_and(|path| linked.contains(&path))
            && !named.iter().any(|name| texts.iter().any(|text| text.contains(&fold(name))))
    };
    // Each is searched for in the whole text, so this stops when no more are reported.
    for Attached { register, artefact, .. } in review.artefacts.iter().filter(is_unmentioned).take(MAX_PER_RULE) {
        findings.report(&UNMENTIONED, (&register.source, &artefact.file), || {
            let message = format!("the document never mentions {} `{}`", artefact.number, artefact.name());
            let help = if document.format == Format::Markdown {
                format!("link to it where you make the claim: `[…]({})`", link_to(artefact))
            } else {
                format!(
                    "write {} where you make the claim, or link to `{}` there",
                    artefact.number,
                    artefact.file_name()
                )
            };
            (message, help)
        });
    }
}

pub fn duplicate(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let portfolio = evidence.portfolio;
    let mut alike: BTreeMap<(u64, u32), Vec<&Entry>> = BTreeMap::new();
    for AttachedFile { entry, head } in evidence.submitted().flat_map(|review| &review.files) {
        if let Some(head) = head.as_ref().ok().filter(|_| entry.size > 0) {
            alike.entry((entry.size, head.checksum)).or_default().push(entry);
        }
    }
    for (entry, first) in alike.values().flat_map(|files| portfolio.tree.duplicates(files)) {
        findings.report(&DUPLICATE, &entry.path, || {
            let help = "keep one, and name the other competency in its `supports`";
            (format!("this is the same file as `{}`", first.path), help)
        });
    }
    for review in evidence.submitted() {
        let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
        for Attached { register, artefact, path, .. } in &review.artefacts {
            let Some(path) = path else { continue };
            if let Some(first) = numbers.insert(path, &artefact.number) {
                findings.report(&DUPLICATE, (&register.source, &artefact.file), || {
                    (format!("this file is in the list already, as {first}"), "keep one of the two entries")
                });
            }
        }
    }
}

/// A file of the folder whose name is like that of a registered one, and which no entry names yet.
fn near_file<'a>(review: &Review<'a>, artefact: &Artefact) -> Option<&'a str> {
    let folder = review.folder;
    let registered: BTreeSet<&String> = review.artefacts.iter().filter_map(|other| other.path.as_ref()).collect();
    let free: Vec<&str> = folder.files.iter().filter(|path| !registered.contains(path)).map(String::as_str).collect();
    let near = settings::nearest(artefact.file_name(), free.iter().map(|path| file_name(path)))?;
    free.into_iter().find(|path| file_name(path) == near).map(|path| &path[folder.path.len() + 1..])
}

/// The file as a Markdown link's destination.
fn link_to(artefact: &Artefact) -> String {
    let file = artefact.file.get_ref();
    if file.contains([' ', '(', ')']) { format!("<{file}>") } else { file.clone() }
}

/// Whether a file acts when it is opened, by its ending or its first bytes.
pub fn is_program(path: &str, head: &[u8]) -> bool {
    // A text may begin with the letters of a program.
    let is_binary = head.iter().any(|byte| *byte < 9);
    let is_executable = is_binary
        && matches!(
            FileFormat::from_bytes(head),
            FileFormat::MsDosExecutable
                | FileFormat::PortableExecutable
                | FileFormat::ExecutableAndLinkableFormat
                | FileFormat::MachO
                | FileFormat::JavaClass
        );
    media::is(path, Trait::Program) || is_executable || head.starts_with(b"#!")
}
