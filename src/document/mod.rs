//! A competency's document: blocks of text, words, sections, links and comments, whatever its format.

pub mod block;
#[allow(dead_code, reason = "readers of other formats call it")]
pub mod builder;
pub mod diff;
pub mod markdown;
#[allow(dead_code, reason = "documents of other formats have one")]
mod normal_form;
#[allow(dead_code, reason = "readers of other formats open it")]
mod package;
pub mod prompt;
pub mod prompt_left;
pub mod prose;
pub mod visible_text;
mod word;
mod xml;

use block::{Block, Kind, PlacedText, Spot};
use percent_encoding::percent_decode_str;
use prompt_left::PromptLeft;

use crate::digest::Digest;
use crate::framework::Part;
use crate::limits::{MAX_DOCUMENT_LINES, MAX_HEADING_BYTES, MAX_HEADINGS, MAX_MARKUP_CHARACTERS};
use crate::settings::Problem;
use crate::source::{Place, Position, Source};
use crate::text::{count_words, fold, nfc, one_line, slug};

/// What counts as a character of mark-up.
const MARKS: &[u8] = b"#=*_~`[]<>|!&$\\";

/// Fewest words under a part's heading that count as an answer: a sentence, not a stray word.
const MIN_ANSWER_WORDS: usize = 20;

/// The kinds of document a competency may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Markdown,
    Word,
    OpenDocument,
    Pdf,
}

/// What a document says.
#[derive(Debug, Clone)]
pub struct Document {
    pub format: Format,
    /// The file, where it is a text; else its text in normal form.
    source: Source,
    pub blocks: Vec<Block>,
    /// The text of the blocks, each in lines of its own: what a reader sees.
    pub text: PlacedText,
    /// What else is in the file: comments, HTML, addresses and titles of links. It is searched for what must not be sent.
    pub outside: PlacedText,
    /// In running text, lists and tables; not in headings and comments.
    pub words: usize,
    /// In the order of the text.
    pub sections: Vec<Section>,
    pub links: Vec<Link>,
    pub comments: Vec<Comment>,
    /// Prompts that are left, in the order of the file, once they are set apart.
    pub prompts: Vec<PromptLeft>,
    /// What is to be reported, and where.
    #[allow(dead_code, reason = "rules read it")]
    pub facts: Vec<(Fact, Spot)>,
}

/// What a file of a document holds that its text does not show.
#[allow(dead_code, reason = "readers of other formats fill it")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A tracked change, shown as accepted.
    Inserted,
    Deleted,
    /// Text that readers of the page do not see.
    Hidden,
    /// A field whose text changes by itself, such as `DATE`.
    Field(String),
    /// What is no text, such as `chart`.
    Figure(String),
}

/// A heading and what follows it up to the next heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    /// 1 to 6.
    pub level: u8,
    /// The heading's.
    pub spot: Spot,
    /// Up to the next heading of any level.
    pub words: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As written.
    pub destination: String,
    pub title: String,
    pub image: bool,
    pub spot: Spot,
    /// The digest of a picture in the document's own file; its destination is its name there.
    pub embedded: Option<Digest>,
}

/// A text that readers of the page do not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub text: String,
    pub spot: Spot,
    /// False where the end is missing, so that all that follows is hidden.
    pub closed: bool,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// With a scheme, as `https:`, in small letters without the colon.
    Elsewhere(String),
    /// Within the document itself.
    Here,
    /// A path relative to the portfolio, in NFC.
    File(String),
    /// Out of the portfolio.
    Outside,
}

impl Format {
    /// The format of a file named `evidence.…`, if it is such a file.
    pub fn of(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        if !stem.eq_ignore_ascii_case("evidence") {
            return None;
        }
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Format::Markdown),
            "docx" | "doc" => Some(Format::Word),
            "odt" => Some(Format::OpenDocument),
            "pdf" => Some(Format::Pdf),
            _ => None,
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Markdown => "Markdown",
            Format::Word => "Word",
            Format::OpenDocument => "OpenDocument",
            Format::Pdf => "PDF",
        }
    }
}

