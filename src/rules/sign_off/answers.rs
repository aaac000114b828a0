//! Rules on answers: in own words, from another address, or with a "no".

use super::identity::{is_same_address, is_same_person};
use super::{answered, counted, place_of};
use crate::finding::{Rule, Severity};
use crate::portfolio::sign_off::answer::{Answer, Basis, Verdict};
use crate::portfolio::sign_off::proof::ProofKind;
use crate::portfolio::sign_off::reading::Message;
use crate::portfolio::sign_off::request::Request;
use crate::portfolio::sign_off::{RECORD, REQUEST};
use crate::review::confirmation::{Confirmation, Counted};
use crate::review::{Evidence, Review};
use crate::rules::findings::{At, Findings};
use crate::text::{day, one_line};

pub static DECLINED: Rule = Rule {
    id: "sign-off-declined",
    severity: Severity::Error,
    summary: "the person who was asked says that a document is not true",
    why: "assessors rely on what somebody else confirms, and the newest answer says that something is not true.",
    remedy: "talk to them and correct what is wrong, then ask again with `akam sign-off request CODE`.",
};

pub static OWN_WORDS: Rule = Rule {
    id: "sign-off-own-words",
    severity: Severity::Warning,
    summary: "somebody answered in their own words, not in those of the form",
    why: "akam does not judge what a sentence means. You say what the answer confirms; the assessors see the answer \
        itself, and decide.",
    remedy: "leave it if the answer is clear. If not, ask for the lines of the form, which are in the request and at \
        the end of its page.",
};

pub static CONTRADICTED: Rule = Rule {
    id: "sign-off-contradicted",
    severity: Severity::Warning,
    summary: "somebody said that a document is not true, and another answer confirms it",
    why: "the newest answer decides, and an assessor should know of the other one. Only a later answer of the same \
        person, which akam has read itself, takes it back.",
    remedy: "see that what they call untrue is corrected, and ask them again: `akam sign-off request CODE`.",
};

pub static OTHER_SENDER: Rule = Rule {
    id: "sign-off-other-sender",
    severity: Severity::Warning,
    summary: "the answer came from another person or address than the one that was asked",
    why: "nobody can prove who sends an e-mail. Where even the name or the address is different, or no address was \
        given to compare it with, the assessors should know.",
    remedy: "leave it if you know why, for example because an assistant wrote. If not, ask the person directly.",
};

pub static OTHER_NAME: Rule = Rule {
    id: "sign-off-other-name",
    severity: Severity::Warning,
    summary: "a sign-off was asked for under another name than the candidate's",
    why: "it may be somebody else's. A name may also have changed since.",
    remedy: "leave it if your name has changed. If not, move the folder to `private/`.",
};

pub static AGREED: Rule = Rule {
    id: "sign-off-agreed",
    severity: Severity::Warning,
    summary: "the candidate states that AKAM agreed to something in place of a sign-off",
    why: "it is the candidate's word. akam cannot see what AKAM agreed to; an assessor can ask.",
    remedy: "leave it, and have AKAM's letter or e-mail at hand. Where somebody can confirm the facts, ask them \
        instead: `akam sign-off request CODE`.",
};

pub static PROOF_MISSING: Rule = Rule {
    id: "sign-off-proof-missing",
    severity: Severity::Warning,
    summary: "nothing but the candidate's word shows that somebody signed",
    why: "the record was typed in, or the proof is a PDF of nothing but text, in which nobody can have left a mark. An \
        assessor can only believe it, or ask the person who is named.",
    remedy: "ask for an answer by e-mail or a scan of the signed page, and record it with `akam sign-off record \
        --proof FILE`. It then counts instead of the typed record, which stays in the history.",
};

