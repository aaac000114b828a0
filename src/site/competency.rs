//! A competency's section of the page: what answers each part, the artefacts, and the document typeset.

use std::collections::HashMap;

use askama::Template;

use super::artefact::{PageLink, ShownArtefact};
use super::confirmation::{ShownConfirmation, excepted_passages};
use super::links::{self, InFolder, Links};
use super::{Submission, filled};
use crate::document::block::Spot;
use crate::document::{Document, Fact, Format};
use crate::framework::Provenance;
use crate::html;
use crate::review::{PartAnswer, Review};
use crate::text::{count, grouped};

#[derive(Template)]
#[template(config = ".askama.toml", path = "competency.html")]
struct CompetencySection<'a> {
    /// What its ids begin with.
    prefix: String,
    /// Its place among the competencies of the page, from 1.
    number: usize,
    code: &'a str,
    title: &'a str,
    area: &'a str,
    is_packed: bool,
    confirmation: ShownConfirmation,
    parts: Vec<PartRow<'a>>,
    /// Whose words the parts are.
    wording: Option<&'static str>,
    artefacts: Vec<ShownArtefact>,
    /// Artefacts of other competencies.
    supporting: Vec<ShownArtefact>,
    /// Why no artefact is attached.
    document_only: Option<String>,
    document: DocumentText,
}

struct PartRow<'a> {
    code: &'a str,
    title: &'a str,
    /// Whether this program, not AKAM, gave it its title.
    ours: bool,
    /// Each reads after "Show how you".
    asks: &'a [String],
    section: Option<SectionLink>,
    artefacts: Vec<Cited>,
}

/// The section that names a part.
struct SectionLink {
    heading: String,
    href: String,
    words: String,
}

/// An artefact that answers a part.
struct Cited {
    number: String,
    title: String,
    /// Its place on this page.
    href: Option<String>,
}

/// The document, or why it cannot be shown here.
struct DocumentText {
    /// Safe to show.
    html: Option<String>,
    words: String,
    trouble: String,
    files: Vec<PageLink>,
    /// What the text below is, where it is not the file itself.
    shown_as: Option<String>,
    /// What to know about the text.
    changes: Option<String>,
}

pub fn render(submission: &Submission<'_>, links: &Links<'_>, review: &Review<'_>) -> String {
    let (evidence, framework) = (submission.evidence, &submission.evidence.portfolio.framework);
    let Review { competency, folder, .. } = review;
    let area = framework.areas.iter().find(|area| area.code == competency.area);
    let supports = |code: &str| framework.owner(code).is_some_and(|owner| owner.code == competency.code);
    let others = evidence.artefacts().filter(|(own, _)| own.competency.code != competency.code);
    let supporting = others.filter(|(own, it)| it.artefact.supported(&own.competency.code).any(supports));
    let supporting: Vec<ShownArtefact> =
        supporting.map(|(own, it)| ShownArtefact::new(links, own.competency, it)).collect();
    let artefacts = review.artefacts.iter().map(|it| ShownArtefact::new(links, competency, it));
    let artefacts: Vec<ShownArtefact> = artefacts.collect();
    let listed: Vec<&str> = artefacts.iter().chain(&supporting).map(|artefact| artefact.number.as_str()).collect();
    let only = folder.register.as_ref().and_then(|register| register.document_only.as_ref());
    let before = evidence.submitted().take_while(|it| it.competency.code != competency.code).count();
    let section = CompetencySection {
        prefix: links::prefix(&competency.code),
        number: before + 1,
        code: &competency.code,
        title: &competency.title,
        area: area.map_or("", |area| &area.title),
        is_packed: submission.is_packed(),
        confirmation: ShownConfirmation::of(evidence, review, links),
        parts: review.parts.iter().map(|answer| part(review, answer, &listed)).collect(),
        wording: wording(review),
        document_only: filled(only.map(toml::Spanned::get_ref)),
        document: text(links, review),
        artefacts,
        supporting,
    };
    section.render().expect("a template that is written to a string does not fail")
}

