"""tools/system and tools/bootstrap on machines of other kinds, played by small programs that stand first on PATH."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("bash", "env", "grep", "mktemp", "rm", "mkdir", "tee", "cat", "dirname", "sleep")


class Machine:
    """A PATH with little on it, an /etc of its own, and a record of what was called."""

    def __init__(self, home: Path) -> None:
        self.bin, self.etc, self.record = home / "bin", home / "etc", home / "record"
        self.bin.mkdir()
        self.record.touch()
        for name in NEEDED:
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def program(self, name: str, body: str) -> None:
        """A program of that name; `$RECORD` is the file that `calls` reads."""
        path = self.bin / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def run(self, *arguments: str, script: Path = ROOT / "tools" / "system") -> subprocess.CompletedProcess[str]:
        """The script on this machine."""
        env = {"PATH": str(self.bin), "RECORD": str(self.record), "ZHIBAN_ETC": str(self.etc)}
        command = [str(self.bin / "bash"), str(script), *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def calls(self) -> str:
        """What the programs wrote down."""
        return self.record.read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian where only `installed-one` is installed and apt writes down what it is asked."""
    made = Machine(tmp_path)
    made.program("id", "echo 0")
    made.program("dpkg-query", '[ "${@: -1}" = installed-one ] && echo installed || exit 1')
    made.program("apt-get", 'echo "$* $(cat $ZHIBAN_ETC/postgresql-common/createcluster.d/* 2>/dev/null)" >> $RECORD')
    return made


def test_what_is_installed_is_left_alone(machine: Machine) -> None:
    assert machine.run("debian", "installed-one").returncode == 0
    assert machine.calls() == ""


def test_root_installs_only_what_is_missing(machine: Machine) -> None:
    assert machine.run("debian", "installed-one", "chromium").returncode == 0
    install = machine.calls().splitlines()[-1]
    assert "install -y --no-install-recommends chromium" in install
    assert "DPkg::Lock::Timeout=120" in install


def test_postgresql_comes_without_a_cluster_and_the_setting_goes_again(machine: Machine) -> None:
    assert machine.run("debian", "postgresql").returncode == 0
    assert "create_main_cluster = false" in machine.calls()
    assert list(machine.etc.rglob("*.conf")) == []


def test_without_root_the_exact_line_is_named(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    done = machine.run("debian", "postgresql", "installed-one", "redis-tools")
    assert done.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends postgresql redis-tools\n" in done.stderr
    assert machine.calls() == ""


def test_sudo_without_a_password_is_used(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.program("sudo", 'echo "sudo $2" >> $RECORD; shift; "$@"')
    machine.program("true", "exit 0")
    assert machine.run("debian", "chromium").returncode == 0
    assert "sudo env" in machine.calls()


def test_a_failed_installation_shows_what_apt_said(machine: Machine) -> None:
    machine.program("apt-get", 'echo "E: no such package"; [[ "$*" == *update* ]]')
    done = machine.run("debian", "chromium")
    assert done.returncode == 1
    assert "E: no such package" in done.stderr


def checkout(tmp_path: Path) -> Path:
    """A checkout that holds nothing but the two scripts."""
    tools = tmp_path / "checkout" / "tools"
    tools.mkdir(parents=True)
    for name in ("bootstrap", "system"):
        shutil.copy(ROOT / "tools" / name, tools / name)
    return tools.parent


def test_an_old_python_is_passed_over_for_a_newer_one(machine: Machine, tmp_path: Path) -> None:
    machine.program("python3", "exit 1")
    machine.program("python3.12", 'case "$1" in -m) mkdir -p "$3/bin"; echo "venv by 3.12" >> $RECORD;; *) echo 3.12.1;; esac')
    house = checkout(tmp_path)
    assert machine.run(script=house / "tools" / "bootstrap").returncode == 0
    assert machine.calls() == "venv by 3.12\n"
