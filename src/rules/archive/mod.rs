//! Rules on an archive: that it holds what was packed, all of it and nothing else.

pub mod expected;
pub mod framework;
pub mod version;

use super::findings::{MAX_PER_RULE, more};
use crate::archive::PAYLOAD;
use crate::archive::bag::{self, DECLARATION, DECLARATION_TEXT, INFO, MANIFEST, Manifest, TAG_MANIFEST};
use crate::archive::read::BagContents;
use crate::file_name::{Verdict, path_verdict};
use crate::finding::{Finding, Rule, Severity};
use crate::source::Place;
use crate::zip::{Defect, DefectKind};
use version::Origin;

pub static MALFORMED: Rule = Rule {
    id: "archive-malformed",
    severity: Severity::Error,
    summary: "the archive's records are damaged or contradict each other",
    why: "different programs would show different files, so nobody could say what was submitted. Often a download was \
        cut off or a mail system changed the file.",
    remedy: "download or send the archive again. If it still fails, ask the candidate to pack it again.",
};

pub static UNSAFE_NAME: Rule = Rule {
    id: "archive-unsafe-name",
    severity: Severity::Error,
    summary: "an entry's name could write outside the folder it is unpacked to",
    why: "unpacking such an archive could overwrite files of yours. akam never writes such names.",
    remedy: "do not unpack it. Ask the candidate for the archive that `akam pack` made.",
};

pub static AMBIGUOUS: Rule = Rule {
    id: "archive-ambiguous",
    severity: Severity::Error,
    summary: "two entries are one and the same file on some system",
    why: "which of the two you see would depend on your program.",
    remedy: "do not rely on it. Ask the candidate for the archive that `akam pack` made.",
};

pub static BOMB: Rule = Rule {
    id: "archive-bomb",
    severity: Severity::Error,
    summary: "the archive would become far too large when unpacked",
    why: "unpacking it could fill your disk. Evidence does not look like that.",
    remedy: "do not unpack it. Ask the candidate for the archive that `akam pack` made.",
};

pub static CHANGED: Rule = Rule {
    id: "archive-changed",
    severity: Severity::Error,
    summary: "a file is not the one that was packed",
    why: "the file does not match its checksum: it was damaged or changed after packing.",
    remedy: "do not rely on the archive. Ask the candidate for the original, and compare the submission id.",
};

pub static MISSING: Rule = Rule {
    id: "archive-missing",
    severity: Severity::Error,
    summary: "a file that was packed is not in the archive",
    why: "evidence was lost or taken out after packing.",
    remedy: "do not rely on the archive. Ask the candidate for the original, and compare the submission id.",
};

pub static UNLISTED: Rule = Rule {
    id: "archive-unlisted",
    severity: Severity::Error,
    summary: "a file in the archive was not there when it was packed",
    why: "it was added afterwards, and nobody vouches for it.",
    remedy: "do not open it. Ask the candidate for the original, and compare the submission id.",
};

pub static REPACKED: Rule = Rule {
    id: "archive-repacked",
    severity: Severity::Warning,
    summary: "another program has packed the files into a new archive",
    why: "every file is as it was packed, but somebody, or a mail system, has unpacked akam's archive and packed the \
        files again. Nobody can say why.",
    remedy: "ask the candidate for the original, and compare the submission id: it is the same if these are the files \
        that were submitted. An archive made by akam and changed in part is refused instead.",
};

pub static ODD_NAME: Rule = Rule {
    id: "archive-odd-name",
    severity: Severity::Warning,
    summary: "an entry has a name that systems or programs may show as something else",
    why: "such a name may hide what a file is, or be taken for a command or a formula.",
    remedy: "be careful before you open the file.",
};

pub static DRAFT: Rule = Rule {
    id: "archive-draft",
    severity: Severity::Warning,
    summary: "the archive is a draft",
    why: "it was packed with errors in it, for a mentor or a colleague, and is not meant to be assessed.",
    remedy: "ask for the final archive if you are an assessor.",
};

/// What is wrong with an archive whose records are not in order.
pub fn judge_defect(defect: &Defect) -> Finding {
    let rule = match defect.kind {
        DefectKind::Malformed => &MALFORMED,
        DefectKind::UnsafeName => &UNSAFE_NAME,
        DefectKind::Ambiguous => &AMBIGUOUS,
        DefectKind::Bomb => &BOMB,
    };
    Finding { place: defect.entry.as_deref().map(Place::file), ..Finding::new(rule, &defect.message) }
}

/// In what an archive differs from what it should hold: the rule, the path, and what is wrong; paths in order.
pub type Differences<'a> = Vec<(&'static Rule, &'a str, String)>;

/// How many files are changed, missing, added and rewritten.
pub fn counts(found: &Differences<'_>) -> [usize; 4] {
    [&CHANGED, &MISSING, &UNLISTED, &expected::REWRITTEN]
        .map(|rule| found.iter().filter(|it| it.0.id == rule.id).count())
}

/// The first findings of each rule, and how many more there are.
pub fn findings(found: &Differences<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in [&MISSING, &CHANGED, &UNLISTED, &expected::REWRITTEN, &ODD_NAME] {
        let alike = || found.iter().filter(|it| it.0.id == rule.id);
        findings.extend(alike().take(MAX_PER_RULE).map(|(_, path, why)| Finding::new(rule, why).at(Place::file(path))));
        let count = alike().count();
        findings.extend((count > MAX_PER_RULE).then(|| more(rule, count - MAX_PER_RULE)));
    }
    findings
}

/// That what a file of the archive says cannot be so.
fn malformed(path: &str, message: impl Into<String>) -> Finding {
    Finding::new(&MALFORMED, message).at(Place::file(path))
}

