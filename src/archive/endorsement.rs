//! Sign-offs in JSON-LD: each an `EndorseAction` of schema.org, with who confirmed what, when and how.

use serde_json::{Value, json};

use super::crate_metadata::{Described, id, reference};
use crate::portfolio::sign_off::changes::changes;
use crate::portfolio::sign_off::standing::State;
use crate::portfolio::sign_off::{Answer, STATEMENT, SignOff};

/// The actions, the people who took them, and their organisations.
pub fn endorsements(described: &Described<'_>) -> Vec<Value> {
    packed(described).flat_map(|(sign_off, answer)| entities(described, sign_off, answer)).collect()
}

/// References to the actions.
pub fn mentions(described: &Described<'_>) -> Vec<Value> {
    packed(described).map(|(sign_off, _)| json!({ "@id": action_id(sign_off) })).collect()
}

/// What the endorsement's own files are for, by their paths.
pub fn purpose(described: &Described<'_>, path: &str) -> Option<String> {
    let (sign_off, answer) = packed(described).find(|(it, _)| path.starts_with(&it.path("")))?;
    let name = path.strip_prefix(&sign_off.path(""))?;
    let signatory = &answer.signatory;
    Some(match name {
        _ if answer.proof.file.as_deref() == Some(name) => format!("Proof of the answer of {signatory}"),
        STATEMENT => format!("Statement as it was shown to {signatory}"),
        _ if name.contains('/') => format!("Text as {signatory} confirmed it"),
        _ => format!("Record of the sign-off by {signatory}"),
    })
}

fn packed<'a>(described: &'a Described<'_>) -> impl Iterator<Item = (&'a SignOff, &'a Answer)> {
    let holds = |path: &str| described.files.iter().any(|(packed, _)| packed == path);
    let answered = described.portfolio.counted_sign_offs().filter_map(|it| Some((it, it.answer.as_ref()?)));
    answered.filter(move |(sign_off, _)| holds(&sign_off.path(STATEMENT)))
}

fn action_id(sign_off: &SignOff) -> String {
    format!("#sign-off-{}", id(sign_off.name()))
}

fn entities(described: &Described<'_>, sign_off: &SignOff, answer: &Answer) -> Vec<Value> {
    let signatory = &sign_off.request.signatory;
    let name = id(sign_off.name());
    let (person, organisation) = (format!("#signatory-{name}"), format!("#organisation-{name}"));
    let excepted = answer
        .exceptions
        .iter()
        .map(|it| format!(" Not confirmed in {}: {} ({}).", it.competency, it.passage, it.reason));
    let excepted: String = excepted.collect();
    let withdrawn = sign_off.withdrawal.as_ref().map(|it| format!(" Withdrawn on {}: {}", it.on, it.reason));
    let mut action = json!({
        "@id": action_id(sign_off),
        "@type": "EndorseAction",
        "name": match &sign_off.withdrawal {
            None => format!("{} confirms facts", signatory.name),
            Some(_) => format!("Withdrawn: {} confirmed facts", signatory.name),
        },
        "description": format!(
            "{} As {}. How: {}.{excepted}{}",
            sign_off.request.statement,
            signatory.relation.name(),
            answer.proof.kind.name(),
            withdrawn.unwrap_or_default()
        ),
        "agent": { "@id": person },
        "object": objects(described, sign_off),
        "instrument": reference(&sign_off.path(STATEMENT)),
        "endTime": answer.signed.to_string(),
        "identifier": sign_off.fingerprint().to_string(),
    });
    if let Some(proof) = &answer.proof.file {
        action["result"] = reference(&sign_off.path(proof));
    }
    let agent = json!({
        "@id": person,
        "@type": "Person",
        "name": signatory.name,
        "jobTitle": signatory.role,
        "affiliation": { "@id": organisation },
    });
    let affiliation = json!({ "@id": organisation, "@type": "Organization", "name": signatory.organisation });
    vec![action, agent, affiliation]
}

/// The documents and artefacts whose confirmation stands; where there are none, the statement itself.
fn objects(described: &Described<'_>, sign_off: &SignOff) -> Vec<Value> {
    let portfolio = described.portfolio;
    let covers = |code: &str| sign_off.withdrawal.is_none() && sign_off.covers(code);
    let covered = portfolio.submitted().filter(|(competency, _)| covers(&competency.code));
    let standing = covered.filter(|(competency, folder)| {
        changes(portfolio, competency, folder, sign_off).iter().all(|change| change.state != State::Changed)
    });
    let paths = standing.flat_map(|(_, folder)| {
        let documents = folder.documents.iter().map(|file| file.path.clone());
        documents.chain(folder.artefacts().iter().filter_map(|artefact| folder.path_of(artefact)))
    });
    let objects: Vec<Value> = paths.map(|path| reference(&path)).collect();
    if objects.is_empty() { vec![reference(&sign_off.path(STATEMENT))] } else { objects }
}
