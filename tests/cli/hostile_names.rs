//! Hostile names and lists in archives: each is refused by the right rule, in words that name what is wrong.

use crate::builder::{Entry, TOP, Zip, bag, hex, sealed, small, unicode_path};
use crate::hostile::{Case, assert_refused, case, errors, judged};

const UNSAFE: &str = "archive-unsafe-name";
const AMBIGUOUS: &str = "archive-ambiguous";
const CHANGED: &str = "archive-changed";

/// Names below a folder, and what is said of them.
const BELOW: &[(&str, &str)] = &[
    ("..", "`..`"),
    ("../x", "`..`"),
    ("a/../../x", "`..`"),
    ("a/..", "`..`"),
    (".", "`.`"),
    ("./a", "`.`"),
    ("a/./b", "`.`"),
    ("a//b", "empty part"),
    ("/a", "empty part"),
    ("a\\b", "takes for `/`"),
    ("..\\x", "takes for `/`"),
    ("\\\\server\\share", "takes for `/`"),
    ("~root", "home"),
    ("~", "home"),
    ("a:b", "`:`"),
    ("a.txt:stream", "`:`"),
    ("a<b", "`<`"),
    ("a>b", "`>`"),
    ("a\"b", "`\"`"),
    ("a|b", "`|`"),
    ("a?", "`?`"),
    ("a*", "`*`"),
    ("a\0.txt", "u{0}"),
    ("a\nb", "u{a}"),
    ("a\rb", "u{d}"),
    ("a\tb", "u{9}"),
    ("\u{1b}[2J", "u{1b}"),
    ("a\u{7f}", "u{7f}"),
    ("a\u{85}b", "u{85}"),
    ("a\u{9b}b", "u{9b}"),
    ("a\u{200b}", "u{200b}"),
    ("a\u{200d}b", "u{200d}"),
    ("a\u{202e}fdp.exe", "u{202e}"),
    ("a\u{2066}b", "u{2066}"),
    ("a\u{2028}b", "u{2028}"),
    ("a\u{2029}b", "u{2029}"),
    ("a\u{feff}", "u{feff}"),
    ("a\u{ad}b", "u{ad}"),
    ("a\u{61c}b", "u{61c}"),
    ("a\u{180e}b", "u{180e}"),
    ("a\u{fdd0}", "u{fdd0}"),
    ("a\u{ffff}", "u{ffff}"),
    ("a\u{1fffe}", "u{1fffe}"),
    ("a\u{10fffe}", "u{10fffe}"),
    ("a\u{e0041}", "u{e0041}"),
    ("CON", "`con`"),
    ("nul.txt", "`nul`"),
    ("Aux .md", "`aux`"),
    ("prn/a", "`prn`"),
    ("COM1", "`com1`"),
    ("lpt9.log", "`lpt9`"),
    ("COM\u{b9}.txt", "com¹"),
    ("com0", "`com0`"),
    ("conin$", "conin$"),
    ("CONOUT$.x", "conout$"),
    ("a.", "drop"),
    ("a ", "drop"),
    ("a\u{a0}", "drop"),
    (" a", "drop"),
    ("a./b", "drop"),
    ("a /b", "drop"),
    ("a..", "drop"),
    ("a\u{2003}", "drop"),
    ("\u{3000}a/b", "drop"),
];

/// Whole names.
const WHOLE: &[(&str, &str)] = &[
    ("", "empty"),
    ("/etc/passwd", "root"),
    ("//server/share", "root"),
    ("C:/x", "drive"),
    ("c:x", "drive"),
    ("../x", "`..`"),
    ("~/x", "home"),
];

/// Bytes that are no UTF-8.
const NO_UTF_8: &[(&str, &[u8])] = &[
    ("latin-1", b"M\xf8te.md"),
    ("overlong-slash", b"a\xc0\xafb"),
    ("surrogate", b"a\xed\xa0\x80b"),
    ("cut-off", b"a\xc3"),
    ("beyond-unicode", b"\xf4\x90\x80\x80"),
    ("overlong-nul", b"a\xc0\x80"),
];

/// The small archive with one more entry, whose records both name it so.
fn named(name: &[u8]) -> Vec<u8> {
    small().with(|zip| {
        let flags = if name.is_ascii() { 0 } else { 1 << 11 };
        zip.entries.insert(4, Entry { name: name.to_vec(), flags, ..Entry::stored("", b"x") });
    })
}

