//! Collects the verdicts of an answer, as akam or the candidate reads it.

use anyhow::Result;

use crate::cli::{ReadAs, RecordArgs};
use crate::commands::questions::{can_ask, choice, text};
use crate::commands::{refuse, say};
use crate::portfolio::sign_off::SignOff;
use crate::portfolio::sign_off::answer::{Basis, Says, Verdict};
use crate::portfolio::sign_off::reading::Reading;
use crate::report::sign_off::whole_answer;
use crate::text::one_line;

/// How the candidate reads an answer that akam cannot read: one in own words, which are printed first, or on a page.
/// `None` if it is in the form's words.
pub fn read_as(reading: Option<&Reading>, args: &RecordArgs) -> Result<Option<ReadAs>> {
    let basis = reading.map_or(Basis::Candidate, Reading::basis);
    let is_named = !(args.except.is_empty() && args.not_seen.is_empty() && args.not_true.is_empty());
    match (basis, args.read_as, reading) {
        (Basis::Form, Some(_), _) => {
            return Err(refuse("the e-mail says itself what is confirmed", "leave out `--read-as`"));
        }
        (Basis::Form, None, _) => return Ok(None),
        (_, Some(given), _) => return Ok(Some(given)),
        (Basis::OwnWords, None, Some(reading)) => say(&whole_answer(reading))?,
        (_, None, _) if is_named => return Ok(Some(ReadAs::Some)),
        (_, None, _) if !can_ask() => return Ok(Some(ReadAs::All)),
        _ => {}
    }
    if !can_ask() {
        let help = "read the answer above, and say what it confirms: `--read-as all`, `some` or `none`; the assessors are \
            shown its words";
        let other = reading.and_then(|reading| reading.other.as_deref()).map(one_line).unwrap_or_default();
        let message = format!(
            "the answer is not in the words of the form, and akam does not judge what a sentence means: `{other}`"
        );
        return Err(refuse(message, help));
    }
    let options = ["all of it", "some of it", "none of it"];
    let shown = if basis == Basis::OwnWords { "its words" } else { "the answer as it came" };
    let question = format!("What does this answer confirm? The assessors are shown {shown}.");
    let chosen = choice(&question, options.map(str::to_owned).to_vec())?;
    Ok(Some([ReadAs::All, ReadAs::Some, ReadAs::None][chosen]))
}

/// The form's verdicts if akam can read them, else the candidate's, where everything not named is confirmed.
pub fn verdicts(
    sign_off: &SignOff,
    reading: Option<&Reading>,
    read_as: Option<ReadAs>,
    args: &RecordArgs,
) -> Result<Vec<Verdict>> {
    let named = named(sign_off, args)?;
    let Some(read_as) = read_as else {
        if !named.is_empty() {
            let help = "leave out `--except`, `--not-seen` and `--not-true`";
            return Err(refuse("the e-mail says itself what is confirmed", help));
        }
        return Ok(reading.and_then(|reading| reading.verdicts.clone()).unwrap_or_default());
    };
    let all = own_reading(sign_off, read_as, named)?;
    let says = |code: &str| all.iter().filter(|it| it.competency == code).map(|it| it.says).max();
    let floor = reading.map(|reading| &reading.floor).into_iter().flatten();
    if let Some((code, least)) = floor.into_iter().find(|(code, least)| says(code) < Some(**least)) {
        let help = "read it as `some` or `none`, and name that with `--except`, `--not-seen` or `--not-true`";
        return Err(refuse(format!("the e-mail itself says of {code}: {}", least.name()), help));
    }
    Ok(all)
}

