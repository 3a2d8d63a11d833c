"""What goes over the wire with other systems. Metadata is named after GB/T 33480-2016, clause 4."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from office.kernel.text import ONE_LINE, VISIBLE

Line = Annotated[str, msgspec.Meta(max_length=400)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[!-~]+$")]
Uscc = Annotated[str, msgspec.Meta(min_length=18, max_length=18, pattern=VISIBLE)]


class Metadata(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document's metadata; (source, source_id, version) is the key of the push.

    `security` (密级和保密期限) may only say that there is none. Told onward, it is without what says nothing (`omit_defaults`):
    the fingerprint rests on that. `notClassifiedBy` names the person who has seen every page of scans and pictures, which have
    no words to check, and declares that none bears a mark.
    """

    source: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[!-~]+$")]
    source_id: Key
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    recipients: Annotated[list[Uscc], msgspec.Meta(min_length=1, max_length=2000)]
    docIdentifier: Line = ""
    docType: Annotated[str, msgspec.Meta(max_length=20)] = ""
    copyNo: Annotated[str, msgspec.Meta(max_length=40)] = ""
    security: Line | None = ""
    urgency: Literal["", "特提", "特急", "加急", "平急"] = ""
    issuerMark: Line = ""
    docNo: Annotated[str, msgspec.Meta(max_length=120)] = ""
    signer: Annotated[list[Line], msgspec.Meta(max_length=20)] = []
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=400, pattern=ONE_LINE)]
    mainTo: Annotated[list[Line], msgspec.Meta(max_length=500)] = []
    attachmentNote: Annotated[list[Line], msgspec.Meta(max_length=100)] = []
    signature: Line = ""
    docDate: date | None = None
    remark: Line = ""
    ccTo: Annotated[list[Line], msgspec.Meta(max_length=500)] = []
    printOrg: Line = ""
    printDate: date | None = None
    releaseLevel: Line = ""
    notClassifiedBy: Annotated[str, msgspec.Meta(max_length=80)] = ""


class Delivered(msgspec.Struct, frozen=True):
    """A receipt for one recipient."""

    recipient: str
    unit: str
    handling: UUID
    state: str
    at: datetime


class FileTaken(msgspec.Struct, frozen=True):
    """A file as it was taken: its name, its bytes counted, its SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class Signed(msgspec.Struct, frozen=True):
    """The receipt as signed: canonical JSON text, the server's raw r||s signature (base64url), its key id and public key."""

    payload: str
    signature: str
    key: str
    public_key: str


class PushAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a push; the same for the same push, however often. `unknown`: recipients that are no unit
    here, or one where nobody receives documents. `not_opened`: of a version that came late, those whom the one in force names
    no longer and who never had the document."""

    document: UUID
    version: int
    state: str
    receipts: list[Delivered]
    unknown: list[str]
    receipt: Signed
    not_opened: list[str] = []


class StateQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read on from a position; `cursor` is the last `seq` known."""

    cursor: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


class StateOut(msgspec.Struct, frozen=True, kw_only=True):
    """One state. `type` is "handling.state", "document.corrected". `handling` is the one the receipt names, `recipient` the
    code the sender named; a unit that keeps what an ended one had stands in `detail.handled_by`. A correction has neither.
    """

    seq: int
    id: UUID
    type: str
    document: UUID
    source_id: str
    version: int
    handling: UUID | None
    recipient: str
    state: str
    detail: dict[str, Any]
    at: datetime


class StateList(msgspec.Struct, frozen=True):
    """States after a position; `next` is the position to read on from."""

    items: list[StateOut]
    next: int


class WebhookIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where states shall be sent; all types if `types` is empty."""

    url: Annotated[str, msgspec.Meta(min_length=8, max_length=500, pattern=VISIBLE)]
    types: Annotated[list[Annotated[str, msgspec.Meta(max_length=40)]], msgspec.Meta(max_length=10)] = []


class RotationIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new secret; for how many hours the old one still signs beside it. 0: at once, for a secret that got out."""

    overlap_hours: Annotated[int, msgspec.Meta(ge=0, le=168)] = 24


class WebhookTried(msgspec.Struct, frozen=True):
    """What became of a test: its `webhook-id`, whether it was taken (2xx), the status or the kind of failure."""

    id: str
    taken: bool
    status: str


class WebhookOut(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook; `secret` only in the answer that made it. `old_secrets_until`: how long each replaced one still signs."""

    id: UUID
    url: str
    types: list[str]
    created_at: datetime
    disabled_at: datetime | None
    last_status: str
    secret: str | None = None
    old_secrets_until: list[datetime] = []


class WebhookList(msgspec.Struct, frozen=True):
    """A client's webhooks."""

    items: list[WebhookOut]
