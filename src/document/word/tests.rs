//! How documents of Word are read: small ones, made here, and what becomes of them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::parse;
use crate::document::block::{BlockStep, Container, Inline, Kind, Spot};
use crate::document::{Document, Fact};

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package of parts; those that every one needs are added.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let types = format!(
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
        <Override PartName='/word/document.xml' ContentType='{TYPE}'/></Types>"
    );
    let root = relations(&[("officeDocument", "word/document.xml")]);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(name, options).expect("it is a new name");
        zip.write_all(text.as_bytes()).expect("memory takes it");
    };
    for (name, text) in [("[Content_Types].xml", types.as_str()), ("_rels/.rels", &root)] {
        if !parts.iter().any(|(other, _)| *other == name) {
            add(name, text);
        }
    }
    for (name, text) in parts {
        add(name, text);
    }
    zip.finish().expect("memory takes it").into_inner()
}

/// Relationships by kind and target, with the ids `r1`, `r2` and so on.
fn relations(of: &[(&str, &str)]) -> String {
    let relation = |(at, (kind, target)): (usize, &(&str, &str))| {
        let mode = if target.contains(':') { " TargetMode='External'" } else { "" };
        format!("<Relationship Id='r{}' Type='{R}/{kind}' Target='{target}'{mode}/>", at + 1)
    };
    let all: String = of.iter().enumerate().map(relation).collect();
    format!("<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{all}</Relationships>")
}

fn main_part(body: &str) -> String {
    format!(
        "<w:document xmlns:w='{W}' xmlns:r='{R}' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' \
        xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
        xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing' \
        xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'><w:body>{body}</w:body></w:document>"
    )
}

fn read_with(body: &str, parts: &[(&str, &str)]) -> Document {
    let main = main_part(body);
    let parts: Vec<(&str, &str)> = [("word/document.xml", main.as_str())].iter().chain(parts).copied().collect();
    parse("evidence.docx", &package(&parts)).unwrap_or_else(|problem| panic!("{}", problem.message))
}

fn read(body: &str) -> Document {
    read_with(body, &[])
}

fn refused(bytes: &[u8]) -> String {
    parse("evidence.docx", bytes).map(|document| document.text.to_string()).expect_err("it is no document").message
}

/// The blocks of a document, one a line, with marks in brackets.
fn dump(document: &Document) -> String {
    let mut text = String::new();
    for block in &document.blocks {
        match &block.kind {
            Kind::Heading(level) => text += &format!("h{level} "),
            Kind::Paragraph => text += "p ",
            Kind::Line => text += "l ",
            Kind::Row { is_head } => text += if *is_head { "head " } else { "row " },
            Kind::Open(Container::List(start)) => {
                text += &format!("list{} (", start.map_or(String::new(), |it| format!(" {it}")));
            }
            Kind::Open(Container::Item(label)) => text += &format!("[{}] ", label.as_deref().unwrap_or("*")),
            Kind::Open(Container::Note(name)) => text += &format!("note {name} ("),
            Kind::Open(Container::Table(columns)) => text += &format!("table {} (", columns.len()),
            Kind::Open(Container::Quote) => text += "quote (",
            Kind::Close(Container::Item(_)) => continue,
            Kind::Close(_) => text += ")",
            other => text += &format!("{other:?}"),
        }
        block.walk(&document.text, |step| match step {
            BlockStep::Text(words, _) => text += &words.replace('\t', "\\t"),
            BlockStep::Start(Inline::Strong) => text += "<b>",
            BlockStep::End(Inline::Strong) => text += "</b>",
            BlockStep::Start(Inline::Emphasis) => text += "<i>",
            BlockStep::End(Inline::Emphasis) => text += "</i>",
            BlockStep::Start(Inline::Struck) => text += "<s>",
            BlockStep::End(Inline::Struck) => text += "</s>",
            BlockStep::Start(Inline::Break(_)) => text += " / ",
            BlockStep::Start(Inline::NoteReference(name)) => text += &format!("[^{name}]"),
            BlockStep::Start(Inline::Link(_)) => text += "{",
            BlockStep::End(Inline::Link(at)) => {
                let link = &document.links[*at];
                let kind = if link.embedded.is_some() {
                    "embedded "
                } else if link.image {
                    "image "
                } else {
                    ""
                };
                text += &format!("}}({kind}{})", link.destination);
            }
            BlockStep::Start(Inline::Cell { columns, rows }) if *columns * *rows > 1 => {
                text += &format!("<{columns}x{rows}>");
            }
            _ => {}
        });
        if !matches!(block.kind, Kind::Open(_)) {
            text.push('\n');
        }
    }
    text
}

