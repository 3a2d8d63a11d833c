"""The final seal as it goes out: which file, sealed by whom, and the digests by which others know it."""

from datetime import datetime
from uuid import UUID

import msgspec

from documents.incoming.access import access_handling
from documents.incoming.models import Handling
from documents.incoming.papers.models import FinalSeal
from documents.incoming.states import CLOSED
from office.files.queries import describe_many
from office.files.schemas import FileOut
from office.kernel import base64url
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound


class SealOut(msgspec.Struct, frozen=True, kw_only=True):
    """`certificate` (DER), `sm2_public_key` (uncompressed point) and `sm2_signature` (DER) in base64url; `test`: without legal
    force. `sm3` and `sm2_signature` are beside the file, not in it. `absent`: numbers of characters that no font had, as they
    stand on the paper in the place of these ("" for none)."""

    file: FileOut
    closed_at: datetime
    sealed_at: datetime
    signer: str
    test: bool
    certificate: str
    sha256: str
    sm3: str
    sm2_public_key: str | None
    sm2_signature: str | None
    absent: str


async def final_seal(actor: Actor, id: UUID) -> SealOut:
    """Of a closed handling. Refuses: NotFound documents.no_such_handling, documents.not_sealed."""
    handling = await access_handling(actor, id)
    row = await seal_of(handling)
    if row is None or handling.withheld:
        raise NotFound("documents.not_sealed")
    [file] = await describe_many([(row.file_id, "main")])
    return SealOut(
        file=file, closed_at=row.closed_at, sealed_at=row.sealed_at, signer=row.signer, test=row.test,
        certificate=base64url.encode(bytes(row.certificate)), sha256=row.sha256, sm3=row.sm3,
        sm2_public_key=_b64(row.sm2_key), sm2_signature=_b64(row.sm2_signature), absent=row.absent,
    )  # fmt: skip


def _b64(data: bytes | None) -> str | None:
    return base64url.encode(bytes(data)) if data else None


async def seal_of(handling: Handling) -> FinalSeal | None:
    """The seal on a handling as it is closed now; None where it is open, or not sealed yet."""
    if handling.state != CLOSED:
        return None
    return await FinalSeal.get_or_none(handling_id=handling.id, closed_at=handling.closed_at)
