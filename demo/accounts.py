"""The demo's accounts: passwords made at random at the first start, kept in one file that only this user may read."""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from demo.town import COUNTY_OFFICE, OA, OA_NAME, POSTS, unit_plan
from office import identity
from office.cli.progress import Tell, unheard
from office.identity.models import Account, IntegrationClient
from office.identity.passwords import one_time_password
from office.kernel.actor import SYSTEM
from office.kernel.modules import Registry
from office.kernel.settings import Settings

FILE = "demo-accounts.txt"
HEAD = "# 指办演示账号（首次启动时随机生成，仅用于演示）：登录名、密码、姓名、单位岗位。最后一行是县 OA 的接入密钥。\n"


@dataclass(frozen=True)
class Credential:
    """A line of the file: who logs in how. The OA's `login` is its name there and `password` its key."""

    login: str
    password: str
    name: str
    post: str


class NoAccounts(Exception):
    """The file is missing or lacks somebody; the message is Chinese and says what to do."""


def path_of(settings: Settings) -> Path:
    """Where the file lies."""
    return settings.folder / FILE


def read(path: Path) -> dict[str, Credential]:
    """The credentials by login; empty without the file."""
    if not path.exists():
        return {}
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {parts[0]: Credential(*parts) for parts in lines if len(parts) == 4}


def of(known: dict[str, Credential], login: str) -> Credential:
    """One credential. Raises NoAccounts."""
    if login not in known:
        raise NoAccounts(f"演示账号文件里没有 {login}。请先运行 zhiban demo load，或用 --data 指出数据目录。")
    return known[login]


def _write(path: Path, known: dict[str, Credential]) -> None:
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(HEAD)
        out.writelines("\t".join((one.login, one.password, one.name, one.post)) + "\n" for one in known.values())
    draft.rename(path)


async def open_accounts(
    settings: Settings, registry: Registry, people: dict[str, UUID], offices: dict[str, UUID], tell: Tell = unheard
) -> None:
    """Open an account for everybody who has none, and a key for the county's OA; write the file. `tell` hears of each person.

    Each is written down before the next is made: a stop half-way loses no password but the last.
    """
    path = path_of(settings)
    known = read(path)
    for plan in POSTS:
        if plan.login not in known or not await Account.exists(login=plan.login):
            known[plan.login] = await _account(plan.login, people[plan.login], plan.person, f"{plan.unit} {plan.title}")
            _write(path, known)
        tell(1)
    if OA not in known or not await IntegrationClient.exists(name=OA_NAME):
        known[OA] = Credential(OA, await _key(registry, offices[COUNTY_OFFICE]), OA_NAME, "接入密钥")
    _write(path, known)


async def _account(login: str, person: UUID, name: str, post: str) -> Credential:
    if await Account.exists(login=login):
        # The account outlived its password's file.
        return Credential(login, "（已修改，请用 zhiban user reset-password 重置）", name, post)
    secret = one_time_password(login)
    await identity.create_account(SYSTEM, person, name, login, password=secret, must_change=False)
    return Credential(login, secret, name, post)


async def _key(registry: Registry, office: UUID) -> str:
    known = await IntegrationClient.get_or_none(name=OA_NAME)
    if known is not None:
        return (await identity.rotate_key(SYSTEM, known.id)).secret
    scopes = [one.name for one in registry.permissions.values() if one.scope]
    code = unit_plan(COUNTY_OFFICE).code
    return (await identity.create_client(SYSTEM, OA_NAME, scopes, unit=office, unit_uscc=code)).secret
