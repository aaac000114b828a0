//! Prompts that are still in a document: known by their words, whatever carries them.

use std::ops::Range;

use super::block::{Block, Container, Kind, Mark, Spot};
use super::prompt::{MARK, Prompt, topics};
use super::{Document, Format, sections};
use crate::framework::{Competency, Framework};
use crate::source::Span;
use crate::text::{fold, sentences};

/// Sentences of prompts that older versions wrote and this one does not.
const OLDER: [&str; 9] = [
    "About 500 words for each part; fewer will do where artefacts are attached.",
    "When you have answered a prompt like this one, delete it, from its first line to its last.",
    "When you have answered a prompt like this one, delete it, from the opening `<!--` to the closing mark.",
    "Name the work, as Porter (1985), say what it made you see or decide, and where it did not fit.",
    "Honest reflection counts in your favour.",
    "Any good source counts, in any language.",
    "Some headings below are working titles of this program, because AKAM's own could not be seen.",
    "If you have the official workbook, put its titles into a framework file of your own (see the README), and use \
     them here.",
    "Customers prize attention to detail and have little patience with slips, and anyone who is unclear about the role \
     is easily swamped by fire-fighting.",
];

/// Fewest letters of a sentence that is looked for inside a text: shorter ones could be anybody's.
const MIN_SENTENCE_LETTERS: usize = 10;

/// A prompt that is still in a document.
#[derive(Debug, Clone)]
pub struct PromptLeft {
    pub spot: Spot,
    pub form: PromptForm,
    /// How it begins; none for a comment.
    pub(super) block: Option<Block>,
}

/// What carries a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptForm {
    /// Of Markdown; readers do not see it.
    Comment,
    /// A comment with words in it that akam did not write.
    CommentWithText,
    /// Of Markdown.
    Quote,
    Text,
}

/// All that akam asks for a competency, by its letters and digits alone.
pub struct KnownPrompts {
    whole: Vec<String>,
    /// Their sentences and items, the longest first.
    sentences: Vec<String>,
}

/// A prompt in the text of a document.
struct Found {
    blocks: Range<usize>,
    /// Bytes of the document's text, whole lines.
    range: Span,
    form: PromptForm,
    /// Whether all its words are akam's.
    is_unchanged: bool,
}

impl KnownPrompts {
    /// The prompts of a competency; those of further competency files are known too.
    pub fn of<'a>(asked: impl IntoIterator<Item = (&'a Framework, &'a Competency)>) -> Self {
        let (mut whole, mut known) = (Vec::new(), OLDER.map(letters).to_vec());
        for (framework, competency) in asked {
            for format in [Format::Markdown, Format::Word] {
                let prompts = topics(framework, competency, format).into_iter().flat_map(|topic| topic.prompts);
                for Prompt { paragraphs, asks } in prompts {
                    known.extend(paragraphs.iter().flat_map(|text| sentences(text)).map(letters));
                    known.extend(asks.iter().map(|ask| letters(ask)));
                    whole.push(paragraphs.iter().chain(&asks).map(|line| letters(line)).collect());
                }
            }
        }
        known.retain(|sentence| sentence.len() >= MIN_SENTENCE_LETTERS);
        known.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        known.dedup();
        KnownPrompts { whole, sentences: known }
    }

    /// Whether a text has words that akam did not write.
    fn has_other_words(&self, text: &str) -> bool {
        let mut rest = letters(without_mark(text));
        if self.whole.contains(&rest) {
            return false;
        }
        for sentence in &self.sentences {
            if rest.contains(sentence.as_str()) {
                rest = rest.replace(sentence.as_str(), " ");
            }
        }
        rest.contains(char::is_alphanumeric)
    }

    /// The end of a prompt that begins where a line of a text does, if it ends where one does.
    fn end_of(&self, text: &str, start: usize) -> Option<usize> {
        let rest = without_mark(&text[start..]);
        let start = text.len() - rest.len();
        self.whole.iter().find_map(|prompt| {
            let end = start + end_of_letters(rest, prompt)?;
            let line_end = line_end(text, end);
            (!text[end..line_end].contains(char::is_alphanumeric)).then_some(line_end)
        })
    }
}

impl Document {
    /// Takes the prompts that are left out of what readers see: they are no words of the document, and answer nothing.
    pub fn set_prompts_apart(&mut self, known: &KnownPrompts) {
        let form = |has_text| if has_text { PromptForm::CommentWithText } else { PromptForm::Comment };
        let comments = self.comments.iter().filter(|comment| comment.is_prompt());
        let mut prompts: Vec<PromptLeft> = comments
            .map(|comment| PromptLeft {
                spot: comment.spot.clone(),
                form: form(known.has_other_words(&comment.text)),
                block: None,
            })
            .collect();
        let found = self.find_prompts(known);
        if !found.is_empty() {
            for Found { blocks, range, form, is_unchanged } in found.into_iter().rev() {
                let first = self.blocks[blocks.clone()].iter().find(|block| !block.range.is_empty()).cloned();
                prompts.push(PromptLeft { spot: self.text.spot(&range), form, block: first });
                if is_unchanged {
                    let rest: Vec<Block> =
                        self.blocks[blocks.clone()].iter().flat_map(|block| without(block, &range)).collect();
                    self.blocks.splice(blocks, rest);
                }
            }
            remove_empty(&mut self.blocks);
            (self.words, self.sections) = sections(&self.text, &self.blocks);
        }
        // What a program would replace by what one types is not in the text.
        if self.format != Format::Markdown {
            prompts.extend(self.prompts_outside(known));
        }
        prompts.sort_by_key(|prompt| self.place(&prompt.spot).order());
        self.prompts = prompts;
    }

