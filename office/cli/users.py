"""`zhiban user` and `zhiban client`: accounts of people, keys of other systems."""

import contextlib
import re
from datetime import datetime, timedelta
from uuid import UUID

import click

from office import identity
from office.cli.opening import House, configured, opened, waiting
from office.cli.words import Failure, Group, table
from office.identity.clients import Issued
from office.identity.models import Account, ClientKey, IntegrationClient
from office.identity.rules import new_login, person_name
from office.kernel import clock
from office.kernel.actor import SYSTEM, Holding
from office.kernel.modules import Registry
from office.kernel.settings import Settings
from office.kernel.text import ONE_LINE
from office.kernel.work import verb
from office.organization import actions, structure
from office.organization.holdings import ROLES, holdings_of_many
from office.organization.models import Person, Unit
from office.organization.queries import unit_by_uscc
from office.organization.separation import APART

#: What an operator reads beside each role's name.
CALLED = {
    "clerk": "文书", "leader": "分管领导", "principal": "主要领导", "staff": "工作人员", "supervisor": "督查人员", **APART,
}  # fmt: skip
ROLES_TOLD = "岗位的角色，可多次给：" + "、".join(f"{role} {CALLED[role]}" for role in sorted(ROLES))
ONCE = "只显示这一次，请当面交给本人"
AT_ONCE = 400
#: What is named anew here, and of how many characters at most.
NAMED = {"name": 40, "unit": 120, "title": 80}
_ONE_LINE = re.compile(ONE_LINE)


@click.group(cls=Group)
def user() -> None:
    """账号：开户、重置密码、停用、恢复。"""


@user.command("add")
@click.argument("login", metavar="登录名")
@click.option("--name", metavar="姓名", help="新建这个人")
@click.option("--person", type=click.UUID, metavar="人员编号", help="给已有的人开户")
@click.option("--unit", metavar="单位", help="任职单位的全称或简称；没有时加 --create-unit")
@click.option("--create-unit", is_flag=True, help="单位不存在时新建")
@click.option("--title", metavar="岗位", help="在单位新建的岗位名称，如 系统管理员")
@click.option("--role", "roles", multiple=True, type=click.Choice(sorted(ROLES)), metavar="角色", help=ROLES_TOLD)
@configured
def add(house: House, settings: Settings, login: str, name: str | None, person: UUID | None, **post: object) -> None:
    """开户，显示一次性密码（7 天内首次登录时必须修改）。

    第一个管理员：zhiban user add admin --name 张三 --unit 信息中心 --create-unit --title 系统管理员 --role system_admin
    """
    if (name is None) == (person is None):
        raise click.UsageError("--name 和 --person 要给且只给一个")
    if bool(post["title"]) != bool(post["unit"]) or (post["roles"] and not post["title"]):
        raise click.UsageError("--unit、--title 要一起给，--role 跟着它们")

    async def work() -> None:
        async with opened(house, settings, "zhiban user add"):
            await _ensure_possible(login, person, {"name": name, **post})
            who, called = await _entered(name, person, post)
            made = await identity.create_account(SYSTEM, who, called, login)
        click.echo(f"已为 {called} 开户，登录名 {made.account.login}\n一次性密码（{ONCE}）：{made.one_time_password}")

    waiting(work())


async def _ensure_possible(login: str, person: UUID | None, post: dict[str, object]) -> None:
    """Before anything is made: what would stop the account must not leave a person and a post behind."""
    if await Account.exists(login=new_login(login)):
        raise Failure(f"登录名 {login} 已被使用，请换一个。")
    if person is not None and await Account.exists(person=person):
        raise Failure("此人已有账号，一人一号。重置密码用 zhiban user reset-password。")
    for what, most in NAMED.items():
        told = post[what]
        if told is not None and not (_ONE_LINE.search(str(told)) and len(str(told)) <= most):
            raise Failure(f"--{what} 须为 1 至 {most} 个字，不能只有空格，也不能换行。什么都没有改变。")
    if post["title"] and not post["create_unit"] and await _unit(str(post["unit"])) is None:
        raise Failure(f"没有名为“{post['unit']}”的单位，什么都没有改变。请核对名称，或加 --create-unit。")


async def _unit(name: str) -> Unit | None:
    return await Unit.filter(name=name).first() or await Unit.filter(short_name=name).first()


@verb
async def _entered(name: str | None, person: UUID | None, post: dict[str, object]) -> tuple[UUID, str]:
    """The person, entered if new, with the post: both or neither, for a post may be refused."""
    who, called = await _who(name, person)
    if post["title"]:
        await _appoint(who, post)
    return who, called


