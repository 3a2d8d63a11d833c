"""The tables of the running engine: which are missing, and how many rows each has."""

from tortoise.context import TortoiseContext

from office.kernel.database import fetch, is_postgres


async def present_tables() -> set[str]:
    """The tables that exist."""
    if is_postgres():
        rows = await fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()")
    else:
        rows = await fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    return {str(row["name"]) for row in rows}


def wanted_tables(context: TortoiseContext) -> set[str]:
    """The tables that the manifests' models need."""
    apps = context.apps or {}
    return {model._meta.db_table for app in apps.values() for model in app.values()}


async def missing_tables(context: TortoiseContext) -> list[str]:
    """Tables that a migration has still to make."""
    return sorted(wanted_tables(context) - await present_tables())


async def row_counts() -> dict[str, int]:
    """Rows by table, for every table that exists."""
    counts = {}
    for name in sorted(await present_tables()):
        quoted = name.replace('"', '""')
        rows = await fetch(f'SELECT COUNT(*) AS n FROM "{quoted}"')  # noqa: S608 - a name from the catalogue, quoted
        counts[name] = int(rows[0]["n"])
    return counts
