"""Bringing a database to the newest schema."""

from typing import Any

from office.kernel.database import open_database


async def migrate(config: dict[str, Any]) -> None:
    """Create what is missing."""
    async with open_database(config) as context:
        await context.generate_schemas(safe=True)
