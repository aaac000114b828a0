//! The diploma as data: areas, competencies, parts and what each asks, read from the competency file.

mod choice;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::limits::{MAX_COMPETENCIES, MAX_PARTS, MAX_WORKS};
use crate::settings::{self, Problem};
use crate::source::{Place, Source};
use crate::text::slug;

/// The framework that is built into the program.
const BUILT_IN: &str = include_str!("../../competencies.toml");

/// The path under which the built-in framework is known.
pub const FILE: &str = "competencies.toml";

/// What the diploma asks, and how much of it must be shown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Identifies the diploma to programs.
    pub id: String,
    pub title: String,
    pub edition: String,
    /// How many competencies need evidence.
    pub required: usize,
    pub key_accounts: KeyAccounts,
    pub words: Words,
    pub sign_off: SignOffWording,
    #[serde(rename = "area")]
    pub areas: Vec<Area>,
    /// In the order of the file.
    #[serde(rename = "competency")]
    pub competencies: Vec<Competency>,
    /// The file it was read from.
    #[serde(skip)]
    pub source: Source,
    /// Indices of competencies, by their codes and their parts' codes.
    #[serde(skip)]
    places: HashMap<String, usize>,
}

/// How many key accounts the diploma expects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAccounts {
    pub origin: Provenance,
    pub fewer_than: usize,
}

/// Guidance in words for each part of a competency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are named as in the file")]
pub struct Words {
    pub per_part: usize,
    /// Where artefacts are attached.
    pub shortest_per_part: usize,
    pub longest_per_part: usize,
}

/// What a signatory confirms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOffWording {
    pub origin: Provenance,
    pub statement: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    pub code: String,
    pub title: String,
    pub origin: Provenance,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competency {
    pub code: String,
    pub title: String,
    /// The code of its area.
    pub area: String,
    pub why: Why,
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
    pub evidence: Ideas,
    pub theory: Models,
    #[serde(rename = "source", default)]
    pub sources: Vec<Work>,
    #[serde(default)]
    pub see_also: Vec<SeeAlso>,
}

/// Why key account managers need a competency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    pub origin: Provenance,
    pub text: String,
}

/// A part of a competency: what an assessor looks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub code: String,
    pub title: String,
    pub origin: Provenance,
    /// Set if the title's origin differs from that of what is asked.
    pub title_origin: Option<Provenance>,
    /// Each reads after "Show how you".
    pub asks: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ideas {
    pub origin: Provenance,
    pub ideas: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    pub origin: Provenance,
    pub models: Vec<String>,
}

/// A work of theory or practice.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    pub origin: Provenance,
    pub author: String,
    pub year: Option<u16>,
    pub title: String,
    /// Where it was published.
    pub published: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeeAlso {
    pub origin: Provenance,
    /// The code of the competency that is pointed to.
    pub competency: String,
    pub text: String,
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// Stated by AKAM.
    Akam,
    /// Written for this program.
    Guide,
}

impl Framework {
    pub fn built_in() -> Self {
        let source = Source { path: FILE.to_owned(), text: BUILT_IN.to_owned() };
        Self::parse(&source).expect("the built-in framework is parsed by a test")
    }

    /// Parses a framework file; returns the first thing that is wrong with its place.
    pub fn parse(source: &Source) -> Result<Self, Problem> {
        let mut framework: Framework = settings::parse(source)?;
        framework.source = source.clone();
        if let Some((word, message)) = framework.contradiction() {
            let at = source.text.find(&format!("\"{word}\""));
            return Err(Problem {
                place: at.map_or_else(|| Place::file(&source.path), |at| source.place(&(at..at + word.len() + 2))),
                message,
                help: "correct the competency file, or take `framework` out of `portfolio.toml`".to_owned(),
            });
        }
        let codes = framework.competencies.iter().enumerate();
        framework.places = codes.flat_map(|(at, it)| it.codes().map(move |code| (code.to_owned(), at))).collect();
        Ok(framework)
    }

    pub fn is_built_in(&self) -> bool {
        self.source.text == BUILT_IN
    }

    pub fn digest(&self) -> Digest {
        Digest::of(self.source.text.as_bytes())
    }

    pub fn competency(&self, code: &str) -> Option<&Competency> {
        self.competencies.iter().find(|competency| competency.code == code)
    }

    /// The competency with this code, or whose part has it.
    pub fn owner(&self, code: &str) -> Option<&Competency> {
        self.places.get(code).map(|at| &self.competencies[*at])
    }

    /// A competency's or part's code in the framework's spelling, found ignoring case.
    pub fn code(&self, text: &str) -> Option<&str> {
        let text = text.trim().to_lowercase();
        self.codes().find(|code| code.to_lowercase() == text)
    }

