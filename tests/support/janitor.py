"""The janitor: a small process that outlives the tests by a moment and clears up after them, also after kill -9.

It reads lines on stdin: `started PID`, `stopped PID`. When the pipe closes, because its owner closed it or died in any way,
it ends the processes still running and removes the folder named on its command line. Standard library only; run by path.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

PATIENCE = 15.0


def alive(pid: int) -> bool:
    """Whether that process is there and not just waiting to be collected by its dead parent's heir."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end(pid: int) -> None:
    """Ask the process to stop at once (SIGINT is PostgreSQL's fast stop), then make it."""
    for wish in (signal.SIGINT, signal.SIGKILL):
        try:
            os.kill(pid, wish)
        except OSError:
            return
        until = time.monotonic() + PATIENCE
        while alive(pid) and time.monotonic() < until:
            time.sleep(0.02)


def main(folder: str) -> None:
    """Follow the owner's notes until the pipe closes, then clear up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    running: set[int] = set()
    for line in sys.stdin:
        verb, pid = line.split()
        (running.add if verb == "started" else running.discard)(int(pid))
    for process in running:
        end(process)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
