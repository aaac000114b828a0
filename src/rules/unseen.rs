//! Rules on what the file of a document holds that readers of its page do not see.

use super::Findings;
use crate::document::block::Spot;
use crate::document::{Comment, Document, Fact, Format};
use crate::finding::{Rule, Severity};
use crate::review::{Evidence, Review};
use crate::text::count;

pub static COMMENTS: Rule = Rule {
    id: "document-comments",
    severity: Severity::Warning,
    summary: "the document contains comments that the page does not show",
    why: "the page hides them, but the file that the assessor receives does not. Others could read a note to yourself \
        or to your mentor.",
    remedy: "delete the comments: in Word under Review, Delete, Delete All Comments; in LibreOffice under Edit, \
        Comments; in Markdown from `<!--` to `-->`. Notes that you still need belong in `private/`.",
};

pub static TRACKED_CHANGES: Rule = Rule {
    id: "document-tracked-changes",
    severity: Severity::Warning,
    summary: "the document contains tracked changes",
    why: "the assessor receives the file with all that was deleted, and with who changed what. akam counts and shows \
        the text as if every change were accepted, which may not be what you meant.",
    remedy: "accept or reject each change: in Word under Review, Accept All Changes; in LibreOffice under Edit, Track \
        Changes, Manage. Then turn tracking off and save.",
};

pub static HIDDEN_TEXT: Rule = Rule {
    id: "document-hidden-text",
    severity: Severity::Warning,
    summary: "the document contains hidden text",
    why: "you do not see it on the page, but the file that the assessor receives holds it. akam does not count it.",
    remedy: "show it (in Word with the button `¶`), then delete it, or take `Hidden` off in Format, Font.",
};

pub static FIELDS: Rule = Rule {
    id: "document-fields",
    severity: Severity::Warning,
    summary: "the document contains a field that changes by itself",
    why: "a date or a file name of this kind is another one whenever somebody opens the file: the assessor reads what \
        you never wrote. Sign-offs leave it out.",
    remedy: "replace the field by the words themselves: in Word click on it and press Ctrl+Shift+F9.",
};

pub static TEXT_LOST: Rule = Rule {
    id: "document-text-lost",
    severity: Severity::Error,
    summary: "words of the document are on no page",
    why: "the assessor reads the page, and never sees them. In Markdown this happens to all that follows a comment that \
        is not closed, to cells beyond the columns of a table's first row, and to the address of a link that nothing \
        uses.",
    remedy: "close the comment with `-->`; give the table's first two rows as many columns as the others; write the \
        words as a paragraph of their own.",
};

pub fn text_lost(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    for (_, spot) in document.facts.iter().filter(|(fact, _)| *fact == Fact::Lost) {
        findings.report(&TEXT_LOST, (document, spot), || {
            let place = document.place(spot);
            let line = place.line().map(|part| part.text.trim_start()).unwrap_or_default();
            let comment = document.comments.iter().any(|it| it.spot == *spot);
            if comment {
                ("this comment is never closed: all that follows is hidden", "close it with `-->`")
            } else if line.starts_with('[') {
                ("no link uses this address, so it is not on the page", "use it in a link, or write it as a paragraph")
            } else if line.contains('|') {
                (
                    "this cell is beyond the table's columns, so it is not on the page",
                    "give the first two rows of the table as many columns as this one",
                )
            } else {
                ("these words are not on the page", "write them as a paragraph of their own")
            }
        });
    }
}

pub fn comments(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let is_own = |comment: &&Comment| !comment.is_prompt() && comment.closed;
    let own: Vec<&Comment> = document.comments.iter().filter(is_own).collect();
    let Some(first) = own.first() else { return };
    findings.report(&COMMENTS, (document, &first.spot), || match own.len() {
        1 => ("a comment stays in the file that the assessor receives".to_owned(), "delete it"),
        count => {
            (format!("{count} comments stay in the file that the assessor receives, the first here"), "delete them")
        }
    });
}

pub fn tracked_changes(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let (first, number) = facts(document, |fact| matches!(fact, Fact::Inserted | Fact::Deleted));
    let Some(first) = first else { return };
    findings.report(&TRACKED_CHANGES, (document, first), || {
        let help = match document.format {
            Format::OpenDocument => "in LibreOffice: Edit, Track Changes, Accept All, then save",
            _ => "in Word: Review, Accept, Accept All Changes and Stop Tracking, then save",
        };
        (several(number, "tracked change", "is still in the file", "are still in the file"), help)
    });
}

pub fn hidden_text(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let (first, number) = facts(document, |fact| *fact == Fact::Hidden);
    let Some(first) = first else { return };
    findings.report(&HIDDEN_TEXT, (document, first), || {
        let message = several(number, "passage", "is hidden in the file", "are hidden in the file");
        (message, "delete it, or show it if it belongs to your text")
    });
}

pub fn fields(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    for (fact, spot) in &document.facts {
        let Fact::Field(kind) = fact else { continue };
        findings.report(&FIELDS, (document, spot), || {
            let help = match document.format {
                Format::OpenDocument => "in LibreOffice: click it twice and choose a fixed content, or write the words",
                _ => "in Word: click it, then Ctrl+Shift+F9 makes it a text; or write the words",
            };
            (format!("the field `{kind}` changes by itself when the file is opened"), help)
        });
    }
}

/// Where the first of some facts is, and how many there are.
fn facts(document: &Document, is_meant: impl Fn(&Fact) -> bool) -> (Option<&Spot>, usize) {
    let mut meant = document.facts.iter().filter(|(fact, _)| is_meant(fact)).map(|(_, spot)| spot);
    let first = meant.next();
    (first, meant.count() + usize::from(first.is_some()))
}

fn several(number: usize, noun: &str, is: &str, are: &str) -> String {
    if number == 1 { format!("a {noun} {is}") } else { format!("{} {are}, the first here", count(number, noun)) }
}
