//! Text, and files that cost more than they should, or that somebody broke.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Signed, check};

const DAMAGED: &str = "it is damaged, or written in a way that akam cannot read";
const TOO_MUCH: &str = "it holds more than akam reads of a PDF";

fn text(bytes: &[u8]) -> Result<String, &'static str> {
    super::text(bytes).map(|(text, _)| text)
}

/// A PDF of these objects, with their numbers; the first one is the catalog.
fn pdf(objects: &[(usize, String)]) -> Vec<u8> {
    let (mut file, mut table) = ("%PDF-1.7\n% /Sig\n".to_owned(), "xref\n".to_owned());
    for (number, object) in objects {
        table += &format!("{number} 1\n{:010} 00000 n \n", file.len());
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    file += &format!("{table}trailer\n<< /Root {} 0 R >>\nstartxref\n{start}\n%%EOF\n", objects[0].0);
    file.into_bytes()
}

/// A PDF whose catalog holds this form.
fn form(form: &str) -> Vec<u8> {
    pdf(&[(1, format!("<< /Type /Catalog /AcroForm {form} >>"))])
}

fn stream(entries: &str, content: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// The same, made as small as it can be.
fn packed(entries: &str, content: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory can be written");
    let bytes = encoder.finish().expect("memory can be written");
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    stream(&format!("{entries} /Filter [/ASCIIHexDecode /FlateDecode]"), &(digits + ">"))
}

/// A PDF with a page that shows this, in a font with this entry.
fn page(content: String, font: &str, more: &[(usize, String)]) -> Vec<u8> {
    let resources = "<< /Font << /F1 5 0 R >> /XObject << /X 7 0 R >> >>";
    let mut objects = vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, format!("<< /Type /Pages /Kids [3 0 R] /Resources {resources} >>")),
        (3, "<< /Type /Page /Parent 2 0 R /Contents [4 0 R] >>".to_owned()),
        (4, content),
        (5, format!("<< /Type /Font {font} >>")),
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

fn shown(content: &str) -> String {
    text(&page(stream("", content), "/Encoding /WinAnsiEncoding", &[])).expect("the page can be read")
}

#[test]
fn the_text_of_a_page_is_read() {
    assert_eq!(shown("BT /F1 12 Tf (I \\(we\\) conf\\151rm) Tj ET"), "I (we) confirm");
    assert_eq!(shown("BT /F1 12 Tf <41 42> Tj 0 -14 Td (next) Tj T* (last) Tj ET"), "AB\nnext\nlast");
    assert_eq!(shown("BT /F1 12 Tf [(kern) -20.5 (ed) -250.0 (apart)] TJ ET"), "kerned apart");
    assert_eq!(shown("BI /W 1 ID (\u{1}) EI BT /F1 12 Tf (after) Tj ET % (comment) Tj"), "after");
    assert_eq!(shown("(no font) Tj"), "");
}

#[test]
fn codes_are_mapped_and_forms_are_drawn() {
    let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <00660069> endbfchar \
        2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0058> <D83DDE00>] endbfrange";
    let more = [(6, stream("", map)), (7, stream("/Subtype /Form", "BT /F1 1 Tf <00100011002000210001> Tj ET"))];
    let bytes = page(stream("", "/X Do"), "/Encoding /Identity-H /ToUnicode 6 0 R", &more);
    assert_eq!(text(&bytes), Ok("ABX😀fi".to_owned()));
}

#[test]
fn what_is_nested_without_end_is_damaged() {
    let reason = Signed::Refused(DAMAGED.to_owned());
    assert_eq!(check(&form(&format!("<< /Fields {}", "[".repeat(1_000_000)))), reason);
    assert_eq!(check(&form(&format!("<< /Fields {}", "<</A".repeat(500_000)))), reason);
    assert_eq!(text(&page(stream("", &"[".repeat(100_000)), "", &[])), Err("a page is damaged"));
    let bytes = page(stream("", "/X Do"), "", &[(7, stream("/Subtype /Form", "/X Do /X Do"))]);
    assert_eq!(text(&bytes), Err("a page is too complex"));
}

#[test]
fn what_costs_too_much_is_not_read() {
    let reason = Signed::Refused(TOO_MUCH.to_owned());
    assert_eq!(check(&form(&format!("<< /Fields [{}] >>", "0 ".repeat(500_000)))), reason);
    let bomb = packed("", &vec![b' '; 9 << 20]);
    assert_eq!(text(&page(bomb, "", &[])), Err(TOO_MUCH));
    // Each page is small enough, but not all of them.
    let bytes = pdf(&[
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, format!("<< /Type /Pages /Kids [{}] >>", "3 0 R 5 0 R ".repeat(20))),
        (3, "<< /Type /Page /Contents 4 0 R >>".to_owned()),
        (4, packed("", &vec![b' '; 7 << 20])),
        (5, "<< /Type /Page /Contents [4 0 R 4 0 R] >>".to_owned()),
    ]);
    assert_eq!(text(&bytes), Err(TOO_MUCH));
    // A code that means a page of text.
    let map = format!("beginbfchar <61> <{}> endbfchar", "0041".repeat(100_000));
    let long = format!("/F1 1 Tf ({}) Tj", "a".repeat(30_000)).repeat(10);
    let bytes = page(stream("", &long), "/ToUnicode 6 0 R", &[(6, stream("", &map))]);
    assert_eq!(text(&bytes), Err("it holds more text than akam reads"));
}

