"""Cases about things that turn out to be classified. Their trail is append-only: only a purge takes it away."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

from office.flow import rules
from office.flow.actions import About, source_of
from office.flow.models import FlowCase, FlowEntry
from office.kernel.actor import Actor
from office.kernel.database import execute, fetch, is_postgres
from office.kernel.modules import Keeper, Refs

CASE = "flow.case"


async def related(refs: Refs) -> Collection[str]:
    """The cases about them, and the sources of their to-dos."""
    rows = await FlowCase.filter(subject__in=list(refs))
    leaves = {source_of(str(row.id), leaf.id) for row in rows for leaf in rules.leaves(rules.decode(row.tree.encode()).root)}
    return {*(f"{CASE}:{row.id}" for row in rows), *leaves}


async def restate(about: About) -> None:
    """What all cases about one thing say from now on, in the running unit of work."""
    for row in await FlowCase.filter(subject=about.subject).select_for_update(no_key=True).order_by("id"):
        row.about = about
        await row.save(update_fields=["about"])


async def purge(actor: Actor, refs: Refs) -> None:
    """The cases with their trails: reasons and opinions are in them."""
    ids = [UUID(ref.partition(":")[2]) for ref in refs if ref.startswith(f"{CASE}:")]
    async with _unlocked():
        await FlowEntry.filter(case_id__in=ids).delete()
    await FlowCase.filter(id__in=ids).delete()


@asynccontextmanager
async def _unlocked() -> AsyncIterator[None]:
    """Inside, in this transaction only, the trail's rows may go; others wait until it has ended."""
    if is_postgres():
        await execute("ALTER TABLE flow_entry DISABLE TRIGGER USER")
        yield
        await execute("ALTER TABLE flow_entry ENABLE TRIGGER USER")
        return
    rows = await fetch("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'flow_entry'")
    for row in rows:
        await execute(f'DROP TRIGGER "{row["name"]}"')
    yield
    for row in rows:
        await execute(row["sql"])


KEEPER = Keeper(name="flow", related=related, purge=purge)
