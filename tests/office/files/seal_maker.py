"""Certificates, seals and signatures made by hand with keys of the test's own, with whatever is to be wrong in them."""

import base64
import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from office.files.seals.shapes import Trust
from office.kernel.sm.digests import sm3
from office.kernel.sm.sm2 import SM2_WITH_SM3, PrivateKey
from tests.office.files.ofd_maker import NS, ofd, png, text

NOW = datetime.now(UTC).replace(microsecond=0)
SIGNED = NOW - timedelta(days=10)
ORGAN = "青禾县人民政府"
DIGITAL_SIGNATURE, CERTIFIES = b"\x06\xc0", b"\x01\x06"
VALUE, LIST, ITSELF = "Doc_0/Signs/Sign_0/SignedValue.dat", "Doc_0/Signs/Signatures.xml", "Doc_0/Signs/Sign_0/Signature.xml"


def der(tag: int, *parts: bytes) -> bytes:
    """One DER value, its length in the shortest form."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.insert(0, arc & 0x7F | 0x80)
        out += bytes(septets)
    return der(6, bytes(out))


def number(value: int) -> bytes:
    """An INTEGER, not negative."""
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def bits(data: bytes) -> bytes:
    """A BIT STRING of whole bytes."""
    return der(3, b"\0", data)


def moment(at: datetime) -> bytes:
    """GeneralizedTime."""
    return der(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())


def short(at: datetime) -> bytes:
    """UTCTime."""
    return der(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


def named(name: str) -> bytes:
    """A Name of one common name."""
    return der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(0x0C, name.encode()))))


ALGORITHM = der(0x30, oid(SM2_WITH_SM3))


def certificate(
    subject: str, key: PrivateKey, issuer: str, by: PrivateKey, *, serial: int = 7, authority: bool = False,
    usage: bytes | None = DIGITAL_SIGNATURE, start: datetime = NOW - timedelta(days=300),
    end: datetime = NOW + timedelta(days=300), critical: bytes = b"", names: PrivateKey | None = None,
    purpose: str = "",
) -> bytes:  # fmt: skip
    """An SM2 certificate. `usage` is keyUsage's bits, None for none; `critical` an unknown critical extension's value; `names`:
    whose key it says signed it."""
    extensions = [der(0x30, oid("2.5.29.19"), der(1, b"\xff"), der(4, der(0x30, der(1, b"\xff") if authority else b"")))]
    if usage is not None:
        extensions.append(der(0x30, oid("2.5.29.15"), der(1, b"\xff"), der(4, der(3, usage))))
    if critical:
        extensions.append(der(0x30, oid("1.2.3.4.5"), der(1, b"\xff"), der(4, critical)))
    extensions.append(der(0x30, oid("2.5.29.14"), der(4, der(4, sm3(key.public.point)[:20]))))
    if names is not None:
        extensions.append(der(0x30, oid("2.5.29.35"), der(4, der(0x30, der(0x80, sm3(names.public.point)[:20])))))
    if purpose:
        extensions.append(der(0x30, oid("2.5.29.37"), der(1, b"\xff"), der(4, der(0x30, oid(purpose)))))
    tbs = der(
        0x30, der(0xA0, number(2)), number(serial), ALGORITHM, named(issuer), der(0x30, moment(start), moment(end)),
        named(subject), key.public.spki, der(0xA3, der(0x30, *extensions)),
    )  # fmt: skip
    return der(0x30, tbs, ALGORITHM, bits(by.sign(tbs)))


def revocations(
    issuer: str, by: PrivateKey, revoked: Mapping[int, datetime] | None = None, *, start: datetime = NOW - timedelta(days=1),
    end: datetime | None = NOW + timedelta(days=6),
) -> bytes:  # fmt: skip
    """A CRL."""
    entries = [der(0x30, number(serial), short(when)) for serial, when in (revoked or {}).items()]
    parts = [number(1), ALGORITHM, named(issuer), short(start), *([short(end)] if end else [])]
    tbs = der(0x30, *parts, *([der(0x30, *entries)] if entries else []))
    return der(0x30, tbs, ALGORITHM, bits(by.sign(tbs)))


def stamped(
    what: bytes, at: datetime, cert: bytes, by: PrivateKey, *, digest: bytes | None = None, issuer: str = "测试根",
    serial: int = 4,
) -> bytes:  # fmt: skip
    """The token of a time stamp over some bytes (GB/T 20520); `digest` instead of the information's own."""
    sm3_id = der(0x30, oid("1.2.156.10197.1.401"))
    info = der(0x30, number(1), oid("1.2.3"), der(0x30, sm3_id, der(4, sm3(what))), number(9), moment(at))
    kinds = (("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.9.16.1.4")), ("1.2.840.113549.1.9.4", der(4, digest or sm3(info))))
    attributes = b"".join(der(0x30, oid(name), der(0x31, value)) for name, value in kinds)
    signature = by.sign(der(0x31, attributes))
    whose = der(0x30, named(issuer), number(serial))
    signer = der(0x30, number(1), whose, sm3_id, der(0xA0, attributes), der(0x30, oid(SM2_WITH_SM3)), der(4, signature))
    inside = der(0x30, oid("1.2.840.113549.1.9.16.1.4"), der(0xA0, der(4, info)))
    body = der(0x30, number(3), der(0x31, sm3_id), inside, der(0xA0, cert), der(0x31, signer))
    return der(0x30, oid("1.2.156.10197.6.1.4.2.2"), der(0xA0, body))


