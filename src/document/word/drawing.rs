//! What is drawn in a paragraph: pictures, text boxes, charts and other figures.

use super::body::chosen;
use super::passage::Passage;
use super::reader::Reader;
use crate::document::xml::Element;
use crate::document::{Fact, Link};

impl<'x> Reader<'x> {
    /// A drawing; text boxes in it wait for the end of the paragraph.
    pub fn drawing(&mut self, element: Element<'x>, passage: &mut Passage) {
        let properties = element.elements().find_map(|it| it.child("wp:docPr"));
        let words = properties.and_then(|it| description(it)).unwrap_or_default();
        let before = passage.bytes();
        self.shapes(element, &words, passage);
        // What says nothing of a picture is still in the file.
        if passage.bytes() == before {
            self.outside(&words, "alternative text");
        }
    }

    fn shapes(&mut self, parent: Element<'x>, words: &str, passage: &mut Passage) {
        for element in parent.elements() {
            let figure = match element.name() {
                "w:txbxContent" => {
                    self.boxes.push(element);
                    continue;
                }
                "mc:AlternateContent" => {
                    if let Some(chosen) = chosen(element) {
                        self.shapes(chosen, words, passage);
                    }
                    continue;
                }
                "a:blip" => {
                    let id = element.attribute("r:embed").or_else(|| element.attribute("r:link"));
                    self.picture(id.as_deref(), words, passage);
                    continue;
                }
                "v:imagedata" => {
                    let is_preview = parent.name() == "v:shape" && parent.attribute("o:ole").is_some();
                    let id = element.attribute("r:id").or_else(|| element.attribute("r:link"));
                    let own = description(parent).or_else(|| element.attribute("o:title").map(String::from));
                    let words = if words.is_empty() { own.unwrap_or_default() } else { words.to_owned() };
                    if is_preview {
                        self.outside(&words, "alternative text");
                    } else {
                        self.picture(id.as_deref(), &words, passage);
                    }
                    continue;
                }
                "v:textpath" => {
                    let text = element.attribute("string").unwrap_or_default();
                    passage.text(&text, super::passage::Look::default());
                    continue;
                }
                "o:OLEObject" => {
                    let kind = element.attribute("ProgID").unwrap_or_default();
                    self.fact(Fact::Figure(
                        if kind.starts_with("Equation") { "equation picture" } else { "embedded object" }.to_owned(),
                    ));
                    continue;
                }
                "c:chart" => "chart",
                "dgm:relIds" => "SmartArt",
                _ => {
                    self.shapes(element, words, passage);
                    continue;
                }
            };
            self.fact(Fact::Figure(figure.to_owned()));
        }
    }

    fn picture(&mut self, id: Option<&str>, words: &str, passage: &mut Passage) {
        let Some(relation) = id.and_then(|id| self.relations.get(id)) else { return };
        let name = relation.target.clone();
        let embedded = if relation.is_external { None } else { self.digest(&name) };
        if self.problem.is_some() || embedded.is_none() && !relation.is_external {
            return;
        }
        let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        if embedded.is_some() && ["emf", "wmf", "emz", "wmz"].contains(&ending.as_str()) {
            self.fact(Fact::Figure(format!("{} picture", ending.to_uppercase())));
        }
        let link = Link { destination: name, title: String::new(), image: true, spot: self.spot(), embedded };
        passage.picture(link, words);
    }

    fn digest(&mut self, name: &str) -> Option<crate::digest::Digest> {
        if let Some(known) = self.pictures.get(name) {
            return *known;
        }
        let digest = self.package.digest(name).unwrap_or_else(|problem| {
            self.problem.get_or_insert(problem);
            None
        });
        self.pictures.insert(name.to_owned(), digest);
        digest
    }
}

/// What somebody wrote of a picture: its description, or else its title.
fn description(element: Element<'_>) -> Option<String> {
    let written = ["descr", "title", "alt"].iter().filter_map(|name| element.attribute(name));
    written.map(|text| text.trim().to_owned()).find(|text| !text.is_empty())
}
