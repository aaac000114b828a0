//! Stories about a competency's document.

use snapbox::{IntoData, assert_data_eq, str};

use crate::sandbox::{Said, Sandbox};

const FOLDER: &str = "1.D.3-customer-plan";
const DOCUMENT: &str = "1.D.3-customer-plan/evidence.md";
/// The first words of the document's first paragraph.
const FIRST: &str = "The plan began with a count.";

/// What is said once the first words of the document are others.
pub fn check_with(text: &str) -> Said {
    Sandbox::agreed().edit(DOCUMENT, FIRST, text).akam(&["check"])
}

#[test]
fn artefacts_without_a_document_are_told_how_to_get_one() {
    let sandbox = Sandbox::agreed().remove(DOCUMENT);
    let said = sandbox.akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("document-missing"),
        str![[r#"
error[document-missing]: there is no document yet
--> 1.D.3-customer-plan
help: `akam init` adds one to write in

"#]]
    );
    sandbox.akam(&["init"]).expect(0, &["1.D.3-customer-plan/evidence.md"]);
    assert_eq!(sandbox.akam(&["check"]).findings("document-missing"), [""; 0]);
}

#[test]
fn two_documents_in_one_competency_are_one_too_many() {
    let said = Sandbox::agreed().write(&format!("{FOLDER}/Evidence.markdown"), "More.\n").akam(&["check"]);
    assert_data_eq!(
        said.expect(1, &["11 of 12 ready"]).found("document-several"),
        str![[r#"
error[document-several]: there are 2 documents: `Evidence.markdown`,
  `evidence.md`
--> 1.D.3-customer-plan
help: keep one; move the other into `private/`

"#]]
    );
}

#[test]
fn a_damaged_word_document_beside_the_untouched_scaffold_is_what_counts() {
    let sandbox = Sandbox::empty();
    sandbox.akam(&["init", "--name", "Ann Berg"]).expect(0, &[]);
    let said = sandbox.write(&format!("{FOLDER}/evidence.docx"), "PK").akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("document-unreadable"),
        str![[r#"
error[document-unreadable]: its file is damaged: this is not a ZIP archive, or
  part of it is missing
--> 1.D.3-customer-plan/evidence.docx
help: open it in the program it was written with and save it again, or take it
      from a backup

"#]]
    );
    assert!(!said.out.contains("document-several"), "{}", said.out);
}

#[test]
fn a_text_that_is_named_as_a_word_document_is_not_ignored() {
    let said = Sandbox::agreed().rename(DOCUMENT, &format!("{FOLDER}/evidence.docx")).akam(&["check"]);
    assert_data_eq!(
        said.expect(1, &["11 of 12 ready"]).found("document-unreadable"),
        str![[r#"
error[document-unreadable]: this is plain text, not a Word document
--> 1.D.3-customer-plan/evidence.docx
help: name it `evidence.md`, or open it in Word and save it as .docx

"#]]
    );
}

#[test]
fn fifty_megabytes_of_text_are_refused_at_once() {
    let sandbox = Sandbox::agreed().write(DOCUMENT, "word ".repeat(10_000_000));
    let said = sandbox.akam_within(20, &["check"]).expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("document-unreadable"),
        str![[r#"
error[document-unreadable]: it cannot be read: it is larger than 500 kB
--> 1.D.3-customer-plan/evidence.md
help: it may have 500 kB, about 75,000 words: keep what is to be read, and
      attach the rest as artefacts

"#]]
    );
}

#[test]
fn a_document_that_is_mark_up_rather_than_text_is_not_read() {
    let said = Sandbox::agreed().append(DOCUMENT, &"> ".repeat(50_000)).akam(&["check"]).expect(1, &["11 of 12 ready"]);
    assert!(said.found("document-unreadable").contains("characters of mark-up"), "{}", said.out);
}

#[test]
fn an_empty_document_is_as_good_as_none() {
    for text in ["", "# Plan\n\n## Analysis and insight\n\n## Outcome\n", "<!-- all of this is a note"] {
        let said = Sandbox::agreed().write(DOCUMENT, text).akam(&["check"]).expect(1, &["11 of 12 ready"]);
        assert_data_eq!(
            said.found("document-missing"),
            str![[r#"
error[document-missing]: there is nothing to read in the document
--> 1.D.3-customer-plan/evidence.md
help: `akam show 1.D.3` shows what it should answer

"#]]
        );
    }
}

#[test]
fn a_todo_left_in_the_text_is_found_at_its_line() {
    let said = check_with("The plan began with a count. TODO: when?").expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: `TODO` is still in the text
 --> 1.D.3-customer-plan/evidence.md:5:30
  |
5 | …lan began with a count. TODO: when? Between September 2022 and August …
  |                          ^^^^
help: write what is missing, or delete the note

"#]]
    );
}

#[test]
fn a_todo_is_found_whatever_its_mark_up_but_not_where_the_text_speaks_of_the_word() {
    check_with("**TODO** when?").expect(1, &["`TODO` is still in the text"]);
    let said = check_with("We kept a list called `TODO` for each visit.");
    assert!(!said.out.contains("document-prompt-left"), "{}", said.out);
}

#[test]
fn prompts_of_the_scaffold_are_counted_and_the_first_is_shown() {
    let said = check_with("<!-- akam:\nShow how you…\n-->\n\nText.\n\n<!-- akam: more -->").expect(1, &[]);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: 2 of akam's prompts are still in the text, the
  first here
 --> 1.D.3-customer-plan/evidence.md:5:1
  |
5 | <!-- akam:
  | ^^^^^^^^^^
help: once it is answered, delete it, from `<!-- akam:` to `-->`

"#]]
    );
}

#[test]
fn words_that_only_look_like_a_reminder_are_none() {
    for text in [
        "My todo list",
        "My TODO list",
        "To do this, I asked. TODO el equipo",
        "The mastodon",
        "Really?? Yes.",
        "The [insert](artefacts/account-plan.docx) was new.",
    ] {
        check_with(text).expect(0, &["1 warning"]);
    }
}

#[test]
fn a_link_to_nothing_is_found() {
    let said = check_with("See the [plan](artefacts/plan.docx).").expect(1, &["11 of 12 ready"]);
    assert_data_eq!(
        said.found("document-broken-link"),
        str![[r#"
error[document-broken-link]: `artefacts/plan.docx` does not exist
 --> 1.D.3-customer-plan/evidence.md:5:9
  |
5 | See the [plan](artefacts/plan.docx). Between September 2022 and August…
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: correct the path, or attach the file with `akam attach FILE --to 1.D.3`

"#]]
    );
}

#[test]
fn a_link_to_a_folder_in_which_something_is_packed_is_right_here_and_in_the_archive() {
    let entry = "\n[[artefact]]\nfile = \"artefacts/minutes/march/1.txt\"\nshows = \"x\"\nshare = 100\n";
    let sandbox = Sandbox::agreed()
        .write("1.D.3-customer-plan/artefacts/minutes/march/1.txt", "Decided.")
        .append("1.D.3-customer-plan/artefacts.toml", entry)
        .edit(
            DOCUMENT,
            FIRST,
            "The [minutes](artefacts/minutes/) and [those of March](artefacts/minutes/march/1.txt).",
        );
    sandbox.akam(&["check"]).expect(0, &["1 warning"]);
    sandbox.akam(&["pack", "--only", "1.D.3"]).expect(0, &["packed"]);
    let archive = sandbox.names().into_iter().find(|name| name.ends_with("1.D.3.zip")).expect("it was packed");
    let said = sandbox.akam(&["verify", &archive]).expect(0, &["all as listed"]);
    assert_eq!(said.findings("document-broken-link"), Vec::<String>::new());
}

#[test]
fn a_link_with_the_separators_of_windows_is_told_how_to_be_written() {
    let said = check_with("See the [plan](artefacts\\account-plan.docx).").expect(1, &["11 of 12 ready"]);
    let message = "error[document-broken-link]: a path in a link is written with `/`, also on Windows";
    said.expect(1, &[message, "help: write it as `artefacts/account-plan.docx`"]);
}

#[test]
fn a_note_in_a_comment_is_warned_since_the_assessor_receives_the_file() {
    let said = check_with("Yes. <!-- ask Henrik -->").expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("document-comments"),
        str![[r#"
warning[document-comments]: a comment stays in the file that the assessor
  receives
 --> 1.D.3-customer-plan/evidence.md:5:6
  |
5 | Yes. <!-- ask Henrik --> Between September 2022 and August 2023 our en…
  |      ^^^^^^^^^^^^^^^^^^^
help: delete it

"#]]
    );
}

#[test]
fn a_comment_that_is_never_closed_hides_the_rest_and_is_told_so() {
    let said = check_with("The plan.\n\n<!-- a note").expect(1, &[]);
    assert_data_eq!(
        said.found("document-text-lost"),
        str![[r#"
error[document-text-lost]: this comment is never closed: all that follows is
  hidden
 --> 1.D.3-customer-plan/evidence.md:7:1
  |
7 | <!-- a note Between September 2022 and August 2023 our engineers and t…
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: close it with `-->`

"#]]
    );
    check_with("<!-- akam: a prompt").expect(1, &["this comment is never closed"]);
}

#[test]
fn a_picture_from_the_network_is_warned_and_one_of_the_artefacts_is_not() {
    let said = check_with("![Map](https://example.org/map.png)").expect(0, &["12 of 12 ready"]);
    assert_data_eq!(
        said.found("document-remote-image"),
        str![[r#"
warning[document-remote-image]: the page will show this picture's address
  instead of the picture
 --> 1.D.3-customer-plan/evidence.md:5:1
  |
5 | ![Map](https://example.org/map.png) Between September 2022 and August …
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: save the picture and attach it with `akam attach`

"#]]
    );
    let own = "![Map](../5.D.1-customer-relationships/artefacts/relationship-map.png)";
    check_with(own).expect(0, &["1 warning"]);
}

#[test]
fn nothing_in_a_document_can_steer_the_terminal() {
    let said = check_with("TODO: \u{1b}[2J\u{1b}]0;owned\u{7} \u{9b}31m \u{202e}x").expect(1, &[]);
    assert!(!said.out.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{:?}", said.out);
    assert_data_eq!(
        said.found("document-prompt-left"),
        str![[r#"
error[document-prompt-left]: `TODO` is still in the text
 --> 1.D.3-customer-plan/evidence.md:5:1
  |
5 | TODO: \u{1b}[2J\u{1b}]0;owned\u{7} \u{9b}31m \u{202e}x Between September 2022 and August 2023…
  | ^^^^
help: write what is missing, or delete the note

"#]]
        .raw()
    );
}

#[test]
fn a_thousand_reminders_on_one_line_take_no_time_and_no_screen() {
    let said = Sandbox::agreed().append(DOCUMENT, &"TODO ".repeat(40_000)).akam_within(20, &["check"]);
    assert!(said.out.len() < 100_000, "{} bytes were printed", said.out.len());
}
