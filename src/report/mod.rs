//! Values to text for the screen and for programs.

pub mod attach;
pub mod confirmed;
pub mod coverage;
pub mod draft;
pub mod framework;
pub mod init;
pub mod json;
pub mod limits;
pub mod pack;
pub mod preview;
pub mod progress;
pub mod rules;
pub mod sign_off;
pub mod status;
pub mod terminal;
pub mod verify;

use crate::text::count;

/// Bytes as people say them: `812 bytes`, `14.2 kB`, `3.1 MB`, `5.4 GB`.
pub fn size(bytes: u64) -> String {
    let tenths = |unit: u64| (bytes / (unit / 10)).to_string();
    let decimal = |unit: u64, name: &str| {
        let tenths = tenths(unit);
        let (whole, tenth) = tenths.split_at(tenths.len() - 1);
        format!("{whole}.{tenth} {name}")
    };
    match bytes {
        0..1_000 => count(usize::try_from(bytes).unwrap_or_default(), "byte"),
        1_000..1_000_000 => decimal(1_000, "kB"),
        1_000_000..1_000_000_000 => decimal(1_000_000, "MB"),
        _ => decimal(1_000_000_000, "GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_decimal_units() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_000), "1.0 kB");
        assert_eq!(size(14_299), "14.2 kB");
        assert_eq!(size(5_368_709_120), "5.3 GB");
    }
}
