//! Sign-offs in JSON-LD: each an `EndorseAction` of schema.org, with who confirmed what, when and how.

use serde_json::{Value, json};

use super::identifier::{id, reference};
use crate::portfolio::sign_off::answer::{Answer, Says};
use crate::portfolio::sign_off::{STATEMENT, SignOff};
use crate::portfolio::snapshot::changes::Validity;
use crate::review::Evidence;
use crate::review::confirmation::changes;

/// Paths and sizes of the files of the payload.
type Files<'a> = &'a [(String, u64)];

/// The actions, the people who took them, and their organisations.
pub fn endorsements(evidence: &Evidence<'_>, files: Files<'_>) -> Vec<Value> {
    packed(evidence, files).flat_map(|(sign_off, answer)| entities(evidence, sign_off, answer)).collect()
}

/// References to the actions.
pub fn mentions(evidence: &Evidence<'_>, files: Files<'_>) -> Vec<Value> {
    packed(evidence, files).map(|(sign_off, _)| json!({ "@id": action_id(sign_off) })).collect()
}

/// What the endorsement's own files are for, by their paths.
pub fn purpose(evidence: &Evidence<'_>, files: Files<'_>, path: &str) -> Option<String> {
    let (sign_off, _) = packed(evidence, files).find(|(it, _)| path.starts_with(&it.path("")))?;
    let name = path.strip_prefix(&sign_off.path(""))?;
    let signatory = &sign_off.request.signatory.name;
    Some(match name {
        _ if sign_off.proof.as_deref() == Some(name) => format!("Proof of the answer of {signatory}"),
        STATEMENT => format!("Statement as it was shown to {signatory}"),
        _ if name.contains('/') => format!("Text as {signatory} was shown it"),
        _ => format!("Record of the sign-off by {signatory}"),
    })
}

fn packed<'a>(evidence: &'a Evidence<'_>, files: Files<'a>) -> impl Iterator<Item = (&'a SignOff, &'a Answer)> {
    let holds = |path: &str| files.iter().any(|(packed, _)| packed == path);
    let answered = evidence.sign_offs.iter().filter_map(|it| Some((*it, it.answer.as_ref()?)));
    answered.filter(move |(sign_off, _)| holds(&sign_off.path(STATEMENT)))
}

fn action_id(sign_off: &SignOff) -> String {
    format!("#sign-off-{}", id(sign_off.name()))
}

fn entities(evidence: &Evidence<'_>, sign_off: &SignOff, answer: &Answer) -> Vec<Value> {
    let signatory = &sign_off.request.signatory;
    let name = id(sign_off.name());
    let (person, organisation) = (format!("#signatory-{name}"), format!("#organisation-{name}"));
    let verdicts = answer.verdicts.iter().filter(|it| it.says != Says::True);
    let excepted: String =
        verdicts.map(|it| format!(" {}: {} {}.", it.competency, it.says.name(), it.reason())).collect();
    let withdrawn = sign_off.withdrawal.as_ref().map(|it| format!(" Withdrawn on {}: {}", it.on, it.reason));
    let mut action = json!({
        "@id": action_id(sign_off),
        "@type": "EndorseAction",
        "name": match &sign_off.withdrawal {
            None => format!("{} answered whether facts are true", signatory.name),
            Some(_) => format!("Withdrawn: {} answered whether facts are true", signatory.name),
        },
        "description": format!(
            "{} As {}. How: {}.{excepted}{}",
            sign_off.request.statement,
            signatory.relation.name(),
            answer.how(),
            withdrawn.unwrap_or_default()
        ),
        "agent": { "@id": person },
        "object": objects(evidence, sign_off),
        "instrument": reference(&sign_off.path(STATEMENT)),
        "endTime": answer.signed.to_string(),
        "identifier": sign_off.fingerprint().to_string(),
    });
    if let Some(proof) = &sign_off.proof {
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

/// The documents and artefacts whose confirmation is valid; where there are none, the statement itself.
fn objects(evidence: &Evidence<'_>, sign_off: &SignOff) -> Vec<Value> {
    let confirms = |code: &str| sign_off.says(code).is_some_and(|says| says <= Says::Except);
    let covered = evidence.submitted().filter(|review| confirms(&review.competency.code));
    let valid = covered.filter(|review| {
        let changes = changes(evidence.portfolio, review.competency, review.folder, sign_off);
        changes.iter().all(|change| change.validity != Validity::Changed)
    });
    let paths = valid.flat_map(|review| {
        let documents = review.folder.documents.iter().map(|file| file.path.clone());
        documents.chain(review.artefacts.iter().filter_map(|attached| attached.path.clone()))
    });
    let objects: Vec<Value> = paths.map(|path| reference(&path)).collect();
    if objects.is_empty() { vec![reference(&sign_off.path(STATEMENT))] } else { objects }
}