pub fn declined(_: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let code = review.competency.code.as_str();
    let Confirmation::Declined(Counted { sign_off, answer, .. }) = &review.confirmation else { return };
    let at = review.document.map_or(At::from(&review.folder.path), At::from);
    findings.report(&DECLINED, at, || {
        let reasons: Vec<String> = answer.about(code).map(Verdict::reason).filter(|it| !it.is_empty()).collect();
        let because = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
        let who = &sign_off.request.signatory.name;
        let message = match answer.basis {
            Basis::OwnWords => format!("as the candidate reads the answer, {who} does not confirm it{because}"),
            _ => format!("{who} says that it is not true{because}"),
        };
        (message, format!("correct what is wrong, then ask again: `akam sign-off request {code}`"))
    });
}

pub fn contradicted(evidence: &Evidence<'_>, review: &Review<'_>, findings: &mut Findings<'_>) {
    let code = review.competency.code.as_str();
    let Some((sign_off, answer)) = evidence.denial(review) else { return };
    findings.report(&CONTRADICTED, &sign_off.path(RECORD), || {
        let withdrawn = if sign_off.withdrawal.is_some() { " (the candidate has withdrawn that answer)" } else { "" };
        let answered = format!("{} answered on {}", sign_off.request.signatory.name, day(answer.signed));
        let message = format!("{answered} that {code} is not true{withdrawn}, and another answer confirms it");
        (message, "see whether what they call untrue is corrected, and ask them again")
    });
}

pub fn own_words(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    for (sign_off, _) in answered(evidence).filter(|(_, answer)| answer.basis == Basis::OwnWords) {
        findings.report(&OWN_WORDS, &sign_off.path(RECORD), || {
            let (who, codes) = (&sign_off.request.signatory.name, sign_off.request.codes().join(", "));
            let message = format!("{who} answered in their own words about {codes}, which the assessors see");
            (message, "leave it if the answer is clear; if not, ask for the lines of the form")
        });
    }
}

pub fn other_sender(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    for (sign_off, answer) in answered(evidence) {
        if let Some(message) = who_answered(&sign_off.request, answer, sign_off.message.as_ref()) {
            let help = "leave it if you know why; the assessors see both";
            findings.report(&OTHER_SENDER, &sign_off.path(RECORD), || (message, help));
        }
    }
}

/// The message if somebody other than the person asked answered, or from another address.
pub fn who_answered(request: &Request, answer: &Answer, message: Option<&Message>) -> Option<String> {
    let asked = &request.signatory;
    let from = one_line(answer.proof.from.as_deref()?);
    let is_other = |name: &str| !is_same_person(name, &asked.name);
    let Some(message) = message else {
        let issuer = one_line(answer.proof.issuer.as_deref().unwrap_or_default());
        return is_other(&from)
            .then(|| format!("`{from}`, issued by `{issuer}`, signed, and {} was asked", asked.name));
    };
    let sent = format!("the e-mail was sent by `{from}`, and {} was asked", asked.name);
    if message.senders.iter().any(|sender| sender.name.as_deref().is_some_and(is_other)) {
        return Some(sent);
    }
    let Some(email) = &asked.email else {
        let asked = &asked.name;
        return Some(format!("the e-mail was sent by `{from}`; no address of {asked} was given to compare it with"));
    };
    let is_here = message.senders.iter().all(|sender| is_same_address(&sender.address, email));
    (!is_here).then(|| format!("{sent} at `{email}`"))
}

pub fn other_name(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    let Some(candidate) = evidence.portfolio.details.name() else { return };
    let others = counted(evidence).filter(|it| it.answer.is_some());
    for sign_off in others.filter(|it| !is_same_person(&it.request.candidate.name, candidate)) {
        findings.report(&OTHER_NAME, &sign_off.path(REQUEST), || {
            let asker = one_line(&sign_off.request.candidate.name);
            let message = format!("it was asked for by `{asker}`, and the candidate is `{candidate}`");
            (message, "leave it if your name has changed; if not, move the folder to `private/`")
        });
    }
}

pub fn agreed(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    for validation in evidence.portfolio.validations() {
        let judged = validation.codes().iter().filter(|code| evidence.selection.includes(code)).map(String::as_str);
        let codes = judged.collect::<Vec<_>>().join(", ");
        if codes.is_empty() {
            continue;
        }
        findings.report(&AGREED, place_of(evidence.portfolio, validation), || {
            let message = format!("{codes}: the candidate states that {}", validation.described());
            (message, "leave it, and have AKAM's answer at hand")
        });
    }
}

