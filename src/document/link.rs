//! Links and pictures of a document, and where they lead.

use percent_encoding::percent_decode_str;

use super::block::Spot;
use crate::digest::Digest;
use crate::text::nfc;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As written.
    pub destination: String,
    pub title: String,
    pub image: bool,
    pub spot: Spot,
    /// The digest of a picture in the document's own file; its destination is its name there.
    pub embedded: Option<Digest>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// With a scheme, as `https:`, in small letters without the colon.
    Elsewhere(String),
    /// Within the document itself.
    Here,
    /// A path relative to the portfolio, in NFC.
    File(String),
    /// Out of the portfolio.
    Outside,
}

impl Link {
    /// Where the link leads, seen from a document in `folder` of the portfolio.
    pub fn target(&self, folder: &str) -> Target {
        target(folder, &self.destination)
    }
}

/// Where a link's destination leads, seen from `folder`; `/` joins the parts of both.
pub fn target(folder: &str, destination: &str) -> Target {
    let clean: String = destination.chars().filter(|ch| !ch.is_control()).collect();
    let clean = clean.trim();
    if let Some((scheme, _)) = clean.split_once(':')
        && scheme.chars().all(|ch| ch.is_ascii_alphanumeric() || "+-.".contains(ch))
    {
        return Target::Elsewhere(scheme.to_ascii_lowercase());
    }
    if clean.starts_with("//") {
        return Target::Elsewhere(String::new());
    }
    let path = clean.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() {
        return Target::Here;
    }
    let Ok(path) = percent_decode_str(path).decode_utf8() else { return Target::Outside };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') {
        return Target::Outside;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_some() => {}
            ".." => return Target::Outside,
            name => parts.push(name),
        }
    }
    Target::File(nfc(&parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_only_inside_the_portfolio() {
        let file = |path: &str| Target::File(path.to_owned());
        assert_eq!(target("1.D.3", "artefacts/plan.xlsx"), file("1.D.3/artefacts/plan.xlsx"));
        assert_eq!(target("1.D.3", "artefacts/M%C3%B8te%20mars.pdf#page=2"), file("1.D.3/artefacts/Møte mars.pdf"));
        assert_eq!(target("1.D.3", "../4.D.3/evidence.md"), file("4.D.3/evidence.md"));
        assert_eq!(target("1.D.3", "../../secret.md"), Target::Outside);
        assert_eq!(target("1.D.3", "/etc/passwd"), Target::Outside);
        assert_eq!(target("1.D.3", "..\\plan.xlsx"), Target::Outside);
        assert_eq!(target("1.D.3", "#outcome"), Target::Here);
        assert_eq!(target("1.D.3", " java\nscript:alert(1)"), Target::Elsewhere("javascript".to_owned()));
        assert_eq!(target("1.D.3", "//example.org/x.png"), Target::Elsewhere(String::new()));
    }

    #[test]
    fn a_decomposed_name_leads_to_the_composed_one() {
        assert_eq!(target("", "re\u{301}sume\u{301}.pdf"), Target::File("r\u{e9}sum\u{e9}.pdf".to_owned()));
    }
}
