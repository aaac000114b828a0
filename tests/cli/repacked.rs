//! Archives that another program has packed again, and good ones of every kind: told from each other, never refused.
#![allow(clippy::disallowed_methods, reason = "tests pack archives again")]

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::builder::{Entry, TOP, Zip, bag, crc, field, small, unicode_path};
use crate::hostile::{assert_refused, case, errors, judged};
use crate::sandbox::{Said, Sandbox};
use crate::zips::{ARCHIVE, files, packed};

/// A sandbox with an archive and its files, unpacked beside it into `top`.
fn unpacked() -> (Sandbox, String) {
    let sandbox = packed();
    let unzip = Command::new("unzip").arg("-q").arg(sandbox.path(ARCHIVE)).current_dir(sandbox.top()).status();
    assert!(unzip.is_ok_and(|status| status.success()), "unzip unpacks what akam packed");
    (sandbox, ARCHIVE.trim_end_matches(".zip").to_owned())
}

fn run(folder: &Path, line: &str) {
    let output = Command::new("sh").args(["-c", line]).current_dir(folder).output().expect("there is a shell");
    assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "needs other people's tools"]
fn an_archive_that_other_programs_packed_again_is_a_warning_that_says_so() {
    let (sandbox, top) = unpacked();
    let python = "import sys, zipfile, os\n\
        out = open(sys.argv[1], 'wb')\n\
        class Pipe:\n    write = out.write\n    flush = out.flush\n\
        target = Pipe() if sys.argv[3] == 'pipe' else out\n\
        def method(name): return 0 if sys.argv[3] == 'kinds' and name[-4:] in ('docx', '.png', '.pdf') else 8\n\
        with zipfile.ZipFile(target, 'w') as z:\n    \
            [z.write(os.path.join(d, f), compress_type=method(f)) for d, _, fs in os.walk(sys.argv[2]) for f in fs]\n";
    fs::write(sandbox.top().join("pack.py"), python).expect("the folder is ours");
    let lines = [
        format!("python3 -m zipfile -c python.zip {top}"),
        format!("python3 pack.py python-deflated.zip {top} file"),
        format!("python3 pack.py python-kinds.zip {top} kinds"),
        format!("python3 pack.py python-pipe.zip {top} pipe"),
        format!("7zz a -bso0 -tzip 7z.zip {top}"),
        format!("7zz a -bso0 -tzip -mx=0 7z-stored.zip {top}"),
        format!("bsdtar --format zip -cf bsdtar.zip {top}"),
        format!(
            "cp '{}' commented.zip && echo 'From my mailbox' | zip -qz commented.zip",
            sandbox.path(ARCHIVE).display()
        ),
    ];
    for line in &lines {
        run(sandbox.top(), line);
    }
    for name in ["python", "python-deflated", "python-kinds", "python-pipe", "7z", "7z-stored", "bsdtar", "commented"] {
        let said = sandbox.akam(&["verify", &format!("../{name}.zip")]);
        let said = said.expect(
            0,
            &["said to be packed on 2026-11-22", "the archive itself lists", "another program has packed them again"],
        );
        assert_eq!(said.rules(), ["archive-repacked"], "{name}\n{}", said.out);
    }
}

#[test]
#[ignore = "needs other people's tools"]
fn info_zip_is_read_although_it_marks_no_name_as_utf_8() {
    let (sandbox, top) = unpacked();
    for (name, options) in
        [("files", "-qrD"), ("folders", "-qr"), ("bare", "-qrX"), ("best", "-qr9"), ("stored", "-qr0")]
    {
        run(sandbox.top(), &format!("LC_ALL=C.UTF-8 zip {options} {name}.zip {top}"));
        let archive = format!("../{name}.zip");
        assert_eq!(sandbox.akam(&["verify", &archive]).expect(0, &[]).rules(), ["archive-repacked"], "{name}");
    }
    run(sandbox.top(), &format!("LC_ALL=C.UTF-8 zip -qr - {top} | cat > pipe.zip"));
    assert_eq!(sandbox.akam(&["verify", "../pipe.zip"]).expect(0, &[]).rules(), ["archive-repacked"]);
    let shown = sandbox.akam(&["preview", "../files.zip", "--output", "../shown"]);
    shown.expect(0, &["12 competencies; no findings"]);
}