#[test]
fn objects_within_objects_are_not_looked_at_without_end() {
    let nested = "1 0 obj(".repeat(100_000);
    assert_eq!(super::survey(format!("%PDF-1.7\n{nested}%%EOF\n").as_bytes()), Err(TOO_MUCH));
    for length in ["", "/Length 1000000"] {
        let endless = format!("1 0 obj<</Type/ObjStm{length}>>stream\n").repeat(100_000);
        let survey = super::survey(format!("%PDF-1.7\n{endless}%%EOF\n").as_bytes());
        assert!(!survey.is_ok_and(|survey| survey.is_whole));
    }
}

#[test]
fn objects_in_object_streams_are_read_once_each() {
    let catalog = "<< /Type /Catalog /Pages 12 0 R >> << /Type /Pages /Kids [13 0 R] >>";
    let members = packed("/Type /ObjStm /N 2 /First 11", format!("11 0 12 35 {catalog}").as_bytes());
    let content = stream("", "BT /F1 1 Tf (packed) Tj ET");
    let font = "/Resources << /Font << /F1 << /Type /Font /Encoding /WinAnsiEncoding >> >> >>";
    let page = format!("<< /Type /Page /Contents 15 0 R {font} >>");
    let mut file = "%PDF-1.7\n".to_owned();
    let mut rows = vec![[2, 0, 14, 0], [2, 0, 14, 1]];
    for (number, object) in [(13, page), (14, members), (15, content)] {
        let at = u8::try_from(file.len() >> 8).expect("the file is short");
        rows.push([1, at, u8::try_from(file.len() & 0xff).expect("it is a byte"), 0]);
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let table = packed("/Type /XRef /W [1 2 1] /Index [11 5] /Root 11 0 R", &rows.concat());
    file += &format!("16 0 obj\n{table}\nendobj\nstartxref\n{start}\n%%EOF\n");
    assert_eq!(text(file.as_bytes()), Ok("packed".to_owned()));
}

#[test]
fn sections_that_lead_in_a_circle_are_damaged() {
    let start = "%PDF-1.7\n% /Sig\n";
    let section = format!("xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev {} >>\n", start.len());
    let file = format!("{start}{section}startxref\n{}\n%%EOF\n", start.len());
    assert_eq!(check(file.as_bytes()), Signed::Refused(DAMAGED.to_owned()));
}

#[test]
fn a_broken_file_is_no_trouble() {
    let map = stream("", "1 begincodespacerange <00> <ff> endcodespacerange beginbfrange <20> <7f> <0020> endbfrange");
    let content = stream("", "BT /F1 12 Tf 72 720 Td [(one) -300 (two)] TJ /X Do BI /W 1 ID x EI ET");
    let more = [(6, map), (7, packed("/Subtype /Form", b"BT /F1 1 Tf (three) Tj ET"))];
    let original = page(content, "/Encoding << /Differences [97 /b] >> /ToUnicode 6 0 R", &more);
    assert_eq!(text(&original), Ok("one two three".to_owned()));
    let mut state = 1_u32;
    let mut below = move |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % most
    };
    for _ in 0..4_000 {
        let mut broken = original.clone();
        for _ in 0..=below(3) {
            let at = below(broken.len());
            match below(3) {
                0 => broken[at] = b"<>[]()/%{} 0123456789R\n"[below(23)],
                1 => drop(broken.drain(at..(at + below(40)).min(original.len() - 200).max(at))),
                _ => broken.extend_from_within(at..(at + 40).min(broken.len())),
            }
        }
        // Neither stops, nor says that a signature holds.
        let _ = text(&broken);
        assert!(!matches!(check(&broken), Signed::Valid(_)));
    }
}
