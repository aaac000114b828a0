//! What a Word file holds besides its text: comments, headers, properties, and data of other programs.

use super::inline::hidden_text;
use super::parts::{Part, Relation, relations};
use crate::document::Comment;
use crate::document::block::Spot;
use crate::document::builder::Builder;
use crate::document::package::Package;
use crate::document::xml::{Child, Element};
use crate::settings::Problem;

/// Properties that are no words of people.
const NUMBERS: [&str; 14] = [
    "created",
    "modified",
    "revision",
    "lastPrinted",
    "TotalTime",
    "Pages",
    "Words",
    "Characters",
    "Lines",
    "Paragraphs",
    "CharactersWithSpaces",
    "AppVersion",
    "DocSecurity",
    "HeadingPairs",
];

/// Reads all of it; the relationships are those of the whole file.
pub fn read<'a>(
    package: &Package,
    builder: &mut Builder,
    main: &Part,
    root: impl Iterator<Item = &'a Relation> + Clone,
) -> Result<(), Problem> {
    for kind in ["header", "footer"] {
        for name in main.related(kind) {
            each(package, name, |part| builder.outside(&hidden_text(part), Spot::Part(kind.to_owned())))?;
        }
    }
    for name in main.related("comments") {
        each(package, name, |part| comments(part, builder))?;
    }
    let properties =
        ["core-properties", "extended-properties", "extendedProperties", "custom-properties", "customProperties"];
    let mut names: Vec<&str> = Vec::new();
    names.extend(root.clone().filter(|it| properties.contains(&it.kind.as_str())).map(|it| it.target.as_str()));
    names.sort_unstable();
    for name in names {
        each(package, name, |part| properties_of(part, builder))?;
    }
    let mut data = main.related("customXml");
    data.extend(root.filter(|it| it.kind == "customXml").map(|it| it.target.as_str()));
    for name in data {
        each(package, name, |part| builder.outside(&all_text(part), Spot::Part("custom XML".to_owned())))?;
    }
    let mut targets: Vec<(String, &str)> = Vec::new();
    for name in main.related("settings") {
        let of_settings = relations(package, name)?;
        targets
            .extend(of_settings.into_values().filter(|it| it.is_external).map(|it| (it.target, "attached template")));
    }
    let outer = main.relations.values().filter(|it| it.is_external && it.kind != "hyperlink");
    targets.extend(outer.map(|it| (it.target.clone(), "address of a linked file")));
    targets.sort_unstable();
    for (target, what) in targets {
        builder.outside(&target, Spot::Part(what.to_owned()));
    }
    Ok(())
}

fn each(package: &Package, name: &str, mut take: impl FnMut(Element<'_>)) -> Result<(), Problem> {
    let part = Part::read(package, name)?;
    if let Some(xml) = part.xml(package)? {
        take(xml.root());
    }
    Ok(())
}

fn comments(root: Element<'_>, builder: &mut Builder) {
    for comment in root.elements().filter(|it| it.name() == "w:comment") {
        let author = comment.attribute("w:author").unwrap_or_default();
        let author = author.trim();
        let words = if author.is_empty() { "comment".to_owned() } else { format!("comment by {author}") };
        let text = hidden_text(comment).trim().to_owned();
        let spot = Spot::Part(words);
        builder.outside(author, spot.clone());
        builder.outside(&text, spot.clone());
        builder.comment(Comment { text, spot, closed: true });
    }
}

fn properties_of(root: Element<'_>, builder: &mut Builder) {
    for property in root.elements() {
        let local = property.name().rsplit(':').next().unwrap_or_default();
        if NUMBERS.contains(&local) {
            continue;
        }
        let name = property.attribute("name").unwrap_or_default();
        let text = format!("{name} {}", all_text(property));
        builder.outside(text.trim(), Spot::Part("properties".to_owned()));
    }
}

/// Texts and attributes of an element and all in it.
fn all_text(element: Element<'_>) -> String {
    let mut text = String::new();
    for child in element.all() {
        let words = match &child {
            Child::Text(words) => words.trim(),
            Child::Element(_) => "",
        };
        if !words.is_empty() {
            text += words;
            text.push('\n');
        }
    }
    text
}
