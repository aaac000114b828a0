//! Writes paragraphs, links and what is besides the text into the model of a document.

use std::collections::BTreeSet;

use super::annotations::{Link, Note};
use super::geometry::Point;
use super::lines::Line;
use super::paragraphs::{Page, Paragraph};
use crate::document::block::{Kind, Spot};
use crate::document::builder::Builder;
use crate::document::{self, Comment, Document, Fact, Format};
use crate::source::Span;

/// What is on a page besides its text.
pub struct PageExtras {
    pub links: Vec<Link>,
    pub notes: Vec<Note>,
    /// Values of fields that are not shown, names of attached files.
    pub unseen: Vec<String>,
    pub artifacts: Vec<Line>,
    pub hidden: Vec<Line>,
    /// Whether it shows a picture and hardly a word.
    pub is_picture: bool,
}

/// Bytes of a line, and the link that they are in, by its number on the page.
type Piece = (Span, Option<usize>);

pub fn document(
    path: &str,
    pages: &[Page],
    extras: Vec<PageExtras>,
    paragraphs: &[Paragraph],
    properties: Vec<(String, &'static str)>,
) -> Document {
    let mut builder = Builder::default();
    let (mut next_page, mut used) = (0, BTreeSet::new());
    for (at, paragraph) in paragraphs.iter().enumerate() {
        used.extend(write(paragraph, pages, &extras, &mut builder));
        // Links of pages that end here and have no words of their own.
        let end = paragraphs.get(at + 1).map_or(pages.len(), |next| next.lines[0].0);
        for page in next_page..end {
            let links = extras[page].links.iter().enumerate();
            for (_, link) in links.filter(|(number, _)| !used.contains(&(page, *number))) {
                builder.start_link(of(link, Spot::Page { number: page + 1, line: pages[page].lines.len().max(1) }));
                builder.stop();
            }
        }
        next_page = next_page.max(end);
        builder.end();
    }
    for (page, extras) in (1..).zip(extras) {
        besides(page, extras, &mut builder);
    }
    for (text, part) in properties {
        builder.outside(&text, Spot::Part(part.to_owned()));
    }
    builder.finish(path, Format::Pdf)
}

/// Writes a paragraph; returns the links that its words are in.
fn write(paragraph: &Paragraph, pages: &[Page], extras: &[PageExtras], builder: &mut Builder) -> Vec<(usize, usize)> {
    let spot = |(page, at): (usize, usize)| Spot::Page { number: page + 1, line: line_at(pages, (page, at)).number };
    builder.begin(paragraph.level.map_or(Kind::Paragraph, Kind::Heading), spot(paragraph.lines[0]));
    let (mut used, mut open) = (Vec::new(), None::<(usize, usize)>);
    for (number, &at) in paragraph.lines.iter().enumerate() {
        let next = paragraph.lines.get(number + 1).map(|next| line_at(pages, *next));
        let text = &line_at(pages, at).text;
        let joins = next.is_some_and(|next| is_hyphenated(text, &next.text));
        for (count, (bytes, link)) in pieces(line_at(pages, at), &extras[at.0].links).into_iter().enumerate() {
            let link = link.map(|link| (at.0, link));
            let is_same = match (open, link) {
                (Some(open), Some(link)) => leads_alike(open, link, extras),
                (None, None) => true,
                _ => false,
            };
            if open.is_some() && !is_same {
                builder.stop();
            }
            if count > 0 {
                builder.text(" ", spot(at));
            }
            if let Some((page, number)) = link {
                used.push((page, number));
                if !is_same {
                    builder.start_link(of(&extras[page].links[number], spot(at)));
                }
            }
            open = link;
            let is_last = bytes.end == text.trim_end().len();
            let piece = text[bytes].trim_end();
            let piece = if joins && is_last { piece.trim_end_matches(HYPHENS) } else { piece };
            builder.text(piece, spot(at));
        }
        if next.is_some() && !joins {
            builder.separate(" ");
        }
    }
    if open.is_some() {
        builder.stop();
    }
    used
}

fn line_at(pages: &[Page], (page, at): (usize, usize)) -> &Line {
    &pages[page].lines[at]
}

const HYPHENS: [char; 3] = ['-', '\u{ad}', '\u{2010}'];

/// Whether a word goes on in the next line.
fn is_hyphenated(line: &str, next: &str) -> bool {
    let before = line.trim_end().strip_suffix(HYPHENS);
    before.is_some_and(|before| before.ends_with(char::is_alphabetic)) && next.starts_with(char::is_lowercase)
}

fn leads_alike(one: (usize, usize), other: (usize, usize), extras: &[PageExtras]) -> bool {
    extras[one.0].links[one.1].destination == extras[other.0].links[other.1].destination
}

/// A line, in pieces that are in one link or in none.
fn pieces(words: &Line, links: &[Link]) -> Vec<Piece> {
    if links.is_empty() {
        return vec![(0..words.text.trim_end().len(), None)];
    }
    let up = Point { x: -words.direction.y, y: words.direction.x };
    let near: Vec<(usize, &Link)> = links.iter().enumerate().filter(|(_, link)| is_near(words, link)).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    for word in &words.words {
        let middle = word.start.plus(word.end).times(0.5).plus(up.times(0.3 * words.size));
        let holds = |(_, link): &&(usize, &Link)| link.areas.iter().any(|area| area.holds(middle, 0.5));
        let link = near.iter().find(holds).map(|(number, _)| *number);
        match pieces.last_mut().filter(|(_, last)| *last == link) {
            Some((bytes, _)) => bytes.end = word.bytes.end,
            None => pieces.push((word.bytes.clone(), link)),
        }
    }
    pieces
}

/// Whether a link may be on a line.
fn is_near(words: &Line, link: &Link) -> bool {
    let (start, end) = (words.start, words.end);
    link.areas.iter().any(|area| {
        area.left <= start.x.max(end.x) + words.size
            && area.right >= start.x.min(end.x) - words.size
            && area.bottom <= start.y.max(end.y) + words.size
            && area.top >= start.y.min(end.y) - words.size
    })
}

fn of(link: &Link, spot: Spot) -> document::Link {
    let destination = link.destination.clone();
    document::Link { destination, title: String::new(), image: false, spot, embedded: None }
}

/// What of a page is searched, and neither counted nor shown.
fn besides(page: usize, extras: PageExtras, builder: &mut Builder) {
    for line in extras.artifacts {
        builder.outside(&line.text, Spot::Part(format!("header or footer of page {page}")));
    }
    let hidden = || Spot::Part(format!("hidden text on page {page}"));
    for line in &extras.hidden {
        builder.outside(&line.text, hidden());
    }
    if !extras.hidden.is_empty() {
        builder.fact(Fact::Hidden, hidden());
    }
    if extras.is_picture {
        builder.fact(Fact::Figure("page that is a picture".to_owned()), Spot::Page { number: page, line: 1 });
    }
    for text in extras.unseen {
        builder.outside(&text, Spot::Part(format!("form or attached file on page {page}")));
    }
    for Note { text, author } in extras.notes {
        let by = if author.is_empty() { String::new() } else { format!(" by {author}") };
        let spot = Spot::Part(format!("comment{by} on page {page}"));
        builder.outside(&text, spot.clone());
        builder.comment(Comment { text, spot, closed: true });
    }
}
