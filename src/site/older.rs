//! Checks that pages of an older version of akam, which cannot be rendered again, are harmless.
//!
//! Browsers repair everything they parse, so this does not parse as they do. A page must be spelt exactly as akam
//! spells pages: then it can be read in only one way.

/// The start of every page of an archive: first of all, what the browser may load and run. Only pictures differ: in the page,
/// and up to format 2 beside it.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
    http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src ";
const PICTURES: [&str; 2] = ["data:; ", "'self' data:; "];
const HEAD_END: &str = "style-src 'unsafe-inline'\">\n";

/// Elements of the pages, the chart on the cover among them.
const TAGS: &str = "a article blockquote body br code dd del desc details div dl dt em figcaption figure footer h1 h2 h3 h4 \
    h5 h6 head header hr html img input ins li main meta nav ol p pre rect section span strong style summary sup svg table \
    tbody td text th thead title tr ul";

/// Their attributes; [`is_harmless`] decides what the values of some may be.
const ATTRIBUTES: &str = "alt aria-label aria-labelledby checked class colspan content data-label dir disabled height href \
    id name rel role rowspan scope src start tabindex title type viewBox width x y";

/// Everything by which a style sheet could load something.
const LOADING: [&str; 6] = ["@import", "url(", "src(", "image(", "image-set(", "expression("];

/// Why a page cannot be one of akam's.
pub fn refused_because(html: &str) -> Option<String> {
    let behind = |pictures: &&str| html.strip_prefix(HEAD)?.strip_prefix(*pictures)?.strip_prefix(HEAD_END);
    let Some(mut rest) = PICTURES.iter().find_map(behind) else {
        return Some("it does not begin as akam's pages do, with what a browser may load and run".to_owned());
    };
    while let Some(at) = rest.find('<') {
        let Some(tag) = Tag::parse(&rest[at..]) else {
            return Some(format!("`{}` is not spelt as akam spells it", beginning(&rest[at..])));
        };
        rest = &rest[at + tag.length..];
        if let Some(why) = tag.refused_because() {
            return Some(why);
        }
        // Browsers parse the content of these elements differently.
        if ["title", "style"].contains(&tag.name) && !tag.is_end {
            let Some((text, behind)) = rest.split_once(&format!("</{}>", tag.name)) else {
                return Some(format!("its `{}` has no end", tag.name));
            };
            rest = behind;
            // Style sheets use `<` to compare widths.
            if text.split('<').skip(1).any(|it| tag.name == "title" || !it.starts_with([' ', '='])) {
                return Some(format!("its `{}` holds more than text", tag.name));
            }
            if tag.name == "style" && !is_plain_style(text) {
                return Some("its style sheet could load something".to_owned());
            }
        }
    }
    None
}

/// The first characters of what is wrong, to be shown.
fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A tag from `<` to `>`.
struct Tag<'a> {
    name: &'a str,
    is_end: bool,
    /// Names and unescaped values.
    attributes: Vec<(&'a str, &'a str)>,
    /// In bytes.
    length: usize,
}

