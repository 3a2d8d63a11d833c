"""Sealing a handling when it is closed (办结): after the commit, by the outbox, once for each closing.

A process may die at any moment: what is kept is kept in one commit, with a row that the database lets be there once.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling, visible
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Handling
from documents.incoming.papers.models import FinalSeal
from documents.incoming.papers.whole import sealed_whole
from documents.incoming.states import CLOSED
from office import audit
from office.files import actions as files
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.ids import new_id
from office.kernel.modules import Card
from office.kernel.refs import id_of
from office.kernel.sm.digests import sm3
from office.kernel.work import verb
from office.papers.glyphs import numbers
from office.papers.seals import Signer, signer
from office.papers.wire import Made

KIND = "documents.seal"


def ref(handling: UUID) -> str:
    """The reference that keeps the sealed files of a handling."""
    return f"{KIND}:{handling}"


async def on_changed(event: HandlingChanged, _: Delivery) -> None:
    """Seal a handling that is closed and not yet sealed as it is closed now; a withheld or frozen one never."""
    if event.state != CLOSED:
        return
    handling = await Handling.get_or_none(id=event.handling)
    if handling is None or not await _to_seal(handling):
        return
    by = signer()
    made = await sealed_whole(handling, by)
    beside = await asyncio.to_thread(_beside, by, made.pdf)
    await files.take_made(made.pdf, lambda digest: _keep(handling, by, made, {**beside, "sha256": digest}))


async def _to_seal(handling: Handling) -> bool:
    if handling.state != CLOSED or handling.withheld or handling.frozen:
        return False
    return not await FinalSeal.exists(handling_id=handling.id, closed_at=handling.closed_at)


@verb
async def _keep(handling: Handling, by: Signer, made: Made, digests: Mapping[str, Any]) -> None:
    """The row, the file and its reference. Nothing where the handling has moved meanwhile, or another was first."""
    closed_at = handling.closed_at
    if not await Handling.exists(id=handling.id):
        return  # purged meanwhile
    await lock_handling(handling)
    if handling.closed_at != closed_at or not await _to_seal(handling):
        return
    name = f"归档-{handling.register_no or handling.id}.pdf"
    file = await files.enter_made(
        SYSTEM, digests["sha256"], made.pdf, name=name, pages=made.pages, owner=ref(handling.id), signatures=1
    )
    row = await FinalSeal.create(
        id=new_id(), handling_id=handling.id, closed_at=closed_at, file_id=file.id, size=len(made.pdf),
        pages=made.pages, signer=by.name, test=by.test, certificate=by.certificate, sealed_at=clock.now(),
        absent=numbers(made.absent), **digests,
    )  # fmt: skip
    audit.record(SYSTEM, "documents.seal", cases.ref(handling.id), **_facts(row))


def _facts(row: FinalSeal) -> dict[str, Any]:
    certificate = hashlib.sha256(bytes(row.certificate)).hexdigest()
    signed = hashlib.sha256(bytes(row.sm2_signature)).hexdigest() if row.sm2_signature else None
    return {
        "file": str(row.file_id), "sha256": row.sha256, "sm3": row.sm3, "certificate": certificate, "sm2_signature": signed,
        "test": row.test, **({"absent": row.absent} if row.absent else {}),
    }  # fmt: skip


def _beside(by: Signer, pdf: bytes) -> dict[str, Any]:
    """What no reader of PDF knows and so stands beside the file: its SM3, and an SM2 signature over those 32 bytes."""
    digest = sm3(pdf)
    return {"sm3": digest.hex(), "sm2_key": by.sm2_key, "sm2_signature": by.sign_sm2(digest) if by.sm2_key else None}


async def seal_cards(actor: Actor, refs: Sequence[str]) -> Mapping[str, Card]:
    """The sealed papers behind references: for whoever may see the handling, unless it is withheld. Two queries."""
    rows = await visible(actor, await Handling.filter(id__in=[id_of(one) for one in refs], withheld=False))
    return {ref(row.id): Card(ref=ref(row.id), title=row.title, state="", route=f"/handlings/{row.id}") for row in rows}
