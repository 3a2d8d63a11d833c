"""Events about things that turn out to be classified: what they told goes; what was not delivered yet never is."""

from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.mentions import mentioning
from office.kernel.modules import Keeper, Refs


async def purge(actor: Actor, refs: Refs) -> None:
    """Deliveries that wait are skipped, payloads emptied."""
    for where, values in mentioning("payload", refs):
        among = f"SELECT seq FROM outbox_event WHERE {where}"  # noqa: S608 - values are bound
        await execute(
            "UPDATE outbox_delivery SET state = 'skipped', last_error = 'purged' WHERE state IN ('pending', 'parked')"  # noqa: S608
            f" AND event_seq IN ({among})",
            *values,
        )  # fmt: skip
        await execute(f"UPDATE outbox_event SET payload = '{{}}', key = 'purged' WHERE {where}", *values)  # noqa: S608


KEEPER = Keeper(name="outbox", purge=purge)
