//! Every byte of an archive counts: one that is changed or cut off is noticed, wherever it stands.

use crate::builder::{Entry, TOP, small};
use crate::hostile::judged;
use crate::zips::{ARCHIVE, packed};

/// An archive of about ten kilobytes with files of each kind: stored, deflated with codes of its own, and with fixed ones.
fn ten_kilobytes() -> Vec<u8> {
    let mut noise = 1_u32;
    let mut words = Vec::new();
    while words.len() < 48_000 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        words.extend(
            [&b"market "[..], b"share ", b"plan ", b"grew\n", b"2026 ", b"customer "][(noise >> 24) as usize % 6],
        );
    }
    let mut files = vec![("data/words.md", words), ("data/short.md", b"a short text".to_vec())];
    let stored: Vec<u8> = (0..600_u32).map(|at| (at * at % 251).to_le_bytes()[0]).collect();
    files.push(("data/x.png", stored.clone()));
    let mut zip = crate::builder::Zip::of(&crate::builder::bag(&files));
    let at = zip.entries.iter().position(|it| it.name.ends_with(b".png")).expect("it is there");
    zip.entries[at] = Entry::stored(&format!("{TOP}/data/x.png"), &stored);
    zip.build().bytes
}

/// Which of the archives are taken for right ones.
fn accepted(archives: &[Vec<u8>]) -> Vec<usize> {
    let parts: Vec<&[u8]> = archives.iter().map(Vec::as_slice).collect();
    let verdicts: Vec<_> = parts.chunks(4000).flat_map(judged).collect();
    let is_right = |at: &usize| crate::hostile::errors(&verdicts[*at]).is_empty();
    (0..archives.len()).filter(is_right).collect()
}

#[test]
fn every_changed_byte_of_a_small_archive_is_noticed() {
    let good = ten_kilobytes();
    assert!((6_000..14_000).contains(&good.len()), "{} bytes", good.len());
    assert_eq!(accepted(std::slice::from_ref(&good)), [0]);
    let changed = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at * 5 % 8);
        bytes
    };
    let archives: Vec<Vec<u8>> = (0..good.len()).map(changed).collect();
    assert_eq!(accepted(&archives), Vec::<usize>::new());
}

#[test]
fn every_bit_of_the_records_is_noticed() {
    let good = small().build();
    let records =
        (good.locals[2]..good.locals[3]).chain(good.directory[2]..good.directory[3]).chain(good.end..good.bytes.len());
    let changed = |at: usize| (0..8).map(move |bit| (at, 1 << bit)).chain([(at, 0xff), (at, 0x5a)]);
    let archives: Vec<Vec<u8>> =
        records.flat_map(changed).map(|(at, flipped)| good.put(at, [good.bytes[at] ^ flipped])).collect();
    assert_eq!(accepted(&archives), Vec::<usize>::new());
}

#[test]
fn every_truncation_of_a_small_archive_is_noticed() {
    let good = ten_kilobytes();
    let archives: Vec<Vec<u8>> = (0..good.len()).map(|length| good[..length].to_vec()).collect();
    assert_eq!(accepted(&archives), Vec::<usize>::new());
}

#[test]
fn a_changed_byte_or_a_truncation_of_a_real_archive_is_noticed() {
    let sandbox = packed();
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    let trial = ARCHIVE.replace(".zip", "-trial-1.D.3.zip");
    let good = std::fs::read(sandbox.path(&trial)).expect("it was packed a moment ago");
    assert_eq!(accepted(std::slice::from_ref(&good)), [0]);
    let places: Vec<usize> = (0..good.len()).step_by(good.len() / 300).collect();
    let changed = places.iter().map(|at| {
        let mut bytes = good.clone();
        bytes[*at] ^= 1 << (at % 8);
        bytes
    });
    let cut_off = places.iter().map(|at| good[..*at].to_vec());
    assert_eq!(accepted(&changed.chain(cut_off).collect::<Vec<_>>()), Vec::<usize>::new());
}
