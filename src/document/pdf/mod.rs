//! Reads a document that is a PDF: the text of its pages as paragraphs, and what else is in the file.

mod annotations;
mod bookmarks;
mod content;
mod counts;
mod encoding;
mod fill;
mod font;
mod geometry;
mod headings;
mod lines;
mod marked;
mod objects;
mod pages;
mod paragraphs;
mod properties;
mod refusal;
mod resources;
mod tags;
#[cfg(test)]
mod tests;
mod widths;

use lopdf::Object;

use super::Document;
use crate::source::Problem;
use annotations::Annotations;
use content::Reader;
use counts::Counts;
use fill::PageExtras;
use objects::{NO_END, Objects, Outcome, UNREADABLE};
use paragraphs::Page;
use tags::Tags;

/// Pages of pictures have fewer words than this: a page number, the mark of a scanner.
const MIN_PAGE_WORDS: usize = 5;

/// Reads a document, or says why it cannot be read as a whole.
pub fn parse(path: &str, bytes: &[u8], is_part_title: &dyn Fn(&str) -> bool) -> Result<Document, Problem> {
    refusal::other_kind(bytes)
        .map_or(Ok(()), Err)
        .and_then(|()| {
            let start = memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").unwrap_or_default();
            let bytes = &bytes[start..];
            match Objects::open(bytes).and_then(|objects| read(objects, path, is_part_title)) {
                // What is not where the file says may be elsewhere in it.
                Err(UNREADABLE | NO_END) => {
                    Objects::search(bytes).and_then(|objects| read(objects, path, is_part_title))
                }
                read => read,
            }
        })
        .map_err(|why| refusal::problem(path, why))
}

fn read(mut objects: Objects<'_>, path: &str, is_part_title: &dyn Fn(&str) -> bool) -> Outcome<Document> {
    let pages = pages::all(&mut objects)?;
    if pages.is_empty() {
        return Err(refusal::NO_PAGES);
    }
    let tags = Tags::open(&mut objects)?;
    let bookmarks = bookmarks::all(&mut objects)?;
    let properties = properties::all(&mut objects)?;
    let needs_adobe = is_dynamic_form(&mut objects)?;
    let mut reader = Reader::new(&mut objects, &tags);
    let (mut texts, mut extras) = (Vec::new(), Vec::new());
    for page in pages {
        let content = page.content(reader.objects)?;
        reader.page(&content, &page.resources, page.shown, page.id)?;
        let Annotations { links, notes, forms, unseen } = annotations::of(&page.dictionary, reader.objects)?;
        for (form, id, matrix) in forms {
            reader.drawn.lines.end_line();
            reader.form(&form, id, matrix, &page.resources)?;
        }
        let drawn = std::mem::take(&mut reader.drawn);
        let lines = drawn.lines.finish();
        let words: usize = lines.iter().map(|line| line.words.len()).sum();
        let is_picture = drawn.has_picture && words < MIN_PAGE_WORDS;
        let (artifacts, hidden) = (drawn.artifacts.finish(), drawn.hidden.finish());
        texts.push(Page { id: page.id, lines });
        extras.push(PageExtras { links, notes, unseen, artifacts, hidden, is_picture });
    }
    refuse_unreadable(&reader.counts, &texts, &extras, needs_adobe)?;
    let paragraphs = headings::join(&texts, &tags, &bookmarks, is_part_title);
    Ok(fill::document(path, &texts, extras, &paragraphs, properties))
}

/// Refuses text that is no text, or none.
fn refuse_unreadable(counts: &Counts, pages: &[Page], extras: &[PageExtras], needs_adobe: bool) -> Outcome<()> {
    let lines = || pages.iter().flat_map(|page| &page.lines);
    // Instead of such a form, other programs show a page that says so.
    let says_so = || lines().any(|line| line.text.contains("Please wait") || line.text.contains("Adobe Reader"));
    if needs_adobe && (says_so() || lines().next().is_none()) {
        return Err(refusal::FORM);
    }
    // Codes whose meaning nothing proves are letters all the same where they look like words.
    let guessed = if counts.guessed_letters * 2 < counts.guessed { counts.guessed } else { 0 };
    if (counts.garbage + guessed) * 4 > counts.all && counts.all > 0 {
        return Err(refusal::GARBAGE);
    }
    if extras.iter().all(|page| page.is_picture) {
        return Err(refusal::SCAN);
    }
    if !lines().any(|line| line.text.contains(char::is_alphanumeric)) {
        return Err(if extras.iter().any(|page| page.is_picture) { refusal::SCAN } else { refusal::NO_TEXT });
    }
    Ok(())
}

/// Whether it is a form that only Adobe's programs show (XFA).
fn is_dynamic_form(objects: &mut Objects<'_>) -> Outcome<bool> {
    let catalog = objects.catalog()?;
    let form = objects.dictionary(&catalog, b"AcroForm")?;
    Ok(objects.entry(&form, b"XFA")? != Object::Null || catalog.has(b"NeedsRendering"))
}
