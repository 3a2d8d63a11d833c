"""`zhiban …` as a person types it, many times over: forked from a process that has loaded the program once.

Each command is a process of its own with its own environment, folder, output and signals; only the second or two of loading are
spared. The process that has loaded it forks a keeper for each command, which waits for it and tells how it ended.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
_MOST = 1 << 20


def run(words: Sequence[str], env: Mapping[str, str], timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """Run `zhiban` with these words and this environment at the root of the project. Raises TimeoutError."""
    told = json.dumps({"words": list(words), "env": dict(env)}).encode()
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with mine, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with theirs:
            socket.send_fds(_loaded(os.getpid()), [told], [out.fileno(), err.fileno(), theirs.fileno()])
        mine.settimeout(timeout)
        pid = int(mine.recv(32))
        try:
            code = int(mine.recv(32))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
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
    with contextlib.suppress(OSError), socket.socket(fileno=answer) as asker:  # the asker may have gone
        asker.send(str(pid).encode())
        asker.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
    os._exit(0)


def _become(told: dict[str, Any], out: int, err: int) -> NoReturn:
    """The command itself, as if it had just been started."""
    import asgi

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(told["env"])
    for file, place in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, place)
    sys.argv = ["zhiban", *told["words"]]
    code = 1
    try:
        asgi.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
