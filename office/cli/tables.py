"""The tables of the running engine: what is still to be migrated, and how many rows each has."""

from collections.abc import Mapping
from typing import Any

from tortoise.context import TortoiseContext

from office.kernel.database import fetch, is_postgres
from office.kernel.schema import POSTGRES_TABLES, SQLITE_TABLES, TABLE, steps


async def present_tables() -> set[str]:
    """The tables that exist."""
    return {str(row["name"]) for row in await fetch(POSTGRES_TABLES if is_postgres() else SQLITE_TABLES)}


def wanted_tables(context: TortoiseContext) -> set[str]:
    """The tables that the manifests' models need."""
    apps: Any = context.apps or {}
    return {model._meta.db_table for app in apps.values() for model in app.values()}


async def pending(context: TortoiseContext, config: Mapping[str, Any]) -> list[str]:
    """What `zhiban migrate` has still to do: steps not applied, else tables that are missing."""
    present = await present_tables()
    applied = {str(row["title"]) for row in await fetch(f"SELECT title FROM {TABLE}")} if TABLE in present else set()  # noqa: S608
    due = [step.title for step in steps(config, "postgres" if is_postgres() else "sqlite") if step.title not in applied]
    return due or sorted(wanted_tables(context) - present)


async def row_counts() -> dict[str, int]:
    """Rows by table, for every table that exists."""
    counts = {}
    for name in sorted(await present_tables()):
        quoted = name.replace('"', '""')
        rows = await fetch(f'SELECT COUNT(*) AS n FROM "{quoted}"')  # noqa: S608 - a name from the catalogue, quoted
        counts[name] = int(rows[0]["n"])
    return counts
