"""A private server for the tests: a temporary folder, an unprivileged user, a free port, and a janitor."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

#: Seconds a server has to answer, or to stop.
PATIENCE = 60.0
#: Linux's file system in memory, and the bytes that must be free on it: containers often give it 64 MiB.
MEMORY, MEMORY_ROOM = "/dev/shm", 4 * 1024**3


class EngineError(Exception):
    """A private server that cannot be had; the text tells the person what to do."""


def user() -> dict[str, Any]:
    """Arguments for `subprocess` that drop root, which initdb refuses: to `postgres` if there is such a user, else `nobody`."""
    if os.geteuid() != 0:
        return {}
    account = _account("postgres") or _account("nobody")
    if account is None:
        raise EngineError("running as root, and there is neither a user `postgres` nor `nobody` to run the test servers as")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago; whoever binds it must be ready to try another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that process has started; from /proc, or from `pgrep` where there is no /proc."""
    if not Path("/proc/self/stat").exists():
        told = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
        return [int(line) for line in told.split()]
    return [int(entry.parent.name) for entry in Path("/proc").glob("[0-9]*/stat") if _parent(entry) == pid]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return 0


def _has_room(folder: str) -> bool:
    return os.path.isdir(folder) and shutil.disk_usage(folder).free >= MEMORY_ROOM


class Folder:
    """A temporary folder owned by the servers' user; the janitor removes it, whatever becomes of this process."""

    def __init__(self, prefix: str, *, in_memory: bool = False) -> None:
        """`in_memory`: on the machine's memory file system, where there is one with room."""
        owner = user()
        # Root's own TMPDIR may lie where the servers' user cannot enter.
        place = MEMORY if in_memory and _has_room(MEMORY) else "/tmp" if owner else None
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        if owner:
            os.chown(self.path, owner["user"], owner["group"])
        script = Path(__file__).with_name("janitor.py")
        command = [sys.executable, "-I", str(script), str(self.path)]
        self._janitor = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, text=True, cwd="/")

    def note(self, verb: str, pid: int) -> None:
        """Tell the janitor that a server has `started` or `stopped`."""
        assert self._janitor.stdin is not None
        self._janitor.stdin.write(f"{verb} {pid}\n")
        self._janitor.stdin.flush()

    def remove(self) -> None:
        """Let the janitor clear up, and wait for it; harmless a second time."""
        if self._janitor.stdin is not None and not self._janitor.stdin.closed:
            self._janitor.stdin.close()
            self._janitor.wait(PATIENCE)
            shutil.rmtree(self.path, ignore_errors=True)


class Server:
    """One server process in a `Folder`."""

    def __init__(self, folder: Folder, log: str) -> None:
        self._folder = folder
        self._log = folder.path / log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str], ready: Callable[[], bool], name: str | None = None) -> bool:
        """Start it and wait until `ready`; False if it ended before, for instance because the port was taken meanwhile."""
        arguments = [name or command[0], *command[1:]]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                arguments, executable=command[0], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, cwd=self._folder.path, **user(),
            )  # fmt: skip
        self._folder.note("started", self._process.pid)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                self._folder.note("stopped", self._process.pid)
                return False
            if ready():
                return True
            time.sleep(0.02)
        raise EngineError(f"{command[0]} did not answer in {PATIENCE:.0f} s:\n{self.log()}")

    def stop(self) -> None:
        """Ask it to end (SIGINT is PostgreSQL's fast stop) and wait; harmless when it has ended."""
        self._end(signal.SIGINT, [])

    def kill(self) -> None:
        """kill -9 of the server and of its children at once: PostgreSQL's backends are each a session of their own."""
        if self._process is not None:
            self._end(signal.SIGKILL, children(self._process.pid))

    def _end(self, how: signal.Signals, others: list[int]) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        for pid in [self._process.pid, *others]:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        self._process.wait(PATIENCE)
        self._folder.note("stopped", self._process.pid)

    def log(self) -> str:
        """What the server has written, the last 4000 characters."""
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""
