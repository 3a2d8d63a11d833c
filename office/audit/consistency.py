"""A proof between two heads: that the trail of the later one begins with the whole trail of the earlier (RFC 9162, 2.1.4)."""

from typing import Annotated

import msgspec

from office.audit.models import AuditBatch
from office.audit.sealing import head_of
from office.audit.tree import Tree
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound

FORMAT = "zhiban-audit-proof-1"
Number = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]


class ProofQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Between the heads of which two batches; the newest if no second is named."""

    first: Number
    second: Number | None = None


class HeadProof(msgspec.Struct, frozen=True):
    """The texts of two heads, the earlier one first, and the consistency proof (hex, RFC 6962, 2.1.2) from one to the other."""

    format: str
    first: str
    second: str
    path: list[str]


async def head_proof(actor: Actor, input: ProofQuery) -> HeadProof:
    """Hashes only, nothing of the trail's content. Refuses: NotFound audit.no_such_batch."""
    last = await (AuditBatch.filter(number=input.second) if input.second else AuditBatch.all().order_by("-number")).first()
    first = await AuditBatch.filter(number=input.first).first()
    if first is None or last is None:
        raise NotFound("audit.no_such_batch")
    old, new = sorted((first, last), key=lambda one: int(one.number))
    path = await Tree().consistency(old.size, new.size)
    return HeadProof(FORMAT, head_of(old).text, head_of(new).text, [step.hex() for step in path])