#[test]
fn names_that_lead_elsewhere_or_are_something_else_on_some_system_are_refused() {
    let (long, longest, deep) = ("n".repeat(256), vec!["n".repeat(200); 6].join("/"), "d/".repeat(33));
    let lengths = [(&*long, "256 bytes"), (&*longest, "systems take 1024"), (&*deep, "deep")];
    let mut cases: Vec<Case> = BELOW
        .iter()
        .chain(&lengths)
        .map(|(name, says)| case(format!("{name:?}"), named(format!("{TOP}/data/{name}").as_bytes()), UNSAFE, says))
        .collect();
    for (name, says) in WHOLE {
        cases.push(case(format!("top {name:?}"), named(name.as_bytes()), UNSAFE, says));
    }
    for (name, bytes) in NO_UTF_8 {
        let full = [TOP.as_bytes(), b"/data/", bytes].concat();
        cases.push(case(format!("encoding-{name}"), named(&full), UNSAFE, "not UTF-8"));
    }
    let unmarked = small().with(|zip| zip.entries.iter_mut().for_each(|it| it.flags = 0));
    cases.push(case("unmarked", unmarked, "archive-malformed", "added or changed after packing"));
    cases.push(case("outside", named(b"other/x.md"), "archive-malformed", "not inside the archive's folder"));
    cases.push(case("beside", named(b"x.md"), "archive-malformed", "not inside the archive's folder"));
    cases.push(case("top-twin", named(format!("{}/x.md", TOP.to_uppercase()).as_bytes()), AMBIGUOUS, "two ways"));
    assert_refused(&cases);
}

#[test]
fn names_that_are_one_on_some_system_are_refused() {
    let pair = |one: &str, other: &str| {
        let name = |it: &str| format!("{TOP}/data/{it}");
        small().with(|zip| {
            zip.entries.insert(4, Entry::file(&name(one), b"one"));
            zip.entries.insert(2, Entry::file(&name(other), b"other"));
        })
    };
    let mut cases = Vec::new();
    for (one, other, says) in [
        ("a.md", "a.md", "two entries have this name"),
        ("a.md", "A.md", "one and the same"),
        ("stra\u{df}e", "STRASSE", "one and the same"),
        ("\u{17f}", "S", "one and the same"),
        ("\u{3c2}", "\u{3c3}", "one and the same"),
        ("\u{212a}", "k", "one and the same"),
        ("\u{e9}", "e\u{301}", "one and the same"),
        ("\u{fb01}n", "FIN", "one and the same"),
        ("\u{ac00}", "\u{1100}\u{1161}", "one and the same"),
        ("\u{1c4}", "\u{1c6}", "one and the same"),
        ("a", "a/b", "file and a folder"),
        ("a", "A/b", "file and a folder"),
        ("a/b/c", "a/b", "file and a folder"),
        ("A/x", "a/y", "two ways"),
        ("a/B/x", "a/b/x2", "two ways"),
        ("\u{e9}/x", "e\u{301}/y", "two ways"),
    ] {
        cases.push(case(format!("{one:?} {other:?}"), pair(one, other), AMBIGUOUS, says));
    }
    let folder = format!("{TOP}/data/");
    let folders = small().with(|zip| zip.entries.extend([Entry::folder(&folder), Entry::folder(&folder)]));
    cases.push(case("folder twice", folders, AMBIGUOUS, "two entries have this name"));
    assert_refused(&cases);
}

