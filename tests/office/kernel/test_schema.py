"""The migration steps: they make what the models mean, once, whole or not at all; the trail cannot be changed."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tortoise.exceptions import BaseORMException

import asgi
from office.http.app import database_config
from office.kernel.database import connection, execute, fetch, is_postgres, open_database
from office.kernel.modules import Registry
from office.kernel.schema import SchemaError, migrate, statements, steps
from office.kernel.settings import Settings
from tests.conftest import Engine
from tests.support.house import House
from tests.support.schema import migrate as from_models
from tools.make_migration import files, outdated


def config_of(url: str) -> dict[str, Any]:
    return database_config(Settings(database_url=url), Registry(asgi.manifests()))


async def described(config: dict[str, Any]) -> set[tuple[object, ...]]:
    """Tables, columns, indexes, uniques, foreign keys and triggers, as the engine itself tells them."""
    async with open_database(config):
        if is_postgres():
            columns = await fetch(
                "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
                " FROM information_schema.columns WHERE table_schema = current_schema()"
            )
            indexes = await fetch(
                "SELECT tablename AS table_name, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            )
            rules = await fetch(
                "SELECT conrelid::regclass::text AS table_name, conname, pg_get_constraintdef(oid) AS told FROM pg_constraint"
                " WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0"
            )
            triggers = await fetch(
                "SELECT event_object_table AS table_name, trigger_name, event_manipulation FROM information_schema.triggers"
            )
            rows = [*columns, *indexes, *rules, *triggers]
        else:
            rows = await fetch(
                "SELECT tbl_name AS table_name, type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_seq%'"
            )
    return {tuple(row.values()) for row in rows if row["table_name"] != "schema_step"}


async def test_committed_steps_are_what_the_models_mean() -> None:
    """The drift test: `python -m tools.make_migration` (make migration) mends it before the first release."""
    assert outdated(await files()) == []


async def test_migrating_an_empty_database_equals_the_models(empty_engine: Engine, tmp_path: Path) -> None:
    config = config_of(empty_engine.url)
    applied = await migrate(config)
    assert applied == ["office/0001_initial", "documents/0001_initial"]
    migrated = await described(config)
    if empty_engine.name == "sqlite":
        other = config_of(f"sqlite://{tmp_path / 'models.db'}")
    else:
        await _empty(config)
        other = config
    await from_models(other, beside=True)
    assert migrated == {_plain(row) for row in await described(other)}


async def _empty(config: dict[str, Any]) -> None:
    async with open_database(config):
        await connection().execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(cell.replace("CREATE TABLE IF NOT EXISTS", "CREATE TABLE") if isinstance(cell, str) else cell for cell in row)


async def test_a_second_run_does_nothing(empty_engine: Engine) -> None:
    config = config_of(empty_engine.url)
    await migrate(config)
    assert await migrate(config) == []


def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, engine: str, *texts: str) -> None:
    """Write numbered steps into a migration package of that name."""
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04}_step.{engine}.sql").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))


def small(engine: Engine, name: str) -> tuple[dict[str, Any], str]:
    config = config_of(engine.url)
    config["apps"] = {"toy": {"models": [], "default_connection": "default", "migrations": name}}
    return config, "sqlite" if engine.name == "sqlite" else "postgres"


TOY = "CREATE TABLE room (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL);\n"
CHILD = "CREATE TABLE message (id INT PRIMARY KEY, room INT NOT NULL REFERENCES room (id) ON DELETE CASCADE);\n"
FILL = "INSERT INTO room VALUES (1, '甲');\nINSERT INTO message VALUES (1, 1);\nINSERT INTO message VALUES (2, 1);\n"


async def test_a_step_that_loses_rows_is_undone(empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, engine = small(empty_engine, f"losing_{empty_engine.name}")
    package(tmp_path, monkeypatch, f"losing_{empty_engine.name}", engine, TOY + CHILD + FILL)
    await migrate(config)
    package(tmp_path, monkeypatch, f"losing_{empty_engine.name}", engine, TOY + CHILD + FILL,
            "CREATE TABLE made (id INT);\nDELETE FROM message WHERE id = 2;\n")  # fmt: skip
    with pytest.raises(SchemaError, match=r"message（2 → 1）"):
        await migrate(config)
    async with open_database(config_of(empty_engine.url)):
        assert (await fetch("SELECT COUNT(*) AS n FROM message"))[0]["n"] == 2
        with pytest.raises(BaseORMException):
            await fetch("SELECT * FROM made")


async def test_a_failing_step_leaves_nothing(empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, engine = small(empty_engine, f"failing_{empty_engine.name}")
    package(tmp_path, monkeypatch, f"failing_{empty_engine.name}", engine, TOY, "CREATE TABLE room (id INT);\n")
    with pytest.raises(SchemaError, match="没有成功"):
        await migrate(config)
    async with open_database(config_of(empty_engine.url)):
        with pytest.raises(BaseORMException):
            await fetch("SELECT * FROM room")


async def test_a_changed_step_and_a_foreign_database_are_refused(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"changed_{empty_engine.name}"
    config, engine = small(empty_engine, name)
    package(tmp_path, monkeypatch, name, engine, TOY)
    await migrate(config)
    package(tmp_path, monkeypatch, name, engine, TOY + CHILD)
    with pytest.raises(SchemaError, match="被改动"):
        await migrate(config)
    async with open_database(config_of(empty_engine.url)):
        await execute("DELETE FROM schema_step")
    with pytest.raises(SchemaError, match="不是由升级步骤建立"):
        await migrate(config)


async def test_a_newer_database_is_refused(empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"newer_{empty_engine.name}"
    config, engine = small(empty_engine, name)
    package(tmp_path, monkeypatch, name, engine, TOY, CHILD)
    await migrate(config)
    (tmp_path / name / f"0002_step.{engine}.sql").unlink()
    with pytest.raises(SchemaError, match="更新的版本"):
        await migrate(config)


@pytest.mark.engines("sqlite")
async def test_rebuilding_a_parent_keeps_its_children(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pitfall 2: with foreign_keys ON the DROP TABLE would cascade."""
    config, engine = small(empty_engine, "rebuilt")
    rebuild = (
        "CREATE TABLE room_new (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL);\n"
        "INSERT INTO room_new SELECT id, name FROM room;\nDROP TABLE room;\nALTER TABLE room_new RENAME TO room;\n"
    )
    package(tmp_path, monkeypatch, "rebuilt", engine, TOY + CHILD + FILL, rebuild)
    await migrate(config)
    with sqlite3.connect(empty_engine.url.removeprefix("sqlite://")) as plain:
        assert plain.execute("SELECT COUNT(*) FROM message").fetchone() == (2,)
        assert "80" in plain.execute("SELECT sql FROM sqlite_master WHERE name = 'room'").fetchone()[0]
    plain.close()


