//! A changed byte of an archive is refused, or it changes nothing that anybody can read. In an archive that akam itself packed,
//! each one is refused.

use crate::builder::small;
use crate::hostile::judged_in;
use crate::sandbox::Sandbox;
use crate::zips::{ARCHIVE, packed};

/// An archive of about twenty kilobytes that akam packed, with files of each kind: stored, and deflated with codes of its own
/// and with fixed ones. Its framework asks for one competency only, so that its pages are short.
fn twenty_kilobytes() -> Vec<u8> {
    let framework = "id = \"one\"\ntitle = \"Diploma\"\nedition = \"1\"\nrequired = 1\n\
        [key_accounts]\norigin = \"guide\"\nfewer_than = 5\n\
        [words]\nper_part = 5\nshortest_per_part = 1\nlongest_per_part = 900\n\
        [sign_off]\norigin = \"guide\"\nstatement = \"It is true.\"\n\
        [[area]]\ncode = \"1\"\ntitle = \"Market\"\norigin = \"guide\"\n\
        [[competency]]\ncode = \"1.1\"\ntitle = \"Plan\"\narea = \"1\"\n\
        why = { origin = \"guide\", text = \"Plans matter.\" }\n\
        evidence = { origin = \"guide\", ideas = [\"a plan\"] }\n\
        theory = { origin = \"guide\", models = [\"a matrix\"] }\n\
        [[competency.part]]\ncode = \"1.1.1\"\ntitle = \"Market\"\norigin = \"guide\"\nasks = [\"know it\"]\n";
    let stored: Vec<u8> = (0..600_u32).map(|at| (at * at % 251).to_le_bytes()[0]).collect();
    let sandbox = Sandbox::empty()
        .write("portfolio.toml", "framework = \"one.toml\"\n[candidate]\nname = \"A\"\n")
        .write("one.toml", framework)
        .write("1.1-plan/artefacts/x.png", stored)
        .write("1.1-plan/artefacts.toml", "[[artefact]]\nfile = \"artefacts/x.png\"\nshows = \"It.\"\nshare = 50\n")
        .write("1.1-plan/evidence.md", "# Plan\n\n## Market\n\nWe grew the market share of the customer.\n");
    sandbox.akam(&["pack", "--draft"]).expect(0, &["packed"]);
    std::fs::read(sandbox.path("akam-a-2026-11-22-DRAFT.zip")).expect("it was packed a moment ago")
}

/// Which of the archives are taken for right ones.
fn accepted(archives: &[Vec<u8>]) -> Vec<usize> {
    let sandbox = Sandbox::empty();
    let parts: Vec<&[u8]> = archives.iter().map(Vec::as_slice).collect();
    let verdicts: Vec<_> = parts.chunks(500).flat_map(|parts| judged_in(&sandbox, parts)).collect();
    let is_right = |at: &usize| crate::hostile::errors(&verdicts[*at]).is_empty();
    (0..archives.len()).filter(is_right).collect()
}

#[test]
fn every_changed_byte_of_a_small_archive_is_noticed() {
    let good = twenty_kilobytes();
    assert!((10_000..25_000).contains(&good.len()), "{} bytes", good.len());
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
    let good = twenty_kilobytes();
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