async def _who(name: str | None, person: UUID | None) -> tuple[UUID, str]:
    if name is not None:
        called = person_name(name)
        return await structure.add_person(SYSTEM, name=called), called
    found = await Person.get_or_none(id=person)
    if found is None:
        raise Failure(f"没有编号为 {person} 的人员。")
    return found.id, found.name


async def _appoint(person: UUID, post: dict[str, object]) -> None:
    name = str(post["unit"])
    found = await _unit(name)
    unit = found.id if found else await structure.add_unit(SYSTEM, name=name, kind="政府部门")
    roles = post["roles"]
    made = await structure.add_post(SYSTEM, unit, title=str(post["title"]), roles=roles if isinstance(roles, tuple) else ())
    await actions.appoint(SYSTEM, person, made)


@user.command("list")
@configured
def list_users(house: House, settings: Settings) -> None:
    """列出账号和它们的单位、岗位（代理的除外）。"""

    async def work() -> None:
        async with opened(house, settings):
            accounts = await Account.all().order_by("login")
            held = await _held([row.person for row in accounts])
            rows = [(row.login, row.name, _state(row), _posts(held.get(row.person, ())), f"{row.person}") for row in accounts]
        click.echo(table(("登录名", "姓名", "状态", "单位和岗位", "人员编号"), rows))
        click.echo(f"共 {len(rows)} 个账号", err=True)

    waiting(work())


async def _held(people: list[UUID]) -> dict[UUID, tuple[Holding, ...]]:
    """So many at a time: each is named twice in the query, and SQLite takes only so many."""
    found: dict[UUID, tuple[Holding, ...]] = {}
    for place in range(0, len(people), AT_ONCE):
        found |= await holdings_of_many(people[place : place + AT_ONCE])
    return found


def _state(row: Account) -> str:
    return "停用" if row.disabled_at else "待改密码" if row.must_change else "正常"


def _posts(held: tuple[Holding, ...]) -> str:
    own = (f"{one.unit_name}{one.section_name} {one.title}" for one in held if one.on_behalf_of is None)
    return "、".join(own) or "没有岗位"


@user.command("reset-password")
@click.argument("login", metavar="登录名")
@configured
def reset_password(house: House, settings: Settings, login: str) -> None:
    """重置密码，显示一次性密码；该账号的登录全部退出。"""

    async def work() -> None:
        async with opened(house, settings, "zhiban user reset-password"):
            account = await identity.find_account(login)
            secret = await identity.reset_password(SYSTEM, account.id)
        click.echo(f"{account.name}（{account.login}）的一次性密码（{ONCE}）：{secret}")

    waiting(work())


@user.command()
@click.argument("login", metavar="登录名")
@configured
def disable(house: House, settings: Settings, login: str) -> None:
    """停用账号：不能再登录，已有登录全部退出，设备密钥不能再签。"""
    waiting(_switch(house, settings, login, on=False))


@user.command()
@click.argument("login", metavar="登录名")
@configured
def enable(house: House, settings: Settings, login: str) -> None:
    """恢复已停用的账号。"""
    waiting(_switch(house, settings, login, on=True))


async def _switch(house: House, settings: Settings, login: str, *, on: bool) -> None:
    async with opened(house, settings, f"zhiban user {'enable' if on else 'disable'}"):
        account = await identity.find_account(login)
        await (identity.enable if on else identity.disable)(SYSTEM, account.id)
    click.echo(f"{account.name}（{account.login}）已{'恢复' if on else '停用'}")


@click.group(cls=Group)
def client() -> None:
    """接入方（县 OA 等其他系统）：登记、换密钥、停用。"""


@client.command("add")
@click.argument("name", metavar="名称")
@click.option("--scope", "scopes", multiple=True, required=True, metavar="权限", help="允许做什么，可多次给；写错会列出可用的")
@click.option("--uscc", default="", metavar="代码", help="接入单位的统一社会信用代码")
@click.option("--days", type=click.IntRange(1, 1095), default=365, show_default=True, metavar="天", help="密钥有效天数")
@click.option("--succeeds", type=click.UUID, default=None, metavar="编号", help="接替哪个接入方，原接入方随即停用")
@configured
def add_client(
    house: House, settings: Settings, name: str, scopes: tuple[str, ...], uscc: str, days: int, succeeds: UUID | None
) -> None:
    """登记接入方，显示它的密钥。"""

    async def work() -> None:
        async with opened(house, settings, "zhiban client add") as registry:
            _check_scopes(registry, scopes)
            alike = await IntegrationClient.filter(name=name, disabled_at=None)
            if any(one.id != succeeds for one in alike):
                raise Failure(f"已有名为“{name}”的接入方，没有再建。换密钥用 zhiban client rotate {name}。")
            found = await unit_by_uscc(uscc)
            made = await identity.create_client(
                SYSTEM, name, scopes, unit=found.id if found else None, unit_uscc=uscc, life=timedelta(days=days),
                succeeds=succeeds,
            )  # fmt: skip
        _show_key(made)

    waiting(work())


