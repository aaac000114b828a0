//! The limits as a list.

use comfy_table::Cell;

use super::coverage::{lines, plain_table};
use super::size;
use super::terminal::paragraph;
use crate::limits::{ALL, Value};
use crate::text::grouped;

/// All limits, each with its reason.
pub fn list() -> String {
    let mut table = plain_table();
    table.set_header(["AT MOST", "OF", "WHY"]);
    for limit in ALL {
        let value = match limit.value {
            Value::Bytes(bytes) => size(bytes).replace(".0 ", " "),
            Value::Count(count) => grouped(count),
        };
        table.add_row([Cell::new(value), Cell::new(limit.name), Cell::new(limit.why)]);
    }
    let why = "akam reads what strangers send too: what is larger is refused, and the message says what to do.";
    format!("{}\n{}", lines(table), paragraph(why, ""))
}