ROOT, SIGNER, MAKER, STRANGER, CLOCK = (PrivateKey.made() for _ in range(5))
ROOT_CERT = certificate("测试根", ROOT, "测试根", ROOT, serial=1, authority=True, usage=CERTIFIES)
SIGNER_CERT = certificate(f"{ORGAN}（测试）", SIGNER, "测试根", ROOT, serial=2)
CLOCK_CERT = certificate("测试时间戳", CLOCK, "测试根", ROOT, serial=4, purpose="1.3.6.1.5.5.7.3.8")
MAKER_CERT = certificate("测试制章中心", MAKER, "测试根", ROOT, serial=3)
TRUST = Trust("t", (ROOT_CERT,), (revocations("测试根", ROOT),), ())


@dataclass(frozen=True)
class Seal:
    """A seal; what is not said is as it should be. `listed` are the signers' certificates, `signed` what the maker signs."""

    version: int = 4
    id: str = "33010000000001"
    name: str = f"{ORGAN}"
    listed: Sequence[bytes] = (SIGNER_CERT,)
    by_digest: bool = False
    created: datetime = NOW - timedelta(days=200)
    start: datetime = NOW - timedelta(days=200)
    end: datetime = NOW + timedelta(days=200)
    maker: bytes = MAKER_CERT
    by: PrivateKey = MAKER
    info_only: bool = False
    """Version 1: signed as version 4 is."""

    def info(self) -> bytes:
        """SES_SealInfo."""
        old, side = self.version < 4, number(40)
        when = short if old else moment
        shown = der(0x30, der(0x16, b"png"), der(4, png((220, 0, 0))), side, side)
        listed = [
            der(0x30, der(0x13, b"SM3"), der(4, sm3(one))) if self.by_digest else der(4, one) for one in self.listed
        ]  # fmt: skip
        kind = [] if old else [number(2 if self.by_digest else 1)]
        about = der(
            0x30, number(1), der(0x0C, self.name.encode()), *kind, der(0x30, *listed), when(self.created), when(self.start),
            when(self.end),
        )  # fmt: skip
        head = der(0x30, der(0x16, b"ES"), number(self.version), der(0x16, b"test"))
        return der(0x30, head, der(0x16, self.id.encode()), about, shown)

    def made(self) -> bytes:
        """SESeal."""
        info, algorithm, maker = self.info(), oid(SM2_WITH_SM3), der(4, self.maker)
        if self.version >= 4:
            return der(0x30, info, maker, algorithm, bits(self.by.sign(info)))
        signed = info if self.info_only else der(0x30, info, maker, algorithm)
        return der(0x30, info, der(0x30, maker, algorithm, bits(self.by.sign(signed))))


@dataclass(frozen=True)
class Signing:
    """How a package is sealed. Fields that are None are as they should be."""

    seal: Seal = field(default_factory=Seal)
    version: int | None = None
    cert: bytes = SIGNER_CERT
    by: PrivateKey = SIGNER
    at: datetime | None = SIGNED
    digest: bytes | None = None
    path: str = f"/{ITSELF}"
    method: str = "1.2.156.10197.1.401"
    raw: bool = False
    """r and s as 64 bytes instead of DER."""

    stamp: Callable[[bytes], bytes] | None = None
    """Makes the time stamp of the signature's bytes."""
    seal_bytes: bytes | None = None
    """Instead of what the seal makes of itself."""

    def value(self, xml: bytes) -> bytes:
        """SES_Signature over a Signature.xml."""
        version = self.seal.version if self.version is None else self.version
        digest = bits(sm3(xml) if self.digest is None else self.digest)
        seal, path, algorithm = self.seal_bytes or self.seal.made(), der(0x16, self.path.encode()), oid(SM2_WITH_SM3)
        if self.seal.version >= 4:
            when = moment(self.at) if self.at else der(0x18, b"?")
            body = der(0x30, number(version), seal, when, digest, path)
            signature = self._sign(body)
            tail = [der(0xA0, bits(self.stamp(signature)))] if self.stamp is not None else []
            return der(0x30, body, der(4, self.cert), algorithm, bits(signature), *tail)
        when = bits(self.at.strftime("%Y-%m-%dT%H:%M:%S.000Z").encode() if self.at else b"?")
        body = der(0x30, number(version), seal, when, digest, path, der(4, self.cert), algorithm)
        return der(0x30, body, bits(self._sign(body)))

    def _sign(self, body: bytes) -> bytes:
        made = self.by.sign(body)
        return raw(made) if self.raw else made


