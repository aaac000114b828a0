//! What an answer says of each competency: as akam reads it, or as the candidate does.

use anyhow::Result;

use crate::cli::{ReadAs, SignOffRecord};
use crate::commands::questions::{choice, is_asked, text_if_any, text_that};
use crate::commands::{refuse, say};
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::{Basis, Says, Verdict};
use crate::portfolio::sign_off::reading::Reading;
use crate::report::sign_off::whole_answer;

/// How the candidate reads an answer in own words, which is shown first, as a whole; `None` for all other answers.
pub fn read_as(reading: Option<&Reading>, given: Option<ReadAs>) -> Result<Option<ReadAs>> {
    let own_words = reading.filter(|reading| reading.basis() == Basis::OwnWords);
    match (own_words, given) {
        (None, None) => return Ok(None),
        (None, Some(_)) => {
            return Err(refuse("`--read-as` is for e-mails that are not in the words of the form", "leave it out"));
        }
        (Some(_), Some(given)) => return Ok(Some(given)),
        (Some(reading), None) => say(&whole_answer(reading))?,
    }
    if !is_asked() {
        let help = "read the answer above, and say what it confirms: `--read-as all`, `some` or `none`; the assessors are \
            shown its words";
        let message = "the answer is not in the words of the form, and akam does not judge what a sentence means";
        return Err(refuse(message, help));
    }
    let options = ["all of it", "some of it", "none of it"];
    let question = "What does this answer confirm? The assessors are shown its words.";
    let chosen = choice(question, options.map(str::to_owned).to_vec())?;
    Ok(Some([ReadAs::All, ReadAs::Some, ReadAs::None][chosen]))
}

/// The verdicts: those of the form where akam can read them. Else what the candidate says; what is not named is
/// confirmed.
pub fn verdicts(
    sign_off: &SignOff,
    reading: Option<&Reading>,
    read_as: Option<ReadAs>,
    args: &SignOffRecord,
) -> Result<Vec<Verdict>> {
    let named = named(sign_off, args)?;
    if let Some(verdicts) = reading.and_then(|reading| reading.verdicts.clone()) {
        if !named.is_empty() {
            let help = "leave out `--except`, `--not-seen` and `--not-true`";
            return Err(refuse("the e-mail says itself what is confirmed", help));
        }
        return Ok(verdicts);
    }
    let all = own_reading(sign_off, read_as, named)?;
    let says = |code: &str| all.iter().filter(|it| it.competency == code).map(|it| it.says).max();
    let floor = reading.map(|reading| &reading.floor).into_iter().flatten();
    if let Some((code, least)) = floor.into_iter().find(|(code, least)| says(code) < Some(**least)) {
        let help = "read it as `some` or `none`, and name that with `--except`, `--not-seen` or `--not-true`";
        return Err(refuse(format!("the e-mail itself says of {code}: {}", least.name()), help));
    }
    Ok(all)
}

/// How the candidate reads an answer; what is not named is confirmed.
fn own_reading(sign_off: &SignOff, read_as: Option<ReadAs>, named: Vec<Verdict>) -> Result<Vec<Verdict>> {
    let codes = sign_off.request.codes();
    let named = match read_as {
        Some(ReadAs::All | ReadAs::None) if !named.is_empty() => {
            let help = "give `--read-as some`, or leave out what is not confirmed";
            return Err(refuse("all or none is read as confirmed, and yet something is named", help));
        }
        Some(ReadAs::None) => return Ok(codes.iter().map(|code| Verdict::plain(code, Says::NotTrue)).collect()),
        Some(ReadAs::All) => Vec::new(),
        Some(ReadAs::Some) | None if named.is_empty() => asked_for(sign_off)?,
        _ => named,
    };
    if read_as == Some(ReadAs::Some) && named.is_empty() {
        let help = "name each competency that is not confirmed: `--except CODE PASSAGE REASON`, `--not-seen CODE` or \
            `--not-true CODE REASON`";
        return Err(refuse("missing: what the answer does not confirm", help));
    }
    let is_named = |code: &str| named.iter().any(|verdict| verdict.competency == code);
    let confirmed = codes.into_iter().filter(|code| !is_named(code)).map(|code| Verdict::plain(code, Says::True));
    Ok(confirmed.collect::<Vec<_>>().into_iter().chain(named).collect())
}

/// What the flags name as not confirmed.
fn named(sign_off: &SignOff, args: &SignOffRecord) -> Result<Vec<Verdict>> {
    let said = |text: &str| {
        let is_said = !text.trim().is_empty();
        is_said.then(|| text.trim().to_owned()).ok_or_else(|| {
            let help = "give both: `--except CODE PASSAGE REASON`";
            refuse("an exception names a passage and a reason", help)
        })
    };
    let mut verdicts = Vec::new();
    for excepted in args.except.chunks_exact(3) {
        let (passage, words) = (Some(said(&excepted[1])?), Some(said(&excepted[2])?));
        let competency = covered(sign_off, &excepted[0])?;
        verdicts.push(Verdict { competency, says: Says::Except, passage, words });
    }
    for code in &args.not_seen {
        verdicts.push(Verdict::plain(&covered(sign_off, code)?, Says::NotSeen));
    }
    for declined in args.not_true.chunks_exact(2) {
        let words = Some(said(&declined[1])?);
        let competency = covered(sign_off, &declined[0])?;
        verdicts.push(Verdict { competency, says: Says::NotTrue, passage: None, words });
    }
    Ok(verdicts)
}

/// The code of a competency that was asked about.
fn covered(sign_off: &SignOff, code: &str) -> Result<String> {
    let codes = sign_off.request.codes();
    let found = codes.iter().find(|known| known.eq_ignore_ascii_case(code.trim()));
    let help = || format!("it was asked about {}", codes.join(", "));
    found.map(|code| (*code).to_owned()).ok_or_else(|| refuse(format!("`{code}` is not among what was asked"), help()))
}

/// What a person says is not confirmed, until they have said all.
fn asked_for(sign_off: &SignOff) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    loop {
        let (question, help) = match verdicts.len() {
            0 => ("Is anything excepted?", "the code of the competency; press Enter if all is confirmed"),
            _ => ("Is anything else excepted?", "the code of the competency; press Enter if that was all"),
        };
        let unknown = |code: &str| covered(sign_off, code).err().map(|error| error.to_string());
        let Some(code) = text_that(question, help, unknown)? else { return Ok(verdicts) };
        let competency = covered(sign_off, &code)?;
        let passage = text_if_any("Which passage or artefact?", "as they wrote it; or `not seen`, or `not true`")?;
        let says = match passage.as_deref() {
            Some("not seen") => {
                verdicts.push(Verdict::plain(&competency, Says::NotSeen));
                continue;
            }
            Some("not true") => Says::NotTrue,
            _ => Says::Except,
        };
        let words = text_if_any("Why?", "as they wrote it")?;
        if passage.is_none() || words.is_none() {
            return Err(refuse("an exception names a passage and a reason", "ask for both"));
        }
        let passage = passage.filter(|_| says == Says::Except);
        verdicts.push(Verdict { competency, says, passage, words });
    }
}
