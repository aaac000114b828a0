//! Stories about where the links of a document lead.

use snapbox::{assert_data_eq, str};

use crate::document::check_with;
use crate::sandbox::Sandbox;

const DOCUMENT: &str = "1.D.3-customer-plan/evidence.md";
const FIRST: &str = "The plan began with a count.";

#[test]
fn a_link_out_of_the_portfolio_is_found() {
    let said = check_with("See the [plan](../../plan.docx), [that](/etc/passwd).").expect(1, &[]);
    assert_data_eq!(
        said.found("document-broken-link"),
        str![[r#"
error[document-broken-link]: this link leads out of the portfolio
 --> 1.D.3-customer-plan/evidence.md:5:9
  |
5 | See the [plan](../../plan.docx), [that](/etc/passwd). Between Septembe…
  |         ^^^^^^^^^^^^^^^^^^^^^^^
help: attach the file with `akam attach FILE --to 1.D.3` and link to it there

error[document-broken-link]: this link leads out of the portfolio
 --> 1.D.3-customer-plan/evidence.md:5:34
  |
5 | …plan](../../plan.docx), [that](/etc/passwd). Between September 2022 an…
  |                          ^^^^^^^^^^^^^^^^^^^
help: attach the file with `akam attach FILE --to 1.D.3` and link to it there

"#]]
    );
}

#[test]
fn a_link_into_private_is_found() {
    let said = check_with("See [the names](../private/names.toml).").expect(1, &[]);
    assert_data_eq!(
        said.found("document-broken-link"),
        str![[r#"
error[document-broken-link]: this link leads into `private/`, which is never
  packed
 --> 1.D.3-customer-plan/evidence.md:5:5
  |
5 | See [the names](../private/names.toml). Between September 2022 and Aug…
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: attach what the assessor may see; the rest stays private

"#]]
    );
}

#[test]
fn a_link_to_a_competency_that_is_left_out_is_found() {
    let sandbox = Sandbox::complete().write("3.D.1-it-system-and-process-literacy/evidence.md", "Some words here.\n");
    let sandbox = sandbox.edit(DOCUMENT, FIRST, "See [there](../3.D.1-it-system-and-process-literacy/evidence.md).");
    assert_data_eq!(
        sandbox.akam(&["check"]).expect(1, &[]).found("document-broken-link"),
        str![[r#"
error[document-broken-link]:
  `../3.D.1-it-system-and-process-literacy/evidence.md` is not part of what
  is submitted
 --> 1.D.3-customer-plan/evidence.md:5:5
  |
5 | See [there](../3.D.1-it-system-and-process-literacy/evidence.md). Betw…
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: copy the file into this competency's artefacts, or remove the link

"#]]
    );
}

#[test]
fn a_link_that_could_run_a_program_is_found() {
    let said = check_with("See [this](javascript:alert(1)), [that](file:///etc/passwd).").expect(1, &[]);
    assert_data_eq!(
        said.found("document-broken-link"),
        str![[r#"
error[document-broken-link]: a link of the kind `javascript:` does not work for
  the assessor
 --> 1.D.3-customer-plan/evidence.md:5:5
  |
5 | See [this](javascript:alert(1)), [that](file:///etc/passwd). Between S…
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: link to an artefact, or to a page on the web

error[document-broken-link]: a link of the kind `file:` does not work for the
  assessor
 --> 1.D.3-customer-plan/evidence.md:5:34
  |
5 | …](javascript:alert(1)), [that](file:///etc/passwd). Between September …
  |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^
help: link to an artefact, or to a page on the web

"#]]
    );
}

#[test]
fn links_that_an_assessor_can_follow_are_fine() {
    let text = "See [it](../4.D.3-customer-plan-implementation/artefacts/action-tracker.csv), \
        [the text](../4.D.3-customer-plan-implementation/evidence.md#outcome), [below](#outcome), \
        [the web](https://example.org/plan), [the minutes](<../4.D.2-communication/artefacts/Møtereferat mars 2025.pdf>), \
        [again](../4.D.2-communication/artefacts/M%C3%B8tereferat%20mars%202025.pdf), \
        [me](mailto:ingrid.solberg@nordvik.example).";
    let said = check_with(text);
    assert_eq!(said.findings("document-broken-link"), [""; 0], "{}", said.out);
}
