//! Tells which paragraphs are headings: by tags, else by bookmarks, else by the titles of parts; never by their size.

use std::collections::{BTreeMap, HashMap};

use lopdf::ObjectId;

use super::bookmarks::{Bookmark, is_title, letters};
use super::lines::Line;
use super::paragraphs::{Page, Paragraph, join_lines};
use super::tags::Tags;

/// Most lines of one heading.
const MAX_HEADING_LINES: usize = 3;

/// Most lines that are compared with the titles of bookmarks.
const MAX_COMPARED: usize = 10_000_000;

/// Joins the lines, and finds the headings: by tags, else by bookmarks, else by the titles of parts.
pub fn join(
    pages: &[Page],
    tags: &Tags,
    bookmarks: &[Bookmark],
    is_part_title: &dyn Fn(&str) -> bool,
) -> Vec<Paragraph> {
    let level = |line: &Line| line.owner.and_then(|owner| tags.level(owner));
    let is_tagged = pages.iter().flat_map(|page| &page.lines).any(|line| level(line).is_some());
    let titles = if is_tagged { BTreeMap::new() } else { titles(pages, bookmarks) };
    let mut paragraphs = join_lines(pages, &titles);
    for paragraph in &mut paragraphs {
        let (page, line) = paragraph.lines[0];
        let first = &pages[page].lines[line];
        paragraph.level = titles.get(&(page, line)).map(|(level, _)| *level).or_else(|| level(first));
    }
    if !is_tagged && titles.is_empty() { with_part_titles(pages, paragraphs, is_part_title) } else { paragraphs }
}

/// The lines that say the titles of bookmarks: the level of each, and how many lines it has.
fn titles(pages: &[Page], bookmarks: &[Bookmark]) -> BTreeMap<(usize, usize), (u8, usize)> {
    let numbers: HashMap<ObjectId, usize> = pages.iter().zip(0..).map(|(page, number)| (page.id, number)).collect();
    let letters_of = |page: &Page| page.lines.iter().map(|line| letters(&line.text)).collect();
    let letters_of: Vec<Vec<String>> = pages.iter().map(letters_of).collect();
    let (mut titles, mut next, mut left) = (BTreeMap::new(), (0, 0), MAX_COMPARED);
    for bookmark in bookmarks {
        let known = bookmark.page.and_then(|page| numbers.get(&page)).copied();
        // Without a page, on this one or a later one.
        let range = known.map_or(next.0..pages.len().min(next.0 + 20), |page| page..page + 1);
        let from = |page: usize| if page == next.0 { next.1 } else { 0 };
        let (mut found, title) = (None, letters(&bookmark.title));
        for page in range {
            left = left.saturating_sub(2 * pages[page].lines.len());
            if left == 0 {
                return titles;
            }
            found = find_title(&letters_of[page], from(page), &title)
                .or_else(|| find_title(&letters_of[page], 0, &title))
                .map(|(line, count)| ((page, line), count));
            if found.is_some() {
                break;
            }
        }
        if let Some((at, count)) = found {
            titles.entry(at).or_insert((bookmark.level, count));
            next = (at.0, at.1 + count);
        }
    }
    titles
}

/// Where a title is, in one line or some.
fn find_title(lines: &[String], from: usize, title: &str) -> Option<(usize, usize)> {
    for (at, line) in lines.iter().enumerate().skip(from) {
        if is_title(line, title) {
            return Some((at, 1));
        }
        let mut text = line.clone();
        for count in 1..MAX_HEADING_LINES {
            let Some(next) = lines.get(at + count).filter(|_| text.len() < title.len()) else { break };
            text.push_str(next);
            if is_title(&text, title) {
                return Some((at, count + 1));
            }
        }
    }
    None
}

/// Makes headings of the lines that say the title or code of a part.
fn with_part_titles(
    pages: &[Page],
    paragraphs: Vec<Paragraph>,
    is_part_title: &dyn Fn(&str) -> bool,
) -> Vec<Paragraph> {
    let text = |lines: &[(usize, usize)]| {
        let lines: Vec<&str> = lines.iter().map(|(page, line)| pages[*page].lines[*line].text.as_str()).collect();
        lines.join(" ")
    };
    let mut result = Vec::new();
    for paragraph in paragraphs {
        let (mut rest, mut before) = (&paragraph.lines[..], 0);
        while before < rest.len() {
            let from = &rest[before..];
            let title = (1..=from.len().min(MAX_HEADING_LINES)).rev().find(|count| {
                let text = text(&from[..*count]);
                // Within a paragraph, a line that goes on or ends a sentence says no title.
                (before == 0 || looks_like_title(&text)) && is_part_title(&text)
            });
            let Some(count) = title else {
                before += 1;
                continue;
            };
            push(&rest[..before], None, &mut result);
            push(&rest[before..before + count], Some(2), &mut result);
            (rest, before) = (&rest[before + count..], 0);
        }
        push(rest, None, &mut result);
    }
    result
}

fn push(lines: &[(usize, usize)], level: Option<u8>, paragraphs: &mut Vec<Paragraph>) {
    if !lines.is_empty() {
        paragraphs.push(Paragraph { level, lines: lines.to_vec() });
    }
}

fn looks_like_title(text: &str) -> bool {
    text.len() < 100 && !text.starts_with(char::is_lowercase) && !text.ends_with(['.', ',', ';', '-'])
}
