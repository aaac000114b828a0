//! The chart of the cover: one square for each part of each competency, filled where it is answered.

use crate::review::{Evidence, Review};
use crate::text::count;

/// Width that all squares of a competency share, and maximum width of one.
const SQUARES: usize = 240;
const MAX_SQUARE_WIDTH: usize = 28;

/// Approximate width of a code's character, and how many are shown; the table has all.
const CHARACTER: usize = 8;
const MAX_CODE_CHARACTERS: usize = 14;

const ROW: usize = 20;

pub struct Chart {
    pub width: usize,
    pub height: usize,
    /// Left edge of the squares.
    pub left: usize,
    pub summary: String,
    pub rows: Vec<ChartRow>,
    /// Whether an artefact alone answers a part somewhere, and whether a part is open.
    pub by_artefact: bool,
    pub open: bool,
}

pub struct ChartRow {
    /// Base line of the text, and top of the squares.
    pub base: usize,
    pub top: usize,
    pub code: String,
    pub squares: Vec<Square>,
}

pub struct Square {
    pub x: usize,
    pub width: usize,
    pub kind: &'static str,
}

impl Chart {
    /// `None` if there is nothing to compare.
    pub fn new(evidence: &Evidence<'_>) -> Option<Self> {
        let shown: Vec<&Review<'_>> = evidence.submitted().collect();
        if shown.len() < 2 {
            return None;
        }
        let most = shown.iter().map(|review| review.parts.len()).max().unwrap_or(1).clamp(1, SQUARES);
        let longest = shown
            .iter()
            .map(|review| review.competency.code.chars().count())
            .max()
            .unwrap_or(0)
            .min(MAX_CODE_CHARACTERS);
        let (pitch, left) = ((SQUARES / most).min(MAX_SQUARE_WIDTH), longest * CHARACTER + 14);
        let gap = if pitch > 8 { 4 } else { 1 };
        let rows: Vec<ChartRow> = shown
            .iter()
            .enumerate()
            .map(|(index, review)| {
                let squares = review.parts.iter().take(SQUARES).enumerate().map(|(at, answer)| Square {
                    x: left + at * pitch,
                    width: pitch.saturating_sub(gap).max(1),
                    kind: match (answer.section, answer.artefacts.is_empty()) {
                        (true, _) => "written",
                        (false, false) => "shown",
                        (false, true) => "open",
                    },
                });
                ChartRow {
                    base: index * ROW + 14,
                    top: index * ROW + 3,
                    code: shortened(&review.competency.code),
                    squares: squares.collect(),
                }
            })
            .collect();
        let kinds = |kind: &str| rows.iter().flat_map(|row| &row.squares).filter(|square| square.kind == kind).count();
        let (shown, open) = (kinds("shown"), kinds("open"));
        let parts: usize = rows.iter().map(|row| row.squares.len()).sum();
        let summary = format!("{} of {} answered, in {}", parts - open, count(parts, "part"), competencies(rows.len()));
        let (width, height) = (left + most * pitch, rows.len() * ROW);
        Some(Chart { width, height, left, summary, by_artefact: shown > 0, open: open > 0, rows })
    }
}

fn competencies(number: usize) -> String {
    count(number, "competency")
}

fn shortened(code: &str) -> String {
    if code.chars().count() <= MAX_CODE_CHARACTERS {
        return code.to_owned();
    }
    code.chars().take(MAX_CODE_CHARACTERS - 1).chain(['…']).collect()
}
