"""新登记的密钥: what may sign or log in as a person since they last looked, shown on each of their other devices until seen.

Seen is kept per device, or per session without one: whoever registers a key with a stolen password can put the notice away on
their own screen only.
"""

from datetime import datetime, timedelta

from office.identity import policy
from office.identity.models import Device, LoginSession, Passkey
from office.identity.schemas import NewKey
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.work import verb

#: How far back a session looks that has no device and never looked.
NEW_FOR = timedelta(days=30)
MOST = 20


async def new_keys(actor: Actor) -> list[NewKey]:
    """Keys in force that were registered elsewhere since the actor last looked here, newest first. Three queries."""
    own, since, here = policy.own(actor), await _since(actor), made_on(actor)
    devices = Device.filter(account_id=own.account, revoked_at__isnull=True, created_at__gt=since)
    passkeys = Passkey.filter(account_id=own.account, revoked_at__isnull=True, created_at__gt=since)
    found = [NewKey("device", row.name, row.created_at) for row in await devices.limit(MOST) if row.id != actor.device]
    found += [NewKey("passkey", row.name, row.created_at) for row in await passkeys.limit(MOST) if row.made_on != here]
    return sorted(found, key=lambda one: one.at, reverse=True)


def made_on(actor: Actor) -> object:
    """Where the actor is: the device, else the session."""
    return actor.device or actor.session


async def _since(actor: Actor) -> datetime:
    if actor.device is not None:
        device = await Device.get(id=actor.device)
        begun: datetime = device.keys_seen_at or device.created_at
        return begun
    session = await LoginSession.get(id=policy.own(actor).session)
    seen: datetime | None = session.keys_seen_at
    return seen or clock.now() - NEW_FOR


@verb
async def mark_seen(actor: Actor) -> None:
    """The actor has looked at the new keys, here. Refuses: Forbidden identity.persons_only."""
    own = policy.own(actor)
    if actor.device is not None:
        await Device.filter(id=actor.device, account_id=own.account).update(keys_seen_at=clock.now())
    else:
        await LoginSession.filter(id=own.session).update(keys_seen_at=clock.now())
