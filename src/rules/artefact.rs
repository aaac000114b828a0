//! Rules on attached files and their register.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Facts, Findings};
use crate::document::Target;
use crate::finding::{Finding, Rule, Severity};
use crate::portfolio::artefact::{self, Artefact, Register, Share};
use crate::portfolio::is_junk;
use crate::settings;
use crate::source::Place;
use crate::tree::{Entry, Kind};

pub static NONE: Rule = Rule {
    id: "artefact-none",
    severity: Severity::Error,
    summary: "no artefact is attached, and no reason is given",
    explanation: "Why it matters: AKAM names plans, organograms, reports and analyses as evidence. A document alone asks to be \
        believed.\n\
        What to do: `akam attach FILE --to CODE`. If there is nothing that you can show, say why in `artefacts.toml`: \
        `document_only = \"…\"`.",
};

pub static MISSING: Rule = Rule {
    id: "artefact-missing",
    severity: Severity::Error,
    summary: "a registered file is not there",
    explanation: "Why it matters: the index would promise the assessor a file that the archive does not hold.\n\
        What to do: put the file where the register says, correct `file`, or take the entry out of `artefacts.toml`. A \
        file whose name begins with `.` or `~$`, or ends as temporary files do, is never packed: rename it.",
};

pub static UNLISTED: Rule = Rule {
    id: "artefact-unlisted",
    severity: Severity::Error,
    summary: "a file lies in the competency's folder but not in its register",
    explanation: "Why it matters: every attached file needs a sentence on what it shows and on your share in it; without \
        them an assessor can make nothing of it. And a draft that lies here by mistake would be sent.\n\
        What to do: register it in `artefacts.toml` (as the example there shows), or move it into `private/`.",
};

pub static UNEXPLAINED: Rule = Rule {
    id: "artefact-unexplained",
    severity: Severity::Error,
    summary: "the register does not say what an artefact shows",
    explanation: "Why it matters: the scheme asks you to explain of each item how it demonstrates the competency.\n\
        What to do: write one or two sentences as `shows = \"…\"`: what the reader should look at, and what it proves.",
};

pub static SHARE_UNSTATED: Rule = Rule {
    id: "artefact-share-unstated",
    severity: Severity::Error,
    summary: "the register does not say how much of an artefact is the candidate's own work",
    explanation: "Why it matters: the scheme asks how much you contributed to each item. Much of a key account manager's \
        work is done in a team; an honest 60 is worth more than nothing said.\n\
        What to do: write `share = 80`: the part of it that is your own work, in percent.",
};

pub static NOT_OWN_WORK: Rule = Rule {
    id: "artefact-not-own-work",
    severity: Severity::Error,
    summary: "an artefact is not the candidate's own work at all",
    explanation: "Why it matters: the materials must be your own work. A policy or a hand-out that others made is no \
        evidence of what you can do.\n\
        What to do: attach something that shows how you used it, or correct `share` if you did contribute.",
};

pub static SUPPORTS_UNKNOWN: Rule = Rule {
    id: "artefact-supports-unknown",
    severity: Severity::Error,
    summary: "an artefact supports something that is not in the framework",
    explanation: "Why it matters: the index shows the assessor which competency and part each artefact supports; a code \
        that does not exist, or one that you leave out, points nowhere.\n\
        What to do: correct the code in `supports`. `akam show CODE` lists the codes of a competency's parts.",
};

pub static UNREADABLE: Rule = Rule {
    id: "artefact-unreadable",
    severity: Severity::Error,
    summary: "an attached file cannot be opened",
    explanation: "Why it matters: what cannot be read cannot be packed.\n\
        What to do: give yourself the right to read it, close the program that holds it, or, if it lies in a cloud \
        folder, download it first.",
};

pub static EMPTY: Rule = Rule {
    id: "artefact-empty",
    severity: Severity::Error,
    summary: "an attached file is empty",
    explanation: "Why it matters: an empty file is nearly always a copy that went wrong.\n\
        What to do: copy it again from where it comes from.",
};

pub static EXECUTABLE: Rule = Rule {
    id: "artefact-executable",
    severity: Severity::Error,
    summary: "an attached file is a program, or a web page that could run one",
    explanation: "Why it matters: assessors' mail systems and virus scanners refuse archives with programs in them, and \
        nobody should have to run one to read evidence.\n\
        What to do: attach what the program produced: a report, a screenshot, a spreadsheet. Print a web page or an SVG \
        drawing to PDF.",
};