    /// The prompts in what is in the file besides the text.
    fn prompts_outside(&self, known: &KnownPrompts) -> Vec<PromptLeft> {
        let starts = std::iter::once(0).chain(self.outside.match_indices('\n').map(|(at, _)| at + 1));
        let ranges = starts.filter_map(|start| Some(start..known.end_of(&self.outside, start)?));
        ranges.map(|it| PromptLeft { spot: self.outside.spot(&it), form: PromptForm::Text, block: None }).collect()
    }

    /// The prompts in the text, in its order.
    fn find_prompts(&self, known: &KnownPrompts) -> Vec<Found> {
        let (mut found, mut at) = (Vec::<Found>::new(), 0);
        while at < self.blocks.len() {
            let block = &self.blocks[at];
            let prompt = match block.kind {
                Kind::Open(Container::Quote) => self.prompt_in_quote(known, at),
                Kind::Paragraph | Kind::Line | Kind::Code | Kind::Row { .. } => self.prompt_in_lines(known, at, &found),
                _ => None,
            };
            match prompt {
                Some(prompt) if prompt.form == PromptForm::Quote => {
                    at = prompt.blocks.end;
                    found.push(prompt);
                }
                // More may follow in the last block.
                Some(prompt) => {
                    at = prompt.blocks.end - 1;
                    found.push(prompt);
                }
                None => at += 1,
            }
        }
        found
    }

    /// A quotation that begins with akam's mark, or in which all words are akam's.
    fn prompt_in_quote(&self, known: &KnownPrompts, open: usize) -> Option<Found> {
        let mut depth = 0;
        let length = self.blocks[open..].iter().position(|block| {
            match &block.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let blocks = open..open + length + 1;
        let mut filled = self.blocks[blocks.clone()].iter().map(|block| &block.range).filter(|range| !range.is_empty());
        let first = filled.next()?;
        let range = first.start..filled.next_back().unwrap_or(first).end;
        let text = &self.text[range.clone()];
        let is_unchanged = !known.has_other_words(text);
        let is_prompt = is_unchanged || text.trim_start().starts_with(MARK);
        is_prompt.then_some(Found { blocks, range, form: PromptForm::Quote, is_unchanged })
    }

    /// The next prompt that begins in a block, behind those that were found.
    fn prompt_in_lines(&self, known: &KnownPrompts, at: usize, found: &[Found]) -> Option<Found> {
        let block = &self.blocks[at].range;
        let first = found.last().map_or(block.start, |last| block.start.max(last.range.end));
        let breaks = self.text[first..block.end.max(first)].match_indices('\n').map(|(length, _)| first + length + 1);
        let is_line_start = first == block.start;
        let mut starts = is_line_start.then_some(first).into_iter().chain(breaks);
        let range = starts.find_map(|start| Some(start..known.end_of(&self.text, start)?))?;
        let end = at + self.blocks[at..].iter().take_while(|block| block.range.start < range.end).count();
        Some(Found { blocks: at..end, range, form: PromptForm::Text, is_unchanged: true })
    }
}

/// What is left of a block without some lines of the document's text.
fn without(block: &Block, lines: &Span) -> Vec<Block> {
    if block.range.is_empty() {
        return vec![block.clone()];
    }
    let before = block.range.start..block.range.end.min(lines.start.saturating_sub(1));
    // A line break is behind the lines.
    let after = block.range.start.max(lines.end + 1)..block.range.end;
    [before, after].into_iter().filter(|part| part.start < part.end).map(|part| slice(block, part)).collect()
}

/// A part of a block, with the marks in it.
fn slice(block: &Block, part: Span) -> Block {
    // What is in a mark that is left out is left out too.
    let mut left_out = usize::MAX;
    let mut marks = Vec::new();
    for mark in &block.marks {
        let range = mark.range.start.max(part.start)..mark.range.end.min(part.end);
        if range.start <= range.end && (!range.is_empty() || mark.range.is_empty()) && mark.depth <= left_out {
            left_out = usize::MAX;
            marks.push(Mark { range, ..mark.clone() });
        } else {
            left_out = left_out.min(mark.depth);
        }
    }
    Block { range: part, marks, ..block.clone() }
}

/// Removes lists, items and quotations that have nothing in them.
fn remove_empty(blocks: &mut Vec<Block>) {
    let mut kept = Vec::<Block>::new();
    for block in blocks.drain(..) {
        match (&block.kind, kept.last().map(|block| &block.kind)) {
            (Kind::Close(_), Some(Kind::Open(_))) => {
                kept.pop();
            }
            _ => kept.push(block),
        }
    }
    *blocks = kept;
}

/// A text without the mark of a prompt in Markdown.
fn without_mark(text: &str) -> &str {
    let text = text.trim_start();
    text.strip_prefix(MARK).unwrap_or(text)
}

/// The folded letters and digits of a text: whatever a program or a person changes between them.
fn letters(text: &str) -> String {
    fold(text).chars().filter(|ch| ch.is_alphanumeric()).collect()
}

/// Where a text has given all letters of a prompt, if it begins with them.
fn end_of_letters(text: &str, prompt: &str) -> Option<usize> {
    let mut rest = prompt;
    for (at, ch) in text.char_indices() {
        if rest.is_empty() {
            return Some(at);
        }
        if ch.is_ascii() {
            if ch.is_ascii_alphanumeric() {
                rest = rest.strip_prefix(ch.to_ascii_lowercase())?;
            }
        } else {
            rest = rest.strip_prefix(letters(ch.encode_utf8(&mut [0; 4])).as_str())?;
        }
    }
    rest.is_empty().then_some(text.len())
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}