#[test]
fn headings_come_from_levels_and_styles_in_any_language() {
    let styles = format!(
        "<w:styles xmlns:w='{W}'>\
        <w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>\
        <w:style w:type='paragraph' w:styleId='U1'><w:name w:val='Überschrift 1'/></w:style>\
        <w:style w:type='paragraph' w:styleId='X'><w:name w:val='Own'/><w:basedOn w:val='Y'/></w:style>\
        <w:style w:type='paragraph' w:styleId='Y'><w:name w:val='Other'/><w:basedOn w:val='X'/>\
        <w:pPr><w:outlineLvl w:val='1'/></w:pPr></w:style></w:styles>"
    );
    let paragraph =
        |properties: &str, text: &str| format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>");
    let body = [
        paragraph("<w:pStyle w:val='U1'/>", "one"),
        paragraph("<w:pStyle w:val='X'/>", "two"),
        paragraph("<w:outlineLvl w:val='2'/>", "three"),
        paragraph("<w:pStyle w:val='U1'/><w:outlineLvl w:val='9'/>", "none"),
    ]
    .concat();
    let rels = relations(&[("styles", "/word/styles.xml")]);
    let parts = [("word/_rels/document.xml.rels", rels.as_str()), ("word/styles.xml", &styles)];
    assert_eq!(dump(&read_with(&body, &parts)), "h1 one\nh2 two\nh3 three\np none\n");
    let titled = paragraph("<w:pStyle w:val='T'/>", "Title") + &body;
    assert_eq!(dump(&read_with(&titled, &parts)), "h1 Title\nh2 one\nh3 two\nh4 three\np none\n");
}

#[test]
fn lists_have_the_numbers_that_word_shows() {
    let level = |at: u8, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:numbering xmlns:w='{W}'><w:abstractNum w:abstractNumId='0'>{}{}{}</w:abstractNum>\
        <w:abstractNum w:abstractNumId='1'>{}</w:abstractNum>\
        <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>\
        <w:num w:numId='2'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride></w:num>\
        <w:num w:numId='3'><w:abstractNumId w:val='1'/></w:num></w:numbering>",
        level(0, "decimal", "%1."),
        level(1, "lowerLetter", "%1.%2)"),
        level(2, "upperRoman", "%3"),
        level(0, "bullet", "o")
    );
    let item = |list: u8, level: u8, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr></w:pPr>\
            <w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [item(1, 0, "a"), item(1, 1, "b"), item(1, 1, "c"), item(1, 2, "d"), item(1, 0, "e"), item(1, 1, "f")];
    let more = [p("text"), item(2, 0, "g"), item(3, 0, "h"), item(0, 0, "i")];
    let rels = relations(&[("numbering", "numbering.xml")]);
    let parts = [("word/_rels/document.xml.rels", rels.as_str()), ("word/numbering.xml", &numbering)];
    let document = read_with(&(body.concat() + &more.concat()), &parts);
    assert_eq!(
        dump(&document),
        "list 1 ([1.] l a\nlist ([1.a)] l b\n[1.b)] l c\nlist ([I] l d\n)\n)\n[2.] l e\nlist ([2.a)] l f\n)\n)\np text\n\
        list 7 ([7.] l g\n)\nlist ([*] l h\n)\np i\n"
    );
}

#[test]
fn tracked_changes_are_taken_as_accepted() {
    let document = read(
        "<w:p><w:pPr><w:rPr><w:del w:author='Ann Berg'/></w:rPr></w:pPr><w:r><w:t xml:space='preserve'>one </w:t></w:r>\
        <w:del w:author='Ann Berg'><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>\
        <w:p><w:ins w:author='Bo'><w:r><w:t>two</w:t></w:r></w:ins>\
        <w:moveFrom w:author='Bo'><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>",
    );
    assert_eq!(dump(&document), "p one two\n");
    assert_eq!(facts(&document), [&Fact::Deleted, &Fact::Inserted, &Fact::Deleted]);
    let at = document.outside.find("gone").unwrap_or_default();
    assert_eq!(document.outside.spot(&(at..at + 4)), Spot::Part("deleted text in paragraph 1".to_owned()));
    assert!(document.outside.contains("Ann Berg") && document.outside.contains("moved"));
}

#[test]
fn fields_are_read_over_paragraphs_and_inside_deletions() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let field = |instruction: &str| {
        format!("{}<w:r><w:instrText>{instruction}</w:instrText></w:r>{}", mark("begin"), mark("separate"))
    };
    let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let end = mark("end");
    let body = format!(
        "<w:p>{}{}</w:p><w:p>{}{end}{}</w:p><w:p>{}{}<w:del>{end}</w:del>{}</w:p><w:p>{}{}{end}</w:p>",
        field("TOC \\o &quot;1-3&quot;"),
        run("Contents"),
        run("more"),
        run("text"),
        field("HYPERLINK &quot;https://a.example/&quot; \\l &quot;b&quot;"),
        run("link"),
        run("plain"),
        field("DATE \\@ x"),
        run("today")
    );
    let document = read(&body);
    assert_eq!(dump(&document), "p text\np {link}(https://a.example/#b)plain\np today\n");
    assert_eq!(facts(&document), [&Fact::Deleted, &Fact::Field("DATE".to_owned())]);
}

