//! Stories about documents in Word, `OpenDocument` and PDF.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Said, Sandbox};

const FOLDER: &str = "1.D.3-customer-plan";

/// A Word document with a body.
fn word(body: &str) -> Vec<u8> {
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body>\
         </w:document>"
    );
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
            ),
        ),
        ("word/document.xml", document),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("it can be written");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("it can be written");
    }
    zip.finish().expect("it can be written").into_inner()
}

#[test]
#[ignore = "needs other people's tools"]
fn what_pandoc_makes_of_a_document_has_the_same_words_parts_and_links() {
    let sandbox = Sandbox::agreed();
    let coverage = |said: Said| {
        let line = said.out.lines().find(|line| line.starts_with("1.D.3")).unwrap_or_default().to_owned();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let before = coverage(sandbox.akam(&["check", "1.D.3"]));
    for kind in ["docx", "odt"] {
        let sandbox = Sandbox::agreed();
        let folder = sandbox.path(FOLDER);
        let mut pandoc = std::process::Command::new("pandoc");
        let made = pandoc.current_dir(&folder).args(["evidence.md", "-o", &format!("evidence.{kind}")]).status();
        assert!(made.is_ok_and(|status| status.success()), "pandoc is installed (Debian: pandoc)");
        let sandbox = sandbox.remove(&format!("{FOLDER}/evidence.md"));
        let said = sandbox.akam(&["check", "1.D.3"]);
        assert_eq!(said.findings("document-broken-link"), [""; 0]);
        assert_eq!(said.findings("artefact-unmentioned"), [""; 0], "its links lead to the artefacts");
        assert_eq!(coverage(said), before, "{kind}");
    }
}

/// What is said once the document of a competency is another one.
fn check_with(name: &str, bytes: &[u8]) -> Said {
    let sandbox = Sandbox::agreed().remove(&format!("{FOLDER}/evidence.md"));
    sandbox.write(&format!("{FOLDER}/{name}"), bytes).akam(&["check", "1.D.3"])
}

fn check_word(body: &str) -> Said {
    check_with("evidence.docx", &word(body))
}

#[test]
fn a_word_document_is_read_and_its_places_are_paragraphs() {
    let said = check_word(
        "<w:p><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr><w:r><w:t>Analysis and insight</w:t></w:r></w:p>\
         <w:p><w:r><w:t xml:space=\"preserve\">The forecast rose by a fifth, and </w:t></w:r><w:r><w:t>TODO</w:t></w:r>\
         <w:r><w:t>: say why it did so.</w:t></w:r></w:p>",
    );
    assert!(!said.out.contains("## ") && !said.out.contains("]("), "no marks of Markdown are asked for: {}", said.out);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: `TODO` is still in the text
--> 1.D.3-customer-plan/evidence.docx, paragraph 2
    (`The forecast rose by a fifth, and TODO: …`), under `Analysis and insight`
help: write what is missing, or delete the note

"#]]
    );
}

#[test]
fn what_the_file_holds_besides_its_text_is_said() {
    let said = check_word(
        "<w:p><w:r><w:t xml:space=\"preserve\">We won </w:t></w:r><w:del w:author=\"A\"><w:r><w:delText>no</w:delText></w:r></w:del>\
         <w:ins w:author=\"A\"><w:r><w:t>two</w:t></w:r></w:ins><w:r><w:t xml:space=\"preserve\"> accounts.</w:t></w:r>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>Ask Henrik.</w:t></w:r></w:p>\
         <w:p><w:fldSimple w:instr=\" DATE \"><w:r><w:t>28 November 2026</w:t></w:r></w:fldSimple></w:p>",
    );
    assert_data_eq!(
        said.found("document-tracked-changes") + &said.found("document-hidden-text") + &said.found("document-fields"),
        str![[r#"
warning[document-tracked-changes]: 2 tracked changes are still in the file, the
  first here
--> 1.D.3-customer-plan/evidence.docx, paragraph 1 (`We won two accounts.`)
help: in Word: Review, Accept, Accept All Changes and Stop Tracking, then save
warning[document-hidden-text]: a passage is hidden in the file
--> 1.D.3-customer-plan/evidence.docx, paragraph 1 (`We won two accounts.`)
help: delete it, or show it if it belongs to your text
warning[document-fields]: the field `DATE` changes by itself when the file is
  opened
--> 1.D.3-customer-plan/evidence.docx, paragraph 2 (`28 November 2026`)
help: in Word: click it, then Ctrl+Shift+F9 makes it a text; or write the words

"#]]
    );
}

#[test]
fn a_cell_beyond_the_columns_of_a_table_is_on_no_page() {
    let said = check_with("evidence.md", b"# Plan\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n");
    assert_data_eq!(
        said.found("document-text-lost"),
        str![[r#"
error[document-text-lost]: this cell is beyond the table's columns, so it is not
  on the page
 --> 1.D.3-customer-plan/evidence.md:5:11
  |
5 | | 1 | 2 | 3 |
  |           ^
help: give the first two rows of the table as many columns as this one

"#]]
    );
}

#[test]
fn each_file_that_is_no_document_is_named_with_its_remedy() {
    for (name, bytes, said) in [
        ("evidence.docx", &b""[..], "empty"),
        ("evidence.docx", b"{\\rtf1 text}", "RTF"),
        ("evidence.docx", b"<html><body>text</body></html>", "HTML"),
        ("evidence.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "Word"),
        ("evidence.docx", b"PK\x03\x04 and no more", "damaged"),
        ("evidence.odt", b"PK\x03\x04 and no more", "damaged"),
        ("evidence.pdf", b"%PDF-1.7 and no more", "damaged"),
        ("evidence.pdf", b"plain text", "PDF"),
    ] {
        let found = check_with(name, bytes).found("document-unreadable");
        assert!(found.contains(said) && found.contains("help:"), "{name}: {found}");
    }
}

#[test]
fn a_file_that_is_probably_the_document_is_named_as_such() {
    let sandbox = Sandbox::agreed().rename(&format!("{FOLDER}/evidence.md"), &format!("{FOLDER}/evidence.md.txt"));
    let said = sandbox.akam(&["check", "1.D.3"]);
    assert!(said.findings("artefact-unlisted").is_empty());
    assert_data_eq!(
        said.found("document-missing"),
        str![[r#"
error[document-missing]: there is no document, but `evidence.md.txt` is probably
  meant as one
--> 1.D.3-customer-plan
help: rename it to `evidence.md`

"#]]
    );
    let sandbox = Sandbox::agreed().write(&format!("{FOLDER}/Evidence final.docx"), word("<w:p/>"));
    assert_data_eq!(
        sandbox.akam(&["check", "1.D.3"]).found("document-several"),
        str![[r#"
error[document-several]: this is probably another version of `evidence.md`
--> 1.D.3-customer-plan/Evidence final.docx
help: keep the better text as `evidence.md`, and move this file into `private/`

"#]]
    );
}