/// The candidate's reading; everything not named is confirmed.
fn own_reading(sign_off: &SignOff, read_as: ReadAs, named: Vec<Verdict>) -> Result<Vec<Verdict>> {
    let codes = sign_off.request.codes();
    let all = |says| Ok(codes.iter().map(|code| Verdict::plain(code, says)).collect());
    match read_as {
        ReadAs::All | ReadAs::None if !named.is_empty() => {
            let help = "give `--read-as some`, or leave out what is not confirmed";
            Err(refuse("all or none is read as confirmed, and yet something is named", help))
        }
        ReadAs::All => all(Says::True),
        ReadAs::None => all(Says::NotTrue),
        ReadAs::Some if !named.is_empty() => {
            let is_named = |code: &str| named.iter().any(|verdict| verdict.competency == code);
            let others = codes.iter().filter(|code| !is_named(code)).map(|code| Verdict::plain(code, Says::True));
            Ok(others.collect::<Vec<_>>().into_iter().chain(named).collect())
        }
        ReadAs::Some if can_ask() => codes.into_iter().map(asked_for).collect(),
        ReadAs::Some => {
            let help = "name each competency that is not confirmed: `--except CODE PASSAGE REASON`, `--not-seen CODE` or \
                `--not-true CODE REASON`";
            Err(refuse("missing: what the answer does not confirm", help))
        }
    }
}

/// The verdicts that the flags name.
fn named(sign_off: &SignOff, args: &RecordArgs) -> Result<Vec<Verdict>> {
    let answer_text = |text: &str| {
        let is_said = !text.trim().is_empty();
        is_said.then(|| text.trim().to_owned()).ok_or_else(|| {
            let help = "give both: `--except CODE PASSAGE REASON`";
            refuse("an exception names a passage and a reason", help)
        })
    };
    let mut verdicts = Vec::new();
    for excepted in args.except.chunks_exact(3) {
        let (passage, words) = (Some(answer_text(&excepted[1])?), Some(answer_text(&excepted[2])?));
        let competency = covered(sign_off, &excepted[0])?;
        verdicts.push(Verdict { competency, says: Says::Except, passage, words });
    }
    for code in &args.not_seen {
        verdicts.push(Verdict::plain(&covered(sign_off, code)?, Says::NotSeen));
    }
    for declined in args.not_true.chunks_exact(2) {
        let words = Some(answer_text(&declined[1])?);
        let competency = covered(sign_off, &declined[0])?;
        verdicts.push(Verdict { competency, says: Says::NotTrue, passage: None, words });
    }
    let is_twice = |it: &&Verdict| {
        let about = verdicts.iter().filter(|other| other.competency == it.competency);
        about.clone().count() > 1 && about.clone().any(|other| other.says != Says::Except)
    };
    match verdicts.iter().find(is_twice) {
        Some(twice) => {
            let message = format!("two different things are said of {}", twice.competency);
            Err(refuse(message, "say one of them; only several exceptions may be named"))
        }
        None => Ok(verdicts),
    }
}

/// The code of a competency that the request covers.
fn covered(sign_off: &SignOff, code: &str) -> Result<String> {
    let codes = sign_off.request.codes();
    let found = codes.iter().find(|known| known.eq_ignore_ascii_case(code.trim()));
    let help = || format!("it was asked about {}", codes.join(", "));
    found.map(|code| (*code).to_owned()).ok_or_else(|| refuse(format!("`{code}` is not among what was asked"), help()))
}

/// Asks how a person reads the answer about one competency: one of the form's options.
fn asked_for(code: &str) -> Result<Verdict> {
    const OFFERED: [Says; 4] = [Says::True, Says::Except, Says::NotSeen, Says::NotTrue];
    let chosen = choice(&format!("{code}:"), OFFERED.map(|says| says.name().to_owned()).to_vec())?;
    let says = OFFERED[chosen];
    let ask = |question: &str| text(None, question, "as they wrote it");
    Ok(match says {
        Says::True | Says::NotSeen => Verdict::plain(code, says),
        Says::Except => {
            let (passage, words) = (ask("Which passage or artefact?")?, ask("Why?")?);
            Verdict { passage, words, ..Verdict::plain(code, says) }
        }
        Says::NotTrue => Verdict { words: ask("What is not true?")?, ..Verdict::plain(code, says) },
    })
}