impl Document {
    /// Reads a document; what cannot be read is said with its place and the remedy.
    pub fn open(path: &str, format: Format, bytes: Vec<u8>) -> Result<Self, Problem> {
        if format == Format::Word {
            return word::parse(path, &bytes);
        }
        if format != Format::Markdown {
            let message = format!("this kind of document ({}) is not read yet", format.name());
            let help = "put the text into `evidence.md`, and keep this file under `artefacts/` or in `private/`";
            return Err(Problem::file(path, message, help));
        }
        let wrong = |message: String, help| Err(Problem::file(path, message, help));
        let source = Source::decode(path, bytes)?;
        let marks = source.text.bytes().filter(|byte| MARKS.contains(byte)).count();
        if marks > MAX_MARKUP_CHARACTERS {
            return wrong(
                format!(
                    "it holds {marks} characters of mark-up, such as `*` and `[`; at most {MAX_MARKUP_CHARACTERS} are read"
                ),
                "keep the text that is to be read, and attach long tables as artefacts",
            );
        }
        let lines = source.line(source.text.len());
        if lines > MAX_DOCUMENT_LINES {
            return wrong(
                format!("it has {lines} lines; at most {MAX_DOCUMENT_LINES} are read"),
                "keep the text that is to be read, and attach long lists as artefacts",
            );
        }
        let document = markdown::parse(source);
        if let Some(long) = document.sections.iter().find(|section| section.heading.len() > MAX_HEADING_BYTES) {
            let place = document.place(&long.spot);
            let message = format!("this heading has more than {MAX_HEADING_BYTES} bytes, so the document is not read");
            let help = "put the text below it into a line of its own".to_owned();
            return Err(Problem { place, message, help });
        }
        if document.sections.len() > MAX_HEADINGS {
            let message = format!("it has {} headings; at most {MAX_HEADINGS} are read", document.sections.len());
            return wrong(message, "make most of them paragraphs");
        }
        Ok(document)
    }

    /// Relative to the portfolio.
    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// The text as Markdown, to which sign-offs are bound: a Markdown file as it is, any other in normal form.
    pub fn as_markdown(&self) -> &str {
        &self.source.text
    }

    /// A place of the document as it is shown to people.
    pub fn place(&self, spot: &Spot) -> Place {
        let (order, words) = match spot {
            Spot::Bytes(span) => return self.source.place(span),
            Spot::Paragraph(number) => ((*number, 0), self.paragraph(*number)),
            Spot::Page { number, line } => ((*number, *line), format!("page {number}, line {line}")),
            Spot::Part(part) => ((usize::MAX, 0), part.clone()),
        };
        Place { path: self.path().to_owned(), position: Some(Position::Passage { order, words }) }
    }

    /// The number of a paragraph, how it begins, and the heading that it is under.
    fn paragraph(&self, number: usize) -> String {
        const MAX_CHARACTERS: usize = 40;
        let number_of = |block: &Block| if let Spot::Paragraph(number) = block.spot { number } else { 0 };
        let text = |block: &Block| one_line(&self.text[block.range.clone()]);
        let blocks = self.blocks.iter().chain(self.prompts.iter().filter_map(|prompt| prompt.block.as_ref()));
        let head = blocks.filter(|block| number_of(block) == number).map(text).find(|head| !head.is_empty());
        let head = head.unwrap_or_default();
        let words = match head.char_indices().nth(MAX_CHARACTERS) {
            Some((end, _)) => format!("`{} …`", head[..end].rsplit_once(' ').map_or(&head[..end], |(start, _)| start)),
            None => format!("`{head}`"),
        };
        let above = self.sections.iter().take_while(|it| matches!(it.spot, Spot::Paragraph(at) if at < number)).last();
        let above = above.filter(|section| !section.heading.is_empty());
        let under = above.map(|section| format!(", under `{}`", one_line(&section.heading))).unwrap_or_default();
        format!("paragraph {number} ({words}){under}")
    }

    /// The section whose heading names the part, by its title or its code.
    pub fn section_of(&self, part: &Part) -> Option<usize> {
        let title = plain(&part.title);
        self.sections.iter().position(|section| {
            let coded = section.heading.split(|ch: char| ch.is_whitespace() || ":()".contains(ch));
            let heading = plain(&section.heading);
            coded.into_iter().any(|word| word.trim_end_matches('.') == part.code)
                || heading == title
                || heading.strip_prefix(&title).is_some_and(|rest| rest.starts_with(' '))
        })
    }

    /// Whether it begins with the competency's name, which its page has already.
    pub fn begins_with_name(&self, code: &str, title: &str) -> bool {
        let Some(first) = self.sections.first().filter(|section| section.level == 1) else { return false };
        let heading = slug(&first.heading);
        [&format!("{code} {title}"), title, code].iter().any(|name| slug(name) == heading)
    }

