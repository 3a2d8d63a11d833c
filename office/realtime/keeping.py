"""What was told to clients about things that turn out to be classified is taken back from every log."""

from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.mentions import mentioning
from office.kernel.modules import Keeper, Refs
from office.realtime.actions import WITHDRAWN, hold_logs, withdraw


async def freeze(actor: Actor, refs: Refs, on: bool) -> None:
    """The bodies are overwritten; the entries stay, for contiguity is a promise."""
    if on:
        await purge(actor, refs)


async def purge(actor: Actor, refs: Refs) -> None:
    """By what they are about, and by the ids they mention."""
    await hold_logs()
    for ref in sorted(refs):
        await withdraw(ref, None)
    for where, values in mentioning("payload", refs):
        await execute(
            f"UPDATE realtime_item SET name = ?, payload = '{{}}', rev = NULL, source = '' WHERE {where}",  # noqa: S608
            WITHDRAWN, *values,
        )  # fmt: skip


KEEPER = Keeper(name="realtime", freeze=freeze, purge=purge)
