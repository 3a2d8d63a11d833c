"""From a token to an actor: one query for each request; when it was last seen is written later, at most once a minute."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.models import Model

from office.identity import sessions, tokens
from office.identity.models import ClientKey, LoginSession
from office.identity.policy import BEFORE_PASSWORD_CHANGE
from office.kernel import clock
from office.kernel.actor import Actor, Origin
from office.kernel.refusal import Forbidden, Unauthenticated
from office.kernel.work import detach, verb

EVERY = timedelta(minutes=1)

log = logging.getLogger(__name__)
_noting: set[UUID] = set()


async def authenticate(token: str, origin: Origin, *, route: str = "") -> Actor:
    """Who holds this token: a person's session (cookie or Bearer), or an integration client's key (`zbk_…`).

    `route` is what is asked for, as "POST /passwords", here or in the origin: before the first password is changed only few are
    open, and without a route none is. Posts are added by a higher layer. Refuses: Unauthenticated identity.session_ended,
    identity.key_refused; Forbidden identity.must_change_password.
    """
    if token.startswith(tokens.KEY_PREFIX):
        return await _client(token, origin)
    return await _person(token, origin, route or origin.route)


async def _person(token: str, origin: Origin, route: str) -> Actor:
    now = clock.now()
    session = await _session(token) if len(token) <= tokens.LONGEST else None
    if session is None or sessions.is_over(session, now) or session.account.disabled_at is not None:
        raise Unauthenticated("identity.session_ended")
    if session.account.must_change and route not in BEFORE_PASSWORD_CHANGE:
        raise Forbidden("identity.must_change_password")
    _note_seen(LoginSession, "last_seen_at", session.id, session.last_seen_at, now)
    return sessions.as_actor(session.account, origin, session)


async def _session(token: str) -> LoginSession | None:
    return await LoginSession.get_or_none(token_hash=tokens.token_hash(token)).select_related("account")


async def _client(token: str, origin: Origin) -> Actor:
    now = clock.now()
    key = None
    if len(token) <= tokens.LONGEST:
        key = await ClientKey.get_or_none(key_hash=tokens.token_hash(token)).select_related("client")
    if key is None or key.revoked_at is not None or key.expires_at <= now or key.client.disabled_at is not None:
        raise Unauthenticated("identity.key_refused")
    _note_seen(ClientKey, "last_used_at", key.id, key.last_used_at, now)
    client = key.client
    return Actor(kind="client", id=client.id, name=client.name, permissions=frozenset(client.scopes), origin=origin)


def _note_seen(model: type[Model], column: str, row: UUID, before: datetime | None, now: datetime) -> None:
    if row in _noting or (before is not None and now - before < EVERY):
        return
    _noting.add(row)
    detach(_write_seen(model, column, row, now), name="identity-last-seen")


async def _write_seen(model: type[Model], column: str, row: UUID, now: datetime) -> None:
    try:
        await _save_seen(model, column, row, now)
    except Exception:
        log.exception("could not note when a session was last seen")
    finally:
        _noting.discard(row)


@verb
async def _save_seen(model: type[Model], column: str, row: UUID, now: datetime) -> None:
    values: dict[str, Any] = {column: now}
    await model.filter(id=row).update(**values)


async def live_sessions(ids: frozenset[UUID]) -> frozenset[UUID]:
    """Those of these sessions that are still good; for sockets to check themselves by now and then."""
    now = clock.now()
    rows = await LoginSession.filter(id__in=list(ids), ended_at__isnull=True).select_related("account")
    return frozenset(row.id for row in rows if not sessions.is_over(row, now) and row.account.disabled_at is None)