pub fn proof_missing(evidence: &Evidence<'_>, findings: &mut Findings<'_>) {
    for (sign_off, answer) in answered(evidence) {
        let who = &sign_off.request.signatory.name;
        let message_for = match answer.proof.kind {
            ProofKind::Typed => (
                format!("nothing shows that {who} signed on {}", answer.signed),
                "ask for an e-mail or a scan, and record it with `--proof FILE`",
            ),
            ProofKind::Pdf if sign_off.is_bare => (
                format!("the PDF of {who}'s answer holds text and no signature: nothing in it shows who answered"),
                "ask for a scan or photo of the signed page, an e-mail, or a digitally signed PDF",
            ),
            _ => continue,
        };
        findings.report(&PROOF_MISSING, &sign_off.path(RECORD), || message_for);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::digest::Digest;
    use crate::mail::Person;
    use crate::portfolio::sign_off::answer::{FORMAT, Proof};
    use crate::portfolio::sign_off::request::{Asker, Relation, Signatory};

    /// The message about an answer to a request to Maria Lind.
    fn message_for(
        asked_at: Option<&str>,
        from: &str,
        issuer: Option<&str>,
        message: Option<&Message>,
    ) -> Option<String> {
        let day = date(2026, 11, 22);
        let request = Request {
            format: 2,
            asked: day,
            scheme: String::new(),
            statement: String::new(),
            observed: "2026".to_owned(),
            candidate: Asker { name: "Ingrid Solberg".to_owned(), email: None, role: None, employer: None },
            signatory: Signatory {
                name: "Maria Lind".to_owned(),
                email: asked_at.map(str::to_owned),
                role: "Director".to_owned(),
                organisation: "Nordvik AS".to_owned(),
                relation: Relation::LineManager,
            },
            competencies: Vec::new(),
        };
        let kind = if message.is_some() { ProofKind::EMail } else { ProofKind::SignedPdf };
        let issuer = issuer.map(str::to_owned);
        let proof = Proof { kind, digest: Some(Digest::of(b"")), from: Some(from.to_owned()), issuer };
        let answer = Answer {
            format: FORMAT,
            signed: day,
            recorded: day,
            request: Digest::of(b""),
            basis: Basis::Form,
            proof,
            verdicts: Vec::new(),
        };
        who_answered(&request, &answer, message)
    }

    #[test]
    fn the_name_on_a_certificate_cannot_pretend_who_issued_it() {
        assert_eq!(message_for(None, "Maria Lind", Some("itself"), None), None);
        let other =
            message_for(None, "Maria Lind, issued by DocuSign Inc", Some("itself"), None).expect("it is another name");
        assert_eq!(other, "`Maria Lind, issued by DocuSign Inc`, issued by `itself`, signed, and Maria Lind was asked");
    }

    #[test]
    fn the_sender_is_compared_with_the_name_and_the_address_that_were_asked() {
        let sent = |name: &str, address: &str, asked_at: Option<&str>| {
            let sender = Person { name: Some(name.to_owned()), address: address.to_owned() };
            let from = sender.described();
            let (via, own, attachments) = (Vec::new(), String::new(), Vec::new());
            message_for(asked_at, &from, None, Some(&Message { senders: vec![sender], via, own, attachments }))
        };
        let asked = Some("maria@n.example");
        assert_eq!(sent("Lind, Maria", "Maria+work@n.example", asked), None);
        let other = |name, address, asked_at| sent(name, address, asked_at).expect("it is another sender");
        assert!(other("Bo Ek", "maria@n.example", asked).ends_with("and Maria Lind was asked"));
        assert!(other("Maria Lind", "maria@mail.n.example", asked).ends_with("was asked at `maria@n.example`"));
        assert!(
            other("Maria Lind", "maria@n.example", None)
                .ends_with("no address of Maria Lind was given to compare it with")
        );
    }
}
