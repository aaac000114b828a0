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
    /// The first one is the head; a cell is its HTML and whether it says something.
    rows: Vec<Vec<(String, bool)>>,
    /// The longest word of each column, in characters.
    widths: Vec<usize>,
}

impl Table {
    pub fn new(alignments: Vec<Alignment>) -> Self {
        Table { widths: vec![0; alignments.len()], alignments, rows: Vec::new() }
    }

    pub fn start_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub fn cell(&mut self, html: &str, text: &str) {
        let Some(row) = self.rows.last_mut() else { return };
        let longest = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default();
        if let Some(width) = self.widths.get_mut(row.len()) {
            *width = (*width).max(longest.min(MAX_WORD_CHARS));
        }
        row.push((html.to_owned(), !html.trim().is_empty()));
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
        if let Some(head) = self.rows.first().filter(|head| head.iter().any(|(_, says)| *says)) {
            let cells: String = head.iter().enumerate().map(|(column, cell)| self.head_cell(column, cell)).collect();
            html += &format!("<thead>\n<tr>{cells}</tr>\n</thead>\n");
        }
        let is_large = self.rows.iter().map(Vec::len).sum::<usize>() > MAX_FILLED_CELLS;
        if self.rows.len() > 1 {
            html.push_str("<tbody>\n");
            for row in &self.rows[1..] {
                let said = row.iter().rposition(|(_, says)| *says).map_or(0, |last| last + 1);
                let row = if is_large { &row[..said] } else { row };
                let cells = row.iter().enumerate();
                let cells: String = cells.map(|(column, (cell, _))| self.data_cell(column, cell)).collect();
                html += &format!("<tr>{cells}</tr>\n");
            }
            html.push_str("</tbody>\n");
        }
        html + &format!("</table>\n</{end}>\n")
    }

    fn head_cell(&self, column: usize, (html, says): &(String, bool)) -> String {
        if *says {
            format!("<th scope=\"col\"{}>{html}</th>", self.class(column))
        } else {
            self.data_cell(column, html)
        }
    }

    fn data_cell(&self, column: usize, html: &str) -> String {
        format!("<td{}>{html}</td>", self.class(column))
    }

    fn class(&self, column: usize) -> &'static str {
        match self.alignments.get(column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Centre) => " class=\"centre\"",
            _ => "",
        }
    }
}
