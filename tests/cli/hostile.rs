//! Hostile archives, several hundred of them: each is refused by the right rule, in words that name what is wrong.
//!
//! The defects have the names that collections of such archives give them. All archives of a test are checked in one go.

use std::fs::File;
use std::io::Write;

use serde_json::Value;

use crate::builder::{Entry, TOP, Zip, crc, deflated, field, small};
use crate::sandbox::Sandbox;

/// An archive, and what must be said of it: how the rule's id begins, and words of the message or the entry's name.
pub struct Case {
    pub name: String,
    pub bytes: Vec<u8>,
    pub rule: &'static str,
    pub says: &'static str,
}

pub fn case(name: impl Into<String>, bytes: Vec<u8>, rule: &'static str, says: &'static str) -> Case {
    Case { name: name.into(), bytes, rule, says }
}

/// What is said of archives, each with its number, in one run.
pub fn judged(archives: &[&[u8]]) -> Vec<Value> {
    judged_in(&Sandbox::empty(), archives)
}

/// As [`judged`], in files that may be there already: to write over a file is much cheaper than to make and remove one.
pub fn judged_in(sandbox: &Sandbox, archives: &[&[u8]]) -> Vec<Value> {
    let names: Vec<String> = (0..archives.len()).map(|number| format!("{number}.zip")).collect();
    for (name, bytes) in names.iter().zip(archives) {
        let file = File::options().write(true).create(true).truncate(false).open(sandbox.path(name));
        let mut file = file.expect("the folder is ours");
        file.set_len(bytes.len() as u64).and_then(|()| file.write_all(bytes)).expect("the disk has room");
    }
    let mut arguments = vec!["verify", "--format", "json"];
    arguments.extend(names.iter().map(String::as_str));
    let said = sandbox.akam_within(120, &arguments);
    assert!(said.err.is_empty(), "{}", said.err);
    let mut json: Value = serde_json::from_str(&said.out).expect("it is JSON");
    let Value::Array(judged) = json["archives"].take() else { panic!("no list of archives: {}", said.out) };
    assert_eq!(judged.len(), archives.len());
    judged
}

/// What is wrong with an archive's records and lists, whatever lies in it and whatever akam would pack with it, and is no
/// warning.
pub fn errors(verdict: &Value) -> Vec<&Value> {
    let findings = verdict["findings"].as_array().expect("there is a list");
    let is_error = |found: &&Value| {
        let is_of_archive = found["rule"].as_str().is_some_and(|rule| rule.starts_with("archive-"));
        let begins = ["akam packs ", "its one folder is called"];
        let is_on_content =
            found["message"].as_str().is_some_and(|message| begins.iter().any(|words| message.starts_with(words)));
        found["severity"] == "error" && is_of_archive && !is_on_content
    };
    findings.iter().filter(is_error).collect()
}

