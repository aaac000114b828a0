//! A competency's document: blocks of text, words, sections, links and comments, whatever its format.

pub mod block;
pub mod builder;
pub mod citations;
pub mod diff;
mod link;
pub mod markdown;
mod normal_form;
mod open_document;
mod package;
pub mod pdf;
pub mod prose;
pub mod sources;
pub mod visible_text;
mod word;
mod xml;

use block::{Block, Kind, PlacedText, Spot};
pub use link::{Link, Target, target};

use crate::framework::Part;
use crate::limits::{MAX_DOCUMENT_LINES, MAX_HEADING_BYTES, MAX_HEADINGS, MAX_MARKUP_CHARACTERS};
use crate::settings::Problem;
use crate::source::{Place, Position, Source};
use crate::text::{count_words, fold, one_line, slug};

/// What counts as a character of mark-up.
const MARKS: &[u8] = b"#=*_~`[]<>|!&$\\";

/// Fewest words under a part's heading that answer it by themselves; with an artefact that supports it, fewer do.
const MIN_ANSWER_WORDS: usize = 100;

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
    /// What is to be reported, and where.
    pub facts: Vec<(Fact, Spot)>,
}

/// What a file of a document holds that its text does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Words of a text file that are on no page.
    Lost,
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

/// A text that readers of the page do not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub text: String,
    pub spot: Spot,
    /// False where the end is missing, so that all that follows is hidden.
    pub closed: bool,
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
            "odt" | "fodt" => Some(Format::OpenDocument),
            "pdf" => Some(Format::Pdf),
            _ => None,
        }
    }
}

impl Document {
    /// Reads a document; what cannot be read is said with its place and the remedy.
    /// Of a PDF, lines that name one of `parts` are headings.
    pub fn open(path: &str, format: Format, bytes: Vec<u8>, parts: &[Part]) -> Result<Self, Problem> {
        let document = match format {
            Format::Markdown => Self::open_markdown(path, bytes)?,
            Format::OpenDocument => open_document::parse(path, &bytes)?,
            Format::Word => word::parse(path, &bytes)?,
            Format::Pdf => {
                let is_part = |line: &str| parts.iter().any(|part| is_titled(line, part));
                pdf::parse(path, &bytes, &is_part)?
            }
        };
        document.within_limits()
    }

    fn open_markdown(path: &str, bytes: Vec<u8>) -> Result<Self, Problem> {
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
        Ok(markdown::parse(source))
    }

    /// The document, unless it has more headings than are read, or longer ones.
    fn within_limits(self) -> Result<Self, Problem> {
        if let Some(long) = self.sections.iter().find(|section| section.heading.len() > MAX_HEADING_BYTES) {
            let place = self.place(&long.spot);
            let message = format!("this heading has more than {MAX_HEADING_BYTES} bytes, so the document is not read");
            let help = "put the text below it into a line of its own".to_owned();
            return Err(Problem { place, message, help });
        }
        if self.sections.len() > MAX_HEADINGS {
            let message = format!("it has {} headings; at most {MAX_HEADINGS} are read", self.sections.len());
            return Err(Problem::file(self.path(), message, "make most of them paragraphs"));
        }
        Ok(self)
    }

    /// Relative to the portfolio.
    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// The text as Markdown, to which sign-offs are bound: a Markdown file as it is, any other in normal form.
    pub fn as_markdown(&self) -> &str {
        &self.source.text
    }

    /// The version of the normal form that its text is in, if that is not the file itself.
    pub fn normal_form(&self) -> Option<u32> {
        (self.format != Format::Markdown).then_some(normal_form::VERSION)
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
        let head =
            self.blocks.iter().filter(|block| number_of(block) == number).map(text).find(|head| !head.is_empty());
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

    /// Words of a text file that are on no page.
    pub fn lost(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().filter_map(|(fact, spot)| match (fact, spot) {
            (Fact::Lost, Spot::Bytes(span)) => self.source.text.get(span.clone()),
            _ => None,
        })
    }

    /// The section whose heading names the part, by its title or its code.
    pub fn section_of(&self, part: &Part) -> Option<usize> {
        self.sections.iter().position(|section| {
            let mut words = section.heading.split(|ch: char| ch.is_whitespace() || ":()".contains(ch));
            let title = plain(&part.title);
            words.any(|word| word.trim_end_matches('.') == part.code)
                || is_titled(&section.heading, part)
                || plain(&section.heading).strip_prefix(&title).is_some_and(|rest| rest.starts_with(' '))
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

/// Whether a line is a part's title, or begins with its code.
fn is_titled(line: &str, part: &Part) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    first.trim_end_matches(['.', ':']) == part.code || plain(line) == plain(&part.title)
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
    fn only_documents_named_evidence_count() {
        assert_eq!(Format::of("evidence.md"), Some(Format::Markdown));
        assert_eq!(Format::of("Evidence.DOCX"), Some(Format::Word));
        assert_eq!(Format::of("evidence.txt"), None);
        assert_eq!(Format::of("notes.md"), None);
    }
}
