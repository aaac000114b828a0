//! Questions on a terminal; where there is nobody to ask, nothing is asked.

use std::io::IsTerminal;

use anyhow::Result;
use inquire::error::InquireResult;
use inquire::validator::Validation;
use inquire::{InquireError, Select, Text};

use super::Interrupted;
use crate::report::terminal::safe;

/// Whether there is a person who can be asked.
pub fn is_asked() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// What was given, else what a person answers; `None` where neither says anything.
pub fn text(given: Option<String>, question: &str, help: &str) -> Result<Option<String>> {
    text_or(given, question, help, None)
}

/// The same; Enter alone takes what is offered.
pub fn text_or(given: Option<String>, question: &str, help: &str, offer: Option<&str>) -> Result<Option<String>> {
    let needed = |text: &str| {
        let is_said = !text.trim().is_empty();
        Ok(if is_said { Validation::Valid } else { Validation::Invalid("this is needed; Ctrl-C stops".into()) })
    };
    let answer = match given {
        Some(given) => Some(given),
        None if is_asked() => {
            let question = Text::new(question).with_help_message(help).with_validator(needed);
            answered(offer.into_iter().fold(question, Text::with_default).prompt_skippable())?
        }
        None => None,
    };
    Ok(answer.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty()))
}

/// What a person answers, once nothing is wrong with it; `None` for Enter alone, and where there is nobody to ask.
pub fn text_that(question: &str, help: &str, wrong: impl Fn(&str) -> Option<String> + Clone) -> Result<Option<String>> {
    if !is_asked() {
        return Ok(None);
    }
    let check = move |text: &str| {
        let wrong = if text.trim().is_empty() { None } else { wrong(text) };
        Ok(wrong.map_or(Validation::Valid, |wrong| Validation::Invalid(safe(&wrong).into())))
    };
    let answer = answered(Text::new(question).with_help_message(help).with_validator(check).prompt_skippable())?;
    Ok(answer.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Any answer, or none.
pub fn text_if_any(question: &str, help: &str) -> Result<Option<String>> {
    text_that(question, help, |_| None)
}

/// Which of some answers a person chooses, by its place.
pub fn choice(question: &str, options: Vec<String>) -> Result<usize> {
    Ok(answered(Select::new(question, options).raw_prompt())?.index)
}

/// What a person answered; breaking off the questions is an error.
fn answered<T>(answer: InquireResult<T>) -> Result<T> {
    match answer {
        Err(InquireError::OperationInterrupted) => Err(Interrupted.into()),
        answer => Ok(answer?),
    }
}