@pytest.mark.parametrize("table", ["audit_entry", "flow_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET actor = 'nobody'", "DELETE FROM {}"])
async def test_the_trail_is_append_only(house: House, table: str, change: str) -> None:
    rows = {
        "audit_entry": "INSERT INTO audit_entry (id, at, action, subject, outcome, actor, actor_name, post, on_behalf_of,"
        " unit, session, device, address, request, facts, digest, mac)"
        " VALUES ('0190aaaa-0000-7000-8000-000000000001', '2026-01-01 00:00:00+00:00',"
        " 'x.y', 'x:1', 'done', 'system', '', '', '', '', '', '', '', '', '{}', 'd', 'm')",
        "flow_entry": "INSERT INTO flow_entry (id, case_id, n, at, actor, command)"
        " VALUES ('0190aaaa-0000-7000-8000-000000000002',"
        " '0190aaaa-0000-7000-8000-000000000003', 1, '2026-01-01 00:00:00+00:00', 'system', '{}')",
    }
    await connection().execute_script(rows[table])
    with pytest.raises(Exception, match="append-only"):
        await execute(change.format(table))
    assert (await fetch(f"SELECT COUNT(*) AS n FROM {table} WHERE actor = 'system'"))[0]["n"] == 1


@pytest.mark.engines("postgresql")
async def test_the_trail_cannot_be_truncated(house: House) -> None:
    for table in ("audit_entry", "flow_entry"):
        with pytest.raises(Exception, match="append-only"):
            await connection().execute_script(f"TRUNCATE {table}")


async def test_indexes_of_every_model_stand_in_the_steps() -> None:
    """Pitfall 3: an index that a column asks for would be forgotten; every model's Meta.indexes is in the SQL."""
    config = config_of("sqlite:///nowhere.db")
    text = "".join(step.text for step in steps(config, "sqlite"))
    async with open_database(config_of("sqlite:///:memory:")) as context:
        for models in (context.apps or {}).values():
            for model in models.values():
                assert not [
                    name for name, field in model._meta.fields_map.items() if field.index and not field.unique and not field.pk
                ]
                made = text.count(f'ON "{model._meta.db_table}" (')
                assert made >= len(model._meta.indexes), model._meta.db_table


def test_statements_are_split_whole() -> None:
    script = "CREATE TABLE a (x INT);\nCREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT 1; SELECT 2; END;\nSELECT 3"
    assert [part.strip() for part in statements(script)] == script.split("\n")
