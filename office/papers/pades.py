"""PAdES B-B (ETSI EN 319 142-1) by pyHanko, certified so that any later change is an offence (ISO 32000-1, 12.8.2.2)."""

import asyncio
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from office.papers.sealing import Appearance
from office.papers.seals import Signer

FIELD = "archive-seal"
#: Bytes kept free for the signature: certificate and chain of a seal server fit in.
RESERVED = 16_384
DRY = b"\x30" + b"\x00" * 71
MIDDLE = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins())


class _Through(signers.Signer):
    """pyHanko's signer over our port."""

    def __init__(self, port: Signer) -> None:
        certificates = SimpleCertificateStore()
        certificates.register_multiple(x509.Certificate.load(one) for one in (port.certificate, *port.chain))
        super().__init__(
            signing_cert=x509.Certificate.load(port.certificate), cert_registry=certificates,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )  # fmt: skip
        self._port = port

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """ECDSA over the signed attributes, DER."""
        return DRY if dry_run else self._port.sign(data)


def sealed(pdf: bytes, signer: Signer, appearance: Appearance, reason: str) -> bytes:
    """The PDF with one seal, as an incremental update."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, name=signer.name, reason=reason,
        certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        drawn = Path(folder) / "seal.pdf"
        drawn.write_bytes(appearance.pdf)
        style = StaticStampStyle(border_width=0, background=ImportedPdfPage(str(drawn)), background_layout=MIDDLE)
        spec = fields.SigFieldSpec(FIELD, on_page=0, box=appearance.box)
        sealing = signers.PdfSigner(meta, _Through(signer), stamp_style=style, new_field_spec=spec)
        out = asyncio.run(sealing.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=RESERVED))
    return bytes(out.getvalue())
