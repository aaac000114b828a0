//! Pages of hostile and clumsy documents.

use super::competency::{changes, html};
use super::links::Links;
use crate::digest::Digest;
use crate::document::block::{Container, Inline, Kind, Spot};
use crate::document::builder::Builder;
use crate::document::{Document, Fact, Format, Link};
use crate::html::MAX_DEPTH;
use crate::review::Selection;
use crate::site::tests;

const REGISTER: &str = r#"
[[artefact]]
file = "artefacts/map.png"
title = "The \"map\" <b>"

[[artefact]]
file = "artefacts/drawing.svg"

[[artefact]]
file = "artefacts/it's a \"plan\".pdf"
"#;

/// The body of the page for a document with this text.
fn body(text: &str) -> String {
    let portfolio = tests::portfolio(&[
        ("1.D.3-customer-plan/artefacts.toml", REGISTER),
        ("1.D.3-customer-plan/artefacts/map.png", "x"),
        ("1.D.3-customer-plan/artefacts/drawing.svg", "x"),
        ("1.D.3-customer-plan/artefacts/it's a \"plan\".pdf", "x"),
        ("1.D.3-customer-plan/evidence.md", text),
    ]);
    let evidence = tests::evidence(&portfolio, Selection::Whole);
    let review = evidence.review("1.D.3").expect("the framework has it");
    html(&Links::new(&evidence, true), review, review.document.expect("it was given"))
}

/// The body of the page for a document that is no Markdown.
fn body_of(document: &Document) -> String {
    let portfolio = tests::portfolio(&[("1.D.3-customer-plan/evidence.md", "x")]);
    let evidence = tests::evidence(&portfolio, Selection::Whole);
    html(&Links::new(&evidence, true), evidence.review("1.D.3").expect("the framework has it"), document)
}

/// The elements of a page's body, attributes included.
fn elements(html: &str) -> Vec<&str> {
    let starts = html.split('<').skip(1).filter(|rest| !rest.starts_with('/'));
    starts.map(|rest| rest.split('>').next().unwrap_or(rest)).collect()
}

#[test]
fn raw_html_becomes_text() {
    assert_eq!(body("A <b onclick=\"x()\">b</b>"), "<p>A &lt;b onclick=\"x()\"&gt;b&lt;/b&gt;</p>\n");
    let script = body("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n<style>p{}</style>\n");
    assert_eq!(elements(&script), ["p", "p", "p"], "{script}");
    assert!(script.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{script}");
    assert_eq!(elements(&body("<svg/onload=alert(1)>\n\n<math><mi xlink:href=\"data:x,y\">\n")), ["p", "p"]);
}

#[test]
fn html_that_is_spelt_with_entities_stays_text() {
    assert_eq!(body("&lt;script&gt;&#60;img src=x&#62;"), "<p>&lt;script&gt;&lt;img src=x&gt;</p>\n");
    assert_eq!(body("`<script>`"), "<p><code>&lt;script&gt;</code></p>\n");
    assert_eq!(
        body("```<b>\n</code></pre><script>\n```"),
        "<pre><code>&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;\n</code></pre>\n"
    );
}

#[test]
fn comments_are_dropped_and_what_stands_beside_them_is_kept() {
    assert_eq!(body("<!-- one -->\n\nText <!-- two --> goes on.\n"), "<p>Text  goes on.</p>\n");
    assert_eq!(
        body("<!-- one\ntwo --> <b>kept</b> <!-- three\n\nfour"),
        "<p>&lt;b&gt;kept&lt;/b&gt;</p>\n<p>four</p>\n"
    );
    assert_eq!(body("<!-- no end\n\nHidden.\n"), "");
}

#[test]
fn a_line_break_is_the_one_tag_that_is_heard() {
    assert_eq!(body("a<br>b<BR />c"), "<p>a<br>\nb<br>\nc</p>\n");
    assert_eq!(body("a<br onclick=x>b"), "<p>a&lt;br onclick=x&gt;b</p>\n");
}

#[test]
fn no_spelling_of_javascript_is_a_link() {
    for destination in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "<java\tscript:alert(1)>",
        "< javascript:alert(1)>",
        "&#106;avascript:alert(1)",
        "&#x6A;&#x61;vascript&colon;alert(1)",
        "java&#10;script:alert(1)",
        "java&Tab;script:alert(1)",
        "&#1;javascript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript%3Aalert(1)",
        "<java\u{200b}script:alert(1)>",
        "<\u{a0}javascript:alert(1)>",
        "\u{feff}javascript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,%3Cscript%3E",
        "DATA:text/html;base64,PHN2Zz4=",
        "file:///etc/passwd",
        "blob:https://example.org/x",
        "//example.org/x",
        "\\\\example.org\\x",
        "../../../etc/passwd",
        "../private/names.toml",
    ] {
        let html = body(&format!("[text]({destination}) [text][r]\n\n[r]: {destination}\n"));
        assert_eq!(elements(&html), ["p"], "{destination}: {html}");
        assert!(html.contains("text"), "{destination}: {html}");
    }
    assert_eq!(elements(&body("<javascript:alert(1)>")), ["p"]);
}

