//! Stories about more than anybody writes: it is not read, and that is told.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::sign_off_record::waiting;

const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";

/// A portfolio in each of whose competencies a file is another.
fn with_each(file: &str, text: &str, most: usize) -> Sandbox {
    let folders: Vec<String> = Sandbox::agreed().names().into_iter().filter(|name| name.contains(".D.")).collect();
    let write = |sandbox: Sandbox, folder: &String| sandbox.write(&format!("{folder}/{file}"), text);
    folders.iter().take(most).fold(Sandbox::agreed(), write)
}

#[test]
fn an_artefact_supports_twenty_codes_at_most() {
    let codes = "\"1.D.3.1\", ".repeat(21);
    let entry = format!("\n[[artefact]]\nfile = \"artefacts/customer-plan-2026.md\"\nsupports = [{codes}]\n");
    let said = Sandbox::agreed().append(REGISTER, &entry).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: it supports 21 codes; at most 20 of one artefact
  are read
  --> 1.D.3-customer-plan/artefacts.toml:20:8
   |
20 | file = "artefacts/customer-plan-2026.md"
   |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: name the few that it proves most

"#]]
    );
}

#[test]
fn a_file_of_nothing_but_signs_is_not_taken_apart() {
    let said = Sandbox::agreed().append(REGISTER, &format!("\nx = [{}]\n", "1,".repeat(100_000))).akam(&["check"]);
    assert_data_eq!(
        said.expect(1, &[]).found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: it holds more than 100000 values, which is not read
--> 1.D.3-customer-plan/artefacts.toml
help: take out what akam did not ask for

"#]]
    );
}

