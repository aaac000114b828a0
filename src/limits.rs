//! The limits that a user can meet, each with its reason.

/// A document: 75,000 words, as many as a book has. `verify` reads and renders all documents of strangers, and some texts
/// take a hundred times their size.
pub const MAX_DOCUMENT_BYTES: u64 = 500_000;
/// A Word, `OpenDocument` or PDF document, with its pictures. Two are in memory at a time.
pub const MAX_OFFICE_BYTES: u64 = 32_000_000;
/// Characters of mark-up in a Markdown document. They are a fiftieth of a text of evidence; from half a megabyte of them, or of lines of one
/// letter, the parser makes trees of hundreds.
pub const MAX_MARKUP_CHARACTERS: usize = 20_000;
pub const MAX_DOCUMENT_LINES: usize = 20_000;
/// Headings in it: each is compared with each part.
pub const MAX_HEADINGS: usize = 1000;
pub const MAX_HEADING_BYTES: usize = 1000;

/// A picture that the assessor's page holds itself, and all of them: a browser on a phone, or in an e-mail, reads the page as
/// a whole.
pub const MAX_PICTURE_BYTES: u64 = 4_000_000;
pub const MAX_ALL_PICTURES_BYTES: u64 = 8_000_000;

/// A TOML file, such as `portfolio.toml` or `artefacts.toml`.
pub const MAX_SETTINGS_BYTES: u64 = 1_000_000;
/// Values, tables and lists in it: of `1,1,1` a hundred times its size is made while it is read, of a text nothing.
pub const MAX_SETTINGS_VALUES: usize = 100_000;
/// One text in it.
pub const MAX_VALUE_BYTES: usize = 4000;
/// Documents and lists of artefacts of all competencies together. What is made of a text may take twenty times its size.
pub const MAX_ALL_TEXTS_BYTES: u64 = 4_000_000;

pub const MAX_COMPETENCIES: usize = 50;
/// Parts of one competency.
pub const MAX_PARTS: usize = 30;
/// Works that one competency rests on.
pub const MAX_WORKS: usize = 100;

/// Artefacts of one competency.
pub const MAX_ARTEFACTS: usize = 2000;
pub const MAX_ALL_ARTEFACTS: usize = 10_000;
/// Codes that one artefact supports.
pub const MAX_SUPPORTED_CODES: usize = 20;
pub const MAX_ALL_SUPPORTED_CODES: usize = 20_000;

pub const MAX_SIGN_OFFS: usize = 100;
/// Records, pages and texts of all sign-offs together.
pub const MAX_ALL_RECORDS_BYTES: u64 = 10_000_000;
/// All files of all sign-offs together.
pub const MAX_ALL_SIGN_OFFS_BYTES: u64 = 250_000_000;
/// What is asked in one request: that of ten thousand artefacts.
pub const MAX_REQUEST_BYTES: u64 = 3_000_000;
/// The page of one request.
pub const MAX_STATEMENT_BYTES: u64 = 5_000_000;
/// One proof.
pub const MAX_PROOF_BYTES: u64 = 20_000_000;

/// Parts of one e-mail, with those of e-mails in it.
pub const MAX_MAIL_PARTS: usize = 1000;
/// The header of one e-mail.
pub const MAX_MAIL_HEADER_BYTES: usize = 500_000;
/// Text in one e-mail, with texts and e-mails that are attached.
pub const MAX_MAIL_TEXT_BYTES: usize = 10_000_000;
pub const MAX_MAIL_LINES: usize = 100_000;

/// One part of a path: the most that file systems in use take.
pub const MAX_NAME_BYTES: usize = 255;
pub const MAX_PATH_BYTES: usize = 1024;
/// Folders in one another.
pub const MAX_FOLDER_DEPTH: usize = 32;

/// Entries of an archive.
pub const MAX_ENTRIES: usize = 100_000;
/// All files of an archive, as they declare their sizes.
pub const MAX_ARCHIVE_BYTES: u64 = 8 << 30;
/// How many times larger than its compressed bytes a file may be, from [`RATIO_FROM_BYTES`] on.
pub const MAX_RATIO: usize = 200;
pub const RATIO_FROM_BYTES: u64 = 32 << 20;

/// A limit as it is explained to a user.
pub struct Limit {
    pub name: &'static str,
    pub value: Value,
    pub why: &'static str,
}