#[test]
fn a_link_to_the_web_tells_it_nothing_and_keeps_within_its_quotes() {
    assert_eq!(
        body("[a](https://example.org/x?a=1&b=2 \"Title\")"),
        "<p><a href=\"https://example.org/x?a=1&amp;b=2\" rel=\"noopener noreferrer\" title=\"Title\">a</a></p>\n"
    );
    let broken = body("[a](<https://example.org/\"onclick=\"x> '\"><script>') <https://example.org/'\">");
    assert!(broken.contains("href=\"https://example.org/%22onclick=%22x\""), "{broken}");
    assert!(!broken.contains("<script>") && !broken.contains("\" onclick"), "{broken}");
}

#[test]
fn links_to_packed_files_work_from_the_page_and_others_keep_their_text() {
    let path = "data/1.D.3-customer-plan/artefacts/it%27s%20a%20%22plan%22.pdf";
    assert_eq!(body("[a](<artefacts/it's a \"plan\".pdf>)"), format!("<p><a href=\"{path}\">a</a></p>\n"));
    assert_eq!(
        body("[a](<artefacts/it's a \"plan\".pdf#page=2\"x>)"),
        format!("<p><a href=\"{path}#page=2%22x\">a</a></p>\n")
    );
    assert_eq!(body("[*a*](artefacts/none.pdf)"), "<p><em>a</em></p>\n");
}

#[test]
fn only_packed_pictures_are_shown() {
    let map = "data:image/png;base64,eA==";
    assert_eq!(body("![A *map*](artefacts/map.png)"), format!("<p><img src=\"{map}\" alt=\"A map\"></p>\n"));
    assert_eq!(
        body("![](artefacts/map.png)"),
        format!("<p><img src=\"{map}\" alt=\"The &quot;map&quot; &lt;b&gt;\"></p>\n")
    );
    assert_eq!(
        body("![Drawing](artefacts/drawing.svg)"),
        "<p><a href=\"data/1.D.3-customer-plan/artefacts/drawing.svg\">Drawing</a></p>\n"
    );
    assert_eq!(body("![Pixel](https://example.org/p.png?id=1)"), "<p>Pixel (https://example.org/p.png?id=1)</p>\n");
    for picture in ["data:image/svg+xml,%3Csvg%3E", "file:///x.png", "//example.org/x.png", "../private/x.png"] {
        assert_eq!(body(&format!("![Gone]({picture})")), "<p>Gone</p>\n", "{picture}");
    }
}

#[test]
fn a_description_or_title_cannot_leave_its_attribute() {
    let html = body("![\"><script>x</script>\" onerror=\"y](artefacts/map.png '\" onload=\"z')");
    assert_eq!(elements(&html).len(), 2, "{html}");
    assert!(html.contains("title=\"&quot; onload=&quot;z\""), "{html}");
}

#[test]
fn links_and_pictures_in_one_another_stay_in_order() {
    let html = body("[![Map](artefacts/map.png)](https://example.org)");
    assert_eq!(elements(&html)[1], "a href=\"https://example.org\" rel=\"noopener noreferrer\"");
    assert!(elements(&html)[2].starts_with("img src"), "{html}");
    let drawing = body("[![Drawing](artefacts/drawing.svg)](https://example.org)");
    assert_eq!(drawing, "<p><a href=\"https://example.org\" rel=\"noopener noreferrer\">Drawing</a></p>\n");
    assert_eq!(body("![a [b](javascript:x) ![c](d.png)](e.png)"), "<p>a b c</p>\n");
}