#[test]
fn a_name_that_is_not_marked_as_utf_8_hides_nothing() {
    let below = |name: &[u8]| [TOP.as_bytes(), b"/data/", name].concat();
    let entry = |name: &[u8]| Entry { name: below(name), flags: 0, ..Entry::stored("", b"x") };
    let with = |entries: Vec<Entry>| small().with(|zip| zip.entries.splice(4..4, entries).for_each(drop));
    let second = |raw: &[u8], name: &str| {
        let extra = unicode_path(&below(raw), &format!("{TOP}/data/{name}"));
        Entry { extra: extra.clone(), local_extra: extra, ..entry(raw) }
    };
    let in_one = |name: &str, change: &dyn Fn(&mut Entry)| {
        let mut entry = second(name.as_bytes(), name);
        change(&mut entry);
        with(vec![entry])
    };
    let (malformed, says) = ("archive-malformed", "second name");
    let mut cases = vec![
        case("code-page-and-utf-8", with(vec![entry(b"M\x9bte"), entry("Møte".as_bytes())]), AMBIGUOUS, "this name"),
        case("two-code-pages", with(vec![entry(b"M\x9bte"), entry(b"m\x9dte")]), AMBIGUOUS, "one and the same"),
        case("decomposed", with(vec![entry(b"\x86"), entry("a\u{30a}".as_bytes())]), AMBIGUOUS, "one and the same"),
        case("folder", with(vec![entry(b"M\x9bte"), entry("Møte/a".as_bytes())]), AMBIGUOUS, "file and a folder"),
        case("dots", with(vec![entry(b"M\x9bte/../../x")]), UNSAFE, "`..`"),
        case("device", with(vec![entry(b"M\x9bte/nul")]), UNSAFE, "`nul`"),
        case("unseen", with(vec![entry(b"M\xf0te")]), UNSAFE, "u{ad}"),
        case("right-to-left", with(vec![entry("M\u{202e}te".as_bytes())]), UNSAFE, "u{202e}"),
        case("another-checksum", in_one("Møte", &|it| it.extra[5] ^= 1), malformed, says),
        case("another-version", in_one("Møte", &|it| it.extra[4] = 2), malformed, says),
        case(
            "before-the-bytes",
            in_one("Møte", &|it| *it.local_extra.last_mut().expect("a letter") ^= 1),
            malformed,
            says,
        ),
        case("one-too-many", in_one("Møte", &|_| ()), malformed, "added or changed"),
    ];
    for (raw, name) in [
        (&b"a.txt"[..], "b.txt"),
        (b"a.txt", "ä.txt"),
        (b"a.txt", "../a.txt"),
        (b"M\x9bte", "Mote"),
        (b"M\x9bte", "Måte"),
        (b"M\x9bte", "Møte.exe"),
        (b"M\xc3\xb8te", "M├©te"),
        (b"M\xc3\xb8te", "Mo\u{338}te"),
    ] {
        cases.push(case(format!("{raw:?} {name:?}"), with(vec![second(raw, name)]), malformed, says));
    }
    let built = small().changed(|zip| zip.entries.insert(4, entry(b"M\x9bte"))).build();
    let at = built.locals[4] + 30 + TOP.len() + "/data/M".len();
    cases.push(case("other-letter", built.put(at, [0x86]), malformed, "not the same name"));
    assert_refused(&cases);
}

/// The small archive's files, below the top folder, changed by a function and sealed again where lists went.
fn resealed(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let payload =
        [("data/a.md", b"first\n".to_vec()), ("data/b.md", b"second\n".to_vec()), ("data/c.md", b"third\n".to_vec())];
    let mut files = bag(&payload);
    change(&mut files);
    Zip::of(&sealed(files)).build().bytes
}

/// The same with the text of the payload's list changed; the list of lists fits again.
fn listed(change: impl FnOnce(String) -> Vec<u8>) -> Vec<u8> {
    resealed(|files| {
        files.retain(|(name, _)| !name.ends_with("/tagmanifest-sha256.txt"));
        let list = files.last_mut().expect("the list comes last");
        list.1 = change(String::from_utf8(list.1.clone()).expect("it is text"));
    })
}

