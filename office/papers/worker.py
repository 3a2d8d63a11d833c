"""The process in which forms are printed: `python -m office.papers.worker`, one job on its pipe, then it ends.

It knows no database and no secret, writes no file, and where the system lets it, has no network. What makes it crash, hang or
swell harms only this process.
"""

import ctypes
import os
import resource
import signal
import sys

from office.kernel.confined import limit
from office.kernel.refusal import Refusal
from office.papers import wire

#: Address space: typst maps the fonts and has a stack for every core.
MEMORY = 3 * 1024**3
SECONDS = 60
#: unshare(2): a user namespace, which anybody may have where the system allows it, and a network in it without any interface.
NEW_USER, NEW_NET = 0x10000000, 0x40000000


def confine() -> None:
    """Limits of this process: address space, seconds, no files written, few open, no core dumps, no network if possible."""
    limit({
        resource.RLIMIT_AS: MEMORY, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: 128, resource.RLIMIT_CORE: 0,
    })  # fmt: skip
    signal.alarm(SECONDS)
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NET)


def answer(job: wire.Job) -> wire.Answer:
    """Do the job; every foreseen failure is an answer."""
    try:
        return _done(job)
    except Refusal as refusal:
        facts = {name: value if isinstance(value, int) else str(value) for name, value in refusal.facts.items()}
        return wire.Refused(refusal.status, refusal.code, facts)


def _done(job: wire.Job) -> wire.Made:
    """What a job needs is loaded with it: printing and binding have nothing in common."""
    if isinstance(job, wire.Bind):
        from office.papers.binding import bind

        return bind(job)
    from office.papers.press import print_form

    return print_form(job)


def main() -> None:
    """Entry of the process: what libraries print goes nowhere, the answer alone on the pipe."""
    body, out = sys.stdin.buffer.read(), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    confine()
    with os.fdopen(out, "wb") as pipe:
        pipe.write(wire.encode(answer(wire.decode_job(body))))
    os._exit(0)


if __name__ == "__main__":
    main()
