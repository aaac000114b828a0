//! A progress bar for work of more than a second, only on a terminal.

use std::io::{IsTerminal, stderr, stdout};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that is drawn after one second.
pub struct Progress {
    bar: ProgressBar,
    shown: bool,
}

impl Progress {
    /// A bar for this number of files and bytes.
    pub fn of(files: usize, bytes: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
        let line = format!(
            "{{msg}} {{wide_bar}} {{prefix}} of {files} files, {{decimal_bytes}} of {{decimal_total_bytes}}, {{eta}} left"
        );
        bar.set_style(style(&line));
        bar.set_message("packing");
        Progress { bar, shown: false }
    }

    pub fn set(&mut self, files: usize, bytes: u64) {
        self.bar.set_position(bytes);
        self.bar.set_prefix(files.to_string());
        self.show();
    }

    /// Continues with a step whose length is unknown.
    pub fn next(&mut self, what: &'static str) {
        self.bar.set_style(style("{msg} {spinner} {elapsed}"));
        self.bar.set_message(what);
        self.show();
        if self.shown {
            self.bar.enable_steady_tick(TICK);
        }
    }

    fn show(&mut self) {
        if !self.shown && self.bar.elapsed() >= SECOND && stderr().is_terminal() && stdout().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

const SECOND: core::time::Duration = core::time::Duration::from_secs(1);
const TICK: core::time::Duration = core::time::Duration::from_millis(200);

fn style(line: &str) -> ProgressStyle {
    ProgressStyle::with_template(line).expect("the line is written as indicatif wants it").progress_chars("=> ")
}
