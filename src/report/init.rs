//! The output of `akam init`.

use super::framework::EDITIONS;
use super::terminal::{BOLD, paragraph, safe, styled};
use crate::portfolio::FILE;
use crate::text::count;

/// The added and the existing files.
#[derive(Default)]
pub struct InitSummary {
    /// The folder in a sentence, safe to print.
    pub folder: String,
    /// Where a new portfolio is, if it is not this folder.
    pub path: Option<String>,
    pub is_new: bool,
    /// Whether answers were given that the existing settings ignore.
    pub ignored: bool,
    /// Paths of the files that were added.
    pub added: Vec<String>,
    /// Number of files that existed already.
    pub kept: usize,
    /// Paths of those that are only in the cloud.
    pub in_the_cloud: Vec<String>,
    /// The code of the first competency.
    pub first: String,
    /// The name of new documents.
    pub document: &'static str,
}

/// What was added, and what comes next.
pub fn summary(made: &InitSummary) -> String {
    let folder = &made.folder;
    let mut text = String::new();
    if made.is_new {
        text += &format!("{} {folder}\n\n", styled(BOLD, "made a portfolio in"));
        text += "  portfolio.toml   who you are, your key accounts, what you leave out\n";
        text += &format!(
            "  {:<17}a folder per competency: `{}` to write in,\n",
            format!("{}-… etc.", safe(&made.first)),
            made.document,
        );
        text += "                   `artefacts/` for files, `artefacts.toml` says what they show\n";
        text += "  private/         never packed: real names, notes, drafts\n\n";
        text += match made.document.rsplit_once('.') {
            Some((_, "docx")) => "Nothing is sent anywhere; write in Word, and in any editor in the `.toml` files.\n",
            Some((_, "odt")) => {
                "Nothing is sent anywhere; write in LibreOffice, and in any editor in the `.toml` files.\n"
            }
            _ => "Nothing is sent anywhere; these are plain files, and any editor will do.\n",
        };
        text += &format!("\n{}", paragraph(EDITIONS, ""));
    } else if made.added.is_empty() {
        text += &format!("nothing is missing in {folder}; {} left alone\n", count(made.kept, "file"));
    } else {
        text += &format!("added to {folder}:\n");
        text.extend(made.added.iter().map(|path| format!("  {}\n", safe(path))));
        text += &format!("{} left alone\n", count(made.kept, "file"));
    }
    if !made.in_the_cloud.is_empty() {
        text += "these are only in the cloud; download them first:\n";
        text.extend(made.in_the_cloud.iter().map(|path| format!("  {}\n", safe(path))));
    }
    if made.ignored {
        text += &format!("`{FILE}` is there already; change names in it with an editor\n");
    }
    let cd = made.path.as_ref().map(|path| format!("`cd {}`, then ", safe(path))).unwrap_or_default();
    text + &format!("\nnext: {cd}`akam check` shows how far you have got\n")
}
