"""PDFs signed by pyHanko with certificates of the test's own authority, and what may be done to them afterwards."""

import io
import re
from datetime import timedelta
from functools import cache

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from office.files.seals.shapes import Trust
from tests.office.files.makers import text_pdf
from tests.office.files.seal_maker import NOW

_DAY = timedelta(days=1)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issued(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, authority: bool
) -> bytes:
    """An ECDSA certificate, DER."""
    usage = x509.KeyUsage(not authority, not authority, False, False, False, authority, authority, False, False)
    builder = (
        x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer)).public_key(key.public_key())
        .serial_number(11 if authority else 12).not_valid_before(NOW - 100 * _DAY).not_valid_after(NOW + 100 * _DAY)
        .add_extension(x509.BasicConstraints(authority, None), True).add_extension(usage, True)
    )  # fmt: skip
    return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def revocations(by: ec.EllipticCurvePrivateKey, issuer: str = "PDF 测试根") -> bytes:
    """A list that revokes nothing, DER."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(_name(issuer)).last_update(NOW - _DAY)
    return builder.next_update(NOW + _DAY).sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


ROOT_KEY, KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
ROOT_CERT = issued("PDF 测试根", ROOT_KEY, "PDF 测试根", ROOT_KEY, True)
CERT = issued("苏小满（测试）", KEY, "PDF 测试根", ROOT_KEY, False)
TRUST = Trust("p", (ROOT_CERT,), (revocations(ROOT_KEY),), ())


@cache
def signer() -> signers.SimpleSigner:
    """Signs with the leaf's key, and sends the root along."""
    der = KEY.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore.from_certs([asn1.Certificate.load(ROOT_CERT)])
    return signers.SimpleSigner(asn1.Certificate.load(CERT), keys.PrivateKeyInfo.load(der), store)


def signed(data: bytes | None = None, field: str = "签名1", *, certify: fields.MDPPerm | None = None) -> bytes:
    """A PDF signed (PAdES B-B), with a permission for later changes if one is given."""
    writer = IncrementalPdfFileWriter(io.BytesIO(text_pdf(["NOTICE"]) if data is None else data))
    permitted = certify or fields.MDPPerm.FILL_FORMS
    about = signers.PdfSignatureMetadata(
        field, subfilter=fields.SigSeedSubFilter.PADES, certify=certify is not None, docmdp_permissions=permitted
    )
    out = io.BytesIO()
    signers.PdfSigner(about, signer()).sign_pdf(writer, output=out)
    return out.getvalue()


def rotated(data: bytes) -> bytes:
    """The first page turned by an appended update that nobody signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)
    return _written(writer)


def sloppily_signed(data: bytes) -> bytes:
    """Signed over a table of objects that has one more than its trailer says."""
    [size] = re.findall(rb"/Size (\d+)", data)
    odd = data.replace(b"/Size " + size, b"/Size %d" % (int(size) - 1))
    writer, out = IncrementalPdfFileWriter(io.BytesIO(odd), strict=False), io.BytesIO()
    signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Seal"), signer=signer(), output=out)
    return out.getvalue()


def overdrawn(data: bytes) -> bytes:
    """Other words over the first page, appended."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 300 300 re f")
    page[generic.NameObject("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(stream)])
    writer.update_container(page)
    return _written(writer)


def filled(data: bytes, value: str) -> bytes:
    """The one text field filled in by an appended update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    text = writer.root["/AcroForm"]["/Fields"][0]
    text[generic.NameObject("/V")] = generic.TextStringObject(value)
    writer.update_container(text)
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def protected(data: bytes) -> list[int]:
    """Places in a signed file that nobody may change: all that is covered, the signer's certificate and the signature's value.

    The rest of a CMS is framing that no signature protects and nobody reads: versions, the list of digests, what lies beside.
    """
    start = data.index(b"/Contents <30") + len(b"/Contents <")
    end = data.index(b">", start)
    cert = data.lower().index(CERT.hex().encode())
    last = start + len(data[start:end].rstrip(b"0"))
    covered = [at for at in range(len(data)) if not start - 1 <= at <= end]
    return [*covered, *range(cert, cert + 2 * len(CERT)), *range(last - 100, last - 1)]
