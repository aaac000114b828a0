//! Joins lines into paragraphs, by where they are on the page or by the tags that hold them.

use std::collections::BTreeMap;

use lopdf::ObjectId;

use super::lines::Line;

/// A gap is a blank one from so much more than the usual distance of lines on.
const BLANK: f64 = 1.25;

/// The distance of lines where nothing tells another, and the largest within a paragraph, in the size of the font.
const USUAL_LEADING: f64 = 1.2;
const MAX_LEADING: f64 = 2.6;

/// How far a line is indented at least, in the size of the font.
const INDENT: f64 = 0.8;

/// How much larger the text of another paragraph is.
const OTHER_SIZE: f64 = 1.12;

/// The lines of a page.
pub struct Page {
    pub id: ObjectId,
    pub lines: Vec<Line>,
}

/// Lines of one or more pages.
#[derive(Debug)]
pub struct Paragraph {
    /// Of a heading.
    pub level: Option<u8>,
    /// Index of the page, and of the line on it.
    pub lines: Vec<(usize, usize)>,
}

/// Joins the lines of all pages; `titles` tells which begin a heading, and how many lines that has.
pub fn join_lines(pages: &[Page], titles: &BTreeMap<(usize, usize), (u8, usize)>) -> Vec<Paragraph> {
    let leadings = leadings(pages);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut title_lines = 0;
    for (number, page) in pages.iter().enumerate() {
        let margins = right_margins(&page.lines);
        for (at, line) in page.lines.iter().enumerate() {
            let title = titles.get(&(number, at));
            let (before, is_first) = match paragraphs.last() {
                Some(paragraph) => (paragraph.lines.last().copied(), paragraph.lines.len() == 1),
                None => (None, false),
            };
            let joins = match (title, title_lines, before) {
                (Some(_), ..) | (_, 1, _) | (.., None) => false,
                (_, 2.., _) => true,
                (_, _, Some((page_before, line_before))) => {
                    let last = &pages[page_before].lines[line_before];
                    if line.owner.is_some() || last.owner.is_some() {
                        line.owner == last.owner
                    } else if page_before == number {
                        let leading = leadings.get(&bucket(line.size)).copied().unwrap_or(USUAL_LEADING);
                        continues(last, line, is_first, leading, margins[line_before]) || runs_on(last, line)
                    } else {
                        runs_on(last, line)
                    }
                }
            };
            title_lines = match title {
                Some((_, count)) => *count,
                None => title_lines.saturating_sub(1),
            };
            match paragraphs.last_mut().filter(|_| joins) {
                Some(paragraph) => paragraph.lines.push((number, at)),
                None => paragraphs.push(Paragraph { level: None, lines: vec![(number, at)] }),
            }
        }
    }
    paragraphs
}

/// Whether the next line of a page is in the paragraph of the one before.
fn continues(last: &Line, next: &Line, is_first: bool, leading: f64, margin: f64) -> bool {
    let size = last.size.max(next.size);
    let moved = next.start.minus(last.start);
    let (down, indent) = (-moved.across(last.direction), moved.along(last.direction));
    let is_near = down > 0.5 * size && down < (leading * BLANK).min(MAX_LEADING) * size;
    let is_alike = last.size.max(next.size) < OTHER_SIZE * last.size.min(next.size);
    if !is_near || !is_alike || last.direction.along(next.direction) < 0.98 || begins_item(&next.text) {
        return false;
    }
    let hangs = is_first && begins_item(&last.text);
    let is_indented = indent > INDENT * size && !hangs;
    let is_outdented = indent < -INDENT * size && !is_first;
    !is_indented && !is_outdented && !is_short(last, next, margin)
}

/// Whether the first word of the next line had been set in this one, if it went on.
fn is_short(last: &Line, next: &Line, margin: f64) -> bool {
    let Some(word) = next.words.first().filter(|_| !last.text.ends_with(['-', '\u{ad}', '\u{2010}'])) else {
        return false;
    };
    let width = word.end.minus(word.start).along(next.direction);
    last.end.along(next.direction) + width + 0.6 * next.size < margin
}

/// Whether a sentence goes on at the top of the next column or page.
fn runs_on(last: &Line, next: &Line) -> bool {
    let size = last.size.max(next.size);
    let down = -next.start.minus(last.start).across(last.direction);
    let is_elsewhere = down < 0.5 * size;
    let goes_on = last.text.ends_with(|ch: char| ch.is_alphabetic() || matches!(ch, ',' | '-' | '\u{ad}' | '\u{2010}'));
    is_elsewhere
        && goes_on
        && last.text.contains(' ')
        && next.text.starts_with(char::is_lowercase)
        && (last.size - next.size).abs() < 0.05 * size
}

/// Whether a line begins as an item of a list does: with a bullet, `2.` or `b)`.
fn begins_item(text: &str) -> bool {
    let Some((label, _)) = text.split_once(' ') else { return false };
    let inner = label.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_number = inner.len() <= 2 && !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic()) && label.ends_with(')');
    matches!(
        label,
        "•" | "‣"
            | "◦"
            | "▪"
            | "▫"
            | "■"
            | "□"
            | "●"
            | "○"
            | "–"
            | "—"
            | "-"
            | "*"
            | "·"
            | "➢"
            | "✓"
            | "o"
    ) || label != inner && (is_number || is_letter)
}

/// The usual distance of lines for each size, in that size: the smallest that is frequent.
fn leadings(pages: &[Page]) -> BTreeMap<i64, f64> {
    let mut counts: BTreeMap<i64, BTreeMap<i64, usize>> = BTreeMap::new();
    for pair in pages.iter().flat_map(|page| page.lines.windows(2)) {
        let moved = pair[1].start.minus(pair[0].start);
        let down = -moved.across(pair[0].direction) / pair[1].size;
        if bucket(pair[0].size) == bucket(pair[1].size) && (0.5..MAX_LEADING).contains(&down) {
            *counts.entry(bucket(pair[1].size)).or_default().entry(bucket(down * 10.0)).or_default() += 1;
        }
    }
    let usual = |distances: BTreeMap<i64, usize>| {
        let all: usize = distances.values().sum();
        let frequent = distances.into_iter().find(|(_, count)| *count * 6 >= all && *count > 1);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        frequent.map(|(distance, _)| (distance as f64 + 0.5) / 20.0)
    };
    counts.into_iter().filter_map(|(size, distances)| Some((size, usual(distances)?))).collect()
}

/// Halves of a point.
#[expect(clippy::cast_possible_truncation, reason = "sizes are small")]
fn bucket(size: f64) -> i64 {
    (size * 2.0).floor() as i64
}

/// For each line, how far to the right the lines around it reach.
fn right_margins(lines: &[Line]) -> Vec<f64> {
    let right = |line: &Line| line.end.along(line.direction);
    let mut margins = Vec::with_capacity(lines.len());
    for run in lines.chunk_by(|last, next| {
        let moved = next.start.minus(last.start);
        let down = -moved.across(last.direction) / last.size.max(next.size);
        (0.5..MAX_LEADING).contains(&down) && moved.along(last.direction).abs() < 8.0 * last.size
    }) {
        let margin = run.iter().map(right).fold(f64::MIN, f64::max);
        margins.extend(run.iter().map(|_| margin));
    }
    margins
}
