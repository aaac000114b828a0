use super::*;

fn read(text: &str) -> Document {
    parse(Source { path: "evidence.md".to_owned(), text: text.to_owned() })
}

#[test]
fn words_are_counted_in_text_lists_and_tables_but_not_in_headings_and_comments() {
    let document = read(
        "# A title\n\n<!-- four words not counted -->\n\nOne *two*three.\n\n- four\n- five\n\n| a | b |\n|---|---|\n| c | d |\n",
    );
    assert_eq!(document.words, 2 + 2 + 4);
    assert_eq!(read("不要停 it's 1,500").words, 5);
}

#[test]
fn a_section_counts_what_stands_under_its_sub_headings() {
    let document = read("# T\n\n## One\n\na b\n\n### Deeper\n\nc\n\n## Two\n\nd\n");
    assert_eq!(document.words_under(1), 3);
    assert_eq!(document.words_under(3), 1);
    assert_eq!(document.words_under(0), 4);
}

#[test]
fn comments_are_found_over_lines_in_a_line_and_without_an_end() {
    let document = read("<!-- akam: one\ntwo -->\n\nText <!-- note --> goes on.\n\n<!-- open\n\nHidden.\n");
    let seen: Vec<_> = document.comments.iter().map(|comment| (comment.text.as_str(), comment.closed)).collect();
    assert_eq!(seen, [("akam: one\ntwo", true), ("note", true), ("open\n\nHidden.", false)]);
    assert_eq!(document.words, 3);
}

#[test]
fn windows_line_ends_change_nothing() {
    let text = "# T\n\n## One\n\na b c\n\n<!-- x\ny -->\n";
    let (plain, windows) = (read(text), read(&text.replace('\n', "\r\n")));
    assert_eq!((plain.words, plain.sections.len()), (windows.words, windows.sections.len()));
    assert_eq!(windows.comments.len(), 1);
}

#[test]
fn links_and_images_are_told_apart() {
    let document = read("[a](x.pdf) ![b](y.png) [c][r]\n\n[r]: <z w.csv>\n");
    let seen: Vec<_> = document.links.iter().map(|link| (link.destination.as_str(), link.image)).collect();
    assert_eq!(seen, [("x.pdf", false), ("y.png", true), ("z w.csv", false)]);
}

/// The blocks of a text, each in a few characters.
fn blocks(text: &str) -> String {
    let document = read(text);
    let shown = document.blocks.iter().filter_map(|block| {
        let words = document.text[block.range.clone()].replace('\n', "⏎");
        Some(match &block.kind {
            Kind::Heading(level) => format!("h{level} {words}"),
            Kind::Paragraph => format!("p {words}"),
            Kind::Line => format!("- {words}"),
            Kind::Code => format!("code {words}"),
            Kind::Row { .. } => format!("row {words}"),
            Kind::Rule => "rule".to_owned(),
            Kind::Html(_) => "html".to_owned(),
            Kind::Open(_) | Kind::Close(_) => return None,
        })
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn pasted_text_is_read_as_it_was_meant() {
    let long = format!("{}.", "word ".repeat(30).trim_end());
    for (text, meant) in [
        ("We did:\n• one\n• two\n", "p We did:\n- one\n- two"),
        ("•\tone\n•\ttwo\n", "- one\n- two"),
        ("\u{f0b7}one\n", "- one"),
        ("Then:\n– one\n– two\n", "p Then:\n- one\n- two"),
        ("– one\n– two\n", "- one\n- two"),
        ("We won\n– at last – the account.\n", "p We won⏎– at last – the account."),
        ("1) one\n2) two\n", "- one\n- two"),
        ("##Heading\n\ntext\n", "h2 Heading\np text"),
        ("####Deep\n", "h4 Deep"),
        ("#1 in the market\n", "p #1 in the market"),
        ("a ~5~ b ~~c~~\n", "p a ~5~ b c"),
        ("\tA tab begins it.\n", "p A tab begins it."),
        ("- one\n\n\tgoes on\n", "p one\np goes on"),
        ("One sentence.\n---\nNext.\n", "p One sentence.\nrule\np Next."),
        ("A title\n---\nNext.\n", "h2 A title\np Next."),
        ("Year\tSales\n2023\t5\n2024\t6\n", "row Year | Sales\nrow 2023 | 5\nrow 2024 | 6"),
        ("    code\n", "code code⏎"),
        ("```\n• one\n##two\n```\n", "code • one⏎##two⏎"),
    ] {
        assert_eq!(blocks(text), meant, "{text:?}");
    }
    let breaks = |text: &str| {
        let document = read(text);
        let marks = document.blocks.iter().flat_map(|block| &block.marks);
        marks.filter(|mark| matches!(mark.is, Inline::Break(true))).count()
    };
    assert_eq!(breaks(&format!("{long}\n{long}\n")), 1, "each line is a paragraph");
    assert_eq!(breaks("A line.\nAnother line.\n"), 0, "lines of one paragraph");
}

#[test]
fn places_in_pasted_text_are_those_of_the_file() {
    let document = read("Intro:\n• one Åse\n\nA\tB\nc\tÅse\n");
    let places = document.text.match_indices("Åse").map(|(at, name)| document.text.spot(&(at..at + name.len())));
    let lines: Vec<_> = places.map(|spot| document.place(&spot).line().map(|part| part.line)).collect();
    assert_eq!(lines, [Some(2), Some(5)]);
}

#[test]
fn what_no_page_shows_is_found() {
    for (text, lost) in [
        ("| a | b |\n|---|---|\n| c | d | 5 % |\n", &["5"][..]),
        ("a\n\n[x]: https://example.org \"said so\"\n", &["x]: https://example.org \"said so"]),
        ("a\n\n<!-- note\n\nWe won.\n", &["<!-- note\n\nWe won.\n"]),
        ("[a][x]\n\n[x]: https://example.org \"said so\"\n", &[]),
        ("a[^1]\n\n[^1]: one\n\n[^2]: two\n", &[]),
        ("1. a\n2. b\n   - [x] c\n\n> 3. d\n\n[e](f.pdf \"g\") ![h](i.png)\n\n# j #\n\nk\n===\n", &[]),
        ("a <!-- b --> c\n\n<div>d</div>\n\n```rust\ne\n```\n\n&amp; &eacute; \\* <https://f.org>\n", &[]),
        ("[//]: # (a note)\n", &[]),
    ] {
        assert_eq!(read(text).lost().collect::<Vec<_>>(), lost, "{text:?}");
    }
    assert_eq!(read("[//]: # (a note)\n").comments.len(), 1);
}
