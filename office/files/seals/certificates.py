"""X.509 certificates and revocation lists as they are in the field (GB/T 20518, RFC 5280), read tolerantly, verified strictly.

Not by `cryptography`: it refuses SM2 keys, names in T61String and a written-out `cA FALSE`, all of which real seals have.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from office.files.seals import der
from office.files.seals.der import BadDer, Der
from office.kernel.sm.sm2 import SM2_WITH_SM3, Failed, PublicKey

MAX_CERTIFICATE, MAX_LIST = 64 * 1024, 16 * 1024 * 1024
_MAX_REVOKED = 500_000
_RSA: dict[str, type[HashAlgorithm]] = {
    "1.2.840.113549.1.1.11": SHA256, "1.2.840.113549.1.1.12": SHA384, "1.2.840.113549.1.1.13": SHA512,
}  # fmt: skip
_ECDSA: dict[str, type[HashAlgorithm]] = {
    "1.2.840.10045.4.3.2": SHA256, "1.2.840.10045.4.3.3": SHA384, "1.2.840.10045.4.3.4": SHA512,
}  # fmt: skip
_BASIC, _USAGE, _KEY, _ISSUER_KEY, _PURPOSES = "2.5.29.19", "2.5.29.15", "2.5.29.14", "2.5.29.35", "2.5.29.37"
_KNOWN = frozenset({_BASIC, _USAGE, _KEY, _ISSUER_KEY, _PURPOSES, "2.5.29.32"})
STAMPS = "1.3.6.1.5.5.7.3.8"
"""extKeyUsage timeStamping: only such a certificate's key makes time stamps (RFC 3161, 2.3)."""

_NAMES = ("2.5.4.3", "2.5.4.11", "2.5.4.10")
SIGNS, REPUDIATES, CERTIFIES, LISTS = 0x80, 0x40, 0x04, 0x02
"""Bits of keyUsage: digitalSignature, nonRepudiation, keyCertSign, cRLSign."""


class NotVerified(Exception):
    """An algorithm that is not verified here: unknown, or too weak to prove anything (SHA-1, MD5)."""


class Certificate(NamedTuple):
    """What is needed of a certificate. Names as raw DER; `usage` None where it says nothing."""

    raw: bytes
    tbs: bytes
    serial: int
    issuer: bytes
    subject: bytes
    start: datetime
    end: datetime
    spki: bytes
    algorithm: str
    signature: bytes
    authority: bool
    usage: int | None
    strange: bool
    """Whether it has a critical extension that is not known here."""

    key: bytes
    """What its own key is called (subjectKeyIdentifier); empty where it says nothing."""

    issuer_key: bytes
    """What the issuer's key is called (authorityKeyIdentifier)."""

    purposes: frozenset[str]
    """OIDs of extKeyUsage; none where it says nothing."""

    @property
    def name(self) -> str:
        """What its owner is called."""
        return name_of(self.subject)

    def issued(self, other: "Certificate") -> bool:
        """Whether this authority's key made the other's signature. Raises NotVerified."""
        return verifies(self.spki, other.algorithm, other.tbs, other.signature)


