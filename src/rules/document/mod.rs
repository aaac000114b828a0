//! Rules on a competency's document.

pub mod citation;
pub mod unseen;

use super::Findings;
use super::findings::At;
use super::name::file_name;
use crate::document::prompt_left::{PromptForm, PromptLeft};
use crate::document::prose::Sentences;
use crate::document::{Document, Format, Link, Target};
use crate::finding::{Rule, Severity};
use crate::portfolio::near_miss::Correction;
use crate::portfolio::{PRIVATE, is_junk};
use crate::review::{Evidence, Review};
use crate::text::{count, grouped};

pub static MISSING: Rule = Rule {
    id: "document-missing",
    severity: Severity::Error,
    summary: "a competency has artefacts but no document, or an empty one",
    why: "the document is what is assessed. Artefacts alone do not say what you did, why, and what came of it.",
    remedy: "run `akam init` in the portfolio; it adds an `evidence.md` with a heading for each part and changes \
        nothing else. AKAM says that the document can be shorter if it says how the attached materials support the \
        competency.",
};

pub static SEVERAL: Rule = Rule {
    id: "document-several",
    severity: Severity::Error,
    summary: "a competency has more than one document",
    why: "the diploma asks for one document for each competency: with two, nobody knows which one counts.",
    remedy: "keep one `evidence.…` in the folder; move the other into `private/`, or attach it as an artefact if it is \
        evidence in itself.",
};

pub static UNREADABLE: Rule = Rule {
    id: "document-unreadable",
    severity: Severity::Error,
    summary: "a document cannot be read",
    why: "akam can neither check what it cannot read, nor make a page of it for the assessor.",
    remedy: "write in Word (`evidence.docx`), LibreOffice (`evidence.odt`) or plain text (`evidence.md`, saved as UTF-8), \
        or export a PDF that holds text, not pictures of it (`evidence.pdf`).",
};

pub static PROMPT_LEFT: Rule = Rule {
    id: "document-prompt-left",
    severity: Severity::Error,
    summary: "one of akam's prompts, or a note such as TODO, is still in the text",
    why: "the assessor receives the document as it is, and sees that it is not finished.",
    remedy: "answer the prompt, then delete it. In Word or LibreOffice click on it and write. In Markdown delete the \
        lines that begin with `>`, or, where the prompt is between `<!-- akam:` and `-->`, all from the one to the \
        other. Notes to yourself belong in `private/`.",
};

pub static TEXT_IN_PROMPT: Rule = Rule {
    id: "document-text-in-prompt",
    severity: Severity::Error,
    summary: "text is written inside one of akam's prompts, where no reader sees it",
    why: "all that is between `<!-- akam:` and `-->` is hidden: it is not counted, not on the page, and not what is \
        signed off.",
    remedy: "remove only the marks `<!-- akam:` and `-->`, then akam's own questions; keep what you wrote.",
};

pub static BROKEN_LINK: Rule = Rule {
    id: "document-broken-link",
    severity: Severity::Error,
    summary: "a link leads to something that will not be in the archive",
    why: "the assessor clicks on it and finds nothing, just where you prove your claim.",
    remedy: "attach the file with `akam attach`, correct the path (it begins in the document's own folder, for example \
        `artefacts/plan.xlsx`), or remove the link.",
};

pub static SHORT: Rule = Rule {
    id: "document-short",
    severity: Severity::Warning,
    summary: "the document is shorter than the guidance",
    why: "AKAM gives a number of words for each part as guidance (`akam show`), and says that you may be able to write \
        less where you attach materials and say how they support the competency. Where you do, akam warns only below \
        about a third of that number: this limit is akam's own (guide).",
    remedy: "look at each part again with `akam show CODE` and answer what it asks; or attach what you made and say \
        how it supports the competency. Leave the warning if the document says all that it should.",
};

pub static LONG: Rule = Rule {
    id: "document-long",
    severity: Severity::Warning,
    summary: "the document is much longer than the guidance",
    why: "there is no fixed limit, but the best points are easily lost in a long document.",
    remedy: "cut what does not answer a part, and put detail into an artefact that you refer to.",
};

