//! Tables, row by row, and text that is flattened into one cell.

use super::body::{is_hidden_section, is_index};
use super::passage::{Look, Passage};
use super::reader::{Reader, has_content, plain_text};
use super::styles::Role;
use crate::document::block::{Alignment, Container, Inline, Kind};
use crate::document::xml::Element;

/// Cells of a text that are there only because a row or cell is repeated; empty ones beyond it are left out.
pub const MAX_REPEATED: usize = 10_000;
/// Columns or rows that one cell may take.
const MAX_SPAN: usize = 1000;

struct Row<'x> {
    element: Element<'x>,
    is_head: bool,
}

struct Cell<'x> {
    passage: Passage<'x>,
    columns: usize,
    rows: usize,
}

impl<'x> Reader<'x> {
    pub fn table(&mut self, table: Element<'x>) {
        let mut rows = Vec::new();
        self.rows(table, false, &mut rows);
        if rows.iter().all(|row| !has_content(row.element)) {
            return;
        }
        let columns = self.columns(&rows);
        self.open(Container::Table(columns));
        for (at, row) in rows.iter().enumerate() {
            let is_head = row.is_head || (at == 0 && self.is_heading(row.element));
            for _ in 0..self.repetitions(row.element, "table:number-rows-repeated") {
                self.row(row.element, is_head);
            }
        }
        self.close();
    }

    fn rows(&mut self, parent: Element<'x>, is_head: bool, rows: &mut Vec<Row<'x>>) {
        for child in parent.elements() {
            match child.name() {
                "table:table-row" => rows.push(Row { element: child, is_head }),
                "table:table-header-rows" => self.rows(child, true, rows),
                "table:table-rows" | "table:table-row-group" => self.rows(child, is_head, rows),
                "table:title" | "table:desc" => self.outside(&plain_text(child), "description of a table"),
                "text:change" | "text:change-start" => self.change(child),
                _ => {}
            }
        }
    }

    fn row(&mut self, row: Element<'x>, is_head: bool) {
        let mut cells = Vec::new();
        for element in row.elements().filter(|cell| cell.name() == "table:table-cell") {
            for _ in 0..self.repetitions(element, "table:number-columns-repeated") {
                cells.push(self.cell(element));
            }
        }
        let spot = self.spot();
        self.builder.begin(Kind::Row { is_head }, spot.clone());
        let mut has_content = false;
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.builder.separate(" | ");
            }
            has_content |= cell.passage.has_content();
            self.bytes += cell.passage.length();
            self.builder.start(Inline::Cell { columns: cell.columns, rows: cell.rows });
            cell.passage.write(&mut self.builder, &spot);
            self.builder.stop();
        }
        self.builder.end();
        self.paragraphs += usize::from(has_content);
    }

    fn cell(&mut self, element: Element<'x>) -> Cell<'x> {
        let mut passage = Passage::new();
        self.flatten(element, &mut passage);
        let span = |name: &str| element.number(name).unwrap_or(1).clamp(1, MAX_SPAN);
        let (columns, rows) = (span("table:number-columns-spanned"), span("table:number-rows-spanned"));
        Cell { passage, columns, rows }
    }

    /// How often a row or cell is there. Beyond a limit it counts, which is refused in the end, unless it is empty.
    fn repetitions(&mut self, element: Element<'x>, name: &str) -> usize {
        let times = element.number(name).unwrap_or(1).max(1);
        if times > 1 {
            let is_within = self.repeated.saturating_add(times) <= MAX_REPEATED;
            if !has_content(element) && !is_within {
                return 1;
            }
            self.repeated = self.repeated.saturating_add(times);
            if !is_within {
                return 1;
            }
        }
        times
    }

    fn columns(&self, rows: &[Row<'x>]) -> Vec<Alignment> {
        let mut columns: Vec<Option<Alignment>> = Vec::new();
        for row in rows {
            let cells = row.element.elements().filter(|cell| cell.name().ends_with("table-cell"));
            for (at, cell) in cells.take(MAX_SPAN).enumerate() {
                let paragraph = cell.child("text:p");
                let own = paragraph.and_then(|it| self.styles.paragraph(it).alignment).unwrap_or(Alignment::Left);
                if columns.len() <= at {
                    columns.push(None);
                }
                if paragraph.is_some() && !row.is_head {
                    columns[at] = Some(columns[at].map_or(own, |it| if it == own { it } else { Alignment::Left }));
                }
            }
        }
        columns.into_iter().map(|column| column.unwrap_or(Alignment::Left)).collect()
    }

    /// Whether all its words are in the style of a table's heading.
    fn is_heading(&self, row: Element<'x>) -> bool {
        let is_heading = |it: Element<'x>| self.styles.paragraph(it).role == Some(Role::TableHeading);
        let mut words = row.elements().filter(|cell| has_content(*cell)).peekable();
        words.peek().is_some() && words.all(|cell| cell.elements().all(is_heading))
    }

    /// Adds all text of a cell, each paragraph in a line of its own.
    fn flatten(&mut self, parent: Element<'x>, passage: &mut Passage<'x>) {
        for child in parent.elements() {
            self.flatten_block(child, passage);
        }
    }

    fn flatten_block(&mut self, element: Element<'x>, passage: &mut Passage<'x>) {
        match element.name() {
            "text:p" | "text:h" => {
                let style = self.styles.paragraph(element);
                if style.hidden == Some(true) {
                    return self.hidden(element);
                }
                passage.line();
                self.inline(element, Look::default().with(&style), passage);
                self.flatten_boxes(passage);
            }
            "text:section" if is_hidden_section(element) => self.hidden(element),
            "text:change" | "text:change-start" => self.change(element),
            "office:annotation" => self.comment(element),
            "text:number" | "table:covered-table-cell" => {}
            name if is_index(name) => self.outside(&plain_text(element), "index"),
            "draw:text-box" => self.flatten(element, passage),
            name if name.starts_with("draw:") || name.starts_with("dr3d:") => {
                passage.line();
                self.shape(element, Look::default(), passage);
                self.flatten_boxes(passage);
            }
            _ => self.flatten(element, passage),
        }
    }

    fn flatten_boxes(&mut self, passage: &mut Passage<'x>) {
        for text in std::mem::take(&mut passage.boxes) {
            self.flatten_block(text, passage);
        }
    }
}
