//! The draft of the e-mail that sends a request; a mail program opens it as a new message (`X-Unsent: 1`).

use jiff::civil::time;
use jiff::tz::TimeZone;
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use crate::digest::Digest;
use crate::fingerprint::Fingerprint;
use crate::portfolio::sign_off::letter;
use crate::portfolio::sign_off::request::Request;
use crate::portfolio::sign_off::statement::StatementPage;

/// The file: subject, a short text, the form, and the page attached as `name`. The same request gives the same bytes.
pub fn render(request: &Request, digest: Digest, page: &StatementPage, name: &str) -> String {
    let fingerprint = Fingerprint::of(&digest);
    let (candidate, signatory) = (&request.candidate, &request.signatory);
    let noon = request.asked.to_datetime(time(12, 0, 0, 0)).to_zoned(TimeZone::UTC);
    let seconds = noon.map_or(0, |noon| noon.timestamp().as_second());
    let message = MessageBuilder::new()
        .header("X-Unsent", Raw::new("1"))
        .date(seconds)
        .message_id(format!("{fingerprint}@akam.invalid"))
        .subject(letter::subject(request, fingerprint));
    let message = match &signatory.email {
        Some(email) => message.to((signatory.name.as_str(), email.as_str())),
        None => message,
    };
    let message = match &candidate.email {
        Some(email) => message.from((candidate.name.as_str(), email.as_str())),
        None => message,
    };
    let parts = vec![
        MimePart::new("text/plain", letter::letter(request, fingerprint, &page.reading_time)),
        MimePart::new("text/html", BodyPart::Binary(page.html.as_bytes().into())).attachment(name),
    ];
    let mixed = ContentType::new("multipart/mixed").attribute("boundary", format!("=_akam_{fingerprint}"));
    let message = message.body(MimePart::new(mixed, parts));
    message.write_to_string().expect("an e-mail in memory is text and can be written")
}