pub static UNMENTIONED: Rule = Rule {
    id: "artefact-unmentioned",
    severity: Severity::Warning,
    summary: "the document never mentions an artefact",
    explanation: "Why it matters: an attachment that the text never mentions is easily overlooked, and the reader does not \
        learn which claim it proves.\n\
        What to do: link to it at the claim it supports, as `[the plan](artefacts/plan.xlsx)`, or name its number there.",
};

pub static DUPLICATE: Rule = Rule {
    id: "artefact-duplicate",
    severity: Severity::Warning,
    summary: "the same file is attached twice",
    explanation: "Why it matters: an item that serves several competencies goes in once; a second copy makes the reader \
        compare the two.\n\
        What to do: keep one, and name the other competency or part in its `supports`.",
};

pub fn none(case: &Case<'_>, findings: &mut Findings<'_>) {
    let folder = case.folder;
    if folder.is_register_broken() || !folder.artefacts().is_empty() || !folder.files.is_empty() {
        return;
    }
    let reason = folder.register.as_ref().and_then(|register| register.document_only.as_ref());
    if reason.is_none_or(|reason| reason.get_ref().trim().is_empty()) {
        let help = format!(
            "`akam attach FILE --to {}`, or say why not in `{}`: `document_only = \"…\"`",
            case.competency.code,
            artefact::FILE
        );
        let found = Finding::new(&NONE, "no artefact is attached, and no reason is given");
        findings.push(found.at(Place::file(&format!("{}/{}", folder.path, artefact::FILE))).help(help));
    }
}

