//! Stories about what the diploma asks.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Sandbox, examples};

#[test]
fn all_competencies_are_shown_by_area_also_outside_a_portfolio() {
    assert_data_eq!(
        Sandbox::empty().akam(&["show"]).expect(0, &[]).out,
        str![[r#"
AKAM Key Account Manager Diploma (by experience)
13 competencies, 1.D.1 to 5.D.2

       1 Market and customer understanding
1.D.1  Knowledge of own company                   3 parts (1 of them guide)
1.D.2  Customer organisation                      4 parts (guide)
1.D.3  Customer plan                              4 parts (guide)
       2 Sales and business development
2.D.1  Product/service and application knowledge  4 parts (guide)
2.D.2  Selling                                    4 parts (guide)
2.D.3  Business development                       4 parts (guide)
       3 General management and business acumen
3.D.1  IT/system and process literacy             3 parts
3.D.2  Costing and pricing                        4 parts (guide)
       4 Organisational effectiveness
4.D.1  Personal organisation                      3 parts (1 title guide)
4.D.2  Communication                              4 parts (guide)
4.D.3  Customer plan implementation               4 parts (guide)
       5 Relationships and interaction
5.D.1  Customer relationships                     3 parts
5.D.2  Internal relationships                     4 parts (guide)

AKAM has published two editions of its competencies, one with 13 and one with
14, and its site now speaks of a Professional Diploma. Ask AKAM which one you
are registered for before you write: this is the one with 13.

Evidence is asked for 12 of 13 competencies.
AKAM's advice: begin with one that you feel sure of, and send it in as a trial
before you write the others.
AKAM's guide is about 500 words for each part, 1,500 to 2,000 for a competency,
without a limit. You may be able to write less where artefacts are attached, if
you say how they support the competency.
If your practice was not right at the time, AKAM may accept, up to a point, an
account of what should have been done and why, with your reflection on why it
was different.
AKAM's picture of a key account manager has one or two key accounts, at most 5;
it is no condition.
What a manager who knows the work will be asked to confirm (guide):
    I know the work that is described in the documents listed here. As far as I
    observed that work, what the documents and their artefacts say about it is
    factually true, and the candidate's own share is stated fairly. I confirm
    the facts only: I have not been asked to judge whether the documents meet
    the competencies, and my signature does not say so.

(guide) marks advice written for this program where AKAM's own text could not
be seen, the number of parts included. What is not marked retells AKAM's public
pages. Your AKAM workbook has the criteria, and the assessor goes by those.

next: `akam show 1.D.1` shows one competency

"#]]
    );
}

#[test]
fn one_competency_is_a_page_of_why_parts_ideas_theory_and_sources() {
    let said = Sandbox::empty().akam(&["show", "3.D.2"]).expect(0, &["Why it matters", "Sources"]);
    let first: Vec<&str> = said.out.lines().take(24).collect();
    assert_data_eq!(
        first.join("\n"),
        str![[r#"
3.D.2 Costing and pricing
Area 3: General management and business acumen

Why it matters (guide)
Large customers are costly to serve and good at pressing prices down, so profit
has to be managed customer by customer. You are well placed to do it: you see
both what the customer pays and what it takes to serve it.

3.D.2.1 Costs and customer profitability (guide)
Show how you:
  - know what your offer to this customer costs your company, and which costs
    change with volume
  - include the cost to serve: deliveries, changes, service, special requests,
    your own time
  - calculate or estimate what the customer earns your company, and how far the
    figure can be trusted
  - find out what drives the profit up or down, by product, site or service
  - act on what you found, and with what effect on profit

3.D.2.2 Price setting and the value argument (guide)
Show how you:
  - understand how your company sets prices, and what part you have in it
  - choose cost, market or value as the basis of a price, and why
  - put a figure on the value for the customer, measured against its next best
"#]]
    );
    let last: Vec<&str> = said.out.lines().rev().take(5).collect();
    assert_data_eq!(
        last.into_iter().rev().collect::<Vec<_>>().join("\n"),
        str![[r#"
(guide) marks advice written for this program where AKAM's own text could not
be seen, the number of parts included. What is not marked retells AKAM's public
pages. Your AKAM workbook has the criteria, and the assessor goes by those.

next: write in `3.D.2-costing-and-pricing/evidence.md`, then `akam check 3.D.2`
"#]]
    );
}

#[test]
fn every_page_fits_eighty_columns() {
    let sandbox = Sandbox::empty();
    let codes = sandbox.akam(&["check", "--format", "json", "-C", &examples().join("complete").to_string_lossy()]);
    let codes: serde_json::Value = serde_json::from_str(&codes.out).expect("this is JSON");
    for one in codes["coverage"].as_array().expect("the coverage is a list") {
        let said = sandbox.akam(&["show", one["code"].as_str().expect("a code is a text")]).expect(0, &[]);
        let longest = said.out.lines().max_by_key(|line| line.chars().count()).expect("a page has lines");
        assert!(longest.chars().count() <= 80, "{longest}");
    }
}

#[test]
fn a_code_is_understood_whatever_its_case_and_so_are_a_part_and_words_of_the_title() {
    for words in ["3.d.2", "3D2", "3-d-2", "3.D.2.4", "pricing", "Costing and", "3.D.2-costing-and-pricing"] {
        Sandbox::empty().akam(&["show", words]).expect(0, &["3.D.2 Costing and pricing\n"]);
    }
    Sandbox::empty().akam(&["show", "costing", "and", "pricing"]).expect(0, &["3.D.2 Costing and pricing\n"]);
}

#[test]
fn a_mistyped_code_is_told_the_nearest() {
    assert_data_eq!(
        Sandbox::empty().akam(&["show", "1.D.E"]).expect(2, &[]).err,
        str![[r#"
error: there is no competency `1.D.E`
help: did you mean 1.D.3 Customer plan? `akam show` lists all competencies

"#]]
    );
    assert_data_eq!(
        Sandbox::empty().akam(&["show", "prising"]).expect(2, &[]).err,
        str![[r#"
error: there is no competency `prising`
help: did you mean 3.D.2 Costing and pricing? `akam show` lists all competencies

"#]]
    );
    assert_data_eq!(
        Sandbox::empty().akam(&["show", "poetry"]).expect(2, &[]).err,
        str![[r#"
error: there is no competency `poetry`
help: `akam show` lists all competencies

"#]]
    );
}

#[test]
fn words_that_fit_several_are_asked_about() {
    assert_data_eq!(
        Sandbox::empty().akam(&["show", "customer"]).expect(2, &[]).err,
        str![[r#"
error: `customer` may mean several competencies
help: name one by its code: 1.D.2 Customer organisation, 1.D.3 Customer plan,
      4.D.3 Customer plan implementation, 5.D.1 Customer relationships

"#]]
    );
}

#[test]
fn an_escape_sequence_in_what_was_typed_is_not_repeated_raw() {
    let said = Sandbox::empty().akam(&["show", "\u{1b}[31mred"]).expect(2, &[]);
    assert!(!said.err.contains('\u{1b}'), "{:?}", said.err);
}

#[test]
fn a_portfolio_with_a_framework_of_its_own_shows_that_one() {
    let own = std::fs::read_to_string(examples().join("../competencies.toml")).expect("the framework is there");
    let own = own.replacen("title = \"Costing and pricing\"", "title = \"Pricing \\u001b[31m\"", 1);
    let sandbox = Sandbox::complete().write("own.toml", own);
    let text = sandbox.read("portfolio.toml");
    let sandbox = sandbox.write("portfolio.toml", format!("framework = \"own.toml\"\n{text}"));
    let said = sandbox.akam(&["show"]).expect(0, &["Pricing \\u{1b}[31m"]);
    assert!(!said.out.contains('\u{1b}'), "{:?}", said.out);
}
