"""Reading what was stopped."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from office.kernel import clock, paging
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound
from office.secrecy.models import RELEASED, Stop
from office.secrecy.policy import RELEASE
from office.secrecy.schemas import StopAnswer, StopList, StopOut, StopQuery
from office.secrecy.shapes import Rule
from office.secrecy.texts import WHY


async def stops(actor: Actor, input: StopQuery) -> StopList:
    """A page of records in a state, newest first. One query. Refuses: Invalid http.bad_cursor."""
    rows = Stop.filter(state=input.state)
    if input.cursor:
        at, id = paging.place(input.cursor, tuple[datetime, UUID])
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=id))
    page, following = paging.cut(await rows.order_by("-at", "-id").limit(paging.PAGE + 1), "at", "id")
    return StopList([told(row) for row in page], following)


async def get_stop(actor: Actor, id: UUID) -> StopAnswer:
    """One record: its sender's, or any for who decides. Refuses: NotFound secrecy.no_such_stop."""
    row = await Stop.get_or_none(id=id)
    if row is None or (row.person != actor.ref and RELEASE not in actor.permissions):
        raise NotFound("secrecy.no_such_stop")
    return StopAnswer(told(row))


def told(row: Stop) -> StopOut:
    """A record as it goes out."""
    why = "；".join(WHY[Rule(one)] for one in row.rule.split(","))
    return StopOut(
        id=row.id, at=row.at, person=row.person, person_name=row.person_name, address=row.address, device=row.device,
        rule=row.rule, why=why, state=row.state, reason=row.reason, decided_by_name=row.decided_by_name,
        decided_at=row.decided_at, until=row.until,
    )  # fmt: skip


async def released(actor: Actor, ids: Collection[UUID]) -> list[Stop]:
    """Of these records those that are let through for this sender now. One query."""
    if not ids:
        return []
    return await Stop.filter(id__in=list(ids), person=actor.ref, state=RELEASED, until__gt=clock.now())
