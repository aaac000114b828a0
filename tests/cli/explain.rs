//! Stories about what a rule means.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn a_rule_is_explained_by_why_it_matters_and_what_to_do() {
    assert_data_eq!(
        Sandbox::empty().akam(&["explain", "document-prompt-left"]).expect(0, &[]).out,
        str![[r#"
document-prompt-left (error)
one of akam's prompts, or a note such as TODO, is still in the text

Why it matters: the assessor receives the document as it is, and sees that it is
not finished.

What to do: answer the prompt, then delete it. In Word or LibreOffice click on
it and write. In Markdown delete the lines that begin with `>`, or, where the
prompt is between `<!-- akam:` and `-->`, all from the one to the other. Notes
to yourself belong in `private/`.

"#]]
    );
}

#[test]
fn all_rules_are_listed_with_what_is_wrong() {
    let said = Sandbox::empty().akam(&["explain"]).expect(0, &["next: `akam explain RULE` says more"]);
    let lines: Vec<&str> = said.out.lines().take(8).collect();
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"
RULE                                   WHAT IS WRONG
portfolio-unreadable          error    a file or folder of the portfolio
                                       cannot be read
portfolio-candidate-unnamed   error    the candidate's name is not given
portfolio-key-account-count   warning  the number of key accounts is unusual
                                       (guide)
portfolio-unknown-key         warning  akam does not know a setting
coverage-unknown-folder       warning  a file or folder belongs to no
"#]]
    );
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
}

#[test]
fn every_rule_that_is_listed_can_be_explained() {
    let sandbox = Sandbox::empty();
    let list = sandbox.akam(&["explain"]).out;
    let ids: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).filter(|id| id.contains('-')).collect();
    assert!(ids.len() > 40, "{ids:?}");
    for id in ids {
        let said = sandbox.akam(&["explain", id]).expect(0, &["Why it matters: ", "What to do: "]);
        assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
    }
}

#[test]
fn a_mistyped_rule_is_told_the_nearest() {
    assert_data_eq!(
        Sandbox::empty().akam(&["explain", "document-prompts"]).expect(2, &[]).err,
        str![[r#"
error: there is no rule `document-prompts`
help: did you mean `document-prompt-left`?

"#]]
    );
    assert_data_eq!(
        Sandbox::empty().akam(&["explain", "xyz"]).expect(2, &[]).err,
        str![[r#"
error: there is no rule `xyz`
help: `akam explain` lists all rules

"#]]
    );
}

#[test]
fn the_limits_are_listed_with_their_reasons() {
    let said = Sandbox::empty().akam(&["explain", "limits"]).expect(0, &["20 MB", "as large as mail servers take it"]);
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
    assert_data_eq!(
        said.out,
        str![[r#"
AT MOST  OF                                  WHY
500 kB   a Markdown document                 75,000 words, forty times what is
                                             asked
32 MB    a Word, OpenDocument or PDF         with its pictures
         document
20,000   characters of mark-up in a          twice as many as so long a text
         document                            has
20,000   lines of a document                 a book has half as many
1,000    headings of a document              each is compared with each part
1,000    bytes of a heading                  a heading of ten lines
4 MB     a picture on the page               of a larger one there is a link
8 MB     all pictures on the page            phones read the page as a whole
1 MB     a settings file or list of          ten times the built-in competency
         artefacts                           file
100,000  values in a settings file           each takes memory while it is
                                             read
4 kB     one text in a settings file         a page and a half; it is shown in
                                             many places
4 MB     all documents and lists of          fifty times what people write
         artefacts
50       competencies of a diploma           more than people are assessed by
30       parts of a competency               more than people are assessed by
100      sources of a competency             more than anybody reads
2,000    artefacts of a competency           nobody could look at a hundredth
                                             of them
10,000   all artefacts                       each is looked for and compared
                                             with the others
20       codes that an artefact supports     the few that it proves most
20,000   codes that all artefacts support    each is shown on a page
100      sign-offs                           ten times as many as anybody
                                             needs
10 MB    texts of all sign-offs              all are read each time
250 MB   files of all sign-offs              all are read each time
3 MB     one request for a sign-off          room for ten thousand artefacts
5 MB     the page of a request               room for twelve long documents
20 MB    a proof                             as large as mail servers take it
1,000    parts of an e-mail                  each attachment is one
500 kB   the header of an e-mail             ten times one with 500 recipients
10 MB    the text of an e-mail               with e-mails and texts attached
                                             to it
100,000  lines in an e-mail                  a book of 2,000 pages
255      bytes of a file's name              what the systems in use take
1,024    bytes of a path in an archive       what the systems in use take
32       folders in one another              five are usual
100,000  entries of an archive               a thousand times what people
                                             attach
8.5 GB   all files of an archive             a recording of some hours fits
200      times by which a file over 32 MB    twenty times what tables reach
         is compressed

akam reads what strangers send too: what is larger is refused, and the message
says what to do.

"#]]
    );
    Sandbox::empty().akam(&["explain", "limit"]).expect(2, &["did you mean `limits`?"]);
}
