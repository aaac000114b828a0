//! What is laid over a page: links, comments and fields (ISO 32000-1, 12.5 to 12.7).

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::bookmarks::shown;
use super::geometry::{Matrix, Rectangle};
use super::objects::{Objects, Outcome, name, text};

/// Most annotations of one page.
const MAX_ANNOTATIONS: usize = 2_000;

/// Flags of what is not shown: hidden, and no view.
const NOT_SHOWN: i64 = 2 | 32;

/// Most fields that a field is in.
const MAX_PARENTS: usize = 16;

#[derive(Debug, PartialEq)]
pub struct Link {
    pub destination: String,
    /// Where it may be clicked.
    pub areas: Vec<Rectangle>,
}

#[derive(Debug, PartialEq)]
pub struct Note {
    pub text: String,
    pub author: String,
}

/// What is over a page.
#[derive(Default)]
pub struct Annotations {
    pub links: Vec<Link>,
    pub notes: Vec<Note>,
    /// How fields look, and where they are drawn.
    pub forms: Vec<(Stream, ObjectId, Matrix)>,
    /// Values that are not seen, names of attached files.
    pub unseen: Vec<String>,
}

pub fn of(page: &Dictionary, objects: &mut Objects<'_>) -> Outcome<Annotations> {
    let mut annotations = Annotations::default();
    for value in objects.array(page, b"Annots")?.iter().take(MAX_ANNOTATIONS) {
        let Object::Dictionary(annotation) = objects.resolve(value)? else { continue };
        match name(&annotation, b"Subtype") {
            b"Link" => annotations.links.extend(link(&annotation, objects)?),
            b"Widget" => field(&annotation, &mut annotations, objects)?,
            b"Popup" => {}
            subtype => {
                let note = objects.text(&annotation, b"Contents")?;
                let author = objects.text(&annotation, b"T")?;
                if !note.trim().is_empty() {
                    annotations.notes.push(Note { text: note, author });
                }
                if subtype == b"FileAttachment" {
                    let file = objects.entry(&annotation, b"FS")?;
                    annotations.unseen.push(file_name(&file, objects)?);
                }
            }
        }
    }
    Ok(annotations)
}

/// Where a link leads out of the document.
fn link(annotation: &Dictionary, objects: &mut Objects<'_>) -> Outcome<Option<Link>> {
    let action = objects.dictionary(annotation, b"A")?;
    let destination = match name(&action, b"S") {
        b"URI" => objects.text(&action, b"URI")?,
        b"GoToR" | b"Launch" => {
            let mut file = objects.entry(&action, b"F")?;
            if file == Object::Null {
                let windows = objects.dictionary(&action, b"Win")?;
                file = objects.entry(&windows, b"F")?;
            }
            file_name(&file, objects)?
        }
        _ => String::new(),
    };
    if destination.trim().is_empty() {
        return Ok(None);
    }
    let corners = objects.array(annotation, b"QuadPoints")?;
    let mut areas: Vec<Rectangle> = corners.chunks_exact(8).take(20).filter_map(around).collect();
    if areas.is_empty() {
        areas.extend(Rectangle::of(&objects.array(annotation, b"Rect")?));
    }
    Ok(Some(Link { destination, areas }))
}

/// The rectangle around four corners.
fn around(corners: &[Object]) -> Option<Rectangle> {
    let numbers: Vec<f64> = corners.iter().filter_map(super::geometry::number).collect();
    let side = |from: usize, pick: fn(f64, f64) -> f64| numbers.iter().skip(from).step_by(2).copied().reduce(pick);
    Some(Rectangle {
        left: side(0, f64::min)?,
        bottom: side(1, f64::min)?,
        right: side(0, f64::max)?,
        top: side(1, f64::max)?,
    })
}

/// The name of a file specification (7.11).
pub fn file_name(file: &Object, objects: &mut Objects<'_>) -> Outcome<String> {
    match file {
        Object::String(path, _) => Ok(shown(path)),
        Object::Dictionary(file) => {
            for key in [&b"UF"[..], b"F", b"Unix", b"DOS"] {
                let path = objects.text(file, key)?;
                if !path.is_empty() {
                    return Ok(path);
                }
            }
            Ok(String::new())
        }
        _ => Ok(String::new()),
    }
}

/// A field: how it looks is drawn, or its value is kept where nothing shows it.
fn field(annotation: &Dictionary, annotations: &mut Annotations, objects: &mut Objects<'_>) -> Outcome<()> {
    let flags = annotation.get(b"F").and_then(Object::as_i64).unwrap_or_default();
    let appearances = objects.dictionary(annotation, b"AP")?;
    let mut normal = appearances.get(b"N").cloned().unwrap_or(Object::Null);
    if let Object::Dictionary(states) = objects.resolve(&normal)? {
        normal = states.get(name(annotation, b"AS")).cloned().unwrap_or(Object::Null);
    }
    let area = Rectangle::of(&objects.array(annotation, b"Rect")?);
    let form = objects.resolve(&normal)?;
    if let (Object::Stream(form), Ok(id), Some(area), true) =
        (form, normal.as_reference(), area, flags & NOT_SHOWN == 0)
    {
        let own = Rectangle::of(&objects.array(&form.dict, b"BBox")?).unwrap_or(area);
        let matrix = Matrix([1.0, 0.0, 0.0, 1.0, area.left - own.left, area.bottom - own.bottom]);
        annotations.forms.push((form, id, matrix));
        return Ok(());
    }
    let mut field = annotation.clone();
    for _ in 0..MAX_PARENTS {
        let value = objects.entry(&field, b"V")?;
        if let Object::String(..) = value {
            annotations.unseen.push(text(&value));
            break;
        }
        if !field.has(b"Parent") {
            break;
        }
        field = objects.dictionary(&field, b"Parent")?;
    }
    Ok(())
}
