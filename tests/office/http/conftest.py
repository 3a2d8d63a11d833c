"""A small house behind the real door: a module with one route for each thing the door does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid5

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from office.audit.module import module as audit
from office.files.store import intake_folder
from office.http.app import create
from office.http.module import module as http
from office.kernel import clock
from office.kernel.actor import Actor, Origin
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Answer, Content, Cookie, Endpoint, Part, Upload
from office.kernel.modules import Module, Permission
from office.kernel.refusal import Conflict, Unauthenticated
from office.kernel.settings import Settings
from office.kernel.work import verb
from office.outbox.models import JobSlot
from office.outbox.module import module as outbox
from tests.conftest import Engine
from tests.support.tls import TLS

SPACE = UUID("0190aaaa-0000-7000-8000-000000000000")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    n: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=40)]
    lines: list[Line] = []
    at: UUID | None = None


class Said(msgspec.Struct, frozen=True):
    text: str


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    q: Annotated[str, msgspec.Meta(max_length=20)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


def _said(part: Part) -> bytes:
    with part.content.open() as file:
        return file.read()


@dataclass
class Fake:
    """What the routes did, and what they wait for."""

    ran: list[str] = field(default_factory=list)
    intake: list[int] = field(default_factory=list)
    in_clear: bool = True
    uploads: list[Upload] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    text: str = "甲" * 10
    refuse: bool = False

    @verb
    async def add(self, actor: Actor, input: Note) -> Said:
        self.ran.append(input.name)
        await JobSlot.create(name=f"{input.name}-{len(self.ran)}", next_at=clock.now())
        if self.refuse:
            raise Conflict("fake.refused", state="done")
        return Said(f"{input.name} {len(self.ran)}")

    async def read(self, actor: Actor, input: Search) -> Said:
        self.origins.append(actor.origin)
        return Said(self.text)

    async def one(self, actor: Actor, id: UUID, n: int, name: str) -> Said:
        return Said(f"{id} {n} {name}")

    async def send(self, actor: Actor, upload: Upload) -> Said:
        self.uploads.append(upload)
        lying = [path.read_bytes() for path in intake_folder().iterdir()]
        self.intake.append(len(lying))
        heads = [_said(part)[:64] for _, part in upload.files]
        self.in_clear = any(head in one for head in heads if head for one in lying)
        if self.refuse:
            raise Conflict("fake.refused", state="done")
        return Said(",".join(_said(part).decode("latin-1")[:20] for _, part in upload.files))

    async def receive(self, actor: Actor, upload: Upload, input: Note) -> Said:
        self.ran.append(input.name)
        return Said(f"{input.name} {len(upload.files)} {len(self.ran)}")

    async def enter(self, actor: Actor) -> Answer[Said]:
        return Answer(data=Said("in"), cookies=[Cookie(name="zhiban", value="person-a", max_age=60)])

    async def picture(self, actor: Actor) -> Content:
        return Content(media_type="text/html", body=b"<script>", filename="坏/../名.html", etag="d1", immutable=True)

    async def broken(self, actor: Actor) -> Said:
        raise RuntimeError("a secret of the inside")

    def module(self) -> Module:
        def route(method: str, path: str, run: object, permission: str = LOGGED_IN, **more: object) -> Endpoint:
            return Endpoint(method=method, path=path, permission=permission, run=run, summary="假", **more)  # type: ignore[arg-type]

        return Module(
            name="fake",
            texts={"fake.refused": "已经{state}。"},
            permissions=[Permission(name="fake.see", label="看假的", roles=frozenset({"clerk"}))],
            endpoints=[
                route("POST", "/notes", self.add, status=201), route("GET", "/notes", self.read),
                route("GET", "/things/{id}/{n}/{name}", self.one), route("POST", "/uploads", self.send),
                route("POST", "/papers", self.receive, form="note"),
                route("POST", "/entries", self.enter, PUBLIC), route("GET", "/pictures", self.picture, PUBLIC),
                route("GET", "/broken", self.broken), route("GET", "/guarded", self.read, "fake.see"),
                route("DELETE", "/notes", self.read),
            ],
        )  # fmt: skip


async def admit(token: str, origin: Origin) -> Actor:
    """Tokens say who they are; "dead" is no longer anybody."""
    if not token.startswith("person-"):
        raise Unauthenticated("http.log_in")
    allowed = frozenset({"fake.see"}) if token.endswith("-clerk") else frozenset()
    return Actor(kind="person", id=uuid5(SPACE, token), name=token, permissions=allowed, origin=origin)


@dataclass(frozen=True)
class Door:
    """The open application and its fake."""

    app: Starlette
    fake: Fake
    http: httpx.AsyncClient

    def client(self, token: str = "", address: str = "127.0.0.1", scheme: str = "http", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 5000), raise_app_exceptions=True)
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://office.test/api/v1", headers={**bearer, **headers})


@pytest.fixture
def overrides() -> dict[str, object]:
    """Settings a test module changes."""
    return {}


@pytest.fixture
async def door(engine: Engine, tmp_path: Path, overrides: dict[str, object]) -> AsyncIterator[Door]:
    """The door of a small house, on both engines."""
    settings = Settings(data=str(tmp_path / "data"), database_url=engine.url, **overrides)  # type: ignore[arg-type]
    fake = Fake()
    app = create(settings, [outbox, audit, http, fake.module()], admit, background=False)
    async with app.router.lifespan_context(app):
        made = Door(app, fake, httpx.AsyncClient(verify=TLS))
        async with made.client("person-a") as client:
            yield Door(app, fake, client)
        await made.http.aclose()
