"""The set-up does a step once, again only when its inputs change, and says exactly what it misses."""

import sys
from pathlib import Path

import pytest

from tests.support import programs
from tools import check
from tools.setup import __main__ as command
from tools.setup import machine, node, packages, say, stamps, web


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the commands that would have been run; the web client's build leaves a page."""
    titles: list[str] = []

    def run(title: str, told: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
        titles.append(title.split(":")[-1].split("(")[0].strip())
        if "build" in told and cwd is not None:
            (cwd.parent / "office" / "_web").mkdir(parents=True, exist_ok=True)
            (cwd.parent / "office" / "_web" / "phone.html").touch()
        if "ci" in told and cwd is not None:
            (cwd / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(say, "run", run)
    monkeypatch.setattr(node, "find", lambda: node.Node(("npm",), {}))
    return titles


def tree(root: Path) -> Path:
    """A checkout with the sources of a web client."""
    (root / "web" / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.ts"):
        (root / "web" / name).write_text("{}")
    return root


def test_the_web_client_is_built_once(tmp_path: Path, commands: list[str]) -> None:
    for _ in range(2):
        web.build(tree(tmp_path) if not commands else tmp_path, install_node=True)
    assert commands == ["packages by npm ci", "build into office/_web"]


def test_a_changed_source_is_built_again_without_new_packages(tmp_path: Path, commands: list[str]) -> None:
    web.build(tree(tmp_path), install_node=True)
    (tmp_path / "web" / "src" / "main.ts").write_text("changed")
    web.build(tmp_path, install_node=True)
    assert commands[2:] == ["build into office/_web"]


def test_a_lost_result_is_built_again(tmp_path: Path, commands: list[str]) -> None:
    web.build(tree(tmp_path), install_node=True)
    (tmp_path / "office" / "_web" / "phone.html").unlink()
    web.build(tmp_path, install_node=True)
    assert commands[2:] == ["build into office/_web"]


def test_a_build_that_leaves_no_page_is_an_error(tmp_path: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(say, "run", lambda *_, **__: None)
    with pytest.raises(say.SetupError, match="no page"):
        web.build(tree(tmp_path), install_node=True)


def test_without_any_node_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "find", lambda: None)
    with pytest.raises(say.SetupError, match=r"no Node 20\.19 or newer"):
        web.build(tree(tmp_path), install_node=False)


def test_python_packages_for_tests_serve_the_application_too(tmp_path: Path, commands: list[str]) -> None:
    (tmp_path / "pyproject.toml").write_text("a")
    packages.install(tmp_path, tests=True)
    packages.install(tmp_path, tests=False)
    assert len(commands) == 1
    (tmp_path / "pyproject.toml").write_text("b")
    packages.install(tmp_path, tests=False)
    packages.install(tmp_path, tests=True)
    assert len(commands) == 3


def test_the_digest_sees_names_and_bytes_but_no_leavings(tmp_path: Path) -> None:
    base = stamps.digest([tree(tmp_path) / "web"])
    (tmp_path / "web" / "node_modules").mkdir()
    (tmp_path / "web" / "node_modules" / "x.js").touch()
    assert stamps.digest([tmp_path / "web"]) == base
    (tmp_path / "web" / "src" / "main.ts").rename(tmp_path / "web" / "src" / "other.ts")
    assert stamps.digest([tmp_path / "web"]) != base


@pytest.mark.parametrize(("told", "version"), [("v20.19.4", (20, 19)), ("v24.1.0\n", (24, 1)), ("", None), ("what", None)])
def test_the_version_of_node_is_read(tmp_path: Path, told: str, version: tuple[int, int] | None) -> None:
    program = tmp_path / "node"
    program.write_text(f"#!/bin/sh\nprintf '%s' '{told}'\n")
    program.chmod(0o755)
    assert node.version(str(program)) == version


def test_the_newest_postgresql_is_taken_and_an_old_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for major in ("9", "13", "14"):
        postgres_of(tmp_path, major)
    assert programs.postgres_bin(tmp_path) is None
    for major in ("15", "17"):
        postgres_of(tmp_path, major)
    assert programs.postgres_bin(tmp_path) == tmp_path / "17" / "bin"


def postgres_of(root: Path, major: str) -> None:
    """A folder like Debian's with a `postgres` that tells its version."""
    folder = root / major / "bin"
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.3 (Debian {major}.3-1)'\n")
        (folder / name).chmod(0o755)


def test_on_another_system_what_is_missing_is_named(tmp_path: Path) -> None:
    needs = (machine.Need("a moon", lambda: False, ("moon",)), machine.Need("a sun", lambda: True, ("sun",)))
    with pytest.raises(say.SetupError, match=r"a moon$"):
        machine.prepare(tmp_path, needs, debian=False)


def test_a_failing_command_shows_its_output(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(say.SetupError, match="ended with 3"):
        say.run("a step", [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])
    assert "the reason" in capsys.readouterr().err


def test_every_check_runs_and_one_failure_fails_all(capfd: pytest.CaptureFixture[str]) -> None:
    ends = [("first", 1), ("second", 0)]
    checks = [check.Check(name, (sys.executable, "-c", f"raise SystemExit({code})")) for name, code in ends]
    assert not check.run_all(checks)
    assert check.run_all(checks[1:])
    assert "FAILED first" in capfd.readouterr().out


def test_an_unknown_step_is_refused() -> None:
    assert command.main(["nonsense"]) == 2
    assert check.main([]) == 2


def test_a_check_that_does_not_end_is_ended_and_has_failed(capfd: pytest.CaptureFixture[str]) -> None:
    endless = check.Check("endless", (sys.executable, "-c", "import time; time.sleep(60)"), seconds=0.5)
    assert check.run(endless)[0] is False
    assert "did not end within" in capfd.readouterr().out
