//! Small `OpenDocument` texts, and what is read of them.

use super::parse;
use crate::document::block::{BlockStep, Inline, Kind};
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
            BlockStep::Text(words, _) => text.push_str(words),
            BlockStep::Start(is) => text += &format!("{}<", mark(is, document)),
            BlockStep::End(_) => text.push('>'),
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

#[test]
fn items_have_the_labels_that_are_shown() {
    let item = |text: &str| format!("<text:list-item><text:p>{text}</text:p></text:list-item>");
    let inner = format!("<text:list-item><text:p>b</text:p><text:list>{}</text:list></text:list-item>", item("c"));
    let document = read(&format!(
        r#"<text:list text:style-name="Numbers">{}{inner}<text:list-header><text:p>d</text:p></text:list-header></text:list>
        <text:p>between</text:p>
        <text:list text:style-name="Numbers" text:continue-numbering="true">{}</text:list>
        <text:list><text:list-item><text:p text:style-name="P3">f</text:p></text:list-item></text:list>
        <text:list>{}</text:list>"#,
        item("a"),
        item("e"),
        item("g")
    ));
    assert_eq!(
        dump(&document),
        "List(None)\nItem(Some(\"1.\"))\nline: a\nclose\nItem(Some(\"2.\"))\nline: b\nList(None)\nItem(Some(\"a)\"))\nline: c\n\
         close\nclose\nclose\nItem(Some(\"\"))\nline: d\nclose\nclose\np: between\n\
         List(Some(3))\nItem(Some(\"3.\"))\nline: e\nclose\nclose\n\
         List(Some(1))\nItem(Some(\"1.\"))\nline: f\nclose\nclose\nList(None)\nItem(None)\nline: g\nclose\nclose\n"
    );
}

#[test]
fn tracked_changes_are_shown_as_accepted() {
    let document = read(
        r#"<text:tracked-changes>
        <text:changed-region text:id="a"><text:deletion><office:change-info><dc:creator>Ann</dc:creator></office:change-info>
         <text:p>gone</text:p></text:deletion></text:changed-region>
        <text:changed-region text:id="b"><text:insertion><office:change-info/></text:insertion></text:changed-region>
        </text:tracked-changes>
        <text:p>We <text:change text:change-id="a"/>have <text:change-start text:change-id="b"/>now<text:change-end
         text:change-id="b"/><office:annotation><dc:creator>Bo</dc:creator><text:p>Really?</text:p></office:annotation>.</text:p>"#,
    );
    assert_eq!(dump(&document), "p: We have now.\n");
    assert_eq!(facts(&document), [&Fact::Deleted, &Fact::Inserted]);
    assert!(document.outside.contains("gone") && document.outside.contains("Bo"), "{}", &*document.outside);
    assert_eq!(document.comments[0].text, "Really?");
}

#[test]
fn tables_keep_their_cells() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let document = read(&format!(
        r#"<table:table><table:table-header-rows><table:table-row>{}{}</table:table-row></table:table-header-rows>
        <table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>one</text:p><text:p>two</text:p>
        <table:table><table:table-row>{}</table:table-row></table:table></table:table-cell><table:covered-table-cell/></table:table-row>
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row></table:table>"#,
        cell("a"),
        cell("b"),
        cell("inner")
    ));
    assert_eq!(
        dump(&document),
        "Table([Left, Left])\nhead: <a> | <b>\nrow: 2x1<onebreak<>twobreak<>inner>\nrow: <>\nclose\n"
    );
    let many = r#"<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>x</text:p>
        </table:table-cell></table:table-row></table:table>"#;
    assert!(refusal(flat(many).as_bytes()).contains("repeated more than"));
}

#[test]
fn what_is_anchored_in_a_paragraph_follows_it() {
    let document = read(
        r#"<text:p>See<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>
        <text:p>A note.</text:p></text:note-body></text:note> <draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box>
        </draw:frame><draw:a xlink:href="https://a.example"><draw:frame><draw:image><office:binary-data>QUJD
        </office:binary-data></draw:image><svg:title>Sales</svg:title></draw:frame></draw:a></text:p>
        <text:p text:style-name="Quotations">Said</text:p>"#,
    );
    assert_eq!(
        dump(&document),
        "p: Seenote 1<> https://a.example<embedded picture picture 1<Sales>>\np: boxed\n\
         Note(\"1\")\np: A note.\nclose\nQuote\np: Said\nclose\n"
    );
}

