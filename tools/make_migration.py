"""`python -m tools.make_migration`: writes each app's 0001_initial from today's models; `--check` only compares.

Until the first release the first step is made anew whenever a model changes. After it, 0001 is history: changes then are
written by hand as the next number, and the drift test says when one is missing.
"""

import asyncio
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.utils import get_schema_sql

import asgi
from office.http.app import database_config
from office.kernel.modules import Registry
from office.kernel.schema import statements
from office.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
URLS = {"sqlite": "sqlite:///nowhere.db", "postgres": "postgres://nobody@localhost/nowhere"}
_TABLE = re.compile(r'^(?:CREATE TABLE|COMMENT ON (?:TABLE|COLUMN)|CREATE (?:UNIQUE )?INDEX "\w+" ON) "(\w+)"')


def configured(url: str) -> dict[str, Any]:
    """Tortoise's configuration of the whole house at an address."""
    return database_config(Settings(database_url=url), Registry(asgi.manifests()))


async def generated(engine: str) -> dict[str, str]:
    """The first step's text of each app, from the models, without any connection."""
    config = configured(URLS[engine])
    async with TortoiseContext() as context:
        await context.init(config=config)
        owner = {model._meta.db_table: app for app, models in (context.apps or {}).items() for model in models.values()}
        text = get_schema_sql(get_connection("default"), safe=False)
    found: dict[str, list[str]] = {app: [] for app in config["apps"]}
    for statement in separated(text):
        named = _TABLE.match(statement)
        if named is None:
            raise ValueError(f"whose is this: {statement}")
        found[owner[named[1]]].append(statement)
    return {app: "\n".join([*parts, *_beside(config, app, engine)]) + "\n" for app, parts in found.items() if parts}


def separated(text: str) -> Iterator[str]:
    """Statements as Tortoise writes them, each ending with a semicolon at a line's end."""
    for statement in statements(text):
        yield statement.strip()


def folder_of(config: Mapping[str, Any], app: str) -> Path:
    """Where an app's steps lie."""
    return ROOT / str(config["apps"][app]["migrations"]).replace(".", "/")


def _beside(config: Mapping[str, Any], app: str, engine: str) -> list[str]:
    path = folder_of(config, app) / f"beside_models.{engine}.sql"
    return [path.read_text("utf-8").strip()] if path.exists() else []


async def files() -> dict[Path, str]:
    """Every file of the first step, and what should stand in it."""
    wanted = {}
    for engine, url in URLS.items():
        config = configured(url)
        for app, text in (await generated(engine)).items():
            wanted[folder_of(config, app) / f"0001_initial.{engine}.sql"] = text
    return wanted


def outdated(wanted: Mapping[Path, str]) -> list[Path]:
    """The files that differ from the models of today."""
    return [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]


def main(arguments: list[str]) -> int:
    """Write, or with `--check` only look; 1 if a check finds a difference."""
    wanted = asyncio.run(files())
    changed = outdated(wanted)
    for path in changed:
        print(path.relative_to(ROOT))
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            if not (path.parent / "__init__.py").exists():
                (path.parent / "__init__.py").write_text('"""The schema, step by step, as SQL for each engine."""\n')
            path.write_text(wanted[path], "utf-8")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
