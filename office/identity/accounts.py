"""Accounts: the operator's and the administrator's verbs. There is no default account and no password known beforehand."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tortoise.exceptions import IntegrityError

from office import audit
from office.identity import hashing, passwords, policy, rules, sessions, sign_in, throttle
from office.identity.models import Account, Device, LoginSession, Passkey
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, NotFound
from office.kernel.work import savepoint, verb


class Created(NamedTuple):
    """A new account, and the one-time password to hand over; None if the password was given."""

    account: Account
    one_time_password: str | None


async def create_account(
    actor: Actor, person: UUID, name: str, login: str, *, password: str | None = None, must_change: bool = True
) -> Created:
    """开户: give a person the way in. In no unit of work, for it hashes.

    Without `password` a one-time password is made, good for 7 days. `must_change` False is for the demo only. Refuses:
    Forbidden identity.not_manager; Invalid identity.bad_login, identity.bad_name, identity.password_…; Conflict
    identity.login_taken, identity.person_has_account.
    """
    policy.require(actor, policy.MANAGE_ACCOUNTS)
    wanted, called = rules.new_login(login), rules.person_name(name)
    one_time = None if password is not None else passwords.one_time_password(wanted)
    secret = passwords.check_password(password, wanted) if password is not None else one_time or ""
    now = clock.now()
    account = Account(
        id=new_id(), login=wanted, person=person, name=called, password_hash=await hashing.make(secret), password_set_at=now,
        created_at=now, must_change=must_change or one_time is not None, one_time_until=_one_time_end() if one_time else None,
    )  # fmt: skip
    await _insert(actor, account)
    return Created(account, one_time)


@verb
async def _insert(actor: Actor, account: Account) -> None:
    try:
        async with savepoint():
            await account.save(force_create=True)
    except IntegrityError as error:
        if await Account.filter(person=account.person).exists():
            raise Conflict("identity.person_has_account") from error
        raise Conflict("identity.login_taken") from error
    audit.record(actor, "identity.create_account", f"identity.account:{account.id}", login=account.login, person=account.name)


async def reset_password(actor: Actor, account: UUID) -> str:
    """重置密码: a new one-time password; all sessions end, and one-tap login and passkeys wait for it. In no unit of work.

    Refuses: Forbidden identity.not_manager; NotFound identity.no_such_account; Conflict identity.password_changed_meanwhile.
    """
    policy.require(actor, policy.MANAGE_ACCOUNTS)
    found = await _account(account)
    secret = passwords.one_time_password(found.login)
    await _reset(actor, found, await hashing.make(secret))
    return secret


@verb
async def _reset(actor: Actor, account: Account, after: str) -> None:
    await sign_in.replace_password(account.id, account.password_hash, after, must_change=True)
    await Account.filter(id=account.id).update(one_time_until=_one_time_end())
    await throttle.forgive(rules.name_key(account.login))
    await Device.filter(account_id=account.id).update(one_tap_blocked=True)
    await Passkey.filter(account_id=account.id).update(blocked=True)
    await sessions.end(LoginSession.filter(account_id=account.id), sessions.PASSWORD_CHANGED, actor)
    audit.record(actor, "identity.reset_password", f"identity.account:{account.id}")


@verb
async def disable(actor: Actor, account: UUID) -> None:
    """停用: no log-in any more by any way, sessions end, device keys no longer sign.

    Refuses: Forbidden identity.not_manager; NotFound identity.no_such_account; Conflict identity.own_account.
    """
    policy.require(actor, policy.MANAGE_ACCOUNTS)
    if (await _account(account)).person == actor.id:
        raise Conflict("identity.own_account")
    if await Account.filter(id=account, disabled_at__isnull=True).update(disabled_at=clock.now()):
        await sessions.end(LoginSession.filter(account_id=account), sessions.DISABLED, actor)
        audit.record(actor, "identity.disable_account", f"identity.account:{account}")


async def is_disabled(person: UUID) -> bool:
    """Whether a person's account is disabled now; not so where there is none."""
    return await Account.filter(person=person, disabled_at__isnull=False).exists()


@verb
async def enable(actor: Actor, account: UUID) -> None:
    """恢复: the account may log in again. Refuses: as `disable`."""
    policy.require(actor, policy.MANAGE_ACCOUNTS)
    await _account(account)
    if await Account.filter(id=account, disabled_at__isnull=False).update(disabled_at=None):
        audit.record(actor, "identity.enable_account", f"identity.account:{account}")


@verb
async def rename_person(actor: Actor, person: UUID, name: str) -> None:
    """Copy a person's new name onto the account; nothing happens if there is none. Refuses: Invalid identity.bad_name."""
    policy.require(actor, policy.MANAGE_ACCOUNTS)
    name = rules.person_name(name)
    account = await Account.get_or_none(person=person)
    if account is not None and account.name != name:
        await Account.filter(id=account.id).update(name=name)
        audit.record(actor, "identity.rename_person", f"identity.account:{account.id}", before=account.name, after=name)


async def find_account(login: str) -> Account:
    """The account with this login name, for the operator. Refuses: NotFound identity.no_such_account."""
    name = rules.normal_login(login)
    found = await Account.get_or_none(login=name) if rules.is_login(name) else None
    if found is None:
        raise NotFound("identity.no_such_account")
    return found


async def _account(account: UUID) -> Account:
    found = await Account.get_or_none(id=account)
    if found is None:
        raise NotFound("identity.no_such_account")
    return found


def _one_time_end() -> datetime:
    return clock.now() + timedelta(days=passwords.ONE_TIME_DAYS)
