//! Small `OpenDocument` texts, and what is read of them.

use super::parse;
use crate::document::block::{Inline, Kind, Step};
use crate::document::{Document, Fact, Link};

const ROOT: &str = r#"<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
 office:mimetype="application/vnd.oasis.opendocument.text">"#;

const STYLES: &str = r#"<office:styles>
 <style:style style:name="Title" style:family="paragraph"/>
 <style:style style:name="Heading_20_2" style:family="paragraph" style:default-outline-level="2"/>
 <style:style style:name="Quotations" style:family="paragraph"/>
 <style:style style:name="Secret" style:family="text"><style:text-properties text:display="none"/></style:style>
 <style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
 <text:list-style style:name="Numbers">
  <text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/>
  <text:list-level-style-number text:level="2" style:num-suffix=")" style:num-format="a"/>
  <text:list-level-style-number text:level="3" style:num-suffix="." style:num-format="i" text:display-levels="3"/>
 </text:list-style>
 </office:styles><office:automatic-styles>
 <style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
 <style:style style:name="P2" style:family="paragraph" style:parent-style-name="Heading_20_2"/>
 <style:style style:name="P3" style:family="paragraph" style:list-style-name="Numbers"/>
 <style:style style:name="T1" style:family="text" style:parent-style-name="Strong">
  <style:text-properties fo:font-style="italic"/></style:style>
 <style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
 <style:style style:name="T3" style:family="text" style:parent-style-name="Secret"/>
</office:automatic-styles>"#;

fn flat(body: &str) -> String {
    format!("{ROOT}{STYLES}<office:body><office:text>{body}</office:text></office:body></office:document>")
}

fn read(body: &str) -> Document {
    parse("evidence.odt", flat(body).as_bytes()).expect("a document")
}

fn refusal(bytes: &[u8]) -> String {
    parse("evidence.odt", bytes).expect_err("it is refused").message
}

/// Blocks in lines, marks in letters: what a test can show at a glance.
fn dump(document: &Document) -> String {
    let mut lines = String::new();
    for block in &document.blocks {
        let kind = match &block.kind {
            Kind::Heading(level) => format!("h{level}"),
            Kind::Paragraph => "p".to_owned(),
            Kind::Line => "line".to_owned(),
            Kind::Row { is_head } => if *is_head { "head" } else { "row" }.to_owned(),
            Kind::Open(container) => format!("{container:?}"),
            Kind::Close(_) => "close".to_owned(),
            other => format!("{other:?}"),
        };
        let mut text = String::new();
        block.walk(&document.text, |step| match step {
            Step::Text(words, _) => text.push_str(words),
            Step::Start(is) => text += &format!("{}<", mark(is, document)),
            Step::End(_) => text.push('>'),
        });
        lines += &format!("{kind}: {text}\n").replace(": \n", "\n");
    }
    lines
}

fn mark(is: &Inline, document: &Document) -> String {
    match is {
        Inline::Link(number) => {
            let Link { destination, image, embedded, .. } = &document.links[*number];
            let picture = if *image { "picture " } else { "" };
            format!("{}{picture}{destination}", if embedded.is_some() { "embedded " } else { "" })
        }
        Inline::NoteReference(name) => format!("note {name}"),
        Inline::Break(_) => "break".to_owned(),
        Inline::Cell { columns: 1, rows: 1 } => String::new(),
        Inline::Cell { columns, rows } => format!("{columns}x{rows}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn facts(document: &Document) -> Vec<&Fact> {
    document.facts.iter().map(|(fact, _)| fact).collect()
}

#[test]
fn headings_come_from_levels_and_styles() {
    let document = read(
        r#"<text:h text:outline-level="1">Plan</text:h><text:p text:style-name="P2">Aim</text:p><text:p/>
        <text:p>We   <text:span text:style-name="T1">won</text:span>
          two<text:s text:c="2000000000"/>accounts.</text:p><text:h text:outline-level="9">Deep</text:h>"#,
    );
    assert_eq!(
        dump(&document),
        "h1: Plan\nh2: Aim\np: We strong<emphasis<won>> two                accounts.\nh6: Deep\n"
    );
    let document = read(r#"<text:p text:style-name="P1">Title</text:p><text:h text:outline-level="1">Plan</text:h>"#);
    assert_eq!(dump(&document), "h1: Title\nh2: Plan\n");
}

#[test]
fn words_are_kept_as_they_are_shown() {
    let document = read(
        r##"<text:p>not <text:span text:style-name="T2">five</text:span> &#233;&amp;<![CDATA[<six>]]><text:tab/>or<text:line-break/>
        more <text:a xlink:href="artefacts/x.pdf">x</text:a><text:span text:style-name="T3">Ann</text:span></text:p>"##,
    );
    assert_eq!(dump(&document), "p: not struck<five> é&<six>\torbreak<>more artefacts/x.pdf<x>\n");
    assert_eq!(facts(&document), [&Fact::Hidden]);
    assert!(document.outside.contains("Ann"));
}