/// The archive as a program packs it again that marks no name as UTF-8, after a function changed each entry with its name.
fn unmarked(sandbox: &Sandbox, change: impl Fn(&mut Entry, &str)) -> Said {
    let again = Zip::of(&files(&sandbox.path(ARCHIVE))).with_each(|it| {
        (it.made_by, it.attributes, it.flags) = (20, 0x20, 0);
        let name = String::from_utf8(it.name.clone()).expect("akam writes UTF-8");
        change(it, &name);
    });
    fs::write(sandbox.path("again.zip"), again).expect("the folder is ours");
    sandbox.akam(&["verify", "again.zip"])
}

#[test]
fn names_in_the_code_page_of_windows_decomposed_or_given_twice_are_those_that_were_packed() {
    let sandbox = packed();
    let oem = |it: &mut Entry, name: &str| {
        it.name =
            name.chars().map(|sign| if sign == 'ø' { 0x9b } else { u8::try_from(sign).expect("ASCII") }).collect();
    };
    let twice = |it: &mut Entry, name: &str| {
        it.extra = unicode_path(&it.name, name);
        it.local_extra.clone_from(&it.extra);
    };
    let both = |it: &mut Entry, name: &str| {
        oem(it, name);
        twice(it, name);
    };
    for change in [&(|_: &mut Entry, _: &str| {}) as &dyn Fn(&mut Entry, &str), &oem, &twice, &both] {
        assert_eq!(unmarked(&sandbox, change).expect(0, &["packed them again"]).rules(), ["archive-repacked"]);
    }
    let other = |it: &mut Entry, name: &str| it.name = name.replace('ø', "o\u{308}").into_bytes();
    unmarked(&sandbox, other).expect(1, &["error[archive-missing]", "error[archive-unlisted]"]);
}

#[test]
fn a_name_that_another_program_spelt_in_another_unicode_form_is_the_one_that_was_packed() {
    let [composed, decomposed] = ["data/\u{c5}se.md", "data/A\u{30a}se.md"];
    for (packed, again) in [(composed, decomposed), (decomposed, composed)] {
        let zip = Zip::of(&bag(&[(packed, b"x".to_vec())]));
        let rename = |it: &mut Entry| {
            let name = String::from_utf8(it.name.clone()).expect("akam writes UTF-8");
            it.name = name.replace(packed, again).into_bytes();
        };
        let own = zip.with_each(rename);
        let other = zip.with_each(|it| {
            rename(it);
            (it.made_by, it.attributes, it.flags) = (20, 0x20, 0);
        });
        let verdicts = judged(&[&own, &other]);
        assert_eq!(errors(&verdicts[0]).len(), 2, "what akam packs is spelt as listed: {}", verdicts[0]);
        assert_eq!(errors(&verdicts[1]), Vec::<&serde_json::Value>::new(), "{}", verdicts[1]);
        assert_eq!(verdicts[1]["repacked"], true);
    }
}

#[test]
fn compressed_data_that_another_program_wrote_in_part_is_refused_and_in_whole_is_told() {
    let sandbox = packed();
    let real = Zip::of(&files(&sandbox.path(ARCHIVE)));
    let one = real.with(|zip| {
        let it = zip.entries.iter_mut().find(|it| it.name.ends_with(b"/bagit.txt")).expect("it is there");
        let length = u16::try_from(it.size).expect("it is small").to_le_bytes();
        *it = Entry { method: 8, needed: 20, made_by: (3 << 8) + 20, ..it.clone() };
        let bytes = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
        it.data = [&[1][..], &length, &length.map(|byte| !byte), bytes].concat();
    });
    assert_refused(&[case("one", one, "archive-changed", "although that of the other files is")]);
    let again = |it: &mut Entry| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
        encoder.write_all(&inflated(it)).expect("memory can be written");
        it.data = encoder.finish().expect("memory can be written");
    };
    let all = real.with(|zip| zip.entries.iter_mut().filter(|it| it.method == 8).for_each(again));
    let verdict = &judged(&[&all])[0];
    assert_eq!((errors(verdict).len(), &verdict["repacked"]), (0, &serde_json::Value::Bool(true)), "{verdict}");
    assert!(verdict.to_string().contains("its files are compressed in another way"));
}

