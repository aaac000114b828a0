"""Makes PDFs with digital signatures, right ones and wrong ones.

Usage: sign_pdfs.py FOLDER FINGERPRINT; the folder must not exist yet. What each file shows is in `signed_pdf.rs`.
"""

import datetime
import hashlib
import io
import pathlib
import re
import sys

from asn1crypto import algos, cms, core, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import pdf_cms, pdf_signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

FOLDER = pathlib.Path(sys.argv[1])
PADES = fields.SigSeedSubFilter.PADES
HASHES = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
TEXT = f"I confirm 1.D.3 as it is. Fingerprint: {sys.argv[2]}"


def save(name, content):
    (FOLDER / f"{name}.pdf").write_bytes(content)
    return content


# Keys and certificates.


class Person:
    """A key, its certificate, and the certificate of its issuer."""

    def __init__(self, name, key, issuer=None, begins=2020, ends=2040, usage=True, extra=()):
        self.key = key
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), *extra]) if name else x509.Name(extra)
        builder = x509.CertificateBuilder(
            subject_name=subject,
            issuer_name=issuer.certificate.subject if issuer else subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=datetime.datetime(begins, 1, 1),
            not_valid_after=datetime.datetime(ends, 1, 1),
        ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        if usage:
            kinds = ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"]
            kinds = {kind: False for kind in [*kinds, "encipher_only", "decipher_only"]}
            signs = x509.KeyUsage(digital_signature=True, key_cert_sign=issuer is None, **kinds)
            builder = builder.add_extension(signs, critical=True)
        by = issuer or self
        algorithm = None if isinstance(by.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        self.certificate = builder.sign(by.key, algorithm)
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.asn1 = asn1_x509.Certificate.load(der)
        self.issuer = issuer

    def signer(self, **options):
        encoding, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key = keys.PrivateKeyInfo.load(self.key.private_bytes(serialization.Encoding.DER, encoding, plain))
        store = SimpleCertificateStore()
        store.register_multiple([self.issuer.asn1] if self.issuer else [])
        return signers.SimpleSigner(self.asn1, key, store, **options)


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


AUTHORITY = Person("Example Trust CA", rsa_key())
ANN = Person("Ann Example", rsa_key(), AUTHORITY)
BEN = Person("Ben Example", rsa_key(), AUTHORITY)
P256 = Person("Paula Example", ec.generate_private_key(ec.SECP256R1()), AUTHORITY)
P384 = Person("Per Example", ec.generate_private_key(ec.SECP384R1()), AUTHORITY)
EXPIRED = Person("Eva Example", rsa_key(), AUTHORITY, 2015, 2016)
SELF_SIGNED = Person("Sam Example", rsa_key())
ORGANISATION = Person(
    None, rsa_key(), AUTHORITY, extra=[x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Sign Ltd")]
)
UMLAUT = Person("Jörg Müller 例", rsa_key(), AUTHORITY)

# Everything is signed on one day.


class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 22, 12, tzinfo=tz)


pdf_cms.datetime = pdf_signer.datetime = Fixed

# Files to sign.


def plain_pdf(text=TEXT, comment="", extra=()):
    """One page, with a cross-reference table; `extra` objects follow, numbered from 6."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *extra,
    ]
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + comment.encode()
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return out


def packed_pdf(text=TEXT):
    """The same with object streams and a cross-reference stream."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain_pdf(text))))
    writer.stream_xrefs = True
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# Signing.


def signed(content, person=ANN, field="Signature1", prefer_pss=False, **options):
    options.setdefault("md_algorithm", "sha256")
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    metadata = signers.PdfSignatureMetadata(field_name=field, **options)
    signer = signers.PdfSigner(metadata, person.signer(prefer_pss=prefer_pss))
    return signer.sign_pdf(writer, bytes_reserved=16384).getvalue()


RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")


def gap(content):
    """Where the digits of the last signature begin and end, with their brackets."""
    ranges = [tuple(map(int, found.groups())) for found in RANGE.finditer(content)]
    return next((before, after) for _, before, after, length in ranges if after + length == len(content))


def with_range(content, *numbers):
    """Another byte range, in the room of the one that is there."""
    found = list(re.finditer(rb"/ByteRange \[[^]]*\] *", content))[-1]
    new = b"/ByteRange [%s]" % b" ".join(str(number).encode() for number in numbers)
    assert len(new) <= len(found[0]), "there is no room"
    return content[: found.start()] + new.ljust(len(found[0])) + content[found.end() :]


def with_entry(content, entry):
    """One more entry in the dictionary of the signature, in the room behind its byte range."""
    end = list(RANGE.finditer(content))[-1].end()
    assert content[end : end + len(entry) + 1].isspace(), "there is no room"
    return content[: end + 1] + entry + content[end + 1 + len(entry) :]


def filled(content, der, padding=b"0"):
    """Another signature in the place of the one that is there."""
    start, end = gap(content)
    digits = der.hex().encode()
    digits += padding * ((end - start - 2 - len(digits)) // len(padding))
    assert len(digits) == end - start - 2, "there is no room"
    return content[: start + 1] + digits + content[end - 1 :]


def der_of(content):
    start, end = gap(content)
    return cms.ContentInfo.load(bytes.fromhex(content[start + 1 : end - 1].decode())).dump()


def attribute(kind, *values):
    return cms.CMSAttribute({"type": kind, "values": list(values)})


def message(content, person=ANN, md="sha256", **changes):
    """A signature over the file, each part of which can be replaced by a wrong one."""
    start, end = gap(content)
    data = changes.get("data", content[:start] + content[end:])
    certificate = person.asn1
    digest = changes.get("digest", hashlib.new(md, data).digest())
    attributes = [
        attribute("content_type", changes.get("content_type", "data")),
        attribute("message_digest", core.OctetString(digest)),
        *changes.get("more", ()),
    ]
    attributes = [one for one in attributes if one["type"].native not in changes.get("without", ())]
    attributes = cms.CMSAttributes(attributes)
    to_sign = data if changes.get("bare") else attributes.dump()
    hashed = HASHES[md]()
    pss = changes.get("pss")
    if isinstance(person.key, rsa.RSAPrivateKey) and pss is not None:
        mask = padding.MGF1(HASHES[pss["mask"]]())
        signature = person.key.sign(to_sign, padding.PSS(mask, pss["salt"]), hashed)
        algorithm = {
            "algorithm": "rsassa_pss",
            "parameters": algos.RSASSAPSSParams(
                {
                    "hash_algorithm": {"algorithm": md},
                    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": pss["mask"]}},
                    "salt_length": pss["salt"],
                }
            ),
        }
    elif isinstance(person.key, rsa.RSAPrivateKey):
        signature = person.key.sign(to_sign, padding.PKCS1v15(), hashed)
        algorithm = {"algorithm": changes.get("algorithm", "rsassa_pkcs1v15")}
    else:
        signature = person.key.sign(to_sign, ec.ECDSA(hashed))
        algorithm = {"algorithm": f"{md}_ecdsa"}
    sid = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    sid = cms.SignerIdentifier("issuer_and_serial_number", sid)
    if changes.get("by_key_identifier"):
        sid = cms.SignerIdentifier("subject_key_identifier", certificate.key_identifier_value)
    info = {
        "version": "v3" if changes.get("by_key_identifier") else "v1",
        "sid": sid,
        "digest_algorithm": {"algorithm": changes.get("named_md", md)},
        "signature_algorithm": algorithm,
        "signature": changes.get("signature", signature),
    }
    if not changes.get("bare"):
        info["signed_attrs"] = attributes
    encapsulated = {"content_type": changes.get("content_type", "data")}
    if "inside" in changes:
        encapsulated["content"] = changes["inside"]
    body = {
        "version": "v3" if changes.get("by_key_identifier") else "v1",
        "digest_algorithms": [{"algorithm": md}],
        "encap_content_info": encapsulated,
        "certificates": [one.asn1 for one in changes.get("certificates", [person])],
        "signer_infos": [info] * changes.get("times", 1),
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(body)}).dump()


def signing_certificate(person):
    named = {"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(person.asn1.dump()).digest()}
    return attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2(named)]}))