pub static PART_UNANSWERED: Rule = Rule {
    id: "document-part-unanswered",
    severity: Severity::Warning,
    summary: "a part of the competency is answered neither by a section nor by an artefact",
    why: "assessors judge by AKAM's own description of the parts. Where that is not public, akam has parts of its own \
        in their place: `akam show CODE` marks them (guide), and your AKAM workbook has the official ones.",
    remedy: "give the part a heading of its own (its title, or its code in any language) and write under it; or name \
        the part's code in `supports` of an artefact that answers it.",
};

pub static NO_SOURCE: Rule = Rule {
    id: "document-no-source",
    severity: Severity::Warning,
    summary: "no work of theory is cited",
    why: "the diploma asks for practice and for the theory behind it, in each competency: which idea led you to act as \
        you did.",
    remedy: "`akam show CODE` lists theory and sources that fit. Name one or two in the text, for example `Porter \
        (1985)`, say how they shaped what you did, and list them under `## Sources`. akam accepts other works too; \
        AKAM asks to be told of good ones, above all in other languages than English.",
};

pub static ACTION_LOG: Rule = Rule {
    id: "document-action-log",
    severity: Severity::Warning,
    summary: "the text reads like a list of actions without reasons",
    why: "a log of what you did, one sentence after the other, shows activity but not judgement. Assessors look for \
        the reason and the outcome.",
    remedy: "say what the situation was, what you did, why you chose it, what came of it, and what you would do \
        differently. If your practice was not right at the time, AKAM may accept, up to a point, an account of what \
        should have been done and why, with your reflection on why it was different.",
};

pub static REMOTE_IMAGE: Rule = Rule {
    id: "document-remote-image",
    severity: Severity::Warning,
    summary: "a picture is loaded from the internet",
    why: "the assessor's pages show the picture's address instead, and loading it tells a stranger's server that the \
        document is read.",
    remedy: "save the picture, attach it with `akam attach`, and show it as `![What it shows](artefacts/name.png)`.",
};

pub fn missing(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let near = review.folder.near_misses(review.competency).next();
    if review.folder.documents.is_empty() {
        findings.report(&MISSING, &review.folder.path, || match near {
            Some((name, step)) => {
                (format!("there is no document, but `{name}` is probably meant as one"), remedy(step))
            }
            None => ("there is no document yet".to_owned(), "`akam init` adds one to write in".to_owned()),
        });
    }
    // Where prompts are left, that is said already.
    let is_empty = |document: &&Document| document.words == 0 && document.prompts.is_empty();
    if let Some(document) = review.folder.document().filter(is_empty) {
        findings.report(&MISSING, document, || {
            let help = format!("`akam show {}` shows what it should answer", review.competency.code);
            ("there is nothing to read in the document", help)
        });
    }
}

/// What makes a file the document.
fn remedy(step: &Correction) -> String {
    match step {
        Correction::Rename(name) => format!("rename it to `{name}`"),
        Correction::Convert(how) => (*how).to_owned(),
    }
}

pub fn several(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let documents = &review.folder.documents;
    let own = documents.first().map(|file| file_name(&file.path));
    for (own, (name, _)) in
        own.into_iter().flat_map(|own| review.folder.near_misses(review.competency).map(move |near| (own, near)))
    {
        let path = format!("{}/{name}", review.folder.path);
        findings.report(&SEVERAL, &path, || {
            let help = format!("keep the better text as `{own}`, and move this file into `private/`");
            (format!("this is probably another version of `{own}`"), help)
        });
    }
    // What cannot be read has a finding of its own, with a remedy that this one would contradict.
    if documents.len() < 2 || documents.iter().any(|file| file.document.is_err()) {
        return;
    }
    findings.report(&SEVERAL, &review.folder.path, || {
        let names: Vec<String> = documents.iter().map(|file| format!("`{}`", file_name(&file.path))).collect();
        let empty = documents.iter().find(|file| file.document.as_ref().is_ok_and(|document| document.words == 0));
        let help = match empty {
            Some(file) => format!("delete `{}`, in which nothing is written yet", file_name(&file.path)),
            None => "keep one; move the other into `private/`".to_owned(),
        };
        (format!("there are {} documents: {}", names.len(), names.join(", ")), help)
    });
}

