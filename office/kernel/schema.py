"""Bringing a database to the newest schema: numbered steps of plain SQL for each engine, applied once, in order.

A step is `<package>/migrations/NNNN_name.<sqlite|postgres>.sql` of an app's migration package. All steps due run in one
transaction with the rows of every table counted before and after, so a step that loses a row undoes everything. SQLite runs
with foreign_keys OFF: with them ON, rebuilding a parent table deletes the child rows (Tortoise 1.1.9's own `migrate` does).
The drivers are used bare: nothing here depends on the models of today.
"""

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Protocol

import asyncpg

Tell = Callable[[int, int], None]
"""How many statements are done, of how many."""

TABLE = "schema_step"
LOCK = 0x5A484942  # any constant: two migrations of one database at once must name the same
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
POSTGRES_TABLES = "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY name"
_DROPS = "-- may lose rows: "


class SchemaError(Exception):
    """The database cannot be brought up; the message is Chinese and says what to do. Nothing was changed."""


@dataclass(frozen=True)
class Step:
    """One step of one app for one engine. A first line `-- may lose rows: table, table` names what it is meant to empty."""

    app: str
    name: str
    text: str

    @property
    def title(self) -> str:
        """The name it is recorded under."""
        return f"{self.app}/{self.name}"

    @property
    def digest(self) -> str:
        """SHA-256 of its text, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def may_lose(self) -> frozenset[str]:
        """Tables whose rows it is meant to lose."""
        first = self.text.partition("\n")[0]
        named = first.removeprefix(_DROPS).split(",") if first.startswith(_DROPS) else ()
        return frozenset(name.strip() for name in named)


class _Database(Protocol):
    def split(self, text: str) -> Iterator[str]: ...
    async def run(self, text: str) -> None: ...
    async def rows(self, text: str) -> Sequence[Sequence[Any]]: ...
    async def note(self, step: Step) -> None: ...


async def migrate(config: Mapping[str, Any], tell: Tell = lambda done, of: None) -> list[str]:
    """Apply what is due to the database of a configuration (`tortoise_config`); the titles of the steps applied.

    `tell` hears after each statement how far it is; on SQLite in a thread. Raises SchemaError if a step fails, loses rows, or
    was changed after it was applied; then nothing has changed.
    """
    connection = config["connections"]["default"]
    if connection["engine"].endswith("sqlite"):
        return await asyncio.to_thread(_migrate_sqlite, connection["credentials"]["file_path"], steps(config, "sqlite"), tell)
    return await _migrate_postgres(connection["credentials"], steps(config, "postgres"), tell)


def steps(config: Mapping[str, Any], engine: str) -> list[Step]:
    """All steps for an engine, app by app, in the order of their numbers."""
    apps = [(app, described["migrations"]) for app, described in config["apps"].items() if "migrations" in described]
    return [step for app, package in apps for step in _steps_of(app, package, engine)]


def _steps_of(app: str, package: str, engine: str) -> Iterator[Step]:
    ending = f".{engine}.sql"
    for entry in sorted(files(package).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(ending) and entry.name[:4].isdigit():
            yield Step(app, entry.name.removesuffix(ending), entry.read_text("utf-8"))


def text_of(package: str, name: str, engine: str) -> str:
    """The SQL of a file of a migration package, for an engine."""
    return (files(package) / f"{name}.{engine}.sql").read_text("utf-8")


async def _bring_up(database: _Database, known: Sequence[Step], tables: str, tell: Tell) -> list[str]:
    """Inside a transaction that nobody else's migration shares."""
    await database.run(f"CREATE TABLE IF NOT EXISTS {TABLE} (title VARCHAR(160) PRIMARY KEY, digest VARCHAR(64) NOT NULL,"
                       " applied_at VARCHAR(40) NOT NULL)")  # fmt: skip
    applied = {str(row[0]): str(row[1]) for row in await database.rows(f"SELECT title, digest FROM {TABLE}")}  # noqa: S608
    before = await _counts(database, tables)
    _check_history(applied, known, before)
    due = [step for step in known if step.title not in applied]
    await _run(database, due, tell)
    _compare(before, await _counts(database, tables), due)
    return [step.title for step in due]


async def _run(database: _Database, due: Sequence[Step], tell: Tell) -> None:
    pieces = [(step, list(database.split(step.text))) for step in due]
    done, total = 0, sum(len(texts) for _, texts in pieces)
    for step, texts in pieces:
        for text in texts:
            await database.run(text)
            done += 1
            tell(done, total)
        await database.note(step)


