//! A table of a document: its cells as they come, then the whole.

use super::escape;
use crate::document::block::Alignment;

/// Characters that fit beside one another on a phone; a wider table scrolls by itself.
const MAX_PHONE_CHARS: usize = 36;

/// Characters that the space between two columns takes.
const GAP: usize = 2;

/// Longest word that is kept in one piece; a longer one breaks.
const MAX_WORD_CHARS: usize = 16;

/// Cells of a table up to which its short rows are filled up; Markdown would make 260,000 of a few.
const MAX_FILLED_CELLS: usize = 10_000;

#[derive(Default)]
pub struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Row>,
    /// The longest word of each column, in characters.
    widths: Vec<usize>,
}

struct Row {
    is_head: bool,
    cells: Vec<Cell>,
    /// Columns that its cells take.
    columns: usize,
}

struct Cell {
    html: String,
    column: usize,
    /// Columns and rows that it takes.
    takes: (usize, usize),
}

impl Row {
    /// Its cells up to the last one that says something.
    fn filled(&self) -> &[Cell] {
        let filled = self.cells.iter().rposition(Cell::is_filled).map_or(0, |last| last + 1);
        &self.cells[..filled]
    }
}

impl Cell {
    fn is_filled(&self) -> bool {
        !self.html.trim().is_empty()
    }
}

impl Table {
    pub fn new(alignments: Vec<Alignment>) -> Self {
        Table { widths: vec![0; alignments.len()], alignments, rows: Vec::new() }
    }

    pub fn start_row(&mut self, is_head: bool) {
        self.rows.push(Row { is_head, cells: Vec::new(), columns: 0 });
    }

    pub fn cell(&mut self, html: String, text: &str, takes: (usize, usize)) {
        let Some(row) = self.rows.last_mut() else { return };
        let longest = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default();
        if let Some(width) = self.widths.get_mut(row.columns) {
            *width = (*width).max(longest.min(MAX_WORD_CHARS));
        }
        row.cells.push(Cell { html, column: row.columns, takes });
        row.columns += takes.0;
    }

    /// The table, in a frame that scrolls; one that does not fit a phone can be reached by keyboard.
    pub fn render(&self, number: usize, of: &str) -> String {
        let wide = self.widths.iter().map(|width| width + GAP).sum::<usize>() > MAX_PHONE_CHARS;
        let (mut html, end) = if wide {
            let label = format!("Table {number}{}, scrolls sideways", escape(of));
            (format!("<section class=\"scroll\" tabindex=\"0\" aria-label=\"{label}\">\n<table>\n"), "section")
        } else {
            ("<div class=\"scroll\">\n<table>\n".to_owned(), "div")
        };
        let (head, body) = self.rows.split_at(self.rows.iter().take_while(|row| row.is_head).count());
        if head.iter().any(|row| row.cells.iter().any(Cell::is_filled)) {
            html += &format!(
                "<thead>\n{}</thead>\n",
                head.iter().map(|row| self.row(&row.cells, true)).collect::<String>()
            );
        }
        if !body.is_empty() {
            let is_large = self.rows.iter().map(|row| row.cells.len()).sum::<usize>() > MAX_FILLED_CELLS;
            let rows = body.iter().map(|row| self.row(if is_large { row.filled() } else { &row.cells }, false));
            html += &format!("<tbody>\n{}</tbody>\n", rows.collect::<String>());
        }
        html + &format!("</table>\n</{end}>\n")
    }

    fn row(&self, cells: &[Cell], is_head: bool) -> String {
        format!("<tr>{}</tr>\n", cells.iter().map(|cell| self.shown(cell, is_head)).collect::<String>())
    }

    fn shown(&self, cell: &Cell, is_head: bool) -> String {
        let (name, scope) = if is_head && cell.is_filled() { ("th", " scope=\"col\"") } else { ("td", "") };
        let class = match self.alignments.get(cell.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Centre) => " class=\"centre\"",
            _ => "",
        };
        let span = |name, taken| if taken > 1 { format!(" {name}=\"{taken}\"") } else { String::new() };
        let (columns, rows) = (span("colspan", cell.takes.0), span("rowspan", cell.takes.1));
        format!("<{name}{scope}{class}{columns}{rows}>{}</{name}>", cell.html)
    }
}
