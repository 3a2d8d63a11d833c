"""Whose a source system (来源系统) is: the first client that pushes for it holds it, who succeeds that one takes it over."""

from uuid import UUID

from documents.exchange.models import Source
from office import audit
from office.identity.clients import present_of
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.refusal import Conflict


async def hold(actor: Actor, source: str) -> None:
    """Make sure that the source is the actor's, in the running unit of work. Of two first ones at once the second waits.

    Refuses: Conflict exchange.source_taken.
    """
    made = await execute(
        "INSERT INTO exchange_source (source, client_id, since) VALUES (?, ?, ?) ON CONFLICT (source) DO NOTHING",
        source, str(actor.own_id), clock.now(),
    )  # fmt: skip
    if made or (before := (await Source.get(source=source)).client_id) == actor.own_id:
        return
    if await present_of(before) != actor.own_id:
        raise Conflict("exchange.source_taken", source=source)
    await Source.filter(source=source, client_id=before).update(client_id=actor.own_id, since=clock.now())
    audit.record(actor, "exchange.take_over_source", f"client:{actor.own_id}", source=source, before=str(before))


async def is_held(actor: Actor, source: str) -> bool:
    """Whether the source is the actor's already. At most two queries."""
    return await Source.exists(source=source) and await holder_of(source) == actor.own_id


async def holder_of(source: str) -> UUID:
    """The client that is told of a source's documents: who pushes for it, or who has that one's place today. Two queries."""
    return await present_of((await Source.get(source=source)).client_id)
