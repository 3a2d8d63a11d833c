"""`zhiban` as an operator types it, in a process of its own, on both engines."""

import json
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from office.cli.lock import held
from office.kernel.settings import Settings
from tests.conftest import Engine
from tests.demo.conftest import environment, zhiban


@pytest.fixture
def env(empty_engine: Engine) -> dict[str, str]:
    return environment(empty_engine.url)


@pytest.mark.engines("sqlite")
def test_an_account_that_is_refused_leaves_no_person_and_no_unit(env: dict[str, str], tmp_path: Path) -> None:
    assert zhiban("migrate", "--data", str(tmp_path), env=env).returncode == 0
    wangwu, archive = ("wangwu", "--name", "王五"), ("--unit", "档案馆", "--create-unit", "--title")
    for words, why in (
        (("王", "--name", "王五"), "账号名须为"),
        (("wangwu", "--name", "　"), "--name 须为 1 至 40 个字"),
        ((*wangwu, "--unit", "\u200b", "--create-unit", "--title", "主任"), "--unit 须为"),
        ((*wangwu, *archive, "主\n任"), "--title 须为"),
        ((*wangwu, *archive, "兼管", "--role", "system_admin", "--role", "audit_admin"), "须由不同的人担任"),
    ):
        done = zhiban("user", "add", *words, "--data", str(tmp_path), env=env)
        assert (done.returncode, why in done.stderr) == (1, True), done.stderr
    with closing(sqlite3.connect(urlsplit(env["ZHIBAN_DATABASE_URL"]).path)) as file:
        for table in ("organization_person", "organization_unit", "identity_account"):
            assert file.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_an_account_from_nothing_and_the_way_through_backup(env: dict[str, str], tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = zhiban(*words, "--data", str(tmp_path / "data"), env=env)
        return done.returncode, done.stdout + done.stderr

    assert run("user", "list")[0] == 1
    assert run("migrate")[0] == 0
    code, said = run("migrate")
    assert (code, "已是最新版本" in said) == (0, True)
    assert not (tmp_path / "data" / "before-migrate").exists(), "nothing to do leaves no copy behind"
    post = ("--unit", "信息中心", "--create-unit", "--title", "系统管理员", "--role", "system_admin")
    code, said = run("user", "add", "zhangsan", "--name", "张三", *post)
    assert (code, "一次性密码" in said) == (0, True), said
    assert "信息中心 系统管理员" in run("user", "list")[1]
    code, said = run("user", "add", "zhangsan", "--name", "李四")
    assert code == 1
    assert "登录名" in said
    code, said = run("client", "add", "某系统", "--scope", "nothing")
    assert (code, "documents.push" in said) == (1, True)
    assert run("client", "add", "某系统", "--scope", "documents.push")[0] == 0
    code, said = run("client", "add", "某系统", "--scope", "documents.push")
    assert (code, "已有名为“某系统”" in said) == (1, True)
    code, said = run("client", "rotate", "某系统", "--days", "30")
    assert (code, "接入方 某系统" in said) == (0, True), said
    assert len(re.findall(r"有效到 \d{4}-", said)) == 2, "the new key's end and the old's"
    assert "“某某”" in run("client", "rotate", "某某")[1]
    code, said = run("client", "disable", "某系统")
    assert (code, "某系统" in said) == (0, True)
    assert run("client", "add", "某系统", "--scope", "documents.push")[0] == 0
    assert run("client", "rotate", "某系统")[0] == 0, "the one that is not disabled is meant"
    assert run("client", "disable", "某系统")[0] == 0
    code, said = run("client", "rotate", "某系统")
    assert (code, "有 2 个接入方叫“某系统”" in said) == (1, True), said
    assert run("user", "disable", "zhangsan")[0] == 0
    (tmp_path / "data" / "intake").mkdir(exist_ok=True)
    (tmp_path / "data" / "intake" / "secret").write_text("尚未接收")
    code, said = run("backup", str(tmp_path / "copy"))
    assert code == 0, said
    assert not list((tmp_path / "copy").rglob("secret"))
    assert run("user", "enable", "zhangsan")[0] == 0
    code, said = run("restore", str(tmp_path / "copy"))
    assert (code, "--replace" in said) == (1, True)
    code, said = run("restore", str(tmp_path / "copy"), "--replace")
    assert code == 0, said
    assert "编号序列已暂停" in said
    assert "停用" in run("user", "list")[1]
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    victim = tmp_path / "copy" / manifest["files"][0]["path"]
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    code, said = run("restore", str(tmp_path / "copy"), "--replace")
    assert (code, "已被改动" in said) == (1, True)
    assert run("doctor")[0] in (0, 1)


@pytest.mark.engines("sqlite")
def test_a_second_writer_is_told_who_holds_the_data(empty_engine: Engine, env: dict[str, str], tmp_path: Path) -> None:
    with held(Settings(data=str(tmp_path / "data"), database_url=empty_engine.url), "zhiban serve"):
        done = zhiban("migrate", "--data", str(tmp_path / "data"), env=env)
    assert done.returncode == 1
    assert "zhiban serve（进程" in done.stderr
    assert not sqlite3.connect(empty_engine.url.removeprefix("sqlite://")).execute("SELECT * FROM sqlite_master").fetchall()


@pytest.mark.engines("sqlite")
def test_serve_says_why_it_does_not_start(env: dict[str, str], tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    assert zhiban("migrate", *data, env=env).returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = zhiban("serve", "--port", port, *data, env=env)
        first = zhiban("run-demo", "--data", str(tmp_path / "none"), env={**env, "ZHIBAN_PORT": port, "MAKELEVEL": "1"})
    assert (done.returncode, done.stderr.count("已被占用"), "--port" in done.stderr) == (1, 1, True)
    assert (first.returncode, "ZHIBAN_PORT=8001 make run" in first.stderr) == (1, True), "under make there is no --port"
    assert not (tmp_path / "none" / "zhiban.db").exists(), "known before the town is built"
    done = zhiban("serve", "--cert", "/nowhere.pem", "--key", "/nowhere.key", *data, env=env)
    assert (done.returncode, "证书" in done.stderr) == (1, True)
    assert zhiban("serve", "--cert", "/nowhere.pem", *data, env=env).returncode == 2


@pytest.mark.engines("sqlite")
def test_doctor_names_what_is_wrong(env: dict[str, str], tmp_path: Path) -> None:
    done = zhiban("doctor", "--data", str(tmp_path / "data"), env={**env, "ZHIBAN_PROT": "1"})
    assert done.returncode == 1
    assert "ZHIBAN_PROT" in done.stdout
    done = zhiban("doctor", "--data", str(tmp_path / "data"), env=env)
    assert done.returncode == 1
    assert "[错误] 数据库" in done.stdout


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "setting, value",
    [
        ("DATABASE_URL", "mysql://reader:geheim@db/x"),
        ("DATABASE_URL", "postgres://h:port/x"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "sqlite://data/x.db"),
        ("DATABASE_URL", "postgres://a:geheim@h/x?sslmode=maybe"),
        ("DATABASE_URL", "postgres://a:geheim@h/x?sslrootcert=x"),
        ("TRUSTED_PROXY", "abc"),
        ("PUBLIC_URL", "foo"),
    ],
)
def test_a_wrong_setting_is_named_by_every_command(env: dict[str, str], tmp_path: Path, setting: str, value: str) -> None:
    for command in ("user", "list"), ("doctor",):
        done = zhiban(*command, "--data", str(tmp_path), env={**env, f"ZHIBAN_{setting}": value})
        said = done.stdout + done.stderr
        assert done.returncode == 1
        assert f"ZHIBAN_{setting}" in said
        assert "Traceback" not in said
        assert "geheim" not in said
        assert said.count("请改正") <= 1


@pytest.mark.engines("sqlite")
def test_wrong_usage_is_two_and_help_is_chinese(env: dict[str, str]) -> None:
    assert zhiban("nothing", env=env).returncode == 2
    done = zhiban("user", "add", "x", "--person", "abc", env=env)
    assert (done.returncode, "'abc' 不是编号" in done.stderr) == (2, True)
    done = zhiban("backup", "--help", env=env)
    assert (done.returncode, "用法：" in done.stdout, "Usage" in done.stdout) == (0, True, False)
    assert json.loads(zhiban("openapi", env=env).stdout)["openapi"].startswith("3.1")