class RevocationList(NamedTuple):
    """A CRL: who issued it, from when and until when it holds, and when which serial was revoked."""

    raw: bytes
    tbs: bytes
    issuer: bytes
    start: datetime
    end: datetime | None
    algorithm: str
    signature: bytes
    entries: Der | None

    @der.reading
    def revoked(self, serial: int) -> datetime | None:
        """When a certificate was revoked. A list may have 100,000 entries: it is read only where the number stands in it.

        Raises BadDer.
        """
        written = serial.to_bytes((serial.bit_length() + 7) // 8, "big") if serial > 0 else b""
        if self.entries is None or written not in self.entries.raw:
            return None
        for entry in self.entries.children(_MAX_REVOKED):
            parts = entry.children(3)
            if parts[0].number == serial:
                return parts[1].moment
        return None


@der.reading
def certificate(data: bytes) -> Certificate:
    """Reads one. Raises BadDer."""
    tbs, algorithm, signature = _three(der.whole(data, MAX_CERTIFICATE))
    parts = tbs.children()
    if parts and parts[0].tag == 0xA0:
        parts = parts[1:]
    if len(parts) < 6:
        raise BadDer("not a certificate")
    serial, inner, issuer, validity, subject, spki = parts[:6]
    if inner.raw != algorithm.raw:
        raise BadDer("two algorithms")
    start, end = validity.children(2)
    extensions = {id: (critical, value) for id, critical, value in _extensions(parts[6:])}
    return Certificate(
        data, tbs.raw, serial.number, issuer.must(der.SEQUENCE).raw, subject.must(der.SEQUENCE).raw, start.moment, end.moment,
        spki.must(der.SEQUENCE).raw, algorithm.child(0).oid, signature.bits,
        _authority(extensions.get(_BASIC)), _usage(extensions.get(_USAGE)),
        any(critical and id not in _KNOWN for id, (critical, _) in extensions.items()),
        _key(extensions.get(_KEY)), _issuer_key(extensions.get(_ISSUER_KEY)),
        _purposes(extensions.get(_PURPOSES)),
    )  # fmt: skip


@der.reading
def revocation_list(data: bytes) -> RevocationList:
    """Reads one. Raises BadDer."""
    tbs, algorithm, signature = _three(der.whole(data, MAX_LIST))
    parts = tbs.children()
    if parts and parts[0].tag == der.INTEGER:
        parts = parts[1:]
    if len(parts) < 3:
        raise BadDer("not a revocation list")
    issuer, start, rest = parts[1], parts[2].moment, parts[3:]
    end = rest.pop(0).moment if rest and rest[0].tag in (der.UTC_TIME, der.GENERAL_TIME) else None
    entries = rest[0] if rest and rest[0].tag == der.SEQUENCE else None
    return RevocationList(data, tbs.raw, issuer.raw, start, end, algorithm.child(0).oid, signature.bits, entries)


def _three(value: Der) -> tuple[Der, Der, Der]:
    parts = value.children(3)
    if len(parts) != 3:
        raise BadDer("not signed")
    return parts[0].must(der.SEQUENCE), parts[1].must(der.SEQUENCE), parts[2]


def _extensions(parts: list[Der]) -> Iterator[tuple[str, bool, Der]]:
    held = next((part for part in parts if part.tag == 0xA3), None)
    seen = set[str]()
    for one in held.child(0).children() if held is not None else ():
        inside = one.children(3)
        id, value = inside[0].oid, inside[-1].must(der.OCTETS)
        if id in seen:
            raise BadDer("an extension stands twice")
        seen.add(id)
        yield id, len(inside) == 3 and inside[1].content != b"\0", value


def _authority(extension: tuple[bool, Der] | None) -> bool:
    if extension is None:
        return False
    inside = der.whole(extension[1].content, MAX_CERTIFICATE).children(2)
    return bool(inside) and inside[0].tag == der.BOOLEAN and inside[0].content != b"\0"


def _usage(extension: tuple[bool, Der] | None) -> int | None:
    if extension is None:
        return None
    value, _ = der.read(extension[1].content)
    return value.content[1] if value.tag == der.BITS and len(value.content) >= 2 else 0


def _key(extension: tuple[bool, Der] | None) -> bytes:
    return der.read(extension[1].content)[0].must(der.OCTETS).content if extension is not None else b""


def _issuer_key(extension: tuple[bool, Der] | None) -> bytes:
    if extension is None:
        return b""
    inside = der.whole(extension[1].content, MAX_CERTIFICATE).children(3)
    return inside[0].content if inside and inside[0].tag == 0x80 else b""


def _purposes(extension: tuple[bool, Der] | None) -> frozenset[str]:
    if extension is None:
        return frozenset()
    return frozenset(one.oid for one in der.whole(extension[1].content, MAX_CERTIFICATE).children(50))


def name_of(name: bytes) -> str:
    """The common name, else unit or organisation, of a raw Name. Empty where it has none."""
    try:
        told = {
            part.children(2)[0].oid: part.children(2)[1].text for rdn in der.read(name)[0].children() for part in rdn.children()
        }
    except (BadDer, IndexError):
        return ""
    return next((told[id] for id in _NAMES if told.get(id)), "")


def verifies(spki: bytes, algorithm: str, message: bytes, signature: bytes) -> bool:
    """Whether the key made this signature of the message. Raises NotVerified; `sm.Missing` where the machine has no SM2."""
    if algorithm == SM2_WITH_SM3:
        return _by_sm2(spki, message, signature)
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NotVerified(algorithm) from error
    try:
        if algorithm in _RSA and isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(signature, message, padding.PKCS1v15(), _RSA[algorithm]())
        elif algorithm in _ECDSA and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(_ECDSA[algorithm]()))
        else:
            raise NotVerified(algorithm)
    except InvalidSignature:
        return False
    return True


def _by_sm2(spki: bytes, message: bytes, signature: bytes) -> bool:
    try:
        key = PublicKey.of_spki(spki)
    except Failed as error:
        raise NotVerified("not an SM2 key") from error
    return any(key.verifies(message, form) for form in _forms(signature))


def _forms(signature: bytes) -> Iterator[bytes]:
    """The signature as DER has it: r and s written with or without needless zeros, or raw, 32 bytes each."""
    try:
        r, s = (part.must(der.INTEGER) for part in der.whole(signature, 200).children(2))
        yield _pair(int.from_bytes(r.content, "big"), int.from_bytes(s.content, "big"))
    except ValueError:
        pass
    if len(signature) == 64:
        yield _pair(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def _pair(r: int, s: int) -> bytes:
    if max(r, s).bit_length() > 256:
        raise BadDer("too large")
    parts = b"".join(b"\2" + bytes([n.bit_length() // 8 + 1]) + n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s))
    return bytes([der.SEQUENCE, len(parts)]) + parts
