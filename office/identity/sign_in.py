"""Signing in by password, giving it again, and changing it.

Every answer to a wrong try is the same, after the same work, whether the account exists, is disabled or had another password.
Hashing happens between two units of work; the second looks again at what the first saw.
"""

from typing import NamedTuple
from uuid import UUID

from office import audit
from office.identity import hashing, passwords, policy, rules, sessions, throttle
from office.identity.models import Account, Device, LoginSession, OldPassword, Passkey
from office.identity.sessions import Opened, Way
from office.identity.tokens import new_token, token_hash
from office.kernel import clock
from office.kernel.actor import Actor, Origin
from office.kernel.refusal import Conflict, Invalid, Unauthenticated
from office.kernel.work import verb

WRONG = "identity.wrong_credentials"
WRONG_AGAIN = "identity.wrong_password"
WRONG_OLD = "identity.wrong_old_password"


class _Known(NamedTuple):
    login: str
    account: Account | None
    device: UUID | None
    at_home: bool


async def sign_in(login: str, password: str, way: Way) -> Opened:
    """Open a session by login name and password. Called in no unit of work, for it hashes.

    `way.device` is a claim. A device of this very account, or an account that lately logged in from this address, waits for no
    slowed address; the account's own lock holds for everybody. Refuses: Unauthenticated identity.wrong_credentials,
    identity.one_time_expired; TooMany identity.locked, identity.slowed; Unavailable identity.busy.
    """
    known = await _look_up(login, way)
    await throttle.ensure_open([rules.name_key(known.login)])
    if not (known.device or known.at_home):
        await throttle.take_turn(way.origin.address)
    account = known.account if known.account and known.account.disabled_at is None else None
    stored = account.password_hash if account else None
    if not await hashing.matches(passwords.normal_password(password), stored) or account is None or stored is None:
        await _count_wrong(way.origin, known.login, known.account)
        raise Unauthenticated(WRONG)
    renewed = await hashing.make(passwords.normal_password(password)) if hashing.outdated(stored) else ""
    try:
        return await _open(account.id, stored, renewed, way._replace(device=known.device))
    except Unauthenticated as refusal:
        await audit.record_refusal(Actor(origin=way.origin), "identity.sign_in", f"identity.account:{account.id}", refusal.code)
        raise


async def _look_up(login: str, way: Way) -> _Known:
    name = rules.normal_login(login)
    wanted = name if rules.is_login(name) else ""
    account = await Account.get_or_none(login=wanted)
    # Asked by name, so that the same queries run whether the account exists or not.
    owned = way.device and await Device.filter(id=way.device, account__login=wanted, revoked_at__isnull=True).exists()
    return _Known(name, account, way.device if account and owned else None, await _at_home(wanted, way.origin.address))


async def _at_home(login: str, address: str) -> bool:
    """Whether an account logged in from this address within 30 days, by any way."""
    group, since = rules.address_group(address), clock.now() - rules.AT_HOME
    rows = LoginSession.filter(account__login=login, created_at__gt=since).order_by("-created_at").limit(sessions.MOST)
    return bool(group) and group in {rules.address_group(row.address) for row in await rows}


@verb
async def _open(account_id: UUID, stored: str, renewed: str, way: Way) -> Opened:
    account = await Account.filter(id=account_id).select_for_update(no_key=True).get()
    if account.disabled_at is not None or account.password_hash != stored:
        raise Unauthenticated(WRONG)
    # Other tries may have locked the name while this one was being hashed; a right guess among many must not slip through.
    await throttle.ensure_open([rules.name_key(account.login)])
    if account.one_time_until is not None and account.one_time_until <= clock.now():
        raise Unauthenticated("identity.one_time_expired")
    await throttle.forgive(rules.name_key(account.login))
    await throttle.forgive_address(way.origin.address, account.login)
    if renewed:
        await Account.filter(id=account.id).update(password_hash=renewed)
    if way.device:
        await Device.filter(id=way.device).update(pin_failures=0, one_tap_blocked=False)
    return await sessions.open_for(account, way)


@verb
async def _count_wrong(origin: Origin, login: str, account: Account | None) -> None:
    """In a transaction of its own, after the refusal. What was typed is not kept: it may be a password in the wrong box."""
    subject = f"identity.account:{account.id}" if account else "identity.account:unknown"
    nobody = Actor(origin=origin)
    audit.record(nobody, "identity.sign_in", subject, outcome="refused", code=WRONG)
    if await throttle.count(rules.name_key(login)):
        audit.record(nobody, "identity.lock_account", subject)
    if await throttle.count_address(origin.address, login):
        audit.record(nobody, "identity.slow_address", "identity.address:" + rules.address_group(origin.address))