def _check_scopes(registry: Registry, scopes: tuple[str, ...]) -> None:
    known = {one.name: one.label for one in registry.permissions.values() if one.scope}
    if unknown := [scope for scope in scopes if scope not in known]:
        listed = "、".join(f"{name}（{label}）" for name, label in sorted(known.items()))
        raise Failure(f"没有这些接入权限：{'、'.join(unknown)}。可用的有：{listed or '无'}。")


def _show_key(made: Issued) -> None:
    client, key, secret = made
    click.echo(f"接入方 {client.name}（{client.id}）\n密钥（只显示这一次，有效到 {_moment(key.expires_at)}）：{secret}")


def _good(key: ClientKey) -> bool:
    return key.revoked_at is None and key.expires_at > clock.now()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


@client.command("list")
@configured
def list_clients(house: House, settings: Settings) -> None:
    """列出接入方和它们的密钥（不含密钥本身）。"""

    async def work() -> None:
        rows: list[tuple[object, ...]] = []
        async with opened(house, settings):
            for one in await IntegrationClient.all().order_by("name"):
                keys = [key for key in await identity.keys_of(one.id) if key.revoked_at is None]
                told = "、".join(_key_told(key.hint, key.expires_at) for key in keys)
                rows.append((one.name, "停用" if one.disabled_at else "正常", "、".join(one.scopes), told, one.id))
        click.echo(table(("名称", "状态", "权限", "密钥", "编号"), rows))

    waiting(work())


def _key_told(hint: str, end: datetime) -> str:
    return f"…{hint} 至 {end.astimezone(clock.SHANGHAI):%Y-%m-%d}" + ("（已过期）" if end <= clock.now() else "")


async def _client(told: str) -> IntegrationClient:
    """The client of that name or id; of several of one name the one that is not disabled. Raises Failure."""
    with contextlib.suppress(ValueError):
        if found := await IntegrationClient.get_or_none(id=UUID(told)):
            return found
    named = await IntegrationClient.filter(name=told).limit(20)
    if len(working := [one for one in named if one.disabled_at is None] or named) == 1:
        return working[0]
    if not working:
        raise Failure(f"没有名称或编号为“{told}”的接入方。用 zhiban client list 查看。")
    ids = "、".join(str(one.id) for one in working)
    raise Failure(f"有 {len(working)} 个接入方叫“{told}”，请改用编号：{ids}。")


@client.command()
@click.argument("told", metavar="名称或编号")
@click.option("--overlap", type=click.IntRange(0, 90), default=7, show_default=True, metavar="天", help="旧密钥继续有效的天数")
@click.option("--days", type=click.IntRange(1, 1095), metavar="天", help="新密钥有效天数（默认与旧密钥的一样长）")
@configured
def rotate(house: House, settings: Settings, told: str, overlap: int, days: int | None) -> None:
    """换密钥：发新密钥，最近的旧密钥再有效几天。"""

    async def work() -> None:
        async with opened(house, settings, "zhiban client rotate"):
            life = timedelta(days=days) if days else None
            made = await identity.rotate_key(SYSTEM, (await _client(told)).id, overlap=timedelta(days=overlap), life=life)
            old = [key for key in await identity.keys_of(made.client.id) if key.id != made.key.id and _good(key)]
        _show_key(made)
        click.echo("\n".join(f"旧密钥 …{key.hint} 有效到 {_moment(key.expires_at)}" for key in old) or "旧密钥都已失效")

    waiting(work())


@client.command("disable")
@click.argument("told", metavar="名称或编号")
@configured
def disable_client(house: House, settings: Settings, told: str) -> None:
    """停用接入方和它的全部密钥。"""

    async def work() -> None:
        async with opened(house, settings, "zhiban client disable"):
            found = await _client(told)
            await identity.disable_client(SYSTEM, found.id)
        click.echo(f"接入方 {found.name}（{found.id}）已停用")

    waiting(work())
