"""Who seals a paper: the port `Signer`, and the one of this house, made at first use and marked as a test (测试).

A software key has no legal force (电子印章管理办法; 电子签名法 art. 13). Where an organ has a certified seal server, a `Signer`
that calls it takes this one's place: `use(signer)` in the composition root.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from office.kernel import clock, settings
from office.kernel.key_files import place
from office.kernel.sm import selftest, sm2

TEST_NAME = "指办测试签章（无法律效力）"
YEARS = 20


class Signer(Protocol):
    """A key that seals. `name` stands on the page; `test`: it has no legal force, and what it seals says so.

    `certificate` is its X.509 certificate, `chain` those above it; DER. `sm2_key` is its SM2 public key, the point 04‖x‖y, or
    None where it signs by SM2 nothing.
    """

    @property
    def name(self) -> str: ...

    @property
    def test(self) -> bool: ...

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> Sequence[bytes]: ...

    @property
    def sm2_key(self) -> bytes | None: ...

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over the message, DER. Called in a thread: it may call another system and take seconds."""
        ...

    def sign_sm2(self, message: bytes) -> bytes:
        """SM2 with SM3 (GB/T 32918.2, 35276: the default id), DER; asked only where there is an `sm2_key`. In a thread too."""
        ...


class OwnSigner:
    """The keys and the certificate in the data folder."""

    name, test = TEST_NAME, True
    chain: Sequence[bytes] = ()

    def __init__(
        self, private: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, sm2_private: sm2.PrivateKey | None
    ) -> None:
        self._private, self._sm2 = private, sm2_private
        self.certificate = certificate.public_bytes(serialization.Encoding.DER)
        self.sm2_key = sm2_private.public.point if sm2_private else None

    def sign(self, message: bytes) -> bytes:
        """DER."""
        return self._private.sign(message, ec.ECDSA(hashes.SHA256()))

    def sign_sm2(self, message: bytes) -> bytes:
        """DER."""
        if self._sm2 is None:
            raise LookupError("this machine has no SM2")
        return self._sm2.sign(message)


_used: Signer | None = None


def use(signer: Signer | None) -> None:
    """Let this one seal from now on; None: the house's own."""
    global _used
    _used = signer


def signer() -> Signer:
    """Who seals in this deployment."""
    return _used or _own(str(settings.current().folder / "keys"))


@cache
def _own(folder: str) -> OwnSigner:
    """Key and certificate lie in one file, so that they are there together or not at all."""
    file = Path(folder) / "seal-test-es256.pem"
    if not file.exists():
        place(file, _made(clock.now()))
    data = file.read_bytes()
    private = serialization.load_pem_private_key(data, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file} has no EC key")
    return OwnSigner(private, x509.load_pem_x509_certificate(data), _own_sm2(Path(folder) / "seal-test-sm2.pem"))


def _own_sm2(file: Path) -> sm2.PrivateKey | None:
    """None where this machine's libcrypto has no SM2, or one that fails the standards' examples: then there is no SM2 signature
    beside the file."""
    if selftest.fault():
        return None
    if not file.exists():
        place(file, sm2.PrivateKey.made().pem.encode())
    return sm2.PrivateKey.of_pem(file.read_text())


def _made(now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    key_pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key_pem + _certificate(key, now).public_bytes(serialization.Encoding.PEM)


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """Signed by itself: nobody vouches for it, and its name says what it is."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TEST_NAME)])
    return (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
