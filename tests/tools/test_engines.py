"""The private engines: fresh databases, both engines in one process, kill and restart, and nothing left behind."""

import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import redis
from tortoise import Tortoise, fields
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.exceptions import OperationalError
from tortoise.models import Model

from tests.conftest import Engine
from tests.support import engines, janitor

ROOT = Path(__file__).resolve().parents[2]


class Stone(Model):
    """A row with an insert and an update statement for the cache to keep."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(20)

    class Meta:
        table = "stone"


async def lay(url: str, connection: str) -> int:
    """Open the database under a connection name, insert, update and count stones."""
    apps = {"quarry": {"models": [__name__], "default_connection": connection}}
    await Tortoise.init(config={"connections": {connection: url}, "apps": apps})
    try:
        await Tortoise.generate_schemas(safe=True)
        stone = await Stone.create(name="granite")
        stone.name = "basalt"
        await stone.save()
        return await Stone.filter(name="basalt").count()
    finally:
        await Tortoise.close_connections()


async def test_each_test_gets_a_fresh_database(engine: Engine) -> None:
    assert engines.engine_name(engine.url) == engine.name
    assert await lay(engine.url, engine.name) == 1


async def test_both_engines_serve_one_process_in_turn(tmp_path: Path) -> None:
    cluster = engines.postgres()
    urls = [engines.sqlite_url(tmp_path / "a.db"), cluster.database()]
    counts = [await lay(url, engines.engine_name(url)) for url in urls + urls]
    assert counts == [1, 1, 2, 2]


async def test_one_connection_name_for_two_engines_is_the_trap(tmp_path: Path) -> None:
    assert await lay(engines.sqlite_url(tmp_path / "a.db"), "shared") == 1
    with pytest.raises(OperationalError, match="syntax error"):
        await lay(engines.postgres().database(), "shared")
    for key in [key for key in EXECUTOR_CACHE if key[0] == "shared"]:
        del EXECUTOR_CACHE[key]


@pytest.mark.engines("postgresql")
async def test_only_the_engine_named(empty_engine: Engine) -> None:
    connection = await asyncpg.connect(empty_engine.url)
    assert await connection.fetchval("SHOW server_encoding") == "UTF8"
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()


async def test_a_template_is_filled_once_and_copied() -> None:
    filled: list[str] = []
    cluster = engines.postgres()
    names = {cluster.template("counted", filled.append) for _ in range(3)}
    assert (len(names), len(filled)) == (1, 1)
    assert cluster.database(names.pop()) != cluster.database()


async def test_what_was_committed_survives_kill_9(durable_postgres: engines.Postgres) -> None:
    url = durable_postgres.database()
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SHOW fsync") == "on"
    await connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    durable_postgres.kill()
    connection.terminate()
    durable_postgres.start()
    again = await asyncpg.connect(url)
    assert await again.fetchval("SELECT n FROM kept") == 7
    await again.close()


async def test_nobody_enters_without_the_password() -> None:
    url = engines.postgres().url().replace("postgres:", "postgres:x", 2).replace("postgres:x//", "postgres://")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url)


def test_redis_is_emptied_for_each_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("a", "b")
        assert client.get("a") == b"b"
        engines.redis().flush()
        assert client.dbsize() == 0


def test_nothing_is_left_when_the_owner_is_killed() -> None:
    script = (
        "from tests.support import engines\n"
        "c = engines.postgres()\n"
        "print(c._folder.path, c._server._process.pid, c._folder._janitor.pid, flush=True)\n"
        "import signal, os; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The janitor holds the other end of our pipe until it has cleared up: reading to the end is waiting for it.
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    folder, server, _ = done.stdout.split()
    assert done.returncode == -9
    assert not Path(folder).exists()
    assert not janitor.alive(int(server))


def test_serve_prints_addresses_and_clears_up_on_ctrl_c() -> None:
    command = [sys.executable, "-m", "tests.support.engines", "--serve", "--fast"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert lines[0].startswith("ZHIBAN_DATABASE_URL=postgres://")
    assert lines[1].startswith("ZHIBAN_REDIS_URL=redis://")


def test_without_postgresql_the_apt_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.programs.postgres_bin", lambda: None)
    with pytest.raises(engines.EngineError, match="apt-get install -y --no-install-recommends postgresql"):
        engines.Postgres()