#[derive(Clone, Copy)]
pub enum Value {
    Bytes(u64),
    Count(usize),
}

use Value::{Bytes, Count};

/// Every limit above.
pub const ALL: &[Limit] = &[
    limit("a Markdown document", Bytes(MAX_DOCUMENT_BYTES), "75,000 words, forty times what is asked"),
    limit("a Word, OpenDocument or PDF document", Bytes(MAX_OFFICE_BYTES), "with its pictures"),
    limit("characters of mark-up in a document", Count(MAX_MARKUP_CHARACTERS), "twice as many as so long a text has"),
    limit("lines of a document", Count(MAX_DOCUMENT_LINES), "a book has half as many"),
    limit("headings of a document", Count(MAX_HEADINGS), "each is compared with each part"),
    limit("bytes of a heading", Count(MAX_HEADING_BYTES), "a heading of ten lines"),
    limit("a picture on the page", Bytes(MAX_PICTURE_BYTES), "of a larger one there is a link"),
    limit("all pictures on the page", Bytes(MAX_ALL_PICTURES_BYTES), "phones read the page as a whole"),
    limit("a settings file or list of artefacts", Bytes(MAX_SETTINGS_BYTES), "ten times the built-in competency file"),
    limit("values in a settings file", Count(MAX_SETTINGS_VALUES), "each takes memory while it is read"),
    limit(
        "one text in a settings file",
        Bytes(MAX_VALUE_BYTES as u64),
        "a page and a half; it is shown in many places",
    ),
    limit("all documents and lists of artefacts", Bytes(MAX_ALL_TEXTS_BYTES), "fifty times what people write"),
    limit("competencies of a diploma", Count(MAX_COMPETENCIES), "more than people are assessed by"),
    limit("parts of a competency", Count(MAX_PARTS), "more than people are assessed by"),
    limit("sources of a competency", Count(MAX_WORKS), "more than anybody reads"),
    limit("artefacts of a competency", Count(MAX_ARTEFACTS), "nobody could look at a hundredth of them"),
    limit("all artefacts", Count(MAX_ALL_ARTEFACTS), "each is looked for and compared with the others"),
    limit("codes that an artefact supports", Count(MAX_SUPPORTED_CODES), "the few that it proves most"),
    limit("codes that all artefacts support", Count(MAX_ALL_SUPPORTED_CODES), "each is shown on a page"),
    limit("sign-offs", Count(MAX_SIGN_OFFS), "ten times as many as anybody needs"),
    limit("texts of all sign-offs", Bytes(MAX_ALL_RECORDS_BYTES), "all are read each time"),
    limit("files of all sign-offs", Bytes(MAX_ALL_SIGN_OFFS_BYTES), "all are read each time"),
    limit("one request for a sign-off", Bytes(MAX_REQUEST_BYTES), "room for ten thousand artefacts"),
    limit("the page of a request", Bytes(MAX_STATEMENT_BYTES), "room for twelve long documents"),
    limit("a proof", Bytes(MAX_PROOF_BYTES), "as large as mail servers take it"),
    limit("parts of an e-mail", Count(MAX_MAIL_PARTS), "each attachment is one"),
    limit("the header of an e-mail", Bytes(MAX_MAIL_HEADER_BYTES as u64), "ten times one with 500 recipients"),
    limit("the text of an e-mail", Bytes(MAX_MAIL_TEXT_BYTES as u64), "with e-mails and texts attached to it"),
    limit("lines in an e-mail", Count(MAX_MAIL_LINES), "a book of 2,000 pages"),
    limit("bytes of a file's name", Count(MAX_NAME_BYTES), "what the systems in use take"),
    limit("bytes of a path in an archive", Count(MAX_PATH_BYTES), "what the systems in use take"),
    limit("folders in one another", Count(MAX_FOLDER_DEPTH), "five are usual"),
    limit("entries of an archive", Count(MAX_ENTRIES), "a thousand times what people attach"),
    limit("all files of an archive", Bytes(MAX_ARCHIVE_BYTES), "a recording of some hours fits"),
    limit("times by which a file over 32 MB is compressed", Count(MAX_RATIO), "twenty times what tables reach"),
];

const fn limit(name: &'static str, value: Value, why: &'static str) -> Limit {
    Limit { name, value, why }
}