#[test]
fn boxes_controls_and_hidden_words_are_read_once_or_not_at_all() {
    let content = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", p(text));
    let body = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{}</w:drawing></mc:Choice>\
        <mc:Fallback><w:pict>{}</w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>before</w:t></w:r></w:p>\
        <w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>\
        <w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>\
        <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:rPr><w:b/><w:strike/></w:rPr><w:t>bold</w:t></w:r></w:p>",
        content("box"),
        content("box"),
        p("Click here"),
        p("kept")
    );
    let document = read(&body);
    assert_eq!(dump(&document), "p before\np box\np kept\np <s><b>bold</b></s>\n");
    assert_eq!(facts(&document), [&Fact::Hidden]);
    assert!(document.outside.contains("secret") && !document.outside.contains("Click"));
}

#[test]
fn tables_keep_their_cells() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text));
    let body = format!(
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr>{}<w:tc>{}{}</w:tc></w:tr></w:tbl>",
        cell("<w:gridSpan w:val='2'/>", "wide"),
        cell("", "c"),
        cell("<w:vMerge w:val='restart'/>", "tall"),
        cell("", "d"),
        cell("", "e"),
        cell("<w:vMerge/>", ""),
        p("f"),
        format_args!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", p("inner"))
    );
    assert_eq!(dump(&read(&body)), "table 3 (head <2x1>wide | c\nrow <1x2>tall | d | e\nrow f / inner\n)\n");
}

#[test]
fn notes_links_and_pictures_keep_their_order() {
    let notes = format!(
        "<w:footnotes xmlns:w='{W}'><w:footnote w:id='0' w:type='separator'>{}</w:footnote>\
        <w:footnote w:id='5'>{}</w:footnote><w:footnote w:id='2'>{}</w:footnote></w:footnotes>",
        p("---"),
        p("second"),
        p("first")
    );
    let rels =
        relations(&[("footnotes", "footnotes.xml"), ("hyperlink", "https://b.example"), ("image", "media/i.png")]);
    let body = "<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id='2'/></w:r><w:hyperlink r:id='r2'><w:r><w:t>b</w:t></w:r></w:hyperlink>\
        <w:r><w:footnoteReference w:id='5'/></w:r><w:r><w:drawing><wp:inline><wp:docPr descr='a chart'/>\
        <a:graphic><a:blip r:embed='r3'/></a:graphic></wp:inline></w:drawing></w:r></w:p>";
    let parts = [
        ("word/_rels/document.xml.rels", rels.as_str()),
        ("word/footnotes.xml", &notes),
        ("word/media/i.png", "bytes"),
    ];
    assert_eq!(
        dump(&read_with(body, &parts)),
        "p a[^1]{b}(https://b.example)[^2]{a chart}(embedded word/media/i.png)\nnote 1 (p first\n)\nnote 2 (p second\n)\n"
    );
}

#[test]
fn what_is_no_word_document_is_refused_with_its_reason() {
    let main = main_part(&p("text"));
    let types = |kind: &str| {
        format!(
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
            <Override PartName='/word/document.xml' ContentType='{kind}'/></Types>"
        )
    };
    let refused_as =
        |kind: &str| refused(&package(&[("[Content_Types].xml", &types(kind)), ("word/document.xml", &main)]));
    assert!(refused_as("application/vnd.ms-word.document.macroEnabled.main+xml").contains("macros"));
    assert!(refused_as(&TYPE.replace("document.main", "template.main")).contains("template"));
    assert!(refused(b"").contains("empty"));
    assert!(refused(b"{\\rtf1 x}").contains("RTF"));
    assert!(refused(b"<html><body>x").contains("HTML"));
    assert!(refused(b"Dear assessor").contains("plain text"));
    let whole = package(&[("word/document.xml", &main)]);
    assert!(refused(&whole[..whole.len() - 30]).contains("damaged"));
    for (body, why) in [
        (main.replace("</w:body></w:document>", ""), "cut off"),
        (format!("<!DOCTYPE x>{main}"), "DOCTYPE"),
        (main_part(&("<w:sdt>".repeat(300) + &"</w:sdt>".repeat(300))), "deeper"),
    ] {
        assert!(refused(&package(&[("word/document.xml", &body)])).contains(why), "{why}");
    }
    let two = relations(&[("officeDocument", "word/document.xml"), ("officeDocument", "word/other.xml")]);
    assert!(refused(&package(&[("_rels/.rels", &two), ("word/document.xml", &main)])).contains("two main texts"));
}

#[test]
fn controls_in_one_another_to_the_limit_are_read() {
    let body = "<w:sdt><w:sdtContent>".repeat(120) + &p("deep") + &"</w:sdtContent></w:sdt>".repeat(120);
    assert_eq!(dump(&read(&body)), "p deep\n");
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>")
}

fn facts(document: &Document) -> Vec<&Fact> {
    document.facts.iter().map(|(fact, _)| fact).collect()
}
