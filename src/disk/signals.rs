//! What Ctrl-C and a request to end do: what is unfinished is removed, and the run ends.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, OnceLock};

use super::pending::with_signals_blocked;

/// Why a run ends before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-C after [`expect_interrupt`].
    ExpectedInterrupt,
    /// A request to end.
    Terminate,
}

/// Says why a run is stopped and what it had finished, and gives its exit code.
type Report = fn(Signal, &[PathBuf]) -> u8;

static REPORT: OnceLock<Report> = OnceLock::new();

static IS_EXPECTED: AtomicBool = AtomicBool::new(false);

/// Sets what is called when a signal stops the run, after what is unfinished is removed.
pub fn on_signal(report: Report) {
    // The first one stays.
    let _ = REPORT.set(report);
}

/// From now on, Ctrl-C and a request to end take unfinished files back before the run ends, and a limit on the size of
/// files is an error of writing as any other.
pub fn install_signal_handler() {
    static ONCE: Once = Once::new();
    // Without it, signals end the run as they do by themselves, and the next run removes what is left.
    ONCE.call_once(|| drop(watch()));
}

/// From now on, Ctrl-C is how the run is meant to end.
pub fn expect_interrupt() {
    IS_EXPECTED.store(true, Ordering::SeqCst);
    install_signal_handler();
}

#[cfg(unix)]
fn watch() -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    signal_hook::flag::register(SIGXFSZ, std::sync::Arc::new(AtomicBool::new(false)))?;
    let mut signals = Signals::new(std::iter::empty::<i32>())?;
    let handle = signals.handle();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in &mut signals {
            abort(if signal == SIGTERM { Signal::Terminate } else { Signal::Interrupt });
        }
    })?;
    // Only now: if the thread cannot be started, nothing would react to the signals.
    handle.add_signal(SIGINT)?;
    handle.add_signal(SIGTERM)
}

#[cfg(windows)]
fn watch() -> io::Result<()> {
    ctrlc::set_handler(|| abort(Signal::Interrupt)).map_err(io::Error::other)
}

/// Removes what is unfinished and ends the run.
fn abort(signal: Signal) {
    // To the end nothing is begun and nothing finished any more.
    with_signals_blocked(|pending| {
        let finished = pending.abort();
        let is_expected = signal == Signal::Interrupt && IS_EXPECTED.load(Ordering::SeqCst);
        let signal = if is_expected { Signal::ExpectedInterrupt } else { signal };
        let code = REPORT.get().map_or(2, |report| report(signal, &finished));
        #[expect(clippy::exit, reason = "a signal ends the run, wherever it is")]
        std::process::exit(code.into());
    });
}
