//! Files that are probably meant as a competency's document, under a name by which akam does not know them.

use crate::framework::Competency;
use crate::text::{fold, slug};

/// The one step that makes a file the document.
#[derive(Debug, PartialEq, Eq)]
pub enum Correction {
    /// Gives its new name.
    Rename(&'static str),
    /// Saves it as another kind: how.
    Convert(&'static str),
}

use Correction::{Convert, Rename};

const IN_WORD: Correction =
    Convert("open it in Word: File, Save As, Word document (.docx), with the name `evidence.docx`");

/// Endings of documents, each with what makes one of it.
const ENDINGS: &[(&str, Correction)] = &[
    ("docx", Rename("evidence.docx")),
    ("odt", Rename("evidence.odt")),
    ("fodt", Rename("evidence.fodt")),
    ("pdf", Rename("evidence.pdf")),
    ("md", Rename("evidence.md")),
    ("markdown", Rename("evidence.md")),
    ("txt", Rename("evidence.md")),
    ("doc", IN_WORD),
    ("docm", IN_WORD),
    ("dotx", IN_WORD),
    ("rtf", IN_WORD),
    ("htm", IN_WORD),
    ("html", IN_WORD),
    ("ott", Convert("in LibreOffice: File, Save As, ODF Text Document (.odt), with the name `evidence.odt`")),
    ("pages", Convert("in Pages: File, Export To, Word, with the name `evidence.docx`")),
    ("gdoc", Convert("in Google Docs: File, Download, Microsoft Word, with the name `evidence.docx`")),
];

/// What makes a file the document of a competency, if its name says that it is meant as one: `evidence` with something
/// before, behind or in place of its ending, or the competency's code or title.
pub fn correction(name: &str, competency: &Competency) -> Option<&'static Correction> {
    let (stem, ending) = name.rsplit_once('.')?;
    let (_, correction) = ENDINGS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known))?;
    // Windows hides the ending that a second one is put behind.
    let stem = ENDINGS.iter().find_map(|(known, _)| stem.strip_suffix(&format!(".{known}"))).unwrap_or(stem);
    let words = slug(&fold(stem));
    let is_named = words.split('-').any(|word| word == "evidence")
        || words == slug(&fold(&competency.title))
        || words.starts_with(&slug(&competency.code));
    is_named.then_some(correction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::Framework;

    #[test]
    fn what_is_meant_as_the_document_is_known_by_its_name() {
        let framework = Framework::built_in();
        let competency = framework.competency("1.D.3").expect("it is built in");
        let title = format!("{}.docx", competency.title);
        for (name, new) in [
            ("evidence.md.txt", "evidence.md"),
            ("evidence.txt", "evidence.md"),
            ("evidence (Ann's conflicted copy 2026-11-20).docx", "evidence.docx"),
            ("Evidence final.docx", "evidence.docx"),
            ("Copy of evidence.odt", "evidence.odt"),
            ("evidence.docx.pdf", "evidence.pdf"),
            ("1.D.3 plan.docx", "evidence.docx"),
            (&title, "evidence.docx"),
        ] {
            assert_eq!(correction(name, competency), Some(&Rename(new)), "{name}");
        }
        for name in ["evidence.rtf", "Evidence.pages", "evidence.docm", "evidence.doc"] {
            assert!(matches!(correction(name, competency), Some(Convert(_))), "{name}");
        }
        for name in ["plan.docx", "evidence.xlsx", "2.D.1 plan.docx", "evidences.txt", "evidence"] {
            assert_eq!(correction(name, competency), None, "{name}");
        }
    }
}