pub fn missing(case: &Case<'_>, findings: &mut Findings<'_>) {
    for (register, artefact) in registered(case) {
        let path = case.folder.path_of(artefact);
        let entry = path.as_ref().and_then(|path| case.facts.portfolio.tree.find(path));
        let is_packed = path.as_ref().is_some_and(|path| !is_junk(path));
        let is_folder = |path: &String| entry.is_some() || case.facts.portfolio.tree.below(path).next().is_some();
        let is_there = is_packed && entry.is_some_and(|entry| entry.kind != Kind::Folder);
        if is_there || findings.only_count(&MISSING, &register.source.path) {
            continue;
        }
        let (message, help) = match &path {
            None => (
                "this path leads out of the competency's folder".to_owned(),
                format!("attach a copy: `akam attach FILE --to {}`", case.competency.code),
            ),
            Some(path) if is_junk(path) => (
                format!(
                    "`{}` is named like what programs leave behind, which is never packed",
                    artefact.file.get_ref()
                ),
                "rename the file, and correct `file`; or take this entry out".to_owned(),
            ),
            Some(path) if is_folder(path) => {
                (format!("`{}` is a folder", artefact.file.get_ref()), "register each file in it by itself".to_owned())
            }
            Some(_) => (
                format!("`{}` is not there", artefact.file.get_ref()),
                near_file(case, artefact).map_or_else(
                    || "put the file there, correct `file`, or take this entry out".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            ),
        };
        findings.push(Finding::new(&MISSING, message).at(register.source.place(&artefact.file.span())).help(help));
    }
}

pub fn unlisted(case: &Case<'_>, findings: &mut Findings<'_>) {
    let folder = case.folder;
    if folder.is_register_broken() {
        return;
    }
    let listed: BTreeSet<String> = folder.artefacts().iter().filter_map(|artefact| folder.path_of(artefact)).collect();
    for path in &folder.files {
        let composed = || unicode_normalization::UnicodeNormalization::nfc(path.as_str()).collect::<String>();
        let is_listed = listed.contains(path) || !path.is_ascii() && listed.contains(&composed());
        if !is_listed && case.facts.portfolio.tree.find(path).is_some_and(|entry| entry.utf8) {
            let file = &path[folder.path.len() + 1..];
            let help =
                format!("register it in `{}` with `file = \"{file}\"`, or move it into `private/`", artefact::FILE);
            let message = "this file is not in the register, so nothing says what it shows";
            findings.push(Finding::new(&UNLISTED, message).at(Place::file(path)).help(help));
        }
    }
}

pub fn unexplained(case: &Case<'_>, findings: &mut Findings<'_>) {
    for (register, artefact) in registered(case).filter(|(_, artefact)| artefact.shows.is_none()) {
        if findings.only_count(&UNEXPLAINED, &register.source.path) {
            continue;
        }
        let message = format!("nothing says what {} `{}` shows", artefact.number, artefact.name());
        let found = Finding::new(&UNEXPLAINED, message).at(register.source.place(&artefact.file.span()));
        findings.push(found.help("add `shows = \"…\"`: how it demonstrates the competency"));
    }
}

pub fn share_unstated(case: &Case<'_>, findings: &mut Findings<'_>) {
    for (register, artefact) in registered(case).filter(|(_, artefact)| artefact.share.is_none()) {
        if findings.only_count(&SHARE_UNSTATED, &register.source.path) {
            continue;
        }
        let message = format!("how much of {} `{}` is your own work is not stated", artefact.number, artefact.name());
        let found = Finding::new(&SHARE_UNSTATED, message).at(register.source.place(&artefact.file.span()));
        findings.push(found.help("add `share = 80`, in percent"));
    }
}

pub fn not_own_work(case: &Case<'_>, findings: &mut Findings<'_>) {
    for (register, artefact) in registered(case) {
        if let Some(share) = artefact.share.as_ref().filter(|share| *share.get_ref() == Share(0)) {
            if findings.only_count(&NOT_OWN_WORK, &register.source.path) {
                continue;
            }
            let message = format!("{} `{}` is not your own work at all", artefact.number, artefact.name());
            let found = Finding::new(&NOT_OWN_WORK, message).at(register.source.place(&share.span()));
            findings.push(found.help("attach something that shows how you used it instead"));
        }
    }
}

pub fn supports_unknown(case: &Case<'_>, findings: &mut Findings<'_>) {
    let portfolio = case.facts.portfolio;
    for (register, artefact) in registered(case) {
        for code in &artefact.supports {
            let owner = portfolio.framework.owner(code.get_ref());
            if owner.is_some_and(|owner| !portfolio.is_omitted(&owner.code))
                || findings.only_count(&SUPPORTS_UNKNOWN, &register.source.path)
            {
                continue;
            }
            let (message, help) = match owner {
                None => {
                    let nearest = settings::nearest(code.get_ref(), portfolio.framework.codes());
                    (
                        format!("`{}` is no competency and no part", code.get_ref()),
                        nearest
                            .map_or("`akam show` lists the codes".to_owned(), |near| format!("did you mean `{near}`?")),
                    )
                }
                Some(owner) => (
                    format!("`{}` belongs to {}, which is left out", code.get_ref(), owner.code),
                    "take the code out of `supports`".to_owned(),
                ),
            };
            findings.push(Finding::new(&SUPPORTS_UNKNOWN, message).at(register.source.place(&code.span())).help(help));
        }
    }
}

pub fn unreadable(case: &Case<'_>, findings: &mut Findings<'_>) {
    for entry in files(case) {
        if let Err(error) = case.facts.portfolio.tree.head(entry) {
            let found = Finding::new(&UNREADABLE, format!("it cannot be opened: {error}")).at(Place::file(&entry.path));
            findings.push(found.help("give yourself the right to read it, or close the program that holds it"));
        }
    }
}

pub fn empty(case: &Case<'_>, findings: &mut Findings<'_>) {
    for entry in files(case).filter(|entry| entry.size == 0) {
        let found = Finding::new(&EMPTY, "this file is empty").at(Place::file(&entry.path));
        findings.push(found.help("copy it again from where it comes from"));
    }
}

pub fn executable(case: &Case<'_>, findings: &mut Findings<'_>) {
    for entry in files(case) {
        let head = case.facts.portfolio.tree.head(entry).unwrap_or_default();
        if is_program(&entry.path, &head) {
            let found = Finding::new(&EXECUTABLE, "this file is a program, or could run one when it is opened")
                .at(Place::file(&entry.path));
            findings.push(found.help("attach what it produced, or print it to PDF"));
        }
    }
}

pub fn unmentioned(case: &Case<'_>, findings: &mut Findings<'_>) {
    let Some(document) = case.document else { return };
    let text = document.source.text.to_lowercase();
    let linked: Vec<Target> = document.links.iter().map(|link| link.target(&case.folder.path)).collect();
    for (register, artefact) in registered(case) {
        // Each is searched for in the whole text: of very many the rest is not looked at.
        if findings.is_enough(&UNMENTIONED, &register.source.path) {
            return;
        }
        let named = [artefact.number.as_str(), artefact.name(), artefact.file_name()];
        let path = case.folder.path_of(artefact).map(Target::File);
        let is_linked = path.is_some_and(|path| linked.contains(&path));
        if is_linked || named.iter().any(|name| text.contains(&name.to_lowercase())) {
            continue;
        }
        let message = format!("the document never mentions {} `{}`", artefact.number, artefact.name());
        let found = Finding::new(&UNMENTIONED, message).at(register.source.place(&artefact.file.span()));
        findings.push(found.help(format!("link to it at the claim it proves: `[…]({})`", link_to(artefact))));
    }
}

pub fn duplicate(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let portfolio = facts.portfolio;
    let mut by_size: BTreeMap<u64, Vec<&Entry>> = BTreeMap::new();
    for path in portfolio.submitted().flat_map(|(_, folder)| &folder.files) {
        if let Some(entry) = portfolio.tree.find(path).filter(|entry| entry.size > 0) {
            by_size.entry(entry.size).or_default().push(entry);
        }
    }
    for (entry, first) in by_size.values().flat_map(|alike| portfolio.tree.repeated(alike)) {
        let found = Finding::new(&DUPLICATE, format!("this is the same file as `{}`", first.path));
        let help = "keep one, and name the other competency in its `supports`";
        findings.push(found.at(Place::file(&entry.path)).help(help));
    }
    for (_, folder) in portfolio.submitted() {
        let mut numbers: BTreeMap<String, &str> = BTreeMap::new();
        for (register, artefact) in folder.registered() {
            let Some(path) = folder.path_of(artefact) else { continue };
            if let Some(first) = numbers.insert(path, &artefact.number) {
                if findings.only_count(&DUPLICATE, &register.source.path) {
                    continue;
                }
                let message = format!("this file is registered already, as {first}");
                let found = Finding::new(&DUPLICATE, message).at(register.source.place(&artefact.file.span()));
                findings.push(found.help("keep one of the two entries"));
            }
        }
    }
}

/// The artefacts of a case, each with its register.
fn registered<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Register, &'a Artefact)> {
    case.folder.registered()
}

