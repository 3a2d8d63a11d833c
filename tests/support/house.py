"""The whole house on one engine, in this process, without its background work: tests drain the outbox by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

import asgi
from office.kernel import clock
from office.kernel.modules import Registry, registry
from office.kernel.settings import Settings
from office.outbox.relay import drain
from tests.conftest import Engine


@dataclass(frozen=True)
class House:
    """An open application."""

    app: Starlette
    settings: Settings
    http: httpx.AsyncClient

    @property
    def registry(self) -> Registry:
        return registry()

    async def drain(self) -> int:
        """Deliver every event that is due by the (movable) clock; the number of deliveries."""
        return await drain()

    def client(self, token: str | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A client from an address, with a bearer token if given."""
        return _client(self.app, token, address)


def _client(app: Starlette, token: str | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 50000))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1", headers=headers)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """Open a house; the clock goes back to where it was."""
    app = asgi.create_app(settings, background=False)
    before = clock._shift
    async with app.router.lifespan_context(app), _client(app) as http:
        try:
            yield House(app, settings, http)
        finally:
            clock._shift = before


@pytest.fixture
async def house(engine: Engine, tmp_path: Path) -> AsyncIterator[House]:
    """The house, once on SQLite and once on PostgreSQL."""
    async with opened(Settings(data=str(tmp_path / "data"), database_url=engine.url)) as house:
        yield house


@pytest.fixture
async def database(house: House) -> House:
    """An open database with every manifest's tables; the house around it does no harm."""
    return house
