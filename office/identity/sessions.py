"""Sessions: opening, ending, listing. A session ends by its owner, by time, or because what it rested on is gone."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from office import audit, outbox
from office.identity import policy, tokens
from office.identity.events import SessionEnded
from office.identity.hooks import hint_ended
from office.identity.models import Account, LoginSession
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM, Actor, Origin
from office.kernel.ids import new_id
from office.kernel.refusal import Forbidden, NotFound
from office.kernel.work import verb

BROWSER, APP = "browser", "app"
PASSWORD, ONE_TAP, PASSKEY = "password", "one_tap", "passkey"
#: Why a session ended.
SIGNED_OUT, REMOTE, REPLACED, TOO_MANY = "signed_out", "remote", "replaced", "too_many"
IDLE, EXPIRED, PASSWORD_CHANGED, DISABLED, DEVICE_REVOKED = "idle", "expired", "password", "disabled", "device"
PASSKEY_REVOKED = "passkey"
#: Live sessions of one account; one more ends the one unused longest.
MOST = 20
SWEEP = 500


class Way(NamedTuple):
    """How a session comes about."""

    origin: Origin
    client: str
    method: str
    device: UUID | None = None
    device_name: str = ""
    replaces: UUID | None = None
    passkey: UUID | None = None


class Opened(NamedTuple):
    """A session just opened, with the token that nobody will see again."""

    session: LoginSession
    account: Account
    token: str


def idle_time(client: str) -> timedelta:
    """How long a session of this kind lasts unused."""
    told = settings.current()
    return timedelta(seconds=told.session_idle if client == BROWSER else told.app_session_idle)


def absolute_time(client: str) -> timedelta:
    """How long a session of this kind lasts at most."""
    told = settings.current()
    return timedelta(seconds=told.session_absolute if client == BROWSER else told.app_session_absolute)


def is_over(session: LoginSession, now: datetime) -> bool:
    """Whether a session is no longer good: ended, past its absolute end, or unused too long."""
    if session.ended_at is not None or session.expires_at <= now:
        return True
    return bool(session.last_seen_at + idle_time(session.client) <= now)


def as_actor(account: Account, origin: Origin, session: LoginSession | None = None) -> Actor:
    """The account's person as an actor without posts."""
    return Actor(
        kind="person", id=account.person, name=account.name, account=account.id, origin=origin,
        session=session.id if session else None, device=session.device if session else None,
    )  # fmt: skip


async def open_for(account: Account, way: Way) -> Opened:
    """Open a session for an account that the running unit of work has locked and found good."""
    now, token = clock.now(), tokens.new_token()
    session = await LoginSession.create(
        id=new_id(), account_id=account.id, token_hash=tokens.token_hash(token), client=way.client, method=way.method,
        device=way.device, passkey=way.passkey, device_name=way.device_name, address=way.origin.address,
        created_at=now, last_seen_at=now, expires_at=now + absolute_time(way.client),
    )  # fmt: skip
    actor = as_actor(account, way.origin, session)
    audit.record(actor, "identity.sign_in", f"identity.session:{session.id}", method=way.method, client=way.client)
    if way.replaces:
        await end(LoginSession.filter(id=way.replaces), REPLACED, actor)
    live = LoginSession.filter(account_id=account.id, ended_at__isnull=True)
    if extra := await live.order_by("-last_seen_at", "-id").offset(MOST).limit(SWEEP):
        await end(LoginSession.filter(id__in=[old.id for old in extra]), TOO_MANY, actor)
    return Opened(session, account, token)


async def end(which: QuerySet[LoginSession], reason: str, actor: Actor) -> int:
    """End those of these sessions that live; how many that were. Called inside verbs."""
    ended = 0
    for session in await which.filter(ended_at__isnull=True).select_related("account").limit(SWEEP):
        query = LoginSession.filter(id=session.id, ended_at__isnull=True)
        if await query.update(ended_at=clock.now(), ended_why=reason):
            _announce(session, reason, actor)
            ended += 1
    return ended


def _announce(session: LoginSession, reason: str, actor: Actor) -> None:
    account = session.account
    audit.record(actor, "identity.end_session", f"identity.session:{session.id}", reason=reason, account=str(account.id))
    told = SessionEnded(session=session.id, person=account.person, account=account.id, reason=reason)
    outbox.record(told, actor=actor)
    hint_ended(session.id)


@verb
async def sign_out(actor: Actor) -> None:
    """退出登录: end the caller's own session."""
    own = policy.own(actor)
    await end(LoginSession.filter(id=own.session), SIGNED_OUT, actor)


@verb
async def sign_out_everywhere(actor: Actor) -> int:
    """全部退出: end all sessions of the caller's account, this one included; how many."""
    own = policy.own(actor)
    return await end(LoginSession.filter(account_id=own.account), SIGNED_OUT, actor)


@verb
async def end_one(actor: Actor, session: UUID) -> None:
    """远程退出: end another session of one's own. Refuses: NotFound identity.no_such_session."""
    own = policy.own(actor)
    if not await end(LoginSession.filter(id=session, account_id=own.account), REMOTE, actor):
        raise NotFound("identity.no_such_session")


async def ensure_fresh(actor: Actor, within: timedelta) -> None:
    """Refuse where the password was not given again just now: Forbidden identity.reauthenticate."""
    own = policy.own(actor)
    session = await LoginSession.get(id=own.session)
    if session.reauthenticated_at is None or session.reauthenticated_at + within < clock.now():
        raise Forbidden("identity.reauthenticate")


async def of_account(account: UUID) -> list[LoginSession]:
    """The live sessions of an account, the one used last first."""
    now = clock.now()
    rows = await LoginSession.filter(account_id=account, ended_at__isnull=True, expires_at__gt=now).order_by("-last_seen_at")
    return [row for row in rows if not is_over(row, now)]


@verb
async def end_overdue() -> int:
    """End sessions whose time is over, at most 500 of each kind at once; how many."""
    now = clock.now()
    unused = Q(*(Q(client=kind, last_seen_at__lte=now - idle_time(kind)) for kind in (BROWSER, APP)), join_type=Q.OR)
    ended = await end(LoginSession.filter(expires_at__lte=now), EXPIRED, SYSTEM)
    return ended + await end(LoginSession.filter(unused), IDLE, SYSTEM)