pub fn unreadable(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    for problem in review.folder.documents.iter().filter_map(|file| file.document.as_ref().err()) {
        findings.report(&UNREADABLE, &problem.place, || (&problem.message, &problem.help));
    }
}

pub fn prompt_left(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let left = |prompt: &&PromptLeft| prompt.form != PromptForm::CommentWithText;
    let prompts: Vec<&PromptLeft> = document.prompts.iter().filter(left).collect();
    if let Some(first) = prompts.first() {
        findings.report(&PROMPT_LEFT, (document, &first.spot), || {
            let message = match prompts.len() {
                1 => "one of akam's prompts is still in the text".to_owned(),
                count => format!("{count} of akam's prompts are still in the text, the first here"),
            };
            let help = match (document.format, first.form) {
                (Format::Markdown, PromptForm::Quote) => {
                    "once it is answered, delete its lines, which begin with `>`; keep what you wrote"
                }
                (Format::Markdown, PromptForm::Text) => "once it is answered, delete it",
                (Format::Markdown, _) => "once it is answered, delete it, from `<!-- akam:` to `-->`",
                (Format::Pdf, _) => "answer or delete it where the PDF was written, then make the PDF again",
                (Format::Word | Format::OpenDocument, _) => "write your answer in its place, or delete it",
            };
            (message, help)
        });
    }
    for (word, spot) in document.todo_markers() {
        findings.report(&PROMPT_LEFT, (document, &spot), || {
            (format!("`{word}` is still in the text"), "write what is missing, or delete the note")
        });
    }
}

pub fn text_in_prompt(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    for prompt in document.prompts.iter().filter(|prompt| prompt.form == PromptForm::CommentWithText) {
        findings.report(&TEXT_IN_PROMPT, (document, &prompt.spot), || {
            let help = "remove only the marks `<!-- akam:` and `-->`, then akam's own questions; keep what you wrote";
            ("your text is inside the prompt, where no reader sees it", help)
        });
    }
}

pub fn broken_link(evidence: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    for link in &document.links {
        if let Some(defect) = link_defect(evidence, review, link) {
            findings.report(&BROKEN_LINK, (document, &link.spot), || defect);
        }
    }
}

pub fn short(evidence: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let guidance = &evidence.portfolio.framework.words;
    let attached = !review.folder.artefacts().is_empty() || review.folder.is_register_broken();
    let per_part = if attached { guidance.shortest_per_part } else { guidance.per_part };
    // The guidance says "about": nine tenths of it is as good.
    if document.words * 10 >= review.competency.parts.len() * per_part * 9 {
        return;
    }
    findings.report(&SHORT, document, || {
        let message = beside_guidance(evidence, review, document);
        if attached {
            (message + ", less with artefacts attached", "say how each artefact supports the competency")
        } else {
            (message, "write more, or attach what you made")
        }
    });
}

pub fn long(evidence: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let longest = evidence.portfolio.framework.words.longest_per_part;
    if document.words > review.competency.parts.len() * longest {
        findings.report(&LONG, document, || {
            (beside_guidance(evidence, review, document), "cut what answers no part, or move detail into an artefact")
        });
    }
}

/// How long a document is, and how long it should be about.
fn beside_guidance(evidence: &Evidence<'_>, review: &Review<'_>, document: &Document) -> String {
    let parts = review.competency.parts.len();
    let guidance = grouped(parts * evidence.portfolio.framework.words.per_part);
    format!("{} words; the guidance for {parts} parts is about {guidance}", grouped(document.words))
}

