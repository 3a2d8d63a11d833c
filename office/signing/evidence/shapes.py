"""The JSON of a bundle, as docs/evidence-format.md says it. Nothing here asks a database."""

from typing import Annotated, Any, Literal

import msgspec

PREFIX = b"evidence "
#: The row of the trail that says what was sealed.
SEALED = "documents.seal"
#: The rows that say what was entered for somebody, and that the person confirmed it.
DICTATED, CONFIRMED = "documents.dictate", "documents.confirm_dictation"
MAX_ENTRIES = 2000
MAX_JSON = 16 * 1024 * 1024
DATA, SIGNED = "evidence.json", "evidence.sig"

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}\\Z")]
KeyId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}\\Z")]
Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\Z")]
Whole = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Moment = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})\\Z"
    ),
]
State = Literal["held", "effective", "withdrawn", "pending_clerk", "refused", "taken_back"]


class _Exact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly these members."""


class Key(_Exact, frozen=True):
    """A server key."""

    id: KeyId
    public_key: str


class SignedFile(_Exact, frozen=True):
    """A file of a rendition."""

    sha256: Digest
    size: Whole
    name: str
    media_type: str
    included: bool


class Rendition(_Exact, frozen=True):
    """What was shown: files in order, and the digest that signatures name."""

    digest: Digest
    files: list[SignedFile]


class Signed(_Exact, frozen=True):
    """One signature with its proofs."""

    id: Uuid
    state: State
    reason: str
    person_name: str
    effective_at: Moment | None
    taken_back_at: Moment | None
    statement: str
    signature: str | None
    public_key: str | None
    countersigned: str
    countersignature: str
    server_key: KeyId


class Row(_Exact, frozen=True):
    """A row of the trail, its place and the path to the head's root."""

    row: str
    position: Whole
    path: list[Digest]


class SealedHead(_Exact, frozen=True):
    """The signed head of the trail."""

    head: str
    signature: str
    server_key: KeyId


class Sm2(_Exact, frozen=True):
    """The SM2 signature beside the sealed file."""

    public_key: str
    signature: str


class FinalSeal(_Exact, frozen=True):
    """The sealed whole of what was signed, when that is over."""

    sha256: Digest
    size: Whole
    sm3: Digest
    closed_at: Moment
    sealed_at: Moment
    signer: str
    test: bool
    certificate: str
    sm2: Sm2 | None
    included: bool


class Entered(_Exact, frozen=True):
    """An opinion that a clerk entered for another (代录、纸质补录); `scan` is the paper it stands on."""

    id: Uuid
    person_name: str
    entered_by_name: str
    confirmed_at: Moment | None
    taken_back_at: Moment | None
    entry: str
    scan: SignedFile | None


class Evidence(_Exact, frozen=True):
    """`evidence.json`."""

    format: Literal["zhiban-evidence-1"]
    made_at: Moment
    subject: str
    title: str
    signed_by: KeyId
    server_keys: list[Key]
    renditions: list[Rendition]
    signatures: list[Signed]
    entered: list[Entered]
    trail: list[Row]
    head: SealedHead | None
    seal: FinalSeal | None


class Opinion(_Exact, frozen=True):
    """The words, and the digest of the handwriting."""

    text: str
    strokes: Digest | None


class Entry(_Exact, frozen=True):
    """What was entered."""

    opinion: Uuid
    person: Uuid
    post: Uuid | None
    act: str
    text: str
    source: str
    entered_by: Uuid
    entered_at: Moment
    decided_at: Moment | None
    rendition: Digest
    scan: Digest | None


class HeadProof(_Exact, frozen=True):
    """A proof between two heads, as the server gives it."""

    format: Literal["zhiban-audit-proof-1"]
    first: str
    second: str
    path: list[Digest]


class Statement(_Exact, frozen=True):
    """What was signed."""

    suite: Literal["zhiban-es256-1"]
    ticket: str
    action: dict[str, Any]
    opinion: Opinion
    rendition: Digest
    device_time: str
    key: Uuid | None


class Ticket(_Exact, frozen=True):
    """What let in."""

    nonce: Any
    step: Any
    revision: Any
    subject: str
    person: Uuid
    post: Any
    on_behalf_of: Any
    rendition: Digest
    issued_at: Moment


class Countersigned(_Exact, frozen=True):
    """What the server countersigned."""

    signature: Any
    statement_sha256: Any
    device_signature_sha256: Any
    arrived_at: Moment


class HeadText(_Exact, frozen=True):
    """The text of a head."""

    batch: Whole
    format: Literal["zhiban-audit-head-1"]
    previous: Digest
    root: Digest
    sealed_at: Moment
    size: Whole


class TrailRow(_Exact, frozen=True):
    """The text of a row."""

    id: str
    at: str
    action: str
    subject: str
    outcome: str
    actor: str
    actor_name: str
    post: str
    unit: str
    on_behalf_of: str
    session: str
    device: str
    address: str
    request: str
    facts: dict[str, Any]