def indefinite(der):
    """The outer three envelopes with lengths that are not known in advance, as the Basic Encoding Rules allow."""

    def body(value):
        size = value[1]
        return value[2:] if size < 0x80 else value[2 + (size & 0x7F) :]

    info = body(der)
    kind, rest = info[: 2 + info[1]], info[2 + info[1] :]
    sequence = body(rest)
    return b"\x30\x80" + kind + b"\xa0\x80" + b"\x30\x80" + body(sequence) + b"\0\0" * 3


def revised(content, number, body):
    """An update that replaces one object, or adds it, behind everything else."""
    previous = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    root = re.findall(rb"/Root (\d+ \d+ R)", content)[-1]
    at = len(content)
    content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, at)
    return content + b"<< /Size 100 /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (root, previous, start)


def good():
    for md in ["sha256", "sha384", "sha512"]:
        save(f"rsa-{md}", signed(plain_pdf(), md_algorithm=md))
        save(f"pss-{md}", signed(plain_pdf(), md_algorithm=md, prefer_pss=True))
        save(f"p256-{md}", signed(plain_pdf(), P256, md_algorithm=md))
        save(f"p384-{md}", signed(plain_pdf(), P384, md_algorithm=md))
        save(f"pades-{md}", signed(plain_pdf(), md_algorithm=md, subfilter=PADES))
    save("pades-pss", signed(plain_pdf(), prefer_pss=True, subfilter=PADES))
    save("pades-p256", signed(plain_pdf(), P256, subfilter=PADES))
    save("rsa-4096", signed(plain_pdf(), Person("Ria Example", rsa_key(4096), AUTHORITY)))
    save("packed", signed(packed_pdf()))
    save("packed-pades", signed(packed_pdf(), subfilter=PADES))
    for level, permission in enumerate(fields.MDPPerm, 1):
        save(f"certified-{level}", signed(plain_pdf(), certify=True, docmdp_permissions=permission))
    save("expired", signed(plain_pdf(), EXPIRED))
    save("self-signed", signed(plain_pdf(), SELF_SIGNED))
    save("organisation", signed(plain_pdf(), ORGANISATION))
    save("umlaut", signed(plain_pdf(), UMLAUT))
    save("name-and-place", signed(plain_pdf(), name="Somebody Else", location="Oslo", reason="I agree"))
    save("two-signatures", signed(signed(plain_pdf()), BEN, "Signature2"))
    save("three-signatures", signed(signed(signed(plain_pdf()), BEN, "Signature2"), P256, "Signature3"))
    save("certified-and-signed", signed(signed(plain_pdf(), certify=True), BEN, "Signature2"))
    save("update-before", signed(revised(plain_pdf(), 5, b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")))
    save("changed-between", signed(revised(signed(plain_pdf()), 4, stream("Another text")), BEN, "Signature2"))
    words = "% /ByteRange [0 1 2 3] /Contents <00> /SubFilter /adbe.pkcs7.detached\n"
    save("comment-and-signed", signed(plain_pdf(comment=words)))
    hidden = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 10 20 30] /Contents <00> >>"
    save("decoy-and-signed", signed(plain_pdf(extra=[hidden])))

    base = signed(plain_pdf())
    save("own-message", filled(base, message(base)))
    save("key-identifier", filled(base, message(base, by_key_identifier=True)))
    save("bare", filled(base, message(base, bare=True)))
    save("signing-certificate", filled(base, message(base, more=[signing_certificate(ANN)])))
    save("named-algorithm", filled(base, message(base, algorithm="sha256_rsa")))
    save("pss-short-salt", filled(base, message(base, pss={"mask": "sha256", "salt": 8})))
    save("all-certificates", filled(base, message(base, certificates=[AUTHORITY, BEN, ANN])))
    save("certificate-twice", filled(base, message(base, certificates=[ANN, ANN])))
    save("basic-encoding", filled(base, indefinite(message(base))))
    save("signing-time", filled(base, message(base, more=[time_attribute()])))


def time_attribute():
    moment = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone.utc)
    return attribute("signing_time", cms.Time({"utc_time": moment}))


def stream(text):
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def unsigned():
    words = "/ByteRange [0 1 2 3] /Contents <00> /SubFilter /adbe.pkcs7.detached"
    save("unsigned", plain_pdf())
    save("words-in-comment", plain_pdf(comment=f"% {words}\n"))
    save("words-in-text", plain_pdf(words))
    dictionary = b"<< /Type /Sig /Filter /Adobe.PPKLite %s >>" % words.encode()
    save("no-field", plain_pdf(extra=[dictionary]))
    form = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>"
    text = plain_pdf(extra=[b"<< /FT /Tx /T (A) /V 7 0 R >>", dictionary])
    save("text-field", revised(text, 1, form))
    empty = plain_pdf(comment=f"% {words}\n", extra=[b"<< /FT /Sig /T (A) >>"])
    save("empty-field", revised(empty, 1, form))
    # The field is taken out of the form by an update: no field holds the signature any longer.
    save("field-removed", revised(signed(plain_pdf()), 1, b"<< /Type /Catalog /Pages 2 0 R >>"))


def broken_files():
    base = signed(plain_pdf())
    start, end = gap(base)
    at = base.index(b"I confirm")
    save("byte-changed", base[:at] + b"J" + base[at + 1 :])
    at = base.index(b"%PDF-1.7") + 7
    save("version-changed", base[:at] + b"6" + base[at + 1 :])
    at = base.index(b"/M (D") + len(rb"/M (D\072")
    save("day-changed", base[:at] + b"1999" + base[at + 4 :])
    save("line-added", base + b"\n")
    save("zero-added", base + b"\0")
    save("comment-added", base + b"% nothing\n")
    save("text-added", revised(base, 4, stream("I confirm everything")))
    save("empty-update", revised(base, 90, b"null"))
    save("added-to-two", revised(signed(base, BEN, "Signature2"), 4, stream("More")))
    save("pdf-added", base + plain_pdf("I confirm everything"))
    save("bytes-before", b"\n" + base)
    save("truncated", base[:-40])
    save("truncated-in-signature", base[: end - 100])
    save("last-byte-missing", base[:-1])
    rest = len(base) - end
    save("range-negative", with_range(base, 0, start, end, -1))
    save("range-beyond", with_range(base, 0, start, end, rest + 1))
    save("range-short", with_range(base, 0, start, end, rest - 1))
    save("range-late", with_range(base, 1, start - 1, end, rest))
    save("range-overlaps", with_range(base, 0, start + 1, start, len(base) - start))
    save("range-wide-gap", with_range(base, 0, start - 9, end, rest))
    save("range-wide-gap-after", with_range(base, 0, start, end + 1, rest - 1))
    save("range-narrow-gap", with_range(base, 0, start + 1, end - 1, rest + 1))
    save("range-all", with_range(base, 0, len(base), len(base), 0))
    save("range-none", with_range(base, 0, 0, 0, 0))
    save("range-two-numbers", with_range(base, 0, len(base)))
    save("range-not-numbers", with_range(base, 0, start, "/A", rest))
    found = list(RANGE.finditer(base))[-1]
    in_comment = base[: found.start()] + b"%" + base[found.start() + 1 :]
    save("range-in-comment", in_comment)
    save("range-missing", base[: found.start()] + b"/BiteRange" + base[found.start() + 10 :])
    save("range-twice", resigned(with_entry(base, b"/ByteRange [0 1 2 3]")))
    save("range-twice-escaped", resigned(with_entry(base, b"/Byte#52ange [0 1 2 3]")))
    save("contents-twice", resigned(with_entry(base, b"/Contents <00>")))
    save("filter-twice", resigned(with_entry(base, b"/SubFilter /ETSI.CAdES.detached")))
    # Bytes in the gap, between the digits and the second part, which the range must not leave out.
    save("gap-not-covered", base[: end - 11] + b">" + b" " * 10 + base[end:])
    save("gap-with-entry", base[: end - 30] + b"> /Reason (I agree)".ljust(30) + base[end:])
    other = signed(plain_pdf(TEXT.replace("1.D.3", "2.D.2")))
    save("swapped", filled(base, der_of(other)))
    save("of-another-person", filled(base, der_of(signed(plain_pdf(), BEN))))
    save("digits-changed", base[: start + 200] + b"00000000" + base[start + 208 :])
    save("padding-not-zero", filled(base, der_of(base) + b"\0" * 8 + b"hidden"))
    save("padding-not-digits", filled(base, der_of(base), b"zz"))
    save("contents-empty", filled(base, b""))
    save("contents-no-message", filled(base, b"0123456789"))
    two = signed(base, BEN, "Signature2")
    first_start = start
    save("first-of-two-broken", two[: first_start + 200] + b"00000000" + two[first_start + 208 :])
    at = two.index(b"I confirm")
    save("changed-before-two", two[:at] + b"J" + two[at + 1 :])


def broken_messages():
    base = signed(plain_pdf())
    put = lambda name, der: save(name, filled(base, der))
    put("digest-wrong", message(base, digest=b"\1" * 32))
    put("data-wrong", message(base, data=b"something else"))
    put("signature-wrong", message(base, signature=b"\1" * 256))
    put("signature-empty", message(base, signature=b""))
    put("signature-of-another", message(base, certificates=[BEN]))
    put("no-certificate", message(base, certificates=[]))
    put("two-signers", message(base, times=2))
    put("no-signer", message(base, times=0))
    put("no-digest", message(base, without=["message_digest"]))
    put("no-content-type", message(base, without=["content_type"]))
    put("two-digests", message(base, more=[attribute("message_digest", core.OctetString(b"\1" * 32))]))
    put("content-inside", message(base, inside=core.OctetString(b"something else")))
    put("content-type-wrong", message(base, content_type="1.2.840.113549.1.9.16.1.4"))
    put("another-signing-certificate", message(base, more=[signing_certificate(BEN)]))
    put("two-hash-functions", message(base, pss={"mask": "sha384", "salt": 32}))
    put("hash-misnamed", message(base, named_md="sha512"))
    put("bare-wrong", message(base, bare=True, data=b"something else"))
    put("algorithm-misnamed", message(base, algorithm="sha512_rsa"))
    # The same key under another name, which signs with the number of the right certificate.
    impostor = Person("Director Example", ANN.key, AUTHORITY)
    renamed = message(base, certificates=[impostor], person=impostor, more=[signing_certificate(ANN)])
    put("renamed", renamed)
    put("not-signed-data", cms.ContentInfo({"content_type": "data", "content": core.OctetString(b"x")}).dump())


def unsupported():
    save("sha1", signed(plain_pdf(), md_algorithm="sha1"))
    save("pss-sha1", signed(plain_pdf(), md_algorithm="sha1", prefer_pss=True))
    save("rsa-1024", signed(plain_pdf(), Person("Old Example", rsa_key(1024), AUTHORITY)))
    save("p521", signed(plain_pdf(), Person("Pia Example", ec.generate_private_key(ec.SECP521R1()), AUTHORITY)))
    edwards = Person("Ed Example", ed25519.Ed25519PrivateKey.generate(), AUTHORITY)
    save("ed25519", signed(plain_pdf(), edwards, md_algorithm="sha512"))
    base = signed(plain_pdf())
    save("sha3", filled(base, message(base, named_md="sha3_256")))
    save("md5", filled(base, message(base, named_md="md5")))
    save("pkcs7-sha1", resigned(base.replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.sha1    ")))
    save("x509-rsa-sha1", resigned(base.replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1 ")))
    save("time-stamp", resigned(base.replace(b"/adbe.pkcs7.detached", b"/ETSI.RFC3161       ")))
    save("sub-filter-missing", resigned(base.replace(b"/SubFilter", b"/SabFilter")))
    in_field = plain_pdf(extra=[b"<< /FT /Sig /T (A) /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> >>"])
    save("direct", revised(in_field, 1, b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"))
    for name, content in [("encrypted", plain_pdf()), ("encrypted-packed", packed_pdf())]:
        writer = copy_into_new_writer(PdfFileReader(io.BytesIO(content)))
        writer.stream_xrefs = name == "encrypted-packed"
        writer.encrypt("owner", "" if name == "encrypted" else "user")
        out = io.BytesIO()
        writer.write(out)
        save(f"{name}-unsigned", out.getvalue())
        writer = IncrementalPdfFileWriter(io.BytesIO(out.getvalue()))
        writer.encrypt("" if name == "encrypted" else "user")
        metadata = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256")
        signer = signers.PdfSigner(metadata, ANN.signer())
        save(name, signer.sign_pdf(writer, bytes_reserved=16384).getvalue())


def resigned(content):
    return filled(content, message(content))


FOLDER.mkdir()
good()
unsigned()
broken_files()
broken_messages()
unsupported()
