//! Versions of akam, as archives name them, and of what it writes into archives.

use super::PROGRAM;

/// `Akam-Format`: raised with each release in which anything changes that akam itself writes into an archive, such as
/// pages, lists or compressed bytes. An archive of this format can be made again from the evidence in it.
pub const FORMAT: u32 = 2;

/// A version of akam; shown as `akam 0.3.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u32; 3]);

impl Version {
    pub const FIRST: Self = Version([0, 1, 0]);

    /// This program's own.
    pub fn own() -> Self {
        Self::parse(PROGRAM).expect("Cargo.toml gives the version three plain numbers")
    }

    /// Reads `akam 0.3.0` and nothing else: three plain numbers without leading zeros.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix("akam ")?.split('.').map(number);
        let version = Version([numbers.next()??, numbers.next()??, numbers.next()??]);
        numbers.next().is_none().then_some(version)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(formatter, "akam {major}.{minor}.{patch}")
    }
}

/// A plain number: digits without sign and without leading zero.
pub fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_three_plain_numbers_after_the_name() {
        assert_eq!(Version::parse("akam 0.3.0"), Some(Version([0, 3, 0])));
        assert!(Version::parse("akam 0.10.0") > Version::parse("akam 0.9.9"));
        assert_eq!(Version::own().to_string(), PROGRAM);
        for text in [
            "",
            "akam",
            "akam ",
            "akam 1",
            "akam 0.3",
            "akam 0.3.0 ",
            " akam 0.3.0",
            "akam  0.3.0",
            "AKAM 0.3.0",
            "akam 0.3.0.0",
            "akam 0.03.0",
            "akam 0.+3.0",
            "akam 0.3.0-beta",
            "akam 0.3.x",
            "akam ٠.٣.٠",
            "other 1.0.0",
            "akam 0.3.99999999999",
            "akam 0..0",
            "akam-0.3.0",
        ] {
            assert_eq!(Version::parse(text), None, "{text:?}");
        }
    }
}
