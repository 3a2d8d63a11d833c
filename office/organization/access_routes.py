"""Accounts and clients through the server, for the system administrator.

The verbs are identity's; they stand here because this package knows the person's name and the unit of a code. What shows a
secret is not `idempotent`, for a kept answer would keep the secret, but `claimed`: under one Idempotency-Key it is done once,
and a repeat is told what was made.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from office import audit, identity
from office.identity import administration
from office.identity.administration import ClientSeen
from office.identity.clients import Issued
from office.identity.models import Account
from office.identity.policy import MANAGE_ACCOUNTS, MANAGE_CLIENTS
from office.kernel.actor import Actor
from office.kernel.endpoint import Endpoint
from office.kernel.refusal import Invalid, NotFound
from office.organization import access_schemas as schemas
from office.organization import uscc
from office.organization.models import Person
from office.organization.queries import unit_by_uscc


async def list_accounts(actor: Actor, input: schemas.AccountQuery) -> schemas.AccountPage:
    rows, following = await administration.accounts_page(input.q, input.cursor)
    await audit.record_daily(actor, "identity.view_accounts", "identity.account")
    return schemas.AccountPage(items=[_account(row) for row in rows], next=following)


def _account(row: Account) -> schemas.AccountLine:
    return schemas.AccountLine(
        id=row.id, login=row.login, person=row.person, name=row.name, must_change=row.must_change,
        disabled_at=row.disabled_at, created_at=row.created_at,
    )  # fmt: skip


async def create_account(actor: Actor, input: schemas.NewAccount) -> schemas.OneTime:
    """Refuses: NotFound organization.person_unknown; what `identity.create_account` refuses."""
    person = await Person.get_or_none(id=input.person)
    if person is None:
        raise NotFound("organization.person_unknown")
    made = await identity.create_account(actor, person.id, person.name, input.login)
    return _one_time(made.account, made.one_time_password or "")


async def reset_password(actor: Actor, account: UUID) -> schemas.OneTime:
    secret = await identity.reset_password(actor, account)
    return _one_time(await Account.get(id=account), secret)


def _one_time(row: Account, secret: str) -> schemas.OneTime:
    return schemas.OneTime(account=row.id, login=row.login, name=row.name, one_time_password=secret)


async def disable_account(actor: Actor, account: UUID) -> None:
    await identity.disable(actor, account)


async def enable_account(actor: Actor, account: UUID) -> None:
    await identity.enable(actor, account)


async def list_clients(actor: Actor) -> schemas.ClientList:
    found = await administration.clients()
    await audit.record_daily(actor, "identity.view_clients", "client")
    return schemas.ClientList(items=[_client(one) for one in found])


def _client(seen: ClientSeen) -> schemas.ClientLine:
    row = seen.client
    keys = [schemas.KeyLine(key.id, key.hint, key.created_at, key.expires_at, key.last_used_at) for key in seen.keys]
    return schemas.ClientLine(row.id, row.name, row.unit, row.unit_uscc, row.scopes, row.disabled_at, row.created_at, keys)


async def create_client(actor: Actor, input: schemas.NewClient) -> schemas.KeyTold:
    """Refuses: Invalid organization.unit_unknown; what `identity.create_client` refuses."""
    code = uscc.normal(input.uscc)
    unit = await unit_by_uscc(code) if code else None
    if code and unit is None:
        raise Invalid("organization.unit_unknown")
    life = timedelta(days=input.days)
    made = await identity.create_client(
        actor, input.name, input.scopes, unit=unit.id if unit else None, unit_uscc=code, life=life, succeeds=input.succeeds
    )
    return _told(made)


async def create_key(actor: Actor, client: UUID, input: schemas.NewKey) -> schemas.KeyTold:
    overlap, life = timedelta(days=input.overlap_days), timedelta(days=input.days)
    return _told(await identity.rotate_key(actor, client, overlap=overlap, life=life))


def _told(made: Issued) -> schemas.KeyTold:
    client, key, secret = made
    return schemas.KeyTold(client.id, client.name, key.id, secret, key.expires_at)


async def revoke_key(actor: Actor, key: UUID) -> None:
    await identity.revoke_key(actor, key)


async def disable_client(actor: Actor, client: UUID) -> None:
    await identity.disable_client(actor, client)


def _secret(path: str, permission: str, run: Any, summary: str, made: str) -> Endpoint:
    return Endpoint("POST", path, permission, run, summary, 201, idempotent=False, claimed=True, made=made)


ENDPOINTS = [
    Endpoint("GET", "/accounts", MANAGE_ACCOUNTS, list_accounts, "账号列表"),
    _secret("/accounts", MANAGE_ACCOUNTS, create_account, "开户，一次性密码只显示这一次", "account"),
    _secret(
        "/accounts/{account}/password-resets", MANAGE_ACCOUNTS, reset_password, "重置密码，一次性密码只显示这一次", "account"
    ),
    Endpoint("POST", "/accounts/{account}/disablements", MANAGE_ACCOUNTS, disable_account, "停用账号", 204),
    Endpoint("DELETE", "/accounts/{account}/disablements", MANAGE_ACCOUNTS, enable_account, "恢复账号", 204),
    Endpoint("GET", "/clients", MANAGE_CLIENTS, list_clients, "接入方列表"),
    _secret("/clients", MANAGE_CLIENTS, create_client, "登记接入方，密钥只显示这一次", "client"),
    _secret("/clients/{client}/keys", MANAGE_CLIENTS, create_key, "换密钥，新密钥只显示这一次", "key"),
    Endpoint("POST", "/clients/{client}/disablements", MANAGE_CLIENTS, disable_client, "停用接入方", 204),
    Endpoint("DELETE", "/client-keys/{key}", MANAGE_CLIENTS, revoke_key, "停用一把接入密钥", 204),
]