/// Compares what an archive holds with what its manifests list.
pub fn differences<'a>(contents: &'a BagContents<'_>) -> Differences<'a> {
    let mut found = Differences::default();
    for (path, manifest) in [(MANIFEST, &contents.manifest), (TAG_MANIFEST, &contents.tag_manifest)] {
        match manifest {
            Ok(manifest) => compare(contents, manifest, path, &mut found),
            Err(_) if !contents.files.contains_key(path) => {
                found.push((&MISSING, path, "the list of files is not in the archive".to_owned()));
            }
            Err(reason) => found.push((&CHANGED, path, format!("the list of files cannot be read: {reason}"))),
        }
    }
    for path in [DECLARATION, INFO] {
        let listed = contents.tag_manifest.as_ref().is_ok_and(|manifest| manifest.contains_key(path));
        if !listed && !contents.files.contains_key(path) {
            found.push((&MISSING, path, "every archive that akam packs has this file".to_owned()));
        }
    }
    found
}

/// Judges all that an archive holds, which differs so much from what its manifests list.
pub fn judge(contents: &BagContents<'_>, found: &Differences<'_>) -> Vec<Finding> {
    let mut judged = if found.is_empty() { info(contents) } else { findings(found) };
    if !judged.iter().any(Finding::is_error) {
        let names = std::iter::once(&contents.top).chain(contents.files.keys());
        let odd = names.filter_map(|path| match path_verdict(path) {
            Verdict::Fine => None,
            Verdict::Warned(why) | Verdict::Refused(why) => Some((&ODD_NAME, *path, why)),
        });
        judged.extend(findings(&odd.collect()));
    }
    judged
}

/// Finds changed, missing and added files of the payload, or of what is beside it.
fn compare<'a>(contents: &'a BagContents<'_>, manifest: &'a Manifest, list: &str, found: &mut Differences<'a>) {
    let payload = list == MANIFEST;
    for (path, listed) in manifest {
        match contents.files.get(path.as_str()) {
            None => found.push((&MISSING, path, "packed, but no longer in the archive".to_owned())),
            Some(Ok(weighed)) if weighed.digest == *listed => {}
            Some(Ok(_)) => {
                found.push((&CHANGED, path, format!("changed after packing: it does not match its line in `{list}`")));
            }
            Some(Err(reason)) => found.push((&CHANGED, path, format!("changed or damaged: {reason}"))),
        }
    }
    let others =
        contents.files.iter().filter(|(path, _)| path.starts_with(PAYLOAD) == payload && **path != TAG_MANIFEST);
    for (path, held) in others {
        let is_list = path.starts_with("manifest-") || path.starts_with("tagmanifest-") || *path == "fetch.txt";
        match (manifest.contains_key(*path), held) {
            (false, Ok(_)) => found.push((&UNLISTED, path, "not there when the archive was packed".to_owned())),
            (false, Err(reason)) => {
                found.push((&UNLISTED, path, format!("not there when the archive was packed, and damaged: {reason}")));
            }
            (true, _) if is_list && !payload && *path != MANIFEST => {
                found.push((&UNLISTED, path, "a second list of files, which akam never packs".to_owned()));
            }
            (true, _) => {}
        }
    }
    if let Some(Err(reason)) = contents.files.get(TAG_MANIFEST).filter(|_| !payload) {
        found.push((&CHANGED, TAG_MANIFEST, format!("changed or damaged: {reason}")));
    }
}

/// Looks at what `bagit.txt` and `bag-info.txt` say, once every byte is known to be listed.
fn info(contents: &BagContents<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if contents.declaration != DECLARATION_TEXT {
        findings.push(malformed(DECLARATION, "it does not declare the format that akam writes, BagIt 1.0 in UTF-8"));
    }
    // What a newer version writes need not be as this one writes it.
    if let Err(found) = Origin::of(contents) {
        findings.push(found);
        return findings;
    }
    if let Some(reason) = bag::info_rejection(&contents.info) {
        findings.push(malformed(INFO, format!("it is not written as akam writes it: {reason}")));
    }
    let payload = contents.files.iter().filter(|(path, _)| path.starts_with(PAYLOAD));
    let sizes = payload.filter_map(|(_, held)| held.as_ref().ok()).map(|weighed| weighed.size);
    let oxum = format!("{}.{}", sizes.clone().sum::<u64>(), sizes.count());
    if bag::info_value(&contents.info, "Payload-Oxum") != Some(&oxum) {
        let message = format!("it does not say `Payload-Oxum: {oxum}`, which is what the archive holds");
        findings.push(malformed(INFO, message));
    }
    match contents.status() {
        None => findings.push(malformed(INFO, "it does not say whether the archive is final, a trial or a draft")),
        Some(status) if status.is_draft() => {
            let message = "this archive is a draft, packed even though there were errors";
            findings.push(Finding::new(&DRAFT, message).at(Place::file(INFO)));
        }
        Some(_) => {}
    }
    findings
}

/// That another program has packed the files again, if so; said where nothing else is wrong with them.
pub fn repacked(contents: &BagContents<'_>) -> Option<Finding> {
    const SHOWN: usize = 3;
    let marks = contents.repack_evidence.join(", ");
    let mut message = format!("the files are right, but another program has packed them again: {marks}");
    if !contents.junk.is_empty() {
        let name = |path: &String| format!("`{}`", path.rsplit('/').next().unwrap_or(path));
        let names: Vec<String> = contents.junk.iter().take(SHOWN).map(name).collect();
        let more = contents.junk.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        message += &format!("; not counted are files that systems and programs add: {}{more}", names.join(", "));
    }
    let found = Finding::new(&REPACKED, message).help("ask the candidate for the archive that akam made");
    (!contents.repack_evidence.is_empty()).then_some(found)
}