#[test]
fn all_registers_list_ten_thousand_artefacts_at_most() {
    let entries: String = (0..1900).map(|at| format!("[[artefact]]\nfile = \"artefacts/{at}\"\n")).collect();
    let said = with_each("artefacts.toml", &entries, 6).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("portfolio-unreadable"),
        str![[r#"
error[portfolio-unreadable]: it is not read: with it, all registers list more
  than 10000 artefacts or 20000 codes
--> 2.D.3-business-development/artefacts.toml
help: attach what belongs together as one file, as an archive or a PDF

"#]]
    );
}

#[test]
fn all_documents_and_registers_have_four_megabytes_at_most() {
    let text = format!("# Plan\n\n{}\n", "Word after word. ".repeat(25_000));
    let said = with_each("evidence.md", &text, 10).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("document-unreadable"),
        str![[r#"
error[document-unreadable]: it is not read: with it, all documents and registers
  have more than 4 MB together
--> 4.D.3-customer-plan-implementation/evidence.md
help: keep what is to be read, and attach long lists as artefacts

"#]]
    );
}

#[test]
fn sign_offs_hold_so_many_records_at_most() {
    let sandbox = Sandbox::complete();
    let text = sandbox.read("sign-offs/2026-11-18-line-manager/request.toml") + "# more\n";
    let long = format!("{text}#{}\n", "x".repeat(2_000_000));
    let copies =
        (0..6).fold(sandbox, |sandbox, at| sandbox.write(&format!("sign-offs/2025-0{at}/request.toml"), &*long));
    let said = copies.akam(&["check"]).expect(1, &[]);
    let told = said.findings("sign-off-unreadable").into_iter().find(|found| found.contains("they are not read"));
    assert_data_eq!(
        told.unwrap_or(said.out),
        str![[r#"
error[sign-off-unreadable]: up to `sign-offs/2025-01` they are not read: all
  together are more than 100, or hold more than 10 MB of records and texts or
  250 MB in all
--> sign-offs
help: move sign-offs that do not count any more to `private/`

"#]]
    );
}

#[test]
fn an_e_mail_of_more_text_than_anybody_writes_is_no_proof() {
    let (sandbox, fingerprint) = waiting();
    let head = "From: Maria Lind <maria.lind@nordvik.example>\nDate: Sun, 22 Nov 2026 08:00:00 +0100\n";
    let form = format!("1.D.3: true as far as I saw it\nFingerprint: {fingerprint}\n");
    let long = format!("{head}\n{form}{}", "The same line again and again, because nobody stops me.\n".repeat(80_000));
    let encoded = ("QUJD".repeat(18) + "\n").repeat(200_000);
    let parts = format!("{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{form}--b\n");
    let attached = format!("{parts}Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{encoded}--b--\n");
    let sandbox = sandbox.write("../long.eml", long).write("../attached.eml", attached);
    let record = |name: &str| sandbox.akam_within(20, &["sign-off", "record", "--proof", name]);
    record("../long.eml")
        .expect(2, &["`long.eml` cannot be a proof", "has a text of more than 4000000 bytes", "help:"]);
    // A large picture is not a text.
    record("../attached.eml").expect(0, &["recorded"]);
}

#[test]
fn a_text_of_pages_in_a_register_is_told() {
    let entry = format!("\n[[artefact]]\nfile = \"artefacts/x.txt\"\nshows = \"{}\"\n", "words ".repeat(700));
    let said = Sandbox::agreed().append(REGISTER, &entry).akam(&["check"]).expect(1, &[]);
    said.expect(
        1,
        &["this text has more than 4000 bytes, about 600 words, and is not read", "-->", "artefacts.toml:21:9"],
    );
}

#[test]
fn a_document_of_nothing_but_headings_is_told() {
    let said = Sandbox::agreed().append("1.D.3-customer-plan/evidence.md", &"\n## a\n".repeat(1000)).akam(&["check"]);
    said.expect(1, &["headings; at most 1000 are read"]);
    let long = format!("\n# {}\n", "x".repeat(1001));
    let said = Sandbox::agreed().append("1.D.3-customer-plan/evidence.md", &long).akam(&["check"]);
    said.expect(1, &["this heading has more than 1000 bytes, so the document is not read"]);
}

#[test]
fn one_artefact_more_than_is_read_is_not_attached() {
    let entries: String = (0..2000).map(|at| format!("[[artefact]]\nfile = \"artefacts/{at}\"\n")).collect();
    let full = Sandbox::agreed().write(REGISTER, &*entries).write("../minutes.txt", "minutes");
    let before = full.snapshot();
    let attach = |sandbox: &Sandbox| sandbox.akam(&["attach", "../minutes.txt", "--to", "1.D.3"]);
    assert_data_eq!(
        attach(&full).expect(2, &[]).err,
        str![[r#"
error: with one more artefact, `1.D.3-customer-plan/artefacts.toml` cannot be read: it lists 2001 artefacts; at most 2000 are read
help: attach what belongs together as one file, as an archive or a PDF

"#]]
    );
    assert_eq!(full.snapshot(), before);
    let long = format!("# {}\n", "x".repeat(999_990));
    let sandbox = Sandbox::agreed().write(REGISTER, long).write("../minutes.txt", "minutes");
    attach(&sandbox).expect(2, &["with one more artefact, `1.D.3-customer-plan/artefacts.toml` is more than is read"]);
}

#[test]
fn a_text_that_cannot_be_searched_for_names_is_told() {
    let long = format!("# Plan\n\nNordvik. {}\n", "Word after word. ".repeat(30_000));
    let sandbox = Sandbox::agreed().write("private/names.toml", "[names]\n\"Real Name\" = \"the customer\"\n");
    let said = sandbox.write("1.D.3-customer-plan/evidence.md", long).akam(&["check"]).expect(1, &[]);
    assert_data_eq!(
        said.found("privacy-name-left"),
        str![[r#"
error[privacy-name-left]: this file is not searched for the names in
  `private/names.toml`
--> 1.D.3-customer-plan/evidence.md
help: correct what keeps akam from reading it; until then, nobody knows whether
      it contains a real name

"#]]
    );
}

#[test]
fn a_reason_that_could_not_be_read_again_is_not_kept() {
    let sandbox = Sandbox::complete();
    let before = sandbox.snapshot();
    let reason = "He left. ".repeat(500);
    let said = sandbox.akam(&["sign-off", "withdraw", "2026-11-19-other", "--reason", &reason]);
    said.expect(
        2,
        &["this cannot be kept: this text has more than 4000 bytes, about 600 words, and is not read", "shorten it"],
    );
    assert_eq!(sandbox.snapshot(), before);
}