/// The files of a case that go into the archive beside document and register; one whose name is not UTF-8 must be
/// renamed first.
fn files<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Entry> {
    let tree = &case.facts.portfolio.tree;
    case.folder.files.iter().filter_map(|path| tree.find(path)).filter(|entry| entry.utf8)
}

/// A file of the folder whose name is like that of a registered one, and which no entry names yet.
fn near_file<'a>(case: &Case<'a>, artefact: &Artefact) -> Option<&'a str> {
    let folder = case.folder;
    let registered: BTreeSet<String> = folder.artefacts().iter().filter_map(|other| folder.path_of(other)).collect();
    let free: Vec<&str> = folder.files.iter().filter(|path| !registered.contains(*path)).map(String::as_str).collect();
    let name = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
    let near = settings::nearest(artefact.file_name(), free.iter().map(|path| name(path)))?;
    free.into_iter().find(|path| name(path) == near).map(|path| &path[folder.path.len() + 1..])
}

/// The file as a Markdown link's destination.
fn link_to(artefact: &Artefact) -> String {
    let file = artefact.file.get_ref();
    if file.contains([' ', '(', ')']) { format!("<{file}>") } else { file.clone() }
}

/// Whether a file acts when it is opened, by its ending or its first bytes (PE, ELF, Mach-O, script).
fn is_program(path: &str, head: &[u8]) -> bool {
    const ENDINGS: &str = " exe com bat cmd scr pif msi msp dll cpl ps1 psm1 vbs vbe js jse wsf hta jar sh app lnk reg apk \
        htm html xhtml mht mhtml svg chm ";
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let magic: [&[u8]; 4] = [b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe"];
    // A PE file begins with MZ and is no text.
    let is_pe = head.starts_with(b"MZ") && head.iter().any(|byte| *byte < 9);
    ENDINGS.contains(&format!(" {ending} ")) || is_pe || magic.iter().any(|start| head.starts_with(start))
}
