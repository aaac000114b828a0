//! The lists of a document, and what is before their items.

use super::escape;

/// Of each open list the number that a browser gives its next item.
#[derive(Default)]
pub struct Lists(Vec<Option<u64>>);

impl Lists {
    pub fn begin(&mut self, first: Option<u64>) {
        self.0.push(first);
    }

    pub fn end(&mut self) {
        self.0.pop();
    }

    /// The beginning of an item; what is before it is written out where a browser would put something else.
    pub fn item(&mut self, label: Option<&str>) -> String {
        let next = self.0.last_mut().and_then(Option::as_mut);
        let number = next.map(|next| std::mem::replace(next, next.saturating_add(1)));
        match label.filter(|label| number.is_none_or(|number| **label != format!("{number}."))) {
            None => "<li>".to_owned(),
            Some(label) => format!("<li class=\"labelled\"><span class=\"label\">{}</span> ", escape(label)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_written_where_a_browser_would_put_another() {
        let mut lists = Lists::default();
        lists.begin(Some(3));
        assert_eq!(lists.item(Some("3.")), "<li>");
        lists.begin(None);
        assert_eq!(lists.item(None), "<li>");
        assert_eq!(lists.item(Some("b)")), "<li class=\"labelled\"><span class=\"label\">b)</span> ");
        lists.end();
        assert_eq!(lists.item(Some("4)")), "<li class=\"labelled\"><span class=\"label\">4)</span> ");
        assert_eq!(lists.item(Some("5.")), "<li>");
    }
}
