"""An Endpoint: a route as data. `office.http` compiles it; a module lists it; nothing here serves anything.

`run(actor, …)` is the verb or query. Its annotated parameters are its whole input: names that stand in `path` come from there;
`input` is a msgspec Struct, from the JSON body (from the query string for GET and DELETE; beside `upload` from the form's field
that `form` names); `upload` is the multipart form, its files under `file`; `headers` is a Struct from the request's headers, by
the names its fields have on the wire; `stream` is a body read as it comes. Its return annotation is what goes out: a Struct,
None (204), `Answer` or `Content`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from office.kernel.sealed import Sealed

T = TypeVar("T")

PUBLIC = "public"
LOGGED_IN = "logged_in"


@dataclass(frozen=True)
class Endpoint:
    """One route under /api/v1: `permission` is PUBLIC, LOGGED_IN (persons) or one that a manifest declares.

    `idempotent`: under an Idempotency-Key the answer is kept, and a repeat gets it again. `claimed` is for an act that must not
    run in a transaction (it hashes, or calls out): the key is claimed before it. Where it is `claimed` and not `idempotent`,
    for its answer tells a secret, a repeat is refused and told of what was `made`: the answer's field, dotted, with its id.
    """

    method: str
    path: str
    permission: str
    run: Callable[..., Awaitable[Any]]
    summary: str
    status: int = 200
    idempotent: bool = True
    claimed: bool = False
    made: str = ""
    form: str = ""
    always: Mapping[str, str] = field(default_factory=dict)

    @property
    def keyed(self) -> bool:
        """Whether it heeds an Idempotency-Key."""
        return self.method not in ("GET", "HEAD", "OPTIONS") and self.permission != PUBLIC and (self.idempotent or self.claimed)


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie to set; `value` None takes it away. Always HttpOnly, SameSite=Lax, and Secure under TLS."""

    name: str
    value: str | None
    max_age: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """A JSON answer that needs more than a body."""

    data: T
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """Bytes or a file. Served with nosniff; as an attachment under `filename`, unless that is None.

    `immutable` content is told to be kept for ever by the client, privately; its `etag` is its digest.
    """

    media_type: str
    body: bytes | None = None
    path: Path | None = None
    filename: str | None = None
    etag: str | None = None
    immutable: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file that came and is not accepted yet: the name it was given, and its bytes in intake, encrypted."""

    filename: str
    content: Sealed


class Cut(Exception):
    """The sender left before the body had ended."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A body that is read as it comes: its media type in lower case ("" for none), how long it says it will be (None where it
    does not), and its pieces, which end with Cut where the sender left."""

    media_type: str
    length: int | None
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A multipart form: text fields, and file parts by field name in the order sent."""

    fields: Mapping[str, str]
    files: Sequence[tuple[str, Part]]
