"""Identity behind its real HTTP door, without the rest of the house, on both engines."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette

from office import identity
from office.audit.models import AuditEntry
from office.audit.module import module as audit_module
from office.http.app import create, database_config
from office.http.module import module as http_module
from office.identity import hashing
from office.identity.hashing import Cost
from office.identity.models import Account
from office.identity.module import module as identity_module
from office.kernel import clock, settings
from office.kernel.actor import SYSTEM, Actor, Origin
from office.kernel.modules import Module, Permission, Registry
from office.kernel.settings import Settings
from office.kernel.work import finish_running
from office.outbox.models import RecordedEvent
from office.outbox.module import module as outbox_module
from tests.support import engines
from tests.support.schema import migrate

PASSWORD = "Qiu-shui-2026"
OTHER = "Chang-tian-88"
LAPTOP = "203.0.113.7"

#: A module with a permission that is open to integration clients.
EXCHANGE = Module(name="trial", permissions=[Permission(name="trial.push", label="推送", scope=True)])
MANIFESTS = [outbox_module, audit_module, http_module, identity_module, EXCHANGE]


async def admit(token: str, origin: Origin) -> Actor:
    """Who a token is, here without posts."""
    return await identity.authenticate(token, origin)


@dataclass
class Door:
    """The open application, and short ways in."""

    app: Starlette
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, token: str | None = None, address: str = LAPTOP) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 40000))
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1", headers=headers)
        self.clients.append(client)
        return client

    async def account(self, login: str, **options: Any) -> Account:
        person = options.pop("person", uuid4())
        made = await identity.create_account(
            SYSTEM, person, options.pop("name", "林晓雨"), login, password=PASSWORD, must_change=False, **options
        )
        return made.account

    async def tries(self, login: str, password: str = PASSWORD, address: str = LAPTOP, **more: Any) -> httpx.Response:
        return await self.client(address=address).post("/sessions", json={"account": login, "password": password, **more})

    async def signed_in(self, login: str, **more: Any) -> httpx.AsyncClient:
        """A client of an app with a session of its own."""
        answer = await self.tries(login, client="app", **more)
        assert answer.status_code == 201, answer.text
        client = self.client(answer.json()["token"])
        client.headers["X-Session"] = answer.json()["session"]["id"]
        return client

    async def fresh(self, login: str) -> httpx.AsyncClient:
        """Like `signed_in`, with the password given again just now."""
        client = await self.signed_in(login)
        answer = await client.post("/reauthentications", json={"password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def events(self, name: str) -> list[dict[str, Any]]:
        return [row.payload for row in await RecordedEvent.filter(name=name).order_by("seq")]

    async def trail(self, action: str, outcome: str = "done") -> list[AuditEntry]:
        return await AuditEntry.filter(action=action, outcome=outcome).order_by("id")


def session_of(client: httpx.AsyncClient) -> UUID:
    return UUID(client.headers["X-Session"])


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with hashing.cost_for_test(Cost(memory=8, passes=1, lanes=1)):
        yield


def fill(url: str) -> None:
    asyncio.run(migrate(database_config(Settings(database_url=url), Registry(MANIFESTS))))


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("identity") / "template.db"
    fill(engines.sqlite_url(path))
    return path


@pytest.fixture
def url(engine_kind: str, tmp_path: Path, sqlite_file: Path) -> Iterator[str]:
    """A fresh database with these manifests' tables only."""
    if engine_kind == "sqlite":
        yield engines.sqlite_url(Path(shutil.copyfile(sqlite_file, tmp_path / "zhiban.db")))
        return
    cluster = engines.postgres()
    url = cluster.database(cluster.template("identity", fill))
    yield url
    cluster.drop(url)


@pytest.fixture
async def door(url: str, tmp_path: Path) -> AsyncIterator[Door]:
    config = Settings(data=str(tmp_path / "data"), database_url=url)
    before = clock._shift
    app = create(config, MANIFESTS, admit, background=False)
    async with app.router.lifespan_context(app):
        opened = Door(app)
        yield opened
        for client in opened.clients:
            await client.aclose()
        await finish_running()
    clock._shift = before
    settings.use(Settings())


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