/// What an entry's compressed bytes stand for.
fn inflated(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::DeflateDecoder::new(&entry.data[..]).read_to_end(&mut bytes).expect("it was deflated by the builder");
    bytes
}

#[test]
fn an_archive_of_akams_that_is_another_programs_in_part_is_refused() {
    let zip = small();
    let rule = "archive-malformed";
    let says = "added or changed after packing";
    let one =
        |name: &str, change: &dyn Fn(&mut Entry)| case(name, zip.with(|zip| change(&mut zip.entries[3])), rule, says);
    let mut cases = vec![
        one("made-by", &|it| it.made_by = 20),
        one("attributes", &|it| it.attributes = 0o100_755 << 16),
        one("no-attributes", &|it| it.attributes = 0),
        one("stamp", &|it| it.extra = field(0x5455, &[1, 0, 0, 0, 0])),
        one("local-stamp", &|it| it.local_extra = field(0x5455, &[1, 0, 0, 0, 0])),
        one("version", &|it| it.needed = 45),
        one("level-bits", &|it| it.flags |= 0b110),
        one("marked", &|it| it.flags |= 1 << 11),
    ];
    let half = zip.with(|zip| zip.entries.iter_mut().step_by(2).for_each(|it| it.attributes = 0o100_600 << 16));
    cases.push(case("half", half, rule, says));
    let but_one = zip.with(|zip| zip.entries.iter_mut().skip(1).for_each(|it| it.made_by = 63));
    cases.push(case("all-but-one", but_one, rule, says));
    let makers = zip.with(|zip| zip.entries.iter_mut().zip(100..).for_each(|(it, version)| it.made_by = version));
    cases.push(case("many-makers", makers, rule, "another program"));
    let described = |size: u64, sum: u32| {
        zip.with_each(|it| {
            if it.method == 8 {
                it.flags |= 1 << 3;
                it.descriptor = b"PK\x07\x08".to_vec();
                it.descriptor.extend(
                    [it.crc ^ sum, u32::try_from(it.data.len()).expect("it is small")].map(u32::to_le_bytes).concat(),
                );
                it.descriptor.extend(u32::try_from(it.size + size).expect("it is small").to_le_bytes());
            }
            it.made_by = 20;
        })
    };
    assert_eq!(errors(&judged(&[&described(0, 0)])[0]), Vec::<&serde_json::Value>::new());
    let mut known = described(0, 0);
    let is_described = |bytes: &[u8]| bytes.starts_with(b"PK\x03\x04") && bytes[6] & 1 << 3 != 0;
    let first = known.windows(30).position(is_described).expect("a file is deflated");
    known[first + 14] = 1;
    cases.push(case("descriptor-known", known, rule, "not the same checksum"));
    cases.push(case("descriptor-size", described(1, 0), rule, "what follows its bytes"));
    cases.push(case("descriptor-crc", described(0, 1), rule, "what follows its bytes"));
    let stored = zip.with_each(|it| {
        it.flags |= if it.method == 0 { 1 << 3 } else { 0 };
        it.made_by = 20;
    });
    cases.push(case("descriptor-stored", stored, rule, "where its bytes end"));
    assert_refused(&cases);
}

