//! A new document as Markdown: prompts are quotations, so that whatever is typed beside them is seen.

use crate::document::prompt::{MARK, Prompt, Topic};

/// Longest line.
const WIDTH: usize = 110;

pub fn write(topics: &[Topic]) -> String {
    let mut text = String::new();
    for Topic { heading, prompts } in topics {
        let marks = if text.is_empty() { "#" } else { "\n##" };
        text += &format!("{marks} {heading}\n");
        text.extend(prompts.iter().map(|prompt| format!("\n{}", quotation(prompt))));
    }
    text
}

fn quotation(prompt: &Prompt) -> String {
    let mut text = format!("{MARK} ");
    text += &prompt.paragraphs.iter().map(|it| textwrap::fill(it, WIDTH)).collect::<Vec<_>>().join("\n\n");
    if !prompt.asks.is_empty() {
        text.push('\n');
    }
    for ask in &prompt.asks {
        let item = textwrap::Options::new(WIDTH).initial_indent("- ").subsequent_indent("  ");
        text += &format!("\n{}", textwrap::fill(ask, item));
    }
    text.lines().map(|line| format!("> {line}").trim_end().to_owned() + "\n").collect()
}
