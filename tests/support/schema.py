"""The newest schema, for the templates that tests copy."""

import asyncio

import asgi
from office.http.app import database_config
from office.kernel.modules import Registry
from office.kernel.schema import migrate
from office.kernel.settings import Settings


def create_schema(url: str) -> None:
    """Bring an empty database to the newest schema; called from a fixture, possibly inside a running loop's thread."""
    config = database_config(Settings(database_url=url), Registry(asgi.manifests()))
    asyncio.run(migrate(config))
