//! The second layer under the documents: whatever the first one lets through, only this stays in a page.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

const TAGS: &str = "a blockquote br code del div em h3 h4 h5 h6 hr img input li mark ol p pre section span strong sup table tbody \
    td th thead tr ul";

/// Elements with the attributes they may have.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "rel", "title", "aria-label"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("img", &["src", "alt", "title"]),
    ("input", &["type", "checked", "disabled", "aria-label"]),
    ("li", &["id"]),
    ("ol", &["start"]),
    ("p", &["id"]),
    ("section", &["tabindex", "aria-label"]),
    ("sup", &["id"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
];

/// Elements with the classes they may have.
const CLASSES: &[(&str, &[&str])] = &[
    ("a", &["code"]),
    ("div", &["scroll", "footnotes"]),
    ("li", &["labelled"]),
    ("p", &["sheet"]),
    ("section", &["scroll"]),
    ("span", &["label"]),
    ("td", &["right", "centre"]),
    ("th", &["right", "centre"]),
];

static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let sets = |pairs: &[(&'static str, &'static [&'static str])]| -> HashMap<_, HashSet<_>> {
        pairs.iter().map(|(element, names)| (*element, names.iter().copied().collect())).collect()
    };
    let mut allowed = Builder::empty();
    allowed
        .tags(TAGS.split_whitespace().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(sets(ATTRIBUTES))
        .allowed_classes(sets(CLASSES))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(attribute);
    allowed
});

/// The HTML without anything that is not allowed.
pub fn clean(html: &str) -> String {
    let kept = ALLOWED.clean(&split_long_texts(html)).to_string();
    // The serialiser writes `disabled=""`. No text can look like this: its `<` is always written `&lt;`.
    kept.replace("<input type=\"checkbox\" disabled=\"\" ", "<input type=\"checkbox\" disabled ")
        .replace(" aria-label=\"done\" checked=\"\">", " aria-label=\"done\" checked>")
}

/// The HTML with comments in its long texts, which are stripped again: for each `&` of a text, and for each letter that
/// begins as a blank does, the serialiser (html5ever 0.40) looks through all of the text behind it.
fn split_long_texts(html: &str) -> String {
    const PIECE: usize = 4096;
    let mut pieces = String::with_capacity(html.len());
    let (mut start, mut in_tag) = (0, false);
    for (at, ch) in html.char_indices() {
        match ch {
            '<' | '>' => (start, in_tag) = (at, ch == '<'),
            '&' | '\u{80}'.. if !in_tag && at - start > PIECE => {
                pieces.push_str("<!---->");
                start = at;
            }
            _ => {}
        }
        pieces.push(ch);
    }
    pieces
}

/// What an attribute may say.
fn attribute<'a>(element: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let allowed = match (element, name) {
        ("img", "src") => value.strip_prefix("picture-").is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit())),
        ("a", "href") => !value.starts_with(['/', '.']) && !value.contains("/../"),
        ("a", "rel") => value == "noopener noreferrer",
        ("input", "type") => value == "checkbox",
        ("section", "tabindex") => value == "0",
        _ => true,
    };
    allowed.then_some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_first_layer_should_never_let_through_is_stripped_here() {
        for (html, kept) in [
            ("<script>alert(1)</script>", ""),
            ("<p onclick=\"alert(1)\" style=\"position:fixed\">a</p>", "<p>a</p>"),
            ("<a href=\"javascript:alert(1)\">a</a>", "<a>a</a>"),
            ("<a href=\"JaVa\tScRiPt:alert(1)\">a</a>", "<a>a</a>"),
            ("<a href=\"data:text/html,x\">a</a>", "<a>a</a>"),
            ("<a href=\"file:///etc/passwd\">a</a>", "<a>a</a>"),
            ("<a href=\"//example.org\">a</a>", "<a>a</a>"),
            ("<img src=\"https://example.org/x.png\" alt=\"a\">", "<img alt=\"a\">"),
            ("<img src=\"picture-3\" alt=\"a\" onerror=\"alert(1)\">", "<img src=\"picture-3\" alt=\"a\">"),
            ("<img src=\"data:image/svg+xml,x\" alt=\"a\">", "<img alt=\"a\">"),
            ("<a href=\"../a/x.png\">a</a>", "<a>a</a>"),
            ("<svg onload=alert(1)><p>a</p></svg>", "<p>a</p>"),
            ("<iframe src=\"x\"></iframe><form action=x><input type=text></form>", "<input>"),
            ("<div class=\"scroll banner\">a</div>", "<div class=\"scroll\">a</div>"),
        ] {
            assert_eq!(clean(html), kept, "{html}");
        }
    }

    #[test]
    fn a_long_text_stays_one() {
        for text in ["&amp;", "\u{b7}", "a &lt;b&gt; \u{e9}&nbsp;"] {
            let html = format!("<p>{0}</p><ul><li>{0}</li></ul>", text.repeat(20_000));
            assert!(clean(&html) == html, "{text}");
        }
    }

    #[test]
    fn a_text_that_looks_like_a_checkbox_is_left_alone() {
        let text = "<p>&lt;input type=\"checkbox\" disabled=\"\" aria-label=\"done\" checked=\"\"&gt;</p>";
        assert_eq!(clean(text), text);
    }
}
