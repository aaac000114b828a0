//! Tables: rows of cells, with those that take several columns or rows; tables in cells become lines of the cell.

use super::body::{chosen, control_content};
use super::passage::Passage;
use super::reader::Reader;
use super::styles::is_switched_on;
use crate::document::block::{Alignment, Container, Inline, Kind, Spot};
use crate::document::xml::Element;

/// Columns that Word allows, and up to which places are told apart.
const MAX_COLUMNS: usize = 63;
const MAX_PLACES: usize = 1000;

struct Row<'x> {
    cells: Vec<Cell<'x>>,
    is_head: bool,
}

struct Cell<'x> {
    element: Element<'x>,
    column: usize,
    columns: usize,
    rows: usize,
    /// Whether it belongs to the cell above.
    is_continued: bool,
}

impl<'x> Reader<'x> {
    pub fn table(&mut self, table: Element<'x>) {
        let mut elements = Vec::new();
        inner(table, "w:tr", &mut elements);
        let mut rows = Vec::new();
        let mut is_head = true;
        for element in elements {
            let properties = element.child("w:trPr");
            let property = |name: &str| properties.and_then(|it| it.child(name));
            if let Some(change) = property("w:del") {
                self.changes.clear();
                self.change(change, true);
                self.deleted(element);
                continue;
            }
            if let Some(change) = property("w:ins") {
                self.changes.clear();
                self.change(change, false);
            }
            is_head &= property("w:tblHeader").is_some_and(is_switched_on);
            let before = property("w:gridBefore").and_then(|it| it.number("w:val")).unwrap_or(0);
            rows.push(Row { cells: cells(element, before.min(MAX_COLUMNS)), is_head });
        }
        join_rows(&mut rows);
        if self.cell.is_some() {
            for row in rows {
                self.words_of(row.cells.into_iter().map(|cell| cell.element));
            }
            return;
        }
        self.end_containers();
        let columns = rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column + cell.columns).max();
        let spot = self.spot();
        self.builder.open(Container::Table(vec![Alignment::Left; columns.unwrap_or(0)]), spot);
        for row in rows {
            self.row(row);
        }
        self.builder.close();
    }

    /// Adds the paragraphs of cells to the cell around their table.
    fn words_of(&mut self, cells: impl Iterator<Item = Element<'x>>) {
        for cell in cells {
            self.blocks(cell);
            self.finish_carried();
        }
    }

    fn row(&mut self, row: Row<'x>) {
        let mut passages = Vec::new();
        for cell in row.cells {
            if self.problem.is_some() {
                return;
            }
            self.cell = Some(Passage::default());
            self.words_of(std::iter::once(cell.element));
            let passage = self.cell.take().unwrap_or_default();
            // What a cell holds that belongs to the one above is not shown.
            if !cell.is_continued || !passage.is_empty() {
                passages.push((passage, cell.columns, cell.rows));
            }
        }
        let has_text = passages.iter().any(|(passage, ..)| !passage.is_empty());
        let spot = if has_text { self.spot() } else { Spot::Paragraph(self.paragraphs.max(1)) };
        self.paragraphs += usize::from(has_text);
        self.builder.begin(Kind::Row { is_head: row.is_head }, spot.clone());
        for (at, (passage, columns, rows)) in passages.into_iter().enumerate() {
            if at > 0 {
                self.builder.separate(" | ");
            }
            self.builder.start(Inline::Cell { columns, rows });
            passage.write(&mut self.builder, &spot);
            self.builder.stop();
        }
        self.builder.end();
    }
}

/// The rows or cells of an element, those in controls and other wrappings included.
fn inner<'x>(parent: Element<'x>, name: &str, found: &mut Vec<Element<'x>>) {
    for element in parent.elements() {
        match element.name() {
            it if it == name => found.push(element),
            "w:sdt" => {
                if let Some(content) = control_content(element) {
                    inner(content, name, found);
                }
            }
            "mc:AlternateContent" => {
                if let Some(chosen) = chosen(element) {
                    inner(chosen, name, found);
                }
            }
            "w:ins" | "w:moveTo" | "w:customXml" => inner(element, name, found),
            _ => {}
        }
    }
}

fn cells(row: Element<'_>, before: usize) -> Vec<Cell<'_>> {
    let mut elements = Vec::new();
    inner(row, "w:tc", &mut elements);
    let mut column = before;
    let cell = |element: Element<'_>| {
        let properties = element.child("w:tcPr");
        let property = |name: &str| properties.and_then(|it| it.child(name));
        let span = property("w:gridSpan").and_then(|it| it.number("w:val")).unwrap_or(1).clamp(1, MAX_COLUMNS);
        let is_continued = property("w:vMerge").is_some_and(|it| !it.is("w:val", "restart"));
        (span, is_continued)
    };
    let cells = elements.into_iter().map(|element| {
        let (columns, is_continued) = cell(element);
        let start = column;
        column = (start + columns).min(MAX_PLACES);
        Cell { element, column: start, columns, rows: 1, is_continued }
    });
    cells.collect()
}

/// Counts how many rows each cell takes.
fn join_rows(rows: &mut [Row<'_>]) {
    // By column, the row whose cell goes on there.
    let mut above: Vec<Option<(usize, usize)>> = Vec::new();
    for at in 0..rows.len() {
        for place in 0..rows[at].cells.len() {
            let cell = &mut rows[at].cells[place];
            let column = cell.column;
            if above.len() <= column {
                above.resize(column + 1, None);
            }
            if !cell.is_continued {
                above[column] = Some((at, place));
            } else if let Some((row, place)) = above[column] {
                rows[row].cells[place].rows += 1;
            } else {
                cell.is_continued = false;
            }
        }
    }
}