pub fn part_unanswered(_: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    if review.folder.is_register_broken() {
        return;
    }
    for part in review.parts.iter().filter(|it| !it.section && it.artefacts.is_empty()).map(|it| it.part) {
        let section = document.section_of(part).map(|at| &document.sections[at].spot);
        let at = section.map_or(At::from(document), |spot| At::from((document, spot)));
        findings.report(&PART_UNANSWERED, at, || {
            let (code, title) = (&part.code, &part.title);
            let guide = if part.is_ours() { " (guide)" } else { "" };
            let message = match section {
                Some(_) => match document.section_of(part).map_or(0, |at| document.words_under(at)) {
                    0 => format!("nothing answers part {code}{guide} yet"),
                    words => format!("{} for part {code}{guide}, and no artefact", count(words, "word")),
                },
                None => format!("part {code} {title}{guide} has no section and no artefact"),
            };
            let marks = if document.format == Format::Markdown { "## " } else { "" };
            (message, format!("write under a heading `{marks}{title}`, or name `{code}` in an artefact's `supports`"))
        });
    }
}

pub fn no_source(evidence: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let framework = &evidence.portfolio.framework;
    let mut works = framework.competencies.iter().flat_map(|competency| &competency.sources);
    if document.words > 0 && !works.any(|work| document.cites(&work.author)) && !document.lists_sources() {
        findings.report(&NO_SOURCE, document, || {
            let help = format!("`akam show {}` lists theory and sources that fit", review.competency.code);
            ("no work of theory is cited", help)
        });
    }
}

pub fn action_log(_: &Evidence<'_>, _: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let Sentences { all, actions, reasons } = document.sentences();
    if actions >= 10 && actions * 10 >= all * 6 && reasons * 10 < all {
        findings.report(&ACTION_LOG, document, || {
            let message = format!("{actions} of {all} sentences say \"I did\"; {reasons} give a reason");
            (message, "say why you did it, and what came of it")
        });
    }
}

pub fn remote_image(_: &Evidence<'_>, review: &Review<'_>, document: &Document, findings: &mut Findings<'_>) {
    let is_remote = |link: &&Link| link.image && matches!(link.target(&review.folder.path), Target::Elsewhere(_));
    for link in document.links.iter().filter(is_remote) {
        findings.report(&REMOTE_IMAGE, (document, &link.spot), || {
            let help = "save the picture and attach it with `akam attach`";
            ("the page will show this picture's address instead of the picture", help)
        });
    }
}

/// What is wrong with a link, and the remedy.
fn link_defect(evidence: &Evidence<'_>, review: &Review<'_>, link: &Link) -> Option<(String, String)> {
    let portfolio = evidence.portfolio;
    match link.target(&review.folder.path) {
        Target::Here => None,
        Target::Elsewhere(scheme) if link.image || ["http", "https", "mailto"].contains(&scheme.as_str()) => None,
        Target::Elsewhere(scheme) => Some((
            format!("a link of the kind `{scheme}:` does not work for the assessor"),
            "link to an artefact, or to a page on the web".to_owned(),
        )),
        Target::Outside if link.destination.contains('\\') => Some((
            "a path in a link is written with `/`, also on Windows".to_owned(),
            format!("write it as `{}`", link.destination.replace('\\', "/")),
        )),
        Target::Outside => Some((
            "this link leads out of the portfolio".to_owned(),
            format!("attach the file with `akam attach FILE --to {}` and link to it there", review.competency.code),
        )),
        Target::File(path) => {
            let is_there = portfolio.tree.find(&path).is_some() || portfolio.tree.below(&path).next().is_some();
            if path == PRIVATE || path.starts_with("private/") {
                let help = "attach what the assessor may see; the rest stays private".to_owned();
                Some(("this link leads into `private/`, which is never packed".to_owned(), help))
            } else if !is_there {
                Some((
                    format!("`{}` does not exist", link.destination),
                    format!(
                        "correct the path, or attach the file with `akam attach FILE --to {}`",
                        review.competency.code
                    ),
                ))
            } else if !evidence.holds(&path) || is_junk(&path) {
                let help = "copy the file into this competency's artefacts, or remove the link".to_owned();
                Some((format!("`{}` is not part of what is submitted", link.destination), help))
            } else {
                None
            }
        }
    }
}
