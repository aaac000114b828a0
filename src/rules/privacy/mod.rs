//! Rules on what must not reach strangers: real names and contact data.

mod contacts;
mod names;
mod phones;

use std::collections::BTreeSet;

use names::{Hit, Names};

use super::Findings;
use super::findings::At;
use super::name::file_name;
use crate::document::Document;
use crate::document::block::PlacedText;
use crate::finding::{Rule, Severity};
use crate::limits::MAX_PROOF_BYTES;
use crate::media::{self, Trait};
use crate::portfolio::sign_off::{STATEMENT, SignOff, proof, text_name};
use crate::portfolio::{NAMES, Portfolio};
use crate::review::{AttachedFile, Evidence, Review};
use crate::source::{Source, Span};
use crate::tree::Entry;

pub static NAME_LEFT: Rule = Rule {
    id: "privacy-name-left",
    severity: Severity::Error,
    summary: "a real name from `private/names.toml` is left in a text or a file name",
    why: "your customer's people and figures are confidential. You listed this name because it must not leave your \
        computer; one place that you overlook gives it away. akam only warns where it may be another word: one word in \
        small letters (`may` for May), or the beginning of a longer word.",
    remedy: "write the pseudonym instead. If it is in a file name, rename the file and correct `artefacts.toml`. Of \
        artefacts akam searches only the file names: look through the files yourself.",
};

pub static CONTACT: Rule = Rule {
    id: "privacy-contact",
    severity: Severity::Warning,
    summary: "an address, phone, account or card number appears in a text or a file name",
    why: "assessors need no way to reach your customer's people, who may never have agreed to it.",
    remedy: "remove it, unless it is yours or public and the assessor needs it.",
};

pub static SECRET: Rule = Rule {
    id: "privacy-secret",
    severity: Severity::Warning,
    summary: "a file that would be packed looks like a key or a password file",
    why: "whoever has the archive could use it to get into your employer's or your customer's systems, and what was \
        sent cannot be taken back.",
    remedy: "remove it from `artefacts.toml` and move it into `private/`. If it is something else, give it a name that \
        says so.",
};

pub fn name_left(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    if evidence.portfolio.names.is_empty() {
        return;
    }
    let names = Names::of(&evidence.portfolio.names);
    let settings = Text::File(&evidence.portfolio.source);
    for text in texts(evidence).chain([settings]) {
        for Hit { span, is_certain } in names.find(text.text()) {
            if is_certain {
                findings.report(&NAME_LEFT, text.at(span), || {
                    (format!("a real name listed in `{NAMES}` appears here"), "write its pseudonym instead")
                });
            } else {
                findings.warn(&NAME_LEFT, text.at(span), || {
                    let help = "if it is, write its pseudonym instead; if it is another word, leave it";
                    (format!("this may be a real name listed in `{NAMES}`"), help)
                });
            }
        }
    }
    for path in not_searched(evidence) {
        findings.report(&NAME_LEFT, &path, || {
            let help =
                "correct what keeps akam from reading it; until then, nobody knows whether it contains a real name";
            (format!("this file is not searched for the names in `{NAMES}`"), help)
        });
    }
    for (path, text) in sign_off_texts(evidence) {
        if names.are_in(&text) {
            findings.report(&NAME_LEFT, &path, || {
                let help = "it shows what was confirmed and cannot be edited: move the folder to `private/`, and ask for a \
                    new sign-off";
                (format!("a real name listed in `{NAMES}` appears in this file"), help)
            });
        }
    }
    for entry in packed(evidence) {
        let found = names.find(file_name(&entry.path));
        let help = "rename it, and correct `artefacts.toml` and links to it";
        if found.iter().any(|hit| hit.is_certain) {
            findings.report(&NAME_LEFT, &entry.path, || {
                (format!("this file name contains a real name listed in `{NAMES}`"), help)
            });
        } else if !found.is_empty() {
            findings.warn(&NAME_LEFT, &entry.path, || {
                (format!("this file name may contain a real name listed in `{NAMES}`"), format!("if it does, {help}"))
            });
        }
    }
}

/// Whether a text holds a name that must not leave the candidate's disk.
pub fn names_in(portfolio: &Portfolio, text: &str) -> bool {
    Names::of(&portfolio.names).are_in(text)
}

pub fn contact(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    for text in texts(evidence) {
        for (span, kind) in contacts::find(text.text()) {
            findings.report(&CONTACT, text.at(span), || {
                (format!("this looks like {kind}"), "remove it, unless it is yours or public and the assessor needs it")
            });
        }
    }
    for entry in packed(evidence) {
        for (_, kind) in contacts::find(file_name(&entry.path)) {
            findings.report(&CONTACT, &entry.path, || {
                let message = format!("this file name contains what looks like {kind}");
                (message, "rename the file, and correct `artefacts.toml`")
            });
        }
    }
}

