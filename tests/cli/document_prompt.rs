//! Stories about questions from akam that are left in a document.

use snapbox::{assert_data_eq, str};

use crate::document::check_with;
use crate::sandbox::Sandbox;
use crate::template::{FOLDER, made};

#[test]
fn what_is_written_beside_a_question_counts_and_the_question_does_not() {
    let sandbox = made("markdown");
    let path = format!("{FOLDER}/evidence.md");
    let said = sandbox.edit(&path, "\n## Outcome\n", "\nWe won.\n\n## Outcome\n").akam(&["check", "1.D.3"]);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: 10 of akam's prompts are still in the text, the
  first here
 --> 1.D.3-customer-plan/evidence.md:3:3
  |
3 | > akam: The plan is where what you know becomes an offer of value that…
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: once it is answered, delete its lines, which begin with `>`; keep what
      you wrote

"#]]
    );
    assert_data_eq!(
        said.found("document-short"),
        str![[r#"
warning[document-short]: 2 words; the guidance for 4 parts is about 2,000
--> 1.D.3-customer-plan/evidence.md
help: write more, or attach what you made

"#]]
    );
}

#[test]
fn text_that_is_typed_right_below_a_question_or_into_it_is_not_lost() {
    for (from, to) in [
        ("changed as a result\n", "changed as a result\nWe asked three colleagues.\n"),
        ("changed as a result\n", "changed as a result\n> We asked three colleagues.\n"),
        ("from which sources, and why\n", "from which sources, and why\n\nWe asked three colleagues.\n\n"),
    ] {
        let sandbox = made("markdown").edit(&format!("{FOLDER}/evidence.md"), from, to);
        let said = sandbox.akam(&["check", "1.D.3"]).expect(1, &["of akam's prompts are still in the text"]);
        assert!(!said.out.contains("\n0 words"), "{}", said.out);
    }
}

#[test]
fn text_inside_a_hidden_question_is_pointed_out() {
    let said = check_with("<!-- akam:\nShow how you:\nThe plan began with a count of our customers.\n-->\n\nText.")
        .expect(1, &[]);
    assert_data_eq!(
        said.found("document-text-in-prompt"),
        str![[r#"
error[document-text-in-prompt]: your text is inside the prompt, where no reader
  sees it
 --> 1.D.3-customer-plan/evidence.md:5:1
  |
5 | <!-- akam:
  | ^^^^^^^^^^
help: remove only the marks `<!-- akam:` and `-->`, then akam's own questions;
      keep what you wrote

"#]]
    );
    assert_eq!(said.findings("document-prompt-left"), [""; 0]);
}

#[test]
fn questions_of_older_versions_are_known() {
    let text = "The works you cited: author, year, title.\nAny good source counts, in any language.";
    let said = check_with(&format!("<!-- akam:\n{text}\n-->\n\nText.")).expect(1, &[]);
    assert_eq!(said.findings("document-text-in-prompt"), [""; 0]);
    assert_eq!(said.findings("document-prompt-left").len(), 1);
}

#[test]
fn a_question_is_one_whatever_carries_it() {
    let ask = "The works you cited: author, year, title. AKAM's lists are not complete; it asks to be told of other good \
        sources, above all of those that are not in English.";
    for text in [
        format!("{ask}\n\nText."),
        format!("**{ask}**\n\nText."),
        format!("Text.\n\n- {}\n\nMore.", ask.replace("; ", ";\n  ")),
        format!("Text.\n{ask}\nMore."),
    ] {
        let said = check_with(&text).expect(1, &["1 error"]);
        assert_eq!(said.findings("document-prompt-left").len(), 1, "{}", said.out);
    }
    check_with(&format!("{ask} I cite two.")).expect(0, &[]);
    check_with(&ask.replace("good", "excellent")).expect(0, &[]);
}

/// A Word document with another text.
fn with_text(sandbox: Sandbox, change: impl Fn(&str) -> String) -> Sandbox {
    let path = format!("{FOLDER}/evidence.docx");
    let file = std::fs::read(sandbox.path(&path)).expect("it was made");
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(&file)).expect("it is a ZIP file");
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let part = old.by_index(at).expect("the part is there");
        let name = part.name().expect("it is a text").into_owned();
        let text = std::io::read_to_string(part).expect("it is a text");
        let text = if name == "word/document.xml" { change(&text) } else { text };
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("it can be written");
        std::io::Write::write_all(&mut new, text.as_bytes()).expect("it can be written");
    }
    let file = new.finish().expect("it can be written").into_inner();
    sandbox.write(&path, file)
}

#[test]
fn questions_that_are_left_in_a_word_document_are_found() {
    let typed = |text: &str| text.replacen("<w:p><w:sdt>", "<w:p><w:r><w:t>We won.</w:t></w:r></w:p><w:p><w:sdt>", 1);
    let said = with_text(made("word"), typed).akam(&["check", "1.D.3"]).expect(1, &["2 words; the guidance"]);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: 10 of akam's prompts are still in the text, the
  first here
--> 1.D.3-customer-plan/evidence.docx, prompt in paragraph 3
help: write your answer in its place, or delete it

"#]]
    );
}

#[test]
fn a_question_is_found_where_a_program_keeps_it_as_text() {
    let plain = |text: &str| {
        text.replace("<w:temporary/><w:showingPlcHdr/>", "").replacen(
            "</w:sdt></w:p>",
            "</w:sdt></w:p><w:p><w:r><w:t>We won.</w:t></w:r></w:p>",
            1,
        )
    };
    let said = with_text(made("word"), plain).akam(&["check", "1.D.3"]).expect(1, &["2 words; the guidance"]);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: 10 of akam's prompts are still in the text, the
  first here
--> 1.D.3-customer-plan/evidence.docx, paragraph 2
    (`The plan is where what you know becomes …`), under `1.D.3 Customer plan`
help: write your answer in its place, or delete it

"#]]
    );
}

#[test]
fn what_is_typed_in_place_of_a_question_is_the_answer() {
    let answer = "We asked three colleagues what the customer had said, and why. ".repeat(3);
    let filled = |text: &str| {
        let mut paragraphs: Vec<String> = text.split("<w:p>").map(str::to_owned).collect();
        for paragraph in paragraphs.iter_mut().filter(|it| it.starts_with("<w:sdt>")) {
            *paragraph = format!("<w:r><w:t>{answer}</w:t></w:r></w:p>\n");
        }
        paragraphs.join("<w:p>")
    };
    let said = with_text(made("word"), filled).akam(&["check", "1.D.3"]);
    assert_eq!(said.findings("document-prompt-left"), [""; 0]);
    assert_eq!(said.findings("document-part-unanswered"), [""; 0], "{}", said.out);
}
