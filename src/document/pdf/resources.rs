//! The fonts and forms that a page's operators name: ISO 32000-1, 7.8.3 and 8.10.

use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::content::{Frame, Reader, TOO_COMPLEX};
use super::font::Font;
use super::geometry::Matrix;
use super::marked::Marks;
use super::objects::{Outcome, name, reference};

const MAX_FORM_DEPTH: usize = 12;

/// Most forms that are drawn, each as often as it is.
const MAX_FORMS: usize = 20_000;

/// Most fonts that are kept.
const MAX_FONTS: usize = 1_000;

impl Reader<'_, '_> {
    pub(super) fn font(&mut self, font_name: Option<&Object>, frame: &mut Frame<'_>) -> Outcome<Option<Rc<Font>>> {
        let font_name = font_name.and_then(|font| font.as_name().ok()).unwrap_or_default();
        if let Some(known) = frame.fonts.get(font_name) {
            return Ok(known.clone());
        }
        let fonts = self.objects.dictionary(frame.resources, b"Font")?;
        let id = fonts.get(font_name).and_then(Object::as_reference).ok();
        let font = match id.and_then(|id| self.fonts.get(&id)) {
            Some(known) => Some(Rc::clone(known)),
            None => match self.objects.entry(&fonts, font_name)? {
                Object::Dictionary(font) => Some(Rc::new(Font::open(&font, self.objects)?)),
                _ => None,
            },
        };
        if let Some((id, font)) = id.zip(font.as_ref()) {
            if self.fonts.len() >= MAX_FONTS {
                self.fonts.clear();
            }
            self.fonts.insert(id, Rc::clone(font));
        }
        frame.fonts.insert(font_name.to_vec(), font.clone());
        Ok(font)
    }

    /// A picture, or a form that is drawn as part of the page.
    pub(super) fn draw_object(&mut self, object_name: Option<&Object>, frame: &mut Frame<'_>) -> Outcome<()> {
        let objects = self.objects.dictionary(frame.resources, b"XObject")?;
        let key = object_name.and_then(|name| name.as_name().ok()).unwrap_or_default();
        let Ok(id) = objects.get(key).and_then(Object::as_reference) else { return Ok(()) };
        let Object::Stream(form) = self.objects.file.load(id)? else { return Ok(()) };
        let layer = reference(&form.dict, b"OC");
        if layer.is_some_and(|layer| self.tags.is_off(layer)) {
            return Ok(());
        }
        match name(&form.dict, b"Subtype") {
            b"Image" => self.drawn.has_picture = true,
            b"Form" => {
                self.draw_form(&form, id, frame.state.matrix, frame.resources, &frame.marks)?;
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn draw_form(
        &mut self,
        form: &Stream,
        id: ObjectId,
        matrix: Matrix,
        outer: &Dictionary,
        marks: &Marks,
    ) -> Outcome<()> {
        // A form that draws itself is drawn once, as viewers do.
        if self.forms.contains(&id) {
            return Ok(());
        }
        self.forms_drawn += 1;
        if self.forms.len() == MAX_FORM_DEPTH || self.forms_drawn > MAX_FORMS {
            return Err(TOO_COMPLEX);
        }
        let content = self.objects.file.decode(form)?;
        let own = self.objects.array(&form.dict, b"Matrix")?;
        let resources = self.objects.entry(&form.dict, b"Resources")?;
        let resources = resources.as_dict().unwrap_or(outer);
        self.forms.push(id);
        let drawn = self.draw(&content, resources, Matrix::of(&own).then(matrix), marks.inside(id.0));
        self.forms.pop();
        drawn
    }
}