impl<'a> Tag<'a> {
    /// Reads `<name attribute attribute="value">` or `</name>`.
    fn parse(html: &'a str) -> Option<Self> {
        let rest = html.strip_prefix('<')?;
        let (is_end, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let (name, mut rest) = rest.split_at(rest.find(|it: char| !it.is_ascii_alphanumeric())?);
        let mut attributes = Vec::new();
        while let Some(next) = rest.strip_prefix(' ') {
            let (name, behind) = next.split_at(next.find(|it: char| !it.is_ascii_alphabetic() && it != '-')?);
            let (value, behind) = match behind.strip_prefix("=\"") {
                Some(value) => value.split_once('"')?,
                None => ("", behind),
            };
            attributes.push((name, value));
            rest = behind;
        }
        rest = rest.strip_prefix('>')?;
        Some(Tag { name, is_end, attributes, length: html.len() - rest.len() })
    }

    fn refused_because(&self) -> Option<String> {
        let is_one_of = |list: &str, word: &str| list.split(' ').any(|known| known == word);
        if !is_one_of(TAGS, self.name) || self.is_end && !self.attributes.is_empty() {
            return Some(format!("it holds an element `{}` that akam's pages have not", self.name));
        }
        let wrong =
            |(name, value): &&(&str, &str)| !is_one_of(ATTRIBUTES, name) || !is_harmless(self.name, name, value);
        let (name, value) = self.attributes.iter().find(wrong)?;
        Some(format!("its `{}` has `{name}=\"{}\"`, which akam does not write", self.name, beginning(value)))
    }
}

/// Whether an attribute's value is allowed. Values are compared as written, so no entity can hide anything.
fn is_harmless(tag: &str, name: &str, value: &str) -> bool {
    match (tag, name) {
        ("a", "href") => {
            let is_web = ["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme));
            let (path, fragment) = value.split_once('#').unwrap_or((value, ""));
            is_web || is_inside(path) && fragment.chars().all(|it| !it.is_control())
        }
        ("img", "src") => !value.is_empty() && is_inside(value) || is_embedded(value),
        ("meta", "name") => ["viewport", "color-scheme", "generator"].contains(&value),
        ("input", "type") => value == "checkbox",
        ("a", "rel") => value == "noopener noreferrer",
        (_, "href" | "src" | "type" | "rel") => false,
        (_, "name" | "content") => tag == "meta",
        _ => true,
    }
}

/// Whether a path leads to the archive's own files: spelt as links are, and climbing no higher than from a page to the
/// cover.
fn is_inside(path: &str) -> bool {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte));
    let below = path.strip_prefix("../").unwrap_or(path);
    let below = below.strip_prefix("../").unwrap_or(below);
    is_plain && !path.starts_with('/') && !below.split('/').any(|part| part == "..")
}

/// Whether an address is a picture itself, of a kind that a page shows.
fn is_embedded(address: &str) -> bool {
    let data = address.strip_prefix("data:image/").and_then(|kind| kind.split_once(";base64,"));
    data.is_some_and(|(kind, data)| {
        ["png", "jpeg", "gif", "webp", "avif"].contains(&kind)
            && data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    })
}

