//! The only writer. A file under its final name is whole, or it is the one that was there before.

mod lock;
mod output;
mod pending;
mod rename;
mod signals;
mod transaction;

use std::path::Path;

pub use lock::lock;
pub use output::Output;
pub use pending::{new_preview_folder, remove_stale_temp_files};
pub use rename::{NoReplaceUnsupported, is_sharing_violation};
pub use signals::{Signal, expect_interrupt, install_signal_handler, on_signal};
pub use transaction::{Transaction, create_folder, write_checked, write_unsynced};

/// The folder that a path is in.
fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
