//! What the style of an element says about whether its text can be seen.

use super::html_tokens::Tag;

type Colour = [u8; 3];

/// How text is drawn in an element.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub struct Style {
    /// Not drawn, nor anything in it.
    is_gone: bool,
    is_invisible: bool,
    is_tiny: bool,
    /// `None` where it is not known.
    colour: Option<Colour>,
    background: Option<Colour>,
    pub is_struck: bool,
    /// Spaces and line ends are kept.
    pub is_pre: bool,
    pub has_no_margin: bool,
}

impl Default for Style {
    /// Black on white.
    fn default() -> Self {
        let (colour, background) = (Some([0; 3]), Some([255; 3]));
        Style {
            is_gone: false,
            is_invisible: false,
            is_tiny: false,
            colour,
            background,
            is_struck: false,
            is_pre: false,
            has_no_margin: false,
        }
    }
}

impl Style {
    pub fn is_visible(&self) -> bool {
        /// Largest difference of two colours that nobody sees.
        const ALIKE: u8 = 24;
        let alike =
            |text: Colour, ground: Colour| text.iter().zip(ground).all(|(one, other)| one.abs_diff(other) <= ALIKE);
        let is_lost = self.colour.zip(self.background).is_some_and(|(text, ground)| alike(text, ground));
        !(self.is_gone || self.is_invisible || self.is_tiny || is_lost)
    }

    /// The style of an element in one of this style.
    pub fn of(&self, tag: &Tag) -> Style {
        let mut style = Style { has_no_margin: false, ..self.clone() };
        style.is_pre |= tag.name == "pre";
        style.is_struck |= ["s", "strike", "del"].contains(&tag.name.as_str());
        style.is_gone |= tag.attributes.iter().any(|(name, _)| name == "hidden") || tag.name == "template";
        if !tag.value("color").is_empty() {
            style.colour = colour(tag.value("color"));
        }
        if !tag.value("bgcolor").is_empty() {
            style.background = colour(tag.value("bgcolor"));
        }
        let (mut is_cut, mut is_flat) = (false, false);
        for (name, value) in tag.value("style").split(';').filter_map(|declaration| declaration.split_once(':')) {
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
            let value = value.trim_end_matches("!important").trim_end();
            match name.as_str() {
                "display" => style.is_gone |= value == "none",
                "mso-hide" => style.is_gone |= value == "all",
                "opacity" => style.is_gone |= number(value).is_some_and(|(opacity, _)| opacity < 0.1),
                "visibility" => style.is_invisible = value == "hidden" || value == "collapse",
                "font-size" => style.is_tiny = is_tiny(value),
                "font" => style.is_tiny = value.split(['/', ' ']).next().is_some_and(is_tiny),
                "text-indent" | "left" | "top" => {
                    style.is_gone |= number(value).is_some_and(|(length, _)| length < -200.0);
                }
                "height" | "max-height" | "width" | "max-width" | "line-height" => {
                    is_flat |= number(value).is_some_and(|(length, _)| length <= 1.0);
                }
                "overflow" => is_cut = value == "hidden",
                "color" if value == "transparent" => style.is_invisible = true,
                "color" if value != "inherit" => style.colour = colour(value),
                "background" | "background-color" if value != "transparent" && value != "none" => {
                    style.background = colour(value);
                }
                "text-decoration" | "text-decoration-line" => style.is_struck |= value.contains("line-through"),
                "white-space" => style.is_pre = value.starts_with("pre") || value == "break-spaces",
                "margin" | "margin-top" => style.has_no_margin = value.starts_with('0'),
                _ => {}
            }
        }
        style.is_gone |= is_cut && is_flat;
        style
    }
}

/// A number and what follows it.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.find(|it: char| !it.is_ascii_digit() && it != '.' && it != '-').unwrap_or(value.len());
    Some((value[..end].parse().ok()?, value[end..].trim_start()))
}

/// Whether nobody can read letters of this size.
fn is_tiny(size: &str) -> bool {
    number(size).is_some_and(|(size, unit)| match unit.get(..2).unwrap_or(unit) {
        "em" | "re" => size < 0.15,
        "%" => size < 15.0,
        _ => size < 2.0,
    })
}

/// A colour, where it is written as mail programs write black, white and most others (CSS Color 4, 5 and 6.1).
fn colour(value: &str) -> Option<Colour> {
    let word = value.split_whitespace().next().unwrap_or_default();
    match word {
        "white" | "window" => return Some([255; 3]),
        "black" | "windowtext" => return Some([0; 3]),
        _ => {}
    }
    let colour = if let Some(digits) = word.strip_prefix('#') {
        let digit = |at: usize| u8::from_str_radix(digits.get(at..=at)?, 16).ok();
        match digits.len() {
            3 | 4 => [digit(0)? * 17, digit(1)? * 17, digit(2)? * 17],
            _ => [digit(0)? * 16 + digit(1)?, digit(2)? * 16 + digit(3)?, digit(4)? * 16 + digit(5)?],
        }
    } else {
        let numbers = value.strip_prefix("rgb(").or_else(|| value.strip_prefix("rgba("))?;
        let mut numbers = numbers.split([',', ')']).map(|number| number.trim().parse().ok());
        [numbers.next()??, numbers.next()??, numbers.next()??]
    };
    Some(colour)
}
