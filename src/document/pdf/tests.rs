//! Small PDFs, written in code.

use super::parse;
use crate::document::Document;
use crate::document::block::{BlockStep, Inline, Kind, Spot};

/// Objects of a file, from number 1 on; the first is the catalog.
pub struct Pdf(Vec<String>);

impl Pdf {
    /// A page with this content, and these further objects from number 5 on; entries for its page and its catalog.
    pub fn page(content: &str, page: &str, catalog: &str, more: &[&str]) -> Self {
        let fonts = "<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> \
            /F5 5 0 R >>";
        let resources = format!("/Resources << /Font {fonts} /XObject << /X 6 0 R >> /Properties << /P 7 0 R >> >>");
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {resources} {page} >>"),
            stream("", content),
        ];
        objects.extend(more.iter().map(|object| (*object).to_owned()));
        Pdf(objects)
    }

    pub fn bytes(&self) -> Vec<u8> {
        let (mut file, mut table) = ("%PDF-1.7\n".to_owned(), String::new());
        for (number, object) in (1..).zip(&self.0) {
            table += &format!("{:010} 00000 n \n", file.len());
            file += &format!("{number} 0 obj\n{object}\nendobj\n");
        }
        let (start, size) = (file.len(), self.0.len() + 1);
        file += &format!("xref\n0 {size}\n0000000000 65535 f \n{table}");
        file += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        file.into_bytes()
    }
}

