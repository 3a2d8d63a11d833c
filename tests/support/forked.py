"""`zhiban …` as a person types it, many times over: forked from a process that has loaded the program once.

Each command is a process of its own, in a session of its own, with its own environment, output and signals; only the second or
two of loading are spared. The process that has loaded it forks a keeper for each command, which waits for it, tells how it
ended, and ends it when nobody is left to be told.
"""

import atexit
import contextlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
ZHIBAN = "zhiban"
_MOST = 1 << 20


class Running:
    """A command that has been started; used as a `subprocess.Popen` is."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str], out: int, err: int, program: str = ZHIBAN) -> None:
        """The program, `zhiban` or a module that `python -m` runs, with these words and this environment at the root of the
        project; it writes to these two files.
        """
        told = json.dumps({"program": program, "words": list(words), "env": dict(env)}).encode()
        self.args, self.returncode = list(words), None
        self._keeper, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(_loaded(os.getpid()), [told], [out, err, theirs.fileno()])
        self.pid = int(self._keeper.recv(32))

    returncode: int | None

    def wait(self, timeout: float | None = None) -> int:
        """How it ended. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._keeper.settimeout(timeout)
            try:
                self.returncode = int(self._keeper.recv(32))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._keeper.close()
        return self.returncode

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0.001)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing where it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run(words: Sequence[str], env: Mapping[str, str], timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """Run `zhiban` to its end. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        running = Running(words, env, out.fileno(), err.fileno())
        try:
            code = running.wait(timeout)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
        return subprocess.CompletedProcess(list(words), code, _written(out), _written(err))


def _written(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode())


@cache
def _loaded(_owner: int) -> socket.socket:
    """The way to the process that has loaded it, one for each process that asks; it ends when that way is closed."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        program = f"from tests.support.forked import serve; serve({theirs.fileno()})"
        command = [sys.executable, "-c", program]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], start_new_session=True)
    atexit.register(_end, mine, process)
    return mine


def _end(way: socket.socket, process: subprocess.Popen[bytes]) -> None:
    way.close()
    process.wait()


def serve(number: int) -> NoReturn:
    """Load the program, then fork for each request until nobody is left to ask."""
    import asgi  # noqa: F401 - what is to be loaded once

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=number) as asked:
        while True:
            told, files, _, _ = socket.recv_fds(asked, _MOST, 3)
            if not told:
                os._exit(0)
            if os.fork() == 0:
                asked.close()
                _keep(json.loads(told), files)
            for file in files:
                os.close(file)


def _keep(told: dict[str, Any], files: list[int]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out, err, answer = files
    pid = os.fork()
    if pid == 0:
        os.close(answer)
        _become(told, out, err)
    for file in (out, err):
        os.close(file)
    with contextlib.suppress(OSError), socket.socket(fileno=answer) as asker:  # the asker may have gone
        asker.send(str(pid).encode())
        asker.send(str(_ended(pid, asker)).encode())
    os._exit(0)


def _ended(pid: int, asker: socket.socket) -> int:
    """How it ended. It is killed where the asker goes first."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while not (done := os.waitpid(pid, os.WNOHANG))[0]:
        ready, _, _ = select.select([heard, asker], [], [])
        if asker in ready:
            os.kill(pid, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        heard.recv(1)
    return os.waitstatus_to_exitcode(done[1])


def _become(told: dict[str, Any], out: int, err: int) -> NoReturn:
    """The command itself, as if it had just been started."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    os.environ.clear()
    os.environ.update(told["env"])
    for file, place in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, place)
    code = 1
    try:
        _main(told["program"], told["words"])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _main(program: str, words: list[str]) -> None:
    """It hashes secrets at little cost: what a log-in costs in earnest is not what these tests are about."""
    import asgi
    from office.identity import hashing

    sys.argv = [program, *words]
    with hashing.cost_for_test(hashing.Cost(memory=8, passes=1, lanes=1)):
        if program == ZHIBAN:
            asgi.main()
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
