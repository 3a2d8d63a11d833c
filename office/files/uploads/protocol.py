"""The words of tus 1.0 (tus.io/protocols/resumable-upload): headers in and out, and the refusals it has numbers for."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated

import msgspec

from office.kernel.refusal import Conflict, Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
PIECES = "application/offset+octet-stream"
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
MAX_METADATA = 4096
MAX_BYTES = 2**53

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_BYTES)]
_NAMES = {
    "version": "Tus-Resumable", "length": "Upload-Length", "offset": "Upload-Offset", "metadata": "Upload-Metadata",
    "checksum": "Upload-Checksum", "deferred": "Upload-Defer-Length", "concat": "Upload-Concat",
    "method": "X-HTTP-Method-Override",
}  # fmt: skip


class Spoken(msgspec.Struct, frozen=True, rename=_NAMES.get):
    """What every request says: the version of the protocol."""

    version: str = ""


class Creating(Spoken, frozen=True, rename=_NAMES.get):
    """Of a new upload: how many bytes it will have, and what is said of it."""

    length: Count | None = None
    metadata: str = ""
    checksum: str = ""
    deferred: str = ""
    concat: str = ""


class Adding(Spoken, frozen=True, rename=_NAMES.get):
    """Of a piece: where it begins, its checksum as "algorithm base64", and what was not said when the upload began."""

    offset: Count | None = None
    checksum: str = ""
    metadata: str = ""


class Overriding(Adding, frozen=True, rename=_NAMES.get):
    """Of a request that stands for another, from where PATCH and DELETE do not come through."""

    method: str = ""


class BadRequest(Refusal):
    """What the protocol answers with 400."""

    status = 400


class OtherVersion(Refusal):
    """A version that is not spoken here."""

    status = 412

    def __init__(self) -> None:
        super().__init__("files.tus_version", version=VERSION)

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Tus-Version": VERSION}


class Mismatch(Refusal):
    """The bytes are not those that the checksum is of."""

    status = 460


class OtherOffset(Conflict):
    """A piece that does not begin where the upload stands, or while another is coming in."""

    def __init__(self, offset: int) -> None:
        super().__init__("files.other_offset", offset=offset, current=offset)
        self.offset = offset

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Upload-Offset": str(self.offset)}


def ensure_spoken(said: Spoken) -> None:
    """Refuses: OtherVersion files.tus_version for any but ours."""
    if said.version != VERSION:
        raise OtherVersion


def metadata_of(header: str) -> dict[str, str]:
    """`Upload-Metadata` by key, values as text. Refuses: BadRequest files.bad_metadata."""
    if len(header) > MAX_METADATA or not header.isascii() or not header.isprintable():
        raise BadRequest("files.bad_metadata", limit=MAX_METADATA)
    found: dict[str, str] = {}
    for pair in header.split(",") if header else ():
        key, _, value = pair.strip().partition(" ")
        if not key or key in found or " " in value:
            raise BadRequest("files.bad_metadata", limit=MAX_METADATA)
        found[key] = _decoded(value, "files.bad_metadata").decode("utf-8", "replace")
    return found


class Checksum(msgspec.Struct, frozen=True):
    """What a piece must have: the algorithm's name and the digest."""

    algorithm: str
    digest: bytes

    def ensure(self, seen: "hashlib._Hash") -> None:
        """Refuses: Mismatch files.checksum_mismatch."""
        if seen.digest() != self.digest:
            raise Mismatch("files.checksum_mismatch")

    def begun(self) -> "hashlib._Hash":
        """What the bytes are counted in with."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def checksum_of(header: str) -> Checksum | None:
    """`Upload-Checksum`; None without one. Refuses: BadRequest files.checksum_algorithm, files.bad_checksum."""
    if not header:
        return None
    algorithm, _, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest("files.checksum_algorithm", known="、".join(ALGORITHMS))
    return Checksum(algorithm, _decoded(value, "files.bad_checksum"))


def _decoded(value: str, code: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(code, limit=MAX_METADATA) from error


def moment(at: datetime) -> str:
    """A moment as HTTP writes it (RFC 9110 5.6.7)."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
