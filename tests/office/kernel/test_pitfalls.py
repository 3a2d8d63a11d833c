"""The fourteen traps of the database layer, each closed. The numbers are those of docs/concurrency.md."""

import ast
import asyncio
import contextlib
import contextvars
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from office.http.models import KeptAnswer
from office.kernel import clock, work
from office.kernel.database import connection, execute, fetch, is_postgres, open_database
from office.kernel.ids import new_id
from office.kernel.schema import SchemaError, migrate
from office.kernel.sqlite import instant_text
from office.kernel.work import detach, savepoint, verb
from office.outbox.models import JobSlot
from tests.conftest import Engine
from tests.office.kernel.test_schema import config_of
from tests.support.house import House

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("office", "documents", "messaging", "supervision", "demo")


async def slot(name: str) -> None:
    await JobSlot.create(name=name, next_at=clock.now())


async def names() -> set[str]:
    return set(await JobSlot.all().values_list("name", flat=True))


@verb
async def write(name: str) -> None:
    await slot(name)


async def test_01_a_task_cancelled_in_begin_does_not_lock_the_house(house: House) -> None:
    async def whole(n: int) -> None:
        async with in_transaction("default"):
            await slot(f"cancelled{n}")

    for n in range(100):
        task = asyncio.create_task(whole(n))
        for _ in range(n % 5):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await asyncio.wait_for(write("after"), 20)
    assert "after" in await names()


async def test_01_a_bulk_write_cancelled_half_way_leaves_nothing_open(house: House) -> None:
    async def many(n: int) -> None:
        await JobSlot.bulk_create([JobSlot(name=f"{n}-{m}", next_at=clock.now()) for m in range(20)])

    for n in range(30):
        task = asyncio.create_task(many(n))
        for _ in range(n % 6):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await asyncio.wait_for(write("after"), 20)
    counts = {n: len([name for name in await names() if name.startswith(f"{n}-")]) for n in range(30)}
    assert set(counts.values()) <= {0, 20}


def test_03_no_index_hangs_on_a_column() -> None:
    """Indexes stand in Meta.indexes; the SQL of the steps has them (see test_schema)."""
    for path, call in calls():
        asked = {keyword.arg for keyword in call.keywords}
        if isinstance(call.func, ast.Attribute) and call.func.attr.endswith("Field"):
            assert not asked & {"db_index", "index"}, f"{path}:{call.lineno}"


def step_files(tmp_path: Path, name: str, engine: str, *texts: str) -> None:
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04}_step.{engine}.sql").write_text(text)