def raw(signature: bytes) -> bytes:
    """r and s of a DER signature, 32 bytes each."""
    size = signature[3]
    r, s = signature[4 : 4 + size], signature[6 + size :]
    return b"".join(int.from_bytes(part, "big").to_bytes(32, "big") for part in (r, s))


STAMP = '<ofd:StampAnnot ID="1" PageRef="100" Boundary="120 200 40 40"/>'


def contents(**more: str) -> dict[str, bytes]:
    """An unsigned package's files: one page that bears the organ's name. `more` is given to `ofd`."""
    listed = f"{more.pop('body', '')}<ofd:Signatures>{LIST}</ofd:Signatures>"
    data = ofd(text("关于防汛工作的通知") + text(ORGAN, 120, 210), body=listed, **more)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def described(files: Mapping[str, bytes], covered: Sequence[str], method: str, stamps: str, value: str = VALUE) -> bytes:
    """A Signature.xml over some files."""
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(sm3(files[name])).decode()}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name in covered
    )
    return (
        f'<ofd:Signature {NS}><ofd:SignedInfo><ofd:Provider ProviderName="测试"/><ofd:SignatureMethod>{SM2_WITH_SM3}'
        f"</ofd:SignatureMethod><ofd:SignatureDateTime>{SIGNED:%Y%m%d%H%M%S}Z</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>{stamps}</ofd:SignedInfo>'
        f"<ofd:SignedValue>/{value}</ofd:SignedValue></ofd:Signature>"
    ).encode()


def listing(*files: str, kind: str = "Seal") -> bytes:
    """A Signatures.xml."""
    lines = "".join(f'<ofd:Signature ID="{n}" Type="{kind}" BaseLoc="/{name}"/>' for n, name in enumerate(files, 1))
    return f"<ofd:Signatures {NS}><ofd:MaxSignId>{len(files)}</ofd:MaxSignId>{lines}</ofd:Signatures>".encode()


def sealed(how: Signing | None = None, files: Mapping[str, bytes] | None = None, stamps: str = STAMP) -> dict[str, bytes]:
    """The files of a sealed package, good in every way that `how` does not change."""
    how, made = how or Signing(), dict(files or contents())
    xml = described(made, sorted(made), how.method, stamps)
    return made | {LIST: listing(ITSELF), ITSELF: xml, VALUE: how.value(xml)}


def signed_only(shown: Seal | None = None) -> dict[str, bytes]:
    """The files of a package with a good signature that has no seal (Type=Sign, GB/T 35275); `shown` is a seal that lies beside
    it, covered and stamped on the page, and bound to it by nothing."""
    beside = f"{posixpath.dirname(ITSELF)}/Seal.esl"
    made = contents() | ({beside: shown.made()} if shown else {})
    xml = described(made, sorted(made), "1.2.156.10197.1.401", STAMP if shown else "")
    if shown:
        seal = f"<ofd:Seal><ofd:BaseLoc>/{beside}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        xml = xml.replace(b"</ofd:SignedInfo>", seal.encode())
    return made | {LIST: listing(ITSELF, kind="Sign"), ITSELF: xml, VALUE: _signed_data(sm3(xml))}


def _signed_data(digest: bytes) -> bytes:
    """The signed data of GB/T 35275 over a digest."""
    sm3_id, digested = der(0x30, oid("1.2.156.10197.1.401")), der(4, digest)
    told = {"1.2.840.113549.1.9.4": digested, "1.2.840.113549.1.9.5": short(SIGNED)}
    attributes = b"".join(der(0x30, oid(name), der(0x31, value)) for name, value in told.items())
    by = der(
        0x30, number(1), der(0x30, named("测试根"), number(2)), sm3_id, der(0xA0, attributes), der(0x30, oid(SM2_WITH_SM3)),
        der(4, SIGNER.sign(der(0x31, attributes))),
    )  # fmt: skip
    content = der(0x30, oid("1.2.156.10197.6.1.4.2.1"), der(0xA0, digested))
    body = der(0x30, number(1), der(0x31, sm3_id), content, der(0xA0, SIGNER_CERT), der(0x31, by))
    return der(0x30, oid("1.2.156.10197.6.1.4.2.2"), der(0xA0, body))


def with_seal(**changes: object) -> Signing:
    """A signing whose seal differs."""
    return Signing(seal=replace(Seal(), **changes))  # type: ignore[arg-type]
