"""`zhiban audit` as an operator types it: a head kept outside, the trail verified, a tampered one and a restored one told."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import Engine
from tests.demo.conftest import environment, zhiban
from tests.support import engines
from tests.support.forked import Running

Run = Callable[..., tuple[int, str]]
GUARDS = {"sqlite": "DROP TRIGGER audit_entry_no_update", "postgresql": "DROP TRIGGER audit_entry_append_only ON audit_entry"}


@pytest.fixture
def run(empty_engine: Engine, tmp_path: Path) -> Run:
    def said(*words: str) -> tuple[int, str]:
        done = zhiban(*words, "--data", str(tmp_path / "data"), env=environment(empty_engine.url))
        return done.returncode, done.stdout + done.stderr

    assert said("migrate")[0] == 0
    return said


def served_until_sealed(engine: Engine, tmp_path: Path) -> None:
    """Serve until nothing waits: the job seals once a minute, and a minute is taken to have passed since it did."""
    waits = "SELECT COUNT(*) FROM audit_pending"
    sql(engine, "DELETE FROM outbox_job WHERE name = 'signing.seal_trail'")
    with (tmp_path / "serve.log").open("ab") as log:
        words = ["serve", "--port", "0", "--data", str(tmp_path / "data")]
        process = Running(words, environment(engine.url), log.fileno(), log.fileno())
    try:
        until = time.monotonic() + 90
        while sql(engine, waits):
            assert process.poll() is None, (tmp_path / "serve.log").read_text()[-2000:]
            assert time.monotonic() < until, "not sealed in 90 s"
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(30)


def sql(engine: Engine, *statements: str) -> int:
    """What somebody does who owns the database; the first value of the last statement, if it is a count."""

    async def on_postgres() -> None:
        connection = await asyncpg.connect(engine.url)
        try:
            found.extend([await connection.fetchval(one) for one in statements])
        finally:
            await connection.close()

    found: list[int | None] = []
    if engine.name == "postgresql":
        engines.apart(on_postgres())
    else:
        with closing(sqlite3.connect(engine.url.removeprefix("sqlite://"))) as connection, connection:
            for one in statements:
                row = connection.execute(one).fetchone()
                found.append(row[0] if row else None)
    return found[-1] or 0


def test_from_the_first_head_to_an_altered_row(run: Run, empty_engine: Engine, tmp_path: Path) -> None:
    code, said = run("audit", "head")
    assert (code, "还没有封存过" in said) == (1, True)
    code, said = run("audit", "verify")
    assert (code, "还没有封存过" in said) == (0, True)
    post = ("--unit", "信息中心", "--create-unit", "--title", "系统管理员", "--role", "system_admin")
    assert run("user", "add", "zhangsan", "--name", "张三", *post)[0] == 0
    assert "操作日志封存：还没有封存过" in run("doctor")[1]
    served_until_sealed(empty_engine, tmp_path)
    assert "[好] 操作日志封存" in run("doctor")[1]
    kept = tmp_path / "head.json"
    code, said = run("audit", "head", "--out", str(kept))
    assert (code, "封存批次：第 1 批" in said) == (0, True), said
    assert run("audit", "head", "--out", str(kept))[0] == 1, "a head is never overwritten"
    assert json.loads(run("audit", "head", "--json")[1]) == json.loads(kept.read_text())
    assert run("client", "add", "某系统", "--scope", "documents.push")[0] == 0
    served_until_sealed(empty_engine, tmp_path)
    code, said = run("audit", "verify", "--head", str(kept))
    assert (code, "没有发现改动" in said, "相符" in said) == (0, True, True), said
    code, said = run("audit", "verify", "--from", str(kept))
    assert (code, "没有发现改动" in said, "的总摘要与凭证一致" in said) == (0, True, True), said
    assert run("audit", "verify", "--from", str(kept), "--head", str(kept))[0] == 1, "it would not look at that head"
    broken = tmp_path / "broken.json"
    broken.write_text(kept.read_text().replace('\\"batch\\":1', '\\"batch\\":2'))
    code, said = run("audit", "verify", "--head", str(broken))
    assert (code, "签名核对不通过" in said) == (1, True), said
    sql(
        empty_engine,
        GUARDS[empty_engine.name],
        "UPDATE audit_entry SET actor_name = '某人' WHERE action = 'identity.create_client'",
    )
    code, said = run("audit", "verify", "--head", str(kept))
    assert (code, "最早的改动：第" in said, "的内容被改动" in said, "identity.create_client" in said) == (
        1,
        True,
        True,
        True,
    ), said


def test_a_restored_trail_says_why_a_newer_head_does_not_fit(run: Run, empty_engine: Engine, tmp_path: Path) -> None:
    assert run("client", "add", "某系统", "--scope", "documents.push")[0] == 0
    served_until_sealed(empty_engine, tmp_path)
    older, newer = tmp_path / "older.json", tmp_path / "newer.json"
    assert run("audit", "head", "--out", str(older))[0] == 0
    assert run("backup", str(tmp_path / "copy"))[0] == 0
    assert run("client", "add", "另一系统", "--scope", "documents.push")[0] == 0
    served_until_sealed(empty_engine, tmp_path)
    assert run("audit", "head", "--out", str(newer))[0] == 0
    shutil.rmtree(tmp_path / "data" / "keys")  # as on a machine that is new
    assert run("restore", str(tmp_path / "copy"), "--replace")[0] == 0
    code, said = run("audit", "verify", "--head", str(older), "--head", str(newer))
    assert (code, "没有发现改动" in said, "older.json" in said, "比凭证短" in said) == (1, True, True, True), said
    assert "从备份恢复" in said
    assert "这份凭证正是被替换的日志的最后一份" in said
    served_until_sealed(empty_engine, tmp_path)
    code, said = run("audit", "verify", "--head", str(newer))
    assert (code, "第 2 批及以前被改写过" in said, "从备份恢复" in said) == (1, True, True), said
    assert run("audit", "verify", "--head", str(older))[0] == 0