/// Whose words the parts are, unless all are AKAM's.
fn wording(review: &Review<'_>) -> Option<&'static str> {
    let any = |is: fn(&PartAnswer<'_>) -> bool| review.parts.iter().any(is);
    match (any(|it| it.part.is_ours()), any(|it| it.part.origin == Provenance::Guide)) {
        (false, false) => None,
        (true, false) => Some("Working titles are this program’s; the official parts are in AKAM’s workbook."),
        (titles, true) => Some(if titles {
            "Working titles and what the parts ask are in this program’s words; the official ones are in AKAM’s workbook."
        } else {
            "What the parts ask is in this program’s words; the official ones are in AKAM’s workbook."
        }),
    }
}

/// The section of the document that names a part, if there is anything under its heading.
fn section_of(document: &Document, answer: &PartAnswer<'_>) -> Option<usize> {
    document.section_of(answer.part).filter(|at| document.words_under(*at) > 0)
}

/// What answers a part.
fn part<'a>(review: &Review<'_>, answer: &PartAnswer<'a>, listed: &[&str]) -> PartRow<'a> {
    let section = review.document.and_then(|document| {
        let at = section_of(document, answer)?;
        let counted = words(document.words_under(at));
        Some(SectionLink {
            heading: document.sections[at].heading.clone(),
            href: format!("#{}", links::anchor(review.competency, document, at)),
            words: if answer.section { counted } else { format!("{counted}, only begun") },
        })
    });
    let places: HashMap<&str, usize> = listed.iter().rev().copied().zip((0..listed.len()).rev()).collect();
    let prefix = links::prefix(&review.competency.code);
    let cited = answer.artefacts.iter().map(|artefact| Cited {
        number: artefact.number.clone(),
        title: artefact.name().to_owned(),
        href: places.get(artefact.number.as_str()).map(|at| format!("#{prefix}artefact-{}", at + 1)),
    });
    PartRow {
        code: &answer.part.code,
        title: &answer.part.title,
        ours: answer.part.is_ours(),
        asks: &answer.part.asks,
        section,
        artefacts: cited.collect(),
    }
}

fn words(number: usize) -> String {
    format!("{} {}", grouped(number), if number == 1 { "word" } else { "words" })
}

fn text(links: &Links<'_>, review: &Review<'_>) -> DocumentText {
    let Review { folder, document, .. } = review;
    let trouble = match &folder.documents[..] {
        [] => "There is no document yet.".to_owned(),
        [only] => match &only.document {
            Ok(_) => String::new(),
            Err(wrong) => format!("The document cannot be shown: {}.", wrong.message),
        },
        several => format!("There are {}; it is not clear which one counts.", count(several.len(), "document")),
    };
    let files = folder.documents.iter().map(|file| PageLink {
        text: file.path.rsplit('/').next().unwrap_or(&file.path).to_owned(),
        href: links.file(&file.path),
    });
    DocumentText {
        html: document.map(|document| html(links, review, document)),
        words: document.map(|document| words(document.words)).unwrap_or_default(),
        trouble,
        files: files.collect(),
        shown_as: document.and_then(shown_as),
        changes: document.and_then(changes),
    }
}

/// What the text of the page is to a file that looks otherwise.
fn shown_as(document: &Document) -> Option<String> {
    let office =
        |name| format!("Below is the text of the {name} file; its own fonts, colours and layout are not shown.");
    match document.format {
        Format::Markdown => None,
        Format::Pdf => {
            Some("Below is the text of the PDF, page by page; how it looks, only the file shows.".to_owned())
        }
        Format::Word => Some(office("Word")),
        Format::OpenDocument => Some(office("OpenDocument")),
    }
}

/// How many changes a file has recorded. Each passage that is inserted or deleted is one.
pub fn changes(document: &Document) -> Option<String> {
    let is_change = |fact: &&(Fact, Spot)| matches!(fact.0, Fact::Inserted | Fact::Deleted);
    let number = document.facts.iter().filter(is_change).count();
    (number > 0).then(|| format!("It contains {}, shown as accepted.", count(number, "tracked change")))
}

/// The level of a document's highest heading: its competency, and what is shown of that, are headings above it.
const TOP_LEVEL: usize = 4;

/// A competency's document, as the body of an article.
pub fn html(links: &Links<'_>, review: &Review<'_>, document: &Document) -> String {
    let Review { competency, folder, parts, .. } = review;
    let answers = parts.iter().filter_map(|answer| {
        let at = section_of(document, answer)?;
        // A heading that has the code itself needs no other.
        let is_named = document.sections[at].heading.contains(&answer.part.code);
        (!is_named).then_some((at, answer.part.code.as_str()))
    });
    let frame = html::Frame {
        targets: &InFolder { links, folder: &folder.path },
        prefix: &links::prefix(&competency.code),
        table_of: &format!(" of {}", competency.code),
        top_level: TOP_LEVEL,
        skips_first_heading: document.begins_with_name(&competency.code, &competency.title),
        marked: &excepted_passages(review, &document.text),
        answers: &answers.collect::<Vec<_>>(),
    };
    html::render(document, &frame)
}