pub fn stream(entries: &str, content: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

pub fn open(bytes: &[u8]) -> Result<Document, String> {
    parse("a.pdf", bytes, &|line| line == "Account plan").map_err(|problem| problem.message)
}

/// The blocks, one a line: `# ` before headings, links in brackets, the place after `@`.
pub fn dump(document: &Document) -> String {
    let mut dump = String::new();
    for block in &document.blocks {
        if let Kind::Heading(level) = block.kind {
            dump += &format!("{} ", "#".repeat(level.into()));
        }
        block.walk(&document.text, |step| match step {
            BlockStep::Text(text, _) => dump += text,
            BlockStep::Start(Inline::Link(_)) => dump += "[",
            BlockStep::End(Inline::Link(link)) => dump += &format!("]({})", document.links[*link].destination),
            _ => {}
        });
        if let Spot::Page { number, line } = block.spot {
            dump += &format!(" @{number}.{line}");
        }
        dump.push('\n');
    }
    dump
}

/// What a page says that is drawn so.
fn shown(content: &str) -> String {
    let bytes = Pdf::page(content, "", "", &[]).bytes();
    dump(&open(&bytes).expect("the page can be read")).replace(" @1.1\n", "")
}

#[test]
fn lines_and_words_come_from_where_glyphs_are() {
    assert_eq!(shown("BT /F1 12 Tf 72 700 Td (I \\(we\\) conf\\151rm) Tj ET"), "I (we) confirm");
    assert_eq!(shown("BT /F1 12 Tf 72 700 Td [(kern) -20.5 (ed) -250.5 (apart)] TJ ET"), "kerned apart");
    assert_eq!(shown("BT /F1 12 Tf 72 700 Td (one) Tj 30 0 Td (two) Tj ET"), "one two");
    assert_eq!(shown("BT /F1 12 Tf 72 700 Td (wi) Tj 11.33 0 Td (de) Tj ET"), "wide", "by the font's widths");
    assert_eq!(
        shown("BT /F1 12 Tf 14 TL 72 700 Td (one) Tj T* (two) Tj (three) ' 1 0 (four) \" ET"),
        "one two three four"
    );
    assert_eq!(shown("BT /F1 1 Tf 12 0 0 12 72 700 Tm 0.1 Tc 2 Tw 150 Tz (a b) Tj ET"), "a b");
    assert_eq!(shown("q .1 0 0 .1 0 0 cm BT /F1 120 Tf 720 7000 Td (small) Tj ET Q"), "small");
    assert_eq!(shown("BT /F1 12 Tf 0 1 -1 0 72 300 Tm (turned) Tj 40 0 Td (on) Tj ET"), "turned on");
    assert_eq!(shown("BT /F1 12 Tf 72 700 Td (x) Tj /F1 7 Tf 5 Ts (2) Tj 0 Ts /F1 12 Tf ( more) Tj ET"), "x2 more");
}

#[test]
fn what_is_drawn_twice_to_look_bold_is_read_once() {
    let twice = "BT /F1 12 Tf 72 700 Td (bold) Tj ET BT /F1 12 Tf 72.3 700 Td (bold) Tj ET";
    assert_eq!(shown(twice), "bold");
    assert_eq!(shown("BT /F1 12 Tf 72 700 Td (bookkeeper) Tj ET"), "bookkeeper");
}

#[test]
fn lines_are_joined_to_paragraphs() {
    let text = "BT /F1 12 Tf 14 TL 72 700 Td (The first line is quite long and reaches far to the right,) Tj \
        T* (the second one goes on with a hyphe-) Tj T* (nated word and ends.) Tj \
        T* (Another paragraph begins after the short line, and) Tj T* (ends.) Tj \
        0 -30 Td (After a blank one.) Tj T* (\\225 an item) Tj T* (2. a numbered one) Tj ET";
    let bytes = Pdf::page(text, "", "", &[]).bytes();
    let expected = "The first line is quite long and reaches far to the right, the second one goes on with a \
        hyphenated word and ends. @1.1\n\
        Another paragraph begins after the short line, and ends. @1.4\n\
        After a blank one. @1.6\n• an item @1.7\n2. a numbered one @1.8\n";
    assert_eq!(dump(&open(&bytes).expect("the page can be read")), expected);
}

const TREE: &str = "<< /Type /StructTreeRoot /K 6 0 R /RoleMap << /Chapter /H1 >> >>";

#[test]
fn headings_come_from_tags_first() {
    let content = "BT /F1 12 Tf 72 700 Td /Chapter << /MCID 0 >> BDC (Market) Tj EMC 0 -20 Td \
        /P << /MCID 1 >> BDC (Text of one) Tj 0 -30 Td (paragraph.) Tj EMC 0 -14 Td \
        /Artifact BMC (Page 1 of Ann Berg) Tj EMC /P << /MCID 2 >> BDC 0 -14 Td (Another one) Tj EMC ET";
    let elements = "<< /S /Document /Pg 3 0 R /K [<< /S /Chapter /K 0 >> << /S /P /K [1] >> \
        << /S /P /K << /Type /MCR /Pg 3 0 R /MCID 2 >> >>] >>";
    let bytes = Pdf::page(content, "", "/StructTreeRoot 5 0 R", &[TREE, elements]).bytes();
    let document = open(&bytes).expect("the page can be read");
    assert_eq!(dump(&document), "# Market @1.1\nText of one paragraph. @1.2\nAnother one @1.4\n");
    assert_eq!(&*document.outside, "Page 1 of Ann Berg\n");
}

#[test]
fn headings_come_from_bookmarks_else_from_the_titles_of_parts() {
    let content = "BT /F1 12 Tf 72 700 Td (1.2 Market) Tj 0 -14 Td (analysis) Tj 0 -14 Td (Account plan) Tj \
        0 -14 Td (It is a text.) Tj ET";
    let bytes = Pdf::page(content, "", "", &[]).bytes();
    let parts = dump(&open(&bytes).expect("the page can be read"));
    assert_eq!(parts, "1.2 Market analysis @1.1\n## Account plan @1.3\nIt is a text. @1.4\n");
    let outlines = "/Outlines << /First << /Title (none) >> /First 5 0 R >>";
    let item = "<< /Title (Market analysis) /Dest [3 0 R /Fit] /First 6 0 R >>";
    let below = "<< /Title <FEFF004900740020006900730020006100200074006500780074> /A << /S /GoTo /D [3 0 R] >> >>";
    let bytes = Pdf::page(content, "", outlines, &[item, below]).bytes();
    let marked = dump(&open(&bytes).expect("the page can be read"));
    assert_eq!(marked, "# 1.2 Market analysis @1.1\nAccount plan @1.3\n## It is a text. @1.4\n");
}

#[test]
fn links_and_comments_are_read() {
    let content = "BT /F1 12 Tf 72 700 Td (See the account plan for more) Tj ET";
    let annotations = "/Annots [<< /Subtype /Link /Rect [92 695 190 712] /A << /S /URI /URI (https://example.com) >> >> \
        << /Subtype /Link /Rect [0 0 9 9] /A << /S /GoToR /F << /UF (plan.pdf) >> /D [0] >> >> \
        << /Subtype /Highlight /T (Ann Berg) /Contents (Which year?) >>]";
    let document = open(&Pdf::page(content, annotations, "", &[]).bytes()).expect("the page can be read");
    assert_eq!(dump(&document), "See [the account plan](https://example.com) for more[](plan.pdf) @1.1\n");
    assert_eq!(document.comments[0].text, "Which year?");
    assert_eq!(document.comments[0].spot, Spot::Part("comment by Ann Berg on page 1".to_owned()));
}

#[test]
fn codes_become_letters() {
    let show = |font: &str, map: &str, string: &str| {
        let content = format!("BT /F5 12 Tf 72 700 Td {string} Tj ET");
        let bytes = Pdf::page(&content, "", "", &[font, &stream("", map)]).bytes();
        open(&bytes).map(|document| document.text.to_string())
    };
    let simple =
        |encoding: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding {encoding} >>");
    let text = |text: &str| Ok(text.to_owned());
    assert_eq!(show(&simple("/WinAnsiEncoding"), "", "(\\344\\200\\225)"), text("ä€•"));
    assert_eq!(show(&simple("/MacRomanEncoding"), "", "(\\212 it)"), text("ä it"));
    let named = "<< /Differences [1 /fi /uni20AC /u1F600 /f_l /a.alt 97 /a97 /eacute] >>";
    assert_eq!(show(&simple(named), "", "<010203040561 62>"), text("fi€😀flaaé"));
    let composite = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [<< >>] >>";
    let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <FB01> endbfchar \
        2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0058> <D83DDE00>] endbfrange";
    assert_eq!(show(composite, map, "<001000110020000100210012>"), text("ABXfi😀C"));
    let unknown = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< >>] >>";
    assert!(show(unknown, "", "<00100011>").expect_err("no letters").contains("which letters"));
    let replaced = "/Span << /ActualText (replaced) >> BDC (r\\345pl) Tj EMC ( text)";
    assert_eq!(show(&simple("/WinAnsiEncoding"), "", replaced), text("replaced text"));
}