#[test]
fn lists_in_any_other_grammar_are_refused() {
    let put = |from: &'static str, to: &'static str| listed(move |text| text.replacen(from, to, 1).into_bytes());
    let edits: Vec<(&str, Vec<u8>, &str)> = vec![
        ("bom", listed(|text| format!("\u{feff}{text}").into()), "line 1"),
        ("crlf", listed(|text| text.replace('\n', "\r\n").into()), "line 1"),
        ("cr", listed(|text| text.replace('\n', "\r").into()), "last line"),
        ("no-final-newline", listed(|text| text.trim_end().into()), "last line"),
        ("empty-line", listed(|text| text.replacen('\n', "\n\n", 1).into()), "line 2"),
        ("upper-case", listed(|text| text.to_uppercase().into()), "line 1"),
        (
            "unsorted",
            listed(|text| text.lines().rev().fold(String::new(), |all, line| all + line + "\n").into()),
            "line 2",
        ),
        ("twice", listed(|text| format!("{text}{text}").into()), "line 4"),
        (
            "line-twice",
            listed(|text| text.lines().fold(String::new(), |all, it| format!("{all}{it}\n{it}\n")).into()),
            "line 2",
        ),
        ("comment", listed(|text| format!("# files\n{text}").into()), "line 1"),
        ("one-space", put("  data/a", " data/a"), "line 1"),
        ("tab", put("  data/a", "\tdata/a"), "line 1"),
        ("three-spaces", put("  data/a", "   data/a"), "line 1"),
        ("binary-mark", put("  data/a", " *data/a"), "line 1"),
    ];
    let cases: Vec<Case> = edits.into_iter().map(|(name, bytes, says)| case(name, bytes, CHANGED, says)).collect();
    assert_refused(&cases);
}

#[test]
fn lists_of_other_files_or_with_other_digests_are_refused() {
    let digest = hex(b"first\n");
    let put = |from: &'static str, to: &'static str| listed(move |text| text.replacen(from, to, 1).into_bytes());
    let edits: Vec<(&str, Vec<u8>, &str)> = vec![
        ("dot-path", put("data/a", "./data/a"), "line 1"),
        ("dots", put("data/a", "data/../data/a"), "line 1"),
        ("double-slash", put("data/a", "data//a"), "line 1"),
        ("absolute", put("data/a.md", "/etc/passwd"), "line 1"),
        ("device", put("data/a.md", "/dev/zero"), "line 1"),
        ("drive", put("data/a.md", "C:/a.md"), "line 1"),
        ("home", put("data/a.md", "~/a.md"), "line 1"),
        ("backslash", put("data/a", "data\\a"), "line 1"),
        ("trailing-space", put("a.md", "a.md "), "line 1"),
        ("percent-newline", put("data/a.md", "data/a\u{0}.md"), "line 1"),
        ("c1", put("data/a.md", "data/a\u{85}.md"), "line 1"),
        ("bidi", put("data/a.md", "data/a\u{202e}.md"), "line 1"),
        ("not-of-payload", put("data/a.md", "bagit.txt"), "line 1"),
        ("itself", put("data/a.md", "manifest-sha256.txt"), "line 1"),
        ("not-utf-8", listed(|text| [text.as_bytes(), b"\xff\n"].concat()), "UTF-8"),
        ("utf-16", listed(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()), ""),
        ("short-digest", listed(|text| text.replacen(&digest, &digest[..63], 1).into()), "line 1"),
        ("long-digest", listed(|text| text.replacen(&digest, &format!("{digest}0"), 1).into()), "line 1"),
        ("md5", listed(|text| text.replacen(&digest, &digest[..32], 1).into()), "line 1"),
        (
            "prefix-only",
            listed(|text| text.replacen(&digest, &format!("{}{}", &digest[..32], "0".repeat(32)), 1).into()),
            "does not match",
        ),
    ];
    let mut cases: Vec<Case> = edits.into_iter().map(|(name, bytes, says)| case(name, bytes, CHANGED, says)).collect();
    cases.push(case(
        "line-gone",
        listed(|text| text.lines().skip(1).fold(String::new(), |all, it| all + it + "\n").into()),
        "archive-unlisted",
        "data/a.md",
    ));
    cases.push(case("empty", listed(|_| Vec::new()), "archive-unlisted", "data/b.md"));
    cases.push(case(
        "line-more",
        listed(|text| format!("{text}{digest}  data/z.md\n").into()),
        "archive-missing",
        "data/z.md",
    ));
    assert_refused(&cases);
}

