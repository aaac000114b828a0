//! Fields: an instruction and its result, nested, over runs and paragraphs.

/// Fields whose text changes by itself, or comes from elsewhere.
const CHANGING: &[&str] = &[
    "DATE",
    "TIME",
    "SAVEDATE",
    "CREATEDATE",
    "PRINTDATE",
    "EDITTIME",
    "FILENAME",
    "FILESIZE",
    "AUTHOR",
    "LASTSAVEDBY",
    "USERNAME",
    "USERINITIALS",
    "USERADDRESS",
    "NUMPAGES",
    "NUMWORDS",
    "NUMCHARS",
    "REVNUM",
    "TEMPLATE",
    "TITLE",
    "SUBJECT",
    "KEYWORDS",
    "COMMENTS",
    "INFO",
    "DOCPROPERTY",
    "DOCVARIABLE",
    "MERGEFIELD",
    "PAGE",
    "SECTIONPAGES",
    "DDE",
    "DDEAUTO",
    "INCLUDETEXT",
    "INCLUDEPICTURE",
    "LINK",
    "DATABASE",
    "ASK",
    "FILLIN",
];

/// Those among them whose results are left out of what is signed: no writer chose the words.
const UNSIGNED: &[&str] = &[
    "DATE",
    "TIME",
    "SAVEDATE",
    "PRINTDATE",
    "EDITTIME",
    "FILENAME",
    "FILESIZE",
    "PAGE",
    "NUMPAGES",
    "SECTIONPAGES",
    "NUMWORDS",
    "NUMCHARS",
    "REVNUM",
    "LASTSAVEDBY",
];

/// Tables that Word makes of the text: their results say nothing new.
const TABLES: &[&str] = &["TOC", "INDEX", "TOA", "RD", "TC", "XE"];

#[derive(Default)]
pub struct Fields(Vec<Field>);

#[expect(clippy::struct_excessive_bools, reason = "they are read one by one")]
#[derive(Default)]
struct Field {
    instruction: String,
    is_result: bool,
    is_table: bool,
    is_link: bool,
    is_unsigned: bool,
}

/// What an instruction asks for.
pub enum Asks {
    /// With what it is named by where its text changes by itself.
    Text(Option<String>),
    Link {
        destination: String,
        title: String,
    },
    Nothing,
}

impl Fields {
    pub fn begin(&mut self) {
        // Deeper ones than anybody nests are counted with the one around them.
        if self.0.len() < 1000 {
            self.0.push(Field::default());
        }
    }

    pub fn instruct(&mut self, text: &str) {
        if let Some(field) = self.0.last_mut().filter(|field| !field.is_result && field.instruction.len() < 10_000) {
            field.instruction.push_str(text);
        }
    }

    /// The result begins; gives the instruction.
    pub fn separate(&mut self) -> Option<(String, Asks)> {
        let field = self.0.last_mut().filter(|field| !field.is_result)?;
        field.is_result = true;
        let asks = asks(&field.instruction);
        field.is_table = matches!(asks, Asks::Nothing);
        field.is_unsigned = matches!(&asks, Asks::Text(Some(name)) if UNSIGNED.contains(&name.as_str()));
        field.is_link = matches!(asks, Asks::Link { .. });
        Some((field.instruction.clone(), asks))
    }

    /// Gives the instruction of a field that had no result, and whether one that was a link ends.
    pub fn end(&mut self) -> (Option<String>, bool) {
        match self.0.pop() {
            Some(field) if field.is_result => (None, field.is_link),
            Some(field) => (Some(field.instruction), false),
            None => (None, false),
        }
    }

    /// Whether text is shown here.
    pub fn is_shown(&self) -> bool {
        self.0.iter().all(|field| field.is_result && !field.is_table)
    }

    /// Whether text here is the result of a field that changes by itself.
    pub fn is_changing(&self) -> bool {
        self.0.iter().any(|field| field.is_unsigned)
    }

    /// How many are open.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// Ends those that were begun and never ended, down to a depth.
    pub fn truncate(&mut self, depth: usize) {
        self.0.truncate(depth);
    }
}

pub fn asks(instruction: &str) -> Asks {
    let words = words(instruction);
    let name = words.first().map(|word| word.to_uppercase()).unwrap_or_default();
    if TABLES.contains(&name.as_str()) {
        return Asks::Nothing;
    }
    if name != "HYPERLINK" {
        return Asks::Text(CHANGING.contains(&name.as_str()).then_some(name));
    }
    let (mut destination, mut anchor, mut title) = (String::new(), None, String::new());
    let mut rest = words.into_iter().skip(1);
    while let Some(word) = rest.next() {
        match word.as_str() {
            "\\l" => anchor = rest.next(),
            "\\o" => title = rest.next().unwrap_or_default(),
            "\\t" | "\\s" => drop(rest.next()),
            switch if switch.starts_with('\\') && switch.len() == 2 => {}
            _ if destination.is_empty() => destination = word,
            _ => {}
        }
    }
    if let Some(anchor) = anchor {
        destination = format!("{destination}#{anchor}");
    }
    Asks::Link { destination, title }
}

/// The words of an instruction; quotation marks hold several together, and a backslash in them keeps the next character.
fn words(instruction: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_word) = (Vec::new(), String::new(), false, false);
    let mut rest = instruction.chars().peekable();
    while let Some(ch) = rest.next() {
        match ch {
            '"' | '“' | '”' | '„' => {
                is_quoted = !is_quoted;
                is_word = true;
            }
            '\\' if is_quoted && rest.peek().is_some_and(|next| "\\\"".contains(*next)) => word.extend(rest.next()),
            _ if ch.is_whitespace() && !is_quoted => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            _ => {
                word.push(ch);
                is_word = true;
            }
        }
    }
    if is_word {
        words.push(word);
    }
    words
}
