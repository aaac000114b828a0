//! A competency's page: what answers each part, the artefacts, and the document typeset.

use std::collections::HashMap;

use askama::Template;

use super::confirmation::{ShownConfirmation, excepted_passages};
use super::links::{self, Base, InFolder, Links};
use super::page::{self, PageFrame, PageLink, ShownArtefact, candidate};
use super::{FRONT_HREF, Submission};
use crate::document::Document;
use crate::framework::Competency;
use crate::html;
use crate::html::page::write;
use crate::review::{PartAnswer, Review};
use crate::text::{count, grouped};

#[derive(Template)]
#[template(config = ".askama.toml", path = "competency.html")]
struct CompetencyPage<'a> {
    frame: PageFrame,
    front_href: String,
    code: &'a str,
    title: &'a str,
    area: &'a str,
    candidate: String,
    employer: Option<String>,
    confirmation: ShownConfirmation,
    /// Whether this program gave any part its title.
    ours: bool,
    parts: Vec<PartRow<'a>>,
    artefacts: Vec<ShownArtefact>,
    /// Artefacts of other competencies.
    supporting: Vec<ShownArtefact>,
    /// Why no artefact is attached.
    document_only: Option<String>,
    document: DocumentText,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

struct PartRow<'a> {
    code: &'a str,
    title: &'a str,
    /// Whether this program, not AKAM, gave it its title.
    ours: bool,
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
}

pub fn render(submission: &Submission<'_>, links: &Links<'_>, review: &Review<'_>) -> String {
    let (evidence, portfolio) = (submission.evidence, submission.evidence.portfolio);
    let Review { competency, folder, .. } = review;
    let area = portfolio.framework.areas.iter().find(|area| area.code == competency.area);
    let supports = |code: &str| portfolio.framework.owner(code).is_some_and(|owner| owner.code == competency.code);
    let others = evidence.artefacts().filter(|(own, _)| own.competency.code != competency.code);
    let supporting = others.filter(|(own, it)| it.artefact.supported(&own.competency.code).any(supports));
    let supporting: Vec<ShownArtefact> =
        supporting.map(|(own, it)| ShownArtefact::new(links, Base::Page, own.competency, it)).collect();
    let artefacts = review.artefacts.iter().map(|it| ShownArtefact::new(links, Base::Page, competency, it));
    let artefacts: Vec<ShownArtefact> = artefacts.collect();
    let listed: Vec<&str> = artefacts.iter().chain(&supporting).map(|artefact| artefact.number.as_str()).collect();
    let only = folder.register.as_ref().and_then(|register| register.document_only.as_ref());
    write(&CompetencyPage {
        frame: PageFrame::new(
            submission,
            Base::Page,
            format!("{}, {}", competency.name(), candidate(submission)),
            &competency.name(),
        ),
        front_href: FRONT_HREF.to_owned(),
        code: &competency.code,
        title: &competency.title,
        area: area.map_or("", |area| &area.title),
        candidate: candidate(submission),
        employer: page::filled(portfolio.details.candidate.employer.as_ref()),
        confirmation: ShownConfirmation::of(evidence, review, links, Base::Page),
        ours: review.parts.iter().any(|answer| answer.part.is_ours()),
        parts: review.parts.iter().map(|answer| part(review, answer, &listed)).collect(),
        document_only: page::filled(only.map(toml::Spanned::get_ref)),
        document: text(links, review),
        previous: neighbour(submission, links, competency, |at| at.checked_sub(1)),
        next: neighbour(submission, links, competency, |at| at.checked_add(1)),
        artefacts,
        supporting,
    })
}

/// What answers a part.
fn part<'a>(review: &Review<'_>, answer: &PartAnswer<'a>, listed: &[&str]) -> PartRow<'a> {
    let section = review.document.and_then(|document| {
        let at = document.section_of(answer.part).filter(|at| document.words_under(*at) > 0)?;
        let words = document.words_under(at);
        let counted = format!("{} {}", grouped(words), if words == 1 { "word" } else { "words" });
        Some(SectionLink {
            heading: document.sections[at].heading.clone(),
            href: format!("#{}", links::anchor(review.competency, document, at)),
            words: if answer.section { counted } else { format!("{counted}, only begun") },
        })
    });
    let places: HashMap<&str, usize> = listed.iter().rev().copied().zip((0..listed.len()).rev()).collect();
    let cited = answer.artefacts.iter().map(|artefact| Cited {
        number: artefact.number.clone(),
        title: artefact.name().to_owned(),
        href: places.get(artefact.number.as_str()).map(|at| format!("#artefact-{}", at + 1)),
    });
    let ours = answer.part.is_ours();
    PartRow { code: &answer.part.code, title: &answer.part.title, ours, section, artefacts: cited.collect() }
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
        href: links.file(Base::Page, &file.path),
    });
    DocumentText {
        html: document.map(|document| html(links, review, document)),
        words: document.map(|document| count(document.words, "word")).unwrap_or_default(),
        trouble,
        files: files.collect(),
    }
}

/// The level of a document's highest heading on its page.
const TOP_LEVEL: usize = 3;

/// A competency's document, as the body of an article.
pub fn html(links: &Links<'_>, review: &Review<'_>, document: &Document) -> String {
    let Review { competency, folder, .. } = review;
    let frame = html::Frame {
        targets: &InFolder { links, folder: &folder.path },
        prefix: "",
        table_of: "",
        top_level: TOP_LEVEL,
        skips_first_heading: document.begins_with_name(&competency.code, &competency.title),
        marked: &excepted_passages(review, &document.text),
    };
    html::render(document, &frame)
}

/// The packed competency before or after this one.
fn neighbour(
    submission: &Submission<'_>,
    links: &Links<'_>,
    competency: &Competency,
    step: impl Fn(usize) -> Option<usize>,
) -> Option<PageLink> {
    let packed: Vec<&Review<'_>> = submission.evidence.submitted().collect();
    let at = packed.iter().position(|review| review.competency.code == competency.code)?;
    let other = packed.get(step(at)?)?.competency;
    Some(PageLink { text: other.name(), href: links.page(Base::Page, &other.code) })
}