def _check_history(applied: Mapping[str, str], known: Sequence[Step], present: Mapping[str, int]) -> None:
    titles = {step.title for step in known}
    if newer := sorted(title for title in applied if title not in titles and title.split("/")[0] in {s.app for s in known}):
        raise SchemaError(f"数据库已由更新的版本升级过（{'、'.join(newer)}），当前程序较旧。请安装新版本后再启动。")
    if changed := [step.title for step in known if applied.get(step.title, step.digest) != step.digest]:
        raise SchemaError(f"升级步骤 {'、'.join(changed)} 在执行之后被改动，不能继续。请用与数据库相同的发行版，或从备份恢复。")
    if not applied and present:
        raise SchemaError("数据库里已有数据表，但不是由升级步骤建立的（可能是发布前的试用库）。请改用空数据库，或从备份恢复。")


def _compare(before: Mapping[str, int], after: Mapping[str, int], due: Sequence[Step]) -> None:
    meant = {name for step in due for name in step.may_lose}
    lost = [f"{name}（{rows} → {after.get(name, 0)}）" for name, rows in before.items() if after.get(name, 0) < rows]
    if lost and not meant.issuperset(line.partition("（")[0] for line in lost):
        raise SchemaError(f"升级会丢失数据行：{'、'.join(lost)}。已全部撤销，数据库没有改变。")


async def _counts(database: _Database, tables: str) -> dict[str, int]:
    names = [str(row[0]) for row in await database.rows(tables) if row[0] != TABLE]
    return {name: int((await database.rows(f'SELECT COUNT(*) FROM "{name}"'))[0][0]) for name in names}  # noqa: S608


class _Sqlite:
    """The methods are coroutines only so that both engines share one way; they never wait for anything."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def split(self, text: str) -> Iterator[str]:
        return statements(text)  # executescript would commit first

    async def run(self, text: str) -> None:
        self.connection.execute(text)

    async def rows(self, text: str) -> Sequence[Sequence[Any]]:
        return self.connection.execute(text).fetchall()

    async def note(self, step: Step) -> None:
        now = "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')"
        self.connection.execute(f"INSERT INTO {TABLE} VALUES (?, ?, {now})", (step.title, step.digest))  # noqa: S608


def statements(text: str) -> Iterator[str]:
    """The single statements of a SQLite script; a trigger with its semicolons is one. Each begins on a line of its own."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def postgres_statements(text: str) -> Iterator[str]:
    """The statements of a PostgreSQL script, for telling how far it is; several in one piece do no harm, they run in order.

    A statement ends with a line's `;` outside quotes and dollar quotes.
    """
    statement = open_code = ""
    for line in text.splitlines(keepends=True):
        statement += line
        open_code += "" if line.lstrip().startswith("--") else line
        if line.rstrip().endswith(";") and not open_code.count("$$") % 2 and not open_code.count("'") % 2:
            yield statement
            statement = open_code = ""
    if statement.strip():
        yield statement


def _migrate_sqlite(path: str, known: Sequence[Step], tell: Tell) -> list[str]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("BEGIN EXCLUSIVE")
        applied = asyncio.run(_bring_up(_Sqlite(connection), known, SQLITE_TABLES, tell))
        if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
            raise SchemaError(f"升级后表 {broken[0]} 有指向不存在的行。已全部撤销，数据库没有改变。")
        connection.execute("COMMIT")
        return applied
    except sqlite3.Error as error:
        raise SchemaError(f"升级没有成功：{error}。已全部撤销，数据库没有改变。") from error
    finally:
        connection.close()  # rolls back what was not committed


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def split(self, text: str) -> Iterator[str]:
        return postgres_statements(text)

    async def run(self, text: str) -> None:
        await self.connection.execute(text)

    async def rows(self, text: str) -> Sequence[Sequence[Any]]:
        return list(await self.connection.fetch(text))

    async def note(self, step: Step) -> None:
        now = "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        await self.connection.execute(f"INSERT INTO {TABLE} VALUES ($1, $2, {now})", step.title, step.digest)  # noqa: S608


async def _migrate_postgres(credentials: Mapping[str, Any], known: Sequence[Step], tell: Tell) -> list[str]:
    options = {name: value for name, value in credentials.items() if name not in ("minsize", "maxsize")}
    connection = await asyncpg.connect(**options)
    try:
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            return await _bring_up(_Postgres(connection), known, POSTGRES_TABLES, tell)
    except asyncpg.exceptions.PostgresError as error:
        raise SchemaError(f"升级没有成功：{error}。已全部撤销，数据库没有改变。") from error
    finally:
        await connection.close()
