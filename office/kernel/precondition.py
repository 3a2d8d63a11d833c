"""A change made on what its author has read (If-Match, RFC 9110, 13.1.1): refused where somebody changed it meanwhile."""

import hashlib
from collections.abc import Mapping
from typing import Annotated

import msgspec

from office.kernel.refusal import Refusal

_NAMES = {"if_match": "If-Match"}


class AsRead(msgspec.Struct, frozen=True, rename=_NAMES.get):
    """The ETag that came with what is changed now; without one the change is made on whatever stands."""

    if_match: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ChangedMeanwhile(Refusal):
    """It is not as it was read any more; `headers` tell how it is."""

    status = 412

    def __init__(self, etag: str) -> None:
        super().__init__("http.changed_meanwhile")
        self._etag = etag

    @property
    def headers(self) -> Mapping[str, str]:
        return {"ETag": self._etag}


def etag_of(body: bytes) -> str:
    """The weak ETag of a JSON answer: its bytes may be packed on the way."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'


def names(told: str, etag: str) -> bool:
    """Whether the value of an If-Match or If-None-Match header names that ETag, compared weakly (RFC 9110, 8.8.3.2)."""
    return told.strip() == "*" or etag.removeprefix("W/") in {one.strip().removeprefix("W/") for one in told.split(",")}


def ensure_as_read(headers: AsRead, now: msgspec.Struct) -> None:
    """Refuse where what stands now, as it is read and locked by the caller, is not what the author has read.

    Weak comparison serves: the body is the same JSON whenever the hash is. Refuses: ChangedMeanwhile http.changed_meanwhile.
    """
    etag = etag_of(msgspec.json.encode(now))
    if headers.if_match and not names(headers.if_match, etag):
        raise ChangedMeanwhile(etag)