pub fn secret(evidence: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let packed: BTreeSet<&str> = review.packed(evidence.portfolio).map(|entry| entry.path.as_str()).collect();
    for AttachedFile { entry, head } in review.files.iter().filter(|file| packed.contains(file.entry.path.as_str())) {
        if is_secret(&entry.path, head.as_ref().map_or(&[], |head| &head.bytes)) {
            findings.report(&SECRET, &entry.path, || {
                let help = "move it into `private/` and remove its entry, or rename it if it is not one";
                ("this looks like a key or a password file", help)
            });
        }
    }
}

/// All that is packed, by name.
fn packed<'a>(evidence: &'a Evidence<'_>) -> impl Iterator<Item = &'a Entry> {
    evidence.portfolio.tree.entries().iter().filter(|entry| evidence.holds(&entry.path))
}

/// Whether a file is a key or a password file, by its name or its first bytes (RFC 7468, and what `PuTTY` writes).
fn is_secret(path: &str, head: &[u8]) -> bool {
    const NAMES: [&str; 4] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
    let name = file_name(path).to_lowercase();
    let is_key = head.starts_with(b"-----BEGIN ") && String::from_utf8_lossy(head).contains("PRIVATE KEY-----");
    // A presentation made by Keynote is an archive and ends in `.key` too.
    let is_presentation = media::ending(&name) == "key" && head.starts_with(b"PK\x03\x04");
    let is_named = NAMES.contains(&name.as_str()) || media::is(&name, Trait::Secret) && !is_presentation;
    is_named || is_key || head.starts_with(b"PuTTY-User-Key-File")
}

/// A text that is packed.
enum Text<'a> {
    File(&'a Source),
    /// What a reader of the document sees, or what else is in its file.
    Document(&'a Document, &'a PlacedText),
}

impl<'a> Text<'a> {
    fn text(&self) -> &'a str {
        match self {
            Text::File(source) => &source.text,
            Text::Document(_, text) => text,
        }
    }

    fn at(&self, span: Span) -> At<'a> {
        match self {
            Text::File(source) => At::Text(source, span),
            Text::Document(document, text) => At::Spot(document, text.spot(&span)),
        }
    }
}

/// The texts that are packed, except the settings: documents, lists of artefacts, and a competency file that is not the
/// built-in one.
fn texts<'a>(evidence: &'a Evidence<'_>) -> impl Iterator<Item = Text<'a>> {
    let own = evidence.selected().flat_map(|review| {
        let documents = review.folder.documents.iter().filter_map(|file| file.document.as_ref().ok());
        let texts = documents.flat_map(|it| [&it.text, &it.outside].map(|text| Text::Document(it, text)));
        texts.chain(review.folder.register.iter().map(|register| Text::File(&register.source)))
    });
    let framework = &evidence.portfolio.framework;
    Some(&framework.source).filter(|_| !framework.is_built_in()).map(Text::File).into_iter().chain(own)
}

/// Texts that are packed and cannot be read: documents, and e-mails that hold too much.
fn not_searched(evidence: &Evidence<'_>) -> Vec<String> {
    let tree = &evidence.portfolio.tree;
    let documents = evidence.selected().flat_map(|review| &review.folder.documents);
    let documents = documents.filter(|file| file.document.is_err()).map(|file| file.path.clone());
    let is_unread = |entry: &&Entry| tree.read(entry, MAX_PROOF_BYTES).is_err();
    let sign_offs = evidence.packed_sign_offs().filter(is_unread).map(|entry| entry.path.clone());
    documents.chain(sign_offs).collect()
}

/// The texts among the files of sign-offs, by their paths; of an e-mail and a signed PDF also what is encoded in it. Pages
/// that are made of other files, and documents that are as they were shown, are searched already.
fn sign_off_texts(evidence: &Evidence<'_>) -> impl Iterator<Item = (String, String)> {
    let tree = &evidence.portfolio.tree;
    let searched = searched(evidence);
    evidence.packed_sign_offs().filter(move |entry| !searched.contains(&entry.path)).filter_map(|entry| {
        let bytes = tree.read(entry, MAX_PROOF_BYTES).ok()?;
        let decoded = proof::detect(&bytes).ok().and_then(|detected| detected.content.text().map(str::to_owned));
        let text = String::from_utf8(bytes).ok();
        (text.is_some() || decoded.is_some())
            .then(|| (entry.path.clone(), text.unwrap_or_default() + "\n" + &decoded.unwrap_or_default()))
    })
}

/// Paths of pages that are made of other files, and of texts of documents that are still the same.
fn searched(evidence: &Evidence<'_>) -> BTreeSet<String> {
    let sign_offs = evidence.portfolio.sign_offs.iter().filter(|sign_off| sign_off.problems.is_empty());
    let of_sign_off = |sign_off: &SignOff| {
        let texts = evidence.selected().filter_map(|review| {
            let (code, text) = (&review.competency.code, review.document?.as_markdown());
            (sign_off.text(code).is_some_and(|shown| shown == text)).then(|| sign_off.path(&text_name(code)))
        });
        texts.chain([sign_off.path(STATEMENT)]).collect::<Vec<_>>()
    };
    sign_offs.flat_map(of_sign_off).collect()
}
