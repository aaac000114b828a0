//! Marked content: which tag holds what is drawn, what is no part of the text, and text that replaces glyphs
//! (ISO 32000-1, 14.6 and 14.9.4).

use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::{Objects, Outcome, into_dictionary, text};
use super::tags::Tags;

/// Most marks within marks.
const MAX_DEPTH: usize = 256;

/// The marks that are open in a content stream.
pub struct Marks {
    /// The number of the page's or form's object, within which the marks are numbered.
    stream: u32,
    open: Vec<Mark>,
    base: Mark,
    /// Marks that are open beyond the most that are kept.
    beyond: usize,
}

#[derive(Clone, Default)]
struct Mark {
    owner: Option<u32>,
    is_artifact: bool,
    is_hidden: bool,
    replacement: Option<Replacement>,
}

#[derive(Clone)]
struct Replacement {
    text: Rc<str>,
    is_used: bool,
}

/// What holds for a glyph.
pub struct Marked {
    pub owner: Option<u32>,
    pub is_artifact: bool,
    pub is_hidden: bool,
    /// The text that replaces it.
    pub text: Option<Rc<str>>,
}

impl Marks {
    pub fn new(stream: u32) -> Self {
        Marks { stream, open: Vec::new(), base: Mark::default(), beyond: 0 }
    }

    /// For a form that is drawn within these marks.
    pub fn inside(&self, form: u32) -> Self {
        Marks { base: self.innermost().clone(), ..Marks::new(form) }
    }

    fn innermost(&self) -> &Mark {
        self.open.last().unwrap_or(&self.base)
    }

    pub fn begin(
        &mut self,
        operands: &[Object],
        resources: &Dictionary,
        tags: &Tags,
        objects: &mut Objects<'_>,
    ) -> Outcome<()> {
        if self.open.len() >= MAX_DEPTH {
            self.beyond += 1;
            return Ok(());
        }
        let tag = operands.first().and_then(|tag| tag.as_name().ok()).unwrap_or_default();
        let mut layer = None;
        let properties = match operands.get(1) {
            Some(Object::Dictionary(own)) => own.clone(),
            Some(Object::Name(name)) => {
                let named = objects.dictionary(resources, b"Properties")?;
                layer = named.get(name).and_then(Object::as_reference).ok();
                into_dictionary(objects.entry(&named, name)?)
            }
            _ => Dictionary::new(),
        };
        let mut mark = self.innermost().clone();
        mark.is_artifact |= tag == b"Artifact";
        mark.is_hidden |= tag == b"OC" && is_off(layer, &properties, tags);
        if let Ok(number) = properties.get(b"MCID").and_then(Object::as_i64)
            && let Some(owner) = tags.owner(self.stream, number)
        {
            mark.owner = Some(owner);
        }
        if properties.has(b"ActualText") {
            let text = text(&objects.entry(&properties, b"ActualText")?).into();
            mark.replacement.get_or_insert(Replacement { text, is_used: false });
        }
        self.open.push(mark);
        Ok(())
    }

    pub fn end(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let ended = self.open.pop();
        // Text that replaces glyphs in several marks is there once.
        if let (Some(ended), Some(outer)) = (ended, self.open.last_mut())
            && let (Some(inner), Some(outer)) = (ended.replacement, &mut outer.replacement)
            && Rc::ptr_eq(&inner.text, &outer.text)
        {
            outer.is_used |= inner.is_used;
        }
    }

    /// What holds for the next glyph.
    pub fn current(&mut self) -> Marked {
        let mark = self.open.last_mut().unwrap_or(&mut self.base);
        let (owner, is_artifact, is_hidden) = (mark.owner, mark.is_artifact, mark.is_hidden);
        let text = mark.replacement.as_mut().map(|replacement| {
            let is_used = std::mem::replace(&mut replacement.is_used, true);
            if is_used { Rc::from("") } else { Rc::clone(&replacement.text) }
        });
        Marked { owner, is_artifact, is_hidden, text }
    }
}

/// Whether optional content is switched off (8.11): a layer, or a group of layers that all are.
pub fn is_off(id: Option<ObjectId>, layer: &Dictionary, tags: &Tags) -> bool {
    match layer.get(b"OCGs") {
        Ok(Object::Array(layers)) => {
            !layers.is_empty() && layers.iter().all(|layer| layer.as_reference().is_ok_and(|id| tags.is_off(id)))
        }
        Ok(Object::Reference(id)) => tags.is_off(*id),
        _ => id.is_some_and(|id| tags.is_off(id)),
    }
}
