//! Digital signatures of PDFs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub signer: String,
    pub issuer: String,
    pub self_issued: bool,
    pub text: String,
}
#[derive(Debug)]
pub enum Signed {
    No,
    #[expect(dead_code, reason = "a signature is looked for next")]
    Valid(Signature),
    #[expect(dead_code, reason = "a signature is looked for next")]
    Refused(String),
}
pub fn check(_bytes: &[u8]) -> Signed {
    Signed::No
}