#[test]
fn what_a_reader_does_not_see_is_kept_outside() {
    let document = read(
        r#"<text:section text:display="none"><text:p>Secret</text:p></text:section>
        <text:table-of-content><text:index-body><text:p>Plan 3</text:p></text:index-body></text:table-of-content>
        <text:p>On <text:date>1 May</text:date> or <text:date text:fixed="true">2 May</text:date><text:placeholder
        text:placeholder-type="text">&lt;your text&gt;</text:placeholder></text:p>
        <text:p><text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>over</text:ruby-text></text:ruby></text:p>"#,
    );
    assert_eq!(dump(&document), "p: On changing<1 May> or 2 May\np: base\n");
    assert_eq!(facts(&document), [&Fact::Hidden, &Fact::Field("DATE".to_owned())]);
    assert!(["Secret", "Plan 3", "over"].iter().all(|text| document.outside.contains(text)));
}

#[test]
fn what_is_no_whole_text_is_refused() {
    let whole = flat("<text:p>a</text:p>");
    for (bytes, message) in [
        ("", "empty"),
        ("{\\rtf1 a}", "Rich Text"),
        ("<html><body>a</body></html>", "web page"),
        ("plain text", "no OpenDocument text"),
        ("<?xml version='1.0'?><w:wordDocument/>", "Word document in XML"),
        (&whole[..whole.len() - 20], "damaged or not whole"),
        (&flat("<text:p>a</text:section>"), "damaged or not whole"),
        (&flat("<text:p>&unknown;</text:p>"), "damaged or not whole"),
        (&format!("<!DOCTYPE a>{whole}"), "DOCTYPE"),
        (&flat(&("<text:section>".repeat(300) + &"</text:section>".repeat(300))), "256"),
        (&flat(&format!("<text:p>{}</text:p>", "word ".repeat(500_000))), "2 MB"),
        (&whole.replace("opendocument.text", "opendocument.text-template"), "template"),
        (&whole.replace("office:text>", "office:spreadsheet>"), "spreadsheet"),
    ] {
        let said = refusal(bytes.as_bytes());
        assert!(said.contains(message), "{message}: {said}");
    }
}

#[test]
fn other_prefixes_mean_the_same() {
    let text = flat("<text:h>Plan</text:h><text:p>a</text:p>").replace("<text:", "<t:").replace("</text:", "</t:");
    let text = text.replace("xmlns:text=", "xmlns:t=");
    assert_eq!(dump(&parse("evidence.odt", text.as_bytes()).expect("a document")), "h1: Plan\np: a\n");
    let default = r#"xmlns="urn:oasis:names:tc:opendocument:xmlns:text:1.0""#;
    let text = flat(&format!("<h {default}>Plan</h>")).replace("xmlns:text=", "xmlns:other=");
    assert_eq!(dump(&parse("evidence.odt", text.as_bytes()).expect("a document")), "h1: Plan\n");
    let twice = flat(r#"<text:p xmlns:text="urn:example">a</text:p>"#);
    assert!(refusal(twice.as_bytes()).contains("two meanings"));
}

/// A package of these parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("a part is written");
    }
    zip.finish().expect("a package").into_inner()
}

#[test]
fn a_package_is_read_with_its_parts() {
    let content = flat(
        r#"<text:p><text:a xlink:href="../artefacts/a.pdf">a</text:a><draw:frame><draw:image xlink:href="Pictures/1.png"/>
        </draw:frame></text:p>"#,
    );
    let content = content.replace("office:document ", "office:document-content ");
    let content = content.replace("</office:document>", "</office:document-content>");
    let meta = format!("{ROOT}<office:meta><dc:title>Plans of Ann</dc:title></office:meta></office:document>");
    let mimetype = ("mimetype", "application/vnd.oasis.opendocument.text");
    let picture = ("Pictures/1.png", "png");
    let bytes = package(&[mimetype, ("content.xml", &content), ("meta.xml", &meta), picture]);
    let document = parse("evidence.odt", &bytes).expect("a document");
    assert_eq!(dump(&document), "p: artefacts/a.pdf<a>embedded picture Pictures/1.png<>\n");
    assert!(document.outside.contains("Plans of Ann"));

    let manifest = r#"<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>
        <m:encryption-data/></m:file-entry></m:manifest>"#;
    for (parts, message) in [
        (vec![mimetype], "`content.xml`, which holds the text, is missing"),
        (vec![mimetype, ("META-INF/manifest.xml", manifest), ("content.xml", "x")], "password"),
        (vec![("[Content_Types].xml", ""), ("word/document.xml", "")], "Word document under another name"),
        (vec![("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "")], "spreadsheet"),
        (vec![("a.txt", "a")], "ZIP file"),
        (vec![mimetype, ("content.xml", &content[..content.len() - 30])], "not whole"),
    ] {
        let said = refusal(&package(&parts));
        assert!(said.contains(message), "{message}: {said}");
    }
}