    /// All codes, of competencies and of their parts.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.competencies.iter().flat_map(Competency::codes)
    }

    /// If the file contradicts itself, a word of it and what is wrong there.
    fn contradiction(&self) -> Option<(&str, String)> {
        if self.competencies.is_empty() || self.required == 0 || self.required > self.competencies.len() {
            let count = self.competencies.len();
            return Some((&self.id, format!("`required` is {}, but there are {count} competencies", self.required)));
        }
        if self.competencies.len() > MAX_COMPETENCIES {
            let count = self.competencies.len();
            return Some((&self.id, format!("it has {count} competencies; at most {MAX_COMPETENCIES} are read")));
        }
        let mut codes: Vec<&str> = Vec::new();
        for competency in &self.competencies {
            let own = &competency.code;
            if !self.areas.iter().any(|area| area.code == competency.area) {
                return Some((own, format!("the area `{}` of `{own}` is not listed", competency.area)));
            }
            if competency.parts.is_empty() {
                return Some((own, format!("`{own}` has no parts")));
            }
            let (parts, works) = (competency.parts.len(), competency.sources.len());
            if parts > MAX_PARTS || works > MAX_WORKS {
                let most = format!("at most {MAX_PARTS} and {MAX_WORKS} are read");
                return Some((own, format!("`{own}` has {parts} parts and {works} sources; {most}")));
            }
            for code in competency.codes() {
                if codes.contains(&code) {
                    return Some((code, format!("the code `{code}` is used twice")));
                }
                if code.is_empty() || !code.chars().all(|ch| ch.is_alphanumeric() || ".-_".contains(ch)) {
                    return Some((
                        code,
                        format!("the code `{code}` must consist of letters, digits, `.`, `-` and `_`"),
                    ));
                }
                codes.push(code);
            }
        }
        let mut notes = self.competencies.iter().flat_map(|competency| &competency.see_also);
        let lost = notes.find(|note| self.competency(&note.competency).is_none())?;
        Some((&lost.competency, format!("`see_also` names `{}`, which is no competency here", lost.competency)))
    }
}

impl Competency {
    /// Its own code, and those of its parts.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.code.as_str()).chain(self.parts.iter().map(|part| part.code.as_str()))
    }

    /// The name of its folder: code and title in lower case, for example `1.D.3-customer-plan`.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.code, slug(&self.title))
    }

    /// Whether this is its folder's name, perhaps renamed: the name begins with the code.
    pub fn is_folder(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let rest = name.strip_prefix(&self.code.to_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ' ', '_']))
    }

    /// Code and title.
    pub fn name(&self) -> String {
        format!("{} {}", self.code, self.title)
    }
}

impl Part {
    /// Whether this program gave it its title, because AKAM's is not known.
    pub fn is_ours(&self) -> bool {
        self.title_origin.unwrap_or(self.origin) == Provenance::Guide
    }
}

impl Work {
    /// For a list of references: `Porter, M. (1985) Competitive Advantage`.
    pub fn reference(&self) -> String {
        let year = self.year.map(|year| format!(" ({year})")).unwrap_or_default();
        let published = self.published.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
        format!("{}{year} {}{published}", self.author, self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(from: &str, to: &str) -> Problem {
        assert!(BUILT_IN.contains(from), "the framework has no {from}");
        let text = BUILT_IN.replacen(from, to, 1);
        Framework::parse(&Source { path: FILE.to_owned(), text }).expect_err("this is a contradiction")
    }

    #[test]
    fn the_built_in_framework_is_whole() {
        let framework = Framework::built_in();
        assert!(framework.required < framework.competencies.len());
        for competency in &framework.competencies {
            assert!((3..=4).contains(&competency.parts.len()), "{}", competency.code);
            assert!((4..=8).contains(&competency.evidence.ideas.len()), "{}", competency.code);
            assert!((4..=20).contains(&competency.sources.len()), "{}", competency.code);
            for part in &competency.parts {
                assert!((3..=8).contains(&part.asks.len()), "{}", part.code);
            }
        }
    }

    #[test]
    fn a_framework_that_contradicts_itself_is_refused_at_the_place() {
        assert_eq!(
            changed("required = 12", "required = 99").message,
            "`required` is 99, but there are 13 competencies"
        );
        assert_eq!(changed("code = \"1.D.2\"", "code = \"1.D.1\"").message, "the code `1.D.1` is used twice");
        let area = changed("area = \"1\"", "area = \"9\"");
        assert_eq!(area.message, "the area `9` of `1.D.1` is not listed");
        assert!(area.place.position.is_some());
        let work = "[[competency.source]]\norigin = \"guide\"\nauthor = \"A\"\ntitle = \"B\"\n";
        let many =
            changed("[[competency]]\ncode = \"1.D.2\"", &(work.repeat(101) + "[[competency]]\ncode = \"1.D.2\""));
        assert_eq!(many.message, "`1.D.1` has 3 parts and 111 sources; at most 30 and 100 are read");
    }

    #[test]
    fn folder_names_are_made_of_code_and_title() {
        let framework = Framework::built_in();
        let named = framework.competency("2.D.1").map(Competency::folder);
        assert_eq!(named.as_deref(), Some("2.D.1-product-service-and-application-knowledge"));
    }
}
