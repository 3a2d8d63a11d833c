"""Backup and restore as an operator types them, on both engines: what is checked and refused, what an interruption leaves."""

import hashlib
import json
import os
import pty
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from office.cli import progress
from tests.conftest import Engine
from tests.demo.conftest import ROOT, ZHIBAN, environment, hear_ctrl_c, zhiban
from tests.office.files.seal_maker import ROOT_CERT

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def env(empty_engine: Engine) -> dict[str, str]:
    return environment(empty_engine.url)


@pytest.fixture
def run(env: dict[str, str], tmp_path: Path) -> Run:
    """`zhiban …` on a data folder with one account; the code, and what was said."""

    def command(*words: str) -> tuple[int, str]:
        done = zhiban(*words, "--data", str(tmp_path / "data"), env=env)
        return done.returncode, done.stdout + done.stderr

    assert command("migrate")[0] == 0
    assert command("user", "add", "zhangsan", "--name", "张三")[0] == 0
    return command


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def test_rows_are_counted_and_a_backup_that_lacks_some_is_not_put_to_use(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert run("backup", str(copy))[0] == 0
    told = manifest(copy)
    assert told["rows"]["identity_account"] == 1
    told["rows"]["identity_account"] = 2
    (copy / "manifest.json").write_text(json.dumps(told))
    code, said = run("restore", str(copy), "--replace")
    assert (code, "identity_account（2 → 1）" in said) == (1, True), said
    told["rows"]["identity_account"] = 1
    (copy / "manifest.json").write_text(json.dumps(told))
    code, said = run("restore", str(copy), "--replace")
    assert code == 0, said
    assert "zhangsan" in run("user", "list")[1]


def test_a_manifest_that_names_too_little_is_refused_before_anything_is_changed(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert run("backup", str(copy))[0] == 0
    whole = manifest(copy)
    assert run("user", "add", "lisi", "--name", "李四")[0] == 0
    no_files = whole | {"files": []}
    no_rows = whole | {"rows": {}}
    sealed = whole | {
        "rows": whole["rows"] | {"audit_batch": 1},
        "files": [f for f in whole["files"] if "keys/" not in f["path"]],
    }
    never = [whole | {"made_at": at} for at in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-06-01T08:00:00")]
    for told in (no_files, no_rows, sealed, *never):
        (copy / "manifest.json").write_text(json.dumps(told))
        code, said = run("restore", str(copy), "--replace")
        assert (code, "没有恢复" in said) == (1, True), said
    (copy / "manifest.json").write_text(json.dumps(whole))
    (copy / "blobs" / "00").mkdir(parents=True)
    (copy / "blobs" / "00" / ("0" * 64)).write_bytes(b"%PDF")
    assert "清单 manifest.json 里少了 1 项（blobs/00/000" in run("restore", str(copy), "--replace")[1]
    assert "lisi" in run("user", "list")[1]


@pytest.mark.engines("sqlite")
def test_a_backup_without_the_files_its_database_names_is_refused(run: Run, empty_engine: Engine, tmp_path: Path) -> None:
    digest, copy = hashlib.sha256(b"%PDF").hexdigest(), tmp_path / "copy"
    blob = tmp_path / "data" / "blobs" / digest[:2] / digest
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"%PDF")
    with closing(sqlite3.connect(empty_engine.url.removeprefix("sqlite://"))) as database, database:
        database.execute(
            "INSERT INTO files_blob (digest, size, media_type, pages, signatures, warnings, stored_at, frozen)"
            " VALUES (?, 4, 'application/pdf', 1, 0, '[]', ?, 0)",
            (digest, "2026-06-01 08:00:00.000000+00:00"),
        )
    assert run("backup", str(copy))[0] == 0
    (copy / "blobs" / digest[:2] / digest).unlink()
    told = manifest(copy)
    told["files"] = [one for one in told["files"] if not one["path"].startswith("blobs/")]
    (copy / "manifest.json").write_text(json.dumps(told))
    blob.unlink()
    code, said = run("restore", str(copy), "--replace")
    assert (code, f"已收文件（{digest[:16]}" in said) == (1, True), said
    blob.write_bytes(b"%PDF")
    assert run("restore", str(copy), "--replace")[0] == 0, "what is here already need not be in the backup"


@pytest.mark.engines("sqlite")
def test_whose_seals_are_trusted_comes_back_only_where_nobody_is_trusted(run: Run, tmp_path: Path) -> None:
    copy, trust = tmp_path / "copy", tmp_path / "data" / "trust"
    trust.mkdir()
    (trust / "root.cer").write_bytes(ROOT_CERT)
    assert run("backup", str(copy))[0] == 0
    (trust / "root.cer").rename(trust / "other.cer")
    assert run("restore", str(copy), "--replace")[0] == 0
    assert [one.name for one in trust.iterdir()] == ["other.cer"], "what was taken out since stays out"
    (trust / "other.cer").unlink()
    trust.rmdir()
    assert run("restore", str(copy), "--replace")[0] == 0
    assert (trust / "root.cer").read_bytes() == ROOT_CERT


def test_a_truncated_backup_is_refused_before_anything_is_changed(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert run("backup", str(copy))[0] == 0
    assert run("user", "add", "lisi", "--name", "李四")[0] == 0
    victim = copy / manifest(copy)["files"][0]["path"]
    whole = victim.read_bytes()
    for harmed in (whole[:-100], b"", whole[:50] + bytes([whole[50] ^ 1]) + whole[51:]):
        victim.write_bytes(harmed)
        code, said = run("restore", str(copy), "--replace")
        assert (code, "没有恢复任何内容" in said) == (1, True), said
    victim.unlink()
    assert run("restore", str(copy), "--replace")[0] == 1
    (copy / "manifest.json").write_bytes(b'{"format": 1, "versi')
    code, said = run("restore", str(copy), "--replace")
    assert (code, "可能已损坏" in said) == (1, True), said
    assert "lisi" in run("user", "list")[1]


def test_half_a_restore_keeps_every_writer_out(run: Run, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "copy"))[0] == 0
    (tmp_path / "data" / ".restoring").touch()
    code, said = run("user", "add", "lisi", "--name", "李四")
    assert (code, "zhiban restore 备份目录 --replace" in said) == (1, True), said
    assert "没有做完" in run("doctor")[1]
    assert run("restore", str(tmp_path / "copy"), "--replace")[0] == 0
    assert run("user", "add", "lisi", "--name", "李四")[0] == 0


def test_a_harmed_file_of_the_dump_is_found_by_its_own_check(run: Run, tmp_path: Path) -> None:
    """Somebody who altered the digest in the manifest too is still found out."""
    copy = tmp_path / "copy"
    assert run("backup", str(copy))[0] == 0
    told = manifest(copy)
    victim = copy / told["files"][0]["path"]
    data = victim.read_bytes()
    half = len(data) // 2
    victim.write_bytes(data[:half] + b"\xff" * 4096 + data[half + 4096 :] if (copy / "zhiban.db").exists() else b"x")
    told["files"][0] |= {"size": victim.stat().st_size, "sha256": hashlib.sha256(victim.read_bytes()).hexdigest()}
    (copy / "manifest.json").write_text(json.dumps(told))
    code, said = run("restore", str(copy), "--replace")
    assert code == 1
    assert "没有通过完整性检查" in said or "读不出内容" in said, said
    assert "zhangsan" in run("user", "list")[1]


@pytest.mark.engines("sqlite")
def test_an_interrupted_backup_leaves_nothing_behind(env: dict[str, str], run: Run, tmp_path: Path) -> None:
    many = tmp_path / "data" / "blobs" / "00"
    many.mkdir(parents=True)
    (many / ("0" * 64)).write_bytes(b"")
    os.truncate(many / ("0" * 64), 3 << 30)  # sparse: it is read for seconds
    command = [*ZHIBAN, "backup", str(tmp_path / "copy"), "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c) as process:
        until = time.monotonic() + 60
        while not (tmp_path / ".copy.partial" / "blobs").exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, "已中断" in said) == (130, True), said
    assert not list(tmp_path.glob("*copy*"))


@pytest.mark.engines("sqlite")
def test_a_pipe_gets_lines_and_a_terminal_a_bar(env: dict[str, str], run: Run, tmp_path: Path) -> None:
    done = zhiban("backup", str(tmp_path / "a"), "--data", str(tmp_path / "data"), env=env)
    assert done.returncode == 0
    assert not set("\r\x1b") & set(done.stdout + done.stderr)
    ours, theirs = pty.openpty()
    command = [*ZHIBAN, "backup", str(tmp_path / "b"), "--data", str(tmp_path / "data")]
    assert subprocess.run(command, cwd=ROOT, env=env, stderr=theirs, stdout=subprocess.DEVNULL, check=False).returncode == 0
    os.close(theirs)
    assert "100%" in os.read(ours, 65536).decode()
    os.close(ours)


def test_what_takes_longer_is_told_in_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress("快", 10) as bar:
        bar.update(10)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "FIRST", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    with progress.progress("慢", 4) as bar:
        bar.update(1)
        bar.to(3)
        bar.to(2)
        bar.update(9)
    assert capsys.readouterr().err.splitlines() == ["慢：25%", "慢：75%", "慢：75%", "慢：完成，用时 0 秒"]
    with progress.elapsed("等"):
        time.sleep(0.1)
    assert "等：已用 0 秒" in capsys.readouterr().err