async def test_04_a_column_that_may_not_be_null_is_added_with_a_default_or_not_at_all(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are SQL: without its DEFAULT the step fails whole, with it the rows that are there have the value."""
    name, engine = f"adding_{empty_engine.name}", "sqlite" if empty_engine.name == "sqlite" else "postgres"
    config = config_of(empty_engine.url)
    config["apps"] = {"toy": {"models": [], "default_connection": "default", "migrations": name}}
    monkeypatch.syspath_prepend(str(tmp_path))
    room = "CREATE TABLE room (id INT PRIMARY KEY);\nINSERT INTO room VALUES (1);\n"
    step_files(tmp_path, name, engine, room)
    await migrate(config)
    step_files(tmp_path, name, engine, room, "CREATE TABLE beside (id INT);\nALTER TABLE room ADD COLUMN seats INT NOT NULL;\n")
    with pytest.raises(SchemaError, match="没有成功"):
        await migrate(config)
    async with open_database(config_of(empty_engine.url)):
        assert await fetch("SELECT * FROM room") == [{"id": 1}]
        with pytest.raises(OperationalError):
            await fetch("SELECT * FROM beside")
    step_files(tmp_path, name, engine, room, "ALTER TABLE room ADD COLUMN seats INT NOT NULL DEFAULT 7;\n")
    assert await migrate(config) == ["toy/0002_step"]
    async with open_database(config_of(empty_engine.url)):
        assert await fetch("SELECT * FROM room") == [{"id": 1, "seats": 7}]


async def test_05_background_work_writes_nothing_into_anothers_transaction(house: House) -> None:
    ready, seen = asyncio.Event(), asyncio.Event()
    started: list[asyncio.Task[None]] = []

    async def background() -> None:
        await ready.wait()
        await write("background")
        seen.set()

    @verb
    async def foreground() -> None:
        await slot("foreground")
        started.append(detach(background()))
        ready.set()
        raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        await foreground()
    await asyncio.wait_for(seen.wait(), 20)
    await started[0]
    assert await names() == {"background"}


@pytest.mark.engines("sqlite")
async def test_06_a_second_writing_process_is_waited_for(house: House, engine: Engine) -> None:
    """BEGIN IMMEDIATE: the wait is at the beginning, where nothing has been read yet."""
    held, release = threading.Event(), threading.Event()

    def other_process() -> None:
        other = sqlite3.connect(engine.url.removeprefix("sqlite://"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO outbox_job (name, next_at, last_error) VALUES ('other', '2026-01-01 00:00:00+00:00', '')")
        held.set()
        release.wait()
        other.execute("COMMIT")
        other.close()

    @verb
    async def read_then_write() -> int:
        found = await JobSlot.all().count()
        await slot("ours")
        return found

    thread = threading.Thread(target=other_process)
    thread.start()
    await asyncio.to_thread(held.wait)
    ours = asyncio.create_task(read_then_write())
    assert await names() == set()  # a read of our own process goes on meanwhile
    release.set()
    assert await ours == 1  # it began after the other's commit, so it saw it
    await asyncio.to_thread(thread.join)
    assert await names() == {"ours", "other"}


@pytest.mark.engines("sqlite")
async def test_06_busy_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    @verb
    async def busy_once() -> None:
        tries.append(1)
        await slot("row")
        if len(tries) < 3:
            raise OperationalError("database is locked")

    await busy_once()
    assert len(tries) == 3
    assert await names() == {"row"}


@pytest.mark.engines("sqlite")
async def test_06_busy_at_begin_is_the_error_that_is_tried_again(house: House, engine: Engine) -> None:
    other = sqlite3.connect(engine.url.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await connection().execute_query("PRAGMA busy_timeout=1")
    with pytest.raises(OperationalError, match="locked") as caught:
        async with in_transaction("default"):
            await slot("never")
    assert work._worth_retrying(caught.value)
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.engines("sqlite")
async def test_07_a_slow_read_does_not_hold_a_point_read_or_a_write(house: House) -> None:
    slow = asyncio.create_task(
        fetch("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT COUNT(*) AS n FROM n")
    )
    await asyncio.sleep(0)
    assert await fetch("SELECT 1 AS one") == [{"one": 1}]
    await write("row")
    assert not slow.done()
    assert await slow == [{"n": 2_000_000}]


@pytest.mark.engines("sqlite")
async def test_07_a_write_behind_a_with_goes_to_the_writer(house: House) -> None:
    await write("row")
    assert await fetch(
        "WITH x AS (SELECT 'row' AS name) DELETE FROM outbox_job WHERE name IN (SELECT name FROM x) RETURNING name"
    )
    assert await names() == set()


async def test_08_read_modify_write_loses_nothing(house: House) -> None:
    await KeptAnswer.create(id="n", fingerprint="f", at=clock.now())
    inside = 0

    @verb
    async def add() -> None:
        nonlocal inside
        row = await KeptAnswer.filter(id="n").select_for_update().get()
        inside += 1
        assert inside == 1  # the barrier between decide and write: nobody else is past the lock
        await asyncio.sleep(0)
        row.status += 1
        await row.save(update_fields=["status"])
        inside -= 1

    await asyncio.gather(*(add() for _ in range(20)))
    assert (await KeptAnswer.get(id="n")).status == 20


@pytest.mark.engines("postgresql")
async def test_08_without_the_lock_the_same_race_is_real(house: House) -> None:
    """The counter-example: two readers meet at a barrier, and one update is lost."""
    await KeptAnswer.create(id="n", fingerprint="f", at=clock.now())
    both = asyncio.Barrier(2)

    @verb
    async def add() -> None:
        row = await KeptAnswer.get(id="n")
        await both.wait()
        row.status += 1
        await row.save(update_fields=["status"])

    await asyncio.gather(add(), add())
    assert (await KeptAnswer.get(id="n")).status == 1


def calls() -> list[tuple[Path, ast.Call]]:
    found = []
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            found += [(path, node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return found


#: Pictures and drawing surfaces are saved there, no rows: nothing in them knows a model.
NO_ROWS = (ROOT / "office/files/rendering", ROOT / "office/files/ofd", ROOT / "office/papers")


def saves_every_column(call: ast.Call) -> bool:
    """Whether it is a `.save` of a row, on whatever it is called, that names no columns."""
    named = {keyword.arg for keyword in call.keywords} & {"update_fields", "force_create"}
    return isinstance(call.func, ast.Attribute) and call.func.attr == "save" and not named


def test_09_save_names_its_columns() -> None:
    """`.save()` of a whole row overwrites what another wrote; new rows are made with create or force_create."""
    for path, call in calls():
        if not any(path.is_relative_to(folder) for folder in NO_ROWS):
            assert not saves_every_column(call), f"{path}:{call.lineno} saves every column"


def test_09_where_pictures_are_saved_no_row_is_known() -> None:
    for folder in NO_ROWS:
        for path in folder.rglob("*.py"):
            told = path.read_text("utf-8")
            assert "tortoise" not in told, path
            assert ".models" not in told, path


@pytest.mark.parametrize("text", ["row.save()", "self.row.save()", "rows[0].save()", "(await Row.get(id=1)).save()",
                                  "row.save(using_db)", "make().save(using_db=db)"])  # fmt: skip
def test_09_the_scan_finds_a_save_on_anything(text: str) -> None:
    [call] = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and "save" in ast.unparse(node.func)]
    assert saves_every_column(call)


async def test_09_a_stale_copy_overwrites_only_what_it_names(house: House) -> None:
    await KeptAnswer.create(id="n", fingerprint="f", at=clock.now())
    one, two = await KeptAnswer.get(id="n"), await KeptAnswer.get(id="n")
    one.status, two.fingerprint = 7, "g"
    await one.save(update_fields=["status"])
    await two.save(update_fields=["fingerprint"])
    await KeptAnswer.filter(id="n").update(status=F("status") + 1)
    row = await KeptAnswer.get(id="n")
    assert (row.status, row.fingerprint) == (8, "g")


async def test_10_an_integrity_error_in_a_savepoint_fails_alone(house: House) -> None:
    @verb
    async def twice() -> None:
        await slot("row")
        with pytest.raises(IntegrityError):  # noqa: PT012
            async with savepoint():
                await slot("gone with it")
                await slot("row")
        await slot("after")

    await twice()
    assert await names() == {"row", "after"}


async def test_11_update_returning_gives_its_rows(house: House) -> None:
    await write("row")
    assert await fetch("UPDATE outbox_job SET last_error = ? WHERE name = ? RETURNING name, last_error", "x", "row") == [
        {"name": "row", "last_error": "x"}
    ]


async def test_11_counts_of_changed_rows_are_true(house: House) -> None:
    claim = "INSERT INTO outbox_job (name, next_at, last_error) VALUES (?, ?, '') ON CONFLICT (name) DO NOTHING"
    assert [await execute(claim, "row", clock.now()), await execute(claim, "row", clock.now())] == [1, 0]
    assert await execute("UPDATE outbox_job SET last_error = 'x' WHERE name = 'row'") == 1
    assert await execute("DELETE FROM outbox_job WHERE name = 'other'") == 0


async def test_12_a_task_without_context_sees_the_database(house: House) -> None:
    task = asyncio.create_task(write("row"), context=contextvars.Context())
    await task
    assert await asyncio.create_task(names(), context=contextvars.Context()) == {"row"}


async def test_13_the_cache_of_sql_is_emptied_between_engines(empty_engine: Engine) -> None:
    EXECUTOR_CACHE[("default", None, None)] = ("stale",)  # type: ignore[index,assignment]
    async with open_database(config_of(empty_engine.url)):
        assert ("default", None, None) not in EXECUTOR_CACHE
        assert await fetch("SELECT CAST(? AS VARCHAR(9)) AS said", "x") == [{"said": "x"}]


@pytest.mark.engines("sqlite")
async def test_14_pragmas_are_the_safe_ones(house: House) -> None:
    found = {}
    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
        _, rows = await connection().execute_query(f"PRAGMA {name}")
        found[name] = rows[0][0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


async def test_instants_have_one_form_however_written(house: House) -> None:
    """The ORM, raw SQL and a whole second: the same text on SQLite, so order and equality hold."""
    whole = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    await JobSlot.create(name="orm", next_at=whole)
    await execute("INSERT INTO outbox_job (name, next_at, last_error) VALUES (?, ?, '')", "raw", whole)
    assert await JobSlot.filter(next_at=whole).count() == 2
    assert len(await fetch("SELECT name FROM outbox_job WHERE next_at = ?", whole)) == 2
    if not is_postgres():
        assert {row["next_at"] for row in await fetch("SELECT next_at FROM outbox_job")} == {instant_text(whole)}


def test_ids_sort_by_creation() -> None:
    made = [new_id() for _ in range(200)]
    assert made == sorted(made)
    assert all(isinstance(one, UUID) and one.version == 7 for one in made)