#[test]
fn files_that_are_missing_added_or_not_what_an_archive_holds_are_refused() {
    let gone = |ending: &'static str| resealed(move |files| files.retain(|(name, _)| !name.ends_with(ending)));
    let edit = |ending: &'static str, from: &'static str, to: &'static str| {
        resealed(move |files| {
            files.retain(|(name, _)| !name.ends_with("/tagmanifest-sha256.txt"));
            let file = files.iter_mut().find(|(name, _)| name.ends_with(ending)).expect("it is there");
            file.1 = String::from_utf8_lossy(&file.1).replacen(from, to, 1).into_bytes();
        })
    };
    let more = |name: &'static str, sealed: bool| {
        resealed(move |files| {
            files.retain(|(name, _)| !sealed || !name.ends_with("manifest-sha256.txt"));
            files.push((format!("{TOP}/{name}"), b"x".to_vec()));
            files.sort();
        })
    };
    let (malformed, missing, unlisted) = ("archive-malformed", "archive-missing", "archive-unlisted");
    assert_refused(&[
        case("payload-gone", gone("data/b.md"), missing, "data/b.md"),
        case("declaration-gone", gone("bagit.txt"), missing, "bagit.txt"),
        case("info-gone", gone("bag-info.txt"), missing, "bag-info.txt"),
        case("payload-more", more("data/z.md", false), unlisted, "data/z.md"),
        case("tag-more", more("READ-ME.html", false), unlisted, "READ-ME.html"),
        case("second-list", more("manifest-md5.txt", true), unlisted, "second list"),
        case("fetched", more("fetch.txt", true), unlisted, "second list"),
        case("payload-changed", edit("data/b.md", "second", "secund"), CHANGED, "data/b.md"),
        case("tag-changed", resealed(|files| files[0].1.push(b'\n')), CHANGED, "bag-info.txt"),
        case("other-version", edit("bagit.txt", "1.0", "0.97"), malformed, "BagIt 1.0"),
        case("other-encoding", edit("bagit.txt", "UTF-8", "UTF-16"), malformed, "UTF-8"),
        case("oxum", edit("bag-info.txt", "Payload-Oxum: 1", "Payload-Oxum: 2"), malformed, "Payload-Oxum"),
        case("status", edit("bag-info.txt", "final", "approved"), malformed, "it does not say whether"),
        case(
            "status-twice",
            edit("bag-info.txt", "Akam-Status", "Akam-Status: final\nAkam-Status"),
            malformed,
            "twice",
        ),
        case(
            "unknown-label",
            edit("bag-info.txt", "Akam-Format: 1", "Akam-Format: 1\nTrusted: yes"),
            malformed,
            "line 7",
        ),
        case("continued-line", edit("bag-info.txt", "Ann Berg", "Ann\n Berg"), malformed, "line 2"),
    ]);
}

#[test]
fn what_would_fill_memory_or_disk_is_a_bomb_or_too_large() {
    let zeros = vec![0; 33 << 20];
    let spaces = vec![b' '; 40 << 20];
    let huge = resealed(|files| {
        files.retain(|(name, _)| !name.ends_with("manifest-sha256.txt"));
        files.push((format!("{TOP}/manifest-sha256.txt"), spaces));
    });
    let zip = small();
    let many = Zip::of(&bag(&[("data/x", Vec::new())])).with(|zip| {
        let file = Entry::file("", &vec![0; 31 << 20]);
        let entry = |at| Entry { name: format!("{TOP}/data/{at}").into(), ..file.clone() };
        zip.entries.extend((0..20).map(entry));
    });
    let small = zip.build();
    let cases = [
        case(
            "ratio",
            zip.with(|zip| zip.entries.insert(4, Entry::file(&format!("{TOP}/data/zeros"), &zeros))),
            "archive-bomb",
            "out of all proportion",
        ),
        case("many", many, "archive-bomb", "out of all proportion"),
        case("manifest", huge, "archive-bomb", "manifest-sha256.txt"),
        case("count", small.put(small.end + 8, [0xfe; 4]), "archive-malformed", "directory counts more"),
    ];
    assert_refused(&cases);
}

#[test]
fn no_finding_list_grows_with_the_number_of_files() {
    let files: Vec<(String, Vec<u8>)> = (0..5000).map(|at| (format!("{TOP}/data/{at}.md"), Vec::new())).collect();
    let bytes = Zip::of(&bag(&[("data/a.md", Vec::new())])).with(|zip| zip.entries.extend(Zip::of(&files).entries));
    let verdict = &judged(&[&bytes])[0];
    let found = errors(verdict);
    assert_eq!(found.len(), 21);
    assert_eq!(found[20]["message"], "4980 more like these: a file in the archive was not there when it was packed");
}
