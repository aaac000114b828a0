//! The output of `akam pack`: what was packed, what would be, or what prevents it.

use super::size;
use super::terminal::{BOLD, finding, paragraph, safe, styled};
use crate::archive::bag::{MANIFEST, TAG_MANIFEST};
use crate::archive::write::{ArchiveFile, Written};
use crate::archive::{HOW_TO_CHECK, Status};
use crate::coverage::{Standing, State};
use crate::finding::{self, Finding};
use crate::rules::{Judged, keeps_from_drafting};
use crate::text::count;

/// The errors that prevent packing, and what to do.
pub fn refused(errors: &[&Finding], trial: Option<&str>) -> String {
    let mut text: String = errors.iter().map(|error| finding(error)).collect();
    text += &format!(
        "{}\n",
        styled(BOLD, &format!("nothing was packed: {}", count(finding::tally(errors.iter().copied()).0, "error")))
    );
    let only = trial.map(|code| format!(" --only {code}")).unwrap_or_default();
    let next = if errors.iter().any(|error| keeps_from_drafting(error)) {
        "next: fix these first; not even a draft can be packed with them".to_owned()
    } else {
        format!("next: `akam check` shows all; `akam pack{only} --draft` packs a draft for your mentor")
    };
    text + &paragraph(&next, "")
}

/// What would be packed.
pub fn listed(top: &str, files: &[ArchiveFile<'_>]) -> String {
    let mut paths: Vec<(&str, u64)> = files.iter().map(|file| (file.path.as_str(), file.size())).collect();
    paths.extend([(MANIFEST, 0), (TAG_MANIFEST, 0)]);
    paths.sort_unstable();
    let total: u64 = paths.iter().map(|(_, size)| size).sum();
    let mut text: String = paths.iter().map(|(path, _)| format!("{}\n", safe(path))).collect();
    let (files, bytes) = (count(paths.len(), "file"), size(total));
    let all = format!("{files} would be packed into `{top}.zip`, {bytes} before packing");
    text += &format!("\n{}", paragraph(&all, ""));
    text + "nothing was written\n"
}

/// An archive that was made.
pub struct Packed<'a> {
    /// Its path.
    pub path: String,
    pub bytes: u64,
    pub written: Written,
    pub status: &'a Status,
    /// How many competencies are in it.
    pub competencies: usize,
    pub judged: &'a Judged<'a>,
    /// Unfinished files of earlier runs that were removed.
    pub swept: usize,
}

/// What was packed, how to check it, and what comes next.
pub fn summary(packed: &Packed<'_>) -> String {
    let shown = safe(&packed.path);
    let shown = shown.strip_prefix("./").unwrap_or(&shown);
    let left: Vec<&Standing<'_>> = packed.judged.standings.iter().filter(|it| it.state == State::LeftOut).collect();
    let (_, warnings) = finding::tally(&packed.judged.findings);
    let mut text = format!("{} {shown}\n", styled(BOLD, "packed"));
    let (competencies, files) = (count(packed.competencies, "competency"), count(packed.written.files, "file"));
    text += &paragraph(&format!("{competencies}, {files}, {}", size(packed.bytes)), "  ");
    if packed.status.is_draft() {
        text += &paragraph("a draft: there are errors, and the page says so", "  ");
    }
    if let (Status::Final | Status::Draft, [_, ..]) = (packed.status, &left[..]) {
        let names: Vec<String> = left.iter().map(|standing| standing.review.competency.name()).collect();
        text += &paragraph(&format!("left out: {}", names.join(", ")), "  ");
    }
    if warnings > 0 {
        let command = if matches!(packed.status, Status::Trial { .. }) { "verify" } else { "check" };
        let (stand, them) = if warnings == 1 { ("remains", "it") } else { ("remain", "them") };
        let stand = format!("{stand}; `akam {command}` shows {them}");
        text += &paragraph(&format!("{} {stand}", count(warnings, "warning")), "  ");
    }
    if packed.swept > 0 {
        let swept = count(packed.swept, "unfinished file");
        text += &paragraph(&format!("removed {swept} that an earlier run had left behind"), "  ");
    }
    text += &format!("  submission id {}\n\n", packed.written.submission_id);
    let check = format!(
        "Check it with `akam verify {shown}`; the archive's {HOW_TO_CHECK} tells how to do so without akam. Keep the \
         submission id: it identifies exactly this archive."
    );
    text += &paragraph(&check, "");
    let next = "next: open the archive and look at 00-START-HERE.html; ask AKAM where and in which form to send it";
    format!("{text}\n{}", paragraph(next, ""))
}
