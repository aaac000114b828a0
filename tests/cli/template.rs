//! Stories about the documents that are made to write in.

use crate::sandbox::Sandbox;

pub const FOLDER: &str = "1.D.3-customer-plan";

/// A new portfolio with documents of a kind.
pub fn made(kind: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--documents", kind, "--name", "Ann Berg", "--key-account", "A"]).expect(0, &["made a"]);
    sandbox
}

fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("it is a ZIP file");
    std::io::read_to_string(zip.by_name(name).expect("the part is there")).expect("it is a text")
}

#[test]
fn word_documents_have_real_headings_and_prompts_that_go_when_one_types() {
    let sandbox = made("word");
    let file = std::fs::read(sandbox.path(FOLDER).join("evidence.docx")).expect("it was made");
    let text = part(&file, "word/document.xml");
    assert!(
        text.contains(r#"<w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t xml:space="preserve">1.D.3 Customer plan<"#)
    );
    assert_eq!(text.matches(r#"<w:pStyle w:val="Heading2"/>"#).count(), 4 + 4, "{text}");
    assert_eq!(text.matches("<w:showingPlcHdr/>").count(), 2 + 4 + 4, "{text}");
    assert!(part(&file, "word/styles.xml").contains(r#"<w:name w:val="heading 2"/>"#));
    assert!(part(&file, "word/styles.xml").contains(r#"<w:outlineLvl w:val="1"/>"#));
    let again = std::fs::read(made("word").path(FOLDER).join("evidence.docx")).expect("it was made");
    assert_eq!(file, again, "it has the same bytes each time");
}

#[test]
fn open_document_texts_have_real_headings_and_placeholders() {
    let file = std::fs::read(made("odt").path(FOLDER).join("evidence.odt")).expect("it was made");
    assert_eq!(&file[30..38], b"mimetype");
    let text = part(&file, "content.xml");
    assert_eq!(text.matches(r#"text:outline-level="2""#).count(), 4 + 4, "{text}");
    assert_eq!(text.matches("<text:placeholder ").count(), 2 + 4 + 4, "{text}");
}

#[test]
fn nothing_is_added_where_a_document_of_any_kind_is() {
    let sandbox = made("markdown");
    let before = sandbox.snapshot();
    sandbox.akam(&["init", "--documents", "word"]).expect(0, &["nothing is missing"]);
    assert_eq!(sandbox.snapshot(), before);
    let sandbox = made("word");
    sandbox.akam(&["init", "--documents", "odt"]).expect(0, &["nothing is missing"]);
}

#[test]
fn a_missing_document_is_added_in_the_kind_that_the_others_have() {
    let sandbox = made("word").remove(&format!("{FOLDER}/evidence.docx"));
    sandbox.akam(&["init"]).expect(0, &["1.D.3-customer-plan/evidence.docx"]);
    let sandbox = sandbox.remove(&format!("{FOLDER}/evidence.docx"));
    sandbox.akam(&["init", "--documents", "odt"]).expect(0, &["1.D.3-customer-plan/evidence.odt"]);
}
