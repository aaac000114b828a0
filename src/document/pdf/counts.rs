//! Counts characters, to tell text from what only looks as if it were text.

/// Characters in all, those that mean nothing, and those whose meaning nothing proves.
#[derive(Default)]
pub struct Counts {
    pub all: usize,
    pub garbage: usize,
    pub guessed: usize,
    /// Of these, small letters.
    pub guessed_letters: usize,
}

impl Counts {
    pub fn take(&mut self, text: &str, is_guessed: bool) {
        for ch in text.chars().filter(|ch| !ch.is_whitespace()) {
            self.all += 1;
            let is_garbage = ch == char::REPLACEMENT_CHARACTER
                || ch.is_control()
                || matches!(ch, '\u{e000}'..='\u{efff}' | '\u{f100}'..='\u{f8ff}' | '\u{f0000}'..);
            self.garbage += usize::from(is_garbage);
            if is_guessed {
                self.guessed += 1;
                self.guessed_letters += usize::from(ch.is_ascii_lowercase());
            }
        }
    }
}
