//! Asks questions on a terminal; without one, nothing is asked.

use std::io::IsTerminal;

use anyhow::Result;
use inquire::error::InquireResult;
use inquire::validator::Validation;
use inquire::{InquireError, Select, Text};

use super::Interrupted;
use crate::report::terminal::safe;

/// Whether somebody can be asked.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// The given text, else an answer; `None` if there is neither.
pub fn text(given: Option<String>, question: &str, help: &str) -> Result<Option<String>> {
    text_or(given, question, help, None)
}

/// Like [`text`]; Enter accepts the offered answer.
pub fn text_or(given: Option<String>, question: &str, help: &str, offer: Option<&str>) -> Result<Option<String>> {
    let needed = |text: &str| {
        let is_filled = !text.trim().is_empty();
        Ok(if is_filled { Validation::Valid } else { Validation::Invalid("this is needed; Ctrl-C stops".into()) })
    };
    let answer = match given {
        Some(given) => Some(given),
        None if can_ask() => {
            let question = Text::new(question).with_help_message(help).with_validator(needed);
            prompt_result(offer.into_iter().fold(question, Text::with_default).prompt_skippable())?
        }
        None => None,
    };
    Ok(answer.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty()))
}

/// Asks until `wrong` has no objection; `None` for Enter alone or without a terminal.
pub fn text_that(question: &str, help: &str, wrong: impl Fn(&str) -> Option<String> + Clone) -> Result<Option<String>> {
    if !can_ask() {
        return Ok(None);
    }
    let check = move |text: &str| {
        let wrong = if text.trim().is_empty() { None } else { wrong(text) };
        Ok(wrong.map_or(Validation::Valid, |wrong| Validation::Invalid(safe(&wrong).into())))
    };
    let answer = prompt_result(Text::new(question).with_help_message(help).with_validator(check).prompt_skippable())?;
    Ok(answer.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Asks for any text; `None` for Enter alone or without a terminal.
pub fn text_if_any(question: &str, help: &str) -> Result<Option<String>> {
    text_that(question, help, |_| None)
}

/// Lets a person choose an option; returns its index.
pub fn choice(question: &str, options: Vec<String>) -> Result<usize> {
    Ok(prompt_result(Select::new(question, options).raw_prompt())?.index)
}

/// Like [`choice`]; Esc takes the first option.
pub fn choice_or_first(question: &str, options: Vec<String>) -> Result<usize> {
    let chosen = prompt_result(Select::new(question, options).raw_prompt_skippable())?;
    Ok(chosen.map_or(0, |option| option.index))
}

/// The answer; Ctrl-C is an error.
fn prompt_result<T>(answer: InquireResult<T>) -> Result<T> {
    match answer {
        Err(InquireError::OperationInterrupted) => Err(Interrupted.into()),
        answer => Ok(answer?),
    }
}
