//! Stories about what a document says: how much, under which headings, with which sources.

use std::fmt::Write;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FOLDER: &str = "1.D.3-customer-plan";
const DOCUMENT: &str = "1.D.3-customer-plan/evidence.md";
const REGISTER: &str = "1.D.3-customer-plan/artefacts.toml";

#[test]
fn a_short_document_without_artefacts_is_measured_by_the_full_guidance() {
    let sandbox = Sandbox::agreed().write(REGISTER, "document_only = \"All of it is confidential.\"\n");
    let sandbox = sandbox.remove(&format!("{FOLDER}/artefacts")).write(DOCUMENT, "# Plan\n\nPorter (1985) helped.\n");
    assert_data_eq!(
        sandbox.akam(&["check"]).expect(0, &[]).found("document-short"),
        str![[r#"
warning[document-short]: 3 words; the guidance for 4 parts is about 2,000
--> 1.D.3-customer-plan/evidence.md
help: write more, or attach what you made

"#]]
    );
}

#[test]
fn a_document_of_the_shorter_guidance_is_enough_with_artefacts_that_name_the_parts() {
    let mut text = "# Plan\n\nSee 1.D.3-A1 and 1.D.3-A2. I followed Ryals and McDonald (2008).\n\n".to_owned();
    for number in 0..560 {
        write!(text, "word{number} ").expect("a text can be written to");
    }
    let supports = "supports = [\"1.D.3.1\", \"1.D.3.2\", \"1.D.3.3\", \"1.D.3.4\"]";
    let sandbox = Sandbox::agreed().write(DOCUMENT, text);
    let sandbox = sandbox.edit(REGISTER, "supports = [\"1.D.3\", \"4.D.3.1\", \"5.D.1.1\"]", supports);
    let said = sandbox.akam(&["check", "1.D.3"]);
    said.expect(0, &["4/4", "1 warning"]);
}

#[test]
fn a_very_long_document_is_warned() {
    let said =
        Sandbox::agreed().append(DOCUMENT, &"\nOne more sentence of ten words stands in this line.\n".repeat(900));
    assert_data_eq!(
        said.akam(&["check"]).expect(0, &[]).found("document-long"),
        str![[r#"
warning[document-long]: 11,000 words; the guidance for 4 parts is about 2,000
--> 1.D.3-customer-plan/evidence.md
help: cut what answers no part, or move detail into an artefact

"#]]
    );
}

#[test]
fn a_part_without_section_and_artefact_is_unanswered() {
    let sandbox = Sandbox::agreed().edit(DOCUMENT, "## Objectives, strategies and value proposition", "## Aims");
    assert_data_eq!(
        sandbox.akam(&["check"]).expect(0, &["3/4"]).found("document-part-unanswered"),
        str![[r#"
warning[document-part-unanswered]: part 1.D.3.2 Objectives, strategies and value
  proposition (guide) has no section and no artefact
--> 1.D.3-customer-plan/evidence.md
help: write under a heading `## Objectives, strategies and value proposition`,
      or name `1.D.3.2` in an artefact's `supports`

"#]]
    );
}

#[test]
fn a_part_is_answered_under_its_code_in_any_language() {
    let sandbox = Sandbox::agreed().edit(DOCUMENT, "## Objectives, strategies and value proposition", "## 1.D.3.2 Mål");
    sandbox.akam(&["check"]).expect(0, &["1 warning"]);
}

#[test]
fn a_heading_with_nothing_under_it_answers_nothing() {
    let sandbox = Sandbox::agreed();
    let text = sandbox.read(DOCUMENT);
    let start = text.find("Four objectives for 2026").expect("the part has a text");
    let end = text.find("## Actions").expect("the next section follows");
    let said = sandbox.write(DOCUMENT, format!("{}{}", &text[..start], &text[end..])).akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("document-part-unanswered"),
        str![[r#"
warning[document-part-unanswered]: nothing answers part 1.D.3.2 (guide) yet
  --> 1.D.3-customer-plan/evidence.md:22:1
   |
22 | ## Objectives, strategies and value proposition
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: write under a heading `## Objectives, strategies and value proposition`,
      or name `1.D.3.2` in an artefact's `supports`

"#]]
    );
}

#[test]
fn a_document_that_cites_no_work_is_told_where_to_find_some() {
    let sandbox = Sandbox::agreed();
    let text = sandbox.read(DOCUMENT);
    let start = text.find("## Theory").expect("the example has a section on theory");
    let said = sandbox.write(DOCUMENT, &text[..start]).akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("document-no-source"),
        str![[r#"
warning[document-no-source]: no work of theory is cited
--> 1.D.3-customer-plan/evidence.md
help: `akam show 1.D.3` lists theory and sources that fit

"#]]
    );
}

#[test]
fn sources_that_the_framework_does_not_know_count_too() {
    let sandbox = Sandbox::agreed();
    let text = sandbox.read(DOCUMENT);
    let start = text.find("## Theory").expect("the example has a section on theory");
    let text = format!("{}## Kilder\n\n- Hansen, P. (2019) Nøglekunder\n", &text[..start]);
    assert_eq!(sandbox.write(DOCUMENT, text).akam(&["check"]).findings("document-no-source"), [""; 0]);
}

#[test]
fn a_log_of_actions_without_reasons_is_told_what_is_wanting() {
    let log =
        "# Plan\n\n".to_owned() + &"I called the customer. Then I wrote the plan. I sent it to all sites.\n".repeat(30);
    let said = Sandbox::agreed().write(DOCUMENT, log).akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("document-action-log"),
        str![[r#"
warning[document-action-log]: 90 of 90 sentences say "I did"; 0 give a reason
--> 1.D.3-customer-plan/evidence.md
help: say why you did it, and what came of it

"#]]
    );
}

/// What is said once a sentence is put before the first of the document.
fn check_with(text: &str) -> crate::sandbox::Said {
    Sandbox::agreed()
        .edit(DOCUMENT, "The plan began", &format!("{text} The plan began"))
        .akam(&["check"])
        .expect(0, &[])
}

#[test]
fn a_work_that_is_cited_and_not_listed_or_with_another_year_is_told() {
    let said = check_with("It follows Porter's (1985) chain (Ryals & McDonald, 2009), and Olsen et al. (2019, p. 4).");
    assert_data_eq!(
        said.found("document-citation"),
        str![[r#"
warning[document-citation]: `Porter (1985)` is cited, but not in the list of
  sources
 --> 1.D.3-customer-plan/evidence.md:5:12
  |
5 | It follows Porter's (1985) chain (Ryals & McDonald, 2009), and Olsen e…
  |            ^^^^^^^^^^^^^^
help: add it to the list, with author, year and title

warning[document-citation]: `Ryals and McDonald (2009)` is cited, but the list
  of sources has 2008
 --> 1.D.3-customer-plan/evidence.md:5:35
  |
5 | … Porter's (1985) chain (Ryals & McDonald, 2009), and Olsen et al. (201…
  |                          ^^^^^^^^^^^^^^^^^^^^^^
help: correct the year, or add this work to the list

warning[document-citation]: `Olsen (2019)` is cited, but not in the list of
  sources
 --> 1.D.3-customer-plan/evidence.md:5:64
  |
5 | … & McDonald, 2009), and Olsen et al. (2019, p. 4). The plan began with…
  |                          ^^^^^^^^^^^^^^^^^^
help: add it to the list, with author, year and title

"#]]
    );
}

#[test]
fn a_year_behind_a_name_is_no_citation_where_nothing_says_so() {
    for text in [
        "Customer A (2024) and Nordvik (2023) agreed (Oslo, 2024).",
        "Ryals and McDonald (2008), McDonald (2008) and (Rumelt 2011) helped.",
        "In March 2024 we won.",
    ] {
        assert_eq!(check_with(text).findings("document-citation"), [""; 0], "{text}");
    }
}

#[test]
fn a_work_that_is_listed_and_never_named_is_told() {
    let sandbox = Sandbox::agreed();
    let text = sandbox.read(DOCUMENT).trim_end().to_owned() + "\n- Zaltman, G. (2003) *How Customers Think*\n";
    let sandbox = sandbox.write(DOCUMENT, &text);
    let said = sandbox.akam(&["check"]).expect(0, &[]);
    assert_data_eq!(
        said.found("document-source-uncited"),
        str![[r#"
warning[document-source-uncited]: `Zaltman, G.` is listed, but the text never
  names it
  --> 1.D.3-customer-plan/evidence.md:88:3
   |
88 | - Zaltman, G. (2003) *How Customers Think*
   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: say what you took from this work, or take it off the list

"#]]
    );
    let numbered = sandbox.write(DOCUMENT, text.replace("The plan began", "The plan[^1] began") + "\n[^1]: See 5.\n");
    assert_eq!(numbered.akam(&["check"]).findings("document-source-uncited"), [""; 0], "works are cited by numbers");
}

#[test]
fn works_are_not_compared_where_none_are_listed() {
    let sandbox = Sandbox::agreed();
    let text = sandbox.read(DOCUMENT);
    let start = text.find("## Sources").expect("the example lists sources");
    let said = sandbox.write(DOCUMENT, &text[..start]).akam(&["check"]).expect(0, &[]);
    assert!(!said.out.contains("document-citation") && !said.out.contains("document-no-source"), "{}", said.out);
}

#[test]
fn ten_thousand_sources_and_citations_take_no_time() {
    let text =
        "\nPorter (1986) said.\n".repeat(6_000) + "\n## Sources\n\n" + &"- Porter, M. (1985) *A*\n".repeat(6_000);
    Sandbox::agreed().append(DOCUMENT, &text).akam_within(20, &["check"]);
}
