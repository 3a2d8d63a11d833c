"""SES_Signature out of SignedValue.dat: GB/T 38540-2020 (version 4) and GM/T 0031-2014 (version 1), read, not judged.

The two differ in where the certificates stand, in the form of times and in what the seal's maker signed.
"""

from datetime import datetime
from typing import NamedTuple

from office.files.seals import der
from office.files.seals.der import BadDer, Der, moment_of

MAX_SIGNATURE = 16 * 1024 * 1024
OLD, NEW = frozenset({1, 2}), frozenset({4})
_MAX_CERTIFICATES = 1000
_CERTIFICATES, _DIGESTS = 1, 2


class UnknownVersion(Exception):
    """A version of the format that is not known here."""


class Seal(NamedTuple):
    """An electronic seal (SESeal). `listed`: certificates, or their digests where `by_digest`, of who may use it."""

    id: str
    kind: int
    name: str
    listed: tuple[bytes, ...]
    by_digest: bool
    created: datetime | None
    start: datetime
    end: datetime
    maker: bytes
    """The maker's certificate, DER."""

    algorithm: str
    signature: bytes
    raw: bytes
    signed: tuple[bytes, ...]
    """What the maker may have signed: the seal's information, or that with certificate and algorithm (GM/T 0031)."""


class SesSignature(NamedTuple):
    """A signature with a seal. `at` is None where its time cannot be read; `stamp` is a time stamp's bytes, if there is one."""

    version: int
    seal: Seal
    at: datetime | None
    digest: bytes
    path: str
    certificate: bytes
    algorithm: str
    signature: bytes
    signed: bytes
    stamp: bytes | None


@der.reading
def ses_signature(data: bytes) -> SesSignature:
    """Reads one. Raises BadDer, UnknownVersion."""
    parts = der.whole(data, MAX_SIGNATURE).children(6)
    body = parts[0].must(der.SEQUENCE).children(12)
    version = body[0].number
    if version in NEW:
        return _new(version, parts, body)
    if version in OLD:
        return _old(version, parts, body)
    raise UnknownVersion(str(version))


def _new(version: int, parts: list[Der], body: list[Der]) -> SesSignature:
    if len(parts) not in (4, 5) or len(body) not in (5, 6):
        raise BadDer("not of version 4")
    stamp = parts[4].must(0xA0).child(0).bits if len(parts) == 5 else None
    return SesSignature(
        version, _new_seal(body[1]), _time(body[2]), body[3].bits, body[4].text,
        parts[1].must(der.OCTETS).content, parts[2].oid, parts[3].bits, parts[0].raw, stamp,
    )  # fmt: skip


def _old(version: int, parts: list[Der], body: list[Der]) -> SesSignature:
    if len(parts) != 2 or len(body) != 7:
        raise BadDer("not of version 1")
    return SesSignature(
        version, _old_seal(body[1]), _time(body[2]), body[3].bits, body[4].text,
        body[5].must(der.OCTETS).content, body[6].oid, parts[1].bits, parts[0].raw, None,
    )  # fmt: skip


def _new_seal(value: Der) -> Seal:
    parts = value.children(4)
    if len(parts) != 4:
        raise BadDer("not a seal of version 4")
    return _seal(value, parts[0], *parts[1:], numbered=True)


def _old_seal(value: Der) -> Seal:
    parts = value.children(2)
    if len(parts) != 2:
        raise BadDer("not a seal of version 1")
    info, signed = parts[0], parts[1].children(3)
    if len(signed) != 3:
        raise BadDer("the seal is not signed")
    return _seal(value, info, *signed, numbered=False)


def _seal(whole: Der, info: Der, maker: Der, algorithm: Der, signature: Der, *, numbered: bool) -> Seal:
    parts = info.must(der.SEQUENCE).children(5)
    if len(parts) < 4 or parts[0].child(0).text != "ES":
        raise BadDer("not a seal")
    kind, name, listed, by_digest, created, start, end = _property(parts[2], numbered)
    together = info.raw + maker.must(der.OCTETS).raw + algorithm.must(der.OID).raw
    return Seal(
        parts[1].text, kind, name, listed, by_digest, created, start, end, maker.content, algorithm.oid, signature.bits,
        whole.raw, (info.raw, _sequence(together)),
    )  # fmt: skip


def _property(value: Der, numbered: bool) -> tuple[int, str, tuple[bytes, ...], bool, datetime, datetime, datetime]:
    """Type, name, who may use it, whether by digest, when it was made, from when and until when it holds."""
    parts = value.children(7)
    if len(parts) != (7 if numbered else 6):
        raise BadDer("not a seal's properties")
    by_digest = numbered and parts[2].number == _DIGESTS
    if numbered and parts[2].number not in (_CERTIFICATES, _DIGESTS):
        raise BadDer("unknown list of certificates")
    entries = parts[-4].children(_MAX_CERTIFICATES)
    listed = tuple(entry.children(2)[-1].content if by_digest else entry.content for entry in entries)
    created, start, end = (part.moment for part in parts[-3:])
    return parts[0].number, parts[1].text, listed, by_digest, created, start, end


def _time(value: Der) -> datetime | None:
    """GeneralizedTime of version 4; in version 1 bits that hold a text or again DER."""
    try:
        if value.tag != der.BITS:
            return value.moment
        inside = value.bits
        if inside[:1] in (b"\x17", b"\x18"):
            return der.read(inside)[0].moment
        return moment_of(inside.decode("ascii", "replace"))
    except BadDer:
        return None


def _sequence(content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([der.SEQUENCE, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([der.SEQUENCE, 0x80 | len(size)]) + size + content