    /// Words under a heading, those of its sub-headings included.
    pub fn words_under(&self, section: usize) -> usize {
        let level = self.sections[section].level;
        let below = self.sections[section + 1..].iter().take_while(|other| other.level > level);
        self.sections[section].words + below.map(|other| other.words).sum::<usize>()
    }

    /// Whether a section of the document answers the part.
    pub fn answers(&self, part: &Part) -> bool {
        self.section_of(part).is_some_and(|section| self.words_under(section) >= MIN_ANSWER_WORDS)
    }
}

impl Link {
    /// Where the link leads, seen from a document in `folder` of the portfolio.
    pub fn target(&self, folder: &str) -> Target {
        target(folder, &self.destination)
    }
}

/// Where a link's destination leads, seen from `folder`; `/` joins the parts of both.
pub fn target(folder: &str, destination: &str) -> Target {
    let clean: String = destination.chars().filter(|ch| !ch.is_control()).collect();
    let clean = clean.trim();
    if let Some((scheme, _)) = clean.split_once(':')
        && scheme.chars().all(|ch| ch.is_ascii_alphanumeric() || "+-.".contains(ch))
    {
        return Target::Elsewhere(scheme.to_ascii_lowercase());
    }
    if clean.starts_with("//") {
        return Target::Elsewhere(String::new());
    }
    let path = clean.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() {
        return Target::Here;
    }
    let Ok(path) = percent_decode_str(path).decode_utf8() else { return Target::Outside };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') {
        return Target::Outside;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_some() => {}
            ".." => return Target::Outside,
            name => parts.push(name),
        }
    }
    Target::File(nfc(&parts.join("/")))
}

/// The sections of a text, and how many words it has in all.
fn sections(text: &str, blocks: &[Block]) -> (usize, Vec<Section>) {
    let (mut words, mut sections) = (0, Vec::<Section>::new());
    for block in blocks {
        let text = &text[block.range.clone()];
        if let Kind::Heading(level) = block.kind {
            let heading = text.replace('\n', " ").trim().to_owned();
            sections.push(Section { heading, level, spot: block.spot.clone(), words: 0 });
            continue;
        }
        let count = count_words(text);
        words += count;
        if let Some(section) = sections.last_mut() {
            section.words += count;
        }
    }
    (words, sections)
}

/// A heading without its number, folded, its words joined by single spaces.
fn plain(heading: &str) -> String {
    let folded = fold(heading);
    let words = folded.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.skip_while(|word| *word == "part" || word.chars().all(char::is_numeric)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_only_inside_the_portfolio() {
        let file = |path: &str| Target::File(path.to_owned());
        assert_eq!(target("1.D.3", "artefacts/plan.xlsx"), file("1.D.3/artefacts/plan.xlsx"));
        assert_eq!(target("1.D.3", "artefacts/M%C3%B8te%20mars.pdf#page=2"), file("1.D.3/artefacts/Møte mars.pdf"));
        assert_eq!(target("1.D.3", "../4.D.3/evidence.md"), file("4.D.3/evidence.md"));
        assert_eq!(target("1.D.3", "../../secret.md"), Target::Outside);
        assert_eq!(target("1.D.3", "/etc/passwd"), Target::Outside);
        assert_eq!(target("1.D.3", "..\\plan.xlsx"), Target::Outside);
        assert_eq!(target("1.D.3", "#outcome"), Target::Here);
        assert_eq!(target("1.D.3", " java\nscript:alert(1)"), Target::Elsewhere("javascript".to_owned()));
        assert_eq!(target("1.D.3", "//example.org/x.png"), Target::Elsewhere(String::new()));
    }

    #[test]
    fn a_decomposed_name_leads_to_the_composed_one() {
        assert_eq!(target("", "re\u{301}sume\u{301}.pdf"), Target::File("r\u{e9}sum\u{e9}.pdf".to_owned()));
    }

    #[test]
    fn only_documents_named_evidence_count() {
        assert_eq!(Format::of("evidence.md"), Some(Format::Markdown));
        assert_eq!(Format::of("Evidence.DOCX"), Some(Format::Word));
        assert_eq!(Format::of("evidence.txt"), None);
        assert_eq!(Format::of("notes.md"), None);
    }
}
