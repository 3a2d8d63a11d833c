"""The newest schema, for the templates that tests copy: from the models of this moment.

tests/office/kernel/test_schema.py proves that the migration steps make the same.
"""

import asyncio
from typing import Any

import asgi
from office.http.app import database_config
from office.kernel.database import connection, is_postgres, open_database
from office.kernel.modules import Registry
from office.kernel.schema import text_of
from office.kernel.settings import Settings


def create_schema(url: str) -> None:
    """Bring an empty database to the newest schema; called from a fixture, possibly inside a running loop's thread."""
    config = database_config(Settings(database_url=url), Registry(asgi.manifests()))
    asyncio.run(migrate(config, beside=True))


async def migrate(config: dict[str, Any], *, beside: bool = False) -> None:
    """Tables for the models of a configuration; what stands `beside` them (triggers, the search index) where all are there."""
    async with open_database(config) as context:
        await context.generate_schemas(safe=True)
        if beside:
            engine = "postgres" if is_postgres() else "sqlite"
            await connection().execute_script(text_of("office.migrations", "beside_models", engine))