pub fn assert_refused(cases: &[Case]) {
    let archives: Vec<&[u8]> = cases.iter().map(|case| &case.bytes[..]).collect();
    let mut wrong = Vec::new();
    for (case, verdict) in cases.iter().zip(judged(&archives)) {
        let fits = |found: &&Value| {
            let text = format!("{} {}", found["message"].as_str().unwrap_or_default(), found["path"]);
            found["rule"].as_str().is_some_and(|rule| rule.starts_with(case.rule)) && text.contains(case.says)
        };
        if verdict["passed"] != false || !errors(&verdict).iter().any(fits) {
            wrong.push(format!("{}: {:?} expected, {:?} said", case.name, case.says, verdict["findings"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

const MALFORMED: &str = "archive-malformed";

/// The entry that is changed: one that is deflated.
const AT: usize = 3;

#[test]
fn the_small_archive_is_right_before_it_is_changed() {
    let verdict = &judged(&[&small().build().bytes])[0];
    assert_eq!(errors(verdict), Vec::<&Value>::new());
    assert_eq!(verdict["repacked"], false);
    assert_eq!(small().entries[AT].method, 8);
}

#[test]
fn what_is_cut_off_or_no_archive_at_all_is_refused() {
    let zip = small();
    let good = zip.build();
    let mut cases = vec![
        case("empty", Vec::new(), MALFORMED, "not a ZIP archive"),
        case("not-zip", vec![b'x'; 5000], MALFORMED, "not a ZIP archive"),
        case("html", b"<html>Please log in</html>".to_vec(), MALFORMED, "not a ZIP archive"),
        case("no-entries", Zip::default().build().bytes, MALFORMED, "empty"),
        case("text-mode", replaced(&good.bytes, b"\n", b"\r\n"), MALFORMED, ""),
        case("without-end", good.bytes[..good.end].to_vec(), MALFORMED, "not a ZIP archive"),
        case("end-alone", good.bytes[good.end..].to_vec(), MALFORMED, "directory"),
        case("front-cut-off", good.bytes[1..].to_vec(), MALFORMED, ""),
    ];
    let lengths = (1..good.bytes.len()).step_by(good.bytes.len() / 40);
    cases.extend(
        lengths.map(|length| case(format!("truncated-{length}"), good.bytes[..length].to_vec(), MALFORMED, "")),
    );
    assert_refused(&cases);
}

#[test]
fn what_stands_before_between_and_behind_is_refused() {
    let zip = small();
    let good = zip.build();
    let whole = &good.bytes;
    let mut cases = vec![
        case("suffix", [&whole[..], b"\0"].concat(), MALFORMED, "follows its end"),
        case("suffix-newline", [&whole[..], b"\r\n"].concat(), MALFORMED, "follows its end"),
        case("suffix-end-record", [&whole[..], &whole[good.end..]].concat(), MALFORMED, ""),
        case("concatenated", [&whole[..], &whole[..]].concat(), MALFORMED, ""),
        case("prefix", [b"x", &whole[..]].concat(), MALFORMED, ""),
        case("sfx", zip.with_entry(0, |it| it.gap = vec![0x90; 512]), MALFORMED, "lie before it"),
        case("pdf-polyglot", zip.with_entry(0, |it| it.gap = b"%PDF-1.7\n".to_vec()), MALFORMED, "lie before it"),
        case("gap", zip.with_entry(AT, |it| it.gap = vec![0]), MALFORMED, "lie before it"),
        case("hidden-entry", zip.with_entry(AT, |it| it.gap = small().build().bytes), MALFORMED, "lie before it"),
        case("before-directory", zip.with(|it| it.before_directory = vec![0; 4]), MALFORMED, "before the directory"),
        case("behind-directory", zip.with(|it| it.behind_directory = vec![0; 4]), MALFORMED, "directory"),
        case("signature", zip.with(|it| it.behind_directory = b"PK\x05\x05\0\0".to_vec()), MALFORMED, "directory"),
    ];
    for (name, comment) in [
        ("PK", b"see PK\x05\x06".to_vec()),
        ("end-record", whole[good.end..].to_vec()),
        ("archive", whole.clone()),
        ("escape", b"\x1b[2Jall is well".to_vec()),
        ("nul", b"a\0b".to_vec()),
        ("bidi", "\u{202e}fdp".as_bytes().to_vec()),
        ("not-text", vec![0xff; 30]),
        ("long", vec![b'a'; 5000]),
    ] {
        cases.push(case(format!("comment-{name}"), zip.with(|it| it.comment = comment), MALFORMED, ""));
    }
    for (offset, what) in
        [(4, "disk"), (6, "disk-of-directory"), (8, "count-here"), (10, "count"), (12, "size"), (16, "offset")]
    {
        for change in [1_u8, 0xff] {
            let value = good.bytes[good.end + offset].wrapping_add(change);
            cases.push(case(format!("end-{what}-{change}"), good.put(good.end + offset, [value]), MALFORMED, ""));
        }
    }
    let count = |count: u16| good.put(good.end + 8, [count, count].map(u16::to_le_bytes).concat());
    let entries = u16::try_from(zip.entries.len()).expect("they are few");
    for (name, number) in [("less", entries - 1), ("more", entries + 1), ("none", 0), ("sentinel", u16::MAX)] {
        cases.push(case(format!("count-{name}"), count(number), MALFORMED, ""));
    }
    assert_refused(&cases);
}

#[test]
fn records_that_contradict_each_other_are_refused() {
    let good = small().build();
    let (local, central) = (good.locals[AT], good.directory[AT]);
    let mut cases = Vec::new();
    for (in_local, in_directory, length, what) in [
        (4, 6, 2, "version"),
        (6, 8, 2, "flags"),
        (8, 10, 2, "method"),
        (10, 12, 2, "time"),
        (12, 14, 2, "date"),
        (14, 16, 4, "checksum"),
        (18, 20, 4, "compressed"),
        (22, 24, 4, "size"),
        (26, 28, 2, "name-length"),
        (28, 30, 2, "extra-length"),
        (30, 46, 1, "name"),
    ] {
        for byte in 0..length {
            for (where_, at) in [("local", local + in_local + byte), ("directory", central + in_directory + byte)] {
                for flipped in [1, 0x10, 0xff] {
                    let bytes = good.put(at, [good.bytes[at] ^ flipped]);
                    // A name of another length may hold anything.
                    let rule = if what.starts_with("name") { "archive-" } else { MALFORMED };
                    cases.push(case(format!("{where_}-{what}-{byte}-{flipped:x}"), bytes, rule, ""));
                }
            }
        }
    }
    for (what, at) in [("local", local), ("directory", central), ("end", good.end)] {
        for byte in 0..4 {
            cases.push(case(format!("mark-{what}-{byte}"), good.put(at + byte, [0]), MALFORMED, ""));
        }
    }
    let offset =
        |at: usize, value: usize| good.put(good.directory[at] + 42, u32::try_from(value).expect("small").to_le_bytes());
    cases.push(case("overlap-same", offset(AT, good.locals[AT - 1]), MALFORMED, "overlaps"));
    cases.push(case("overlap-inside", offset(AT, good.locals[AT - 1] + 40), MALFORMED, ""));
    cases.push(case("overlap-next", offset(AT, good.locals[AT + 1]), MALFORMED, ""));
    cases.push(case("offset-in-directory", offset(AT, good.directory[0]), MALFORMED, ""));
    cases.push(case("offset-beyond", offset(AT, usize::try_from(u32::MAX).expect("64 bits")), MALFORMED, ""));
    assert_refused(&cases);
}

#[test]
fn entries_that_are_encrypted_odd_or_no_files_are_refused() {
    let zip = small();
    let all = |name: String, says, change: &dyn Fn(&mut Entry)| {
        case(name, zip.with(|zip| zip.entries.iter_mut().for_each(change)), MALFORMED, says)
    };
    let mut cases = Vec::new();
    for bit in [0, 6, 13] {
        cases.push(all(format!("encrypted-{bit}"), "encrypted", &|it| it.flags |= 1 << bit));
    }
    for bit in [4, 5, 7, 8, 9, 10, 12, 14, 15] {
        cases.push(all(format!("flag-{bit}"), "flags", &|it| it.flags |= 1 << bit));
    }
    for method in [1, 6, 9, 12, 14, 93, 95, 98, 99, 0xffff] {
        cases.push(all(format!("method-{method}"), "method", &|it| it.method = method));
    }
    for needed in [46, 51, 63, 0xffff] {
        cases.push(all(format!("version-{needed}"), "newer version", &|it| it.needed = needed));
    }
    cases.push(case("entry-comment", zip.with_each(|it| it.comment = b"hello".to_vec()), MALFORMED, "comment"));
    assert_refused(&cases);
}

#[test]
fn entries_that_are_links_devices_or_twisted_folders_are_refused() {
    let zip = small();
    let mut cases = Vec::new();
    for made_by in [0, 3, 10, 19] {
        for (kind, says) in [
            (0o120_777, "link"),
            (0o20_644, "device"),
            (0o60_644, "device"),
            (0o10_644, "device"),
            (0o140_644, "device"),
            (0o104_755, "rights"),
            (0o102_755, "rights"),
            (0o101_755, "rights"),
            (0o40_755, "folder"),
        ] {
            cases.push(case(
                format!("type-{made_by}-{kind:o}"),
                zip.with_entry(AT, |it| {
                    it.made_by = made_by << 8 | 0x14;
                    it.attributes = kind << 16;
                }),
                MALFORMED,
                says,
            ));
        }
    }
    for (bit, says) in [(0x08, "disk"), (0x10, "folder"), (0x40, "device"), (0x400, "link")] {
        let bytes = zip.with_each(|it| it.attributes |= bit);
        cases.push(case(format!("attribute-{bit:x}"), bytes, MALFORMED, says));
    }
    let folder = |change: &dyn Fn(&mut Entry)| {
        zip.with(|zip| {
            let mut folder = Entry::folder(&format!("{TOP}/data/"));
            change(&mut folder);
            zip.entries.push(folder);
        })
    };
    cases.push(case(
        "folder-data",
        folder(&|it| (it.data, it.size) = (b"x".to_vec(), 1)),
        MALFORMED,
        "bytes of its own",
    ));
    cases.push(case("folder-crc", folder(&|it| it.crc = 1), MALFORMED, "bytes of its own"));
    cases.push(case("folder-file-type", folder(&|it| it.attributes = 0o100_644 << 16), MALFORMED, "neither"));
    cases.push(case(
        "folder-empty",
        folder(&|it| it.name = format!("{TOP}/other/").into()),
        MALFORMED,
        "holds no file",
    ));
    cases.push(case(
        "disk-start",
        small().build().put(small().build().directory[AT] + 34, [1]),
        MALFORMED,
        "several parts",
    ));
    assert_refused(&cases);
}

#[test]
fn extra_fields_that_hide_something_are_refused() {
    let zip = small();
    let mut cases = Vec::new();
    let longest = field(0xcafe, &[0; 1100]);
    let fields = [
        ("cut-off", vec![1, 2, 3], "damaged"),
        ("too-long", vec![0x55, 0x54, 9, 0, 1], "damaged"),
        ("twice", [field(0xcafe, b"a"), field(0xcafe, b"b")].concat(), "twice"),
        ("second-name", field(0x7075, b"\x01\0\0\0\0other.txt"), "second name"),
        ("second-comment", field(0x6375, b"\x01\0\0\0\0hello"), "second name"),
        ("link-target", field(0x756e, b"\0\0\0\0/etc/passwd"), "second name"),
        ("unix-link", field(0x000d, b"\0\0\0\0\0\0\0\0\0\0\0\0/etc/passwd"), "second name"),
        ("aes", field(0x9901, &[2, 0, b'A', b'E', 3, 8, 0]), "it is encrypted"),
        ("payload", longest, "more than any program"),
        ("64-unasked", field(1, &[0; 16]), "64-bit"),
        ("64-empty", field(1, b""), "64-bit"),
    ];
    for (name, extra, says) in fields {
        cases.push(case(
            format!("extra-{name}-directory"),
            zip.with_each(|it| it.extra = extra.clone()),
            MALFORMED,
            says,
        ));
        cases.push(case(
            format!("extra-{name}-local"),
            zip.with_each(|it| it.local_extra = extra.clone()),
            MALFORMED,
            says,
        ));
    }
    let wide = |values: &[u64]| field(1, &values.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<u8>>());
    let with_sentinels = |extra: Vec<u8>| {
        let good = zip.changed(|zip| zip.entries[AT].extra = extra).build();
        good.put(good.directory[AT] + 20, [0xff; 8])
    };
    let (size, data) = (zip.entries[AT].size, zip.entries[AT].data.len() as u64);
    cases.push(case("64-missing", with_sentinels(Vec::new()), MALFORMED, "not there"));
    cases.push(case("64-short", with_sentinels(wide(&[size])), MALFORMED, "64-bit"));
    cases.push(case("64-long", with_sentinels(wide(&[size, data, 0])), MALFORMED, "64-bit"));
    cases.push(case("64-swapped", with_sentinels(wide(&[data, size])), MALFORMED, "contradict"));
    cases.push(case("64-huge", with_sentinels(wide(&[u64::MAX, u64::MAX])), MALFORMED, "contradict"));
    cases.push(case(
        "64-offset",
        {
            let good = zip.changed(|zip| zip.entries[AT].extra = wide(&[u64::MAX])).build();
            good.put(good.directory[AT] + 42, [0xff; 4])
        },
        MALFORMED,
        "lie before it",
    ));
    assert_refused(&cases);
}

#[test]
fn compressed_data_that_ends_elsewhere_or_hides_bytes_is_refused() {
    let zip = small();
    let changed = "archive-changed";
    let mut cases = Vec::new();
    let mut data = |name: &str, says, change: &dyn Fn(&mut Entry)| {
        cases.push(case(name, zip.with(|zip| change(&mut zip.entries[AT])), changed, says));
    };
    data("bytes-behind", "hidden behind", &|it| it.data.extend(b"secret"));
    data("one-byte-behind", "hidden behind", &|it| it.data.push(0));
    data("two-streams", "hidden behind", &|it| it.data.extend(deflated(b"another")));
    data("cut-off", "cut off", &|it| it.data.truncate(it.data.len() - 1));
    data("nothing", "cut off", &|it| it.data.clear());
    data("no-such-block", "damaged", &|it| it.data[0] |= 0b110);
    data("noise", "", &|it| it.data = vec![0xa5; 64]);
    data("size-short", "longer than its record", &|it| it.size -= 1);
    data("size-long", "shorter than its record", &|it| it.size += 1);
    data("size-short-crc-right", "longer", &|it| {
        it.size = 5;
        it.crc = crc(b"month");
    });
    data("crc", "checksum", &|it| it.crc ^= 1);
    data("crc-zero", "checksum", &|it| it.crc = 0);
    data("stored-size", "", &|it| {
        it.method = 0;
        it.data.truncate(9);
    });
    let last = cases.last_mut().expect("it was pushed a moment ago");
    (last.rule, last.says) = (MALFORMED, "two sizes");
    assert_refused(&cases);
}

#[test]
fn spare_bits_of_compressed_data_change_nothing_that_can_be_read() {
    let zip = small();
    let bytes = b"month;sales\n2026-01;12000\n".repeat(40);
    // A stored block with five spare bits, one of them set.
    let block = |bit: u8| {
        let length = u16::try_from(bytes.len()).expect("it is short");
        [&[1 | 1 << bit][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &bytes].concat()
    };
    let archives: Vec<Vec<u8>> = (3..8).map(|bit| zip.with(|zip| zip.entries[AT].data = block(bit))).collect();
    let parts: Vec<&[u8]> = archives.iter().map(Vec::as_slice).collect();
    for verdict in judged(&parts) {
        assert_eq!(errors(&verdict), Vec::<&Value>::new());
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| if from == [*byte] { to.to_vec() } else { vec![*byte] }).collect()
}