async def reauthenticate(actor: Actor, password: str) -> LoginSession:
    """Give the password again in a session; for five minutes devices and passkeys may then be added. In no unit of work.

    Failures are counted apart from the log-in page's, so that a stranger's tries there cannot lock the owner out here: by
    device, else by session, and over all of the account's sessions by the day, for a device's key opens sessions at will.
    Refuses: Unauthenticated identity.wrong_password; TooMany identity.locked.
    """
    await _prove(actor, password, WRONG_AGAIN)
    return await _mark_fresh(actor)


@verb
async def _mark_fresh(actor: Actor) -> LoginSession:
    own = policy.own(actor)
    await throttle.forgive(_again_key(actor))
    await LoginSession.filter(id=own.session).update(reauthenticated_at=clock.now())
    if await LoginSession.filter(id=own.session, method=sessions.PASSWORD).exists():
        await Passkey.filter(account_id=own.account, blocked=True).update(blocked=False)
    audit.record(actor, "identity.reauthenticate", f"identity.session:{own.session}")
    return await LoginSession.get(id=own.session)


async def _prove(actor: Actor, password: str, wrong: str) -> Account:
    own = policy.own(actor)
    await throttle.ensure_open([_again_key(actor), _day_key(own.account)])
    account = await Account.get(id=own.account)
    if not await hashing.matches(passwords.normal_password(password), account.password_hash):
        await _count_wrong_again(actor, wrong)
        raise Unauthenticated(wrong)
    return account


@verb
async def _count_wrong_again(actor: Actor, code: str) -> None:
    own = policy.own(actor)
    subject = f"identity.session:{own.session}"
    audit.record(actor, "identity.reauthenticate", subject, outcome="refused", code=code)
    locked = await throttle.count(_again_key(actor))
    if await throttle.count_day(_day_key(own.account)) or locked:
        audit.record(actor, "identity.lock_reauthentication", subject)


def _again_key(actor: Actor) -> str:
    return f"device:{actor.device}" if actor.device else f"session:{actor.session}"


def _day_key(account: UUID) -> str:
    return f"again:{account}"


async def change_password(actor: Actor, old: str, new: str) -> str:
    """修改密码: all other sessions end, and this one's token is replaced if it is a browser's. In no unit of work.

    Returns the new token, "" for an app, which keeps its own. Refuses: Unauthenticated identity.wrong_old_password; TooMany
    identity.locked; Invalid identity.password_…; Conflict identity.password_changed_meanwhile.
    """
    account = await _prove(actor, old, WRONG_OLD)
    password = passwords.check_password(new, account.login)
    await ensure_not_used(account, password)
    return await _replace(actor, account.password_hash, await hashing.make(password))


async def ensure_not_used(account: Account, password: str) -> None:
    """Refuse the present password and the last five: Invalid identity.password_used."""
    old = OldPassword.filter(account=account.id).order_by("-replaced_at", "-id").limit(passwords.REMEMBERED)
    for stored in [account.password_hash, *[row.password_hash for row in await old]]:
        if await hashing.matches(password, stored):
            raise Invalid("identity.password_used", last=passwords.REMEMBERED)


@verb
async def _replace(actor: Actor, before: str, after: str) -> str:
    own = policy.own(actor)
    await replace_password(own.account, before, after, must_change=False)
    await throttle.forgive(_again_key(actor))
    others = LoginSession.filter(account_id=own.account).exclude(id=own.session)
    await sessions.end(others, sessions.PASSWORD_CHANGED, actor)
    audit.record(actor, "identity.change_password", f"identity.account:{own.account}")
    token = new_token()
    rotated = await LoginSession.filter(id=own.session, client=sessions.BROWSER).update(token_hash=token_hash(token))
    return token if rotated else ""


async def replace_password(account: UUID, before: str, after: str, *, must_change: bool) -> None:
    """Put one hash in the place of another and remember the old. Refuses: Conflict identity.password_changed_meanwhile."""
    now = clock.now()
    changed = await Account.filter(id=account, password_hash=before).update(
        password_hash=after, password_set_at=now, must_change=must_change, one_time_until=None
    )
    if not changed:
        raise Conflict("identity.password_changed_meanwhile")
    await OldPassword.create(account=account, password_hash=before, replaced_at=now)
    kept = await OldPassword.filter(account=account).order_by("-replaced_at", "-id").limit(passwords.REMEMBERED)
    await OldPassword.filter(account=account).exclude(id__in=[row.id for row in kept]).delete()
