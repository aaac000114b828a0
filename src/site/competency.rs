//! A competency's page: what answers each part, the artefacts, and the document typeset.

use std::collections::HashMap;

use askama::Template;

use super::Submission;
use super::confirmation::Confirmation;
use super::html;
use super::links::{self, Base, Links};
use super::page::{self, Artefact, Frame, Link, candidate, grouped};
use crate::framework::Competency;
use crate::portfolio::{Answer, CompetencyFolder};
use crate::report::count;

#[derive(Template)]
#[template(config = ".askama.toml", path = "competency.html")]
struct Page<'a> {
    frame: Frame,
    /// The page that this one belongs to.
    front: &'static str,
    front_href: String,
    code: &'a str,
    title: &'a str,
    area: &'a str,
    candidate: String,
    employer: Option<String>,
    /// Not for signatories: they are asked for it.
    confirmation: Option<Confirmation>,
    /// Whether any part has a title of this program's.
    ours: bool,
    parts: Vec<Part<'a>>,
    artefacts: Vec<Artefact>,
    /// Of other competencies.
    supporting: Vec<Artefact>,
    /// Why no artefact is attached.
    document_only: Option<String>,
    document: Text,
    previous: Option<Link>,
    next: Option<Link>,
}

struct Part<'a> {
    code: &'a str,
    title: &'a str,
    /// Whether the title is this program's, not AKAM's.
    ours: bool,
    section: Option<Section>,
    artefacts: Vec<Cited>,
}

/// The section that names a part.
struct Section {
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

/// The document, or why there is none to read here.
struct Text {
    /// Safe to show.
    html: Option<String>,
    words: String,
    trouble: String,
    files: Vec<Link>,
}

pub fn render(
    submission: &Submission<'_>,
    links: &Links<'_>,
    competency: &Competency,
    folder: &CompetencyFolder,
) -> String {
    let portfolio = submission.portfolio;
    let area = portfolio.framework.areas.iter().find(|area| area.code == competency.area);
    let supports = |code: &str| portfolio.framework.owner(code).is_some_and(|owner| owner.code == competency.code);
    let others = portfolio.artefacts().filter(|(own, ..)| own.code != competency.code && links.packs(&own.code));
    let supporting = others.filter(|(own, _, it)| it.supported(&own.code).any(supports));
    let supporting: Vec<Artefact> =
        supporting.map(|(own, folder, it)| Artefact::new(links, Base::Page, own, folder, it)).collect();
    let artefacts = folder.artefacts().iter().map(|it| Artefact::new(links, Base::Page, competency, folder, it));
    let artefacts: Vec<Artefact> = artefacts.collect();
    let listed: Vec<&str> = artefacts.iter().chain(&supporting).map(|artefact| artefact.number.as_str()).collect();
    let answers = portfolio.answers(competency, folder);
    let only = folder.register.as_ref().and_then(|register| register.document_only.as_ref());
    page::write(&Page {
        frame: Frame::new(
            submission,
            Base::Page,
            format!("{}, {}", competency.name(), candidate(submission)),
            &competency.name(),
        ),
        front: submission.front.name(),
        front_href: submission.front.href(),
        code: &competency.code,
        title: &competency.title,
        area: area.map_or("", |area| &area.title),
        candidate: candidate(submission),
        employer: page::filled(portfolio.details.candidate.employer.as_ref()),
        confirmation: submission
            .front
            .has_cover()
            .then(|| Confirmation::of(submission, links, Base::Page, competency, folder)),
        ours: answers.iter().any(|answer| answer.part.is_ours()),
        parts: answers
            .iter()
            .map(|answer| part(competency, folder, answer, &listed, !submission.front.has_cover()))
            .collect(),
        document_only: page::filled(only.map(toml::Spanned::get_ref)),
        document: text(links, competency, folder),
        previous: neighbour(submission, links, competency, |at| at.checked_sub(1)),
        next: neighbour(submission, links, competency, |at| at.checked_add(1)),
        artefacts,
        supporting,
    })
}

/// What answers a part; a signatory is told only of what is listed, and so is confirmed.
fn part<'a>(
    competency: &Competency,
    folder: &CompetencyFolder,
    answer: &Answer<'a>,
    listed: &[&str],
    only_listed: bool,
) -> Part<'a> {
    let section = folder.document().and_then(|document| {
        let at = document.section_of(answer.part).filter(|at| document.words_under(*at) > 0)?;
        let words = document.words_under(at);
        let counted = format!("{} {}", grouped(words), if words == 1 { "word" } else { "words" });
        Some(Section {
            heading: document.sections[at].heading.clone(),
            href: format!("#{}", links::anchor(competency, document, at)),
            words: if answer.section { counted } else { format!("{counted}, only begun") },
        })
    });
    let places: HashMap<&str, usize> = listed.iter().rev().copied().zip((0..listed.len()).rev()).collect();
    let cited = answer.artefacts.iter().filter(|it| !only_listed || places.contains_key(it.number.as_str()));
    let cited = cited.map(|artefact| Cited {
        number: artefact.number.clone(),
        title: artefact.name().to_owned(),
        href: places.get(artefact.number.as_str()).map(|at| format!("#artefact-{}", at + 1)),
    });
    let ours = answer.part.is_ours();
    Part { code: &answer.part.code, title: &answer.part.title, ours, section, artefacts: cited.collect() }
}

fn text(links: &Links<'_>, competency: &Competency, folder: &CompetencyFolder) -> Text {
    let document = folder.document();
    let trouble = match &folder.documents[..] {
        [] => "There is no document yet.".to_owned(),
        [only] => match &only.document {
            Ok(_) => String::new(),
            Err(wrong) => format!("The document cannot be shown: {}.", wrong.message),
        },
        several => format!("There are {}; it is not clear which one counts.", count(several.len(), "document")),
    };
    let files = folder.documents.iter().map(|file| Link {
        text: file.path.rsplit('/').next().unwrap_or(&file.path).to_owned(),
        href: links.file(Base::Page, &file.path),
    });
    Text {
        html: document.map(|document| html::render(links, &folder.path, competency, document)),
        words: document.map(|document| count(document.words, "word")).unwrap_or_default(),
        trouble,
        files: files.collect(),
    }
}

/// The packed competency before or behind this one.
fn neighbour(
    submission: &Submission<'_>,
    links: &Links<'_>,
    competency: &Competency,
    step: impl Fn(usize) -> Option<usize>,
) -> Option<Link> {
    let at = submission.codes.iter().position(|code| *code == competency.code)?;
    let code = submission.codes.get(step(at)?)?;
    let other = submission.portfolio.framework.competency(code)?;
    Some(Link { text: other.name(), href: links.page(Base::Page, code) })
}
