//! `ro-crate-metadata.json`: who made what, in JSON-LD (RO-Crate 1.2).

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::endorsement::{self, endorsements, mentions};
use super::identifier::{id, reference};
use crate::archive::{CHECK, FRAMEWORK, INDEX, METADATA};
use crate::framework::Competency;
use crate::media::media_type;
use crate::portfolio::artefact::Artefact;
use crate::portfolio::{self, Portfolio};
use crate::review::{Attached, Evidence};

/// What is described.
pub struct Described<'a> {
    pub evidence: &'a Evidence<'a>,
    /// Paths and sizes of all files of the payload, itself left out.
    pub files: &'a [(String, u64)],
    pub title: &'a str,
    pub description: &'a str,
    /// `2026-11-22`.
    pub date: &'a str,
}

/// The metadata as text: the archive, the candidate, the competencies, and every file.
pub fn render(described: &Described<'_>) -> String {
    let metadata = Metadata { context: "https://w3id.org/ro/crate/1.2/context", graph: Graph(described) };
    serde_json::to_string_pretty(&metadata).expect("JSON values have string keys") + "\n"
}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@graph")]
    graph: Graph<'a>,
}

/// All that is described, made one by one while it is written: all at once would fill the memory where there are many files.
struct Graph<'a>(&'a Described<'a>);

impl Serialize for Graph<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let described = self.0;
        let competencies = described.evidence.portfolio.framework.competencies.iter();
        let packed = competencies.filter(|competency| described.evidence.packs(&competency.code));
        let artefacts = artefacts(described.evidence);
        let people = people(described.evidence.portfolio).into_iter();
        let others = [licence()].into_iter().chain(people).chain(endorsements(described.evidence, described.files));
        let others = others.chain([scheme(described)]).chain(packed.map(term));
        let files = described.files.iter().map(|(path, size)| file(described, &artefacts, path, *size));
        let mut graph = serializer.serialize_seq(None)?;
        graph.serialize_element(&descriptor())?;
        graph.serialize_element(&Root::of(described))?;
        others.chain(files).try_for_each(|entity| graph.serialize_element(&entity))?;
        graph.end()
    }
}

/// The archive as a whole. The keys are in alphabetical order, as in all other entities.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(rename = "@type")]
    kind: &'a str,
    about: Value,
    author: Value,
    date_published: &'a str,
    description: &'a str,
    has_part: Parts<'a>,
    license: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<Value>,
    name: &'a str,
}

/// References to files, made one by one.
struct Parts<'a>(&'a [(String, u64)]);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(path, _)| reference(path)))
    }
}

impl<'a> Root<'a> {
    fn of(described: &'a Described<'a>) -> Self {
        Root {
            id: "./",
            kind: "Dataset",
            about: json!({ "@id": "#scheme" }),
            author: json!({ "@id": "#candidate" }),
            date_published: described.date,
            description: described.description,
            has_part: Parts(described.files),
            license: json!({ "@id": "#confidential" }),
            mentions: mentions(described.evidence, described.files),
            name: described.title,
        }
    }
}

fn descriptor() -> Value {
    json!({
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": { "@id": "https://w3id.org/ro/crate/1.2" },
        "about": { "@id": "./" },
    })
}

fn licence() -> Value {
    json!({
        "@id": "#confidential",
        "@type": "CreativeWork",
        "name": "Confidential",
        "description": "For the assessors of the diploma only. Not to be published or passed on.",
    })
}

fn people(portfolio: &Portfolio) -> Vec<Value> {
    let details = &portfolio.details;
    let mut person = json!({ "@id": "#candidate", "@type": "Person", "name": details.name().unwrap_or("candidate") });
    if let Some(role) = &details.candidate.role {
        person["jobTitle"] = json!(role);
    }
    if let Some(email) = &details.candidate.email {
        person["email"] = json!(email);
    }
    let employer = details.candidate.employer.as_ref().map(|name| {
        person["affiliation"] = json!({ "@id": "#employer" });
        json!({ "@id": "#employer", "@type": "Organization", "name": name })
    });
    std::iter::once(person).chain(employer).collect()
}

fn scheme(described: &Described<'_>) -> Value {
    let framework = &described.evidence.portfolio.framework;
    let terms = described.evidence.submitted().map(|it| json!({ "@id": format!("#{}", it.competency.code) }));
    json!({
        "@id": "#scheme",
        "@type": "DefinedTermSet",
        "name": framework.title,
        "description": framework.edition,
        "identifier": framework.id,
        "hasDefinedTerm": terms.collect::<Vec<_>>(),
    })
}

fn term(competency: &Competency) -> Value {
    json!({
        "@id": format!("#{}", competency.code),
        "@type": "DefinedTerm",
        "termCode": competency.code,
        "name": competency.title,
        "inDefinedTermSet": { "@id": "#scheme" },
    })
}

/// The artefacts with their competencies, by path.
type Artefacts<'a> = BTreeMap<String, (&'a Competency, &'a Artefact)>;

fn artefacts<'a>(evidence: &Evidence<'a>) -> Artefacts<'a> {
    let mut artefacts = Artefacts::new();
    for (review, Attached { artefact, path, .. }) in evidence.artefacts() {
        if let Some(path) = path.clone() {
            // Of a file that is registered twice, the first entry counts.
            artefacts.entry(path).or_insert((review.competency, *artefact));
        }
    }
    artefacts
}

fn file(described: &Described<'_>, artefacts: &Artefacts<'_>, path: &str, size: u64) -> Value {
    let portfolio = described.evidence.portfolio;
    let mut entity = json!({ "@id": id(path), "@type": "File", "contentSize": size.to_string() });
    if let Some(kind) = media_type(path) {
        entity["encodingFormat"] = json!(kind);
    }
    if let Some((competency, artefact)) = artefacts.get(path) {
        entity["name"] = json!(artefact.name());
        entity["identifier"] = json!(artefact.number);
        entity["author"] = json!({ "@id": "#candidate" });
        if let Some(shows) = &artefact.shows {
            entity["description"] = json!(shows);
        }
        let supported = artefact.supported(&competency.code);
        let owners: BTreeSet<&str> =
            supported.filter_map(|code| portfolio.framework.owner(code)).map(|it| it.code.as_str()).collect();
        let packed = owners.into_iter().filter(|code| described.evidence.packs(code));
        entity["about"] = packed.map(|code| json!({ "@id": format!("#{code}") })).collect();
        return entity;
    }
    if let Some(purpose) = endorsement::purpose(described.evidence, described.files, path) {
        entity["name"] = json!(purpose);
        return entity;
    }
    let owner = portfolio.owner_of(path);
    let document = owner.filter(|_| crate::document::Format::of(path.rsplit('/').next().unwrap_or(path)).is_some());
    if let Some(competency) = document {
        entity["name"] = json!(format!("Document: {}", competency.name()));
        entity["author"] = json!({ "@id": "#candidate" });
        entity["about"] = json!([{ "@id": format!("#{}", competency.code) }]);
    } else {
        entity["name"] = json!(purpose(path));
    }
    entity
}

/// What a file is for that is neither document nor artefact.
fn purpose(path: &str) -> String {
    match path {
        portfolio::FILE => "Candidate, key accounts and what is left out".to_owned(),
        FRAMEWORK => "The framework that the portfolio was judged by".to_owned(),
        INDEX => "Index of the artefacts".to_owned(),
        CHECK => "Coverage and findings when the archive was packed".to_owned(),
        _ => path.rsplit_once('/').map_or(path, |(folder, _)| folder).to_owned() + ": register of artefacts",
    }
}