/// Whether a style sheet loads nothing: no such word outside comments and strings, and no escape that could spell one.
fn is_plain_style(style: &str) -> bool {
    let is_one_line = |text: &str| !text.contains('\n') && !text.ends_with('\\');
    let (mut rest, mut plain) = (style, String::new());
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, mark) = rest.split_at(at);
        plain += before;
        let end = if let Some(comment) = mark.strip_prefix("/*") {
            comment.find("*/").map(|end| end + 4)
        } else if mark.starts_with('/') {
            Some(1)
        } else {
            // akam escapes a quotation mark inside a string.
            mark[1..].find(&mark[..1]).filter(|end| is_one_line(&mark[1..=*end])).map(|end| end + 2)
        };
        let Some(end) = end else { return false };
        plain.push(' ');
        rest = &mark[end..];
    }
    plain += rest;
    let plain = plain.to_ascii_lowercase();
    !plain.contains('\\') && !LOADING.iter().any(|word| plain.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> String {
        format!(
            "{HEAD}data:; {HEAD_END}<title>A &amp; B</title>\n<style>\np {{ color: red; }}\n</style>\n</head>\n<body>{body}</body>\n</html>\n"
        )
    }

    const WRONG: [&str; 68] = [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        "<script src=x></script>",
        "<p onclick=\"alert(1)\">a</p>",
        "<p style=\"position:fixed\">a</p>",
        "<a href=\"javascript:alert(1)\">a</a>",
        "<a href=\"java&#115;cript:alert(1)\">a</a>",
        "<a href=\"&#106;avascript:alert(1)\">a</a>",
        "<a href=\" javascript:alert(1)\">a</a>",
        "<a href=\"data:text/html,x\">a</a>",
        "<a href=\"file:///etc/passwd\">a</a>",
        "<a href=\"//x.example\">a</a>",
        "<a href=\"/etc/passwd\">a</a>",
        "<a href=\"../../../x\">a</a>",
        "<a href=\"data/../../../x\">a</a>",
        "<a href=\"..\\..\\x\">a</a>",
        "<a href='x'>a</a>",
        "<a href=x>a</a>",
        "<a href=\"x\" href=\"javascript:alert(1)\">a</a>",
        "<a xlink:href=\"javascript:alert(1)\">a</a>",
        "<a target=\"_blank\" href=\"x\">a</a>",
        "<a download=\"x\" href=\"x\">a</a>",
        "<a ping=\"https://x.example\" href=\"x\">a</a>",
        "<img src=\"https://x.example/a.png\" alt=\"\">",
        "<img src=\"data:image/svg+xml,x\" alt=\"\">",
        "<img src=\"data:image/svg+xml;base64,eA==\" alt=\"\">",
        "<img src=\"data:text/html;base64,eA==\" alt=\"\">",
        "<img src=\"data:image/png;base64,a b\" alt=\"\">",
        "<img srcset=\"https://x.example/a.png\" alt=\"\">",
        "<iframe src=\"x\"></iframe>",
        "<form action=\"https://x.example\"><input type=\"submit\"></form>",
        "<input type=\"password\">",
        "<button>a</button>",
        "<object data=\"x\"></object>",
        "<embed src=\"x\">",
        "<link rel=\"stylesheet\" href=\"x.css\">",
        "<base href=\"https://x.example/\">",
        "<meta http-equiv=\"refresh\" content=\"0;url=https://x.example\">",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"\">",
        "<meta name=\"referrer\" content=\"x\">",
        "<svg><use href=\"x.svg#a\"></use></svg>",
        "<svg><image href=\"x.png\"></image></svg>",
        "<svg><animate onbegin=\"alert(1)\"></animate></svg>",
        "<svg><foreignObject></foreignObject></svg>",
        "<math></math>",
        "<template></template>",
        "<noscript></noscript>",
        "<textarea></textarea>",
        "<video src=\"x\"></video>",
        "<!-- a -->",
        "<![CDATA[x]]>",
        "<?xml version=\"1.0\"?>",
        "<!DOCTYPE html>",
        "a < b",
        "<p/>",
        "<p\nclass=\"a\">",
        "<p",
        "</p class=\"a\">",
        "<title><a title=\"</title><script>alert(1)</script>\"></title>",
        "<title>a",
        "<style>@import 'https://x.example/a.css';</style>",
        "<style>p { background: URL(https://x.example/a.png); }</style>",
        "<style>p { background: \\75rl(https://x.example/a.png); }</style>",
        "<style>/* \" */ @import 'x'; /* \" */</style>",
        "<style>p { content: \"a\n@import 'x'; \" }</style>",
        "<style>p { content: \"a }</style>",
        "<style>p { content: \"\\\"\"; } @import \"x\";</style>",
        "<style>/* a </style>",
    ];

    #[test]
    fn what_acts_loads_or_leads_astray_is_refused() {
        for body in WRONG {
            assert!(refused_because(&page(body)).is_some(), "{body}");
        }
        for (html, why) in [
            (page("").replacen("default-src 'none'", "default-src *", 1), "another policy"),
            (page("").replacen("img-src data:", "img-src *", 1), "pictures from anywhere"),
            (page("").replacen("<meta charset", "<script></script><meta charset", 1), "a script before it"),
            (format!(" {}", page("")), "a blank before it"),
            (format!("\u{feff}{}", page("")), "a mark before it"),
            (page("").replacen("<title>", "<title>a</title><title><", 1), "a title with a tag in it"),
        ] {
            assert!(refused_because(&html).is_some(), "{why}");
        }
    }

    #[test]
    fn what_akam_writes_is_taken() {
        assert_eq!(refused_because(&page("").replacen("img-src data:", "img-src 'self' data:", 1)), None);
        for body in [
            "",
            "<p class=\"a b\">a &lt;b&gt; &#60;script&#62;</p>",
            "<a href=\"#1.D.3:document\">a</a>",
            "<a href=\"../../00-START-HERE.html#findings\">a</a>",
            "<a href=\"data/1.D.3-customer-plan/M%C3%B8te%20%231.pdf#page=2\">a</a>",
            "<a href=\"https://example.org/?a=1&amp;b=%20\" rel=\"noopener noreferrer\">a</a>",
            "<a href=\"mailto:a@b.example\" rel=\"noopener noreferrer\">a</a>",
            "<img src=\"../1.D.1-a/artefacts/organogram.png\" alt=\"a > b\">",
            "<img src=\"data:image/png;base64,iVBORw0KGgo+/w==\" alt=\"a\">",
            "<input type=\"checkbox\" disabled aria-label=\"done\" checked>",
            "<style>p { content: \"\\c5 sa \\22 \\5c \"; /* it's */ width: calc(1px / 2); }</style>",
        ] {
            assert_eq!(refused_because(&page(body)), None, "{body}");
        }
    }
}
