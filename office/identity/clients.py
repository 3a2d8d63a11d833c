"""接入方: other systems, their scopes and their keys. A key is shown once; two are valid while one replaces the other."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from office import audit
from office.identity import policy, rules, tokens
from office.identity.models import ClientKey, IntegrationClient
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.modules import registry
from office.kernel.refusal import Conflict, Invalid, NotFound
from office.kernel.work import verb

KEY_LIFE = timedelta(days=365)
OVERLAP = timedelta(days=7)
_USCC = re.compile(r"[0-9A-Z]{18}")


class Issued(NamedTuple):
    """A client with a key just made; the secret is not kept."""

    client: IntegrationClient
    key: ClientKey
    secret: str


@verb
async def create_client(
    actor: Actor, name: str, scopes: Iterable[str], *, unit: UUID | None = None, unit_uscc: str = "",
    life: timedelta = KEY_LIFE, succeeds: UUID | None = None,
) -> Issued:  # fmt: skip
    """Let another system in, for one unit or for none, with a first key.

    Scopes are permissions that a manifest opens to clients. `succeeds` is a client of the same unit registered anew: it is shut
    out, and what was its own by name is this one's from now on. Refuses: Forbidden identity.not_manager; NotFound
    identity.no_such_client; Conflict identity.succeeded_already; Invalid identity.bad_name, identity.bad_uscc,
    identity.unknown_scope, identity.bad_key_life, identity.other_unit.
    """
    policy.require(actor, policy.MANAGE_CLIENTS)
    called = rules.person_name(name)
    if unit_uscc and not _USCC.fullmatch(unit_uscc):
        raise Invalid("identity.bad_uscc")
    if succeeds is not None:
        await _step_down(actor, succeeds, unit)
    client = await IntegrationClient.create(
        id=new_id(), name=called, unit=unit, unit_uscc=unit_uscc, succeeds=succeeds, scopes=_checked(scopes),
        created_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "identity.create_client", f"client:{client.id}", name=client.name, scopes=client.scopes)
    return await _issue(actor, client, life)


async def _step_down(actor: Actor, client: UUID, unit: UUID | None) -> None:
    """One holder at a time: the one succeeded acts no more."""
    row = await IntegrationClient.filter(id=client).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("identity.no_such_client")
    if row.unit != unit:
        raise Invalid("identity.other_unit")
    if await IntegrationClient.filter(succeeds=client).exists():
        raise Conflict("identity.succeeded_already")
    await disable_client(actor, client)


async def present_of(client: UUID) -> UUID:
    """The client that has the place of one today: itself, or the last that was registered anew for it. A query for each."""
    while (heir := await IntegrationClient.get_or_none(succeeds=client)) is not None:
        client = heir.id
    return client


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    for scope in wanted:
        declared = registry().permissions.get(scope)
        if declared is None or not declared.scope:
            raise Invalid("identity.unknown_scope", scope=scope)
    return wanted


async def _issue(actor: Actor, client: IntegrationClient, life: timedelta) -> Issued:
    if not timedelta() < life <= 3 * KEY_LIFE:
        raise Invalid("identity.bad_key_life", days=3 * KEY_LIFE.days)
    now, secret = clock.now(), tokens.new_key()
    key = await ClientKey.create(
        id=new_id(), client_id=client.id, key_hash=tokens.token_hash(secret), hint=secret[-4:], created_at=now,
        expires_at=now + life,
    )  # fmt: skip
    audit.record(actor, "identity.issue_key", f"client:{client.id}", key=str(key.id), hint=key.hint)
    return Issued(client, key, secret)


@verb
async def rotate_key(actor: Actor, client: UUID, *, overlap: timedelta = OVERLAP, life: timedelta | None = None) -> Issued:
    """Make a new key, good for `life`, else as long as the newest was made for.

    Of the old ones that in use stays good for `overlap`, all others end now.
    In use is the newest that was ever used, else the newest: who turns twice before the other system has taken the new key
    must not cut it off.

    Refuses: Forbidden identity.not_manager; NotFound identity.no_such_client; Conflict identity.client_disabled; Invalid
    identity.bad_key_life.
    """
    policy.require(actor, policy.MANAGE_CLIENTS)
    row = await IntegrationClient.filter(id=client).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("identity.no_such_client")
    if row.disabled_at is not None:
        raise Conflict("identity.client_disabled")
    life = await _life_of_newest(client) if life is None else life
    await _leave_one(actor, client, clock.now() + max(overlap, timedelta()))
    return await _issue(actor, row, life)


async def _life_of_newest(client: UUID) -> timedelta:
    """Only a key that another has replaced ends sooner than it was made to; the newest still says how long that was."""
    newest = await ClientKey.filter(client_id=client).order_by("-created_at", "-id").first()
    return newest.expires_at - newest.created_at if newest else KEY_LIFE


async def _leave_one(actor: Actor, client: UUID, until: datetime) -> None:
    query = ClientKey.filter(client_id=client, revoked_at__isnull=True, expires_at__gt=clock.now())
    good = await query.order_by("-created_at", "-id")
    kept = next((key for key in good if key.last_used_at is not None), good[0] if good else None)
    for key in good:
        if key is kept:
            await ClientKey.filter(id=key.id).update(expires_at=min(key.expires_at, until))
        else:
            await _revoke(actor, key)


@verb
async def revoke_key(actor: Actor, key: UUID) -> None:
    """End a key at once. Refuses: Forbidden identity.not_manager; NotFound identity.no_such_key."""
    policy.require(actor, policy.MANAGE_CLIENTS)
    row = await ClientKey.get_or_none(id=key, revoked_at__isnull=True)
    if row is None:
        raise NotFound("identity.no_such_key")
    await _revoke(actor, row)


async def _revoke(actor: Actor, key: ClientKey) -> None:
    if await ClientKey.filter(id=key.id, revoked_at__isnull=True).update(revoked_at=clock.now()):
        audit.record(actor, "identity.revoke_key", f"client:{key.client_id}", key=str(key.id), hint=key.hint)


@verb
async def disable_client(actor: Actor, client: UUID) -> None:
    """Shut another system out, with all its keys. Refuses: Forbidden identity.not_manager; NotFound identity.no_such_client."""
    policy.require(actor, policy.MANAGE_CLIENTS)
    if not await IntegrationClient.filter(id=client).exists():
        raise NotFound("identity.no_such_client")
    if await IntegrationClient.filter(id=client, disabled_at__isnull=True).update(disabled_at=clock.now()):
        audit.record(actor, "identity.disable_client", f"client:{client}")


async def client_of(actor: Actor) -> IntegrationClient:
    """The integration client that acts, with its unit. Refuses: NotFound identity.no_such_client for anybody else."""
    row = await IntegrationClient.get_or_none(id=actor.id) if actor.kind == "client" and actor.id else None
    if row is None:
        raise NotFound("identity.no_such_client")
    return row


async def keys_of(client: UUID) -> list[ClientKey]:
    """The keys of a client, the newest first, without secrets."""
    return await ClientKey.filter(client_id=client).order_by("-created_at", "-id").limit(50)
