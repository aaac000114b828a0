//! Collects who should confirm the facts and when they saw the work, asking for what is missing.

use anyhow::Result;
use jiff::civil::Date;

use crate::cli::SignOffRequest;
use crate::commands::questions::{can_ask, choice, text, text_or, text_that};
use crate::commands::refuse;
use crate::mail::is_address;
use crate::portfolio::artefact::Period;
use crate::portfolio::sign_off::request::{Relation, Signatory};
use crate::portfolio::{CompetencyFolder, NAMES, Portfolio};
use crate::rules::privacy::names_in;
use crate::rules::sign_off::identity::{is_same_person, may_be_same_address};

/// The person to ask, and when they saw the work; asks for what is missing.
pub fn signatory(
    portfolio: &Portfolio,
    candidate: &str,
    codes: &[String],
    args: SignOffRequest,
    day: Date,
) -> Result<(Signatory, String)> {
    let missing = |what: &str, flag: &str| {
        refuse(format!("missing: {what}"), format!("give `{flag}`, or answer the questions on a terminal"))
    };
    let name =
        text(args.name, "Who should confirm the facts?", "your line manager, or somebody else who saw the work")?;
    let name = name.ok_or_else(|| missing("who should confirm the facts", "--name NAME"))?;
    let own_email = portfolio.details.candidate.email.as_deref().unwrap_or_default();
    let is_own = |email: &str| may_be_same_address(email, own_email);
    if is_same_person(candidate, &name) || args.email.as_deref().is_some_and(is_own) {
        return Err(refuse(
            format!("`{name}` is you, and nobody confirms their own work"),
            "ask your line manager, or somebody else who saw the work",
        ));
    }
    let email = email(args.email, own_email)?;
    let role = text(args.role, "Their job title:", "for example: sales director")?;
    let role = role.ok_or_else(|| missing("their job title", "--role ROLE"))?;
    let employer = portfolio.details.candidate.employer.clone().unwrap_or_default();
    let offer = Some(employer.trim()).filter(|employer| !employer.is_empty());
    let organisation = text_or(args.organisation, "Their organisation:", "who they work for", offer)?;
    let organisation = organisation.or_else(|| offer.map(str::to_owned));
    let organisation = organisation.ok_or_else(|| missing("who they work for", "--organisation NAME"))?;
    if names_in(portfolio, &format!("{name}\n{role}\n{organisation}\n{}", email.as_deref().unwrap_or_default())) {
        let help =
            format!("the archive says who signed: take the name out of `{NAMES}` if it may, or ask somebody else");
        return Err(refuse(format!("a name listed in `{NAMES}` is among these, and would be packed"), help));
    }
    let relation = match args.relation {
        Some(relation) => relation,
        None if can_ask() => {
            let options = ["my line manager", "another senior manager", "somebody else who knows the work"];
            let chosen = choice("How do they know the work?", options.map(str::to_owned).to_vec())?;
            [Relation::LineManager, Relation::SeniorManager, Relation::Other][chosen]
        }
        None => return Err(missing("how they know the work", "--relation line-manager|senior-manager|other")),
    };
    let observed = observed(portfolio, codes, args.observed, day)?
        .ok_or_else(|| missing("when they saw the work", "--observed \"2023-03 to 2026-11\""))?;
    Ok((Signatory { name, email, role, organisation, relation }, observed))
}

/// The signatory's address, to compare with the sender's; none if they answer on paper.
fn email(given: Option<String>, own: &str) -> Result<Option<String>> {
    let wrong = |email: &str| match email.trim() {
        email if !is_address(email) => Some(format!("`{email}` is not an e-mail address")),
        email => may_be_same_address(email, own).then(|| "this is your own address".to_owned()),
    };
    let help = "the answer is compared with it; press Enter if they answer on paper";
    let email = given.map_or_else(|| text_that("Their e-mail address:", help, wrong), |given| Ok(Some(given)))?;
    let email = email.map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
    match email.as_deref().and_then(wrong) {
        Some(why) => Err(refuse(why, "give the address that the answer will come from")),
        None => Ok(email),
    }
}

/// The period in which the work was seen. It asks again if artefacts were made outside it.
fn observed(portfolio: &Portfolio, codes: &[String], given: Option<String>, day: Date) -> Result<Option<String>> {
    let read = |text: &str| period(text, day);
    let wrong = |text: &str| read(text).err().map(|(message, help)| format!("{message}: {help}"));
    let question = "When did they see the work?";
    let ask = || text_that(question, "for example 2023-03 to 2026-11, or since 2023-03", wrong);
    let Some(answer) = given.map_or_else(ask, |given| Ok(Some(given)))? else { return Ok(None) };
    let observed = read(&answer).map_err(|(message, help)| refuse(message, help))?;
    let outside = outside(portfolio, codes, &observed);
    if outside.is_empty() || !can_ask() {
        return Ok(Some(observed));
    }
    let files: Vec<String> = outside.iter().map(|(file, made)| format!("`{file}` ({made})")).collect();
    let help = format!("made outside that period: {}; press Enter to keep {observed}", files.join(", "));
    let again = text_that("Is the period right? If not, give it again:", &help, wrong)?;
    again.map_or(Ok(Some(observed)), |text| read(&text).map(Some).map_err(|(message, help)| refuse(message, help)))
}

/// Artefacts made outside a period, with their dates.
pub fn outside(portfolio: &Portfolio, codes: &[String], observed: &str) -> Vec<(String, String)> {
    let Some(period) = Period::parse(observed) else { return Vec::new() };
    let folders = portfolio.competencies().filter(|(own, _)| codes.contains(&own.code)).map(|(_, folder)| folder);
    let artefacts = folders.flat_map(CompetencyFolder::artefacts);
    let outside = artefacts.filter_map(|artefact| {
        let made = artefact.made.as_ref().filter(|made| made.last < period.first || made.first > period.last)?;
        Some((artefact.file_name().to_owned(), made.text.clone()))
    });
    outside.collect()
}

/// A period that has begun and, if it has an end, ended; else what is wrong with it, and the remedy.
fn period(text: &str, day: Date) -> std::result::Result<String, (String, String)> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" – ", " to ").replace(" - ", " to ");
    let whole = text.strip_prefix("since ").map_or_else(|| text.clone(), |since| format!("{since} to {day}"));
    let last = whole.rsplit(" to ").next().and_then(Period::parse);
    match (Period::parse(&whole), last) {
        // The current month or year may be named as a whole.
        (Some(made), Some(last)) if last.first <= day => Ok(made.text),
        (Some(_), _) => {
            Err((format!("`{text}` is in the future"), "give the period they have already seen".to_owned()))
        }
        _ => {
            Err((format!("`{text}` is not a period"), "write \"2023-03 to 2026-11\", or \"since 2023-03\"".to_owned()))
        }
    }
}
