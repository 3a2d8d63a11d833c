"""SM2 signed data of GB/T 35275, the shape of CMS with OIDs of its own: a digital signature without a seal (Type=Sign), and
the token of a time stamp (GB/T 20520, RFC 3161)."""

from datetime import datetime
from typing import NamedTuple

from office.files.seals import der
from office.files.seals.certificates import Certificate, certificate
from office.files.seals.der import BadDer, Der
from office.kernel.sm.digests import sm3

MAX_SIGNED = 1024 * 1024
SIGNED, SIGNED_CMS = "1.2.156.10197.6.1.4.2.2", "1.2.840.113549.1.7.2"
STAMPED = "1.2.840.113549.1.9.16.1.4"
SM3 = "1.2.156.10197.1.401"
_DIGEST, _TIME = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
_BY_SM2 = frozenset({"1.2.156.10197.1.301.1", "1.2.156.10197.1.301", "1.2.156.10197.1.501"})
_MAX_CERTIFICATES = 20


class Unknown(Exception):
    """Signed data of a kind that is not verified here."""


class SignedData(NamedTuple):
    """One signer's. `digest`: of what was signed, as the signature tells; `signed`: the bytes the key signed."""

    signer: Certificate | None
    others: tuple[Certificate, ...]
    digest: bytes
    at: datetime | None
    signature: bytes
    signed: bytes


class Stamp(NamedTuple):
    """A time stamp: whose it is, of which SM3 digest, and when."""

    by: SignedData
    imprint: bytes
    at: datetime
    whole: bool
    """Whether the signature is of this very information."""


@der.reading
def time_stamp(data: bytes) -> Stamp:
    """Reads the token of a time stamp. Raises BadDer, Unknown for other algorithms than SM2 with SM3."""
    by, inside = _opened(data, (SIGNED, SIGNED_CMS))
    parts = inside.children(2)
    if len(parts) != 2 or parts[0].oid != STAMPED:
        raise Unknown
    info = parts[1].must(0xA0).child(0).must(der.OCTETS).content
    told = der.whole(info, MAX_SIGNED).children(12)
    if told[2].child(0, 0).oid != SM3:
        raise Unknown
    return Stamp(by, told[2].child(1).must(der.OCTETS).content, told[4].moment, by.digest == sm3(info))


@der.reading
def signed_data(data: bytes) -> SignedData:
    """Reads one. Raises BadDer, Unknown for other kinds and more than one signer."""
    return _opened(data, (SIGNED,))[0]


def _opened(data: bytes, kinds: tuple[str, ...]) -> tuple[SignedData, Der]:
    """The one signature, and what was signed as it lies inside."""
    outer = der.whole(data, MAX_SIGNED).children(2)
    if len(outer) != 2 or outer[0].tag != der.OID or outer[0].oid not in kinds:
        raise Unknown
    parts = outer[1].must(0xA0).child(0).must(der.SEQUENCE).children(8)
    signers = parts[-1].must(der.SET).children(1)
    if len(parts) < 4 or len(signers) != 1:
        raise Unknown
    held = next((part.children(_MAX_CERTIFICATES) for part in parts[3:-1] if part.tag == 0xA0), [])
    return _signer(signers[0], [certificate(one.raw) for one in held], parts[2]), parts[2]


def _signer(value: Der, held: list[Certificate], inside: Der) -> SignedData:
    parts = value.children(7)
    attributes = parts.pop(3) if len(parts) > 5 and parts[3].tag == 0xA0 else None
    if len(parts) < 5 or parts[2].child(0).oid != SM3 or parts[3].child(0).oid not in _BY_SM2:
        raise Unknown
    issuer, serial = parts[1].children(2)
    signer = next((one for one in held if one.issuer == issuer.raw and one.serial == serial.number), None)
    told = _attributes(attributes)
    digest = told[_DIGEST].must(der.OCTETS).content if _DIGEST in told else _content(inside)
    signed = bytes([der.SET]) + attributes.raw[1:] if attributes is not None else digest
    at = told[_TIME].moment if _TIME in told else None
    others = tuple(one for one in held if one is not signer)
    return SignedData(signer, others, digest, at, parts[4].must(der.OCTETS).content, signed)


def _attributes(value: Der | None) -> dict[str, Der]:
    """Each attribute's one value. An attribute that stands twice is not DER of CMS. Raises BadDer."""
    told = dict[str, Der]()
    for one in value.children(50) if value is not None else ():
        name, values = one.children(2)
        if name.oid in told:
            raise BadDer("an attribute stands twice")
        told[name.oid] = values.must(der.SET).child(0)
    if value is not None and _DIGEST not in told:
        raise BadDer("signed attributes without a digest")
    return told


def _content(inside: Der) -> bytes:
    """The digest that was signed, held as the content (GM/T 0099, 7.2.2)."""
    parts = inside.children(2)
    if len(parts) != 2:
        raise BadDer("nothing was signed")
    return parts[1].must(0xA0).child(0).must(der.OCTETS).content