#[test]
fn headings_stand_below_the_page_s_own_and_skip_no_level() {
    let html = body("# 1.D.3 Customer plan\n\n## One\n\n#### Deep\n\n## \n\n# Two\n\n###### End\n");
    let seen: Vec<&str> = elements(&html);
    assert_eq!(
        seen,
        [
            "h4 id=\"1.D.3:section-2\"",
            "h5 id=\"1.D.3:section-3\"",
            "h4 id=\"1.D.3:section-5\"",
            "h5 id=\"1.D.3:section-6\""
        ],
        "{html}"
    );
    assert_eq!(elements(&body("# Another name\n")), ["h4 id=\"1.D.3:section-1\""]);
}

#[test]
fn tables_keep_their_alignment_and_wide_ones_can_be_reached_by_keyboard() {
    let html = body("| a |  |\n|--:|:-:|\n| 1 | 2 |\n");
    assert!(html.contains("<th scope=\"col\" class=\"right\">a</th><td class=\"centre\"></td>"), "{html}");
    assert!(!html.contains("tabindex"), "{html}");
    let wide =
        body("| measurement | measurement | measurement | measurement |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |\n");
    assert!(
        wide.contains("<section class=\"scroll\" tabindex=\"0\" aria-label=\"Table 1 of 1.D.3, scrolls sideways\""),
        "{wide}"
    );
}

#[test]
fn notes_and_tasks_are_kept() {
    let html = body("A[^x] b[^x].\n\n- [x] one\n- [ ] two\n\n[^x]: Said.\n[^y]: Never cited.\n");
    assert!(
        html.contains("<sup id=\"1.D.3:cited-1-2\"><a href=\"#1.D.3:note-1\" aria-label=\"Note 1\">1</a></sup>"),
        "{html}"
    );
    assert!(html.contains("<li id=\"1.D.3:note-1\"><p>Said. <a href=\"#1.D.3:cited-1\""), "{html}");
    assert!(html.contains("<li><p>Never cited.</p>"), "{html}");
    assert!(html.contains("<input type=\"checkbox\" disabled aria-label=\"done\" checked> one"), "{html}");
    assert!(html.contains("<input type=\"checkbox\" disabled aria-label=\"open\"> two"), "{html}");
}

#[test]
fn a_document_of_endless_depth_is_flattened() {
    for deep in [">".repeat(5_000) + " end", "- ".repeat(5_000) + "end", "*a **b ".repeat(2_000)] {
        let html = body(&deep);
        assert!(html.matches("<blockquote>").count() <= MAX_DEPTH);
        assert_eq!(html.matches("<li>").count(), html.matches("</li>").count());
    }
}

#[test]
fn the_text_of_a_pdf_is_shown_page_by_page() {
    let mut builder = Builder::default();
    for (number, text) in [(1, "One."), (1, "Two."), (3, "Three.")] {
        let spot = Spot::Page { number, line: 1 };
        builder.begin(Kind::Paragraph, spot.clone());
        builder.text(text, spot);
        builder.end();
    }
    let html = body_of(&builder.finish("evidence.pdf", Format::Pdf));
    let pages =
        "<p class=\"sheet\">Page 1</p>\n<p>One.</p>\n<p>Two.</p>\n<p class=\"sheet\">Page 3</p>\n<p>Three.</p>\n";
    assert_eq!(html, pages);
}

#[test]
fn a_word_document_keeps_the_numbers_of_its_lists_and_says_what_was_changed() {
    let mut builder = Builder::default();
    let spot = || Spot::Paragraph(1);
    builder.open(Container::List(None), spot());
    builder.open(Container::Item(Some("b)".to_owned())), spot());
    builder.begin(Kind::Line, spot());
    builder.text("Second", spot());
    let embedded = Some(Digest::of(b"x"));
    let picture =
        Link { destination: "media/a.png".to_owned(), title: String::new(), image: true, spot: spot(), embedded };
    builder.start_link(picture);
    builder.text("Map", spot());
    builder.stop();
    builder.mark(Inline::Break(true));
    builder.end();
    builder.close();
    builder.close();
    for fact in [Fact::Inserted, Fact::Deleted, Fact::Hidden] {
        builder.fact(fact, spot());
    }
    let document = builder.finish("evidence.docx", Format::Word);
    let html = body_of(&document);
    assert!(html.contains("<li class=\"labelled\"><span class=\"label\">b)</span> Second"), "{html}");
    assert!(html.contains("Map (a picture, in the original file)"), "{html}");
    assert_eq!(changes(&document).as_deref(), Some("It contains 2 tracked changes, shown as accepted."));
}