#[test]
fn good_archives_of_every_kind_are_akams_own() {
    let many: Vec<(String, Vec<u8>)> =
        (0..3000_u32).map(|at| (format!("data/{at:05}.md"), at.to_le_bytes().to_vec())).collect();
    let many: Vec<(&str, Vec<u8>)> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let long = format!("data/{}.md", "n".repeat(252));
    let deep = format!("data/{}a.md", "d/".repeat(29));
    let foreign =
        ["data/Møte.md", "data/计划.xlsx", "data/\u{1f469}\u{200d}\u{1f52c}.png", "data/حساب.pdf", "data/Ελλάς.md"];
    let inner = small().build().bytes;
    let archives = [
        bag(&[]),
        bag(&[("data/a.md", Vec::new())]),
        bag(&many),
        bag(&[(&long, b"x".to_vec()), (&deep, b"y".to_vec())]),
        bag(&foreign.map(|name| (name, name.as_bytes().to_vec()))),
        bag(&[("data/zeros.csv", vec![0; 20 << 20])]),
        bag(&[("data/inner.zip", inner.clone()), ("data/inner2.txt", inner)]),
        bag(&[("data/R&D's plan (2), 100 % + 5 $; x.md", b"x".to_vec()), ("data/a..b/c", b"y".to_vec())]),
    ];
    let archives: Vec<Vec<u8>> = archives.iter().map(|files| Zip::of(files).build().bytes).collect();
    let parts: Vec<&[u8]> = archives.iter().map(Vec::as_slice).collect();
    for (at, verdict) in judged(&parts).iter().enumerate() {
        assert_eq!(
            (errors(verdict).len(), &verdict["repacked"]),
            (0, &serde_json::Value::Bool(false)),
            "{at} {verdict}"
        );
    }
    let stored = small().with(|zip| zip.entries.push(Entry::stored(&format!("{TOP}/data/z.png"), b"never listed")));
    assert_eq!(errors(&judged(&[&stored])[0]).len(), 1, "{}", crc(b""));
}

/// What a run of the binary did, as the system saw it: opened, written, connected to and executed.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs other people's tools"]
fn verify_opens_the_archive_and_nothing_else() {
    let sandbox = packed().write("hostile.zip", small().with_entry(3, |it| it.crc ^= 1));
    for archive in [ARCHIVE, "hostile.zip"] {
        let mut strace = Command::new("strace");
        strace.args([
            "-f",
            "-qq",
            "-e",
            "trace=%file,%network,%process,write,pwrite64,writev,ioctl",
            "-o",
            "trace.txt",
        ]);
        strace.arg(env!("CARGO_BIN_EXE_akam")).args(["verify", archive]).current_dir(sandbox.root());
        // Where libraries are looked for is the loader's affair.
        let output = strace.env_remove("LD_LIBRARY_PATH").output().expect("strace is installed");
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
        let trace = sandbox.read("trace.txt");
        let calls: Vec<&str> = trace.lines().filter_map(|line| Some(line.split_once(' ')?.1.trim_start())).collect();
        // Before the program itself runs, the loader opens what it is linked with, and the runtime looks at its stack. The
        // program asks for the number of processors, and the allocator of threads how the memory is kept that it gives back.
        let of_start = ["/etc/ld.so", "/lib", "/usr/lib", "/proc/self/maps", "/proc/self/exe", "/proc/sys/vm/"];
        let counts = ["/proc/self/cgroup", "/sys/fs/cgroup/", "/sys/devices/system/cpu/"];
        let fine = [&of_start[..], &counts].concat();
        let strange = calls.iter().skip(1).filter(|call| {
            let opens = call.starts_with("open") && !call.contains(&format!("\"{archive}\", O_RDONLY"));
            let opens = opens && !fine.iter().any(|path| call.contains(&format!("\"{path}")));
            let writes = call.starts_with("write(") && !call.starts_with("write(1,");
            let acts = ["socket", "connect", "execve", "fork", "vfork", "unlink", "rename", "mkdir", "creat"];
            opens || writes || acts.iter().any(|act| call.starts_with(act)) || call.contains("O_CREAT")
        });
        let strange: Vec<&&str> = strange.collect();
        assert!(strange.is_empty(), "{archive}: {strange:?}");
        assert!(calls.iter().any(|call| call.contains(archive) && call.starts_with("open")), "{trace}");
    }
}