#[test]
fn what_cannot_be_read_as_a_whole_is_refused() {
    let refused = |bytes: &[u8]| open(bytes).expect_err("it is refused");
    let good = Pdf::page("BT /F1 12 Tf 72 700 Td (Good) Tj ET", "", "", &[]).bytes();
    assert!(open(&good).is_ok());
    assert!(refused(b"").contains("empty"));
    assert!(refused(b"PK\x03\x04...").contains("Word"));
    assert!(refused(b"<!DOCTYPE html><p>").contains("web page"));
    assert!(refused(&good[..good.len() / 2]).contains("its end is missing"));
    assert!(refused(&Pdf::page("", "", "", &[]).bytes()).contains("no text"));
    let picture = stream("/Subtype /Image /Width 1 /Height 1", "x");
    assert!(refused(&Pdf::page("/X Do", "", "", &["null", &picture]).bytes()).contains("scanner"));
    let looped = Pdf(vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), "<< /Kids [2 0 R] >>".to_owned()]);
    assert!(refused(&looped.bytes()).contains("leads back to itself"));
    let form = Pdf::page("BT /F1 9 Tf 9 9 Td (Please wait) Tj ET", "", "/AcroForm << /XFA [] >>", &[]);
    assert!(refused(&form.bytes()).contains("XFA"));
    let deep = Pdf::page(&"[".repeat(100_000), "", "", &[]);
    assert!(refused(&deep.bytes()).contains("damaged"));
    let mut moved = good.clone();
    let at = memchr::memmem::rfind(&moved, b"startxref").expect("it is there");
    moved.truncate(at);
    moved.extend(b"startxref\n7\n%%EOF\n");
    assert_eq!(dump(&open(&moved).expect("the objects are there")), "Good @1.1\n");
}
