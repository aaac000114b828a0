//! Rules on an archive: that it holds what was packed, all of it and nothing else.

use crate::archive::PAYLOAD;
use crate::archive::bag::{self, DECLARATION, INFO, MANIFEST, Manifest, TAG_MANIFEST};
use crate::archive::read::{Defect, DefectKind, Stock};
use crate::finding::{Finding, Rule, Severity};
use crate::source::Place;

pub static MALFORMED: Rule = Rule {
    id: "archive-malformed",
    severity: Severity::Error,
    summary: "the archive's records are damaged or contradict each other",
    explanation: "Why it matters: different programs would show different files, so nobody could say what was submitted. \
        Often a download was cut off or a mail system changed the file.\n\
        What to do: fetch or send the archive again. If it still fails, ask the candidate to pack anew.",
};

pub static UNSAFE_NAME: Rule = Rule {
    id: "archive-unsafe-name",
    severity: Severity::Error,
    summary: "an entry's name could write outside the folder it is unpacked to",
    explanation: "Why it matters: unpacking such an archive could overwrite files of yours. akam never writes such names.\n\
        What to do: do not unpack it. Ask the candidate for the archive that `akam pack` made.",
};

pub static AMBIGUOUS: Rule = Rule {
    id: "archive-ambiguous",
    severity: Severity::Error,
    summary: "two entries are one and the same file on some system",
    explanation: "Why it matters: which of the two you see would depend on your program.\n\
        What to do: do not rely on it. Ask the candidate for the archive that `akam pack` made.",
};

pub static BOMB: Rule = Rule {
    id: "archive-bomb",
    severity: Severity::Error,
    summary: "the archive would grow out of all proportion when unpacked",
    explanation: "Why it matters: unpacking it could fill your disk. Evidence does not look like that.\n\
        What to do: do not unpack it. Ask the candidate for the archive that `akam pack` made.",
};

pub static CHANGED: Rule = Rule {
    id: "archive-changed",
    severity: Severity::Error,
    summary: "a file is not the one that was packed",
    explanation: "Why it matters: the digest recorded when the archive was packed does not fit the file in it, so it was \
        damaged or altered afterwards.\n\
        What to do: do not rely on the archive. Ask the candidate for the original, and compare the submission id.",
};

pub static MISSING: Rule = Rule {
    id: "archive-missing",
    severity: Severity::Error,
    summary: "a file that was packed is not in the archive",
    explanation: "Why it matters: evidence was lost or taken out after packing.\n\
        What to do: do not rely on the archive. Ask the candidate for the original, and compare the submission id.",
};

pub static UNLISTED: Rule = Rule {
    id: "archive-unlisted",
    severity: Severity::Error,
    summary: "a file in the archive was not there when it was packed",
    explanation: "Why it matters: it was added afterwards, and nobody vouches for it.\n\
        What to do: do not open it. Ask the candidate for the original, and compare the submission id.",
};

pub static DRAFT: Rule = Rule {
    id: "archive-draft",
    severity: Severity::Warning,
    summary: "the archive is a draft",
    explanation: "Why it matters: it was packed although errors stood, for a mentor or a colleague to look at. It is not \
        meant to be assessed.\n\
        What to do: ask for the final archive if you are an assessor.",
};

/// What is wrong with an archive whose records are not in order.
pub fn judge_defect(defect: &Defect) -> Finding {
    let rule = match defect.kind {
        DefectKind::Malformed => &MALFORMED,
        DefectKind::UnsafeName => &UNSAFE_NAME,
        DefectKind::Ambiguous => &AMBIGUOUS,
        DefectKind::Bomb => &BOMB,
    };
    let found = Finding::new(rule, &defect.message);
    match &defect.entry {
        Some(entry) => found.at(Place::file(entry)),
        None => found,
    }
}

/// Compares what an archive holds with what its manifests list.
pub fn judge(stock: &Stock) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in [(MANIFEST, &stock.manifest), (TAG_MANIFEST, &stock.tag_manifest)] {
        match manifest {
            Ok(manifest) => compare(stock, manifest, path, &mut findings),
            Err(_) if !stock.held.contains_key(path) => {
                findings.push(Finding::new(&MISSING, "the list of files is not in the archive").at(Place::file(path)));
            }
            Err(reason) => {
                let message = format!("the list of files cannot be read: {reason}");
                findings.push(Finding::new(&CHANGED, message).at(Place::file(path)));
            }
        }
    }
    for path in [DECLARATION, INFO] {
        let listed = stock.tag_manifest.as_ref().is_ok_and(|manifest| manifest.contains_key(path));
        if !listed && !stock.held.contains_key(path) {
            findings.push(Finding::new(&MISSING, "every archive of akam's has this file").at(Place::file(path)));
        }
    }
    if findings.is_empty() {
        info(stock, &mut findings);
    }
    findings
}

/// Finds changed, missing and added files of the payload, or of what stands beside it.
fn compare(stock: &Stock, manifest: &Manifest, list: &str, findings: &mut Vec<Finding>) {
    let payload = list == MANIFEST;
    for (path, listed) in manifest {
        match stock.held.get(path) {
            None => {
                findings.push(Finding::new(&MISSING, "packed, but not in the archive any more").at(Place::file(path)));
            }
            Some(Ok((digest, _))) if digest == listed => {}
            Some(Ok(_)) => {
                let message = format!("changed after packing: it does not match its line in `{list}`");
                findings.push(Finding::new(&CHANGED, message).at(Place::file(path)));
            }
            Some(Err(reason)) => {
                findings.push(Finding::new(&CHANGED, format!("changed or damaged: {reason}")).at(Place::file(path)));
            }
        }
    }
    let unlisted =
        stock.held.keys().filter(|path| path.starts_with(PAYLOAD) == payload && !manifest.contains_key(*path));
    for path in unlisted.filter(|path| *path != TAG_MANIFEST) {
        findings.push(Finding::new(&UNLISTED, "not there when the archive was packed").at(Place::file(path)));
    }
}

/// Looks at what `bag-info.txt` says, once every byte is known to be listed.
fn info(stock: &Stock, findings: &mut Vec<Finding>) {
    let place = Place::file(INFO);
    let sizes =
        stock.held.iter().filter(|(path, _)| path.starts_with(PAYLOAD)).filter_map(|(_, held)| held.as_ref().ok());
    let (bytes, files) = sizes.fold((0, 0), |(bytes, files), (_, size)| (bytes + size, files + 1));
    if bag::info_value(&stock.info, "Payload-Oxum") != Some(format!("{bytes}.{files}").as_str()) {
        let message = format!("it does not say `Payload-Oxum: {bytes}.{files}`, which is what the archive holds");
        findings.push(Finding::new(&MALFORMED, message).at(place.clone()));
    }
    match stock.status() {
        None => findings.push(Finding::new(&MALFORMED, "it does not say what the archive is meant as").at(place)),
        Some(status) if status.is_draft() => {
            findings.push(Finding::new(&DRAFT, "this archive is a draft, packed although errors stood").at(place));
        }
        Some(_) => {}
    }
}
