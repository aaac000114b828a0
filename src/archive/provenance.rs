//! Who packed an archive: which version of akam, or another program.
//!
//! akam writes each header in canonical form, byte for byte. So three kinds of archives can be distinguished:
//!
//! - All headers are canonical: nothing was changed since it was packed.
//! - None is, and all name the same maker: somebody has unpacked an archive and another program has packed the folder
//!   again. The same holds where all stored files, two at least, are canonical and no deflated one is, or the other way
//!   round: some programs happen to write one of the two as akam does. Then the contents decide, and it is a warning.
//! - Anything else is no program's work: an archive of akam's in which some headers were changed is refused.
//!
//! Where all headers are canonical but there are also folders, a comment, other times or another order, another program has
//! packed the files too, one that writes the same headers. Compressed data is judged in the same way by [`super::read`],
//! because bits of it can be changed so that the same bytes come out: small archives of akam's own are compressed once more.
//! What most files have in common and some do not was tampered with; where most differ from akam's, another program
//! compressed them.

use super::PROGRAM;
use super::bag::{MANIFEST, TAG_MANIFEST};
use crate::zip::Defect;
use crate::zip::headers::{CentralHeader, MAX_VERSION};
use crate::zip::walk::{Walked, WalkedEntry};

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

/// A plain number: digits without a sign and without a leading zero.
pub fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| number.to_string() == text)
}

/// What another program did otherwise than akam; nothing where each byte is canonical.
pub fn repack_evidence(walked: &Walked) -> Result<Vec<&'static str>, Defect> {
    let Walked { entries, end, in_order } = walked;
    let files: Vec<&WalkedEntry> = entries.iter().filter(|entry| !entry.central.is_folder()).collect();
    let (own, others): (Vec<&WalkedEntry>, Vec<&WalkedEntry>) =
        files.iter().copied().partition(|entry| is_canonical(entry));
    if !own.is_empty() && !others.is_empty() && !is_split_by_method(&files) {
        // Most headers show who packed; the first of the others is the one to name.
        let odd = if own.len() > others.len() { others[0] } else { own[0] };
        return Err(Defect::malformed(Some(&odd.central.name), "this file was added or changed after packing"));
    }
    let maker = others.first().map(|entry| entry.central.made_by);
    if let Some(entry) = others.iter().find(|entry| Some(entry.central.made_by) != maker) {
        let message = "its record names another program than those of the other files do";
        return Err(Defect::malformed(Some(&entry.central.name), message));
    }
    let headers = || entries.iter().map(|entry| &entry.central);
    let newest = headers().map(CentralHeader::canonical_version).max().unwrap_or(MAX_VERSION);
    if maker.is_none() && !end.is_canonical(newest) {
        let message = "its end record is not as akam writes it, although all others are";
        return Err(Defect::malformed(None, message));
    }
    let has_folders = headers().any(CentralHeader::is_folder);
    let is_mixed = maker.is_some() || has_folders;
    let names = || headers().map(|header| header.name.as_str()).collect::<Vec<_>>();
    let evidence = [
        (maker.is_some(), "its records are another program's"),
        (entries.iter().any(|entry| entry.central.has_extra || entry.local.has_extra), "they carry extra fields"),
        (headers().any(CentralHeader::has_descriptor), "sizes follow behind its files"),
        (has_folders, "it has entries for folders"),
        (headers().any(|header| header.time != entries[0].central.time), "its files have times of their own"),
        (end.has_comment, "it has a comment"),
        (!(is_mixed || *in_order && is_canonical_order(&names())), "its files lie in another order"),
    ];
    Ok(evidence.iter().filter(|(is_there, _)| *is_there).map(|(_, what)| *what).collect())
}

fn is_canonical(entry: &WalkedEntry) -> bool {
    entry.central.is_canonical && entry.local.is_canonical
}

/// Whether all files of each method, stored or deflated, are canonical, or two at least and none of them is.
fn is_split_by_method(files: &[&WalkedEntry]) -> bool {
    [0, 8].into_iter().all(|method| {
        let of_method = || files.iter().filter(|entry| entry.central.method == method);
        let (count, own) = (of_method().count(), of_method().filter(|entry| is_canonical(entry)).count());
        own == count || own == 0 && count >= 2
    })
}

/// Whether files are in the order in which akam writes them: sorted, then the two manifests.
fn is_canonical_order(names: &[&str]) -> bool {
    names
        .split_last_chunk::<2>()
        .is_none_or(|(rest, [list, tags])| rest.is_sorted() && list.ends_with(MANIFEST) && tags.ends_with(TAG_MANIFEST))
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
            "akam 0.3",
            "akam 0.3.0 ",
            " akam 0.3.0",
            "akam 0.3.0.0",
            "akam 0.03.0",
            "akam 0.+3.0",
            "akam ٠.٣.٠",
            "other 1.0.0",
            "akam 0.3.99999999999",
        ] {
            assert_eq!(Version::parse(text), None, "{text:?}");
        }
    }
}
